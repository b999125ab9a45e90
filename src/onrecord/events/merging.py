"""From what sentences tell to events: what is told of one step several times is one event with all its passages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from onrecord.custody import are_compatible
from onrecord.events.details import Details
from onrecord.events.people import Cast
from onrecord.events.triggers import Phrase
from onrecord.model import UNSURE, Entity, Event, EventType, Modality, Passage, Statement, make_id

_NEAR = 60
"""Characters between two sentences of which the second names the members of a group."""
_OF_MEMBER = 0.1
"""How much less sure it is that what happened to a group happened to a member."""
_YEARS = re.compile(r"P(\d+)Y(?:(\d+)M)?")


@dataclass(frozen=True, slots=True)
class Found:
    """What one sentence tells of one step of one person.

    `again` says that the step is taken once more, `hedged` that a phrase of the sentence makes it a rumour or a hoax,
    `ordered` that it is what somebody in power ordered, `headline` that a headline tells it.
    """

    type: EventType
    who: str
    modality: Modality
    trigger: Passage
    sentence: Passage
    confidence: float
    details: Details
    phrase: Phrase
    again: bool = False
    hedged: bool = False
    ordered: bool = False
    headline: bool = False

    @property
    def real(self) -> bool:
        """Whether the step is taken, or the state goes on."""
        return self.modality in ("happened", "ongoing")

    @property
    def standing(self) -> str:
        """What of the modality tells steps apart: a state that goes on has happened."""
        return "real" if self.real else self.modality


@dataclass(slots=True)
class _Step:
    """All that is found of one step; `dates` and `terms` are the different ones."""

    found: list[Found] = field(default_factory=list)
    dates: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)
    again: set[bool] = field(default_factory=set)

    def takes(self, one: Found) -> bool:
        """Tell whether what a sentence tells may be told of this step."""
        date, term = one.details.date, one.details.term
        once_more = self.again != {one.again} and (date is not None or bool(self.dates))
        fits = date is None or all(are_compatible(date.value, other) for other in self.dates)
        return fits and not once_more and (term is None or self.terms <= {months(term.value)})

    def add(self, one: Found) -> None:
        """Take what a sentence tells."""
        self.found.append(one)
        self.again.add(one.again)
        if one.details.date is not None:
            self.dates.add(one.details.date.value)
        if one.details.term is not None:
            self.terms.add(months(one.details.term.value))


def make_events(
    found: Iterable[Found], statements: Sequence[Statement], cast: Cast, entities: Sequence[Entity], document_id: str
) -> tuple[list[Event], list[Entity]]:
    """Return the events in the order of the text, and the entities with those that only events have."""
    named = [replace(f, who=cast.same_as.get(f.who, f.who)) for f in found]
    told = [f for f in named if not cast.is_only_in_headlines(f.who)]
    told = _at_place(told)
    told = _with_date_of_group(told, cast) + _of_members(told, cast)
    steps = _without_doubles(_steps(told))
    events = [_event(step.found, statements, document_id) for step in _over(steps)]
    known, used = {e.id for e in entities}, {e.who for e in events}
    fresh = {p.entity.id: p.entity for p in cast.affected if p.entity.id in used - known}
    return sorted(events, key=lambda e: (e.triggers[0], e.type, e.who)), [*entities, *fresh.values()]


def _at_place(told: Sequence[Found]) -> list[Found]:
    """Return what is told, imprisonment of those who are held or tried but not known to be guilty as detention."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for one in told:
        if one.real or one.type == "bail":
            known[one.who].add(one.type)
    return [replace(one, type="detention") if _awaits(one, known[one.who]) else one for one in told]


def _awaits(one: Found, known: set[str]) -> bool:
    if one.type != "imprisonment" or one.details.term is not None or known & {"sentence", "conviction"}:
        return False
    return bool(known & {"arrest", "charge", "trial", "detention", "bail"})


def _with_date_of_group(told: Sequence[Found], cast: Cast) -> list[Found]:
    """Return what is told, a step of a member that has no date with that of the same step of the group."""
    groups = {person.entity.id: group for group, people in cast.members_of.items() for person, _ in people}
    dates = {(f.type, f.who): f.details.date for f in told if f.details.date is not None and f.real}
    dated = []
    for one in told:
        date = dates.get((one.type, groups.get(one.who, ""))) if one.real and one.details.date is None else None
        dated.append(replace(one, details=replace(one.details, date=date)) if date is not None else one)
    return dated


def _of_members(told: Sequence[Found], cast: Cast) -> list[Found]:
    """Return what happened to those whom the next sentence names as members of a group, from what happened to it."""
    known = {(f.type, f.who) for f in told}
    return [
        replace(f, who=person.entity.id, confidence=round(f.confidence - _OF_MEMBER, 2))
        for f in told
        for person, named_at in cast.members_of.get(f.who, ())
        if f.real and f.sentence.start <= named_at < f.sentence.end + _NEAR and (f.type, person.entity.id) not in known
    ]


def _steps(told: Iterable[Found]) -> list[_Step]:
    """Return the steps of all people, each with what is told of it."""
    steps: defaultdict[tuple[str, str, str], list[_Step]] = defaultdict(list)
    for one in told:
        alike = steps[one.type, one.who, one.standing]
        step = next((s for s in alike if s.takes(one)), None)
        if step is None:
            step = _Step()
            alike.append(step)
        step.add(one)
    return [step for alike in steps.values() for step in alike]


def _without_doubles(steps: Sequence[_Step]) -> list[_Step]:
    """Return the steps without those that only say in other words, or as a rumour, what another says."""
    kept: list[_Step] = []
    hoaxes = {(f.type, f.who) for s in steps for f in s.found if f.hedged and f.modality == "negated"}
    of_who: defaultdict[tuple[str, str], list[_Step]] = defaultdict(list)
    for step in steps:
        if step.found[0].real:
            of_who[step.found[0].type, step.found[0].who].append(step)
    for step in steps:
        first = step.found[0]
        seized = all(f.modality == "happened" and f.details.term is None for f in step.found)
        arrest = _alike(of_who["arrest", first.who], step) if first.type == "detention" and seized else None
        if arrest is not None:  # both words for one seizure
            for one in step.found:
                arrest.add(replace(one, type="arrest"))
        elif first.modality == "happened" and (first.type, first.who) in hoaxes:
            continue
        elif not (first.ordered and _alike(of_who[first.type, first.who], step)):  # an order beside what it led to
            kept.append(step)
    return kept


def _alike(steps: Iterable[_Step], step: _Step) -> _Step | None:
    """Return the first step that a date does not tell from another one."""
    return next((s for s in steps if all(are_compatible(a, b) for a in s.dates for b in step.dates)), None)


def _over(steps: Sequence[_Step]) -> list[_Step]:
    """Return the steps as they stand at the end: what somebody was let out of is over."""
    freed = {"release", "escape"}
    out = {s.found[0].who for s in steps if s.found[0].type in freed and any(f.modality == "happened" for f in s.found)}
    for step in steps:
        first = step.found[0]
        if first.who in out and first.type in ("imprisonment", "detention", "house_arrest") and first.real:
            step.found = [replace(f, modality="happened") for f in step.found]
    return list(steps)


def _event(found: Sequence[Found], statements: Sequence[Statement], document_id: str) -> Event:
    """Return the event of a step; the clearest of what tells of it comes first."""
    best = max(found, key=_clearness)
    ordered = [best, *sorted((f for f in found if f is not best), key=lambda f: f.trigger)]
    dates = [f.details.date for f in ordered if f.details.date is not None]
    return Event(
        id=make_id("ev", document_id, best.type, best.who, best.standing, *best.trigger),
        type=best.type,
        who=best.who,
        modality="ongoing" if any(f.modality == "ongoing" for f in found) else best.modality,
        triggers=tuple(f.trigger for f in ordered),
        sentences=tuple(f.sentence for f in ordered),
        confidence=max(f.confidence for f in found),
        date=max(dates, key=lambda date: len(date.value), default=None),
        term=next((f.details.term for f in ordered if f.details.term is not None), None),
        offence=next((f.details.offence for f in ordered if f.details.offence is not None), None),
        authority=next((f.details.authority for f in ordered if f.details.authority is not None), None),
        place=next((f.details.place for f in ordered if f.details.place is not None), None),
        reported_in=_reported_in(ordered, statements),
    )


def _clearness(one: Found) -> tuple[object, ...]:
    details = one.details
    return (
        not one.headline,
        one.phrase == "verb",
        details.date is not None,
        details.term is not None,
        one.confidence,
        -one.trigger.start,
    )


def _reported_in(found: Iterable[Found], statements: Sequence[Statement]) -> str | None:
    """Return the statement in which a step is told, None where the article tells it itself, or several people do.

    It is the innermost. A statement that is more likely wrong than right does not take a step out of the article's
    own mouth.
    """
    told: list[Statement] = []
    for one in found:
        inside = [s for s in statements if s.confidence >= UNSURE and _holds(s, one.trigger)]
        if not inside:
            return None
        told.append(min(inside, key=lambda s: (sum(end - start for start, end in s.content), s.id)))
    return told[0].id if len({statement.speaker for statement in told}) == 1 else None


def _holds(statement: Statement, passage: Passage) -> bool:
    return any(start <= passage.start and passage.end <= end for start, end in statement.content)


def months(term: str) -> str:
    """Return a term with its years as months, so that P40M and P3Y4M are one.

    >>> months("P3Y4M")
    'P40M'
    """
    return _YEARS.sub(lambda m: f"P{int(m[1]) * 12 + int(m[2] or 0)}M", term)
