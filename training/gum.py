"""GUM as training data: documents as text, with their mentions and which of them are one entity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BRACKET = re.compile(r"(\()?([^()]+)(\))?")


@dataclass(frozen=True)
class GumMention:
    """One mention: the characters `[start, end)`, its entity, kind and form (name, pronoun or nominal).

    `head` are the characters of the word that the mention hangs on.
    """

    start: int
    end: int
    entity: str
    kind: str
    form: str
    head: tuple[int, int]


@dataclass(frozen=True)
class GumDocument:
    """A document's name and text, its mentions in the order of their starts, and its words with their tags."""

    name: str
    text: str
    mentions: list[GumMention]
    words: list[tuple[int, int, str]]


def load_gum(folder: Path, split: str) -> Iterator[GumDocument]:
    """Yield the documents of a split (train or dev), in the order of their names."""
    wanted = split_names(folder / "splits.md", split)
    for path in sorted((folder / "conllu").glob("*.conllu")):
        if path.stem in wanted:
            yield read_conllu(path)


def split_names(path: Path, split: str) -> set[str]:
    """Return the names of the documents of a split, as the corpus's own list has them."""
    names: set[str] = set()
    current = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            current = line[3:].strip()
        elif line.strip().startswith("* ") and current == split:
            names.add(line.strip()[2:])
    return names


def read_conllu(path: Path) -> GumDocument:
    """Return a document; paragraphs are parted by an empty line, words as the file says."""
    text = ""
    words: list[tuple[int, int, str]] = []
    heads: list[int] = []
    marks: list[str] = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        if text and any(re.match(r"# newpar(?!_)", line) for line in lines):
            text = text.rstrip() + "\n\n"
        base = len(words)
        rows = [line.split("\t") for line in lines if line[:1].isdigit() and "." not in line.split("\t")[0]]
        for surface, parts in _tokens(rows):
            at = len(text)
            text += surface + ("" if "SpaceAfter=No" in parts[-1][9] else " ")
            whole = "".join(part[1] for part in parts) == surface
            for part in parts:
                end = at + len(part[1]) if whole else len(text.rstrip())
                words.append((at, end, part[4]))
                at = end if whole else at
                heads.append(base + int(part[6]) - 1 if int(part[6]) else -1)
                marks.append(next((m.partition("=")[2] for m in part[9].split("|") if m.startswith("Entity=")), ""))
    mentions = [_mention(begin, end, info, words, heads) for begin, end, info in _spans(marks)]
    return GumDocument(path.stem, text, sorted(mentions, key=lambda m: (m.start, -m.end)), words)


def _tokens(rows: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each token as written with the words that it is made of: "daughter's" is two."""
    at = 0
    while at < len(rows):
        first, _, last = rows[at][0].partition("-")
        if last:
            size = int(last) - int(first) + 1
            parts = rows[at + 1 : at + 1 + size]
            parts[-1] = [*parts[-1][:9], parts[-1][9] + "|" + rows[at][9]]  # the space after it is told there
            yield rows[at][1], parts
            at += 1 + size
        else:
            yield rows[at][1], [rows[at]]
            at += 1


def _spans(marks: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the mentions that brackets at words open and close: (first word, word after the last, what is told)."""
    opened: dict[str, list[tuple[int, list[str]]]] = {}
    for word, mark in enumerate(marks):
        for found in _BRACKET.finditer(mark):
            info = found[2].split("-")
            if found[1]:
                opened.setdefault(info[0], []).append((word, info))
            if found[3] and opened.get(info[0]):
                begun, told = opened[info[0]].pop()
                yield begun, word + 1, told


def _mention(begin: int, end: int, info: list[str], words: list[tuple[int, int, str]], heads: list[int]) -> GumMention:
    head = next((k for k in range(begin, end) if not begin <= heads[k] < end), begin)
    tag = words[head][2]
    form = "name" if tag.startswith("NNP") else "pronoun" if tag.startswith(("PRP", "WP")) else "nominal"
    return GumMention(words[begin][0], words[end - 1][1], info[0], info[1], form, words[head][:2])
