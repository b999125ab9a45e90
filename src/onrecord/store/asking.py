"""Asking a store: each function takes a connection and returns rows of plain values."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa

from onrecord.model import Document, Record
from onrecord.store.columns import Words
from onrecord.store.deciding import Decided, lay_over
from onrecord.store.schema import (
    DECISIONS,
    DOCUMENTS,
    ENTITIES,
    FACTS,
    IDENTITIES,
    INPUTS,
    READINGS,
    STATEMENTS,
)
from onrecord.store.words import with_words
from onrecord.store.writing import Input, fold_words, found_of, input_id, rulings_of

Row: TypeAlias = dict[str, Any]

BY_PEOPLE = "people"
"""Stands for the model of a record that people made."""
_LETTERS = re.compile(r"\w+")
_HEARD, _TOPICS, _LONG = 1_000, 8, 5
"""How many statements are looked at for what somebody says most, how many words are told, and how long they are."""
_FEW, _USUAL = 3, 0.05
"""A word that stands in more than one of 20 statements is one that everybody uses."""
_AT_ONCE = 200
"""How many documents are fetched at a time: few round trips, little memory."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing: its rows, and how many there are in all. One that is not `whole` lacks what failed."""

    rows: list[Row]
    total: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a listing is wanted: so many rows, after so many; None is all of them."""

    limit: int | None = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements are wanted. What is None does not matter.

    `by`, `to`: a name, part of one, or an id. `about`: words of the content, as `search` takes them. `since`, `until`:
    dates as precise as they matter. `story_once` leaves out copies of a story that is there already.
    """

    by: str | None = None
    about: str | None = None
    to: str | None = None
    act: str | None = None
    form: str | None = None
    channel: str | None = None
    since: str | None = None
    until: str | None = None
    publisher: str | None = None
    document: str | None = None
    review: str | None = None
    min_confidence: float = 0.0
    story_once: bool = False
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds, in numbers."""

    documents: int
    stories: int
    words: int
    statements: int
    entities: int
    identities: int
    skipped: int
    decisions: int
    orphans: int
    by: dict[str, dict[str, int]] = field(default_factory=dict)


def statements(connection: sa.Connection, wanted: Wanted, cut: Cut) -> Page:
    """Return the statements that are wanted, the newest first."""
    here = STATEMENTS.join(DOCUMENTS, DOCUMENTS.c.id == STATEMENTS.c.document)
    conditions = list(_conditions(connection, wanted))
    holder = sa.select(ENTITIES.c.identity).where(ENTITIES.c.id == STATEMENTS.c.speaker).scalar_subquery()
    query = (
        sa.select(*_STATEMENT_COLUMNS, holder.label("identity"))
        .select_from(here)
        .where(*conditions)
        .order_by(sa.nulls_last(STATEMENTS.c.day.desc()), STATEMENTS.c.document, STATEMENTS.c.place)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(here).where(*conditions)) or 0
    return Page([dict(row._mapping) for row in connection.execute(_cut(query, cut))], total)


def latest(connection: sa.Connection, wanted: Wanted, after: int, *, limit: int | None = None) -> list[Row]:
    """Return the statements that are wanted of the documents that came after one, those of the latest first."""
    columns = (*_STATEMENT_COLUMNS, DOCUMENTS.c.added, DOCUMENTS.c.number, STATEMENTS.c.place)
    query = (
        sa.select(*columns)
        .select_from(STATEMENTS.join(DOCUMENTS, DOCUMENTS.c.id == STATEMENTS.c.document))
        .where(DOCUMENTS.c.number > after, *_conditions(connection, wanted))
        .order_by(DOCUMENTS.c.number.desc(), STATEMENTS.c.place)
        .limit(limit)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def vectors(connection: sa.Connection) -> list[bytes]:
    """Return the vectors of the statements that the reader found, packed (`store.vectors`), document by document."""
    query = sa.select(READINGS.c.vectors).join(DOCUMENTS, DOCUMENTS.c.id == READINGS.c.document)
    return list(connection.scalars(query.order_by(DOCUMENTS.c.number)))


def statements_of(connection: sa.Connection, ids: Sequence[str]) -> list[Row]:
    """Return the rows of statements in the order of their ids, without those that are not there or were rejected."""
    query = (
        sa.select(*_STATEMENT_COLUMNS)
        .select_from(STATEMENTS.join(DOCUMENTS, DOCUMENTS.c.id == STATEMENTS.c.document))
        .where(*_conditions(connection, Wanted()))
    )
    rows: dict[str, Row] = {}
    for begin in range(0, len(ids), _AT_ONCE):  # a database takes so many values in one query
        some = query.where(STATEMENTS.c.id.in_(ids[begin : begin + _AT_ONCE]))
        rows.update((row.id, dict(row._mapping)) for row in connection.execute(some))
    return [rows[one] for one in ids if one in rows]


def statement(connection: sa.Connection, id: str) -> Row | None:
    """Return the row of a statement, None where there is none or it was rejected."""
    found = latest(connection, Wanted(statement=id), 0)
    return found[0] if found else None


_STATEMENT_COLUMNS = (
    STATEMENTS.c.id,
    STATEMENTS.c.day,
    STATEMENTS.c.said_on,
    DOCUMENTS.c.published,
    DOCUMENTS.c.publisher,
    STATEMENTS.c.holder,
    STATEMENTS.c.speaker,
    STATEMENTS.c.act,
    STATEMENTS.c.negated,
    STATEMENTS.c.form,
    STATEMENTS.c.said,
    STATEMENTS.c.channel,
    STATEMENTS.c.channel_name,
    STATEMENTS.c.told,
    STATEMENTS.c.confidence,
    STATEMENTS.c.review,
    STATEMENTS.c.document,
    DOCUMENTS.c.title,
    DOCUMENTS.c.url,
    DOCUMENTS.c.name,
)


def _conditions(connection: sa.Connection, wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    columns = STATEMENTS.c
    if wanted.review is None:
        yield _kept()
    else:
        yield columns.review == wanted.review
    if wanted.by is not None:
        yield _is_of(columns.speaker, columns.holder, wanted.by)
    if wanted.to is not None:
        yield _is_of(columns.addressee, columns.told, wanted.to)
    if wanted.about is not None:
        yield columns.number.in_(with_words(connection, "statements", wanted.about))
    for column, value in (
        (columns.act, wanted.act), (columns.form, wanted.form), (columns.document, wanted.document),
        (columns.id, wanted.statement),
    ):  # fmt: skip
        if value is not None:
            yield column == value
    if wanted.channel is not None:
        yield sa.or_(columns.channel == wanted.channel, _lower(columns.channel_name) == wanted.channel.lower())
    if wanted.publisher is not None:
        yield _lower(DOCUMENTS.c.publisher).contains(wanted.publisher.lower(), autoescape=True)
    if wanted.since is not None:  # a day that is only known as 2018 may be after 2018-08
        yield columns.day >= sa.func.substr(sa.literal(wanted.since, Words), 1, sa.func.length(columns.day))
    if wanted.until is not None:
        yield sa.func.substr(columns.day, 1, len(wanted.until)) <= wanted.until
    if wanted.min_confidence > 0:
        yield columns.confidence >= wanted.min_confidence
    if wanted.story_once:
        yield DOCUMENTS.c.story == DOCUMENTS.c.id


def _kept() -> sa.ColumnElement[bool]:
    """Return the condition that a statement was not rejected."""
    return sa.or_(STATEMENTS.c.review.is_(None), STATEMENTS.c.review != "rejected")


def _lower(words: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.lower(words, type_=Words)


def _is_of(entity: sa.Column[Any], words: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that an entity is one of this name or id; of none, that its words have the name in them."""
    identities = sa.select(IDENTITIES.c.id).where(_named(IDENTITIES.c.id, IDENTITIES.c.folded, name))
    entities = sa.select(ENTITIES.c.id).where(
        sa.or_(_named(ENTITIES.c.id, ENTITIES.c.folded, name), ENTITIES.c.identity.in_(identities))
    )
    padded = sa.literal(" ", Words) + _lower(words) + sa.literal(" ", Words)
    unresolved = sa.and_(entity.is_(None), padded.contains(f" {name.lower()} ", autoescape=True))
    return sa.or_(entity.in_(entities), unresolved)


def _named(id: sa.Column[Any], folded: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that one has this id, or a name with all of these words."""
    words = fold_words(name)
    if not words:
        return id == name
    return sa.or_(id == name, sa.and_(*(folded.contains(f" {word} ", autoescape=True) for word in words)))


def people(connection: sa.Connection, name: str | None, cut: Cut, *, everybody: bool = False) -> Page:
    """Return who is who, who speaks most first; of one name, or all who speak; with `everybody` all."""
    conditions: list[sa.ColumnElement[bool]] = []
    if name is not None:
        conditions.append(_named(IDENTITIES.c.id, IDENTITIES.c.folded, name))
    elif not everybody:
        conditions.append(IDENTITIES.c.statements > 0)
    columns = [column for column in IDENTITIES.c if column.name != "folded"]
    query = (
        sa.select(*columns)
        .where(*conditions)
        .order_by(IDENTITIES.c.statements.desc(), IDENTITIES.c.mentions.desc(), IDENTITIES.c.called, IDENTITIES.c.id)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(IDENTITIES).where(*conditions)) or 0
    rows = [dict(row._mapping) for row in connection.execute(_cut(query, cut))]
    return Page([row | row.pop("data") for row in rows], total)


def topics(connection: sa.Connection, identity: str) -> list[str]:
    """Return the words that one says more than others do, the most telling first.

    How telling a word is: in how many of their latest statements it stands, times the logarithm of how much seldomer
    it stands in the latest statements of all (tf-idf).
    """
    here = STATEMENTS.join(ENTITIES, ENTITIES.c.id == STATEMENTS.c.speaker)
    latest = sa.nulls_last(STATEMENTS.c.day.desc())
    own = sa.select(STATEMENTS.c.said).select_from(here).where(ENTITIES.c.identity == identity)
    said = list(connection.scalars(own.order_by(latest, STATEMENTS.c.number).limit(_HEARD)))
    others = connection.scalars(sa.select(STATEMENTS.c.said).order_by(latest, STATEMENTS.c.number).limit(_HEARD))
    heard = [_long_words(words) for words in others]
    general = Counter(word for words in heard for word in words)
    counted = Counter(word for words in said for word in _long_words(words))
    usual = max(_FEW, len(heard) * _USUAL)
    weights = {
        word: count * math.log((1 + len(heard)) / (1 + general[word]))
        for word, count in counted.items()
        if count > 1 and general[word] <= usual
    }
    return sorted(weights, key=lambda word: (-weights[word], word))[:_TOPICS]


def _long_words(text: str) -> set[str]:
    return {word for word in _LETTERS.findall(text.casefold()) if len(word) >= _LONG and not word.isdecimal()}


def documents(connection: sa.Connection, cut: Cut, *, publisher: str | None = None) -> Page:
    """Return the documents, the newest first, with how many statements each has and how many copies its story."""
    conditions = []
    if publisher is not None:
        conditions.append(_lower(DOCUMENTS.c.publisher).contains(publisher.lower(), autoescape=True))
    count = sa.func.count(STATEMENTS.c.id)
    said = sa.select(count).where(STATEMENTS.c.document == DOCUMENTS.c.id, _kept()).scalar_subquery()
    other = DOCUMENTS.alias("other")
    copies = sa.select(sa.func.count()).where(other.c.story == DOCUMENTS.c.story).scalar_subquery()
    columns = [DOCUMENTS.c[name] for name in _DOCUMENT_COLUMNS]
    query = (
        sa.select(*columns, said.label("statements"), copies.label("copies"))
        .where(*conditions)
        .order_by(sa.nulls_last(DOCUMENTS.c.published.desc()), DOCUMENTS.c.number)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENTS).where(*conditions)) or 0
    return Page([dict(row._mapping) for row in connection.execute(_cut(query, cut))], total)


_DOCUMENT_COLUMNS = ("id", "published", "publisher", "title", "byline", "url", "name", "words", "story", "added")


def skipped(connection: sa.Connection, cut: Cut) -> Page:
    """Return what could not be read, with the reason; the latest last."""
    failed = INPUTS.c.reason.is_not(None)
    query = sa.select(INPUTS.c.name, INPUTS.c.reason, INPUTS.c.tries, INPUTS.c.tried_at).where(failed)
    total = connection.scalar(sa.select(sa.func.count()).select_from(INPUTS).where(failed)) or 0
    ordered = query.order_by(INPUTS.c.tried_at, INPUTS.c.name)
    return Page([dict(row._mapping) for row in connection.execute(_cut(ordered, cut))], total)


def skipped_inputs(connection: sa.Connection) -> list[Input]:
    """Return all that could not be read, with how it was to be read."""
    query = sa.select(INPUTS).where(INPUTS.c.reason.is_not(None)).order_by(INPUTS.c.tried_at, INPUTS.c.name)
    return [Input(row.name, row.stamp, row.settings) for row in connection.execute(query)]


def input_of(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    """Return the row of an input by its name, None where it was never tried."""
    return connection.execute(sa.select(INPUTS).where(INPUTS.c.id == input_id(name))).one_or_none()


def inputs_below(connection: sa.Connection, folder: str) -> int:
    """Return how many inputs lie below a folder, or are it."""
    below = sa.or_(INPUTS.c.name == folder, INPUTS.c.name.startswith(f"{folder.rstrip('/')}/", autoescape=True))
    return connection.scalar(sa.select(sa.func.count()).select_from(INPUTS).where(below)) or 0


def read_by_others(connection: sa.Connection, model: str | None) -> list[str]:
    """Return the ids of the documents that another model read; with None, of all."""
    query = sa.select(DOCUMENTS.c.id).join(READINGS, READINGS.c.document == DOCUMENTS.c.id)
    query = query.where(READINGS.c.model != BY_PEOPLE)
    if model is not None:
        query = query.where(READINGS.c.model != model)
    return list(connection.scalars(query.order_by(DOCUMENTS.c.number)))


def document_of(connection: sa.Connection, id: str) -> Document | None:
    """Return the document of an id, None where there is none."""
    row = connection.execute(sa.select(DOCUMENTS).where(DOCUMENTS.c.id == id)).one_or_none()
    return None if row is None else _document(row)


def _document(row: sa.Row[Any]) -> Document:
    return Document(row.text, row.title, row.url, row.publisher, row.byline, row.published, row.language, row.name)


def found_in(connection: sa.Connection, document: Document) -> Record:
    """Return what the reader found in a document."""
    row = connection.execute(sa.select(READINGS).where(READINGS.c.document == document.id)).one()
    return found_of(document, row)


def decided_in(connection: sa.Connection, document: Document) -> Decided:
    """Return what was found in a document with what was decided about it."""
    return lay_over(found_in(connection, document), rulings_of(connection, document.id))


def records(connection: sa.Connection) -> Iterator[Record]:
    """Yield the records of the store, as decided and without what was rejected, in the order in which they came."""
    ruled = set(connection.scalars(sa.select(DECISIONS.c.document).where(DECISIONS.c.undone_at.is_(None)).distinct()))
    both = sa.select(DOCUMENTS, READINGS).join(READINGS, READINGS.c.document == DOCUMENTS.c.id)
    last = 0
    while rows := connection.execute(
        both.where(DOCUMENTS.c.number > last).order_by(DOCUMENTS.c.number).limit(_AT_ONCE)
    ).all():
        for row in rows:
            found = found_of(_document(row), row)
            rulings = rulings_of(connection, row.id) if row.id in ruled else ()
            yield shown(lay_over(found, rulings)) if rulings else found
        last = rows[-1].number


def shown(decided: Decided) -> Record:
    """Return a record without the statements that were rejected."""
    kept = tuple(s for s in decided.record.statements if s.id not in decided.rejected)
    record = decided.record
    return Record(record.document, kept, record.entities, record.read_by)


def document_with(connection: sa.Connection, entry: str) -> str | None:
    """Return the id of the document that an entry is of, None where the store has no such entry."""
    for table in (STATEMENTS, ENTITIES):
        found = connection.scalar(sa.select(table.c.document).where(table.c.id == entry))
        if found:
            return str(found)
    return connection.scalar(sa.select(DOCUMENTS.c.id).where(DOCUMENTS.c.id == entry))


def history(connection: sa.Connection, entry: str | None, cut: Cut, *, orphans: bool = False) -> Page:
    """Return what was decided, about one entry or all, in order, what was undone too; or only what lost its passage."""
    conditions = [] if entry is None else [DECISIONS.c.target == entry]
    if orphans:
        conditions += [DECISIONS.c.orphan, DECISIONS.c.undone_at.is_(None)]
    total = connection.scalar(sa.select(sa.func.count()).select_from(DECISIONS).where(*conditions)) or 0
    query = sa.select(DECISIONS).where(*conditions).order_by(DECISIONS.c.number)
    return Page([dict(row._mapping) for row in connection.execute(_cut(query, cut))], total)


def counts(connection: sa.Connection) -> Counts:
    """Return what the store holds, in numbers."""

    def count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0

    def spread(column: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]) -> dict[str, int]:
        number = sa.func.count()
        query = sa.select(column, number).where(*conditions).group_by(column).order_by(number.desc(), column)
        return {str(value) if value is not None else "unknown": many for value, many in connection.execute(query)}

    in_force = DECISIONS.c.undone_at.is_(None)
    return Counts(
        documents=count(DOCUMENTS),
        stories=connection.scalar(sa.select(sa.func.count(sa.distinct(DOCUMENTS.c.story)))) or 0,
        words=connection.scalar(sa.select(sa.func.sum(DOCUMENTS.c.words))) or 0,
        statements=count(STATEMENTS, _kept()),
        entities=count(ENTITIES),
        identities=count(IDENTITIES),
        skipped=count(INPUTS, INPUTS.c.reason.is_not(None)),
        decisions=count(DECISIONS, in_force),
        orphans=count(DECISIONS, in_force, DECISIONS.c.orphan),
        by={
            "publisher": spread(DOCUMENTS.c.publisher),
            "year": spread(sa.func.substr(DOCUMENTS.c.published, 1, 4)),
            "act": spread(STATEMENTS.c.act, _kept()),
            "form": spread(STATEMENTS.c.form, _kept()),
            "review": spread(STATEMENTS.c.review),
            "model": spread(READINGS.c.model),
        },
    )


def fact(connection: sa.Connection, name: str) -> str | None:
    """Return a fact about the store itself."""
    return connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == name))


def _cut(query: sa.Select[Any], cut: Cut) -> sa.Select[Any]:
    return query.limit(cut.limit).offset(cut.offset)
