"""How roles, settings and steps of a case read: "former spokeswoman (LRP)", "in an interview", "release planned"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.custody import Step
from onrecord.model import (
    Channel,
    ChannelKind,
    Custody,
    CustodyStatus,
    DisputeType,
    Document,
    Entity,
    Event,
    EventType,
    Modality,
    Note,
    Passage,
    Record,
    Role,
    Statement,
)

LONGEST = 70
"""How many characters of the article are shown; longer words give way to the name of the kind."""
SHORT = 160
"""How many characters of what somebody holds are shown where a line has to do."""
NOBODY = "no holder named"
"""Stands in the place of a name where an article gives none."""
LEFT_OUT = "left out of this record"
"""Stands in the place of a side of a dispute of which nothing was kept."""

_PLAIN: Mapping[ChannelKind, str] = {
    "social_media": "on social media",
    "press_conference": "at a press conference",
    "interview": "in an interview",
    "reporters": "to reporters",
    "parliament": "in parliament",
    "court": "in court",
    "rally": "at a rally",
    "speech": "in a speech",
    "broadcaster": "on air",
    "newspaper": "in a newspaper",
    "news_agency": "to a news agency",
    "statement": "in a statement",
    "letter": "in a letter",
    "report": "in a report",
    "message": "in a message",
    "website": "on a website",
    "phone_call": "by phone",
    "debate": "in a debate",
    "meeting": "at a meeting",
    "video": "in a video",
    "advertisement": "in an advertisement",
    "book": "in a book",
}
_NAMED: Mapping[ChannelKind, str] = {
    "social_media": "on",
    "interview": "in an interview with",
    "broadcaster": "on",
    "newspaper": "in",
    "news_agency": "through",
}
_HAPPENED: Mapping[EventType, str] = {
    "arrest": "arrested",
    "detention": "detained",
    "charge": "charged",
    "trial": "tried",
    "conviction": "convicted",
    "acquittal": "acquitted",
    "sentence": "sentenced",
    "imprisonment": "was in prison",
    "fine": "fined",
    "appeal": "appealed",
    "bail": "given bail",
    "house_arrest": "put under house arrest",
    "pardon": "pardoned",
    "commutation": "sentence commuted",
    "amnesty": "given amnesty",
    "release": "released",
    "escape": "escaped",
    "exile": "exiled",
    "deportation": "deported",
    "extradition": "extradited",
    "ban": "banned",
    "dissolution": "dissolved",
    "execution": "executed",
    "death_in_custody": "died in custody",
}
_ONGOING: Mapping[EventType, str] = {
    "detention": "in detention",
    "trial": "on trial",
    "imprisonment": "in prison",
    "appeal": "appeal pending",
    "bail": "on bail",
    "house_arrest": "under house arrest",
    "exile": "in exile",
    "ban": "banned",
}
_NOT_FACTS: Mapping[Modality, str] = {
    "planned": "planned",
    "requested": "asked for",
    "denied": "refused",
    "conditional": "possible",
    "alleged": "alleged",
}
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_DURATION = re.compile(r"P(?=\d)((?:\d+[YMWD])+)")
_PREPOSITION = re.compile(r"(?:in|on|at|during|by|via|through|over|from|before)\s", re.IGNORECASE)
_PAGE = re.compile(r"\b(page|account|profile|feed|wall|channel)\b")
_LAST_MARK = re.compile(r"[,.](?=[\"”’']\Z)")
_PRONOUN = re.compile(r"(?:him|her|them)\Z", re.IGNORECASE)


def describe_setting(document: Document, statement: Statement, entities: Mapping[str, Entity]) -> str:
    """Return in a few words how something was said and to whom; "" where the article does not tell.

    `entities` are those of the record by their id. The words are the article's own where they are short.
    """
    channel, addressee = statement.channel, statement.addressee
    told = _told(document, addressee.passage, entities.get(addressee.entity or "")) if addressee else ""
    if channel is None:
        return told
    if addressee and _inside(channel.passage, addressee.passage):  # "told reporters" is a channel by itself
        return told
    way = _way(document, statement, channel, entities)
    if addressee and (_inside(addressee.passage, channel.passage) and document.slice(addressee.passage) in way):
        return way
    return ", ".join(part for part in (way, told) if part)


def describe_role(role: Role) -> str:
    """Return a role in a few words: "former lawmaker (LRP)", "prime minister-designate"."""
    title = _one_line(role.title)
    if role.status == "designate":
        title += "-designate"
    elif role.status != "current":
        title = f"{role.status} {title}"
    return f"{title} ({_one_line(role.organization)})" if role.organization else title


def describe_step(type: EventType, modality: Modality) -> str:
    """Return what happened, or did not, in plain words: "released", "in prison", "release planned", "no arrest"."""
    if modality == "happened":
        return _HAPPENED[type]
    if modality == "ongoing":
        return _ONGOING.get(type) or _HAPPENED[type]
    noun = type.replace("_", " ")
    return f"no {noun}" if modality == "negated" else f"{noun} {_NOT_FACTS[modality]}"


def describe_term(value: str, *, suspended: bool = False) -> str:
    """Return a term in plain words: "2 years 6 months", "7 to 20 years", "life"; as it is where it is no duration."""
    parts = [_duration(part) for part in value.split("/")]
    if len(parts) == 2:
        one, other = (part.rpartition(" ") for part in parts)
        same = one[2].rstrip("s") == other[2].rstrip("s") and " " not in one[0]
        words = f"{one[0] if same else parts[0]} to {parts[1]}"
    else:
        words = parts[0]
    return f"{words}, suspended" if suspended else words


def _duration(value: str) -> str:
    found = _DURATION.fullmatch(value)
    if found is None:
        return value
    counts = re.findall(r"(\d+)([YMWD])", found[1])
    return " ".join(f"{int(n)} {_UNITS[unit]}{'' if int(n) == 1 else 's'}" for n, unit in counts)


def describe_status(custody: Custody, steps: Sequence[Step]) -> str:
    """Return the status in plain words, with the step that it rests on: "imprisoned: sentenced 2016-10"."""
    status = describe_state(custody.status)
    because = next((step for step in steps if custody.because in step.events), None)
    if because is None:
        return status
    why = describe_step(because.type, because.modality)
    words = [words for words in (why if why != status else None, because.date) if words]
    return f"{status} ({' '.join(words)})" if words else status


def describe_state(status: CustodyStatus) -> str:
    """Return a status in plain words: "on trial"."""
    return status.replace("_", " ")


def describe_note(note: Note, steps: Sequence[Step]) -> str:
    """Return what a reader should know of some steps: "released, but no arrest is told"."""
    events = set(note.events)
    meant = [step for step in steps if not events.isdisjoint(step.events)]
    what = describe_step(meant[0].type, meant[0].modality) if meant else ""
    if note.kind == "gap":
        missing = note.what.replace("_", " ")
        return f"{what}, but no {missing} is told"
    if note.kind == "run_out":
        return f"{what}: the term ended by {note.what}"
    if note.kind == "one_party":
        whats = dict.fromkeys(describe_step(step.type, step.modality) for step in meant)
        return f"{', '.join(whats)}: only according to {_one_line(note.what)}"
    accounts = [f"{_account(step, note.what)} ({_tellers(step)})" for step in meant]
    kind = meant[0].type.replace("_", " ") if meant else ""
    return f"{kind}: {_COUNTS.get(len(meant), len(meant))} accounts of the {note.what}: {'; '.join(accounts)}"


def _account(step: Step, what: str) -> str:
    if what == "date":
        return step.date or ""
    if what == "term":
        return describe_term(step.term) if step.term else ""
    return describe_step(step.type, step.modality)


def _tellers(step: Step) -> str:
    """Return who tells a step: the outlet or the article of each."""
    return ", ".join(dict.fromkeys(outlet_of(told.document) for told in step.told))


def outlet_of(document: Document) -> str:
    """Return what tells which article it is, in a few words: the outlet and day, else its name."""
    file = (document.name or "").rstrip("/").rpartition("/")[2]
    called = document.publisher or document.title or file or "an article"
    return _one_line(f"{called}, {document.published}" if document.published else called)


OVER: Mapping[DisputeType, str] = {
    "denial": "a denial",
    "account": "what happened",
    "number": "a number",
    "cause_or_motive": "a cause or motive",
    "prognosis": "what will be",
    "evaluation": "a judgement",
    "policy": "what should be done",
}
"""What a dispute of each type is over."""


def describe_dispute(conflict: Mapping[str, Any]) -> str:
    """Return in a few words what a conflict is: its kind, what it is about, who says so, and how surely."""
    kind = {"dispute": "dispute", "changed": "changed position", "facts": "different accounts"}[conflict["kind"]]
    voices = [voice for side in conflict["positions"] for voice in side]
    articles = len({voice["document"] for voice in voices})
    facts = [kind if conflict["kind"] == "facts" else f"{kind} over {OVER[conflict['type']]}"]
    if conflict["kind"] == "dispute":
        facts.append(describe_basis(reported=conflict["reported"]))
    facts += [f"{articles} articles"] if articles > 1 else []
    return " · ".join([*facts, f"{conflict['confidence']:.0%}", conflict["id"]])


def describe_basis(*, reported: bool) -> str:
    """Return how it is known that holders clash: the article says so, or what they hold shows it."""
    return "reported as a clash" if reported else "inferred from what they hold"


def describe_event(event: Event, person: Entity | None) -> str:
    """Return whom an event befalls, what happens and when: "Irena Vokal: released, 2018-08-25"."""
    what = describe_step(event.type, event.modality)
    told = f"{what}, {event.date.value}" if event.date else what
    return f"{_one_line(person.called)}: {told}" if person and person.called else told


def holder_of(record: Record, statement: Statement) -> str:
    """Return who holds a statement: how the entity is called, else the words of the article, else `NOBODY`."""
    speaker = record.speaker_of(statement)
    called = speaker.called if speaker else ""
    return _one_line(called or record.document.slice(statement.source)) or NOBODY


def describe_act(statement: Statement) -> str:
    """Return how something is held where it is not plainly said: "deny", "not say"; else ""."""
    if statement.negated:
        return f"not {statement.act}"
    return "" if statement.act == "say" else statement.act


def saying_of(document: Document, statement: Statement) -> str:
    """Return what is held, shortened; in quotation marks where the article quotes all of it."""
    said = shorten(document.slice(statement.content))
    return in_marks(said) if statement.form == "direct" else said


def shorten(words: str) -> str:
    """Return words on one line; where they are long, those that stand first, and the sign that more follow."""
    line = _one_line(words)
    if len(line) <= SHORT:
        return line
    whole = line[: SHORT + 1].rpartition(" ")[0] or line[:SHORT]
    return f"{whole.rstrip(',;:–—- ')} …"


def in_marks(words: str) -> str:
    """Return words in quotation marks; those that have some of their own as they are."""
    return words if any(mark in words for mark in '“”"') else f"“{words}”"


def main_role(entity: Entity) -> str:
    """Return the role that tells most of an entity: one with an organisation, then the one of the most words; or ""."""
    best = max(entity.roles, key=lambda r: (r.organization is not None, len(r.title.split())), default=None)
    return describe_role(best) if best else ""


def _told(document: Document, passage: Passage, entity: Entity | None) -> str:
    words = _one_line(document.slice(passage))
    return f"to {entity.called if entity and _PRONOUN.match(words) else words}"


def _way(document: Document, statement: Statement, channel: Channel, entities: Mapping[str, Entity]) -> str:
    words = _one_line(document.slice(channel.passage))
    named = channel.name is not None and channel.kind in _NAMED
    plain = f"{_NAMED[channel.kind]} {channel.name}" if named else _PLAIN[channel.kind]
    if channel.kind == "social_media":
        return plain + _page_of(statement, channel, words, entities)
    if any(_inside(channel.passage, source) for source in statement.source):  # the holder is the document itself
        return ""
    if not _PREPOSITION.match(words) or len(words) > LONGEST:
        return plain
    return words[0].lower() + _LAST_MARK.sub("", words[1:])


def _page_of(statement: Statement, channel: Channel, words: str, entities: Mapping[str, Entity]) -> str:
    page = _PAGE.search(words)
    owner = entities.get(channel.owner or "")
    if page is None or owner is None:
        return ""
    return f" (own {page[0]})" if owner.id == statement.speaker else f" ({owner.called}’s {page[0]})"


def _inside(one: Passage, other: Passage) -> bool:
    return other.start <= one.start and one.end <= other.end


def _one_line(words: str) -> str:
    return " ".join(words.split())
