"""Rules for the quarters and halves of a year, of which business news speaks: "the year-ago quarter"."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.distances import distance
from onrecord.dates.numbers import read_length, read_ordinal, read_year
from onrecord.dates.relative import direction_of
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, rule
from onrecord.dates.tense import ends_sentence
from onrecord.dates.values import quarter_of, shift, year_of
from onrecord.dates.words import lexicon

_AGO = (
    "(?P<ago>'year'<hyphen>('ago'|'earlier')|'comparable'|'comparable' 'year'<hyphen>('ago'|'earlier')|'corresponding')"
)
_NEAR = 1000  # words for which "a year earlier" still speaks of the quarter before it
_SENTENCE = 40  # words before it in which figures are looked for
_LATE = 3  # a fourth quarter is this year's from the third on


def _keep(found: Found, setting: Setting, value: str | None) -> str | None:
    now, named = quarter_of(setting.anchor), quarter_of(value)
    # A quarter that runs is only spoken of as over where it is a firm's own: "reported fourth-quarter earnings".
    told = named == now and setting.tense(found.start, found.end) == "past"
    if named and (now is None or named < now or told):
        setting.quarter, setting.quarter_at = value, found.start
    return value


def current(found: Found, setting: Setting) -> str | None:
    """Return the period that the words around speak of: the quarter last named, else the one that is over.

    It is the year where figures of half a year or of nine months were named last.
    """
    if setting.quarter and found.start - setting.quarter_at < _NEAR:
        return setting.quarter
    return shift(setting.anchor, -1, "Q")


@rule("'the'('first'|'latest')?(?P<length>('six'|'nine'|'6'|'9')'months')(?!'ago'|'earlier'|'later'|'before'|'after')")
def months_of_figures(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the nine months"; what is then compared "with a year earlier" is not a quarter."""
    setting.quarter, setting.quarter_at = shift(setting.anchor, 0, "Y"), found.start
    return found.as_expression("duration", read_length(found.part("length")))


@rule(
    "'the'?(?:" + _AGO + "|(?P<year><year>)|(?P<direction>'this'|'last'|'next')'year'(?P<mark>''s')|'its'|'latest')?"
    "'fiscal'?<hyphen>?(?P<number><ordinal>)<hyphen>?'fiscal'?'quarter'"
    "(?:(?:'of'|',')?(?:'fiscal'?(?P<year2>{anyyear})|(?P<direction2>'this'|'last'|'next')'year'))?",
    "(?P<year>{anyyear})?(?P<q>'q')(?P<digit>'1'|'2'|'3'|'4')"
    "(?:','?'of'?(?P<year2>{anyyear})|(?P<direction>'this'|'last'|'next')'year')?",
    "(?P<year><year>)'the'(?P<number><ordinal>)<hyphen>?'quarter'",
)
def numbered(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a quarter by its number; without a year it is the latest that has begun, or this year's."""
    groups = found.match.groupdict()
    number = read_ordinal(found.part("digit" if "digit" in groups else "number"))
    if number is None or not 1 <= number <= 4:
        return None
    year = _year_named(found, setting)
    if year is None:
        year = _year_near(found, setting, number)
        if year is not None and groups.get("ago"):
            year -= 1
    value = f"{year:04}-Q{number}" if year else None
    if "ago" not in groups or not found.has("ago"):
        _keep(found, setting, value)
    return found.as_expression("date", value)


def _year_named(found: Found, setting: Setting) -> int | None:
    groups = found.match.groupdict()
    for name in ("year", "year2"):
        if groups.get(name):
            return read_year(found.part(name))
    for name in ("direction", "direction2"):
        if groups.get(name):
            return year_of(shift(setting.anchor, direction_of(found, name), "Y"))
    return None


def _year_near(found: Found, setting: Setting, number: int) -> int | None:
    """Return the year of a quarter that has only a number."""
    anchor = quarter_of(setting.anchor)
    if anchor is None:
        return None
    year, now = anchor
    if number > now and setting.tense(found.start, found.end) != "future" and not (number == 4 and now == _LATE):
        return year - 1
    return year


@rule(
    "'the'?" + _AGO + "(?P<what>'quarter'|'period'|'quarters')?",
    "'the'(?P<what>'quarter'|'period')(?:'a' 'year'('ago'|'earlier'))",
    "'the'('same'|'comparable'|'corresponding')(?P<what>'quarter'|'period')"
    "('last' 'year'|'of' 'last' 'year'|'a' 'year'('ago'|'earlier'))",
    "'last' 'year' ''s'(?P<what>'quarter'|'period')",
)
def year_ago(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the year-ago quarter": the one a year before the quarter that is spoken of."""
    words = found.all()
    if len(words) == 1 and words[0] in ("comparable", "corresponding"):
        return None
    if words[-1] in ("comparable", "corresponding"):
        return None
    return found.as_expression("date", _a_year_before(current(found, setting)))


def _compares(found: Found) -> bool:
    """Tell whether the sentence compares figures: "up from $12 million a year earlier"."""
    figures = lexicon().tables["figures"]["words"]
    for index in range(found.start - 1, max(-1, found.start - _SENTENCE), -1):
        if ends_sentence(found.words, index):
            break
        if found.words.at(index) in figures:
            return True
    return any(found.words.at(index) in figures for index in range(found.end, found.end + 8))


def _a_year_before(value: str | None) -> str | None:
    if value is None:
        return None
    quarter = quarter_of(value)
    return f"{quarter[0] - 1:04}-Q{quarter[1]}" if quarter else shift(value, -1, "Y")


@rule("'the'?(?P<year><year>)(?P<what>'period'|'quarter')")
def of_year(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the 1988 period": the same quarter of another year."""
    quarter = quarter_of(current(found, setting))
    year = int(found.part("year")[0])
    return found.as_expression("date", f"{year}-Q{quarter[1]}" if quarter else f"{year}")


@rule("'the'(?P<which>'latest'|'most' 'recent'|'current')?'fiscal'?(?P<what>'quarter'|'period')(?!'of' 'a')",
      "('that'|'this')'quarter'")  # fmt: skip
def the_quarter(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the quarter", "the latest period"."""
    words = found.all()
    if ("period" in words and "latest" not in words) or found.words.at(found.end) == "-":
        return None
    if "current" in words or words[0] == "this":
        return found.as_expression("date", shift(setting.anchor, 0, "Q"))
    value = current(found, setting)
    return found.as_expression("date", value if quarter_of(value) else shift(setting.anchor, -1, "Q"))


@rule("(?P<length>'a' 'year')(?P<way>'ago'|'earlier'|'before')")
def a_year_ago(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "a year earlier": of a quarter where one was just named, else of the last year."""
    if setting.quarter and found.start - setting.quarter_at < _NEAR and _compares(found):
        return found.as_expression("date", _a_year_before(setting.quarter))
    if found.part("way") == ["before"]:
        return None
    if found.part("way") == ["earlier"]:
        return found.as_expression("date", shift(setting.year or setting.anchor, -1, "Y"))
    return distance[0].read(found, setting)  # type: ignore[return-value]


@rule(
    "'the'?(?P<number>'first'|'second')<hyphen>?'half''of'?"
    "(?:(?P<year>{anyyear})|(?P<direction>'this'|'last'|'next')'year'|'the' 'year')"
)
def half_of(found: Found, setting: Setting) -> TimeExpression | None:
    """Return "the first half of 2018"."""
    year = _year_named(found, setting) or year_of(setting.anchor)
    number = read_ordinal(found.part("number"))
    return found.as_expression("date", f"{year:04}-H{number}" if year else None)


@rule("'the'?(?P<which>'first'|'last')'two''quarters''of'?(?P<year>{anyyear})")
def two_quarters(found: Found, _: Setting) -> TimeExpression | None:
    """Return "the first two quarters of 2018": they are a half of it."""
    year = read_year(found.part("year"))
    half = 1 if found.part("which") == ["first"] else 2
    return found.as_expression("date", f"{year:04}-H{half}" if year else None)


@rule("'h'(?P<number>'1'|'2')(?P<year>{anyyear})", "(?P<year><year>)'h'(?P<number>'1'|'2')")
def short_half(found: Found, _: Setting) -> TimeExpression | None:
    """Return "H1 2018"."""
    year = read_year(found.part("year"))
    return found.as_expression("date", f"{year:04}-H{found.part('number')[0]}") if year else None


RULES: list[Rule] = list(
    chain(numbered, months_of_figures, year_ago, of_year, the_quarter, a_year_ago, half_of, two_quarters, short_half)
)
