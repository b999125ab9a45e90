"""Settings of statements: the cases are sound, and enough channels and addressees are read rightly."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from eval.settings import OVERALL, Answer, Expected, load_cases, measure, plain, report
from onrecord.model import ChannelKind

FLOOR = 0.93
"""The share of statements that must get their channel, and their addressee; some points under what was measured."""
CASES = load_cases()


def test_there_are_enough_cases():
    said = [expected for case in CASES for expected in case.said]
    assert len(CASES) >= 70
    assert min(Counter(case.part for case in CASES).values()) >= 20
    assert sum(expected.channel is None and expected.told is None for expected in said) >= 20
    assert len({case.text for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:30])
def test_case_is_sound(case):
    for expected in case.said:
        assert case.text.count(expected.words) == 1
        assert expected.channel is None or expected.channel in get_args(ChannelKind)
        for words in (expected.told, expected.owner, expected.hearer):
            assert words is None or words in case.text


def test_words_are_compared_without_articles():
    assert plain("The  Vessen\nPost") == "vessen post"
    assert plain("the") == "the"
    assert plain(None) is None


def test_a_statement_that_was_not_found_is_not_right():
    answer = Answer(Expected("it rained"), found=False)
    assert not answer.channel_right
    assert not answer.addressee_right


def test_report_gives_shares():
    assert report({OVERALL: (4, 4, 3, 2)}).splitlines()[1].split() == ["overall", "4", "100.0%", "75.0%", "50.0%"]


def test_channels_and_addressees_are_read():
    counts = measure(CASES)
    n, found, channels, addressees = counts[OVERALL]
    assert found / n >= FLOOR, report(counts)
    assert channels / found >= FLOOR, report(counts)
    assert addressees / found >= FLOOR, report(counts)
