"""The words that tell of events, as `data/events.toml` has them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from onrecord.model import EventType, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

_PERSON = frozenset({"person"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """One way in which articles tell of a step; the head of the data file says what each field means."""

    type: EventType
    word: str
    who: Literal["object", "subject"] = "object"
    needs: tuple[frozenset[str], ...] = ()
    never: tuple[frozenset[str], ...] = ()
    within: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    kinds: frozenset[str] = _PERSON
    owner: bool = False
    weak: bool = False
    asked: bool = False
    alone: bool = False
    modality: Modality | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a verb makes of a noun: another type, a modality, the same step `again`; "none" is no event at all."""

    type: EventType | Literal["none"] | None
    modality: Modality | None
    again: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The data file, ready for looking up by plain form."""

    verbs: dict[str, tuple[Trigger, ...]]
    nouns: dict[str, tuple[Trigger, ...]]
    places: dict[str, tuple[Trigger, ...]]
    adjectives: dict[str, Trigger]
    people: dict[str, Trigger]
    turns: dict[tuple[str, str], Turn]
    """By noun and verb."""
    affects: dict[str, frozenset[str]]
    modality: dict[str, dict[str, Modality]]
    lists: dict[str, frozenset[str]]
    numbers: dict[str, int]
    sets: dict[str, int]
    forms: dict[str, str]
    """The plain form of every form of a trigger, for words that a lemmatizer does not know."""
    hyphenated: frozenset[str]
    """The forms of triggers that have a hyphen."""
    law: re.Pattern[str]
    """Finds words that show that an article is about the law."""
    naming: re.Pattern[str]
    """Finds words that may say who is among a group."""
    candidates: re.Pattern[str]
    """Finds every word that may be a trigger, and some more: what it does not find need not be parsed."""


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once per process."""
    path = resources.files("onrecord") / "data" / "events.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    verbs, nouns, places = (_by_word(data[table]) for table in ("verb", "noun", "place"))
    adjectives, people = ({t.word: t for t in _triggers(data[table])} for table in ("adjective", "people"))
    triggers = {*verbs, *nouns, *places, *adjectives, *people}
    return Vocabulary(
        verbs=verbs,
        nouns=nouns,
        places=places,
        adjectives=adjectives,
        people=people,
        turns={
            (noun, verb): Turn(turn.get("type"), turn.get("modality"), turn.get("again", False))
            for turn in data["turn"]
            for noun in turn["nouns"]
            for verb in turn["verbs"]
        },
        affects={name: frozenset(words) for name, words in data["affects"].items()},
        modality={
            part: {word: modality for modality, words in table.items() for word in words}
            for part, table in data["modality"].items()
        },
        lists={name: frozenset(words) for name, words in data["lists"].items()},
        numbers=data["numbers"],
        sets=data["sets"],
        forms={form: word for word in sorted({*verbs, *nouns}) for form in sorted(_forms(word))},
        hyphenated=frozenset(form for word in triggers if "-" in word for form in _forms(word)),
        law=re.compile(rf"\b(?:{'|'.join(sorted(data['lists']['law']))})\w*", re.IGNORECASE),
        naming=re.compile(rf"\b(?:{'|'.join(data['search']['naming'])})\b", re.IGNORECASE),
        candidates=_candidates(triggers - set(data["search"]["common"]), data["search"]["telling"]),
    )


def listed(name: str) -> frozenset[str]:
    """Return one of the word lists of the data file."""
    return vocabulary().lists[name]


def lemma_of(token: Token) -> str:
    """Return the plain form of a word, also of a trigger that the lemmatizer does not know."""
    lemma = str(token.lemma_.lower())
    known = lemma in vocabulary().verbs or lemma in vocabulary().nouns
    return lemma if known else vocabulary().forms.get(token.lower_, lemma)


def _triggers(tables: list[dict[str, Any]]) -> list[Trigger]:
    return [
        Trigger(
            type=table["type"],
            word=word,
            who=table.get("who", "object"),
            needs=tuple(frozenset(words.split()) for words in table.get("needs", ())),
            never=tuple(frozenset(words.split()) for words in table.get("never", ())),
            within=frozenset(table.get("within", ())),
            links=frozenset(table.get("links", ())),
            under=frozenset(table.get("under", ())),
            near=frozenset(table.get("near", ())),
            kinds=frozenset(table.get("kinds", _PERSON)),
            owner=table.get("owner", False),
            weak=table.get("weak", "near" in table),
            asked=table.get("asked", False),
            alone=table.get("alone", False),
            modality=table.get("modality"),
        )
        for table in tables
        for word in table["words"]
    ]


def _by_word(tables: list[dict[str, Any]]) -> dict[str, tuple[Trigger, ...]]:
    by_word: dict[str, tuple[Trigger, ...]] = {}
    for trigger in _triggers(tables):
        by_word[trigger.word] = (*by_word.get(trigger.word, ()), trigger)
    return by_word


def _candidates(words: set[str], telling: list[str]) -> re.Pattern[str]:
    forms = {form for word in words for form in _forms(word)} | set(telling)
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, forms), reverse=True))})\b", re.IGNORECASE)


def _forms(word: str) -> set[str]:
    """Return a word with all endings that its regular forms may have, some of which it has not."""
    stem = word.removesuffix("e")
    doubled = word + word[-1]
    forms = {word, f"{word}s", f"{word}es", f"{stem}ed", f"{stem}ing", f"{doubled}ed", f"{doubled}ing"}
    if word.endswith("y"):
        forms |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return forms
