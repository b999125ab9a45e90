"""JSON lines: one article per line, its parts in fields that go by many names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import FIELDS, Found, Item, Options, read_date
from onrecord.ingest.text import MOST_BYTES, show_name
from onrecord.ingest.unpack import Reader

_LONGEST_LINE = 2 * MOST_BYTES
"""An article of MOST_BYTES whose every other character is escaped."""
_MOST_NAMES = 12
_SURROGATE = re.compile("[\ud800-\udfff]")
_ONE_OBJECT = "Write one JSON object per line."


def read_lines(stream: Reader, name: str, options: Options) -> Found:
    """Yield the article of each line that has one, and why another has none. Blank lines count, but are nothing."""
    number = 0
    while line := stream.readline(_LONGEST_LINE + 1):
        number += 1
        given = f"{name}#line {number}"
        if len(line) > _LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST_LINE)
            found = f"a line of over {_LONGEST_LINE // 1_000_000} MB"
            yield UnreadableSource(given, found, _ONE_OBJECT)
        elif line.strip():
            try:
                yield _read_line(line.removeprefix(b"\xef\xbb\xbf"), given, options)
            except UnreadableSource as error:
                yield error


def _read_line(line: bytes, name: str, options: Options) -> Item:
    fields = _parse(line, name)
    text = _text_of(_find(fields, "text", options), "\n\n")
    if text is None:
        raise _no_text(fields, name, options)
    return Item(
        name,
        text.encode(),
        kind=options.kind if options.kind != "jsonl" else None,
        charset="utf-8",
        address=_text_of(_find(fields, "url", options)),
        title=_text_of(_find(fields, "title", options)),
        publisher=_text_of(_find(fields, "publisher", options)),
        byline=_text_of(_find(fields, "byline", options)),
        published=read_date(_find(fields, "published", options)),
    )


def _parse(line: bytes, name: str) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        found = f"a line that is not UTF-8 (byte {error.start + 1})"
        raise UnreadableSource(name, found, "Save the file as UTF-8.") from error
    except RecursionError as error:
        raise UnreadableSource(name, "JSON nested too deeply", _ONE_OBJECT) from error
    except ValueError as error:
        reason = f"{error.msg.lower()} at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        found = f"not JSON ({reason or 'a number that is too long'})"
        raise UnreadableSource(name, found, _ONE_OBJECT) from error
    if not isinstance(fields, dict):
        kind = (
            "a list" if isinstance(fields, list) else "a string" if isinstance(fields, str) else "a number or constant"
        )
        raise UnreadableSource(name, f"JSON that is {kind}, not an object", _ONE_OBJECT)
    return fields


def _find(fields: dict[str, Any], part: str, options: Options) -> Any:
    """Return what the field for a part of the article holds: the user's field, or the first that is known and filled.

    A dot in the user's field leads into an object: `article.body`.
    """
    wanted = (options.fields or {}).get(part)
    if wanted is not None:
        return fields[wanted] if wanted in fields else _follow(fields, wanted.split("."))
    folded = {key.lower(): value for key, value in reversed(fields.items())}
    return next((folded[known] for known in FIELDS[part] if folded.get(known)), None)


def _follow(fields: Any, path: list[str]) -> Any:
    for step in path:
        fields = fields.get(step) if isinstance(fields, Mapping) else None
    return fields


def _text_of(value: Any, between: str = ", ") -> str | None:
    """Return a value as text: a string, a list of strings, or an object with a name; else None."""
    if isinstance(value, list):
        parts = [part for part in map(_text_of, value) if part]
        return between.join(parts) or None
    if isinstance(value, Mapping):
        value = value.get("name")
    if not isinstance(value, str) or not value.strip():
        return None
    value = _SURROGATE.sub("\ufffd", value)
    return value if between != ", " else " ".join(value.split())


def _no_text(fields: dict[str, Any], name: str, options: Options) -> UnreadableSource:
    wanted = (options.fields or {}).get("text")
    listed = ", ".join(sorted(fields)[:_MOST_NAMES]) + (", …" if len(fields) > _MOST_NAMES else "")
    found = f"no text in a field {wanted!r}" if wanted else "no field with the text of an article"
    found += f" (its fields: {listed[:500]})" if fields else " (it has no fields)"
    advice = 'Name it with fields={"text": FIELD} (on the command line: --field text=FIELD).'
    return UnreadableSource(name, show_name(found), advice)
