"""The reader on annotated articles: what it finds, in figures and as a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from eval.figures import ROLES, Attribution, Tally, add_article, calibration
from eval.polnear import load_split
from onrecord.attribution.statements import find_statements
from onrecord.language.reader import Reader, analyse
from onrecord.model import Statement


def passages(statement: Statement) -> Attribution:
    """Return a statement's passages by role, as the figures take them."""
    return {role: list(getattr(statement, role)) for role in ROLES}


def measure(split: Path, reader: Reader, predictions: Path | None = None) -> Tally:
    """Return the tally over a split; write what was found as JSON lines where a path is given."""
    tally = Tally()
    lines = []
    for article in load_split(split):
        found = find_statements(analyse(article.text, reader), article.name, reader)
        right = add_article(tally, article.text, article.annotations[0], [passages(s) for s in found])
        tally.judged += [(s.confidence, r) for s, r in zip(found, right, strict=True)]
        lines.append(json.dumps({"id": article.name, "statements": [s.to_dict() for s in found]}))
    if predictions:
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tally


def report(tally: Tally) -> str:
    """Return the figures as text, in percent."""
    lines = [f"{'':20}     P      R     F1"]
    for name, figure in tally.figures().items():
        lines.append(f"{name:20} {figure.precision:6.1%} {figure.recall:6.1%} {figure.f1:6.1%}")
    lines += [f"{name:20} {share:6.1%}" for name, share in tally.shares().items()]
    lines.append(f"{tally.annotated} annotated, {tally.found} found, {tally.direct['annotated']} direct quotations\n")
    for title, groups in (("by form", tally.by_form), ("by source", tally.by_source)):
        lines.append(f"{title:20} annotated   found   found with its source")
        for name, counts in sorted(groups.items()):
            n = counts["annotated"]
            lines.append(f"  {name:18} {n:9} {counts['found'] / n:7.1%} {counts['attributed'] / n:10.1%}")
    error, rows = calibration(tally.judged)
    lines.append(f"\nconfidence: expected calibration error {error:.3f}\n  given   right   statements")
    lines += [f"  {mean:5.2f} {share:7.1%} {n:8}" for mean, share, n in rows]
    return "\n".join(lines)


def below_floors(tally: Tally, floors: Mapping[str, float]) -> list[str]:
    """Return a line for each figure (F1 or share, in percent) that is under its floor.

    `calibration_error`, from 0 to 1, is the one that must stay under.
    """
    reached = {name: figure.f1 for name, figure in tally.figures().items()} | tally.shares()
    lines = []
    for name, floor in floors.items():
        if name == "calibration_error":
            error, _ = calibration(tally.judged)
            if error > floor:
                lines.append(f"calibration error {error:.3f} is over {floor}")
        elif reached[name] * 100 < floor:
            lines.append(f"{name} {reached[name]:.1%} is under its floor of {floor}%")
    return lines
