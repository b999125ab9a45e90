"""Each selector alone finds the words, and the collection is one that a tool can walk through."""

import json
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from jsonschema import Draft202012Validator

from onrecord.export import export
from onrecord.export.web_annotations import annotations_of
from onrecord.model import Document, Passage, Record, Statement, make_id
from tests.dam import HOSTILE, TEXT, dam_record, records, who_of

URI = {"type": "string", "pattern": "^[a-z]+:"}
PLACE = {
    "type": "object",
    "required": ["type", "source", "selector"],
    "properties": {
        "type": {"const": "SpecificResource"},
        "source": URI,
        "scope": URI,
        "selector": {
            "prefixItems": [
                {
                    "properties": {
                        "type": {"const": "TextQuoteSelector"},
                        "exact": {"type": "string", "minLength": 1},
                        "prefix": {"type": "string"},
                        "suffix": {"type": "string"},
                    },
                    "required": ["type", "exact", "prefix", "suffix"],
                },
                {
                    "properties": {
                        "type": {"const": "TextPositionSelector"},
                        "start": {"type": "integer", "minimum": 0},
                        "end": {"type": "integer", "minimum": 1},
                    },
                    "required": ["type", "start", "end"],
                },
            ],
            "minItems": 2,
            "maxItems": 2,
        },
    },
}
ANNOTATION = {  # sections 3.1, 3.2.4, 3.3, 4 and 4.2 of the Web Annotation Data Model
    "type": "object",
    "required": ["id", "type", "motivation", "body", "target"],
    "properties": {
        "id": URI,
        "type": {"const": "Annotation"},
        "motivation": {"enum": ["describing", "identifying"]},
        "target": {"type": "array", "minItems": 1, "items": PLACE},
    },
}


def pages_of(folder):
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "pages").iterdir())]


def test_export_annotations_name_the_statement_its_holder_and_its_passages(tmp_path):
    record = dam_record()
    export([record], "annotations", tmp_path / "out", who=who_of(record))
    [page] = pages_of(tmp_path / "out")
    found = {item["id"].removeprefix("urn:onrecord:"): item for item in page["items"]}
    second = found[record.statements[1].id]
    assert [target["selector"][0]["exact"] for target in second["target"]] == [
        TEXT[start:end] for start, end in record.statements[1].content
    ]
    assert second["target"][0]["scope"] == record.document.url
    holder, *others = second["body"]
    assert (holder["id"], holder["type"]) == (f"urn:onrecord:{record.entities[0].id}", "Person")
    assert holder["onrecord:identity"]["id"].startswith("urn:onrecord:who-")
    assert [body["value"] for body in others if body["purpose"] == "tagging"] == ["say", "direct"]
    roles = {body["onrecord:role"]: body["selector"][0]["exact"] for body in others if "onrecord:role" in body}
    assert roles == {"cue": "said", "source": "she"}
    first = found[record.statements[0].id]
    assert first["onrecord:review"] == {
        "onrecord:verdict": "corrected",
        "onrecord:by": "L. Moun",
        "onrecord:on": "2031-04-03",
    }
    mentions = found[f"mentions-{record.entities[0].id}"]
    assert [target["selector"][0]["exact"] for target in mentions["target"]] == ["Irena Vokal", "she", "She"]


@settings(deadline=None)
@given(records())
def test_export_annotations_every_selector_finds_its_words(record):
    text = record.document.text
    for annotation in annotations_of(record, {}):
        Draft202012Validator(ANNOTATION).validate(annotation)
        for place in [*annotation["target"], *(b for b in annotation["body"] if "selector" in b)]:
            quote, position = place["selector"]
            start, end = position["start"], position["end"]
            assert text[start:end] == quote["exact"]
            assert text[:start].endswith(quote["prefix"])
            assert text[end:].startswith(quote["suffix"])


def test_export_annotations_positions_count_in_the_text_beside_them(tmp_path):
    record = dam_record("\r\n🙂 " + TEXT)
    export([record], "annotations", tmp_path / "out")
    text = (tmp_path / "out" / "texts" / f"{record.document.id}.txt").read_bytes().decode()
    for item in pages_of(tmp_path / "out")[0]["items"]:
        for target in item["target"]:
            quote, position = target["selector"]
            assert text[position["start"] : position["end"]] == quote["exact"]


def long_article(number):
    text = f"{number} " * 700
    said = (
        Statement(make_id("st", number, at), (), (), (Passage(at, at + 1),), "indirect", "say", 1.0)
        for at in range(700)
    )
    return Record(Document(text), tuple(said))


def test_export_annotations_pages_lead_to_one_another(tmp_path):
    export(map(long_article, range(3)), "annotations", tmp_path / "out")
    collection = json.loads((tmp_path / "out" / "collection.json").read_text())
    pages = pages_of(tmp_path / "out")
    assert (collection["total"], len(pages)) == (2100, 3)
    assert collection["first"] == pages[0]["id"]
    assert collection["last"] == pages[-1]["id"]
    assert [page["startIndex"] for page in pages] == [0, 700, 1400]
    assert [page.get("next") for page in pages] == [pages[1]["id"], pages[2]["id"], None]
    assert [page.get("prev") for page in pages] == [None, pages[0]["id"], pages[1]["id"]]


def test_export_annotations_an_address_that_is_none_is_no_scope():
    record = dam_record(url=HOSTILE)
    assert not [place for a in annotations_of(record, {}) for place in a["target"] if "scope" in place]


def test_export_annotations_of_any_text_are_utf_8():
    with TemporaryDirectory() as folder:
        export([dam_record(TEXT + "\ud800", title="\udfff")], "annotations", f"{folder}/out")
