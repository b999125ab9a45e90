import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from onrecord.attribution.tags import TAGS, decode, may_follow, segments_of

scores = arrays(np.float32, st.tuples(st.integers(1, 4), st.just(len(TAGS))), elements=st.integers(-8, 8).map(float))
transitions = arrays(np.float32, (len(TAGS), len(TAGS)), elements=st.integers(-4, 4).map(float))


def well_formed(length):
    allowed = may_follow()
    for path in itertools.product(range(len(TAGS)), repeat=length):
        if not TAGS[path[0]].startswith("I-") and all(allowed[a, b] for a, b in itertools.pairwise(path)):
            yield path


def weight(path, scores, transitions):
    steps = sum(transitions[a, b] for a, b in itertools.pairwise(path))
    return float(sum(scores[t, tag] for t, tag in enumerate(path)) + steps)


@given(scores, transitions)
def test_tags_decode_gives_the_best_sequence_and_true_chances(scores, transitions):
    paths = list(well_formed(len(scores)))
    weights = np.array([weight(path, scores, transitions) for path in paths])
    best, chances = decode(scores, transitions)
    assert tuple(best) in paths
    assert weight(best, scores, transitions) == weights.max()
    share = np.exp(weights - weights.max())
    share /= share.sum()
    expected = np.zeros_like(chances)
    for path, chance in zip(paths, share, strict=True):
        expected[np.arange(len(path)), path] += chance
    np.testing.assert_allclose(chances, expected, atol=2e-3)


def test_tags_segments_follow_the_borders():
    path = np.array([1, 2, 0, 3, 5, 6, 6, 5])
    chances = np.eye(len(TAGS), dtype=np.float32)[path]
    found = [(s.role, s.begin, s.end, s.confidence) for s in segments_of(path, chances)]
    assert found == [("source", 0, 2, 1.0), ("cue", 3, 4, 1.0), ("content", 4, 7, 1.0), ("content", 7, 8, 1.0)]


def test_tags_chances_do_not_underflow_on_long_texts():
    rng = np.random.default_rng(1)
    _, chances = decode(rng.normal(0, 20, (5000, len(TAGS))).astype(np.float32), np.zeros((7, 7), dtype=np.float32))
    assert np.isfinite(chances).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-3)
