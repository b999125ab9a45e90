"""A comparer that says what was planted, articles with marks in them, and stores of what can be compared.

No model has to read or to compare, and a statement means what the last word of its content says: two that end in "dam"
are as near as can be, two that end in other words are far apart.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.finder import find_disputes
from onrecord.disputes.signs import SIGNS
from onrecord.language.comparer import Comparison
from onrecord.language.meaning import WIDTH, Bytes, Floats, as_bytes
from onrecord.language.reader import Analysis, Scores
from onrecord.language.windows import Words
from onrecord.model import (
    Dispute,
    DisputeType,
    Document,
    Entity,
    Mention,
    Passage,
    ReadBy,
    Record,
    Statement,
    make_id,
)
from onrecord.store import Store, joining, now
from onrecord.store.copies import signature_of
from onrecord.store.vectors import pack_vectors
from onrecord.store.writing import Reading, put_reading

CENTRES: Bytes = as_bytes(np.random.default_rng(7).normal(size=(8, WIDTH)))
"""The centres of the cells of a store in a test."""

TYPES = get_args(DisputeType)


def settings(**changes: Any) -> dict[str, Any]:
    """Return settings by which the chance is what the comparer says, whatever the signs and what they promise."""
    nothing = [0.0] * len(SIGNS)
    thresholds = dict.fromkeys(("least", "shown", "shown_far", "shown_changed"), 0.5)
    weights = {"promise": nothing} | {name: [*nothing, 0.0, 1.0, 0.0, 0.0] for name in ("clash", "clash_far")}
    return {**weights, "least_promise": 0.0, "least_skim": -99.0, **thresholds, **changes}


@dataclass
class PlantedComparer:
    """A comparer of which every answer was planted: by two contents, how surely they clash; of others, hardly."""

    planted: dict[tuple[str, str], float] = field(default_factory=dict)
    type: DisputeType = "account"
    settings: dict[str, Any] = field(default_factory=settings)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def compare(self, first: str, second: str) -> Comparison:
        self.asked.append((first, second))
        chances = [
            chance
            for (one, other), chance in self.planted.items()
            if (first.endswith(one) and second.endswith(other)) or (first.endswith(other) and second.endswith(one))
        ]
        chance = max(chances, default=0.001)
        odds = np.zeros(len(TYPES))
        odds[TYPES.index(self.type)] = 1
        return Comparison(math.log(chance / (1 - chance)), 0.0, 0.0, odds)


@dataclass
class PlantedSkimmer:
    """A skimmer that scores a pair by its signs, with planted weights: without any, all pairs alike."""

    planted: dict[str, float] = field(default_factory=dict)

    def score(self, states: Floats, pairs: NDArray[np.int64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
        assert states.shape == (pairs.max() + 1, STATES)
        return signs @ np.array([self.planted.get(name, 0.0) for name in SIGNS])


def analysis_of(record: Record) -> Analysis:
    """Return what a reader that knows nothing makes of the article of a record."""
    text = record.document.text
    starts = np.array([word.start() for word in re.finditer(r"\S+", text)], dtype=np.int64)
    nothing = np.zeros((len(starts), 1), dtype=np.float32)
    words = Words(text, *[starts] * 9, [])
    return Analysis(words, Scores(nothing, nothing, nothing, nothing, nothing, nothing, nothing))


STATES = WIDTH + 3
"""What a skimmer is given of a voice: its vector, and three states of words of a reader that knows nothing."""


def disputes_of(record: Record, comparer: PlantedComparer, skimmer: PlantedSkimmer | None = None) -> list[Dispute]:
    """Return the disputes of the article of a record, with what was planted."""
    return find_disputes(record, analysis_of(record), vectors_of(record), comparer, skimmer or PlantedSkimmer())


def vector_of(content: str) -> Bytes:
    """Return the vector (384,) that stands for the last word of a content."""
    word = content.split()[-1]
    vector: Bytes = as_bytes(np.random.default_rng(zlib.crc32(word.encode())).normal(size=WIDTH))
    return vector


def vectors_of(record: Record) -> Bytes:
    """Return the vectors (N, 384) of the statements of a record."""
    vectors = [vector_of(record.document.slice(statement.content)) for statement in record.statements]
    return np.stack(vectors) if vectors else np.zeros((0, WIDTH), dtype=np.int8)


def reading_of(record: Record) -> Reading:
    """Return what a store keeps of a record, with what its statements mean."""
    packed = pack_vectors([statement.id for statement in record.statements], vectors_of(record))
    return Reading(record, packed, signature_of(record.document.text))


def put_comparable(store: Store, *records: Record) -> None:
    """Put records into a store with what their statements mean."""
    for record in records:
        with store.writing() as connection:
            assert put_reading(connection, reading_of(record), now())
            joining.place_entities(connection, record.document.id)


_MARK = re.compile(r"<([sctm])(\d?)(?:=([^|>]*)\|| )([^>]*)>")
_PARTS = {"s": "source", "c": "cue", "t": "content"}


def told(marked: str, *, acts: dict[int, str] | None = None, sure: dict[int, float] | None = None, **about) -> Record:
    """Return the record of `<s1 Irena Vokal> <c1 said> <t1 the dam leaks>`: source, cue and content of statement 1.

    Sources, and other mentions (`<m Irena Vokal>`), are of who has these words as a name; `<s2=Irena Vokal|she>` is a
    mention of hers by other words. A statement with no source is nobody's.
    """
    text, at = "", 0
    parts: dict[int, dict[str, list[Passage]]] = {}
    mentions: dict[str, list[Mention]] = {}
    speakers: dict[int, str] = {}
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        kind, number, name, words = mark.groups()
        passage = Passage(len(text), len(text) + len(words))
        text, at = text + words, mark.end()
        if kind in "sm":
            form = "name" if name is None else "nominal" if words.startswith("the ") else "pronoun"
            mentions.setdefault(name or words, []).append(Mention(passage, form))
        if kind == "s":
            speakers.setdefault(int(number), name or words)
        if kind in _PARTS:
            parts.setdefault(int(number), {}).setdefault(_PARTS[kind], []).append(passage)
    document = Document(text + marked[at:], **about)
    entities = {
        name: Entity(make_id("en", document.id, name), "person", name, None, (), tuple(found))
        for name, found in mentions.items()
    }
    statements = tuple(
        Statement(
            id=make_id("st", document.id, *found["content"], *found.get("cue", ())),
            source=tuple(found.get("source", ())),
            cue=tuple(found.get("cue", ())),
            content=tuple(found["content"]),
            form="indirect",
            act=(acts or {}).get(number, "say"),
            confidence=(sure or {}).get(number, 0.9),
            speaker=entities[speakers[number]].id if number in speakers else None,
        )
        for number, found in sorted(parts.items())
    )
    return Record(document, statements, tuple(entities.values()), ReadBy("0.1.0", "model-1"))
