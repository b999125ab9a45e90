"""What a container holds: one article of it as an Item, and the options that say how sources are read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal, TypeAlias

from onrecord.errors import UnreadableSource, WrongUsage
from onrecord.ingest.text import show_name, stated_date

Kind: TypeAlias = Literal["text", "markdown", "html", "pdf", "feed", "jsonl"]

FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "maintext", "article_text", "full_text", "articlebody"),
    "title": ("title", "headline"),
    "url": ("url", "link"),
    "publisher": ("publisher", "source", "outlet", "publication", "source_domain"),
    "byline": ("byline", "author", "authors"),
    "published": ("published", "date", "date_publish", "pubdate", "publication_date", "datepublished"),
}
"""What of an article a JSON line may give, and under which names it is looked for, the first one that is there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a container: its bytes, or the address that they are to be fetched from.

    The name says where it is (`papers.zip#2018/a.html`) and is the same in each run. What the container
    states about the article outranks what its bytes state; of a page that is fetched for it, the page's own word does.
    """

    name: str
    data: bytes | None = None
    kind: Kind | None = None
    charset: str | None = None
    address: str | None = None
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published: str | None = None
    fetched: bool = False

    def __str__(self) -> str:
        return self.name


Source: TypeAlias = str | Path | Item
Found: TypeAlias = Iterator[Item | UnreadableSource]
"""What a reader of containers yields: articles, and in the place of what cannot be read, why."""


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read: their kind, their date and the fields of JSON lines, where the user gives them."""

    kind: Kind | None = None
    published: str | None = None
    fields: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        for name in self.fields or {}:
            if name not in FIELDS:
                raise WrongUsage(f"{name!r} is nothing that a field can give: write one of {', '.join(FIELDS)}")


class Names:
    """Gives each member of a container a name of its own; one that comes twice gets a number, from 2."""

    def __init__(self, container: str) -> None:
        self._container = container
        self._given: dict[int, int] = {}  # hashes: a crawl has a hundred thousand names

    def give(self, member: str) -> str:
        """Return the full name of a member."""
        member = show_name(member)
        count = self._given[hash(member)] = self._given.get(hash(member), 0) + 1
        return f"{self._container}#{member}" + (f" ({count})" if count > 1 else "")


_COMPACT = re.compile(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_SECONDS = re.compile(r"[0-9]{9,10}(?:[0-9]{3})?")


def read_date(value: object) -> str | None:
    """Return the date that a container states, as the day it was where it was written, or None.

    ISO 8601, the dates of mail and RSS (`Mon, 04 Mar 2024 23:30:00 -0500`), `20240304` and seconds since
    1970 are read. One that can be read in two ways (`03/04/2024`) is none.
    """
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if _SECONDS.fullmatch(text.split(".")[0]):
        return _from_seconds(int(text[:10]) if len(text.split(".")[0]) > 10 else int(text.split(".")[0]))
    compact = _COMPACT.match(text)
    if compact:
        return stated_date("-".join(compact.groups()))
    stated = stated_date(text)
    if stated is not None:
        return stated
    try:
        return stated_date(parsedate_to_datetime(text).date().isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _from_seconds(seconds: int) -> str | None:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()
