"""Measure how statements were said and to whom in short cases: `python -m eval.settings`.

The cases (`settings.toml`) were written for this project. Each says, for some statements of a short text, the
channel and the addressee that a reader would find in its words, or that there is none.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import onrecord
from onrecord.model import Record, Statement

CASES = Path(__file__).with_name("settings.toml")
OVERALL = "overall"

Counts: TypeAlias = tuple[int, int, int, int]
"""Statements listed, those found, and of these the ones with the right channel and with the right addressee."""


@dataclass(frozen=True)
class Expected:
    """What a reader finds for the statement whose content holds some words. None where the words do not tell."""

    words: str
    channel: str | None = None
    name: str | None = None
    owner: str | None = None
    """The name of an entity, "" for none, None where it is not asked for."""
    told: str | None = None
    hearer: str | None = None
    """The name of an entity, None where it is not asked for."""


@dataclass(frozen=True)
class Case:
    """A short text and what is expected of its statements; `part` is "blind", "open" or "fresh"."""

    part: str
    text: str
    said: tuple[Expected, ...]


class Answer(NamedTuple):
    """What was read for a statement, as words; `found` is False where no statement was read there."""

    expected: Expected
    found: bool
    channel: str | None = None
    name: str | None = None
    owner: str | None = None
    told: str | None = None
    hearer: str | None = None

    @property
    def channel_right(self) -> bool:
        """Whether kind and name are right, and the owner where one is asked for."""
        expected = self.expected
        right = (self.channel, plain(self.name)) == (expected.channel, plain(expected.name))
        return self.found and right and (expected.owner is None or plain(self.owner) == plain(expected.owner or None))

    @property
    def addressee_right(self) -> bool:
        """Whether the words of the addressee are right, and the entity where one is asked for."""
        right = plain(self.told) == plain(self.expected.told)
        return self.found and right and self.expected.hearer in (None, self.hearer)


def load_cases(path: Path = CASES) -> list[Case]:
    """Return the cases of a data file, in its order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [Case(row["part"], row["text"], tuple(_expected(said) for said in row["said"])) for row in rows]


def _expected(row: Mapping[str, Any]) -> Expected:
    return Expected(**row)


def plain(words: str | None) -> str | None:
    """Return words for comparing: on one line, in lower case, without an article or a possessive before them."""
    if words is None:
        return None
    first, _, rest = " ".join(words.casefold().replace("’", "'").split()).partition(" ")
    return rest if first in ("the", "a", "an") and rest else f"{first} {rest}".strip()


def read_case(case: Case) -> list[Answer]:
    """Return what onrecord answers for each statement of a case."""
    record = onrecord.read(case.text)
    if record.document.text != case.text:
        raise ValueError(f"the text changed while it was read: {case.text!r}")
    return [_answer(record, expected) for expected in case.said]


def _answer(record: Record, expected: Expected) -> Answer:
    start = record.document.text.index(expected.words)
    end = start + len(expected.words)

    def covered(statement: Statement) -> int:
        return sum(max(0, min(end, b) - max(start, a)) for a, b in statement.content)

    best = max(record.statements, key=covered, default=None)
    if best is None or not covered(best):
        return Answer(expected, found=False)
    names = {entity.id: entity.called for entity in record.entities}
    channel, addressee = best.channel, best.addressee
    return Answer(
        expected,
        True,
        channel.kind if channel else None,
        channel.name if channel else None,
        names.get(channel.owner or "") if channel else None,
        record.document.slice(addressee.passage) if addressee else None,
        names.get(addressee.entity or "") if addressee else None,
    )


def measure(cases: Iterable[Case]) -> dict[str, Counts]:
    """Return the counts of each part of the cases, and those overall."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        for answer in read_case(case):
            for key in (case.part, OVERALL):
                row = counts.setdefault(key, [0, 0, 0, 0])
                for i, counted in enumerate((True, answer.found, answer.channel_right, answer.addressee_right)):
                    row[i] += counted
    return {key: (n, found, way, told) for key, (n, found, way, told) in sorted(counts.items())}


def report(counts: Mapping[str, Counts]) -> str:
    """Return the shares as text, in percent; those of channel and addressee are of the statements found."""
    lines = [f"{'':10} statements   found  channel  addressee"]
    for part, (n, found, way, told) in counts.items():
        rights = f"{way / max(found, 1):8.1%} {told / max(found, 1):10.1%}"
        lines.append(f"{part:10} {n:10} {found / max(n, 1):7.1%} {rights}")
    return "\n".join(lines)


def misses(cases: Iterable[Case]) -> Iterator[str]:
    """Yield a line for each statement that was not found, or not with the right channel and addressee."""
    for case in cases:
        for answer in read_case(case):
            if not (answer.channel_right and answer.addressee_right):
                _, *read = answer
                yield f"{case.part}: {answer.expected}\n    read {read}"


def main() -> int:
    """Measure and print, with `--misses` each statement that was not right too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=CASES, help="file of the cases")
    parser.add_argument("--only", choices=("blind", "open", "fresh"), help="only these cases")
    parser.add_argument("--misses", action="store_true", help="list the statements that were not right")
    options = parser.parse_args()
    cases = [case for case in load_cases(options.cases) if options.only in (None, case.part)]
    print(report(measure(cases)))
    if options.misses:
        print("", *misses(cases), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
