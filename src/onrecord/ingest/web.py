"""The web: one page fetched with bounds on time, size and redirects."""

from __future__ import annotations

import queue
import re
import threading
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    ResponseError,
    SSLError,
)

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import Kind
from onrecord.ingest.text import MOST_BYTES, show_name, too_big

_MOST_REDIRECTS = 5
_TRY_LATER = "Try again later, or save the page and name the file."
_SAVE_PAGE = "Save the article from your browser and name the file."
_CHECK_BOTH = "Check the address and the connection."
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_KINDS: dict[str, Kind | None] = {
    "": None,
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/xml": "feed",
    "text/xml": "feed",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seconds a fetch may take: to connect, between two reads, and in all."""

    connect: float = 10
    read: float = 30
    total: float = 60


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent: the bytes, the address after redirects and what the header says."""

    data: bytes
    address: str
    kind: Kind | None
    charset: str | None


def fetch(address: str, *, name: str, limits: Limits | None = None) -> Page:
    """Return the page at an http(s) address; raise UnreadableSource where there is none."""
    limits = limits or Limits()
    outcome: queue.Queue[Page | Exception] = queue.Queue()

    def work() -> None:
        try:
            outcome.put(_fetch(address, name, limits))
        except Exception as error:
            outcome.put(error)

    # In a thread of its own, as neither the name server nor a server that sends a byte a second
    # keeps to the timeouts of a socket.
    threading.Thread(target=work, daemon=True).start()
    try:
        result = outcome.get(timeout=limits.total)
    except queue.Empty:
        raise UnreadableSource(name, f"no whole page within {limits.total:g} seconds", _TRY_LATER) from None
    if isinstance(result, Page):
        return result
    if isinstance(result, UnreadableSource):
        raise result
    raise _explain(result, name, limits) from result


def _fetch(address: str, name: str, limits: Limits) -> Page:
    retries = urllib3.Retry(None, connect=0, read=0, redirect=_MOST_REDIRECTS, status=0, other=0)
    timeout = urllib3.Timeout(connect=limits.connect, read=limits.read)
    headers = {"User-Agent": "onrecord", "Accept": "text/html, text/plain, */*;q=0.5"}
    with urllib3.PoolManager(headers=headers) as pool:
        response = pool.request("GET", address, preload_content=False, retries=retries, timeout=timeout)
        try:
            if response.status != 200:
                found = f"the server answers {response.status}"
                raise UnreadableSource(name, found, _advice(response.status))
            declared = response.headers.get("Content-Type", "")
            kind = declared.split(";")[0].strip().lower()
            if kind not in _KINDS:
                found = f"the server sends {show_name(kind)}, not an article"
                raise UnreadableSource(name, found, "Name the address of a page.")
            data = response.read(MOST_BYTES + 1, decode_content=True)
            if len(data) > MOST_BYTES:
                raise too_big(name, None)
            charset = _CHARSET.search(declared)
            for step in response.retries.history if response.retries else ():
                address = urljoin(address, step.redirect_location or "")
            return Page(data, address, _KINDS[kind], charset[1] if charset else None)
        finally:
            response.close()


def _advice(status: int) -> str:
    if status in (404, 410):
        return "Check the address."
    return _SAVE_PAGE if status < 500 else _TRY_LATER


def _explain(error: Exception, name: str, limits: Limits) -> UnreadableSource:
    """Return what went wrong as one line, whatever urllib3 wrapped it in."""
    reason = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(reason, ResponseError):
        return UnreadableSource(name, f"more than {_MOST_REDIRECTS} redirects", _SAVE_PAGE)
    if isinstance(reason, NameResolutionError):
        return UnreadableSource(name, "no server of that name was found", _CHECK_BOTH)
    if isinstance(reason, ConnectTimeoutError) and not isinstance(reason, NewConnectionError):
        return UnreadableSource(name, f"no connection within {limits.connect:g} seconds", _TRY_LATER)
    if isinstance(reason, NewConnectionError):
        return UnreadableSource(name, "the server refuses the connection", _CHECK_BOTH)
    if isinstance(reason, ReadTimeoutError):
        return UnreadableSource(name, f"no answer within {limits.read:g} seconds", _TRY_LATER)
    if isinstance(reason, SSLError):
        return UnreadableSource(name, "no safe connection (TLS)", _SAVE_PAGE)
    if isinstance(reason, (HTTPError, HTTPException, ValueError, OSError)):
        found = f"the page could not be fetched ({type(reason).__name__})"
        return UnreadableSource(name, found, "Check the address, or save the page and name the file.")
    raise error
