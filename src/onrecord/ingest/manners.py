"""Manners on the web: one request at a time and a pause for each host, and what its robots.txt asks for."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from onrecord.errors import UnreadableSource
from onrecord.ingest import web

PAUSE = 1.0
"""Seconds between two requests to one host, where its robots.txt asks for no more."""
_LONGEST_PAUSE = 30.0
_MOST_RULES = 500 * 1024
"""Bytes of a robots.txt that are looked at: what RFC 9309 asks for."""


class Manners:
    """What is known of the hosts in a run: when each was asked, and its robots.txt."""

    def __init__(self, *, pause: float = PAUSE, wait: Callable[[float], object] = time.sleep) -> None:
        self._pause, self._wait = pause, wait
        self._asked: dict[str, float] = {}
        self._rules: dict[str, RobotFileParser | None] = {}

    def take_turn(self, address: str) -> None:
        """Wait until the host of an address may be asked again."""
        host = _root(address)
        rules = self._rules.get(host)
        wanted = rules.crawl_delay(web.USER_AGENT) if rules else None
        pause = max(self._pause, min(float(wanted or 0), _LONGEST_PAUSE))
        left = self._asked.get(host, -pause) + pause - time.monotonic()
        if host in self._asked and left > 0:
            self._wait(left)
        self._asked[host] = time.monotonic()

    def allows(self, address: str) -> bool | None:
        """Tell whether robots.txt lets onrecord fetch an address; None where its server does not answer."""
        host = _root(address)
        if host not in self._rules:
            self.take_turn(address)
            self._rules[host] = _fetch_rules(host)
        rules = self._rules[host]
        return None if rules is None else rules.can_fetch(web.USER_AGENT, address)

    def forget(self) -> None:
        """Ask for each robots.txt again: a program that runs for weeks would not see it change."""
        self._rules.clear()


def is_inside(address: str) -> bool:
    """Tell whether the host of an address is this machine or one of its network, by its number or what its name means.

    It is no wall: a name may mean something else by the time that it is asked for.
    """
    host = ""
    try:
        host = urlsplit(address).hostname or ""
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and any(not ipaddress.ip_address(number).is_global for number in _numbers_of(host))


def _numbers_of(host: str) -> set[str]:
    def look_up() -> set[str]:
        return {str(found[4][0]).split("%")[0] for found in socket.getaddrinfo(host, None)}

    try:
        return web.within(look_up, name=host, limits=web.Limits(total=10))
    except UnreadableSource:
        return set()


def _root(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _fetch_rules(host: str) -> RobotFileParser | None:
    """Return the rules of a host: none where it has no robots.txt, None where it fails (RFC 9309, 2.3.1)."""
    address = urljoin(host, "/robots.txt")
    try:
        answer = web.ask(address, name=address, headers={"Accept": "text/plain, */*;q=0.5"})
    except UnreadableSource:
        return None
    absent = 400 <= answer.status < 500 and answer.status != 429
    if answer.status != 200 and not absent:
        return None
    rules = RobotFileParser(address)
    rules.parse(answer.data[:_MOST_RULES].decode("utf-8-sig", "replace").splitlines())
    return rules
