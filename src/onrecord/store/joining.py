"""Who is who in a store: the identities that `merge` made of all its articles, and the entities of each.

Making them goes through every article, so it is done when it is asked for, not with each article. Until then an entity
of a new article belongs to the one identity of its kind with exactly its name, if that name is more than one word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from onrecord.identity import HeldRole, Identity, Member
from onrecord.model import Role
from onrecord.store.asking import fact
from onrecord.store.schema import COMPARED, DOCUMENTS, ENTITIES, IDENTITIES
from onrecord.store.writing import fold, forget_comparisons, set_fact

_AT_ONCE = 500
_MOST_KNOWN = 5_000
"""How many identities are kept at hand while records are exported."""


def progress(connection: sa.Connection) -> tuple[int, int]:
    """Return how many articles there are, and of how many the entities were joined and not touched since."""
    articles = connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENTS)) or 0
    return articles, int(fact(connection, "joined") or 0)


def put_identities(connection: sa.Connection, identities: Iterable[Identity], articles: int) -> int:
    """Put identities, made of so many articles, in the place of those that are there; return how many they are."""
    days = {row.id: row.published for row in connection.execute(sa.select(DOCUMENTS.c.id, DOCUMENTS.c.published))}
    before = _speakers(connection)
    connection.execute(sa.delete(IDENTITIES))
    connection.execute(sa.update(ENTITIES).values(identity=None))
    number = 0
    rows: list[dict[str, Any]] = []
    members: list[dict[str, str]] = []
    for identity in identities:
        number += 1
        rows.append(_row(identity, days))
        members += [{"member": member.entity, "of": identity.id} for member in identity.members]
        if len(rows) >= _AT_ONCE:
            _flush(connection, rows, members)
    _flush(connection, rows, members)
    set_fact(connection, "joined", str(articles))
    for document in sorted({document for document, _, _ in before ^ _speakers(connection)}):
        forget_comparisons(connection, document)
    return number


def _speakers(connection: sa.Connection) -> set[tuple[str, str, str | None]]:
    """Return the document, the entity and the identity of everybody who speaks in a document that was compared."""
    query = sa.select(ENTITIES.c.document, ENTITIES.c.id, ENTITIES.c.identity)
    compared = query.join(COMPARED, COMPARED.c.document == ENTITIES.c.document).where(ENTITIES.c.statements > 0)
    return {(row.document, row.id, row.identity) for row in connection.execute(compared)}


def _flush(connection: sa.Connection, rows: list[dict[str, Any]], members: list[dict[str, str]]) -> None:
    if rows:
        connection.execute(sa.insert(IDENTITIES), rows)
        belongs = sa.update(ENTITIES).where(ENTITIES.c.id == sa.bindparam("member")).values(identity=sa.bindparam("of"))
        connection.execute(belongs, members)
    rows.clear()
    members.clear()


def _row(identity: Identity, days: dict[str, str | None]) -> dict[str, Any]:
    seen = sorted(day for member in identity.members if (day := days.get(member.document)))
    roles = [
        {**held.role.to_dict(), "document": held.document, "published": days.get(held.document)}
        for held in identity.roles
    ]
    return {
        "id": identity.id,
        "kind": identity.kind,
        "name": identity.name,
        "called": identity.called,
        "folded": fold((identity.name or "", *identity.aliases)),
        "articles": identity.articles,
        "statements": identity.statements,
        "mentions": identity.mentions,
        "first": seen[0] if seen else None,
        "last": seen[-1] if seen else None,
        "data": {"label": identity.label, "aliases": list(identity.aliases), "roles": roles},
    }


class Who:
    """Who an entity of an article is across articles, looked up as it is asked for: what `export` takes as `who`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._document: str | None = None
        self._here: dict[str, str] = {}
        self._known: dict[str, Identity] = {}

    def get(self, member: Member | tuple[str, str], default: Identity | None = None, /) -> Identity | None:
        """Return the identity that an entity is of, the default where it is of none."""
        document, entity = member
        if document != self._document:
            here = sa.and_(ENTITIES.c.document == document, ENTITIES.c.identity.is_not(None))
            rows = self._connection.execute(sa.select(ENTITIES.c.id, ENTITIES.c.identity).where(here))
            self._document, self._here = document, {row.id: row.identity for row in rows}
        wanted = self._here.get(entity)
        return default if wanted is None else self._identity(wanted)

    def _identity(self, wanted: str) -> Identity:
        known = self._known.get(wanted)
        if known is None:
            row = self._connection.execute(sa.select(IDENTITIES).where(IDENTITIES.c.id == wanted)).one()
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[wanted] = _identity_of(row)
        return known


def _identity_of(row: sa.Row[Any]) -> Identity:
    roles = tuple(
        HeldRole(role["document"], Role.from_dict({field.name: role[field.name] for field in fields(Role)}))
        for role in row.data["roles"]
    )
    return Identity(
        id=row.id,
        kind=row.kind,
        name=row.name,
        label=row.data["label"],
        aliases=tuple(row.data["aliases"]),
        roles=roles,
        members=(),  # they may be a hundred thousand, and nobody who exports asks for them
        articles=row.articles,
        statements=row.statements,
        mentions=row.mentions,
    )


def place_entities(connection: sa.Connection, document: str) -> None:
    """Give the entities of a document to the identities that alone have their kind and their name of several words."""
    new = sa.and_(ENTITIES.c.document == document, ENTITIES.c.identity.is_(None))
    query = sa.select(ENTITIES.c.id, ENTITIES.c.kind, ENTITIES.c.name).where(new)
    for entity in connection.execute(query).all():
        if entity.name is None or len(entity.name.split()) == 1:
            continue
        same = sa.and_(IDENTITIES.c.kind == entity.kind, IDENTITIES.c.name == entity.name)
        ids = connection.scalars(sa.select(IDENTITIES.c.id).where(same).limit(2)).all()
        if len(ids) == 1:
            connection.execute(sa.update(ENTITIES).where(ENTITIES.c.id == entity.id).values(identity=ids[0]))
