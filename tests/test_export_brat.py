"""What goes to brat comes back, and brat finds the words where the offsets say."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from eval import polnear
from onrecord import UnreadableSource
from onrecord.export import export, read_brat
from onrecord.export.brat import parse
from onrecord.model import Document, Passage, Record, Statement
from tests.dam import HOSTILE, dam_record, jail_record, records, who_of

BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def round_trip(record, folder, **options):
    export([record], "brat", folder, **options)
    [read] = read_brat(folder)
    return read


def ann_of(record, tmp_path):
    export([record], "brat", tmp_path / "out")
    return (tmp_path / "out" / f"{record.document.id}.ann").read_text(encoding="utf-8")


def test_export_brat_everything_comes_back(tmp_path):
    record = dam_record()
    assert round_trip(record, tmp_path / "out") == record
    assert round_trip(record, tmp_path / "out", who=who_of(record)) == record
    assert round_trip(jail_record(), tmp_path / "out") == jail_record()


def carried(record):
    """What brat carries of a record: passages without line breaks at their borders."""
    text = record.document.text

    def trim(passage):
        words = text[passage.start : passage.end]
        start = passage.start + len(words) - len(words.lstrip(BREAKS))
        return Passage(start, max(start, passage.start + len(words.rstrip(BREAKS))))

    def trims(passages):
        return tuple(p for p in map(trim, passages) if p.start < p.end)

    def kept(value):
        return replace(value, passage=trim(value.passage)) if value and trims([value.passage]) else None

    entities = []
    for entity in record.entities:
        mentions = tuple(filter(None, map(kept, entity.mentions)))
        roles = tuple(filter(None, map(kept, entity.roles)))
        entities.append(replace(entity, mentions=mentions, roles=roles) if mentions else entity)
    statements = [
        replace(
            s,
            source=trims(s.source),
            cue=trims(s.cue),
            content=trims(s.content),
            addressee=kept(s.addressee),
            channel=kept(s.channel),
            said_on=kept(s.said_on),
        )
        for s in record.statements
    ]
    events = tuple(
        replace(
            e,
            triggers=trims(e.triggers),
            sentences=trims(e.sentences) or tuple(line_around(text, t) for t in trims(e.triggers)),
            date=kept(e.date),
            term=kept(e.term),
            offence=trim(e.offence) if e.offence and trims([e.offence]) else None,
            authority=kept(e.authority),
            place=kept(e.place),
        )
        for e in record.events
        if trims(e.triggers[:1])
    )
    statements = tuple(s for s in statements if s.content)
    return replace(record, statements=statements, entities=tuple(entities), events=events)


def line_around(text, passage):
    """The line of a trigger: what counts as its sentence where none is marked."""
    end = text.find("\n", passage.end)
    return Passage(text.rfind("\n", 0, passage.start) + 1, end if end >= 0 else len(text))


@settings(deadline=None)  # it writes files
@given(records())
def test_export_brat_any_record_comes_back(record):
    with TemporaryDirectory() as folder:
        assert round_trip(record, f"{folder}/out") == carried(record)


def test_export_brat_a_discontinuous_span_is_one_span(tmp_path):
    ann = ann_of(dam_record(), tmp_path)
    start = dam_record().document.text.index("“We waited")
    assert re.search(
        rf"^T\d+\tContent {start} \d+;\d+ \d+;\d+ \d+\t“We waited nine years,” “We will not", ann, re.MULTILINE
    )


@settings(deadline=None)  # it writes files
@given(records())
def test_export_brat_words_of_a_span_are_those_of_the_text(record):
    with TemporaryDirectory() as folder:
        export([record], "brat", f"{folder}/out")
        [path] = Path(folder, "out").glob("*.ann")
        text = path.with_suffix(".txt").read_bytes().decode()
        for line in path.read_bytes().decode().splitlines():
            if line.startswith("T"):
                _, about, words = line.split("\t", 2)
                spans = [tuple(map(int, place.split())) for place in about.partition(" ")[2].split(";")]
                assert " ".join(text[start:end] for start, end in spans) == words
                assert spans == sorted(spans)
                assert all(start < end for start, end in spans)


def test_export_brat_passages_that_only_a_break_parts_stay_two(tmp_path):
    text = "One.\nTwo."
    said = Statement("st-0123456789ab", (), (), (Passage(0, 4), Passage(5, 9)), "direct", "say", 1.0)
    whole = replace(said, content=(Passage(0, 9),))
    for statement in (said, whole):
        record = Record(Document(text), (statement,))
        assert round_trip(record, tmp_path / "out") == record


def test_export_brat_hostile_text_stays_on_its_line(tmp_path):
    record = dam_record(title=HOSTILE, publisher="a\n#9\tAnnotatorNotes E1\t{}")
    act = "say\nE9\tAttribution:T1"
    record = replace(record, statements=tuple(replace(s, act=act) for s in record.statements))
    read = round_trip(record, tmp_path / "out")
    assert len(read.statements) == 5
    assert read.document == record.document


def test_export_brat_configuration_names_every_type(tmp_path):
    ann = parse(ann_of(jail_record(), tmp_path))
    configuration = (tmp_path / "out" / "annotation.conf").read_text()
    used = {label for label, _ in ann.spans.values()} | {name for named in ann.attributes.values() for name in named}
    assert {name for name in used if not re.search(rf"^{name}\b", configuration, re.MULTILINE)} == set()
    assert "Value:accuse|deny|say\n" in configuration


def test_read_brat_takes_what_an_annotator_adds(tmp_path):
    (tmp_path / "a.txt").write_bytes("“We stay,” Vokal said.".encode())
    (tmp_path / "a.ann").write_text(
        "T1\tContent 0 10\t“We stay,”\nT2\tSource 11 16\tVokal\nT3\tCue 17 21\tsaid\nT4\tAttribution 17 21\tsaid\n"
        "T5\tPerson 11 16\tVokal\nE1\tAttribution:T4 Content:T1 Source:T2 Cue:T3 Speaker:T5\nA1\tNegated E1\n"
        "a line that is none\n#1\tAnnotatorNotes E1\tis this right?\n",
        encoding="utf-8",
    )
    [record] = read_brat(tmp_path)
    [statement] = record.statements
    assert (statement.form, statement.act, statement.confidence, statement.negated) == ("direct", "say", 1.0, True)
    assert record.speaker_of(statement).name == "Vokal"
    assert re.fullmatch("st-[0-9a-f]{12}", statement.id)


def test_read_brat_takes_an_event_that_an_annotator_adds(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"It rained.\nVokal was arrested.\nNobody slept.")
    (tmp_path / "a.ann").write_text(
        "T1\tPerson 11 16\tVokal\nT2\tArrest 21 29\tarrested\nE1\tArrest:T2 Who:T1\n"
        "T3\tArrest 38 43\tslept\nE2\tArrest:T3\n",
        encoding="utf-8",
    )
    [record] = read_brat(tmp_path)
    [event] = record.events
    assert (event.type, event.modality, event.confidence) == ("arrest", "happened", 1.0)
    assert (event.triggers, event.sentences) == ((Passage(21, 29),), (Passage(11, 30),))
    assert event.who == record.entities[0].id
    assert re.fullmatch("ev-[0-9a-f]{12}", event.id)


def test_read_brat_says_what_it_cannot_read(tmp_path):
    with pytest.raises(UnreadableSource, match="no such folder"):
        list(read_brat(tmp_path / "nowhere"))
    export([dam_record()], "brat", tmp_path / "out")
    [ann] = (tmp_path / "out").glob("*.ann")
    ann.write_text(ann.read_text(encoding="utf-8").replace('"chance": 0.5', '"luck": 0.5'), encoding="utf-8")
    with pytest.raises(UnreadableSource, match="makes no sense"):
        list(read_brat(tmp_path / "out"))
    (tmp_path / "out" / "documents.jsonl").write_text("{}\n")
    with pytest.raises(UnreadableSource, match="line 1"):
        list(read_brat(tmp_path / "out"))


def test_read_brat_reads_polnear_as_the_evaluation_does(shared):
    split = shared / "data" / "polnear" / "dev"
    for record, article in zip(read_brat(split), polnear.load_split(split), strict=True):
        gold = [found for found in article.annotations[0] if found["content"]]
        assert len(record.statements) == len(gold)
        for statement, found in zip(record.statements, gold, strict=True):
            assert record.document.slice(statement.cue).split() == article_words(article.text, sorted(found["cue"]))


def article_words(text, ranges):
    return Document(text).slice([Passage(*r) for r in ranges]).split()
