"""A user's decisions, laid over what was found: who is one, who is two, and the decision that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from onrecord.entities.cards import Card
from onrecord.entities.finder import Found
from onrecord.entities.likeness import nearness
from onrecord.identity import Decision, Member

Place: TypeAlias = tuple[Found, Member | None]
"""Whom a card was found to be, and the member whose side it is on where a decision parted that."""


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that count, the oldest first: of two about one pair, the later."""
    seen: set[frozenset[Member]] = set()
    kept = []
    for decision in reversed(decisions):
        pair = frozenset((decision.a, decision.b))
        if pair not in seen and len(pair) > 1:
            seen.add(pair)
            kept.append(decision)
    return kept[::-1]


class Overlay:
    """Where decisions put each card. It is made anew when cards were filed, at a cost that grows with the decisions."""

    def __init__(self, decisions: Sequence[Decision], cards: dict[Member, Card], find: Callable[[Card], Found]) -> None:
        self._cards = cards
        self._find = find
        self._side: dict[Member, tuple[Member | None, Decision]] = {}
        self._pinned: dict[Found, list[Member]] = {}
        self._parent: dict[Place, Place] = {}
        self._because: dict[Member, Decision] = {}
        known = [d for d in in_force(decisions) if d.a in cards and d.b in cards]
        for decision in known:
            if decision.verdict == "split":
                self._part(decision)
        self._join([d for d in known if d.verdict == "join"], [d for d in known if d.verdict == "split"], known)

    def place(self, card: Card, found: Found) -> Place:
        """Return where a card is: whom it was found to be, on the side that a decision puts it, joined as decided."""
        return self._root(self._own_place(card, found))

    def because(self, card: Card, found: Found) -> Decision | None:
        """Return the decision that names a card, or else the one that parted or joined whom it was found to be."""
        named = self._because.get(card.member)
        if named is not None:
            return named
        own = self._own_place(card, found)
        if own[1] is not None:
            return self._side[own[1]][1]
        joined = self._root(own) != own
        return next((d for m, d in self._because.items() if joined and self._own(m) == own), None)

    def _own_place(self, card: Card, found: Found) -> Place:
        pinned = self._pinned.get(found)
        if not pinned:
            return found, None
        if card.member in self._side:
            return found, self._side[card.member][0]
        # On a tie a card stays with those that nobody took out.
        best = max(
            pinned,
            key=lambda m: (nearness(card, self._cards[m]), self._side[m][0] is None, m),
        )
        return found, self._side[best][0]

    def _own(self, member: Member) -> Place:
        card = self._cards[member]
        return self._own_place(card, self._find(card))

    def _part(self, decision: Decision) -> None:
        """Take `a` out, with the cards that are nearer to it than to `b`; where they are already apart, nothing."""
        a, b = decision.a, decision.b
        self._because[a] = self._because[b] = decision
        found = self._find(self._cards[a])
        if found != self._find(self._cards[b]):
            return
        pinned = self._pinned.setdefault(found, [])
        one, other = (self._side.get(m, (None, decision)) for m in (a, b))
        if a in self._side and b in self._side and one[0] != other[0]:
            return
        if b not in self._side:
            self._side[b] = (None, decision)
            pinned.append(b)
        if a not in self._side:
            pinned.append(a)
        self._side[a] = (a, decision)

    def _join(self, joins: list[Decision], splits: list[Decision], order: list[Decision]) -> None:
        """Join, the latest decision first; one that would undo a later split is not carried out."""
        for decision in reversed(joins):
            a, b = decision.a, decision.b
            self._because.setdefault(a, decision)
            self._because.setdefault(b, decision)
            before = dict(self._parent)
            self._unite(a, b)
            later = [s for s in splits if order.index(s) > order.index(decision)]
            if any(self._root(self._own(s.a)) == self._root(self._own(s.b)) for s in later):
                self._parent = before

    def _unite(self, a: Member, b: Member) -> None:
        found = self._find(self._cards[a])
        if found == self._find(self._cards[b]) and self._pinned.get(found):
            # Both were found to be the one that a decision parted: b only goes over to the side that a is on.
            side = self._own(a)[1]
            if b not in self._side:
                self._pinned[found].append(b)
                self._side[b] = (side, self._because[b])
                return
        one, other = sorted((self._root(self._own(a)), self._root(self._own(b))), key=repr)
        if one != other:
            self._parent[other] = one

    def _root(self, place: Place) -> Place:
        while place in self._parent:
            place = self._parent[place]
        return place
