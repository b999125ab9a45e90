"""Names as words: which of them are a title, which the name itself, and which short name fits which full one.

The word lists are in `data/names.toml`. Nothing here knows one country's order of family and given
name: the part that an article repeats may be any run of the full name's words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, TypeAlias

Gender: TypeAlias = Literal["male", "female"]
Fit: TypeAlias = Literal["equal", "end", "inner", "begin"]

_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*\.?")
_POSSESSIVE = re.compile(r"['’]s?$")
_LONGEST_TITLE = 3
_REMEMBERED = 1 << 15
"""How many words are kept as folded: more than an article has."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart: the words of the title before it, its own words, and what the title tells."""

    title: tuple[str, ...]
    words: tuple[str, ...]
    gender: Gender | None


@cache
def word_lists() -> dict[str, Any]:
    """Return `data/names.toml`, by table and name; each list as a set."""
    path = resources.files("onrecord") / "data" / "names.toml"
    loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        table: {name: words if isinstance(words, str) else frozenset(words) for name, words in lists.items()}
        for table, lists in loaded.items()
    }


def name_words(text: str) -> list[str]:
    """Return the words of a name as written, without possessive endings."""
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(text)]


@lru_cache(maxsize=_REMEMBERED)
def fold(word: str) -> str:
    """Return a word for comparison: without dots, case, or a typographic apostrophe."""
    return word.replace(".", "").replace("’", "'").casefold()


@lru_cache(maxsize=_REMEMBERED)
def bare(word: str) -> str:
    """Return a word folded and written out, one word for all that mean the same: "Sen." is "senator"."""
    lists = word_lists()
    folded = fold(word)
    return str(lists["expansions"].get(folded) or lists["same"].get(folded) or folded)


def honorific_gender(phrase: str) -> Gender | None:
    """Return whether a title or word of address tells male or female."""
    lists = word_lists()
    for gender in ("male", "female"):
        if phrase in lists["honorifics"][gender] or phrase in lists["titles"][gender]:
            return gender
    return None


@cache
def _given_names() -> dict[str, Gender]:
    path = resources.files("onrecord") / "data" / "given_names.txt"
    genders: dict[str, Gender] = {"m": "male", "f": "female"}
    lines = (line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line[:1] in genders)
    return {name: genders[mark] for mark, name in lines}


def given_gender(words: Sequence[str]) -> Gender | None:
    """Return whether the first word of a full name is mostly a man's or a woman's, None where it tells nothing."""
    return _given_names().get(fold(words[0])) if len(words) > 1 else None


def lean(gender: Gender | None) -> float:
    """Return 1 for male, -1 for female, 0 where nothing tells."""
    return {"male": 1.0, "female": -1.0, None: 0.0}[gender]


def is_title(phrase: str) -> bool:
    """Tell whether a phrase (folded) is a title, a trade or a word of address."""
    lists = word_lists()
    kinds = (lists["honorifics"], lists["titles"])
    return any(phrase in lists_of[name] for lists_of in kinds for name in ("male", "female", "either"))


def is_office(phrase: str) -> bool:
    """Tell whether a phrase (folded) is a title or a trade, and not merely a word of address."""
    titles = word_lists()["titles"]
    return any(phrase in titles[name] for name in ("male", "female", "either")) or phrase in word_lists()["expansions"]


def split_name(text: str) -> PersonName:
    """Take a person's name apart: "House Speaker Paul Orr" is the title "House Speaker" and the name "Paul Orr".

    What stands before the last title in it belongs to the title. A title alone is a name ("Prince").
    """
    words = name_words(text)
    folded = [fold(w) for w in words]
    while len(folded) > 1 and folded[-1] in word_lists()["suffixes"]["dropped"]:
        words.pop()
        folded.pop()
    cut, gender = 0, None
    for begin in range(len(words) - 1):
        for end in range(min(begin + _LONGEST_TITLE, len(words) - 1), begin, -1):
            phrase = " ".join(folded[begin:end])
            if is_title(phrase) and end > cut:
                cut, gender = end, honorific_gender(phrase) or gender
                break
    return PersonName(tuple(words[:cut]), tuple(words[cut:]), gender)


def fits(short: Sequence[str], full: Sequence[str]) -> Fit | None:
    """Return how a short name fits a full one, or None: the words of both as written.

    "Vokal" is the end of "Irena Vokal", "Sar Tan" of "Om Sar Tan"; "Ryu" begins "Ryu Sang Ho"; initials and suffixes
    may be left out on either side ("John Q. Orr Jr." and "John Orr" are equal).
    """
    a, b = _core(short), _core(full)
    if not a or not b:
        return None
    if a == b or _equal_but_for_initials(a, b):
        return "equal"
    if len(a) >= len(b):
        return None
    if b[-len(a) :] == a:
        return "end"
    if b[: len(a)] == a:
        return "begin"
    inner = any(b[k : k + len(a)] == a for k in range(1, len(b) - len(a)))
    skips_middle = len(a) > 1 and a[0] == b[0] and a[-1] == b[-1]
    return "equal" if skips_middle else "inner" if inner else None


def _core(words: Sequence[str]) -> list[str]:
    spelled = word_lists()["spelled"]
    folded = [part for w in words for part in spelled.get(fold(w), fold(w)).split()]
    while len(folded) > 1 and folded[-1] in word_lists()["suffixes"]["kept"]:
        folded.pop()
    return folded


def _equal_but_for_initials(a: list[str], b: list[str]) -> bool:
    shorter, longer = sorted(([w for w in side if len(w) > 1] for side in (a, b)), key=len)
    return len(shorter) > 1 and shorter == longer


def acronym_of(words: Sequence[str]) -> set[str]:
    """Return the acronyms that a name of several words may go by: of its capitals, with and without small words.

    The legal form of a company may be left out: "Tessaly Motors Corp" is "TM".
    """
    legal = word_lists()["organizations"]["legal"]
    kept = [w for w in words if fold(w) not in legal]
    found = {"".join(w[0] for w in some if w[:1].isupper()) for some in (words, kept)}
    found |= {"".join(w[0] for w in some if w).upper() for some in (words, kept)}
    return {a for a in found if len(a) > 1}


def is_one_off(a: str, b: str) -> bool:
    """Tell whether two words differ by one letter put in, left out or changed."""
    shorter, longer = sorted((a, b), key=len)
    same = next((k for k, (x, y) in enumerate(zip(shorter, longer, strict=False)) if x != y), len(shorter))
    rest = shorter[same + (len(shorter) == len(longer)) :]
    return len(longer) - len(shorter) <= 1 and a != b and longer[same + 1 :] == rest


def is_adjective(words: Sequence[str]) -> bool:
    """Tell whether a name is only a word for what belongs to a people or a party: "Lorvian", "Democratic"."""
    endings = tuple(word_lists()["several"]["adjectives"])
    return len(words) == 1 and fold(words[0]).endswith(endings) and not is_acronym(words[0])


def is_acronym(word: str) -> bool:
    """Tell whether a word is written as an acronym: two to seven capitals, dots left out."""
    plain = word.replace(".", "")
    return 2 <= len(plain) <= 7 and plain.isupper() and plain.isalpha()
