"""Asking a store for events: a listing of them, and all of a person's, which a ledger is folded from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from onrecord.custody import NOBODY
from onrecord.model import Document, Event
from onrecord.store.asking import (
    ARTICLE,
    AT_ONCE,
    Cut,
    Page,
    article_of,
    cut_to,
    entities_named,
    holds_words,
    is_between,
    is_kept,
    of_articles,
)
from onrecord.store.columns import Words
from onrecord.store.schema import DOCUMENTS, ENTITIES, EVENTS, IDENTITIES, STATEMENTS


@dataclass(frozen=True, slots=True)
class WantedEvents:
    """Which events are wanted. What is None does not matter.

    `who`: a name, part of one, or an id. `since`, `until`: dates as precise as they matter, of the event itself; one
    whose date is not told is then left out.
    """

    who: str | None = None
    type: str | None = None
    modality: str | None = None
    since: str | None = None
    until: str | None = None
    publisher: str | None = None
    document: str | None = None
    review: str | None = None
    min_confidence: float = 0.0
    story_once: bool = False


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event with the article and who tells of it there, and who its person is across articles.

    `document` is the id of the `article`. `said_by` is the holder of the statement that it is reported in, None where
    the article itself tells it. `person` is the id of who it happens to across articles, that of the entity where
    people were not joined yet, and `called` the name.
    """

    event: Event
    article: Document
    document: str
    published: str | None
    publisher: str | None
    said_by: str | None
    person: str
    called: str


def events(connection: sa.Connection, wanted: WantedEvents, cut: Cut) -> Page:
    """Return the events that are wanted, the latest first; those without a date last, by when they were reported."""
    here = EVENTS.join(DOCUMENTS, DOCUMENTS.c.id == EVENTS.c.document)
    conditions = list(_event_conditions(wanted))
    latest = sa.nulls_last(EVENTS.c.day.desc())
    query = (
        sa.select(*_EVENT_COLUMNS, _SAID_BY, _IDENTITY)
        .select_from(here)
        .where(*conditions)
        .order_by(latest, sa.nulls_last(DOCUMENTS.c.published.desc()), EVENTS.c.document, EVENTS.c.position)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(here).where(*conditions)) or 0
    return Page([dict(row._mapping) for row in connection.execute(cut_to(query, cut))], total)


_SAID_BY = (
    sa.select(sa.case((STATEMENTS.c.holder == "", sa.literal(NOBODY, Words)), else_=STATEMENTS.c.holder))
    .where(STATEMENTS.c.id == EVENTS.c.reported_in, is_kept())
    .scalar_subquery()
    .label("said_by")
)
_IDENTITY = sa.select(ENTITIES.c.identity).where(ENTITIES.c.id == EVENTS.c.who).scalar_subquery().label("identity")
_EVENT_COLUMNS = (
    EVENTS.c.id,
    EVENTS.c.day,
    EVENTS.c.date,
    DOCUMENTS.c.published,
    DOCUMENTS.c.publisher,
    EVENTS.c.called,
    EVENTS.c.who,
    EVENTS.c.type,
    EVENTS.c.modality,
    EVENTS.c.term,
    EVENTS.c.suspended,
    EVENTS.c["for"],
    EVENTS.c.by,
    EVENTS.c.place,
    EVENTS.c.trigger,
    EVENTS.c.sentence,
    EVENTS.c.reported_in,
    EVENTS.c.confidence,
    EVENTS.c.review,
    EVENTS.c.document,
    DOCUMENTS.c.title,
    DOCUMENTS.c.url,
    DOCUMENTS.c.name,
)


def _event_conditions(wanted: WantedEvents) -> Iterator[sa.ColumnElement[bool]]:
    columns = EVENTS.c
    yield is_kept(EVENTS) if wanted.review is None else columns.review == wanted.review
    if wanted.who is not None:
        # Groups have no name but what they are called: "12 activists".
        yield sa.or_(columns.who.in_(entities_named(wanted.who)), holds_words(columns.called, wanted.who))
    for column, value in (
        (columns.type, wanted.type), (columns.modality, wanted.modality), (columns.document, wanted.document),
    ):  # fmt: skip
        if value is not None:
            yield column == value
    yield from is_between(columns.day, wanted.since, wanted.until)
    yield from of_articles(columns.confidence, wanted)


def told_events(
    connection: sa.Connection, name: str | None = None, *, min_confidence: float = 0.0
) -> Iterator[ToldEvent]:
    """Yield the events of everybody, or of one name, person by person; each person's as the articles came.

    Of the copies of a story, one tells.
    """
    person = sa.func.coalesce(ENTITIES.c.identity, EVENTS.c.who)
    known = ENTITIES.outerjoin(IDENTITIES, IDENTITIES.c.id == ENTITIES.c.identity)
    here = EVENTS.join(DOCUMENTS, DOCUMENTS.c.id == EVENTS.c.document).outerjoin(known, ENTITIES.c.id == EVENTS.c.who)
    query: sa.Select[Any] = (
        sa.select(
            EVENTS.c.data,
            EVENTS.c.document,
            EVENTS.c.review,
            *(DOCUMENTS.c[name] for name in ARTICLE),
            _SAID_BY,
            person.label("person"),
            sa.func.coalesce(IDENTITIES.c.called, EVENTS.c.called, type_=Words).label("called"),
        )
        .select_from(here)
        .where(*_event_conditions(WantedEvents(who=name, min_confidence=min_confidence, story_once=True)))
        .order_by(person, DOCUMENTS.c.number, EVENTS.c.position)
    )
    article: Document | None = None
    before = ""
    for row in connection.execute(query).yield_per(AT_ONCE):
        if article is None or row.document != before:  # what one article tells of somebody comes together
            article, before = article_of(row), row.document
        event = Event.from_dict(row.data)
        if row.said_by is None:
            event = replace(event, reported_in=None)
        yield ToldEvent(event, article, row.document, row.published, row.publisher, row.said_by, row.person, row.called)
