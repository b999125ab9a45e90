"""What search engines are told is what the article says: nothing denied or unsaid becomes a claim."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from onrecord.export import export
from onrecord.export.schemaorg import CLAIMED, to_json_ld
from tests.dam import HOSTILE, dam_record, records, who_of


def graph(record, who=None):
    found = to_json_ld(record, who or {})["@graph"]
    return {node["@id"].removeprefix("urn:onrecord:"): node for node in found}


def test_export_schemaorg_a_direct_statement_is_a_quotation():
    record = dam_record()
    nodes = graph(record)
    quotation = nodes[record.statements[1].id]
    vokal = {"@id": f"urn:onrecord:{record.entities[0].id}"}
    assert quotation["@type"] == "Quotation"
    assert quotation["text"].startswith("“We waited nine years,” … “We will not")
    assert quotation["spokenByCharacter"] == quotation["creator"] == vokal
    assert quotation["isPartOf"] == {"@id": f"urn:onrecord:{record.document.id}"}
    assert quotation["datePublished"] == "2031-04-02"
    assert nodes[record.entities[0].id]["jobTitle"] == ["minister of water (Iskar)"]


def test_export_schemaorg_what_is_stated_is_a_claim():
    record = dam_record()
    claim = graph(record)[record.statements[0].id]
    assert (claim["@type"], claim["text"]) == ("Claim", "that the river treaty was dead")
    assert claim["appearance"] == {"@id": f"urn:onrecord:{record.document.id}"}
    assert claim["dateCreated"] == "2031-04-01"
    assert claim["audience"] == {"@type": "Audience", "name": "parliament"}


def test_export_schemaorg_what_is_denied_is_no_claim():
    record = dam_record()
    denied = graph(record)[record.statements[2].id]
    assert denied["@type"] == "CreativeWork"
    assert denied["text"] == "She denied that Tomas Rell had claimed that the dam was empty"
    assert denied["about"] == {"@id": f"urn:onrecord:{record.entities[0].id}"}
    assert "creator" not in denied


def test_export_schemaorg_what_was_not_said_is_left_out():
    record = dam_record()
    assert record.statements[3].negated
    assert record.statements[3].id not in graph(record)


@pytest.mark.parametrize("act", ["deny", "ask", "doubt", "fear", "want", "request", "order", "oppose"])
def test_export_schemaorg_an_act_that_does_not_state_its_content_makes_no_claim(act):
    record = dam_record()
    record = replace(record, statements=(replace(record.statements[0], act=act),))
    assert act not in CLAIMED
    assert graph(record)[record.statements[0].id]["@type"] == "CreativeWork"


def test_export_schemaorg_joined_people_have_one_id():
    a, b = dam_record(), dam_record(url=None)
    who = who_of(a, b)
    [one] = {identity.id for identity in who.values()}
    assert one in graph(a, who)
    assert one in graph(b, who)


def test_export_schemaorg_a_line_can_stand_in_a_page(tmp_path):
    record = dam_record(title=HOSTILE, url="javascript:alert(1)", byline=HOSTILE)
    export([record], "schemaorg", tmp_path / "out")
    [line] = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    assert "<" not in line
    article = json.loads(line)["@graph"][0]
    assert article["headline"] == HOSTILE
    assert "url" not in article


@settings(deadline=None)
@given(records())
def test_export_schemaorg_every_id_leads_to_a_node(record):
    nodes = graph(record)
    for node in nodes.values():
        for key in ("about", "creator", "spokenByCharacter", "isBasedOn", "isPartOf", "appearance"):
            assert node.get(key, {"@id": node["@id"]})["@id"].removeprefix("urn:onrecord:") in nodes
