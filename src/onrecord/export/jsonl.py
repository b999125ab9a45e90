"""Records as JSON: all that onrecord knows, as its schema (`onrecord schema`) has it.

The export is JSON lines: one article a line, in the order of the records. Where people are joined across articles,
each entity has the id of who it is as `identity`, in addition to the schema. `Record.from_dict` takes a line back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from onrecord.export.format import Format, Who, identity_of, json_text
from onrecord.identity import Identity, Joining, Member
from onrecord.model import Record, Skipped


class People(Protocol):
    """Who is who, and why: what `onrecord.merge` returns."""

    def __iter__(self) -> Iterator[Identity]: ...

    def why(self, member: Member, /) -> Joining:
        """Return why a member is of the identity that it is of."""
        ...


def to_json(items: Iterable[Record | Skipped]) -> str:
    """Return one record, or what was skipped, as a JSON object; none or several as an array."""
    found = [item.to_dict() for item in items]
    return json_text(found[0] if len(found) == 1 else found, indent=2)


def to_jsonl(item: Record | Skipped) -> str:
    """Return a record, or what was skipped, as one line of JSON without a line break at its end."""
    return json_text(item.to_dict())


def _write(records: Iterator[Record], path: Path, who: Who) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json_text(_with_identities(record, who)) + "\n")


def _with_identities(record: Record, who: Who) -> dict[str, Any]:
    found = record.to_dict()
    for entity, shown in zip(record.entities, found["entities"], strict=True):
        identity = identity_of(record.document, entity, who)
        if identity is not None:
            shown["identity"] = identity.id
    return found


FORMAT = Format(
    name="jsonl",
    help="JSON lines, one article a line, as `onrecord schema` describes it",
    folder=False,
    loses=("of who is who across articles, all but the ids: why entities were joined, and users' decisions",),
    write=_write,
)
