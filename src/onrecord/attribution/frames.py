"""The words around a statement: its own sentence, with what is said left out of it.

How something was said and to whom stands beside the words of saying ("…, he told reporters in Garrow"), never
in what is said. A frame is that sentence as tokens: each content is one token, and so is the source.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from onrecord.attribution.vocabulary import vocabulary
from onrecord.model import Passage, Statement

Part: TypeAlias = Literal["word", "cue", "source", "content"]

REACH = 400
"""How many characters are looked at on each side of cue and source; it keeps the time linear."""

MOST = 40
"""How many contents may lie within reach."""

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*(?:s['’](?=\s))?|[^\w\s]")
_STOPS = frozenset(".!?…")
_MARKS = frozenset("\"“”„«»‹›'‘’`")


class Token(NamedTuple):
    """A word or mark of a frame, or a whole passage in the place of one."""

    text: str
    low: str
    start: int
    end: int
    part: Part


@dataclass(frozen=True, slots=True)
class Frame:
    """The tokens of a statement's sentence: of its cue, `[first, last)`, of cue and source together, `[low, high)`."""

    tokens: list[Token]
    first: int
    last: int
    low: int
    high: int

    def part(self, at: int) -> Part | None:
        """Return what a token is, None beyond the frame."""
        return self.tokens[at].part if 0 <= at < len(self.tokens) else None

    def lows(self, begin: int, end: int) -> str:
        """Return tokens in lower case, joined by spaces, as the word lists have them."""
        return " ".join(token.low for token in self.tokens[max(begin, 0) : end])


class Framer:
    """Makes the frames of the statements of one text."""

    def __init__(self, text: str, statements: Sequence[Statement]) -> None:
        self.text = text
        self._contents = sorted(passage for s in statements for passage in s.content)
        self._asked = {p for s in statements if s.cue and self._asks(s.cue[0]) for p in s.content}
        self._others = sorted(passage for s in statements for passage in (*s.cue, *s.source))

    def frame(self, statement: Statement) -> Frame | None:
        """Return the frame of a statement, None where it has no cue."""
        if not statement.cue:
            return None
        cue = statement.cue[0]
        source = statement.source[0] if statement.source else None
        if source and (source.start - cue.end > REACH or cue.start - source.end > REACH or _meet(source, cue)):
            source = None
        low, high = min(cue.start, source.start if source else cue.start), max(cue.end, source.end if source else 0)
        if "\n" in self.text[low:high]:
            source, low, high = None, *cue
        begin, end = self._limits(low, high, statement.content)
        tokens = list(self._tokens(begin, end, cue, source))
        return _sentence(tokens)

    def source(self, statement: Statement) -> Frame | None:
        """Return the words of a statement's source as a frame of their own, None where it has none."""
        if not statement.source:
            return None
        start, end = statement.source[0]
        tokens = list(self._words(start, min(end, start + REACH), Passage(start, start)))
        return Frame(tokens, 0, 0, 0, 0) if tokens else None

    def _asks(self, cue: Passage) -> bool:
        """Tell whether a cue opens a question that the sentence goes on to answer: "Asked by reporters whether …"."""
        first = self.text[cue.start : cue.end].partition(" ")[0]
        return first.istitle() and first.casefold() in vocabulary().words["frame.asking"]

    def _limits(self, low: int, high: int, own: Sequence[Passage]) -> tuple[int, int]:
        """Return how far the words around `[low, high)` may tell of it: up to a line's end or another statement."""
        begin = self.text.rfind("\n", max(0, low - REACH), low) + 1 or max(0, low - REACH)
        end = self.text.find("\n", high, high + REACH)
        end = min(high + REACH, len(self.text)) if end < 0 else end
        at = bisect_left(self._contents, (low, low))
        for content in reversed(self._contents[max(0, at - MOST) : at]):
            if content.end > begin and content not in own and content not in self._asked:
                begin = min(content.end, low)
                break
        for content in self._contents[at : at + MOST]:
            if content.start >= high and content not in own:
                end = min(end, content.start)
                break
        at = bisect_left(self._others, (high, high))
        if at < len(self._others):
            end = min(end, self._others[at].start)
        return begin, max(end, high)

    def _tokens(self, begin: int, end: int, cue: Passage, source: Passage | None) -> Iterator[Token]:
        """Yield the tokens of `[begin, end)`, contents and the source as one each."""
        wholes: list[tuple[Passage, Part]] = [(source, "source")] if source else []
        at = bisect_left(self._contents, (begin, begin))
        for content in self._contents[max(0, at - 1) : at + MOST]:
            if content.start >= end:
                break
            if content.end > begin and not _meet(content, cue) and not (source and _meet(content, source)):
                wholes.append((content, "content"))
        for (start, stop), part in sorted(wholes):
            yield from self._words(begin, max(start, begin), cue)
            yield Token("", "", start, stop, part)
            begin = stop
        yield from self._words(begin, end, cue)

    def _words(self, begin: int, end: int, cue: Passage) -> Iterator[Token]:
        for match in _TOKEN.finditer(self.text, begin, max(begin, end)):
            start, stop = match.span()
            low = match[0].casefold().replace("’", "'")
            yield Token(match[0], low, start, stop, "cue" if cue.start <= start < cue.end else "word")


def _meet(one: Passage, other: Passage) -> bool:
    return one.start < other.end and other.start < one.end


def _sentence(tokens: list[Token]) -> Frame | None:
    """Return the tokens of the sentence that the cue is in as a frame."""
    inside = [k for k, token in enumerate(tokens) if token.part == "cue"]
    if not inside:
        return None
    first, last = inside[0], inside[-1] + 1
    begin, end = first, last
    while begin > 0 and not _ends_sentence(tokens, begin - 1):
        begin -= 1
    while end < len(tokens) and not _ends_sentence(tokens, end - 1):
        end += 1
    holder = next((k for k in range(begin, end) if tokens[k].part == "source"), first)
    low, high = min(first, holder), max(last, holder + 1)
    return Frame(tokens[begin:end], first - begin, last - begin, low - begin, high - begin)


def _ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a sentence ends with a token: at its stop, or at the quotation mark behind that."""
    after = at + 1
    if tokens[at].text in _MARKS:
        at -= 1
        while at >= 0 and tokens[at].text in _MARKS:
            at -= 1
    if at < 0 or tokens[at].text not in _STOPS or after >= len(tokens):
        return False
    if tokens[after].text in _MARKS:
        # A closing mark belongs to the sentence before it, an opening one stands off from the stop.
        if tokens[after].start == tokens[after - 1].end:
            return False
    elif not (tokens[after].part != "word" or tokens[after].text[:1].isupper() or tokens[after].text.isdigit()):
        return False
    before = tokens[at - 1] if at else None
    if before is None or tokens[at].text != "." or before.end != tokens[at].start:
        return True
    return before.low not in vocabulary().abbreviations and not (len(before.text) == 1 and before.text.isupper())
