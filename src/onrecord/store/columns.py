"""The column that words are kept in: any text comes back as it was, whatever a database thinks of it."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

_MARK = "\U0010ffff"
"""Stands before the number of a character that is kept as one; Unicode promises that it is never a character."""
REFUSED = re.compile(f"[\0\ud800-\udfff{_MARK}]")
"""Characters that not every database takes."""
_KEPT = re.compile(f"{_MARK}([0-9a-f]{{6}})")


class Words(sa.types.TypeDecorator[str]):
    """Text with any character in it.

    A file's name may have halves of characters, which no database takes, and a feed zeros, which PostgreSQL does not.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return text as a database takes it."""
        return None if value is None else REFUSED.sub(lambda found: f"{_MARK}{ord(found[0]):06x}", value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return what was kept as the text that it was."""
        return None if value is None else _KEPT.sub(lambda found: chr(int(found[1], 16)), value)
