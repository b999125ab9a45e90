"""Whose case is whose across articles: the ledgers and the events of many articles, or of a store.

    cases_of(records)          the events of articles, with who everybody is across them
    cases.ledgers(name)        everybody's `Ledger`, or that of one name
    cases.events(wanted)       the events that are wanted, as rows, as `Store.events` lists them
    ledgers_in(store, name)    the ledgers of a store, person by person

`onrecord.ledger` makes rows of a ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from onrecord.custody import Told, told_of
from onrecord.entities.merge import merge
from onrecord.identity import Identity, Member
from onrecord.ledger import Ledger, Row, event_row, make_ledgers
from onrecord.model import Record
from onrecord.store import Store, WantedEvents
from onrecord.store.asking import is_one_of, lies_between

ALL = WantedEvents()


@dataclass(frozen=True, slots=True)
class Cases:
    """The events of articles, in their order, and who everybody is across them."""

    told: tuple[Told, ...]
    people: dict[Member, Identity]

    def who(self, told: Told) -> Identity:
        """Return to whom an event happens."""
        return self.people[Member(told.article, told.event.who)]

    def ledgers(
        self, name: str | None = None, *, min_confidence: float = 0.0, today: str | None = None
    ) -> list[Ledger]:
        """Return everybody's ledger, or of those of a name (or id), from events at least so sure, as of a day."""
        told, names = [], {}
        for one in self._wanted(WantedEvents(name, min_confidence=min_confidence)):
            identity = self.who(one)
            names[identity.id] = identity.called
            told.append(replace(one, event=replace(one.event, who=identity.id)))
        return make_ledgers(told, names, today=today)

    def events(self, wanted: WantedEvents = ALL) -> list[Row]:
        """Return the events that are wanted as rows, in the order of a store: the latest first, undated ones last.

        Copies of a story are not looked for: `story_once` is a matter of a store.
        """
        found = sorted(self._wanted(wanted), key=lambda one: one.article)
        found.sort(key=lambda one: one.document.published or "", reverse=True)  # and what is equal keeps its order
        found.sort(key=lambda one: one.event.date.begin if one.event.date else "", reverse=True)
        return [event_row(one, self.who(one)) for one in found]

    def _wanted(self, wanted: WantedEvents) -> Iterator[Told]:
        outlet = (wanted.publisher or "").lower()
        for one in self.told:
            event, document = one.event, one.document
            identity = self.who(one)
            ids, names = (identity.id, event.who), (identity.name or "", *identity.aliases)
            if (
                (wanted.type is None or event.type == wanted.type)
                and (wanted.modality is None or event.modality == wanted.modality)
                and event.confidence >= wanted.min_confidence
                and (wanted.document is None or one.article == wanted.document)
                and outlet in (document.publisher or "").lower()
                and (wanted.review is None or (event.review is not None and event.review.verdict == wanted.review))
                and (wanted.who is None or is_one_of(ids, names, identity.called, wanted.who))
                and lies_between(event.date.begin if event.date else None, wanted.since, wanted.until)
            ):
                yield one


def cases_of(records: Iterable[Record]) -> Cases:
    """Return the events of records, people joined across them."""
    joined, told = merge([]), list[Told]()
    for record in records:
        joined.add(record)
        told += told_of(record)
    return Cases(tuple(told), {member: identity for identity in joined for member in identity.members})


def ledgers_in(
    store: Store, name: str | None = None, *, min_confidence: float = 0.0, today: str | None = None
) -> Iterator[Ledger]:
    """Yield everybody's ledger of a store, or of those of a name (or id), person by person, in no order of names.

    Only one person's articles are held at a time, as long as nobody keeps the ledgers.
    """
    for person, found in groupby(store.told_events(name, min_confidence=min_confidence), key=lambda one: one.person):
        told, names = [], {}
        for one in found:
            names[person] = one.called
            told.append(Told(replace(one.event, who=person), one.article, one.said_by))
        yield from make_ledgers(told, names, today=today)
