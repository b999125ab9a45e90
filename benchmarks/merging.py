"""What adding an article costs as a store grows: `python -m benchmarks.merging` (part of `make benchmark`).

Stores of synthetic records, of invented names drawn as in news: a few people and bodies are in very many articles, most
in few; some articles have bare surnames and acronyms alone. For each size the same new articles are added to a store of
that size, and asked for the identity of each of their entities. Printed is the processor time an article as a ratio
to the smallest store, in one run on one machine; the time itself stands beside it, for orientation.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator

from onrecord.entities.merge import People
from onrecord.model import Document, Entity, EntityKind, Mention, Passage, Record, make_id

SIZES = (100, 1_000, 10_000, 50_000)
NEW = 200
"""How many articles are added to a store of each size, and measured."""
_SYLLABLES = (
    "ba",
    "dor",
    "el",
    "fin",
    "gu",
    "hal",
    "ir",
    "jo",
    "kas",
    "lem",
    "mi",
    "nor",
    "os",
    "pet",
    "ra",
    "sun",
    "tav",
    "ul",
)
_BODIES = ("Party", "Ministry", "Bank", "Union", "Council", "Agency", "Steel", "Post")


class Newsroom:
    """Writes synthetic records; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        draw = self._random
        firsts = [self._word(2) for _ in range(300)]
        lasts = [self._word(3) for _ in range(6_000)]
        self._people = [f"{draw.choice(firsts)} {draw.choice(lasts)}" for _ in range(30_000)]
        self._places = [self._word(3) for _ in range(200)]
        self._groups = [f"{draw.choice(self._places)} {self._word(2)} {draw.choice(_BODIES)}" for _ in range(5_000)]

    def _word(self, syllables: int) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(syllables)).title()

    def _one_of(self, names: list[str]) -> str:
        """Return a name, the first far more often than the last."""
        return names[min(int(self._random.paretovariate(0.5)) - 1, len(names) - 1)]

    def write(self, count: int, first: int) -> Iterator[Record]:
        """Yield records, numbered from `first` on."""
        for number in range(first, first + count):
            yield self._record(number)

    def _record(self, number: int) -> Record:
        text, entities, seen = f"{number}.", [], set()
        for kind, pool, most in (
            ("person", self._people, 8),
            ("organization", self._groups, 5),
            ("place", self._places, 3),
        ):
            for _ in range(self._random.randint(1, most)):
                name = self._one_of(pool)
                if name in seen:
                    continue
                seen.add(name)
                entity, text = self._entity(text, kind, name, number)  # type: ignore[arg-type]
                entities.append(entity)
        year, month = 2015 + number % 10, 1 + number % 12
        return Record(Document(text, published=f"{year}-{month:02}-01"), (), tuple(entities))

    def _entity(self, text: str, kind: EntityKind, name: str, number: int) -> tuple[Entity, str]:
        words = name.split()
        short = words[-1] if kind == "person" else "".join(w[0] for w in words)
        chance = self._random.random()
        names = [name] if kind == "place" or chance < 0.5 else [name, short] if chance < 0.9 else [short]
        mentions = []
        for written in names:
            begin = len(text) + 1
            text += f" {written}"
            mentions.append(Mention(Passage(begin, len(text)), "name"))
        entity = make_id("en", number, kind, name)
        return Entity(entity, kind, names[0], None, tuple(names[1:]), tuple(mentions)), text


def measure(sizes: tuple[int, ...]) -> dict[int, float]:
    """Return the mean milliseconds of processor time that adding an article takes at each size of the store."""
    newsroom = Newsroom(1)
    new = list(newsroom.write(NEW * len(sizes), 10_000_000))
    people, size, found = People(), 0, {}
    for k, wanted in enumerate(sizes):
        for record in newsroom.write(wanted - size, size):
            people.add(record)
        size = wanted
        taken = []
        for record in new[k * NEW : (k + 1) * NEW]:
            began = time.process_time()
            people.add(record)
            for entity in record.entities:
                people.identity_of((record.document.id, entity.id))
            taken.append(time.process_time() - began)
        size += NEW
        found[wanted] = 1000 * statistics.mean(taken)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="articles in the store")
    sizes = tuple(sorted(parser.parse_args().sizes))
    found = measure(sizes)
    print("articles in the store   cost of adding one more, as a ratio")
    for size, cost in found.items():
        print(f"{size:21,} {cost / found[sizes[0]]:8.2f}      ({cost:.2f} ms)")


if __name__ == "__main__":
    main()
