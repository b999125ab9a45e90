"""The ledger: what happened to somebody, by the events of one or many articles, in order, and the status that follows.

    told_of(record)      the events of a record, each with what is known of who tells it
    with_ledger(record)  the record with its ledger made anew
    steps(told)          the same step told twice is one; in order, for everybody apart
    fold_steps(found)    a `Custody` of one person's steps: status, order, and notes on what is doubtful
    fold(told)           a `Custody` for everybody: both in one

It is a plain fold over values. What follows from which step stands in `data/custody.toml`.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, TypeAlias, cast

from onrecord.model import FACTS, Custody, CustodyStatus, Document, Event, EventType, Modality, Note, Record

PRECEDENCE: tuple[CustodyStatus, ...] = (
    "dead", "dissolved", "imprisoned", "exiled", "on_trial", "charged", "detained", "banned", "convicted", "free",
    "unknown",
)  # fmt: skip
"""Of several statuses that hold, the first is the one that is told."""

NOBODY = "somebody who is not named"
"""Stands for who tells a step where the statement that tells it names no holder."""

_OPEN: tuple[Modality, ...] = ("planned", "requested", "denied", "conditional")
"""What has not come about when it is told: without a date, it stands at the day of its article."""
_PRESUMING: tuple[Modality, ...] = ("planned", "requested", "denied")
_NOT: tuple[Modality, ...] = ("negated",)

_VERDICTS: tuple[EventType, ...] = ("conviction", "sentence")

_YEAR = 366
_ACCOUNTS_APART = 31
"""Days between two dates of one type up to which they are taken for two accounts of one step."""

_MONTH = len("2018-08")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DURATION = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T.*)?")
_DAYS_IN_MONTH = 365.25 / 12

Held: TypeAlias = dict[CustodyStatus, "Step"]


@dataclass(frozen=True)
class Told:
    """An event, the document that tells of it, and who tells it there: None where the article itself does."""

    event: Event
    document: Document
    reporter: str | None = None

    @cached_property
    def article(self) -> str:
        """The id of the document: it is made from all of its text, so it is remembered."""
        return self.document.id

    @cached_property
    def offence(self) -> str | None:
        """What it is for, in the text's words."""
        return self.document.slice(self.event.offence) if self.event.offence else None

    @cached_property
    def key(self) -> tuple[str, str, int, str]:
        """What puts events in an order that does not depend on how they came: article by article, as one reads."""
        return self.document.published or "", self.article, self.event.triggers[0].start, self.event.id


@dataclass(frozen=True)
class Step:
    """One step in somebody's case, and all that tell of it: the one with the most precise date first.

    What follows from them is remembered: whoever puts steps in order asks for it many times.
    """

    told: tuple[Told, ...]

    @cached_property
    def who(self) -> str:
        """The id of whom it happens to."""
        return self.told[0].event.who

    @cached_property
    def type(self) -> EventType:
        """What happens."""
        return self.told[0].event.type

    @cached_property
    def modality(self) -> Modality:
        """Whether it happened, as the latest article has it."""
        latest = max(self.told, key=lambda told: (told.document.published or "", told.event.modality == "ongoing"))
        return latest.event.modality

    @cached_property
    def date(self) -> str | None:
        """The most precise date that is told."""
        return next((told.event.date.value for told in self.told if told.event.date), None)

    @cached_property
    def begin(self) -> str | None:
        """What of the date can be compared: a day, a month or a year."""
        return next((told.event.date.begin for told in self.told if told.event.date), None)

    @cached_property
    def term(self) -> str | None:
        """How long it is to last."""
        return next((told.event.term.value for told in self.told if told.event.term), None)

    @cached_property
    def suspended(self) -> bool:
        """Whether the term is suspended."""
        return any(told.event.term.suspended for told in self.told if told.event.term)

    @cached_property
    def offence(self) -> str | None:
        """What it is for, in the words of the first that tells."""
        return next((told.offence for told in self.told if told.offence), None)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The ids of its events."""
        return tuple(told.event.id for told in self.told)

    @cached_property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day that it can have been, counted from the year 1; None where no date tells."""
        first, last = first_day(self.begin or ""), last_day(self.begin or "")
        return (first.toordinal(), last.toordinal()) if first and last else None

    @cached_property
    def documents(self) -> frozenset[str]:
        """The ids of the articles that tell it."""
        return frozenset(told.article for told in self.told)

    @cached_property
    def first_told(self) -> str:
        """When it was first told, as far as that is known."""
        return min(told.document.published or "" for told in self.told)

    @cached_property
    def last_told(self) -> str:
        """When it was last told, as far as that is known."""
        return max(told.document.published or "" for told in self.told)

    @cached_property
    def key(self) -> tuple[str, str, int, str]:
        """What puts steps that nothing else orders in an order."""
        return min(told.key for told in self.told)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from one type of step: a table of `data/custody.toml`, whose head says what is what."""

    rank: int
    gives: tuple[CustodyStatus, ...] = ()
    happened: tuple[CustodyStatus, ...] | None = None
    ends: tuple[CustodyStatus, ...] = ()
    served: tuple[CustodyStatus, ...] = ()
    presumes: CustodyStatus | None = None
    needs: tuple[EventType, ...] = ()
    state: bool = False
    once: bool = False
    custody: bool = False


@cache
def consequences() -> Mapping[EventType, Consequence]:
    """Return what follows from each type of step, in the natural order of the steps."""
    text = (resources.files("onrecord") / "data" / "custody.toml").read_text(encoding="utf-8")
    return {
        cast(EventType, kind): Consequence(rank, **{name: _frozen(value) for name, value in table.items()})
        for rank, (kind, table) in enumerate(tomllib.loads(text).items())
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_PRONOUNS = frozenset({"who", "which", "that", "he", "she", "they", "it", "we", "i"})
"""What a holder may be called whom nothing else names."""


def told_of(record: Record) -> list[Told]:
    """Return the events of a record, each with the document and who tells it there."""
    names = {e.id: e.called for e in record.entities if e.name or (e.label or "").casefold() not in _PRONOUNS}
    reporters = {
        statement.id: names.get(statement.speaker or "") or record.document.slice(statement.source) or NOBODY
        for statement in record.statements
    }
    return [
        Told(event, record.document, reporters.get(event.reported_in, NOBODY) if event.reported_in else None)
        for event in record.events
    ]


def with_ledger(record: Record) -> Record:
    """Return a record with the ledger that follows from its events, as of the day of its article."""
    return replace(record, custody=tuple(fold(told_of(record), today=record.document.published)))


def fold(told: Iterable[Told], *, today: str | None = None) -> list[Custody]:
    """Return the ledger of everybody to whom something happened, in the order in which they are first told of.

    Events of several articles must have one id in `who` for one person. A term has run out where it ended before
    `today` (ISO 8601); without it, none has. The order of what is told does not matter.
    """
    return [fold_steps(found, today) for found in steps(told)]


def steps(told: Iterable[Told]) -> list[tuple[Step, ...]]:
    """Return the steps of everybody, each in order; who is first told of comes first.

    What two articles tell of the same person is one step where type, modality, date and term do not contradict
    one another. Two events of one article are always two: who read it has joined what it tells twice.
    """
    theirs: defaultdict[str, dict[tuple[str, str], Told]] = defaultdict(dict)
    for one in told:
        theirs[one.event.who][one.article, one.event.id] = one
    found = [_in_order(_join_accounts(some.values())) for some in theirs.values()]
    return sorted(found, key=lambda some: min(step.key for step in some))


def fold_steps(found: Sequence[Step], today: str | None = None) -> Custody:
    """Return the ledger that follows from somebody's steps, in the order that `steps` gives them."""
    held = _statuses(found)
    status: CustodyStatus = next((known for known in PRECEDENCE if known in held), "unknown")
    because = held[status].events[0] if status in held else None
    notes = (*_gaps(found), *_run_out(found, held, today), *_conflicts(found), *_one_party(found))
    events = tuple(dict.fromkeys(event for step in found for event in step.events))
    return Custody(found[0].who, status, events, because, notes)


# --- the same step, told twice ------------------------------------------------------------


@dataclass(slots=True)
class _Accounts:
    """What is told of one step so far."""

    told: list[Told] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)

    def take(self, one: Told) -> None:
        """Let an event be told of this step."""
        self.told.append(one)
        self.documents.add(one.article)
        if one.event.term:
            self.terms.add(one.event.term.value)

    def can_take(self, one: Told) -> bool:
        """Tell whether an event of this type, modality and time can be this step: by the article and the term."""
        term = one.event.term
        return one.article not in self.documents and (
            term is None or all(terms_agree(term.value, other) for other in self.terms)
        )


def _join_accounts(told: Iterable[Told]) -> list[Step]:
    """Return the steps: what is told most precisely begins one, the rest joins the latest that it can be."""
    groups: list[_Accounts] = []
    # The first of a group is the most precise: who comes later fits all of them in time where its date begins as that
    # one's does. So each group stands under every beginning of its date.
    by_time: defaultdict[tuple[EventType, Modality, str], list[_Accounts]] = defaultdict(list)
    for one in sorted(told, key=_precise_first):
        modality: Modality = "happened" if one.event.modality in FACTS else one.event.modality
        kind, begin = (one.event.type, modality), _begin(one)
        fitting = [group for group in by_time[(*kind, begin)] if group.can_take(one)]
        if fitting:
            max(fitting, key=lambda group: _begin(group.told[0])).take(one)
            continue
        group = _Accounts()
        group.take(one)
        groups.append(group)
        for length in range(len(begin) + 1):
            by_time[(*kind, begin[:length])].append(group)
    return [Step(tuple(group.told)) for group in groups]


def _precise_first(told: Told) -> tuple[object, ...]:
    begin = _begin(told)
    return -len(begin), begin, told.event.term is None, told.key


def _begin(told: Told) -> str:
    return told.event.date.begin if told.event.date else ""


def are_compatible(one: str, other: str) -> bool:
    """Tell whether two dates can be one: equal as far as both are known; "" is not known."""
    return one.startswith(other) or other.startswith(one)


def terms_agree(one: str, other: str) -> bool:
    """Tell whether two terms can be one: equal when counted in months, or one inside the range of the other."""
    if one == other:
        return True
    a, b = _months(one), _months(other)
    if not a or not b:
        return False
    return (b[0] <= a[0] and a[-1] <= b[-1]) or (a[0] <= b[0] and b[-1] <= a[-1])


@lru_cache(maxsize=4096)
def _months(term: str) -> list[float]:
    """Return the bounds of a term in months, nothing for `life` and the like."""
    found = [_DURATION.fullmatch(part) for part in term.split("/")]
    if not all(found):
        return []
    return sorted(round(_count(match)[0] + _count(match)[1] / _DAYS_IN_MONTH, 2) for match in found if match)


def _count(match: re.Match[str]) -> tuple[int, int]:
    """Return the months and the days of a duration."""
    years, months, weeks, days = (int(number or 0) for number in match.groups())
    return years * 12 + months, weeks * 7 + days


# --- the order of the steps ---------------------------------------------------------------


def _in_order(found: Iterable[Step]) -> tuple[Step, ...]:
    """Return steps in order: dated ones by date, the others in the natural order among them.

    The more precise a date, the earlier a step takes its place; one that is known less precisely goes after the last
    step that naturally comes before it, in the time that it can have been.
    """
    ordered: list[Step] = []
    for step in sorted(found, key=_placing):
        ordered.insert(_place(step, ordered), step)
    return tuple(_caught_again(ordered))


def _caught_again(ordered: list[Step]) -> list[Step]:
    """Return steps with an escape that has no date before the one arrest, where it is from a prison that one fled."""
    fled = next((step for step in ordered if step.type == "escape" and not step.begin and step.modality in FACTS), None)
    arrests = [step for step in ordered if step.type == "arrest" and step.modality in FACTS]
    served = any(step.type in _SERVED for step in ordered)
    if fled is None or not served or len(arrests) != 1 or ordered.index(fled) < ordered.index(arrests[0]):
        return ordered
    rest = [step for step in ordered if step is not arrests[0]]
    at = rest.index(fled) + 1
    return [*rest[:at], arrests[0], *rest[at:]]


_SERVED = ("conviction", "sentence", "imprisonment")


def _placing(step: Step) -> tuple[object, ...]:
    begin = step.begin or ""
    return -len(begin), begin, step.modality in _OPEN, _rank(step), step.first_told, step.modality in _NOT, step.key


def _place(step: Step, ordered: Sequence[Step]) -> int:
    begin = step.begin or ""
    backwards = range(len(ordered) - 1, -1, -1)
    if not begin and step.modality in _OPEN:
        told = step.first_told or "9"
        return 1 + next((at for at in backwards if (ordered[at].begin or "") <= told), -1)
    least = 1 + next((at for at in backwards if _is_before(ordered[at], begin)), -1)
    most = next((at for at, other in enumerate(ordered) if _is_after(other, step)), len(ordered))
    within = range(max(least, most) - 1, least - 1, -1)
    return 1 + next((at for at in within if _rank_at(ordered, at) <= _rank(step)), least - 1)


def _is_before(step: Step, begin: str) -> bool:
    """Tell whether a step was certainly before a date."""
    return bool(step.begin and begin and step.begin < begin and not are_compatible(step.begin, begin))


def _is_after(step: Step, other: Step) -> bool:
    """Tell whether a step was certainly after another: after its date, or after the article that told it."""
    if other.begin:
        return bool(step.begin and step.begin > other.begin and not are_compatible(step.begin, other.begin))
    return bool(step.begin and other.first_told and step.begin > other.first_told)


def _rank_at(ordered: Sequence[Step], at: int) -> int:
    """Return where a step stands in the natural order; an arrest after an escape stands where the escape does."""
    caught = at > 0 and (ordered[at - 1].type, ordered[at].type) == ("escape", "arrest")
    return _rank(ordered[at - 1] if caught else ordered[at])


def _rank(step: Step) -> int:
    return consequences()[step.type].rank


# --- the status -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Case:
    """What holds of somebody at one point of the steps, each status with the step that it rests on."""

    held: Held = field(default_factory=dict)
    fled: Held = field(default_factory=dict)
    """What held when somebody escaped: it holds again once they are caught."""

    def take(self, step: Step) -> None:
        """Let a step change what holds."""
        follows = consequences()[step.type]
        if step.modality not in FACTS:
            self._presume(step, follows)
            return
        self._end(step, follows)
        given = follows.gives if step.modality == "ongoing" or follows.happened is None else follows.happened
        for status in given:
            if not (status == "imprisoned" and step.suspended):
                self.held[status] = step
        if step.type == "arrest":
            self.held |= self.fled
            self.fled = {}

    def _presume(self, step: Step, follows: Consequence) -> None:
        if step.modality == "negated":
            for status in follows.gives:
                self.held.pop(status, None)
            if follows.presumes not in ("free", "detained"):  # "without trial" tells of no charge
                return
        if follows.presumes:
            self.held.setdefault(follows.presumes, step)

    def _end(self, step: Step, follows: Consequence) -> None:
        ended = {s: self.held[s] for s in follows.ends if s in self.held and _is_ended(self.held[s], step)}
        if "imprisoned" in ended:
            ended |= {status: self.held[status] for status in follows.served if status in self.held}
        for status in ended:
            del self.held[status]
        if step.type == "escape":
            self.fled = ended


def _is_ended(held: Step, step: Step) -> bool:
    """Tell whether a step ends what rests on another.

    A verdict may clear somebody of one count and convict of another, and a new charge may come the same day: where
    the dates do not part the two, an acquittal ends only what is for the same, as far as the text says what for.
    """
    if step.type != "acquittal" or (held.begin and step.begin and not are_compatible(held.begin, step.begin)):
        return True
    if not held.begin and held.type not in _VERDICTS:  # a charge comes before its verdict, in whatever words
        return True
    return not held.offence or not step.offence or _share(held.offence, step.offence)


def _share(one: str, other: str) -> bool:
    """Tell whether two offences can be the same: all words of one are words of the other."""
    a, b = (set(re.findall(r"\w+", words.casefold())) for words in (one, other))
    return a <= b or b <= a


def _statuses(found: Sequence[Step]) -> Held:
    """Return the statuses that hold after all steps, each with the step that it rests on."""
    case = _Case()
    for step in _by_effect(found):
        case.take(step)
    if not case.held:
        for step in found:
            follows = consequences()[step.type]
            if step.modality == "alleged" and follows.state and follows.gives:
                case.held[follows.gives[0]] = step
    return case.held


def _by_effect(found: Sequence[Step]) -> list[Step]:
    """Return the steps that bear on the status, in the order in which they do.

    What goes on holds on the day of the article that says so, whenever it began. What is presumed held before the
    steps that the same article, or a later one, tells.
    """
    facts = [step for step in found if step.modality in ("happened", *_NOT)]
    placed = [((at, 1, 0), step) for at, step in enumerate(facts)]
    for step in found:
        if step.modality == "ongoing":
            at = max((at for at, fact in enumerate(facts) if not _is_news(fact, step.last_told)), default=-1)
            placed.append(((at, 2, _rank(step)), step))
        elif step.modality in _PRESUMING:
            at = max((at for at, fact in enumerate(facts) if fact.last_told < step.first_told), default=-1)
            placed.append(((at, 3, _rank(step)), step))
    return [step for _, step in sorted(placed, key=lambda pair: pair[0])]


def _is_news(step: Step, day: str) -> bool:
    """Tell whether a step came after a day: by its date, else by when it was first told."""
    if step.begin and day and not are_compatible(step.begin, day):
        return step.begin > day
    return step.first_told > day


# --- notes ----------------------------------------------------------------------------------


def _gaps(found: Sequence[Step]) -> Iterator[Note]:
    """Yield a note for each step that needs one before it which nobody tells."""
    told: set[EventType] = set()
    for step in found:
        needs = consequences()[step.type].needs
        if needs and step.modality in FACTS and told.isdisjoint(needs):
            yield Note("gap", step.events, needs[0])
        if step.modality in (*FACTS, "alleged"):
            told.add(step.type)


def _run_out(found: Sequence[Step], held: Held, today: str | None) -> Iterator[Note]:
    """Yield a note for each term that has ended while what it was for still seems to hold, by no later term."""
    for step in dict.fromkeys(held[status] for status in PRECEDENCE if status in held):
        end = expected_end(step, found)
        if not today or not end:
            continue
        given = set(consequences()[step.type].gives)
        alike = (other for other in found if not given.isdisjoint(consequences()[other.type].gives))
        ends = (expected_end(other, found) for other in alike)
        if all(one < today[: len(one)] for one in ends if one):
            yield Note("run_out", step.events, end)


def expected_end(step: Step, found: Sequence[Step]) -> str | None:
    """Return when the term of a step ends at the latest, as precisely as its beginning is known, None if never.

    It runs from the date of the step. A custody without a date runs from the latest step before it that began one.
    """
    if step.term is None or step.suspended or step.modality not in FACTS:
        return None
    start = step.begin
    if start is None and consequences()[step.type].custody:
        before = found[: found.index(step)] if step in found else ()
        dated = (s.begin for s in reversed(before) if s.begin and consequences()[s.type].custody)
        start = next(dated, None)
    return add_term(start, step.term) if start else None


def add_term(start: str, term: str) -> str | None:
    """Return when a term ends that began on a date, as precise as the date; of a range, the longest.

    None for life, death and indefinite, and outside of the calendar.

    >>> add_term("2016-10", "P2Y6M")
    '2019-04'
    """
    match = _DURATION.fullmatch(term.split("/")[-1])
    last = last_day(start)
    if match is None or last is None:
        return None
    months, days = _count(match)
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    try:
        full = _month_end(year, month + 1)
        end = full.replace(day=min(last.day, full.day)) + timedelta(days=days)
    except (ValueError, OverflowError):  # outside of the calendar
        return None
    return end.isoformat()[: len(start)]


def first_day(value: str) -> date | None:
    """Return the first day that a date can be, None where it tells no year of the calendar."""
    found = _DATE.fullmatch(value)
    return _day(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None


def last_day(value: str) -> date | None:
    """Return the last day that a date can be, None where it tells no year of the calendar."""
    found = _DATE.fullmatch(value)
    if found is None or found[3]:
        return first_day(value)
    first = _day(int(found[1]), int(found[2] or 12), 1)
    return _month_end(first.year, first.month) if first else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _conflicts(found: Sequence[Step]) -> Iterator[Note]:
    """Yield a note for each set of steps that look like accounts of one: each with the one before it, or an earlier."""
    sets: list[tuple[str, list[Step]]] = []
    joined: dict[tuple[int, str], list[Step]] = {}
    earlier: defaultdict[EventType, list[tuple[int, Step]]] = defaultdict(list)
    parting = _parting(found)
    for at, step in enumerate(found):
        for begin, other in reversed(earlier[step.type]):
            what = _differ_in(other, step) if _is_in_reach(other, step) else None
            if what is None or (at, what) in joined:
                continue
            if what == "date" and not consequences()[step.type].once and _is_parted(begin, at, parting[step.type]):
                continue
            if (begin, what) not in joined:
                joined[begin, what] = [other]
                sets.append((what, joined[begin, what]))
            joined[at, what] = joined[begin, what]
            joined[at, what].append(step)
        earlier[step.type].append((at, step))
    for what, some in sets:
        yield Note("conflict", tuple(event for step in some for event in step.events), what)


def _parting(found: Sequence[Step]) -> dict[EventType, list[int]]:
    """Return by type where the steps stand that end what it gives: a release between two arrests parts them."""
    facts = [(at, set(consequences()[step.type].ends)) for at, step in enumerate(found) if step.modality in FACTS]
    return {
        kind: [at for at, ends in facts if not ends.isdisjoint(consequences()[kind].gives)]
        for kind in {step.type for step in found}
    }


def _is_parted(first: int, last: int, parting: Sequence[int]) -> bool:
    at = bisect_right(parting, first)
    return at < len(parting) and parting[at] < last


def _is_in_reach(one: Step, other: Step) -> bool:
    """Tell whether two steps of one type can be accounts of one: by far the most pairs are years apart."""
    if one.days is None or other.days is None or consequences()[one.type].once:
        return True
    return other.days[0] - one.days[1] <= _YEAR and one.days[0] - other.days[1] <= _YEAR


def _differ_in(one: Step, other: Step) -> str | None:
    """Return in what two steps of one type contradict one another, None where they are likely two steps.

    They are two accounts where they stand in the same modality, are not for different things, and either the dates
    agree and the terms do not, or the terms do not contradict one another and the dates are near; or it can be only
    once. That it was and that it was not is a contradiction where two articles tell it of an act.
    """
    follows = consequences()[one.type]
    same_time = are_compatible(one.begin or "", other.begin or "")
    if one.modality != other.modality and not (one.modality in FACTS and other.modality in FACTS):
        denied = "negated" in (one.modality, other.modality) and (one.modality in FACTS or other.modality in FACTS)
        return "modality" if denied and same_time and not follows.state and _are_apart(one, other) else None
    near = same_time or follows.once or _are_near(one, other)
    if not near or (not follows.once and one.offence and other.offence and _are_two(one, other)):
        return None
    terms = not one.term or not other.term or terms_agree(one.term, other.term)
    if same_time:
        return None if terms else "term"
    return "date" if terms or follows.once else None


def _are_two(one: Step, other: Step) -> bool:
    """Tell whether two steps of one article are for different things."""
    return not _share(one.offence or "", other.offence or "") and not _are_apart(one, other)


def _are_apart(one: Step, other: Step) -> bool:
    return one.documents.isdisjoint(other.documents)


def _are_near(one: Step, other: Step) -> bool:
    """Tell whether two dates lie within a month of one another.

    A bare year is near nothing: arrests in 2016 and in 2017 are two. But to the same term nobody is sentenced every
    year: where two articles tell of one, the year is near the next one.
    """
    if one.days is None or other.days is None:
        return False
    if min(len(one.begin or ""), len(other.begin or "")) < _MONTH:
        years = abs(int((one.begin or "")[:4]) - int((other.begin or "")[:4]))
        return years <= 1 and one.term is not None and other.term is not None and _are_apart(one, other)
    return abs(one.days[0] - other.days[1]) <= _ACCOUNTS_APART


def _one_party(found: Sequence[Step]) -> Iterator[Note]:
    """Yield a note for each step, told as a fact, that rests on the word of one party alone."""
    for step in found:
        parties = {told.reporter.casefold() if told.reporter else None for told in step.told}
        reporter = step.told[0].reporter
        if reporter and len(parties) == 1 and step.modality in (*FACTS, "negated"):
            yield Note("one_party", step.events, reporter)
