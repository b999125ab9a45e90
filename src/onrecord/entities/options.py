"""Which other names a name may stand for: fuller ones, ones that it has run on from, what its letters are short for.

Each is weighed by what the store says of both names, not by the one article that is being looked at, so that all
articles with a name go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.entities.cards import Facts, Family, Key
from onrecord.entities.likeness import (
    DEFINED,
    DISPUTED,
    ENOUGH,
    FIRST_NAME,
    FULL,
    FULLER,
    INITIAL,
    RESPELT,
    SPELLS,
    SPELT_BESIDE,
    are_respelt,
    company_points,
    conflict,
    names_agree,
    show,
)
from onrecord.entities.names import Fit, acronym_of, fits
from onrecord.entities.shelf import Bearer, Person, Shelf
from onrecord.identity import Reason

_SURE_SHARE = 0.8
"""The share of a short name's definitions that lead to one full name, from which it is that one's everywhere."""
_LEAST_DEFINED = 0.2
"""So many of the articles with a name that is not short for another must call one bearer both, for the two to be one:
one article may mistake a person for another."""
_FAR_MORE = 4
_LONG_ACRONYM = 3
"""Shorter ones fit too many names, unless an article has both."""


@dataclass(frozen=True, slots=True)
class Option:
    """A bearer of another name that a name may stand for, and what speaks for it before the company does."""

    bearer: Bearer
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> float:
        """What the reasons weigh together."""
        return sum(reason.points for reason in self.reasons)


class Options:
    """Looks up on a shelf what a name may stand for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def of(self, family: Family, key: Key, facts: Facts, also: tuple[Key, ...]) -> list[Option]:
        """Return the bearers of other names that a name may stand for; `also` are the other names of its article."""
        if family == "person":
            options = [
                *self._fuller_people(key, facts),
                *self._respelt(key, facts),
                *self._shorter(family, key, facts, also, _inner_names(key)),
            ]
        elif family == "body":
            options = [*self._spelt(key, family), *self._shorter(family, key, facts, also, also)]
        else:
            return []
        best: dict[Person, Option] = {}
        for option in [*options, *self._defined(family, key, facts), *self._lettered(family, key, facts)]:
            known = best.get(option.bearer.person)
            if known is None or option.points > known.points:
                best[option.bearer.person] = option
        return list(best.values())

    def _runs_on(self, full: Key, short: Key, fit: Fit | None) -> bool:
        """Tell whether a longer name is rather the shorter one with words of its article run on to it.

        At its end, as in "Vessen Steel Workers", as soon as the shorter is no rarer; at its beginning, where fuller
        names mostly differ ("Port Vessen Rovers"), only once the shorter is far more frequent.
        """
        times = 1 if fit in ("begin", "equal") else _FAR_MORE
        return self._shelf.named(short) >= times * self._shelf.named(full)

    def _shorter(
        self, family: Family, key: Key, facts: Facts, also: tuple[Key, ...], names: Iterable[Key]
    ) -> Iterator[Option]:
        """Yield the bearers of shorter names that a name has run on from: a headline's "Striker Oskar Dell"."""
        inside = [short for short in names if self._is_inside(family, short, key, also)]
        for short in inside:
            if any(set(short) < set(other) for other in inside):
                continue  # a longer one of them says more
            points = DEFINED if short in also else FULL if fits(short, key) == "equal" else FULLER
            for bearer in self._shelf.bearers(short, family):
                if conflict(facts, bearer.facts) is None:
                    told = f"“{show(key)}” has “{show(short)}” in it, which {bearer.articles:,} articles have alone"
                    shared = self._shared(self._shelf.all_of(key, family), bearer) if points < ENOUGH else []
                    yield Option(bearer, (Reason(told, points), *shared))

    def _is_inside(self, family: Family, short: Key, key: Key, also: tuple[Key, ...]) -> bool:
        """Tell whether a name has run on from a shorter one. North Vessenland is not Vessenland, though."""
        fit = fits(short, key)
        if len(short) >= len(key) or fit is None or not self._runs_on(key, short, fit) or self._shelf.is_place(short):
            return False
        return family != "person" or short in also or not self._stand_together(short, key)

    def _stand_together(self, short: Key, full: Key) -> bool:
        """Tell whether an article names one beside the other, and so tells Ann Orr from Mary Ann Orr."""
        return self._shelf.all_of(full, "person").beside([short])[short] > 0

    def _lettered(self, family: Family, key: Key, facts: Facts) -> Iterator[Option]:
        """Yield the bearers of the name of the same letters that comes last: "Seamicro" leads to "Sea Micro"."""
        same = self._shelf.lettered(key)
        last = max(same, key=lambda k: (len(k), k), default=key)
        if last != key:
            for bearer in self._shelf.bearers(last, family):
                if conflict(facts, bearer.facts) is None:
                    yield Option(bearer, (Reason(f"“{show(key)}” and “{show(last)}” are spelt alike", DEFINED),))

    def _respelt(self, key: Key, facts: Facts) -> Iterator[Option]:
        """Yield the bearers of a name of which one word is spelt a little otherwise: "Oscar Dell", "Orla Quyst"."""
        for other in self._shelf.near(key):
            forward = (self._shelf.named(other), other) > (self._shelf.named(key), key)
            if not forward or not are_respelt(key, other) or self._stand_together(key, other):
                continue
            for bearer in self._shelf.bearers(other, "person"):
                if conflict(facts, bearer.facts) is None:
                    told = f"“{show(key)}” may be another spelling of “{show(other)}”"
                    yield Option(
                        bearer, (Reason(told, RESPELT), *self._shared(self._shelf.all_of(key, "person"), bearer))
                    )

    def _fuller_people(self, key: Key, facts: Facts) -> Iterator[Option]:
        for full in self._shelf.fuller(key):
            for bearer in self._shelf.bearers(full, "person"):
                if conflict(facts, replace(bearer.facts, lead=None)) or not names_agree(key, facts, full, bearer.facts):
                    continue
                fit = fits(key, full)
                if len(key) > 1 and (self._runs_on(full, key, fit) or self._stand_together(key, full)):
                    continue
                told = f"“{show(key)}” is part of “{show(full)}”"
                if len(key) == 1:
                    if fit == "begin" and self._shelf.named(full[1:]) >= self._shelf.named(full):
                        continue  # "Striker" in "Striker Oskar Dell"
                    points = INITIAL if facts.lead else FIRST_NAME if fit == "begin" else 0.0
                    yield Option(bearer, (Reason(told, points),))
                else:
                    shared = self._shared(bearer, self._shelf.all_of(key, "person"))
                    yield Option(bearer, (Reason(told, FULL if fit == "equal" else FULLER), *shared))

    def _spelt(self, key: Key, family: Family) -> Iterator[Option]:
        if len(key) == 1:
            for full in self._shelf.spelt(key):
                for bearer in self._shelf.bearers(full, family):
                    short = self._shelf.all_of(key, family)
                    told = [Reason(f"{key[0].upper()} may be short for {show(full)}", SPELLS)]
                    beside = short.beside([full])[full]
                    if len(key[0]) < _LONG_ACRONYM and not beside:
                        continue
                    if beside:
                        articles = "1 article" if beside == 1 else f"{beside:,} articles"
                        told.append(Reason(f"{articles} have both", SPELT_BESIDE))
                    yield Option(bearer, (*told, *self._shared(bearer, short)))

    def _shared(self, one: Bearer, other: Bearer) -> list[Reason]:
        """Return what the company that one name keeps most says for its being the other."""
        top = [name for name in one.top() if name != other.person.key]
        return company_points(
            top, one.person.key, other.beside(top), other.articles, self._shelf.seen, self._shelf.articles
        )

    def _says_more(self, full: Key, key: Key) -> bool:
        """Tell whether the fullest name of an article that also has another leads on from that other.

        The longer name does, unless it is only run on; of two as long, the later in the alphabet, where enough of the
        articles say that they are one.
        """
        if self._shelf.is_place(key) and fits(key, full):
            return False  # the Vessen Rovers are not Vessen, nor is North Vessen, though one article may say so
        if len(full) > len(key):
            spelt = len(key) == 1 and key[0].upper() in acronym_of([word.title() for word in full])
            return spelt or not self._runs_on(full, key, fits(key, full))
        together = self._shelf.defined(key)
        enough = _LEAST_DEFINED * (self._shelf.named(key) + together.total())
        return len(full) == len(key) and full > key and together[full] >= enough

    def _defined(self, family: Family, key: Key, facts: Facts) -> Iterator[Option]:
        """Yield the bearers of the names that articles give to one with this name, where these say more."""
        defined = {full: n for full, n in self._shelf.defined(key).items() if self._says_more(full, key)}
        total = sum(defined.values())
        for full, count in defined.items():
            share = count / total
            points = DEFINED if share >= _SURE_SHARE else DISPUTED * share
            fit, short = fits(key, full), len(key) < len(full)
            for bearer in self._shelf.bearers(full, family):
                if family == "person" and (conflict(facts, bearer.facts) or (short and not fit)):
                    continue
                articles = "an article calls" if count == 1 else f"{count:,} articles call"
                yield Option(bearer, (Reason(f"{articles} one both “{show(key)}” and “{show(full)}”", points),))


def _inner_names(key: Key) -> list[Key]:
    """Return the shorter names inside a name: its runs of two words and more, and its first word with its last."""
    sizes = range(2, len(key))
    runs = [key[begin : begin + size] for size in sizes for begin in range(len(key) - size + 1)]
    return [*runs, (key[0], key[-1])] if len(key) > 2 else runs
