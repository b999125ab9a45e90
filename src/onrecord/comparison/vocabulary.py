"""The words by which articles are held against each other, as `data/comparison.toml` has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from onrecord.dates.words import lexicon


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The data file, ready for looking up. Its head tells what is what."""

    leading: re.Pattern[str]
    numeral: re.Pattern[str]
    """Finds what a text with a number in it has."""
    scales: Mapping[str, float]
    said: Mapping[str, str]
    """What is said of those who are counted, by the plain forms of the words for it."""
    vague: frozenset[str]
    others: frozenset[str]
    part: frozenset[str]
    about: frozenset[str]
    over: frozenset[str]
    places: frozenset[str]
    money: frozenset[str]
    people: frozenset[str]
    marching: frozenset[str]
    uncounted: frozenset[str]
    general: frozenset[str]
    light: frozenset[str]
    subject: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once per process."""
    path = resources.files("onrecord") / "data" / "comparison.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    numbers = sorted({*lexicon().values["numword"], *data["scales"]} - {"one"})
    return Vocabulary(
        leading=re.compile(rf"(?:\b(?:{'|'.join(data['names']['leading'])})\s+)+"),
        numeral=re.compile(rf"\d|\b(?:{'|'.join(numbers)})\b", re.IGNORECASE),
        scales=data["scales"],
        said={word: what for what, words in data["said"].items() for word in words},
        **{name: frozenset(words) for name, words in data["numbers"].items()},
    )
