"""How listings are printed: every one takes `--table --csv --json --nl`, and `--limit` and `--offset`.

A command that lists is a function that returns a `Page`; `listing` gives it these options and prints what it returns.
"""

from __future__ import annotations

import csv
import functools
import inspect
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias, get_type_hints

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.cli.app import INCOMPLETE
from onrecord.errors import WrongUsage
from onrecord.export.format import json_text
from onrecord.export.table import cell
from onrecord.store.asking import Cut, Page, Row
from onrecord.store.searching import END, START
from onrecord.terminal import Screen, print_to, tidy

Cell: TypeAlias = str | Callable[[Row], object]
Columns: TypeAlias = Mapping[str, Cell]
"""What a table shows: by the title of a column, the name of a value of the rows or a function of a row."""

_LONG = ("said", "found", "reason", "decision", "roles", "title", "charge", "told", "later")
"""The columns that may hold sentences."""
_WIDE = 120
"""Columns that a terminal must have for sentences to stand beside the rest."""
_WHOLE = ("id", "day", "at", "last")
"""The columns that are never cut short."""
_WIDEST = 160
"""Columns that a listing is set in where no terminal says how wide it is."""
FEW = 100
"""How many rows are printed where nobody says how many."""

_OPTIONS: Mapping[str, tuple[object, object]] = {
    "table": (Annotated[bool, typer.Option("--table", help="Print a table, as without any of these.")], False),
    "csv": (Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")], False),
    "json": (Annotated[bool, typer.Option("--json", help="Print one JSON array.")], False),
    "nl": (Annotated[bool, typer.Option("--nl", help="Print a JSON object on each line.")], False),
    "limit": (Annotated[int, typer.Option(metavar="N", min=0, help="How many rows; 0 is all of them.")], FEW),
    "offset": (Annotated[int, typer.Option(metavar="N", min=0, help="How many rows to pass over first.")], 0),
}


def listing(columns: Columns) -> Callable[[Callable[..., Page | None]], Callable[..., None]]:
    """Return a decorator that makes a command of a function which returns a Page of the `cut` that it is given.

    One that takes `printing` is told what was asked for, None where nothing was; if it returns None it has printed.
    """

    def decorate(function: Callable[..., Page | None]) -> Callable[..., None]:
        takes_printing = "printing" in inspect.signature(function).parameters

        @functools.wraps(function)
        def command(
            *args: Any, table: bool, csv: bool, json: bool, nl: bool, limit: int, offset: int, **others: Any
        ) -> None:
            forms = [name for name, wanted in (("csv", csv), ("json", json), ("nl", nl), ("table", table)) if wanted]
            if len(forms) > 1:
                raise WrongUsage(f"--{' and --'.join(forms)} contradict one another: choose one")
            cut = Cut(limit or None, offset)
            if takes_printing:
                others["printing"] = forms[0] if forms else None
            page = function(*args, cut=cut, **others)
            if page is None:
                return
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(errors="replace")  # a terminal may not know every character
            shown = dict(zip(page.names, page.names, strict=True)) if page.names and csv and not page.rows else columns
            _PRINTERS[forms[0] if forms else "table"](page.rows, shown)
            say_what_is_left(len(page.rows), page.total, cut)
            if not page.whole:
                raise typer.Exit(INCOMPLETE)

        _take_options(command, function)
        return command

    return decorate


def _take_options(command: Callable[..., None], function: Callable[..., Page | None]) -> None:
    """Give a command the parameters of its function, without the cut, and those of every listing."""
    hints = get_type_hints(function, include_extras=True)
    own = inspect.signature(function).parameters.values()
    parameters = [p.replace(annotation=hints[p.name]) for p in own if p.name not in ("cut", "printing")]
    for name, (annotation, default) in _OPTIONS.items():
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(name, kind, default=default, annotation=annotation))
    command.__signature__ = inspect.Signature(parameters, return_annotation=None)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


def say_what_is_left(shown: int, total: int, cut: Cut) -> None:
    """Say on stderr how much of a listing was printed, where that is not all."""
    if cut.limit is not None and cut.offset + shown < total:
        line = f"{shown:,} of {total:,}; more with --offset {cut.offset + shown}, all with --limit 0"
        print(line, file=sys.stderr)


def _print_table(rows: Sequence[Row], columns: Columns) -> None:
    console = Screen(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Screen(highlight=False, width=_WIDEST)
    cells = [{title: _text(_value_of(row, shown)) for title, shown in columns.items()} for row in rows]
    below = [title for title in columns if title in _LONG] if console.width < _WIDE else []
    beside = [title for title in columns if title not in below]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in beside:
        number = bool(rows) and isinstance(_value_of(rows[0], columns[title]), int)
        whole = number or title in _WHOLE or bool(below)
        table.add_column(title, justify="right" if number else "left", no_wrap=whole, overflow="fold")
    if not below:
        for row in cells:
            table.add_row(*row.values())
        print_to(console, table, console.width)
        return
    # A long text beside the others would be a column of single words: it stands below them.
    widths = _fit({title: _width(title, cells) for title in beside}, console.width)
    for row in cells:
        for title, width in widths.items():
            row[title].truncate(width, overflow="ellipsis")
        table.add_row(*(row[title] for title in beside))
    with console.capture() as captured:
        console.print(table)
    head, *lines = captured.get().splitlines()
    parts: list[RenderableType] = [Text.from_ansi(head)]
    for line, row in zip(lines, cells, strict=False):
        parts.append(Text.from_ansi(line))
        parts += [Padding(row[title], (0, 0, 0, 2)) for title in below if row[title]]
    print_to(console, Group(*parts), console.width)


def _width(title: str, cells: Sequence[Mapping[str, Text]]) -> int:
    """Return how wide a column is."""
    return max(len(title), *(len(row[title]) for row in cells)) if cells else len(title)


def _fit(widths: dict[str, int], room: int) -> dict[str, int]:
    """Return widths that fit in a line: the widest columns of words give way, ids and times never."""
    room -= 2 * (len(widths) - 1)
    while sum(widths.values()) > room:
        widest = max((t for t in widths if t not in _WHOLE), key=lambda t: widths[t], default=None)
        if widest is None or widths[widest] <= len(widest):
            break
        widths[widest] -= 1
    return widths


def _value_of(row: Row, shown: Cell) -> object:
    return row.get(shown) if isinstance(shown, str) else shown(row)


def _text(value: object) -> Text:
    if value is None:
        return Text("")
    if isinstance(value, float):
        return Text(f"{value:.2f}")
    if isinstance(value, list | tuple):
        return Text(tidy(", ".join(map(str, value))))
    return _marked(str(value))


def _marked(value: str) -> Text:
    """Return text in which the words that were searched for stand out."""
    first, *others = value.split(START)
    text = Text(tidy(first))
    for part in others:
        found, _, after = part.partition(END)
        text.append(tidy(found), style="bold yellow")
        text.append(tidy(after))
    return text


def _print_csv(rows: Sequence[Row], columns: Columns) -> None:
    names = list(rows[0]) if rows else [name for name in columns.values() if isinstance(name, str)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(_unmarked(row[name])) for name in names] for row in rows)


def _unmarked(value: Any) -> Any:
    return value.replace(START, "[").replace(END, "]") if isinstance(value, str) else value


def _print_json(rows: Iterable[Row], _: Columns) -> None:
    print("[" + ",\n ".join(map(_dump, rows)) + "]")


def _print_lines(rows: Iterable[Row], _: Columns) -> None:
    for row in rows:
        print(_dump(row))


def _dump(row: Row) -> str:
    return json_text({name: _unmarked(value) for name, value in row.items()})


_PRINTERS = {"table": _print_table, "csv": _print_csv, "json": _print_json, "nl": _print_lines}
