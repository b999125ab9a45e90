"""What the commands custody and events print of a store; the records are made by hand."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from onrecord import corpus
from onrecord.cases import cases_of, ledgers_in
from onrecord.cli import app
from onrecord.custody import NOBODY, with_ledger
from onrecord.errors import WrongUsage
from onrecord.ledger import case_row, step_rows
from onrecord.store import WantedEvents, open_store
from tests.records import Befell, Said, article, put, with_events
from tests.test_store_events import COURT, FREED, SENTENCE


@pytest.fixture
def onrecord(tmp_path):
    """Return a function that runs a command, and the address of a store with two articles."""
    address = str(tmp_path / "record.db")
    with open_store(address, new=True) as store:
        put(store, COURT, FREED)
        corpus.join_people(store)

    def run(command, *arguments):
        found = CliRunner().invoke(app, [command, address, *arguments], env={"COLUMNS": "80"})
        if isinstance(found.exception, WrongUsage):
            raise found.exception
        assert found.exit_code == 0, found.output
        return found.stdout

    return run


def test_custody_of_a_store_joins_what_articles_tell(onrecord):
    text = onrecord("custody", "Irena Vokal")
    assert text.splitlines()[0] == "Irena Vokal · free (released 2031-07-09)"
    assert "2030-05-03  sentenced, 2 years · for: insulting the river" in text
    assert "Moun" not in text
    rows = json.loads(onrecord("custody", "--json"))
    assert [row["type"] for row in rows if row["name"] == "Irena Vokal"] == ["sentence", "release"]
    [charge] = [row for row in rows if row["type"] == "charge"]
    assert charge["according_to"] == ["Tomas Rell"]
    with pytest.raises(WrongUsage, match="a store takes one name"):
        onrecord("custody", "Irena", "Vokal")


def test_custody_of_a_store_leaves_out_what_was_rejected(onrecord):
    onrecord("reject", SENTENCE.id, "--by", "Ana")
    assert "released, but no arrest is told" in onrecord("custody", "Irena Vokal")


def test_events_of_a_store(onrecord):
    assert [json.loads(line)["called"] for line in onrecord("events", "--type", "release", "--nl").splitlines()] == [
        "Irena Vokal", "Lena Moun",
    ]  # fmt: skip
    with pytest.raises(WrongUsage, match="Name a person with --who"):
        onrecord("events", "Irena Vokal")


def test_options_for_reading_go_with_no_store(onrecord):
    with pytest.raises(WrongUsage, match=r"--published and --jobs: .* is a store"):
        onrecord("custody", "--published", "2031", "--jobs", "2")
    with pytest.raises(WrongUsage, match=r"--field: .* is a store"):
        onrecord("events", "--field", "text=body")


def test_articles_and_a_store_of_them_tell_the_same(tmp_path):
    found = with_events(
        article(
            Said("Tomas Rell", "that Lena Moun had been\ncharged with fraud in old\nVessen"),
            "Ödön Ébert is held since 4 May 2030, it is said.",
            "Irena Vokal was freed in 2030.",
            published="2030-05-14", url="https://iskar.example/1", title="Charged",
        ),
        Befell("Lena Moun", "charge", "charged", told_by=0, offence="fraud", place="old\nVessen"),
        Befell("Ödön Ébert", "detention", "held", "ongoing", date=("2030-05-04", "4 May 2030"), told_by=0, sure=0.6),
        Befell("Irena Vokal", "release", "freed", date=("2030", "2030")),
    )  # fmt: skip
    nobody = replace(found.statements[0], source=(), speaker=None)
    record = with_ledger(replace(found, statements=(nobody,)))
    cases = cases_of([record])
    with open_store(tmp_path / "record.db", new=True) as store:
        put(store, record)
        corpus.join_people(store)
        for who in (
            None,
            "ebert",
            "Vok",
            "LENA MOUN",
            record.events[0].who,
            store.people(everybody=True).rows[0]["id"],
        ):
            for sure in (0.0, 0.7):
                wanted = WantedEvents(who, min_confidence=sure)
                assert cases.events(wanted) == store.events(wanted).rows
                stored = list(ledgers_in(store, who, min_confidence=sure, today="2030-06-01"))
                ledgers = cases.ledgers(who, min_confidence=sure, today="2030-06-01")
                assert rows_of(ledgers) == rows_of(stored)
        for since, until in ((None, "2030"), ("2030-05", None), ("2030-05-04", "2030-05-04"), ("2031", None)):
            wanted = WantedEvents(since=since, until=until)
            assert cases.events(wanted) == store.events(wanted).rows
    [charge] = [row for ledger in cases.ledgers("Moun") for row in step_rows(ledger)]
    assert charge["according_to"] == [NOBODY]


def rows_of(ledgers):
    return {ledger.name: (step_rows(ledger), case_row(ledger)) for ledger in ledgers}
