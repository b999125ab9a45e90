"""Rules for months, years, decades and centuries that are written out: "July 2015", "1984-86", "the 1990s"."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.anchoring import nearest_month, weekdays_in
from onrecord.dates.numbers import full_year, read_month, read_number, read_ordinal, read_year
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, read_part, rule
from onrecord.dates.values import make_date, month_of, shift, week_value, year_of
from onrecord.dates.words import lexicon

_PART = "(?P<part>{part})?"
_SHAKY = ("may", "march")  # a month only where a word before it says so


@rule(
    "(?P<month>{monthname})(?:<hyphen>|<dash>|'to'|'through'|'until'|'till'|'and'|'or')(?P<month2>{monthname})','?"
    "(?P<year><year>)"
)
def two_months(found: Found, setting: Setting) -> list[TimeExpression] | None:
    """Return two months of one year: "from January to March 2017"."""
    year = int(found.part("year")[0])
    first, second = (read_month(found.part(name)) for name in ("month", "month2"))
    values = make_date(year - (first > second), first), setting.remember(make_date(year, second))
    return [
        found.as_expression("date", values[0], end=found.match.end("month")),
        found.as_expression("date", values[1], start=found.match.start("month2")),
    ]


@rule(
    _PART + "'the'?(?:'month' 'of')?(?P<month>{monthname})(?:','|'of'|'-')?(?P<year>{anyyear})",
    "(?P<year><year>)(?:','|<hyphen>|'/')?(?P<month><month>)(?![-])",
)
def month_of_year(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a month with its year."""
    year = read_year(found.part("year"))
    value = make_date(year, read_month(found.part("month"))) if year else None
    return found.as_expression("date", setting.remember(value), read_part(found)) if value else None


@rule(_PART + "(?:'the' 'month' 'of')?(?P<month><month>)(?:'.'(?=x|<hyphen>|','))?")
def month(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a month without its year, which the tense tells."""
    name = found.part("month")[0]
    before = found.words.at(found.start - 1)
    if name in _SHAKY and before not in lexicon().before["month"] and not found.has("part"):
        return None
    if (
        len(name) <= 4
        and name not in ("may", "june", "july")
        and not found.has("part")
        and before not in lexicon().before["short_month"]
    ):
        return None
    if found.words.written(found.match.start("month"))[:1].islower() and len(name) == 3:
        return None
    number = read_month([name])
    value = _month_beside_year(setting, found, number) or nearest_month(setting, found, number)
    return found.as_expression("date", setting.remember(value), read_part(found))


def _month_beside_year(setting: Setting, found: Found, number: int) -> str | None:
    """Return the month of the year that stands right before it: "this year through August", "last year in May"."""
    words, at = found.words, found.start - 1
    at -= words.at(at) in lexicon().before["month"]
    at -= words.at(at) == ","
    way = lexicon().values["direction"].get(words.at(at - 1))
    if words.at(at) != "year" or way is None:
        return None
    year = year_of(shift(setting.anchor, int(way), "Y"))
    return make_date(year, number) if year else None


@rule(_PART + "(?:'the' 'year'|'fiscal' 'year'?|'calendar'|'year')?(?P<year><year>)")
def year(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a bare year, unless its surroundings show that it is only a number."""
    at = found.match.start("year")
    number = int(found.part("year")[0])
    words = found.words
    before, after = words.at(at - 1), words.at(at + 1)
    plain = at == found.start
    tables = lexicon().tables["years"]
    if after in lexicon().counted or after in ("%", "/") or (after in ("-", "–") and words.is_tight(at + 1)):
        return None
    if plain and (before in tables["number_signs"] or before in ("/", "+") or _is_joined(found, at)):
        return None
    if plain and not 1900 <= number <= 2100 and before not in lexicon().before["year"]:
        return None
    return found.as_expression("date", setting.remember(f"{number:04}"), read_part(found))


def _is_joined(found: Found, at: int) -> bool:
    """Tell whether the characters beside a number belong to it: "x2018", "2018km", "B-2000"."""
    word, text = found.words.words[at], found.words.text
    around = text[max(0, word.start - 1) : word.start] + text[word.end : word.end + 1]
    return any(c.isalnum() or c in "$£€_@" for c in around) or (
        text[word.start - 1 : word.start] == "-" and found.words.is_tight(at - 1)
    )


@rule("(?P<year>'the' 'year'{spelled}|{spelled})")
def spelled_year(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a year in words: "nineteen ninety-seven"."""
    words = found.part("year")
    named = words[:2] == ["the", "year"]
    words = words[2:] if named else words
    named = named or found.words.at(found.start - 1) in ("in", "year", "since", "until", "from")
    if ("hundred" in words or "thousand" in words) and not named:
        return None
    if found.words.at(found.end) in lexicon().counted:
        return None
    number = read_year(words)
    return found.as_expression("date", setting.remember(f"{number:04}")) if number else None


@rule("(?:'from')?(?P<first><year>)<hyphen>(?P<second><year>|<two>)(?!'-'|<hyphen>|'/')")
def years(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a range of years, "1984-86", or a month in ISO 8601, "2018-08"."""
    first, text = int(found.part("first")[0]), found.part("second")[0]
    second = int(text) if len(text) == 4 else first - first % 100 + int(text)
    if not 1000 <= first <= 2200:
        return None
    if len(text) == 2 and second <= first:
        if (first + 1) % 100 == int(text):
            return found.as_expression("date", f"{first}/{first + 1}")
        value = make_date(first, int(text)) if 1 <= int(text) <= 12 else None
        return found.as_expression("date", setting.remember(value)) if value else None
    return found.as_expression("date", f"{first}/{second}") if first < second else None


@rule("(?P<month><month_number>)(?:'/'|<hyphen>)(?P<year><year>)(?!'/'|<hyphen>)")
def numeric_month(found: Found, _: Setting) -> TimeExpression | None:
    """Return a month in numbers: "11/2016"."""
    before = found.words.at(found.start - 1)
    if before in ("/", "-"):
        return None
    return found.as_expression("date", make_date(int(found.part("year")[0]), int(found.part("month")[0])))


@rule(
    _PART + "(?:'the'|'in')?'''?(?P<decade><decade>)",
    _PART + "'the'(?P<century><numword>)?<hyphen>?(?P<decade><decadename>)",
)
def decade(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a decade: `199` for "the 1990s"."""
    text = found.part("decade")[0]
    named = lexicon().values["decadename"].get(text)
    digits = text.rstrip("s").rstrip("'")
    if len(digits) == 4:
        start = found.start + (found.words.at(found.start) == "in")
        return found.as_expression("date", digits[:3], read_part(found), start=start) if digits >= "1000" else None
    if len(digits) == 2 and not {"the", "in", "'"} & set(found.all()):
        return None  # "in her early 20s" is an age
    start = found.start + (found.words.at(found.start) == "in")
    if found.has("century"):
        century = read_number(found.part("century"))
        return found.as_expression("date", f"{century:.0f}{named}"[:3], read_part(found)) if century else None
    decade_number = named if named is not None else int(digits)
    year = full_year(decade_number, year_of(setting.anchor))
    return found.as_expression("date", str(year)[:3], read_part(found), start=start)


@rule(_PART + "'the'?(?P<number>{day})<hyphen>?'century'")
def century(found: Found, _: Setting) -> TimeExpression | None:
    """Return a century: `20` for "the 21st century"."""
    number = read_ordinal(found.part("number"))
    return found.as_expression("date", f"{number - 1:02}", read_part(found)) if number else None


@rule(
    "'the'?(?P<number><ordinal>|'last')'week'(?:'of'|'in')?"
    "(?:(?P<month>{monthname})(?:','?(?P<year><year>))?|(?P<year2><year>)"
    "|'the'?(?P<direction><direction>)(?P<unit>'month'|'year'))"
)
def nth_week(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the first week of October": a week belongs to the month or year that has its Thursday."""
    if found.has("month"):
        number = read_month(found.part("month"))
        value = make_date(int(found.part("year")[0]), number) if found.has("year") else None
        value = value or nearest_month(setting, found, number)
    elif found.has("year2"):
        value = found.part("year2")[0]
    else:
        way = lexicon().values["direction"][found.part("direction")[0]]
        value = shift(setting.anchor, way, lexicon().values["unit"][found.part("unit")[0]])
    in_month, year = month_of(value), year_of(value)
    months = [in_month] if in_month else [(year, i) for i in range(1, 13)] if year else []
    thursdays = [day for one in months for day in weekdays_in(one, 4)]
    nth = -1 if found.part("number") == ["last"] else (read_ordinal(found.part("number")) or 99) - 1
    if nth >= len(thursdays):
        return found.as_expression("date", None) if value is None else None
    return found.as_expression("date", week_value(thursdays[nth]) if thursdays else None)


RULES: list[Rule] = list(chain(two_months, month_of_year, month, year, spelled_year, years, numeric_month))
RULES += [*decade, *century, *nth_week]
