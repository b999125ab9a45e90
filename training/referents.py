"""Train the choice of a pronoun's referent: `python -m training.referents`, after `training.mentions`.

On GUM, GAP and the articles of PolNeAR that the reader was trained on.

A softmax over the candidates of each pronoun and no candidate at all, linear in their features. Candidates are what the
program itself finds; a pronoun whose referent it did not find teaches that none may be right.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from eval.polnear import load_split
from onrecord.attribution.statements import find_statements
from onrecord.entities.candidates import FEATURES, NONE_FEATURES, Referent, choose
from onrecord.entities.discourse import follow
from onrecord.entities.mentions import Sentences, WordMention
from onrecord.entities.names import word_lists
from onrecord.entities.sources import read_source
from onrecord.language.reader import MODEL_FOLDER, Analysis, Reader, Scores
from onrecord.language.windows import Words
from onrecord.model import Statement
from training.corpus import is_held_out
from training.gum import GumDocument, load_gum

RIDGE, ROUNDS = 1e-3, 300

UNTRAINED = dict.fromkeys(FEATURES + NONE_FEATURES, 0.0) | {"latest": 1.0, "agrees": 1.0, "none": -1.0}
"""Chooses the latest that agrees, where the text goes on from a pronoun whose referent nobody wrote down."""


@dataclass(frozen=True)
class Choice:
    """A pronoun: the features of its candidates (N, F), the right one's number (N for none), and the pronoun."""

    rows: np.ndarray
    none: np.ndarray
    right: int
    mention: WordMention


Answer = Callable[[WordMention, Sequence[Referent]], int | None]
"""Returns the right candidate's number, its count where none is right, or None where nobody knows."""


def observe(text: str, reader: Reader, answer_with: Callable[[Words], Answer], *, mask: bool = False) -> list[Choice]:
    """Return the choices that a text poses, going on after each with the right referent.

    With `mask`, the choices are those of names that are sources, as if a pronoun stood in their places.
    """
    words = reader.encode(text)
    if not len(words):
        return []
    scores = reader.score(words)
    statements = find_statements(Analysis(words, scores), "", reader)
    mentions, answer = mask_sources(words, scores, statements) if mask else (None, answer_with(words))
    found: list[Choice] = []

    def decide(
        pronoun: WordMention, candidates: Sequence[Referent], rows: Sequence[np.ndarray], none: np.ndarray
    ) -> tuple[int | None, float]:
        right = answer(pronoun, candidates)
        if right is None or not candidates:
            return (None, 0.0) if not mask or not candidates else choose(rows, none, UNTRAINED)
        found.append(Choice(np.stack(rows), none, right, pronoun))
        return (right if right < len(candidates) else None), 1.0

    follow(words, scores, statements, decide=decide, mentions=mentions)
    return found


def mask_sources(words: Words, scores: Scores, statements: Sequence[Statement]) -> tuple[list[WordMention], Answer]:
    """Return the mentions of a text with pronouns for the names of sources, and whose names they were.

    Only a person whose name stands in one of the three sentences before it, outside what it says, is masked: there
    a writer might have used a pronoun. This is what attribution gives for free: who speaks is rarely the nearest name.
    """
    shown = [words.text[s:e] for s, e in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    plain = follow(words, scores, statements, decide=lambda *_: (None, 0.0))
    sentences = Sentences(words)
    truth: dict[int, Referent] = {}
    for statement in statements:
        if not statement.source:
            continue
        begin, end = words.range_of(*statement.source[0])
        inside = [m for m in plain.mentions if begin <= m.outer < end]
        head = read_source(begin, end, shown, inside).mention if begin < end else None
        if head is None or head.form != "name" or head.outer < head.begin:
            continue
        referent = plain.referent_of[head.begin]
        content = [words.range_of(*passage) for passage in statement.content]
        near = [
            m
            for m in referent.mentions
            if m.begin < head.begin
            and sentences.of(head.begin) - sentences.of(m.begin) <= 3
            and not any(a <= m.begin < b for a, b in content)
        ]
        if near and referent.kinds[0] >= 0.5:
            truth[head.begin] = referent
    masked = [replace(m, form="pronoun", words=("he",), gender=None) if m.begin in truth else m for m in plain.mentions]

    def answer(pronoun: WordMention, candidates: Sequence[Referent]) -> int | None:
        wanted = truth.get(pronoun.begin)
        if wanted is None:
            return None
        names = {m.begin for m in wanted.mentions}
        for number, candidate in enumerate(candidates):
            if any(m.begin in names for m in candidate.mentions):
                return number
        return len(candidates)

    return masked, answer


def from_polnear(split: Path, reader: Reader) -> Iterator[Choice]:
    """Yield the masked names of the articles that the reader was trained on."""
    for article in load_split(split):
        if not is_held_out(article.name):
            yield from observe(article.text, reader, lambda _: lambda *_: None, mask=True)


def from_gum(folder: Path, split: str, reader: Reader) -> Iterator[Choice]:
    """Yield the pronouns of GUM that stand for a mention before them."""
    for document in load_gum(folder, split):

        def answers(words: Words, document: GumDocument = document) -> Answer:
            chains: dict[int, str] = {}
            for mention in sorted(document.mentions, key=lambda m: m.start - m.end):
                first, last = words.range_of(*mention.head)
                chains.update(dict.fromkeys(range(first, last), mention.entity))

            def answer(pronoun: WordMention, candidates: Sequence[Referent]) -> int | None:
                chain = chains.get(pronoun.head)
                if chain is None:
                    return None
                for number, candidate in enumerate(candidates):
                    last = candidate.mentions[-1]
                    if any(chains.get(k) == chain for k in range(last.begin, last.end)):
                        return number
                return len(candidates)

            return answer

        yield from observe(document.text, reader, answers)


def from_gap(path: Path, reader: Reader) -> Iterator[Choice]:
    """Yield the pronouns of a GAP file that stand for one of its two names."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            right = next((name for name in "AB" if row[f"{name}-coref"].upper() == "TRUE"), None)
            if right is None:
                continue
            name, name_at = row[right], int(row[f"{right}-offset"])
            spoken = int(row["Pronoun-offset"])

            def answers(words: Words, spoken: int = spoken, name: str = name, name_at: int = name_at) -> Answer:
                at = words.range_of(spoken, spoken + 1)[0]
                first, last = words.range_of(name_at, name_at + len(name))

                def answer(pronoun: WordMention, candidates: Sequence[Referent]) -> int | None:
                    if pronoun.head != at:
                        return None
                    for number, candidate in enumerate(candidates):
                        if any(m.begin < last and m.end > first for m in candidate.mentions):
                            return number
                    return len(candidates)

                return answer

            yield from observe(row["Text"], reader, answers)


def fit(choices: Sequence[Choice]) -> dict[str, float]:
    """Return the weights of the features by name."""
    most, features = max(len(c.rows) for c in choices), len(FEATURES) + len(NONE_FEATURES)
    rows = torch.zeros(len(choices), most + 1, features)
    there = torch.zeros(len(choices), most + 1, dtype=torch.bool)
    right = torch.zeros(len(choices), dtype=torch.long)
    for k, choice in enumerate(choices):
        rows[k, : len(choice.rows), : len(FEATURES)] = torch.from_numpy(choice.rows)
        rows[k, most, len(FEATURES) :] = torch.from_numpy(choice.none)
        there[k, : len(choice.rows)] = there[k, most] = True
        right[k] = most if choice.right == len(choice.rows) else choice.right
    weights = torch.zeros(features, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (rows @ weights).masked_fill(~there, -1e9)
        value = torch.nn.functional.cross_entropy(scores, right) + RIDGE * (weights**2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return {n: round(float(w), 4) for n, w in zip(FEATURES + NONE_FEATURES, weights.detach(), strict=True)}


def share_right(choices: Sequence[Choice], weights: dict[str, float]) -> float:
    """Return the share of choices that the weights get right, those with no right candidate included."""
    found = [choose(list(c.rows), c.none, weights)[0] for c in choices]
    right = [(len(c.rows) if k is None else k) == c.right for k, c in zip(found, choices, strict=True)]
    return float(np.mean(right)) if right else 0.0


def main() -> None:
    """Train, measure on GUM's dev documents and GAP's validation file, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    reader = Reader(options.model)
    gum, gap = options.data / "gum", options.data / "gap"
    learned = [
        *from_gum(gum, "train", reader),
        *from_gap(gap / "gap-development.tsv", reader),
        *from_polnear(options.data / "polnear" / "train", reader),
    ]
    weights = {form: fit([c for c in learned if c.mention.form == form]) for form in ("pronoun", "nominal")}
    (options.model / "referents.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(f"{len(learned)} mentions learned from")
    gum_dev, gap_dev = list(from_gum(gum, "dev", reader)), list(from_gap(gap / "gap-validation.tsv", reader))
    men_and_women = word_lists()["pronouns"]["male"] | word_lists()["pronouns"]["female"]
    for title, form, some in (
        ("GUM dev, pronouns", "pronoun", [c for c in gum_dev if c.mention.form == "pronoun"]),
        ("GUM dev, he and she", "pronoun", [c for c in gum_dev if c.mention.words[0].casefold() in men_and_women]),
        ("GUM dev, nominals", "nominal", [c for c in gum_dev if c.mention.form == "nominal"]),
        ("GAP validation", "pronoun", [c for c in gap_dev if c.mention.form == "pronoun"]),
    ):
        found = [c for c in some if c.right < len(c.rows)]
        print(
            f"{title:20} {share_right(some, weights[form]):6.1%} right of {len(some)}; "
            f"{share_right(found, weights[form]):6.1%} of the {len(found)} whose referent is among the candidates"
        )


if __name__ == "__main__":
    main()
