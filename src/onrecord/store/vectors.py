"""How the vectors of an article's statements are kept: a row for each, its id in 6 bytes and its numbers behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_PREFIX = "st-"
_ID = 6
"""Bytes of a statement's id: its 12 hexadecimal digits."""


def pack_vectors(ids: Sequence[str], vectors: NDArray[np.int8]) -> bytes:
    """Return the rows of statements with their vectors (N, D), one after the other."""
    rows = zip(ids, vectors, strict=True)
    return b"".join(bytes.fromhex(one.removeprefix(_PREFIX)) + vector.tobytes() for one, vector in rows)


def unpack_vectors(packed: Iterable[bytes], width: int) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    """Return the ids (N, 6) and the vectors (N, width) of rows."""
    rows = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(-1, _ID + width)
    return rows[:, :_ID], np.ascontiguousarray(rows[:, _ID:]).view(np.int8)


def statement_id(digits: NDArray[np.uint8]) -> str:
    """Return the id of a statement from its bytes (6,)."""
    return f"{_PREFIX}{digits.tobytes().hex()}"
