"""spaCy reads the shards back: the text, the spans and the exact passages."""

from pathlib import Path
from tempfile import TemporaryDirectory

import spacy
from hypothesis import given, settings
from spacy.tokens import DocBin

from onrecord.export import docbin, export
from onrecord.model import Document, Record
from tests.dam import TEXT, dam_record, records, who_of

NLP = spacy.blank("en")


def read_back(folder):
    """Every Doc of every shard, as somebody with only spaCy reads them."""
    return [
        doc for path in sorted(Path(folder).glob("*.spacy")) for doc in DocBin().from_disk(path).get_docs(NLP.vocab)
    ]


def test_export_docbin_spans_are_the_passages(tmp_path):
    record = dam_record()
    export([record], "docbin", tmp_path / "out", who=who_of(record))
    [doc] = read_back(tmp_path / "out")
    assert doc.text == TEXT
    first, second = record.statements[:2]
    spans = [span for span in doc.spans["statements"] if span.id_ == second.id]
    assert [(span.label_, span.text) for span in spans] == [
        ("content", "“We waited nine years,”"),
        ("content", "“We will not wait a tenth.\n\n“The dam stays.”"),
        ("cue", "said"),
        ("source", "she"),
    ]
    assert {span.kb_id_ for span in spans} == {record.entities[0].id}
    mentions = [(span.text, span.label_) for span in doc.spans["mentions"]]
    assert mentions[0] == ("Irena Vokal", "PERSON")
    assert doc.spans["mentions"][0].kb_id_.startswith("who-")
    assert first.review is not None


@settings(max_examples=40, deadline=None)  # it loads a pipeline each time
@given(records())
def test_export_docbin_user_data_is_the_whole_record(record):
    with TemporaryDirectory() as folder:
        export([record], "docbin", f"{folder}/out")
        [doc] = read_back(f"{folder}/out")
    found = doc.user_data["onrecord"]
    found["document"]["text"] = doc.text
    assert Record.from_dict(found) == record


def test_export_docbin_a_span_covers_the_tokens_that_a_passage_cuts():
    doc = NLP("Vokal’s dam stays.")
    assert [span.text for span in docbin.spans_of(doc, [(1, 9), (14, 14), (12, 99)])] == ["Vokal’s dam"]


def test_export_docbin_comes_in_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(docbin, "_IN_A_SHARD", 2)
    export((Record(Document(f"Article {at}.")) for at in range(5)), "docbin", tmp_path / "out")
    assert [path.name for path in sorted((tmp_path / "out").glob("*.spacy"))] == [
        "articles-00001.spacy",
        "articles-00002.spacy",
        "articles-00003.spacy",
    ]
    assert [doc.text for doc in read_back(tmp_path / "out")] == [f"Article {at}." for at in range(5)]


def test_export_docbin_an_empty_text_is_a_doc(tmp_path):
    export([Record(Document("")), Record(Document("half \ud800 pair"))], "docbin", tmp_path / "out")
    assert [doc.text for doc in read_back(tmp_path / "out")] == ["", "half \ufffd pair"]
