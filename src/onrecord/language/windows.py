"""A text as the trained reader sees it: words, word pieces, features and windows.

Training and reading both go through `encode` and `cut_windows`, so what the model learned from is
what it is given. The text is never changed: quotation marks are replaced by one mark of the same
length before the tokenizer sees them, and every word keeps its characters in the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.language.quotes import Quotation, find_quotations, paragraphs

Ints: TypeAlias = NDArray[np.int64]

PIECES_IN_WINDOW = 384
CASES = 4  # lower or none, Title, UPPER, no letter
QUOTE_STATES = 6
OUTSIDE, INSIDE, OPENING, CLOSING, RUNNING, NESTED = range(QUOTE_STATES)
STARTS = 2  # whether the word is the first of its paragraph

_DOUBLE_MARK = re.compile(r"''|``|[“”„‟«»‹›]")
_SENTENCE_END = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text and their pieces, as arrays.

    For each of the W words: `start`, `end` (characters), `first` (its first piece), `paragraph`
    (counted from 0) and `quote` (one of the six quotation states) and `partner` (of a quotation mark the word at
    its other end, else -1); `stops` (W + 1) counts the words before each that end a sentence. For each of the P pieces:
    `pieces` (ids) and `features` (P x 3: case, quotation state, paragraph start).
    """

    text: str
    start: Ints
    end: Ints
    first: Ints
    paragraph: Ints
    quote: Ints
    partner: Ints
    stops: Ints
    pieces: Ints
    features: Ints
    quotations: list[Quotation]

    def __len__(self) -> int:
        return len(self.start)

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of words that begin within the characters `[start, end)`."""
        begin, stop = np.searchsorted(self.start, [start, end])
        return int(begin), int(stop)


def encode(text: str, tokenizer: Tokenizer) -> Words:
    """Return the words of a text; control and zero-width characters belong to no word."""
    quotations = find_quotations(text)
    encoding = tokenizer.encode(_one_mark(text, quotations), add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    word_of_piece = np.array(encoding.word_ids, dtype=np.int64)
    first = np.flatnonzero(np.diff(word_of_piece, prepend=-1))
    last = np.append(first[1:], len(offsets)) - 1 if len(first) else first
    start, end = offsets[first, 0], offsets[last, 1]
    paragraph_starts = np.array([p.start for p in paragraphs(text)], dtype=np.int64)
    paragraph = np.searchsorted(paragraph_starts, start, side="right") - 1
    quote, partner = _quote_states(start, quotations)
    opens_paragraph = np.diff(paragraph, prepend=-1) > 0
    case = np.array([_case(text[s:e]) for s, e in zip(start, end, strict=True)], dtype=np.int64)
    by_word = np.stack([case, quote, opens_paragraph.astype(np.int64)], axis=1).reshape(-1, 3)
    word = np.cumsum(np.diff(word_of_piece, prepend=-1) != 0) - 1
    return Words(
        text=text,
        start=start,
        end=end,
        first=first,
        paragraph=paragraph,
        quote=quote,
        partner=partner,
        stops=np.cumsum([0, *(text[s] in _SENTENCE_END for s in start)]),
        pieces=np.array(encoding.ids, dtype=np.int64),
        features=by_word[word].reshape(-1, 3),
        quotations=quotations,
    )


def cut_windows(words: Words, *, size: int = PIECES_IN_WINDOW, begin: int = 0) -> list[tuple[int, int]]:
    """Return ranges of words whose pieces fit into `size`, cut between paragraphs where possible.

    The ranges follow one another and cover the words from `begin`. A paragraph that does not fit
    is cut after a sentence, or else anywhere between two words.
    """
    limit = size - 2  # [CLS] and [SEP]
    bounds = np.append(words.first, len(words.pieces))
    new_paragraph = np.append(np.flatnonzero(np.diff(words.paragraph)) + 1, len(words))
    windows = []
    while begin < len(words):
        furthest = int(np.searchsorted(bounds, bounds[begin] + limit, side="right")) - 1
        furthest = max(furthest, begin + 1)
        at = int(np.searchsorted(new_paragraph, furthest, side="right")) - 1
        end = int(new_paragraph[at]) if at >= 0 and new_paragraph[at] > begin else 0
        if end <= begin:
            end = _sentence_end(words, begin, furthest)
        windows.append((begin, end))
        begin = end
    return windows


def _sentence_end(words: Words, begin: int, furthest: int) -> int:
    for k in range(furthest - 1, begin + (furthest - begin) // 2, -1):
        if words.text[words.start[k]] in _SENTENCE_END:
            return k + 1
    return furthest


def _one_mark(text: str, quotations: list[Quotation]) -> str:
    """Replace quotation marks of every style by the straight double one, length for length."""
    plain = _DOUBLE_MARK.sub(lambda m: '"'.ljust(len(m.group())), text).replace("’", "'").replace("‘", "'")
    singles = [q for q in quotations if q.kind == "single"]
    if not singles:
        return plain
    characters = list(plain)
    for quotation in singles:
        if quotation.inner.start > quotation.start:
            characters[quotation.start] = '"'
        if quotation.end > quotation.inner.end:
            characters[quotation.inner.end] = '"'
    return "".join(characters)


def _quote_states(start: Ints, quotations: list[Quotation]) -> tuple[Ints, Ints]:
    """Return for each word its quotation state, and for each outermost mark its partner."""
    states = np.full(len(start), OUTSIDE, dtype=np.int64)
    partner = np.full(len(start), -1, dtype=np.int64)
    for quotation in quotations:
        a, b = np.searchsorted(start, [quotation.start, quotation.end])
        if quotation.depth > 0:
            states[a:b] = NESTED
            continue
        states[a:b] = RUNNING if quotation.runs_on or quotation.continues else INSIDE
        opened = a < b and quotation.inner.start > quotation.start
        closed = a < b and quotation.end > quotation.inner.end
        if opened:
            states[a] = OPENING
        if closed:
            states[b - 1] = CLOSING
        if opened and closed:
            partner[a], partner[b - 1] = b - 1, a
    return states, partner


def _case(word: str) -> int:
    if word.islower():
        return 0
    if word.istitle():
        return 1
    if word.isupper():
        return 1 if len(word) == 1 else 2
    return 0 if any(c.isalpha() for c in word) else 3
