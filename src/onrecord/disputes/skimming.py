"""A first look at every pair of an article's statements: cheap, as it reads what the reader has read already.

A small network is given what the reader made of content and cue of both statements, where they stand, and the signs of
the pair. It chooses the pairs that the comparer is asked about, and weighs beside what that says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.voices import Voice
from onrecord.errors import MissingPart
from onrecord.language.meaning import LENGTH, Bytes, words_within
from onrecord.language.reader import MODEL_FOLDER, Analysis
from onrecord.model import Passage

Floats: TypeAlias = NDArray[np.float32]

MEANT = 20.0
"""What the numbers of a vector of length one are multiplied with, to be on one scale with the states."""


@dataclass(frozen=True, slots=True)
class Skimmer:
    """The trained weights, from S numbers of each voice and T signs to a score, over D and I inner ones.

    `mean` and `deviation` (S,) put the voices on one scale, `usual` and `spread` (T,) the signs; `voice` (D, S) with
    `voice_bias`, `pair` (I, 4D + T) with `pair_bias` and `out` (I,) with `out_bias` (1,) make the score.
    """

    mean: Floats
    deviation: Floats
    usual: Floats
    spread: Floats
    voice: Floats
    voice_bias: Floats
    pair: Floats
    pair_bias: Floats
    out: Floats
    out_bias: Floats

    def score(self, states: Floats, pairs: NDArray[np.int64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores (N,) of pairs (N, 2) of voices with these states (V, S), and their signs (N, T)."""
        known = np.tanh(_times((states - self.mean) / self.deviation, self.voice) + self.voice_bias)
        one, other = known[pairs[:, 0]], known[pairs[:, 1]]
        shown = ((signs - self.usual) / self.spread).astype(np.float32)
        inner = np.concatenate([one, other, one * other, np.abs(one - other), shown], axis=1)
        scores = _times(np.maximum(_times(inner, self.pair) + self.pair_bias, 0), self.out[None])[:, 0]
        found: NDArray[np.float64] = (scores + self.out_bias[0]).astype(np.float64)
        return found


def states_of(voices: Sequence[Voice], analysis: Analysis, vectors: Bytes) -> Floats:
    """Return what a skimmer is given of voices (V, S): their vectors, and the states of content and cue."""
    hidden, half_way = analysis.scores.hidden, analysis.scores.half_way

    def mean(states: NDArray[np.floating], passages: Sequence[Passage]) -> Floats:
        inside = words_within(analysis.words, passages)
        if not len(inside):
            return np.zeros(states.shape[1], dtype=np.float32)
        found: Floats = states[inside].astype(np.float32).mean(axis=0)
        return found

    return np.stack(
        [
            np.concatenate(
                [
                    vector.astype(np.float32) * np.float32(MEANT / LENGTH),
                    mean(hidden, voice.statement.content),
                    mean(half_way, voice.statement.content),
                    mean(hidden, voice.statement.cue),
                ]
            )
            for voice, vector in zip(voices, vectors, strict=True)
        ]
    )


def _times(rows: Floats, matrix: Floats) -> Floats:
    """Return the product of rows (N, K) and a matrix (M, K), as (N, M); not `@`, which rounds by its threads."""
    product: Floats = np.einsum("nk,mk->nm", rows, matrix)
    return product


@cache
def load_skimmer(folder: Path = MODEL_FOLDER) -> Skimmer:
    """Return the skimmer in a folder (by default the one that ships), loaded once per process."""
    try:
        with np.load(folder / "skimmer.npz") as saved:
            return Skimmer(**{name: saved[name].astype(np.float32) for name in Skimmer.__slots__})
    except (OSError, EOFError, KeyError, ValueError) as exc:
        raise MissingPart(f"{folder}: the skimmer could not be loaded ({exc}). Install onrecord again.") from exc
