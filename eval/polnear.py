"""PolNeAR's articles with their attributions, for measuring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eval.figures import ROLES, Range
from onrecord.export.brat import parse


class AnnotatedArticle(NamedTuple):
    """An article's name, its text and, for each annotator, its attributions by role."""

    name: str
    text: str
    annotations: list[list[dict[str, list[Range]]]]


def load_split(split: Path) -> Iterator[AnnotatedArticle]:
    """Yield the articles of a split (`text/`, `attributions/`), in the order of their names.

    The annotators of an article come in alphabetical order; where one reading is gold, it is the
    first.
    """
    for path in sorted((split / "text").glob("*.txt")):
        files = sorted((split / "attributions").glob(path.stem + "_*.ann"))
        if files:
            yield AnnotatedArticle(path.stem, path.read_text(encoding="utf-8"), [read_brat(f) for f in files])


def read_brat(path: Path) -> list[dict[str, list[Range]]]:
    """Return the attributions of a brat standoff file: for each role its character ranges."""
    standoff = parse(path.read_text(encoding="utf-8"))
    found = []
    for arguments in standoff.events.values():
        by_role: dict[str, list[Range]] = {role: [] for role in ROLES}
        for argument, target in arguments:
            role = argument.lower().rstrip("0123456789")
            if role in by_role:
                by_role[role] += [(start, end) for start, end in standoff.spans[target][1]]
        found.append(by_role)
    return found
