"""Searching the words of the articles of a store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onrecord.store.asking import Cut, Page
from onrecord.store.columns import Words
from onrecord.store.schema import DOCUMENTS
from onrecord.store.words import Terms, fts5_query, parse_terms, postgres_query

START, END = "\x02", "\x03"
"""Marks around the words that were found; no text has them."""
_LENGTH = 32
"""Words of an article that are shown around what was found."""
_TITLE_WEIGHT = 4.0
"""How much more a word in the title counts."""
_WEIGHTS: sa.ColumnElement[Any] = sa.literal_column(f"'{{0, 0, {1 / _TITLE_WEIGHT}, 1}}'::float4[]")
"""The same for PostgreSQL, where words of the text are of the class B and words of the title of A (schema.py)."""


def search(connection: sa.Connection, words: str, cut: Cut) -> Page:
    """Return the documents that have some words, the best first, with a snippet in which they are marked.

    The words are as `parse_terms` takes them.
    """
    terms = parse_terms(words)
    if not terms.wanted:
        return Page([], 0)
    return (_search_sqlite if connection.dialect.name == "sqlite" else _search_postgres)(connection, terms, cut)


def _search_sqlite(connection: sa.Connection, terms: Terms, cut: Cut) -> Page:
    given = {"words": fts5_query(terms), "limit": -1 if cut.limit is None else cut.limit, "offset": cut.offset}
    total = connection.scalar(sa.text("SELECT count(*) FROM documents_words WHERE documents_words MATCH :words"), given)
    # The snippets are made of the best alone: of all that match they would cost most of the time.
    query = sa.text(f"""
        SELECT d.id, d.published, d.publisher, d.title, d.url, d.name,
            snippet(documents_words, 1, '{START}', '{END}', ' … ', {_LENGTH}) AS snippet, best.score AS score
        FROM (
            SELECT rowid AS number, -bm25(documents_words, {_TITLE_WEIGHT}, 1.0) AS score
            FROM documents_words WHERE documents_words MATCH :words
            ORDER BY score DESC, rowid LIMIT :limit OFFSET :offset
        ) AS best
        JOIN documents_words ON documents_words.rowid = best.number
        JOIN documents AS d ON d.number = best.number
        WHERE documents_words MATCH :words
        ORDER BY best.score DESC, best.number
    """).columns(*_FOUND, sa.column("snippet", Words), sa.column("score", sa.Float))
    return Page([dict(row._mapping) for row in connection.execute(query, given)], total or 0)


_FOUND = tuple(DOCUMENTS.c[name] for name in ("id", "published", "publisher", "title", "url", "name"))


def _search_postgres(connection: sa.Connection, terms: Terms, cut: Cut) -> Page:
    asked = postgres_query(terms)
    indexed: sa.ColumnElement[Any] = sa.literal_column("documents.words_of")
    matches = indexed.op("@@")(asked)
    total = connection.scalar(sa.select(sa.func.count()).select_from(DOCUMENTS).where(matches))
    score = sa.func.ts_rank_cd(_WEIGHTS, indexed, asked).label("score")
    # The snippets are made of the best alone, as above.
    best = (
        sa.select(*_FOUND, DOCUMENTS.c.number, DOCUMENTS.c.text, score)
        .where(matches)
        .order_by(sa.desc("score"), DOCUMENTS.c.number)
        .limit(cut.limit)
        .offset(cut.offset)
        .subquery("best")
    )
    options = f"StartSel={START}, StopSel={END}, MaxWords={_LENGTH}, MinWords={_LENGTH // 2}, MaxFragments=1"
    headline = sa.func.ts_headline(sa.literal_column("'english'::regconfig"), best.c.text, asked, options, type_=Words)
    query = sa.select(*(best.c[column.name] for column in _FOUND), headline.label("snippet"), best.c.score)
    ordered = query.order_by(best.c.score.desc(), best.c.number)
    return Page([dict(row._mapping) for row in connection.execute(ordered)], total or 0)
