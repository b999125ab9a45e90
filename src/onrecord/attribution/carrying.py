"""Hands a channel, an addressee and a date on to what goes on from it: the next paragraph, "he added"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onrecord.attribution.vocabulary import vocabulary
from onrecord.language.quotes import Quotation
from onrecord.language.windows import OPENING, RUNNING, Words
from onrecord.model import Statement

_PRONOUNS = frozenset(["he", "she", "they", "it", "i", "we"])


@dataclass(slots=True)
class _Occasion:
    """The latest statement that has a channel, an addressee or a date, and the paragraph that it ends in."""

    statement: Statement
    paragraph: int


def carry_on(statements: Sequence[Statement], words: Words) -> list[Statement]:
    """Return the statements, those that go on from another with its channel, addressee and date.

    A statement goes on where the one before it has the same speaker, stands in the same or the previous paragraph, and
    nobody else speaks between them, if it is on no other day (a "he" whom nobody knows is the same speaker where his
    quotation opens the next paragraph) and

    - it has no cue: the quotation goes on; or it is the next paragraph of one and the same quotation,
    - its cue says so: "added", "went on to say",
    - or a pronoun "said" it, the channel is a spoken one, and it is a quotation or stands in the same paragraph.
    """
    occasion: _Occasion | None = None
    carried: list[Statement] = []
    for statement in statements:
        first, last = _paragraphs(statement, words)
        found = statement
        if statement.channel or statement.addressee:
            occasion = _Occasion(statement, last)
        elif occasion and not _is_same_speaker(statement, occasion, words):
            occasion = _after_other(statement, occasion, last, words)
        elif occasion and first <= occasion.paragraph + 1 and _goes_on(statement, occasion, words):
            before = occasion.statement
            when = statement.said_on or before.said_on
            found = replace(statement, channel=before.channel, addressee=before.addressee, said_on=when)
            occasion = _Occasion(replace(found, speaker=before.speaker), last)
        if occasion is None and statement.said_on:
            occasion = _Occasion(statement, last)
        carried.append(found)
    return carried


def _after_other(statement: Statement, occasion: _Occasion, last: int, words: Words) -> _Occasion | None:
    """Return the occasion as it stands after a statement of somebody else: over, unless nobody knows who it is."""
    if statement.speaker:
        return None
    if not statement.source:
        return occasion
    return _Occasion(occasion.statement, last) if _text(statement.source[0], words) in _PRONOUNS else None


def _paragraphs(statement: Statement, words: Words) -> tuple[int, int]:
    """Return the first and the last paragraph of what is said."""
    ends = (words.range_of(statement.content[0].start, statement.content[0].end)[0], _last_word(statement, words))
    low, high = (min(max(k, 0), len(words) - 1) for k in ends)
    return int(words.paragraph[low]), int(words.paragraph[high])


def _last_word(statement: Statement, words: Words) -> int:
    return words.range_of(*statement.content[-1])[1] - 1


def _is_same_speaker(statement: Statement, occasion: _Occasion, words: Words) -> bool:
    """Tell whether a statement is by the speaker of the occasion, or by a "he" that can hardly be anybody else."""
    speaker = occasion.statement.speaker
    if statement.speaker is not None:
        return statement.speaker == speaker
    if statement.candidates:
        return statement.candidates[0].entity == speaker
    told = _text(statement.source[0], words) in _PRONOUNS if statement.source else False
    return told and statement.form == "direct" and _opens_next_paragraph(statement, occasion, words)


def _opens_next_paragraph(statement: Statement, occasion: _Occasion, words: Words) -> bool:
    first = words.range_of(*statement.content[0])[0]
    mark = first - 1 if first and words.quote[first - 1] in (OPENING, RUNNING) else first
    opens = mark == 0 or (mark < len(words) and words.paragraph[mark] != words.paragraph[mark - 1])
    return bool(opens) and _paragraphs(statement, words)[0] == occasion.paragraph + 1


def _goes_on(statement: Statement, occasion: _Occasion, words: Words) -> bool:
    before = occasion.statement
    if statement.negated or (statement.said_on and statement.said_on != before.said_on):
        return False
    if _is_one_quotation(statement, before, words):
        return True
    if not statement.cue:
        return statement.form != "indirect"
    lists = vocabulary().words
    cue = _text(statement.cue[0], words)
    if any(cue == phrase or cue.startswith(phrase + " ") for phrase in lists["carrying.goes_on"]):
        return True
    spoken = before.channel is not None and before.channel.kind in lists["carrying.spoken"]
    near = statement.form == "direct" or _paragraphs(statement, words)[0] == occasion.paragraph
    plain = near and cue.removeprefix("also ") in lists["carrying.plain"]
    return spoken and plain and bool(statement.source) and _text(statement.source[0], words) in _PRONOUNS


def _is_one_quotation(statement: Statement, before: Statement, words: Words) -> bool:
    """Tell whether a content is the next paragraph of the quotation that the one before is in."""
    here = _quotation_at(statement.content[0].start, words)
    if here is None or not here.continues:
        return False
    earlier = _quotation_at(before.content[-1].start, words)
    return earlier is not None and earlier.runs_on and _paragraph_of(here, words) - _paragraph_of(earlier, words) == 1


def _quotation_at(place: int, words: Words) -> Quotation | None:
    """Return the outermost quotation that a character stands in."""
    at = bisect_right(words.quotations, place, key=lambda q: q.start) - 1
    while at >= 0 and words.quotations[at].depth > 0:
        at -= 1
    return words.quotations[at] if at >= 0 and place < words.quotations[at].end else None


def _paragraph_of(quotation: Quotation, words: Words) -> int:
    return int(words.paragraph[words.range_of(quotation.start, quotation.end)[0]])


def _text(passage: tuple[int, int], words: Words) -> str:
    return " ".join(words.text[passage[0] : passage[1]].casefold().split())
