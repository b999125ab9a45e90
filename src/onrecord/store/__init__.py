"""Where records are kept: a file of SQLite, or a PostgreSQL database for a team.

    open_store(address)    a Store; made on first use where `new` is given
    is_store(address)      whether an address is one

What was read stays as it was found; what people decided stands beside it and outranks it in all that is asked.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from onrecord.model import Document, Record
from onrecord.store import asking, due, events, joining, ruling, searching, watching
from onrecord.store.asking import Counts, Cut, Page, Wanted
from onrecord.store.deciding import Decided, Verb
from onrecord.store.due import WantedPredictions
from onrecord.store.events import ToldEvent, WantedEvents
from onrecord.store.opening import is_store, open_engine, show_address
from onrecord.store.troubles import watched

ALL, ALL_EVENTS, FIRST = Wanted(), WantedEvents(), Cut()

__all__ = [
    "Counts",
    "Cut",
    "Page",
    "Store",
    "ToldEvent",
    "Wanted",
    "WantedEvents",
    "WantedPredictions",
    "is_store",
    "open_store",
]


def open_store(address: str | Path, *, new: bool = False, writing: bool = True) -> Store:
    """Return the store at a path or a postgresql:// address; with `new` it is made where it is not there.

    A store of an older version is brought up to date. A file is copied first, to a name such as `record.db.version-1`
    beside it; of PostgreSQL no copy is made.

    Raises UnusableStore where it cannot be opened, is no store, or comes from a newer onrecord.
    """
    return Store(open_engine(address, new=new, writing=writing), show_address(address))


class Store:
    """An open store. Use it in a `with`, or close it."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection in which nothing changes meanwhile."""
        with watched(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection; what is written in it is kept whole at the end, or not at all."""
        with watched(self.name), self._engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin():
                yield connection

    # --- asking: what listings print ---------------------------------------------------------

    def statements(self, wanted: Wanted = ALL, cut: Cut = FIRST) -> Page:
        """Return the statements that are wanted, the newest first."""
        with self.reading() as connection:
            return asking.statements(connection, wanted, cut)

    def events(self, wanted: WantedEvents = ALL_EVENTS, cut: Cut = FIRST) -> Page:
        """Return the events that are wanted, the latest first."""
        with self.reading() as connection:
            return events.events(connection, wanted, cut)

    def told_events(self, name: str | None = None, *, min_confidence: float = 0.0) -> Iterator[ToldEvent]:
        """Yield the events of everybody, or of one name or id, person by person: what a ledger is folded from."""
        with self.reading() as connection:
            yield from events.told_events(connection, name, min_confidence=min_confidence)

    def predictions(self, wanted: WantedPredictions, cut: Cut = FIRST) -> Page:
        """Return the predictions that are wanted, each with the events that came later about its people."""
        with self.reading() as connection:
            return due.predictions(connection, wanted, cut)

    def people(self, name: str | None = None, cut: Cut = FIRST, *, everybody: bool = False) -> Page:
        """Return who is who, who speaks most first; of one name, or all who speak; with `everybody` all."""
        with self.reading() as connection:
            return asking.people(connection, name, cut, everybody=everybody)

    def topics(self, identity: str) -> list[str]:
        """Return the words that one says more than others do, the most telling first."""
        with self.reading() as connection:
            return asking.topics(connection, identity)

    def unjoined(self) -> int:
        """Return how many articles came, or were decided about, since people were joined."""
        with self.reading() as connection:
            articles, joined = joining.progress(connection)
            return articles - joined

    def documents(self, cut: Cut = FIRST, *, publisher: str | None = None) -> Page:
        """Return the documents, the newest first."""
        with self.reading() as connection:
            return asking.documents(connection, cut, publisher=publisher)

    def search(self, words: str, cut: Cut = FIRST) -> Page:
        """Return the documents that have some words, the best first, with a snippet."""
        with self.reading() as connection:
            return searching.search(connection, words, cut)

    def skipped(self, cut: Cut = FIRST) -> Page:
        """Return what could not be read, with the reason."""
        with self.reading() as connection:
            return asking.skipped(connection, cut)

    def history(self, entry: str | None = None, cut: Cut = FIRST, *, orphans: bool = False) -> Page:
        """Return what was decided, about one entry or all, what was undone too; or only what lost its passage."""
        with self.reading() as connection:
            return asking.history(connection, entry, cut, orphans=orphans)

    def queries(self, cut: Cut = FIRST) -> Page:
        """Return the saved queries, each with how many of its statements wait to be posted."""
        with self.reading() as connection:
            return watching.queries(connection, cut)

    def feeds(self, cut: Cut = FIRST) -> Page:
        """Return the feeds that are watched, with when they were asked and what went wrong."""
        with self.reading() as connection:
            return watching.feeds(connection, cut)

    def counts(self) -> Counts:
        """Return what the store holds, in numbers."""
        with self.reading() as connection:
            return asking.counts(connection)

    def document(self, id: str) -> Document | None:
        """Return the document of an id, None where there is none."""
        with self.reading() as connection:
            return asking.document_of(connection, id)

    def decided(self, entry: str) -> Decided | None:
        """Return the record that an entry is of, as people decided it; None where the store has no such entry."""
        with self.reading() as connection:
            wanted = asking.document_with(connection, entry)
            document = asking.document_of(connection, wanted) if wanted else None
            return asking.decided_in(connection, document) if document else None

    def records(self) -> Iterator[Record]:
        """Yield every record, as people decided it, in the order in which the articles came."""
        with self.reading() as connection:
            yield from asking.records(connection)

    @contextlib.contextmanager
    def exporting(self) -> Iterator[tuple[Iterator[Record], joining.Who]]:
        """Give every record, and who its entities are across articles: what `onrecord.export.export` takes."""
        with self.reading() as connection:
            yield asking.records(connection), joining.Who(connection)

    # --- watching: what is told of what comes --------------------------------------------------

    def save_query(self, name: str, wanted: Wanted) -> None:
        """Keep a query by a name; `watching.Watch` tells which statements match it that come from now on."""
        with self.writing() as connection:
            watching.save_query(connection, name, wanted, now())

    def delete_query(self, name: str) -> None:
        """Forget a saved query."""
        with self.writing() as connection:
            watching.delete_query(connection, name)

    def delete_feed(self, address: str) -> None:
        """Watch a feed no longer; its articles stay."""
        with self.writing() as connection:
            watching.delete_feed(connection, address)

    # --- deciding: what people correct -------------------------------------------------------

    def fix(self, statement: str, change: Mapping[str, Any], *, by: str, note: str | None = None) -> int:
        """Correct parts of a statement (`store.deciding.FIELDS`); return the number of the decision."""
        return self._decide("fix", statement, change, by, note)

    def accept(self, entry: str, *, by: str, note: str | None = None) -> int:
        """Say that a statement or an event is right as it is."""
        return self._decide("accept", entry, {}, by, note)

    def reject(self, entry: str, *, by: str, note: str | None = None) -> int:
        """Say that a statement or an event is none: it is left out of listings, ledgers and exports."""
        return self._decide("reject", entry, {}, by, note)

    def note(self, entry: str, note: str, *, by: str) -> int:
        """Keep a note about an entry."""
        return self._decide("note", entry, {}, by, note)

    def _decide(self, verb: Verb, entry: str, change: Mapping[str, Any], by: str, note: str | None) -> int:
        with self.writing() as connection:
            return ruling.decide(connection, verb, entry, change=change, by=by, at=now(), note=note)

    def pair(self, verb: Verb, one: str, other: str, *, by: str, note: str | None = None) -> int:
        """Say that two entities are one ("join") or two ("split"), by their ids or names."""
        with self.writing() as connection:
            return ruling.pair(connection, verb, one, other, by=by, at=now(), note=note)

    def undo(self, wanted: str, *, by: str) -> int:
        """Undo a decision by its number, or the last one about an entry; return its number."""
        with self.writing() as connection:
            return ruling.undo(connection, wanted, by=by, at=now())


def now() -> str:
    """Return the time now, in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
