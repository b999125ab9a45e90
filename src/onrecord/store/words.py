"""Words that are searched for, as each database asks for them: by FTS5 in SQLite, by PostgreSQL's own search there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from onrecord.errors import WrongUsage
from onrecord.store.columns import REFUSED

_TERM = re.compile(r'(-?)"([^"]*)"|(\S+)')
_LETTERS = re.compile(r"\w+")
_MOST = 100
"""Terms that are searched for at once."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is searched for: words and phrases. Of each of `wanted` one at least has to be there, of `unwanted` none."""

    wanted: Sequence[Sequence[str]]
    unwanted: Sequence[str]


def parse_terms(words: str) -> Terms:
    """Return words as they are typed, whatever marks they have, as terms; raise WrongUsage where they are too many.

    "two words" in quotation marks are a phrase, -word leaves out, `or` between two takes either.
    """
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    either = False
    for minus, phrase, word in _TERM.findall(REFUSED.sub(" ", words)):
        term = phrase or word.lstrip("-")
        if word.lower() == "or" and wanted:
            either = True
        elif not _LETTERS.search(term):
            continue
        elif minus or word.startswith("-"):
            unwanted.append(term)
        elif either:
            wanted[-1].append(term)
            either = False
        else:
            wanted.append([term])
    if sum(map(len, wanted)) + len(unwanted) > _MOST:
        raise WrongUsage(f"more than {_MOST} words are searched for: leave some out, or put them in quotation marks")
    return Terms(wanted, unwanted if wanted else [])


def fts5_query(terms: Terms) -> str:
    """Return terms as FTS5 asks for them, "" where nothing is asked for."""
    wanted = " AND ".join(f"({' OR '.join(map(_fts5_phrase, either))})" for either in terms.wanted)
    unwanted = " OR ".join(map(_fts5_phrase, terms.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _fts5_phrase(term: str) -> str:
    return f'"{" ".join(_LETTERS.findall(term))}"'


def postgres_query(terms: Terms) -> sa.TextClause:
    """Return terms as PostgreSQL asks for them: a tsquery. It passes over words as common as "the"."""
    asked: dict[str, str] = {}

    def phrase(term: str) -> str:
        name = f"term_{len(asked)}"
        asked[name] = term
        return f"phraseto_tsquery('english', :{name})"

    wanted = [f"({' || '.join(map(phrase, either))})" for either in terms.wanted]
    unwanted = [f"!!{phrase(term)}" for term in terms.unwanted]
    return sa.text(f"({' && '.join([*wanted, *unwanted])})").bindparams(**asked)


def with_words(connection: sa.Connection, table: str, words: str) -> sa.Select[Any]:
    """Return the query of the numbers of the rows of a table that have some words."""
    terms = parse_terms(words)
    if not terms.wanted:
        return sa.select(sa.literal(0)).where(sa.false())
    if connection.dialect.name == "sqlite":
        index = sa.table(f"{table}_words", sa.column("rowid"))
        matches = sa.text(f"{table}_words MATCH :about").bindparams(about=fts5_query(terms))
        return sa.select(index.c.rowid).select_from(index).where(matches)
    rows = sa.table(table, sa.column("number"), sa.column("words_of"))
    return sa.select(rows.c.number).where(rows.c.words_of.op("@@")(postgres_query(terms)))
