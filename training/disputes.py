"""Which statements of PolNeAR's train articles are in dispute, as `training.comparer` learns it.

`disputes.jsonl` beside this file has, for each article, the matters on which its statements clash. Attributions are
counted from 0 in the order of their cues (of their contents, where there is no cue), as `gold_in_cue_order` has them.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from eval.polnear import load_split
from onrecord.attribution.cues import read_cue
from onrecord.attribution.statements import find_statements
from onrecord.disputes.comparing import TYPES
from onrecord.disputes.signs import signs_of
from onrecord.disputes.voices import Voice, voices_of
from onrecord.entities.resolve import resolve
from onrecord.language.meaning import cosines, vectors_of
from onrecord.language.reader import analyse, load_reader
from onrecord.model import Document, Passage, Record, Statement

ANNOTATIONS = Path(__file__).parent / "disputes.jsonl"
OWN = Path(__file__).parent / "disputes-own.jsonl"

KEPT_BACK_OF = 5
LESS_DIRECT = 0.4
"""How much a pair on opposite sides counts that was not named among the most directly opposed."""


@dataclass(frozen=True)
class Annotated:
    """An article: its record, the vectors of its voices, and what people made of pairs of them.

    A pair has the ranks of two voices (`voices_of`), the earlier one first. `direct` gives the type of those most
    directly opposed; `opposed` are all on opposite sides of a matter, `agreed` all on the same side, `reported` the
    direct ones that the article presents as a clash.
    """

    name: str
    record: Record
    vectors: np.ndarray
    direct: dict[tuple[int, int], str]
    opposed: frozenset[tuple[int, int]]
    agreed: frozenset[tuple[int, int]]
    reported: frozenset[tuple[int, int]]


def load_annotated(data: Path, cache: Path) -> list[Annotated]:
    """Return the annotated articles, read once and kept in a file."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps([*_read_annotated(data), *read_own(OWN)]))
    kept: list[Annotated] = pickle.loads(cache.read_bytes())  # our own file
    return kept


def is_kept_back(name: str) -> bool:
    """Tell whether an article is kept from training: one in five, and among them those that the reader never saw."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % KEPT_BACK_OF == 0


def is_own(article: Annotated) -> bool:
    """Tell whether an article was written for this."""
    return article.name.startswith("own-")


def _read_annotated(data: Path) -> Iterator[Annotated]:
    matters = {row["article"]: row["matters"] for row in map(json.loads, ANNOTATIONS.open(encoding="utf-8"))}
    for article in load_split(data / "polnear" / "train"):
        if article.name in matters:
            yield annotate(article.name, article.text, article.annotations[0], matters[article.name])


def annotate(name: str, text: str, attributions: list, matters: list[dict]) -> Annotated:
    """Return an article with its attributions as people marked them, and what is in dispute."""
    reader = load_reader()
    analysis = analyse(text, reader)
    statements = [statement_of(text, a, k) for k, a in enumerate(in_cue_order(attributions))]
    spoken, entities = resolve(analysis, sorted(statements, key=lambda s: s.content[0]), "doc")
    record = Record(Document(text), tuple(spoken), tuple(entities))
    voices = voices_of(record)
    rank = {int(v.statement.id): v.rank for v in voices}
    vectors = vectors_of(analysis, [v.statement.content for v in voices])
    direct: dict[tuple[int, int], str] = {}
    opposed, agreed, reported = set(), set(), set()
    for matter in matters:
        sides = [[rank[k] for k in side] for side in matter["sides"]]
        opposed |= {_pair(a, b) for a, b in product(*sides)}
        agreed |= {_pair(a, b) for side in sides for a, b in product(side, side) if a != b}
        for a, b in matter["direct"]:
            direct[_pair(rank[a], rank[b])] = matter["type"]
            if matter["reported"]:
                reported.add(_pair(rank[a], rank[b]))
    return Annotated(name, record, vectors, direct, frozenset(opposed), frozenset(agreed), frozenset(reported))


def read_own(path: Path) -> Iterator[Annotated]:
    """Yield the articles that were written for this, with the statements that the reader finds in them."""
    reader = load_reader()
    for number, row in enumerate(map(json.loads, path.open(encoding="utf-8"))):
        text = row["text"]
        analysis = analyse(text, reader)
        spoken, entities = resolve(analysis, find_statements(analysis, str(number), reader), str(number))
        record = Record(Document(text), tuple(spoken), tuple(entities))
        voices = voices_of(record)
        vectors = vectors_of(analysis, [v.statement.content for v in voices])
        direct, reported = {}, set()
        for pair in row["statements_in_dispute"]:
            found = [find_voice(voices, text.find(pair[side]), pair[side]) for side in ("a", "b")]
            if None not in found and found[0] is not found[1]:
                ranks = _pair(*(voice.rank for voice in found))
                direct[ranks] = pair["type"]
                reported |= {ranks} if pair["reported"] else set()
        every = frozenset(direct)
        yield Annotated(f"own-{number}", record, vectors, direct, every, frozenset(), frozenset(reported))


def find_voice(voices: Sequence[Voice], at: int, words: str) -> Voice | None:
    """Return the voice whose content has the most of some words of the text, None where none has half of them."""
    best, share = None, 0.5
    for voice in voices:
        inside = sum(max(0, min(e, at + len(words)) - max(s, at)) for s, e in voice.statement.content)
        if inside / len(words) >= share:
            best, share = voice, inside / len(words) + 1e-9
    return best


def in_cue_order(attributions: list) -> list:
    """Return the attributions with a content in the order of their cues."""
    kept = [a for a in attributions if a["content"]]
    return sorted(kept, key=lambda a: min(start for start, _ in (a["cue"] or a["content"])))


def statement_of(text: str, attribution: dict, number: int) -> Statement:
    """Return an annotated attribution as a statement; its id is its number."""
    source, cue, content = (
        tuple(Passage(*span) for span in sorted(attribution[role])) for role in ("source", "cue", "content")
    )
    act = read_cue(" ".join(text[a:b] for a, b in cue))
    quoted = any(c in '“”"«»' for a, b in content for c in text[max(0, a - 1) : b + 1])
    form = "mixed" if quoted else "indirect"
    return Statement(str(number), source, cue, content, form, act.act, 1.0, act.negated)


def _pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


@dataclass(frozen=True)
class Labelled:
    """A pair of voices of an article with its signs, whether it is in dispute (2), agrees (1) or neither (0).

    `type` is the number of the type of the dispute, None where it is none. `weight` is how much it counts.
    """

    first: Voice
    second: Voice
    signs: np.ndarray
    label: int
    type: int | None
    weight: float


def label_pairs(article: Annotated) -> list[Labelled]:
    """Return every pair of voices of different holders of an article; those that may be either have no weight."""
    voices = voices_of(article.record)
    near = cosines(article.vectors)
    pairs = []
    for i, first in enumerate(voices):
        for j in range(i + 1, len(voices)):
            second, pair = voices[j], (i, j)
            if first.holder is not None and first.holder == second.holder:
                continue
            label = 2 if pair in article.opposed else 1 if pair in article.agreed else 0
            kind = TYPES.index(article.direct[pair]) if pair in article.direct else None
            weight = 1.0 if pair in article.direct or label < 2 else LESS_DIRECT
            pairs.append(Labelled(first, second, signs_of(first, second, float(near[i, j])), label, kind, weight))
    return pairs


def far_apart(pair: Labelled) -> Labelled:
    """Return a pair as it would be shown if its voices stood in different articles."""
    elsewhere = replace(pair.second, article=replace(pair.second.article))
    return replace(pair, second=elsewhere, signs=signs_of(pair.first, elsewhere, float(pair.signs[1])))
