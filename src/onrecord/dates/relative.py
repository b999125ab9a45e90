"""Rules for times that are told from another time: "last week", "two days ago", "the next day"."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.numbers import read_length, read_month, read_weekday, read_year
from onrecord.dates.rules import Found, Kind, Rule, Setting, TimeExpression, read_part, rule
from onrecord.dates.values import (
    add_days,
    day_of,
    make_date,
    month_of,
    shift,
    weekday_from,
    year_of,
)
from onrecord.dates.words import lexicon

_PART = "(?P<part>{part})?"
_HALF = "(?P<half><dayhalf>)?"
_ONE_UNIT = "(?P<unit>'day'|'week'|'month'|'year'|'quarter'|'decade'|'century'|'weekend'|'fortnight'|'night')"
_VAGUE = {"future": "FUTURE_REF", "past": "PAST_REF", "recently": "PAST_REF"}


def direction_of(found: Found, name: str = "direction") -> int:
    """Return -1, 0 or 1 for "last", "this" or "next"."""
    return int(lexicon().values["direction"][found.part(name)[0]])


def with_half(found: Found, value: str | None, name: str = "half") -> str | None:
    """Return a day's value with the part of the day that is named: `2018-08-25TEV`."""
    if value is None or not found.has(name):
        return value
    return f"{value}T{lexicon().values['dayhalf'][found.part(name)[-1]]}"


def day_kind(found: Found, name: str = "half") -> Kind:
    """Return the kind of an expression that may name a part of the day."""
    return "time" if found.has(name) else "date"


def from_anchor(setting: Setting, days: int) -> str | None:
    """Return the day so many days after the anchor."""
    return shift(setting.anchor, days, "D")


@rule(
    _PART + "(?P<name><dayname>)" + _HALF,
    "(?P<part>{part})(?P<name><dayname>)'in'?'the'?" + _HALF,
    "(?P<half>'mid'<hyphen><dayhalf>)(?P<name><dayname>)",
)
def named_day(found: Found, setting: Setting) -> TimeExpression | None:
    """Return yesterday, today or tomorrow, with its part of the day."""
    name = found.part("name")[0]
    if _is_an_age(found) or _is_a_name(found):
        return None
    value = from_anchor(setting, lexicon().values["dayname"][name])
    part = read_part(found) if "part" in found.match.groupdict() else "MID"
    return found.as_expression(day_kind(found), with_half(found, value), part)


def _is_an_age(found: Found) -> bool:
    """Tell whether a day stands for its age: "today's world", "the leaders of tomorrow"."""
    words, whose = found.words, lexicon().tables["ages"]
    if words.at(found.end) == "'s":
        return any(words.at(found.end + i) in whose["words"] for i in (1, 2))
    return (
        found.all() == ["tomorrow"]
        and words.at(found.start - 1) == "of"
        and words.at(found.start - 2) in whose["people"]
    )


def _is_a_name(found: Found) -> bool:
    """Tell whether a day ends the name of a paper or a programme: "Vessen Today"."""
    words, at = found.words, found.start
    before = words.written(at - 1)
    return words.written(at)[:1].isupper() and before[:1].isupper() and before.isalpha()


@rule("'the'?'day'(?P<way>'before'|'after')(?P<name>'yesterday'|'tomorrow')")
def day_beside(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the day before yesterday"."""
    way = -1 if found.part("way") == ["before"] else 1
    return found.as_expression("date", from_anchor(setting, way + lexicon().values["dayname"][found.part("name")[0]]))


@rule(
    _PART + "(?P<when>'tonight'|'overnight')",
    _PART + "(?P<when>'last')'night'",
    _PART + "(?P<when>'this')(?P<half><dayhalf>)",
    "'later'(?P<when>'that')'night'",
    "(?P<when>'that')(?P<half><dayhalf>)",
    "'the'(?P<when>'next'|'following'|'previous')(?P<half><dayhalf>)",
    "'the'(?P<half>'morning'|'afternoon'|'evening')(?P<when>)",
)
def part_of_day(found: Found, setting: Setting) -> TimeExpression | None:
    """Return tonight, last night, this morning, that evening."""
    when = "".join(found.part("when"))
    if not when and found.words.at(found.start - 1) != "in":
        return None
    half = found.part("half") if "half" in found.match.groupdict() else []
    letters = lexicon().values["dayhalf"][half[0]] if half else "NI"
    if when in ("", "that", "next", "following", "previous"):
        day = shift(setting.day or setting.anchor, {"": 0, "that": 0, "previous": -1}.get(when, 1), "D")
    else:
        day = from_anchor(setting, -1 if when == "last" else 0)
    modifier = read_part(found) if "part" in found.match.groupdict() else None
    return found.as_expression("time", f"{day}T{letters}" if day else None, modifier)


@rule(
    _PART + "(?:'the'?(?P<direction><direction>)'coming'?)?(?P<weekday><weekday>)(?:'.'(?=','))?" + _HALF
    + "(?:'of'?(?P<week><direction>)'week')?",
    "(?P<week><direction>)'week'(?:'on'|',')?(?P<weekday><weekday>)" + _HALF,
    "'early'(?P<weekday><weekday>)" + _HALF,
)  # fmt: skip
def weekday(found: Found, setting: Setting) -> TimeExpression | None:
    """Return the day that a weekday means, by its direction word or else by the tense."""
    groups = found.match.groupdict()
    name = found.part("weekday")[0]
    if (len(name) < 5 and not found.words.written(found.match.start("weekday"))[:1].isupper()) or name.endswith("ys"):
        return every_weekday(found) if name.endswith("ys") else None
    anchor = day_of(setting.anchor)
    number = read_weekday([name])
    if "week" in groups and found.has("week"):
        value = _in_week(setting, direction_of(found, "week"), number)
    elif anchor is None:
        value = None
    elif "direction" in groups and found.has("direction"):
        value = _toward(found, setting, number)
    else:
        value = _by_tense(found, setting, number)
    part = read_part(found) if "part" in groups else "START"
    return found.as_expression(day_kind(found), with_half(found, setting.remember(value)), part)


def every_weekday(found: Found) -> TimeExpression:
    """Return the set of all such weekdays: "on Sundays"."""
    number = read_weekday(found.part("weekday"))
    return found.as_expression("set", f"XXXX-WXX-{number}")


def _in_week(setting: Setting, weeks: int, number: int) -> str | None:
    anchor = day_of(setting.anchor)
    day = add_days(anchor, 7 * weeks + number - anchor.isoweekday()) if anchor else None
    return day.isoformat() if day else None


def _toward(found: Found, setting: Setting, number: int) -> str | None:
    """Return last, this or next Sunday: last is the nearest before, next is that of the week to come."""
    anchor = day_of(setting.anchor)
    if anchor is None:
        return None
    word = found.part("direction")[0]
    way = direction_of(found)
    if word in ("previous", "following", "preceding"):
        base = day_of(setting.day) or anchor
        day = weekday_from(base, number, way, today=False)
    elif "coming" in found.all() or word == "upcoming":
        day = weekday_from(anchor, number, 1, today=False)
    elif way < 0 or "past" in found.all():
        day = weekday_from(anchor, number, -1, today=False)
    elif way > 0:
        return _in_week(setting, 1, number)
    else:
        day = weekday_from(anchor, number, 1, today=True)
    return day.isoformat() if day else None


def _by_tense(found: Found, setting: Setting, number: int) -> str | None:
    anchor = day_of(setting.anchor)
    if anchor is None:
        return None
    way = 1 if setting.tense(found.start, found.end) == "future" else -1
    day = weekday_from(anchor, number, way, today=True)
    return day.isoformat() if day else None


@rule(_PART + "'the'?(?P<direction><direction>)(?:'coming'|'past')?'calendar'?" + _ONE_UNIT)
def unit(found: Found, setting: Setting) -> TimeExpression | None:
    """Return last week, this year, next month, the following day."""
    way, name = direction_of(found), found.part("unit")[0]
    if found.end - found.start == 2 and found.words.written(found.end - 1)[:1].isupper():
        return None  # a programme or a paper: "This Week"
    word = found.part("direction")[0]
    if word == "past" and way < 0 and name != "weekend":
        return found.as_expression("duration", read_length(["a", name]), read_part(found))
    if name in ("century", "decade") and word in ("last", "past"):
        return found.as_expression("date", shift(setting.anchor, -1, "EC"[name == "century"]), read_part(found))
    if name == "weekend":
        return found.as_expression("date", _weekend(setting, way), read_part(found))
    if name == "night":
        return None
    base, with_the = setting.anchor, "the" in found.all()
    if word in ("following", "previous", "preceding") or (with_the and name == "day"):
        base = _carried(setting, name) or base
    return found.as_expression(
        "date", _kept(setting, shift(base, way, lexicon().values["unit"][name])), read_part(found)
    )


def _kept(setting: Setting, value: str | None) -> str | None:
    return setting.remember(value) if value and day_of(value) else value


def _carried(setting: Setting, name: str) -> str | None:
    """Return the last explicit time that is precise enough for a unit."""
    if name in ("day", "week"):
        return setting.day
    return setting.month if name in ("month", "quarter") else setting.year


def _weekend(setting: Setting, way: int) -> str | None:
    week = shift(setting.anchor, way, "W")
    return f"{week}-WE" if week else None


@rule("(?P<part>{part})?'the''weekend'", "(?P<part>{part})?'this''weekend'")
def weekend(found: Found, setting: Setting) -> TimeExpression | None:
    """Return the weekend: the last one where the tense is past, else the one to come."""
    anchor = day_of(setting.anchor)
    past = setting.tense(found.start, found.end) == "past"
    way = -1 if past and anchor and anchor.isoweekday() < 6 else 0
    return found.as_expression("date", _weekend(setting, way), read_part(found))


@rule(_PART + "(?P<which>'that'|'the'?'same'|'that''same'|'this''same')" + _ONE_UNIT)
def carried(found: Found, setting: Setting) -> TimeExpression | None:
    """Return that day, the same year: the last one that the text spoke of."""
    name = found.part("unit")[0]
    letter = lexicon().values["unit"].get(name)
    if name == "weekend":
        week = shift(setting.day, 0, "W")
        return found.as_expression("date", f"{week}-WE" if week else None)
    if letter is None:
        return None
    return found.as_expression("date", shift(_carried(setting, name), 0, letter), read_part(found))


@rule("'for'(?P<year>'the' 'year')(?!'of'|'ended'|'ending'|'to'|<year>|'before'|'after'|'that'|'in'|<numword>)")
def for_the_year(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "for the year": the one that runs."""
    return found.as_expression("date", shift(setting.anchor, 0, "Y"), start=found.match.start("year"))


@rule("(?P<part>{part})'the'?(?P<unit>'day'|'week'|'month'|'year'|'quarter')")
def part_of_unit(found: Found, setting: Setting) -> TimeExpression | None:
    """Return earlier in the week, the end of the year."""
    if found.part("part")[-1] not in ("the", "of", "in", "-") and "the" not in found.all():
        return None
    letter = lexicon().values["unit"][found.part("unit")[0]]
    return found.as_expression("date", shift(setting.anchor, 0, letter), read_part(found))


@rule("'the'?'year'(?:<hyphen>|''s')?'end'")
def year_end(found: Found, setting: Setting) -> TimeExpression | None:
    """Return the end of the year; "year-end" is its last day."""
    year = year_of(setting.anchor)
    if "-" in found.all():
        return found.as_expression("date", f"{year:04}-12-31" if year else None)
    return found.as_expression("date", shift(setting.anchor, 0, "Y"), "END")


@rule(
    _PART + "'the'?(?P<direction><direction>)(?:'past'|'coming')?(?P<month><month>)(?!'.'?<day>)",
    "(?P<part>{part})?(?P<month><month>)'of'?(?P<year>'this'|'last'|'next'|'the''same'|'that')'year'",
)
def month(found: Found, setting: Setting) -> TimeExpression | None:
    """Return last May, June last year."""
    anchor, number = month_of(setting.anchor), read_month(found.part("month"))
    groups = found.match.groupdict()
    if "year" in groups:
        word = found.part("year")[0]
        base = setting.year if word in ("the", "that") else setting.anchor
        year = year_of(shift(base, {"last": -1, "next": 1}.get(word, 0), "Y"))
        value = make_date(year, number) if year else None
    elif anchor is None:
        value = None
    else:
        way = direction_of(found)
        year = anchor[0] + (-1 if way < 0 and number >= anchor[1] else 1 if way > 0 and number <= anchor[1] else 0)
        value = make_date(year, number)
    return found.as_expression("date", setting.remember(value), read_part(found))


@rule(
    _PART + "'the'?(?P<direction><direction>)(?:'past'|'coming')?(?P<season><season>)",
    _PART + "'the'?(?P<season><season>)'of'?(?P<year>{anyyear})",
    _PART + "'the'(?P<season><season>)(?!<season>|'of')",
    "'in'(?P<season><season>)(?!<season>|'of')",
    "(?P<part>{part})(?P<season><season>)",
)
def season(found: Found, setting: Setting) -> TimeExpression | None:
    """Return last fall, the summer of 2018, this spring."""
    groups = found.match.groupdict()
    name = found.part("season")[0]
    letters = lexicon().values["season"][name]
    if name in ("springs", "falls") or ("year" not in groups and "direction" not in groups and name == "fall"):
        return None
    part = read_part(found) if "part" in groups else None
    if "year" in groups:
        year = read_year(found.part("year"))
    else:
        year = _season_year(found, setting, letters, direction_of(found) if "direction" in groups else None)
    return found.as_expression("date", f"{year:04}-{letters}" if year else None, part)


def _season_year(found: Found, setting: Setting, letters: str, way: int | None) -> int | None:
    """Return the year of a season; a winter has the year in which it begins."""
    anchor = month_of(setting.anchor)
    if anchor is None:
        return year_of(setting.anchor) if way == 0 else None
    first = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[letters]
    year, month_ = anchor
    if way is None:
        tense = setting.tense(found.start, found.end)
        way = -1 if tense == "past" and month_ < first else 1 if tense == "future" and month_ > first + 2 else 0
        return year + way
    if way < 0:
        return year - 1 if month_ < first + 3 else year
    if way > 0:
        return year + 1 if month_ >= first else year
    return year - 1 if letters == "WI" and month_ < 6 else year


@rule("'the''week' 'after' 'the'?'next'", "'the''month' 'after' 'the'?'next'", "'the''year' 'after' 'the'?'next'",
      "'the''weekend' 'after' 'the'?'next'")  # fmt: skip
def after_next(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the week after next"."""
    unit = found.all()[1]
    if unit == "weekend":
        return found.as_expression("date", _weekend(setting, 2))
    return found.as_expression("date", shift(setting.anchor, 2, lexicon().values["unit"][unit]))


@rule(
    "<reference>|'more' 'recently'|'right' 'now'|'at' 'present'|'at' 'the' 'moment'|'this' 'moment'",
    "(?:'will'|'would'|'could'|'may'|'might'|'can'|'ll')(?P<someday>'one' 'day')",
    "'in' 'future'|'the' 'near'?'future'|'the' 'recent' 'past'|'the' 'past'(?!<unit>|<digits>|<numword>|<amount>)",
)
def reference(found: Found, _: Setting) -> TimeExpression | None:
    """Return the vague times: now, recently, soon, the future."""
    words = found.all()
    if words[-2:] == ["one", "day"]:
        return found.as_expression("date", "FUTURE_REF", start=found.end - 2)
    known = lexicon().values["reference"]
    value = next((known[word] for word in words if word in known), _VAGUE.get(words[-1], "PRESENT_REF"))
    if words == ["the", "future"] and found.words.at(found.end) == "of":
        return None  # what will become of something
    if words == ["soon"] and "as" in (found.words.at(found.start - 1), found.words.at(found.end)):
        return None
    if words == ["soon"] and found.words.at(found.end) == "after":
        return None
    return found.as_expression("date", value)


RULES: list[Rule] = list(
    chain(
        named_day, day_beside, part_of_day, weekday, unit, weekend, carried, for_the_year, part_of_unit, year_end,
        month, season, after_next, reference,
    )
)  # fmt: skip
