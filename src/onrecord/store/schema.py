"""The tables of a store, and the numbered steps that bring an older store up to them.

What was read stays as it was found (`readings`), and what people decided stands beside it (`decisions`). `statements`,
`entities` and `identities` are made from the two: they can be dropped and made again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

TABLES = sa.MetaData()

FACTS = Table("facts", TABLES, Column("name", String, primary_key=True), Column("value", Text, nullable=False))
"""What the store is: the number of its version, and what was joined last."""

DOCUMENTS = Table(
    "documents",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", Text),
    Column("url", Text),
    Column("publisher", Text),
    Column("byline", Text),
    Column("published", String),
    Column("language", String),
    Column("digest", String, nullable=False),
    Column("name", Text),
    Column("text", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("added", String, nullable=False),
    Column("story", String, nullable=False),  # the id of the first document with nearly the same words
    Index("documents_by_story", "story"),
    Index("documents_by_day", "published"),
)

READINGS = Table(
    "readings",
    TABLES,
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("version", String, nullable=False),
    Column("model", String, nullable=False),
    Column("found", LargeBinary, nullable=False),  # statements and entities as JSON, deflated
    Column("vectors", LargeBinary, nullable=False),  # what each statement found means, one after the other
    Column("read_at", String, nullable=False),
)

ENTITIES = Table(
    "entities",
    TABLES,
    Column("id", String, primary_key=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("name", Text),
    Column("called", Text, nullable=False),
    Column("folded", Text, nullable=False),  # all its names, as they are looked up
    Column("statements", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("identity", String),
    Index("entities_by_document", "document"),
    Index("entities_by_identity", "identity"),
)

STATEMENTS = Table(
    "statements",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("speaker", String),
    Column("holder", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("act", String, nullable=False),
    Column("form", String, nullable=False),
    Column("negated", Boolean, nullable=False),
    Column("channel", String),
    Column("channel_name", Text),
    Column("addressee", String),
    Column("told", Text),
    Column("said_on", String),
    Column("day", String),  # when it was said, else when it was published
    Column("confidence", Float, nullable=False),
    Column("review", String),
    Column("data", JSON, nullable=False),
    Index("statements_by_document", "document", "place"),
    Index("statements_by_speaker", "speaker"),
    Index("statements_by_addressee", "addressee"),
    Index("statements_by_day", "day"),
)

IDENTITIES = Table(
    "identities",
    TABLES,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", Text),
    Column("called", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("statements", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("first", String),
    Column("last", String),
    Column("data", JSON, nullable=False),
    Index("identities_by_statements", "statements"),
)

INPUTS = Table(
    "inputs",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("stamp", String),
    Column("document", ForeignKey("documents.id", ondelete="SET NULL")),
    Column("reason", Text),  # why it was skipped, null where it was read
    Column("settings", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", String, nullable=False),
)

DECISIONS = Table(
    "decisions",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("verb", String, nullable=False),
    Column("target", String, nullable=False),
    Column("document", String, nullable=False),
    Column("change", JSON, nullable=False),
    Column("anchor", JSON, nullable=False),  # where the target stood, to find it in another reading
    Column("by", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("note", Text),
    Column("undone_by", Text),
    Column("undone_at", String),
    Column("orphan", Boolean, nullable=False, default=False),
    Index("decisions_by_target", "target"),
    Index("decisions_by_document", "document"),
)

BANDS = Table(
    "bands",
    TABLES,
    Column("hash", sa.BigInteger, primary_key=True),
    Column("document", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Parts of each document's signature: nearly the same words have some in common."""

SIGNATURES = Table(
    "signatures",
    TABLES,
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

FEEDS = Table(
    "feeds",
    TABLES,
    Column("address", Text, primary_key=True),
    Column("current", Text, nullable=False),  # where it moved to for good
    Column("etag", Text),
    Column("modified", Text),
    Column("polled_at", String),
    Column("next_at", String, nullable=False),  # not to be asked before
    Column("failures", Integer, nullable=False),
    Column("trouble", Text),
    Column("gone", Boolean, nullable=False),
)
"""The feeds that are watched, and what their servers want to hear next time."""

QUERIES = Table(
    "queries",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("wanted", JSON, nullable=False),
    Column("made_at", String, nullable=False),
    Column("upto", Integer, nullable=False),  # the number of the last document of which the statements were told
)

DELIVERIES = Table(
    "deliveries",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("statement", String, nullable=False, unique=True),
    Column("queries", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text),
)
"""The statements that wait to be posted to a webhook."""

Step: TypeAlias = Callable[[sa.Connection], None]

WORDS = {"documents": ("title", "text"), "statements": ("said",)}
"""The columns that are searched for words, by table: by FTS5 in SQLite, by PostgreSQL's own search there."""

_LONGEST_INDEXED = 500_000
"""PostgreSQL indexes at most a megabyte of words: of a longer text, the start."""


def create(connection: sa.Connection) -> None:
    """Make all tables of a new store."""
    TABLES.create_all(connection)
    commands = _sqlite_words if connection.dialect.name == "sqlite" else _postgres_words
    for table, columns in WORDS.items():
        for command in commands(table, columns):
            connection.exec_driver_sql(command)


def _sqlite_words(table: str, columns: Sequence[str]) -> list[str]:
    """Return the commands that make the index of words of a table, and keep it in step with the table."""
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    add = f"INSERT INTO {table}_words(rowid, {names}) VALUES (new.number, {new});"
    drop = f"INSERT INTO {table}_words({table}_words, rowid, {names}) VALUES ('delete', old.number, {old});"
    tokens = "porter unicode61 remove_diacritics 2"
    return [
        f"CREATE VIRTUAL TABLE {table}_words USING "
        f"fts5({names}, content='{table}', content_rowid='number', tokenize='{tokens}')",
        f"CREATE TRIGGER {table}_words_in AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_words_out AFTER DELETE ON {table} BEGIN {drop} END",
        f"CREATE TRIGGER {table}_words_new AFTER UPDATE OF {names} ON {table} BEGIN {drop} {add} END",
    ]


def _postgres_words(table: str, columns: Sequence[str]) -> list[str]:
    weights = zip("AB"[-len(columns) :], columns, strict=True)
    vector = " || ".join(
        f"setweight(to_tsvector('english', left(coalesce({column}, ''), {_LONGEST_INDEXED})), '{weight}')"
        for weight, column in weights
    )
    return [
        f"ALTER TABLE {table} ADD COLUMN words_of tsvector GENERATED ALWAYS AS ({vector}) STORED",
        f"CREATE INDEX {table}_words ON {table} USING gin (words_of)",
    ]


STEPS: Sequence[Step] = (create,)
"""What each version of a store adds to the one before; a store's version is how many of them were taken."""
