"""Rules for named holidays: those of one day everywhere, those counted from Easter, and a country's own.

The `holidays` library, which knows the days of each country and year, is imported only when a
holiday is named that it alone can date.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from onrecord.dates.anchoring import distance_to
from onrecord.dates.numbers import read_month, read_year
from onrecord.dates.relative import direction_of
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, read_part, rule
from onrecord.dates.tense import ends_sentence
from onrecord.dates.values import day_of, easter, nearest, shift, week_value, year_of
from onrecord.dates.words import Words, lexicon

_SENTENCE = 60  # words looked at on each side for the country that a sentence speaks of
_LONGEST = 5  # words of a holiday's name
_PLAIN = frozenset(("day", "festival", "holiday", "holidays", "the", "national", "of", "eve"))
_INSTEAD = frozenset(("observed", "lieu", "substituted"))  # a day off for one that fell on a weekend
_WORD = re.compile(r"[^\W\d_]{2,}")
_CLOSE = 14  # days within which the nearest holiday is meant, whatever the tense
_APART = 3  # days between two days of one feast; what lies farther apart is two feasts, and unclear


@cache
def _names() -> Mapping[str, tuple[str, Any]]:
    """Return every holiday that the data file names: how it is dated, and by what."""
    tables = lexicon().tables["holidays"]
    names: dict[str, tuple[str, Any]] = {}
    for how in ("fixed", "easter", "national"):
        for value, words in tables[how].items():
            names.update(dict.fromkeys(words, (how, value)))
    return names


@cache
def _called() -> Mapping[str, str]:
    return {name: called for called, names in lexicon().tables["holidays"]["called"].items() for name in names}


@cache
def _countries() -> Mapping[str, str]:
    return {word: code for code, words in lexicon().tables["countries"].items() for word in words}


@lru_cache(maxsize=256)
def _days_in(country: str, year: int) -> tuple[tuple[frozenset[str], date], ...]:
    """Return the holidays of a country in a year, each as the words of its name, and its day."""
    import holidays  # takes a tenth of a second, so only an article that names a holiday pays for it

    if country not in holidays.list_supported_countries(include_aliases=False) or not 1900 <= year <= 2100:
        return ()
    options: dict[str, Any] = {"years": year}
    languages = holidays.list_localized_countries(include_aliases=False).get(country, [])
    if "en_US" in languages:
        options["language"] = "en_US"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of years whose days the library only estimates
        known = holidays.country_holidays(country, **options)
    return tuple((_words_of(name.lower()), day) for day, names in sorted(known.items()) for name in names.split("; "))


def _words_of(name: str) -> frozenset[str]:
    """Return the words of a holiday's name, in the one spelling of the library."""
    return frozenset(_WORD.findall(name.replace("labour", "labor")))


def _dates_of(name: str, country: str | None, year: int) -> list[date]:
    """Return the days of a holiday in a year, several where it lasts longer; none where it is not known."""
    how, value = _names().get(name, ("national", country))
    if how == "fixed":
        return [date(year, int(value[:2]), int(value[3:]))]
    if how == "easter":
        return [easter(year) + timedelta(days=int(value))] if 1583 <= year <= 4099 else []
    code = country or value
    if name == "election day" and code == "US":
        first = date(year, 11, 1)
        return [first + timedelta(days=1 + (7 - first.weekday()) % 7)]
    if name == "black friday":
        return [day + timedelta(days=1) for day in _dates_of("thanksgiving", "US", year)]
    return _library_days(_called().get(name, name), code, year) if code else []


def _library_days(name: str, country: str, year: int) -> list[date]:
    """Return the days whose name in the library has all words of a holiday's name."""
    wanted = _words_of(name) - _PLAIN or _words_of(name)
    days = [(words, day) for words, day in _days_in(country, year) if wanted and wanted <= words]
    themselves = [day for words, day in days if not words & _INSTEAD]
    return themselves or [day for _, day in days]


def _country_near(words: Words, start: int, end: int) -> str | None:
    """Return the country that the sentence around the words names, nearest first."""
    for steps in (range(start - 1, max(-1, start - _SENTENCE), -1), range(end, min(len(words.words), end + _SENTENCE))):
        for index in steps:
            if ends_sentence(words, index):
                break
            code = _countries().get(words.at(index)) or _country_of_holiday(words, index)
            if code and words.written(index)[:1].isupper():
                return code
    return None


def _country_of_holiday(words: Words, index: int) -> str | None:
    """Return the country of a holiday of one country alone that begins at a word: "Pchum Ben"."""
    for length in (2, 1):
        how, value = _names().get(" ".join(words.at(index + i) for i in range(length)), ("", None))
        if how == "national" and value != "US":
            return str(value)
    return None


def _join(parts: list[str]) -> str:
    """Return the words of a name as the data file writes them."""
    return re.sub(r" (?=')| ?(-) ?", lambda mark: mark[1] or "", " ".join(parts))


def _read(found: Found, setting: Setting, name: str) -> TimeExpression | None:
    """Return a holiday as its day, or as the first and the last of its days."""
    how, own = _names().get(name, ("", None))
    country = setting.country or _country_near(found.words, found.start, found.end)
    if how == "national" and not (country and _dates_of(name, country, year_of(setting.anchor) or 2020)):
        country = own
    days = _choose(found, setting, name, country.upper() if country else None)
    if "week" in found.all() and days:
        return found.as_expression("date", week_value(days[0]), read_part(found))
    if any((after - before).days > _APART for before, after in pairwise(days)):
        days = []
    value = "/".join(day.isoformat() for day in (days[:1] + days[-1:] if len(days) > 1 else days)) or None
    setting.remember(days[-1].isoformat() if days else None)
    return found.as_expression("date", value, read_part(found))


def _choose(found: Found, setting: Setting, name: str, country: str | None) -> list[date]:
    """Return the days of a holiday in the year that the words, or else the tense, tell."""
    if found.has("year") or found.has("way"):
        way = direction_of(found, "way") if found.has("way") else None
        year = read_year(found.part("year")) if way is None else year_of(shift(setting.anchor, way, "Y"))
        return _dates_of(name, country, year) if year and 1 < year < 9998 else []
    if (anchor := day_of(setting.anchor)) is None:
        year = year_of(setting.anchor)
        return _dates_of(name, country, year) if year and 1 < year < 9998 else []
    runs = [_dates_of(name, country, year) for year in range(max(1, anchor.year - 1), min(9999, anchor.year + 1) + 1)]
    firsts = {run[0]: run for run in runs if run}
    if found.has("month"):
        month = read_month(found.part("month"))
        firsts = {first: run for first, run in firsts.items() if first.month == month} or firsts
    tense = setting.tense(found.start, found.end, True)  # "he said about a release at Pchum Ben" may be ahead
    if "week" in found.all():  # it goes on: "as Easter week began"
        tense = None
    if found.has("direction"):
        tense = {-1: "past", 1: "future"}.get(direction_of(found))
        firsts = {day: run for day, run in firsts.items() if tense or day.year == anchor.year} or firsts
    close = distance_to(list(firsts), anchor) <= _CLOSE and not found.has("direction")
    chosen = nearest(iter(firsts), anchor, None if close else tense)
    return firsts[chosen] if chosen else []


_WHICH = (
    "(?:(?:','|'of'|'in')?(?P<year>{anyyear})|'in'(?P<month>{monthname})|'of'?(?P<way>'last'|'this'|'next')'year')?"
)
_AROUND = ("(?P<part>{part})?'the'?(?P<direction><direction>)?", "(?:<holidayhead>|'week'|'weekend')?"
           + _WHICH)  # fmt: skip


@rule(
    *(
        _AROUND[0] + f"(?P<name><holiday>{'(?:<hyphen>?<holiday>)' * count})" + _AROUND[1]
        for count in reversed(range(_LONGEST))  # "Christmas Eve" before "Christmas" with a head
    )
)
def named(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a holiday that the data file names."""
    parts = found.part("name")
    name = _join(parts)
    written = found.words.written(found.match.start("name"))
    if name not in _names() or not written[:1].isupper():
        return None
    return _read(found, setting, name)


@rule(_AROUND[0] + "(?P<name><holidayfirst>''s'?<holidayhead>)" + _WHICH)
def general(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a holiday that each country has on its own day: "Independence Day"."""
    start, end = found.match.span("name")
    if not (found.words.written(start)[:1].isupper() and found.words.written(end - 1)[:1].isupper()):
        return None
    return _read(found, setting, _join(found.part("name")))


RULES: list[Rule] = [*named, *general]
