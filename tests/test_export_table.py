"""Tables hold every field of a statement, and no cell of a csv file is a formula."""

import csv
import json
import re
import sys

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import MissingPart
from onrecord.export import export
from onrecord.export.table import TABLES, cell
from onrecord.model import Document, Record
from tests.dam import HOSTILE, TEXT, dam_record, jail_record, who_of
from tests.quarrel import hostile_quarrel, quarrel


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def record():
    return dam_record()


def test_export_csv_has_a_row_for_each_statement(record, tmp_path):
    export([record], "csv", tmp_path / "out", who=who_of(record))
    rows = read_csv(tmp_path / "out" / "statements.csv")
    assert [row["statement"] for row in rows] == [s.id for s in record.statements]
    first, second, _, fourth, fifth = rows
    assert first["holder"] == "Irena Vokal"
    assert first["identity"].startswith("who-")
    assert first["role"] == "minister of water (Iskar)"
    assert (first["addressee"], first["channel"], first["said_on"]) == ("parliament", "parliament", "2031-04-01")
    assert (first["review"], first["reviewed_by"], first["reviewed_on"]) == ("corrected", "L. Moun", "2031-04-03")
    assert (first["article"], first["published"]) == (record.document.id, "2031-04-02")
    assert second["content"].startswith("“We waited nine years,” … “We will not wait a tenth.\n\n“The dam stays.”")
    assert (fourth["negated"], fourth["form"]) == ("true", "mixed")
    assert (fifth["speaker"], fifth["holder"], fifth["source_at"]) == ("", "", "")
    assert json.loads(fifth["candidates"])[0]["chance"] == 0.5


def test_export_csv_offsets_give_the_exact_words(record, tmp_path):
    export([record], "csv", tmp_path / "out")
    [article] = read_csv(tmp_path / "out" / "articles.csv")
    assert article["text"] == TEXT
    for row, statement in zip(read_csv(tmp_path / "out" / "statements.csv"), record.statements, strict=True):
        places = json.loads(row["content_at"])
        assert [article["text"][start:end] for start, end in places] == [TEXT[s:e] for s, e in statement.content]


def test_export_csv_entities_have_their_names_and_roles(record, tmp_path):
    export([record], "csv", tmp_path / "out", who=who_of(record))
    vokal, _, house, _ = read_csv(tmp_path / "out" / "entities.csv")
    assert (vokal["name"], vokal["identity_name"], vokal["statements"]) == ("Irena Vokal", "Irena Vokal", "3")
    assert json.loads(vokal["aliases"]) == ["Vokal"]
    assert json.loads(vokal["roles"]) == [record.entities[0].roles[0].to_dict()]
    assert (house["name"], house["label"], house["kind"]) == ("", "parliament", "organization")


@given(st.text(st.characters() | st.sampled_from("=+-@\t'\r\n"), max_size=5))
def test_export_csv_no_cell_is_a_formula_and_the_words_can_be_had_again(words):
    shown = cell(words)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert shown.removeprefix("'") == re.sub("[\ud800-\udfff]", "\ufffd", words)


def test_export_csv_hostile_text_stays_in_its_cell(tmp_path):
    about = dict.fromkeys(["title", "url", "publisher", "byline", "name"], HOSTILE + '",\r\n=2')
    export([Record(Document(HOSTILE, **about))], "csv", tmp_path / "out")
    [row] = read_csv(tmp_path / "out" / "articles.csv")
    assert row["text"] == f"'{HOSTILE}"
    assert row["title"] == "'" + about["title"]


def test_export_parquet_has_the_same_columns_with_types(record, tmp_path):
    export([record], "parquet", tmp_path / "out", who=who_of(record))
    tables = {name: pyarrow.parquet.read_table(tmp_path / "out" / f"{name}.parquet") for name in TABLES}
    assert {name: table.column_names for name, table in tables.items()} == {n: list(c) for n, c in TABLES.items()}
    rows = tables["statements"].to_pylist()
    for row, statement in zip(rows, record.statements, strict=True):
        assert row["content_at"] == [list(passage) for passage in statement.content]
        assert (row["negated"], row["confidence"]) == (statement.negated, statement.confidence)
        assert row["speaker"] == statement.speaker
    entities = tables["entities"].to_pylist()
    assert entities[0]["roles"] == [role.to_dict() for role in record.entities[0].roles]
    assert entities[0]["mentions"][1] == {"passage": [*record.entities[0].mentions[1].passage], "kind": "pronoun"}


def test_export_parquet_comes_in_row_groups(tmp_path):
    export((Record(Document(f"Article {at} \ud800.")) for at in range(2500)), "parquet", tmp_path / "out")
    articles = pyarrow.parquet.ParquetFile(tmp_path / "out" / "articles.parquet")
    assert [articles.metadata.row_group(at).num_rows for at in range(articles.num_row_groups)] == [1000, 1000, 500]


def test_export_parquet_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPart, match=r"onrecord\[parquet\]"):
        export([], "parquet", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_export_csv_has_a_row_for_each_event(tmp_path):
    record = jail_record()
    export([record], "csv", tmp_path / "out", who=who_of(record, name="Tomas Rell"))
    sentence, pardon = read_csv(tmp_path / "out" / "events.csv")
    text = record.document.text
    assert (sentence["event"], sentence["type"], sentence["called"]) == (record.events[0].id, "sentence", "Tomas Rell")
    assert sentence["identity"].startswith("who-")
    assert (sentence["date"], sentence["term"], sentence["for"]) == ("2031-04-01", "P2Y", "selling the dam")
    assert (sentence["by"], sentence["by_entity"]) == ("the Iskar court", record.entities[4].id)
    assert (sentence["place"], sentence["place_entity"], sentence["said_by"]) == ("Vessen", "", "")
    assert [text[start:end] for start, end in json.loads(sentence["triggers_at"])] == ["jailed", "accused"]
    assert (sentence["review"], sentence["reviewed_by"]) == ("accepted", "L. Moun")
    assert (pardon["modality"], pardon["said_by"]) == ("planned", "Irena Vokal")
    assert pardon["reported_in"] == record.statements[1].id


def test_export_parquet_has_the_events(tmp_path):
    record = jail_record()
    export([record], "parquet", tmp_path / "out")
    rows = pyarrow.parquet.read_table(tmp_path / "out" / "events.parquet").to_pylist()
    assert [row["event"] for row in rows] == [event.id for event in record.events]
    assert rows[0]["sentences_at"] == [list(passage) for passage in record.events[0].sentences]


def test_export_csv_has_a_row_for_each_voice_of_a_dispute(tmp_path):
    record = quarrel()
    export([record], "csv", tmp_path / "out", who=who_of(record, name="Tomas Rell"))
    rows = read_csv(tmp_path / "out" / "disputes.csv")
    ferry, release, poison = (dispute.id for dispute in record.disputes)
    said, [event] = [statement.id for statement in record.statements], record.events
    assert [(row["dispute"], row["position"], row["statement"], row["event"]) for row in rows] == [
        (ferry, "1", said[0], ""),
        (ferry, "2", said[2], ""),
        (ferry, "2", said[1], ""),
        (release, "1", "", event.id),
        (release, "2", said[3], ""),
        (poison, "1", "", ""),
        (poison, "2", said[4], ""),
    ]
    _, rell, union, freed, denial, poisoned, clean = rows
    assert (rell["holder"], rell["speaker"]) == ("Tomas Rell", record.statements[2].speaker)
    assert rell["identity"].startswith("who-")
    assert (union["about"], union["type"], union["confidence"]) == ("the ferry ban", "cause_or_motive", "0.91")
    assert (union["reported"], union["marker"], denial["reported"], denial["marker"]) == (
        "true",
        "disputed",
        "false",
        "",
    )
    assert (union["article"], union["title"], union["published"]) == (
        record.document.id,
        "Ferries stay in port",
        "2031-05-20",
    )
    assert (freed["content"], freed["holder"]) == ("Tomas Rell was freed in May.", "")
    assert (denial["act"], denial["negated"], clean["negated"]) == ("deny", "false", "true")
    assert (poisoned["content"], poisoned["holder"]) == ("the Sound is poisoned", "")
    for row in rows:
        for name in ("about", "marker", "content"):
            places = json.loads(row[f"{'title' if name == 'about' else name}_at"] or "[]")
            assert [record.document.text[start:end] for start, end in places] == ([row[name]] if row[name] else [])


def test_export_csv_hostile_disputes_stay_in_their_cells(tmp_path):
    export([hostile_quarrel()], "csv", tmp_path / "out")
    rows = read_csv(tmp_path / "out" / "disputes.csv")
    assert [row["about"] for row in rows] == [row["content"] for row in rows] == [f"'{HOSTILE}"] * 3


def test_export_parquet_has_the_disputes(tmp_path):
    record = quarrel()
    export([record], "parquet", tmp_path / "out")
    rows = pyarrow.parquet.read_table(tmp_path / "out" / "disputes.parquet").to_pylist()
    assert [row["position"] for row in rows] == [1, 2, 2, 1, 2, 1, 2]
    assert rows[0]["content_at"] == [list(passage) for passage in record.statements[0].content]
    assert rows[0]["title_at"] == [list(passage) for passage in record.disputes[0].title]
    assert (rows[3]["statement"], rows[3]["negated"], rows[3]["marker_at"]) == (None, None, [])
