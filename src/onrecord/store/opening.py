"""Opening a store: a file of SQLite or a database of PostgreSQL, made where it is new, brought up to date where old."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from onrecord.errors import MissingPart, UnusableStore
from onrecord.store.schema import STEPS, Step
from onrecord.store.troubles import watched
from onrecord.store.upgrading import bring_up_to_date, may_write

_POSTGRES = ("postgresql://", "postgres://")
_WAIT = 30
"""Seconds for which a writer of SQLite waits for another one."""
_OPENING = 5
"""Seconds for which others are waited for who are opening it too."""
_PATIENCE = 10
"""Seconds for which a server is waited for, where the address does not say."""
_TURN = 0x6F6E7265636F7264
"""The lock of PostgreSQL that whoever writes holds: "onrecord" in ASCII."""


def is_store(address: str | Path) -> bool:
    """Tell whether an address is a store rather than an article: of PostgreSQL, or a file of SQLite."""
    if _is_postgres(address):
        return True
    path = Path(address)
    # SQLite is asked: a program that opens the file by itself loses, as it closes it, all locks that it has on it.
    try:
        if not path.is_file() or not path.stat().st_size:
            return False
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA schema_version")
    except (OSError, ValueError):
        return False
    except sqlite3.Error as error:  # of another trouble than this one it is told when the store is opened
        return error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN)
    return True


def open_engine(address: str | Path, *, new: bool, writing: bool, steps: Sequence[Step] = STEPS) -> sa.Engine:
    """Return the engine of a store, made where it is `new` and not there, and brought up to date.

    Raises UnusableStore where it cannot be opened, is not a store, or comes from a newer onrecord.
    """
    name = show_address(address)
    engine = _postgres(str(address)) if _is_postgres(address) else _sqlite(Path(address), new=new, writing=writing)
    try:
        with watched(name):
            bring_up_to_date(engine, name, new=new, steps=steps)
            if writing and engine.dialect.name == "sqlite":
                _let_others_read(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _is_postgres(address: str | Path) -> bool:
    return str(address).startswith(_POSTGRES)


def show_address(address: str | Path) -> str:
    """Return an address as messages show it: without a password."""
    if not _is_postgres(address):
        return str(address)
    url = _read_address(str(address))
    if url is None:
        return "postgresql://…"
    secrets = {key: "***" for key in url.query if "password" in key}
    return url.update_query_dict(secrets).render_as_string(hide_password=True)


def _read_address(address: str) -> sa.URL | None:
    """Return the parts of an address, None where they cannot be told apart, as with a bare @ in the password."""
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        return None
    return None if "@" in f"{url.host}{url.database}" else url


def _postgres(address: str) -> sa.Engine:
    name = show_address(address)
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise MissingPart(f"{name}: PostgreSQL needs psycopg. Try: pip install 'onrecord[postgres]'") from error
    url = _read_address(address)
    if url is None:
        advice = "Write it as postgresql://user:password@host/database, and an @ in the password as %40."
        raise UnusableStore(name, "an address that cannot be read", advice)
    url = url.set(drivername="postgresql+psycopg")
    patient = url.update_query_dict({"connect_timeout": str(_PATIENCE), **url.query})
    engine = sa.create_engine(patient, pool_pre_ping=True)
    sa.event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: sa.Connection) -> None:
    """Begin a transaction of PostgreSQL: one that writes waits for its turn, one that reads sees nothing change."""
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _sqlite(path: Path, *, new: bool, writing: bool) -> sa.Engine:
    address = f"{path.absolute().as_uri()}?mode={_check_file(path, new=new, writing=writing)}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT, check_same_thread=False, isolation_level=None)
        connection.create_function("lower", 1, _lower, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.QueuePool)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _lower(text: str | None) -> str | None:
    """Return text in small letters: SQLite's own function knows only those of ASCII."""
    return None if text is None else text.lower()


def _check_file(path: Path, *, new: bool, writing: bool) -> str:
    """Return the mode in which SQLite opens a file; raise UnusableStore where that is in vain."""
    name, folder = str(path), path.absolute().parent
    rights = "Ask for the right to write it, or copy it to where you may."
    if not path.exists():
        if not new:
            raise UnusableStore(name, "no such store", f"Make one: onrecord add {name} ARTICLES")
        if not folder.is_dir():
            raise UnusableStore(name, "its folder is not there", f"Make the folder {folder} first.")
        if not os.access(folder, os.W_OK):
            raise UnusableStore(name, "its folder may only be read", "Name a file in a folder that you may write.")
        return "rwc"
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no file"
        raise UnusableStore(name, found, "Name a file for the store, for example record.db.")
    if not os.access(path, os.R_OK):
        raise UnusableStore(name, "it may not be read", "Ask for the right to read it.")
    if path.stat().st_size and not is_store(path):
        raise UnusableStore(name, "not a store of onrecord", "Name another file.")
    if may_write(path):
        return "rw"
    if writing:
        raise UnusableStore(name, "it, or its folder, may only be read", rights)
    # Beside a store that somebody is writing lies its log. Where there is none, SQLite need not look for one: it would
    # make one, which here it must not.
    return "ro" if Path(f"{path}-wal").exists() else "ro&immutable=1"


def _let_others_read(engine: sa.Engine) -> None:
    """Let others read while one writes (WAL): a store stays so, but a new one is not yet, and a copy may not be.

    SQLite does not wait by itself for others who are just opening it. Where one stays, all goes on in turns.
    """
    begun = time.monotonic()
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        while True:
            try:
                driver.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if time.monotonic() - begun > _OPENING:
                    return
            time.sleep(0.01)


def _begin_sqlite(connection: sa.Connection) -> None:
    """Begin a transaction of SQLite: its driver would begin late, and not at all before a table is made.

    One that will write takes its turn at once: one that found out later might have read what is no longer so.
    """
    writes = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
