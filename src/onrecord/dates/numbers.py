"""Numbers and lengths in words: "twenty-one" is 21, "two and a half years" P2Y6M."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.dates.words import lexicon

_LETTERS = {"E": (10, "Y"), "C": (100, "Y"), "Q": (3, "M"), "F": (2, "W")}
_ORDER = ("Y", "M", "W", "D", "TH", "TM", "TS")
_HALVES = {"Y": (12, "M"), "TH": (60, "TM"), "TM": (60, "TS"), "D": (24, "TH")}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_MOST = 10**6  # what is more is no count of days or years


def read_number(words: Sequence[str]) -> float | None:
    """Return the number that words or digits stand for, None where they make none."""
    known = lexicon().values["numword"]
    total, part, below = 0.0, 0.0, 1000.0
    for word in words:
        if word[0].isdecimal():
            return _read_digits(words)
        if word in ("-", "and", "a"):
            continue
        number = known.get(word)
        if number is None:
            return None
        if number >= 100:
            part = max(part, 1) * number
            if number == 1000:
                total, part = total + part, 0
            below = 100.0
        elif number < below:
            part, below = part + number, 10.0 if number >= 20 else 0.0
        else:
            return None  # "twenty thirty" is no number
    return total + part if words else None


def _read_digits(words: Sequence[str]) -> float | None:
    """Return the number of digits: "1,000", "3.5"."""
    text = words[0].replace(",", "")
    if len(words) > 1 or not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,3})?", text):
        return None
    return float(text)


def read_ordinal(words: Sequence[str]) -> int | None:
    """Return the number of "25", "25th", "third" or "twenty-first"."""
    last = words[-1] if words else ""
    if digits := re.match(r"\d{1,9}", last):
        return int(digits[0])
    ordinals, numbers = lexicon().values["ordinal"], lexicon().values["numword"]
    number: int | None = ordinals.get(last, numbers.get(last))
    if number is None or len(words) == 1:
        return number
    tens: int = numbers.get(words[0], 0)
    return tens + number if number < 10 <= tens else None


def read_year(words: Sequence[str]) -> int | None:
    """Return the year of "1997", "nineteen ninety-seven" or "two thousand and eighteen"."""
    if len(words) == 1 and words[0].isdigit():
        return int(words[0])
    words = [word for word in words if word not in ("-", "and")]
    if not words:
        return None
    number = read_number(words)
    if number is not None and 1000 <= number <= 2999:
        return int(number)
    century, rest = read_number(words[:1]), read_number([word for word in words[1:] if word != "zero"])
    if century is None or rest is None or not 13 <= century <= 20 or rest >= 100 or (rest < 10 and "zero" not in words):
        return None
    return int(century * 100 + rest)


def read_month(words: Sequence[str]) -> int:
    """Return the number of the month among the words."""
    return int(next(lexicon().values["month"][word] for word in words if word in lexicon().values["month"]))


def read_weekday(words: Sequence[str]) -> int:
    """Return the number of the weekday among the words, Monday being 1."""
    return int(next(lexicon().values["weekday"][word] for word in words if word in lexicon().values["weekday"]))


def full_year(number: int, anchor: int | None) -> int:
    """Return the year that two digits stand for: the nearest century to the anchor, at most 20 years ahead."""
    now = anchor or 2000
    year = now - now % 100 + number
    return year - 100 if year > now + 20 else year


def read_length(words: Sequence[str]) -> str | None:
    """Return a length of time in ISO 8601: P2Y6M, P10Y for "a decade", PXM for "several months"."""
    counts: dict[str, float] = {}
    pending: list[str] = []
    vague: str | None = None
    unit, factor = "", 1
    for i, word in enumerate(words):
        letters = lexicon().values["unit"].get(word)
        if letters is None:
            pending.append(word)
            if unit in counts and i == len(words) - 1 and pending in (["and", "a", "half"], ["and", "half"]):
                counts[unit] += 0.5 * factor
            continue
        factor, unit = _LETTERS.get(letters, (1, letters))
        number = _read_quantity(pending)
        if number is None:
            vague = letters
        elif number < 0 or number > _MOST or unit in counts:
            return None
        else:
            counts[unit] = number * factor
        pending = []
    if vague is not None:
        return f"P{'T' if vague[0] == 'T' else ''}X{vague[-1]}" if not counts else None
    return write_length(counts)


def _read_quantity(words: list[str]) -> float | None:
    """Return the number before a unit, None for a vague amount, -1 for what is no number."""
    fillers, amounts = lexicon().values["filler"], lexicon().values["amount"]
    if any(word in amounts and word != "couple" for word in words):
        return None
    if "couple" in words:
        return 2
    kept = [word for word in words if word not in (",", "-", "of") and word not in fillers]
    while kept and kept[0] == "and":
        kept = kept[1:]
    extra = 0.0
    if kept[-1:] == ["half"]:
        extra = 0.5
        kept = kept[:-3] if kept[-3:-1] == ["and", "a"] else kept[:-2] if kept[-2:-1] == ["and"] else kept[:-1]
        kept = [] if kept in (["a"], ["an"]) else kept
    elif kept[:1] == ["half"]:
        return 0.5
    elif kept and kept[-1] in _FRACTIONS:
        extra = _FRACTIONS[kept.pop()]
    elif kept[-2:-1] == ["/"] and len(kept) > 3:
        above, below = read_number(kept[-3:-2]), read_number(kept[-1:])
        extra = above / below if above is not None and below else 0.0
        kept = kept[:-3]
    if kept in (["a"], ["an"], ["another"]) or (not kept and not extra):
        return 1.0
    number = read_number(kept) if kept else 0.0
    return -1.0 if number is None else number + extra


def write_length(counts: dict[str, float]) -> str | None:
    """Return counts of units as ISO 8601; half years become months, half hours minutes."""
    if not counts:
        return None
    for unit, (times, lower) in _HALVES.items():
        rest = counts.get(unit, 0) % 1
        if rest and (rest * times) % 1 == 0 and lower not in counts:
            counts[unit] -= rest
            counts[lower] = rest * times
    days = [f"{_plain(counts[unit])}{unit}" for unit in _ORDER[:4] if counts.get(unit)]
    clock = [f"{_plain(counts[unit])}{unit[1]}" for unit in _ORDER[4:] if counts.get(unit)]
    text = "".join(days) + ("T" + "".join(clock) if clock else "")
    return f"P{text}" if text else None


def _plain(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
