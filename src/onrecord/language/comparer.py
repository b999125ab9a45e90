"""The trained comparer: two statements in, the chance that they cannot both be held out.

It is a small encoder that reads both at once (a cross-encoder), so it is asked of candidates alone. Each pair is run by
itself: the quantised model scales its numbers by what else is in a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.errors import MissingPart
from onrecord.language.reader import MODEL_FOLDER, open_session

FIRST, SECOND, FAR = "\ue001", "\ue002", "\ue010"
"""What stands for the first holder, for the second, and for how far apart the statements are (and those after it)."""

SIDES = (88, 152)
"""Word pieces of the first and the second side at the most. Of a longer one the end is left out."""

SETTINGS = (
    "promise", "least_promise", "least_skim", "clash", "clash_far", "least", "shown", "shown_far", "shown_changed",
)  # fmt: skip
"""What comes with the model: the weights of the signs and of its scores, and the chances to keep or to show from."""

_MARK = re.compile("([\ue000-\ue01f])")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparer makes of a pair.

    Scores: of being in dispute and of agreeing, each against neither, and of contradicting as sentences, against not.
    `types` is the chance of each type of dispute (7,).
    """

    dispute: float
    agree: float
    contradict: float
    types: NDArray[np.float64]


class Comparer:
    """The loaded model. Make one with `load_comparer`, which keeps it for the whole process."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        try:
            self.settings: dict[str, Any] = json.loads((folder / "comparer.json").read_text(encoding="utf-8"))
            for name in SETTINGS:
                self.settings[name]
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = open_session(folder / "comparer.onnx", threads)
        except Exception as exc:  # tokenizers and onnxruntime raise bare Exception on a broken file
            raise MissingPart(f"{folder}: the comparer could not be loaded ({exc}). Install onrecord again.") from exc
        self._ends = (number_of("[CLS]", self._tokenizer), number_of("[SEP]", self._tokenizer))

    def compare(self, first: str, second: str) -> Comparison:
        """Return what the comparer makes of two statements, as `disputes.voices.show` gives them."""
        pieces = [encode_side(s, most, self._tokenizer) for s, most in zip((first, second), SIDES, strict=True)]
        joined, sides = join_sides(pieces[0], pieces[1], self._ends)
        given = {"pieces": np.array([joined]), "mask": np.ones((1, len(joined)), np.int64), "sides": np.array([sides])}
        relation, types, inference = (
            scores[0].astype(np.float64) for scores in self._session.run(["relation", "types", "inference"], given)
        )
        odds = np.exp(types - types.max())
        return Comparison(
            dispute=float(relation[2] - relation[0]),
            agree=float(relation[1] - relation[0]),
            contradict=float(inference[2] - np.logaddexp(inference[0], inference[1])),
            types=odds / odds.sum(),
        )


def encode_side(shown: str, most: int, tokenizer: Tokenizer) -> list[int]:
    """Return the pieces of one side, `most` at most: the marks stand for words that the encoder has for such use."""
    pieces: list[int] = []
    for part in _MARK.split(shown):
        if _MARK.fullmatch(part):
            pieces.append(number_of(f"[unused{ord(part) - 0xE000}]", tokenizer))
        elif part.strip():
            pieces += tokenizer.encode(part, add_special_tokens=False).ids
        if len(pieces) >= most:
            break
    return pieces[:most]


def number_of(piece: str, tokenizer: Tokenizer) -> int:
    """Return the number of a word piece that the tokenizer has."""
    number: int | None = tokenizer.token_to_id(piece)
    if number is None:
        raise KeyError(piece)
    return number


def join_sides(first: Sequence[int], second: Sequence[int], ends: tuple[int, int]) -> tuple[list[int], list[int]]:
    """Return the pieces of a pair, with the marks at its start and after each side, and which side each belongs to."""
    begin, end = ends
    pieces = [begin, *first, end, *second, end]
    return pieces, [0] * (len(first) + 2) + [1] * (len(second) + 1)


@cache
def load_comparer(folder: Path = MODEL_FOLDER) -> Comparer:
    """Return the comparer in a folder (by default the one that ships), loaded once per process."""
    return Comparer(folder)
