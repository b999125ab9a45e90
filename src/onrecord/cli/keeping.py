"""The commands that fill a store: add, retry, reread, and skipped, which lists what could not be read."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from onrecord.cli.app import DONE, INCOMPLETE, Jobs, StoreArgument, app
from onrecord.cli.listing import listing
from onrecord.cli.reading import ChosenKind, Fields, Published, Sources, kind_of, read_fields
from onrecord.corpus import Done
from onrecord.store import Cut, Page, Store, open_store
from onrecord.terminal import tidy

_REPORTED = 5
"""How many skipped sources are told one by one; the rest stands in `onrecord skipped`."""


@app.command(
    epilog="Examples:\n\n    onrecord add record.db articles/"
    "\n\n    onrecord add record.db crawl.warc.gz feed.xml --jobs 2"
    "\n\n    onrecord add record.db export.jsonl --field text=body --field published=day"
)
def add(
    store: StoreArgument,
    sources: Sources,
    published: Published = None,
    kind: ChosenKind = None,
    field: Fields = None,
    jobs: Jobs = 1,
    silent: Annotated[bool, typer.Option("--silent", help="Show no progress.")] = False,
) -> None:
    """Read articles into a store; the same command again goes on where it stopped.

    The store is made on first use. An article that is there already is kept once; one that cannot be read is kept as a
    row with its reason (onrecord skipped STORE), and the rest goes on.
    """
    from onrecord import corpus
    from onrecord.ingest import Options

    options = Options(kind_of(kind), published, read_fields(field))
    with open_store(store, new=True) as opened:
        total = None if silent or not sys.stderr.isatty() else corpus.count_new(opened, sources)
        tally = _watch(corpus.add(opened, sources, options, jobs=jobs), opened, silent=silent, total=total)
        join_people(opened, silent=silent)
    raise typer.Exit(INCOMPLETE if tally.skipped else DONE)


@app.command(epilog="Example:\n\n    onrecord retry record.db")
def retry(store: StoreArgument, jobs: Jobs = 1) -> None:
    """Read again what was skipped: pages that were not to be had, files that have come since."""
    from onrecord import corpus

    with open_store(store) as opened:
        tally = _watch(corpus.retry(opened, jobs=jobs), opened, silent=False, total=opened.skipped().total)
        join_people(opened)
    raise typer.Exit(INCOMPLETE if tally.skipped else DONE)


@app.command(epilog="Examples:\n\n    onrecord reread record.db --jobs 2\n\n    onrecord reread record.db --all")
def reread(
    store: StoreArgument,
    all: Annotated[bool, typer.Option("--all", help="Read those too that this model read.")] = False,
    jobs: Jobs = 1,
) -> None:
    """Read the articles of a store again that another model read; what people decided stays.

    A decision finds its passage again where a statement still stands there; else it is listed as an orphan
    (onrecord history STORE --orphans).
    """
    from onrecord import corpus

    with open_store(store) as opened:
        tally = _watch(corpus.reread(opened, everything=all, jobs=jobs), opened, silent=False)
        orphans = opened.counts().orphans
        if orphans:
            _say(f"{orphans:,} decisions no longer find their passage (see: onrecord history {opened.name} --orphans)")
        join_people(opened)
    raise typer.Exit(INCOMPLETE if tally.skipped else DONE)


@app.command(epilog="Examples:\n\n    onrecord skipped record.db\n\n    onrecord skipped record.db --csv")
@listing({"input": "name", "reason": "reason", "tries": "tries"})
def skipped(store: StoreArgument, cut: Cut) -> Page:
    """List what could not be read, with the reason and what to try."""
    with open_store(store, writing=False) as opened:
        return opened.skipped(cut)


class _Tally:
    """Counts what becomes of sources, and says it in a line."""

    def __init__(self) -> None:
        self.added = self.known = self.skipped = self.statements = 0
        self._begun = time.monotonic()

    def count(self, done: Done) -> None:
        self.added += done.outcome == "added"
        self.known += done.outcome == "known"
        self.skipped += done.outcome == "skipped"
        self.statements += done.statements

    def line(self, store: str | None = None) -> str:
        where = f" (see: onrecord skipped {store})" if store and self.skipped else ""
        known = f", {self.known:,} there already" if self.known else ""
        articles = f"{self.added:,} article{'' if self.added == 1 else 's'} read"
        return f"{articles}{known}, {self.skipped:,} skipped{where}: {self.statements:,} statements"

    def rate(self) -> str:
        seconds = max(0.1, time.monotonic() - self._begun)
        return f"{(self.added + self.known + self.skipped) / seconds:.1f} a second"


def _watch(outcomes: Iterable[Done], store: Store, *, silent: bool, total: int | None = None) -> _Tally:
    """Count what comes by, with progress on a terminal; tell the first that were skipped, and the counts at the end."""
    tally = _Tally()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(pulse_style="dim"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    hidden = silent or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("", total=total)
        for done in outcomes:
            tally.count(done)
            progress.update(task, description=f"{tally.line()} · {tally.rate()}", advance=1)
            if done.reason and tally.skipped <= _REPORTED:
                console.print(f"skipped: {tidy(done.reason)}", markup=False)
    if tally.skipped > _REPORTED:
        _say(f"… and {tally.skipped - _REPORTED:,} more skipped")
    _say(tally.line(store.name))
    return tally


def join_people(store: Store, *, silent: bool = False) -> None:
    """Join people where that takes seconds; in a larger store say how it is asked for."""
    from onrecord import corpus

    new = store.unjoined()
    if not new:
        return
    if not corpus.is_worth_joining(store):
        _say(f"people of {new:,} articles are not joined yet (join them with: onrecord people {store.name} --join)")
    else:
        console = Console(stderr=True, highlight=False)
        with console.status("joining people across articles") if console.is_terminal and not silent else _nothing():
            corpus.join_people(store)


def _nothing() -> Progress:
    return Progress(disable=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
