"""Any source becomes a Document: a path, standard input, an http(s) address or text at hand.

    find_sources(sources)  the articles in folders, archives, feeds, crawls and JSON lines, each once, as a stream
    open_source(source)    read one of them; the bytes, and then the suffix, choose the reader
    from_text(text)        a Document of text that Python already holds
    check_date(value)      a date as precise as it is known, or WrongUsage

What cannot be read as an English article raises UnreadableSource and never hangs; in the stream of
`find_sources` it is a Skipped.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from onrecord.errors import UnreadableSource
from onrecord.ingest.containers import ARTICLES, CONTAINERS, container_of, guard, is_known, is_other_xml, walk
from onrecord.ingest.item import FIELDS, Found, Item, Kind, Options, Source
from onrecord.ingest.text import MOST_BYTES, check_date, check_is_text, decode, from_text, show_name, too_big
from onrecord.ingest.unpack import Reader, peek
from onrecord.model import Document, Skipped

if TYPE_CHECKING:
    from onrecord.ingest import web

__all__ = [
    "FIELDS",
    "MOST_BYTES",
    "Item",
    "Kind",
    "Options",
    "Source",
    "check_date",
    "count_sources",
    "find_sources",
    "from_text",
    "is_address",
    "open_source",
    "with_page",
]

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_FEED_ADDRESS = re.compile(r"(?:^|[/._-])(?:rss|atom|rdf|feeds?|xml)(?:$|[/._-])", re.IGNORECASE)
_BEFORE_HTML = rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*"
_HTML_START = re.compile(_BEFORE_HTML + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[a-zA-Z!/]")


# The readers of HTML, Markdown, PDF, feeds, crawls and the web load much, so each is imported where it is first needed.


def open_source(source: Source, *, kind: Kind | None = None, published: str | None = None) -> Document:
    """Return the article at a path, an http(s) address or `-` (standard input), or that of an Item.

    `published` overrides the date that the source states. Raises UnreadableSource where there is no
    English article to read or more than one, WrongUsage where `published` is not a date.
    """
    if published is not None:
        check_date(published)
    if isinstance(source, Item):
        document = _open_item(source, kind)
    else:
        name = show_name(source)
        inside = _look_into(source, name, Options(kind))
        document = _open_alone(source, name, kind) if inside is None else _open_only(inside, name, kind)
    return document if published is None else replace(document, published=published)


def find_sources(sources: Iterable[Source], options: Options | None = None) -> Iterator[Source | Skipped]:
    """Yield every source, with the articles of a folder or container, in its order, in the place of it.

    A file or address that is one article goes through as it is; one inside a container becomes an Item, and what
    of a container cannot be read a Skipped. Hidden files and folders are left out, and a file or folder that comes
    twice counts once. What is missing, may not be listed or has no article in it goes through as it is, so that
    `open_source` can say why. Nothing is fetched but feeds: addresses with a word like `feed` or `rss` in them, or
    all where `options.kind` is "feed".
    """
    options = options or Options()
    seen: set[str] = set()
    for source in sources:
        if isinstance(source, Item):
            yield source
            continue
        empty = True
        for found in _articles(source):
            empty = False
            key = _key(found)
            if key not in seen:
                seen.add(key)
                yield from _expand(found, options)
        if empty:
            yield source


def _expand(source: str | Path, options: Options) -> Iterator[Source | Skipped]:
    """Yield a source, or what it contains."""
    name = show_name(source)
    try:
        inside = _look_into(source, name, options)
    except UnreadableSource:  # which `open_source` will meet again and raise
        inside = None
    if inside is None:
        yield source
        return
    for found in inside:
        yield Skipped(found.name, str(found)) if isinstance(found, UnreadableSource) else found


def _look_into(source: str | Path, name: str, options: Options) -> Found | None:
    """Return the articles in a container, or None where a source is one article or cannot be opened."""
    if str(source) == "-":
        return walk(_open_standard_input(), name, options)
    if _is_address(source, name):
        return _look_into_feed(str(source), name, options) if _may_be_feed(str(source), options.kind) else None
    try:
        if not stat.S_ISREG(os.stat(source).st_mode):
            return None
        with open(source, "rb") as file:
            head = file.read(4096)
    except (OSError, ValueError):
        return None
    return None if container_of(head, name, options.kind) is None else _walk_file(source, name, options)


def _walk_file(path: str | Path, name: str, options: Options) -> Found:
    try:
        with open(path, "rb") as file:
            yield from walk(file, name, options)
    except OSError as error:
        yield _refused(error, name)


def _may_be_feed(address: str, kind: Kind | None) -> bool:
    """Tell whether an address is worth fetching before its turn, as there may be many articles behind it."""
    if kind is not None:
        return kind == "feed"
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(_FEED_ADDRESS.search(parts.path) or re.match(r"(?:rss|feeds?)\.", parts.netloc, re.IGNORECASE))


def _look_into_feed(address: str, name: str, options: Options) -> Found:
    """Yield the articles of a feed on the web; a page that is none as an Item, now that it is here."""
    from onrecord.ingest import web

    try:
        page = web.fetch(address, name=name)
    except UnreadableSource as error:
        yield error
        return
    if container_of(page.data[:4096], "", options.kind) != "feed":
        yield Item(name, page.data, page.kind, page.charset, page.address)
        return
    from onrecord.ingest import feed

    yield from guard(feed.read_feed(page.data, name, address=page.address, charset=page.charset), name)


def _open_alone(source: str | Path, name: str, kind: Kind | None) -> Document:
    if _is_address(source, name):
        return _open_item(Item(name, address=str(source)), kind)
    data = _read_file(source, name)
    return _read_bytes(data, kind, ARTICLES.get(Path(source).suffix.lower()), name)


def _open_only(inside: Found, name: str, kind: Kind | None) -> Document:
    """Return the article of a container that has but one."""
    found = list(islice(inside, 2))
    if len(found) > 1:
        raise UnreadableSource(name, "a file that holds several articles", "Read it with read_many.")
    if isinstance(found[0], UnreadableSource):
        raise found[0]
    return _open_item(found[0], kind)


def _open_item(item: Item, kind: Kind | None) -> Document:
    """Return the article of an Item, with what its container states about it."""
    if item.data is not None:
        document = _read_bytes(item.data, kind, item.kind, item.name, item.address, item.charset)
    else:
        from onrecord.ingest import web

        item = with_page(item, web.fetch(item.address or "", name=item.name))
        return _open_item(item, kind)
    first: Document | Item = document if item.fetched else item
    second: Document | Item = item if item.fetched else document
    return replace(
        document,
        title=first.title or second.title,
        publisher=first.publisher or second.publisher,
        byline=first.byline or second.byline,
        published=first.published or second.published,
    )


def with_page(item: Item, page: web.Page) -> Item:
    """Return an Item with the page that was fetched for it."""
    return replace(item, data=page.data, kind=page.kind, charset=page.charset, address=page.address, fetched=True)


def count_sources(sources: Iterable[str | Path]) -> int | None:
    """Return how many articles there are to read, None where only reading shows it: in archives, feeds, crawls."""
    count = 0
    for source in sources:
        for found in _articles(source):
            if not is_address(found) and Path(found).suffix.lower() not in ARTICLES:
                return None
            count += 1
    return count


def _articles(source: str | Path) -> Iterable[str | Path]:
    is_folder = not _stands_for_itself(source) and os.path.isdir(source)
    return _walk(Path(source)) if is_folder else [source]


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the articles below a folder and the folders that may not be listed."""
    waiting = [folder]
    entered: set[str] = set()
    while waiting:
        path = waiting.pop()
        if not _is_folder(path):
            if is_known(path.name) and not is_other_xml(path):
                yield path
            continue
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        try:
            inside = sorted(path.iterdir(), reverse=True)
        except OSError:
            yield path
            continue
        waiting.extend(path for path in inside if not path.name.startswith("."))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it lies in a folder that may not be entered
        return False


def _key(source: str | Path) -> str:
    """Return what two names of one file have in common."""
    if _stands_for_itself(source) or "\0" in str(source):
        return str(source)
    return os.path.realpath(source)


def is_address(source: object) -> bool:
    """Tell whether a source is an address rather than a path."""
    return isinstance(source, str) and bool(_ADDRESS.match(source))


def _stands_for_itself(source: str | Path) -> bool:
    return str(source) == "-" or is_address(source)


def _is_address(source: str | Path, name: str) -> bool:
    match = _ADDRESS.match(source) if isinstance(source, str) else None
    if match and match[1].lower() not in ("http", "https"):
        found = f"an address that begins with {match[1]}://"
        raise UnreadableSource(name, found, "Save the article and name the file.")
    return match is not None


def _open_standard_input() -> Reader:
    try:
        stream = sys.stdin.buffer
        # In tests and notebooks it may be any stream, and only this kind can be peeked into.
        reader = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
        peek(reader)
    except (AttributeError, ValueError, OSError) as error:  # closed, or None in a program without a console
        raise UnreadableSource("-", "standard input is closed", "Name a file instead.") from error
    return reader


def _read_file(path: str | Path, name: str) -> bytes:
    """Return the bytes of a regular file of a size that an article can have."""
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            any(Path(path).iterdir())  # raises where it may not be listed
            raise _folder(path, name)
        if not stat.S_ISREG(status.st_mode):
            found = f"{_special(status.st_mode)}, not a file"
            raise UnreadableSource(name, found, "Name a file, or pipe the article in and name - instead.")
        if status.st_size > MOST_BYTES:
            raise too_big(name, status.st_size)
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refused(error, name) from error
    if len(data) > MOST_BYTES:  # it grew meanwhile, or is one of those that state no size
        raise too_big(name, None)
    return data


def _folder(path: str | Path, name: str) -> UnreadableSource:
    if any(True for _ in _walk(Path(path))):
        return UnreadableSource(name, "a folder", "Name the files in it, or read the folder with read_many.")
    suffixes = " ".join((*ARTICLES, *CONTAINERS))
    return UnreadableSource(name, "a folder without articles", f"Name a folder with files that end in {suffixes}.")


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _refused(error: OSError | ValueError, name: str) -> UnreadableSource:
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENOTDIR):
        return UnreadableSource(name, "no such file", "Check the path.")
    if number in (errno.EACCES, errno.EPERM):
        return UnreadableSource(name, "permission denied", "Ask its owner for the right to read it.")
    if number == errno.ELOOP:
        return UnreadableSource(name, "a loop of links", "Name the file that is meant.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableSource(name, f"cannot be opened ({reason.rstrip('.').lower()})", "Check the path.")


def _choose_kind(data: bytes, suggested: Kind | None) -> Kind:
    """Return how bytes are read: PDF and HTML show themselves, the rest is what suffix or server say."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")  # UTF-16 markup without its zeros
    if _HTML_START.match(head):
        return "html"
    if container_of(data[:4096], "", None) == "feed":
        return "feed"
    if suggested == "html" and not _TAG.search(data.replace(b"\0", b"")):
        return "text"
    return suggested or "text"


def _read_bytes(
    data: bytes,
    kind: Kind | None,
    suggested: Kind | None,
    name: str,
    address: str | None = None,
    charset: str | None = None,
) -> Document:
    chosen = kind if kind is not None and kind not in ("feed", "jsonl") else _choose_kind(data, suggested)
    if chosen == "pdf" and data.strip():
        from onrecord.ingest import pdf

        return pdf.read_pdf(data, name=name, address=address)
    check_is_text(data, name)
    if chosen == "feed":
        raise _unfollowed(data, name)
    if chosen == "html":
        from onrecord.ingest import html

        text = decode(data, name=name, declared=charset or html.declared_charset(data))
        return html.read_html(text, name=name, address=address, size=len(data))
    text = decode(data, name=name, declared=charset)
    if chosen == "markdown":
        from onrecord.ingest import markdown

        return markdown.read_markdown(text, name=name, address=address)
    return from_text(text, url=address, name=name)


def _unfollowed(data: bytes, name: str) -> UnreadableSource:
    """Return the error for a feed where an article was expected: a page has led to it."""
    if container_of(data[:4096], "", None) != "feed":
        return UnreadableSource(name, "XML that is no article", "Name the address of a page.")
    advice = 'To read its articles, read it with kind="feed" (on the command line: --kind feed).'
    return UnreadableSource(name, "a feed, not an article", advice)
