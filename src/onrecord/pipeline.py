"""The order of the stages: a document in, a record out; one document or a stream of them."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date

from onrecord import ingest
from onrecord.attribution.channels import set_channels
from onrecord.attribution.setting import set_dates
from onrecord.attribution.statements import find_statements
from onrecord.dates import find_dates
from onrecord.entities.resolve import resolve
from onrecord.errors import OnrecordError, UnreadableSource, WrongUsage
from onrecord.ingest import Options, Source
from onrecord.language.reader import analyse, load_reader
from onrecord.model import Document, Record, SaidOn, Skipped

_DAY = len("2018-08-27")
"""How much of a value of time is the date; the hour of a statement is not kept."""

_WEEK = re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-2])")

_AHEAD = 4
"""How many sources per process are in flight; more would only hold memory."""


def read_document(document: Document) -> Record:
    """Return the record of a document. The same document gives the same record, always."""
    reader = load_reader()
    analysis = analyse(document.text, reader)
    statements = find_statements(analysis, document.id, reader)
    statements, entities = resolve(analysis, statements, document.id)
    statements = set_dates(statements, list(_dates_of(document)), analysis.words)
    statements = set_channels(statements, entities, analysis.words)
    return Record(document, tuple(statements), tuple(entities))


def _dates_of(document: Document) -> Iterator[SaidOn]:
    """Yield the dates on which something may have been said: single ones, not after publication."""
    for when in find_dates(document.text, document.published):
        value = when.value or ""
        if when.kind not in ("date", "time") or not value[:1].isdigit() or "/" in value:
            continue
        day = value[:_DAY]
        if document.published is None or _begin_of(day) <= document.published or day.startswith(document.published):
            yield SaidOn(day, when.passage)


def _begin_of(value: str) -> str:
    """Return what of a date can be compared: a week as its Monday, a quarter or a season as its year."""
    week = _WEEK.fullmatch(value)
    if week:
        return date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()
    return value if value[5:6].isdigit() else value[:4]


def read_source(source: Source, options: Options) -> Record:
    """Return the record of a file, `-` (standard input), an address or an Item; raise UnreadableSource."""
    document = ingest.open_source(source, kind=options.kind, published=options.published)
    return read_document(document)


def read_sources(sources: Iterable[Source], options: Options, *, jobs: int = 1) -> Iterator[Record | Skipped]:
    """Yield a record for each source, in the order of the sources; a Skipped where one fails.

    Folders, archives, crawls, JSON lines and feeds stand for the articles in them. With `jobs` over 1 that many
    processes read.
    """
    if jobs < 1:
        raise WrongUsage(f"jobs is {jobs}: it takes a whole number from 1 (here {os.cpu_count()} cores)")
    if options.published is not None:
        ingest.check_date(options.published)
    found = ingest.find_sources(sources, options)
    if jobs == 1:
        yield from (_read_or_skip(source, options) for source in found)
    else:
        yield from _read_in_processes(found, options, jobs)


def _read_or_skip(source: Source | Skipped, options: Options) -> Record | Skipped:
    if isinstance(source, Skipped):
        return source
    try:
        return read_source(source, options)
    except UnreadableSource as error:
        return Skipped(error.name, str(error))
    except OnrecordError:  # nothing that another article would mend
        raise
    except Exception as error:  # a slip of ours on one article must not lose the others
        reason = f"{source}: onrecord failed on it ({type(error).__name__}: {error}). Please report it."
        return Skipped(str(source), " ".join(reason.split()))


def _read_in_processes(sources: Iterator[Source | Skipped], options: Options, jobs: int) -> Iterator[Record | Skipped]:
    load_reader()  # so that a model that cannot be loaded is said once, here
    waiting: deque[Source | Skipped] = deque()
    broken = True
    while broken:
        with _open_pool(jobs) as pool:
            # What was in flight when a pool broke is read again by the next one.
            futures = deque(pool.submit(_read_or_skip, source, options) for source in waiting)
            try:
                for source in sources:
                    waiting.append(source)
                    futures.append(pool.submit(_read_or_skip, source, options))
                    if len(waiting) >= jobs * _AHEAD:
                        yield futures.popleft().result()
                        waiting.popleft()
                while waiting:
                    yield futures.popleft().result()
                    waiting.popleft()
                broken = False
            except BrokenProcessPool:
                yield _lost(waiting.popleft())


def _open_pool(jobs: int) -> ProcessPoolExecutor:
    # Processes are spawned, not forked: a fork copies locks that onnxruntime's threads may hold.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=load_reader)


def _lost(source: Source | Skipped) -> Skipped:
    if isinstance(source, Skipped):
        return source
    reason = f"{source}: a process was ended from outside while it was read (memory?). Read it again with fewer jobs."
    return Skipped(str(source), reason)
