"""onrecord reads political news and keeps the record: who said what, tied to the exact characters.

>>> import onrecord
>>> record = onrecord.read("“We will not go,” Irena Vokal told reporters.", published="2021-02-16")
>>> [statement] = record.statements
>>> record.document.slice(statement.content), record.document.slice(statement.source)
('We will not go,', 'Irena Vokal')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version as _version
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import MissingPart, OnrecordError, UnreadableSource, UnusableStore, WrongUsage
from onrecord.identity import Decision, HeldRole, Identity, Joining, Member, Reason
from onrecord.model import (
    Candidate,
    Channel,
    Custody,
    Document,
    Entity,
    Event,
    Mention,
    Note,
    PartialDate,
    Passage,
    ReadBy,
    Record,
    Reference,
    Review,
    Role,
    Skipped,
    Statement,
    Term,
)

if TYPE_CHECKING:
    from onrecord.corpus import Done
    from onrecord.entities.merge import People
    from onrecord.ingest import Item, Kind
    from onrecord.store import Store

__all__ = [
    "Candidate",
    "Channel",
    "Custody",
    "Decision",
    "Document",
    "Entity",
    "Event",
    "HeldRole",
    "Identity",
    "Joining",
    "Member",
    "Mention",
    "MissingPart",
    "Note",
    "OnrecordError",
    "PartialDate",
    "Passage",
    "ReadBy",
    "Reason",
    "Record",
    "Reference",
    "Review",
    "Role",
    "Skipped",
    "Statement",
    "Term",
    "UnreadableSource",
    "UnusableStore",
    "WrongUsage",
    "__version__",
    "add",
    "merge",
    "open_store",
    "read",
    "read_file",
    "read_many",
]

__version__ = _version("onrecord")

# The stages are imported inside the functions, so that `import onrecord` loads nothing heavy.


def read(text: str | Document, *, published: str | None = None, title: str | None = None) -> Record:
    """Return the record of an article given as text, or of a Document.

    `published` is a date as precise as it is known: `2018`, `2018-08` or `2018-08-27`. Raises
    UnreadableSource where the text is empty or not English, WrongUsage for a date of another shape.
    """
    from onrecord import ingest, pipeline

    if isinstance(text, Document):
        if published is not None or title is not None:
            raise WrongUsage("a Document carries its own date and title: set them there")
        return pipeline.read_document(text)
    return pipeline.read_document(ingest.from_text(text, published=published, title=title))


def read_file(source: str | Path, *, published: str | None = None, kind: Kind | None = None) -> Record:
    """Return the record of a file, `-` (standard input) or an http(s) address.

    `kind` is "text", "markdown", "html" or "pdf"; without it the bytes decide. Raises UnreadableSource, also for a
    source that holds several articles.
    """
    from onrecord import ingest, pipeline

    return pipeline.read_source(source, ingest.Options(kind, published))


def read_many(
    sources: Iterable[str | Path | Item],
    *,
    published: str | None = None,
    kind: Kind | None = None,
    fields: Mapping[str, str] | None = None,
    jobs: int = 1,
) -> Iterator[Record | Skipped]:
    """Yield a record for each article of files, folders and addresses, in their order, as a stream.

    Archives (zip, tar), crawls (WARC, ARC), JSON lines and feeds stand for the articles in them; `fields` says which
    field of a JSON line holds what, as in `{"text": "body"}`. A source that cannot be read is yielded as a `Skipped`
    with its reason, and the rest goes on. With `jobs` over 1 that many processes read; a script then needs the
    usual `if __name__ == "__main__":` around its work.
    """
    from onrecord import ingest, pipeline

    yield from pipeline.read_sources(sources, ingest.Options(kind, published, fields), jobs=jobs)


def open_store(address: str | Path, *, new: bool = False, writing: bool = True) -> Store:
    """Return the store at a path, or at a postgresql:// address; with `new` it is made where it is not there.

    `store.statements(...)`, `.people(...)`, `.search(...)` and `.records()` ask it; `.fix(...)`, `.accept(...)` and the
    like keep what people decide. Raises UnusableStore where it cannot be opened or is no store.
    """
    from onrecord.store import open_store

    return open_store(address, new=new, writing=writing)


def add(
    store: Store,
    sources: Iterable[str | Path],
    *,
    published: str | None = None,
    kind: Kind | None = None,
    fields: Mapping[str, str] | None = None,
    jobs: int = 1,
) -> Iterator[Done]:
    """Read sources into a store, as `read_many` takes them, and yield what became of each, once it is kept.

    A source that was read or skipped before is passed over, unless its file has changed; so a run that was broken off
    goes on where it stopped. Raises UnusableStore where the store cannot be written.
    """
    from onrecord import corpus, ingest

    yield from corpus.add(store, sources, ingest.Options(kind, published, fields), jobs=jobs)


def merge(records: Iterable[Record], decisions: Iterable[Decision] = ()) -> People:
    """Return who is who in records: the people and organisations of all articles, joined, as one goes through them.

    `people.add(record)` adds an article, `people.why((document_id, entity_id))` says why an entity is where it is, and
    `people.decide(decision)` keeps a user's join or split, which outranks what is found. Raises WrongUsage for a
    decision about one member alone.
    """
    from onrecord.entities.merge import merge

    return merge(records, decisions)
