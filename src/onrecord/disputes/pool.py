"""Which statements of different articles may clash: near in meaning, and near in time or of one person.

An inverted file (Sivic and Zisserman 2003): each vector lies in the cell of its nearest centre, and is looked for in
the few cells that are nearest to it. The centres ship with the model (`training.cells`), so that the same statement
always lies in the same cell, whatever else there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.language.meaning import Bytes, Floats

Ints = NDArray[np.int64]

PROBED = 6
"""Cells in which the neighbours of a statement are looked for."""
LEAST_COSINE = 0.45
"""How near in meaning two statements must be to be compared."""
DAYS_APART = 60
"""Days between two statements of different people: of what is further apart each may have been right in its time."""
MOST_NEAR = 4
"""Statements of other articles that a statement is compared with at the most: the nearest."""
_AT_ONCE = 4096


class Near(NamedTuple):
    """Two statements by their numbers, the earlier one first, and the cosine of their vectors."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True)
class Pool:
    """Statements that can be compared across articles, those of one article together, the first article first.

    For each of the N statements: its id; what stands for its holder, its document and its story, as numbers; the day on
    which it was said or published, counted as `date.toordinal` does, -1 where nobody knows; and its vector (N, 384).
    `names` are the ids of the documents by their numbers here, and `centres` (C, 384) those of the cells.
    """

    ids: list[str]
    holders: Ints
    documents: Ints
    stories: Ints
    days: Ints
    vectors: Bytes
    names: list[str]
    centres: Bytes

    @cached_property
    def _cells(self) -> Ints:
        """The cells (N, PROBED) that are nearest to each statement, the nearest first."""
        centres = self.centres.astype(np.float32)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        parts = [
            np.argsort(-(self.vectors[at : at + _AT_ONCE].astype(np.float32) @ centres.T), axis=1, kind="stable")
            for at in range(0, len(self.vectors), _AT_ONCE)
        ]
        return np.concatenate([part[:, :PROBED] for part in parts]) if parts else np.zeros((0, PROBED), dtype=np.int64)

    @cached_property
    def _members(self) -> list[Ints]:
        """The statements in each cell."""
        own = self._cells[:, 0]
        order = np.argsort(own, kind="stable")
        return np.split(order, np.searchsorted(own[order], np.arange(1, len(self.centres))))

    @cached_property
    def _lengths(self) -> Floats:
        lengths: Floats = np.array([np.linalg.norm(row.astype(np.float32)) for row in self.vectors], dtype=np.float32)
        return np.maximum(lengths, np.float32(1e-9))

    def near(self, document: int, others: NDArray[np.bool_]) -> Iterator[Near]:
        """Yield the pairs that the statements of a document make with those of others, in the order of the document.

        `others` tells of each document, by its number, whether it is looked at.
        """
        for k in np.flatnonzero(self.documents == document).tolist():
            there = np.concatenate([self._members[cell] for cell in self._cells[k]])
            there = there[others[self.documents[there]]]
            there = there[(self.documents[there] != document) & (self.stories[there] != self.stories[k])]
            known = (self.days[there] >= 0) & (self.days[k] >= 0)
            together = np.abs(self.days[there] - self.days[k]) <= DAYS_APART
            there = there[(self.holders[there] == self.holders[k]) | ~known | together]
            near = self.vectors[there].astype(np.float32) @ self.vectors[k].astype(np.float32)
            near /= self._lengths[there] * self._lengths[k]
            for at in np.lexsort((there, -near))[:MOST_NEAR]:
                if near[at] >= LEAST_COSINE:
                    yield Near(*self._in_order(k, int(there[at])), float(near[at]))

    def _in_order(self, one: int, other: int) -> tuple[int, int]:
        """Return two statements, the one that was said first first; of one day the one that came first."""
        return (one, other) if (self.days[one], one) <= (self.days[other], other) else (other, one)
