"""Measure whose the statements are, and who is in dispute: `python -m eval.speakers` (part of `make evaluate`).

The figures come from the scorer that lies beside the corpora (`score/score_record.py`), which this loads and
calls, so that they are the same as anybody else's.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import onrecord
from eval.polnear import load_split
from onrecord.language.comparer import load_comparer

SHARES = ("accuracy", "accuracy_name", "accuracy_pronoun", "accuracy_nominal", "accuracy_none")
TRIPLES = ("named", "b_cubed")


def load_scorer(folder: Path) -> ModuleType:
    """Return the scorer's module; it finds its own neighbour by the folder that it lies in."""
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("score_record", folder / "score_record.py")
        if spec is None or spec.loader is None:
            raise FileNotFoundError(folder / "score_record.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


def read_records(split: Path) -> dict[str, dict[str, Any]]:
    """Return the record of each article of a split, as the JSON contract has it, by its name."""
    return {a.name: onrecord.read(onrecord.Document(a.text)).to_dict() for a in load_split(split)}


def measure(data: Path, scorer: ModuleType) -> dict[str, float]:
    """Return the figures in percent: F1 of `named` and `b_cubed`, shares right of the others.

    Of disputes, precision and recall of the pairs of holders, and recall of those that the article reports: of all that
    a record keeps, and of those that are shown.
    """
    split = data / "polnear" / "dev"
    gold = scorer.base.load_gold(str(split))
    lines = (data / "speakers" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    notes = {note["id"]: note for note in map(json.loads, lines)}
    gold = {name: article for name, article in gold.items() if name in notes}
    records = read_records(split)
    found = scorer.score(gold, notes, records)
    figures = {name: 100 * float(found[name][2]) for name in TRIPLES}
    figures |= {name: 100 * float(found[name]) for name in SHARES}
    for chosen, least in (("kept", 0.0), ("shown", load_comparer().settings["shown"])):
        some = {name: _disputes_above(record, least) for name, record in records.items()}
        found = scorer.score(gold, notes, some)
        precision, recall, _ = found["disputes"]
        figures[f"disputes_{chosen}_precision"] = 100 * float(precision)
        figures[f"disputes_{chosen}_recall"] = 100 * float(recall)
        figures[f"disputes_{chosen}_reported_recall"] = 100 * float(found["disputes_reported_recall"])
    return figures


def _disputes_above(record: dict[str, Any], confidence: float) -> dict[str, Any]:
    return record | {"disputes": [d for d in record["disputes"] if d["confidence"] >= confidence]}


def main() -> int:
    """Measure, print, and fail where a figure is under its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--floors", type=Path, help="fail where a figure is under its floor in this file")
    options = parser.parse_args()
    score, notes = options.data.parent / "score", options.data / "speakers" / "dev.jsonl"
    if not notes.exists() or not (score / "score_record.py").exists():
        print(f"{notes}: the annotated speakers or their scorer are not here, so nothing was measured.")
        return 0 if options.floors else 1
    sys.dont_write_bytecode = True
    figures = measure(options.data, load_scorer(score))
    print("\n".join(f"{name:32} {value:5.1f}" for name, value in figures.items()))
    floors = tomllib.loads(options.floors.read_text())["speakers"] if options.floors else {}
    failed = [
        f"{n} {figures[n]:.1f} is under its floor of {floor}" for n, floor in floors.items() if figures[n] < floor
    ]
    print("\n".join(failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
