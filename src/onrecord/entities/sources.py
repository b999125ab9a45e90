"""Who a source's words name: its head, and whether it is a name, a pronoun, a nominal or several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.entities.mentions import WordMention, is_possessive
from onrecord.entities.names import fold, word_lists

_ENDS_CHUNK = frozenset((",", "(", "[", "—", "–", ";", ":"))


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a source: a mention found there, or a word that none was found for.

    `owner` is the name that a nominal belongs to ("Vokal's campaign", "a Vokal aide"); `made` tells that it made
    what the nominal stands for ("Vokal's letter", "a study by the Tide Institute"); `joint` that the source names
    several holders; `definite` that a nominal points to somebody already known.
    """

    mention: WordMention | None
    word: int
    owner: WordMention | None = None
    made: bool = False
    joint: tuple[WordMention, ...] = ()
    definite: bool = False


def read_source(begin: int, end: int, shown: Sequence[str], mentions: Sequence[WordMention]) -> Head:
    """Return the head of the source words `[begin, end)`; `mentions` are those that begin inside it.

    In a noun phrase the head comes last before the first comma, relative clause or preposition: "the Lorvian foreign
    minister", "a spokesman for Vokal", "Vokal's campaign". A name beats the nominal that it stands beside: "the
    president, Irena Vokal", "political analyst Orla Quist".
    """
    inside = [m for m in mentions if begin <= m.begin and m.end <= end]
    stop = _end_of_chunk(begin, end, shown, inside)
    chunk = [m for m in inside if m.end <= stop]
    names = [m for m in chunk if m.form == "name"]
    joint = _joint(names, shown, stop)
    if joint:
        return Head(None, begin, joint=joint)
    word = _last_word(begin, stop, shown)
    last = next((m for m in reversed(chunk) if m.begin <= word < m.end), None)
    if last is not None and last.form != "nominal":
        return Head(last, word)
    nominal_owner = next((m for m in reversed(names) if m.end <= word and _owns(m, word, shown)), None)
    first = fold(shown[begin])
    if last is None and names and nominal_owner is None and not shown[word].islower():
        return Head(names[-1], word)
    apposed = _apposed(stop, end, shown, inside)
    if apposed is not None:
        return Head(apposed, word)
    made = is_kind(shown[word].casefold(), "document")
    if made and nominal_owner is None:
        nominal_owner = _maker(stop, shown, inside)
    elif nominal_owner is not None:
        made = made and any(is_possessive(k, shown) for k in (nominal_owner.end, nominal_owner.end + 1))
    grammar = word_lists()["grammar"]
    definite = first in grammar["definite"] or nominal_owner is not None
    return Head(last, word, owner=nominal_owner, made=made, definite=definite and first not in grammar["indefinite"])


def _owns(name: WordMention, word: int, shown: Sequence[str]) -> bool:
    """Tell whether a noun after a name is a thing of its own: "Vokal's aide", "a Vokal aide", "the Vokal campaign".

    "The Lorvian minister" and "the New York mayor" are not Lorvia's or New York's.
    """
    possessive = name.end < len(shown) and shown[name.end] in ("’", "'")
    noun = shown[word].casefold()
    person, organization, place = name.kinds
    if possessive or noun in word_lists()["organizations"]["possessions"] or is_kind(noun, "document"):
        return True
    return person >= max(organization, place)


def _end_of_chunk(begin: int, end: int, shown: Sequence[str], mentions: Sequence[WordMention]) -> int:
    """Return where the first noun phrase ends; an acronym in brackets inside it does not end it."""
    grammar = word_lists()["grammar"]
    inner = {k for m in mentions if m.form == "name" for k in range(m.outer, m.end)}
    skipped = begin
    for k in range(begin + 1, end):
        word = shown[k].casefold()
        if k <= skipped or k in inner:
            continue
        if word == "(":
            close = next((j for j in range(k, min(k + 5, end - 1)) if shown[j] == ")"), end)
            if close < end - 1 and shown[close + 1][0].isalnum():
                skipped = close  # "the Rescue Party (LRP) spokesman"
                continue
            return k
        dashes = word == "-" and shown[k - 1] == "-"
        ends = word in _ENDS_CHUNK or word in grammar["relatives"] or word in grammar["prepositions"]
        if dashes or ends or _is_participle_after(k, shown):
            return k - dashes
    return end


def _is_participle_after(word: int, shown: Sequence[str]) -> bool:
    """Tell whether a participle follows a noun that it goes with: "a poll released on Friday"."""
    if not shown[word].islower() or not shown[word].endswith(("ed", "ing", "sent", "written", "seen", "held")):
        return False
    noun = shown[word - 1].casefold()
    return any(is_kind(noun, kind) for kind in ("document", "organization", "group"))


def _last_word(begin: int, stop: int, shown: Sequence[str]) -> int:
    loose = word_lists()["calendar"]["loose"] | word_lists()["calendar"]["words"]
    last = begin
    for k in range(stop - 1, begin - 1, -1):
        if shown[k][0].isalnum() and not (shown[k] == "s" and k > begin and shown[k - 1] in "’'"):
            last = k
            if shown[k].casefold() not in loose and not (shown[k] in ("this", "last", "next") and k > begin):
                return k
    return last


def _joint(names: Sequence[WordMention], shown: Sequence[str], stop: int) -> tuple[WordMention, ...]:
    """Return the names of "Vokal and Dell", the last of which must end the noun phrase."""
    if len(names) < 2 or names[-1].end < stop - 1:
        return ()
    between = [" ".join(shown[a.end : b.outer]) for a, b in pairwise(names)]
    return tuple(names) if all(words.casefold() in ("and", ",", ", and", "&") for words in between) else ()


def _apposed(stop: int, end: int, shown: Sequence[str], mentions: Sequence[WordMention]) -> WordMention | None:
    """Return the name after a comma that the nominal before it is apposed to: "the president, Irena Vokal"."""
    for mention in mentions:
        if mention.form != "name" or mention.outer <= stop:
            continue
        comma = next(
            (k for k in range(mention.outer - 1, max(stop, mention.outer - 4) - 1, -1) if shown[k] == ","), None
        )
        lower = comma is not None and all(w.islower() for w in shown[comma + 1 : mention.outer])
        if lower and (mention.end >= end or shown[mention.end] in (",", "(")):
            return mention
    return None


def _maker(stop: int, shown: Sequence[str], mentions: Sequence[WordMention]) -> WordMention | None:
    """Return who a document is said to be by: "a study by the Tide Institute", "a poll released on Friday by Vokal".

    Of "by Tide University professor Orla Quist" it is the last name.
    """
    maker: WordMention | None = None
    for mention in mentions:
        if mention.form != "name" or mention.outer < stop:
            continue
        if maker is not None:
            if any(fold(w) in _no_names_between() for w in shown[maker.end : mention.outer]):
                break
            maker = mention
            continue
        told = [w for w in map(fold, shown[stop : mention.outer]) if w in word_lists()["grammar"]["prepositions"]]
        appeared = told[-1:] == ["in"] and fold(mention.words[-1]) in word_lists()["organizations"]["papers"]
        if told[-1:] in (["by"], ["from"]) or appeared:
            maker = mention
    return maker


def _no_names_between() -> frozenset[str]:
    grammar: dict[str, frozenset[str]] = word_lists()["grammar"]
    return grammar["prepositions"] | grammar["relatives"] | {",", "and", ";", "(", "’", "'", "whose"}


def is_kind(word: str, kind: str) -> bool:
    """Tell whether a noun stands for a document, an organisation, a group or nobody in particular."""
    listed = word_lists()["kinds"][kind]
    return word in listed or (word.endswith("s") and word[:-1] in listed)
