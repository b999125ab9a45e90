"""W3C Web Annotations as JSON-LD: a collection in pages, for Recogito, Annotorious and other annotation tools.

The folder has `collection.json` (an `AnnotationCollection`), `pages/page-….json` (each an `AnnotationPage` of up to
1,000 annotations, whole articles together) and the text of each article as `texts/doc-….txt`. There are two kinds of
annotation:

- for each **statement**, motivation `describing`. Its targets are the passages of the content. Its bodies are the
  entity that holds it (purpose `identifying`), act, form, channel and the like as tags (purpose `tagging`), and the
  words of cue, source, addressee, channel and date as passages with the purpose `describing` and their role.
- for each **entity**, motivation `identifying`. Its targets are all its mentions, its body is the entity.

Each passage is a `SpecificResource` of the text (`urn:onrecord:doc-…`) with two selectors, each of which finds it
alone: `TextQuoteSelector` (exact words, 32 characters before and after) and `TextPositionSelector` (characters of
`texts/doc-….txt`, counted as Unicode code points). Where the article has an address, that is the `scope`: the page on
which the quote can be found too. Several targets are what the recommendation has for a discontinuous passage.

Names beyond the recommendation's begin with `onrecord:`, which the `@context` of each page declares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from onrecord.export.format import Format, Who, encodable, identity_of, inside, json_text, safe_id
from onrecord.model import Document, Entity, Passage, Record, Statement

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"onrecord": "urn:onrecord:"}]
_AROUND = 32
"""How many characters before and after a quote are kept, so that it is found where it stands twice."""
_IN_A_PAGE = 1000
_TYPES = {"person": "Person", "organization": "Organization"}
_COLLECTION = "urn:onrecord:collection"


def annotations_of(record: Record, who: Who) -> Iterator[dict[str, Any]]:
    """Yield the annotations of a record."""
    document = record.document
    bodies = {entity.id: _entity_body(document, entity, who) for entity in record.entities}
    for statement in record.statements:
        targets = _places(document, statement.content)
        if targets:
            yield _about_statement(record, statement, targets, bodies)
    for entity in record.entities:
        targets = _places(document, [mention.passage for mention in entity.mentions])
        if targets:
            yield {
                "id": f"urn:onrecord:mentions-{safe_id('en', entity.id)}",
                "type": "Annotation",
                "motivation": "identifying",
                "body": bodies[entity.id] | {"purpose": "identifying"},
                "target": targets,
            }


def _about_statement(
    record: Record, statement: Statement, targets: list[dict[str, Any]], bodies: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    channel, addressee, said_on = statement.channel, statement.addressee, statement.said_on
    speaker = bodies.get(statement.speaker or "")
    parts = (
        ("cue", statement.cue),
        ("source", statement.source),
        ("addressee", [addressee.passage] if addressee else []),
        ("channel", [channel.passage] if channel else []),
        ("said_on", [said_on.passage] if said_on else []),
    )
    tags = [statement.act, statement.form, *([channel.kind] if channel else [])]
    body: list[dict[str, Any]] = [speaker | {"purpose": "identifying"}] if speaker else []
    body += [{"type": "TextualBody", "purpose": "tagging", "value": encodable(tag)} for tag in tags]
    if statement.negated:
        body.append({"type": "TextualBody", "purpose": "tagging", "value": "negated"})
    for role, passages in parts:
        body += [
            place | {"purpose": "describing", "onrecord:role": role} for place in _places(record.document, passages)
        ]
    about = statement.to_dict()
    found: dict[str, Any] = {
        "id": f"urn:onrecord:{safe_id('st', statement.id)}",
        "type": "Annotation",
        "motivation": "describing",
        "body": body,
        "target": targets,
    }
    for key in ("confidence", "act", "form", "negated", "candidates", "review"):
        if about[key] not in (None, []):
            found[f"onrecord:{key}"] = _prefixed(about[key])
    for key in ("addressee", "channel", "said_on"):
        if about[key]:
            found[f"onrecord:{key}"] = _prefixed({k: v for k, v in about[key].items() if k != "passage"})
    if record.read_by:
        found["generator"] = {
            "id": "urn:onrecord:program",
            "type": "Software",
            "name": "onrecord",
            "onrecord:version": record.read_by.version,
            "onrecord:model": record.read_by.model,
        }
    return found


def _prefixed(value: Any) -> Any:
    """Return a value of ours with its keys as JSON-LD knows them."""
    if isinstance(value, dict):
        return {f"onrecord:{key}": found for key, found in value.items() if found is not None}
    return [_prefixed(found) for found in value] if isinstance(value, list) else value


def _places(document: Document, passages: Sequence[Passage]) -> list[dict[str, Any]]:
    return [_place(document, passage) for passage in passages if inside(document.text, passage)]


def _place(document: Document, passage: Passage) -> dict[str, Any]:
    text, (start, end) = document.text, passage
    place: dict[str, Any] = {
        "type": "SpecificResource",
        "source": f"urn:onrecord:{document.id}",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": encodable(text[start:end]),
                "prefix": encodable(text[max(0, start - _AROUND) : start]),
                "suffix": encodable(text[end : end + _AROUND]),
            },
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    }
    if (document.url or "").casefold().startswith(("http://", "https://")):
        place["scope"] = document.url
    return place


def _entity_body(document: Document, entity: Entity, who: Who) -> dict[str, Any]:
    identity = identity_of(document, entity, who)
    body: dict[str, Any] = {
        "id": f"urn:onrecord:{safe_id('en', entity.id)}",
        "type": _TYPES.get(entity.kind, f"onrecord:{entity.kind}"),
        "name": entity.called,
    }
    if entity.aliases:
        body["onrecord:aliases"] = list(entity.aliases)
    if entity.roles:
        body["onrecord:roles"] = [_prefixed(role.to_dict()) for role in entity.roles]
    if identity is not None:
        body["onrecord:identity"] = {"id": f"urn:onrecord:{identity.id}", "name": identity.called}
    return body


def _write(records: Iterator[Record], folder: Path, who: Who) -> None:
    (folder / "pages").mkdir()
    (folder / "texts").mkdir()
    pages, total, items = 0, 0, list[dict[str, Any]]()

    def flush(*, last: bool) -> None:
        nonlocal pages, total
        pages += 1
        page = {
            "@context": CONTEXT,
            "id": _page_id(pages),
            "type": "AnnotationPage",
            "partOf": _COLLECTION,
            "startIndex": total,
            **({} if pages == 1 else {"prev": _page_id(pages - 1)}),
            **({} if last else {"next": _page_id(pages + 1)}),
            "items": items,
        }
        _put(folder / "pages" / f"page-{pages:06}.json", json_text(page))
        total += len(items)
        items.clear()

    for record in records:
        found = list(annotations_of(record, who))
        if items and len(items) + len(found) > _IN_A_PAGE:
            flush(last=False)
        items += found
        _put(folder / "texts" / f"{record.document.id}.txt", encodable(record.document.text))
    flush(last=True)
    collection = {
        "@context": CONTEXT,
        "id": _COLLECTION,
        "type": "AnnotationCollection",
        "label": "Statements and the people who made them",
        "total": total,
        "first": _page_id(1),
        "last": _page_id(pages),
    }
    _put(folder / "collection.json", json_text(collection, indent=2) + "\n")


def _page_id(number: int) -> str:
    return f"urn:onrecord:page-{number:06}"


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


FORMAT = Format(
    name="annotations",
    help="a folder of W3C Web Annotations (JSON-LD) for annotation tools, with the texts they point into",
    folder=True,
    loses=(
        "title, publisher, byline, date and language of an article",
        "entities that have no mention and hold no statement; whether a mention is a name, a nominal or a pronoun",
        "why entities were joined across articles, and users' decisions",
        "lone surrogates: U+FFFD stands for each",
    ),
    write=_write,
)
