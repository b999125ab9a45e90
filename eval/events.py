"""How well events were found, measured against annotated ones: the definitions of the scorer beside the corpora.

A found event and an annotated one of the same type and person are matched one to one; `match` says how. Annotated
events marked optional only restate others: to miss one costs nothing, and to find one counts for nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eval.figures import Figure

Row: TypeAlias = Mapping[str, Any]
"""An event or a case, as JSON has it."""
Pair: TypeAlias = tuple[int, int]

FIELDS = ("modality", "date", "term")


def _words(text: str) -> list[str]:
    return text.split()


_TITLES = frozenset(
    _words(
        """mr mrs ms miss dr doctor sir lord lady dame prof professor president prime minister king queen prince
        princess general gen colonel col major captain capt sergeant sgt cpl corporal private lieutenant lt rep
        representative sen senator gov governor judge justice sheikh imam father rev reverend jr sr party member
        members leader leaders chief"""
    )
)
_OPENERS = frozenset(
    _words(
        """a an and of for in on at to by from with one two three four five six seven eight nine ten eleven twelve
        dozens hundreds thousands some many several most all both other others another former ex the he she they his
        her their its it this that these those who as"""
    )
)
"""Words that are no name where they stand first in one."""
_NUMBERS = {
    word: str(n) for n, word in enumerate(_words("zero one two three four five six seven eight nine ten eleven twelve"))
}
_LEAD = re.compile(
    r"(?:(?:the|a|an|his|her|their|its|some|about|around|nearly|almost|over|more than|at least|up to|an estimated"
    r"|estimated|all|other|another|both|these|those)\s+)+",
    re.IGNORECASE,
)
_PASSED_OVER = frozenset(("other", "another", "former", "of", "the"))
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")
_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")


def name_words(name: str) -> list[str]:
    """Return the capitalised words of a name in lower case, without titles and what may stand before it."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", re.sub(r"'s\b", "", name.translate(_STRAIGHT)))
    return [
        word.lower()
        for i, word in enumerate(words)
        if len(word) > 1 and word[0].isupper() and word.lower() not in _TITLES and (i or word.lower() not in _OPENERS)
    ]


def plain(name: str) -> str:
    """Return a nominal for comparing: in lower case, without marks, articles and quantities, numbers as figures."""
    words = re.sub(r"'s\b", " ", name.translate(_STRAIGHT).lower())
    words = _LEAD.sub("", " ".join(re.sub(r"[^\w\s]", " ", words).split()), count=1)
    return " ".join(_NUMBERS.get(word, word) for word in words.split() if word not in _PASSED_OVER)


def likeness(annotated: Row, person: str) -> float:
    """Return how much a name is like that of an annotated event, over 0 to 1; 0 where it is another's."""
    best = 0.0
    found, nominal = name_words(person), plain(person)
    for i, name in enumerate([annotated["person"], *(annotated.get("aliases") or ())]):
        if nominal and nominal == plain(name):
            return 1.0 if i == 0 else max(best, 0.95)
        words = name_words(name)
        shared = set(words) & set(found)
        head_needed = i == 0 and annotated.get("kind") == "person"
        if shared and not (head_needed and not {words[-1], found[-1]} & shared):
            best = max(best, 0.9 * len(shared) / len(set(words) | set(found)))
    return best


def same_date(annotated: str | None, found: str | None) -> bool:
    """Tell whether a date is right: the annotated one or more exact, and none where there is none."""
    return (found or "").startswith(annotated) if annotated else not found


def same_term(annotated: str | None, found: str | None) -> bool:
    """Tell whether a term is right in any spelling (P18M is P1Y6M)."""
    return length(annotated) == length(found)


def length(term: str | None) -> object:
    """Return a term as months and days, so that its spelling does not matter; a range as its two ends."""
    if not term:
        return None
    if "/" in term:
        return tuple(map(length, term.split("/")))
    found = _DURATION.fullmatch(term.strip())
    if not found:
        return term.strip().lower()
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return years * 12 + months, weeks * 7 + days


def agreeing(annotated: Row, found: Row) -> dict[str, bool]:
    """Tell which fields of two matched events agree."""
    return {
        "modality": annotated["modality"] == found.get("modality"),
        "date": same_date(annotated.get("date"), found.get("date")),
        "term": same_term(annotated.get("term"), found.get("term")),
    }


def match(annotated: Sequence[Row], found: Sequence[Row]) -> list[Pair]:
    """Return the pairs of annotated and found events, one to one.

    As many as can be of the events that are not optional; then of those that are; and then so that names, modality,
    date and term agree best.
    """
    weights: dict[Pair, float] = {}
    for i, event in enumerate(annotated):
        for j, other in enumerate(found):
            alike = likeness(event, other.get("person") or "") if event["type"] == other.get("type") else 0.0
            if alike:
                agrees = agreeing(event, other)
                bonus = 6 * agrees["modality"] + 4 * agrees["date"] + 2 * agrees["term"]
                weights[i, j] = (500 if event.get("optional") else 1000) + 10 * alike + bonus
    return sorted(pair for part in _parts(weights) for pair in _heaviest(part))


def _parts(weights: Mapping[Pair, float]) -> Iterator[dict[Pair, float]]:
    """Yield the pairs in groups that have no event in common."""
    left = dict(weights)
    while left:
        rows, columns = {next(iter(left))[0]}, set[int]()
        grown = True
        while grown:
            part = {(i, j): w for (i, j), w in left.items() if i in rows or j in columns}
            grown = {i for i, _ in part} > rows or {j for _, j in part} > columns
            rows, columns = {i for i, _ in part}, {j for _, j in part}
        yield part
        left = {pair: w for pair, w in left.items() if pair not in part}


def _heaviest(weights: Mapping[Pair, float]) -> list[Pair]:
    """Return the pairs of the greatest weight together of which no two share an event: the Hungarian algorithm.

    Row by row, along the cheapest way to a column that is free; what is no pair weighs nothing, and is left out.
    """
    if len({i for i, _ in weights}) > len({j for _, j in weights}):  # there must be a column for each row
        return [(i, j) for j, i in _heaviest({(j, i): w for (i, j), w in weights.items()})]
    rows, columns = sorted({i for i, _ in weights}), sorted({j for _, j in weights})
    of_row, of_column = dict.fromkeys(rows, 0.0), dict.fromkeys(columns, 0.0)  # the potentials
    taken: dict[int, int] = {}  # the row of a column
    for new in rows:
        row, via = new, dict[int, int | None]()
        column: int | None = None
        least, before = dict.fromkeys(columns, math.inf), dict[int, int | None]()
        while column is None or column in taken:
            if column is not None:
                row, via[column] = taken[column], before[column]
            for other in least.keys() - via.keys():
                cost = -weights.get((row, other), 0.0) - of_row[row] - of_column[other]
                if cost < least[other]:
                    least[other], before[other] = cost, column
            column = min((other for other in columns if other not in via), key=lambda other: least[other])
            step = least[column]
            of_row[new] += step
            for other in columns:
                if other in via:
                    of_row[taken[other]] += step
                    of_column[other] -= step
                else:
                    least[other] -= step
        while column is not None:
            previous = before[column]
            taken[column] = new if previous is None else taken[previous]
            column = previous
    return [(row, column) for column, row in taken.items() if (row, column) in weights]


@dataclass
class Tally:
    """Counts over articles, and a line for each thing that is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def figure(self) -> Figure:
        """Return precision, recall and F1 of the events."""
        found, annotated, both = (self.counts[key] for key in ("found", "annotated", "matched"))
        precision = both / found if found else float(not annotated)
        recall = both / annotated if annotated else float(not found)
        return Figure(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)

    def shares(self) -> dict[str, float]:
        """Return the shares right of what there is: of fields in matched events, statuses, articles without events."""
        of = dict.fromkeys(FIELDS, "matched") | {"status": "cases", "traps_clean": "traps"}
        return {name: self.counts[name] / self.counts[all_] for name, all_ in of.items() if self.counts[all_]}


def add_article(tally: Tally, name: str, annotated: Row, found: Row) -> None:
    """Count one article: its annotated and found events and cases."""
    expected, events = annotated["events"], found["events"]
    pairs = match(expected, events)
    right = [(i, j) for i, j in pairs if not expected[i].get("optional")]
    needed = [event for event in expected if not event.get("optional")]
    surplus = len(events) - len(pairs) + len(right)
    tally.counts.update(annotated=len(needed), found=surplus, matched=len(right))
    for i, j in right:
        tally.counts.update(name for name, agrees in agreeing(expected[i], events[j]).items() if agrees)
    if not needed:
        tally.counts.update(traps=1, traps_clean=int(not surplus), in_traps=surplus)
    cases = annotated.get("cases", ())
    tally.counts.update(cases=len(cases), status=sum(_status_right(case, expected, found["cases"]) for case in cases))
    tally.errors += [f"{name}: {line}" for line in differences(expected, events, pairs)]


def _status_right(case: Row, expected: Sequence[Row], found: Iterable[Row]) -> bool:
    """Tell whether the found case of the likest name has the right status."""
    own = [event for event in expected if event["person"] == case["person"]]
    aliases = [alias for event in own for alias in event.get("aliases") or ()]
    wanted = {"person": case["person"], "aliases": aliases, "kind": own[0].get("kind") if own else None}
    best = max(found, key=lambda other: likeness(wanted, other.get("person") or ""), default=None)
    return (
        best is not None
        and likeness(wanted, best.get("person") or "") > 0
        and best.get("status_at_publication") == case["status_at_publication"]
    )


def differences(expected: Sequence[Row], found: Sequence[Row], pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield a line for each event that was missed, or found and not there, and for each field that is wrong."""
    pairs = list(pairs)
    met, taken = {i for i, _ in pairs}, {j for _, j in pairs}
    yield from (f"missed {told(e)}" for i, e in enumerate(expected) if i not in met and not e.get("optional"))
    yield from (f"false {told(event)}" for j, event in enumerate(found) if j not in taken)
    for i, j in pairs:
        if not expected[i].get("optional"):
            for name, agrees in agreeing(expected[i], found[j]).items():
                if not agrees:
                    yield f"{name} of {told(expected[i])} read as {found[j].get(name)}"


def told(event: Row) -> str:
    """Return an event on one line."""
    return " ".join(str(event[name]) for name in ("type", *FIELDS) if event.get(name)) + f" | {event.get('person')}"
