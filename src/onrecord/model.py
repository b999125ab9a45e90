"""The values of a record: plain frozen data that every other module reads and none changes.

A `Passage` counts characters of `Document.text`; `text[start:end]` of every passage is what an
entry shows, always. `None` means that the text does not say.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Self, TypeAlias

Form: TypeAlias = Literal["direct", "indirect", "mixed"]
EntityKind: TypeAlias = Literal["person", "organization", "group", "place", "document"]
MentionForm: TypeAlias = Literal["name", "nominal", "pronoun"]
RoleStatus: TypeAlias = Literal["current", "former", "designate", "acting"]
EventType: TypeAlias = Literal[
    "arrest",
    "detention",
    "charge",
    "trial",
    "conviction",
    "acquittal",
    "sentence",
    "imprisonment",
    "fine",
    "appeal",
    "bail",
    "house_arrest",
    "pardon",
    "commutation",
    "amnesty",
    "release",
    "escape",
    "exile",
    "deportation",
    "extradition",
    "ban",
    "dissolution",
    "execution",
    "death_in_custody",
]
Modality: TypeAlias = Literal[
    "happened", "ongoing", "planned", "requested", "denied", "negated", "conditional", "alleged"
]
FACTS: tuple[Modality, ...] = ("happened", "ongoing")
"""The modalities of what has come about."""
CustodyStatus: TypeAlias = Literal[
    "free",
    "detained",
    "charged",
    "on_trial",
    "convicted",
    "imprisoned",
    "exiled",
    "banned",
    "dead",
    "dissolved",
    "unknown",
]
NoteKind: TypeAlias = Literal["gap", "run_out", "conflict", "one_party"]
DisputeType: TypeAlias = Literal["denial", "account", "number", "cause_or_motive", "prognosis", "evaluation", "policy"]
ReviewVerdict: TypeAlias = Literal["accepted", "corrected"]
ChannelKind: TypeAlias = Literal[
    "social_media",
    "press_conference",
    "interview",
    "reporters",
    "parliament",
    "court",
    "rally",
    "speech",
    "broadcaster",
    "newspaper",
    "news_agency",
    "statement",
    "letter",
    "report",
    "message",
    "website",
    "phone_call",
    "debate",
    "meeting",
    "video",
    "advertisement",
    "book",
]

_YEAR, _DAY = len("2018"), len("2018-08-27")
_WEEK = re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-2])")

_MONTHS = [f"{month:02}" for month in range(1, 13)]

UNSURE = 0.5
"""Below this confidence a statement is more likely wrong than right and is marked as unsure."""


class Passage(NamedTuple):
    """A range of characters `[start, end)` of a document's text."""

    start: int
    end: int


def _passages(pairs: Iterable[Iterable[int]]) -> tuple[Passage, ...]:
    return tuple(Passage(*pair) for pair in pairs)


def make_id(prefix: str, *parts: object) -> str:
    """Return an id made from content: the same parts give the same id in every run.

    The id is the prefix, a hyphen and 12 hexadecimal digits (48 bits: among a million entries two
    meet by chance about once in 500 such sets).
    """
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"))
    return f"{prefix}-{digest.hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Document:
    """One article: its normalised text and what is known about it."""

    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published: str | None = None
    """ISO 8601 with the precision that is known: `2018`, `2018-08` or `2018-08-27`."""
    language: str | None = None
    name: str | None = None
    """Where it was read from: a path, an address, or None for text handed over in Python."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def id(self) -> str:
        """An id made from the text and the address."""
        return make_id("doc", self.digest, self.url or "")

    @property
    def words(self) -> int:
        """How many words the text has, parted at white space."""
        return len(self.text.split())

    def slice(self, passages: Passage | Sequence[Passage]) -> str:
        """Return the characters of one passage, or of several as one reads them.

        Pieces between which words were left out are joined by ` … `; pieces that only marks or a
        paragraph's end part, by a space.
        """
        if isinstance(passages, Passage):
            return self.text[passages.start : passages.end]
        joined = "".join(self.text[start:end] for start, end in passages[:1])
        for before, (start, end) in pairwise(passages):
            left_out = any(c.isalnum() for c in self.text[before.end : start])
            joined += (" … " if left_out else " ") + self.text[start:end]
        return joined

    def to_dict(self) -> dict[str, Any]:
        """Return the document as the JSON contract has it."""
        return {
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "publisher": self.publisher,
            "byline": self.byline,
            "published": self.published,
            "language": self.language,
            "digest": self.digest,
            "name": self.name,
            "text": self.text,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(**{field.name: data[field.name] for field in fields(cls)})


def _day_of_week(week: re.Match[str], day: int) -> str | None:
    """Return a day of a week; None outside of the calendar, which goes from the year 1 to 9999."""
    try:
        return date.fromisocalendar(int(week[1]), int(week[2]), day).isoformat()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date in ISO 8601 with the precision of the text (a week or a season too), and the words that tell it."""

    value: str
    passage: Passage

    @property
    def begin(self) -> str:
        """What of it can be compared: a day, a month or a year; a week is its Monday, a season its year."""
        week = _WEEK.fullmatch(self.value)
        if week:
            return _day_of_week(week, 1) or week[1]
        return self.value[:_DAY] if self.value[5:6].isdigit() else self.value[:_YEAR]

    @property
    def end(self) -> str:
        """The last day of it, as a day: of a week its Sunday, of a season or a quarter the last of its year."""
        week = _WEEK.fullmatch(self.value)
        if week:
            return _day_of_week(week, 7) or f"{week[1]}-12-31"
        year, month, day = [*self.begin.split("-"), "", ""][:3]
        if day:
            return self.begin
        if month not in _MONTHS:
            return f"{year}-12-31"
        return f"{year}-{month}-{calendar.monthrange(int(year), int(month))[1]}"

    def to_dict(self) -> dict[str, Any]:
        """Return the date as the JSON contract has it."""
        return {"value": self.value, "passage": list(self.passage)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(data["value"], Passage(*data["passage"]))


@dataclass(frozen=True, slots=True)
class Channel:
    """How something was said: the kind, the name where the text gives one ("Facebook"), and the words that tell.

    `owner` is the id of the entity whose page, post, letter or programme it is, None where the text does not say.
    """

    kind: ChannelKind
    name: str | None
    passage: Passage
    owner: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the channel as the JSON contract has it."""
        return {"kind": self.kind, "name": self.name, "owner": self.owner, "passage": list(self.passage)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(data["kind"], data["name"], Passage(*data["passage"]), data["owner"])


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that name somebody or something, and the entity that they stand for where a reader could tell."""

    passage: Passage
    entity: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the reference as the JSON contract has it."""
        return {"entity": self.entity, "passage": list(self.passage)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(Passage(*data["passage"]), data["entity"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that may hold a statement whose speaker is not known, and the chance that it does."""

    entity: str
    chance: float

    def to_dict(self) -> dict[str, Any]:
        """Return the candidate as the JSON contract has it."""
        return {"entity": self.entity, "chance": self.chance}


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about a statement or an event in a store: it is right as found, or right as corrected.

    `by` is who decided, `on` the day (ISO 8601).
    """

    verdict: ReviewVerdict
    by: str
    on: str

    def to_dict(self) -> dict[str, Any]:
        """Return the review as the JSON contract has it."""
        return {"verdict": self.verdict, "by": self.by, "on": self.on}


@dataclass(frozen=True, slots=True)
class Statement:
    """One attribution: what is held (content), by whom (source) and the words that say so (cue).

    `source`, `cue` and `content` are tuples of passages in the order of the text. An empty source
    means that the text names no holder ("is accused of"); an empty cue, that the quotation stands
    alone. `negated` marks a cue that denies that the thing was said at all ("has not said").
    `confidence` is the calibrated chance, 0 to 1, that content and source are right. `speaker` is the id of the
    entity that holds it, None where a reader could not tell; then `candidates` are those that may, the likeliest first.
    `review` is what a person decided about it, None where nobody has yet.
    """

    id: str
    source: tuple[Passage, ...]
    cue: tuple[Passage, ...]
    content: tuple[Passage, ...]
    form: Form
    act: str
    confidence: float
    negated: bool = False
    speaker: str | None = None
    candidates: tuple[Candidate, ...] = ()
    addressee: Reference | None = None
    channel: Channel | None = None
    said_on: PartialDate | None = None
    review: Review | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as the JSON contract has it."""
        return {
            "id": self.id,
            "speaker": self.speaker,
            "source": [list(passage) for passage in self.source],
            "cue": [list(passage) for passage in self.cue],
            "content": [list(passage) for passage in self.content],
            "form": self.form,
            "act": self.act,
            "negated": self.negated,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "addressee": self.addressee.to_dict() if self.addressee else None,
            "channel": self.channel.to_dict() if self.channel else None,
            "said_on": self.said_on.to_dict() if self.said_on else None,
            "confidence": self.confidence,
            "review": self.review.to_dict() if self.review else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(
            id=data["id"],
            source=_passages(data["source"]),
            cue=_passages(data["cue"]),
            content=_passages(data["content"]),
            form=data["form"],
            act=data["act"],
            confidence=data["confidence"],
            negated=data["negated"],
            speaker=data["speaker"],
            candidates=tuple(Candidate(**candidate) for candidate in data["candidates"]),
            addressee=Reference.from_dict(data["addressee"]) if data["addressee"] else None,
            channel=Channel.from_dict(data["channel"]) if data["channel"] else None,
            said_on=PartialDate.from_dict(data["said_on"]) if data["said_on"] else None,
            review=Review(**data["review"]) if data.get("review") else None,
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage that stands for an entity: its name, a nominal ("the minister") or a pronoun."""

    passage: Passage
    kind: MentionForm


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is or was: the title as written, the organisation or place it is held in, and whether still.

    `since` and `until` are ISO 8601 with the precision of the text. `passage` is the words that tell the role.
    """

    title: str
    organization: str | None
    status: RoleStatus
    passage: Passage
    since: str | None = None
    until: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the role as the JSON contract has it."""
        return {
            "title": self.title,
            "organization": self.organization,
            "status": self.status,
            "since": self.since,
            "until": self.until,
            "passage": list(self.passage),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(**{**data, "passage": Passage(*data["passage"])})


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, group, place or document that an article speaks of.

    `name` is its fullest proper name in the article, None where the article never names it; then `label` is
    how it is called. `aliases` are its other names there, the most frequent first. One that a person named in a
    correction may have no mention.
    """

    id: str
    kind: EntityKind
    name: str | None
    label: str | None
    aliases: tuple[str, ...]
    mentions: tuple[Mention, ...]
    roles: tuple[Role, ...] = ()

    @property
    def called(self) -> str:
        """Its name, or how it is called where the article never names it."""
        return self.name or self.label or ""

    def to_dict(self) -> dict[str, Any]:
        """Return the entity as the JSON contract has it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "aliases": list(self.aliases),
            "mentions": [{"passage": list(m.passage), "kind": m.kind} for m in self.mentions],
            "roles": [role.to_dict() for role in self.roles],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(
            id=data["id"],
            kind=data["kind"],
            name=data["name"],
            label=data["label"],
            aliases=tuple(data["aliases"]),
            mentions=tuple(Mention(Passage(*m["passage"]), m["kind"]) for m in data["mentions"]),
            roles=tuple(Role.from_dict(role) for role in data["roles"]),
        )


@dataclass(frozen=True, slots=True)
class Term:
    """How long something is to last, and the words that tell.

    `value` is an ISO 8601 duration (`P2Y6M`), a range of two (`P7Y/P20Y`), or one of `life`, `death` (a death sentence)
    and `indefinite`.
    """

    value: str
    passage: Passage
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the case of a person, a group or an organisation, with every passage that tells of it.

    `who` is the id of the entity that it happens to. `triggers` are the words that tell of the step, the clearest
    first, and `sentences` the sentence of each. `offence` is what it is for, in the text's words; `authority` who acts
    (of a request: who asks, or who is asked). `reported_in` is the id of the statement inside which it is told, None
    where the article itself tells it, or several people do. `confidence`, 0 to 1, is how plainly type and person are
    told: an order, not a chance. `review` is what a person decided about it, None where nobody has yet.
    """

    id: str
    type: EventType
    who: str
    modality: Modality
    triggers: tuple[Passage, ...]
    sentences: tuple[Passage, ...]
    confidence: float
    date: PartialDate | None = None
    term: Term | None = None
    offence: Passage | None = None
    authority: Reference | None = None
    place: Reference | None = None
    reported_in: str | None = None
    review: Review | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the event as the JSON contract has it."""
        return {
            "id": self.id,
            "type": self.type,
            "who": self.who,
            "modality": self.modality,
            "date": self.date.value if self.date else None,
            "date_passage": list(self.date.passage) if self.date else None,
            "term": self.term.value if self.term else None,
            "term_passage": list(self.term.passage) if self.term else None,
            "suspended": self.term.suspended if self.term else False,
            "for": list(self.offence) if self.offence else None,
            "by": self.authority.to_dict() if self.authority else None,
            "place": self.place.to_dict() if self.place else None,
            "trigger": list(self.triggers[0]),
            "sentence": list(self.sentences[0]),
            "triggers": [list(passage) for passage in self.triggers],
            "sentences": [list(passage) for passage in self.sentences],
            "reported_in": self.reported_in,
            "confidence": self.confidence,
            "review": self.review.to_dict() if self.review else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        dated, termed = data["date_passage"], data["term_passage"]
        return cls(
            id=data["id"],
            type=data["type"],
            who=data["who"],
            modality=data["modality"],
            triggers=_passages(data["triggers"]),
            sentences=_passages(data["sentences"]),
            confidence=data["confidence"],
            date=PartialDate(data["date"], Passage(*dated)) if dated else None,
            term=Term(data["term"], Passage(*termed), data["suspended"]) if termed else None,
            offence=Passage(*data["for"]) if data["for"] else None,
            authority=Reference.from_dict(data["by"]) if data["by"] else None,
            place=Reference.from_dict(data["place"]) if data["place"] else None,
            reported_in=data["reported_in"],
            review=Review(**data["review"]) if data.get("review") else None,
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader of a ledger should know of some of its events.

    `gap`: a step presupposes one that nobody tells (`what` is the type of that one). `run_out`: the term has ended
    (`what` is the day). `conflict`: they give one thing differently (`what` is date, term or modality). `one_party`:
    the step rests on the word of one party alone (`what` is its name).
    """

    kind: NoteKind
    events: tuple[str, ...]
    what: str

    def to_dict(self) -> dict[str, Any]:
        """Return the note as the JSON contract has it."""
        return {"kind": self.kind, "events": list(self.events), "what": self.what}


@dataclass(frozen=True, slots=True)
class Custody:
    """The ledger of one person, group or organisation: its events in order, and the status that follows from them.

    `because` is the id of the event that the status rests on, None where the status is unknown.
    """

    who: str
    status: CustodyStatus
    events: tuple[str, ...]
    because: str | None = None
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as the JSON contract has it."""
        return {
            "who": self.who,
            "status": self.status,
            "because": self.because,
            "events": list(self.events),
            "notes": [note.to_dict() for note in self.notes],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        notes = tuple(Note(n["kind"], tuple(n["events"]), n["what"]) for n in data["notes"])
        return cls(data["who"], data["status"], tuple(data["events"]), data["because"], notes)


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a dispute: the ids of the statements that take it, the clearest first.

    Where nobody is quoted for a side, it has no statement: then `events` are the ids of the events that it disputes, or
    `words` the passages that tell what the other side speaks against.
    """

    statements: tuple[str, ...]
    events: tuple[str, ...] = ()
    words: tuple[Passage, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the position as the JSON contract has it."""
        return {
            "statements": list(self.statements),
            "events": list(self.events),
            "words": [list(passage) for passage in self.words],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(tuple(data["statements"]), tuple(data["events"]), _passages(data["words"]))


@dataclass(frozen=True, slots=True)
class Dispute:
    """A matter on which holders cannot both be right, and the positions on it.

    `about` is a short title in the article's own words, `title` where they stand. `reported` says that the article
    itself presents it as a clash, by the words at `marker`; otherwise it was inferred from what they hold.
    `confidence` is the calibrated chance, 0 to 1, that a careful reader agrees.
    """

    id: str
    about: str
    title: tuple[Passage, ...]
    type: DisputeType
    reported: bool
    positions: tuple[Position, ...]
    confidence: float
    marker: Passage | None = None

    @property
    def statements(self) -> tuple[str, ...]:
        """The ids of the statements of all positions."""
        return tuple(statement for position in self.positions for statement in position.statements)

    def to_dict(self) -> dict[str, Any]:
        """Return the dispute as the JSON contract has it."""
        return {
            "id": self.id,
            "about": self.about,
            "title": [list(passage) for passage in self.title],
            "type": self.type,
            "reported": self.reported,
            "marker": list(self.marker) if self.marker else None,
            "positions": [position.to_dict() for position in self.positions],
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(
            id=data["id"],
            about=data["about"],
            title=_passages(data["title"]),
            type=data["type"],
            reported=data["reported"],
            positions=tuple(Position.from_dict(position) for position in data["positions"]),
            confidence=data["confidence"],
            marker=Passage(*data["marker"]) if data["marker"] else None,
        )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that could not be read, kept with its reason: one line that says what to try."""

    name: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row that stands in the place of a record."""
        return {"skipped": {"name": self.name, "reason": self.reason}}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """What read a document: the version of onrecord, and the digest of the model that it read with."""

    version: str
    model: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON contract has it."""
        return {"version": self.version, "model": self.model}


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that came out of one document."""

    document: Document
    statements: tuple[Statement, ...] = ()
    entities: tuple[Entity, ...] = ()
    read_by: ReadBy | None = None
    events: tuple[Event, ...] = ()
    custody: tuple[Custody, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    def speaker_of(self, statement: Statement) -> Entity | None:
        """Return the entity that holds a statement of this record, None where a reader could not tell."""
        return next((entity for entity in self.entities if entity.id == statement.speaker), None)

    def above(self, confidence: float) -> Record:
        """Return this record with only the statements, events and disputes of at least this confidence.

        An event goes too where the statement that tells it does, and a dispute where one of its statements does. The
        ledger of what is left has then to be made anew: `custody.with_ledger`; until then there is none.
        """
        kept = tuple(s for s in self.statements if s.confidence >= confidence)
        telling = {None, *(statement.id for statement in kept)}
        events = tuple(e for e in self.events if e.confidence >= confidence and e.reported_in in telling)
        custody = self.custody if events == self.events else ()
        disputes = tuple(d for d in self.disputes if d.confidence >= confidence and telling.issuperset(d.statements))
        return replace(self, statements=kept, events=events, custody=custody, disputes=disputes)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as the JSON contract has it."""
        return {
            "document": self.document.to_dict(),
            "read_by": self.read_by.to_dict() if self.read_by else None,
            "entities": [entity.to_dict() for entity in self.entities],
            "statements": [statement.to_dict() for statement in self.statements],
            "events": [event.to_dict() for event in self.events],
            "custody": [custody.to_dict() for custody in self.custody],
            "disputes": [dispute.to_dict() for dispute in self.disputes],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_dict` gave as the value that it was."""
        return cls(
            document=Document.from_dict(data["document"]),
            statements=tuple(Statement.from_dict(statement) for statement in data["statements"]),
            entities=tuple(Entity.from_dict(entity) for entity in data["entities"]),
            read_by=ReadBy(**data["read_by"]) if data.get("read_by") else None,
            events=tuple(Event.from_dict(event) for event in data.get("events", ())),
            custody=tuple(Custody.from_dict(custody) for custody in data.get("custody", ())),
            disputes=tuple(Dispute.from_dict(dispute) for dispute in data.get("disputes", ())),
        )

    def _repr_html_(self) -> str:
        """Show the record in a notebook as the page that `--format html` writes."""
        from onrecord import export

        return export.to_notebook(self)
