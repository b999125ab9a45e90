"""The values of who is who across articles: which entities are one, why, and what a user decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from onrecord.model import EntityKind, Role

Verdict: TypeAlias = Literal["join", "split"]


class Member(NamedTuple):
    """One entity of one article: the ids of both."""

    document: str
    entity: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a user decided about two members: that they are one ("join") or two ("split"). It outranks what is found.

    `by` is who decided, `on` the day (ISO 8601). A later decision outranks an earlier one that it contradicts.
    """

    verdict: Verdict
    a: Member
    b: Member
    by: str | None = None
    on: str | None = None
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON has it."""
        return {
            "verdict": self.verdict,
            "a": list(self.a),
            "b": list(self.b),
            "by": self.by,
            "on": self.on,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for an entry being somebody, or against it: in words, and how much it weighs in points."""

    words: str
    points: float

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as JSON has it."""
        return {"words": self.words, "points": round(self.points, 2)}


@dataclass(frozen=True, slots=True)
class Joining:
    """Why a member is where it is: the id of its identity, the points that it took, and each reason.

    `decision` is the user's decision that settled it, if one did; then the points are what was found all the same.
    """

    member: Member
    identity: str
    points: float
    reasons: tuple[Reason, ...]
    decision: Decision | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the joining as JSON has it."""
        return {
            "member": list(self.member),
            "identity": self.identity,
            "points": round(self.points, 2),
            "reasons": [reason.to_dict() for reason in self.reasons],
            "decision": self.decision.to_dict() if self.decision else None,
        }


class HeldRole(NamedTuple):
    """A role, and the id of the document that its passage is in."""

    document: str
    role: Role


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, organisation, group, place or document across articles.

    `name` is the fullest name that is common for it, `aliases` its other names, the most frequent first; `members`
    are its entities, by document and entity id; `statements` and `mentions` count over all of them. `name` is None
    where the one article that speaks of it never names it; then `label` is how it is called.
    """

    id: str
    kind: EntityKind
    name: str | None
    label: str | None
    aliases: tuple[str, ...]
    roles: tuple[HeldRole, ...]
    members: tuple[Member, ...]
    articles: int
    statements: int
    mentions: int

    @property
    def called(self) -> str:
        """Its name, or how it is called where no article names it."""
        return self.name or self.label or ""

    def to_dict(self) -> dict[str, Any]:
        """Return the identity as JSON has it; each role says which document its passage is in."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "aliases": list(self.aliases),
            "roles": [{"document": held.document, **held.role.to_dict()} for held in self.roles],
            "articles": self.articles,
            "statements": self.statements,
            "mentions": self.mentions,
            "members": [list(member) for member in self.members],
        }
