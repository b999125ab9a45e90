"""Measure whose the statements are in short cases of the world's names: `python -m eval.naming`.

The cases (`naming.toml`) were written for this project. Each says, for the statements that a reader
would certainly find, the words of the source and the fullest name of the holder.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import onrecord

CASES = Path(__file__).with_name("naming.toml")
OVERALL = "overall"

Range: TypeAlias = tuple[int, int]
Counts: TypeAlias = tuple[int, int, int]
"""Holders listed, those whose statement was found, and those of whom the speaker is right too."""

_LEAD = re.compile(r"\A(?:the\s)?(?:(?:mr|mrs|ms|dr|u|daw|sheikh|sayyid|haji)\.?\s)*")


class Holder(NamedTuple):
    """The words of a source as they stand in the text, and the holder's fullest name in it."""

    words: str
    name: str


@dataclass(frozen=True)
class Case:
    """A short article, the tradition of its names, and its holders in the order of the text."""

    tradition: str
    text: str
    holders: tuple[Holder, ...]


class Answer(NamedTuple):
    """What was read for a holder: the names of the speakers whose source overlaps its words."""

    holder: Holder
    speakers: tuple[str | None, ...]

    @property
    def right(self) -> bool:
        """Whether one of the speakers has the holder's name."""
        return any(name is not None and plain(name) == plain(self.holder.name) for name in self.speakers)


def load_cases(path: Path = CASES) -> list[Case]:
    """Return the cases of a data file, in its order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [Case(row["tradition"], row["text"], tuple(Holder(*pair) for pair in row["holders"])) for row in rows]


def plain(name: str) -> str:
    """Return a name for comparing: in lower case, without honorifics or "the" at its start."""
    return _LEAD.sub("", " ".join(name.casefold().split()))


def find_words(words: str, text: str) -> Iterator[Range]:
    """Yield where words stand whole in a text, with their capitals."""
    for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text):
        yield match.span()


def locate(case: Case) -> list[Range]:
    """Return where the words of each holder stand, each after the one before; ValueError where one does not.

    Words that are only part of the holder's name are not looked for inside that name.
    """
    places: list[Range] = []
    for holder in case.holders:
        after = places[-1][1] if places else 0
        names = [] if holder.name in holder.words else list(find_words(holder.name, case.text))
        found = (p for p in find_words(holder.words, case.text) if p[0] >= after and not _overlaps(p, names))
        place = next(found, None)
        if place is None:
            raise ValueError(f"{holder.words!r} is not in the text after character {after}: {case.text!r}")
        places.append(place)
    return places


def read_case(case: Case) -> list[Answer]:
    """Return what onrecord answers for each holder of a case."""
    record = onrecord.read(case.text)
    if record.document.text != case.text:
        raise ValueError(f"the text changed while it was read: {case.text!r}")
    names = {entity.id: entity.name for entity in record.entities}
    return [
        Answer(holder, tuple(names.get(s.speaker or "") for s in record.statements if _overlaps(place, s.source)))
        for holder, place in zip(case.holders, locate(case), strict=True)
    ]


def measure(cases: Iterable[Case]) -> dict[str, Counts]:
    """Return the counts of each tradition in the order of the cases, and those overall."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for case in cases:
        for answer in read_case(case):
            for key in (case.tradition, OVERALL):
                for i, counted in enumerate((True, bool(answer.speakers), answer.right)):
                    counts[key][i] += counted
    rows = {key: (n, found, right) for key, (n, found, right) in counts.items() if key != OVERALL}
    n, found, right = counts[OVERALL]
    return rows | {OVERALL: (n, found, right)}


def report(counts: Mapping[str, Counts]) -> str:
    """Return the shares as text, in percent."""
    lines = [f"{'':12} holders   found   right"]
    for tradition, (n, found, right) in counts.items():
        lines.append(f"{tradition:12} {n:7} {found / max(n, 1):7.1%} {right / max(n, 1):7.1%}")
    return "\n".join(lines)


def misses(cases: Iterable[Case]) -> Iterator[str]:
    """Yield a line for each holder that was not found, or not rightly."""
    for case in cases:
        for answer in read_case(case):
            if not answer.right:
                got = ", ".join(map(str, answer.speakers)) or "no statement"
                yield f"{case.tradition}: {answer.holder.words!r} is {answer.holder.name}, read as {got}"


def main() -> int:
    """Measure and print, with `--misses` each holder that was not right too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=CASES, help="file of the cases")
    parser.add_argument("--misses", action="store_true", help="list the holders that were not right")
    options = parser.parse_args()
    cases = load_cases(options.cases)
    print(report(measure(cases)))
    if options.misses:
        print("", *misses(cases), sep="\n")
    return 0


def _overlaps(place: Range, others: Iterable[Range]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


if __name__ == "__main__":
    sys.exit(main())
