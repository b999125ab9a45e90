"""Newspapers, broadcasters and news agencies in the words around a statement: by name, by word and by shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from onrecord.attribution.phrases import ENDING, PARTICIPLE, POSSESSIVE, QUOTES, Scene, Span, is_person
from onrecord.attribution.vocabulary import vocabulary
from onrecord.model import ChannelKind


class Outlet(NamedTuple):
    """A newspaper, broadcaster or news agency: its kind, its name where it has one, and its tokens."""

    kind: ChannelKind
    name: str | None
    span: Span


def find_outlet(scene: Scene, span: Span, *, told: bool = False) -> Outlet | None:
    """Return the outlet that a noun phrase names, by the list of names or by its shape.

    With `told`, any organisation that is no public body counts: who else is told things in a newspaper?
    """
    tokens = scene.frame.tokens
    words = vocabulary()
    first = next((k for k in range(*span) if tokens[k].text[:1].isupper()), span.end)
    lower = [k for k in range(*span) if tokens[k].text.islower()]
    for outlets in words.outlets:
        named = _by_word(scene, span, lower, outlets.words)
        if named is not None:
            name = scene.plain(named) if named.begin < named.end else None
            return Outlet(outlets.kind, name, span)
    if first == span.end:
        return None
    mentions = scene.known.within(*scene.passage(span))
    listed = words.names.match(scene.text, tokens[first].start)
    person = next((e for p, e in mentions if e.kind == "person" and p.start == tokens[first].start), None)
    if listed and person is None:
        return _programme(scene, span, first, words.kind_of_name[listed[0]], listed.end())
    run = Span(first, next((k for k in range(first, span.end) if tokens[k].text.islower()), span.end))
    kind = None if person or is_person(scene, span) else _by_shape(scene, run, span)
    if kind:
        return Outlet(kind, scene.plain(run), span)
    return _by_entity(scene, run, span) if told else None


def _by_word(scene: Scene, span: Span, lower: Sequence[int], words: frozenset[str]) -> Span | None:
    """Return the name in a phrase such as "the daily Vessen Ekspres" or "the Lorva news agency", maybe empty."""
    tokens = scene.frame.tokens
    for end in reversed(lower):
        for begin in range(max(span.begin, end - 1), end + 1):
            if scene.frame.lows(begin, end + 1) not in words:
                continue
            after = Span(end + 1, span.end)
            if after.begin < after.end:
                named = all(tokens[k].text[:1].isupper() for k in range(*after))
                return after if named else None
            first = next((k for k in range(span.begin, begin) if tokens[k].text[:1].isupper()), begin)
            return Span(first, begin) if all(tokens[k].text[:1].isupper() for k in range(first, begin)) else after
    return None


def _programme(scene: Scene, span: Span, first: int, kind: ChannelKind, end: int) -> Outlet | None:
    """Return a listed outlet, with the name of a programme of its own: "CNN's State of the Union"."""
    tokens = scene.frame.tokens
    last = next((k for k in range(first, span.end) if tokens[k].end >= end), first)
    owned = bool(POSSESSIVE.search(tokens[last].low))
    rest = Span(last + 1, span.end)
    if rest.begin < rest.end:
        hosts = vocabulary().words["addressees.hosts"]
        host = next((k for k in range(*rest) if tokens[k].low in hosts), None)
        if host is not None:
            return Outlet("broadcaster", scene.plain(Span(first, host)), span)
        of_people = vocabulary().hearers.get(tokens[rest.end - 1].low)
        if of_people or is_person(scene, span) or not _is_name(scene, rest):
            return Outlet(kind, scene.plain(Span(first, last + 1)), span)
        if owned or all(tokens[k].text[:1].isupper() for k in range(*rest)):
            return Outlet(kind, scene.plain(Span(first, span.end)), span)
    return Outlet(kind, scene.plain(Span(first, last + 1)), span)


def _is_name(scene: Scene, span: Span) -> bool:
    tokens = scene.frame.tokens
    return tokens[span.begin].text[:1].isupper() or tokens[span.begin].text in QUOTES


def _by_shape(scene: Scene, run: Span, span: Span) -> ChannelKind | None:
    tokens = scene.frame.tokens
    if run.end < span.end and not PARTICIPLE.match(tokens[run.end].low):
        return None
    start, end = scene.passage(run)
    name = ENDING.sub("", scene.text[start:end])
    definite = run.begin > span.begin and tokens[run.begin - 1].low == "the"
    for outlets in vocabulary().outlets:
        for shape in outlets.shapes:
            if name.endswith(" " + shape) or (definite and name == shape and outlets.kind == "newspaper"):
                return outlets.kind
    programme = POSSESSIVE.split(tokens[run.begin].text)[0]
    return "broadcaster" if programme in ("Radio", "TV") and run.end - run.begin > 1 else None


def _by_entity(scene: Scene, run: Span, span: Span) -> Outlet | None:
    entity = scene.entity(span)
    if run.end < span.end or entity is None or entity.kind != "organization" or entity.name is None:
        return None
    words = {word.casefold() for name in (entity.name, scene.plain(run), *entity.aliases) for word in name.split()}
    several = len(scene.plain(run).split()) > 2
    return None if several or words & vocabulary().bodies else Outlet("newspaper", scene.plain(run), span)
