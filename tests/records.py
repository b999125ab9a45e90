"""Records made by hand, of articles that nobody wrote about people who do not exist: no model has to read them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from onrecord.custody import with_ledger
from onrecord.model import (
    Channel,
    Document,
    Entity,
    Event,
    EventType,
    Mention,
    Modality,
    PartialDate,
    Passage,
    ReadBy,
    Record,
    Reference,
    Statement,
    Term,
    make_id,
)
from onrecord.store import Store, joining, now
from onrecord.store.copies import signature_of
from onrecord.store.writing import Reading, put_reading, replace_reading


@dataclass(frozen=True)
class Said:
    """A statement to be, and the sentence it stands in; `channel` and `on` are a value and the words that tell it."""

    who: str
    what: str
    cue: str = "said"
    act: str = "say"
    form: str = "indirect"
    told: str = ""
    channel: tuple[str, str] | None = None
    channel_name: str | None = None
    on: tuple[str, str] | None = None
    sure: float = 0.9
    negated: bool = False
    known: bool = True
    """Whether the reader could tell who it is."""


def article(*sentences: Said | str, model="model-1", **about) -> Record:
    """Return the record of an article of these sentences."""
    text, drafts = "", []
    for said in sentences:
        if isinstance(said, str):
            text += f"{said}\n"
            continue
        parts = {
            "who": said.who, "cue": said.cue, "told": said.told, "on": said.on and said.on[1],
            "channel": said.channel and said.channel[1], "what": said.what,
        }  # fmt: skip
        places = {}
        for name, words in parts.items():
            if words:
                places[name] = Passage(len(text), len(text) + len(words))
                text += f"{words} "
        text = f"{text[:-1]}.\n"
        drafts.append((said, places))
    document = Document(text, **about)
    mentions: dict[str, list[Mention]] = {}
    for said, places in drafts:
        for name, part in ((said.who if said.known else "", "who"), (said.told, "told")):
            if name:
                mentions.setdefault(name, []).append(Mention(places[part], "name"))
    entities = {
        name: Entity(make_id("en", document.id, name), "person", name, None, (), tuple(found))
        for name, found in mentions.items()
    }
    statements = tuple(_statement(document, said, places, entities) for said, places in drafts)
    return Record(document, statements, tuple(entities.values()), ReadBy("0.1.0", model))


def _statement(document: Document, said: Said, places: dict[str, Passage], entities: dict[str, Entity]) -> Statement:
    return Statement(
        id=make_id("st", document.id, places["what"], places["cue"]),
        source=(places["who"],),
        cue=(places["cue"],),
        content=(places["what"],),
        form=said.form,
        act=said.act,
        confidence=said.sure,
        negated=said.negated,
        speaker=entities[said.who].id if said.known else None,
        addressee=Reference(places["told"], entities[said.told].id) if said.told else None,
        channel=Channel(said.channel[0], said.channel_name, places["channel"]) if said.channel else None,
        said_on=PartialDate(said.on[0], places["on"]) if said.on else None,
    )


@dataclass(frozen=True)
class Befell:
    """An event to be, in words that stand in the article; `date` and `term` are a value and the words that tell it."""

    who: str
    type: EventType
    trigger: str
    modality: Modality = "happened"
    date: tuple[str, str] | None = None
    term: tuple[str, str] | None = None
    offence: str | None = None
    by: str | None = None
    place: str | None = None
    told_by: int | None = None
    """The number of the statement that tells it."""
    sure: float = 0.8


def with_events(record: Record, *drafts: Befell) -> Record:
    """Return a record with events and their ledger; who is named there and no entity yet becomes one."""
    document = record.document
    entities = {entity.name: entity for entity in record.entities}

    def at(words: str) -> Passage:
        start = document.text.index(words)
        return Passage(start, start + len(words))

    def entity_of(name: str) -> Entity:
        if name not in entities:
            mentions = (Mention(at(name), "name"),)
            entities[name] = Entity(make_id("en", document.id, name), "person", name, None, (), mentions)
        return entities[name]

    def event_of(draft: Befell) -> Event:
        trigger, who = at(draft.trigger), entity_of(draft.who)
        start = document.text.rfind("\n", 0, trigger.start) + 1
        sentence = Passage(start, document.text.index("\n", start))
        return Event(
            id=make_id("ev", document.id, draft.type, who.id, trigger),
            type=draft.type,
            who=who.id,
            modality=draft.modality,
            triggers=(trigger,),
            sentences=(sentence,),
            confidence=draft.sure,
            date=PartialDate(draft.date[0], at(draft.date[1])) if draft.date else None,
            term=Term(draft.term[0], at(draft.term[1])) if draft.term else None,
            offence=at(draft.offence) if draft.offence else None,
            authority=Reference(at(draft.by), entity_of(draft.by).id) if draft.by else None,
            place=Reference(at(draft.place)) if draft.place else None,
            reported_in=record.statements[draft.told_by].id if draft.told_by is not None else None,
        )

    events = tuple(map(event_of, drafts))
    return with_ledger(replace(record, events=events, entities=tuple(entities.values())))


def reading(record: Record) -> Reading:
    """Return what a store keeps of a record."""
    return Reading(record, b"", signature_of(record.document.text))


def put(store: Store, *records: Record) -> list[bool]:
    """Put records into a store; return which of them were new."""
    with store.writing() as connection:
        return [_put(connection, record) for record in records]


def _put(connection, record: Record) -> bool:
    new = put_reading(connection, reading(record), now())
    joining.place_entities(connection, record.document.id)
    return new


def put_again(store: Store, record: Record) -> None:
    """Put what another model read in the place of what was read."""
    with store.writing() as connection:
        replace_reading(connection, reading(record), now())
