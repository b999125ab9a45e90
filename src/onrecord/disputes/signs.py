"""What speaks for two statements being in dispute, short of reading both at once: cheap signs for every pair.

They choose the pairs that the comparer is asked about, and they weigh beside what it says.
"""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.vocabulary import vocabulary, words_of
from onrecord.disputes.voices import Voice

Floats = NDArray[np.float64]

SIGNS = (
    "bias", "cosine", "near in meaning", "far in meaning", "one sentence", "neighbours", "statements between",
    "characters between", "same paragraph", "contrast leads first", "contrast leads second", "contrast between",
    "first clashes", "second clashes", "act of first", "act of second", "agreement", "second names first",
    "first names second", "negation differs", "both negated", "antonyms", "shared words", "shared share",
    "numbers differ", "short", "unknown holder", "apart",
)  # fmt: skip
"""What each sign is called, in the order of `signs_of`."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NEAR, _FAR = 0.45, 0.15
"""Cosines from which two contents are near, and under which they are far."""
_MOST_BETWEEN = 400
"""Characters between two statements that are looked through for a contrast."""


def signs_of(first: Voice, second: Voice, cosine: float) -> Floats:
    """Return the signs (28,) of a pair of voices; the first stands first in its article, or was said first."""
    words = vocabulary()
    together = first.article is second.article
    between = second.rank - first.rank - 1 if together else 0
    gap = max(0, second.begin - first.end) if together else 0
    neighbours = together and between <= 0
    joined = first.text[first.end : second.begin] if neighbours and gap <= _MOST_BETWEEN else ""
    shared = first.stems & second.stems
    fewest = min(len(first.stems), len(second.stems))
    one_no, other_no = (bool(words.negation.search(v.content)) for v in (first, second))
    leads = [_lead(v, first, second) for v in (first, second)]
    return np.array(
        [
            1.0,
            cosine,
            max(0.0, cosine - _NEAR),
            max(0.0, _FAR - cosine),
            together and first.sentence == second.sentence,
            neighbours,
            math.log1p(max(0, between)),
            math.log1p(gap) / 8,
            together and first.paragraph == second.paragraph,
            bool(words.contrast.search(leads[0])),
            bool(words.contrast.search(leads[1])),
            bool(words.contrast.search(joined)),
            bool(words.clash.search(first.cue)),
            bool(words.clash.search(second.cue)),
            first.statement.act in words.acts,
            second.statement.act in words.acts,
            bool(words.agreement.search(second.cue) or words.agreement.search(leads[1])),
            min(2, second.others[first.holder or ""]),
            min(2, first.others[second.holder or ""]),
            one_no != other_no,
            one_no and other_no,
            _has_antonyms(first, second),
            min(4, len(shared)) / 2,
            len(shared) / fewest if fewest else 0.0,
            _numbers_differ(first, second, bool(shared)),
            min(len(first.stems), len(second.stems)) <= 1,
            first.holder is None or second.holder is None,
            not together,
        ],
        dtype=np.float64,
    )


def _lead(voice: Voice, first: Voice, second: Voice) -> str:
    """Return what leads to a statement, but for what the other one says in the same sentence."""
    start, end = voice.lead
    other = first if voice is second else second
    if voice is second and other.article is voice.article and start < other.end <= end:
        return voice.text[start : other.begin] + " " + voice.text[other.end : end]
    return voice.text[start:end]


def _has_antonyms(first: Voice, second: Voice) -> bool:
    """Tell whether the one has a word, and the other its opposite, that it has not itself."""
    sides = [set(words_of(v.content)) for v in (first, second)]
    return any(
        a in one and b in other and not (b in one and a in other)
        for one, other in (sides, sides[::-1])
        for a, b in vocabulary().antonyms
    )


def _numbers_differ(first: Voice, second: Voice, same_words: bool) -> bool:
    one, other = ({n.replace(",", "") for n in _NUMBER.findall(v.content)} for v in (first, second))
    return same_words and bool(one) and bool(other) and not one & other
