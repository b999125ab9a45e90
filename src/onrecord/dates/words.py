"""A text as words, and one letter for each word that tells what it may be.

`data/dates.toml` says which words are months, units, directions and so on. All words that may be
the same things get the same letter, so that a rule is a regular expression over a string of
letters, one per word, however long the words are. The file is read on first use, never at import.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from onrecord.errors import MissingPart

_FILE = "data/dates.toml"
_WORD = re.compile(
    r"\n[^\S\n]{0,80}\n"  # a paragraph ends
    r"|\d{1,6}(?:st|nd|rd|th)\b"
    r"|\d{2,4}'?s\b"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_]+"
    r"|['’][^\W\d_]+"
    r"|\S"
)
_MARKS = str.maketrans("’‘–—‑", "''---")
_FRACTIONS = ("¼", "½", "¾")
_NAME = re.compile(r"[^\W\d_]+|'[^\W\d_]*|-")


class Word(NamedTuple):
    """A word, number or mark: in lower case, and its characters in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The data file, made ready for look-ups: what a word stands for, by what it may be."""

    values: Mapping[str, Mapping[str, Any]]
    capitals: frozenset[str]
    before: Mapping[str, frozenset[str]]
    counted: frozenset[str]
    tables: Mapping[str, Any]

    def kinds(self, word: str) -> set[str]:
        """Return all that a word may be."""
        return {kind for kind, words in self.values.items() if word in words}


@cache
def lexicon() -> Lexicon:
    """Return the words of the data file; a damaged file is a missing part."""
    try:
        tables = tomllib.loads(resources.files("onrecord").joinpath(_FILE).read_text("utf-8"))
        return _make_lexicon(tables)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        advice = "Undo the last change to it, or install onrecord again"
        raise MissingPart(f"{_FILE}: cannot be used: {exc}. {advice}") from exc


def _make_lexicon(tables: dict[str, Any]) -> Lexicon:
    values: dict[str, dict[str, Any]] = {}
    for name, kind in (
        ("months", "month"), ("weekdays", "weekday"), ("numbers", "numword"), ("ordinals", "ordinal"),
        ("decades", "decadename"), ("directions", "direction"), ("days", "dayname"),
    ):  # fmt: skip
        values[kind] = {word: int(value) for value, words in tables[name].items() for word in words}
    for name, kind in (
        ("units", "unit"), ("seasons", "season"), ("parts_of_day", "dayhalf"), ("references", "reference"),
        ("frequencies", "frequency"), ("parts", "part"), ("part_nouns", "partnoun"), ("exactness", "exact"),
    ):  # fmt: skip
        values[kind] = {word: value for value, words in tables[name].items() for word in words}
    for name, kind in (("stretches", "stretch"), ("amounts", "amount"), ("fillers", "filler")):
        values[kind] = dict.fromkeys(tables[name]["words"], True)
    for kind, words in _holiday_words(tables["holidays"]).items():
        values[kind] = dict.fromkeys(words, True)
    values["plural"] = {word: unit for word, unit in values["unit"].items() if word.endswith("s")}
    before = {kind: frozenset(words) for kind, words in tables["before"].items()}
    counted = frozenset(tables["years"]["counted"])
    return Lexicon(values, frozenset(tables["capitals"]["words"]), before, counted, tables)


def _holiday_words(tables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the single words of holidays' names, by where they may stand in one."""
    names = [name for how in ("fixed", "easter", "national") for words in tables[how].values() for name in words]
    return {
        "holiday": [word for name in names for word in _NAME.findall(name)],
        "holidayhead": tables["heads"]["words"],
        "holidayfirst": tables["heads"]["firsts"],
    }


class Alphabet:
    """The letters of a set of rules: one for each set of things that a word may be."""

    def __init__(self, literals: Iterable[str]) -> None:
        self._literals = frozenset(literals)
        self._sets: dict[frozenset[str], str] = {frozenset(): "x"}
        self._known: dict[str, str] = {}
        known = {word for words in lexicon().values.values() for word in words} | self._literals
        for word in sorted(known):
            self._known[word] = self.letter_for(self._literal(word) | lexicon().kinds(word))
        for shape in _SHAPES:
            self.letter_for(frozenset(shape))
        for digits in self._literals & {str(number) for number in range(100)}:
            self._known[digits] = self.letter_for(self._literal(digits) | _number_kinds(digits))

    def _literal(self, word: str) -> set[str]:
        return {f"'{word}'"} if word in self._literals else set()

    def letter_for(self, kinds: Iterable[str]) -> str:
        """Return the letter of all words that may be just these things."""
        return self._sets.setdefault(frozenset(kinds), chr(0xE000 + len(self._sets)))

    def one_of(self, kind: str) -> str:
        """Return a character class of all letters whose words may be of a kind."""
        letters = "".join(letter for kinds, letter in self._sets.items() if kind in kinds)
        if not letters:
            raise KeyError(kind)
        return f"[{letters}]"

    def letter(self, word: str, written: str) -> str:
        """Return the letter of a word, given as it is looked up and as it is written."""
        if word in lexicon().capitals and written[0] == word[0]:
            return "x"  # "may" is no month, "May" is
        known = self._known.get(word)
        if known is not None:
            return known
        if word[0].isdecimal():
            kinds = _number_kinds(word)
        else:
            kinds = {"break"} if word[0] == "\n" else {"fraction"} if word in _FRACTIONS else set()
        return self._sets.get(frozenset(kinds), "x")


def _number_kinds(word: str) -> set[str]:
    """Return what a word that begins with a digit may be."""
    if word.endswith("s"):
        digits = word.rstrip("s'")
        return {"decade"} if len(digits) in (2, 4) and digits[-1] == "0" else set()
    if word[-1].isalpha():
        return {"ordinal", "dayth"} if 1 <= int(word[:-2]) <= 31 else {"ordinal"}
    if not word.isascii():
        return set()
    if not word.isdigit():
        dots = word.split(".")
        if len(dots) == 3 and all(part.isdigit() for part in dots):
            return {"dotted"}
        return {"digits", "decimal"}
    kinds = {"digits"}
    if len(word) == 4 and 1000 <= int(word) <= 2999:
        kinds |= {"year"}
    if len(word) <= 2:
        kinds |= {kind for kind, top in (("month_number", 12), ("hour", 24), ("day", 31), ("minute", 59))
                  if int(word) <= top and (int(word) or kind in ("hour", "minute"))}  # fmt: skip
        kinds |= {"two"} if len(word) == 2 else set()
    return kinds


_SHAPES = [_number_kinds(f"{n}") for n in range(100)] + [_number_kinds(f"{n:02}") for n in range(100)]
_SHAPES += [_number_kinds(word) for word in ("1990s", "31st", "99th", "1.2.2003", "1.5", "1999", "199", "11th")]
_SHAPES += [{"hyphen"}, {"dash"}, {"break"}, {"fraction"}]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text and their letters; `code[i]` is the letter of `words[i]`."""

    text: str
    words: list[Word]
    code: str

    def at(self, index: int) -> str:
        """Return the word at an index, "" outside of the text."""
        return self.words[index].text if 0 <= index < len(self.words) else ""

    def is_tight(self, index: int) -> bool:
        """Tell whether a word stands between its neighbours without white space."""
        return _is_tight(self.text, self.words[index].start, self.words[index].end)

    def written(self, index: int) -> str:
        """Return the word at an index as the text has it, "" outside of the text."""
        return self.text[self.words[index].start : self.words[index].end] if 0 <= index < len(self.words) else ""


def split(text: str, alphabet: Alphabet) -> Words:
    """Return the words of a text with their letters."""
    words: list[Word] = []
    code: list[str] = []
    letters: dict[str, str] = {}  # of what was met before, but for hyphens: their neighbours tell what they are
    for found in _WORD.finditer(text):
        written = found[0]
        word = _plain(written)
        letter = letters.get(written)
        if letter is None and word == "-":
            tight = written != "—" and _is_tight(text, *found.span())
            letter = alphabet.letter_for({"hyphen"} if tight else {"dash"})
        elif letter is None:
            letter = letters[written] = alphabet.letter(word, written)
        words.append(Word(word, found.start(), found.end()))
        code.append(letter)
    return Words(text, words, "".join(code))


def _plain(written: str) -> str:
    """Return a word in lower case, with straight apostrophes and short hyphens."""
    lowered = written.lower()
    return lowered if lowered.isascii() else lowered.translate(_MARKS)


def _is_tight(text: str, start: int, end: int) -> bool:
    """Tell whether a range of characters has no white space beside it."""
    return not (text[start - 1 : start] or " ").isspace() and not (text[end : end + 1] or " ").isspace()
