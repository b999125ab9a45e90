"""Who is who across articles: joins the entities of many records into people and organisations, and says why.

What is found depends on the records and the decisions alone, not on their order. Each entity is looked up by its
name, its words and its letters among what is filed (`shelf`) and weighed against the few that it may be (`options`,
`finder`, `likeness`): a first name or an initial that differs is never joined, a bare surname never by itself. What a
user decided is laid over it (`decided`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from onrecord.entities.cards import Card, cards_of
from onrecord.entities.decided import Overlay, Place
from onrecord.entities.finder import Finder
from onrecord.entities.shelf import Shelf
from onrecord.errors import WrongUsage
from onrecord.identity import Decision, HeldRole, Identity, Joining, Member
from onrecord.model import Record, make_id


def merge(records: Iterable[Record], decisions: Iterable[Decision] = ()) -> People:
    """Return the people and organisations of records, joined across them.

    The records may come in any order, and one twice counts once. Raises WrongUsage for a decision of another verdict
    than "join" or "split", or about one member alone.
    """
    people = People(decisions)
    for record in records:
        people.add(record)
    return people


class People:
    """The people, organisations, groups, places and documents of the records added so far.

    Going through it yields an `Identity` for each, who speaks most first.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._cards: dict[Member, Card] = {}
        self._documents: set[str] = set()
        self._shelf = Shelf()
        self._finder = Finder(self._shelf)
        self._decisions: list[Decision] = []
        self._overlay: Overlay | None = None
        for decision in decisions:
            self.decide(decision)

    def add(self, record: Record) -> None:
        """Add a record; one of a document that is there already changes nothing."""
        if record.document.id in self._documents:
            return
        self._documents.add(record.document.id)
        cards = list(cards_of(record))
        self._shelf.file(cards)
        self._cards.update((card.member, card) for card in cards)
        self._overlay = None

    def decide(self, decision: Decision) -> None:
        """Take a user's decision; it outranks what is found, and earlier decisions that it contradicts.

        A split takes `a` out, and with it what lies nearer to it than to `b`. A decision about a member whose record
        is not here yet waits for it.
        """
        if decision.verdict not in ("join", "split") or decision.a == decision.b:
            raise WrongUsage(f"{decision}: a decision is to join or to split two members")
        self._decisions.append(decision)
        self._overlay = None

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions taken, in their order."""
        return tuple(self._decisions)

    def __iter__(self) -> Iterator[Identity]:
        places: dict[Place, list[Card]] = {}
        for card in self._cards.values():
            places.setdefault(self._place(card), []).append(card)
        made = [self._identity(place, cards) for place, cards in places.items()]
        yield from sorted(made, key=lambda i: (-i.statements, -i.mentions, i.called, i.id))

    def __len__(self) -> int:
        return len({self._place(card) for card in self._cards.values()})

    def identity_of(self, member: Member | tuple[str, str]) -> str:
        """Return the id of the identity that a member is of; raise WrongUsage where no record has it."""
        return _id_of(self._place(self._card(member)))

    def why(self, member: Member | tuple[str, str]) -> Joining:
        """Return why a member is of the identity that it is of; raise WrongUsage where no record has it."""
        card = self._card(member)
        found, reasons = self._finder.find(card)
        decision = self._laid_over().because(card, found)
        points = sum(reason.points for reason in reasons)
        return Joining(card.member, self.identity_of(card.member), points, tuple(reasons), decision)

    def _card(self, member: Member | tuple[str, str]) -> Card:
        card = self._cards.get(Member(*member))
        if card is None:
            raise WrongUsage(f"{tuple(member)}: no record here has this entity. A member is (document id, entity id).")
        return card

    def _laid_over(self) -> Overlay:
        if self._overlay is None:
            self._overlay = Overlay(self._decisions, self._cards, lambda card: self._finder.find(card)[0])
        return self._overlay

    def _place(self, card: Card) -> Place:
        found, _ = self._finder.find(card)
        return self._laid_over().place(card, found)

    def _identity(self, place: Place, cards: list[Card]) -> Identity:
        cards.sort(key=lambda card: card.member)
        families = Counter(self._shelf.family_of(card) if card.key else card.family for card in cards)
        family = min(families, key=lambda f: (-families[f], f))
        kinds = Counter(card.kind for card in cards if card.family == family) or Counter(c.kind for c in cards)
        names = Counter(name for card in cards for name in card.names)
        first = Counter(card.names[0] for card in cards if card.names)
        name = min(first, key=lambda n: (-first[n] * len(n.split()), n), default=None)
        held = {
            (r.title, r.organization, r.status): HeldRole(c.member.document, r) for c in cards[::-1] for r in c.roles
        }
        return Identity(
            id=_id_of(place),
            kind=min(kinds, key=lambda kind: (-kinds[kind], kind)),
            name=name,
            label=None if name else cards[0].label,
            aliases=tuple(sorted(names.keys() - {name}, key=lambda n: (-names[n], n))),
            roles=tuple(held[k] for k in sorted(held, key=repr)),
            members=tuple(card.member for card in cards),
            articles=len({card.member.document for card in cards}),
            statements=sum(card.statements for card in cards),
            mentions=sum(card.mentions for card in cards),
        )


def _id_of(place: Place) -> str:
    found, side = place
    parts = found if isinstance(found, Member) else (found.family, " ".join(found.key), found.mark)
    return make_id("who", *parts, *(side or ()))
