"""What the command disputes prints, of articles and of a store; what the comparer says was planted."""

import csv
import io
import json
import tempfile

import pytest
from typer.testing import CliRunner

from onrecord import corpus
from onrecord.cli import app
from onrecord.cli.disputes import voice_rows
from onrecord.corpus import Done
from onrecord.errors import OnrecordError, WrongUsage
from onrecord.store import open_store
from onrecord.wording import describe_dispute
from tests.clashes import CENTRES, PlantedComparer, put_comparable
from tests.dam import HOSTILE
from tests.quarrel import hostile_quarrel
from tests.records import Said, article, put
from tests.test_accounts import (
    ALL,
    CLASHES,
    CONTENT,
    COURIER,
    HERALD,
    HOLE,
    LATER,
    NOT_WANTED,
    POST,
    QUARREL,
    SENTENCED,
    THREE_YEARS,
    WANTED,
    denied,
)


@pytest.fixture
def comparer(monkeypatch):
    planted = PlantedComparer(dict(CLASHES))
    for place in ("onrecord.accounts", "onrecord.pipeline"):
        monkeypatch.setattr(f"{place}.load_comparer", lambda: planted)
    monkeypatch.setattr("onrecord.accounts.load_centres", lambda: CENTRES)
    return planted


@pytest.fixture
def run(comparer):
    """Return a function that runs the command; what it prints is kept as `stdout` and `stderr`."""

    def run(*arguments, code=0, width=80):
        found = CliRunner().invoke(app, ["disputes", *map(str, arguments)], env={"COLUMNS": str(width)})
        if isinstance(found.exception, OnrecordError):
            raise found.exception
        assert found.exit_code == code, found.output
        return found

    return run


@pytest.fixture
def store(tmp_path):
    """The address of a store with four articles across which accounts conflict, and more that do so by themselves."""
    path = tmp_path / "record.db"
    with open_store(path, new=True) as opened:
        put_comparable(opened, *ALL, QUARREL, denied((), (), CONTENT))
        put(opened, SENTENCED, THREE_YEARS)
        corpus.join_people(opened)
    return str(path)


@pytest.fixture
def articles(monkeypatch):
    """Articles that need no reading, by the names of their files."""
    known = {"post.txt": POST, "herald.txt": HERALD, "later.txt": LATER, "courier.txt": COURIER}

    def add(store, sources, options, *, jobs):
        for source in sources:
            if source in known:
                put_comparable(store, known[source])
                yield Done(source, "added")
            else:
                yield Done(source, "skipped", reason=f"{source}: no such file\x1b[31m.\nCheck the path.")

    monkeypatch.setattr("onrecord.cli.disputes.add", add)
    return known


# --- of a store ---------------------------------------------------------------------------------------


def test_disputes_of_a_store_show_sides_next_to_each_other(run, store):
    assert [line.rstrip() for line in run(store, "--about", "harbour OR door").stdout.splitlines()] == [
        "asked for another harbour",
        "dispute over what happened · inferred from what they hold · 2 articles · 70% ·",
        "di-42553ec90738",
        "  Tomas Rell                             Ödön Ébert",
        "  2031-05-02 · Iskar Post                2031-05-20 · ÉCLAIR Courier",
        "  every docker wants a second harbour    nobody asked for another harbour",
        "",
        "",
        "dam",
        "dispute over what happened · inferred from what they hold · 2 articles · 90% ·",
        "di-5b9dd0843536",
        "  Irena Vokal                            Mara Quist",
        "  2031-05-02 · Iskar Post                2031-05-09 · Dock Herald",
        "  no water runs out of the dam           a hole as wide as a door is in the dam",
        "",
        "",
    ]


@pytest.mark.parametrize("width", [30, 80, 200])
def test_disputes_fit_a_terminal(run, store, width):
    lines = run(store, width=width).stdout.splitlines()
    assert max(map(len, lines)) <= min(width, 100)
    assert "ferry sank" in lines


def test_disputes_of_a_store_are_compared_first_and_once(run, store, comparer):
    first = run(store, "--json").stdout
    assert comparer.asked
    comparer.asked.clear()
    assert run(store, "--json").stdout == first
    assert comparer.asked == []


def test_disputes_show_each_kind_in_its_way(run, store):
    text = run(store).stdout
    assert "changed position over what happened · 2 articles · 80%" in text
    denial = text[text.index("his men") :].splitlines()
    assert denial[1].startswith("dispute over a denial · reported as a clash · 80% · di-")
    assert [part.strip() for part in denial[2].split("   ") if part] == ["Tomas Rell · deny", "not quoted"]
    facts = text[text.index("Irena Vokal: sentence: two accounts of the term") :].splitlines()
    assert facts[2].startswith("different accounts · 2 articles · 80% · di-")
    assert "Lena Moun" in text[text.index("ferry sank") : text.index("nobody asked")]


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ([], ["changed", "dispute", "dispute", "dispute", "dispute", "facts"]),
        (["--kind", "changed"], ["changed"]),
        (["--kind", "facts"], ["facts"]),
        (["--reported"], ["dispute", "dispute"]),
        (["--about", "hole"], ["dispute"]),
        (["--between", "Vokal", "Mara Quist"], ["dispute"]),
        (["--of", "Ebert"], ["dispute"]),
        (["--of", "Ebert", "--about", "dam"], []),
        (["--min-confidence", "0.85", "--kind", "dispute"], ["dispute"]),
        (["--limit", "2"], ["changed", "dispute"]),
        (["--limit", "0", "--offset", "4"], ["dispute", "facts"]),
        (["--offset", "9"], []),
    ],
    ids=" ".join,
)
def test_disputes_that_are_asked_for(run, store, options, kinds):
    assert [row["kind"] for row in json.loads(run(store, "--json", *options).stdout)] == kinds


def test_disputes_have_a_row_for_each_voice(run, store):
    conflicts = json.loads(run(store, "--json", "--about", "ferry").stdout)
    [ferry] = conflicts
    rows = [json.loads(line) for line in run(store, "--nl", "--about", "ferry").stdout.splitlines()]
    assert rows == list(voice_rows(ferry))
    assert [(row["side"], row["holder"]) for row in rows] == [(1, "Irena Vokal"), (1, "Lena Moun"), (2, "Tomas Rell")]
    assert {row["id"] for row in rows} == {ferry["id"]}
    assert {row["dispute_confidence"] for row in rows} == {ferry["confidence"]} == {0.8}
    table = list(csv.DictReader(io.StringIO(run(store, "--csv", "--about", "ferry").stdout)))
    assert [(row["side"], row["holder"], row["said"]) for row in table] == [
        (str(row["side"]), row["holder"], row["said"]) for row in rows
    ]
    assert list(table[0]) == list(rows[0])


def test_disputes_have_the_same_columns_whatever_is_found(run, store):
    heads = {run(store, "--csv", *options).stdout.splitlines()[0] for options in (
        [], ["--kind", "facts"], ["--kind", "changed"], ["--of", "Rell"], ["--about", "nothing"],
    )}  # fmt: skip
    assert len(heads) == 1


@pytest.mark.parametrize(("form", "printed"), [("--json", "[]\n"), ("--nl", ""), ("--table", "")])
def test_disputes_of_nobody_say_so(run, store, form, printed):
    found = run(store, form, "--about", "nothing")
    assert found.stdout == printed
    assert found.stderr == (
        "Nothing is told in which accounts conflict as surely as this.\n" if form == "--table" else ""
    )


def test_disputes_say_what_is_left(run, store):
    for form in ("--table", "--json"):
        found = run(store, form, "--limit", "1", "--offset", "1")
        assert found.stderr == "1 of 6; more with --offset 2, all with --limit 0\n"
    assert run(store, "--limit", "6").stderr == run(store, "--limit", "0").stderr == ""


def rows_of(form, printed):
    """The rows that were printed in a form, each with all that it has."""
    if form == "--csv":
        return list(csv.DictReader(io.StringIO(printed)))
    return [json.loads(line) for line in printed.splitlines()]


@pytest.mark.parametrize("form", ["--csv", "--nl"])
def test_disputes_count_voices_where_there_is_a_row_for_each(run, store, form):
    """A part may end within a conflict; the parts together are all there is, each row once."""
    everything = run(store, form, "--limit", "0")
    rows = rows_of(form, everything.stdout)
    assert len(rows) == sum(1 for row in json.loads(run(store, "--json").stdout) for _ in voice_rows(row)) == 13
    assert everything.stderr == run(store, form).stderr == run(store, form, "--limit", "13").stderr == ""
    parts = []
    for offset, left in ((0, 4), (4, 8), (8, 12), (12, None)):
        found = run(store, form, "--limit", "4", "--offset", offset)
        parts += rows_of(form, found.stdout)
        assert found.stderr == (f"4 of 13; more with --offset {left}, all with --limit 0\n" if left else "")
    assert parts == rows
    assert rows_of(form, run(store, form, "--limit", "0", "--offset", "11").stdout) == rows[11:]
    beyond = run(store, form, "--offset", "13")
    assert (rows_of(form, beyond.stdout), beyond.stderr) == ([], "")
    assert beyond.stdout == ("" if form == "--nl" else everything.stdout.splitlines(keepends=True)[0])


# --- of articles -----------------------------------------------------------------------------------------


def test_disputes_of_articles(run, articles, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = json.loads(run("post.txt", "herald.txt", "later.txt", "--json").stdout)
    assert [(row["kind"], row["confidence"]) for row in rows] == [("changed", 0.8), ("dispute", 0.9)]
    assert list(tmp_path.iterdir()) == []  # the store that it made
    text = run("post.txt", "courier.txt").stdout
    assert NOT_WANTED in text
    assert WANTED in text
    assert HOLE not in text


@pytest.mark.parametrize("form", ["--json", "--nl", "--csv", "--table"])
def test_disputes_of_good_articles_are_shown_where_one_cannot_be_read(run, articles, form):
    found = run("post.txt", "missing.txt", "herald.txt", form, code=1)
    assert found.stderr == "skipped: missing.txt: no such file[31m. Check the path.\n"
    assert HOLE in found.stdout


@pytest.mark.parametrize("sources", [["missing.txt"], ["post.txt", "missing.txt"]])
def test_disputes_of_nothing_that_could_be_read(run, articles, sources):
    found = run(*sources, code=1)
    assert found.stdout == ""
    assert found.stderr.splitlines()[-1] == "Nothing is told in which accounts conflict as surely as this."
    assert run(*sources, "--json", code=1).stdout == "[]\n"


def test_disputes_of_articles_that_are_read(run, comparer, tmp_path):
    """From files to what is printed, with the reader that ships; only what the comparer says was planted."""
    comparer.planted = {("the dam is safe", "the dam leaks"): 0.9}
    vokal = "Irena Vokal told reporters on Monday that the dam is safe."
    rell = "Tomas Rell, the mayor of Vessen, said on Tuesday that the dam leaks."
    for name, words in (("vokal", vokal), ("rell", rell), ("both", f"{vokal}\n\nBut {rell}")):
        (tmp_path / f"{name}.txt").write_text(f"{words}\n", encoding="utf-8")
    [apart] = json.loads(
        run(tmp_path / "vokal.txt", tmp_path / "rell.txt", "--published", "2031-05-07", "--json").stdout
    )
    found = run(tmp_path / "both.txt", tmp_path / "missing.txt", "--published", "2031-05-07", "--json", code=1)
    [within] = json.loads(found.stdout)
    assert "missing.txt: no such file" in found.stderr
    for conflict, reported in ((apart, False), (within, True)):
        [[one], [other]] = conflict["positions"]
        assert (one["holder"], other["holder"]) == ("Irena Vokal", "Tomas Rell")
        assert ("dam is safe" in one["said"], "dam leaks" in other["said"]) == (True, True)
        assert (conflict["about"], conflict["confidence"], conflict["reported"]) == ("dam", 0.9, reported)


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.txt", "--kind", "quarrel"], "--kind quarrel: not known. It is one of: dispute, changed, facts"),
        (["a.txt", "--between", "A", "B", "--of", "C"], "--between and --of contradict one another"),
        (["a.txt", "--csv", "--nl"], "--csv and --nl contradict one another"),
        (["STORE", "a.txt"], "a.txt: disputes takes a store alone. Name people with --between or --of."),
        (["STORE", "--published", "2031"], "--published: .* is a store, of articles read before"),
        (["STORE", "--jobs", "2", "--field", "text=body"], "--field and --jobs: .* is a store"),
        (["a.txt", "--published", "May"], "May"),
        (["a.txt", "--field", "body"], "body"),
        (["STORE", "--about", "dam " * 101], "more than 100 words"),
    ],
    ids=repr,
)
def test_disputes_refuse_what_goes_not_together(run, store, arguments, said):
    with pytest.raises(WrongUsage, match=said):
        run(*(store if argument == "STORE" else argument for argument in arguments))


@pytest.mark.parametrize(
    "options", [["a.txt", "--between", "A"], ["a.txt", "--min-confidence", "2"], ["a.txt", "--off"]]
)
def test_disputes_refuse_what_is_no_option(run, options):
    assert run(*options, code=2).stdout == ""


# --- hostile words --------------------------------------------------------------------------------------------

ODD = "=1+1 [bold]x[/bold] [link=https://iskar.example]y[/link] \x1b[31m\u202e\ue001 \x07 <b> dam"
ODDER = "@SUM(1) not one drop of it \x9b2J ever ran \u2066 out of that dam"


@pytest.fixture
def hostile(tmp_path, comparer):
    path = tmp_path / "hostile.db"
    comparer.planted = {("<b> dam", "of that dam"): 0.9}
    about = {"title": ODD, "publisher": ODD, "published": "2031-05-02"}
    with open_store(path, new=True) as opened:
        put(opened, hostile_quarrel())
        put_comparable(
            opened,
            article(Said(f"Vokal {ODD}", ODD, form="direct"), **about),
            article(Said("Tomas Rell", ODDER), **about, url=ODD, name=ODD),
        )
        corpus.join_people(opened)
    return path


def test_disputes_obey_nothing_that_an_article_says(run, hostile):
    text = run(hostile, "--min-confidence", "0.1", width=200).stdout
    assert not (set(map(chr, [*range(32), *range(127, 160)])) - {"\n"}) & set(text)
    assert not {"\u202e", "\u2066", "\u2028"} & set(text)
    for words in ("[bold]x[/bold]", "[link=https://iskar.example]y[/link]", "{{ 7*7 }}", "<b> dam"):
        assert words in " ".join(text.split())


def test_disputes_are_no_formulas(run, hostile):
    table = list(csv.DictReader(io.StringIO(run(hostile, "--csv", "--min-confidence", "0.1").stdout)))
    assert {row["said"] for row in table} >= {f"'{ODD}", f"'{ODDER}"}
    for row in table:
        assert not any(cell.startswith(("=", "+", "@", "-")) for cell in row.values())


def test_disputes_in_json_are_as_they_were(run, hostile):
    rows = json.loads(run(hostile, "--json", "--min-confidence", "0.1").stdout)
    lines = [json.loads(line) for line in run(hostile, "--nl", "--min-confidence", "0.1").stdout.splitlines()]
    said = [voice["said"] for row in rows for side in row["positions"] for voice in side]
    assert [line["said"] for line in lines] == said
    assert {ODD, ODDER, HOSTILE} <= set(said)


# --- in words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "dispute over a denial · inferred from what they hold · 2 articles · 71% · di-1"),
        (
            {"reported": True, "type": "policy"},
            "dispute over what should be done · reported as a clash · 2 articles · 71% · di-1",
        ),
        ({"kind": "changed", "confidence": 1.0}, "changed position over a denial · 2 articles · 100% · di-1"),
        ({"kind": "facts", "positions": [[{"document": "a"}], []]}, "different accounts · 71% · di-1"),
    ],
)  # fmt: skip
def test_a_conflict_is_described_in_a_few_words(changes, words):
    conflict = {
        "id": "di-1", "kind": "dispute", "type": "denial", "reported": False, "confidence": 0.71,
        "positions": [[{"document": "a"}, {"document": "a"}], [{"document": "b"}]],
    }  # fmt: skip
    assert describe_dispute(conflict | changes) == words
