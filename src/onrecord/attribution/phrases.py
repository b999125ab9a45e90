"""Noun phrases in the words around a statement, and the entities that they stand for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.attribution.frames import Frame, Token
from onrecord.attribution.vocabulary import vocabulary
from onrecord.model import Entity, Passage

LONGEST = 12
"""How many tokens a noun phrase may have."""

POSSESSIVE = re.compile(r"(?:'s|s')\Z")
ENDING = re.compile(r"['’]s?\Z")
_LAST_MARK = re.compile(r"[,.](?=[\"”’']\Z)")
QUOTES = frozenset("\"“”‘’'")
PARTICIPLE = re.compile(r"[a-z]{2,}(?:ed|ing)\Z|(?:sent|seen|made|held|given|written|known)\Z")
_JOINERS = ("of", "the", "and", "for", "with", "to")


class Span(NamedTuple):
    """A range of a frame's tokens."""

    begin: int
    end: int


class Known:
    """The mentions of an article's entities, to be found by place."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        found = sorted((m.passage, k) for k, entity in enumerate(entities) for m in entity.mentions)
        self._entities = entities
        self._starts = [passage.start for passage, _ in found]
        self._found = found

    def within(self, start: int, end: int) -> list[tuple[Passage, Entity]]:
        """Return the mentions inside `[start, end)` with their entities, in the order of the text."""
        low, high = bisect_left(self._starts, start), bisect_right(self._starts, end)
        return [(p, self._entities[k]) for p, k in self._found[low:high] if p.end <= end]

    def ending(self, start: int, end: int) -> Entity | None:
        """Return the entity of the longest mention inside `[start, end)` that ends with it."""
        return next((entity for passage, entity in self.within(start, end) if passage.end == end), None)


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame, its text, and the entities that its words may stand for."""

    frame: Frame
    text: str
    known: Known
    speaker: str | None = None

    def passage(self, span: Span) -> Passage:
        """Return the characters of tokens."""
        return Passage(self.frame.tokens[span.begin].start, self.frame.tokens[span.end - 1].end)

    def entity(self, span: Span) -> Entity | None:
        """Return the entity that a noun phrase stands for: the one whose mention ends where it does."""
        start, end = self.passage(span)
        end -= len(m[0]) if (m := ENDING.search(self.text[start:end])) else 0
        return self.known.ending(start, end)

    def plain(self, span: Span) -> str:
        """Return tokens as one line, without a possessive at the end."""
        start, end = self.passage(span)
        return " ".join(_LAST_MARK.sub("", ENDING.sub("", self.text[start:end])).split())


def noun_phrase(scene: Scene, at: int) -> Span | None:
    """Return the noun phrase that begins at a token, None where none does.

    "told [the Vessen Post] on Monday", "in [a post] on [his official Facebook page]"
    """
    frame, words = scene.frame, vocabulary().words
    end = at
    while end < min(at + LONGEST, len(frame.tokens)) and frame.tokens[end].part in ("word", "cue"):
        token = frame.tokens[end]
        if end == at and token.low in words["frame.determiners"]:
            end += 1
            continue
        if token.text in QUOTES:
            end = _quoted_name(frame, at, end)
            break
        goes_on = _listed(scene, end) or _joined(frame, at, end)
        if goes_on:
            end += goes_on
            continue
        dated = _is_time(token) and not (token.text == "Today" and end > at)
        if dated and end > at and _is_bare(frame, at, end):
            end += 1  # "a May interview"
            continue
        if not token.text[0].isalnum() or dated or token.low in words["frame.ends"] or _is_adverb(token):
            break
        end += 1
    return None if _is_bare(frame, at, end) else Span(at, end)


def _is_time(token: Token) -> bool:
    words = vocabulary().words
    spell = token.text.islower() and token.low in words["frame.spells"]
    return spell or token.low in words["frame.times"] or token.text == "May"


def _is_bare(frame: Frame, begin: int, end: int) -> bool:
    """Tell whether tokens are no more than a determiner and a time: "the", "this week"."""
    determiners = vocabulary().words["frame.determiners"]
    return all(_is_time(token) or token.low in determiners for token in frame.tokens[begin:end])


def _joined(frame: Frame, at: int, end: int) -> int:
    """Return how many small words join the parts of a name here: "State of the Union", "Meet the Press"."""
    if end == at or not frame.tokens[end - 1].text[:1].isupper():
        return 0
    programme = any(POSSESSIVE.search(frame.tokens[k].low) for k in range(at, end))
    small = 0
    while small < 3 and frame.part(end + small) in ("word", "cue") and frame.tokens[end + small].low in _JOINERS:
        if frame.tokens[end + small].low != "of" and not programme and small == 0:
            return 0
        small += 1
    after = end + small
    return small if small and frame.part(after) in ("word", "cue") and frame.tokens[after].text[:1].isupper() else 0


def _quoted_name(frame: Frame, at: int, end: int) -> int:
    """Return where a programme's name in quotation marks ends, if the marks here are about one."""
    if end > at and not POSSESSIVE.search(frame.tokens[end - 1].low):
        return end
    for close in range(end + 2, min(end + 8, len(frame.tokens))):
        if frame.tokens[close].text in QUOTES and frame.tokens[end + 1].text[:1].isupper():
            return close + 1
        if frame.tokens[close].part == "content":
            break
    return end


def _is_adverb(token: Token) -> bool:
    nouns = vocabulary().words["frame.not_adverbs"]
    return token.low.endswith("ly") and token.text.islower() and token.low not in nouns


def _listed(scene: Scene, at: int) -> int:
    """Return how many tokens the name of a known outlet takes that begins here: "CBS This Morning"."""
    tokens = scene.frame.tokens
    match = vocabulary().names.match(scene.text, tokens[at].start) if tokens[at].text[:1].isupper() else None
    return sum(1 for k in range(at, min(at + 5, len(tokens))) if tokens[k].start < match.end()) if match else 0


def strip_participles(frame: Frame, span: Span) -> Span:
    """Return a noun phrase without the participles at its end: "a statement [released]"."""
    begin, end = span
    while end - begin > 1 and frame.tokens[end - 1].text.islower() and PARTICIPLE.match(frame.tokens[end - 1].low):
        if frame.tokens[end - 1].low in vocabulary().nouns:  # a briefing, a meeting
            break
        end -= 1
    alone = end - begin == 1 and frame.tokens[begin].low in vocabulary().words["frame.determiners"]
    return span if alone else Span(begin, end)


def last_noun(frame: Frame, span: Span, nouns: frozenset[str]) -> Span | None:
    """Return the longest of some nouns that a noun phrase ends in; a noun in capitals is a part of a name."""
    text = frame.tokens[span.end - 1].text
    if text[:1].isupper() and not text.isupper() and span.end - span.begin > 1:
        nouns = nouns & vocabulary().words["frame.capitals"]
    for begin in range(max(span.begin, span.end - 4), span.end):
        if frame.lows(begin, span.end) in nouns:
            return Span(begin, span.end)
    return None


def possessor(scene: Scene, span: Span) -> tuple[bool, str | None]:
    """Return whether a possessive stands in a noun phrase, and the id of the entity that it stands for."""
    words = vocabulary().words
    for k in range(*span):
        token = scene.frame.tokens[k]
        if token.low in words["owners.own"]:
            return True, scene.speaker
        if POSSESSIVE.search(token.low):
            entity = scene.entity(Span(span.begin, k + 1))
            if entity is not None:
                return True, entity.id
    return False, None


def is_person(scene: Scene, span: Span) -> bool:
    """Tell whether a noun phrase stands for a person."""
    entity = scene.entity(span)
    return entity is not None and entity.kind == "person"
