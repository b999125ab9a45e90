"""From articles to a store, and again: adding what is new, trying again what failed, reading again with a new model.

Here the stages that read meet the store that keeps. One process writes; others read for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onrecord import ingest, pipeline
from onrecord.entities.merge import People
from onrecord.ingest import Item, Options
from onrecord.language.meaning import WIDTH, nearest, vector_of_words, vectors_of
from onrecord.language.reader import load_reader, model_digest
from onrecord.model import Document, ReadBy, Record, Skipped
from onrecord.store import Cut, Page, Store, asking, joining, now, ruling, writing
from onrecord.store.copies import signature_of
from onrecord.store.troubles import is_about_values
from onrecord.store.vectors import pack_vectors, statement_id, unpack_vectors
from onrecord.store.writing import Input, Reading

_AT_ONCE = 32
"""How many articles are written in one transaction at the most."""
_SECONDS = 2.0
"""How long articles wait to be written: what was read meanwhile is lost where the program is killed."""
FEW = 5_000
"""In a store of no more articles people are joined whenever some were added; in a larger one when somebody asks for it,
for joining takes time and memory that grow with the store, and adding must not."""
_LATER, _MOST_TRIES = "later", 5
"""How the input of a page is marked that was not to be had, and how often it is tried."""
_BARE = 2
"""Words of a content that is found by no meaning."""

Outcome: TypeAlias = Literal["added", "known", "skipped"]
Found: TypeAlias = ingest.Source | Skipped
_G = TypeVar("_G")
Result: TypeAlias = tuple[_G, Reading | Skipped]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one source: its name, and the reason where it was skipped. "known" had been added before."""

    name: str
    outcome: Outcome
    statements: int = 0
    reason: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Later(Skipped):
    """A page that was not to be had, and may be later: the next run tries it again, a few times."""


def add(store: Store, sources: Iterable[str | Path], options: Options, *, jobs: int = 1) -> Iterator[Done]:
    """Read sources into a store, and yield what became of each, once it is kept.

    A source that was read or skipped before is passed over silently, unless its file has changed since; so a run that
    was broken off goes on where it stopped.
    """
    pipeline.check_options(options, jobs)
    found = ingest.find_sources((_at_home(source) for source in sources), options)
    new = (source for source in found if not is_known(store, source))
    yield from _read_into(store, new, options, jobs)


def count_new(store: Store, sources: Iterable[str | Path]) -> int | None:
    """Return about how many articles `add` will read, for showing progress; None where only reading tells."""
    places = [_at_home(source) for source in sources]
    total = ingest.count_sources(places)
    if total is None:
        return None
    with store.reading() as connection:
        return max(0, total - sum(asking.inputs_below(connection, str(place)) for place in places))


def add_found(store: Store, found: Iterable[Found], *, jobs: int = 1) -> Iterator[Done]:
    """Read articles that were found one by one into a store, as `add` does, and yield what became of each."""
    yield from _read_into(store, found, Options(), jobs)


def retry(store: Store, *, jobs: int = 1) -> Iterator[Done]:
    """Read again what was skipped, as it was to be read then, and yield what became of it."""
    with store.reading() as connection:
        failed = asking.skipped_inputs(connection)
    by_settings: dict[str, set[str]] = {}
    for given in failed:
        by_settings.setdefault(json.dumps(given.settings, sort_keys=True), set()).add(given.name)
    for settings, names in sorted(by_settings.items()):
        options = Options(**json.loads(settings))
        found = ingest.find_sources(sorted({_container(name) for name in names}), options)
        yield from _read_into(store, (source for source in found if _name(source) in names), options, jobs)


def reread(store: Store, *, everything: bool = False, jobs: int = 1) -> Iterator[Done]:
    """Read the documents of a store again, those that another model read, or all; yield what became of each.

    What people decided stays, and finds its passage again where that is still there.
    """
    with store.reading() as connection:
        those = asking.read_by_others(connection, None if everything else model_digest())
    documents = (document for one in those if (document := store.document(one)))
    results = pipeline.map_sources(_read_document, documents, jobs=jobs)
    yield from _in_batches(store, results, _write_again)


def search_meaning(store: Store, words: str, cut: Cut) -> Page:
    """Return the statements that mean the nearest to some words, the nearest first, each with its `nearness` (-1 to 1).

    Those near to nothing come too, at the end: how near is near enough depends on what is looked for. A content of one
    or two words is left out: a bare name is near to all that is asked about it, and says nothing.
    """
    with store.reading() as connection:
        ids, vectors = unpack_vectors(asking.vectors(connection), WIDTH)
        end = None if cut.limit is None else cut.offset + cut.limit
        found, cosines = nearest(
            vector_of_words(words, load_reader()), vectors, len(ids) if end is None else 2 * end + 50
        )
        near = {statement_id(ids[at]): float(cosine) for at, cosine in zip(found, cosines, strict=True)}
        rows = [row for row in asking.statements_of(connection, list(near)) if len(row["said"].split()) > _BARE]
    return Page([row | {"nearness": round(near[row["id"]], 3)} for row in rows[cut.offset : end]], len(ids))


def take(store: Store, records: Iterable[Record], origin: str) -> Iterator[Done]:
    """Keep records that were made elsewhere, as a corpus that people annotated, just as they are.

    `origin` is where they come from. What no onrecord read is never read again. Yields what became of each.
    """
    for record in records:
        by_people = record if record.read_by else replace(record, read_by=ReadBy(version("onrecord"), asking.BY_PEOPLE))
        made = Reading(by_people, b"", signature_of(record.document.text))
        with store.writing() as connection:
            given = Item(f"{origin}#{record.document.id}")
            yield _keep(connection, given, made, asdict(Options()))


def _read_into(store: Store, sources: Iterable[Found], options: Options, jobs: int) -> Iterator[Done]:
    results = pipeline.map_sources(partial(_read_source, options=options), sources, jobs=jobs)
    yield from _in_batches(store, results, partial(_write, settings=asdict(options)))


def _read_source(source: ingest.Source, options: Options) -> Reading:
    return _read_document(pipeline.open_source(source, options))


def _read_document(document: Document) -> Reading:
    record, analysis = pipeline.read_closely(document)
    vectors = vectors_of(analysis, [statement.content for statement in record.statements])
    packed = pack_vectors([statement.id for statement in record.statements], vectors)
    return Reading(record, packed, signature_of(document.text))


def _in_batches(
    store: Store, results: Iterator[Result[_G]], write: Callable[[Store, list[Result[_G]]], list[Done]]
) -> Iterator[Done]:
    """Write results some at a time, and yield what became of them; what is read when one breaks off is written."""
    waiting: list[Result[_G]] = []
    begun = time.monotonic()
    try:
        for result in results:
            waiting.append(result)
            if len(waiting) >= _AT_ONCE or time.monotonic() - begun > _SECONDS:
                done, waiting = write(store, waiting), []
                yield from done
                begun = time.monotonic()
    except KeyboardInterrupt:
        write(store, waiting)
        raise
    yield from write(store, waiting)


def _write(store: Store, results: list[Result[Found]], settings: dict[str, Any]) -> list[Done]:
    if not results:
        return []
    with store.writing() as connection:
        return [_keep_or_skip(connection, source, made, settings) for source, made in results]


def _keep_or_skip(connection: sa.Connection, source: Found, made: Reading | Skipped, settings: dict[str, Any]) -> Done:
    """Write one result as `_keep` does; one that the database does not take is skipped, and the others are kept."""
    point = connection.begin_nested()
    try:
        done = _keep(connection, source, made, settings)
    except DBAPIError as error:
        if not is_about_values(error):
            raise
        point.rollback()
        reason = f"{_name(source)}: onrecord failed to keep it ({error.orig}). Please report it."
        return _keep(connection, source, Skipped(_name(source), " ".join(reason.split())), settings)
    point.commit()
    return done


def _keep(connection: sa.Connection, source: Found, made: Reading | Skipped, settings: dict[str, Any]) -> Done:
    """Write one result, and return what became of its source."""
    name = _name(source)
    given = Input(name, _stamp(source), settings)
    if isinstance(made, Skipped):
        writing.put_input(connection, given, now(), document=None, reason=made.reason)
        return Done(name, "skipped", reason=made.reason)
    new = writing.put_reading(connection, made, now())
    if new:
        joining.place_entities(connection, made.record.document.id)
    writing.put_input(connection, given, now(), document=made.record.document.id, reason=None)
    statements = len(made.record.statements) if new else 0
    return Done(name, "added" if new else "known", statements, document=made.record.document.id)


def _write_again(store: Store, results: list[Result[Document | Skipped]]) -> list[Done]:
    if not results:
        return []
    with store.writing() as connection:
        writing.set_fact(connection, "joined", "0")
        return [_keep_again(connection, made) for _, made in results]


def _keep_again(connection: sa.Connection, made: Reading | Skipped) -> Done:
    if isinstance(made, Skipped):
        return Done(made.name, "skipped", reason=made.reason)
    writing.replace_reading(connection, made, now())
    return Done(made.record.document.id, "added", len(made.record.statements))


def join_people(store: Store) -> int:
    """Join the entities of all articles of a store into people and organisations; return how many there are.

    It goes through every article: a store of 20,000 takes half a minute. What people decided is kept to.
    """
    with store.reading() as connection:
        people = People(ruling.joins_and_splits(connection))
        articles = 0
        for articles, record in enumerate(asking.records(connection), start=1):  # noqa: B007
            people.add(record)
    with store.writing() as connection:
        return joining.put_identities(connection, people, articles)


def is_worth_joining(store: Store) -> bool:
    """Tell whether people are to be joined now: it is due, and the store is so small that it takes seconds."""
    with store.reading() as connection:
        articles, joined = joining.progress(connection)
    return joined != articles and articles <= FEW


def _at_home(source: str | Path) -> str | Path:
    """Return a source by a name that holds wherever the program is run."""
    if str(source) == "-" or ingest.is_address(source):
        return source
    return os.path.abspath(source)


def is_known(store: Store, source: Found) -> bool:
    """Tell whether a source was read or skipped before, as it is now."""
    if source == "-":
        return False
    with store.reading() as connection:
        known = asking.input_of(connection, _name(source))
    if known is not None and known.stamp == _LATER:
        return bool(known.tries >= _MOST_TRIES)
    if known is None or (known.reason is not None and ingest.is_address(source)):
        return False
    return bool(known.stamp == _stamp(source))


def _name(source: Found) -> str:
    return source.name if isinstance(source, ingest.Item | Skipped) else str(source)


def _stamp(source: Found) -> str | None:
    """Return what shows that a source has changed: size and time of a file, the digest of what a container holds."""
    if isinstance(source, Later):
        return _LATER
    if isinstance(source, ingest.Item):  # what is fetched may have an advertisement in it that changes each time
        return None if source.data is None or source.fetched else hashlib.sha256(source.data).hexdigest()[:16]
    try:
        status = Path(_name(source)).stat()
    except (OSError, ValueError):  # an address, or a file that is not there
        return None
    return f"{status.st_size}-{status.st_mtime_ns}"


def _container(name: str) -> str:
    """Return the source that an input came from: the longest part before a "#" that is a file, else an address."""
    parts = name.split("#")
    heads = ["#".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return next((head for head in heads if Path(head).exists()), heads[-1] if ingest.is_address(name) else name)
