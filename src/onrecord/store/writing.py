"""Putting readings into a store: the document, what was found in it, and the rows that are asked."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from onrecord.ledger import line_of, words_of
from onrecord.model import Document, Entity, Event, Record, Statement
from onrecord.predictions import Prediction, find_predictions
from onrecord.store.copies import LEAST_SHARED, bands_of, share
from onrecord.store.deciding import Decided, Ruling, lay_over, shown
from onrecord.store.schema import (
    BANDS,
    COMPARED,
    COMPARISONS,
    DECISIONS,
    DISPUTES,
    DOCUMENTS,
    ENTITIES,
    EVENTS,
    FACTS,
    INPUTS,
    PREDICTIONS,
    READINGS,
    SIGNATURES,
    STATEMENTS,
)

LEAST_SURE = 0.4
"""Statements that are less sure than this are not compared with those of other articles."""
_WORD = re.compile(r"\w+")
_REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is stored of one document: its record, a vector of each statement, and the signature of its text."""

    record: Record
    vectors: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Input:
    """Something that was to be read: its name, what it looked like, and how it was read."""

    name: str
    stamp: str | None
    settings: dict[str, Any]


def put_reading(connection: sa.Connection, reading: Reading, now: str) -> bool:
    """Store a document and what was found in it; return False where that document is there already."""
    record = reading.record
    document = record.document
    known = connection.scalar(sa.select(DOCUMENTS.c.number).where(DOCUMENTS.c.id == document.id))
    if known is not None:
        return False
    number = connection.scalar(sa.insert(DOCUMENTS).values(_document_row(document, now)).returning(DOCUMENTS.c.number))
    story = _find_story(connection, reading.signature) or document.id
    connection.execute(sa.update(DOCUMENTS).where(DOCUMENTS.c.number == number).values(story=story))
    connection.execute(sa.insert(SIGNATURES).values(document=number, data=reading.signature))
    bands = [{"hash": band, "document": number} for band in bands_of(reading.signature)]
    connection.execute(sa.insert(BANDS), bands)
    replace_reading(connection, reading, now)
    return True


def replace_reading(connection: sa.Connection, reading: Reading, now: str) -> None:
    """Put a reading in the place of the one that is there, and lay what was decided over it."""
    document = reading.record.document.id
    connection.execute(sa.delete(READINGS).where(READINGS.c.document == document))
    connection.execute(sa.insert(READINGS).values(_reading_row(reading, now)))
    derive(connection, reading.record)


def derive(connection: sa.Connection, found: Record) -> None:
    """Make anew the statements, events, predictions and entities of a document from what was found and decided."""
    document = found.document
    decided = lay_over(found, rulings_of(connection, document.id))
    known = connection.execute(sa.select(ENTITIES.c.id, ENTITIES.c.identity).where(ENTITIES.c.document == document.id))
    identities = {row.id: row.identity for row in known}
    rows = _statement_rows(decided)
    if not _says_the_same(connection, decided):
        forget_comparisons(connection, document.id)
    for table in (STATEMENTS, EVENTS, PREDICTIONS, DISPUTES, ENTITIES):
        connection.execute(sa.delete(table).where(table.c.document == document.id))
    for table, made in (
        (STATEMENTS, rows), (EVENTS, _event_rows(decided)), (PREDICTIONS, _prediction_rows(decided)),
        (DISPUTES, _dispute_rows(decided)),
    ):  # fmt: skip
        if made:
            connection.execute(sa.insert(table), made)
    spoken = [row["speaker"] for row in rows if row["review"] != "rejected"]
    entities = [
        _entity_row(entity, document.id, spoken.count(entity.id), identities.get(entity.id))
        for entity in decided.record.entities
    ]
    if entities:
        connection.execute(sa.insert(ENTITIES), entities)
    _mark_orphans(connection, document.id, decided.orphans)


def _says_the_same(connection: sa.Connection, decided: Decided) -> bool:
    """Tell whether the statements that are there of a document are those decided, but for how sure and by whom."""
    query = sa.select(STATEMENTS.c.data, STATEMENTS.c.review)
    rows = connection.execute(query.where(STATEMENTS.c.document == decided.record.document.id))
    before = {_compared(Statement.from_dict(row.data), rejected=row.review == _REJECTED) for row in rows}
    return before == {_compared(one, rejected=one.id in decided.rejected) for one in decided.record.statements}


def _compared(statement: Statement, *, rejected: bool) -> tuple[Statement, bool]:
    """Return what of a statement may change what is made of it and others, and whether it is compared at all."""
    is_compared = not rejected and statement.confidence >= LEAST_SURE
    return replace(statement, confidence=1.0, candidates=(), review=None), is_compared


def forget_comparisons(connection: sa.Connection, document: str) -> None:
    """Forget what was made of the statements of a document, which have changed: they are compared again."""
    columns = COMPARISONS.c
    here = sa.or_(columns.first_document == document, columns.second_document == document)
    connection.execute(sa.delete(COMPARISONS).where(here))
    connection.execute(sa.delete(COMPARED).where(COMPARED.c.document == document))


def rulings_of(connection: sa.Connection, document: str) -> list[Ruling]:
    """Return what was decided about a document and not undone, in order."""
    wanted = DECISIONS.c.document == document
    query = sa.select(DECISIONS).where(wanted, DECISIONS.c.undone_at.is_(None)).order_by(DECISIONS.c.number)
    return [ruling_of(row) for row in connection.execute(query)]


def ruling_of(row: sa.Row[Any]) -> Ruling:
    """Return a row of the decisions as a ruling."""
    return Ruling(row.number, row.verb, row.target, row.change, row.anchor, row.by, row.at, row.note)


def put_input(connection: sa.Connection, given: Input, now: str, *, document: str | None, reason: str | None) -> None:
    """Note that an input was read as a document, or skipped for a reason."""
    key = input_id(given.name)
    tries = connection.scalar(sa.select(INPUTS.c.tries).where(INPUTS.c.id == key)) or 0
    row = {
        "stamp": given.stamp,
        "document": document,
        "reason": reason,
        "settings": given.settings,
        "tries": tries + 1,
        "tried_at": now,
    }
    if tries:
        connection.execute(sa.update(INPUTS).where(INPUTS.c.id == key).values(row))
    else:
        connection.execute(sa.insert(INPUTS).values(id=key, name=given.name, **row))


def input_id(name: str) -> str:
    """Return what an input is kept under."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def set_fact(connection: sa.Connection, name: str, value: str) -> None:
    """Keep a fact about the store itself."""
    if not connection.execute(sa.update(FACTS).where(FACTS.c.name == name).values(value=value)).rowcount:
        connection.execute(sa.insert(FACTS).values(name=name, value=value))


def fold(names: Iterable[str]) -> str:
    """Return names as they are looked up: words without case and accents, a space around each, bars between names."""
    return f"| {' | '.join(dict.fromkeys(' '.join(fold_words(name)) for name in names if name))} |"


def fold_words(name: str) -> list[str]:
    """Return the words of a name without case and accents."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return _WORD.findall("".join(c for c in apart if not unicodedata.combining(c)))


def found_of(document: Document, row: sa.Row[Any]) -> Record:
    """Return what a reading found, from its row."""
    found = json.loads(zlib.decompress(row.found))
    about = {"document": document.to_dict(), "read_by": {"version": row.version, "model": row.model}}
    return Record.from_dict(about | found)


def _document_row(document: Document, now: str) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "publisher": document.publisher,
        "byline": document.byline,
        "published": document.published,
        "language": document.language,
        "digest": document.digest,
        "name": document.name,
        "text": document.text,
        "words": document.words,
        "added": now,
        "story": document.id,
    }


def _reading_row(reading: Reading, now: str) -> dict[str, Any]:
    record = reading.record
    assert record.read_by is not None
    found = {
        "statements": [statement.to_dict() for statement in record.statements],
        "entities": [entity.to_dict() for entity in record.entities],
        "events": [event.to_dict() for event in record.events],
        "disputes": [dispute.to_dict() for dispute in record.disputes],
    }
    return {
        "document": record.document.id,
        "version": record.read_by.version,
        "model": record.read_by.model,
        "found": zlib.compress(json.dumps(found).encode()),
        "vectors": reading.vectors,
        "read_at": now,
    }


def _find_story(connection: sa.Connection, signature: bytes) -> str | None:
    """Return the story that a text with this signature is a copy of, None where it is new."""
    near = sa.select(BANDS.c.document).where(BANDS.c.hash.in_(bands_of(signature))).distinct()
    query = (
        sa.select(DOCUMENTS.c.story, SIGNATURES.c.data)
        .join(SIGNATURES, SIGNATURES.c.document == DOCUMENTS.c.number)
        .where(DOCUMENTS.c.number.in_(near))
        .order_by(DOCUMENTS.c.number)
    )
    shares = [(share(signature, row.data), row.story) for row in connection.execute(query)]
    best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= LEAST_SHARED else None


def _statement_rows(decided: Decided) -> list[dict[str, Any]]:
    document = decided.record.document
    entities = {entity.id: entity for entity in decided.record.entities}
    return [
        _statement_row(document, statement, place, entities, rejected=statement.id in decided.rejected)
        for place, statement in enumerate(decided.record.statements)
    ]


def _statement_row(
    document: Document, statement: Statement, place: int, entities: dict[str, Entity], *, rejected: bool
) -> dict[str, Any]:
    speaker = entities.get(statement.speaker or "")
    channel, addressee, said_on = statement.channel, statement.addressee, statement.said_on
    told = entities.get(addressee.entity or "") if addressee else None
    review = statement.review.verdict if statement.review else None
    return {
        "id": statement.id,
        "document": document.id,
        "place": place,
        "speaker": statement.speaker,
        "holder": speaker.called if speaker else document.slice(statement.source),
        "said": document.slice(statement.content),
        "act": statement.act,
        "form": statement.form,
        "negated": statement.negated,
        "channel": channel.kind if channel else None,
        "channel_name": channel.name if channel else None,
        "addressee": addressee.entity if addressee else None,
        "told": told.called if told else document.slice(addressee.passage) if addressee else None,
        "said_on": said_on.value if said_on else None,
        "day": said_on.begin if said_on else document.published,
        "confidence": statement.confidence,
        "review": _REJECTED if rejected else review,
        "data": statement.to_dict(),
    }


def _event_rows(decided: Decided) -> list[dict[str, Any]]:
    document = decided.record.document
    entities = {entity.id: entity for entity in decided.record.entities}
    return [
        _event_row(document, event, position, entities, rejected=event.id in decided.rejected)
        for position, event in enumerate(decided.record.events)
    ]


def _event_row(
    document: Document, event: Event, position: int, entities: dict[str, Entity], *, rejected: bool
) -> dict[str, Any]:
    who, term = entities.get(event.who), event.term
    review = event.review.verdict if event.review else None
    return {
        "id": event.id,
        "document": document.id,
        "position": position,
        "type": event.type,
        "who": event.who,
        "called": who.called if who else "",
        "modality": event.modality,
        "date": event.date.value if event.date else None,
        "day": event.date.begin if event.date else None,
        "term": term.value if term else None,
        "suspended": term.suspended if term else False,
        "for": document.slice(event.offence) if event.offence else None,
        "by": line_of(document, event.authority),
        "place": line_of(document, event.place),
        "trigger": document.slice(event.triggers[0]),
        "sentence": words_of(event, document),
        "reported_in": event.reported_in,
        "confidence": event.confidence,
        "review": _REJECTED if rejected else review,
        "data": event.to_dict(),
    }


def _prediction_rows(decided: Decided) -> list[dict[str, Any]]:
    record = shown(decided)
    return [
        _prediction_row(record, prediction, position) for position, prediction in enumerate(find_predictions(record))
    ]


def _prediction_row(record: Record, prediction: Prediction, position: int) -> dict[str, Any]:
    document, condition, due = record.document, prediction.condition, prediction.due
    return {
        "document": document.id,
        "position": position,
        "statement": prediction.statement,
        "kind": prediction.kind,
        "content": document.slice(prediction.content),
        "condition": document.slice(condition) if condition else None,
        "due": due.value if due else None,
        "until": due.end if due else None,
        "about": list(prediction.about),
        "data": prediction.to_dict(),
    }


def _dispute_rows(decided: Decided) -> list[dict[str, Any]]:
    return [
        {
            "id": dispute.id,
            "document": decided.record.document.id,
            "confidence": dispute.confidence,
            "data": dispute.to_dict(),
        }
        for dispute in shown(decided).disputes
    ]


def _entity_row(entity: Entity, document: str, statements: int, identity: str | None) -> dict[str, Any]:
    return {
        "id": entity.id,
        "document": document,
        "kind": entity.kind,
        "name": entity.name,
        "called": entity.called,
        "folded": fold((entity.name or "", *entity.aliases)),
        "statements": statements,
        "mentions": len(entity.mentions),
        "data": entity.to_dict(),
        "identity": identity,
    }


def _mark_orphans(connection: sa.Connection, document: str, orphans: frozenset[int]) -> None:
    here = DECISIONS.c.document == document
    connection.execute(sa.update(DECISIONS).where(here).values(orphan=False))
    if orphans:
        connection.execute(sa.update(DECISIONS).where(here, DECISIONS.c.number.in_(orphans)).values(orphan=True))
