"""What a store knows for those who watch: its feeds, its saved queries, and the statements that wait to be posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import sqlalchemy as sa

from onrecord.errors import WrongUsage
from onrecord.store import asking
from onrecord.store.asking import Cut, Page, Row, Wanted
from onrecord.store.schema import DELIVERIES, DOCUMENTS, FEEDS, QUERIES


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is watched: its address, where it moved to, what its server said of its age, when to ask again."""

    address: str
    current: str
    etag: str | None
    modified: str | None
    polled_at: str | None
    next_at: str
    failures: int
    trouble: str | None
    gone: bool


# --- feeds -----------------------------------------------------------------------------------


def feeds(connection: sa.Connection, cut: Cut = Cut(None)) -> Page:  # noqa: B008  # it is frozen
    """Return the feeds that are watched, in the order of their addresses."""
    total = connection.scalar(sa.select(sa.func.count()).select_from(FEEDS)) or 0
    query = sa.select(FEEDS).order_by(FEEDS.c.address).limit(cut.limit).offset(cut.offset)
    return Page([dict(row._mapping) for row in connection.execute(query)], total)


def put_feeds(connection: sa.Connection, addresses: Iterable[str], now: str) -> None:
    """Watch these feeds from now on; one that was gone is asked again."""
    for address in addresses:
        same = FEEDS.c.address == address
        if connection.scalar(sa.select(FEEDS.c.address).where(same)) is None:
            row = {"address": address, "current": address, "next_at": now, "failures": 0, "gone": False}
            connection.execute(sa.insert(FEEDS).values(row))
        else:
            back = sa.update(FEEDS).where(same, FEEDS.c.gone)
            connection.execute(back.values(gone=False, next_at=now, failures=0, trouble=None))


def put_feed(connection: sa.Connection, feed: Feed) -> None:
    """Keep what is known of a feed now."""
    connection.execute(sa.update(FEEDS).where(FEEDS.c.address == feed.address).values(asdict(feed)))


def delete_feed(connection: sa.Connection, address: str) -> None:
    """Watch a feed no longer; raise WrongUsage where it is not watched."""
    if not connection.execute(sa.delete(FEEDS).where(FEEDS.c.address == address)).rowcount:
        raise WrongUsage(f"{address}: not a feed of this store. See them with: onrecord feeds STORE")


# --- saved queries ---------------------------------------------------------------------------


def save_query(connection: sa.Connection, name: str, wanted: Wanted, now: str) -> None:
    """Keep a query by its name, in the place of one of that name; what is in the store already counts as told."""
    if not name.strip():
        raise WrongUsage("a saved query needs a name")
    default = Wanted()
    given = {f.name: value for f in fields(wanted) if (value := getattr(wanted, f.name)) != getattr(default, f.name)}
    connection.execute(sa.delete(QUERIES).where(QUERIES.c.name == name))
    row = {"name": name, "wanted": given, "made_at": now, "upto": _last_document(connection)}
    connection.execute(sa.insert(QUERIES).values(row))


def queries(connection: sa.Connection, cut: Cut = Cut(None)) -> Page:  # noqa: B008  # it is frozen
    """Return the saved queries by name, each with how many of its statements wait to be posted."""
    total = connection.scalar(sa.select(sa.func.count()).select_from(QUERIES)) or 0
    query = sa.select(QUERIES.c.name, QUERIES.c.wanted, QUERIES.c.made_at)
    cut_query = query.order_by(QUERIES.c.name).limit(cut.limit).offset(cut.offset)
    waiting = [name for names in connection.scalars(sa.select(DELIVERIES.c.queries)) for name in names]
    rows = [dict(row._mapping) for row in connection.execute(cut_query)]
    return Page([row | {"waiting": waiting.count(row["name"])} for row in rows], total)


def delete_query(connection: sa.Connection, name: str) -> None:
    """Forget a saved query, and what of it waits to be posted; raise WrongUsage where there is none of that name."""
    if not connection.execute(sa.delete(QUERIES).where(QUERIES.c.name == name)).rowcount:
        raise WrongUsage(f"{name}: no saved query of this name. See them with: onrecord queries STORE")
    for row in connection.execute(sa.select(DELIVERIES)).all():
        others = [other for other in row.queries if other != name]
        same = DELIVERIES.c.number == row.number
        if not others:
            connection.execute(sa.delete(DELIVERIES).where(same))
        elif others != row.queries:
            connection.execute(sa.update(DELIVERIES).where(same).values(queries=others))


def check_queries(connection: sa.Connection, names: Sequence[str]) -> None:
    """Raise WrongUsage where there is no saved query of one of these names."""
    known = set(connection.scalars(sa.select(QUERIES.c.name)))
    for name in names:
        if name not in known:
            raise WrongUsage(f"{name}: no saved query of this name. Save one: onrecord statements … --save NAME")


def take_new(connection: sa.Connection, names: Sequence[str], *, post: bool) -> list[Row]:
    """Return the statements that saved queries match and that were not told before, as they came; they are told now.

    Without `names` all queries count. With `post` they also wait to be posted from now on, as one step.
    """
    last = _last_document(connection)
    found: dict[str, Row] = {}
    for query in _chosen(connection, names):
        for row in asking.latest(connection, Wanted(**query.wanted), query.upto):
            found.setdefault(row["id"], row | {"queries": []})["queries"].append(query.name)
        connection.execute(sa.update(QUERIES).where(QUERIES.c.name == query.name).values(upto=last))
    rows = sorted(found.values(), key=lambda row: (row["number"], row["place"]))
    if post:
        for row in rows:
            same = DELIVERIES.c.statement == row["id"]
            if connection.scalar(sa.select(DELIVERIES.c.number).where(same)) is None:
                values = {"statement": row["id"], "queries": row["queries"], "tries": 0}
                connection.execute(sa.insert(DELIVERIES).values(values))
    return rows


def matching(connection: sa.Connection, names: Sequence[str], limit: int) -> list[Row]:
    """Return the latest statements that saved queries match, those of the latest documents first."""
    found: dict[str, Row] = {}
    for query in _chosen(connection, names):
        for row in asking.latest(connection, Wanted(**query.wanted), 0, limit=limit):
            found.setdefault(row["id"], row | {"queries": []})["queries"].append(query.name)
    return sorted(found.values(), key=lambda row: (-row["number"], row["place"]))[:limit]


def _chosen(connection: sa.Connection, names: Sequence[str]) -> Sequence[sa.Row[Any]]:
    query = sa.select(QUERIES).order_by(QUERIES.c.name)
    return connection.execute(query.where(QUERIES.c.name.in_(names)) if names else query).all()


def _last_document(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.max(DOCUMENTS.c.number))) or 0


# --- deliveries ------------------------------------------------------------------------------


def waiting(connection: sa.Connection) -> list[sa.Row[Any]]:
    """Return what waits to be posted, what was tried least first, and then as it came."""
    return list(connection.execute(sa.select(DELIVERIES).order_by(DELIVERIES.c.tries, DELIVERIES.c.number)))


def delivered(connection: sa.Connection, number: int) -> None:
    """Note that something was posted, or is no more."""
    connection.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.number == number))


def undelivered(connection: sa.Connection, number: int, reason: str) -> None:
    """Note that something could not be posted, and why."""
    same = DELIVERIES.c.number == number
    connection.execute(sa.update(DELIVERIES).where(same).values(tries=DELIVERIES.c.tries + 1, reason=reason))
