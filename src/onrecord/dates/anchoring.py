"""Which year a day or a month without one is in: the one that the tense and the day of publication tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onrecord.dates.rules import Found, Setting
from onrecord.dates.values import day_of, make_date, month_of, nearest, year_of

_SOON = 2  # months ahead that a past tense only excludes where the verb is not one of saying
_CLOSE = 60  # days within which a day without its year is the nearest one, whatever the tense


def nearest_day(setting: Setting, found: Found, month: int, day: int, weekday: int | None = None) -> str | None:
    """Return the day of a month without its year, by tense; None without an anchor or such a day."""
    anchor = day_of(setting.anchor)
    if anchor is None:
        year = year_of(setting.anchor)
        return make_date(year, month, day) if year else None
    tense = setting.tense(found.start, found.end)
    days = (day_of(make_date(anchor.year + i, month, day)) for i in range(-1, 2))
    known = [one for one in days if one and (not weekday or one.isoweekday() == weekday)]
    if not known and month == 2 and day == 29:
        known = [date(year, 2, 29) for year in range(anchor.year - 4, anchor.year + 5) if make_date(year, 2, 29)]
    chosen = nearest(iter(known), anchor, tense if distance_to(known, anchor) > _CLOSE else None)
    return chosen.isoformat() if chosen else None


def distance_to(days: list[date], anchor: date) -> int:
    """Return how many days away the nearest of the days is."""
    return min((abs((day - anchor).days) for day in days), default=0)


def nearest_month(setting: Setting, found: Found, number: int) -> str | None:
    """Return the month of a name, by tense; the one that is nearest where there is none."""
    anchor = month_of(setting.anchor)
    if anchor is None:
        year = year_of(setting.anchor)
        return make_date(year, number) if year else None
    distance = number - anchor[1]
    tense = setting.tense(found.start, found.end, 0 < distance <= _SOON)
    if tense == "past":
        year = anchor[0] - (distance > 0)
    elif tense == "future":
        year = anchor[0] + (distance < 0)
    else:
        year = anchor[0] + (distance < -6) - (distance > 3)
    return make_date(year, number)


def weekdays_in(month: tuple[int, int], weekday: int) -> Iterator[date]:
    """Return the days of a month that are such a weekday."""
    days = (day_of(make_date(*month, number)) for number in range(1, 32))
    return (day for day in days if day and day.isoweekday() == weekday)
