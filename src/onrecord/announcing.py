"""Telling others of statements: as JSON to a webhook, or as an Atom feed in a file."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import urllib3

from onrecord.errors import OnrecordError, UnreadableSource, WrongUsage
from onrecord.ingest import web

MOST_ENTRIES = 100
"""Statements in an Atom feed: the latest."""
_LIMITS = web.Limits(connect=5, read=10, total=15)
_ATOM = "http://www.w3.org/2005/Atom"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""
_LONGEST_TITLE = 120
_STATEMENT = (
    "id", "day", "said_on", "holder", "speaker", "act", "negated", "form", "said", "channel",
    "channel_name", "told", "confidence", "review",
)  # fmt: skip
_NEVER = "1970-01-01T00:00:00Z"


class Undelivered(OnrecordError):
    """A webhook did not take what was posted; `retry_after` is what its server asks for, in its own words."""

    def __init__(self, reason: str, retry_after: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class Webhook:
    """An address that statements are posted to: https, or http on this machine."""

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
            fit = safe and bool(parts.hostname)
            self.name = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            fit = False
        if not fit:
            raise WrongUsage("--webhook takes an https:// address, or an http:// address of this machine")
        self._address = address

    def post(self, row: Mapping[str, Any]) -> None:
        """Post a statement; raise Undelivered where it is not taken.

        The id of the statement is its Idempotency-Key: one that comes twice is the same.
        """
        body = json.dumps(payload_of(row), ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json", "Idempotency-Key": row["id"], "User-Agent": web.USER_AGENT}
        try:
            status, after = web.within(lambda: self._post(body, headers), name=self.name, limits=_LIMITS)
        except UnreadableSource as error:
            raise Undelivered(f"{self.name}: {error.found}") from None  # the cause has the whole address in it
        if not 200 <= status < 300:
            raise Undelivered(f"{self.name}: the server answers {status}", after)

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str | None]:
        timeout = urllib3.Timeout(connect=_LIMITS.connect, read=_LIMITS.read)
        with urllib3.PoolManager() as pool:
            response = pool.request(
                "POST", self._address, body=body, headers=headers, timeout=timeout, retries=False, redirect=False,
                preload_content=False,
            )  # fmt: skip
            try:
                return response.status, response.headers.get("Retry-After")
            finally:
                response.close()


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def payload_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is posted of a statement: it, its article, and the queries that it matches."""
    document = {name: row[name] for name in ("title", "url", "publisher", "published")}
    return {
        "id": row["id"],
        "queries": row["queries"],
        "statement": {name: row[name] for name in _STATEMENT},
        "document": {"id": row["document"], **document},
    }


def write_atom(path: Path, rows: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> bool:
    """Write statements into an Atom feed, in the place of the one that is there; return False where nothing changed."""
    data = atom_of(rows, queries)
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True


def atom_of(rows: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> bytes:
    """Return statements as an Atom feed, in their order."""
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    about = hashlib.sha256("\0".join(queries).encode("utf-8", "replace")).hexdigest()[:12]
    _add(feed, "id", f"urn:onrecord:queries:{about}")
    _add(feed, "title", f"onrecord: {', '.join(queries) or 'no saved query'}")
    _add(feed, "updated", max((str(row["added"]) for row in rows), default=_NEVER))
    _add(_add(feed, "author"), "name", "onrecord")
    _add(feed, "generator", "onrecord")
    for row in rows:
        _add_entry(feed, row)
    ElementTree.indent(feed)
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_entry(feed: ElementTree.Element, row: Mapping[str, Any]) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:onrecord:{row['id']}")
    _add(entry, "title", _title(row))
    _add(entry, "updated", row["added"])
    if _is_page(row["url"]):
        _add(entry, "link", rel="alternate", href=row["url"])
    for query in row["queries"]:
        _add(entry, "category", term=query)
    _add(entry, "content", "\n\n".join(_lines(row)), type="text")


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    clean = {key: _UNFIT.sub("", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, name, clean)
    child.text = None if text is None else _UNFIT.sub("", text)
    return child


def _title(row: Mapping[str, Any]) -> str:
    act = f"not {row['act']}" if row["negated"] else row["act"]
    line = " ".join(f"{row['holder'] or 'no holder named'} · {act}: {quoted(row)}".split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 2].rsplit(" ", 1)[0] + " …"


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield quoted(row)
    where = (row["title"], row["publisher"], row["published"], row["id"])
    yield " · ".join(str(part) for part in where if part)


def quoted(row: Mapping[str, Any]) -> str:
    """Return what was said, in quotation marks where these are the words."""
    return f"“{row['said']}”" if row["form"] == "direct" else str(row["said"])


def _is_page(address: str | None) -> bool:
    return address is not None and address.lower().startswith(("http://", "https://")) and " " not in address
