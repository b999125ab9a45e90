"""The command that writes a store in another format."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.app import StoreArgument, app
from onrecord.cli.keeping import join_people
from onrecord.export import FORMATS
from onrecord.store import open_store

Target = StrEnum("Target", {name.replace("-", "_"): name for name in FORMATS})  # type: ignore[misc]
_FORMATS = " ".join(f"{name}: {known.help}" for name, known in FORMATS.items())


@app.command("import", epilog="Example:\n\n    onrecord import record.db annotated/")
def import_(
    store: StoreArgument,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of brat: .txt and .ann files.")],
) -> None:
    """Keep statements that people annotated in brat, as they are; the store is made on first use.

    Articles that the store has already stay as they are: correct those with `onrecord fix`.
    """
    from onrecord import corpus
    from onrecord.export import read_brat

    with open_store(store, new=True) as opened:
        done = list(corpus.take(opened, read_brat(folder), str(folder.absolute())))
        join_people(opened)
    new = [one for one in done if one.outcome == "added"]
    statements = sum(one.statements for one in new)
    print(f"{len(new):,} articles, {len(done) - len(new):,} there already: {statements:,} statements", file=sys.stderr)


@app.command(
    epilog="Examples:\n\n    onrecord export record.db --to csv --output record.csv"
    "\n\n    onrecord export record.db --to html --output site/"
    "\n\n    onrecord export record.db --to ftm --output entities.json"
    "\n\n    onrecord export record.db --to plover --output events.jsonl"
)
def export(
    store: StoreArgument,
    to: Annotated[Target, typer.Option(help=f"The format. {_FORMATS}")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="TARGET", help="The file, or the folder, to write.")
    ],
) -> None:
    """Write all records in another format, as people decided them; docs/formats.md says what each format loses."""
    from onrecord.export import export as write

    with open_store(store, writing=False) as opened, opened.exporting() as (records, who):
        counts = write(records, to.value, output, who=who)
    kept = f"{counts.statements:,} statements, {counts.events:,} events, {counts.entities:,} entities"
    print(f"{counts.articles:,} articles, {kept}: {output}", file=sys.stderr)
