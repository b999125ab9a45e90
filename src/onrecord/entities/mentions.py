"""Where people, organisations and places are mentioned: names, nominals ("the analyst") and pronouns.

What belongs to a name, and what a word is the head of, comes from the mention tagger; where a name begins and
ends, and what in it is a title, from here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.entities.names import Gender, fold, is_acronym, is_title, split_name, word_lists
from onrecord.language.reader import FORMS, KINDS, Floats, Scores
from onrecord.language.windows import OUTSIDE, Words
from onrecord.model import MentionForm

LEAST_PROPER, LEAST_TO_GO_ON = 0.5, 0.2
"""The chance of being part of a name from which a word begins one, and from which it continues one."""
LEAST_IN_SOURCE = 0.1
"""The same for a word in a source: who speaks is mostly named."""
LEAST_NOMINAL = 0.5
"""The chance of heading a nominal, and of its being a person or an organisation, from which a word is one."""
MOSTLY_CAPITALS = 0.6
"""The share of words with a capital from which a paragraph is a headline."""
_DOUBT = 0.05
"""What is added to the chance of each kind, so that a word that heads nothing decides nothing."""

_JOINS = frozenset("-.’'&/")
_BRIDGES = frozenset(("of", "for", "the", "and", "on"))
_PERSON, _ORGANIZATION, _PLACE = KINDS.index("person"), KINDS.index("organization"), KINDS.index("place")
_LOCATIVES = frozenset(("in", "near", "outside"))
_NOT_OF_NAMES = frozenset(
    ("based", "led", "backed", "born", "style", "era", "wide", "elect", "designate", "run", "controlled", "appointed")
)


@dataclass(frozen=True, slots=True)
class WordMention:
    """One mention, as a range of words `[begin, end)`; a name's range is without its title.

    `outer` is where the title before a name begins (`begin` where there is none), `kinds` the chances of
    person, organisation and place, `head` the word that the mention hangs on, `male` the chance that somebody
    named so is a man.
    """

    form: MentionForm
    outer: int
    begin: int
    end: int
    head: int
    words: tuple[str, ...]
    kinds: tuple[float, float, float]
    gender: Gender | None
    plural: bool
    male: float = 0.5
    headline: bool = False
    located: bool = False
    """Whether "in" or "near" stands before it."""


def find_mentions(words: Words, scores: Scores, spoken: NDArray[np.bool_]) -> list[WordMention]:
    """Return the mentions of a text in the order of their words.

    `spoken` tells which words are sources of statements (W,): there a capital makes a name sooner than elsewhere.
    """
    shown = [words.text[s:e] for s, e in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    headline = _in_headline(shown, words)
    runs = _name_runs(shown, words, scores, spoken, headline)
    names = [m for run in runs for m in _read_run(run, shown, scores, headline=bool(headline[run[0]]))]
    taken = np.zeros(len(shown) + 1, dtype=bool)
    for name in names:
        taken[name.outer : name.end] = True
    others = [m for m in _single_heads(shown, scores) if not taken[m.head]]
    return sorted([*names, *others], key=lambda m: m.begin)


def _name_runs(
    shown: list[str], words: Words, scores: Scores, spoken: NDArray[np.bool_], headline: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of words that make up a name, its title included."""
    calendar = word_lists()["calendar"]["words"]
    may_be = np.array([w[:1].isalnum() and fold(w) not in calendar for w in shown], dtype=bool)
    proper = (scores.proper >= np.where(spoken, LEAST_IN_SOURCE, LEAST_PROPER)) & may_be
    goes_on = (scores.proper >= np.where(headline, LEAST_PROPER, LEAST_TO_GO_ON)) & may_be
    at, n = 0, len(shown)
    while at < n:
        titled = at + 1 < n and shown[at][0].isupper() and shown[at + 1][0].isupper() and _addresses(shown[at])
        if not (proper[at] or titled) or not (shown[at][0].isupper() or shown[at][0].isdigit()):
            at += 1
            continue
        begin, end = at, at + 1
        while begin > 1 and shown[begin - 1] == "." and len(shown[begin - 2]) == 1 and shown[begin - 2].isupper():
            begin -= 2  # "K. R. Velan"
        while end < n:
            follows = _goes_on(shown, words, goes_on, at, end)
            if not follows:
                break
            end = follows
        if any(w[0].isupper() for w in shown[begin:end]):
            yield begin, end
        at = end


def _in_headline(shown: list[str], words: Words) -> NDArray[np.bool_]:
    """Return which words are in a paragraph that is written like a headline, most words with a capital."""
    letters = np.array([w[:1].isalpha() for w in shown], dtype=np.float64)
    capitals = np.array([w[:1].isupper() for w in shown], dtype=np.float64)
    size = int(words.paragraph[-1]) + 1 if len(shown) else 0
    whole = np.bincount(words.paragraph, letters, minlength=size)
    share = np.bincount(words.paragraph, capitals, minlength=size) / np.maximum(whole, 1)
    result: NDArray[np.bool_] = (share >= MOSTLY_CAPITALS)[words.paragraph]
    return result


def _goes_on(shown: list[str], words: Words, proper: np.ndarray, begin: int, end: int) -> int:
    """Return where a name that reached `end` goes on to, or 0."""
    n = len(shown)
    word = shown[end]
    if words.paragraph[end] != words.paragraph[begin]:
        return 0
    if fold(word) in word_lists()["calendar"]["names"] and word[0].isupper() and end - begin <= 3:
        dated = end + 1 < n and shown[end + 1][0].isdigit()  # "Irena May", but not "Lorvia May 5"
        return 0 if dated else end + 1
    if proper[end] and (word[0].isupper() or word[0].isdigit()):
        return end + 1
    glued = words.start[end] == words.end[end - 1]
    next_is_name = end + 1 < n and proper[end + 1] and shown[end + 1][0].isupper()
    if word in _JOINS and glued and next_is_name:
        spaced = words.start[end + 1] > words.end[end]
        if not spaced or (word == "." and _is_abbreviation(shown[end - 1])):
            return end + 2
    if word == "-" and glued and end + 1 < n and words.start[end + 1] == words.end[end] and shown[end + 1].isalpha():
        return end + 2 if len(shown[end - 1]) < 5 and shown[end + 1] not in _NOT_OF_NAMES else 0  # "Ryu Sang-ho"
    if word == "." and glued and (len(shown[end - 1]) == 1 or fold(shown[end - 1]) in ("jr", "sr")):
        return end + 1
    inside = word_lists()["organizations"]["possessive"]
    if word in ("’", "'") and end + 2 < n and shown[end + 1] == "s" and fold(shown[end - 1]) in inside:
        return end + 3 if proper[end + 2] and shown[end + 2][0].isupper() else 0
    if fold(word) in word_lists()["particles"]["words"]:
        if next_is_name:
            return end + 2
        if end + 2 < n and shown[end + 1] == "-" and shown[end + 2][0].isupper():
            return end + 3  # "Salim al-Haddar"
        if end + 2 < n and fold(shown[end + 1]) in word_lists()["particles"]["words"] and shown[end + 2][0].isupper():
            return end + 3  # "Ana de la Quintana"
    if word in _BRIDGES and fold(shown[end - 1]) in word_lists()["organizations"]["words"]:
        after = end + 1
        while after < min(end + 3, n) and shown[after] in _BRIDGES:
            after += 1
        return after + 1 if after < n and proper[after] and shown[after][0].isupper() and word != "and" else 0
    if word in ("of", "for", "on") and next_is_name:  # "Citizens for Port Justice"
        last = end + 1
        while last + 1 < n and proper[last + 1] and shown[last + 1][0].isupper():
            last += 1
        return last + 1 if fold(shown[last]) in word_lists()["organizations"]["words"] else 0
    return 0


def _addresses(word: str) -> bool:
    """Tell whether a word is one of address, after which a capital begins a name: "Daw May Thingyan"."""
    honorifics = word_lists()["honorifics"]
    return any(fold(word) in honorifics[gender] for gender in ("male", "female", "either"))


def _is_abbreviation(word: str) -> bool:
    """Tell whether a dot after a word ends no sentence: "Sen. Orr", "J. Orr"."""
    folded = fold(word)
    return len(word) == 1 or (len(word) < 5 and is_title(folded)) or folded in word_lists()["abbreviations"]["words"]


def _read_run(run: tuple[int, int], shown: list[str], scores: Scores, *, headline: bool) -> Iterator[WordMention]:
    """Yield the name in a run of words, its title apart; nothing where the run is a title alone."""
    begin, end = run
    while begin < end and (fold(shown[begin]) == "the" or not shown[begin][0].isalnum()):
        begin += 1
    former = word_lists()["status"]["former"]
    if end - begin > 2 and shown[begin + 1] == "-" and fold(shown[begin]) in former:
        begin += 2  # "Ex-LRP lawmaker"
    if begin >= end:
        return
    kinds = _kinds(scores.kind[begin:end])
    text = [w for w in shown[begin:end] if w[0].isalnum()]
    last = fold(text[-1])
    lists = word_lists()
    firsts = {fold(text[k - 1]) for k in range(1, len(text)) if text[k] in _BRIDGES}
    papers = lists["organizations"]["papers"] if len(text) > 1 else frozenset()
    is_organization = (
        bool(({last} | firsts) & lists["organizations"]["words"])
        or last in papers
        or (len(text) == 1 and is_acronym(text[0]))
    )
    cut, gender = begin, None
    if not is_organization:
        parts = split_name(" ".join(text))
        gender = parts.gender
        left = len(parts.title)
        while left:
            left -= shown[cut][0].isalnum()
            cut += 1
        while cut < end - 1 and not shown[cut][0].isalnum():
            cut += 1
        if parts.title and parts.words:
            kinds = (max(kinds[0], 0.9), min(kinds[1], 0.1), min(kinds[2], 0.1))
    else:
        kinds = (min(kinds[0], 0.1), max(kinds[1], 0.8), kinds[2])
    if cut == begin and run[0] > 0 and not is_organization:
        before = shown[run[0] - 1].casefold()
        if before == "the" or shown[run[0]].casefold() == "the":  # hardly ever a person
            kinds = (kinds[0] * 0.1, kinds[1], kinds[2])
    owns = end < len(shown) and shown[end] in ("’", "'")
    located = cut == begin and run[0] > 0 and not owns and shown[run[0] - 1].casefold() in _LOCATIVES
    own = _own_words(shown[cut:end])
    if not own:
        return
    male = float(scores.male[cut:end].mean())
    yield WordMention(
        "name",
        begin,
        cut,
        end,
        end - 1,
        own,
        kinds,
        gender,
        plural=False,
        male=male,
        headline=headline,
        located=located,
    )


def _own_words(shown: list[str]) -> tuple[str, ...]:
    """Return the words of a name; letters with dots between them are one ("S.E.C.")."""
    own = [w for w in shown if w[0].isalnum() and w != "s"]
    return ("".join(own),) if len(own) > 1 and all(len(w) == 1 and w.isupper() for w in own) else tuple(own)


def _kinds(chances: Floats) -> tuple[float, float, float]:
    """Return the chances of person, organisation and place of words that may head a mention (N, 5)."""
    summed = chances.sum(axis=0).tolist()
    person, organization, place = (summed[k] + _DOUBT for k in (_PERSON, _ORGANIZATION, _PLACE))
    whole = person + organization + place + summed[KINDS.index("thing")]
    return (person / whole, organization / whole, place / whole)


def _single_heads(shown: list[str], scores: Scores) -> Iterator[WordMention]:
    """Yield the pronouns and the heads of nominals that stand for people or organisations."""
    pronouns = word_lists()["pronouns"]
    nominal = FORMS.index("nominal")
    for k, word in enumerate(shown):
        folded = word.casefold()
        group = next((name for name, members in pronouns.items() if folded in members), None)
        if group is not None:
            gender: Gender | None = "male" if group == "male" else "female" if group == "female" else None
            yield WordMention("pronoun", k, k, k + 1, k, (word,), (0.0, 0.0, 0.0), gender, group == "plural")
        elif scores.form[k, nominal] >= LEAST_NOMINAL and word[0].isalpha():
            kinds = _kinds(scores.kind[k : k + 1])
            if max(kinds[:2]) >= LEAST_NOMINAL:
                yield WordMention("nominal", k, k, k + 1, k, (word,), kinds, noun_gender(folded), is_plural(folded))


def noun_gender(noun: str) -> Gender | None:
    """Return whether a noun for a person tells male or female."""
    titles = word_lists()["titles"]
    return "male" if noun in titles["male"] else "female" if noun in titles["female"] else None


def is_plural(noun: str) -> bool:
    """Tell whether a noun is a plural by its ending; an approximation."""
    return (
        (noun.endswith("s") and not noun.endswith("ss"))
        or noun in word_lists()["kinds"]["group"]
        or noun.endswith("men")
    )


class Sentences:
    """The sentences of a text, by words: where each word's sentence begins and which it is."""

    def __init__(self, words: Words) -> None:
        ends = np.flatnonzero(np.diff(words.stops) > 0) + 1
        paragraphs = np.flatnonzero(np.diff(words.paragraph, prepend=-1))
        self.begins: list[int] = sorted({0, *ends.tolist(), *paragraphs.tolist()})

    def of(self, word: int) -> int:
        """Return the number of the sentence that a word is in."""
        return bisect_right(self.begins, word) - 1


def is_quoted(words: Words, word: int) -> bool:
    """Tell whether a word stands inside quotation marks."""
    return bool(words.quote[word] != OUTSIDE)
