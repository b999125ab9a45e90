"""Measure events and the custody ledger: `python -m eval.custody` on annotated articles and on short cases.

The articles lie beside the other corpora; their guide says what counts. The cases (`custody.toml`) were written for
this project: half tell events and half only look as if they did, and a case is right when nothing is missed, nothing
is false, and every modality, date and term is right.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onrecord
from eval.events import Row, Tally, add_article, differences, match
from onrecord.model import Document, Event, Record, Reference

CASES = Path(__file__).with_name("custody.toml")


@dataclass(frozen=True)
class Case:
    """A short text, when it was published, what it tests, and the events that a reader finds in it (none: a trap)."""

    group: str
    text: str
    published: str | None
    events: tuple[Row, ...]


@dataclass(frozen=True)
class Answer:
    """What was read in a case."""

    case: Case
    found: Sequence[Row]

    @property
    def wrong(self) -> list[str]:
        """A line for each thing that is wrong."""
        return list(differences(self.case.events, self.found, match(self.case.events, self.found)))


def load_cases(path: Path = CASES) -> list[Case]:
    """Return the cases of a data file, in its order."""
    return [
        Case(row["group"], row["text"], row.get("published"), tuple(_event(event) for event in row.get("events", ())))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def _event(row: Mapping[str, Any]) -> Row:
    return {"person": row["who"], "date": None, "term": None} | {k: v for k, v in row.items() if k != "who"}


def as_annotated(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Return the events and the ledger of a record in the shape of the annotation."""
    called = {entity.id: entity.called for entity in record.entities}
    cases = [{"person": called[held.who], "status_at_publication": held.status} for held in record.custody]
    return {"events": [_row(event, called, record.document) for event in record.events], "cases": cases}


def _row(event: Event, called: Mapping[str, str], document: Document) -> dict[str, Any]:
    def words(reference: Reference | None) -> str | None:
        return document.slice(reference.passage) if reference else None

    return {
        "person": called[event.who],
        "type": event.type,
        "modality": event.modality,
        "date": event.date.value if event.date else None,
        "term": event.term.value if event.term else None,
        "for": document.slice(event.offence) if event.offence else None,
        "by": words(event.authority),
        "place": words(event.place),
    }


def measure_articles(folder: Path, predictions: Path | None = None) -> Tally:
    """Return the tally over annotated articles; write what was found as JSON lines where a path is given."""
    tally, lines = Tally(), []
    for path in sorted(folder.glob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        meta = json.loads(path.with_name(f"{name}.meta.json").read_text(encoding="utf-8"))
        text = path.with_name(f"{name}.txt").read_text(encoding="utf-8")
        found = as_annotated(onrecord.read(text, published=meta.get("published")))
        add_article(tally, name, json.loads(path.read_text(encoding="utf-8")), found)
        lines.append(json.dumps({"id": name, **found}, ensure_ascii=False))
    if predictions:
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tally


def read_cases(cases: Iterable[Case]) -> Iterator[Answer]:
    """Yield what onrecord reads in each case."""
    for case in cases:
        record = onrecord.read(case.text, published=case.published)
        yield Answer(case, as_annotated(record)["events"])


def measure_cases(answers: Iterable[Answer]) -> Tally:
    """Return the tally over the cases, with the number of those that are wholly right."""
    tally = Tally()
    for answer in answers:
        add_article(tally, answer.case.group, {"events": answer.case.events}, {"events": answer.found, "cases": ()})
        tally.counts.update(articles=1, right=int(not answer.wrong))
    return tally


def figures(tally: Tally) -> dict[str, float]:
    """Return the figures in percent, as the floors name them."""
    figure = tally.figure()
    shares = {"precision": figure.precision, "recall": figure.recall, "f1": figure.f1} | tally.shares()
    return {name: 100 * share for name, share in shares.items()}


def report(title: str, tally: Tally) -> str:
    """Return the figures as text, in percent."""
    count = tally.counts
    lines = [f"{title}: {count['annotated']} events, {count['found']} found, {count['matched']} of them right"]
    lines += [f"  {name:12} {value:6.1f}" for name, value in figures(tally).items()]
    return "\n".join([*lines, f"  {count['in_traps']} events in {count['traps']} texts that tell none"])


def below_floors(tally: Tally, floors: Mapping[str, float]) -> Iterator[str]:
    """Yield a line for each figure that is under its floor."""
    reached = figures(tally)
    if tally.counts["articles"]:
        reached["right"] = 100 * tally.counts["right"] / tally.counts["articles"]
    for name, floor in floors.items():
        if reached.get(name, 0.0) < floor:
            yield f"{name} {reached.get(name, 0.0):.1f} is under its floor of {floor}"


def main() -> int:
    """Measure, print, and fail where a figure is under its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--floors", type=Path, help="fail where a figure is under its floor in this file")
    parser.add_argument("--predictions", type=Path, help="write what was found in the articles here, as JSON lines")
    parser.add_argument("--cases", type=Path, default=CASES, help="file of the cases")
    parser.add_argument("--only", choices=("articles", "cases"), help="measure only these")
    parser.add_argument("--group", default="", help="only the cases whose group has these words")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    options = parser.parse_args()
    floors = tomllib.loads(options.floors.read_text(encoding="utf-8")) if options.floors else {}
    failed: list[str] = []
    folder = options.data / "custody" / "dev"
    if options.only != "cases" and not folder.is_dir():
        print(f"{folder}: the annotated articles are not here, so they were not measured. Name their folder by --data.")
    elif options.only != "cases":
        tally = measure_articles(folder, options.predictions)
        print(report("annotated articles", tally))
        print("\n".join(tally.errors) if options.wrong else "", end="\n" if options.wrong else "")
        failed += below_floors(tally, floors.get("custody", {}))
    if options.only != "articles":
        answers = list(read_cases(case for case in load_cases(options.cases) if options.group in case.group))
        tally = measure_cases(answers)
        print(report("cases", tally))
        print(f"  {tally.counts['right']} of {tally.counts['articles']} wholly right")
        for answer in answers if options.wrong else ():
            if answer.wrong:
                print(f"{answer.case.group}: {' '.join(answer.case.text.split())}", *answer.wrong, sep="\n    ")
        failed += below_floors(tally, floors.get("custody_cases", {}))
    print("\n".join(failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
