"""Bringing a store up to date: the numbered steps that it lacks are taken in one transaction, or none of them is."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from onrecord.errors import UnusableStore
from onrecord.store.schema import FACTS, Step


def bring_up_to_date(engine: sa.Engine, name: str, *, new: bool, steps: Sequence[Step]) -> None:
    """Take the steps that a store lacks; with `new`, all of them where there is nothing yet.

    A copy of a file is kept beside it first (`record.db.version-1`). Of PostgreSQL no copy is made: that is up to
    who runs the server. Raises UnusableStore for what is no store, or one of a newer onrecord.
    """
    with engine.begin() as connection:
        version = _check_version(connection, name, new=new, known=len(steps))
    if version == len(steps):
        return
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        with connection.begin():  # from here on nobody else writes: another process may have been quicker
            version = _check_version(connection, name, new=new, known=len(steps))
            if version and version < len(steps) and engine.dialect.name == "sqlite":
                _back_up(Path(name), version)
            for step in steps[version:]:
                step(connection)
            connection.execute(sa.delete(FACTS).where(FACTS.c.name == "version"))
            connection.execute(sa.insert(FACTS).values(name="version", value=str(len(steps))))


def _check_version(connection: sa.Connection, name: str, *, new: bool, known: int) -> int:
    """Return how many steps a store has taken, 0 where it may be made; raise UnusableStore for what is no store."""
    tables = sa.inspect(connection).get_table_names()
    version = _version(connection) if {FACTS.name, "documents"} <= set(tables) else 0
    if version > known:
        found = f"a store of version {version}, and this onrecord knows {known}"
        raise UnusableStore(name, found, "Install a newer onrecord.")
    if version == 0 and (tables or not new):
        found = "not a store of onrecord" if tables else "an empty database"
        raise UnusableStore(name, found, "Name another one, or make one: onrecord add STORE ARTICLES")
    return version


def _version(connection: sa.Connection) -> int:
    value = connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == "version"))
    return int(value) if value and value.isdecimal() else 0


def may_write(path: Path) -> bool:
    """Tell whether a file may be written, and its folder, where SQLite keeps its log meanwhile."""
    return os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)


def _back_up(path: Path, version: int) -> None:
    """Copy a store before it is brought up to date; the copy stays beside it, and no earlier one is overwritten."""
    if not may_write(path):
        found = f"a store of version {version}, and it may only be read"
        raise UnusableStore(str(path), found, "Open it where it may be written: that brings it up to date.")
    names = (f"{path.name}.version-{version}{f'-{n}' if n > 1 else ''}" for n in itertools.count(1))
    copy = next(copy for name in names if not (copy := path.with_name(name)).exists())
    part = copy.with_name(f"{copy.name}.part")
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(part)) as target:
            source.backup(target)
        shutil.copymode(path, part)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
