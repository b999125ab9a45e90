"""A person's steps on a time axis, in plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from onrecord.custody import Step, consequences, expected_end, first_day, last_day
from onrecord.ledger import Ledger
from onrecord.model import FACTS
from onrecord.terminal import plain
from onrecord.wording import describe_step

LEGEND = "● happened  ○ planned, asked for or not sure  ╌ some time then  ━ its term"

_LABEL, _DATE, _LEAST = 24, 10, 12
"""Columns of what happened and of its date, and the least that an axis takes."""


def draw(ledger: Ledger, width: int) -> list[str]:
    """Return lines that show somebody's dated steps on a time axis, and below it the undated ones."""
    dated = [step for step in ledger.steps if _bounds(step)]
    lines = []
    if dated:
        axis = _Axis(dated, ledger.steps, max(_LEAST, width - _LABEL - _DATE - 2))
        lines.append(" " * _LABEL + axis.head())
        lines += [f"{_label(step):<{_LABEL}}{axis.line(step)}  {step.date or ''}".rstrip() for step in dated]
    undated = list(dict.fromkeys(_label(step) for step in ledger.steps if not _bounds(step)))
    if undated:
        lines += _wrap("no date told: " + ", ".join(undated), width)
    return lines


def _label(step: Step) -> str:
    words = plain(describe_step(step.type, step.modality))
    return words if len(words) < _LABEL else words[: _LABEL - 2] + "…"


def _bounds(step: Step) -> tuple[date, date] | None:
    """Return the first and the last day that the date of a step can be."""
    first, last = first_day(step.begin or ""), last_day(step.begin or "")
    return (first, last) if first and last else None


def _end_of_term(step: Step, steps: Sequence[Step]) -> date | None:
    """Return when the term of a step is over: in time, or with the release, pardon, escape or death that ends it."""
    end = last_day(expected_end(step, steps) or "")
    given = set(consequences()[step.type].gives)
    for later in steps[steps.index(step) + 1 :] if end else ():
        follows, bounds = consequences()[later.type], _bounds(later)
        over = "dead" in follows.gives or not given.isdisjoint(follows.ends)
        if end and bounds and over and later.modality in FACTS:
            return min(end, bounds[0])
    return end


class _Axis:
    """A stretch of time, and where its days stand in a line of so many columns."""

    def __init__(self, dated: Sequence[Step], steps: Sequence[Step], columns: int) -> None:
        self._columns = columns
        self._ends = {id(step): _end_of_term(step, steps) for step in dated}
        days = [day for step in dated for day in _bounds(step) or ()]
        days += [end for end in self._ends.values() if end]
        self._first, self._last = min(days), max(days)
        self._days = max(1, (self._last - self._first).days)

    def line(self, step: Step) -> str:
        """Return the line of a step, without its label."""
        bounds = _bounds(step)
        assert bounds is not None
        begin, last = (self._column(day) for day in bounds)
        cells = [" "] * self._columns
        cells[begin : last + 1] = "╌" * (last + 1 - begin)
        end = self._ends[id(step)]
        if end:
            cells[begin : self._column(end) + 1] = "━" * (self._column(end) + 1 - begin)
        cells[begin] = "●" if step.modality in FACTS else "○"
        return "".join(cells)

    def head(self) -> str:
        """Return the line of years, or of months where the time is short."""
        cells = [" "] * self._columns
        free = 0
        for day, words in self._ticks():
            at = self._column(day)
            if at >= free and at + len(words) <= self._columns:
                cells[at : at + len(words)] = words
                free = at + len(words) + 1
        return "".join(cells).rstrip()

    def _ticks(self) -> Iterator[tuple[date, str]]:
        months = self._days < 2 * 365
        yield self._first, self._first.isoformat()[: 7 if months else 4]
        for year in range(self._first.year, self._last.year + 1):
            for month in range(1, 13) if months else (1,):
                day = date(year, month, 1)
                if self._first < day <= self._last:
                    yield day, day.isoformat()[: 7 if months else 4]

    def _column(self, day: date) -> int:
        return min(self._columns - 1, max(0, (day - self._first).days * (self._columns - 1) // self._days))


def _wrap(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(" ")
        lines[-1] += f" {word}" if lines[-1].strip() else word
    return lines
