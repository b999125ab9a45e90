"""From pairs of statements that clash to matters: what is in dispute, and who stands on which side.

A plain fold over values. Two pairs are one matter where the statements on the one side of what they make together clash
with those on the other; so a matter never grows by a chain of likenesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, Protocol, TypeVar

from onrecord.model import DisputeType

ENOUGH, AS_SURE = 0.5, 0.75
"""What two sides must clash by on average, and a clash that joins them by itself, as shares of the surest clash."""


class Said(Protocol):
    """What is compared: a statement by its id, and what stands for who holds it."""

    @property
    def id(self) -> str:
        """The id of the statement."""

    @property
    def holder(self) -> str | None:
        """What stands for the holder."""


V = TypeVar("V", bound=Said)


@dataclass(frozen=True, slots=True)
class Clash(Generic[V]):
    """Two statements that cannot both be held, how surely, and what they differ about."""

    first: V
    second: V
    chance: float
    type: DisputeType


@dataclass(frozen=True, slots=True)
class Matter(Generic[V]):
    """What is in dispute: the statements on each side and the clashes between them, both the surest first."""

    sides: tuple[tuple[V, ...], tuple[V, ...]]
    clashes: tuple[Clash[V], ...]

    @property
    def chance(self) -> float:
        """The chance of the surest clash."""
        return self.clashes[0].chance

    @property
    def type(self) -> DisputeType:
        """What they differ about: the type that its clashes have most surely."""
        points: Counter[DisputeType] = Counter()
        for clash in self.clashes:
            points[clash.type] += clash.chance  # type: ignore[assignment]  # a Counter holds shares too
        return max(points, key=lambda one: (points[one], one))


def fold(clashes: Iterable[Clash[V]], chances: Mapping[tuple[str, str], float]) -> list[Matter[V]]:
    """Return the matters that clashes make, the surest first.

    `chances` has, by the ids of two statements, how surely they clash, also of pairs that are not sure enough to be a
    clash by themselves. The same clashes make the same matters in whatever order they come.
    """
    matters: list[Matter[V]] = []
    of_statement: dict[str, list[int]] = {}
    for clash in sorted(clashes, key=lambda c: (-c.chance, c.first.id, c.second.id)):
        near = sorted({k for said in (clash.first, clash.second) for k in of_statement.get(said.id, ())})
        for k in near:
            joined = _join(matters[k], clash, chances)
            if joined is not None:
                matters[k] = joined
                break
        else:
            k = len(matters)
            matters.append(Matter(((clash.first,), (clash.second,)), (clash,)))
        for said in (clash.first, clash.second):
            of_statement.setdefault(said.id, []).append(k)
    return matters


def _join(matter: Matter[V], clash: Clash[V], chances: Mapping[tuple[str, str], float]) -> Matter[V] | None:
    """Return the matter with one clash more, None where it is of another matter."""
    for one, other in ((clash.first, clash.second), (clash.second, clash.first)):
        sides = _added(matter.sides[0], one), _added(matter.sides[1], other)
        new = len(sides[0]) + len(sides[1]) - len(matter.sides[0]) - len(matter.sides[1])
        if new > 1 or not _are_apart(sides):  # both new: nothing ties the clash to the matter
            continue
        across = [_chance(a, b, chances) for a, b in product(*sides)]
        within = [_chance(a, b, chances) for side in sides for a, b in _pairs(side)]
        if clash.chance < AS_SURE * matter.chance:
            continue
        if sum(across) / len(across) >= ENOUGH * matter.chance and max(within, default=0.0) < ENOUGH * matter.chance:
            return Matter(sides, (*matter.clashes, clash))
    return None


def _added(side: tuple[V, ...], said: V) -> tuple[V, ...]:
    return side if any(known.id == said.id for known in side) else (*side, said)


def _are_apart(sides: tuple[tuple[V, ...], tuple[V, ...]]) -> bool:
    """Tell whether no holder and no statement stands on both sides."""
    holders = [{said.holder for said in side} - {None} for side in sides]
    statements = [{said.id for said in side} for side in sides]
    return not holders[0] & holders[1] and not statements[0] & statements[1]


def _chance(one: V, other: V, chances: Mapping[tuple[str, str], float]) -> float:
    return chances.get((one.id, other.id), chances.get((other.id, one.id), 0.0))


def _pairs(side: Sequence[V]) -> Iterator[tuple[V, V]]:
    return ((one, other) for k, one in enumerate(side) for other in side[k + 1 :])
