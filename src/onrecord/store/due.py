"""Asking a store for predictions: what can be checked now, and what has happened since to those whom it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from onrecord.store.asking import Cut, Page, Row, cut_to, is_between, is_kept, is_of, of_articles
from onrecord.store.columns import Words
from onrecord.store.schema import DOCUMENTS, ENTITIES, EVENTS, PREDICTIONS, STATEMENTS

_MOST_LATER = 10
"""How many later events are told of a prediction."""


@dataclass(frozen=True, slots=True)
class WantedPredictions:
    """Which predictions are wanted: those that are due by `by`, and those said by `undated_until` that name no time.

    `speaker`: a name, part of one, or an id. Where `undated_until` is None, those without a time are left out.
    """

    by: str
    undated_until: str | None = None
    since: str | None = None
    speaker: str | None = None
    kind: str | None = None
    publisher: str | None = None
    min_confidence: float = 0.0
    story_once: bool = False


def predictions(connection: sa.Connection, wanted: WantedPredictions, cut: Cut) -> Page:
    """Return the predictions that are wanted, what was due last first, then those without a time, the newest first.

    `later` of each are the events that came later about the people that its sentence mentions.
    """
    here = PREDICTIONS.join(STATEMENTS, STATEMENTS.c.id == PREDICTIONS.c.statement)
    here = here.join(DOCUMENTS, DOCUMENTS.c.id == PREDICTIONS.c.document)
    conditions = list(_prediction_conditions(wanted))
    holder = sa.select(ENTITIES.c.identity).where(ENTITIES.c.id == STATEMENTS.c.speaker).scalar_subquery()
    order = (PREDICTIONS.c.until, STATEMENTS.c.day)
    query = (
        sa.select(*_PREDICTION_COLUMNS, holder.label("identity"))
        .select_from(here)
        .where(*conditions)
        .order_by(*(sa.nulls_last(c.desc()) for c in order), PREDICTIONS.c.document, PREDICTIONS.c.position)
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(here).where(*conditions)) or 0
    rows = [dict(row._mapping) for row in connection.execute(cut_to(query, cut))]
    return Page([row | {"later": _events_after(connection, row.pop("about"), row)} for row in rows], total)


_PREDICTION_COLUMNS = (
    PREDICTIONS.c.statement.label("id"),
    STATEMENTS.c.day,
    PREDICTIONS.c.due,
    PREDICTIONS.c.until,
    PREDICTIONS.c.kind,
    STATEMENTS.c.holder,
    STATEMENTS.c.speaker,
    PREDICTIONS.c.content,
    PREDICTIONS.c.condition,
    STATEMENTS.c.act,
    STATEMENTS.c.confidence,
    STATEMENTS.c.review,
    PREDICTIONS.c.document,
    DOCUMENTS.c.published,
    DOCUMENTS.c.publisher,
    DOCUMENTS.c.title,
    DOCUMENTS.c.url,
    DOCUMENTS.c.name,
    PREDICTIONS.c.about,
)


def _prediction_conditions(wanted: WantedPredictions) -> Iterator[sa.ColumnElement[bool]]:
    until = PREDICTIONS.c.until
    due = until <= wanted.by
    if wanted.since is not None:
        due = sa.and_(due, *is_between(until, wanted.since, None))
    if wanted.undated_until is not None:
        due = sa.or_(due, sa.and_(until.is_(None), *is_between(STATEMENTS.c.day, None, wanted.undated_until)))
    yield due
    if wanted.kind is not None:
        yield PREDICTIONS.c.kind == wanted.kind
    if wanted.speaker is not None:
        yield is_of(STATEMENTS.c.speaker, STATEMENTS.c.holder, wanted.speaker)
    yield from of_articles(STATEMENTS.c.confidence, wanted)


def _events_after(connection: sa.Connection, about: Sequence[str], prediction: Row) -> list[Row]:
    """Return the events that other articles tell of some entities, after a prediction was made; the first first."""
    if not about or prediction["day"] is None:
        return []
    same = sa.select(ENTITIES.c.identity).where(ENTITIES.c.id.in_(about))
    one_of_them = sa.or_(ENTITIES.c.id.in_(about), ENTITIES.c.identity.in_(same))
    when = sa.func.coalesce(EVENTS.c.day, DOCUMENTS.c.published, type_=Words)
    query = (
        sa.select(*_LATER_COLUMNS)
        .select_from(EVENTS.join(DOCUMENTS, DOCUMENTS.c.id == EVENTS.c.document))
        .where(
            EVENTS.c.who.in_(sa.select(ENTITIES.c.id).where(one_of_them)),
            is_kept(EVENTS),
            when > prediction["day"],
            EVENTS.c.document != prediction["document"],
        )
        .order_by(when, DOCUMENTS.c.number, EVENTS.c.position)
        .limit(_MOST_LATER)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


_LATER_COLUMNS = (
    EVENTS.c.id,
    EVENTS.c.date,
    DOCUMENTS.c.published,
    EVENTS.c.called,
    EVENTS.c.type,
    EVENTS.c.modality,
    EVENTS.c.document,
)
