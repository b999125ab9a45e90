"""Measure the dates: `python -m eval.dates` on annotated newswire and on cases of single expressions.

TimeBank and AQUAINT (TIMEX3 with values, anchored on the day of publication): a third of the files,
chosen by a hash of their names, is held out. The rules were written on the other two thirds alone.

The cases are those of the specifications that hold the dates, spans of days and lengths of a
dialogue system; `read_cases` says which of them can stand in a newspaper.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from eval.figures import Figure
from onrecord.dates import TimeExpression, find_dates

_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_VALUE = re.compile(r'\bvalue="([^"]*)"')
CORPORA = ("TimeBank", "AQUAINT")


class Annotated(NamedTuple):
    """A time expression as annotated: its characters, and its value."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Article:
    """An annotated article."""

    name: str
    text: str
    published: str
    times: list[Annotated]


@dataclass
class Tally:
    """Counts over articles."""

    annotated: int = 0
    found: int = 0
    strict: int = 0
    relaxed: int = 0
    value: int = 0
    spelled: int = 0
    errors: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Figure]:
        """Return precision, recall and F1 of spans and of values."""
        rows = {
            "span, exact": self.strict,
            "span, overlapping": self.relaxed,
            "value": self.value,
            "value, any spelling": self.spelled,
        }
        return {name: _figure(right, self.found, self.annotated) for name, right in rows.items()}


def _figure(right: int, found: int, annotated: int) -> Figure:
    precision, recall = right / max(1, found), right / max(1, annotated)
    return Figure(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0)


def is_held_out(name: str) -> bool:
    """Tell whether a file is in the held-out third: sha256 of its name (with .tml), modulo 3, is 0."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0


def read_article(path: Path) -> Article:
    """Return the text of a TimeML file with its time expressions, and its day of publication."""
    source = path.read_text(encoding="utf-8")
    published = _VALUE.search(source[source.index("<DCT>") : source.index("</DCT>")])
    body = source[source.index("<TEXT>") + len("<TEXT>") : source.index("</TEXT>")]
    text, times, start, value, at = "", [], 0, "", 0
    for tag in _TAG.finditer(body):
        text += html.unescape(body[at : tag.start()])
        at = tag.end()
        if tag[2] == "TIMEX3" and not tag[1]:
            found = _VALUE.search(tag[3])
            start, value = len(text), found[1] if found else ""
        elif tag[2] == "TIMEX3":
            times.append(Annotated(start, len(text), value))
    text += html.unescape(body[at:])
    return Article(path.name, text, published[1][:10] if published else "", times)


def read_articles(folder: Path) -> Iterator[Article]:
    """Yield the articles of both corpora in the order of their names."""
    for corpus in CORPORA:
        for path in sorted((folder / "TBAQ-cleaned" / corpus).glob("*.tml")):
            yield read_article(path)


def one_spelling(value: str) -> str:
    """Return a value in the one spelling of several that annotators used for the same thing.

    Weeks with two digits (`W7`), unknown ends left out (`1998-10-XX`, `1989-WXX` stays, `199X`), and
    decades, quarters and halves of years counted in years and months (`P1E`, `P2Q`, `P0.5Y`).
    """
    value = re.sub(r"-W(\d)(?=$|-)", r"-W0\1", value)
    value = re.sub(r"(?<=\d)(?:-XX)+$", "", value)
    value = re.sub(r"^(\d\d)XX$|^(\d\d\d)X$", lambda m: m[1] or m[2], value)
    value = re.sub(r"^P(\d+)(?:DE|E)$", lambda m: f"P{int(m[1]) * 10}Y", value)
    value = re.sub(r"^P(\d+)Q$", lambda m: f"P{int(m[1]) * 3}M", value)
    for unit, half in (("Y", "6M"), ("H", "30M"), ("M", "30S")):
        if found := re.fullmatch(rf"(P|PT)(\d+)\.5{unit}", value):
            whole = "" if found[2] == "0" else f"{found[2]}{unit}"
            value = f"{found[1]}{whole}{half}"
    return value


def pair(times: list[Annotated], found: list[TimeExpression]) -> Iterator[tuple[Annotated, TimeExpression]]:
    """Yield annotated and found expressions that overlap, each at most once, in order."""
    left = list(found)
    for time in times:
        for one in left:
            if one.passage.start < time.end and time.start < one.passage.end:
                yield time, one
                left.remove(one)
                break


def add_article(tally: Tally, article: Article) -> None:
    """Count one article."""
    found = find_dates(article.text, article.published)
    pairs = list(pair(article.times, found))
    tally.annotated += len(article.times)
    tally.found += len(found)
    tally.relaxed += len(pairs)
    tally.strict += sum(time[:2] == one.passage for time, one in pairs)
    tally.value += sum(time.value == one.value for time, one in pairs)
    tally.spelled += sum(one_spelling(time.value) == one_spelling(one.value or "") for time, one in pairs)
    if not is_held_out(article.name):  # nobody looks at the errors of the others
        tally.errors += list(_errors(article, found, pairs))


def _errors(
    article: Article, found: list[TimeExpression], pairs: list[tuple[Annotated, TimeExpression]]
) -> Iterator[str]:
    matched = {time for time, _ in pairs}
    rows = [
        (time.start, time.end, f"value {time.value} found {one.value}")
        for time, one in pairs
        if one_spelling(time.value) != one_spelling(one.value or "")
    ]
    rows += [(time.start, time.end, f"missed {time.value}") for time in article.times if time not in matched]
    taken = {one for _, one in pairs}
    rows += [(one.passage.start, one.passage.end, f"extra {one.value}") for one in found if one not in taken]
    for start, end, what in sorted(rows):
        before, words, after = article.text[max(0, start - 60) : start], article.text[start:end], article.text[end:]
        line = " ".join(f"{before}[[{words}]]{after[:40]}".split())
        yield f"{article.name} {article.published} {what} | {line}"


# --- single expressions -----------------------------------------------------------------------

SPECIFICATIONS = ("DateParser", "DatePeriodParser", "DurationParser")

# Forms of words that nobody prints in an article; the cases that have them are left out.
_NOT_PRINTED = {
    "day and month as two numbers": r"\b\d{1,2}[./-]\d{1,2}(?![./-]?\d)|[a-z]{3}/\d|\d/\d+,\d",
    "month as a number": r"^\d{4} ?[./-] ?\d{1,2}$|^\d{1,2} ?[./-] ?\d{4}$",
    "day without month or ordinal": r"^(?:the )?(?:\d{1,2}|second|twenty second|thirty)$|\bthe fifteen$",
    "number of a calendar week": r"^(?:\w+ )?week \d+",
    "chat": r"\btmrw\b|\bw/c\b|\bmy\b|\d ?h$|\brest\b",
}
_TO_AN_ASSISTANT = re.compile(r"\bcortana\b|\booo\b|\bout of office\b", re.I)
_NO_DAY = "0001-01-01"  # how the specifications say that the calendar has no such day
_COUNTED = re.compile(r"\b(?:ago|from now|later|hence)$|^in \d")


class Case(NamedTuple):
    """One sentence with one expression: where it stands, and the readings that are right."""

    sentence: str
    published: str
    words: str
    timex: str
    spans: list[tuple[str, ...]]


def read_cases(folder: Path) -> Iterator[Case]:
    """Yield the cases of the three specifications whose words may stand in an article.

    Left out, whatever comes out for them: the forms of `_NOT_PRINTED`, commands to an assistant,
    and days that no calendar has.
    """
    for case in read_all_cases(folder):
        words = case.words.lower()
        printed = not any(re.search(form, words) for form in _NOT_PRINTED.values())
        if printed and not _TO_AN_ASSISTANT.search(case.sentence) and (_NO_DAY,) not in case.spans:
            yield case


def read_all_cases(folder: Path) -> Iterator[Case]:
    """Yield every case of the three specifications."""
    for name in SPECIFICATIONS:
        path = folder / "Specs" / "DateTime" / "English" / f"{name}.json"
        for row in json.loads(path.read_text(encoding="utf-8-sig")):
            published = ((row.get("Context") or {}).get("ReferenceDateTime") or "")[:10]
            for result in row.get("Results", []):
                value = result.get("Value") or {}
                readings = [value.get("PastResolution") or {}, value.get("FutureResolution") or {}]
                spans = [tuple(str(part) for part in reading.values()) for reading in readings]
                yield Case(row["Input"], published, result["Text"], value.get("Timex", ""), spans)


def span_of(value: str, published: str) -> tuple[date, date] | None:
    """Return the first day of a value and the day after its last, None where it has none."""
    if value == "PRESENT_REF":
        value = published
    if "/" in value:
        first, last = (span_of(part, published) for part in value.split("/", 1))
        return (first[0], last[0]) if first and last else None
    if found := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        start = date.fromisocalendar(int(found[1]), int(found[2]), 6 if found[3] else 1)
        return start, start + timedelta(days=2 if found[3] else 7)
    if found := re.fullmatch(r"(\d{4})-([QH])(\d)", value):
        months, last_month = (3 if found[2] == "Q" else 6), int(found[3]) * (3 if found[2] == "Q" else 6)
        return date(int(found[1]), last_month - months + 1, 1), _month_after(int(found[1]), last_month)
    if re.fullmatch(r"\d{2,3}", value):
        years = 10 ** (4 - len(value))
        return date(int(value) * years, 1, 1), date((int(value) + 1) * years, 1, 1)
    parts = [int(part) for part in value.split("-")] if re.fullmatch(r"\d{4}(-\d\d){0,2}", value) else []
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0] + 1, 1, 1)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), _month_after(*parts)
    return (date(*parts), date(*parts) + timedelta(days=1)) if parts else None


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def is_right(case: Case, found: list[TimeExpression]) -> bool:
    """Tell whether what was found in a case's words is one of the readings that its specification allows.

    The specifications give each reading as its first day and the day after its last, and lengths
    as TIMEX3 does. Where the two conventions differ, TIMEX3's counts as right:
    "the next 3 days" is a length, P3D; "two years ago" has no day, so the year of that day will
    do, and "early in March" is March with a modifier. "From 2014 to 2018" may be its two ends.
    """
    start = case.sentence.lower().find(case.words.lower())
    inside = [one for one in found if one.passage.start < start + len(case.words) and one.passage.end > start]
    values = [one.value or "" for one in inside]
    if len(values) == 1 and _is_timex(case, inside[0]):
        return True
    spans = [span_of(value, case.published) for value in values]
    known = [span for span in spans if span is not None]
    if len(known) != len(values) or not 1 <= len(known) <= 2:
        return False
    first, last = known[0][0], known[-1][0] if len(known) == 2 else known[0][1]
    readings = {reading for reading in case.spans if reading}
    if len(known) == 1 and _COUNTED.search(case.words):
        return any(first.isoformat() <= reading[0] < last.isoformat() for reading in readings)
    return bool(readings & {(first.isoformat(), last.isoformat()), (first.isoformat(),)})


def _is_timex(case: Case, found: TimeExpression) -> bool:
    """Tell whether a value is the specification's TIMEX3, its year being open where that says XXXX."""
    value = one_spelling(found.value or "")
    length = re.search(r",(P[^,]*)\)$", case.timex)
    if value in (one_spelling(case.timex), one_spelling(length[1]) if length and found.kind == "duration" else None):
        return True
    return found.modifier is not None and re.fullmatch(case.timex.replace("X", r"\d"), value) is not None


def measure_cases(cases: list[Case]) -> tuple[int, list[str]]:
    """Return how many cases are right, and a line for each that is wrong."""
    right, lines = 0, []
    for case in cases:
        found = find_dates(case.sentence, case.published or None)
        if is_right(case, found):
            right += 1
        else:
            readings = [(case.sentence[one.passage.start : one.passage.end], one.value) for one in found]
            lines.append(f"{case.published} | {case.sentence} | {case.words} | {case.timex} {case.spans} | {readings}")
    return right, lines


def report(title: str, tally: Tally, files: int) -> str:
    """Return the figures of a part of the articles as text."""
    lines = [
        f"{title}: {files} files, {tally.annotated} annotated, {tally.found} found",
        f"{'':20}     P      R     F1",
    ]
    for name, figure in tally.figures().items():
        lines.append(f"{name:20} {figure.precision:6.1%} {figure.recall:6.1%} {figure.f1:6.1%}")
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--errors", action="store_true", help="print what is wrong, of the two thirds and the cases")
    options = parser.parse_args()
    articles = list(read_articles(options.data / "timebank"))
    if not articles:
        print(
            f"{options.data / 'timebank'}: TimeBank is not here, so nothing was measured. Name its folder with --data."
        )
        return 1
    for title, held_out in (("two thirds for development", False), ("held-out third", True)):
        part = [article for article in articles if is_held_out(article.name) is held_out]
        tally = Tally()
        for article in part:
            add_article(tally, article)
        print(report(title, tally, len(part)) + "\n")
        if options.errors:
            print("\n".join(tally.errors))
    every, cases = list(read_all_cases(options.data / "dates")), list(read_cases(options.data / "dates"))
    right, lines = measure_cases(cases)
    print(f"cases of {', '.join(SPECIFICATIONS)}:")
    print(f"{right} of {len(cases)} right, {right / max(1, len(cases)):.1%}, of those that an article may print")
    print(
        f"{(all_right := measure_cases(every)[0])} of {len(every)} right, {all_right / max(1, len(every)):.1%}, of all"
    )
    if options.errors:
        print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
