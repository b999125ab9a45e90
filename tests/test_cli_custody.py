"""What the commands custody and events print of articles: the records are made by hand, no model reads."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.cli.timeline import draw
from onrecord.errors import WrongUsage
from onrecord.ledger import ledgers_of
from onrecord.model import Skipped
from tests.cases import Step, article

PARDONS = article(
    Step("arrest", date="2016-09", by="police", place="Vessen"),
    Step("sentence", date="2016-10", term="P2Y6M", offence="=posts about a dam", by="a court in Vessen"),
    Step("release", date="2018-08-25"),
    Step("release", "planned", who="Tomas Rell", sure=0.3),
    Step("imprisonment", "ongoing", who="Tomas Rell", term="P7Y/P20Y", date="2015-07"),
    Step("release", "requested", who="Ana Kolm", reporter="Mara Quist"),
    published="2018-08-27",
    publisher="Iskar Post",
    title="Pardons",
    url="https://iskar.example/pardons",
)
HERALD = article(
    Step("release", date="2018-08"),
    Step("pardon", date="2018-08-25"),
    published="2018-08-28",
    publisher="Dock Herald",
    url="https://dock.example/1",
)


@pytest.fixture
def onrecord(monkeypatch):
    """Return a function that runs a command on articles that need no reading."""
    monkeypatch.setattr("onrecord.cli.custody.read_many", lambda *_, **__: iter([PARDONS, HERALD]))
    monkeypatch.setattr("onrecord.cli.custody._today", lambda: "2018-09-01")

    def run(*arguments, code=0):
        found = CliRunner().invoke(app, [*arguments], env={"COLUMNS": "80"})
        if isinstance(found.exception, WrongUsage):
            raise found.exception
        assert found.exit_code == code, found.output
        return found.stdout

    return run


def test_custody_prints_each_person_with_status_steps_and_words(onrecord):
    text = onrecord("custody", "a.txt", "b.txt")
    assert text.splitlines()[0] == "Ana Kolm · detained (release asked for)"
    vokal = text[text.index("Irena Vokal") : text.index("Tomas Rell")].splitlines()
    assert vokal[0] == "Irena Vokal · free (released 2018-08-25)"
    assert [line.strip().split(" · ")[0] for line in vokal if line.startswith("  20")] == [
        "2016-09     arrested", "2016-10     sentenced, 2 years 6 months", "2018-08-25  pardoned",
        "2018-08-25  released",
    ]  # fmt: skip
    assert "“Irena Vokal release 2018-08-25.” (Iskar Post, 2018-08-27)" in text
    assert "“Irena Vokal release 2018-08.” (Dock Herald, 2018-08-28)" in text
    assert "release planned · unsure" in text
    assert "release asked for · according to Mara Quist" in text
    assert "!  in prison, but no sentence is told" in text
    assert max(map(len, text.splitlines())) <= 80


def test_custody_of_one_name(onrecord):
    assert "Tomas Rell" not in onrecord("custody", "a.txt", "--name", "vokal")
    assert onrecord("custody", "a.txt", "--name", "nobody") == ""
    assert onrecord("custody", "a.txt", "--name", "Vok") == ""  # whole words, as a store has it
    assert "Irena Vokal" in onrecord("custody", "a.txt", "--name", PARDONS.entities[0].id)


def test_custody_has_a_row_for_each_step(onrecord):
    rows = json.loads(onrecord("custody", "a.txt", "--json"))
    assert [row["what"] for row in rows if row["name"] == "Irena Vokal"] == [
        "arrested", "sentenced", "pardoned", "released",
    ]  # fmt: skip
    [released] = [row for row in rows if row["what"] == "released"]
    assert released["sources"] == ["https://iskar.example/pardons", "https://dock.example/1"]
    assert len(released["events"]) == 2
    lines = onrecord("custody", "a.txt", "--nl", "--limit", "2").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["Ana Kolm", "Irena Vokal"]


def test_custody_cases_are_one_row_for_each_person_that_no_spreadsheet_runs(onrecord):
    rows = list(csv.DictReader(io.StringIO(onrecord("custody", "a.txt", "--cases", "--csv"))))
    assert [row["name"] for row in rows] == ["Ana Kolm", "Irena Vokal", "Tomas Rell"]
    vokal = rows[1]
    assert vokal["charge"] == "'=posts about a dam"
    assert [vokal[column] for column in ("status", "arrest_date", "sentence", "expected_end", "release_date")] == [
        "free", "2016-09", "2 years 6 months", "2019-04", "2018-08-25",
    ]  # fmt: skip
    assert rows[2]["expected_end"] == "2035-07"
    assert "imprisoned" in onrecord("custody", "a.txt", "--cases")


def test_custody_timeline_fits_a_terminal(onrecord):
    text = onrecord("custody", "a.txt", "--timeline")
    assert max(map(len, text.splitlines())) <= 80
    lines = text.splitlines()
    assert "no date told: release asked for" in lines
    [sentenced] = [line for line in lines if line.startswith("sentenced")]
    assert ("●━" in sentenced, sentenced.endswith("  2016-10")) == (True, True)
    assert lines[-1] == "● happened  ○ planned, asked for or not sure  ╌ some time then  ━ its term"
    assert "━" not in onrecord("custody", "a.txt", "--name", "nobody", "--timeline")
    with pytest.raises(WrongUsage, match="--timeline draws"):
        onrecord("custody", "a.txt", "--timeline", "--csv")


@pytest.mark.parametrize("width", [40, 80, 100])
def test_timeline_puts_steps_in_their_place(width):
    for ledger in ledgers_of(PARDONS):
        lines = draw(ledger, width)
        assert max(map(len, lines)) <= max(width, 48)
    [vokal, *_] = ledgers_of(PARDONS)
    head, *steps = draw(vokal, width)
    marks = [line.index("●") for line in steps]
    assert marks == sorted(marks)
    assert head.split()[0] == "2016-09"


def test_custody_keeps_what_is_sure_enough(onrecord):
    text = onrecord("custody", "a.txt", "--min-confidence", "0.5")
    assert "release planned" not in text


def test_custody_says_what_could_not_be_read(onrecord, monkeypatch):
    monkeypatch.setattr("onrecord.cli.custody.read_many", lambda *_, **__: iter([PARDONS, Skipped("b", "b: gone")]))
    assert "Irena Vokal" in onrecord("custody", "a.txt", "b.txt", code=1)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "Nothing is told that happened.\n"),
        (["--name", "Zell"], "happened to anybody called “Zell” (a part of a name"),
    ],
)
def test_custody_of_nobody_says_so_and_hints_at_names_when_one_was_asked_for(monkeypatch, names, said):
    monkeypatch.setattr("onrecord.cli.custody.read_many", lambda *_, **__: iter([]))
    found = CliRunner().invoke(app, ["custody", "a.txt", *names])
    assert said in found.stderr


def test_events_lists_what_is_asked_for(onrecord):
    def found(*options):
        rows = map(json.loads, onrecord("events", "a.txt", *options, "--nl").splitlines())
        return [(row["called"], row["type"], row["date"]) for row in rows]

    assert len(found()) == 8
    assert found("--type", "release", "--modality", "requested") == [("Ana Kolm", "release", None)]
    assert found("--since", "2018-08-25") == [
        ("Irena Vokal", "pardon", "2018-08-25"), ("Irena Vokal", "release", "2018-08-25"),
        ("Irena Vokal", "release", "2018-08"),
    ]  # fmt: skip
    assert found("--until", "2015") == [("Tomas Rell", "imprisonment", "2015-07")]
    assert found("--who", "kolm", "--min-confidence", "0.5") == [("Ana Kolm", "release", None)]
    with pytest.raises(WrongUsage, match="--type jailing: not known"):
        found("--type", "jailing")


def test_events_prints_a_table(onrecord):
    text = onrecord("events", "a.txt", "--who", "Vokal")
    assert text.split()[:4] == ["id", "day", "who", "what"]
    assert "sentenced, 2 years 6 months" in text
    assert "  Irena Vokal release 2018-08-25." in text.splitlines()


def test_timeline_ends_a_term_with_the_release_that_ends_it():
    freed = article(
        Step("sentence", date="2010-01-01", term="P20Y"), Step("release", date="2015"), Step("fine", date="2020")
    )
    [ledger] = ledgers_of(freed)
    _, sentenced, released, fined = draw(ledger, 100)
    assert sentenced.rindex("━") == released.index("●")
    assert sentenced.rindex("━") < fined.index("●")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0000", "9999", "9999-W52", "0000-W01", "2018-W34"])
def test_timeline_draws_dates_at_the_edge_of_the_calendar(day):
    for ledger in ledgers_of(article(Step("sentence", date=day, term="P2Y"), Step("release", "planned", date="2018"))):
        assert len(draw(ledger, 80)) > 1
    [alone] = ledgers_of(article(Step("sentence", date=day, term="P2Y")))
    assert draw(alone, 80)
