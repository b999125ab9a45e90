"""The commands that list what happened to whom, in articles that they read or in a store: custody and events."""

from __future__ import annotations

import datetime
import heapq
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Generic, NamedTuple, TypeVar, get_args

import typer
from rich.console import RenderableType
from rich.text import Text

from onrecord import read_many
from onrecord.cases import Cases, cases_of, ledgers_in
from onrecord.cli.app import INCOMPLETE, Jobs, app
from onrecord.cli.listing import Columns, listing, say_what_is_left
from onrecord.cli.reading import Fields, Published, Sources, Tally, read_fields
from onrecord.cli.timeline import LEGEND, draw
from onrecord.errors import WrongUsage
from onrecord.ingest import check_date
from onrecord.ledger import CASE_NAMES, STEP_NAMES, Ledger, case_row, step_rows
from onrecord.model import EventType, Modality, Record
from onrecord.store import Cut, Page, WantedEvents, is_store, open_store
from onrecord.store.asking import Row
from onrecord.terminal import WIDEST, Screen, ledger_lines, plain, print_to
from onrecord.wording import describe_status, describe_step, describe_term

Item = TypeVar("Item")


def _what(row: Row) -> str:
    what = describe_step(row["type"], row["modality"])
    return f"{what}, {describe_term(row['term'], suspended=row['suspended'])}" if row["term"] else what


_CASES: Columns = {
    "name": "name", "status": "status", "arrest": "arrest_date", "sentence": "sentence", "ends": "expected_end",
    "release": "release_date", "charge": "charge",
}  # fmt: skip
_EVENTS: Columns = {
    "id": "id", "day": "date", "who": "called", "what": _what, "told": "sentence",
}  # fmt: skip

_CUSTODY_EXAMPLES = """
Examples:

    onrecord custody article.txt --published 2018-08-27

    onrecord custody monday.txt tuesday.txt --name "Irena Vokal" --timeline

    onrecord custody record.db "Irena Vokal"

    onrecord custody record.db --cases --limit 0 --csv > cases.csv
"""


@app.command(epilog=_CUSTODY_EXAMPLES)
@listing(_CASES)
def custody(
    sources: Sources,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of this person alone: a name, a part of one, or an id.")
    ] = None,
    cases: Annotated[
        bool,
        typer.Option("--cases", help="One row for each person: arrest, charge, sentence, release side by side."),
    ] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="Draw each person's steps on a time axis.")] = False,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only steps as sure as this.")] = 0.0,
    published: Published = None,
    field: Fields = None,
    jobs: Jobs = 1,
    *,
    cut: Cut,
    printing: str | None,
) -> Page | None:
    """List what happened to whom: each person's steps in order, and the status that follows from them.

    People are joined across articles. Of a store, a name may follow. What is planned, asked for or refused changes no
    status. Notes, marked !, say what is doubtful: no arrest is told of somebody released, a term is over, two accounts
    differ, only one party says so. With --csv, --json or --nl there is one row for each step.
    """
    if timeline and (cases or printing not in (None, "table")):
        raise WrongUsage(f"--timeline draws, so it goes with neither --cases nor --{printing or 'csv'}. Leave it out.")
    address, *names = sources
    of_store = is_store(address)
    if of_store and (len(names) > 1 or (names and name)):
        raise WrongUsage(f"{' '.join(names)}: a store takes one name. Put it in quotation marks.")
    wanted = names[0] if of_store and names else name

    def shown(ledgers: Iterable[Ledger], *, whole: bool) -> Page | None:
        if cases:
            rows = _by_name(ledgers, cut, lambda ledger: [case_row(ledger)])
            return Page(_cut(rows.items, cut), rows.total, whole, CASE_NAMES)
        if printing not in (None, "table"):
            rows = _by_name(ledgers, cut, step_rows, lambda ledger: len(ledger.steps))
            return Page(_cut(rows.items, cut), rows.total, whole, STEP_NAMES)
        _show(_by_name(ledgers, cut, _timeline if timeline else _lines), cut, wanted, LEGEND if timeline else None)
        if not whole:
            raise typer.Exit(INCOMPLETE)
        return None

    if of_store:
        refuse_reading(address, published, field, jobs)
        with open_store(address, writing=False) as store:
            return shown(ledgers_in(store, wanted, min_confidence=min_confidence, today=_today()), whole=True)
    read, whole = _read(sources, published, field, jobs)
    return shown(read.ledgers(wanted, min_confidence=min_confidence, today=_today()), whole=whole)


@app.command(
    epilog="Examples:\n\n    onrecord events article.txt"
    "\n\n    onrecord events record.db --type release --modality planned --since 2018-08"
    '\n\n    onrecord events record.db --who "Irena Vokal" --csv > events.csv'
)
@listing(_EVENTS)
def events(
    sources: Sources,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="To whom: a name, a part of one, or an id.")] = None,
    type: Annotated[str | None, typer.Option(metavar="TYPE", help="arrest, charge, sentence, release …")] = None,
    modality: Annotated[
        str | None, typer.Option(metavar="MODALITY", help="happened, ongoing, planned, requested, denied …")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="On or after: 2018, 2018-08 or 2018-08-27.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="On or before.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only those at least as sure as this.")] = 0.0,
    published: Published = None,
    field: Fields = None,
    jobs: Jobs = 1,
    *,
    cut: Cut,
) -> Page:
    """List events: what happened to whom, or is planned, asked for or refused, each with its words."""
    for option, value, known in (("type", type, get_args(EventType)), ("modality", modality, get_args(Modality))):
        if value is not None and value not in known:
            raise WrongUsage(f"--{option} {value}: not known. It is one of: {', '.join(known)}")
    for date in (since, until):
        if date is not None:
            check_date(date)
    wanted = WantedEvents(who, type, modality, since, until, min_confidence=min_confidence)
    if is_store(sources[0]):
        if len(sources) > 1:
            raise WrongUsage(f"{sources[1]}: events takes a store alone. Name a person with --who.")
        refuse_reading(sources[0], published, field, jobs)
        with open_store(sources[0], writing=False) as store:
            return store.events(wanted, cut)
    read, whole = _read(sources, published, field, jobs)
    rows = read.events(wanted)
    return Page(_cut(rows, cut), len(rows), whole)


def refuse_reading(address: str, published: str | None, field: list[str] | None, jobs: int) -> None:
    """Raise WrongUsage where an option for reading goes with a store, which was read already."""
    given = (("--published", published), ("--field", field), ("--jobs", jobs != 1))
    options = [option for option, value in given if value]
    if options:
        raise WrongUsage(f"{' and '.join(options)}: {address} is a store, of articles read before. Leave it out.")


def _read(sources: list[str], published: str | None, field: list[str] | None, jobs: int) -> tuple[Cases, bool]:
    """Return the events of articles, and whether all went well."""
    tally = Tally()
    items = tally.watch(read_many(sources, published=published, fields=read_fields(field), jobs=jobs))
    found = cases_of(item for item in items if isinstance(item, Record))
    tally.report()
    return found, not tally.skipped


def _today() -> str:
    return datetime.date.today().isoformat()


class _Made(NamedTuple, Generic[Item]):
    """What was made of ledgers, by name, as far as a cut reaches, and how many there are of it in all."""

    items: list[Item]
    total: int


def _by_name(
    ledgers: Iterable[Ledger],
    cut: Cut,
    make: Callable[[Ledger], list[Item]],
    count: Callable[[Ledger], int] = lambda _: 1,
) -> _Made[Item]:
    """Return what is made of ledgers: they are not kept themselves, each holds the articles that tell it."""
    total = 0

    def counted() -> Iterator[Ledger]:
        nonlocal total
        for ledger in ledgers:
            total += count(ledger)
            yield ledger

    if cut.limit is None:
        made = sorted(((_name_key(one), make(one)) for one in counted()), key=lambda pair: pair[0])
        return _Made([item for _, items in made for item in items], total)
    first = heapq.nsmallest(cut.offset + cut.limit, counted(), key=_name_key)
    return _Made([item for ledger in first for item in make(ledger)], total)


def _name_key(ledger: Ledger) -> tuple[str, str]:
    return ledger.name.casefold(), ledger.custody.who


def _cut(found: list[Item], cut: Cut) -> list[Item]:
    return found[cut.offset : None if cut.limit is None else cut.offset + cut.limit]


def _say_nobody(name: str | None) -> None:
    """Say on stderr that there is nothing to show, so that it is not taken for an answer."""
    hint = f" to anybody called “{name}” (a part of a name will do; onrecord people STORE lists all)" if name else ""
    print(f"Nothing is told that happened{hint}.", file=sys.stderr)


def _show(made: _Made[list[RenderableType]], cut: Cut, name: str | None, legend: str | None) -> None:
    """Print what was made of each ledger, and what the marks in it mean."""
    if not made.total:
        _say_nobody(name)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not know every character
    console = Screen(highlight=False)
    shown = _cut(made.items, cut)
    for lines in shown:
        for line in lines:
            print_to(console, line)
    if legend and shown:
        print_to(console, Text(legend, style="dim"))
    say_what_is_left(len(shown), made.total, cut)


def _lines(ledger: Ledger) -> list[list[RenderableType]]:
    return [[ledger_lines(ledger, words=True), Text("")]]


def _timeline(ledger: Ledger) -> list[list[RenderableType]]:
    head = Text(plain(ledger.name), style="bold")
    head.append(f" · {plain(describe_status(ledger.custody, ledger.steps))}", style="not bold")
    drawn = draw(ledger, min(Screen().width, WIDEST))
    return [[head, *(Text(line, no_wrap=True) for line in drawn), Text("")]]
