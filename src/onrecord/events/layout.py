"""How an article is laid out: its paragraphs, which of them are headlines, and which are the lead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

from onrecord.language.syntax import whole_paragraphs
from onrecord.model import Passage

_WORD = re.compile(r"[^\W\d_]+")
_LEAD = 2
"""So many first paragraphs are the lead: whom they only describe, a later one may name."""
_HEADLINE = 12
"""Words of the longest line without a full stop that is taken for a headline."""
_STOPS = frozenset(".!?…:;\"”’')")


class Layout:
    """The paragraphs of a text, by characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._paragraphs = list(whole_paragraphs(text))
        self._starts = [start for start, _ in self._paragraphs]
        self._headlines = [_is_headline(text[start:end]) for start, end in self._paragraphs]
        whole = [k for k, headline in enumerate(self._headlines) if not headline]
        self._lead_end = whole[_LEAD] if len(whole) > _LEAD else len(self._paragraphs)
        self._words_of = cache(self._find_words)

    def is_lead(self, at: int) -> bool:
        """Tell whether a character stands in the lead, or in the headline of an item."""
        here = self._paragraph_of(at)
        return here < self._lead_end or self._headlines[here]

    def is_headline(self, at: int) -> bool:
        """Tell whether a character stands in a title or a headline."""
        return self._headlines[self._paragraph_of(at)]

    def are_headlines(self, places: Iterable[int]) -> bool:
        """Tell whether all characters stand in headlines; in a text of nothing else, none is one."""
        return not all(self._headlines) and all(self.is_headline(at) for at in places)

    def next_paragraphs(self, at: int) -> list[Passage]:
        """Return the two paragraphs after that of a character, fewer at the end."""
        here = self._paragraph_of(at)
        return self._paragraphs[here + 1 : here + 3]

    def words_around(self, at: int) -> frozenset[str]:
        """Return the words of the paragraph at a character, in lower case and without a plural's ending."""
        return self._words_of(self._paragraph_of(at))

    def _find_words(self, paragraph: int) -> frozenset[str]:
        start, end = self._paragraphs[paragraph]
        return frozenset(word.casefold().removesuffix("s") for word in _WORD.findall(self._text, start, end))

    def _paragraph_of(self, at: int) -> int:
        return max(0, bisect_right(self._starts, at) - 1)


def _is_headline(line: str) -> bool:
    """Tell whether a line is no sentence: a title, or the headline of an item."""
    return len(line.split()) <= _HEADLINE and line[-1] not in _STOPS
