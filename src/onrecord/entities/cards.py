"""What one article tells of each of its entities, put so that articles can be compared: a card for each.

A card holds values only: the folded words of the name, what tells one bearer of it from another, and the company that
the entity keeps, which is the other names of its article.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from onrecord.entities.names import Gender, fold, honorific_gender, name_words, split_name, word_lists
from onrecord.identity import Member
from onrecord.model import Entity, EntityKind, Record, Role

Family: TypeAlias = Literal["person", "body", "document"]
"""What is never joined with another: people, bodies (organisations, places and groups), documents.

A country speaks and is a place, a team is a group and an organisation: articles read one body as either.
"""
Key: TypeAlias = tuple[str, ...]
"""The words of a name for comparing: folded, without accents, titles, initials, suffixes and legal forms."""

MOST_COMPANY = 10
"""How many of the other names of an article are kept as the company of each of its entities: the most mentioned."""

_ADDRESS = re.compile(r"(\w+)\.?\s+\Z")
_LONGEST_ADDRESS = 12
_FEWEST_LETTERS = 2
_SURE_PRONOUNS = 3
"""How many pronouns of one gender, and none of the other, tell who is a man or a woman."""


@dataclass(frozen=True, slots=True)
class Post:
    """A role for comparing: the folded title and the folded words of the organisation, () where it is not told."""

    title: str
    organization: Key


@dataclass(frozen=True, slots=True)
class Facts:
    """What tells one bearer of a name from another; None or empty where the article does not say.

    `lead` is the initial that a name begins with, `middles` the other initials, `posts` those of its roles that two
    people of one name are told apart by.
    """

    suffix: str | None = None
    gender: Gender | None = None
    lead: str | None = None
    middles: tuple[str, ...] = ()
    posts: frozenset[Post] = frozenset()


@dataclass(frozen=True, slots=True)
class Card:
    """One entity of one article, for comparing. `key` is () where the article never names it."""

    member: Member
    kind: EntityKind
    key: Key
    facts: Facts
    posts: frozenset[Post]
    also: tuple[Key, ...]
    """The keys of its other names."""
    company: tuple[Key, ...]
    article: tuple[tuple[Key, Facts], ...]
    """All that its article names, itself included: one tuple for all cards of an article."""
    homes: tuple[Key, ...]
    """The places that its article mentions most, where its name alone says too little ("Ministry of Defence")."""
    names: tuple[str, ...]
    """Its names as written, the fullest first."""
    label: str | None
    roles: tuple[Role, ...]
    month: str | None
    """When the article was published, to the month: `2018-08`, or the year where no more is known."""
    mentions: int
    statements: int

    @property
    def family(self) -> Family:
        """What its article takes it for."""
        return self.kind if self.kind in ("person", "document") else "body"


@cache
def identity_lists() -> dict[str, dict[str, Any]]:
    """Return `data/identity.toml`, by table and name; each list as a set."""
    path = resources.files("onrecord") / "data" / "identity.toml"
    loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        table: {name: words if isinstance(words, str) else frozenset(words) for name, words in lists.items()}
        for table, lists in loaded.items()
    }


def cards_of(record: Record) -> Iterator[Card]:
    """Yield a card for each entity of a record, in their order."""
    document = record.document
    entities = [replace(e, kind="organization") if _is_company(e) else e for e in record.entities]
    keys = {entity.id: _key_of(entity) for entity in entities}
    facts = {entity.id: _facts(entity, record) for entity in entities}
    named = tuple((keys[e.id], facts[e.id]) for e in entities if keys[e.id])
    known = _company(entities, keys)
    homes = _homes(entities, keys)
    spoken: dict[str, int] = {}
    for statement in record.statements:
        if statement.speaker:
            spoken[statement.speaker] = spoken.get(statement.speaker, 0) + 1
    for entity in entities:
        key = keys[entity.id]
        names = (entity.name, *entity.aliases) if entity.name else ()
        also = {_read_name(alias, entity.kind)[0] for alias in entity.aliases if key} - {key, ()}
        yield Card(
            member=Member(document.id, entity.id),
            kind=entity.kind,
            key=key,
            facts=facts[entity.id],
            posts=_posts(entity),
            also=tuple(sorted(also)),
            company=tuple(k for k in known if k != key and k not in also),
            article=named,
            homes=tuple(home for home in homes if home != key) if is_common(key) else (),
            names=names,
            label=entity.label,
            roles=entity.roles,
            month=document.published[: len("2018-08")] if document.published else None,
            mentions=len(entity.mentions),
            statements=spoken.get(entity.id, 0),
        )


def plain(word: str) -> str:
    """Return a word for comparing across articles: folded, without accents."""
    apart = unicodedata.normalize("NFKD", fold(word))
    return "".join(c for c in apart if not unicodedata.combining(c))


def is_common(key: Key) -> bool:
    """Tell whether a name has only words that the bodies of many places share: "ministry of defence"."""
    common = identity_lists()["common"]
    return any(w in common["bodies"] for w in key) and all(w in common["bodies"] or w in common["words"] for w in key)


def key_of(name: str, kind: EntityKind) -> Key:
    """Return the words of a name for comparing."""
    return _read_name(name, kind)[0]


def _is_company(entity: Entity) -> bool:
    """Tell whether what an article has for a person has a company's name: "Vessen Motor Co"."""
    words = name_words(entity.name) if entity.name and entity.kind == "person" else []
    return len(words) > 1 and plain(words[-1]) in identity_lists()["forms"]["sure"]


def _key_of(entity: Entity) -> Key:
    return _read_name(entity.name, entity.kind)[0] if entity.name else ()


def _read_name(name: str, kind: EntityKind) -> tuple[Key, str | None, str | None, tuple[str, ...]]:
    """Return the key of a name, its suffix ("jr"), the initial that it begins with, and its other initials."""
    if kind != "person":
        return _body_key(name_words(name)), None, None, ()
    words = _words(split_name(name).words)
    suffixes, suffix = word_lists()["suffixes"]["kept"], None
    while len(words) > 1 and words[-1] in suffixes:
        suffix = words.pop()
    own = tuple(w for w in words if len(w) > 1)
    if not own:
        return tuple(words), suffix, None, ()
    lead = words[0] if len(words[0]) == 1 else None
    middles = tuple(w for w in words[1:] if len(w) == 1)
    return own, suffix, lead, middles


def _words(written: Iterable[str]) -> list[str]:
    return [part for word in written for part in plain(word).split("-") if part]


def _body_key(written: Sequence[str]) -> Key:
    forms, former = identity_lists()["forms"], word_lists()["status"]["former"]
    words = _joined_letters(w for w in _words(written) if w not in forms["small"])
    while len(words) > 1 and words[0] in former:
        words.pop(0)
    while len(words) > 1 and words[-1] in forms["legal"]:
        words.pop()
    if sum(map(len, words)) < _FEWEST_LETTERS or (len(words) == 1 and words[0] in forms["sure"]):
        return ()  # "Co" is nobody's name
    spelt = identity_lists()["short"]
    return tuple(part for word in words for part in spelt.get(word, word).split())


def _joined_letters(words: Iterable[str]) -> list[str]:
    """Return words with single letters that follow one another put together: "U. S." is "US"."""
    joined: list[str] = []
    lettered = False
    for word in words:
        if lettered and len(word) == 1:
            joined[-1] += word
        else:
            joined.append(word)
        lettered = len(word) == 1
    return joined


def _company(entities: Sequence[Entity], keys: dict[str, Key]) -> list[Key]:
    """Return the most mentioned names of an article that tell something: no bare surnames."""
    telling = [e for e in entities if len(keys[e.id]) > (e.kind == "person")]
    ordered = sorted(telling, key=lambda e: (-len(e.mentions), keys[e.id]))
    return list(dict.fromkeys(keys[e.id] for e in ordered))[: MOST_COMPANY + 1]


def _homes(entities: Sequence[Entity], keys: dict[str, Key]) -> list[Key]:
    """Return the place that an article mentions most, and those that it mentions at least half as often."""
    places = {keys[e.id]: len(e.mentions) for e in entities if e.kind == "place" and keys[e.id]}
    most = max(places.values(), default=0)
    return sorted((key for key in places if 2 * places[key] >= most), key=lambda key: (-places[key], key))


def _facts(entity: Entity, record: Record) -> Facts:
    if entity.kind != "person" or not entity.name:
        return Facts()
    read = [_read_name(name, "person") for name in (entity.name, *entity.aliases)]
    suffix = next((s for _, s, _, _ in read if s), None)
    middles = tuple(sorted({m for _, _, _, ms in read for m in ms}))
    telling = frozenset(post for post in _posts(entity) if post.title in _telling_titles())
    return Facts(suffix, _gender(entity, record.document.text), read[0][2], middles, telling)


def _posts(entity: Entity) -> frozenset[Post]:
    return frozenset(Post(_title(r.title), _body_key(name_words(r.organization or ""))) for r in entity.roles)


@cache
def _telling_titles() -> frozenset[str]:
    lists = identity_lists()
    return frozenset().union(lists["unique"]["titles"], *lists["fields"].values())


def _title(written: str) -> str:
    """Return a title for comparing: "Sen." is "senator"."""
    return " ".join(word_lists()["expansions"].get(fold(w), fold(w)) for w in name_words(written))


def _gender(entity: Entity, text: str) -> Gender | None:
    """Return whether the words of address before a name, or else its pronouns, say that it is a man or a woman."""
    counts = {"male": 0, "female": 0}
    pronouns = word_lists()["pronouns"]
    for mention in entity.mentions:
        start, end = mention.passage
        if mention.kind == "name":
            before = _ADDRESS.search(text[max(0, start - _LONGEST_ADDRESS) : start])
            told = honorific_gender(fold(before[1])) if before and before[1][0].isupper() else None
            if told:
                return told
        elif mention.kind == "pronoun":
            word = text[start:end].casefold()
            for gender in ("male", "female"):
                counts[gender] += word in pronouns[gender]
    for gender, other in (("male", "female"), ("female", "male")):
        if counts[gender] >= _SURE_PRONOUNS and not counts[other]:
            return "male" if gender == "male" else "female"
    return None
