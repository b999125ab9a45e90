"""Rules for times of the day: "9 a.m. Tuesday", "noon", "22:00"."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.anchoring import nearest_day
from onrecord.dates.numbers import read_month, read_ordinal, read_weekday
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, rule
from onrecord.dates.values import day_of, shift, weekday_from
from onrecord.dates.words import lexicon

_HALVES = "(?P<noon>'am'|'pm'|'a' '.' 'm' '.'?|'p' '.' 'm' '.'?)"
_ZONE = "(?:'('?(?:'gmt'|'est'|'edt'|'utc'|'pst'|'pdt'|'cst'|'cdt'|'local' 'time')')'?)?"
_DAY = (
    "(?:','?'on'?(?:(?P<weekday><weekday>)|(?P<name><dayname>)|(?P<evening>'this' <dayhalf>|'tonight')"
    "|'last'(?P<last>'night')|(?P<month>{monthname})(?P<date>{day})))?"
)


@rule(
    "(?:'about'|'around')?(?P<hour><hour>)(?:':'(?P<minute><minute>))?" + _HALVES + _ZONE + _DAY,
    "(?:'about'|'around')?(?P<dotted><decimal>)" + _HALVES + _ZONE + _DAY,
    "(?:'about'|'around')?(?P<hour><hour>)':'(?P<minute><minute>)" + _ZONE + _DAY,
    "(?P<word>'noon'|'midnight'|'midday')" + _DAY,
    "(?P<hour><hour>|<numword>) 'o' ''clock'",
)
def clock(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a time of the day, on the day that is named or else on the anchor's."""
    groups = found.match.groupdict()
    if found.words.at(found.start - 1) == "high":
        return None
    time = _word_time(found) if "word" in groups else _read_time(found)
    if time is None:
        return None
    day = _day(found, setting)
    modifier = "APPROX" if found.all()[0] in ("about", "around") else None
    return found.as_expression("time", f"{day or 'XXXX-XX-XX'}T{time}", modifier)


def _word_time(found: Found) -> str:
    return "24:00" if found.part("word") == ["midnight"] else "12:00"


def _read_time(found: Found) -> str | None:
    groups = found.match.groupdict()
    if "dotted" in groups:
        hours, _, minutes = found.part("dotted")[0].partition(".")
    else:
        hours = found.part("hour")[0]
        minutes = found.part("minute")[0] if groups.get("minute") else "00"
    if not hours.isdigit() or not minutes.isdigit() or len(minutes) != 2:
        return None
    hour, noon = int(hours), found.part("noon") if "noon" in groups else []
    if noon:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if noon[0].startswith("p") else 0)
    elif len(minutes) != 2 or found.words.at(found.end) in (":", "%") or found.words.at(found.start - 1) in (":", "."):
        return None
    return f"{hour:02}:{minutes}" if hour <= 24 and int(minutes) < 60 else None


def _day(found: Found, setting: Setting) -> str | None:
    groups = found.match.groupdict()
    if groups.get("name"):
        return shift(setting.anchor, lexicon().values["dayname"][found.part("name")[0]], "D")
    if groups.get("month"):
        number = read_ordinal(found.part("date"))
        return nearest_day(setting, found, read_month(found.part("month")), number) if number else None
    if groups.get("last"):
        return shift(setting.anchor, -1, "D")
    anchor = day_of(setting.anchor)
    if groups.get("weekday") and anchor:
        way = 1 if setting.tense(found.start, found.end) == "future" else -1
        day = weekday_from(anchor, read_weekday(found.part("weekday")), way, today=True)
        return day.isoformat() if day else None
    return shift(setting.anchor, 0, "D") if not groups.get("weekday") else None


RULES: list[Rule] = list(chain(clock))
