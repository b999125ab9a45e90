"""FollowTheMoney entities, one a line, for Aleph, OpenAleph and the investigations that are kept there.

| in the record | entity |
|---|---|
| article | `Article` |
| person, organisation, group | `Person`, `Organization`, `LegalEntity`; where people are joined across articles, one for each identity |
| place, document | `Address`, `Document` |
| names of an entity in an article | a `Mention` each, with its `document` and what it is `resolved` to |
| entity and article | `Documentation`, its role `speaker` or `mentioned` |
| role of a person | `Position` and `Occupancy`, with the article as `proof` |
| statement | `Event`, with the article as `proof`; who holds it and who was told it are `involved`, and an `UnknownLink` says as what |
| event | `Event` too; the person and the authority are `involved`, and an `UnknownLink` says as what: `affected`, `authority` |

A statement is an `Event` because it is one: somebody said something to somebody on a day, and an article proves it.
`Event` is the only schema that has all of these; a `Note` has no date, no people and no proof, and a `Mention` is a
name. Its `date` is filled only where the article tells when it was said; the day of publication is the article's. The
content is the `summary`, the act, form and channel are `keywords`, and `notes` has the rest as JSON: the passages with
their offsets in the article's `bodyText`, the confidence, the candidates and what a person decided. The `name` of a
statement that was **not** made says so ("Irena Vokal: not say"), and it has the keyword `negated`.

An event has its type and its modality as `keywords`, and a modality but "happened" is in its `name` too ("Irena Vokal:
release (planned)"). Its first sentence is the `summary`, its term and offence are in `notes` as JSON.

Ids are ours; those of mentions, roles and links are made from what they say, so a second export gives the same.
"""  # noqa: E501

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from onrecord.export.format import Format, Who, identity_of, json_text, safe_id
from onrecord.identity import Identity
from onrecord.model import Document, Entity, Event, Record, Role, Statement, make_id

Properties: TypeAlias = dict[str, list[str | None]]
FtmEntity: TypeAlias = dict[str, Any]

_SCHEMATA = {
    "person": "Person",
    "organization": "Organization",
    "group": "LegalEntity",
    "place": "Address",
    "document": "Document",
}
_LEGAL = ("person", "organization", "group")
"""The kinds that a `Mention` and an `Event` may point to."""
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d+)?([/?#][!-~]*)?")
_LANGUAGES = {"en": "eng"}
_SPACE = re.compile(r"\s+")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def entities_of(record: Record, who: Who) -> Iterator[FtmEntity]:
    """Yield the FollowTheMoney entities of a record; those that several records share come with each of them."""
    document = record.document
    source: Properties = {
        "proof": [document.id],
        "sourceUrl": [_address(document.url)],
        "publisher": [document.publisher],
    }
    yield _article(document)
    held = Counter(statement.speaker for statement in record.statements)
    ids: dict[str, str] = {}
    for entity in record.entities:
        identity = identity_of(document, entity, who)
        ids[entity.id] = identity.id if identity else safe_id("en", entity.id)
        yield _someone(ids[entity.id], entity, identity)
        yield from _places(ids[entity.id], entity, document, held[entity.id] > 0)
        if entity.kind == "person":
            for role in entity.roles:
                yield from _occupancy(ids[entity.id], role, source)
    entities = {entity.id: entity for entity in record.entities}
    for statement in record.statements:
        yield from _statement(document, statement, entities, ids, source)
    for event in record.events:
        yield from _event(document, event, entities, ids, source)


def _made(entity_id: str, schema: str, properties: Properties) -> FtmEntity:
    cleaned = {}
    for name, values in properties.items():
        kept = [clean for value in values if value is not None and (clean := _clean(name, value))]
        if kept:
            cleaned[name] = list(dict.fromkeys(kept))
    return {"id": entity_id, "schema": schema, "properties": cleaned}


def _clean(name: str, value: str) -> str:
    """Return a value as the library would have it: one line, but for text."""
    value = _UNSAFE.sub("\ufffd", value)
    return value if name in ("bodyText", "summary") else _SPACE.sub(" ", value).strip()


def _address(url: str | None) -> str | None:
    return url if url and _ADDRESS.fullmatch(url) else None


def _date(value: str | None) -> str | None:
    """Return a date that the library knows: no week, no season."""
    return value if value and _DATE.fullmatch(value) else None


def _article(document: Document) -> FtmEntity:
    return _made(
        document.id,
        "Article",
        {
            "title": [document.title],
            "author": [document.byline],
            "publisher": [document.publisher],
            "sourceUrl": [_address(document.url)],
            "publishedAt": [_date(document.published)],
            "language": [_LANGUAGES.get(document.language or "")],
            "fileName": [document.name],
            "bodyText": [document.text],
        },
    )


def _someone(entity_id: str, entity: Entity, identity: Identity | None) -> FtmEntity:
    known = identity or entity
    name = known.called or entity.called or entity_id
    properties: Properties = {"name": [name], "alias": list(known.aliases)}
    if entity.kind == "place":
        properties["full"] = [name]
    if entity.kind == "document":
        properties["fileName"] = [name]
    return _made(entity_id, _SCHEMATA[identity.kind if identity else entity.kind], properties)


def _places(entity_id: str, entity: Entity, document: Document, speaks: bool) -> Iterator[FtmEntity]:
    yield _made(
        make_id("documentation", document.id, entity_id),
        "Documentation",
        {"document": [document.id], "entity": [entity_id], "role": ["speaker" if speaks else "mentioned"]},
    )
    names = dict.fromkeys(" ".join(document.slice(m.passage).split()) for m in entity.mentions if m.kind == "name")
    for name in names if entity.kind in _LEGAL else ():
        yield _made(
            make_id("mention", document.id, entity_id, name),
            "Mention",
            {
                "document": [document.id],
                "resolved": [entity_id],
                "name": [name],
                "detectedSchema": [_SCHEMATA[entity.kind]],
            },
        )


def _occupancy(holder: str, role: Role, source: Properties) -> Iterator[FtmEntity]:
    post = make_id("position", role.title.casefold(), (role.organization or "").casefold())
    title = f"{role.title} ({role.organization})" if role.organization else role.title
    yield _made(post, "Position", {"name": [title if title.strip() else post]})
    yield _made(
        make_id("occupancy", holder, post, *source["proof"], role.passage),
        "Occupancy",
        source
        | {
            "holder": [holder],
            "post": [post],
            "status": [role.status],
            "startDate": [_date(role.since)],
            "endDate": [_date(role.until)],
        },
    )


def _statement(
    document: Document, statement: Statement, entities: dict[str, Entity], ids: dict[str, str], source: Properties
) -> Iterator[FtmEntity]:
    event, about = safe_id("st", statement.id), statement.to_dict()
    channel, addressee = statement.channel, statement.addressee
    parts = [("speaker", statement.speaker), ("addressee", addressee.entity if addressee else None)]
    involved = [(role, entities[found]) for role, found in parts if found in entities]
    speaker = entities.get(statement.speaker or "")
    holder = speaker.called if speaker else document.slice(statement.source)
    kept = ("content", "cue", "source", "confidence", "candidates", "addressee", "channel", "said_on", "review")
    yield _made(
        event,
        "Event",
        source
        | {
            "name": [f"{holder or 'Somebody'}: {'not ' if statement.negated else ''}{statement.act}"],
            "summary": [document.slice(statement.content)],
            "date": [_date(statement.said_on.value) if statement.said_on else None],
            "involved": [ids[entity.id] for _, entity in involved if entity.kind in _LEGAL],
            "keywords": [
                statement.act,
                statement.form,
                channel.kind if channel else None,
                "negated" if statement.negated else None,
            ],
            "recordId": [event],
            "notes": [json_text({key: about[key] for key in kept if about[key] not in (None, [])})],
        },
    )
    yield from _links(event, involved, ids, source)


def _event(
    document: Document, event: Event, entities: dict[str, Entity], ids: dict[str, str], source: Properties
) -> Iterator[FtmEntity]:
    about, event_id = event.to_dict(), safe_id("ev", event.id)
    acting = event.authority.entity if event.authority else None
    parts = [("affected", event.who), ("authority", acting)]
    involved = [(role, entities[found]) for role, found in parts if found in entities]
    person = entities.get(event.who)
    kind = event.type.replace("_", " ")
    modality = "" if event.modality == "happened" else f" ({event.modality})"
    kept = (
        "triggers", "sentences", "date", "date_passage", "term", "term_passage", "for", "by", "place", "reported_in",
        "confidence", "review",
    )  # fmt: skip
    notes = {key: about[key] for key in kept if about[key] is not None}
    if event.offence:
        notes["offence"] = document.slice(event.offence)
    yield _made(
        event_id,
        "Event",
        source
        | {
            "name": [f"{(person.called if person else '') or 'Somebody'}: {kind}{modality}"],
            "summary": [document.slice(event.sentences[0])],
            "date": [_date(event.date.value) if event.date else None],
            "location": [document.slice(event.place.passage) if event.place else None],
            "involved": [ids[entity.id] for _, entity in involved if entity.kind in _LEGAL],
            "keywords": [event.type, event.modality],
            "recordId": [event_id],
            "notes": [json_text(notes)],
        },
    )
    yield from _links(event_id, involved, ids, source)


def _links(
    event: str, involved: Iterable[tuple[str, Entity]], ids: dict[str, str], source: Properties
) -> Iterator[FtmEntity]:
    """Yield a link for everybody in an event, with what they are in it."""
    for role, entity in involved:
        yield _made(
            make_id("link", event, role, ids[entity.id]),
            "UnknownLink",
            {"subject": [ids[entity.id]], "object": [event], "role": [role], "proof": source["proof"]},
        )


def _write(records: Iterator[Record], path: Path, who: Who) -> None:
    shared: set[str] = set()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            for entity in entities_of(record, who):
                if entity["id"].startswith(("who-", "position-")):
                    if entity["id"] in shared:
                        continue
                    shared.add(entity["id"])
                file.write(json_text(entity) + "\n")


FORMAT = Format(
    name="ftm",
    help="FollowTheMoney entities, one a line, for Aleph and OpenAleph",
    folder=False,
    loses=(
        "where an entity is mentioned (`Mention` has no offsets), and mentions that are no names",
        "roles of anything but a person, and where in the article a role stands",
        "what read the article",
        "dates that the library does not know (weeks, seasons), addresses that are not http(s), languages but English",
        "control characters and lone surrogates: U+FFFD stands for each; runs of white space in names are one space",
        "why entities were joined across articles, and users' decisions",
    ),
    write=_write,
)
