"""What every format has in common: its entry in the table of formats, who is who, and text that a file can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from onrecord.identity import Identity, Member
from onrecord.model import Document, Entity, Passage, Record, make_id

_ID = re.compile(r"[a-z]{2,}-[0-9a-f]{12}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


class Who(Protocol):
    """Who is who across articles: anything with the `get` of a mapping from member to identity."""

    def get(self, member: Member, /) -> Identity | None:
        """Return the identity that an entity of an article is of, None where it stands alone."""
        ...


Write: TypeAlias = Callable[[Iterator[Record], Path, Who], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that records can be written in.

    `write` takes the records, the file or the (empty) folder to write, and who is who.
    """

    name: str
    help: str
    """What it writes and whom it is for, in one line."""
    folder: bool
    loses: tuple[str, ...]
    """What a record says and this format cannot, one thing a line."""
    write: Write
    extra: str | None = None
    """The extra of the package that has to be installed for it."""


def identity_of(document: Document, entity: Entity, who: Who) -> Identity | None:
    """Return who an entity of an article is across articles, None where that is not known."""
    return who.get(Member(document.id, entity.id))


def safe_id(prefix: str, found: str) -> str:
    """Return an id as it is where it has the shape of ours, else one made from it: no id leaves a folder."""
    return found if _ID.fullmatch(found) else make_id(prefix, found)


def encodable(text: str) -> str:
    """Return a text with each lone surrogate, which UTF-8 cannot hold, as U+FFFD: one character for one."""
    return _SURROGATE.sub("\ufffd", text)


def inside(text: str, passage: Passage) -> bool:
    """Tell whether a passage has at least one character and lies in the text."""
    return 0 <= passage.start < passage.end <= len(text)


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return JSON in which what line readers (U+2028) and UTF-8 files (lone surrogates) do not take is escaped."""

    def escape(found: re.Match[str]) -> str:
        return f"\\u{ord(found[0]):04x}"

    return _UNSAFE_IN_JSON.sub(escape, json.dumps(value, indent=indent, ensure_ascii=False))
