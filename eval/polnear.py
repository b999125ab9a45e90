"""PolNeAR's articles with their attributions, for measuring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eval.figures import ROLES, Range


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
    spans: dict[str, list[Range]] = {}
    events: list[dict[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, body = line.partition("\t")
        if key[1:].isdigit() and key[0] == "T":
            offsets = body.split("\t")[0].partition(" ")[2]
            spans[key] = [(int(s), int(e)) for s, e in (part.split() for part in offsets.split(";"))]
        elif key[1:].isdigit() and key[0] == "E":
            arguments: dict[str, list[str]] = defaultdict(list)
            for argument in body.split():
                role, _, target = argument.partition(":")
                arguments[role.lower().rstrip("0123456789")].append(target)
            events.append(arguments)
    return [{role: [span for t in event.get(role, []) for span in spans[t]] for role in ROLES} for event in events]
