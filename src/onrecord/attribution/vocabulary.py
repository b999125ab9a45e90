"""The words of `data/channels.toml`, made ready for look-ups; read and checked on first use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, get_args

from onrecord.errors import MissingPart
from onrecord.model import ChannelKind

_FILE = "data/channels.toml"
_LISTS = ("documents", "addressees", "owners", "frame", "authored", "carrying")
_TABLES = ("kinds", "platforms", "verbs", "verbs_of", "outlets", "bodies", "hearers", *_LISTS)
_KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)


@dataclass(frozen=True, slots=True)
class Medium:
    """A kind of channel as the file has it."""

    kind: ChannelKind
    rank: int
    nouns: frozenset[str]
    after: frozenset[str]
    made: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets of one kind: known names, words for one, and what their names end in."""

    kind: ChannelKind
    words: frozenset[str]
    shapes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The data file. `words` are its plain lists by "table.list"."""

    media: tuple[Medium, ...]
    nouns: frozenset[str]
    """The nouns of all media."""
    made: frozenset[str]
    """All verbs of making."""
    leads: frozenset[str]
    """All that a noun phrase of a medium may stand after."""
    platforms: re.Pattern[str]
    pages: frozenset[str]
    verbs: Mapping[str, tuple[ChannelKind, str | None]]
    networks: Mapping[str, str]
    """The network that words belong to, by how they begin."""
    outlets: tuple[Outlets, ...]
    names: re.Pattern[str]
    kind_of_name: Mapping[str, ChannelKind]
    bodies: frozenset[str]
    hearers: Mapping[str, ChannelKind]
    words: Mapping[str, frozenset[str]]
    abbreviations: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """Return the words of the data file; raise MissingPart where it is spoilt."""
    return _build(resources.files("onrecord").joinpath(_FILE).read_text("utf-8"))


def _build(text: str) -> Vocabulary:
    try:
        tables = tomllib.loads(text)
        return _look_ups(tables)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"no valid TOML ({error})") from error
    except KeyError as error:
        raise _wrong(f"{error} is missing") from error


def _look_ups(tables: Mapping[str, Any]) -> Vocabulary:
    for name in _TABLES:
        _check(name, tables[name])
    media = tuple(
        Medium(_kind(kind), row["rank"], frozenset(row["nouns"]), frozenset(row["after"]), frozenset(row["made"]))
        for kind, row in tables["kinds"].items()
    )
    outlets = tables["outlets"]
    return Vocabulary(
        media=media,
        nouns=frozenset().union(*(m.nouns for m in media)),
        made=frozenset().union(*(m.made for m in media)),
        leads=frozenset().union(*(m.after | m.made for m in media)),
        platforms=_any_of(tables["platforms"]["names"]),
        pages=frozenset(tables["platforms"]["pages"]),
        verbs=_verbs(tables),
        networks=dict(tables["verbs_of"]),
        outlets=tuple(Outlets(_kind(k), frozenset(o["words"]), frozenset(o["shapes"])) for k, o in outlets.items()),
        names=_any_of([name for o in outlets.values() for name in o["names"]]),
        kind_of_name={name: _kind(kind) for kind, o in outlets.items() for name in o["names"]},
        bodies=frozenset(tables["bodies"]["words"]),
        hearers={noun: _kind(kind) for kind, nouns in tables["hearers"].items() for noun in nouns},
        words={f"{table}.{name}": frozenset(words) for table in _LISTS for name, words in tables[table].items()},
        abbreviations=frozenset(tables["frame"]["abbreviations"]),
    )


def _verbs(tables: Mapping[str, Any]) -> dict[str, tuple[ChannelKind, str | None]]:
    names = tables["verbs_of"]
    return {
        verb: (_kind(kind), next((names[stem] for stem in names if verb.startswith(stem)), None))
        for kind, verbs in tables["verbs"].items()
        for verb in verbs
    }


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(re.escape(name) for name in longest_first)})(?![\w&-])")


def _kind(word: str) -> ChannelKind:
    for kind in _KINDS:
        if kind == word:
            return kind
    raise _wrong(f'unknown kind "{word}"; use one of: {", ".join(_KINDS)}')


def _check(name: str, table: Any) -> None:
    """Raise MissingPart unless a table holds words, lists of words and tables of such."""
    if not isinstance(table, dict):
        raise _wrong(f"{name} should be a table")
    for key, value in table.items():
        where = f"{name}.{key}"
        if isinstance(value, dict):
            _check(where, value)
        elif isinstance(value, list):
            if not all(isinstance(word, str) and word for word in value):
                raise _wrong(f"{where} should be a list of words in quotation marks")
        elif key == "rank" and not isinstance(value, int):
            raise _wrong(f"{where} should be a whole number")


def _wrong(what: str) -> MissingPart:
    return MissingPart(f"{_FILE}: {what}. Mend the file, or install onrecord again.")
