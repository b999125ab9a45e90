import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from onrecord.errors import MissingPart
from onrecord.language.meaning import LENGTH, WIDTH, as_bytes, load_projection, nearest, vector_of_words, vectors_of
from onrecord.language.reader import analyse
from onrecord.model import Passage

ARTICLE = (
    "The Lorvian parliament met on Monday.\n\n"
    "“We will lower taxes on small farms,” Irena Vokal said. “Yes.”\n\n"
    "Oskar Dell said the port of Vessen had been closed by the navy, and that fishermen lost their income.\n\n"
    "A spokesman for the Tide Institute warned that hospitals in Dremmen were running out of medicine."
)
SAID = (
    "We will lower taxes on small farms,",
    "the port of Vessen had been closed by the navy, and that fishermen lost their income",
    "hospitals in Dremmen were running out of medicine",
)
DISTRACTORS = (
    "The team won its third match in a row.",
    "Rain is expected over the hills of Ostrany until Friday.",
    "The museum bought a painting by a local artist.",
    "Trains between Vessen and Dremmen will run every hour.",
    "The minister denied that he had met the ambassador.",
    "School begins a week later this year.",
    "The old bridge will be torn down in spring.",
    "Voters in Lorvia go to the polls in October.",
)


def passages(text, *contents):
    return [[Passage(text.index(c), text.index(c) + len(c))] for c in contents]


def bytes_of(rows):
    return arrays(np.int8, st.tuples(rows, st.just(WIDTH)), elements=st.integers(-3, 3))


@pytest.fixture(scope="module")
def article(reader):
    return analyse(ARTICLE, reader)


@pytest.fixture(scope="module")
def vectors(article):
    return vectors_of(article, passages(ARTICLE, *SAID))


def test_meaning_vectors_are_bytes_of_length_one(vectors):
    assert vectors.shape == (len(SAID), WIDTH)
    assert vectors.dtype == np.int8
    lengths = np.linalg.norm(vectors.astype(float), axis=1)
    assert lengths == pytest.approx(LENGTH, rel=0.01)


def test_meaning_same_content_same_vector_whatever_is_asked_beside_it(article, vectors, reader):
    one_by_one = [vectors_of(article, [p])[0] for p in passages(ARTICLE, *SAID)]
    again = vectors_of(analyse(ARTICLE, reader), passages(ARTICLE, *SAID))
    assert (np.stack(one_by_one) == vectors).all()
    assert (again == vectors).all()


def test_meaning_passages_count_once_and_in_the_order_of_the_text(article):
    [[first], [second]] = passages(ARTICLE, "lower taxes", "small farms")
    told = vectors_of(article, [[first, second], [second, first], [first, second, first]])
    assert (told == told[0]).all()


def test_meaning_no_words_no_vector(article, reader):
    at = ARTICLE.index("\n\n")
    assert not vectors_of(article, [[], [Passage(at, at + 1)]]).any()
    assert vectors_of(article, []).shape == (0, WIDTH)
    for nothing in ("", " \n", "\u200b"):
        assert not vector_of_words(nothing, reader).any()


@pytest.mark.parametrize(
    ("query", "content"),
    [
        ("tax cuts for agriculture", 0),
        ("cheaper taxation of farmers", 0),
        ("the harbour is blockaded", 1),
        ("fishing", 1),
        ("health care", 2),
        ("clinics lack drugs", 2),
    ],
)
def test_meaning_finds_what_is_said_in_other_words(query, content, reader, vectors):
    others = [vector_of_words(text, reader) for text in DISTRACTORS]
    found, _ = nearest(vector_of_words(query, reader), np.stack([*others, *vectors]), 1)
    assert found.tolist() == [len(others) + content]


@given(bytes_of(st.integers(0, 12)), bytes_of(st.just(1)), st.integers(0, 15))
def test_meaning_nearest_is_what_plain_floats_say(vectors, query, k):
    wide, wanted = vectors.astype(np.float64), query[0].astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1) * np.linalg.norm(wanted)
    expected = {n: float(wide[n] @ wanted / lengths[n]) for n in range(len(wide)) if lengths[n]}
    found, cosines = nearest(query[0], vectors, k)
    assert len(found) == min(k, len(expected))
    assert len(set(found.tolist())) == len(found)
    assert cosines == pytest.approx([expected[n] for n in found.tolist()], abs=1e-6)
    best = sorted(expected.values(), reverse=True)[: len(found)]
    assert cosines == pytest.approx(best, abs=1e-6)


def test_meaning_of_equally_near_ones_the_first_comes_first():
    vectors = np.zeros((20_000, WIDTH), dtype=np.int8)
    vectors[[3, 9_000, 19_999], 0] = LENGTH
    found, cosines = nearest(vectors[3], vectors, 10)
    assert found.tolist() == [3, 9_000, 19_999]
    assert cosines.tolist() == [1, 1, 1]


def test_meaning_bytes_are_near_to_what_was_rounded():
    exact = np.random.default_rng(1).normal(size=(50, WIDTH))
    rounded = as_bytes(exact).astype(float)
    cosines = (exact * rounded).sum(axis=1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rounded, axis=1)
    assert cosines.min() > 0.998


def test_meaning_searches_a_hundred_thousand_in_a_moment():
    vectors = np.random.default_rng(1).integers(-20, 21, (100_000, WIDTH), dtype=np.int8)
    begin = time.perf_counter()
    found, _ = nearest(vectors[77_777], vectors, 10)
    assert found[0] == 77_777
    assert time.perf_counter() - begin < 2  # 0.03 s where nothing else runs


def test_meaning_missing_weights_are_said(tmp_path):
    with pytest.raises(MissingPart, match="Install onrecord again"):
        load_projection(tmp_path)
    (tmp_path / "meaning.npz").write_bytes(b"broken")
    with pytest.raises(MissingPart, match="Install onrecord again"):
        load_projection(tmp_path)
