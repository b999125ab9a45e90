"""The setting of a statement: when it was said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from onrecord.language.windows import Words
from onrecord.model import PartialDate, Passage, Statement

REACH = 8
"""How many words a date may stand from source and cue: "said in a statement on Saturday evening"."""


def set_dates(statements: Sequence[Statement], dates: Sequence[PartialDate], words: Words) -> list[Statement]:
    """Return the statements with the date nearest to their cue and source, in one sentence and outside any content.

    `dates` are the dates of the article in its order. None stays where no such date is given.
    """
    taken = np.zeros(len(words.text) + 1, dtype=bool)
    for statement in statements:
        for start, end in statement.content:
            taken[start:end] = True
        for start, end in statement.source:  # "a spokesman for her 2008 campaign" tells no day
            taken[start:end] = True
    free = [d for d in dates if not taken[d.passage.start]]
    begins = [d.passage.start for d in free]
    return [replace(s, said_on=_nearest(s, free, begins, words)) for s in statements]


def _nearest(
    statement: Statement, dates: Sequence[PartialDate], begins: Sequence[int], words: Words
) -> PartialDate | None:
    told = [*statement.cue, *statement.source]
    if not statement.cue:
        return None
    low, high = min(p.start for p in told), max(p.end for p in told)
    first, last = words.range_of(low, high)
    best: tuple[int, int] | None = None
    at = bisect_left(begins, low)
    for k in range(max(0, at - 2), min(at + 6, len(dates))):
        apart = _apart(dates[k].passage, first, last, words)
        if apart is not None and (best is None or apart < best[0]):
            best = (apart, k)
    return dates[best[1]] if best else None


def _apart(date: Passage, first: int, last: int, words: Words) -> int | None:
    """Return how many words lie between a date and the words `[first, last)`; None if too many, or a sentence's end."""
    begin, end = words.range_of(*date)
    if begin >= end:
        return None
    low, high = min(begin, first), max(end, last)
    if words.stops[high - 1] != words.stops[low] or words.paragraph[high - 1] != words.paragraph[low]:
        return None
    apart = max(begin - last, first - end, 0)
    return apart if apart <= REACH else None
