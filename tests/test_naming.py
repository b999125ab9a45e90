"""Names of the world: the cases are sound, and enough of their holders are found by their names."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.naming import OVERALL, Case, Holder, load_cases, locate, measure, plain, report

FLOOR = 0.9
"""The share of holders that must get their name; some points under what was last measured."""
CASES = load_cases()
TRADITIONS = {
    "khmer",
    "vietnamese",
    "chinese",
    "hungarian",
    "spanish",
    "arabic",
    "burmese",
    "russian",
    "icelandic",
    "indian",
    "english",
}


def test_there_are_enough_cases_of_each_tradition():
    counts = Counter(case.tradition for case in CASES)
    assert set(counts) == TRADITIONS
    assert min(counts.values()) >= 5
    assert len(CASES) >= 60
    assert len({case.text for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.tradition}: {case.text[:30]}")
def test_case_is_sound(case):
    assert case.holders
    for (start, end), holder in zip(locate(case), case.holders, strict=True):
        assert case.text[start:end] == holder.words
        assert holder.name in case.text
        assert plain(holder.name) == holder.name.casefold()


def test_part_of_a_name_is_not_found_inside_the_name():
    case = Case("khmer", "Om Sar Tan left. Sar Tan said no.", (Holder("Sar Tan", "Om Sar Tan"),))
    assert locate(case) == [(17, 24)]


def test_words_are_found_after_the_ones_before():
    case = Case("english", "He and the heron: he said so, she said no.", (Holder("he", "A"), Holder("she", "B")))
    assert locate(case) == [(18, 20), (30, 33)]


def test_words_that_are_missing_are_named():
    with pytest.raises(ValueError, match="'Tan' is not in the text after character 0"):
        locate(Case("khmer", "Nobody spoke.", (Holder("Tan", "Om Sar Tan"),)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("U Thein Pe Maw", "thein pe maw"),
        ("Mrs. Whitcombe", "whitcombe"),
        ("The Ostrander Foundation", "ostrander foundation"),
        ("Sheikh Sayyid Faris", "faris"),
        ("Theodora Umm", "theodora umm"),
        ("Nu Nu Lin", "nu nu lin"),
    ],
)
def test_names_are_compared_without_honorifics(name, expected):
    assert plain(name) == expected


def test_report_gives_shares():
    assert report({OVERALL: (4, 3, 2)}).splitlines()[1].split() == ["overall", "4", "75.0%", "50.0%"]


def test_holders_are_found_by_their_names():
    counts = measure(CASES)
    n, _, right = counts[OVERALL]
    assert set(counts) == TRADITIONS | {OVERALL}
    assert right / n >= FLOOR, report(counts)
