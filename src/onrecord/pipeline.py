"""The order of the stages: a document in, a record out; one document or a stream of them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import TypeVar

from onrecord import ingest
from onrecord.attribution.channels import set_channels
from onrecord.attribution.setting import set_dates
from onrecord.attribution.statements import find_statements
from onrecord.custody import with_ledger
from onrecord.dates import TimeExpression, find_dates
from onrecord.disputes.finder import find_disputes
from onrecord.disputes.skimming import load_skimmer
from onrecord.entities.resolve import resolve
from onrecord.errors import OnrecordError, UnreadableSource, WrongUsage
from onrecord.events.finder import find_events
from onrecord.ingest import Options, Source
from onrecord.language.comparer import load_comparer
from onrecord.language.meaning import vectors_of
from onrecord.language.reader import Analysis, analyse, load_reader, model_digest
from onrecord.model import Document, PartialDate, ReadBy, Record, Skipped, Term

Given = TypeVar("Given")
Made = TypeVar("Made")

_DAY = len("2018-08-27")
"""How much of a value of time is the date; the hour of a statement is not kept."""

_AHEAD = 4
"""How many sources per process are in flight; more would only hold memory."""


def read_document(document: Document) -> Record:
    """Return the record of a document. The same document gives the same record, always."""
    return read_closely(document)[0]


def read_closely(document: Document) -> tuple[Record, Analysis]:
    """Return the record of a document, and the analysis that it was made from."""
    reader = load_reader()
    analysis = analyse(document.text, reader)
    statements = find_statements(analysis, document.id, reader)
    statements, entities = resolve(analysis, statements, document.id)
    times = find_dates(document.text, document.published)
    statements = set_dates(statements, list(_days_of(times, document.published)), analysis.words)
    statements = set_channels(statements, entities, analysis.words)
    events, entities = find_events(analysis, statements, entities, _dates(times), _lengths(times), document.id)
    read_by = ReadBy(version("onrecord"), model_digest())
    record = Record(document, tuple(statements), tuple(entities), read_by, tuple(events))
    vectors = vectors_of(analysis, [statement.content for statement in statements])
    disputes = find_disputes(record, analysis, vectors, load_comparer(), load_skimmer())
    return replace(with_ledger(record), disputes=tuple(disputes)), analysis


def _days_of(times: Sequence[TimeExpression], published: str | None) -> Iterator[PartialDate]:
    """Yield the dates on which something may have been said: single ones, not after publication."""
    for when in _dates(times):
        said_on = PartialDate(when.value[:_DAY], when.passage)
        if published is None or said_on.begin <= published or said_on.value.startswith(published):
            yield said_on


def _dates(times: Sequence[TimeExpression]) -> list[PartialDate]:
    """Return the dates among times, as precise as they are known."""
    dated = ((t.value or "", t) for t in times if t.kind in ("date", "time"))
    found = [PartialDate(value, t.passage) for value, t in dated if value[:1].isdigit() and "/" not in value]
    # Of "June 23 last year" the coarser is left out.
    return [
        when
        for k, when in enumerate(found)
        if not any(
            0 <= when.passage.start - other.passage.end <= 2 and other.value.startswith(when.value)
            for other in found[max(0, k - 1) : k]
        )
    ]


def _lengths(times: Sequence[TimeExpression]) -> list[Term]:
    """Return the lengths of time among times that are known."""
    lasting = ((t.value or "", t) for t in times if t.kind == "duration")
    return [
        Term(value, t.passage) for value, t in lasting if value[:1] == "P" and "X" not in value and "T" not in value
    ]


def read_source(source: Source, options: Options) -> Record:
    """Return the record of a file, `-` (standard input), an address or an Item; raise UnreadableSource."""
    return read_document(open_source(source, options))


def open_source(source: Source, options: Options) -> Document:
    """Return the document of a source, as the options say; raise UnreadableSource."""
    return ingest.open_source(source, kind=options.kind, published=options.published)


def read_sources(sources: Iterable[Source], options: Options, *, jobs: int = 1) -> Iterator[Record | Skipped]:
    """Yield a record for each source, in the order of the sources; a Skipped where one fails.

    Folders, archives, crawls, JSON lines and feeds stand for the articles in them. With `jobs` over 1 that many
    processes read.
    """
    check_options(options, jobs)
    read = partial(read_source, options=options)
    for _, item in map_sources(read, ingest.find_sources(sources, options), jobs=jobs):
        yield item


def check_options(options: Options, jobs: int) -> None:
    """Raise WrongUsage where sources cannot be read so."""
    if jobs < 1:
        raise WrongUsage(f"jobs is {jobs}: it takes a whole number from 1 (here {os.cpu_count()} cores)")
    if options.published is not None:
        ingest.check_date(options.published)


def map_sources(
    work: Callable[[Given], Made], sources: Iterable[Given | Skipped], *, jobs: int = 1
) -> Iterator[tuple[Given | Skipped, Made | Skipped]]:
    """Yield each source with what `work` makes of it, in order; a Skipped where it fails, or is one.

    With `jobs` over 1 that many processes work: `work` and the sources are then pickled.
    """
    if jobs == 1:
        yield from ((source, _work_or_skip(work, source)) for source in sources)
    else:
        yield from _work_in_processes(work, iter(sources), jobs)


def _work_or_skip(work: Callable[[Given], Made], source: Given | Skipped) -> Made | Skipped:
    if isinstance(source, Skipped):
        return source
    try:
        return work(source)
    except UnreadableSource as error:
        return Skipped(error.name, str(error))
    except OnrecordError:  # nothing that another article would mend
        raise
    except Exception as error:  # a slip of ours on one article must not lose the others
        reason = f"{source}: onrecord failed on it ({type(error).__name__}: {error}). Please report it."
        return Skipped(str(source), " ".join(reason.split()))


def _work_in_processes(
    work: Callable[[Given], Made], sources: Iterator[Given | Skipped], jobs: int
) -> Iterator[tuple[Given | Skipped, Made | Skipped]]:
    load_reader()  # so that a model that cannot be loaded is said once, here
    waiting: deque[Given | Skipped] = deque()
    broken = True
    while broken:
        with _open_pool(jobs) as pool:
            # What was in flight when a pool broke is worked on again by the next one.
            futures = deque(pool.submit(_work_or_skip, work, source) for source in waiting)
            try:
                for source in sources:
                    waiting.append(source)
                    futures.append(pool.submit(_work_or_skip, work, source))
                    if len(waiting) >= jobs * _AHEAD:
                        made = futures.popleft().result()
                        yield waiting.popleft(), made
                while waiting:
                    made = futures.popleft().result()
                    yield waiting.popleft(), made
                broken = False
            except BrokenProcessPool:
                yield waiting[0], _lost(waiting.popleft())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _open_pool(jobs: int) -> ProcessPoolExecutor:
    # Processes are spawned, not forked: a fork copies locks that onnxruntime's threads may hold.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare_worker)


def _prepare_worker() -> None:
    """Load the model; this process is to end with its parent, and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_reader()


def _end_with_parent() -> None:
    # A worker waits for work in a pipe of which it holds both ends: of a parent that was killed it hears nothing.
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _lost(source: object) -> Skipped:
    reason = f"{source}: a process was ended from outside while it was read (memory?). Read it again with fewer jobs."
    return Skipped(str(source), reason)
