"""Clashes that an article puts into words, and the first look at pairs."""

import numpy as np
import pytest

from onrecord.disputes.explicit import CONTRADICTED, OPPOSITE, find_explicit
from onrecord.disputes.skimming import Skimmer, load_skimmer
from onrecord.errors import MissingPart
from tests.test_disputes import voices


def found(marked):
    spoken = voices(marked)
    alike = np.full((len(spoken), len(spoken)), 0.5, dtype=np.float32)
    return [(clash.first.content, clash.second.content, clash.chance) for clash in find_explicit(spoken, alike)]


def test_explicit_finds_the_opposite_of_what_somebody_else_says_before():
    text = (
        "Despite <s1 Irena Vokal>’s <c1 insistence> that <t1 the ferry ban was mercy>, "
        "<s2 Tomas Rell> <c2 claimed> <t2 the opposite>."
    )
    assert found(text) == [("the ferry ban was mercy", "the opposite", OPPOSITE)]


@pytest.mark.parametrize(
    "text",
    [
        "<s1 Vokal> <c1 said> <t1 the ban was mercy>. She <c2 said> <t2 the opposite of a strike had helped the port>.",
        "<s1 Tomas Rell> <c1 claimed> <t1 the opposite>.",
        "<s1 Irena Vokal> <c1 said> <t1 the ban was mercy>. <s2 Tomas Rell> <c2 said> <t2 the ban was forced>.",
    ],
)
def test_explicit_finds_nothing_where_nothing_is_put_into_words(text):
    assert found(text) == []


def test_explicit_finds_what_somebody_contradicts():
    text = (
        "<s1 Irena Vokal> <c1 said> <t1 the ferry ban was mercy>. "
        "<s2 Tomas Rell> <c2 contradicted> <m Irena Vokal>, saying <t2 the banks of Garrow had forced the ban>."
    )
    [(first, second, chance)] = found(text)
    assert (first, second) == ("the ferry ban was mercy", "the banks of Garrow had forced the ban")
    assert chance == CONTRADICTED


def test_skimmer_scores_a_pair_the_same_whatever_is_beside_it():
    skimmer = load_skimmer()
    rng = np.random.default_rng(3)
    states = rng.normal(size=(5, len(skimmer.mean))).astype(np.float32)
    signs = rng.random((4, len(skimmer.usual)))
    pairs = np.array([(0, 1), (1, 2), (0, 4), (3, 4)])
    together = skimmer.score(states, pairs, signs)
    alone = [float(skimmer.score(states, pairs[k : k + 1], signs[k : k + 1])[0]) for k in range(4)]
    assert together.tolist() == pytest.approx(alone, abs=1e-4)
    assert isinstance(skimmer, Skimmer)


def test_skimmer_that_is_damaged_says_what_to_do(tmp_path):
    (tmp_path / "skimmer.npz").write_bytes(b"")
    with pytest.raises(MissingPart, match="Install onrecord again"):
        load_skimmer(tmp_path)
