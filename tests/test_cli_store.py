"""A store from the command line: what is added can be asked, corrected, taken elsewhere and taken back."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord import corpus, ingest
from onrecord.store import Cut, Wanted, is_store, open_store
from tests.records import Befell, Said, article, put, with_events

WEEK = Path(__file__).parent.parent / "examples" / "week.jsonl"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with the three articles of the example, two of them copies; not to be written."""
    path = tmp_path_factory.mktemp("store") / "record.db"
    with open_store(path, new=True) as store:
        list(corpus.add(store, [WEEK], ingest.Options()))
        corpus.join_people(store)
    return path


@pytest.fixture
def onrecord(filled, tmp_path):
    """Return a function that runs the command in a folder with a store of its own."""
    (tmp_path / "record.db").write_bytes(filled.read_bytes())

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "onrecord", *map(str, arguments)],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            encoding="utf-8",
            env=os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"} | environment,
        )

    return run


def lines(run):
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def denial(onrecord):
    [row] = lines(onrecord("statements", "record.db", "--act", "deny", "--once", "--nl"))
    return row


def test_add_goes_on_where_it_stopped_and_keeps_what_failed(onrecord, tmp_path):
    (tmp_path / "a.txt").write_text("“The dam is empty,” Irena Vokal told reporters on Tuesday in Vessen.\n")
    run = onrecord("add", "new.db", "a.txt", "b.txt")
    assert (run.returncode, "1 article read, 1 skipped" in run.stderr) == (1, True)
    again = onrecord("add", "new.db", "a.txt", "b.txt")
    assert (again.returncode, "0 articles read, 0 skipped" in again.stderr) == (0, True)
    [row] = lines(onrecord("skipped", "new.db", "--nl"))
    assert row["name"].endswith("b.txt")
    assert "no such file" in row["reason"]
    (tmp_path / "b.txt").write_text("Tomas Rell said on Monday that the pardon of the dockers was overdue.\n")
    assert "1 article read, 0 skipped" in onrecord("retry", "new.db").stderr
    assert lines(onrecord("skipped", "new.db", "--nl")) == []


def test_listings_take_the_same_forms(onrecord):
    rows = lines(onrecord("statements", "record.db", "--by", "Vokal", "--nl"))
    assert json.loads(onrecord("statements", "record.db", "--by", "Vokal", "--json").stdout) == rows
    csv = onrecord("statements", "record.db", "--by", "Vokal", "--csv").stdout
    assert csv.splitlines()[0].split(",")[:3] == list(rows[0])[:3]
    assert len(csv.splitlines()) == len(rows) + 1
    page = onrecord("statements", "record.db", "--by", "Vokal", "--limit", "2", "--nl")
    assert lines(page) == rows[:2]
    assert "2 of 6" in page.stderr
    assert "contradict" in onrecord("documents", "record.db", "--csv", "--nl").stderr


def test_a_narrow_terminal_gets_sentences_below_the_rest(onrecord):
    text = onrecord("statements", "record.db", "--by", "Vokal").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "  that there would be no more pardons before the Day of Lanterns" in text.splitlines()
    wide = onrecord("statements", "record.db", "--by", "Vokal", COLUMNS="160").stdout
    assert re.search(r"^st-[0-9a-f]{12} .* that there would be no more pardons", wide, re.MULTILINE)


def test_people_of_a_store(onrecord):
    assert [row["called"] for row in lines(onrecord("people", "record.db", "--nl"))][:2] == [
        "Irena Vokal",
        "Mara Quist",
    ]
    text = onrecord("people", "record.db", "Irena Vokal").stdout
    assert "roles      Interior Minister (2024-03-09" in text
    assert "seen       2024-03-09 to 2024-04-16" in text


def test_search_by_words_and_by_meaning(onrecord):
    text = onrecord("search", "record.db", "pardons").stdout
    assert "Port chief freed after three years" in text
    [nearest, *_] = lines(onrecord("search", "record.db", "clemency for a prisoner", "--meaning", "--nl"))
    assert "mercy" in nearest["said"]
    assert nearest["nearness"] > 0.3


def test_search_by_meaning_passes_over_bare_words(filled):
    with open_store(filled, writing=False) as store:
        rows = corpus.search_meaning(store, "Vokal", Cut(None)).rows
    assert rows
    assert all(len(row["said"].split()) > 2 for row in rows)
    assert [row["nearness"] for row in rows] == sorted((row["nearness"] for row in rows), reverse=True)


def test_a_correction_outranks_the_reader_and_can_be_undone(onrecord):
    row = denial(onrecord)
    wrong = onrecord("fix", "record.db", row["id"], "--act", "shout", "--by", "Ana")
    assert (wrong.returncode, "--act shout: not known" in wrong.stderr) == (2, True)
    assert "nobody is named" in onrecord("accept", "record.db", row["id"]).stderr
    fixed = onrecord(
        "fix", "record.db", row["id"], "--speaker", "Mara Quist", "--content", "the dock strike", "--by", "Ana"
    )
    assert "corrected (speaker, content)" in fixed.stdout
    assert (denial(onrecord)["holder"], denial(onrecord)["said"]) == ("Mara Quist", "the dock strike")
    shown = onrecord("show", "record.db", row["id"]).stdout
    assert "fix speaker: Mara Quist" in shown
    assert "She denied that the dock strike had played any part." in " ".join(shown.split())
    assert "fix speaker: Mara Quist" in onrecord("history", "record.db").stdout
    assert "undone" in onrecord("undo", "record.db", row["id"], ONRECORD_BY="Bo").stdout
    assert denial(onrecord)["holder"] == "Irena Vokal"
    assert "joined" not in onrecord("people", "record.db").stderr  # nobody was joined or split


def test_what_is_rejected_is_left_out(onrecord, tmp_path):
    row = denial(onrecord)
    counts = {d["id"]: d["statements"] for d in lines(onrecord("documents", "record.db", "--nl"))}
    onrecord("reject", "record.db", row["id"], "--by", "Ana")
    left = {d["id"]: d["statements"] for d in lines(onrecord("documents", "record.db", "--nl"))}
    assert left == counts | {row["document"]: counts[row["document"]] - 1}
    assert all(other["id"] != row["id"] for other in lines(onrecord("statements", "record.db", "--nl")))
    [kept] = lines(onrecord("statements", "record.db", "--review", "rejected", "--nl"))
    assert kept["id"] == row["id"]
    onrecord("export", "record.db", "--to", "jsonl", "--output", "out.jsonl")
    assert row["id"] not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_a_corpus_of_brat_comes_back_as_it_went(onrecord, tmp_path):
    onrecord("export", "record.db", "--to", "brat", "--output", "brat")
    assert "3 articles, 0 there already" in onrecord("import", "other.db", "brat").stderr
    onrecord("export", "other.db", "--to", "brat", "--output", "again")
    for path in sorted((tmp_path / "brat").glob("*.ann")):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_what_people_made_is_not_read_again(onrecord, tmp_path):
    stats = json.loads(onrecord("stats", "record.db", "--json").stdout)
    assert (stats["documents"], stats["stories"]) == (3, 2)
    assert "3 articles read" in onrecord("reread", "record.db", "--all").stderr
    onrecord("export", "record.db", "--to", "brat", "--output", "brat")
    (document, *_) = lines(onrecord("documents", "record.db", "--nl"))
    assert document["statements"] == 6
    (tmp_path / "brat" / "documents.jsonl").unlink()  # which says what read them
    onrecord("import", "other.db", "brat")
    assert "0 articles read" in onrecord("reread", "other.db", "--all").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("statements", "missing.db"), "missing.db: no such store"),
        (("show", "record.db", "st-000000000000"), "the store has no such entry"),
        (("statements", "record.db", "--since", "March"), "'March' is not a date"),
        (("join", "record.db", "Nobody", "Irena Vokal", "--by", "Ana"), "Nobody: nobody of this id or name"),
        (("undo", "record.db", "7", "--by", "Ana"), "7: no decision to undo"),
        (("add", "no/folder/record.db", "a.txt"), "folder"),
    ],
)
def test_troubles_are_one_line(onrecord, arguments, said):
    run = onrecord(*arguments)
    assert run.returncode in (1, 2)
    assert said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_count_sources(tmp_path):
    for name in ("a.txt", "b.html", "c.md"):
        (tmp_path / name).write_text("x")
    assert ingest.count_sources([tmp_path, "https://news.example/a"]) == 4
    (tmp_path / "d.zip").write_text("x")
    assert ingest.count_sources([tmp_path]) is None


def test_looking_whether_a_file_is_a_store_lets_go_of_no_lock(filled, tmp_path):
    """A process that closes the file by itself loses SQLite's locks on it: another takes its log away then."""
    path = tmp_path / "record.db"
    path.write_bytes(filled.read_bytes())
    with open_store(path) as store:
        store.note(denial_of(store), "a page of the log", by="Ana")
        assert is_store(path)
        open_store(path, writing=False).close()
        code = f"import onrecord\nonrecord.open_store({str(path)!r}).counts()"
        subprocess.run([sys.executable, "-c", code], check=True)
        assert path.with_name("record.db-wal").exists()
        assert store.counts().decisions == 1


def denial_of(store):
    return store.statements(Wanted(act="deny")).rows[0]["id"]


@pytest.fixture
def court(onrecord, tmp_path):
    """Return the events of an article that was put into the store of the test, after a prediction about its person."""
    promise = article(Said("Tomas Rell", "that Irena Vokal would be freed by June 2031"), published="2031-04-06")
    planned = with_events(promise, Befell("Irena Vokal", "release", "freed", "planned", told_by=0))
    freed = with_events(
        article("Irena Vokal walked free in Vessen on 9 July 2031 after two years for libel.", published="2031-07-10"),
        Befell("Irena Vokal", "release", "walked free", date=("2031-07-09", "9 July 2031"), term=("P2Y", "two years"),
               offence="libel", place="Vessen"),
    )  # fmt: skip
    with open_store(tmp_path / "record.db") as store:
        put(store, planned, freed)
        corpus.join_people(store)
    return [*planned.events, *freed.events]


def test_show_prints_an_event_in_its_place(onrecord, court):
    shown = " ".join(onrecord("show", "record.db", court[1].id).stdout.split())
    assert "Irena Vokal · release (happened) · 2031-07-09 · for P2Y · because of libel · in Vessen" in shown
    assert f"{court[1].id} · trigger 12:23 · 80% sure · not reviewed" in shown
    found = json.loads(onrecord("show", "record.db", court[1].id, "--json").stdout)
    assert (found["event"], found["context"]) == (court[1].to_dict(), [0, 75])
    assert "according to Tomas Rell" in " ".join(onrecord("show", "record.db", court[0].id).stdout.split())


def test_an_event_is_rejected_and_the_history_tells_it(onrecord, court):
    before = json.loads(onrecord("stats", "record.db", "--json").stdout)["events"]
    assert onrecord("reject", "record.db", court[1].id, "--by", "Ana").stdout == f"decision 1: {court[1].id} rejected\n"
    [row] = lines(onrecord("history", "record.db", court[1].id, "--nl"))
    assert (row["verb"], row["by"]) == ("reject", "Ana")
    assert "rejected" in onrecord("show", "record.db", court[1].id).stdout
    assert json.loads(onrecord("stats", "record.db", "--json").stdout)["events"] == before - 1


def test_due_lists_what_can_be_checked_and_what_came_of_it(onrecord, court):
    [row] = lines(onrecord("due", "record.db", "--by", "2031-06", "--speaker", "Rell", "--nl"))
    assert (row["holder"], row["due"], row["day"]) == ("Tomas Rell", "2031-06", "2031-04-06")
    assert [event["id"] for event in row["later"]] == [court[1].id]
    table = " ".join(onrecord("due", "record.db", "--by", "2031").stdout.split())
    assert f"2031-07-09: release, Irena Vokal ({court[1].id})" in table
    assert lines(onrecord("due", "record.db", "--nl", "--kind", "threaten")) == []
    assert lines(onrecord("due", "record.db", "--nl", "--by", "2031-05", "--since", "2031")) == []
    assert "--kind wish: not known" in onrecord("due", "record.db", "--kind", "wish").stderr
