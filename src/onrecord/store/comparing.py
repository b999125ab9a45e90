"""Which statements of a store are to be compared with which, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from onrecord.disputes.pool import Pool
from onrecord.language.meaning import Bytes
from onrecord.model import Dispute
from onrecord.store.asking import AT_ONCE, Row, is_kept
from onrecord.store.asking import vectors as packed_vectors
from onrecord.store.schema import COMPARED, COMPARISONS, DISPUTES, DOCUMENTS, ENTITIES, STATEMENTS
from onrecord.store.vectors import statement_id, unpack_vectors

_YEAR, _MONTH = len("2018"), len("2018-08")


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparer made of two statements of different documents: their ids and those of the documents."""

    first: str
    second: str
    documents: tuple[str, str]
    clash: float
    type: str


def waiting(connection: sa.Connection) -> int:
    """Return of how many documents the statements were not compared with those of others; copies are passed over."""
    query = sa.select(sa.func.count()).select_from(DOCUMENTS).where(_not_compared(), _is_first())
    return connection.scalar(query) or 0


def _not_compared() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(COMPARED.c.document == DOCUMENTS.c.id)


def _is_first() -> sa.ColumnElement[bool]:
    return DOCUMENTS.c.story == DOCUMENTS.c.id


def fresh(connection: sa.Connection) -> list[str]:
    """Return the documents of which the statements were not compared with those of others, the first first."""
    query = sa.select(DOCUMENTS.c.id).where(_not_compared(), _is_first())
    return list(connection.scalars(query.order_by(DOCUMENTS.c.number)))


def load_pool(connection: sa.Connection, centres: Bytes, *, least: float) -> Pool:
    """Return the statements of a store that can be compared: kept, of a holder with a name, as sure as `least`.

    Of the copies of a story, those of one are there.
    """
    rows = _pool_rows(connection, least)
    digits, vectors = unpack_vectors(packed_vectors(connection), centres.shape[1])
    place = {statement_id(one): k for k, one in enumerate(digits)}
    kept = [row for row in rows if row["id"] in place]
    documents, stories, holders = (_numbered(row[name] for row in kept) for name in ("document", "story", "holder"))
    return Pool(
        ids=[row["id"] for row in kept],
        holders=holders,
        documents=documents,
        stories=stories,
        days=np.array([_ordinal(row["day"]) for row in kept], dtype=np.int64),
        vectors=vectors[[place[row["id"]] for row in kept]] if kept else vectors[:0],
        names=list(dict.fromkeys(row["document"] for row in kept)),
        centres=centres,
    )


def _numbered(names: Iterable[str]) -> NDArray[np.int64]:
    """Return names as numbers, in the order in which they are first told."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _pool_rows(connection: sa.Connection, least: float) -> list[Row]:
    holder = sa.func.coalesce(ENTITIES.c.identity, STATEMENTS.c.speaker).label("holder")
    here = STATEMENTS.join(DOCUMENTS, DOCUMENTS.c.id == STATEMENTS.c.document)
    query = (
        sa.select(STATEMENTS.c.id, STATEMENTS.c.document, STATEMENTS.c.day, DOCUMENTS.c.story, holder)
        .select_from(here.join(ENTITIES, ENTITIES.c.id == STATEMENTS.c.speaker))
        .where(is_kept(), _is_first(), STATEMENTS.c.confidence >= least, ENTITIES.c.name.is_not(None))
        .order_by(DOCUMENTS.c.number, STATEMENTS.c.place)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def _ordinal(day: str | None) -> int:
    """Return a day as a number; of a month or a year its first day."""
    if day is None:
        return -1
    first = {_YEAR: "-01-01", _MONTH: "-01"}.get(len(day), "")
    try:
        return date.fromisoformat(day + first).toordinal()
    except ValueError:  # the text of a page may hold any date
        return -1


def put_comparisons(connection: sa.Connection, compared: Iterable[Compared], documents: Iterable[str]) -> None:
    """Keep what was made of statements, and that those of some documents were compared."""
    rows = [
        {
            "first": one.first,
            "second": one.second,
            "first_document": one.documents[0],
            "second_document": one.documents[1],
            "clash": round(one.clash, 4),
            "type": one.type,
        }
        for one in compared
    ]
    if rows:  # some may be there: of articles that are compared again
        same = (COMPARISONS.c.first == sa.bindparam("one")) & (COMPARISONS.c.second == sa.bindparam("other"))
        connection.execute(
            sa.delete(COMPARISONS).where(same), [{"one": r["first"], "other": r["second"]} for r in rows]
        )
        connection.execute(sa.insert(COMPARISONS), rows)
    names = [{"document": document} for document in documents]
    if names:
        connection.execute(sa.insert(COMPARED), names)


def comparisons(connection: sa.Connection, least: float) -> Iterator[sa.Row[Any]]:
    """Yield the comparisons of different documents of which the chance of a clash is at least so high."""
    query = sa.select(COMPARISONS).where(COMPARISONS.c.clash >= least)
    yield from connection.execute(query.order_by(COMPARISONS.c.first, COMPARISONS.c.second)).yield_per(AT_ONCE)


def disputes(connection: sa.Connection, least: float) -> Iterator[Dispute]:
    """Yield the disputes within articles that are at least so sure; of the copies of a story, those of one."""
    query = (
        sa.select(DISPUTES.c.data)
        .join(DOCUMENTS, DOCUMENTS.c.id == DISPUTES.c.document)
        .where(DISPUTES.c.confidence >= least, _is_first())
        .order_by(DISPUTES.c.number)
    )
    for data in connection.scalars(query).yield_per(AT_ONCE):
        yield Dispute.from_dict(data)


def holders_of(connection: sa.Connection, statements: Sequence[str]) -> list[Row]:
    """Return the id of each statement that is kept, its document, its day, and what stands for who holds it.

    Where nobody is known to hold it, it stands for itself.
    """
    holder = sa.func.coalesce(ENTITIES.c.identity, STATEMENTS.c.speaker, STATEMENTS.c.id).label("holder")
    query = sa.select(STATEMENTS.c.id, STATEMENTS.c.document, STATEMENTS.c.day, holder).select_from(
        STATEMENTS.outerjoin(ENTITIES, ENTITIES.c.id == STATEMENTS.c.speaker)
    )
    found: list[Row] = []
    for begin in range(0, len(statements), AT_ONCE):
        some = query.where(STATEMENTS.c.id.in_(statements[begin : begin + AT_ONCE]), is_kept())
        found += (dict(row._mapping) for row in connection.execute(some))
    return found
