"""The ledger as rows: one for each step, one for each person, with the words of the articles.

`make_ledgers` gives a `Ledger` for everybody, `step_rows` a row for each step of one, and `case_row` one row: arrest,
charge, sentence and release side by side, as documenters keep them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from onrecord.custody import Step, Told, expected_end, fold_steps, steps, told_of
from onrecord.identity import Identity
from onrecord.model import FACTS, Custody, Document, Event, EventType, Note, Record, Reference
from onrecord.wording import describe_note, describe_step, describe_term, outlet_of

Row: TypeAlias = dict[str, Any]

_LAW = re.compile(r"\b(?:[Aa]rticles?|[Ss]ections?|§) ?\d|\b(?:Act|Code|Law|Ordinance|Decree)\b")
"""How an offence reads that names the law: "under Article 453", "breaking the Press Act"."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Somebody's ledger: the name, the steps in order, and what follows from them."""

    name: str
    custody: Custody
    steps: tuple[Step, ...]

    @property
    def notes(self) -> list[str]:
        """What a reader should know, in plain words; what rests on one and the same party is told in one line."""
        parties: defaultdict[str, list[str]] = defaultdict(list)
        notes = [note for note in self.custody.notes if note.kind != "one_party"]
        for note in self.custody.notes:
            if note.kind == "one_party":
                parties[note.what] += note.events
        notes += [Note("one_party", tuple(events), party) for party, events in parties.items()]
        return [describe_note(note, self.steps) for note in notes]


def make_ledgers(told: Iterable[Told], names: Mapping[str, str], *, today: str | None = None) -> list[Ledger]:
    """Return everybody's ledger, in the order in which they are first told of; `names` are theirs by id."""
    return [Ledger(names.get(found[0].who, found[0].who), fold_steps(found, today), found) for found in steps(told)]


def ledgers_of(record: Record) -> list[Ledger]:
    """Return everybody's ledger in one article, as of its day."""
    names = {entity.id: entity.called for entity in record.entities}
    return make_ledgers(told_of(record), names, today=record.document.published)


STEP_NAMES = (
    "who", "name", "status", "step", "date", "what", "type", "modality", "term", "suspended", "for", "by", "place",
    "according_to", "words", "confidence", "events", "documents", "sources", "notes",
)  # fmt: skip
"""The names of a step's row."""
CASE_NAMES = (
    "who", "name", "status", "arrest_date", "charge", "charge_date", "law", "sentence", "sentence_date", "term",
    "start", "expected_end", "acquittal_date", "pardon_date", "release_date", "notes", "sources", "events",
)  # fmt: skip
"""The names of a case's row."""


def step_rows(ledger: Ledger) -> list[Row]:
    """Return a row for each step, in order, with the words of the article that tells it most precisely."""
    notes: defaultdict[str, list[str]] = defaultdict(list)
    for note in ledger.custody.notes:
        words = describe_note(note, ledger.steps)
        for event in note.events:
            notes[event].append(words)
    return [_step_row(ledger, number, step, notes) for number, step in enumerate(ledger.steps, start=1)]


def _step_row(ledger: Ledger, number: int, step: Step, notes: Mapping[str, Sequence[str]]) -> Row:
    first = step.told[0]
    return {
        "who": ledger.custody.who,
        "name": ledger.name,
        "status": ledger.custody.status,
        "step": number,
        "date": step.date,
        "what": describe_step(step.type, step.modality),
        "type": step.type,
        "modality": step.modality,
        "term": step.term,
        "suspended": step.suspended,
        "for": step.offence,
        "by": _first(step, "by"),
        "place": _first(step, "place"),
        "according_to": sorted({told.reporter for told in step.told if told.reporter}),
        "words": words_of(first.event, first.document),
        "confidence": max(told.event.confidence for told in step.told),
        "events": list(step.events),
        "documents": [told.article for told in step.told],
        "sources": sources_of([step]),
        "notes": list(dict.fromkeys(words for event in step.events for words in notes.get(event, ()))),
    }


def event_row(told: Told, who: Identity) -> Row:
    """Return an event as one row, as a store lists it: with who it happens to and the words of its article."""
    event, document = told.event, told.document
    return {
        "id": event.id,
        "day": event.date.begin if event.date else None,
        "date": event.date.value if event.date else None,
        "published": document.published,
        "publisher": document.publisher,
        "called": who.called,
        "who": event.who,
        "type": event.type,
        "modality": event.modality,
        "term": event.term.value if event.term else None,
        "suspended": event.term.suspended if event.term else False,
        "for": told.offence,
        "by": line_of(document, event.authority),
        "place": line_of(document, event.place),
        "trigger": document.slice(event.triggers[0]),
        "sentence": words_of(event, document),
        "reported_in": event.reported_in,
        "confidence": event.confidence,
        "review": event.review.verdict if event.review else None,
        "document": document.id,
        "title": document.title,
        "url": document.url,
        "name": document.name,
        "said_by": told.reporter,
        "identity": who.id,
    }


def case_row(ledger: Ledger) -> Row:
    """Return somebody's case as one row: what happened alone counts, the latest of each type."""
    facts = {step.type: step for step in ledger.steps if step.modality in FACTS}
    held = _first_of(facts, "sentence", "imprisonment")
    begun = _first_of(facts, "arrest", "detention")
    mercy = _first_of(facts, "pardon", "amnesty", "commutation")
    charge, release = facts.get("charge"), _first_of(facts, "release", "bail")
    if begun and release and ledger.steps.index(release) < ledger.steps.index(begun):
        release = None  # of an earlier time
    termed = next((step for step in (held, begun) if step and step.term), held)
    offences = dict.fromkeys(step.offence for step in ledger.steps if step.offence and step.type in _ACCUSING)
    cleared = _is_after(ledger, facts.get("acquittal"), held)
    return {
        "who": ledger.custody.who,
        "name": ledger.name,
        "status": ledger.custody.status,
        "arrest_date": begun.date if begun else None,
        "charge": (charge.offence if charge else None) or next(iter(offences), None),
        "charge_date": charge.date if charge else None,
        "law": next((words for words in offences if _LAW.search(words)), None),
        "sentence": describe_term(held.term, suspended=held.suspended) if held and held.term else None,
        "sentence_date": facts["sentence"].date if "sentence" in facts else None,
        "term": termed.term if termed else None,
        "start": (termed.date if termed else None) or (begun.date if begun and termed else None),
        "expected_end": expected_end(termed, ledger.steps) if termed and not cleared else None,
        "acquittal_date": facts["acquittal"].date if "acquittal" in facts else None,
        "pardon_date": mercy.date if mercy else None,
        "release_date": release.date if release else None,
        "notes": ledger.notes,
        "sources": sources_of(ledger.steps),
        "events": list(ledger.custody.events),
    }


_ACCUSING: tuple[EventType, ...] = (
    "arrest", "detention", "charge", "trial", "conviction", "sentence", "imprisonment",
)  # fmt: skip
"""Types that are for an offence; a release may be for good behaviour."""


def _is_after(ledger: Ledger, step: Step | None, other: Step | None) -> bool:
    return step is not None and other is not None and ledger.steps.index(step) > ledger.steps.index(other)


def _first_of(facts: Mapping[EventType, Step], *types: EventType) -> Step | None:
    """Return the step of the first of some types that happened."""
    return next((facts[one] for one in types if one in facts), None)


def words_of(event: Event, document: Document) -> str:
    """Return the sentence that tells an event most clearly, on one line."""
    return " ".join(document.slice(event.sentences[0]).split())


def sources_of(found: Sequence[Step]) -> list[str]:
    """Return the articles that tell some steps, by address where one is known, else by outlet and day."""
    return list(dict.fromkeys(t.document.url or outlet_of(t.document) for step in found for t in step.told))


def _first(step: Step, part: str) -> str | None:
    """Return who acted, or the place, in the words of the first that tells."""
    for told in step.told:
        words = line_of(told.document, told.event.authority if part == "by" else told.event.place)
        if words:
            return words
    return None


def line_of(document: Document, reference: Reference | None) -> str | None:
    """Return the words of a reference on one line, None where there is none."""
    return " ".join(document.slice(reference.passage).split()) if reference else None
