"""Rules for times at a distance from another: "two days ago", "a year earlier", "a day after the vote"."""

from __future__ import annotations

import re
from itertools import chain

from onrecord.dates.numbers import read_length
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, rule
from onrecord.dates.values import day_of, shift, shift_day, week_value
from onrecord.dates.words import lexicon

_LONGEST_MONTH = 31
_FINER = {"D": 3, "W": 2, "M": 1, "Y": 0}


@rule(
    "(?:{exactly})?(?P<length>{length})(?:'or' 'so')?"
    "(?P<way>'ago'|'hence'|'earlier'|'later'|'from' 'now'|'from' 'today')",
    "'in'(?P<length>{length})(?:''s'|''')(?P<way>'time')",
)
def distance(found: Found, setting: Setting) -> TimeExpression | None:
    """Return two days ago, a year earlier, three weeks from now."""
    word = found.part("way")[-1]
    way = -1 if word in ("ago", "earlier") else 1
    value = read_length(found.part("length"))
    if word in ("earlier", "later") and value and ("X" in value or "T" in value):
        return found.as_expression("duration", value, read_exactness(found))  # from when, nobody knows
    base = _told_from(found, setting) if word in ("earlier", "later") else setting.anchor
    return found.as_expression("date", moved(found.part("length"), base, way), read_exactness(found))


def _told_from(found: Found, setting: Setting) -> str | None:
    """Return what "two years later" goes on from: the last explicit time, or now where the tense is not past."""
    last = setting.year if found.part("length")[-1] in ("year", "years") else setting.day
    if last is None and setting.tense(found.start, found.end) != "past":
        return setting.anchor
    return last


@rule("(?P<unit><plural>)'ago'")
def long_ago(found: Found, _: Setting) -> TimeExpression | None:
    """Return "decades ago"."""
    return found.as_expression("date", "PAST_REF")


def moved(length: list[str], base: str | None, way: int) -> str | None:
    """Return the time that lies a length away from a base, as precise as the length's smallest unit."""
    value = read_length(length)
    if value is None or base is None or "T" in value:
        return shift(base, 0, "D") if value and value.startswith("PT") else None
    if "X" in value:
        return "PAST_REF" if way < 0 else "FUTURE_REF"
    if single := re.fullmatch(r"P(\d+)([YMWD])", value):
        return shift(base, way * int(single[1]), single[2])
    return _moved_by_parts(value, base, way)


def _moved_by_parts(value: str, base: str, way: int, *, whole: bool = False) -> str | None:
    """Return the day that lies a length away, cut to the length's smallest unit unless the whole is asked for."""
    day = day_of(base)
    parts = re.findall(r"(\d+)([YMWD])", value.split("T")[0])
    if day is None or not parts or "." in value:
        return None
    for number, letter in parts:
        day = shift_day(day, way * int(number), letter) if day else None
    if day is None:
        return None
    if whole:
        return day.isoformat()
    finest = max((letter for _, letter in parts), key=lambda letter: _FINER[letter])
    if finest == "W":
        return week_value(day)
    return day.isoformat()[: {"Y": 4, "M": 7, "D": 10}[finest]]


def read_exactness(found: Found) -> str | None:
    """Return how exact the words say that an amount is: "about" is APPROX, "at least" EQUAL_OR_MORE."""
    words = found.all()[:4]
    exact = lexicon().values["exact"]
    if words[:2] in (["no", "more"], ["up", "to"]) or words[:3] in (["as", "many", "as"], ["as", "much", "as"]):
        return "EQUAL_OR_LESS"
    if words[:2] in (["no", "less"], ["no", "fewer"]):
        return "EQUAL_OR_MORE"
    for word in words[:2]:
        if word in exact:
            return str(exact[word])
    return "APPROX" if found.all()[-3:-1] == ["or", "so"] else None


@rule(
    "(?:{exactly})?(?P<length>{length})(?P<way>'before'|'after'|'from'|'following'|'since')(?P<name><dayname>)",
    "(?:{exactly})?(?P<length>{length})(?P<way>'before'|'after')"
    "(?P<event>(?=<direction>|'the'|'a'|'his'|'her'|'their'|'its'|'he'|'she'|'they'|'it'|'that'|'being'|x))",
    "'the'(?P<length>'day'|'week'|'month'|'year')(?P<way>'before'|'after')(?P<event>(?='the'|'his'|'her'|'their'|'its'|x))",
    "(?P<length>'days'|'weeks'|'months'|'years'|'hours'|'minutes')(?P<way>'before'|'after')"
    "(?P<event>(?='the'|'his'|'her'|'their'|'its'|'a'|x))",
)
def from_event(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "two days after tomorrow"; "a day after the vote" has no value, as the vote's day is not known.

    Unless the time itself stands right before it: "on May 3, a day after the vote".
    """
    if "event" in found.match.groupdict():
        exactness = read_exactness(found)
        if exactness:  # "at least 30 days before" is a length
            return found.as_expression("duration", read_length(found.part("length")), exactness)
        return found.as_expression("date", _beside(found, setting))
    base = shift(setting.anchor, lexicon().values["dayname"][found.part("name")[0]], "D")
    way = -1 if found.part("way") == ["before"] else 1
    value = read_length(found.part("length"))
    day = _moved_by_parts(value, base, way, whole=True) if value and base else None
    return found.as_expression("date", day, read_exactness(found))


def _beside(found: Found, setting: Setting) -> str | None:
    """Return the day or the month whose words end right before, parted by a comma alone."""
    words, values = found.words, lexicon().values
    if words.at(found.start - 1) != ",":
        return None
    last, before = words.at(found.start - 2), words.at(found.start - 3)
    before = words.at(found.start - 4) if before == "." else before  # "Nov. 3"
    months = [word for word in (last, before) if word in values["month"]]
    numbers = [word for word in (last, before) if word.isdecimal() and int(word) <= _LONGEST_MONTH]
    if last in values["weekday"] or (months and numbers):
        return setting.day
    return setting.month if months else None


RULES: list[Rule] = list(chain(distance, long_ago, from_event))
