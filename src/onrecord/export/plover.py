"""PLOVER, the event data of political science: one JSON object a line, an event each, by its draft 2.0 (chapter 6).

| PLOVER | is |
|---|---|
| id | the event's |
| date, enddate | when it happened, as whole days: `2018-10` is the first and the last day of October. Where the article does not tell, the day of the article, and `date` of `onrecord` is null |
| event, mode, context, quad_code | what `data/plover.toml` makes of type and modality |
| actor | who acts: the authority that arrests, tries or frees; of an appeal the person. A list, empty where the text does not say |
| recipient | the person, group or organisation that it happens to |
| event_loc | where, in the article's words (`extracted_place`); no coordinates are looked up |
| event_text | the words that tell of it |
| text, text_info | the first sentence, and where it stands in the article |
| cite | address, title, outlet, language, codebook |
| onrecord | what PLOVER has no field for, in the words of onrecord's own JSON: type, modality, date, term, offence, who says so, confidence, review |

`entity_text` is what the article calls somebody, `identifier_text` the fullest name, and `identifier_id` the id of who
it is across articles, of the entity where that is not known: none is one of Wikidata's. Country and sector codes are
not made up; `office` is a role that the article tells.

Categories, modes and contexts follow PLOVER (Open Event Data Alliance, CC BY-SA 4.0, github.com/openeventdata/PLOVER).
"""  # noqa: E501

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from onrecord.custody import first_day
from onrecord.export.format import Format, Who, identity_of, inside, json_text
from onrecord.model import Document, Entity, Event, PartialDate, Passage, Record, Reference, Statement
from onrecord.wording import main_role

_FILE = "data/plover.toml"


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(resources.files("onrecord").joinpath(_FILE).read_text("utf-8"))


def events_of(record: Record, who: Who) -> Iterator[dict[str, Any]]:
    """Yield the PLOVER event of each event of a record that is one."""
    entities = {entity.id: entity for entity in record.entities}
    tellers = {statement.id: statement for statement in record.statements}
    for event in record.events:
        coding = _coding(event)
        if coding is not None:
            yield _event(record, event, coding, entities, who) | {
                "onrecord": _own(record.document, event, tellers.get(event.reported_in or ""), entities)
            }


def _coding(event: Event) -> dict[str, Any] | None:
    """Return the categories, modes and contexts of an event, None where PLOVER has none for its type."""
    tables = _tables()
    known = tables["types"].get(event.type)
    if known is None:
        return None
    categories, modes = list(known["event"]), list(known["mode"])
    yielding = event.type in tables["yielding"]["types"]
    change = tables["modalities"].get(event.modality, {})
    if "event" in change:
        categories, modes = [change["event"]], [change["yielding" if yielding else "other"]]
    else:
        if _is_prison(event):
            categories.append(tables["prison"]["event"])
            modes.append(tables["prison"]["mode"])
        if yielding and "yielding" in change:
            categories, modes = [change["yielding"]], []
        modes += [change["mode"]] if "mode" in change else []
    code = tables["quad_codes"][categories[0]]
    return {"event": categories, "mode": modes, "context": list(known["context"]), "quad_code": code}


def _is_prison(event: Event) -> bool:
    """Tell whether a verdict puts somebody into prison: for a time or for life, and not on probation."""
    term = event.term
    serves = term is not None and not term.suspended and term.value != "death"
    return serves and event.type in _tables()["prison"]["types"]


def _event(
    record: Record, event: Event, coding: Mapping[str, Any], entities: Mapping[str, Entity], who: Who
) -> dict[str, Any]:
    document = record.document
    person = entities.get(event.who)
    affected = [_entity(document, person, who)] if person else []
    acting = [_reference(document, event.authority, entities, who)] if event.authority else []
    turned = event.type in _tables()["turned"]["types"]
    return {
        "id": event.id,
        **_dates(document, event),
        "actor": affected if turned else acting,
        "recipient": acting if turned else affected,
        **coding,
        "event_loc": {"extracted_place": _words(document, event.place.passage)} if event.place else None,
        "event_text": [_words(document, passage) for passage in event.triggers],
        "text": _words(document, event.sentences[0]),
        "text_info": {"start": event.sentences[0].start, "end": event.sentences[0].end},
        "cite": {
            "citation": document.id,
            "url": document.url,
            "title": document.title,
            "language": document.language,
            "publication": document.publisher,
            "coder": f"onrecord {record.read_by.version}" if record.read_by else "onrecord",
            "codebook": _tables()["codebook"],
        },
    }


def _dates(document: Document, event: Event) -> dict[str, Any]:
    """Return the first and the last day of an event, those of its article where it has none; null where neither has."""
    value = event.date.value if event.date else document.published
    if not value:
        return {"date": None}
    when = PartialDate(value, Passage(0, 0))
    first = first_day(when.begin)
    if first is None:  # outside of the calendar
        return {"date": None}
    begin = first.isoformat()
    return {"date": begin} if begin == when.end else {"date": begin, "enddate": when.end}


def _entity(document: Document, entity: Entity, who: Who, words: str | None = None) -> dict[str, Any]:
    identity = identity_of(document, entity, who)
    return {
        "entity_text": words or entity.called,
        "identifier_id": identity.id if identity else entity.id,
        "identifier_text": identity.called if identity else entity.called,
        "office": main_role(entity) or None,
    }


def _reference(document: Document, found: Reference, entities: Mapping[str, Entity], who: Who) -> dict[str, Any]:
    words, entity = _words(document, found.passage), entities.get(found.entity or "")
    return _entity(document, entity, who, words) if entity else {"entity_text": words}


def _own(document: Document, event: Event, teller: Statement | None, entities: Mapping[str, Entity]) -> dict[str, Any]:
    speaker = entities.get(teller.speaker or "") if teller else None
    said_by = speaker.called if speaker else document.slice(teller.source) if teller else None
    about = event.to_dict()
    kept = ("type", "modality", "date", "term", "suspended", "reported_in", "confidence", "review")
    offence = _words(document, event.offence) if event.offence else None
    return {name: about[name] for name in kept} | {"for": offence, "said_by": said_by, "document": document.id}


def _words(document: Document, passage: Passage) -> str:
    return document.slice(passage) if inside(document.text, passage) else ""


def _write(records: Iterator[Record], path: Path, who: Who) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            for event in events_of(record, who):
                file.write(json_text(event) + "\n")


FORMAT = Format(
    name="plover",
    help="PLOVER event records for political science, one JSON object a line",
    folder=False,
    loses=(
        "all statements, and articles without an event",
        "escapes and deaths in custody, for which PLOVER has no category",
        "where anything but the first sentence stands",
        "whether a date is a month or all of its days: both are first and last day (`date` of `onrecord` has it)",
        "why entities were joined across articles, and users' decisions",
    ),
    write=_write,
)
