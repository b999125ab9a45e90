"""What statements mean, as vectors: a statement is found by words that it does not hold.

The reader has run over an article's words already. A statement's vector is made from its states of the words of the
content: a weighted mean, and a small network that was trained to give the vector that a sentence encoder gives
(`training.meaning`). What is looked for goes the same way, read by itself. Vectors are of length one, in 384 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import MissingPart
from onrecord.language.reader import MODEL_FOLDER, Analysis, Reader, analyse
from onrecord.language.windows import Words
from onrecord.model import Passage

Bytes: TypeAlias = NDArray[np.int8]
Floats: TypeAlias = NDArray[np.float32]

WIDTH = 384
"""Numbers of a vector."""

LENGTH = 127
"""What stands for the length one. No number of a vector can be greater, so each fits into a byte."""

LEAST_WEIGHT = 1e-4
"""Added to every word's weight, so that a content of nothing but light words has a mean too."""

_AT_ONCE = 512
"""Vectors that `nearest` widens at a time: they stay in a core's cache, which makes it several times as fast."""


@dataclass(frozen=True, slots=True)
class Projection:
    """The trained weights, from S numbers of state to a vector of `WIDTH`, over I inner ones.

    `mean` and `deviation` (S,) put the states on one scale; `word` (S,), `bias` and `piece` (one for each word piece)
    weigh a word; `straight` (384, S), `inner` (I, S) and `outer` (384, I) with `inner_bias` (I,) and `outer_bias`
    (384,) make the vector.
    """

    mean: Floats
    deviation: Floats
    word: Floats
    bias: Floats
    piece: Floats
    straight: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def vector(self, states: Floats, pieces: NDArray[np.int64]) -> Floats:
        """Return the vector (384,) of words with these states (W, S) and first pieces (W,), of any length."""
        by_state = _times(states, self.word / self.deviation) - _times(self.mean, self.word / self.deviation)
        weights = np.logaddexp(0, by_state + self.bias + self.piece[pieces]) + np.float32(LEAST_WEIGHT)
        pooled = (_times(states.T, weights) / weights.sum() - self.mean) / self.deviation
        inner = np.maximum(_times(self.inner, pooled) + self.inner_bias, 0)
        return _times(self.straight, pooled) + _times(self.outer, inner) + self.outer_bias


def vectors_of(analysis: Analysis, passages_of_each: Sequence[Sequence[Passage]]) -> Bytes:
    """Return the vectors (N, 384) of N contents, each one or more passages of the text; of no words, all noughts.

    The same content of the same text has the same vector, whatever is asked for beside it.
    """
    projection = load_projection()
    vectors = np.zeros((len(passages_of_each), WIDTH), dtype=np.int8)
    for row, passages in zip(vectors, passages_of_each, strict=True):
        inside = words_within(analysis.words, passages)
        if len(inside):
            pieces = analysis.words.pieces[analysis.words.first[inside]]
            row[:] = as_bytes(projection.vector(states_of(analysis, inside), pieces))
    return vectors


def vector_of_words(text: str, reader: Reader) -> Bytes:
    """Return the vector (384,) of what is looked for: a few words, or a sentence. All noughts if it has no words."""
    vector: Bytes = vectors_of(analyse(text, reader), [[Passage(0, len(text))]])[0]
    return vector


def nearest(query: Bytes, vectors: Bytes, k: int) -> tuple[NDArray[np.int64], Floats]:
    """Return which of the vectors (N, 384) are nearest to one (384,), and their cosines: `k` at most, nearest first.

    Of equally near ones the first comes first. What is all noughts is near to nothing, and is left out.
    """
    wanted = query.astype(np.float32)
    cosines = np.full(len(vectors), -np.inf, dtype=np.float32)
    for begin in range(0, len(vectors) if wanted.any() else 0, _AT_ONCE):
        # Sums of 384 products of bytes stay under 2 ** 24: these floats hold them exactly, in whatever order.
        some = vectors[begin : begin + _AT_ONCE].astype(np.float32)
        squares = np.einsum("nd,nd->n", some, some) * np.float64(wanted @ wanted)
        np.divide(some @ wanted, np.sqrt(squares), out=cosines[begin : begin + len(some)], where=squares > 0)
    order = np.argsort(-cosines, kind="stable")[: max(k, 0)]
    order = order[np.isfinite(cosines[order])]
    return order, cosines[order]


def cosines(vectors: Bytes) -> Floats:
    """Return how near each of the vectors (N, 384) is to each (N, N), -1 to 1; one of all noughts is near to none."""
    wide = vectors.astype(np.float32)
    lengths = np.sqrt(np.einsum("nd,nd->n", wide, wide))
    near: Floats = (wide @ wide.T) / np.maximum(lengths[:, None] * lengths[None], 1e-9)
    return near


def words_within(words: Words, passages: Sequence[Passage]) -> NDArray[np.int64]:
    """Return the numbers of the words that begin within passages, each once, in the order of the text."""
    ranges = [np.arange(*words.range_of(*passage)) for passage in passages]
    return np.unique(np.concatenate(ranges)) if ranges else np.zeros(0, dtype=np.int64)


def states_of(analysis: Analysis, inside: NDArray[np.int64]) -> Floats:
    """Return what the projection is given of words: their states half-way and in the last layer (W, S)."""
    half_way = analysis.scores.half_way[inside].astype(np.float32)
    return np.concatenate([half_way, analysis.scores.hidden[inside]], axis=1)


def as_bytes(vector: NDArray[np.floating]) -> Bytes:
    """Return a vector (…, 384) at the length that stands for one, rounded to bytes."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    rounded: Bytes = np.rint(vector * (LENGTH / np.maximum(length, 1e-12))).astype(np.int8)
    return rounded


def _times(matrix: Floats, vector: Floats) -> Floats:
    """Return the product of a matrix (or vector) and a vector.

    Not `@`: for so little work its threads cost more than they save, and how it rounds depends on how many there are.
    """
    product: Floats = np.einsum("...d,d->...", matrix, vector)
    return product


@cache
def load_projection(folder: Path = MODEL_FOLDER) -> Projection:
    """Return the projection in a folder (by default the one that ships), loaded once per process."""
    try:
        with np.load(folder / "meaning.npz") as saved:
            return Projection(**{name: _unpack(saved, name) for name in Projection.__slots__})
    except (OSError, KeyError, ValueError) as exc:
        raise MissingPart(
            f"{folder}: the vectors' weights could not be loaded ({exc}). Install onrecord again."
        ) from exc


@cache
def load_centres(folder: Path = MODEL_FOLDER) -> Bytes:
    """Return the centres (C, 384) of the cells in which statements are looked for by meaning."""
    try:
        centres: Bytes = np.load(folder / "cells.npy")
    except (OSError, EOFError, ValueError) as exc:
        raise MissingPart(f"{folder}: the cells could not be loaded ({exc}). Install onrecord again.") from exc
    return centres


def pack(arrays: dict[str, Floats]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a `Projection` as its file holds them: matrices in bytes with a scale for each row."""
    packed: dict[str, NDArray[np.generic]] = {}
    for name, array in arrays.items():
        if array.ndim == 2:
            scale = np.abs(array).max(axis=1, keepdims=True) / LENGTH
            packed[name] = np.rint(array / scale).astype(np.int8)
            packed[f"{name}_scale"] = scale.astype(np.float32)
        else:
            packed[name] = array.astype(np.float16)
    return packed


def _unpack(saved: dict[str, NDArray[np.generic]], name: str) -> Floats:
    array = saved[name].astype(np.float32)
    return array * saved[f"{name}_scale"].astype(np.float32) if array.ndim == 2 else array
