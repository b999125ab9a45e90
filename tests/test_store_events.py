"""Events in a store: kept with their record, asked for, handed to the ledger, and decided about."""

from __future__ import annotations

import dataclasses
import json
import sqlite3

import pytest
import sqlalchemy as sa

from onrecord import corpus
from onrecord.errors import WrongUsage
from onrecord.export import export
from onrecord.model import Passage, ReadBy, Review
from onrecord.store import Cut, WantedEvents, WantedPredictions, open_store
from onrecord.store.schema import STEPS
from tests.records import Befell, Said, article, put, put_again, with_events

TOLD = Said("Tomas Rell", "that Lena Moun had been charged with fraud", sure=0.7)
COURT = with_events(
    article(
        "Irena Vokal was sentenced by the Iskar court to two years on 3 May 2030 for insulting the river.",
        "Ödön Ébert was held in May 2030 in Vessen.",
        TOLD,
        title="Sentenced", url="https://iskar.example/9", publisher="Iskar Post", published="2030-05-04",
    ),
    Befell("Irena Vokal", "sentence", "sentenced", date=("2030-05-03", "3 May 2030"), term=("P2Y", "two years"),
           offence="insulting the river", by="the Iskar court"),
    Befell("Ödön Ébert", "detention", "held", date=("2030-05", "May 2030"), place="Vessen", sure=0.5),
    Befell("Lena Moun", "charge", "charged", "alleged", told_by=0),
)  # fmt: skip
FREED = with_events(
    article(
        "Irena Vokal walked free on 9 July 2031.",
        "Lena Moun may be released in 2031.",
        publisher="ÉCLAIR Courier", published="2031-07-10", name="freed.txt",
    ),
    Befell("Irena Vokal", "release", "walked free", date=("2031-07-09", "9 July 2031")),
    Befell("Lena Moun", "release", "released", "planned", date=("2031", "2031")),
)  # fmt: skip
SENTENCE, HELD, CHARGE = COURT.events


@pytest.fixture
def store(store_address):
    with open_store(store_address, new=True) as opened:
        put(opened, COURT, FREED)
        yield opened


def types(page):
    return [row["type"] for row in page.rows]


def test_store_gives_events_back_with_their_record(store):
    assert list(store.records()) == [COURT, FREED]
    assert store.decided(SENTENCE.id).record == COURT
    counts = store.counts()
    assert (counts.events, counts.by["event"]) == (5, {"release": 2, "charge": 1, "detention": 1, "sentence": 1})


def test_store_lists_events_the_latest_first_and_undated_last(store):
    page = store.events()
    assert [(row["day"], row["called"]) for row in page.rows] == [
        ("2031-07-09", "Irena Vokal"), ("2031", "Lena Moun"), ("2030-05-03", "Irena Vokal"), ("2030-05", "Ödön Ébert"),
        (None, "Lena Moun"),
    ]  # fmt: skip
    assert page.total == 5
    for offset in range(6):
        assert store.events(cut=Cut(2, offset)).rows == page.rows[offset : offset + 2]


def test_store_tells_all_about_an_event(store):
    [row] = store.events(WantedEvents(type="sentence")).rows
    assert row == {
        "id": SENTENCE.id, "day": "2030-05-03", "date": "2030-05-03", "published": "2030-05-04",
        "publisher": "Iskar Post", "called": "Irena Vokal", "who": SENTENCE.who, "type": "sentence",
        "modality": "happened", "term": "P2Y", "suspended": False, "for": "insulting the river",
        "by": "the Iskar court", "place": None, "trigger": "sentenced",
        "sentence": "Irena Vokal was sentenced by the Iskar court to two years on 3 May 2030 for insulting the river.",
        "reported_in": None, "said_by": None, "confidence": 0.8, "review": None, "document": COURT.document.id,
        "title": "Sentenced", "url": "https://iskar.example/9", "name": None, "identity": None,
    }  # fmt: skip
    [row] = store.events(WantedEvents(type="charge")).rows
    assert (row["reported_in"], row["said_by"]) == (COURT.statements[0].id, "Tomas Rell")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedEvents(who="Irena Vokal"), ["release", "sentence"]),
        (WantedEvents(who="vokal"), ["release", "sentence"]),
        (WantedEvents(who="EBERT odon"), ["detention"]),
        (WantedEvents(who="Vok"), []),
        (WantedEvents(who=CHARGE.who), ["charge"]),
        (WantedEvents(who="Tomas Rell"), []),
        (WantedEvents(modality="planned"), ["release"]),
        (WantedEvents(type="release", modality="happened"), ["release"]),
        (WantedEvents(publisher="éclair"), ["release", "release"]),
        (WantedEvents(document=COURT.document.id, since="2030"), ["sentence", "detention"]),
        (WantedEvents(since="2031-07-09"), ["release", "release"]),  # some time in 2031 may be after
        (WantedEvents(until="2030-05-02"), ["detention"]),  # some time in May may be before
        (WantedEvents(since="2030-05-03", until="2030-05-03"), ["sentence", "detention"]),
        (WantedEvents(min_confidence=0.8), ["release", "release", "sentence", "charge"]),
        (WantedEvents(review="rejected"), []),
    ],
    ids=lambda value: repr(value)[:70] if isinstance(value, WantedEvents) else "",
)
def test_store_finds_events(store, wanted, found):
    page = store.events(wanted)
    assert types(page) == found
    assert page.total == len(found)


def test_store_tells_the_ledger_person_by_person(store):
    assert {one.person for one in store.told_events()} == {event.who for r in (COURT, FREED) for event in r.events}
    corpus.join_people(store)
    [vokal] = store.people("Irena Vokal").rows
    told = list(store.told_events("Vokal"))
    assert [(one.event, one.document) for one in told] == [
        (SENTENCE, COURT.document.id), (FREED.events[0], FREED.document.id),
    ]  # fmt: skip
    assert {(one.person, one.called) for one in told} == {(vokal["id"], "Irena Vokal")}
    assert [(one.published, one.publisher) for one in told] == [
        ("2030-05-04", "Iskar Post"), ("2031-07-10", "ÉCLAIR Courier"),
    ]  # fmt: skip
    assert [one.said_by for one in store.told_events("Lena Moun")] == ["Tomas Rell", None]
    everybody = [one.person for one in store.told_events()]
    assert everybody == sorted(everybody)
    assert len(everybody) == 5
    assert list(store.told_events("nobody")) == []
    assert {row["identity"] for row in store.events(WantedEvents(who=vokal["id"])).rows} == {vokal["id"]}


def test_events_go_with_their_article_and_are_replaced_by_another_reading(store):
    put_again(store, dataclasses.replace(COURT, events=(HELD,)))
    assert types(store.events(WantedEvents(document=COURT.document.id))) == ["detention"]
    with store.writing() as connection:
        connection.execute(sa.text("DELETE FROM documents WHERE id = :id"), {"id": COURT.document.id})
    assert store.events().total == 2


# --- what people decide -----------------------------------------------------------------------


def test_a_rejected_event_is_left_out_until_accepted(store):
    store.reject(SENTENCE.id, by="Ana", note="a namesake")
    assert "sentence" not in types(store.events())
    assert types(store.events(WantedEvents(review="rejected"))) == ["sentence"]
    assert SENTENCE not in next(store.records()).events
    assert SENTENCE not in [one.event for one in store.told_events()]
    assert store.decided(SENTENCE.id).rejected == {SENTENCE.id}
    assert store.counts().events == 4
    store.accept(SENTENCE.id, by="Ben")
    [row] = store.events(WantedEvents(review="accepted")).rows
    assert (row["id"], row["confidence"]) == (SENTENCE.id, 1.0)
    [accepted, *_] = next(store.records()).events
    assert (accepted.review.verdict, accepted.review.by) == ("accepted", "Ben")
    assert store.undo(SENTENCE.id, by="Ben") == 2
    assert store.undo(SENTENCE.id, by="Ben") == 1
    assert list(store.records()) == [COURT, FREED]


def test_a_rejected_event_is_in_no_ledger(store, tmp_path):
    assert [case.status for case in next(store.records()).custody] == ["imprisoned", "detained", "unknown"]
    store.reject(SENTENCE.id, by="Ana")
    for record in (next(store.records()), store.decided(HELD.id).record):
        assert [(case.who, case.status) for case in record.custody] == [
            (HELD.who, "detained"), (CHARGE.who, "unknown"),
        ]  # fmt: skip
    with store.exporting() as (records, who):
        export(records, "jsonl", tmp_path / "out.jsonl", who=who)
    line, *_ = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [case["status"] for case in json.loads(line)["custody"]] == ["detained", "unknown"]


def test_a_note_about_an_event_is_kept(store):
    store.note(SENTENCE.id, "see the ruling", by="Ana")
    assert [row["note"] for row in store.history(SENTENCE.id).rows] == ["see the ruling"]
    assert list(store.records()) == [COURT, FREED]


def test_what_is_told_in_a_rejected_statement_the_article_tells(store):
    store.reject(COURT.statements[0].id, by="Ana")
    assert [event.reported_in for event in next(store.records()).events] == [None] * 3
    [row] = store.events(WantedEvents(type="charge")).rows
    assert row["said_by"] is None
    assert [(one.event.reported_in, one.said_by) for one in store.told_events("Moun")] == [(None, None)] * 2


def test_an_event_is_not_fixed(store):
    with pytest.raises(WrongUsage, match=r"not a statement; fix is about statements \(their ids begin with st-\)$"):
        store.fix(SENTENCE.id, {"act": "deny"}, by="Ana")


def other_reading(**changes):
    """Return what another model makes of the sentence: under another id, and changed."""
    first = dataclasses.replace(SENTENCE, id="ev-new", **changes)
    return dataclasses.replace(COURT, events=(first, HELD, CHARGE), read_by=ReadBy("0.2.0", "model-2"))


def test_a_decision_finds_its_event_in_another_reading(store):
    store.reject(SENTENCE.id, by="Ana")
    both = (Passage(0, 5), *SENTENCE.triggers)
    put_again(store, other_reading(triggers=both, sentences=SENTENCE.sentences * 2, date=None))
    assert store.history(orphans=True).total == 0
    assert [row["id"] for row in store.events(WantedEvents(review="rejected")).rows] == ["ev-new"]


@pytest.mark.parametrize("changes", [{"type": "trial"}, {"triggers": (Passage(0, 5),)}])
def test_a_decision_whose_event_is_gone_is_an_orphan(store, changes):
    store.reject(SENTENCE.id, by="Ana")
    put_again(store, other_reading(**changes))
    assert [row["target"] for row in store.history(orphans=True).rows] == [SENTENCE.id]
    assert store.events(WantedEvents(review="rejected")).total == 0
    put_again(store, COURT)
    assert store.history(orphans=True).total == 0
    assert types(store.events(WantedEvents(review="rejected"))) == ["sentence"]


def test_of_several_people_of_one_step_a_decision_keeps_to_its_own(store):
    twin = dataclasses.replace(SENTENCE, id="ev-twin", who=HELD.who)
    put_again(store, dataclasses.replace(COURT, events=(twin, *COURT.events)))
    store.reject(SENTENCE.id, by="Ana")
    put_again(store, dataclasses.replace(other_reading(), events=(twin, *other_reading().events)))
    assert [row["id"] for row in store.events(WantedEvents(review="rejected")).rows] == ["ev-new"]
    put_again(
        store, dataclasses.replace(COURT, events=(twin, dataclasses.replace(twin, id="ev-third", who=CHARGE.who)))
    )
    assert store.history(orphans=True).total == 1


# --- what is due ------------------------------------------------------------------------------

DUE = with_events(
    article(
        Said("Tomas Rell", "that Irena Vokal would be freed by June 2031"),
        Said("Tomas Rell", "to open the dam", cue="promised", act="promise"),
        Said("Lena Moun", "that the dam would burst if the river rose", cue="warned", act="warn"),
        publisher="Iskar Post", published="2031-04-06",
    ),
    Befell("Irena Vokal", "release", "freed", "planned", date=("2031-06", "June 2031"), told_by=0),
)  # fmt: skip


@pytest.fixture
def due(store):
    put(store, DUE)
    corpus.join_people(store)
    return store


def test_store_tells_what_is_due_and_what_came_of_it(due):
    assert due.predictions(WantedPredictions(by="2031-06-29")).total == 0
    [row] = due.predictions(WantedPredictions(by="2031-06-30")).rows
    assert (row["holder"], row["day"], row["due"], row["until"]) == (
        "Tomas Rell",
        "2031-04-06",
        "2031-06",
        "2031-06-30",
    )
    assert (row["id"], row["kind"], row["content"]) == (
        DUE.statements[0].id,
        "predict",
        DUE.document.slice(DUE.statements[0].content),
    )
    assert [(later["modality"], later["date"]) for later in row["later"]] == [("happened", "2031-07-09")]


def test_store_tells_what_names_no_time_once_it_is_old(due):
    assert due.predictions(WantedPredictions("2031-05-01", undated_until="2031-04-05")).total == 0
    page = due.predictions(WantedPredictions("2031-07-01", undated_until="2031-04-06"))
    assert [(row["kind"], row["condition"]) for row in page.rows] == [
        ("predict", None), ("promise", None), ("predict", "if the river rose"),
    ]  # fmt: skip
    for offset in range(3):
        part = due.predictions(WantedPredictions("2031-07-01", undated_until="2031-04-06"), Cut(1, offset))
        assert (part.rows, part.total) == (page.rows[offset : offset + 1], 3)
    assert due.counts().predictions == 3
    for wanted, kinds in (
        (WantedPredictions("2032", "2032", speaker="Moun"), ["predict"]),
        (WantedPredictions("2032", "2032", kind="promise"), ["promise"]),
        (WantedPredictions("2032", "2032", since="2031-07"), ["promise", "predict"]),
        (WantedPredictions("2032", "2032", publisher="Courier"), []),
        (WantedPredictions("2032", "2032", min_confidence=0.95), []),
    ):
        assert [row["kind"] for row in due.predictions(wanted).rows] == kinds


def test_predictions_follow_what_people_decide(due):
    due.fix(DUE.statements[1].id, {"act": "deny"}, by="Ana")
    due.reject(DUE.statements[0].id, by="Ana")
    assert [row["kind"] for row in due.predictions(WantedPredictions("2032", "2032")).rows] == ["predict"]
    due.undo(DUE.statements[0].id, by="Ana")
    assert due.counts().predictions == 2


# --- older stores -----------------------------------------------------------------------------


def test_a_store_without_events_is_brought_up_to_date(tmp_path):
    path = tmp_path / "record.db"
    with open_store(path, new=True) as store:
        put(store, dataclasses.replace(COURT, events=()))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE events")
        connection.execute("DROP TABLE predictions")
        connection.execute("UPDATE facts SET value = '1' WHERE name = 'version'")
    connection.close()
    with open_store(path) as store:
        assert store.events().total == store.counts().predictions == 0
        put_again(store, COURT)
        assert list(store.records()) == [COURT]
        assert store.events().total == 3
    assert len(STEPS) == 3
    assert path.with_name("record.db.version-1").exists()


def test_a_review_of_an_event_is_in_its_json(store):
    store.accept(HELD.id, by="Ana")
    [event] = [event for event in next(store.records()).events if event.id == HELD.id]
    assert type(event).from_dict(event.to_dict()) == event
    assert isinstance(event.review, Review)
