"""schema.org as JSON-LD: one line an article, each a document of its own with its own `@context`.

The `@graph` of a line has the `NewsArticle`, a `Person`, `Organization`, `Place` or `CreativeWork` for each entity that
the statements name, and the statements:

- a direct one is a `Quotation`: its words are the speaker's, whatever the act;
- an indirect or mixed one is a `Claim` where its holder states the content to be so: with the acts say, report,
  describe, answer, confirm, admit, accuse, warn, predict, believe and know;
- any other (she *denied* that, *asked* whether, *wants* to …) is a plain `CreativeWork`, since schema.org would read a
  `Claim` as what she says is so. Its `text` is the article's, with source and cue ("She denied that …"), and it is
  `about` her.

The holder of a `Quotation` or a `Claim` is its `creator`, of a `Quotation` also `spokenByCharacter` (a report or a
letter is what it `isBasedOn`). A `Claim` has its article as `appearance`, the others as `isPartOf`. `datePublished` is
the article's day, `dateCreated` the day on which it was said, where the article tells. `keywords` are act, form and
channel. Ids are ours as `urn:onrecord:st-…`.

Who publishes an article on the web can put such a line into `<script type="application/ld+json">` as it is: `<` is
escaped in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from onrecord.export.format import Format, Who, identity_of, inside, json_text, safe_id
from onrecord.model import Document, Entity, Record, Statement
from onrecord.wording import describe_role

CLAIMED = frozenset(
    ("say", "report", "describe", "answer", "confirm", "admit", "accuse", "warn", "predict", "believe", "know")
)
"""The acts with which a holder says, or takes it, that the content is so."""

_TYPES = {
    "person": "Person",
    "organization": "Organization",
    "group": "Organization",
    "place": "Place",
    "document": "CreativeWork",
}
_AGENTS = ("person", "organization", "group")
_WEB = re.compile("https?://", re.IGNORECASE)


def to_json_ld(record: Record, who: Who) -> dict[str, Any]:
    """Return the JSON-LD document of a record."""
    document, said = record.document, [s for s in record.statements if not s.negated]
    entities = {entity.id: entity for entity in record.entities}
    named = {statement.speaker for statement in said}
    ids = {entity.id: _urn(_id_of(document, entity, who)) for entity in record.entities}
    graph = [
        _article(document),
        *(_someone(document, entity, who) for entity in record.entities if entity.id in named),
        *(_statement(document, statement, entities, ids) for statement in said),
    ]
    return {"@context": "https://schema.org", "@graph": graph}


def _urn(found: str) -> str:
    return f"urn:onrecord:{found}"


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has a value."""
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _id_of(document: Document, entity: Entity, who: Who) -> str:
    identity = identity_of(document, entity, who)
    return identity.id if identity else safe_id("en", entity.id)


def _article(document: Document) -> dict[str, Any]:
    return _known(
        {
            "@type": "NewsArticle",
            "@id": _urn(document.id),
            "headline": document.title,
            "url": document.url if _WEB.match(document.url or "") else None,
            "author": {"@type": "Person", "name": document.byline} if document.byline else None,
            "publisher": {"@type": "Organization", "name": document.publisher} if document.publisher else None,
            "datePublished": document.published,
            "inLanguage": document.language,
        }
    )


def _someone(document: Document, entity: Entity, who: Who) -> dict[str, Any]:
    known = identity_of(document, entity, who) or entity
    roles = [" ".join(describe_role(role).split()) for role in entity.roles]
    return _known(
        {
            "@type": _TYPES[known.kind],
            "@id": _urn(_id_of(document, entity, who)),
            "name": known.called,
            "alternateName": list(known.aliases),
            "jobTitle" if known.kind == "person" else "description": roles,
        }
    )


def _statement(
    document: Document, statement: Statement, entities: Mapping[str, Entity], ids: Mapping[str, str]
) -> dict[str, Any]:
    speaker = entities.get(statement.speaker or "")
    addressee = statement.addressee
    channel, said_on = statement.channel, statement.said_on
    quotation = statement.form == "direct"
    claim = not quotation and statement.act in CLAIMED
    hers = quotation or claim
    words = [*statement.source, *statement.cue, *statement.content]
    at = {"@id": _urn(document.id)}
    holder = {"@id": ids[speaker.id]} if speaker else None
    agent = holder if speaker and speaker.kind in _AGENTS else None
    return _known(
        {
            "@type": "Quotation" if quotation else "Claim" if claim else "CreativeWork",
            "@id": _urn(safe_id("st", statement.id)),
            "text": document.slice(statement.content) if hers else _in_order(document, words),
            "creator": agent if hers else None,
            "about": None if hers else holder,
            "spokenByCharacter": agent if quotation else None,
            "isBasedOn": holder if hers and speaker and speaker.kind == "document" else None,
            "audience": {"@type": "Audience", "name": document.slice(addressee.passage)} if addressee else None,
            "appearance" if claim else "isPartOf": at,
            "datePublished": document.published,
            "dateCreated": said_on.value if said_on else None,
            "inLanguage": document.language,
            "keywords": [statement.act, statement.form, *([channel.kind] if channel else [])],
        }
    )


def _in_order(document: Document, words: list[Any]) -> str:
    """Return source, cue and content as they stand in the article."""
    return document.slice(sorted(passage for passage in words if inside(document.text, passage)))


def _write(records: Iterator[Record], path: Path, who: Who) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json_text(to_json_ld(record, who)).replace("<", "\\u003c") + "\n")


FORMAT = Format(
    name="schemaorg",
    help="schema.org Quotation and Claim as JSON-LD, one article a line, for search engines and knowledge graphs",
    folder=False,
    loses=(
        "statements that were not made (`negated`): schema.org cannot say so, and would have them made",
        "the text of the article and all offsets; cue and source, but for acts that claim nothing",
        "confidence, candidates, reviews, and what read the article",
        "mentions of entities, and since and until when a role is held; entities that no statement names",
        "of a quotation or a claim, a holder that is a place",
        "the entity that an addressee is, the name and the owner of a channel",
        "why entities were joined across articles, and users' decisions",
    ),
    write=_write,
)
