"""The command that reads articles and prints their records, and the schema of what it prints."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO, TypeAlias

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from onrecord import __version__, read_many
from onrecord.cli.app import DONE, INCOMPLETE, Jobs, OutputFile, app
from onrecord.custody import with_ledger
from onrecord.errors import WrongUsage
from onrecord.ingest import Kind
from onrecord.model import Record, Skipped
from onrecord.terminal import Screen


class Format(StrEnum):
    """What `read` prints."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    html = "html"


class SourceKind(StrEnum):
    """What a source is taken for, where its bytes should not decide."""

    text = "text"
    markdown = "markdown"
    html = "html"
    pdf = "pdf"
    feed = "feed"
    jsonl = "jsonl"


Sources: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Files (.txt, .md, .html, .pdf), folders, http(s) addresses or `-`, and files of many articles: "
        "JSON lines (.jsonl), feeds (RSS, Atom), crawls (WARC, ARC) and archives (.zip, .tar), "
        "packed or not (.gz, .bz2, .xz).",
    ),
]
Fields: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="NAME=FIELD",
        help="Which field of JSON lines holds the text, title, url, publisher, byline or published date, as in "
        "`text=body`. Repeat it for several.",
    ),
]


Published: TypeAlias = Annotated[
    str | None, typer.Option(metavar="DATE", help="When the article was published: 2018, 2018-08 or 2018-08-27.")
]
ChosenKind: TypeAlias = Annotated[
    SourceKind | None,
    typer.Option(
        help="Take the articles for this kind instead of looking at their bytes; with feed or jsonl, the sources."
    ),
]


READ_EXAMPLES = """
Examples:

    onrecord read article.txt --published 2018-08-27

    onrecord read articles/ --format jsonl --output records.jsonl --jobs 2

    onrecord read article.html --format html --output article-record.html

    onrecord read news.jsonl.gz --field text=body --field published=day

    onrecord read crawl.warc.gz papers.zip https://news.example/feed.xml --format jsonl

    curl -s https://news.example/vote | onrecord read - --min-confidence 0.5
"""


@app.command(epilog=READ_EXAMPLES)
def read(
    sources: Sources,
    format: Annotated[Format, typer.Option(help="How to print the records.")] = Format.text,
    published: Published = None,
    kind: ChosenKind = None,
    field: Fields = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out statements that are less sure than this.")
    ] = 0.0,
    output: OutputFile = None,
    jobs: Jobs = 1,
) -> None:
    """Read articles and print every statement in them: who said what, how, and how surely."""
    found = read_many(sources, published=published, kind=kind_of(kind), fields=read_fields(field), jobs=jobs)
    tally = Tally()
    with _destination(output) as stream:
        confident = (
            with_ledger(item.above(min_confidence)) if min_confidence and isinstance(item, Record) else item
            for item in found
        )
        _write(tally.watch(confident), format, stream)
    tally.report()
    raise typer.Exit(INCOMPLETE if tally.skipped else DONE)


@app.command(epilog="Example:\n\n    onrecord schema > onrecord.schema.json")
def schema() -> None:
    """Print the JSON Schema of what `read --format json` and `--format jsonl` write."""
    from onrecord.schema import schema_text

    typer.echo(schema_text())


def kind_of(chosen: SourceKind | None) -> Kind | None:
    """Return the kind that an option names."""
    return chosen.value if chosen else None


def read_fields(given: list[str] | None) -> dict[str, str] | None:
    """Return `NAME=FIELD` options as a map; raise WrongUsage for one of another shape."""
    fields: dict[str, str] = {}
    for one in given or ():
        name, equals, field = one.partition("=")
        if not (equals and name and field):
            raise WrongUsage(f"--field {one}: write NAME=FIELD, as in text=body")
        if name in fields:
            raise WrongUsage(f"--field {one}: {name} is given twice")
        fields[name] = field
    return fields or None


def _show_version(wanted: bool) -> None:
    if wanted:
        from onrecord.language.reader import model_digest

        typer.echo(f"onrecord {__version__} (model {model_digest()})")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and the model's digest."
        ),
    ] = False,
) -> None:
    """Options of every command."""


class Tally:
    """Counts what goes by, shows progress on a terminal's stderr and says what was skipped."""

    def __init__(self) -> None:
        self.read = self.skipped = self.statements = 0
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)

    def watch(self, items: Iterable[Record | Skipped]) -> Iterator[Record | Skipped]:
        """Yield the items; print a line on stderr for each that was skipped."""
        columns = (TextColumn("{task.description}"), TimeElapsedColumn())
        # The bar appears once a second article is asked for: one article needs none.
        with Progress(
            *columns, console=self._console, transient=True, disable=not self._console.is_terminal
        ) as progress:
            task = progress.add_task("", visible=False)
            for item in items:
                self._count(item)
                progress.update(task, description=self.line(), visible=self.read + self.skipped > 1)
                yield item

    def _count(self, item: Record | Skipped) -> None:
        if isinstance(item, Skipped):
            self.skipped += 1
            self._console.print(f"skipped: {item.reason}", markup=False)
        else:
            self.read += 1
            self.statements += len(item.statements)

    def line(self) -> str:
        """Return the counts as a line."""
        articles = f"{self.read:,} article{'' if self.read == 1 else 's'} read"
        return f"{articles}, {self.skipped:,} skipped: {self.statements:,} statements"

    def report(self) -> None:
        """Print the counts on stderr where there was more than one article."""
        if self.read + self.skipped > 1:
            self._console.print(self.line())


def _write(items: Iterable[Record | Skipped], format: Format, stream: TextIO) -> None:
    from onrecord import export, terminal

    if format is Format.text:
        console = Screen(file=stream, highlight=False)
        for item in items:
            if isinstance(item, Record):
                terminal.show(item, console)
    elif format is Format.jsonl:
        for item in items:
            stream.write(export.to_jsonl(item) + "\n")
            stream.flush()
    elif format is Format.json:
        stream.write(export.to_json(list(items)) + "\n")
    else:
        kept = list(items)
        failures = [(item.name, item.reason) for item in kept if isinstance(item, Skipped)]
        stream.write(export.to_html([item for item in kept if isinstance(item, Record)], failures=failures))


@contextlib.contextmanager
def _destination(output: Path | None) -> Iterator[TextIO]:
    """Give the stream to write to; a file is only put in its place once it is whole."""
    if output is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal may not know every character
        yield sys.stdout
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            yield stream
        part.replace(output)
    except OSError as error:
        raise WrongUsage(f"{output}: cannot be written ({error.strerror}). Choose another --output.") from error
    finally:
        part.unlink(missing_ok=True)
