"""Measure where accounts conflict: `python -m eval.disputes` (part of `make evaluate`).

On articles and cases that were written for this (`disputes.jsonl`, `conflicts.jsonl`), half of them traps: what looks
like a conflict and is none. On natural articles disputes are measured by `eval.speakers`.

In an article, pairs of holders are counted: two who clash on anything are one pair. Across the articles of a case,
conflicts: a pair of passages of which the voices on two sides, or the events, have most.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import onrecord
from onrecord.accounts import WantedConflicts, compare_articles, conflicts_in
from onrecord.corpus import add_found, join_people
from onrecord.ingest import Item
from onrecord.language.comparer import load_comparer
from onrecord.model import Passage, Record
from onrecord.store import Cut, Store, open_store

ARTICLES, CASES = (Path(__file__).parent / name for name in ("disputes.jsonl", "conflicts.jsonl"))
KINDS = ("dispute", "changed", "facts")
_ABOUT = ("title", "publisher", "published")


class Tally:
    """Counts, from which precision, recall and the share of clean traps follow, in percent."""

    def __init__(self) -> None:
        self.found = self.right = self.wanted = self.met = self.traps = self.clean = 0

    def add(self, right: Sequence[bool], met: Sequence[bool]) -> None:
        """Count what was found, and which of it is right; and what was wanted, and which of it was met."""
        self.found += len(right)
        self.right += sum(right)
        self.wanted += len(met)
        self.met += sum(met)
        if not met:
            self.traps += 1
            self.clean += not right

    def figures(self) -> dict[str, float]:
        """Return the figures by name."""
        return {
            "precision": 100 * self.right / max(1, self.found),
            "recall": 100 * self.met / max(1, self.wanted),
            "traps_clean": 100 * self.clean / max(1, self.traps),
        }


def measure_articles(least: float) -> Tally:
    """Return how well disputes are found within the articles that were written for this."""
    tally = Tally()
    for row in map(json.loads, ARTICLES.open(encoding="utf-8")):
        record = onrecord.read(row["text"])
        gold = {pair for told in row["statements_in_dispute"] if (pair := _holders(record, told))}
        lost = sum(_holders(record, told) is None for told in row["statements_in_dispute"])
        speakers = {statement.id: statement.speaker for statement in record.statements}
        found = {
            frozenset((speakers[a], speakers[b]))
            for dispute in record.disputes
            if dispute.confidence >= least and all(position.statements for position in dispute.positions)
            for a, b in product(*(position.statements for position in dispute.positions))
        }
        tally.add([pair in gold for pair in sorted(found, key=str)], [pair in found for pair in gold] + [False] * lost)
    return tally


def _holders(record: Record, told: dict[str, Any]) -> frozenset[str | None] | None:
    """Return the holders of two passages in dispute, None where the reader has not found both statements."""
    speakers = []
    for side in ("a", "b"):
        start = record.document.text.find(told[side])
        spoken = [s for s in record.statements if _covers(s.content, Passage(start, start + len(told[side])))]
        if not spoken:
            return None
        speakers.append(spoken[0].speaker)
    return frozenset(speakers) if len(set(speakers)) == 2 else None


def _covers(content: Sequence[Passage], wanted: Passage) -> bool:
    inside = sum(max(0, min(end, wanted.end) - max(start, wanted.start)) for start, end in content)
    return inside * 2 >= wanted.end - wanted.start


def measure_cases() -> tuple[dict[str, Tally], Tally]:
    """Return how well conflicts are found across the articles of the cases: of each kind, and of all."""
    by_kind, whole = {kind: Tally() for kind in KINDS}, Tally()
    for case in map(json.loads, CASES.open(encoding="utf-8")):
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "case.db", new=True) as store:
            documents = _read_into(store, case["articles"])
            texts = [document.text for one in documents if (document := store.document(one))]
            found = list(_conflicts(store, documents))
        wanted = [(told["kind"], *(_place(told[side], texts) for side in ("a", "b"))) for told in case["conflicts"]]
        met = [any(_meets(want, have) for have in found) for want in wanted]
        right = [any(_meets(want, have) for want in wanted) for have in found]
        whole.add(right, met)
        for kind in KINDS:
            by_kind[kind].add(
                [ok for ok, have in zip(right, found, strict=True) if have[0] == kind],
                [ok for ok, want in zip(met, wanted, strict=True) if want[0] == kind],
            )
    return by_kind, whole


Place = tuple[int, Passage]


def _place(told: list[Any], texts: Sequence[str]) -> Place:
    start = texts[told[0]].find(told[1])
    return told[0], Passage(start, start + len(told[1]))


def _read_into(store: Store, articles: Sequence[dict[str, Any]]) -> list[str]:
    """Read articles into a store, join their people and compare them; return the ids of the documents."""
    items = [
        Item(f"article-{number}", article["text"].encode(), kind="text", **{n: article[n] for n in _ABOUT})
        for number, article in enumerate(articles)
    ]
    documents = [done.document or "" for done in add_found(store, items)]
    join_people(store)
    for _ in compare_articles(store):
        pass
    return documents


def _conflicts(store: Store, documents: Sequence[str]) -> Iterator[tuple[str, list[list[Place]]]]:
    """Yield the kind of each conflict of a store, and the places of the voices on each side."""
    number = {document: k for k, document in enumerate(documents)}
    for row in conflicts_in(store, WantedConflicts(), Cut(None)).rows:
        yield row["kind"], [[(number[v["document"]], Passage(*v["at"][0])) for v in side] for side in row["positions"]]


def _meets(want: tuple[str, Place, Place], have: tuple[str, list[list[Place]]]) -> bool:
    kind, *places = want
    return kind == have[0] and any(
        all(any(_overlap(place, other) for other in side) for place, side in zip(order, have[1], strict=False))
        for order in (places, places[::-1])
    )


def _overlap(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1].start < other[1].end and other[1].start < one[1].end


def main() -> int:
    """Measure, print, and fail where a figure is under its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", type=Path, help="fail where a figure is under its floor in this file")
    options = parser.parse_args()
    settings = load_comparer().settings
    kept, shown = (measure_articles(settings[name]).figures() for name in ("least", "shown"))
    by_kind, whole = measure_cases()
    figures = {f"kept_{name}": value for name, value in kept.items()}
    figures |= {f"shown_{name}": value for name, value in shown.items()}
    figures |= {f"cases_{name}": value for name, value in whole.figures().items()}
    for kind, tally in by_kind.items():
        figures |= {f"{kind}_{name}": value for name, value in tally.figures().items() if name != "traps_clean"}
    print("\n".join(f"{name:24} {value:5.1f}" for name, value in figures.items()))
    floors = tomllib.loads(options.floors.read_text())["disputes"] if options.floors else {}
    failed = [
        f"{n} {figures[n]:.1f} is under its floor of {floor}" for n, floor in floors.items() if figures[n] < floor
    ]
    print("\n".join(failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
