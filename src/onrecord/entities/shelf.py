"""The cards of all articles, filed so that those which may be one are found without going through the rest.

Filing a card costs the same however many there are. Nothing here depends on the order in which articles come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from onrecord.entities.cards import MOST_COMPANY, Card, Facts, Family, Key, Post
from onrecord.entities.likeness import conflict
from onrecord.entities.names import acronym_of, is_acronym, name_words

MOST_NAMESAKES = 200
"""A word that more full names have than this says too little: nobody is looked for by it alone. It bounds the cost."""
_MOST_NEAR = 40
"""The same for other spellings, which are looked for with each name and found seldom."""
_OUTVOTED, _OFTEN = 2 / 3, 3
UNSURE = "unsure"
"""The mark of the cards of a name that fit several of its bearers."""


class Person(NamedTuple):
    """Whom cards are filed under: the family, the words of the name, and what tells bearers of one name apart."""

    family: Family
    key: Key
    mark: str


@dataclass(slots=True)
class Group:
    """The cards of one name that tell the same facts."""

    family: Family
    facts: Facts
    articles: int = 0
    company: Counter[Key] = field(default_factory=Counter)
    top: set[Key] = field(default_factory=set)
    """The company that is there most often; kept as it grows, for a look at all of it would cost ever more."""
    homes: Counter[Key] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    posts: set[Post] = field(default_factory=set)

    def add(self, card: Card) -> None:
        """Count one more card in."""
        self.articles += 1
        self.homes.update(card.homes)
        self.posts.update(card.posts)
        if card.month:
            self.months[card.month] += 1
        for name in card.company:
            self.company[name] += 1
            self.top.add(name)
            if len(self.top) > MOST_COMPANY:  # counts only grow, so the one that is dropped is in nobody's way
                self.top.remove(max(self.top, key=lambda key: (-self.company[key], key)))


@dataclass(slots=True)
class Bearer:
    """One bearer of a name: the groups of cards that nothing tells apart."""

    person: Person
    facts: Facts
    groups: list[Group]

    @property
    def articles(self) -> int:
        """How many articles name it so."""
        return sum(group.articles for group in self.groups)

    def beside(self, names: Iterable[Key]) -> dict[Key, int]:
        """Return in how many of its articles each of some other names stands."""
        return {name: sum(group.company[name] for group in self.groups) for name in names}

    def top(self) -> tuple[Key, ...]:
        """Return the company that it keeps most."""
        counted = self.beside({name for group in self.groups for name in group.top})
        return tuple(sorted(counted, key=lambda name: (-counted[name], name))[:MOST_COMPANY])

    def at_home(self, places: Iterable[Key]) -> dict[Key, int]:
        """Return in how many of its articles each of some places is among the most mentioned."""
        return {place: sum(group.homes[place] for group in self.groups) for place in places}

    @property
    def posts(self) -> frozenset[Post]:
        """Its roles in any article."""
        return frozenset().union(*(group.posts for group in self.groups))

    def is_in(self, months: Iterable[str]) -> bool:
        """Tell whether it is named in an article of one of some months."""
        return any(group.months[month] for month in months for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The bearers of a name that are of one family; made anew when the name was filed once more."""

    state: tuple[int, frozenset[Family]]
    bearers: list[Bearer]
    of_facts: dict[Facts, Bearer]
    unsure: Bearer | None


@dataclass(slots=True)
class _Node:
    """All cards of one name."""

    read: Counter[Family] = field(default_factory=Counter)
    """In how many articles it is read as of each family."""
    places: int = 0
    """In how many it is read as a place."""
    groups: dict[tuple[Family, Facts], Group] = field(default_factory=dict)
    gendered: bool = False
    """Whether an article has it for a man or a woman."""
    parts: dict[Family, _Parts] = field(default_factory=dict)


class Shelf:
    """Cards by name, with the names that each word, acronym and other name leads to."""

    def __init__(self) -> None:
        self.articles = 0
        self.seen: Counter[Key] = Counter()
        """In how many articles each name stands as company."""
        self._nodes: dict[Key, _Node] = {}
        self._by_word: defaultdict[str, set[Key]] = defaultdict(set)
        self._by_acronym: defaultdict[str, set[Key]] = defaultdict(set)
        self._by_letters: defaultdict[str, set[Key]] = defaultdict(set)
        self._acronyms: set[Key] = set()
        self._defined: defaultdict[Key, Counter[Key]] = defaultdict(Counter)

    def file(self, cards: Iterable[Card]) -> None:
        """File the cards of one article."""
        self.articles += 1
        company: set[Key] = set()
        for card in cards:
            if card.key:
                self._file(card)
                company.update(card.company)
        self.seen.update(company)

    def _file(self, card: Card) -> None:
        key = card.key
        node = self._nodes.setdefault(key, _Node())
        node.read[card.family] += 1
        node.places += card.kind == "place"
        node.gendered |= card.facts.gender is not None
        group = node.groups.setdefault((card.family, card.facts), Group(card.family, card.facts))
        group.add(card)
        self._by_letters["".join(key)].add(key)
        if len(key) > 1:
            for word in key:
                self._by_word[word].add(key)
            if card.kind != "person":
                for acronym in acronym_of(name_words(card.names[0])) | acronym_of([w.title() for w in key]):
                    self._by_acronym[acronym.casefold()].add(key)
        elif is_acronym(card.names[0]):
            self._acronyms.add(key)
        for other in card.also:
            if len(other) > 1 or card.kind != "person":
                self._defined[other][key] += 1

    def family_of(self, card: Card) -> Family:
        """Return the family of a card: what its article read, unless the other articles of its name outvote it.

        A name of several words is one thing if two thirds of its articles say so; one word is no person where
        nobody here has it for a surname and some article knows a body of that name. Documents stand apart.
        """
        return self._outvote(self._nodes[card.key], card.key, card.family)

    def bearers(self, key: Key, family: Family) -> list[Bearer]:
        """Return the bearers of a name that are of a family, in an order that depends on what is filed alone."""
        return self._parts(key, family).bearers

    def bearer_of(self, card: Card, family: Family) -> Bearer | None:
        """Return the bearer that a card's facts fit alone, None where they fit several."""
        return self._parts(card.key, family).of_facts.get(card.facts)

    def unsure(self, key: Key, family: Family) -> Bearer:
        """Return the cards of a name that fit several of its bearers, taken together."""
        return self._parts(key, family).unsure or Bearer(Person(family, key, UNSURE), Facts(), [])

    def all_of(self, key: Key, family: Family) -> Bearer:
        """Return all cards of a name and a family, taken together."""
        parts = self._parts(key, family)
        groups = [g for b in (*parts.bearers, self.unsure(key, family)) for g in b.groups]
        return Bearer(Person(family, key, ""), Facts(), groups)

    def _parts(self, key: Key, family: Family) -> _Parts:
        node = self._nodes.get(key)
        if node is None:
            return _Parts((0, frozenset()), [], {}, None)
        families = frozenset(f for f in node.read if self._outvote(node, key, f) == family)
        state = (node.read.total(), families)
        known = node.parts.get(family)
        if known is None or known.state != state:
            groups = [g for g in node.groups.values() if g.family in families]
            node.parts[family] = known = _part(groups, Person(family, key, ""), state)
        return known

    def _outvote(self, node: _Node, key: Key, family: Family) -> Family:
        people, bodies = node.read["person"], node.read["body"]
        if family == "document" or not people or not bodies:
            return family
        if len(key) == 1:
            doubtful = not node.gendered or 2 * bodies >= people
            return "body" if doubtful and (bodies >= 2 * people or not self._is_surname(key)) else family
        if not node.gendered and _OFTEN * bodies >= people:
            return "body"  # nobody who is never "he" or "she" is a firm in every fourth article
        most: Family = "person" if people > bodies else "body"
        return most if max(people, bodies) >= _OUTVOTED * (people + bodies) else family

    def _is_surname(self, key: Key) -> bool:
        return any(full[-1] == key[0] and self._nodes[full].read["person"] for full in self.fuller(key))

    def fuller(self, key: Key) -> Iterator[Key]:
        """Yield the names that have all words of a name and more, in their alphabetical order."""
        blocks = [self._by_word.get(word, frozenset[Key]()) for word in key]
        block = min(blocks, key=len)
        if len(block) <= MOST_NAMESAKES:
            words = set(key)
            yield from sorted(k for k in block if len(k) > len(key) and words <= set(k))

    def near(self, key: Key) -> list[Key]:
        """Return the names of as many words that have all but one of a name's words, in their order."""
        blocks = [self._by_word.get(word, frozenset[Key]()) for word in key] if len(key) > 1 else []
        found = {k for block in blocks if len(block) <= _MOST_NEAR for k in block if len(k) == len(key)}
        return sorted(k for k in found if sum(x != y for x, y in zip(k, key, strict=True)) == 1)

    def spelt(self, key: Key) -> list[Key]:
        """Return the names whose capitals make an acronym, none for a name that nobody writes as one."""
        found = self._by_acronym.get(key[0], frozenset[Key]()) if key in self._acronyms else ()
        return sorted(found) if len(found) <= MOST_NAMESAKES else []

    def lettered(self, key: Key) -> list[Key]:
        """Return the names that have the same letters, itself included, however they are parted into words."""
        return sorted(self._by_letters.get("".join(key), ()))

    def is_body(self, key: Key) -> bool:
        """Tell whether a name that some article takes for a person is an organisation's or a place's after all."""
        node = self._nodes.get(key)
        return node is not None and self._outvote(node, key, "person") == "body"

    def is_place(self, key: Key) -> bool:
        """Tell whether most articles read a name as a place."""
        node = self._nodes.get(key)
        return node is not None and 2 * node.places > node.read.total()

    def defined(self, key: Key) -> Counter[Key]:
        """Return the fullest names of the articles that give their bearer this name too, counted."""
        return self._defined.get(key, Counter())

    def named(self, key: Key) -> int:
        """Return in how many articles a name is the fullest of its bearer."""
        node = self._nodes.get(key)
        return node.read.total() if node else 0


def _part(groups: list[Group], person: Person, state: tuple[int, frozenset[Family]]) -> _Parts:
    """Part the cards of a name into bearers: those that tell most first, each joining what it does not conflict with.

    Roles that do not go together are no conflict where a full name is in the company of both: people change their
    trade. A group that fits several bearers is nobody's for certain.
    """
    bearers: list[Bearer] = []
    unsure: list[Group] = []
    for group in sorted(groups, key=lambda g: (-_told(g.facts), repr(_sortable(g.facts)), g.family)):
        open_to = [b for b in bearers if _may_be(group, b)]
        if not open_to:
            bearers.append(Bearer(person, group.facts, [group]))
        elif len(open_to) == 1:
            open_to[0].groups.append(group)
            open_to[0].facts = _both(open_to[0].facts, group.facts)
        else:
            unsure.append(group)
    if len(bearers) > 1:
        for bearer in bearers:
            bearer.person = person._replace(mark=repr(_sortable(bearer.groups[0].facts)))
    of_facts = {group.facts: bearer for bearer in bearers for group in bearer.groups}
    rest = Bearer(person._replace(mark=UNSURE), Facts(), unsure) if unsure else None
    return _Parts(state, bearers, of_facts, rest)


def _may_be(group: Group, bearer: Bearer) -> bool:
    if conflict(replace(bearer.facts, posts=frozenset()), replace(group.facts, posts=frozenset())):
        return False
    if not conflict(bearer.facts, group.facts):
        return True
    return any(count and len(name) > 1 for name, count in bearer.beside(group.top).items())


def _told(facts: Facts) -> int:
    return sum(map(bool, (facts.suffix, facts.gender, facts.lead, facts.middles))) + len(facts.posts)


def _sortable(facts: Facts) -> tuple[object, ...]:
    posts = sorted((p.title, p.organization) for p in facts.posts)
    return (facts.suffix, facts.gender, facts.lead, facts.middles, posts)


def _both(a: Facts, b: Facts) -> Facts:
    return replace(
        a,
        suffix=a.suffix or b.suffix,
        gender=a.gender or b.gender,
        lead=a.lead or b.lead,
        middles=tuple(sorted({*a.middles, *b.middles})),
        posts=a.posts | b.posts,
    )
