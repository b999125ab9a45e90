"""Records in other people's formats: tables, pages, annotations, linked data, a corpus.

`FORMATS` is the table of what there is, and `export` the one entry. All of them take a stream of records and keep
little of it; `to_json`, `to_jsonl`, `to_html` and `to_notebook` make a string of a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import WrongUsage
from onrecord.export import brat, docbin, ftm, jsonl, plover, schemaorg, site, table, tei, web_annotations
from onrecord.export.brat import read_brat
from onrecord.export.format import Format, Who
from onrecord.export.jsonl import to_json, to_jsonl
from onrecord.export.page import HUES, Mark, cut_text, group_holders, to_html, to_notebook
from onrecord.export.target import whole_file, whole_folder
from onrecord.model import Record

__all__ = [
    "FORMATS",
    "HUES",
    "Counts",
    "Format",
    "Mark",
    "Who",
    "cut_text",
    "export",
    "group_holders",
    "read_brat",
    "to_html",
    "to_json",
    "to_jsonl",
    "to_notebook",
]

FORMATS = {
    known.name: known
    for known in (
        jsonl.FORMAT,
        table.CSV,
        table.PARQUET,
        site.FORMAT,
        brat.FORMAT,
        web_annotations.FORMAT,
        ftm.FORMAT,
        plover.FORMAT,
        tei.FORMAT,
        schemaorg.FORMAT,
        docbin.FORMAT,
    )
}
"""Every format by its name."""


@dataclass(slots=True)
class Counts:
    """How much an export holds."""

    articles: int = 0
    statements: int = 0
    events: int = 0
    entities: int = 0


def export(records: Iterable[Record], format: str, target: str | Path, *, who: Who | None = None) -> Counts:
    """Write records in a format of `FORMATS` to a file or a folder, and return how much that was.

    Records are taken one by one; an article that comes twice is written once, as it came first. The same records give
    the same bytes. A target that exists is replaced by a whole one or stays as it was; a folder is replaced only where
    onrecord wrote it and nobody has changed a file in it since.

    `who` says who an entity of an article is across articles: a mapping from `(document id, entity id)` to `Identity`,
    or anything with such a `get`. Without it each article's entities stand alone.

    Raises WrongUsage for an unknown format and for a target that cannot be replaced, MissingPart where the format needs
    an extra that is not installed.
    """
    if format not in FORMATS:
        raise WrongUsage(f"{format}: no such format. There are: {', '.join(FORMATS)}")
    chosen, path, counts = FORMATS[format], Path(target).resolve(), Counts()
    with whole_folder(path, format) if chosen.folder else whole_file(path) as part:
        chosen.write(_counted(records, counts), part, {} if who is None else who)
    return counts


def _counted(records: Iterable[Record], counts: Counts) -> Iterator[Record]:
    seen: set[str] = set()
    for record in records:
        document_id = record.document.id
        if document_id in seen:
            continue
        seen.add(document_id)
        counts.articles += 1
        counts.statements += len(record.statements)
        counts.events += len(record.events)
        counts.entities += len(record.entities)
        yield record
