"""PLOVER records have PLOVER's words, whole days, and the exact sentence."""

import json
import re
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given, settings

from onrecord.export import export
from onrecord.model import EventType, Modality, PartialDate, Passage, Term
from tests.dam import HOSTILE, dam_record, jail_record, records, who_of

TABLES = tomllib.loads(resources.files("onrecord").joinpath("data/plover.toml").read_text("utf-8"))
CATEGORIES = {
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}  # fmt: skip


def exported(folder, *found, **options):
    export(found, "plover", f"{folder}/out", **options)
    with Path(folder, "out").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def coded(tmp_path, **changes):
    """What one event becomes: the sentence of the jail record, changed."""
    record = jail_record()
    [found] = exported(tmp_path, replace(record, events=(replace(record.events[0], **changes),)))
    return found


def test_export_plover_has_who_did_what_to_whom_when_and_where(tmp_path):
    record = jail_record()
    sentence, pardon = exported(tmp_path, record, who=who_of(record, name="Tomas Rell"))
    rell, court = record.entities[1], record.entities[4]
    assert (sentence["id"], sentence["date"]) == (record.events[0].id, "2031-04-01")
    assert sentence["event"] == ["SANCTION", "COERCE"]
    assert sentence["mode"] == ["convict", "arrest"]
    assert (sentence["context"], sentence["quad_code"]) == (["legal"], 4)
    [actor], [recipient] = sentence["actor"], sentence["recipient"]
    assert (actor["entity_text"], actor["identifier_id"]) == ("the Iskar court", court.id)
    assert (recipient["entity_text"], recipient["identifier_text"]) == ("Tomas Rell", "Tomas Rell")
    assert recipient["identifier_id"].startswith("who-")
    assert recipient["identifier_id"] != rell.id
    assert sentence["event_loc"] == {"extracted_place": "Vessen"}
    assert sentence["event_text"] == ["jailed", "accused"]
    about = sentence["text_info"]
    assert record.document.text[about["start"] : about["end"]] == sentence["text"]
    assert (sentence["cite"]["url"], sentence["cite"]["coder"]) == ("https://iskar.example/dam", "onrecord 0.1.0")
    assert (sentence["onrecord"]["term"], sentence["onrecord"]["for"]) == ("P2Y", "selling the dam")
    assert (pardon["event"], pardon["mode"], pardon["quad_code"]) == (["CONCEDE"], ["future"], 1)
    assert (pardon["date"], pardon["enddate"]) == ("2031-06-01", "2031-06-30")
    assert (pardon["actor"], pardon["onrecord"]["said_by"]) == ([], "Irena Vokal")


@pytest.mark.parametrize(
    ("changes", "event", "mode"),
    [
        ({"type": "arrest"}, ["COERCE"], ["arrest"]),
        ({"type": "sentence", "term": None}, ["SANCTION"], ["convict"]),
        ({"type": "sentence", "term": Term("P2Y", Passage(0, 5), suspended=True)}, ["SANCTION"], ["convict"]),
        ({"type": "sentence", "term": Term("death", Passage(0, 5))}, ["SANCTION"], ["convict"]),
        ({"type": "release", "modality": "requested"}, ["REQUEST"], ["yield"]),
        ({"type": "pardon", "modality": "denied"}, ["REJECT"], ["yield"]),
        ({"type": "arrest", "modality": "requested"}, ["REQUEST"], ["change"]),
        ({"type": "release", "modality": "planned"}, ["CONCEDE"], ["future"]),
        ({"type": "trial", "modality": "planned"}, ["ACCUSE"], ["allege", "future"]),
        ({"type": "arrest", "modality": "negated"}, ["COERCE"], ["arrest", "negation"]),
        ({"type": "ban", "modality": "conditional"}, ["COERCE"], ["restrict", "hypothetical"]),
        ({"type": "arrest", "modality": "ongoing"}, ["COERCE"], ["arrest"]),
    ],
)
def test_export_plover_codes_type_and_modality(tmp_path, changes, event, mode):
    found = coded(tmp_path, **changes)
    assert (found["event"], found["mode"]) == (event, mode)
    assert found["onrecord"]["type"] == changes["type"]


def test_export_plover_an_appeal_is_made_by_the_person(tmp_path):
    found = coded(tmp_path, type="appeal")
    assert found["actor"][0]["entity_text"] == "Tomas Rell"
    assert found["recipient"][0]["entity_text"] == "the Iskar court"


@pytest.mark.parametrize(
    ("value", "dates"),
    [
        (None, {"date": "2031-04-02"}),  # the article's day
        ("2031-06", {"date": "2031-06-01", "enddate": "2031-06-30"}),
        ("2032", {"date": "2032-01-01", "enddate": "2032-12-31"}),
        ("2031-W14", {"date": "2031-03-31", "enddate": "2031-04-06"}),
        ("2031-SU", {"date": "2031-01-01", "enddate": "2031-12-31"}),
    ],
)
def test_export_plover_dates_are_whole_days(tmp_path, value, dates):
    found = coded(tmp_path, date=PartialDate(value, Passage(0, 5)) if value else None)
    assert {name: found[name] for name in ("date", "enddate") if name in found} == dates
    assert found["onrecord"]["date"] == value


def test_export_plover_leaves_out_what_it_has_no_category_for(tmp_path):
    record = jail_record()
    events = tuple(replace(record.events[0], type=kind) for kind in ("escape", "death_in_custody"))
    assert exported(tmp_path, replace(record, events=events)) == []
    assert exported(tmp_path, dam_record()) == []


def test_export_plover_words_are_those_of_plover():
    assert set(get_args(EventType)) - set(TABLES["types"]) == {"escape", "death_in_custody"}
    assert set(TABLES["modalities"]) <= set(get_args(Modality))
    used = {category for known in TABLES["types"].values() for category in known["event"]}
    used |= {TABLES["prison"]["event"], *(m["event"] for m in TABLES["modalities"].values() if "event" in m)}
    assert used <= CATEGORIES
    assert used | {"CONCEDE"} == set(TABLES["quad_codes"])


@settings(deadline=None)  # it writes files
@given(records())
def test_export_plover_any_record_has_a_line_for_each_event(record):
    with TemporaryDirectory() as folder:
        found = exported(folder, record)
    coded = [event for event in record.events if event.type in TABLES["types"]]
    assert [one["id"] for one in found] == [event.id for event in coded]
    for one in found:
        assert one["date"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", one["date"])
        assert record.document.text[one["text_info"]["start"] : one["text_info"]["end"]] == one["text"]


def test_export_plover_hostile_text_stays_on_its_line(tmp_path):
    assert len(exported(tmp_path, jail_record(title=HOSTILE, publisher=HOSTILE))) == 2
