"""FollowTheMoney's own library takes every entity, and every link leads where its schema says."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from onrecord.export import export
from tests.dam import HOSTILE, TEXT, dam_record, jail_record, records, who_of

_HOW = "pip install '.[validate]' brings FollowTheMoney's library, which builds PyICU (needs ICU and a C++ compiler)"
model = pytest.importorskip("followthemoney", reason=_HOW).model
EntityProxy = pytest.importorskip("followthemoney.proxy", reason=_HOW).EntityProxy


def exported(folder, *found, **options):
    export(found, "ftm", f"{folder}/out", **options)
    with Path(folder, "out").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def check(entities):
    """The library finds nothing wrong, and nothing is missing: names, required values, the other end of a link."""
    schemata = {entity["id"]: model.get(entity["schema"]) for entity in entities}
    assert len(schemata) == len(entities)
    for entity in entities:
        schema = schemata[entity["id"]]
        schema.validate(entity)
        proxy = EntityProxy.from_dict(entity, cleaned=False)
        assert proxy.id == entity["id"]
        assert set(schema.required) <= set(proxy.properties)
        for name, values in entity["properties"].items():
            prop = schema.get(name)
            assert sorted(proxy.get(name)) == sorted(values), name
            if prop.range is not None:
                assert all(schemata[value].is_a(prop.range) for value in values)


def by_schema(entities):
    found = {}
    for entity in entities:
        found.setdefault(entity["schema"], []).append(entity["properties"])
    return found


def test_export_ftm_a_statement_is_an_event_with_its_article_as_proof(tmp_path):
    record = dam_record()
    entities = exported(tmp_path, record)
    check(entities)
    event = next(entity for entity in entities if entity["id"] == record.statements[0].id)
    vokal, _, house, _ = (entity.id for entity in record.entities)
    assert event["schema"] == "Event"
    found = event["properties"]
    assert found["name"] == ["Irena Vokal: say"]
    assert found["summary"] == ["that the river treaty was dead"]
    assert (found["date"], found["proof"], found["involved"]) == (["2031-04-01"], [record.document.id], [vokal, house])
    notes = json.loads(found["notes"][0])
    assert [TEXT[start:end] for start, end in notes["content"]] == found["summary"]
    assert notes["review"] == {"verdict": "corrected", "by": "L. Moun", "on": "2031-04-03"}
    links = [properties for properties in by_schema(entities)["UnknownLink"] if properties["object"] == [event["id"]]]
    assert [(link["role"], link["subject"]) for link in links] == [(["speaker"], [vokal]), (["addressee"], [house])]


def test_export_ftm_a_statement_that_was_not_made_says_so(tmp_path):
    record = dam_record()
    [event] = [e["properties"] for e in exported(tmp_path, record) if e["id"] == record.statements[3].id]
    assert event["name"] == ["Tomas Rell: not say"]
    assert "negated" in event["keywords"]


def test_export_ftm_people_have_names_roles_mentions_and_articles(tmp_path):
    record = dam_record()
    found = by_schema(exported(tmp_path, record))
    assert [person["name"] for person in found["Person"]] == [["Irena Vokal"], ["Tomas Rell"]]
    assert found["Position"] == [{"name": ["minister of water (Iskar)"]}]
    [occupancy] = found["Occupancy"]
    assert (occupancy["startDate"], occupancy["status"]) == (["2029"], ["current"])
    assert [mention["name"] for mention in found["Mention"]] == [["Irena Vokal"], ["Tomas Rell"]]
    assert [link["role"] for link in found["Documentation"]] == [["speaker"], ["speaker"], ["mentioned"], ["mentioned"]]
    [article] = found["Article"]
    assert (article["bodyText"], article["publishedAt"], article["language"]) == ([TEXT], ["2031-04-02"], ["eng"])


def test_export_ftm_people_joined_across_articles_are_one(tmp_path):
    a, b = dam_record(), dam_record(title="Again", url=None)
    entities = exported(tmp_path, a, b, who=who_of(a, b))
    check(entities)
    assert [person["name"] for person in by_schema(entities)["Person"]].count(["Irena Vokal"]) == 1
    assert len(by_schema(entities)["Position"]) == 1


@pytest.mark.parametrize(
    "url", [HOSTILE, "javascript:alert(1)", "http://", "http://a b/", "dam.html", "http://ü.example/"]
)
def test_export_ftm_an_odd_address_is_left_out(url, tmp_path):
    entities = exported(tmp_path, dam_record(url=url, title=HOSTILE))
    check(entities)
    assert "sourceUrl" not in by_schema(entities)["Article"][0]


@settings(deadline=None)  # it writes files
@given(records())
def test_export_ftm_any_record_is_valid(record):
    with TemporaryDirectory() as folder:
        for entity in exported(folder, record):
            model.get(entity["schema"]).validate(entity)


def test_export_ftm_an_event_has_its_people(tmp_path):
    record = jail_record()
    entities = exported(tmp_path, record)
    check(entities)
    rell, court = record.entities[1].id, record.entities[4].id
    found = {e["id"]: e["properties"] for e in entities}
    sentence, pardon = (found[event.id] for event in record.events)
    assert sentence["name"] == ["Tomas Rell: sentence"]
    assert (sentence["involved"], sentence["keywords"]) == ([rell, court], ["sentence", "happened"])
    assert (sentence["date"], sentence["location"]) == (["2031-04-01"], ["Vessen"])
    notes = json.loads(sentence["notes"][0])
    assert (notes["term"], notes["offence"], notes["review"]["by"]) == ("P2Y", "selling the dam", "L. Moun")
    assert pardon["name"] == ["Tomas Rell: pardon (planned)"]
    links = [p for p in by_schema(entities)["UnknownLink"] if p["object"] == [record.events[0].id]]
    assert [(link["role"], link["subject"]) for link in links] == [(["affected"], [rell]), (["authority"], [court])]
