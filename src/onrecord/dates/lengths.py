"""Rules for lengths of time ("five years", "seven to 20 years") and for how often ("every day")."""

from __future__ import annotations

from itertools import chain

from onrecord.dates.distances import moved, read_exactness
from onrecord.dates.numbers import read_length, read_month, read_weekday
from onrecord.dates.rules import Found, Rule, Setting, TimeExpression, rule
from onrecord.dates.words import lexicon

_EXACT = "(?P<exact>{exactly})?"
_VAGUE = ("several", "many", "few", "a")
_OF_AGE = ("old", "olds")
_YEAR = len("1995")


@rule(
    _EXACT + "(?:'the'|'a')?(?P<stretch><stretch>)(?P<length>{length})",
    _EXACT + "'the'?(?P<length>{length})",
    _EXACT + "'the'(?P<stretch><stretch>)(?P<length>{quantity}'or'?{quantity}?<unit>)",
)
def length(found: Found, setting: Setting) -> TimeExpression | None:
    """Return a length of time; "will leave in three weeks" is a date."""
    words, parts = found.words, found.part("length")
    value = None if _is_age(found) or _is_no_length(found) else read_length(parts)
    if value is None:
        return None
    alone = found.start == found.match.start("length")
    if alone and words.at(found.start - 1) == "in" and setting.tense(found.start, found.end) == "future":
        return found.as_expression("date", moved(parts, setting.anchor, 1))
    if found.has("exact") and words.at(found.match.end("exact")) == "the":  # "over the past year"
        return found.as_expression("duration", value, start=found.match.end("exact"))
    start = found.match.start("length") if "-" in parts and not found.has("exact") else None
    return found.as_expression("duration", value, read_exactness(found), start=start)


def _is_age(found: Found) -> bool:
    """Tell whether a length is somebody's age; a "six-month-old ban" is none."""
    words, end = found.words, found.end
    if words.at(end) == "-":
        return words.at(end + 1) in _OF_AGE and words.at(end - 1) in ("year", "years", "yr")
    return words.at(end) in _OF_AGE or (words.at(end) == "of" and words.at(end + 1) == "age")


def _is_no_length(found: Found) -> bool:
    """Tell whether the words are a rate ("$500 a year"), a part ("three-quarters of") or an ordinal ("a second")."""
    parts, words = found.part("length"), found.words
    before, after = words.at(found.start - 1), words.at(found.end)
    if parts[-1] in ("quarter", "quarters") and ("-" in parts or (after == "of" and parts[0] not in _VAGUE)):
        return True
    if parts[-1] == "hours" and (after, words.at(found.end + 1)) == ("a", "day"):
        return True
    if parts[0].isdecimal() and words.written(found.end - 1)[:1].isupper():
        return True  # a programme: "60 Minutes"
    if parts[-1] in ("second", "minute", "quarter") and parts[0] in ("a", "the"):
        return True
    if before in ("$", "#") or (parts[0] == "some" and len(parts) == 2 and not parts[-1].endswith("s")):
        return True
    one = parts[0] in ("a", "an") and not {"half", "few", "couple"} & set(parts)
    several = sum(part in lexicon().values["unit"] for part in parts) > 1  # "a year and one day"
    bare = one and not several and found.start == found.match.start("length")
    return bare and before not in lexicon().before["one"] and after not in ("ago", "or")


@rule(
    _EXACT + "'between'?(?P<first>{quantity})(?P<unit1><unit>)?<hyphen>?(?:'to'|'or'|<hyphen>|<dash>|'and')"
    "(?P<second>{quantity}<hyphen>?<filler>?<unit>)",
    _EXACT + "(?P<first>'a')(?P<unit1><unit>)'or'(?P<second>{count})",
)
def range_of_lengths(found: Found, _: Setting) -> TimeExpression | None:
    """Return "seven to 20 years" as P7Y/P20Y."""
    words = found.all()
    after = found.words.at(found.end + (found.words.at(found.end) == "-"))
    if ("and" in words and "between" not in words) or after in _OF_AGE:
        return None
    if "to" in words and len(words[0]) == _YEAR and words[0].isdecimal():
        return None  # "sentenced in 1995 to 15 years"
    units = [word for word in words if word in lexicon().values["unit"]]
    second = found.part("second")
    second = second if second[-1] in lexicon().values["unit"] else [*second, units[-1]]
    low = read_length([*found.part("first"), units[0]])
    high = read_length(second)
    if low is None or high is None:
        return None
    return found.as_expression("duration", low if low == high else f"{low}/{high}", read_exactness(found))


@rule("'the'?(?P<unit><plural>)(?:(?:'or'|'and')<plural>)?(?!'ago'|'earlier'|'later')",
      "(?P<unit><plural>)<hyphen>'long'")  # fmt: skip
def lengths(found: Found, _: Setting) -> TimeExpression | None:
    """Return "for weeks", "over the years" as an unknown number of them."""
    before = found.words.at(found.start - 1)
    if found.all()[-1] != "long" and (before not in lexicon().before["many"] or found.all()[0] == "seconds"):
        return None
    return found.as_expression("duration", read_length(["several", found.part("unit")[0]]))


@rule("'the'?(?P<stretch><stretch>|'these')(?P<unit><plural>)(?:(?:'or'|'and')<plural>)?",
      "'the' 'years' 'ahead'")  # fmt: skip
def vague_stretch(found: Found, _: Setting) -> TimeExpression | None:
    """Return "recent years", "the coming days"."""
    words = found.all()
    if words[-1] == "ahead":
        return found.as_expression("duration", "PXY")
    if "coming" in words:
        return found.as_expression("date", "FUTURE_REF")
    return found.as_expression("duration", read_length(["several", found.part("unit")[0]]))


@rule("'the'?'fiscal''year'(?!'of'|<year>)", "'the''year'('ended'|'ending')")
def business_year(found: Found, _: Setting) -> TimeExpression | None:
    """Return "the fiscal year", "the year ended" (on a day) as a length: it is no calendar year."""
    end = found.end - (found.all()[-1] in ("ended", "ending"))
    return found.as_expression("duration", "P1Y", end=end)


@rule("(?:'all'|'full'|'whole'|'entire')<hyphen>?(?P<unit>'day'|'week'|'month'|'year')",
      "(?P<unit>'day'|'week'|'month'|'year'|'decade')<hyphen>'long'")  # fmt: skip
def whole(found: Found, _: Setting) -> TimeExpression | None:
    """Return "all day", "a year-long inquiry"."""
    return found.as_expression("duration", read_length(["a", found.part("unit")[0]]))


@rule("<frequency>")
def frequency(found: Found, _: Setting) -> TimeExpression | None:
    """Return "daily", "every" alone being none."""
    word = found.all()[0]
    value = lexicon().values["frequency"][word]
    return None if value == "each" else found.as_expression("set", value)


@rule("(?:'every'|'each')(?P<length>{count}?<unit>)", "'once'(?:'a'|'every')(?P<length><unit>)",
      "'every' 'other'(?P<other><unit>)")  # fmt: skip
def every(found: Found, _: Setting) -> TimeExpression | None:
    """Return "every two years", "once a week"."""
    groups = found.match.groupdict()
    if "other" in groups:
        return found.as_expression("set", read_length(["two", found.part("other")[0]]))
    parts = found.part("length")
    value = read_length(parts if len(parts) > 1 else ["a", *parts])
    return found.as_expression("set", value) if value else None


@rule("(?:'every'|'each')(?P<weekday><weekday>)(?P<half><dayhalf>)?", "(?:'every'|'each')(?P<month><month>)",
      "(?P<weekday><weekday>)(?P<half>'mornings'|'afternoons'|'evenings'|'nights')")  # fmt: skip
def every_named(found: Found, _: Setting) -> TimeExpression | None:
    """Return "every Sunday", "Tuesday nights"."""
    if "month" in found.match.groupdict():
        return found.as_expression("set", f"XXXX-{read_month(found.part('month')):02}")
    half = found.part("half")
    tail = f"T{lexicon().values['dayhalf'][half[0]]}" if half else ""
    return found.as_expression("set", f"XXXX-WXX-{read_weekday(found.part('weekday'))}{tail}")


@rule("(?:'every'|'each')(?P<half><dayhalf>)")
def every_half(found: Found, _: Setting) -> TimeExpression | None:
    """Return "every morning"."""
    return found.as_expression("set", f"XXXX-XX-XXT{lexicon().values['dayhalf'][found.part('half')[0]]}")


RULES: list[Rule] = list(
    chain(
        range_of_lengths,
        length,
        lengths,
        vague_stretch,
        business_year,
        whole,
        frequency,
        every,
        every_named,
        every_half,
    )
)
