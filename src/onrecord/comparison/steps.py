"""What happened to whom, as each article of a story has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter

from onrecord.comparison.story import Story, Version, without_leading
from onrecord.custody import Step, Told, told_of
from onrecord.dates.numbers import read_number
from onrecord.ledger import Ledger, make_ledgers, words_of
from onrecord.model import EventType
from onrecord.store.asking import Row
from onrecord.wording import describe_step

_ALIKE: Mapping[EventType, EventType] = {"detention": "arrest"}
"""Types of events that one article tells where another tells the other: whom police detained they arrested."""


def event_rows(story: Story, least: float) -> Iterator[Row]:
    """Yield a row for each step of somebody's case: what each article gives of it, and in what they differ."""
    told: list[Told] = []
    original: dict[str, tuple[int, Told]] = {}
    for at, version in enumerate(story.versions):
        for one in told_of(version.record):
            if one.event.confidence >= least:
                original[one.event.id] = at, one
                kind = _ALIKE.get(one.event.type, one.event.type)
                who = version.who.get(one.event.who, one.event.who)
                told.append(replace(one, event=replace(one.event, type=kind, who=who)))
    for ledger in make_ledgers(told, story.names):
        for steps, differs in _accounts(ledger):
            found = sorted((original[event] for step in steps for event in step.events), key=itemgetter(0))
            rows = [_told_row(story.versions[at], one) for at, one in found]
            called = dict.fromkeys(row["called"] for row in rows)
            numbers = {_number_in(name) for name in called} - {None}
            yield {
                "what": "event",
                "name": story.names.get(ledger.custody.who) or next(iter(called)),
                "who": ledger.custody.who,
                "type": steps[0].type,
                "modality": steps[0].modality,
                "told": rows,
                "left_out_by": story.silent(rows),
                "differs": [*differs, *(["number"] if len(numbers) > 1 else [])],
            }


def _accounts(ledger: Ledger) -> Iterator[tuple[list[Step], list[str]]]:
    """Yield each step of a ledger; those together that look like accounts of one, with what they give differently."""
    groups = [[k] for k in range(len(ledger.steps))]
    differs: defaultdict[int, list[str]] = defaultdict(list)
    for note in ledger.custody.notes:
        meant = [k for k, step in enumerate(ledger.steps) if not set(note.events).isdisjoint(step.events)]
        if note.kind != "conflict" or len(frozenset().union(*(ledger.steps[k].documents for k in meant))) < 2:
            continue
        joined = sorted({k for one in meant for k in groups[one]})
        for k in joined:
            groups[k] = joined
        differs[meant[0]].append(note.what)
    for k, group in enumerate(groups):
        if group[0] == k:
            what = dict.fromkeys(what for one in group for what in differs[one])
            yield [ledger.steps[one] for one in group], list(what)


def _told_row(version: Version, told: Told) -> Row:
    event = told.event
    return {
        "article": version.label,
        "document": version.id,
        "event": event.id,
        "called": version.called.get(event.who, event.who),
        "step": describe_step(event.type, event.modality),
        "date": event.date.value if event.date else None,
        "term": event.term.value if event.term else None,
        "suspended": event.term.suspended if event.term else False,
        "according_to": told.reporter,
        "words": words_of(event, told.document),
        "at": [list(event.sentences[0])],
        "confidence": event.confidence,
    }


def _number_in(name: str) -> float | None:
    """Return the number that a name begins with: 14 of "14 activists"."""
    words = without_leading(name).split()
    return read_number(words[0].split("-")) if words else None
