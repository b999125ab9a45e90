"""The trained reader: words to tag scores, and pairs of segments to link scores.

The only module that imports onnxruntime. Every window is run by itself: the quantised model scales
its numbers by what else is in a run, so a batch would make an article's result depend on its
neighbours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.attribution.links import Segment, pair_features
from onrecord.attribution.tags import TAGS, Floats
from onrecord.attribution.windows import Words, cut_windows, encode
from onrecord.errors import MissingPart

MODEL_FOLDER = Path(__file__).parent.parent / "data" / "model"

_CONSIDERED = -1e4


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model makes of the W words of a text: tag scores (W, 7), hidden states (W, H)."""

    tags: Floats
    hidden: Floats


class Reader:
    """The loaded model. Make one with `load_reader`, which keeps it for the whole process."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        try:
            self.settings: dict[str, Any] = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._encoder = _open_session(folder / "reader.onnx", threads)
            self._links = {
                role: _open_session(folder / f"{role}-links.onnx", threads) for role in ("source", "content")
            }
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
        """Return tag scores and hidden states of every word (its first piece)."""
        tags = np.zeros((len(words), len(TAGS)), dtype=np.float32)
        hidden = np.zeros((len(words), int(self.settings["width"])), dtype=np.float32)
        bounds = np.append(words.first, len(words.pieces))
        for begin, end in cut_windows(words, size=int(self.settings["window"])):
            low, high = int(bounds[begin]), int(bounds[end])
            pieces = np.concatenate([[self._ends[0]], words.pieces[low:high], [self._ends[1]]])
            features = np.zeros((len(pieces), 3), dtype=np.int64)
            features[1:-1] = words.features[low:high]
            given = {"pieces": pieces[None], "mask": np.ones_like(pieces)[None], "features": features[None]}
            states, scores = self._encoder.run(["hidden", "scores"], given)
            first = words.first[begin:end] - low + 1
            tags[begin:end] = scores[0, first]
            hidden[begin:end] = states[0, first]
        return Scores(tags, hidden)

    def link(self, children: list[Segment], cues: list[Segment], words: Words, scores: Scores) -> tuple[Floats, Floats]:
        """Return how well each child fits each cue (children, cues), and each cue none (cues,).

        Children are all sources or all contents. Pairs that are too far apart get a very low score.
        """
        features, considered = pair_features(children, cues, words)
        given: Mapping[str, NDArray[Any]] = {
            "child": _ends_of(children, scores.hidden),
            "cue": _ends_of(cues, scores.hidden),
            "place": features,
        }
        fits, none = self._links[children[0].role].run(["fits", "none"], given)
        return np.where(considered, fits, _CONSIDERED), none


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


def _ends_of(segments: list[Segment], hidden: Floats) -> Floats:
    begin = [s.begin for s in segments]
    last = [s.end - 1 for s in segments]
    return np.concatenate([hidden[begin], hidden[last]], axis=1)


def _open_session(path: Path, threads: int) -> Any:
    import onnxruntime  # here, as it takes a tenth of a second that `import onrecord` need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # windows differ in length: a plan for one does not fit the next
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
