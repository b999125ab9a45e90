"""Rules for days that are written out: "25 August 2018", "from 2 to 5 May", "25/8/2018", "Friday the 13th"."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.anchoring import nearest_day, nearest_month, weekdays_in
from onrecord.dates.numbers import full_year, read_month, read_ordinal, read_weekday, read_year
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, read_part, rule
from onrecord.dates.values import day_of, make_date, month_of, nearest, shift, week_value, year_of
from onrecord.dates.words import lexicon

_TO = "(?:<hyphen>|<dash>|'to'|'through'|'thru'|'until'|'till'|'-')"
_PART = "(?P<part>{part})?"


def _split_day(found: Found) -> tuple[int, int | None]:
    """Return month and day of the parts `month` and `day`."""
    return read_month(found.part("month")), read_ordinal(found.part("day"))


@rule(
    _PART + "(?P<weekday>{weekday})?(?P<month>{monthname})<hyphen>?'the'?(?P<day>{day})(?:','?(?P<year>{anyyear}))?",
    _PART + "(?P<weekday>{weekday})?'the'?(?P<day>{day})<hyphen>?'of'?(?P<month>{monthname})"
    "(?:(?:','|'of'|<hyphen>)?(?P<year>{anyyear}))?",
)
def day(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a day with its month, and its year where there is one."""
    month, number = _split_day(found)
    if number is None or not 1 <= number <= 31:
        return None
    if found.has("year"):
        year = read_year(found.part("year"))
        value = make_date(year, month, number) if year else None
    else:
        weekday = read_weekday(found.part("weekday")) if found.has("weekday") else None
        value = nearest_day(setting, found, month, number, weekday) or (
            nearest_day(setting, found, month, number) if weekday else None
        )
    if value is None and make_date(2000, month, number) is None:
        return None
    return found.as_expression("date", setting.remember(value), read_part(found))


@rule("(?P<month>{monthname})(?P<day>{day})(?:'and'|',')(?P<second><day>)(?!<month>|<unit>|'.'?<month>|<hyphen>)")
def two_days(found: Found, setting: Setting) -> list[TimeExpression] | None:
    """Return two days of one month: "April 24 and 25"."""
    month, number = _split_day(found)
    second = read_ordinal(found.part("second"))
    if number is None or second is None or number >= second:
        return None
    first = nearest_day(setting, found, month, number)
    year = year_of(first)
    other = make_date(year, month, second) if year else None
    middle = found.match.start("second")
    return [
        found.as_expression("date", first, end=middle - 1),
        found.as_expression("date", setting.remember(other), start=middle),
    ]


@rule(
    "(?:'from'|'between')?(?P<month>{monthname})(?P<day>{day})" + _TO + "(?P<second>{day})(?:','?(?P<year>{anyyear}))?",
    "(?:'from'|'between')?'the'?(?P<day>{day})(?:" + _TO + "|'and')'the'?(?P<second>{day})'of'?(?P<month>{monthname})"
    "(?:','?(?P<year>{anyyear}))?",
    "'between'(?P<month>{monthname})(?P<day>{day})'and'(?P<second>{day})(?:','?(?P<year>{anyyear}))?",
    "(?:'from'|'between')(?P<day>{day})(?:" + _TO + "|'and')(?P<month>{monthname})(?P<second>{day})"
    "(?:','?(?P<year>{anyyear}))?",
    "(?P<month>{monthname})(?P<day>{day})<hyphen>(?P<month2>{monthname})(?P<second>{day})(?:','?(?P<year>{anyyear}))?",
)
def days(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a range of days: "from 2 to 5 May", "May 2-5"."""
    month, number = _split_day(found)
    second = read_ordinal(found.part("second"))
    if number is None or second is None:
        return None
    last = read_month(found.part("month2")) if "month2" in found.match.groupdict() else month
    if last == month and number >= second:
        return None
    year = read_year(found.part("year")) if found.has("year") else None
    value = make_date(year, month, number) if year else nearest_day(setting, found, month, number)
    start = day_of(value)
    end = make_date(start.year + (last < month), last, second) if start else None
    if start is None or end is None:
        return found.as_expression("date", None) if make_date(2000, month, number) else None
    setting.remember(end)
    return found.as_expression("date", f"{value}/{end}")


@rule(
    "(?P<month>{monthname})(?P<day>{day})(?:<dash>|'to'|'through'|'until'|'till'|'and'|'or')"
    "(?P<month2>{monthname})(?P<day2>{day})','?(?P<year><year>)",
    "(?P<day>{day})'of'?(?P<month>{monthname})(?:<dash>|'to'|'through'|'until'|'till'|'and'|'or')'the'?"
    "(?P<day2>{day})'of'?(?P<month2>{monthname})','?(?P<year><year>)",
)
def two_days_of_year(found: Found, setting: Setting) -> list[TimeExpression] | None:
    """Return two days of one year: "from 3 May to 5 June 2017"."""
    year = int(found.part("year")[0])
    (month, day), (month2, day2) = (
        (read_month(found.part("month" + two)), read_ordinal(found.part("day" + two)) or 0) for two in ("", "2")
    )
    first, second = make_date(year - ((month, day) > (month2, day2)), month, day), make_date(year, month2, day2)
    if not first or not second or not day or not day2:
        return None
    middle = min(found.match.start("month2"), found.match.start("day2"))
    end = max(found.match.end("month"), found.match.end("day"))
    return [
        found.as_expression("date", first, end=end),
        found.as_expression("date", setting.remember(second), start=middle),
    ]


@rule(
    "(?P<a><year>)(?P<mark><hyphen>|'/')(?P<b><day>)(?:<hyphen>|'/')(?P<c><day>)(?!'/'|<hyphen>)",
    "(?P<a><day>)(?P<mark><hyphen>|'/')(?P<b><day>)(?:<hyphen>|'/'|',')(?P<c><year>|<two>)(?!'/'|<hyphen>)",
    "(?P<dotted><dotted>)",
    "(?P<a><year>)(?:<hyphen>|'/')(?P<b><month>)(?:<hyphen>|'/')(?P<c><day>)",
)
def numeric_day(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a day in numbers: "2018-08-25", "25/8/2018", "25.8.2018"."""
    dotted = "dotted" in found.match.groupdict()
    parts = found.part("dotted")[0].split(".") if dotted else [found.part(name)[0] for name in "abc"]
    value = _numeric(parts, setting, dotted=dotted)
    return found.as_expression("date", setting.remember(value)) if value else None


def _numeric(parts: list[str], setting: Setting, *, dotted: bool) -> str | None:
    months = lexicon().values["month"]
    a, b, c = (months[part] if part in months else int(part) if len(part) < 5 else 0 for part in parts)
    if len(parts[0]) == 4:
        return make_date(a, b, c)
    if len(parts[2]) not in (2, 4):
        return None
    year = c if len(parts[2]) == 4 else full_year(c, year_of(setting.anchor))
    month, day = (a, b) if setting.month_first and not dotted else (b, a)
    return make_date(year, month, day) or make_date(year, day, month)


@rule("'9' '/' '11'(?!'/')")
def nine_eleven(found: Found, _: Setting) -> TimeExpression | None:
    """Return the day that goes by its number alone."""
    return found.as_expression("date", "2001-09-11")


@rule("(?P<weekday><weekday>)'the'(?P<day>{day})")
def weekday_and_day(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "Friday the 13th": the nearest such day by tense."""
    number = read_ordinal(found.part("day"))
    return _day_alone(found, setting, number, read_weekday(found.part("weekday"))) if number else None


@rule("(?:'the')(?P<day><dayth>)(?!'of'|<unit>|'anniversary'|'floor'|'district'|<month>|<hyphen>)")
def day_alone(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "on the 25th", where nothing follows that the number could count."""
    if found.words.at(found.start - 1) not in ("on", "until", "by", "from", "since", "before", "after", "to", "for"):
        return None
    after = found.words.at(found.end)
    if after.isalpha() and after not in ("and", "at", "in", "when", "to", "for", "after", "before", "with", "but"):
        return None
    number = read_ordinal(found.part("day"))
    return _day_alone(found, setting, number, None) if number else None


def _day_alone(found: Found, setting: Setting, number: int, weekday: int | None) -> TimeExpression:
    anchor = day_of(setting.anchor)
    if anchor is None:
        return found.as_expression("date", None)
    months = (divmod(anchor.year * 12 + anchor.month - 1 + i, 12) for i in range(-12, 13))
    candidates = (day_of(make_date(year, rest + 1, number)) for year, rest in months if 0 < year < 10000)
    known = [day for day in candidates if day and (not weekday or day.isoweekday() == weekday)]
    chosen = nearest(iter(known), anchor, setting.tense(found.start, found.end))
    return found.as_expression("date", setting.remember(chosen.isoformat() if chosen else None))


@rule(
    "'the'?(?P<number><ordinal>|'last')(?P<weekday><weekday>)(?:'of'|'in')"
    "(?:(?P<month>{monthname})(?:','?(?P<year><year>))?|'the'?(?P<direction><direction>)'month')"
)
def nth_weekday(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the first Friday of July"."""
    if found.has("direction"):
        value = shift(setting.anchor, lexicon().values["direction"][found.part("direction")[0]], "M")
    elif found.has("year"):
        value = make_date(int(found.part("year")[0]), read_month(found.part("month")))
    else:
        value = nearest_month(setting, found, read_month(found.part("month")))
    in_month = month_of(value)
    if in_month is None:
        return found.as_expression("date", None)
    days = list(weekdays_in(in_month, read_weekday(found.part("weekday"))))
    number = -1 if found.part("number") == ["last"] else (read_ordinal(found.part("number")) or 9) - 1
    if number >= len(days):
        return None
    return found.as_expression("date", setting.remember(days[number].isoformat()))


@rule("'the'?'week'(?:'of'|'beginning'|'starting'|'commencing')'on'?(?P<month>{monthname})(?P<day>{day})",
      "'the'?'week'(?:'of'|'beginning'|'starting'|'commencing')'on'?'the'(?P<day><dayth>)")  # fmt: skip
def week_of(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the week of Aug. 20"."""
    if found.has("month"):
        month, number = _split_day(found)
        day = day_of(nearest_day(setting, found, month, number)) if number else None
    else:
        day = day_of(_day_alone(found, setting, read_ordinal(found.part("day")) or 0, None).value)
    return found.as_expression("date", week_value(day)) if day else None


@rule(
    "(?:'from'|'between')?'the'?(?P<day>{day})(?:" + _TO + "|'and')'the'?(?P<second>{day})(?:'of'|'in')?"
    "(?P<direction>'this'|'next'|'last')'month'",
    "'the'?(?P<day><dayth>)'of'(?P<direction>'this'|'next'|'last')'month'",
)
def days_of_month(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the 20th of next month", "from 4 to 22 this month"."""
    way = lexicon().values["direction"][found.part("direction")[0]]
    in_month = month_of(shift(setting.anchor, way, "M"))
    names = [name for name in ("day", "second") if found.has(name)]
    numbers = [read_ordinal(found.part(name)) or 0 for name in names]
    if not all(1 <= number <= 31 for number in numbers):
        return None
    days = [make_date(*in_month, number) if in_month else None for number in numbers]
    return found.as_expression("date", "/".join(day for day in days if day) if all(days) else None)


RULES: list[Rule] = list(
    chain(two_days, two_days_of_year, days, day, numeric_day, nine_eleven, weekday_and_day, day_alone)
)
RULES += [*nth_weekday, *week_of, *days_of_month]
