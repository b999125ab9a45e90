"""Who is who in a store: the identities that `merge` made of all its articles, and the entities of each.

Making them goes through every article, so it is done when it is asked for, not with each article. Until then an entity
of a new article belongs to the one identity of its kind with exactly its name, if that name is more than one word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from onrecord.identity import Identity
from onrecord.store.asking import fact
from onrecord.store.schema import DOCUMENTS, ENTITIES, IDENTITIES
from onrecord.store.writing import fold, set_fact

_AT_ONCE = 500


def progress(connection: sa.Connection) -> tuple[int, int]:
    """Return how many articles there are, and of how many the entities were joined and not touched since."""
    articles = connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENTS)) or 0
    return articles, int(fact(connection, "joined") or 0)


def put_identities(connection: sa.Connection, identities: Iterable[Identity], articles: int) -> int:
    """Put identities, made of so many articles, in the place of those that are there; return how many they are."""
    days = {row.id: row.published for row in connection.execute(sa.select(DOCUMENTS.c.id, DOCUMENTS.c.published))}
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
    return number


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
        "folded": fold((identity.called, *identity.aliases)),
        "articles": identity.articles,
        "statements": identity.statements,
        "mentions": identity.mentions,
        "first": seen[0] if seen else None,
        "last": seen[-1] if seen else None,
        "data": {"aliases": list(identity.aliases), "roles": roles, "members": [list(m) for m in identity.members]},
    }


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
