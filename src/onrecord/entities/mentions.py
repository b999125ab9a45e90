"""Where people, organisations and places are mentioned: names, nominals ("the analyst") and pronouns.

What belongs to a name, and what a word is the head of, comes from the mention tagger; where a name begins and
ends, and what in it is a title, from here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from onrecord.entities.names import Gender, fold, is_acronym, is_office, is_title, split_name, word_lists
from onrecord.language.reader import FORMS, KINDS, Floats, Scores
from onrecord.language.windows import OUTSIDE, Words
from onrecord.model import MentionForm

LEAST_PROPER, LEAST_TO_GO_ON = 0.5, 0.2
"""The chance of being part of a name from which a word begins one, and from which it continues one."""
LEAST_IN_SOURCE = 0.1
"""The same for a word in a source: who speaks is mostly named."""
LEAST_NOMINAL = 0.5
"""The chance of heading a nominal, and of its being a person or an organisation, from which a word is one."""
LEAST_SURE_PERSON = 0.9
"""The chance from which even a word like "company" is taken for a person."""
MOSTLY_CAPITALS = 0.6
"""The share of words with a capital from which a paragraph is a headline."""
_DOUBT = 0.05
"""What is added to the chance of each kind, so that a word that heads nothing decides nothing."""

LONGEST_PHRASE = 9
"""How many words a noun phrase may have up to its head."""
_LONGEST_BEFORE_MONTH = 6
"""How many words of title and name may stand before a name that is also a month's: "Prime Minister Irena May"."""

_JOINS = frozenset("-.’'&/")
_QUOTES = frozenset("\"“”‘’'")
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
    definite: bool = False
    """Of a nominal: whether "the", "his" or "Vokal's" opens its phrase, so that it points to somebody known."""
    owned: bool = False
    """Of a nominal: whether that is somebody's ("his lawyer")."""
    owner: str = ""
    """Of an owned nominal: the possessive that opens it, folded."""
    modifiers: tuple[str, ...] = ()
    """Of a nominal: the words before it in its phrase, folded, those that tell of an owner aside."""
    opens: int = -1
    """Of a nominal: the word that opens its phrase, -1 where none does."""
    bracketed: bool = False
    """Of a name: whether it stands alone in brackets, as an acronym after the name that it is short for."""
    several: bool | None = None
    """Of a name: whether the words around it tell that several people are called so ("some Lorvians"), or one."""


def find_mentions(words: Words, scores: Scores, spoken: NDArray[np.bool_]) -> list[WordMention]:
    """Return the mentions of a text in the order of their words.

    `spoken` tells which words are sources of statements (W,): there a capital makes a name sooner than elsewhere.
    """
    shown = [words.text[s:e] for s, e in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    headline = _in_headline(shown, words)
    runs = _name_runs(shown, words, scores, spoken, headline)
    names = [
        m
        for run in runs
        if not _is_common(run, shown, words, headline)
        for m in _read_run(run, shown, scores, headline=bool(headline[run[0]]))
    ]
    taken = np.zeros(len(shown) + 1, dtype=bool)
    for name in names:
        taken[name.outer : name.end] = True
    others = [m for m in _single_heads(shown, words, scores, spoken) if not taken[m.head]]
    return sorted([*names, *others], key=lambda m: m.begin)


def _name_runs(
    shown: list[str], words: Words, scores: Scores, spoken: NDArray[np.bool_], headline: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of words that make up a name, its title included."""
    may_be = np.array(
        [w[:1].isalnum() and not is_pronoun(w) and not _is_of_calendar(k, shown) for k, w in enumerate(shown)],
        dtype=bool,
    )
    known = _known_names(shown, scores, headline) & may_be
    proper = (scores.proper >= np.where(spoken & ~headline, LEAST_IN_SOURCE, LEAST_PROPER)) & may_be | known
    goes_on = (scores.proper >= np.where(headline, LEAST_PROPER, LEAST_TO_GO_ON)) & may_be | known
    at, n = 0, len(shown)
    while at < n:
        if shown[at] == "@":
            end = _handle_end(at, shown, words)
            if end > at + 1:
                yield at, end
            at = end
            continue
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


def _handle_end(at: int, shown: list[str], words: Words) -> int:
    """Return where the name of an account ends that begins with an "@" at a word, `at + 1` where it begins none."""
    end = at + 1
    if at > 0 and words.end[at - 1] == words.start[at]:
        return end  # an address
    while (
        end < len(shown) and words.start[end] == words.end[end - 1] and (shown[end][0].isalnum() or shown[end] == "_")
    ):
        end += 1
    return end


def _known_names(shown: list[str], scores: Scores, headline: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which words are surely part of a name: capitals inside them, or what closes a name elsewhere in the text.

    A word that the text also writes small, a title, or an organisation's last word ("Party") is not known by itself.
    """
    sure = (scores.proper >= LEAST_PROPER) & ~headline
    small = {w for w in shown if w.islower()}
    closing = {
        fold(word)
        for k, word in enumerate(shown)
        if sure[k] and word[0].isupper() and not (k + 1 < len(shown) and sure[k + 1] and shown[k + 1][0].isupper())
    }
    closing = {w for w in closing if w not in small and len(w) > 1 and not is_title(w)}
    closing -= word_lists()["organizations"]["words"]
    return np.array(
        [
            w[0].isupper() and (fold(w) in closing or (w[1:] != w[1:].lower() and any(c.islower() for c in w[1:])))
            for w in shown
        ],
        dtype=bool,
    )


def _is_common(run: tuple[int, int], shown: list[str], words: Words, headline: NDArray[np.bool_]) -> bool:
    """Tell whether a run of capitals is a title or a noun and no name: "Poll:", "Retired General".

    Capitals tell nothing at a sentence's start and in headlines.
    """
    begin, end = run
    last = fold(shown[end - 1])
    phrase = " ".join(fold(w) for w in shown[begin:end])
    if is_title(phrase) and (end - begin > 1 or _is_abbreviation(shown[begin])):
        return True
    leads = begin == 0 or words.stops[begin] != words.stops[begin - 1]
    leads |= begin > 0 and words.paragraph[begin] != words.paragraph[begin - 1]
    if not headline[begin] and not (leads and end - begin == 1):
        return False
    if end + 1 < len(shown) and shown[end] in ("for", "of") and shown[end + 1][0].isupper():
        return False  # "Citizens for Port Justice"
    kinds = word_lists()["kinds"]
    return is_title(last) or any(last in kinds[kind] for kind in ("document", "group"))


def is_pronoun(word: str) -> bool:
    """Tell whether a word is a pronoun; "US" and "IT" are not."""
    written_big = len(word) > 1 and word.isupper()
    return not written_big and any(word.casefold() in group for group in word_lists()["pronouns"].values())


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
    if fold(word) in word_lists()["calendar"]["names"] and word[0].isupper() and end - begin <= _LONGEST_BEFORE_MONTH:
        dated = end + 1 < n and shown[end + 1][0].isdigit()  # "Irena May", but not "Lorvia May 5"
        return 0 if dated else end + 1
    if proper[end] and (word[0].isupper() or word[0].isdigit()):
        return end + 1
    if (
        word in _QUOTES
        and end + 3 < n
        and shown[end + 2] in _QUOTES
        and shown[end + 3][0].isupper()
        and proper[end + 3]
    ):
        return end + 4  # 'Oskar "Ossi" Dell'
    glued = words.start[end] == words.end[end - 1]
    next_is_capital = end + 1 < n and shown[end + 1][0].isupper()
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
    if word in ("’", "'") and glued and shown[end - 1].endswith("s") and next_is_capital:
        return end + 2 if fold(shown[end + 1]) in word_lists()["organizations"]["words"] else 0  # "Dockers’ Union"
    if fold(word) in word_lists()["particles"]["words"]:
        if next_is_name:
            return end + 2
        if end + 2 < n and shown[end + 1] == "-" and shown[end + 2][0].isupper():
            return end + 3  # "Salim al-Haddar"
        if end + 2 < n and fold(shown[end + 1]) in word_lists()["particles"]["words"] and shown[end + 2][0].isupper():
            return end + 3  # "Ana de la Quintana"
    if word == "of" and next_is_capital and is_title(f"{fold(shown[end - 1])} of {fold(shown[end + 1])}"):
        return end + 2  # "Secretary of State Irena Vokal"
    if word in ("and", "&"):
        return _over_and(shown, proper, begin, end) if next_is_capital else 0
    if word in (*_BRIDGES, "to") and fold(shown[end - 1]) in word_lists()["organizations"]["words"]:
        after = end + 1
        while after < min(end + 3, n) and shown[after] in _BRIDGES:
            after += 1
        if after >= n or not proper[after] or not shown[after][0].isupper():
            return 0
        while after + 1 < n and shown[after + 1][0].isupper() and not is_title(fold(shown[after + 1])):
            after += 1  # "Association of Flour Millers"
        return after + 1
    if word in ("of", "for", "on") and next_is_name:  # "Citizens for Port Justice"
        last = end + 1
        while last + 1 < n and proper[last + 1] and shown[last + 1][0].isupper():
            last += 1
        return last + 1 if fold(shown[last]) in word_lists()["organizations"]["words"] else 0
    return 0


def _is_of_calendar(at: int, shown: list[str]) -> bool:
    """Tell whether a word is of the calendar, and no given name before a surname: "the spokesman, Jan Holub"."""
    calendar, word = word_lists()["calendar"], fold(shown[at])
    if word not in calendar["words"]:
        return False
    if word not in calendar["names"] or at + 1 >= len(shown):
        return True
    before, after = fold(shown[at - 1]) if at else "", shown[at + 1]
    surname = after[0].isupper() and after[1:].islower() and fold(after) not in calendar["words"]
    return not surname or not shown[at].istitle() or before in calendar["before"] or before[:1].isdigit()


def _over_and(shown: list[str], proper: np.ndarray, begin: int, end: int) -> int:
    """Return where an organisation's name with an "and" in it ends, or 0: "Harbours and Rivers Commission"."""
    organizations = word_lists()["organizations"]["words"]
    if any(fold(w) in organizations for w in shown[begin + 1 : end]):
        return 0
    last = end + 1
    while last + 1 < len(shown) and shown[last + 1][0].isupper() and proper[last + 1]:
        last += 1
    return last + 1 if last > end + 1 and fold(shown[last]) in organizations else 0


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
    if shown[begin] == "@":
        handle = ("".join(shown[begin:end]),)
        yield WordMention("name", begin, begin, end, end - 1, handle, (0.8, 0.15, 0.05), None, plural=False)
        return
    grammar = word_lists()["grammar"]
    several = grammar["indefinite"] | grammar["quantifiers"] if shown[end - 1].endswith("s") else frozenset()
    opening = several | {"the"}
    while begin < end and (not shown[begin][0].isalnum() or (fold(shown[begin]) in opening and begin + 1 < end)):
        begin += 1  # "Some Lorvians"
    if begin < end and fold(shown[begin]) == "the":
        return
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
        or (len(text) == 1 and is_acronym(text[0]) and not is_title(last))
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
        bracketed=run[0] > 0 and shown[run[0] - 1] == "(" and shown[end : end + 1] == [")"],
        several=_several(cut, begin, end, shown) if kinds[2] < LEAST_NOMINAL else None,
    )


def _several(begin: int, outer: int, end: int, shown: list[str]) -> bool | None:
    """Tell whether a name stands for several people, for one, or None where nothing near tells."""
    word, grammar = shown[end - 1], word_lists()["grammar"]
    if outer < begin:
        return False
    if fold(word).endswith(tuple(word_lists()["several"]["endings"])):
        return True
    if end - begin > 1 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return None
    after = shown[end].casefold() if end < len(shown) else ""
    before = shown[begin - 1].casefold() if begin else ""
    if after in grammar["plural_verbs"] or before in grammar["quantifiers"]:
        return True
    return False if after in grammar["singular_verbs"] else None


def _own_words(shown: list[str]) -> tuple[str, ...]:
    """Return the words of a name; letters with dots between them are one ("S.E.C.", "U.N. Security Council")."""
    own = [w for w in shown if w[0].isalnum() and w != "s"]
    letters = next((k for k, w in enumerate(own) if len(w) > 1 or not w.isupper()), len(own))
    initials = "".join(own[:letters])
    if letters > 1 and (letters == len(own) or initials.casefold() in word_lists()["spelled"]):
        return (initials, *own[letters:])
    return tuple(own)


def _kinds(chances: Floats) -> tuple[float, float, float]:
    """Return the chances of person, organisation and place of words that may head a mention (N, 5)."""
    summed = chances.sum(axis=0).tolist()
    person, organization, place = (summed[k] + _DOUBT for k in (_PERSON, _ORGANIZATION, _PLACE))
    whole = person + organization + place + summed[KINDS.index("thing")]
    return (person / whole, organization / whole, place / whole)


def _single_heads(shown: list[str], words: Words, scores: Scores, spoken: NDArray[np.bool_]) -> Iterator[WordMention]:
    """Yield the pronouns and the heads of nominals that stand for people or organisations."""
    pronouns = word_lists()["pronouns"]
    nominal = FORMS.index("nominal")
    for k, word in enumerate(shown):
        folded = word.casefold()
        group = next((name for name, members in pronouns.items() if folded in members), None)
        if group is not None:
            gender: Gender | None = "male" if group == "male" else "female" if group == "female" else None
            yield WordMention("pronoun", k, k, k + 1, k, (word,), (0.0, 0.0, 0.0), gender, group == "plural")
        elif word[0].isalpha() and (scores.form[k, nominal] >= LEAST_NOMINAL or (spoken[k] and is_office(folded))):
            kinds = _kinds(scores.kind[k : k + 1])
            lists = word_lists()["kinds"]
            if folded in lists["document"] and folded not in lists["organization"]:
                continue  # "the ad" is nobody: it is its maker's word
            if spoken[k] and is_office(folded):
                kinds = (0.9, 0.05, 0.05)
            if folded in lists["organization"] and kinds[0] < LEAST_SURE_PERSON:
                kinds = (min(kinds[0], 0.1), max(kinds[1], 0.8), min(kinds[2], 0.1))
            if max(kinds[:2]) >= LEAST_NOMINAL:
                mention = WordMention("nominal", k, k, k + 1, k, (word,), kinds, noun_gender(folded), is_plural(folded))
                yield _with_phrase(mention, shown, words)


def opens_phrase(head: int, shown: Sequence[str], words: Words) -> int | None:
    """Return the article, possessive or the like that opens the noun phrase of a word; None where there is none."""
    grammar = word_lists()["grammar"]
    for k in range(head - 1, max(-1, head - LONGEST_PHRASE), -1):
        word = fold(shown[k])
        if words.paragraph[k] != words.paragraph[head]:
            return None
        if word in grammar["definite"] or word in grammar["indefinite"] or is_possessive(k, shown):
            return k
        if not shown[k][0].isalnum() and not _joins_inside(k, shown):
            return None
        if word == "and" and k > 1 and is_office(fold(shown[k - 1])):
            continue  # "the former mayor and senator"
        if word in grammar["prepositions"] or word in grammar["relatives"] or word in ("and", "or", "but", "said"):
            return None
    return None


def _joins_inside(k: int, shown: Sequence[str]) -> bool:
    return shown[k] in ("-", "/") or (shown[k] == "." and k > 0 and _is_abbreviation(shown[k - 1]))


def is_possessive(k: int, shown: Sequence[str]) -> bool:
    """Tell whether a word is the end of a possessive: the "s" of "Vokal's", the apostrophe of "lawmakers'"."""
    if shown[k] in ("’", "'"):
        return k > 0 and shown[k - 1].endswith("s") and shown[k - 1][0].isalnum()
    return shown[k] == "s" and k > 1 and shown[k - 1] in ("’", "'")


def _with_phrase(nominal: WordMention, shown: Sequence[str], words: Words) -> WordMention:
    opens = opens_phrase(nominal.head, shown, words)
    if opens is None:
        return nominal
    possessive = is_possessive(opens, shown)
    word = fold(shown[opens])
    modifiers = tuple(fold(w) for w in shown[opens + 1 : nominal.head] if w[0].isalnum())
    grammar = word_lists()["grammar"]
    return replace(
        nominal,
        definite=possessive or word in grammar["definite"],
        owned=possessive or word in grammar["possessive"],
        owner=word,
        modifiers=modifiers,
        opens=opens,
    )


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
