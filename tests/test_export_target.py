"""A target is whole or as it was, and no file of somebody else is lost."""

import json
import time

import pytest

from onrecord import WrongUsage
from onrecord.export import FORMATS, export
from onrecord.model import Document, Record
from tests.dam import dam_record, who_of

FOLDERS = [name for name in FORMATS if FORMATS[name].folder]


def contents(path):
    """Every file below a path with its bytes."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p.relative_to(path)): p.read_bytes() for p in files}


def failing(record):
    yield record
    raise RuntimeError("the power went out")


@pytest.mark.parametrize("format", FORMATS)
def test_export_same_records_same_bytes(format, tmp_path):
    record = dam_record()
    for name in ("a", "b"):
        counts = export(
            [record, Record(Document("Nothing here.")), record], format, tmp_path / name, who=who_of(record)
        )
        assert (counts.articles, counts.statements, counts.entities) == (2, 5, 4)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("format", FORMATS)
def test_export_that_fails_leaves_the_target_as_it_was(format, tmp_path):
    target = tmp_path / "out"
    with pytest.raises(RuntimeError):
        export(failing(dam_record()), format, target)
    assert not list(tmp_path.iterdir())
    export([dam_record()], format, target)
    before = contents(target)
    with pytest.raises(RuntimeError):
        export(failing(dam_record(title="Other")), format, target)
    assert contents(target) == before
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("format", FORMATS)
def test_export_replaces_an_earlier_export(format, tmp_path):
    export([dam_record(), dam_record(title="Other", url=None)], format, tmp_path / "a")
    export([dam_record()], format, tmp_path / "a")
    export([dam_record()], format, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("format", FORMATS)
def test_export_of_nothing_is_an_export(format, tmp_path):
    assert export([], format, tmp_path / "out").articles == 0
    assert (tmp_path / "out").exists()


def test_export_refuses_a_folder_with_files_of_somebody_else(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for name in FOLDERS:
        with pytest.raises(WrongUsage, match="did not write"):
            export([dam_record()], name, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize("format", FOLDERS)
def test_export_refuses_an_export_that_somebody_has_changed(format, tmp_path):
    target = tmp_path / "out"
    export([dam_record()], format, target)
    time.sleep(0.05)  # file systems tell times by ticks
    (target / "notes.txt").write_text("mine")
    with pytest.raises(WrongUsage, match=r"notes\.txt was changed"):
        export([dam_record()], format, target)
    assert (target / "notes.txt").read_text() == "mine"


def test_export_takes_an_empty_folder_and_what_a_cut_off_export_left(tmp_path):
    for name in FOLDERS:
        target = tmp_path / name
        target.mkdir()
        rest = tmp_path / f"{name}.part"
        rest.mkdir()
        (rest / ".onrecord").write_text(f"{name}\n")
        (rest / "half").write_text("…")
        export([dam_record()], name, target)
        assert not rest.exists()


@pytest.mark.parametrize(
    ("format", "target", "words"),
    [
        ("nonsense", "out", "no such format"),
        ("jsonl", "folder", "is one file"),
        ("jsonl", "nowhere/out", "there is no folder"),
        *((name, "nowhere/out", "there is no folder") for name in FOLDERS),
        *((name, "file", "is a folder") for name in FOLDERS),
    ],
)
def test_export_says_what_is_wrong_with_a_target(format, target, words, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(WrongUsage, match=words):
        export([], format, tmp_path / target)


def test_export_jsonl_is_the_record_with_who_is_who(tmp_path):
    record = dam_record()
    export([record], "jsonl", tmp_path / "a")
    assert Record.from_dict(json.loads((tmp_path / "a").read_text(encoding="utf-8"))) == record
    export([record], "jsonl", tmp_path / "a", who=who_of(record))
    read = json.loads((tmp_path / "a").read_text(encoding="utf-8"))
    assert [e.get("identity", "")[:4] for e in read["entities"]] == ["who-", "", "", ""]
    assert Record.from_dict(read) == record
