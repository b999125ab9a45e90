"""What people decided, laid over what the reader found: `lay_over` is all of it, and has neither SQL nor clock in it.

A correction names the passage that it was made about, so that it finds it again in another reading of the article.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from onrecord.errors import WrongUsage
from onrecord.model import (
    Channel,
    Dispute,
    Document,
    Entity,
    Event,
    PartialDate,
    Passage,
    Record,
    Reference,
    Review,
    ReviewVerdict,
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

    `change` are the corrected fields of a statement, or the other entity of a join or split; `anchor` where the
    statement or the event stood when it was decided about.
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
    """A record with what was decided about it: what of it was rejected, and the rulings that have lost their place."""

    record: Record
    rejected: frozenset[str]
    orphans: frozenset[int]


def lay_over(record: Record, rulings: Iterable[Ruling]) -> Decided:
    """Return a record as people decided it, later rulings over earlier ones.

    Rejected statements and events stay in the record: their ids are told.
    """
    statements = {statement.id: statement for statement in record.statements}
    events = {event.id: event for event in record.events}
    entities = {entity.id: entity for entity in record.entities}
    rejected: set[str] = set()
    orphans: set[int] = set()
    moved = False
    for ruling in rulings:
        found = _find(ruling, record)
        if found is None:
            if not (ruling.target in (record.document.id, *entities) and ruling.verb in ("note", "join", "split")):
                orphans.add(ruling.number)
        elif ruling.verb == "reject":
            rejected.add(found.id)
        elif ruling.verb in ("fix", "accept"):
            rejected.discard(found.id)
            moved = moved or "content" in ruling.change
            if isinstance(found, Event):
                events[found.id] = replace(found, review=_review("accepted", ruling), confidence=1.0)
            else:
                statements[found.id] = _ruled(record.document, statements[found.id], ruling, entities)
    order = sorted(statements.values(), key=lambda s: s.content[0]) if moved else statements.values()
    return Decided(
        replace(record, statements=tuple(order), events=tuple(events.values()), entities=tuple(entities.values())),
        frozenset(rejected),
        frozenset(orphans),
    )


def shown(decided: Decided) -> Record:
    """Return a record without what was rejected; what was told in a rejected statement, the article itself tells.

    A dispute goes where a side of it has nothing left, or where its sides have turned out to be one holder's.
    """
    record, rejected = decided.record, decided.rejected
    events = (event for event in record.events if event.id not in rejected)
    statements = {s.id: s.speaker for s in record.statements if s.id not in rejected}
    told = {event.id for event in record.events} - rejected
    disputes = (_standing(dispute, statements, told) for dispute in record.disputes)
    return replace(
        record,
        statements=tuple(s for s in record.statements if s.id not in rejected),
        events=tuple(replace(e, reported_in=None) if e.reported_in in rejected else e for e in events),
        disputes=tuple(dispute for dispute in disputes if dispute),
    )


def _standing(dispute: Dispute, speakers: Mapping[str, str | None], told: Container[str]) -> Dispute | None:
    """Return a dispute with what is there, given who holds each statement, and the events; None where it is none."""
    sides = tuple(
        replace(
            position,
            statements=tuple(s for s in position.statements if s in speakers),
            events=tuple(event for event in position.events if event in told),
        )
        for position in dispute.positions
    )
    holders = [{speakers[statement] for statement in side.statements} - {None} for side in sides]
    if not all(side.statements or side.events or side.words for side in sides) or set.intersection(*holders):
        return None
    return replace(dispute, positions=sides)


def anchor_of(record: Record, entry: str) -> dict[str, Any]:
    """Return where a statement or an event stands, to find it again in another reading; of another entry, nothing."""
    for statement in record.statements:
        if statement.id == entry:
            return _place_of(statement)
    for event in record.events:
        if event.id == entry:
            return {"type": event.type, "trigger": list(event.triggers[0]), "who": _called(record, event)}
    return {}


def _place_of(statement: Statement) -> dict[str, Any]:
    return {"content": [list(p) for p in statement.content], "cue": [list(p) for p in statement.cue]}


def _called(record: Record, event: Event) -> str | None:
    return next((entity.called for entity in record.entities if entity.id == event.who), None)


def _find(ruling: Ruling, record: Record) -> Statement | Event | None:
    """Return the statement or event that a ruling is about: by its id, else the one that stands where it stood."""
    entries: tuple[Statement | Event, ...] = (*record.statements, *record.events)
    for entry in entries:
        if entry.id == ruling.target:
            return entry
    if "trigger" in ruling.anchor:
        return _find_event(ruling.anchor, record)
    return _find_statement(ruling.anchor, record.statements) if ruling.anchor else None


def _find_statement(anchor: Mapping[str, Any], found: Sequence[Statement]) -> Statement | None:
    """Return the statement whose content stands at an anchor, the one with the same cue before others."""
    there = [
        (place["cue"] != anchor["cue"], number)
        for number, place in enumerate(map(_place_of, found))
        if place["content"] == anchor["content"]
    ]
    return found[min(there)[1]] if there else None


def _find_event(anchor: Mapping[str, Any], record: Record) -> Event | None:
    """Return the event of an anchor's type and words: that of the same person, or the only one there is."""
    there = [
        event
        for event in record.events
        if event.type == anchor["type"] and Passage(*anchor["trigger"]) in event.triggers
    ]
    same = [event for event in there if _called(record, event) == anchor["who"]]
    return same[0] if same else there[0] if len(there) == 1 else None


def _ruled(document: Document, statement: Statement, ruling: Ruling, entities: dict[str, Entity]) -> Statement:
    corrected = bool(ruling.change) or (statement.review is not None and statement.review.verdict == "corrected")
    review = _review("corrected" if corrected else "accepted", ruling)
    changes: dict[str, Any] = {"review": review, "confidence": 1.0}
    for field, value in ruling.change.items():
        changes[field] = _READERS[field](document, value, entities)
    if "speaker" in changes:
        changes["candidates"] = ()
    return replace(statement, **changes)


def _review(verdict: ReviewVerdict, ruling: Ruling) -> Review:
    return Review(verdict, ruling.by, ruling.at[: len("2018-08-27")])


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
