"""Quotation marks: which characters open and close quotations, and what stands inside them.

Marks are read paragraph by paragraph (a paragraph is a line of the text): a mark that is missing
spoils at most its own paragraph. A quotation may run over paragraphs in the way of newspapers: an
opening mark on each paragraph and one closing mark at the end.

Straight, curly, low and angle marks, two apostrophes and single marks are known. A single mark
is only a quotation mark where it is not an apostrophe, and a straight one only where its partner
stands in the same paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from onrecord.model import Passage

_MARK = re.compile(r"''|``|[“”„‟\"«»‹›‘’‚‛'`]")
_PARAGRAPH = re.compile(r"[^\n]+")
_OPENING = set("“„‟«‹‘‚‛`") | {"``"}
_CLOSING = set("”»›’")
_SINGLE = set("‘’‚‛'`")
_ANGLE = set("«»‹›")
_BEFORE_OPENING = set("([{<—–-/:;,.?!…=|>")
_ELISION = re.compile(r"(?:\d0s|em|til|till|cause|tis|twas|round|bout|n|cos)\b", re.IGNORECASE)
_MOST_OPEN = 3

_SIGNATURE = re.compile(
    r"[^\S\n]*(?:\n\s{0,20})?(?P<dash>--?|[―—–])[^\S\n]*(?P<name>[^\W\d_][^\n―—–“”\"]{1,100}?)[.\s]{0,20}?(?=\n|\Z)"
)
_MOST_WORDS_OF_A_NAME = 10

Kind = Literal["double", "single", "angle"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation within one paragraph, `[start, end)` with its marks.

    `continues` says that it goes on from the paragraph before, `runs_on` that it goes on in the
    next one. `depth` is 0 for the outermost quotation.
    """

    start: int
    end: int
    inner: Passage
    kind: Kind
    depth: int
    closed: bool
    continues: bool = False
    runs_on: bool = False


@dataclass(slots=True)
class _Mark:
    start: int
    end: int
    kind: Kind
    opens: bool
    closes: bool
    possessive: bool = False  # may be the apostrophe of a plural ("workers’ rights")


def paragraphs(text: str) -> Iterator[Passage]:
    """Yield each line of the text that is not blank, without the white space around it."""
    for match in _PARAGRAPH.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - len(line) + len(line.rstrip())
        if start < end:
            yield Passage(start, end)


def find_quotations(text: str) -> list[Quotation]:
    """Return the quotations of a text, outermost and nested ones, in the order of their start.

    The time is linear in the length of the text. Two quotations overlap only where one lies
    inside the other.
    """
    found: list[Quotation] = []
    pending: int | None = None  # which one was left open at the end of the paragraph before
    for paragraph in paragraphs(text):
        here = _read_paragraph(text, paragraph, found[pending].kind if pending is not None else None)
        if pending is not None and here and here[0].continues:
            found[pending] = replace(found[pending], runs_on=True)
        last = next((k for k in range(len(here) - 1, -1, -1) if here[k].depth == 0), None)
        left_open = last is not None and not here[last].closed and here[last].end == paragraph.end
        pending = len(found) + last if last is not None and left_open else None
        found.extend(here)
    return found


class Signature(NamedTuple):
    """A quotation `[start, end)`, its marks included, with the dash and the name that sign it."""

    start: int
    end: int
    dash: Passage
    name: Passage


def find_signatures(text: str, quotations: list[Quotation]) -> list[Signature]:
    """Return the quotations that are set apart and signed: “We stay.” — Irena Vokal, Vessen.

    Such a quotation begins its paragraph; a dash and a name follow it up to the end of that line or
    of the next one. A quotation over paragraphs counts from its first one.
    """
    found = []
    line_starts = {paragraph.start for paragraph in paragraphs(text)}
    start = 0
    for quotation in quotations:
        if quotation.depth > 0:
            continue
        start = start if quotation.continues else quotation.start
        signed = _SIGNATURE.match(text, quotation.end) if start in line_starts and quotation.closed else None
        if signed and signed["name"][0].isupper() and len(signed["name"].split()) <= _MOST_WORDS_OF_A_NAME:
            dash, name = Passage(*signed.span("dash")), Passage(*signed.span("name"))
            found.append(Signature(start, quotation.end, dash, name))
    return found


def _read_paragraph(text: str, paragraph: Passage, pending: Kind | None) -> list[Quotation]:
    marks = list(_find_marks(text, paragraph))
    first = marks[0] if marks else None
    reopens = first is not None and first.start == paragraph.start and first.opens
    # The opening mark may be missing on a paragraph that goes on with a quotation: then its first
    # mark is one that can only close.
    only_closes = first is not None and first.kind == pending and first.closes and not first.opens
    if pending is not None and only_closes:
        marks.insert(0, _Mark(paragraph.start, paragraph.start, pending, opens=True, closes=False))
        reopens = True
    quotations = _match(marks, paragraph)
    if pending is not None and reopens and quotations and quotations[0].kind == pending:
        quotations[0] = replace(quotations[0], continues=True)
    return quotations


def _find_marks(text: str, paragraph: Passage) -> Iterator[_Mark]:
    start, end = paragraph
    last_single = _last_single_close(text, paragraph)
    for match in _MARK.finditer(text, start, end):
        mark = match.group()
        i, j = match.span()
        before = text[i - 1] if i > start else " "
        after = text[j] if j < end else " "
        can_open = before.isspace() or before in _BEFORE_OPENING or bool(_MARK.match(before))
        can_open = can_open and not after.isspace()
        can_close = not after.isalnum() and not before.isspace()
        if mark in _SINGLE:
            opens = mark != "’" and can_open and i < last_single
            opens = opens and not _ELISION.match(text, j) and (after.isalnum() or after in '“"[(…$#@')
            closes = mark in "’'" and can_close
            if opens or closes:
                possessive = before in "sS" and after == " " and text[j + 1 : j + 2].islower()
                yield _Mark(i, j, "single", opens, closes and not opens, possessive)
            continue
        kind: Kind = "angle" if mark in _ANGLE else "double"
        if mark in _OPENING:
            # A mark of opening shape closes where it could not open („so“, »so«).
            yield _Mark(i, j, kind, can_open or not can_close, can_close and not can_open)
        elif mark in _CLOSING:
            yield _Mark(i, j, kind, can_open and not can_close, True)
        elif before.isdigit() and after in " ,.;)" and mark == '"':
            yield _Mark(i, j, kind, False, True)  # inches, unless a quotation is open
        else:
            yield _Mark(i, j, kind, can_open or not can_close, can_close or not can_open)


def _last_single_close(text: str, paragraph: Passage) -> int:
    """Return where the last single mark that could close stands, or -1."""
    for i in range(paragraph.end - 1, paragraph.start, -1):
        ends_word = i + 1 >= paragraph.end or not text[i + 1].isalnum()
        if text[i] in "’'" and ends_word and not text[i - 1].isspace():
            return i
    return -1


def _match(marks: list[_Mark], paragraph: Passage) -> list[Quotation]:
    """Pair opening with closing marks; what is left open ends at the next opening of its kind."""
    open_marks: list[tuple[_Mark, int]] = []
    found: list[Quotation] = []
    openings: dict[Kind, list[int]] = {"double": [], "single": [], "angle": []}
    closes_later = _closes_later(marks)
    for at, mark in enumerate(marks):
        level = next((k for k in range(len(open_marks) - 1, -1, -1) if open_marks[k][0].kind == mark.kind), None)
        if mark.closes and level is not None:
            if mark.possessive and closes_later[at]:
                continue
            opened, depth = open_marks[level]
            found.append(_quotation(opened, mark, depth))
            for lost, lost_depth in open_marks[level + 1 :]:
                if lost.kind != "single":
                    found.append(_unclosed(lost, mark.start, lost_depth))
            del open_marks[level:]
        elif mark.opens and len(open_marks) < _MOST_OPEN:
            openings[mark.kind].append(mark.start)
            open_marks.append((mark, len(open_marks)))
    for lost, depth in open_marks:
        if lost.kind == "single" and depth > 0:
            continue
        later = openings[lost.kind]
        following = bisect_left(later, lost.start + 1)
        limit = later[following] if following < len(later) else paragraph.end
        found.append(_unclosed(lost, limit, depth))
    return _order(found)


def _closes_later(marks: list[_Mark]) -> list[bool]:
    """Tell for each mark whether the next single mark after it is one that closes."""
    result, closes = [False] * len(marks), False
    for k in range(len(marks) - 1, -1, -1):
        result[k] = closes
        if marks[k].kind == "single":
            closes = marks[k].closes
    return result


def _quotation(opened: _Mark, closed: _Mark, depth: int) -> Quotation:
    inner = Passage(opened.end, max(opened.end, closed.start))
    return Quotation(opened.start, closed.end, inner, opened.kind, depth, closed=True)


def _unclosed(opened: _Mark, end: int, depth: int) -> Quotation:
    return Quotation(opened.start, end, Passage(opened.end, max(opened.end, end)), opened.kind, depth, closed=False)


def _order(found: list[Quotation]) -> list[Quotation]:
    """Sort by start and count the depth anew, as lost marks may have left gaps in it."""
    ordered: list[Quotation] = []
    ends: list[int] = []
    for quotation in sorted(found, key=lambda q: (q.start, -q.end)):
        while ends and ends[-1] <= quotation.start:
            ends.pop()
        if ends and quotation.end > ends[-1]:
            continue  # crosses one that was never closed
        ordered.append(replace(quotation, depth=len(ends)))
        ends.append(quotation.end)
    return ordered
