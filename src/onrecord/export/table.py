"""Five tables: `articles`, `statements` with what is known of article and holder, `events`, `disputes` and `entities`.

A row of `statements` has the ids of its `article` and of its `speaker`, the `identity` of the speaker where people are
joined across articles, the words of source, cue and content as one reads them, and where they stand: `source_at`,
`cue_at` and `content_at` are lists of `[start, end]`, counted in characters of the article's `text`. The columns of
both formats are the same. A row of `events` has the ids of its `article` and of the person that it happens to (`who`);
`reported_in` is the id of the statement that tells it.

A dispute has a row in `disputes` for each `statement` on its sides, which `position` numbers from 1. A side for which
nobody is quoted has a row for each `event` that the others dispute, or one with neither, where `content` is what the
article tells. `about` is what the dispute is called and `title_at` where these words stand, `marker` are the words that
present it as a clash, and `confidence` is that of the dispute.

In **csv** a list is JSON in its cell, what the text does not say is an empty cell, and the files begin with the mark by
which spreadsheets know UTF-8. A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and an
article can be written to use that. So a cell of text that begins with one of them, with a tab, a line break or an
apostrophe gets one apostrophe put before it. To have the exact words, take one apostrophe off each cell that begins
with one.

In **parquet** lists are lists, and rows come in groups of 1,000. It needs `pip install 'onrecord[parquet]'`.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, TypeAlias

from onrecord.errors import MissingPart
from onrecord.export.format import Format, Who, encodable, identity_of
from onrecord.model import Dispute, Document, Entity, Event, Passage, Position, Record, Reference, Statement
from onrecord.wording import main_role

Kind: TypeAlias = Literal[
    "text", "number", "count", "yes or no", "texts", "passages", "roles", "mentions", "candidates"
]
Row: TypeAlias = dict[str, Any]

TABLES: Mapping[str, Mapping[str, Kind]] = {
    "articles": {
        "article": "text",
        "title": "text",
        "url": "text",
        "publisher": "text",
        "byline": "text",
        "published": "text",
        "language": "text",
        "name": "text",
        "words": "count",
        "statements": "count",
        "read_by_version": "text",
        "read_by_model": "text",
        "text": "text",
    },
    "statements": {
        "statement": "text",
        "article": "text",
        "title": "text",
        "url": "text",
        "publisher": "text",
        "published": "text",
        "speaker": "text",
        "identity": "text",
        "holder": "text",
        "role": "text",
        "source": "text",
        "cue": "text",
        "content": "text",
        "form": "text",
        "act": "text",
        "negated": "yes or no",
        "channel": "text",
        "channel_name": "text",
        "channel_owner": "text",
        "channel_at": "passages",
        "addressee": "text",
        "addressee_entity": "text",
        "addressee_at": "passages",
        "said_on": "text",
        "said_on_at": "passages",
        "confidence": "number",
        "review": "text",
        "reviewed_by": "text",
        "reviewed_on": "text",
        "candidates": "candidates",
        "source_at": "passages",
        "cue_at": "passages",
        "content_at": "passages",
        "read_by_version": "text",
        "read_by_model": "text",
    },
    "events": {
        "event": "text",
        "article": "text",
        "title": "text",
        "url": "text",
        "publisher": "text",
        "published": "text",
        "who": "text",
        "identity": "text",
        "called": "text",
        "type": "text",
        "modality": "text",
        "date": "text",
        "date_at": "passages",
        "term": "text",
        "suspended": "yes or no",
        "term_at": "passages",
        "for": "text",
        "for_at": "passages",
        "by": "text",
        "by_entity": "text",
        "by_at": "passages",
        "place": "text",
        "place_entity": "text",
        "place_at": "passages",
        "trigger": "text",
        "sentence": "text",
        "reported_in": "text",
        "said_by": "text",
        "confidence": "number",
        "review": "text",
        "reviewed_by": "text",
        "reviewed_on": "text",
        "triggers_at": "passages",
        "sentences_at": "passages",
        "read_by_version": "text",
        "read_by_model": "text",
    },
    "disputes": {
        "dispute": "text",
        "article": "text",
        "title": "text",
        "url": "text",
        "publisher": "text",
        "published": "text",
        "about": "text",
        "type": "text",
        "reported": "yes or no",
        "marker": "text",
        "confidence": "number",
        "position": "count",
        "statement": "text",
        "event": "text",
        "speaker": "text",
        "identity": "text",
        "holder": "text",
        "role": "text",
        "content": "text",
        "form": "text",
        "act": "text",
        "negated": "yes or no",
        "title_at": "passages",
        "marker_at": "passages",
        "content_at": "passages",
        "read_by_version": "text",
        "read_by_model": "text",
    },
    "entities": {
        "entity": "text",
        "article": "text",
        "identity": "text",
        "identity_name": "text",
        "kind": "text",
        "name": "text",
        "label": "text",
        "aliases": "texts",
        "role": "text",
        "roles": "roles",
        "statements": "count",
        "mentions": "mentions",
    },
}
"""The columns of each table and what is in them, in their order."""

_ROWS_IN_A_GROUP = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""How a cell begins that a spreadsheet may run (the apostrophe: so that taking one off is always right)."""


def rows_of(record: Record, who: Who) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a record, each with the name of its table."""
    document, entities = record.document, {entity.id: entity for entity in record.entities}
    held = Counter(statement.speaker for statement in record.statements)
    read_by = {
        "read_by_version": record.read_by.version if record.read_by else None,
        "read_by_model": record.read_by.model if record.read_by else None,
    }
    yield "articles", _article_row(document, len(record.statements)) | read_by
    for statement in record.statements:
        yield "statements", _statement_row(document, statement, entities, who) | read_by
    tellers = {statement.id: statement for statement in record.statements}
    for event in record.events:
        teller = tellers.get(event.reported_in or "")
        yield "events", _event_row(document, event, teller, entities, who) | read_by
    for dispute in record.disputes:
        for row in _dispute_rows(record, dispute, entities, who):
            yield "disputes", row | read_by
    for entity in record.entities:
        yield "entities", _entity_row(document, entity, held[entity.id], who)


def _article_cells(document: Document) -> Row:
    return {
        "article": document.id,
        "title": document.title,
        "url": document.url,
        "publisher": document.publisher,
        "published": document.published,
    }


def _article_row(document: Document, statements: int) -> Row:
    return {
        **_article_cells(document),
        "byline": document.byline,
        "language": document.language,
        "name": document.name,
        "words": document.words,
        "statements": statements,
        "text": document.text,
    }


def _statement_row(document: Document, statement: Statement, entities: Mapping[str, Entity], who: Who) -> Row:
    speaker = entities.get(statement.speaker or "")
    identity = identity_of(document, speaker, who) if speaker else None
    channel, addressee, said_on = statement.channel, statement.addressee, statement.said_on
    review = statement.review
    return {
        "statement": statement.id,
        **_article_cells(document),
        "speaker": statement.speaker,
        "identity": identity.id if identity else None,
        "holder": identity.called if identity else speaker.called if speaker else None,
        "role": (main_role(speaker) or None) if speaker else None,
        "source": document.slice(statement.source),
        "cue": document.slice(statement.cue),
        "content": document.slice(statement.content),
        "form": statement.form,
        "act": statement.act,
        "negated": statement.negated,
        "channel": channel.kind if channel else None,
        "channel_name": channel.name if channel else None,
        "channel_owner": channel.owner if channel else None,
        "channel_at": [list(channel.passage)] if channel else [],
        "addressee": document.slice(addressee.passage) if addressee else None,
        "addressee_entity": addressee.entity if addressee else None,
        "addressee_at": [list(addressee.passage)] if addressee else [],
        "said_on": said_on.value if said_on else None,
        "said_on_at": [list(said_on.passage)] if said_on else [],
        "confidence": statement.confidence,
        "review": review.verdict if review else None,
        "reviewed_by": review.by if review else None,
        "reviewed_on": review.on if review else None,
        "candidates": [candidate.to_dict() for candidate in statement.candidates],
        "source_at": [list(passage) for passage in statement.source],
        "cue_at": [list(passage) for passage in statement.cue],
        "content_at": [list(passage) for passage in statement.content],
    }


def _event_row(
    document: Document, event: Event, teller: Statement | None, entities: Mapping[str, Entity], who: Who
) -> Row:
    person = entities.get(event.who)
    identity = identity_of(document, person, who) if person else None
    speaker = entities.get(teller.speaker or "") if teller else None
    date, term, review = event.date, event.term, event.review
    return {
        "event": event.id,
        **_article_cells(document),
        "who": event.who,
        "identity": identity.id if identity else None,
        "called": identity.called if identity else person.called if person else None,
        "type": event.type,
        "modality": event.modality,
        "date": date.value if date else None,
        "date_at": _places(date.passage if date else None),
        "term": term.value if term else None,
        "suspended": term.suspended if term else False,
        "term_at": _places(term.passage if term else None),
        "for": document.slice(event.offence) if event.offence else None,
        "for_at": _places(event.offence),
        **_reference_cells(document, "by", event.authority),
        **_reference_cells(document, "place", event.place),
        "trigger": document.slice(event.triggers[0]),
        "sentence": document.slice(event.sentences[0]),
        "reported_in": event.reported_in,
        "said_by": speaker.called if speaker else document.slice(teller.source) if teller else None,
        "confidence": event.confidence,
        "review": review.verdict if review else None,
        "reviewed_by": review.by if review else None,
        "reviewed_on": review.on if review else None,
        "triggers_at": _places(*event.triggers),
        "sentences_at": _places(*event.sentences),
    }


def _dispute_rows(record: Record, dispute: Dispute, entities: Mapping[str, Entity], who: Who) -> Iterator[Row]:
    """Yield a row for each thing on each side of a dispute."""
    document = record.document
    shared = {
        "dispute": dispute.id,
        "about": dispute.about,
        "type": dispute.type,
        "reported": dispute.reported,
        "marker": document.slice(dispute.marker) if dispute.marker else None,
        "confidence": dispute.confidence,
        "title_at": _places(*dispute.title),
        "marker_at": _places(dispute.marker),
    }
    for number, position in enumerate(dispute.positions, start=1):
        for held in _held(record, position, entities, who):
            cells = _article_cells(document) | held | shared | {"position": number}
            yield {column: cells.get(column) for column in TABLES["disputes"]}


def _held(record: Record, position: Position, entities: Mapping[str, Entity], who: Who) -> Iterator[Row]:
    """Yield what a side of a dispute has: its statements, the events that the others dispute, or words."""
    document = record.document
    for entry in position.statements:
        yield from (_statement_row(document, s, entities, who) for s in record.statements if s.id == entry)
    for event in record.events:
        if event.id in position.events:
            yield {"event": event.id} | _content_cells(document, event.sentences[:1])
    if position.words:
        yield _content_cells(document, position.words)


def _content_cells(document: Document, passages: Sequence[Passage]) -> Row:
    return {"content": document.slice(passages), "content_at": _places(*passages)}


def _places(*passages: Passage | None) -> list[list[int]]:
    return [list(passage) for passage in passages if passage is not None]


def _reference_cells(document: Document, name: str, found: Reference | None) -> Row:
    return {
        name: document.slice(found.passage) if found else None,
        f"{name}_entity": found.entity if found else None,
        f"{name}_at": _places(found.passage if found else None),
    }


def _entity_row(document: Document, entity: Entity, statements: int, who: Who) -> Row:
    identity = identity_of(document, entity, who)
    return {
        "entity": entity.id,
        "article": document.id,
        "identity": identity.id if identity else None,
        "identity_name": identity.called if identity else None,
        "kind": entity.kind,
        "name": entity.name,
        "label": entity.label,
        "aliases": list(entity.aliases),
        "role": main_role(entity) or None,
        "roles": [role.to_dict() for role in entity.roles],
        "statements": statements,
        "mentions": [{"passage": list(m.passage), "kind": m.kind} for m in entity.mentions],
    }


def cell(value: object) -> str:
    """Return a value as a cell of a csv file that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, str):
        return encodable(f"'{value}" if value.startswith(_FORMULA) else value)
    if isinstance(value, list | dict):
        return encodable(json.dumps(value, ensure_ascii=False)) if value else ""
    return str(value).lower()  # true, false and numbers


def _write_csv(records: Iterator[Record], folder: Path, who: Who) -> None:
    with ExitStack() as stack:
        writers = {}
        for table, columns in TABLES.items():
            file = stack.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            writers[table] = csv.writer(file)  # RFC 4180: commas, CRLF
            writers[table].writerow(columns)
        for record in records:
            for table, row in rows_of(record, who):
                writers[table].writerow(cell(row[column]) for column in TABLES[table])


def _write_parquet(records: Iterator[Record], folder: Path, who: Who) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingPart("parquet: pyarrow is not installed. Try: pip install 'onrecord[parquet]'") from error

    passages = pyarrow.list_(pyarrow.list_(pyarrow.int64()))
    text = pyarrow.string()
    types: Mapping[Kind, Any] = {
        "text": text,
        "number": pyarrow.float64(),
        "count": pyarrow.int64(),
        "yes or no": pyarrow.bool_(),
        "texts": pyarrow.list_(text),
        "passages": passages,
        "roles": pyarrow.list_(
            pyarrow.struct(
                [(key, text) for key in ("title", "organization", "status", "since", "until")]
                + [("passage", pyarrow.list_(pyarrow.int64()))]
            )
        ),
        "mentions": pyarrow.list_(pyarrow.struct([("passage", pyarrow.list_(pyarrow.int64())), ("kind", text)])),
        "candidates": pyarrow.list_(pyarrow.struct([("entity", text), ("chance", pyarrow.float64())])),
    }
    with ExitStack() as stack:
        schemas, writers, waiting = {}, {}, {}
        for table, columns in TABLES.items():
            schemas[table] = pyarrow.schema([(column, types[kind]) for column, kind in columns.items()])
            path = folder / f"{table}.parquet"
            writers[table] = stack.enter_context(parquet.ParquetWriter(path, schemas[table]))
            waiting[table] = list[Row]()

        def flush(table: str) -> None:
            writers[table].write_table(pyarrow.Table.from_pylist(waiting[table], schema=schemas[table]))
            waiting[table].clear()

        for record in records:
            for table, row in rows_of(record, who):
                waiting[table].append(_encodable(row))
                if len(waiting[table]) == _ROWS_IN_A_GROUP:
                    flush(table)
        for table in TABLES:
            if waiting[table]:
                flush(table)


def _encodable(value: Any) -> Any:
    """Return a row without lone surrogates anywhere in it."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(found) for key, found in value.items()}
    return [_encodable(found) for found in value] if isinstance(value, list) else value


_NAMES = "articles, statements, events, disputes and entities"
_LOSES: Iterable[str] = (
    "what stands between two passages of one content (` … ` stands for it in `content`; `content_at` has both places)",
    "why entities were joined across articles, and users' decisions",
    "lone surrogates: U+FFFD stands for each",
)
CSV = Format(
    name="csv",
    help=f"a folder of five tables for a spreadsheet or R: {_NAMES} as .csv",
    folder=True,
    loses=("the difference between empty and not known: both are an empty cell", *_LOSES),
    write=_write_csv,
)
PARQUET = Format(
    name="parquet",
    help=f"a folder of five tables for pandas, DuckDB or Spark: {_NAMES} as .parquet",
    folder=True,
    loses=tuple(_LOSES),
    write=_write_parquet,
    extra="parquet",
)
