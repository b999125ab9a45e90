"""Any source becomes a Document: a path, standard input, an http(s) address or text at hand.

    open_source(source)    read one source; the bytes, and then the suffix, choose the reader
    find_sources(sources)  the articles in folders, each file once
    from_text(text)        a Document of text that Python already holds
    check_date(value)      a date as precise as it is known, or WrongUsage

What cannot be read as an English article raises UnreadableSource and never hangs.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from onrecord.errors import UnreadableSource
from onrecord.ingest.text import MOST_BYTES, check_date, check_is_text, decode, from_text, show_name, too_big
from onrecord.model import Document

__all__ = ["MOST_BYTES", "Kind", "check_date", "find_sources", "from_text", "open_source"]

Kind: TypeAlias = Literal["text", "markdown", "html"]

_SUFFIXES: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BEFORE_HTML = rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*"
_HTML_START = re.compile(_BEFORE_HTML + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[a-zA-Z!/]")


# The readers of HTML, Markdown and the web load much, so each is imported where it is first needed.


def open_source(source: str | Path, *, kind: Kind | None = None, published: str | None = None) -> Document:
    """Return the article at a path, an http(s) address or `-` (standard input).

    `published` overrides the date that the source states. Raises UnreadableSource where there is no
    English article to read, WrongUsage where `published` is not a date.
    """
    if published is not None:
        check_date(published)
    name = show_name(source)
    address: str | None = None
    charset: str | None = None
    suggested: Kind | None = None
    if _is_address(source, name):
        from onrecord.ingest import web

        page = web.fetch(str(source), name=name)
        data, address, charset, suggested = page.data, page.address, page.charset, page.kind
    elif str(source) == "-":
        data = _read_standard_input()
    else:
        data = _read_file(source, name)
        suggested = _SUFFIXES.get(Path(source).suffix.lower())
    document = _read_bytes(data, kind or _choose_kind(data, suggested), name, address, charset)
    return document if published is None else replace(document, published=published)


def find_sources(sources: Iterable[str | Path]) -> Iterator[str | Path]:
    """Yield every source, with the articles of a folder, sorted, in the place of the folder.

    Hidden files and folders are left out, and a file or folder that comes twice counts once. What is
    missing, may not be listed or has no article in it goes through as it is, so that `open_source`
    can say why.
    """
    seen: set[str] = set()
    for source in sources:
        empty = True
        for found in _articles(source):
            empty = False
            key = _key(found)
            if key not in seen:
                seen.add(key)
                yield found
        if empty:
            yield source


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
            if path.suffix.lower() in _SUFFIXES:
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


def _stands_for_itself(source: str | Path) -> bool:
    return str(source) == "-" or (isinstance(source, str) and bool(_ADDRESS.match(source)))


def _is_address(source: str | Path, name: str) -> bool:
    match = _ADDRESS.match(source) if isinstance(source, str) else None
    if match and match[1].lower() not in ("http", "https"):
        found = f"an address that begins with {match[1]}://"
        raise UnreadableSource(name, found, "Save the article and name the file.")
    return match is not None


def _read_standard_input() -> bytes:
    try:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    except (AttributeError, ValueError, OSError) as error:  # closed, or None in a program without a console
        raise UnreadableSource("-", "standard input is closed", "Name a file instead.") from error
    if len(data) > MOST_BYTES:
        raise too_big("-", None)
    return data


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
    suffixes = " ".join(_SUFFIXES)
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
    """Return how bytes are read: HTML shows itself, the rest is what suffix or server say."""
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")  # UTF-16 markup without its zeros
    if _HTML_START.match(head):
        return "html"
    if suggested == "html" and not _TAG.search(data.replace(b"\0", b"")):
        return "text"
    return suggested or "text"


def _read_bytes(data: bytes, kind: Kind, name: str, address: str | None, charset: str | None) -> Document:
    check_is_text(data, name)
    if kind == "html":
        from onrecord.ingest import html

        text = decode(data, name=name, declared=charset or html.declared_charset(data))
        return html.read_html(text, name=name, address=address, size=len(data))
    text = decode(data, name=name, declared=charset)
    if kind == "markdown":
        from onrecord.ingest import markdown

        return markdown.read_markdown(text, name=name, address=address)
    return from_text(text, url=address, name=name)
