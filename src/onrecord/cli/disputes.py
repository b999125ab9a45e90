"""The command that shows where accounts conflict, in articles that it reads or in a store."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from onrecord.accounts import Kind, WantedConflicts, compare_articles, conflicts_in
from onrecord.cli.app import INCOMPLETE, Jobs, app
from onrecord.cli.custody import refuse_reading
from onrecord.cli.listing import listing, say_what_is_left
from onrecord.cli.reading import Fields, Published, Sources, read_fields
from onrecord.corpus import add, join_people
from onrecord.errors import WrongUsage
from onrecord.ingest import Options
from onrecord.store import Cut, Page, Store, comparing, is_store, open_store
from onrecord.store.asking import Row
from onrecord.terminal import WIDEST, Screen, plain, print_to
from onrecord.wording import describe_dispute

_NAMES = (
    "id", "kind", "about", "type", "reported", "dispute_confidence", "side", "statement", "event", "holder", "role",
    "identity", "said", "act", "form", "how", "day", "confidence", "at", "document", "publisher", "published", "title",
    "url", "name",
)  # fmt: skip
"""The names of the values of a voice's row."""

_EXAMPLES = """
Examples:

    onrecord disputes article.txt

    onrecord disputes monday.txt tuesday.txt --kind facts

    onrecord disputes record.db --about pardon --between "Irena Vokal" Rell

    onrecord disputes record.db --reported --limit 0 --csv > disputes.csv
"""


@app.command(epilog=_EXAMPLES)
@listing({})
def disputes(
    sources: Sources,
    about: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Words of what is said, as onrecord search takes them.")
    ] = None,
    between: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="Between these two: names, parts of names, or ids.")
    ] = None,
    of: Annotated[str | None, typer.Option(metavar="NAME", help="In which this person or body has a say.")] = None,
    reported: Annotated[
        bool, typer.Option("--reported", help="Only what an article itself presents as a clash.")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="dispute (between holders), changed (one person's position) or facts."),
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Only those as sure as this, instead of the threshold of each kind."),
    ] = None,
    published: Published = None,
    field: Fields = None,
    jobs: Jobs = 1,
    *,
    cut: Cut,
    printing: str | None,
) -> Page | None:
    """Show where accounts conflict: who holds what against whom, sides next to each other.

    Disputes between holders, within an article and across articles; positions that a person changed; facts of a case
    that articles give differently. A store is first compared: what came since the last time with its candidates. With
    --csv or --nl there is one row for each voice, with --json one object for each conflict.
    """
    if kind is not None and kind not in get_args(Kind):
        raise WrongUsage(f"--kind {kind}: not known. It is one of: {', '.join(get_args(Kind))}")
    if between and of:
        raise WrongUsage("--between and --of contradict one another: choose one")
    names = between or ((of,) if of else ())
    wanted = WantedConflicts(about, names, reported, kind, min_confidence)  # type: ignore[arg-type]  # checked above
    with _opened(sources, published, field, jobs) as (store, whole):
        _compare(store)
        page = conflicts_in(store, wanted, cut if printing in (None, "table", "json") else Cut(None))
    if printing == "json":
        return Page(page.rows, page.total, whole)
    if printing in ("csv", "nl"):
        rows = [row for conflict in page.rows for row in voice_rows(conflict)]
        return Page(rows[cut.offset : None if cut.limit is None else cut.offset + cut.limit], len(rows), whole, _NAMES)
    _show(page, cut)
    if not whole:
        raise typer.Exit(INCOMPLETE)
    return None


@contextmanager
def _opened(
    sources: list[str], published: str | None, field: list[str] | None, jobs: int
) -> Iterator[tuple[Store, bool]]:
    """Give the store that is asked about, or one made of articles for as long as they are asked about."""
    if is_store(sources[0]):
        if len(sources) > 1:
            raise WrongUsage(f"{sources[1]}: disputes takes a store alone. Name people with --between or --of.")
        refuse_reading(sources[0], published, field, jobs)
        with open_store(sources[0]) as store:
            yield store, True
        return
    with opened_articles(sources, published, field, jobs) as opened:
        yield opened


@contextmanager
def opened_articles(
    sources: list[str], published: str | None, field: list[str] | None, jobs: int
) -> Iterator[tuple[Store, bool]]:
    """Give a store made of articles, people joined, for as long as it is asked, and whether all of them were read."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "articles.db", new=True) as store:
        skipped = 0
        for done in add(store, sources, Options(None, published, read_fields(field)), jobs=jobs):
            if done.reason:
                skipped += 1
                print(f"skipped: {plain(done.reason)}", file=sys.stderr)
        join_people(store)
        yield store, not skipped


def _compare(store: Store) -> None:
    """Compare what came since the last time, with progress on a terminal where it takes long."""
    with store.reading() as connection:
        waiting = comparing.waiting(connection)
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(pulse_style="dim"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"comparing {waiting:,} articles with the others", total=waiting)
        for done in compare_articles(store):
            progress.advance(task, done)


def voice_rows(conflict: Row) -> Iterator[Row]:
    """Yield a row for each voice of a conflict."""
    shared = {name: conflict[name] for name in ("id", "kind", "about", "type", "reported")}
    for side, voices in enumerate(conflict["positions"], start=1):
        for voice in voices:
            yield shared | {"dispute_confidence": conflict["confidence"], "side": side} | voice


def _show(page: Page, cut: Cut) -> None:
    if not page.total:
        print("Nothing is told in which accounts conflict as surely as this.", file=sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not know every character
    console = Screen(highlight=False)
    for conflict in page.rows:
        print_to(console, conflict_lines(conflict), min(console.width, WIDEST))
    say_what_is_left(len(page.rows), page.total, cut)


def conflict_lines(conflict: Row) -> RenderableType:
    """Return a conflict as it is printed: what it is about, and the sides next to each other."""
    head = Text(plain(conflict["about"]), style="bold")
    head.append(f"\n{describe_dispute(conflict)}", style="dim not bold")
    table = Table.grid(padding=(0, 3), expand=True)
    sides = conflict["positions"]
    for _ in sides:
        table.add_column(ratio=1, overflow="fold")
    table.add_row(*(Group(*(_voice(voice) for voice in side)) for side in sides))
    return Group(head, Padding(table, (0, 0, 1, 2)))


def _voice(voice: dict[str, Any]) -> RenderableType:
    line = Text(plain(voice["holder"] or "not quoted"), style="bold" if voice["holder"] else "italic")
    if voice["role"]:
        line.append(f", {plain(voice['role'])}", style="not bold")
    if voice["statement"] and voice["act"] not in (None, "say"):
        line.append(f" · {voice['act']}", style="not bold")
    facts = [voice["day"], voice["how"], voice["publisher"] or voice["title"]]
    told = " · ".join(plain(fact) for fact in facts if fact)
    said = plain(voice["said"])
    words = f"“{said}”" if voice["form"] == "direct" else said
    return Group(line, Text(told, style="dim"), Padding(Text(words), (0, 0, 1, 0)))
