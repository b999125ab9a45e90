"""The commands that watch feeds: watch; feeds and queries, which list what is watched and for what."""

from __future__ import annotations

import io
import re
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import DONE, INCOMPLETE, Jobs, StoreArgument, app
from onrecord.cli.listing import listing
from onrecord.errors import WrongUsage
from onrecord.store import Cut, Page, open_store
from onrecord.store.asking import Row
from onrecord.terminal import tidy

if TYPE_CHECKING:
    from onrecord.watching import Added, Match, News

_EVERY = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 160


@app.command(
    epilog="Examples:\n\n    onrecord watch record.db https://news.example/feed.xml"
    "\n\n    onrecord watch record.db --once"
    "\n\n    onrecord watch record.db --every 1h --query pardons --webhook https://hooks.example/r --atom pardons.xml"
)
def watch(
    store: StoreArgument,
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="FEED...", help="Addresses of RSS or Atom feeds; without any, those watched before."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Ask each feed that is due once, and end: for cron.")] = False,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="How often a feed is asked: 15m, 2h, 1d; not more often than 1m.")
    ] = "15m",
    query: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Tell of this saved query alone. Repeat it for several."),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL", envvar="ONRECORD_WEBHOOK", help="Post each new statement that matches, as JSON (https)."
        ),
    ] = None,
    atom: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the latest statements that match in this Atom feed.")
    ] = None,
    jobs: Jobs = 1,
) -> None:
    """Ask feeds for new articles again and again, add them, and tell of new statements that saved queries match.

    A query is saved by onrecord statements … --save NAME. The feeds are kept in the store; a feed that fails is left
    alone for longer and longer. Ctrl-C or SIGTERM ends it after the article in flight.
    """
    from onrecord.announcing import Webhook
    from onrecord.watching import SHORTEST, Plan, Watch, check_feeds

    check_feeds(feeds or ())
    seconds = _read_every(every)
    if atom is not None and not atom.absolute().parent.is_dir():
        raise WrongUsage(f"{atom}: there is no folder {atom.absolute().parent}. Choose another --atom.")
    hook = Webhook(webhook) if webhook else None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # cron may give it any encoding
    plan = Plan(SHORTEST if once else seconds, jobs, tuple(query or ()), hook, atom)
    failed = False
    with open_store(store, new=bool(feeds)) as opened, _stopped_by_signals() as stop:
        watched = Watch(opened, feeds or (), plan, stop=stop)
        for news in watched.round() if once else watched.run():
            failed = _tell(news) or failed
    raise typer.Exit(INCOMPLETE if once and failed else DONE)


@app.command(
    epilog="Examples:\n\n    onrecord feeds record.db"
    "\n\n    onrecord feeds record.db --delete https://news.example/feed.xml"
)
@listing({"feed": "address", "asked": "polled_at", "next": "next_at", "failures": "failures", "reason": "trouble"})
def feeds(
    store: StoreArgument,
    delete: Annotated[
        str | None, typer.Option(metavar="FEED", help="Watch this one no longer; its articles stay.")
    ] = None,
    *,
    cut: Cut,
) -> Page:
    """List the feeds that are watched: when each was asked, when it is next, and what went wrong."""
    with open_store(store, writing=delete is not None) as opened:
        if delete is not None:
            opened.delete_feed(delete)
        return opened.feeds(cut)


def _options(row: Row) -> str:
    names = {"story_once": "once"}
    return " ".join(
        f"--{names.get(name, name).replace('_', '-')}" + ("" if value is True else f" {value}")
        for name, value in row["wanted"].items()
    )


@app.command(epilog="Examples:\n\n    onrecord queries record.db\n\n    onrecord queries record.db --delete pardons")
@listing({"name": "name", "options": _options, "saved": "made_at", "to post": "waiting"})
def queries(
    store: StoreArgument,
    delete: Annotated[str | None, typer.Option(metavar="NAME", help="Forget this one.")] = None,
    *,
    cut: Cut,
) -> Page:
    """List the saved queries, and how many statements of each wait to be posted."""
    with open_store(store, writing=delete is not None) as opened:
        if delete is not None:
            opened.delete_query(delete)
        return opened.queries(cut)


def _read_every(given: str) -> float:
    match = _EVERY.fullmatch(given.strip())
    if match is None:
        raise WrongUsage(f"--every {given}: write a number and s, m, h or d, as in 15m")
    return float(int(match[1]) * _SECONDS[match[2]])


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Give what SIGTERM and Ctrl-C set; a second Ctrl-C ends the program where it is."""
    stop = threading.Event()

    def end(number: int, _: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(news: News) -> bool:
    """Print what is new; return whether it is a failure."""
    from onrecord.watching import Added, Match, Notice

    if isinstance(news, Added):
        _show_added(news)
    elif isinstance(news, Match):
        _show_match(news)
    elif isinstance(news, Notice):
        print(f"{tidy(news.name)}: {tidy(news.words)}", file=sys.stderr, flush=True)
        return news.failed
    else:
        print(f"skipped: {tidy(news.reason or news.name)}", file=sys.stderr, flush=True)
        return True
    return False


def _show_added(news: Added) -> None:
    document, count = news.document, news.done.statements
    about = ", ".join(str(document[name]) for name in ("publisher", "published") if document[name])
    title = document["title"] or document["url"] or "Untitled"
    statements = f"{count} statement{'' if count == 1 else 's'}"
    print(tidy(f"{title}{f' ({about})' if about else ''}: {statements} · {document['id']}"), flush=True)
    for match in news.matches:
        _show_match(match)


def _show_match(match: Match) -> None:
    print(f"  {', '.join(match.row['queries'])} · {describe(match.row)} · {match.row['id']}", flush=True)


def describe(row: Mapping[str, object]) -> str:
    """Return a statement as one line: who, the act, and what was said."""
    said = tidy(str(row["said"]))
    said = said if len(said) <= _LONGEST else said[: _LONGEST - 2].rsplit(" ", 1)[0] + " …"
    words = f"“{said}”" if row["form"] == "direct" else said
    return f"{tidy(str(row['holder'] or 'no holder named'))} · {'not ' if row['negated'] else ''}{row['act']}: {words}"
