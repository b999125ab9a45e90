"""The articles of a story as they are compared: what was read in each, and who is who in all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from onrecord.comparison.vocabulary import vocabulary
from onrecord.dates.numbers import read_number
from onrecord.language.meaning import WIDTH, Bytes
from onrecord.language.quotes import find_quotations
from onrecord.model import Passage, Record, Statement
from onrecord.store import Cut, Store, asking
from onrecord.store.asking import Row
from onrecord.store.vectors import statement_id, unpack_vectors
from onrecord.wording import outlet_of


@dataclass(frozen=True)
class Version:
    """One article on the story: what it is called here, what was read in it, and who is who.

    What stands for somebody in `who`, by the ids of the entities, is the same in all articles of the story.
    """

    label: str
    record: Record
    who: Mapping[str, str]

    @cached_property
    def id(self) -> str:
        """The id of the document."""
        return self.record.document.id

    @cached_property
    def called(self) -> dict[str, str]:
        """How it calls everybody, by the ids of the entities."""
        return {entity.id: entity.called for entity in self.record.entities}

    @cached_property
    def quoted(self) -> list[Passage]:
        """What stands between quotation marks."""
        return [found.inner for found in find_quotations(self.record.document.text) if found.depth == 0]

    def within(self, passage: Passage) -> Statement | None:
        """Return the shortest statement that a passage is told in."""
        around = [
            statement
            for statement in self.record.statements
            if any(start <= passage.start and passage.end <= end for start, end in statement.content)
        ]
        return min(around, key=lambda s: sum(end - start for start, end in s.content), default=None)

    def line(self, passage: Passage) -> str:
        """Return the words of a passage on one line."""
        return " ".join(self.record.document.slice(passage).split())


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that tell one story, in the order in which they were given.

    `copies` are those that print the text of another, each with the label of that one. `names` tells how those are
    called who stand in `Version.who`; `vectors` has what statements mean, by their ids.
    """

    versions: tuple[Version, ...]
    copies: tuple[tuple[Version, str], ...]
    names: Mapping[str, str]
    vectors: Mapping[str, Bytes]

    def silent(self, told: Iterable[Row]) -> list[str]:
        """Return which articles leave out what others tell, by what each of them tells."""
        telling = {row["article"] for row in told}
        return [version.label for version in self.versions if version.label not in telling]


def story_of(store: Store) -> Story:
    """Return the articles of a store, in which people were joined, as they are compared."""
    with store.reading() as connection:
        records = list(asking.records(connection))
        first = {row["id"]: row["story"] for row in asking.documents(connection, Cut(None)).rows}
        people = {row["id"]: row for row in asking.people(connection, None, Cut(None), everybody=True).rows}
        who = [asking.identities_in(connection, record.document.id) for record in records]
        ids, vectors = unpack_vectors(asking.vectors(connection), WIDTH)
    same = _stand_ins(who, people)
    versions = [
        Version(label, record, {entity: same.get(one, one) for entity, one in known.items()})
        for label, record, known in zip(_labels(records), records, who, strict=True)
    ]
    labels = {version.id: version.label for version in versions}
    return Story(
        versions=tuple(version for version in versions if first[version.id] == version.id),
        copies=tuple((one, labels[first[one.id]]) for one in versions if first[one.id] != one.id),
        names=_names(same, people),
        vectors={statement_id(one): vector for one, vector in zip(ids, vectors, strict=True)},
    )


def _labels(records: Sequence[Record]) -> list[str]:
    """Return what tells articles apart: outlet and day, and a number where two have the same."""
    called = [outlet_of(record.document) for record in records]
    return [
        f"{name} ({called[: at + 1].count(name)})" if called.count(name) > 1 else name for at, name in enumerate(called)
    ]


def _stand_ins(who: Sequence[Mapping[str, str]], people: Mapping[str, Row]) -> dict[str, str]:
    """Return by identity what stands for it: of bodies and groups that are called the same, the first.

    "14 activists" and "12 activists" are called the same, unless one article speaks of both.
    """
    of_each = [{one: _bare(people[one]) for one in dict.fromkeys(known.values()) if one in people} for known in who]
    double = {name for found in of_each for name, times in Counter(found.values()).items() if times > 1}
    first: dict[str, str] = {}
    return {
        one: first.setdefault(name, one) if name and name not in double else one
        for found in of_each
        for one, name in found.items()
    }


def _bare(person: Row) -> str:
    """Return how a body or a group is called, without article and number; "" for anybody else."""
    if person["kind"] not in ("organization", "group"):
        return ""
    words = without_leading(person["called"]).split()
    while person["kind"] == "group" and len(words) > 1 and read_number(words[0].split("-")) is not None:
        words = words[1:]
    return f"{person['kind']} {' '.join(words)}"


def _names(same: Mapping[str, str], people: Mapping[str, Row]) -> dict[str, str]:
    """Return how those are called who stand for others: "14 activists / 12 activists" where they differ."""
    called: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one, stands in same.items():
        name = people[one]["called"]
        called[stands].setdefault(without_leading(name), name)
    return {stands: " / ".join(names.values()) for stands, names in called.items()}


def without_leading(name: str) -> str:
    """Return a name in small letters, without "the", "about" and the like."""
    return vocabulary().leading.sub("", name.casefold())
