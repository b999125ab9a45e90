"""What a database says of its troubles, in words that tell what to do."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from onrecord.errors import UnusableStore


@contextlib.contextmanager
def watched(name: str) -> Iterator[None]:
    """Turn what a database says of its troubles into UnusableStore."""
    try:
        yield
    except IntegrityError:
        raise  # a slip of ours: nothing that the user could mend
    except DBAPIError as error:
        raise UnusableStore(name, *explain(_words_of(error.orig))) from error
    except sqlite3.Error as error:
        raise UnusableStore(name, *explain(_words_of(error))) from error


def _words_of(error: BaseException | None) -> str:
    """Return what a database says, with SQLite's name for it: its words alone do not tell a full disk."""
    name = getattr(error, "sqlite_errorname", None)
    return f"{error} ({name})" if name else str(error)


def is_about_values(error: DBAPIError) -> bool:
    """Tell whether a database refused the values that it was given, and would take others."""
    return isinstance(error, IntegrityError | DataError) or getattr(error.orig, "sqlstate", None) == _LIMIT


_LIMIT = "54000"
"""PostgreSQL's number for what is too large, such as more different words than it indexes of one text."""

_FREE = "Free some space and run the same command again."
_RIGHTS = "Ask for the right to write it, or copy it to where you may."
_TROUBLES = (
    ("database or disk is full", "the disk is full", _FREE),
    ("sqlite_ioerr_shmsize", "the disk is full", _FREE),
    ("no space left on device", "the disk is full", _FREE),
    ("disk i/o error", "the disk gave an error", "Check the disk; if it is full, free some space and run it again."),
    ("readonly database", "it may only be read", _RIGHTS),
    ("read-only transaction", "it may only be read", _RIGHTS),
    ("permission denied", "it may not be used by you", "Ask its owner for the right to use it."),
    ("file is not a database", "not a store of onrecord", "Name another file."),
    ("malformed", "it is damaged", "Restore a backup; `sqlite3 FILE .recover` may save what is in it."),
    ("database is locked", "another program is writing it", "Wait until that is done and run it again."),
    ("unable to open database file", "it cannot be opened", "Check the folder and your right to write there."),
    (
        "no equivalent in encoding",
        "its database is not in UTF-8",
        "Make one: createdb --encoding UTF8 -T template0 NAME",
    ),
    ("authentication failed", "the server refuses the name or the password", "Check both in the address."),
    ("no password supplied", "the server wants a password", "Write it as postgresql://user:password@host/database."),
    (
        r'database "[^"]*" does not exist',
        "the server has no such database",
        "Check the address, or make one: createdb NAME",
    ),
    ("failed to resolve host", "no such server", "Check the address."),
    ("terminating connection", "the server has stopped", "Run the same command again when it is back."),
    ("closed the connection", "the server has gone away", "Run the same command again when it is back."),
    ("connection failed", "the server does not answer", "Check that it runs, and the address."),
    ("connection timeout expired", "the server does not answer", "Check that it runs, and the address."),
)


def explain(trouble: str) -> tuple[str, str]:
    """Return what a database's own words mean, and what to try."""
    lowered = trouble.casefold()
    for words, found, advice in _TROUBLES:
        if re.search(words, lowered):
            return found, advice
    return f"the database said “{' '.join(trouble.split())}”", "Check the store, or use another one."
