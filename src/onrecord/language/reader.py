"""The trained reader: words to tag scores, and pairs of segments to link scores.

The only module that imports onnxruntime; `language.comparer` opens its model through it. Every window is run by
itself: the quantised model scales its numbers by what else is in a run, so a batch would make an article's result
depend on its neighbours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.errors import MissingPart
from onrecord.language.windows import CASES, Words, cut_windows, encode

MODEL_FOLDER = Path(__file__).parent.parent / "data" / "model"

Floats: TypeAlias = NDArray[np.float32]
Halves: TypeAlias = NDArray[np.float16]


KINDS = ("none", "person", "organization", "place", "thing")
FORMS = ("none", "name", "nominal", "pronoun")

_OF_WORD = -(CASES + 1)
"""Where in the mention tagger's inputs the states end and what is told of the word begins."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model makes of the W words of a text.

    Tag scores (W, 7), and states of the last layer (W, H) and of two layers half-way (W, 2H); then the chance of being
    part of a proper name (W,), and of heading a mention of each of the `KINDS` (W, 5) and of each of the `FORMS`
    (W, 4), and that a person named so is a man (W,).
    """

    tags: Floats
    hidden: Floats
    half_way: Halves
    proper: Floats
    kind: Floats
    form: Floats
    male: Floats


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text as the stages take it: its words, and what the model makes of them."""

    words: Words
    scores: Scores


class Reader:
    """The loaded model. Make one with `load_reader`, which keeps it for the whole process."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        try:
            self.settings: dict[str, Any] = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._encoder = open_session(folder / "reader.onnx", threads)
            self._links = {role: open_session(folder / f"{role}-links.onnx", threads) for role in ("source", "content")}
            self._mentions = open_session(folder / "mentions.onnx", threads)
        except Exception as exc:  # tokenizers and onnxruntime raise bare Exception on a broken file
            raise MissingPart(
                f"{folder}: the trained reader could not be loaded ({exc}). Install onrecord again."
            ) from exc
        self.transitions: Floats = np.array(self.settings["transitions"], dtype=np.float32)
        self._ends = tuple(self._tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]"))

    def encode(self, text: str) -> Words:
        """Return the words of a text."""
        return encode(text, self._tokenizer)

    def score(self, words: Words) -> Scores:
        """Return what the model makes of every word (its first piece)."""
        parts = [
            (tags, hidden, inputs[:, :_OF_WORD].astype(np.float16), *self._find_heads(inputs))
            for tags, hidden, inputs in self._run_windows(words)
        ]
        if not parts:
            sizes = (
                (len(self.settings["tags"]),),
                (int(self.settings["width"]),),
                (2 * int(self.settings["width"]),),
                (),
                (len(KINDS),),
                (len(FORMS),),
                (),
            )
            parts = [tuple(np.zeros((0, *size), dtype=np.float32) for size in sizes)]
        return Scores(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def mention_inputs(self, words: Words) -> Floats:
        """Return what the mention tagger is given of every word, (W, 2H + 5); for training it."""
        return np.concatenate([inputs for _, _, inputs in self._run_windows(words)])

    def _run_windows(self, words: Words) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Yield tag scores, hidden states and the mention tagger's inputs of each window's words."""
        bounds = np.append(words.first, len(words.pieces))
        for begin, end in cut_windows(words, size=int(self.settings["window"])):
            low, high = int(bounds[begin]), int(bounds[end])
            pieces = np.concatenate([[self._ends[0]], words.pieces[low:high], [self._ends[1]]])
            features = np.zeros((len(pieces), 3), dtype=np.int64)
            features[1:-1] = words.features[low:high]
            given = {"pieces": pieces[None], "mask": np.ones_like(pieces)[None], "features": features[None]}
            states, scores, half_way = self._encoder.run(["hidden", "scores", "half_way"], given)
            first = words.first[begin:end] - low + 1
            case = np.eye(CASES, dtype=np.float32)[features[first, 0]]
            starts = features[first, 2:3].astype(np.float32)
            yield scores[0, first], states[0, first], np.concatenate([half_way[0, first], case, starts], axis=1)

    def _find_heads(self, inputs: Floats) -> tuple[Floats, ...]:
        return tuple(self._mentions.run(["proper", "kind", "form", "male"], {"inputs": inputs}))

    def link(self, role: str, child: Floats, cue: Floats, place: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return how well each child fits each cue (children, cues), and each cue none (cues,).

        `role` is source or content; `child` and `cue` are states (N, 2H), `place` the features of the pairs.
        """
        fits, none = self._links[role].run(["fits", "none"], {"child": child, "cue": cue, "place": place})
        return fits, none


def analyse(text: str, reader: Reader) -> Analysis:
    """Return the analysis of a text; its time is linear in the text's length."""
    words = reader.encode(text)
    return Analysis(words, reader.score(words))


@cache
def load_reader(folder: Path = MODEL_FOLDER) -> Reader:
    """Return the reader in a folder (by default the one that ships), loaded once per process."""
    return Reader(folder)


@cache
def model_digest(folder: Path = MODEL_FOLDER) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of the model's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def open_session(path: Path, threads: int) -> Any:
    """Return a session of an ONNX model."""
    import onnxruntime  # here, as it takes a tenth of a second that `import onrecord` need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # windows differ in length: a plan for one does not fit the next
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
