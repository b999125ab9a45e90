"""What people decided, laid over what the reader found: `lay_over` is all of it, and has neither SQL nor clock in it.

A correction names the passage that it was made about, so that it finds it again in another reading of the article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from onrecord.errors import WrongUsage
from onrecord.model import (
    Channel,
    Document,
    Entity,
    PartialDate,
    Passage,
    Record,
    Reference,
    Review,
    Statement,
    make_id,
)

Verb: TypeAlias = Literal["fix", "accept", "reject", "note", "join", "split"]

_TEXT_FIELDS = ("act", "form", "negated")
_PASSAGE_FIELDS = ("content", "source", "cue")
FIELDS = ("speaker", *_TEXT_FIELDS, *_PASSAGE_FIELDS, "said_on", "channel", "addressee")
"""What of a statement can be corrected."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision of a person about an entry: what, when and by whom, and where the entry stood.

    `change` are the corrected fields of a statement, or the other entity of a join or split; `anchor` the passages
    of the statement when it was decided about.
    """

    number: int
    verb: Verb
    target: str
    change: Mapping[str, Any]
    anchor: Mapping[str, Any]
    by: str
    at: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A record with what was decided about it: its rejected statements, and the rulings that have lost their place."""

    record: Record
    rejected: frozenset[str]
    orphans: frozenset[int]


def lay_over(record: Record, rulings: Iterable[Ruling]) -> Decided:
    """Return a record as people decided it, later rulings over earlier ones.

    Rejected statements stay in the record: their ids are told.
    """
    statements = {statement.id: statement for statement in record.statements}
    entities = {entity.id: entity for entity in record.entities}
    rejected: set[str] = set()
    orphans: set[int] = set()
    moved = False
    for ruling in rulings:
        found = _find(ruling, record.statements)
        if found is None:
            if not (ruling.target in (record.document.id, *entities) and ruling.verb in ("note", "join", "split")):
                orphans.add(ruling.number)
        elif ruling.verb == "reject":
            rejected.add(found.id)
        elif ruling.verb in ("fix", "accept"):
            rejected.discard(found.id)
            moved = moved or "content" in ruling.change
            statements[found.id] = _ruled(record.document, statements[found.id], ruling, entities)
    order = sorted(statements.values(), key=lambda s: s.content[0]) if moved else statements.values()
    return Decided(
        replace(record, statements=tuple(order), entities=tuple(entities.values())),
        frozenset(rejected),
        frozenset(orphans),
    )


def anchor_of(statement: Statement) -> dict[str, Any]:
    """Return where a statement stands, to find it again in another reading."""
    return {"content": [list(p) for p in statement.content], "cue": [list(p) for p in statement.cue]}


def _find(ruling: Ruling, found: Sequence[Statement]) -> Statement | None:
    """Return the statement that a ruling is about: by its id, else the one whose content stands where it stood."""
    for statement in found:
        if statement.id == ruling.target:
            return statement
    anchors = [anchor_of(statement) for statement in found]
    there = [
        (anchor["cue"] != ruling.anchor["cue"], number)
        for number, anchor in enumerate(anchors)
        if ruling.anchor and anchor["content"] == ruling.anchor["content"]
    ]
    return found[min(there)[1]] if there else None


def _ruled(document: Document, statement: Statement, ruling: Ruling, entities: dict[str, Entity]) -> Statement:
    corrected = bool(ruling.change) or (statement.review is not None and statement.review.verdict == "corrected")
    review = Review("corrected" if corrected else "accepted", ruling.by, ruling.at[: len("2018-08-27")])
    changes: dict[str, Any] = {"review": review, "confidence": 1.0}
    for field, value in ruling.change.items():
        changes[field] = _READERS[field](document, value, entities)
    if "speaker" in changes:
        changes["candidates"] = ()
    return replace(statement, **changes)


def _read_speaker(document: Document, value: str | None, entities: dict[str, Entity]) -> str | None:
    return None if value is None else find_entity(document, value, entities)


def find_entity(document: Document, name: str, entities: dict[str, Entity]) -> str:
    """Return the id of the entity of an article with an id or a name; a name that it does not have becomes one."""
    if name in entities:
        return name
    for entity in entities.values():
        if name.casefold() in (known.casefold() for known in (entity.called, *entity.aliases)):
            return entity.id
    made = Entity(make_id("en", document.id, "decided", name), "person", name, None, (), ())
    entities[made.id] = made
    return made.id


def _read_passages(document: Document, value: Sequence[Sequence[int]], _: dict[str, Entity]) -> tuple[Passage, ...]:
    return check_passages(document, value)


def check_passages(document: Document, pairs: Sequence[Sequence[int]]) -> tuple[Passage, ...]:
    """Return passages of a document, in order; raise WrongUsage where one is empty, overlaps, or lies outside."""
    passages = tuple(sorted(Passage(*pair) for pair in pairs))
    end = 0
    for passage in passages:
        if not end <= passage.start < passage.end <= len(document.text):
            raise WrongUsage(
                f"{passage.start}:{passage.end}: no passage of {document.id}, which has {len(document.text)} characters"
            )
        end = passage.end
    return passages


def _read_as_it_is(_: Document, value: Any, __: dict[str, Entity]) -> Any:
    return value


def _read_date(_: Document, value: Mapping[str, Any] | None, __: dict[str, Entity]) -> PartialDate | None:
    return None if value is None else PartialDate.from_dict(value)


def _read_channel(_: Document, value: Mapping[str, Any] | None, __: dict[str, Entity]) -> Channel | None:
    return None if value is None else Channel.from_dict(value)


def _read_addressee(_: Document, value: Mapping[str, Any] | None, __: dict[str, Entity]) -> Reference | None:
    return None if value is None else Reference.from_dict(value)


_READERS: Mapping[str, Callable[[Document, Any, dict[str, Entity]], Any]] = {
    "speaker": _read_speaker,
    **dict.fromkeys(_TEXT_FIELDS, _read_as_it_is),
    **dict.fromkeys(_PASSAGE_FIELDS, _read_passages),
    "said_on": _read_date,
    "channel": _read_channel,
    "addressee": _read_addressee,
}
