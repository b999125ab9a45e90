"""The web: one page fetched with bounds on time, size and redirects."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from typing import TypeVar
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

USER_AGENT = f"onrecord/{version('onrecord')}"

_MOST_REDIRECTS = 5
_MOVED_FOR_GOOD = (301, 308)
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever the status: the bytes where that is 200, and where it was found.

    `lasting` is the address to ask next time: where the server said that it moved for good, the new one.
    """

    status: int
    address: str
    lasting: str
    headers: Mapping[str, str]
    data: bytes = b""


_T = TypeVar("_T")


def fetch(address: str, *, name: str, limits: Limits | None = None) -> Page:
    """Return the page at an http(s) address; raise UnreadableSource where there is none."""
    answer = ask(address, name=name, limits=limits, check=lambda status, kind: _check_article(name, status, kind))
    return page_of(answer, name)


def page_of(answer: Answer, name: str) -> Page:
    """Return the page that a server answered with; raise UnreadableSource where it is none."""
    kind = _kind(answer.headers.get("Content-Type", ""))
    _check_article(name, answer.status, kind)
    return Page(answer.data, answer.address, _KINDS[kind], charset_of(answer))


def charset_of(answer: Answer) -> str | None:
    """Return the encoding that a server states."""
    charset = _CHARSET.search(answer.headers.get("Content-Type", ""))
    return charset[1] if charset else None


def ask(
    address: str,
    *,
    name: str,
    headers: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    check: Callable[[int, str], None] | None = None,
) -> Answer:
    """Return what a server answers; raise UnreadableSource where there is no answer, or one too big.

    `check` is given the status and kind of the answer, and may raise before the rest is fetched.
    """
    limits = limits or Limits()
    return within(lambda: _ask(address, name, headers or {}, limits, check), name=name, limits=limits)


def within(work: Callable[[], _T], *, name: str, limits: Limits) -> _T:
    """Return what some work on the web returns, within the limits; raise UnreadableSource where it fails."""
    outcome: queue.Queue[tuple[_T | None, Exception | None]] = queue.Queue()

    def run() -> None:
        try:
            outcome.put((work(), None))
        except Exception as error:
            outcome.put((None, error))

    # In a thread of its own, as neither the name server nor a server that sends a byte a second
    # keeps to the timeouts of a socket.
    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = outcome.get(timeout=limits.total)
    except queue.Empty:
        raise UnreadableSource(name, f"no whole page within {limits.total:g} seconds", _TRY_LATER) from None
    if error is None:
        return result  # type: ignore[return-value]
    if isinstance(error, UnreadableSource):
        raise error
    raise _explain(error, name, limits) from error


def _ask(
    address: str, name: str, headers: Mapping[str, str], limits: Limits, check: Callable[[int, str], None] | None
) -> Answer:
    retries = urllib3.Retry(
        None,
        connect=0,
        read=0,
        redirect=_MOST_REDIRECTS,
        status=0,
        other=0,
        status_forcelist=(),
        respect_retry_after_header=False,
    )
    timeout = urllib3.Timeout(connect=limits.connect, read=limits.read)
    own = {"User-Agent": USER_AGENT, "Accept": "text/html, text/plain, */*;q=0.5"}
    with urllib3.PoolManager(headers={**own, **headers}) as pool:
        response = pool.request("GET", address, preload_content=False, retries=retries, timeout=timeout)
        try:
            if check is not None:
                check(response.status, _kind(response.headers.get("Content-Type", "")))
            data = response.read(MOST_BYTES + 1, decode_content=True) if response.status == 200 else b""
            if len(data) > MOST_BYTES:
                raise too_big(name, None)
            lasting, for_good = address, True
            for step in response.retries.history if response.retries else ():
                address = urljoin(address, step.redirect_location or "")
                for_good = for_good and step.status in _MOVED_FOR_GOOD
                lasting = address if for_good else lasting
            return Answer(response.status, address, lasting, response.headers, data)
        finally:
            response.close()


def _kind(declared: str) -> str:
    return declared.split(";")[0].strip().lower()


def _check_article(name: str, status: int, kind: str) -> None:
    """Raise UnreadableSource where a server has no article to give."""
    if status != 200:
        raise UnreadableSource(name, f"the server answers {status}", _advice(status))
    if kind not in _KINDS:
        found = f"the server sends {show_name(kind)}, not an article"
        raise UnreadableSource(name, found, "Name the address of a page.")


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
