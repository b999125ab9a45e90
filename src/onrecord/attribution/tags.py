"""Tags of words, and the best well-formed sequence of them.

The tagger scores seven tags for each word; a linear-chain conditional random field (Lafferty,
McCallum and Pereira 2001) adds a score for each step from tag to tag. `decode` finds the best
sequence (Viterbi) in which no segment is continued that was not begun, and the chance of each
tag given the whole sequence (forward-backward).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onrecord.attribution.links import ROLES, Segment
from onrecord.language.reader import Floats

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
FORBIDDEN = -1e4

_SCALED_EVERY = 4


def may_follow() -> NDArray[np.bool_]:
    """Return which tag (column) may follow which (row): `I-x` only after `B-x` or `I-x`."""
    allowed = np.ones((len(TAGS), len(TAGS)), dtype=bool)
    for j, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed[:, j] = [other[2:] == tag[2:] for other in TAGS]
    return allowed


def decode(scores: Floats, transitions: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the best tag of each word and the chance of every tag, from scores of shape (W, 7)."""
    steps = np.where(may_follow(), transitions, FORBIDDEN).astype(np.float32)
    first = scores[0].copy()
    first[[tag.startswith("I-") for tag in TAGS]] = FORBIDDEN
    best, back = _viterbi(first, scores, steps)
    path = np.empty(len(scores), dtype=np.int64)
    path[-1] = int(best.argmax())
    for t in range(len(scores) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path, _marginals(first, scores, steps)


def _viterbi(first: Floats, scores: Floats, steps: Floats) -> tuple[Floats, NDArray[np.int64]]:
    best = first
    back = np.zeros(scores.shape, dtype=np.int64)
    columns = np.arange(len(TAGS))
    for t in range(1, len(scores)):
        through = best[:, None] + steps
        back[t] = through.argmax(axis=0)
        best = through[back[t], columns] + scores[t]
    return best, back


def _marginals(first: Floats, scores: Floats, steps: Floats) -> Floats:
    """Forward-backward on chances, scaled every few words so that nothing underflows."""
    local = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64))
    moves = np.exp((steps - steps.max()).astype(np.float64)) * local[:, None, :]
    forward = np.empty_like(local)
    backward = np.ones_like(local)
    forward[0] = np.exp((first - first.max()).astype(np.float64))
    for t in range(1, len(scores)):
        np.dot(forward[t - 1], moves[t], out=forward[t])
        if t % _SCALED_EVERY == 0:
            forward[t] /= forward[t].sum()
    for t in range(len(scores) - 2, -1, -1):
        np.dot(moves[t + 1], backward[t + 1], out=backward[t])
        if t % _SCALED_EVERY == 0:
            backward[t] /= backward[t].sum()
    # Each side is scaled before they meet: the product of two very small ones would be nought.
    forward /= forward.sum(axis=1, keepdims=True)
    backward /= backward.sum(axis=1, keepdims=True)
    chances = forward * backward
    chances /= chances.sum(axis=1, keepdims=True)
    result: Floats = chances.astype(np.float32)
    return result


def segments_of(path: NDArray[np.int64], chances: Floats) -> list[Segment]:
    """Return the segments of a tag sequence; their confidence is the mean chance of their role."""
    found = []
    opens = [int(t) for t in np.flatnonzero(path % 2 == 1)]
    for begin in opens:
        role = (int(path[begin]) - 1) // 2
        end = begin + 1
        while end < len(path) and path[end] == 2 * role + 2:
            end += 1
        inside = chances[begin:end, 2 * role + 1] + chances[begin:end, 2 * role + 2]
        found.append(Segment(ROLES[role], begin, end, float(inside.mean())))
    return found
