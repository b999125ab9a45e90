"""Files that hold many articles: found out by their bytes and walked as a stream, nothing put on disk."""

from __future__ import annotations

import io
import re
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, TypeAlias

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import Found, Item, Kind, Options
from onrecord.ingest.text import MOST_BYTES, show_name, too_big
from onrecord.ingest.unpack import Reader, format_of, peek, unpack

ARTICLES: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
}
CONTAINERS = (
    *(".jsonl", ".ndjson", ".rss", ".atom", ".rdf", ".warc", ".arc"),
    *(".zip", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz"),
)
_XML = ".xml"
"""It may be anything: in a folder or an archive it is read where it is a feed, and passed over where not."""
_PACKED = (".gz", ".bz2", ".xz")
_JSON_LINES = (".jsonl", ".ndjson")
_DEEPEST = 2
"""An archive, and one in it: a zip of WARC files is usual, a zip of zips of zips a bomb or a mistake."""

Container: TypeAlias = Literal["packed", "zip", "tar", "warc", "feed", "jsonl"]

_WARC = re.compile(rb"WARC/[0-9]|filedesc://")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UNPACK = "Unpack it by hand and name the folder."


def is_known(path: str) -> bool:
    """Tell whether a file's suffix is one of those that are looked for in folders and archives."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _PACKED:
        inner = PurePosixPath(PurePosixPath(path).stem).suffix.lower()
        return not inner or inner in ARTICLES or inner in CONTAINERS or inner == _XML
    return suffix in ARTICLES or suffix in CONTAINERS or suffix == _XML


def container_of(head: bytes, path: str, kind: Kind | None) -> Container | None:
    """Return what a file with such first bytes is, or None where it is one article."""
    suffix = PurePosixPath(path).suffix.lower()
    if format_of(head):
        return "packed"
    if head.startswith(_ZIP):
        return "zip"
    if head[257:262] == b"ustar" or (suffix == ".tar" and len(head) >= 512):
        return "tar"
    if _WARC.match(head):
        return "warc"
    if kind in ("feed", "jsonl"):
        return "feed" if kind == "feed" else "jsonl"
    if kind is None and _is_feed(head):
        return "feed"
    return "jsonl" if suffix in _JSON_LINES else None


def _is_feed(head: bytes) -> bool:
    if b"<" not in head and not head.startswith(b"Lo\xa7\x94"):
        return False  # not worth loading the reader of feeds
    from onrecord.ingest.feed import is_feed

    return is_feed(head)


def walk(stream: Reader, name: str, options: Options) -> Found:
    """Yield the articles in a container and, in the place of what cannot be read, why; always one thing at least.

    A file that is no container is yielded as one Item.
    """
    yield from guard(_walk(stream, name, name, options, 1), name)


def guard(found: Found, name: str) -> Found:
    """Yield what is found; what stops the reader of a container, or that it finds nothing, is yielded as an error."""
    empty = True
    try:
        for one in found:
            empty = False
            yield one
    except UnreadableSource as error:
        yield error
    except OSError as error:
        found_out = f"cannot be read to its end ({(error.strerror or str(error)).rstrip('.').lower()})"
        yield UnreadableSource(name, found_out, "Check the disk, or copy it again.")
    except Exception as error:  # a slip of ours on one archive must not lose the others
        slip = f"onrecord failed on it ({type(error).__name__}: {show_name(' '.join(str(error).split()))})"
        yield UnreadableSource(name, slip, "Please report it.")
    else:
        if empty:
            yield UnreadableSource(name, "a file without articles in it", "Name one that holds articles.")


def _walk(stream: Reader, name: str, path: str, options: Options, depth: int) -> Found:
    head = peek(stream)
    container = container_of(head, path, options.kind)
    if container == "packed":
        stream, path = unpack(stream, format_of(head) or "", name), _without_packing(path)
        head = peek(stream)
        container = container_of(head, path, options.kind)
        if container == "packed":
            raise UnreadableSource(name, "packed data that is packed twice", "Unpack it by hand and name the file.")
    if container is None:
        yield Item(name, _read_whole(stream, name), ARTICLES.get(PurePosixPath(path).suffix.lower()))
    elif depth > _DEEPEST:
        raise UnreadableSource(name, "an archive in an archive in an archive", _UNPACK)
    elif container in ("zip", "tar"):
        yield from _walk_archive(stream, name, container, options, depth)
    elif container == "warc":
        from onrecord.ingest import warc

        yield from warc.read_warc(stream, name)
    elif container == "jsonl":
        from onrecord.ingest import lines

        yield from lines.read_lines(stream, name, options)
    else:
        from onrecord.ingest import feed

        yield from feed.read_feed(_read_whole(stream, name), name)


def _without_packing(path: str) -> str:
    """Return the path without the suffix of its packing, so that the one before tells what is inside."""
    pure = PurePosixPath(path)
    if pure.suffix.lower() in (".tgz", ".tbz2", ".txz"):
        return str(pure.with_suffix(".tar"))
    return str(pure.with_suffix("")) if pure.suffix.lower() in _PACKED else path


def _walk_archive(stream: Reader, name: str, container: str, options: Options, depth: int) -> Found:
    from onrecord.ingest import archive

    if container == "zip":
        members = archive.read_zip(_seekable(stream, name, depth), name)
    else:
        members = archive.read_tar(stream, name)
    for member in members:
        if isinstance(member, UnreadableSource):
            yield member
        elif is_known(member.path) and not _is_other_xml(member.stream, member.path):
            yield from guard(_walk(member.stream, member.name, member.path, options, depth + 1), member.name)


def _is_other_xml(stream: Reader, path: str) -> bool:
    try:
        return PurePosixPath(path).suffix.lower() == _XML and not _is_feed(peek(stream))
    except UnreadableSource:  # which is said where it is read
        return False


def is_other_xml(path: Path) -> bool:
    """Tell whether a file on disk is XML by its suffix and no feed by its bytes."""
    if path.suffix.lower() != _XML or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return not _is_feed(file.read(4096))
    except OSError:
        return False


def _seekable(stream: Reader, name: str, depth: int) -> BinaryIO:
    """Return a zip's bytes so that they can be sought in: the file itself, or in memory where it is small."""
    if depth == 1 and stream.seekable():
        return stream
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        found = f"a ZIP archive of over {MOST_BYTES // 1_000_000} MB inside another or in a stream"
        raise UnreadableSource(name, found, _UNPACK)
    return io.BytesIO(data)


def _read_whole(stream: Reader, name: str) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_big(name, None)
    return data
