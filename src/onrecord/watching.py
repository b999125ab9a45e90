"""Watching feeds: asking them politely, adding what is new, and telling who wants to know.

A round asks the feeds that are due, adds their new articles as `corpus.add` does, and looks which statements saved
queries match. What is known of a feed is kept once its articles are: a run that is killed asks for them again.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from onrecord import announcing, corpus, ingest
from onrecord.announcing import Undelivered, Webhook
from onrecord.corpus import Done, Later
from onrecord.errors import UnreadableSource, WrongUsage
from onrecord.ingest import Item, web
from onrecord.ingest.feed import read_feed
from onrecord.ingest.manners import Manners, is_inside
from onrecord.model import Skipped
from onrecord.store import Store, asking
from onrecord.store import watching as kept
from onrecord.store.asking import Row
from onrecord.store.watching import Feed

SHORTEST = 60.0
"""Seconds between two requests for one feed, at the least."""
_LONGEST = 6 * 3600.0
"""Seconds that a feed or webhook which fails is left alone, at the most, unless its server asks for more."""
_LONGEST_ASKED = 7 * 86400.0
"""Seconds that a server may ask for: one that errs should not be forgotten."""
_DOUBT = 3
"""After so many failures where a feed moved to, its own address is asked again."""
_ENOUGH = 3
"""After so many failures a round posts nothing more."""
_BUSY = (429, 503)
_MAY_COME = (408, 425, 429)
"""Answers below 500 after which a page may be there later."""
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a feed, a webhook or a file; `failed` where it did not do what it should."""

    name: str
    words: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that a saved query matches and that was not told before; `row["queries"]` are the names."""

    row: Row


@dataclass(frozen=True, slots=True)
class Added:
    """An article that was added: its row, with the number of its statements, and those that queries match."""

    done: Done
    document: Row
    matches: tuple[Match, ...]


News: TypeAlias = Added | Done | Match | Notice
"""What a round yields: an article that was added, a source that was skipped, a match in an article that came
otherwise, or a notice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a store is watched: seconds between two requests for a feed, processes that read, and who is told.

    Without `queries` all saved queries count.
    """

    every: float = SHORTEST
    jobs: int = 1
    queries: Sequence[str] = ()
    webhook: Webhook | None = None
    atom: Path | None = None


@dataclass
class _Poll:
    """A feed that is being asked: what it is to be known as when its articles are kept, and whether they all are."""

    feed: Feed
    whole: bool = True
    wait: float = 0.0
    busy: set[str] = field(default_factory=set)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Watch:
    """A store that is watched; `stop` ends a round, and the watch, after the article in flight."""

    def __init__(
        self,
        store: Store,
        feeds: Iterable[str] = (),
        plan: Plan | None = None,
        *,
        stop: threading.Event | None = None,
        manners: Manners | None = None,
        clock: Callable[[], datetime.datetime] = _now,
    ) -> None:
        self._store, self._plan, self._clock = store, plan or Plan(), clock
        self.stop = stop or threading.Event()
        self._manners = manners or Manners(wait=self.stop.wait)
        self._post_at, self._post_failures = clock(), 0
        feeds = tuple(feeds)
        check_feeds(feeds)
        if self._plan.every < SHORTEST:
            raise WrongUsage(f"a feed is asked once in {SHORTEST:g} seconds at the most: give --every 1m or more")
        with store.writing() as connection:
            kept.check_queries(connection, self._plan.queries)
            kept.put_feeds(connection, feeds, _written(clock()))
            if not kept.feeds(connection).total:
                raise WrongUsage(f"no feed to watch: name one, as in onrecord watch {store.name} ADDRESS")
        self._named = frozenset(feeds)

    def run(self) -> Iterator[News]:
        """Yield the news of round after round, until it is stopped or no feed is left."""
        while not self.stop.is_set():
            yield from self.round()
            feeds = self._feeds()
            if not feeds:
                yield Notice(self._store.name, "no feed is left to watch")
                return
            due = min(map(self._seconds_to, feeds))
            if self._plan.webhook and self._waiting():
                due = min(due, (self._post_at - self._clock()).total_seconds())
            self.stop.wait(max(1.0, due))

    def round(self) -> Iterator[News]:
        """Ask the feeds that are due, and yield what is new."""
        self._manners.forget()
        matches: dict[str, list[Match]] = {}
        self._match(matches)
        added = False
        for feed in self._feeds():
            if self.stop.is_set() or self._seconds_to(feed) > 0:
                continue
            for news in self._ask(feed):
                if isinstance(news, Done) and news.outcome == "added":
                    added = True
                    self._match(matches)
                    yield self._added(news, matches)
                elif isinstance(news, Notice) or news.outcome == "skipped":
                    yield news
        yield from (match for found in matches.values() for match in found)
        if added and corpus.is_worth_joining(self._store):
            corpus.join_people(self._store)
        yield from self._write_atom()
        yield from self._post()

    # --- feeds ---------------------------------------------------------------------------------

    def _feeds(self) -> list[Feed]:
        with self._store.reading() as connection:
            known = [Feed(**row) for row in kept.feeds(connection).rows]
        return [feed for feed in known if not feed.gone and (not self._named or feed.address in self._named)]

    def _ask(self, feed: Feed) -> Iterator[Done | Notice]:
        """Ask one feed, add what is new in it, and keep what is known of it then."""
        self._manners.take_turn(feed.current)
        headers = {"Accept": _ACCEPT}
        headers |= {"If-None-Match": feed.etag} if feed.etag else {}
        headers |= {"If-Modified-Since": feed.modified} if feed.modified else {}
        try:
            answer = web.ask(feed.current, name=feed.address, headers=headers)
        except UnreadableSource as error:
            yield self._failed(feed, f"{error.found}. {error.advice}")
            return
        if answer.status == 410:
            self._keep(replace(feed, gone=True, trouble="it is gone for good (410)"), 0)
            yield Notice(feed.address, "it is gone for good (410): it is watched no longer")
            return
        if answer.status not in (200, 304):
            yield self._failed(feed, f"the server answers {answer.status}", _asked_wait(answer, self._clock()))
            return
        if answer.lasting != feed.current:
            feed = replace(feed, current=answer.lasting)
            yield Notice(feed.address, f"it moved for good to {answer.lasting}", failed=False)
        poll = _Poll(feed)
        if answer.status == 200:
            try:
                items = _items(answer, feed)
            except UnreadableSource as error:
                yield self._failed(feed, f"{error.found}. {error.advice}")
                return
            yield from corpus.add_found(self._store, self._new(items, poll), jobs=self._plan.jobs)
            tag, modified = (answer.headers.get(name) for name in ("ETag", "Last-Modified"))
            # Of a feed that was not read whole, its server should not say that it has not changed since.
            feed = replace(feed, etag=tag, modified=modified) if poll.whole else replace(feed, etag=None, modified=None)
        self._keep(replace(feed, failures=0, trouble=None), max(SHORTEST, poll.wait))

    def _failed(self, feed: Feed, reason: str, asked: float = 0.0) -> Notice:
        failures = feed.failures + 1
        current = feed.address if failures >= _DOUBT else feed.current
        wait = max(_back_off(failures), asked)
        self._keep(replace(feed, failures=failures, trouble=reason, current=current, etag=None, modified=None), wait)
        return Notice(
            feed.address, f"{reason.rstrip('.')}. It is asked again in {_in_words(max(wait, self._plan.every))}."
        )

    def _keep(self, feed: Feed, wait: float) -> None:
        now = self._clock()
        next_at = _written(now + datetime.timedelta(seconds=wait))
        with self._store.writing() as connection:
            kept.put_feed(connection, replace(feed, polled_at=_written(now), next_at=next_at))

    def _new(self, items: Iterable[Item | UnreadableSource], poll: _Poll) -> Iterator[Item | Skipped]:
        """Yield the items that the store does not know, with their pages."""
        for item in items:
            if self.stop.is_set():
                poll.whole = False
                return
            found = Skipped(item.name, str(item)) if isinstance(item, UnreadableSource) else item
            if corpus.is_known(self._store, found):
                continue
            if isinstance(found, Skipped) or found.data is not None:
                yield found
                continue
            if self._leads_inside(found.address, poll):
                yield Skipped(found.name, _inside(found.name))
                continue
            fetched = self._fetch(found, poll)
            if fetched is not None:
                poll.whole = poll.whole and not isinstance(fetched, Later)
                yield fetched

    def _fetch(self, item: Item, poll: _Poll) -> Item | Skipped | None:
        """Return an item with its page, why there is none, or None where its host wants to be left alone for now."""
        address = item.address or ""
        try:
            host = urlsplit(address).netloc
            if host in poll.busy:
                poll.whole = False
                return None
            allowed = self._manners.allows(address)
        except ValueError:
            return Skipped(item.name, f"{item.name}: an address that cannot be read. Ask its publisher.")
        if allowed is None:
            return Later(item.name, f"{item.name}: the robots.txt of {host} could not be asked. It is tried again.")
        if not allowed:
            reason = f"{item.name}: the robots.txt of {host} asks programs not to fetch it. Save the page yourself."
            return Skipped(item.name, reason)
        self._manners.take_turn(address)
        try:
            answer = web.ask(address, name=item.name)
        except UnreadableSource as error:
            return Later(item.name, str(error))
        if answer.status in _BUSY:
            poll.busy.add(host)
            poll.wait = max(poll.wait, _asked_wait(answer, self._clock()))
        if answer.status >= 500 or answer.status in _MAY_COME:
            return Later(item.name, f"{item.name}: the server answers {answer.status}. It is tried again.")
        try:
            if self._leads_inside(answer.address, poll):
                return Skipped(item.name, _inside(item.name))
            return ingest.with_page(item, web.page_of(answer, item.name))
        except UnreadableSource as error:
            return Skipped(item.name, str(error))

    def _leads_inside(self, address: str | None, poll: _Poll) -> bool:
        """Tell whether a feed of the web names an address of this network, which it has no business with."""
        return is_inside(address or "") and not is_inside(poll.feed.current)

    # --- saved queries -------------------------------------------------------------------------

    def _match(self, matches: dict[str, list[Match]]) -> None:
        """Put the statements that queries match and that were not told before with those of their document."""
        with self._store.writing() as connection:
            rows = kept.take_new(connection, self._plan.queries, post=self._plan.webhook is not None)
        for row in rows:
            matches.setdefault(row["document"], []).append(Match(row))

    def _added(self, done: Done, matches: dict[str, list[Match]]) -> Added:
        document = self._store.document(done.document or "")
        assert document is not None
        row = {name: getattr(document, name) for name in ("id", "title", "url", "publisher", "published")}
        found = matches.pop(done.document or "", [])
        return Added(done, row, tuple(found))

    def _write_atom(self) -> Iterator[Notice]:
        path = self._plan.atom
        if path is None:
            return
        with self._store.reading() as connection:
            names = [row["name"] for row in kept.queries(connection).rows]
            names = [name for name in names if not self._plan.queries or name in self._plan.queries]
            rows = kept.matching(connection, self._plan.queries, announcing.MOST_ENTRIES)
        try:
            announcing.write_atom(path, rows, names)
        except OSError as error:
            yield Notice(str(path), f"the Atom feed cannot be written ({error.strerror})")

    def _waiting(self) -> bool:
        with self._store.reading() as connection:
            return bool(kept.waiting(connection))

    def _post(self) -> Iterator[Notice]:
        """Post what waits; after some failures the rest waits for the next round."""
        webhook = self._plan.webhook
        if webhook is None or self._clock() < self._post_at:
            return
        with self._store.reading() as connection:
            waiting = kept.waiting(connection)
        failed: Undelivered | None = None
        failures = 0
        for delivery in waiting:
            if self.stop.is_set() or failures >= _ENOUGH:
                break
            with self._store.reading() as connection:
                row = asking.statement(connection, delivery.statement)
            try:
                if row is not None:  # else it was rejected or corrected away since
                    webhook.post(row | {"queries": delivery.queries})
            except Undelivered as error:
                failed, failures = error, failures + 1
                with self._store.writing() as connection:
                    kept.undelivered(connection, delivery.number, str(error))
            else:
                with self._store.writing() as connection:
                    kept.delivered(connection, delivery.number)
        yield from self._end_of_post(failed)

    def _end_of_post(self, failed: Undelivered | None) -> Iterator[Notice]:
        self._post_failures = self._post_failures + 1 if failed else 0
        if failed:
            wait = max(_back_off(self._post_failures), _wait_of(failed.retry_after, self._clock()))
            self._post_at = self._clock() + datetime.timedelta(seconds=wait)
            with self._store.reading() as connection:
                left = len(kept.waiting(connection))
            yield Notice("webhook", f"{failed}. {left:,} statement{'' if left == 1 else 's'} wait to be posted.")

    def _seconds_to(self, feed: Feed) -> float:
        """Return in how many seconds a feed is due: as its server wants it, and as the plan does."""
        wanted = datetime.datetime.fromisoformat(feed.next_at)
        if feed.polled_at:
            last = datetime.datetime.fromisoformat(feed.polled_at)
            wanted = max(wanted, last + datetime.timedelta(seconds=self._plan.every))
        return (wanted - self._clock()).total_seconds()


def check_feeds(addresses: Iterable[str]) -> None:
    """Raise WrongUsage for a feed that is not at an http(s) address."""
    for address in addresses:
        try:
            parts = urlsplit(address)
            fit = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        except ValueError:
            fit = False
        if not fit:
            raise WrongUsage(f"{address}: not the http(s) address of a feed. A file is added with onrecord add.")


def _items(answer: web.Answer, feed: Feed) -> list[Item | UnreadableSource]:
    """Return the items of a feed; raise UnreadableSource where it is none."""
    charset = web.charset_of(answer)
    try:
        return list(read_feed(answer.data, feed.address, address=answer.address, charset=charset, may_be_empty=True))
    except UnreadableSource:
        raise
    except Exception as error:  # a slip of ours on one feed must not end a service
        slip = f"onrecord failed on it ({type(error).__name__}: {' '.join(str(error).split())})"
        raise UnreadableSource(feed.address, slip, "Please report it.") from error


def _inside(name: str) -> str:
    return f"{name}: an address of this machine or network, in a feed from outside. To read it, name it yourself."


def _back_off(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row."""
    return float(min(_LONGEST, SHORTEST * 2 ** min(failures, 20)))


def _asked_wait(answer: web.Answer, now: datetime.datetime) -> float:
    return _wait_of(answer.headers.get("Retry-After"), now)


def _wait_of(retry_after: str | None, now: datetime.datetime) -> float:
    """Return the seconds that a Retry-After asks for: a number of them, or a date."""
    text = (retry_after or "").strip()
    if text.isdecimal():
        return min(float(text), _LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_ASKED)


def _written(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _in_words(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
