"""Opening a store: a file of SQLite or a database of PostgreSQL, made where it is new, brought up to date where old."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from onrecord.errors import MissingPart, UnusableStore
from onrecord.store.schema import FACTS, STEPS, Step

_POSTGRES = ("postgresql://", "postgres://")
_SQLITE_MAGIC = b"SQLite format 3\0"
_WAIT = 30
"""Seconds for which a writer waits for another one."""


def is_store(address: str | Path) -> bool:
    """Tell whether an address is a store rather than an article: of PostgreSQL, or a file of SQLite."""
    if str(address).startswith(_POSTGRES):
        return True
    try:
        with Path(address).open("rb") as file:
            return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    except (OSError, ValueError):
        return False


def open_engine(address: str | Path, *, new: bool, writing: bool, steps: Sequence[Step] = STEPS) -> sa.Engine:
    """Return the engine of a store, made where it is `new` and not there, and brought up to date.

    Raises UnusableStore where it cannot be opened, is not a store, or comes from a newer onrecord.
    """
    name = show_address(address)
    engine = _postgres(str(address)) if str(address).startswith(_POSTGRES) else _sqlite(Path(address), new, writing)
    try:
        with watched(name):
            _bring_up_to_date(engine, name, new=new, steps=steps)
    except BaseException:
        engine.dispose()
        raise
    return engine


def show_address(address: str | Path) -> str:
    """Return an address as messages show it: without a password."""
    if not str(address).startswith(_POSTGRES):
        return str(address)
    try:
        return sa.make_url(str(address)).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return "postgresql://…"


@contextlib.contextmanager
def watched(name: str) -> Iterator[None]:
    """Turn what a database says of its troubles into UnusableStore."""
    try:
        yield
    except IntegrityError:
        raise  # a slip of ours: nothing that the user could mend
    except DBAPIError as error:
        raise UnusableStore(name, *_explain(str(error.orig))) from error
    except sa.exc.ArgumentError as error:
        raise UnusableStore(name, "an address that cannot be read", _ADDRESS_ADVICE) from error


_ADDRESS_ADVICE = "Write it as postgresql://user:password@host/database."
_TROUBLES = (
    ("database or disk is full", "the disk is full", "Free some space and run the same command again."),
    ("disk i/o error", "the disk gave an error", "Check the disk; if it is full, free some space and run it again."),
    ("readonly database", "it may only be read", "Ask for the right to write it, or copy it to where you may."),
    ("file is not a database", "not a store of onrecord", "Name another file."),
    ("malformed", "it is damaged", "Restore a backup; `sqlite3 FILE .recover` may save what is in it."),
    ("database is locked", "another program is writing it", "Wait until that is done and run it again."),
    ("unable to open database file", "it cannot be opened", "Check the folder and your right to write there."),
    ("could not connect", "the server does not answer", "Check that it runs, and the address."),
    ("connection failed", "the server cannot be used", "Check that it runs, the address, the name and the password."),
)


def _explain(trouble: str) -> tuple[str, str]:
    lowered = trouble.casefold()
    for words, found, advice in _TROUBLES:
        if words in lowered:
            return found, advice
    return f"the database said “{' '.join(trouble.split())}”", "Check the store, or use another one."


def _postgres(address: str) -> sa.Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise MissingPart(
            f"{show_address(address)}: PostgreSQL needs psycopg. Try: pip install 'onrecord[postgres]'"
        ) from error
    with watched(show_address(address)):
        url = sa.make_url(address).set(drivername="postgresql+psycopg")
        return sa.create_engine(url, pool_pre_ping=True)


def _sqlite(path: Path, new: bool, writing: bool) -> sa.Engine:
    if path.is_dir():
        raise UnusableStore(str(path), "a folder", "Name a file for the store, for example record.db.")
    if not path.exists() and not new:
        raise UnusableStore(str(path), "no such store", f"Make one: onrecord add {path} ARTICLES")
    if path.exists() and path.stat().st_size and not is_store(path):
        raise UnusableStore(str(path), "not a store of onrecord", "Name another file.")
    if not path.absolute().parent.is_dir():
        raise UnusableStore(str(path), f"there is no folder {path.parent}", "Make it, or name another place.")
    writable = os.access(path if path.exists() else path.parent, os.W_OK)
    if writing and not writable:
        raise UnusableStore(str(path), "it may only be read", "Ask for the right to write it, or copy it.")
    mode = "rwc" if writing else "rw" if writable else "ro&immutable=1"

    def connect() -> sqlite3.Connection:
        address = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT, check_same_thread=False, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        if writing:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        if not writable:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.QueuePool)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    """Begin a transaction of SQLite: its driver would begin late, and not at all before a table is made.

    One that will write takes its turn at once: one that found out later might have read what is no longer so.
    """
    writes = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: sa.Engine, name: str, *, new: bool, steps: Sequence[Step]) -> None:
    with engine.begin() as connection:
        version = _version(connection)
        if version == len(steps):
            return
        if version > len(steps):
            found = f"a store of version {version}, and this onrecord knows {len(steps)}"
            raise UnusableStore(name, found, "Install a newer onrecord.")
        if version == 0 and (not new or sa.inspect(connection).get_table_names()):
            found = "not a store of onrecord" if sa.inspect(connection).get_table_names() else "an empty database"
            raise UnusableStore(name, found, "Name another one, or make one: onrecord add STORE ARTICLES")
    if version and engine.dialect.name == "sqlite":
        _back_up(engine, Path(name), version)
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        version = _version(connection)
        for step in steps[version:]:
            step(connection)
        connection.execute(sa.delete(FACTS).where(FACTS.c.name == "version"))
        connection.execute(sa.insert(FACTS).values(name="version", value=str(len(steps))))


def _version(connection: sa.Connection) -> int:
    """Return how many steps a store has taken, 0 where it is none yet."""
    if not sa.inspect(connection).has_table(FACTS.name):
        return 0
    value = connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == "version"))
    return int(value) if value and value.isdecimal() else 0


def _back_up(engine: sa.Engine, path: Path, version: int) -> None:
    """Copy a store before it is brought up to date; the copy stays beside it."""
    copy = path.with_name(f"{path.name}.version-{version}")
    with engine.connect() as connection, contextlib.closing(sqlite3.connect(copy)) as target:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.backup(target)
