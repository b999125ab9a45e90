"""How surely two voices clash: the comparer is asked about the pairs that promise it, and what it says is weighed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from onrecord.disputes.matters import Clash
from onrecord.disputes.signs import signs_of
from onrecord.disputes.skimming import Skimmer
from onrecord.disputes.voices import Voice, show
from onrecord.language.comparer import Comparer, Comparison
from onrecord.language.meaning import Floats
from onrecord.model import DisputeType

TYPES: tuple[DisputeType, ...] = get_args(DisputeType)

Doubles: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that the comparer may be asked about: two voices, the signs of the pair, and how much they promise."""

    first: Voice
    second: Voice
    signs: Doubles
    promise: float


def promising(pairs: Sequence[tuple[Voice, Voice, float]], comparer: Comparer, most: int) -> list[Candidate]:
    """Return the pairs (each with the cosine of its contents) that promise the most by their signs, those first.

    The promise is a chance. For voices of different articles, of which nothing else is known.
    """
    if not pairs:
        return []
    signs = np.stack([signs_of(*pair) for pair in pairs])
    promise = chances(signs, comparer.settings["promise"])
    order = np.argsort(-promise, kind="stable")[:most]
    least = comparer.settings["least_promise"]
    return [Candidate(pairs[k][0], pairs[k][1], signs[k], float(promise[k])) for k in order if promise[k] >= least]


def skim(
    voices: Sequence[Voice], states: Floats, alike: Floats, skimmer: Skimmer, *, most: int, least: float
) -> list[Candidate]:
    """Return the pairs of an article's voices of different holders that the skimmer scores highest, those first.

    `states` (V, S) are what it is given of the voices, `alike` (V, V) the cosines of their contents. No more than
    `most` pairs, with a score of at least `least`.
    """
    pairs = [
        (i, j)
        for i in range(len(voices))
        for j in range(i + 1, len(voices))
        if voices[i].holder is None or voices[i].holder != voices[j].holder
    ]
    if not pairs:
        return []
    signs = np.stack([signs_of(voices[i], voices[j], float(alike[i, j])) for i, j in pairs])
    scores = skimmer.score(states, np.array(pairs, dtype=np.int64), signs)
    order = [int(k) for k in np.argsort(-scores, kind="stable")[:most] if scores[k] >= least]
    return [Candidate(voices[pairs[k][0]], voices[pairs[k][1]], signs[k], float(scores[k])) for k in order]


def compare(candidates: Sequence[Candidate], comparer: Comparer) -> Iterator[Clash[Voice]]:
    """Yield how surely each of some candidates clashes, in their order, and what they would differ about."""
    for candidate in candidates:
        made = comparer.compare(*show(candidate.first, candidate.second))
        together = candidate.first.article is candidate.second.article
        given = evidence(candidate, made)[None]
        chance = chances(given, comparer.settings["clash" if together else "clash_far"])[0]
        yield Clash(candidate.first, candidate.second, float(chance), TYPES[int(made.types.argmax())])


def evidence(candidate: Candidate, made: Comparison) -> Doubles:
    """Return what the chance of a clash is computed from: the signs, the promise, and what the comparer makes of it."""
    return np.concatenate([candidate.signs, [candidate.promise, made.dispute, made.agree, made.contradict]])


def chances(given: Doubles, weights: Sequence[float]) -> Doubles:
    """Return the chances (N,) that weighted evidence (N, D) stands for."""
    points = np.einsum("nd,d->n", given, np.asarray(weights, dtype=np.float64))
    found: Doubles = 1 / (1 + np.exp(-np.clip(points, -30, 30)))
    return found
