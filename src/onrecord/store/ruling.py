"""Taking decisions: each is a dated row by a named person, and the entries it is about are made anew at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from onrecord.errors import WrongUsage
from onrecord.identity import Decision, Member
from onrecord.store import asking, joining
from onrecord.store.deciding import FIELDS, Verb, anchor_of
from onrecord.store.schema import DECISIONS, DOCUMENTS, ENTITIES, IDENTITIES
from onrecord.store.writing import derive, fold, set_fact

_ABOUT: Mapping[str, tuple[str, ...]] = {
    "fix": ("content",),
    "accept": ("content", "trigger"),
    "reject": ("content", "trigger"),
}
"""What a decision may be about, by what its anchor has: a statement has a content, an event a trigger."""
_LONGEST_NUMBER = 10
"""Digits that a number of a decision never has."""


def decide(
    connection: sa.Connection, verb: Verb, entry: str, *, change: Mapping[str, Any], by: str, at: str, note: str | None
) -> int:
    """Keep what a person decided about an entry, and return its number.

    Raises WrongUsage where the store has no such entry, the change is none, or nobody is named.
    """
    by = _check_name(by)
    document = asking.document_of(connection, _document_of(connection, entry))
    assert document is not None
    found = asking.found_in(connection, document)
    anchor = anchor_of(found, entry)
    if verb in _ABOUT and not anchor.keys() & set(_ABOUT[verb]):
        events = " and events (ev-)" if "trigger" in _ABOUT[verb] else ""
        raise WrongUsage(f"{entry}: not a statement; {verb} is about statements (their ids begin with st-){events}")
    if verb == "fix":
        change = _checked(change, entry)
    values = {"verb": verb, "target": entry, "document": document.id, "change": dict(change)}
    row = {**values, "anchor": anchor, "by": by, "at": at, "note": note, "orphan": False}
    number = connection.scalar(sa.insert(DECISIONS).values(row).returning(DECISIONS.c.number))
    derive(connection, found)
    joining.place_entities(connection, document.id)
    return int(number or 0)


def _check_name(by: str) -> str:
    if not by.strip():
        raise WrongUsage("nobody is named: say who decides with --by NAME, or set ONRECORD_BY")
    return by.strip()


def _checked(change: Mapping[str, Any], entry: str) -> Mapping[str, Any]:
    unknown = sorted(set(change) - set(FIELDS))
    if unknown or not change:
        what = f"{', '.join(unknown)}: not a part of a statement" if unknown else f"{entry}: nothing to fix"
        raise WrongUsage(f"{what}. These can be fixed: {', '.join(FIELDS)}.")
    if "content" in change and not change["content"]:
        raise WrongUsage(f"{entry}: a statement needs a content. To take it out of the record, reject it.")
    return change


def _document_of(connection: sa.Connection, entry: str) -> str:
    document = asking.document_with(connection, entry)
    if document is None:
        raise WrongUsage(f"{entry}: the store has no such entry. Ids are in the first column of the listings.")
    return document


def pair(connection: sa.Connection, verb: Verb, one: str, other: str, *, by: str, at: str, note: str | None) -> int:
    """Keep that two entities are one ("join") or two ("split"), and return the number of the decision.

    Each is the id of an entity or of an identity, or a name that one identity alone has.
    """
    a, b = find_member(connection, one), find_member(connection, other)
    if a == b:
        raise WrongUsage(f"{one} and {other} are the same entity of the same article")
    change = {"document": b.document, "entity": b.entity}
    number = decide(connection, verb, a.entity, change=change, by=by, at=at, note=note)
    set_fact(connection, "joined", "0")
    return number


def find_member(connection: sa.Connection, wanted: str) -> Member:
    """Return the entity of an id, the first one of an identity, or of the identity that alone has a name."""
    members = sa.select(ENTITIES.c.document, ENTITIES.c.id).join(DOCUMENTS, DOCUMENTS.c.id == ENTITIES.c.document)
    first = members.order_by(DOCUMENTS.c.number, ENTITIES.c.id).limit(1)
    for condition in (ENTITIES.c.id == wanted, ENTITIES.c.identity == wanted):
        row = connection.execute(first.where(condition)).one_or_none()
        if row is not None:
            return Member(row.document, row.id)
    name = fold([wanted])
    named = sa.select(IDENTITIES.c.id, IDENTITIES.c.called).where(IDENTITIES.c.folded.contains(name, autoescape=True))
    rows = connection.execute(named.order_by(IDENTITIES.c.id).limit(6)).all()
    if len(rows) == 1:
        return find_member(connection, rows[0].id)
    if not rows:
        raise WrongUsage(f"{wanted}: nobody of this id or name is in the store. Look with: onrecord people STORE NAME")
    several = ", ".join(f"{row.id} ({row.called})" for row in rows)
    raise WrongUsage(f"{wanted}: several have this name: {several}. Give the id.")


def undo(connection: sa.Connection, wanted: str, *, by: str, at: str) -> int:
    """Undo a decision, by its number or the last one about an entry; return its number. It stays in the history."""
    open_ones = sa.select(DECISIONS).where(DECISIONS.c.undone_at.is_(None)).order_by(DECISIONS.c.number.desc())
    by = _check_name(by)
    numbered = wanted.isdecimal() and len(wanted) < _LONGEST_NUMBER
    condition = DECISIONS.c.number == int(wanted) if numbered else DECISIONS.c.target == wanted
    row = connection.execute(open_ones.where(condition).limit(1)).one_or_none()
    if row is None:
        raise WrongUsage(f"{wanted}: no decision to undo. See them with: onrecord history STORE")
    connection.execute(sa.update(DECISIONS).where(DECISIONS.c.number == row.number).values(undone_by=by, undone_at=at))
    document = asking.document_of(connection, row.document)
    if document is not None:
        derive(connection, asking.found_in(connection, document))
    if row.verb in ("join", "split"):
        set_fact(connection, "joined", "0")
    return int(row.number)


def joins_and_splits(connection: sa.Connection) -> list[Decision]:
    """Return what people decided about who is who, in order."""
    about = DECISIONS.c.verb.in_(("join", "split"))
    query = sa.select(DECISIONS).where(about, DECISIONS.c.undone_at.is_(None)).order_by(DECISIONS.c.number)
    return [
        Decision(
            row.verb,
            Member(row.document, row.target),
            Member(row.change["document"], row.change["entity"]),
            row.by,
            row.at[: len("2018-08-27")],
            row.note,
        )
        for row in connection.execute(query)
    ]
