"""Whom an entity is, going by the cards of all articles: the bearer of its name, or of the name that it stands for."""

from __future__ import annotations

from typing import TypeAlias

from onrecord.entities.cards import Card, Facts, Family, Key, is_common
from onrecord.entities.likeness import (
    ENOUGH,
    MARGIN,
    ONLY_ONE,
    SAME_NAME,
    company_points,
    month_points,
    post_points,
    show,
)
from onrecord.entities.names import is_title
from onrecord.entities.options import Option, Options
from onrecord.entities.shelf import UNSURE, Bearer, Person, Shelf
from onrecord.identity import Member, Reason

Found: TypeAlias = Person | Member
"""Whom an entity was found to be; a Member is itself and nobody else."""

_LONGEST_WAY = 4
"""How many times a name may lead to another: Orr, John Orr, John Quincy Orr."""


class Finder:
    """Finds among the cards of a shelf whom each is."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._options = Options(shelf)

    def find(self, card: Card) -> tuple[Found, list[Reason]]:
        """Return whom an entity is, decisions aside, and the reasons."""
        if not card.key:
            return card.member, [Reason("its article never names it", 0.0)]
        if card.kind == "person" and is_title(" ".join(card.key)):
            return card.member, [Reason("its article calls it by a title alone", 0.0)]
        family = self._shelf.family_of(card)
        if family == "person" and len(card.key) == 1:
            found, reasons = self._follow(card, family, card.facts)
            if found is None:
                return self._by_company(card, family, "a bare surname joins nobody without more to go by")
            return found, reasons
        if family == "body" and is_common(card.key):
            return self._by_place(card, family)
        bearer, reasons = self._bearer(card, family)
        if bearer.person.mark == UNSURE:
            return bearer.person, reasons
        found, onward = self._follow(card, family, bearer.facts)
        return found or bearer.person, [*reasons, *onward]

    def _by_place(self, card: Card, family: Family) -> tuple[Found, list[Reason]]:
        """Return whom a body is whose name many places share: with those of the name that are at home where it is.

        Home is, of the places that its article mentions most, the one where most others of the name are.
        """
        if not card.homes:
            return self._by_company(card, family, "many places have a body of this name, and its article names none")
        homes = self._shelf.all_of(card.key, family).at_home(card.homes)
        home = min(card.homes, key=lambda name: (-homes[name], card.homes.index(name)))
        others = homes[home] - 1
        reasons = [Reason(f"the same name, in {others:,} more about {show(home)}", SAME_NAME)] if others else []
        return Person(family, card.key, f"in {' '.join(home)}"), reasons

    def _by_company(self, card: Card, family: Family, alone: str) -> tuple[Found, list[Reason]]:
        """Return whom a card is whose name says too little: with those of the name who keep the same company.

        They are marked by the name in that company which most of them share; a card that shares none is nobody but
        itself, for the reason `alone`.
        """
        bearer = self._shelf.bearer_of(card, family)
        reasons, beside = self._company(card, bearer) if bearer else ([], {})
        if bearer is None or sum(reason.points for reason in reasons) < ENOUGH:
            return card.member, [Reason(alone, 0.0)]
        shared = min(beside, key=lambda name: (-beside[name], name))
        return Person(family, card.key, f"{bearer.person.mark} beside {' '.join(shared)}"), reasons

    def _company(self, card: Card, bearer: Bearer) -> tuple[list[Reason], dict[Key, int]]:
        """Return what a card's company says for its being a bearer, and how often each name of it is with the bearer.

        An article is no evidence for itself: what it adds to the counts is taken off.
        """
        told = {group.facts for group in bearer.groups}
        own = sum(key == bearer.person.key and facts in told for key, facts in card.article)
        counts = {name: count - own for name, count in bearer.beside(card.company).items() if count > own}
        shelf, articles = self._shelf, bearer.articles - own
        return company_points(card.company, card.key, counts, articles, shelf.seen, shelf.articles), counts

    def _bearer(self, card: Card, family: Family) -> tuple[Bearer, list[Reason]]:
        """Return the bearer of a card's own name that it is, and the reasons."""
        bearer = self._shelf.bearer_of(card, family)
        bearers = self._shelf.bearers(card.key, family)
        if bearer is not None:
            return bearer, self._same_name(card, bearer, family, len(bearers))
        best, reasons = self._weigh([Option(b, ()) for b in bearers], MARGIN, card)
        if best is not None:
            return best, [Reason("several people have this name", 0.0), *reasons]
        unknown = Reason("several people have this name, and nothing tells which it is", 0.0)
        return self._shelf.unsure(card.key, family), [unknown]

    def _same_name(self, card: Card, bearer: Bearer, family: Family, bearers: int) -> list[Reason]:
        others = bearer.articles - 1
        articles = "another article has" if others == 1 else f"{others:,} other articles have"
        same = Reason(f"{articles} the same name, “{card.names[0]}”", SAME_NAME)
        reasons = [same if others else Reason(f"its article alone has this name, “{card.names[0]}”", 0.0)]
        if others and bearers > 1:
            reasons.append(Reason(f"of {bearers} bearers of the name, nothing speaks against this one alone", 0.0))
        if family != card.family:
            reasons.append(Reason(f"read as {card.kind} here, but most articles have it for a {family}", 0.0))
        return reasons

    def _follow(self, card: Card, family: Family, facts: Facts) -> tuple[Person | None, list[Reason]]:
        """Return the bearer of the fullest name that a card's name leads to; None where it leads nowhere.

        The first step may go by what the card's article says; from there on all go the same way.
        """
        bearer, reasons = self._weigh(self._options.of(family, card.key, facts, card.also), ENOUGH, card)
        way = [bearer] if bearer else []
        while way and len(way) < _LONGEST_WAY:
            last = way[-1]
            bearer, more = self._weigh(self._options.of(family, last.person.key, last.facts, ()), ENOUGH)
            if bearer is None:
                break
            persons = [b.person for b in way]
            if bearer.person in persons:  # names that lead to one another in a ring are one: any will do, but the same
                ring = way[persons.index(bearer.person) :]
                return min(ring, key=lambda b: (-b.articles, b.person)).person, reasons
            way.append(bearer)
            reasons = [*reasons, *more]
        return (way[-1].person if way else None), reasons

    def _weigh(
        self, options: list[Option], enough: float, card: Card | None = None
    ) -> tuple[Bearer | None, list[Reason]]:
        """Return the likeliest of some bearers, where it has enough points and leads all others, and the reasons.

        Where the names leave it open, what the article of `card` says beside it decides.
        """
        best = _lead([(option, list(option.reasons)) for option in options], enough)
        bare = card is not None and len(card.key) == 1 and bool(options) and options[0].bearer.person.family == "person"
        if best is None and card is not None and (bare or len(options) > 1):
            alone = bare and len(options) == 1
            best = _lead([(o, [*o.reasons, *self._evidence(card, o.bearer, alone=alone)]) for o in options], enough)
        return (best[0].bearer, best[1]) if best else (None, [])

    def _evidence(self, card: Card, bearer: Bearer, *, alone: bool) -> list[Reason]:
        """Return what a card's article says for its being a bearer; `alone` where nobody else has the surname."""
        reasons, _ = self._company(card, bearer)
        if bearer.person.family != "person":
            return reasons
        reasons += post_points(card.posts, bearer.posts)
        reasons += month_points(card.month, bearer.is_in)
        if reasons and alone:
            reasons.append(Reason("nobody else with this name is known", ONLY_ONE))
        return reasons


def _lead(weighed: list[tuple[Option, list[Reason]]], enough: float) -> tuple[Option, list[Reason]] | None:
    """Return the option with most points, where these are enough and well more than any other has."""
    ranked = sorted(((sum(r.points for r in reasons), o, reasons) for o, reasons in weighed), key=_by_points)
    if not ranked or ranked[0][0] < enough:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN:
        return None
    return ranked[0][1], ranked[0][2]


def _by_points(row: tuple[float, Option, list[Reason]]) -> tuple[float, Person]:
    return -row[0], row[1].bearer.person
