"""The files are well-formed and nest, ids and pointers agree, and every passage is at its offset."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onrecord.export import export
from onrecord.export.tei import to_tei
from onrecord.model import Document, Passage, Record, Statement
from tests.dam import HOSTILE, TEXT, dam_record, records, who_of

TEI = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"


def parsed(record, who=None):
    return etree.fromstring(to_tei(record, who or {}).encode())


@pytest.fixture(scope="module")
def schema():
    """The schema of TEI P5 itself, which takes some seconds to load."""
    found = pytest.importorskip("schemas", reason="make validate brings the schema of TEI")
    return etree.RelaxNG(etree.parse(str(Path(found.__file__).parent / "tei_all.rng")))


def in_xml(text):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", text)


def places_of(root):
    """Each element in the text with the offsets of its first and last character, counted from the `n` of its `p`."""
    found = []

    def walk(element, at):
        start = at
        at += len(element.text or "")
        for child in element:
            at = walk(child, at) + len(child.tail or "")
        found.append((element, start, at))
        return at

    for p in root.iter(f"{TEI}p"):
        if p.get("n"):
            walk(p, int(p.get("n")))
    return found


def passages_of(root, element_id):
    """The passages of an element by its id, gathered along `next`."""
    by_id = {element.get(ID): (element, start, end) for element, start, end in places_of(root) if element.get(ID)}
    passages, previous = [], None
    while element_id:
        element, start, end = by_id[element_id]
        assert element.get("prev") == (f"#{previous}" if previous else None)
        passages.append((start, end))
        previous, element_id = element_id, (element.get("next") or "").removeprefix("#")
    return passages


def test_export_tei_said_tells_who_to_whom_and_how(tmp_path):
    record = dam_record()
    export([record], "tei", tmp_path / "out", who=who_of(record))
    root = etree.parse(tmp_path / "out" / f"{record.document.id}.xml").getroot()
    said = {element.get(ID): element for element in root.iter(f"{TEI}said")}
    vokal, _, house, _ = (f"#{entity.id}" for entity in record.entities)
    first, second, denied, unsaid, nobody = (said[statement.id] for statement in record.statements)
    assert (first.get("who"), first.get("toWhom"), first.get("direct"), first.get("cert")) == (
        vokal,
        house,
        "false",
        "0.875",
    )
    assert second.get("direct") == "true"
    assert denied.get("ana") == "#form-indirect #act-deny"
    assert unsaid.get("ana") == "#form-mixed #act-say #negated"
    assert nobody.get("who") is None
    assert "".join(root.find(f".//{TEI}date[@when='2031-04-01']").itertext()) == "on Tuesday"
    assert root.find(f".//{TEI}change").get("target") == f"#{record.statements[0].id}"
    person = root.find(f".//{TEI}person")
    assert person.find(f"{TEI}occupation").get("from") == "2029"
    assert person.find(f"{TEI}idno").text.startswith("who-")


def test_export_tei_a_nested_statement_is_a_said_in_a_said():
    record = dam_record()
    root = parsed(record)
    [inner] = [element for element in root.iter(f"{TEI}said") if element.get(ID) == record.statements[3].id]
    assert [e.get(ID) for e in inner.iterancestors(f"{TEI}said")] == [record.statements[2].id]


def test_export_tei_a_content_over_paragraphs_is_a_chain():
    record = dam_record()
    words = [TEXT[start:end] for start, end in passages_of(parsed(record), record.statements[1].id)]
    assert words == ["“We waited nine years,”", "“We will not wait a tenth.", "“The dam stays.”"]


def test_export_tei_passages_that_cross_are_cut():
    text = "one two three four"
    a = Statement("st-00000000000a", (), (), (Passage(0, 13),), "indirect", "say", 1.0)
    b = Statement("st-00000000000b", (), (), (Passage(4, 18),), "indirect", "say", 1.0)
    root = parsed(Record(Document(text), (a, b)))
    assert passages_of(root, a.id) == [(0, 13)]
    assert passages_of(root, b.id) == [(4, 13), (13, 18)]


letters = st.characters() | st.sampled_from("\n\n \t<&\"'=]>\r\x00\ufffe\u2028“”")


@settings(deadline=None)
@given(records(letters))
def test_export_tei_any_record_has_its_text_passages_and_pointers(record):
    text, root = record.document.text, parsed(record)
    covered = list(text)
    for p in root.iter(f"{TEI}p"):
        if p.get("n"):
            start, words = int(p.get("n")), "".join(p.itertext())
            assert words == in_xml(text[start : start + len(words)])
            covered[start : start + len(words)] = [""] * len(words)
    assert set(covered) <= {"\n", ""}
    for statement in record.statements:
        lines = [m for start, end in statement.content for m in re.compile("[^\n]+").finditer(text, start, end)]
        if lines:
            places = {at for start, end in passages_of(root, statement.id) for at in range(start, end)}
            assert places == {at for m in lines for at in range(m.start(), m.end())}
    ids = [element.get(ID) for element in root.iter() if element.get(ID)]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        for key in ("who", "toWhom", "corresp", "ref", "next", "prev", "ana", "target"):
            assert {pointer.removeprefix("#") for pointer in element.get(key, "").split()} <= set(ids)


@pytest.mark.parametrize("field", ["title", "url", "publisher", "byline", "name"])
def test_export_tei_hostile_text_stays_text(field):
    root = parsed(dam_record(**{field: HOSTILE}))
    assert not root.findall(f".//{TEI}img")
    assert any(in_xml(HOSTILE) == element.text for element in root.find(f".//{TEI}sourceDesc/{TEI}bibl"))


@pytest.mark.parametrize("about", [{}, dict.fromkeys(["title", "url", "byline", "name", "language"], HOSTILE)])
def test_export_tei_is_valid(schema, about):
    record = dam_record(**about)
    for who in ({}, who_of(record)):
        schema.assertValid(parsed(record, who))


def test_export_tei_any_record_is_valid(schema):
    @settings(deadline=None, max_examples=50)
    @given(records(letters))
    def check(record):
        schema.assertValid(parsed(record))

    check()
