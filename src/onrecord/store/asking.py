"""Asking a store: each function takes a connection and returns rows of plain values."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa

from onrecord.custody import with_ledger
from onrecord.model import Document, Record
from onrecord.store.columns import Words
from onrecord.store.deciding import Decided, lay_over, shown
from onrecord.store.schema import (
    DECISIONS,
    DOCUMENTS,
    ENTITIES,
    EVENTS,
    FACTS,
    IDENTITIES,
    INPUTS,
    PREDICTIONS,
    READINGS,
    STATEMENTS,
)
from onrecord.store.words import with_words
from onrecord.store.writing import Input, fold, fold_words, found_of, input_id, rulings_of

Row: TypeAlias = dict[str, Any]

BY_PEOPLE = "people"
"""Stands for the model of a record that people made."""
_LETTERS = re.compile(r"\w+")
_HEARD, _TOPICS, _LONG = 1_000, 8, 5
"""How many statements are looked at for what somebody says most, how many words are told, and how long they are."""
_FEW, _USUAL = 3, 0.05
"""A word that stands in more than one of 20 statements is one that everybody uses."""
AT_ONCE = 200
"""How many documents are fetched at a time: few round trips, little memory."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing: its rows, and how many there are in all. One that is not `whole` lacks what failed.

    `names` are the names of a row's values, where they are known also of a listing without rows.
    """

    rows: list[Row]
    total: int
    whole: bool = True
    names: tuple[str, ...] = ()


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


class OfArticles(Protocol):
    """What all listings of entries of articles can be narrowed by: the outlet, copies, and how sure an entry is."""

    @property
    def publisher(self) -> str | None:
        """The outlet, or a part of its name."""

    @property
    def min_confidence(self) -> float:
        """How sure an entry is at least."""

    @property
    def story_once(self) -> bool:
        """Whether copies of a story that is there already are left out."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds, in numbers."""

    documents: int
    stories: int
    words: int
    statements: int
    events: int
    predictions: int
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
    return Page([dict(row._mapping) for row in connection.execute(cut_to(query, cut))], total)


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
    for begin in range(0, len(ids), AT_ONCE):  # a database takes so many values in one query
        some = query.where(STATEMENTS.c.id.in_(ids[begin : begin + AT_ONCE]))
        rows.update((row.id, dict(row._mapping)) for row in connection.execute(some))
    return [rows[one] for one in ids if one in rows]


def documents_about(connection: sa.Connection, words: str) -> set[str]:
    """Return the ids of the documents that have some words."""
    return set(
        connection.scalars(
            sa.select(DOCUMENTS.c.id).where(DOCUMENTS.c.number.in_(with_words(connection, "documents", words)))
        )
    )


def those(connection: sa.Connection, ids: Sequence[str], wanted: Wanted) -> set[str]:
    """Return which of some statements are wanted, by their ids."""
    query = (
        sa.select(STATEMENTS.c.id)
        .select_from(STATEMENTS.join(DOCUMENTS, DOCUMENTS.c.id == STATEMENTS.c.document))
        .where(*_conditions(connection, wanted))
    )
    some = (ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE))
    return {one for part in some for one in connection.scalars(query.where(STATEMENTS.c.id.in_(part)))}


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
        yield is_kept()
    else:
        yield columns.review == wanted.review
    if wanted.by is not None:
        yield is_of(columns.speaker, columns.holder, wanted.by)
    if wanted.to is not None:
        yield is_of(columns.addressee, columns.told, wanted.to)
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
    yield from is_between(columns.day, wanted.since, wanted.until)
    yield from of_articles(columns.confidence, wanted)


def is_between(day: sa.Column[Any], since: str | None, until: str | None) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions that a day is in a time, all as precise as they are."""
    if since is not None:  # a day that is only known as 2018 may be after 2018-08
        yield day >= sa.func.substr(sa.literal(since, Words), 1, sa.func.length(day))
    if until is not None:
        yield sa.func.substr(day, 1, len(until)) <= until


def lies_between(day: str | None, since: str | None, until: str | None) -> bool:
    """Tell of a day at hand what `is_between` asks of one in the store; none lies nowhere."""
    if day is None:
        return since is None and until is None
    return (since is None or day >= since[: len(day)]) and (until is None or day[: len(until)] <= until)


def of_articles(confidence: sa.Column[Any], wanted: OfArticles) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions on the outlet, on copies, and on how sure an entry is."""
    if wanted.publisher is not None:
        yield _lower(DOCUMENTS.c.publisher).contains(wanted.publisher.lower(), autoescape=True)
    if wanted.min_confidence > 0:
        yield confidence >= wanted.min_confidence
    if wanted.story_once:
        yield DOCUMENTS.c.story == DOCUMENTS.c.id


def is_kept(table: sa.Table = STATEMENTS) -> sa.ColumnElement[bool]:
    """Return the condition that a statement, or a row of another table, was not rejected."""
    return sa.or_(table.c.review.is_(None), table.c.review != "rejected")


def _lower(words: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.lower(words, type_=Words)


def is_of(entity: sa.Column[Any], words: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that an entity is one of this name or id; of none, that its words have the name in them."""
    return sa.or_(entity.in_(entities_named(name)), sa.and_(entity.is_(None), holds_words(words, name)))


def holds_words(words: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that a name stands in words, as whole words."""
    padded = sa.literal(" ", Words) + _lower(words) + sa.literal(" ", Words)
    return padded.contains(f" {name.lower()} ", autoescape=True)


def entities_named(name: str) -> sa.Select[Any]:
    """Return the query of the entities that have a name or an id, or that are one across articles who has it."""
    identities = sa.select(IDENTITIES.c.id).where(_named(IDENTITIES.c.id, IDENTITIES.c.folded, name))
    return sa.select(ENTITIES.c.id).where(
        sa.or_(_named(ENTITIES.c.id, ENTITIES.c.folded, name), ENTITIES.c.identity.in_(identities))
    )


def _named(id: sa.Column[Any], folded: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the condition that one has this id, or a name with all of these words."""
    words = fold_words(name)
    if not words:
        return id == name
    return sa.or_(id == name, sa.and_(*(folded.contains(f" {word} ", autoescape=True) for word in words)))


def is_one_of(ids: Container[str], names: Iterable[str], called: str, name: str) -> bool:
    """Tell of somebody at hand what the store is asked: whether this is an id, or words of a name, of theirs.

    `called` is how the articles call who has no name: "12 activists".
    """
    words, folded = fold_words(name), fold(names)
    named = bool(words) and all(f" {word} " in folded for word in words)
    return name in ids or named or f" {name.lower()} " in f" {called.lower()} "


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
    rows = [dict(row._mapping) for row in connection.execute(cut_to(query, cut))]
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
    said = sa.select(count).where(STATEMENTS.c.document == DOCUMENTS.c.id, is_kept()).scalar_subquery()
    other = DOCUMENTS.alias("other")
    copies = sa.select(sa.func.count()).where(other.c.story == DOCUMENTS.c.story).scalar_subquery()
    columns = [DOCUMENTS.c[name] for name in _DOCUMENT_COLUMNS]
    query = (
        sa.select(*columns, said.label("statements"), copies.label("copies"))
        .where(*conditions)
        .order_by(sa.nulls_last(DOCUMENTS.c.published.desc()), DOCUMENTS.c.number)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENTS).where(*conditions)) or 0
    return Page([dict(row._mapping) for row in connection.execute(cut_to(query, cut))], total)


_DOCUMENT_COLUMNS = ("id", "published", "publisher", "title", "byline", "url", "name", "words", "story", "added")


def skipped(connection: sa.Connection, cut: Cut) -> Page:
    """Return what could not be read, with the reason; the latest last."""
    failed = INPUTS.c.reason.is_not(None)
    query = sa.select(INPUTS.c.name, INPUTS.c.reason, INPUTS.c.tries, INPUTS.c.tried_at).where(failed)
    total = connection.scalar(sa.select(sa.func.count()).select_from(INPUTS).where(failed)) or 0
    ordered = query.order_by(INPUTS.c.tried_at, INPUTS.c.name)
    return Page([dict(row._mapping) for row in connection.execute(cut_to(ordered, cut))], total)


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
    return None if row is None else article_of(row)


ARTICLE = ("text", "title", "url", "publisher", "byline", "published", "language", "name")
"""The columns of a document that an article is made of again."""


def article_of(row: sa.Row[Any]) -> Document:
    """Return the article of a row that has its columns."""
    return Document(row.text, row.title, row.url, row.publisher, row.byline, row.published, row.language, row.name)


def found_in(connection: sa.Connection, document: Document) -> Record:
    """Return what the reader found in a document."""
    row = connection.execute(sa.select(READINGS).where(READINGS.c.document == document.id)).one()
    return found_of(document, row)


def decided_in(connection: sa.Connection, document: Document) -> Decided:
    """Return what was found in a document with what was decided about it; no rejected event is in its ledger."""
    decided = lay_over(found_in(connection, document), rulings_of(connection, document.id))
    return replace(decided, record=replace(decided.record, custody=with_ledger(shown(decided)).custody))


def records(connection: sa.Connection) -> Iterator[Record]:
    """Yield the records of the store, as decided and without what was rejected, in the order in which they came."""
    ruled = set(connection.scalars(sa.select(DECISIONS.c.document).where(DECISIONS.c.undone_at.is_(None)).distinct()))
    both = sa.select(DOCUMENTS, READINGS).join(READINGS, READINGS.c.document == DOCUMENTS.c.id)
    last = 0
    while rows := connection.execute(
        both.where(DOCUMENTS.c.number > last).order_by(DOCUMENTS.c.number).limit(AT_ONCE)
    ).all():
        for row in rows:
            found = found_of(article_of(row), row)
            rulings = rulings_of(connection, row.id) if row.id in ruled else ()
            yield with_ledger(shown(lay_over(found, rulings)) if rulings else found)
        last = rows[-1].number


def record_of(connection: sa.Connection, document: str) -> Record:
    """Return the record of a document that is there, as decided and without what was rejected."""
    article = document_of(connection, document)
    assert article is not None
    return shown(decided_in(connection, article))


def identities_in(connection: sa.Connection, document: str) -> dict[str, str]:
    """Return, by the ids of the entities of a document, the ids of who they are across articles."""
    here = sa.and_(ENTITIES.c.document == document, ENTITIES.c.identity.is_not(None))
    return {
        row.id: row.identity for row in connection.execute(sa.select(ENTITIES.c.id, ENTITIES.c.identity).where(here))
    }


def document_with(connection: sa.Connection, entry: str) -> str | None:
    """Return the id of the document that an entry is of, None where the store has no such entry."""
    for table in (STATEMENTS, EVENTS, ENTITIES):
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
    return Page([dict(row._mapping) for row in connection.execute(cut_to(query, cut))], total)


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
        statements=count(STATEMENTS, is_kept()),
        events=count(EVENTS, is_kept(EVENTS)),
        predictions=count(PREDICTIONS),
        entities=count(ENTITIES),
        identities=count(IDENTITIES),
        skipped=count(INPUTS, INPUTS.c.reason.is_not(None)),
        decisions=count(DECISIONS, in_force),
        orphans=count(DECISIONS, in_force, DECISIONS.c.orphan),
        by={
            "publisher": spread(DOCUMENTS.c.publisher),
            "year": spread(sa.func.substr(DOCUMENTS.c.published, 1, 4)),
            "act": spread(STATEMENTS.c.act, is_kept()),
            "form": spread(STATEMENTS.c.form, is_kept()),
            "review": spread(STATEMENTS.c.review),
            "event": spread(EVENTS.c.type, is_kept(EVENTS)),
            "model": spread(READINGS.c.model),
        },
    )


def fact(connection: sa.Connection, name: str) -> str | None:
    """Return a fact about the store itself."""
    return connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == name))


def cut_to(query: sa.Select[Any], cut: Cut) -> sa.Select[Any]:
    """Return a query of a part of its rows."""
    return query.limit(cut.limit).offset(cut.offset)
