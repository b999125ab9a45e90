"""The command line: each command parses its options, calls the library and prints."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from onrecord.cli import (  # noqa: F401  # they register their commands
    asking,
    comparing,
    custody,
    deciding,
    disputes,
    due,
    exporting,
    keeping,
    people,
    reading,
    watching,
)
from onrecord.cli.app import DONE, INCOMPLETE, WRONG_USAGE, app
from onrecord.errors import OnrecordError, WrongUsage


def main() -> NoReturn:
    """Run the command line; an error that a user can act on becomes one line."""
    try:
        app()
    except OnrecordError as error:
        print(f"onrecord: {error}", file=sys.stderr)
        sys.exit(WRONG_USAGE if isinstance(error, WrongUsage) else INCOMPLETE)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to do, or to report.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    sys.exit(DONE)
