"""Which source and which contents belong to which cue.

A segment is a run of words with one role. `pair_features` describes a pair of segments by where
they stand; the link scorer weighs that together with what the encoder made of the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onrecord.language.reader import Floats, Reader, Scores
from onrecord.language.windows import OUTSIDE, Words

Role: TypeAlias = Literal["source", "cue", "content"]

ROLES: tuple[Role, ...] = ("source", "cue", "content")
FEATURE_SIZES = (24, 7, 5, 5, 4, 3)
"""How many values each feature of a pair has: distance, paragraphs, cues between, own kind
between, quotation marks, sentence ends between."""

_TOO_FAR = -1e4

NEAREST_CUES = 8
"""How many cues on each side of a segment are considered."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The words `[begin, end)` with one role, and how sure the tagger is of them."""

    role: Role
    begin: int
    end: int
    confidence: float = 1.0


def pair_features(
    children: list[Segment], cues: list[Segment], words: Words
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the features of every child with every cue, and which pairs are to be considered.

    The shapes are (children, cues, 6) and (children, cues). Children are segments of one role in
    the order of the text, and so are the cues.
    """
    n, m = len(children), len(cues)
    a, b = _edges(children)
    c, d = _edges(cues)
    before = b[:, None] <= c[None, :]  # the child stands before the cue
    gap = np.where(before, c[None, :] - b[:, None], a[:, None] - d[None, :]).clip(0)
    distance = np.minimum(np.floor(np.log2(gap + 1) * 1.5).astype(np.int64), 11) + np.where(before, 12, 0)
    apart = words.paragraph[c][None, :] - words.paragraph[a][:, None]
    rank = np.searchsorted(c, a)  # how many cues begin before the child
    index = np.arange(m)[None, :]
    cues_between = np.where(index >= rank[:, None], index - rank[:, None], rank[:, None] - 1 - index).clip(0)
    child_rank = np.searchsorted(a, c)
    child_index = np.arange(n)[:, None]
    own_between = np.where(
        child_index < child_rank[None, :], child_rank[None, :] - 1 - child_index, child_index - child_rank[None, :]
    ).clip(0)
    marks = (words.quote[a] != OUTSIDE)[:, None] * 2 + (words.quote[c] != OUTSIDE)[None, :]
    low, high = np.where(before, b[:, None] - 1, d[None, :] - 1), np.where(before, c[None, :], a[:, None])
    sentences = (words.stops[np.maximum(high, low)] - words.stops[low]).clip(0, 2)
    features = np.stack(
        [distance, apart.clip(-3, 3) + 3, cues_between.clip(0, 4), own_between.clip(0, 4), marks, sentences], axis=2
    )
    return features, cues_between < NEAREST_CUES


def score_links(
    children: list[Segment], cues: list[Segment], words: Words, scores: Scores, reader: Reader
) -> tuple[Floats, Floats]:
    """Return how well each child fits each cue (children, cues), and each cue none (cues,).

    Children are all sources or all contents. Pairs that are too far apart get a very low score.
    """
    features, considered = pair_features(children, cues, words)
    fits, none = reader.link(children[0].role, _states(children, scores), _states(cues, scores), features)
    return np.where(considered, fits, _TOO_FAR), none


def _states(segments: list[Segment], scores: Scores) -> Floats:
    begin, last = [s.begin for s in segments], [s.end - 1 for s in segments]
    return np.concatenate([scores.hidden[begin], scores.hidden[last]], axis=1)


def _edges(segments: list[Segment]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    begin = np.array([s.begin for s in segments], dtype=np.int64)
    end = np.array([s.end for s in segments], dtype=np.int64)
    return begin, end
