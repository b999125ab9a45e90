"""In which words one text differs from another: what a copy does to the article that it prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from onrecord.comparison.story import Story
from onrecord.model import Passage
from onrecord.store.asking import Row

_TOKEN = re.compile(r"\w+(?:['’.,-]\w+)*")


@dataclass(frozen=True)
class Words:
    """Words of a text, by where they stand in it."""

    text: str
    places: Sequence[Passage]

    @cached_property
    def folded(self) -> list[str]:
        """The words in small letters, with straight apostrophes."""
        return [self.text[start:end].casefold().replace("’", "'") for start, end in self.places]

    def piece(self, begin: int, end: int) -> str:
        """Return some of the words with what stands between them, but for other words."""
        some = self.places[begin:end]
        pieces = [self.text[place.start : place.end] for place in some[:1]]
        for before, place in pairwise(some):
            gap = self.text[before.end : place.start]
            pieces += [" … " if any(c.isalnum() for c in gap) else gap, self.text[place.start : place.end]]
        return " ".join("".join(pieces).split())


def words_in(text: str, passages: Iterable[Passage]) -> Words:
    """Return the words that stand in some passages of a text."""
    return Words(
        text, [Passage(*found.span()) for start, end in passages for found in _TOKEN.finditer(text, start, end)]
    )


def differences(one: Words, other: Words) -> Row | None:
    """Return what the other text leaves out, has more, and has in the place of what; None where most is other."""
    matcher = SequenceMatcher(None, one.folded, other.folded, autojunk=False)
    if 2 * sum(block.size for block in matcher.get_matching_blocks()) < min(len(one.places), len(other.places)):
        return None
    parts = [(kind, one.piece(a, b), other.piece(c, d)) for kind, a, b, c, d in matcher.get_opcodes()]
    return {
        "leaves_out": [words for kind, words, _ in parts if kind == "delete"],
        "has_more": [words for kind, _, words in parts if kind == "insert"],
        "changes": [[words, instead] for kind, words, instead in parts if kind == "replace"],
    }


def copy_rows(story: Story) -> Iterator[Row]:
    """Yield a row for each copy: of what, and in which words it differs."""
    texts = {version.label: version.record.document.text for version in story.versions}
    for copy, of in story.copies:
        one, other = (words_in(text, [Passage(0, len(text))]) for text in (texts[of], copy.record.document.text))
        about = {"what": "copy", "article": copy.label, "document": copy.id, "of": of}
        yield about | (differences(one, other) or {"leaves_out": [], "has_more": [], "changes": []})
