"""The words that tell of a clash, as `data/disputes.toml` has them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d")
_IRREGULAR = {"shoot": ("shot",), "strike": ("struck",), "take": ("took", "taken")}
_STEM = 6
"""Letters by which two forms of a word are taken for one: cheap, and the same for every word."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The data file, ready for looking up."""

    contrast: re.Pattern[str]
    clash: re.Pattern[str]
    contradicts: re.Pattern[str]
    opposite: re.Pattern[str]
    acts: frozenset[str]
    agreement: re.Pattern[str]
    negation: re.Pattern[str]
    antonyms: tuple[tuple[str, str], ...]
    light: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once per process."""
    path = resources.files("onrecord") / "data" / "disputes.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(
        contrast=_one_of(data["contrast"]),
        clash=_one_of(form for entry in data["clash"] for form in _forms(entry)),
        contradicts=_one_of(form for entry in data["contradicts"] for form in _forms(entry)),
        opposite=_one_of(data["opposite"]),
        acts=frozenset(data["acts"]),
        agreement=_one_of(form for entry in data["agreement"] for form in _forms(entry)),
        negation=re.compile(rf"n['’]t\b|{_one_of(data['negation']).pattern}", re.IGNORECASE),
        antonyms=tuple((one, other) for one, other in data["antonyms"]),
        light=frozenset(data["light"]),
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return _WORD.findall(text.casefold())


def stems_of(text: str) -> frozenset[str]:
    """Return what stands for the words that tell what a text is about, whatever their endings; no numbers."""
    light = vocabulary().light
    return frozenset(w[:_STEM] for w in words_of(text) if w not in light and len(w) > 2 and not _NUMBER.match(w))


def _forms(entry: str) -> list[str]:
    """Return an entry with the endings that its first word may have: "hit back", "hits back", "hitting back"."""
    word, space, rest = entry.partition(" ")
    stem = word.removesuffix("e")
    forms = {word, f"{word}s", f"{word}es", f"{word}ing", f"{stem}ed", f"{stem}ing"}
    forms |= {f"{word}{word[-1]}ed", f"{word}{word[-1]}ing", *_IRREGULAR.get(word, ())}
    if word.endswith("y"):
        forms |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return [form + space + rest for form in sorted(forms)]


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    alternatives = "|".join(re.escape(word).replace("\\ ", r"\s+") for word in ordered)
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)
