"""The program's commands are registered here, and its exit codes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DONE, INCOMPLETE, WRONG_USAGE = 0, 1, 2

app = typer.Typer(
    help="onrecord reads political news and keeps the record: who said what, tied to the exact characters.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)

StoreArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="STORE", help="The store: a file, or a postgresql:// address.")
]
Jobs: TypeAlias = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many processes read.")]
OutputFile: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the terminal.")
]
