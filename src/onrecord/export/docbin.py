"""spaCy: a folder of `DocBin` shards of 500 articles, for training and for rules in a pipeline of one's own.

Each `Doc` has two span groups:

- `doc.spans["statements"]`: the passages of all statements, labelled `content`, `cue` or `source`, with the statement's
  id as `span.id_` and the id of the entity that holds it as `span.kb_id_`;
- `doc.spans["mentions"]`: the mentions of all entities, labelled `PERSON`, `ORG`, `GROUP`, `PLACE` or `DOCUMENT`, with
  the entity's id as `span.id_`, and as `span.kb_id_` who it is across articles, where that is known.

A span is made of whole tokens: where a passage cuts one, its span covers it. `doc.user_data["onrecord"]` is the whole
record as `onrecord read --format json` prints it, but for the text (which is `doc.text`), with the exact characters.
The tokens are those of spaCy's blank English pipeline:

```python
import spacy
from spacy.tokens import DocBin

nlp = spacy.blank("en")
for doc in DocBin().from_disk("out/articles-00001.spacy").get_docs(nlp.vocab):
    quotations = [span for span in doc.spans["statements"] if span.label_ == "content"]
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.export.format import Format, Who, encodable, identity_of, inside
from onrecord.model import Passage, Record

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_IN_A_SHARD = 500
_LABELS = {"person": "PERSON", "organization": "ORG", "group": "GROUP", "place": "PLACE", "document": "DOCUMENT"}


def spans_of(
    doc: Doc, passages: Sequence[Passage], *, label: str = "", span_id: str = "", kb_id: str = ""
) -> tuple[Span, ...]:
    """Return passages as spans of whole tokens; one without a token has none."""
    text = doc.text
    spans = (
        doc.char_span(start, end, label=label, kb_id=kb_id, span_id=span_id, alignment_mode="expand")
        for start, end in passages
        if inside(text, Passage(start, end))
    )
    return tuple(span for span in spans if span is not None)


def fill(doc: Doc, record: Record, who: Who) -> None:
    """Give the Doc of a record's text its statements and mentions."""
    doc.spans["statements"] = [
        span
        for statement in record.statements
        for label, passages in (
            ("content", statement.content),
            ("cue", statement.cue),
            ("source", statement.source),
        )
        for span in spans_of(
            doc, passages, label=label, span_id=encodable(statement.id), kb_id=encodable(statement.speaker or "")
        )
    ]
    mentions: list[Span] = []
    for entity in record.entities:
        identity = identity_of(record.document, entity, who)
        passages = [mention.passage for mention in entity.mentions]
        mentions += spans_of(
            doc,
            passages,
            label=_LABELS[entity.kind],
            span_id=encodable(entity.id),
            kb_id=identity.id if identity else "",
        )
    doc.spans["mentions"] = mentions
    whole = record.to_dict()
    del whole["document"]["text"]
    doc.user_data["onrecord"] = _encodable(whole)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(found) for key, found in value.items()}
    return [_encodable(found) for found in value] if isinstance(value, list) else value


def _write(records: Iterator[Record], folder: Path, who: Who) -> None:
    import spacy  # here, as it takes a second that other formats need not pay
    from spacy.tokens import DocBin

    shard = 0
    while batch := list(islice(records, _IN_A_SHARD)):
        shard += 1
        nlp = spacy.blank("en")  # a new one for each shard: its vocabulary grows with every text
        found = DocBin(store_user_data=True)
        for record in batch:
            doc = nlp.tokenizer(encodable(record.document.text))  # not nlp(): that has a longest text
            fill(doc, record, who)
            found.add(doc)
        found.to_disk(folder / f"articles-{shard:05}.spacy")


FORMAT = Format(
    name="docbin",
    help="a folder of spaCy DocBin shards, with statements and mentions as span groups",
    folder=True,
    loses=(
        "in the spans, borders inside a token; `doc.user_data` has them exactly",
        "why entities were joined across articles, and users' decisions",
        "lone surrogates: U+FFFD stands for each",
    ),
    write=_write,
)
