"""Whether an article itself says that two statements clash, and with which words."""

from __future__ import annotations

import re

from onrecord.disputes.vocabulary import vocabulary
from onrecord.disputes.voices import Voice
from onrecord.model import Passage

_NEAR = 240
"""Characters between two statements in which a word of contrast ties the one to the other."""
_FEW = 3
"""Statements between two that a cue may still speak across: "rejected", of what was told two sentences before."""


def find_marker(first: Voice, second: Voice) -> Passage | None:
    """Return the words by which an article presents two of its statements as a clash, None where it does not."""
    if first.article is not second.article:
        return None
    words = vocabulary()
    text, between = first.text, second.rank - first.rank - 1
    for voice, other in ((second, first), (first, second)):
        named = bool(voice.holder and other.holder and voice.others[other.holder])
        if between <= _FEW or named:
            for cue in voice.statement.cue:
                clash = words.clash.search(text, *cue)
                if clash and (voice is second or named):
                    return Passage(*clash.span())
    gap = Passage(first.end, second.begin) if first.end <= second.begin else second.lead
    places = [gap] if gap.end - gap.start <= _NEAR else [second.lead] if between <= _FEW else []
    if second.sentence == first.sentence or between <= 0:
        places.append(first.lead)
    for place in places:
        found = _last(words.contrast, text, place) or _last(words.clash, text, place)
        if found:
            return found
    return None


def _last(pattern: re.Pattern[str], text: str, place: Passage) -> Passage | None:
    """Return the last passage of a place that a pattern finds, None where there is none."""
    found = None
    for match in pattern.finditer(text, *place):
        found = Passage(*match.span())
    return found
