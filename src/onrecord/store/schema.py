"""The tables of a store, and the numbered steps that bring an older store up to them.

What was read stays as it was found (`readings`), and what people decided stands beside it (`decisions`). `statements`,
`events`, `predictions`, `disputes`, `entities`, `identities` and `comparisons` are made from the two: they can be
dropped and made again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table

from onrecord.store.columns import Words

TABLES = sa.MetaData()

FACTS = Table("facts", TABLES, Column("name", Words, primary_key=True), Column("value", Words, nullable=False))
"""What the store is: the number of its version, and what was joined last."""

DOCUMENTS = Table(
    "documents",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("title", Words),
    Column("url", Words),
    Column("publisher", Words),
    Column("byline", Words),
    Column("published", Words),
    Column("language", Words),
    Column("digest", Words, nullable=False),
    Column("name", Words),
    Column("text", Words, nullable=False),
    Column("words", Integer, nullable=False),
    Column("added", Words, nullable=False),
    Column("story", Words, nullable=False),  # the id of the first document with nearly the same words
    Index("documents_by_story", "story"),
    Index("documents_by_day", "published"),
)

READINGS = Table(
    "readings",
    TABLES,
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Words, nullable=False),
    Column("model", Words, nullable=False),
    Column("found", LargeBinary, nullable=False),  # statements, events and entities as JSON, deflated
    Column("vectors", LargeBinary, nullable=False),  # what each statement found means, one after the other
    Column("read_at", Words, nullable=False),
)

ENTITIES = Table(
    "entities",
    TABLES,
    Column("id", Words, primary_key=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("name", Words),
    Column("called", Words, nullable=False),
    Column("folded", Words, nullable=False),  # all its names, as they are looked up
    Column("statements", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("identity", Words),
    Index("entities_by_document", "document"),
    Index("entities_by_identity", "identity"),
)

STATEMENTS = Table(
    "statements",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("speaker", Words),
    Column("holder", Words, nullable=False),
    Column("said", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("form", Words, nullable=False),
    Column("negated", Boolean, nullable=False),
    Column("channel", Words),
    Column("channel_name", Words),
    Column("addressee", Words),
    Column("told", Words),
    Column("said_on", Words),
    Column("day", Words),  # when it was said, else when it was published
    Column("confidence", Float, nullable=False),
    Column("review", Words),
    Column("data", JSON, nullable=False),
    Index("statements_by_document", "document", "place"),
    Index("statements_by_speaker", "speaker"),
    Index("statements_by_addressee", "addressee"),
    Index("statements_by_day", "day"),
)

EVENTS = Table(
    "events",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("type", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("called", Words, nullable=False),
    Column("modality", Words, nullable=False),
    Column("date", Words),
    Column("day", Words),  # what of the date can be compared
    Column("term", Words),
    Column("suspended", Boolean, nullable=False),
    Column("for", Words),
    Column("by", Words),
    Column("place", Words),
    Column("trigger", Words, nullable=False),
    Column("sentence", Words, nullable=False),
    Column("reported_in", Words),
    Column("confidence", Float, nullable=False),
    Column("review", Words),
    Column("data", JSON, nullable=False),
    Index("events_by_document", "document", "position"),
    Index("events_by_who", "who"),
    Index("events_by_day", "day"),
    Index("events_by_type", "type"),
)

PREDICTIONS = Table(
    "predictions",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("statement", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("condition", Words),
    Column("due", Words),
    Column("until", Words),  # the last day of when it is due
    Column("about", JSON, nullable=False),  # the ids of the entities that its sentence mentions
    Column("data", JSON, nullable=False),
    Index("predictions_by_document", "document", "position"),
    Index("predictions_by_statement", "statement"),
    Index("predictions_by_until", "until"),
)
"""What statements say will be, to come back to when it is due."""

DISPUTES = Table(
    "disputes",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("data", JSON, nullable=False),
    Index("disputes_by_document", "document"),
)
"""The disputes within each article, as it was read."""

COMPARED = Table(
    "compared", TABLES, Column("document", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
)
"""The documents of which the statements were compared with those of others."""

COMPARISONS = Table(
    "comparisons",
    TABLES,
    Column("first", Words, primary_key=True),  # ids of statements of two documents, the one that was said first first
    Column("second", Words, primary_key=True),
    Column("first_document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("second_document", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("clash", Float, nullable=False),
    Column("type", Words, nullable=False),
    Index("comparisons_by_first_document", "first_document"),
    Index("comparisons_by_second_document", "second_document"),
    sqlite_with_rowid=False,
)
"""What the comparer made of statements of different documents; of those alone of which it made something."""

IDENTITIES = Table(
    "identities",
    TABLES,
    Column("id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("name", Words),
    Column("called", Words, nullable=False),
    Column("folded", Words, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("statements", Integer, nullable=False),
    Column("mentions", Integer, nullable=False),
    Column("first", Words),
    Column("last", Words),
    Column("data", JSON, nullable=False),
    Index("identities_by_statements", "statements"),
)

INPUTS = Table(
    "inputs",
    TABLES,
    Column("id", Words, primary_key=True),  # made from the name, which may be longer than an index takes
    Column("name", Words, nullable=False),
    Column("stamp", Words),
    Column("document", ForeignKey("documents.id", ondelete="SET NULL")),
    Column("reason", Words),  # why it was skipped, null where it was read
    Column("settings", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Words, nullable=False),
)

DECISIONS = Table(
    "decisions",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("verb", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("document", Words, nullable=False),
    Column("change", JSON, nullable=False),
    Column("anchor", JSON, nullable=False),  # where the target stood, to find it in another reading
    Column("by", Words, nullable=False),
    Column("at", Words, nullable=False),
    Column("note", Words),
    Column("undone_by", Words),
    Column("undone_at", Words),
    Column("orphan", Boolean, nullable=False, default=False),
    Index("decisions_by_target", "target"),
    Index("decisions_by_document", "document"),
)

BANDS = Table(
    "bands",
    TABLES,
    Column("hash", sa.BigInteger, primary_key=True),
    Column("document", ForeignKey("documents.number", ondelete="CASCADE"), primary_key=True),
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
    Column("address", Words, primary_key=True),
    Column("current", Words, nullable=False),  # where it moved to for good
    Column("etag", Words),
    Column("modified", Words),
    Column("polled_at", Words),
    Column("next_at", Words, nullable=False),  # not to be asked before
    Column("failures", Integer, nullable=False),
    Column("trouble", Words),
    Column("gone", Boolean, nullable=False),
)
"""The feeds that are watched, and what their servers want to hear next time."""

QUERIES = Table(
    "queries",
    TABLES,
    Column("name", Words, primary_key=True),
    Column("wanted", JSON, nullable=False),
    Column("made_at", Words, nullable=False),
    Column("upto", Integer, nullable=False),  # the number of the last document of which the statements were told
)

DELIVERIES = Table(
    "deliveries",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("statement", Words, nullable=False, unique=True),
    Column("queries", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Words),
)
"""The statements that wait to be posted to a webhook."""

Step: TypeAlias = Callable[[sa.Connection], None]

SEARCHED = {"documents": ("title", "text"), "statements": ("said",)}
"""The columns that are searched for words, by table: by FTS5 in SQLite, by PostgreSQL's own search there."""

_LONGEST_INDEXED = 500_000
"""PostgreSQL indexes at most a megabyte of different words: of a text of more characters than this, the start."""


def create(connection: sa.Connection) -> None:
    """Make all tables of a new store."""
    TABLES.create_all(connection)
    commands = _sqlite_words if connection.dialect.name == "sqlite" else _postgres_words
    for table, columns in SEARCHED.items():
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


def add_events(connection: sa.Connection) -> None:
    """Make the tables of events and of predictions; `create` has made them where the store is new.

    What is in a store already has them once it was read again.
    """
    TABLES.create_all(connection, tables=[EVENTS, PREDICTIONS])


def add_disputes(connection: sa.Connection) -> None:
    """Make the tables of disputes and comparisons; those of an article are there once it was read again."""
    TABLES.create_all(connection, tables=[DISPUTES, COMPARED, COMPARISONS])


STEPS: Sequence[Step] = (create, add_events, add_disputes)
"""What each version of a store adds to the one before; a store's version is how many of them were taken."""
