"""WARC and ARC: the pages of a web crawl, one record after the other."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping
from typing import Any, Protocol

import urllib3
from urllib3.exceptions import HTTPError
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import Found, Item, Names
from onrecord.ingest.text import MOST_BYTES, show_name, too_big
from onrecord.ingest.unpack import Reader, format_of, unpack

# warcio (Apache 2.0, kept by Webrecorder) reads WARC 0.17 to 1.1 and ARC alike; of the faster ones none reads ARC.
# Only its parsing of headers is used: its own walk from record to record reads lines of any length, writes to
# stderr, and cannot go on after a record whose length is wrong.

logging.getLogger("warcio").addHandler(logging.NullHandler())  # else its warnings end up on the console

_LONGEST_LINE = 65_536
_LONGEST_HEADER = 1_000_000
_BLOCK = 65_536
_START = re.compile(rb"WARC/[0-9]+\.[0-9]+\s*\Z")
_ARC_START = re.compile(rb"(?:filedesc|https?|ftp|dns)://?\S.* [0-9]{8,} \S+ \S+\s*\Z", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_WITH_PAGES = ("response", "resource")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_ADVICE = "Copy or download the archive again."


class _Broken(Exception):
    """What is wrong with a record."""


class _Lines:
    """A stream as warcio reads it, whose lines and headers are bounded and which knows its offset."""

    def __init__(self, stream: Reader) -> None:
        self._stream = stream
        self.offset = 0
        self.ended = False
        self._left = _LONGEST_HEADER

    def begin_header(self) -> None:
        """Let a new header have its full length."""
        self._left = _LONGEST_HEADER

    def readline(self, size: int = _LONGEST_LINE) -> bytes:
        line = self._stream.readline(min(size, _LONGEST_LINE))
        self.ended = not line.endswith(b"\n") and len(line) < min(size, _LONGEST_LINE)
        self.offset += len(line)
        self._left -= len(line)
        if len(line) == _LONGEST_LINE or self._left < 0:
            raise _Broken("a header that does not end")
        return line

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.offset += len(data)
        return data

    def tell(self) -> int:
        return self.offset


class _Record(Protocol):
    """What of warcio's record is used."""

    rec_type: str | None
    rec_headers: Any
    http_headers: Any
    raw_stream: Any
    length: int | None
    """None where it is not stated, 0 where what is stated is no number."""


def read_warc(stream: Reader, name: str) -> Found:
    """Yield the pages of a WARC or ARC file that is unpacked, and what of it cannot be read.

    A page is an answer 200 with HTML. Requests, redirects, images and other records are passed over. The date
    of the crawl is no date of publication and is not kept.
    """
    lines, names = _Lines(stream), Names(name)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    line = _find_start(lines)
    while line:
        start = lines.offset - len(line)
        lines.begin_header()
        try:
            try:
                record = loader.parse_record_stream(lines, statusline=line)
            except EOFError:
                raise _Broken("a record that breaks off in its header") from None
            except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, TypeError) as error:
                reason = "a record that breaks off in its header" if lines.ended else "something that is no record"
                raise _Broken(reason) from error
            found = _read_record(record, names, start)
            line = _next_start(lines, record)
        except _Broken as error:
            yield UnreadableSource(names.give(f"offset {start}"), show_name(str(error)), _ADVICE)
            line = _find_start(lines)
        else:
            if found is not None:
                yield found


def _skip_blank(lines: _Lines) -> bytes:
    """Return the next line that is not blank; none at the end."""
    while True:
        lines.begin_header()
        line = lines.readline()
        if line.strip() or not line:
            return line


def _next_start(lines: _Lines, record: _Record) -> bytes:
    """Return the first line after a record; raise _Broken where that is not the start of another."""
    line = _skip_blank(lines)
    if line and not _is_start(line):
        raise _Broken(f"a record whose stated length ({record.length} bytes) is wrong; what follows it may be lost")
    return line


def _is_start(line: bytes) -> bool:
    return bool(_START.match(line) or _ARC_START.match(line))


def _find_start(lines: _Lines) -> bytes:
    """Return the next line at which a record begins; none at the end."""
    while True:
        lines.begin_header()
        try:
            line = lines.readline()
        except _Broken:
            continue
        if not line or _is_start(line):
            return line


def _read_record(record: _Record, names: Names, start: int) -> Item | UnreadableSource | None:
    """Return the page of a record, why it cannot be read, or None where it has none."""
    stated = record.rec_headers.get_header("Content-Length") or record.rec_headers.get_header("length") or ""
    if record.length is None or (not stated.strip().isdigit() and record.rec_type in _WITH_PAGES):
        raise _Broken("a record without a length")
    if not _has_page(record):
        _drain(record)
        return None
    body = record.raw_stream.read(min(record.length, MOST_BYTES + 1))
    big = len(body) > MOST_BYTES
    _drain(record)
    given = names.give(_identify(record, start))
    if big:
        return too_big(given, record.length)
    headers = _headers_of(record)
    try:
        data = _decode_body(body, headers, given)
    except UnreadableSource as error:
        return error
    except _Broken as error:
        return UnreadableSource(given, show_name(str(error)), "Save the page by hand and name the file.")
    if len(data) > MOST_BYTES:
        return too_big(given, None)
    declared = headers.get("content-type", "")
    if not declared and not _HTML.match(data[:4096]):
        return None
    charset = _CHARSET.search(declared)
    return Item(given, data, "html", charset[1] if charset else None, _address_of(record))


def _has_page(record: _Record) -> bool:
    """Tell whether a record may hold a page: an answer 200 of HTML, or a file of HTML kept as it is."""
    if record.rec_type not in _WITH_PAGES:
        return False
    status = record.http_headers.get_statuscode() if record.http_headers is not None else None
    if record.rec_type == "response" and status != "200":
        return False
    kind = _headers_of(record).get("content-type", "").split(";")[0].strip().lower()
    return kind in _PAGE_TYPES or (not kind and record.rec_type == "response")


def _headers_of(record: _Record) -> Mapping[str, str]:
    headers = record.http_headers or record.rec_headers
    return {name.lower(): value for name, value in reversed(headers.headers)}


def _address_of(record: _Record) -> str | None:
    address = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri") or ""
    address = address.strip().removeprefix("<").removesuffix(">")
    return address if address.lower().startswith(("http://", "https://")) else None


def _identify(record: _Record, start: int) -> str:
    """Return the id of a record, or where it begins among the unpacked bytes."""
    stated = (record.rec_headers.get_header("WARC-Record-ID") or "").strip().strip("<>").removeprefix("urn:uuid:")
    return stated or f"offset {start}"


def _drain(record: _Record) -> None:
    """Pass over what is left of a record; raise _Broken where the file ends before it does."""
    while record.raw_stream.read(_BLOCK):
        pass
    missing = record.raw_stream.limit
    if missing > 0:
        raise _Broken(f"a record that breaks off ({missing} of its {record.length} bytes are missing)")


def _decode_body(body: bytes, headers: Mapping[str, str], name: str) -> bytes:
    """Return the body of an answer without its chunks and its packing.

    Crawlers may keep a body decoded and its headers as they came, so the bytes have the last word. Raises
    UnreadableSource or _Broken where it cannot be unpacked.
    """
    if headers.get("transfer-encoding", "").strip().lower() == "chunked":
        body = ChunkedDataReader(io.BytesIO(body)).read(MOST_BYTES + 1)
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity", "none", "utf-8") or _HTML.match(body[:4096]):
        return body
    if encoding in ("gzip", "x-gzip"):
        # Not by urllib3, to which one that breaks off is whole.
        return unpack(io.BytesIO(body), "gzip", name).read(MOST_BYTES + 1) if format_of(body) == "gzip" else body
    response = urllib3.HTTPResponse(
        io.BytesIO(body), headers={"content-encoding": encoding}, status=200, preload_content=False
    )
    try:
        data = response.read(MOST_BYTES + 1, decode_content=True)
    except (HTTPError, ValueError, OSError, EOFError) as error:
        raise _Broken(f"a page that cannot be unpacked ({encoding})") from error
    if data == body or (body and not data):
        raise _Broken(f"a page packed in a way that is not read here ({encoding})")
    return data
