"""What a matter is called: a few words that both sides use of it, as one of them has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onrecord.disputes.vocabulary import stems_of, vocabulary
from onrecord.disputes.voices import Voice
from onrecord.model import Passage

_TOKEN = re.compile(r"[^\W_](?:[\w'’.-]*[^\W_])?|[^\w\s]")
_INSIDE = frozenset(("of", "the", "a", "an", "for", "to", "in", "on", "his", "her", "its", "their"))
_MOST_WORDS, _FEWEST = 7, 2
_SHORTENED = 9
"""Words of a content that stand for a matter of which no words are shared."""


class Title(NamedTuple):
    """The words, the voice that they are of, and where they stand in its article."""

    words: str
    voice: Voice
    passages: tuple[Passage, ...]


def find_title(sides: Sequence[Sequence[Voice]]) -> Title:
    """Return a title for what the voices on two sides are at odds about.

    Of the phrases in what they say, the one is taken of which the most words are used on both sides, names apart; where
    no word is, the beginning of the shortest content.
    """
    used = [Counter(stem for voice in side for stem in stems_of(_around(voice))) for side in sides]
    best: tuple[float, int, int, Title] | None = None
    for at, voice in enumerate(voice for side in sides for voice in side):
        for passage in _phrases(voice):
            words = voice.text[passage.start : passage.end]
            stems = stems_of(words) - _named(voice, passage)
            shared = sum(1.0 for stem in stems if all(count[stem] for count in used))
            points = shared - 0.15 * (len(stems) - shared)
            if shared and (best is None or (points, -at, -passage.start) > best[:3]):
                best = points, -at, -passage.start, Title(" ".join(words.split()), voice, (passage,))
    return best[3] if best else shortened(min((v for side in sides for v in side), key=lambda v: len(v.content)))


def _named(voice: Voice, passage: Passage) -> frozenset[str]:
    """Return the words of the names in a passage: who somebody is tells nothing of what is in dispute."""
    names = (mention.passage for mention, _ in voice.article.mentioned(*passage))
    return stems_of(" ".join(voice.text[start:end] for start, end in names))


def _around(voice: Voice) -> str:
    return voice.text[voice.lead.start : voice.end]


def _phrases(voice: Voice) -> Iterator[Passage]:
    """Yield runs of words that may be called by: they begin and end with a word that tells something."""
    light = vocabulary().light
    for content in voice.statement.content:
        run: list[re.Match[str]] = []
        for token in (*_TOKEN.finditer(voice.text, *content), None):
            word = token.group().casefold() if token else ""
            if token and (token.group()[0].isalnum() and (word not in light or (run and word in _INSIDE))):
                run.append(token)
                continue
            yield from _trimmed(run, light)
            run = []


def _trimmed(run: list[re.Match[str]], light: frozenset[str]) -> Iterator[Passage]:
    no = vocabulary().negation
    while run and (run[-1].group().casefold() in light or no.fullmatch(run[-1].group())):
        run = run[:-1]
    while run and no.fullmatch(run[0].group()):  # the matter is the ban, not "no ban"
        run = run[1:]
    if _FEWEST - 1 <= len(run) <= _MOST_WORDS:
        yield Passage(run[0].start(), run[-1].end())
    elif len(run) > _MOST_WORDS:
        yield from _trimmed(run[:_MOST_WORDS], light)


def shortened(voice: Voice) -> Title:
    """Return the beginning of what a voice says as the title."""
    tokens = list(_TOKEN.finditer(voice.text, *voice.statement.content[0]))[:_SHORTENED]
    passage = Passage(tokens[0].start(), tokens[-1].end()) if tokens else voice.statement.content[0]
    return Title(" ".join(voice.text[passage.start : passage.end].split()), voice, (passage,))
