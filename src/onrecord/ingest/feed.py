"""RSS, Atom and RDF: the articles that a feed names or holds."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import feedparser

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import Found, Item, Names, read_date
from onrecord.ingest.text import show_name

_SHORTEST_ARTICLE = 200
"""Words: an excerpt has 55 in the usual settings of blogs, a short news report 150 and more."""
_EXCERPT_ENDS = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|read more\W*|continue reading\b.{0,200}|more\s*[»→])\s*$", re.I
)
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s+)?[^\s>]+\s+([^>]*)>", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[a-z0-9]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_BEFORE_ROOT = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)*", re.IGNORECASE | re.DOTALL)
_LONGEST_ENTITY = 100
_ITEM = re.compile(rb"<(?:[a-z0-9]+:)?(?:item|entry)\b", re.IGNORECASE)
_MOST_ITEMS, _MOST_TAGS, _MOST_ENTITIES = 10_000, 300_000, 2_000_000
"""Usual feeds have 10 to 100 items; on broken ones feedparser's work grows with the square of their tags."""
_W3C = b'"-//W3C//'
_EBCDIC = b"Lo\xa7\x94"
"""How `<?xm` begins on mainframes."""
_ADVICE = "Name the addresses of its articles instead."


def is_feed(head: bytes) -> bool:
    """Tell whether the first bytes of a file are those of a feed, in whatever encoding."""
    head = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if head.startswith(_EBCDIC):
        return True
    before = _BEFORE_ROOT.match(head)
    return bool(_ROOT.match(head, before.end() if before else 0))


def read_feed(
    data: bytes, name: str, *, address: str | None = None, charset: str | None = None, may_be_empty: bool = False
) -> Found:
    """Yield an Item for each article of a feed, in its order, each link once; nothing is fetched here.

    The Item of an article that stands in the feed whole (content:encoded or Atom content of 200 words and more
    that does not end like an excerpt) has its bytes; any other has the address to fetch. Raises UnreadableSource
    where there is no feed or one with XML entities that could blow up or reach out.
    """
    _check_size(data, name)
    _check_entities(data, name)
    feed = _parse(data, charset)
    if not feed.entries and not feed.version:
        raise UnreadableSource(name, "XML that is no feed (RSS, Atom, RDF)", "Name a feed or an article.")
    if not feed.entries and not may_be_empty:
        raise UnreadableSource(name, "a feed without items", "Try again later, or name an article.")
    names, seen = Names(name), set[str]()
    for number, entry in enumerate(feed.entries, 1):
        link = _link_of(entry, address)
        if link is None or link not in seen:
            seen.add(link or "")
            given = names.give(link or _string(entry.get("id")) or f"item {number}")
            yield _read_entry(entry, given, link, feed)


def _parse(data: bytes, charset: str | None) -> Any:
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        # Content is cleaned where articles are taken out of HTML, as that of any page.
        return feedparser.parse(
            _InMemory(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception:  # the feed is so broken that feedparser fails on it
        return feedparser.FeedParserDict(entries=[], version="")


class _InMemory:
    """Bytes that feedparser cannot mistake for an address or a path."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def _check_size(data: bytes, name: str) -> None:
    """Raise UnreadableSource for more items or tags than feedparser takes apart in good time."""
    items = len(_ITEM.findall(data))
    if items > _MOST_ITEMS or data.count(b"<") > _MOST_TAGS or data.count(b"&") > _MOST_ENTITIES:
        most = f"over the {_MOST_ITEMS:,} and their tags that are read"
        found = f"a feed with {items:,} items in {len(data) / 1_000_000:.1f} MB, {most}"
        raise UnreadableSource(name, found, _ADVICE)


def _check_entities(data: bytes, name: str) -> None:
    """Raise UnreadableSource where XML declares entities of entities, of other files or of much text."""
    for parameter, value in _ENTITY.findall(data.replace(b"\0", b"")):
        if parameter and _W3C in value:
            continue  # the names of accented letters, in every old RDF; feedparser drops the reference
        outside = not value.lstrip().startswith((b'"', b"'"))
        nested = re.search(rb"&(?!#)|%", value) is not None
        if parameter or outside or nested or len(value) > _LONGEST_ENTITY:
            found = "a feed that declares XML entities made of other entities, files or much text"
            raise UnreadableSource(name, found, _ADVICE)


def _read_entry(entry: Any, name: str, link: str | None, feed: Any) -> Item | UnreadableSource:
    item = Item(
        name,
        address=link,
        title=_string(entry.get("title")),
        publisher=_string(feed.feed.get("title")),
        byline=_string(entry.get("author")),
        published=_date_of(entry, feed.version),
    )
    page = _whole_article(entry)
    if page is not None:
        return replace(item, data=page.encode("utf-8", "replace"), kind="html", charset="utf-8")
    if link is None:
        return UnreadableSource(name, "an item with neither a link nor a whole article", _ADVICE)
    return item


def _whole_article(entry: Any) -> str | None:
    """Return the content of an entry as a page, where it is a whole article."""
    contents = [c for c in entry.get("content") or () if "html" in (c.get("type") or "")]
    longest = max((_string(c.get("value"), squeeze=False) or "" for c in contents), key=len, default="")
    text = _TAG.sub(" ", longest)
    if len(text.split()) < _SHORTEST_ARTICLE or _EXCERPT_ENDS.search(text.replace("&#8230;", "…").rstrip()):
        return None
    title = html.escape(_string(entry.get("title")) or "")
    return f"<html><head><title>{title}</title></head><body><article>{longest}</article></body></html>"


def _link_of(entry: Any, address: str | None) -> str | None:
    link = _string(entry.get("link"))
    if link is None:
        return None
    try:
        link = urljoin(address, link) if address else link
    except ValueError:
        return None
    return link if link.lower().startswith(("http://", "https://")) else None


def _date_of(entry: Any, version: str) -> str | None:
    # feedparser calls the one date of an RSS item (dc:date) an update; in Atom an update is no publication.
    field = "updated" if not dict.get(entry, "published") and not version.startswith("atom") else "published"
    # As written, not as parsed: in UTC an evening in New York is the next day.
    written = read_date(_string(dict.get(entry, field)))
    parsed = dict.get(entry, f"{field}_parsed")
    if written is None and parsed:
        return read_date(f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}")
    return written


def _string(value: object, *, squeeze: bool = True) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return show_name(" ".join(html.unescape(value).split())) if squeeze else value
