"""ISO 8601 values as text, and how to move along the calendar without adding precision.

A value's length is its precision: `2018` is a year, `2018-08` a month, `2018-W34` a week, `199` a
decade and `20` a century. A value that is too coarse for what is asked gives None: nobody knows
which day was yesterday when only the month is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])")
_LONGEST = 12 * 9998  # months; what lies outside of the calendar's years has no value


def read_published(published: str | None) -> str | None:
    """Return the day, month or year that a publication date begins with, None where it is none."""
    found = _PARTIAL.match(published or "")
    if found is None:
        return None
    year, month, day = found.groups()
    return make_date(int(year), int(month) if month else None, int(day) if day else None)


def make_date(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """Return the value of a year, month or day, None where the calendar has no such day."""
    try:
        date(year, month or 1, day or 1)
    except (ValueError, OverflowError):
        return None
    return "-".join([f"{year:04}"] + [f"{part:02}" for part in (month, day) if part])


def day_of(value: str | None) -> date | None:
    """Return the calendar day of a value, None where it is not as precise as a day."""
    found = _PARTIAL.match(value or "")
    if found is None or not found[3]:
        return None
    return date(int(found[1]), int(found[2]), int(found[3]))


def year_of(value: str | None) -> int | None:
    """Return the year of a value, None where it has none."""
    return int(value[:4]) if value and re.match(r"\d{4}(?!\d)", value) else None


def month_of(value: str | None) -> tuple[int, int] | None:
    """Return year and month of a value, None where it is coarser than a month."""
    found = _PARTIAL.match(value or "")
    return (int(found[1]), int(found[2])) if found and found[2] else None


def quarter_of(value: str | None) -> tuple[int, int] | None:
    """Return year and quarter of a value, None where it is coarser than a month or a quarter."""
    if value and re.match(r"\d{4}-Q\d", value):
        return int(value[:4]), int(value[6])
    month = month_of(value)
    return (month[0], (month[1] + 2) // 3) if month else None


def week_value(day: date) -> str:
    """Return the ISO week of a day, `2018-W34`."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def add_days(day: date, number: int) -> date | None:
    """Return the day so many days on, None outside of the calendar."""
    try:
        return day + timedelta(days=number)
    except OverflowError:
        return None


def shift(value: str | None, number: int, unit: str) -> str | None:
    """Return the day, week, month ... that lies so many units after a value, no preciser than the unit.

    >>> shift("2018-08-27", -1, "M")
    '2018-07'
    """
    if value is None or abs(number) > _LONGEST:
        return None
    if unit in ("Y", "E", "C"):
        return _shift_years(value, number, unit)
    if unit in ("M", "Q"):
        return _shift_months(value, number, unit)
    day = day_of(value)
    moved = add_days(day, number * {"D": 1, "W": 7, "F": 14}.get(unit, 0)) if day else None
    if moved is None or unit not in "DWF":
        return None
    return moved.isoformat() if unit == "D" else week_value(moved)


def _shift_years(value: str, number: int, unit: str) -> str | None:
    year = year_of(value)
    if year is None:
        return None
    moved = year + number * {"Y": 1, "E": 10, "C": 100}[unit]
    return f"{moved:04}"[: {"Y": 4, "E": 3, "C": 2}[unit]] if 1 <= moved <= 9999 else None


def _shift_months(value: str, number: int, unit: str) -> str | None:
    if unit == "Q":
        quarter = quarter_of(value)
        if quarter is None:
            return None
        year, rest = divmod(quarter[0] * 4 + quarter[1] - 1 + number, 4)
        return f"{year:04}-Q{rest + 1}" if 1 <= year <= 9999 else None
    month = month_of(value)
    if month is None:
        return None
    year, rest = divmod(month[0] * 12 + month[1] - 1 + number, 12)
    return make_date(year, rest + 1)


def shift_day(day: date, number: int, unit: str) -> date | None:
    """Return the day so many units on, the last of the month where the day does not exist there."""
    if unit in "DWF":
        return add_days(day, number * {"D": 1, "W": 7, "F": 14}[unit])
    months = number * {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}[unit]
    if abs(months) > _LONGEST:
        return None
    year, rest = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, rest + 1, min(day.day, last))
        except ValueError:
            continue
    return None


def weekday_from(day: date, weekday: int, way: int, *, today: bool) -> date | None:
    """Return the nearest such weekday (1 is Monday) before (-1) or after (1) a day, or that day itself."""
    distance = (weekday - day.isoweekday()) % 7 if way > 0 else (day.isoweekday() - weekday) % 7
    if not distance and not today:
        distance = 7
    return add_days(day, way * distance)


def nearest(days: Iterator[date], anchor: date, tense: str | None) -> date | None:
    """Return the candidate that is nearest to the anchor, on the side that the tense asks for."""
    known = sorted(days)
    if tense == "past":
        known = [day for day in known if day <= anchor] or known
    elif tense == "future":
        known = [day for day in known if day >= anchor] or known
    return min(known, key=lambda day: abs((day - anchor).days), default=None)


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden, century = year % 19, year // 100
    sun = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    moon = sun % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    day = moon - weekday
    month = 3 + (day + 40) // 44
    return date(year, month, day + 28 - 31 * (month // 4))
