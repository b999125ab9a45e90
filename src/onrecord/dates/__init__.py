"""Time expressions: where an article speaks of a time, and what day, span or length that is.

`find_dates` anchors them on the day of publication. The words stand in `data/dates.toml`, which a
reader may extend; each module of rules holds one sort of time.
"""

from __future__ import annotations

from functools import cache, partial

from onrecord.dates import clock, days, distances, feasts, lengths, periods, quarters, relative
from onrecord.dates.rules import Grammar, Kind, Setting, TimeExpression, compile_rules, read
from onrecord.dates.tense import find_tense
from onrecord.dates.values import day_of, read_published
from onrecord.dates.words import Words, lexicon, split

__all__ = ["Kind", "TimeExpression", "find_dates"]

_DATELINE = 200  # characters from the start in which a dateline may stand


@cache
def _grammar() -> Grammar:
    return compile_rules(
        [
            *feasts.RULES,
            *quarters.RULES,
            *clock.RULES,
            *lengths.RULES,
            *relative.RULES,
            *distances.RULES,
            *days.RULES,
            *periods.RULES,
        ]
    )


def find_dates(text: str, published: str | None, *, country: str | None = None) -> list[TimeExpression]:
    """Return every time expression of a text in order, anchored on the day (or month, or year) of publication.

    >>> [found.value for found in find_dates("He was freed on Saturday.", "2018-08-27")]
    ['2018-08-25']

    Without a publication date, a full date in the text's own dateline is the anchor; without either,
    what needs an anchor has the value None. `country`, two letters, says whose holidays are meant
    and whether 4/5 is in April or in May.
    """
    words = split(text, _grammar().alphabet)
    anchor = read_published(published)
    if anchor is None:
        anchor = _dateline(words, country)
    return list(read(_grammar(), words, _setting(words, anchor, country)))


def _setting(words: Words, anchor: str | None, country: str | None) -> Setting:
    first = not country or country.upper() in lexicon().tables["month_first"]["countries"]
    return Setting(anchor, country, first, partial(find_tense, words))


def _dateline(words: Words, country: str | None) -> str | None:
    """Return the full date that stands in the text's dateline: before a dash or a bracket, or alone on its line."""
    head = words.text[:_DATELINE]
    for found in read(_grammar(), split(head, _grammar().alphabet), _setting(words, None, country)):
        after = words.text[found.passage.end : found.passage.end + 12].lstrip(" ,.")
        if day_of(found.value) and (after[:1] in ("", "\n", "—", "–", "-", "(", "|", ":")):
            return found.value
    return None
