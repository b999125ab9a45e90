"""The JSON Schema of a record, the contract that other programs rely on."""

from __future__ import annotations

import json
from typing import Any, get_args

from onrecord.attribution.cues import acts
from onrecord.model import (
    ChannelKind,
    CustodyStatus,
    DisputeType,
    EntityKind,
    EventType,
    Form,
    MentionForm,
    Modality,
    NoteKind,
    ReviewVerdict,
    RoleStatus,
)

_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _object(properties: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


def _or_null(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


def _passages(description: str, *, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "description": description, "minItems": least, "items": {"$ref": "#/$defs/passage"}}


def _one_or_null(name: str, description: str) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}], "description": description}


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `Record.to_dict` and `Skipped.to_dict` give."""
    passage = {
        "type": "array",
        "description": "Characters [start, end) of document.text, counted as Unicode code points.",
        "prefixItems": [{"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}],
        "minItems": 2,
        "maxItems": 2,
    }
    document = _object(
        {
            "id": {"type": "string", "pattern": "^doc-[0-9a-f]{12}$"},
            "title": _or_null("string"),
            "url": _or_null("string"),
            "publisher": _or_null("string"),
            "byline": _or_null("string"),
            "published": _or_null("string", pattern=_DATE),
            "language": _or_null("string"),
            "digest": {"type": "string", "description": "SHA-256 of the text."},
            "name": _or_null("string", description="The path or address that it was read from."),
            "text": {"type": "string", "description": "The text that every passage points into."},
        },
        "One article.",
    )
    statement = _object(
        {
            "id": {"type": "string", "pattern": "^st-[0-9a-f]{12}$"},
            "speaker": _or_null("string", description="Id of the entity that holds it; null where it is not known."),
            "source": _passages("The words that name the holder; empty where the text names none."),
            "cue": _passages("The words that report it; empty where a quotation stands alone."),
            "content": _passages("What is said or held, without quotation marks around it.", least=1),
            "form": {"enum": list(get_args(Form)), "description": "By quotation marks: all of it, none, or a part."},
            "act": {"enum": list(acts()), "description": "What the cue does."},
            "negated": {"type": "boolean", "description": "True where the cue says that it was not said or held."},
            "candidates": {
                "type": "array",
                "description": "Where speaker is null: who may hold it, the likeliest first.",
                "items": {"$ref": "#/$defs/candidate"},
            },
            "addressee": _one_or_null("reference", "Who was told or answered; null where the text does not say."),
            "channel": _one_or_null("channel", "How it was said; null where the text does not say."),
            "said_on": _one_or_null("said_on", "When it was said; null where the text does not tell."),
            "confidence": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "The chance that content and holder are right.",
            },
            "review": _one_or_null("review", "What a person decided about it in a store; null where nobody has."),
        },
        "One attribution.",
    )
    review = _object(
        {
            "verdict": {"enum": list(get_args(ReviewVerdict)), "description": "Right as found, or as corrected."},
            "by": {"type": "string"},
            "on": {"type": "string", "pattern": _DATE},
        },
        "A person's decision about a statement or an event.",
    )
    read_by = _object(
        {"version": {"type": "string"}, "model": {"type": "string", "description": "The digest of its files."}},
        "The version of onrecord and the model that read the article.",
    )
    said_on = _object(
        {
            "value": {"type": "string", "description": "ISO 8601 with the precision of the text, week and season too."},
            "passage": {"$ref": "#/$defs/passage"},
        },
        "A date and the words that tell it.",
    )
    channel = _object(
        {
            "kind": {"enum": list(get_args(ChannelKind))},
            "name": _or_null("string", description="Which one, where the text says: Facebook, Reuters."),
            "owner": _or_null("string", description="Id of the entity whose page, letter or programme it is."),
            "passage": {"$ref": "#/$defs/passage"},
        },
        "How something was said.",
    )
    reference = _object(
        {
            "entity": _or_null("string", description="Id of the entity that the words stand for."),
            "passage": {"$ref": "#/$defs/passage"},
        },
        "Words that name somebody or something.",
    )
    candidate = _object(
        {"entity": {"type": "string"}, "chance": {"type": "number", "minimum": 0, "maximum": 1}},
        "An entity that may hold a statement.",
    )
    role = _object(
        {
            "title": {"type": "string", "description": "As written, without what its status field says."},
            "organization": _or_null("string", description="Where it is held, as written."),
            "status": {"enum": list(get_args(RoleStatus))},
            "since": _or_null("string"),
            "until": _or_null("string"),
            "passage": {"$ref": "#/$defs/passage"},
        },
        "What somebody is or was.",
    )
    mention = _object(
        {"passage": {"$ref": "#/$defs/passage"}, "kind": {"enum": list(get_args(MentionForm))}},
        "Words that stand for an entity.",
    )
    entity = _object(
        {
            "id": {"type": "string", "pattern": "^en-[0-9a-f]{12}$"},
            "kind": {"enum": list(get_args(EntityKind))},
            "name": _or_null("string", description="Its fullest name in the article; null where that never names it."),
            "label": _or_null("string", description="How it is called, where it has no name."),
            "aliases": {"type": "array", "description": "Its other names in the article.", "items": {"type": "string"}},
            "mentions": {
                "type": "array",
                "description": "Empty where only a person's correction names it.",
                "items": {"$ref": "#/$defs/mention"},
            },
            "roles": {"type": "array", "description": "In the order of the text.", "items": {"$ref": "#/$defs/role"}},
        },
        "Somebody or something that the article speaks of.",
    )
    record = _object(
        {
            "document": {"$ref": "#/$defs/document"},
            "read_by": _one_or_null("read_by", "What read it; null where that is not known."),
            "entities": {"type": "array", "items": {"$ref": "#/$defs/entity"}},
            "statements": {"type": "array", "items": {"$ref": "#/$defs/statement"}},
            "events": {
                "type": "array",
                "description": "What happened to whom, in the order of the text.",
                "items": {"$ref": "#/$defs/event"},
            },
            "custody": {
                "type": "array",
                "description": "The ledger: each person's events in order.",
                "items": {"$ref": "#/$defs/custody"},
            },
            "disputes": {
                "type": "array",
                "description": "Where the accounts conflict, in the order of the text.",
                "items": {"$ref": "#/$defs/dispute"},
            },
        },
        "Everything that came out of one document.",
    )
    reference_or_null = {"anyOf": [{"$ref": "#/$defs/reference"}, {"type": "null"}]}
    passage_or_null = {"anyOf": [{"$ref": "#/$defs/passage"}, {"type": "null"}]}
    event = _object(
        {
            "id": {"type": "string", "pattern": "^ev-[0-9a-f]{12}$"},
            "type": {"enum": list(get_args(EventType))},
            "who": {"type": "string", "description": "Id of the entity that it happens to."},
            "modality": {"enum": list(get_args(Modality))},
            "date": _or_null("string", description="ISO 8601 with the precision of the text."),
            "date_passage": {**passage_or_null, "description": "The words that tell the date."},
            "term": _or_null("string", description="P2Y6M, a range P7Y/P20Y, life, death or indefinite."),
            "term_passage": {**passage_or_null, "description": "The words that tell the term."},
            "suspended": {"type": "boolean", "description": "True where the term is suspended."},
            "for": {**passage_or_null, "description": "The offence or reason, in the words of the text."},
            "by": {**reference_or_null, "description": "Who acts; of a request, who asks or is asked."},
            "place": {**reference_or_null, "description": "Where it happens."},
            "trigger": {"$ref": "#/$defs/passage"},
            "sentence": {"$ref": "#/$defs/passage"},
            "triggers": _passages("All words that tell of it, the clearest first.", least=1),
            "sentences": _passages("The sentence of each trigger.", least=1),
            "reported_in": _or_null(
                "string",
                description="Id of the statement inside which it is told; null where the article tells it.",
            ),
            "confidence": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "How plainly type and person are told: an order, not a chance.",
            },
            "review": _one_or_null("review", "What a person decided about it in a store; null where nobody has."),
        },
        "One step in somebody's case.",
    )
    note = _object(
        {
            "kind": {"enum": list(get_args(NoteKind))},
            "events": {"type": "array", "items": {"type": "string"}},
            "what": {"type": "string"},
        },
        "What to know of some events: a gap, a term that has run out, a conflict, the word of one party alone.",
    )
    custody = _object(
        {
            "who": {"type": "string", "description": "Id of the entity."},
            "status": {"enum": list(get_args(CustodyStatus))},
            "because": _or_null("string", description="Id of the event that the status rests on."),
            "events": {"type": "array", "items": {"type": "string"}, "description": "Ids of its events, in order."},
            "notes": {"type": "array", "items": {"$ref": "#/$defs/note"}},
        },
        "The ledger of one person, group or organisation.",
    )
    position = _object(
        {
            "statements": {
                "type": "array",
                "description": "Ids of the statements that take it, the clearest first.",
                "items": {"type": "string"},
            },
            "events": {
                "type": "array",
                "description": "Where nobody is quoted for this side: ids of the events that the others dispute.",
                "items": {"type": "string"},
            },
            "words": _passages("Where nobody is quoted for this side: the words that tell what the others dispute."),
        },
        "One side of a dispute.",
    )
    dispute = _object(
        {
            "id": {"type": "string", "pattern": "^di-[0-9a-f]{12}$"},
            "about": {"type": "string", "description": "A short title, in the words of the article."},
            "title": _passages("Where the words of the title stand.", least=1),
            "type": {"enum": list(get_args(DisputeType)), "description": "What they are at odds over."},
            "reported": {
                "type": "boolean",
                "description": "True where the article itself says that they clash; otherwise what they hold shows it.",
            },
            "marker": {**passage_or_null, "description": "The words that say so; null where it was inferred."},
            "positions": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/position"}},
            "confidence": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "The chance that a careful reader agrees.",
            },
        },
        "A matter on which holders cannot both be right.",
    )
    skipped = _object(
        {"skipped": _object({"name": {"type": "string"}, "reason": {"type": "string"}}, "What failed and why.")},
        "Stands in the place of a record where a source could not be read.",
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "onrecord record",
        "oneOf": [{"$ref": "#/$defs/record"}, {"$ref": "#/$defs/skipped"}],
        "$defs": {
            "passage": passage,
            "document": document,
            "statement": statement,
            "reference": reference,
            "candidate": candidate,
            "channel": channel,
            "role": role,
            "said_on": said_on,
            "review": review,
            "read_by": read_by,
            "entity": entity,
            "mention": mention,
            "event": event,
            "note": note,
            "custody": custody,
            "position": position,
            "dispute": dispute,
            "record": record,
            "skipped": skipped,
        },
    }


def schema_text() -> str:
    """Return the schema as indented JSON."""
    return json.dumps(record_schema(), indent=2, ensure_ascii=False)
