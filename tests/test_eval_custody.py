import importlib.util
import json
import random
import re
import sys
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.custody import Answer, Case, as_annotated, below_floors, figures, load_cases, measure_cases
from eval.events import Tally, _heaviest, add_article, likeness, match, same_date, same_term
from onrecord.model import (
    Custody,
    Document,
    Entity,
    Event,
    EventType,
    Modality,
    PartialDate,
    Passage,
    Record,
    Reference,
)

CASES = load_cases()
WITHOUT = [case for case in CASES if not case.events]
EVENTS = [(case, event) for case in CASES for event in case.events]


def event(person, kind="arrest", modality="happened", date=None, term=None, **others):
    return {"person": person, "type": kind, "modality": modality, "date": date, "term": term} | others


def counted(expected, found, cases=()):
    tally = Tally()
    add_article(tally, "an article", {"events": expected, "cases": cases}, {"events": found, "cases": cases})
    return tally


def test_events_full_marks_for_the_annotation_itself():
    events = [event("Radko Stanev", date="2019-06-13"), event("six soldiers", "sentence", term="death")]
    tally = counted(events, events, [{"person": "Radko Stanev", "status_at_publication": "detained"}])
    assert tally.figure() == (1, 1, 1)
    assert tally.shares() == {"modality": 1, "date": 1, "term": 1, "status": 1}
    assert tally.errors == []


def test_events_what_is_missed_false_and_wrong_is_told():
    expected = [event("Radko Stanev", date="2019"), event("Ines Carvalhosa", "release")]
    found = [event("Stanev", date="2018"), event("Radko Stanev", "charge")]
    tally = counted(expected, found)
    assert tally.figure() == (0.5, 0.5, 0.5)
    assert tally.shares()["date"] == 0
    assert tally.errors == [
        "an article: missed release happened | Ines Carvalhosa",
        "an article: false charge happened | Radko Stanev",
        "an article: date of arrest happened 2019 | Radko Stanev read as 2018",
    ]


def test_events_optional_ones_cost_and_count_nothing():
    expected = [event("Radko Stanev"), event("two editors", optional=True)]
    for found in (expected, expected[:1]):
        tally = counted(expected, found)
        assert tally.figure() == (1, 1, 1)
        assert tally.errors == []


def test_events_are_matched_one_to_one_by_what_agrees_best():
    expected = [event("Bardo Lenk", "appeal", "denied", "2006-12-01"), event("Bardo Lenk", "appeal", "planned")]
    found = [event("Lenk", "appeal", "planned"), event("Lenk", "appeal", "denied", "2006-12-01")]
    assert match(expected, found) == [(0, 1), (1, 0)]


def test_events_as_many_as_can_be_are_matched():
    expected = [event("Ama Boru"), event("Boru", aliases=["Kofi Boru"])]
    found = [event("Boru"), event("Ama Boru")]
    assert len(match(expected, found)) == 2


def test_events_many_that_are_alike_are_matched_at_once():
    expected = [event("two editors", date=f"2006-12-{day % 28 + 1:02}") for day in range(40)]
    found = expected[::-1]
    pairs = match(expected, found)
    assert len(pairs) == 40
    assert all(expected[i] == found[j] for i, j in pairs)
    assert len(match(expected[:15], found)) == len(match(expected, found[:15])) == 15


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9), min_size=1))
def test_events_heaviest_pairs_are_those_of_trying_all(weights):
    def most(left):
        if not left:
            return 0
        (i, j), *rest = left
        without = [pair for pair in rest if pair[0] != i and pair[1] != j]
        return max(most(rest), weights[i, j] + most(without))

    pairs = _heaviest(weights)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert sum(weights[pair] for pair in pairs) == most(list(weights))


@pytest.mark.parametrize(
    ("annotated", "found", "same"),
    [
        ({"person": "Om Sar Tan", "kind": "person"}, "Sar Tan", True),
        ({"person": "Om Sar Tan", "kind": "person"}, "Om Dara", False),
        ({"person": "12 Forward activists", "kind": "group"}, "Forward activists", True),
        ({"person": "two men"}, "the two men", True),
        ({"person": "two men"}, "", False),
        ({"person": "Two defendants"}, "Two policemen", False),
        ({"person": "Lena Aho"}, "Governor Lena Aho", True),
        ({"person": "Lena Aho", "aliases": ["the governor"]}, "governor", True),
    ],
)
def test_events_tell_a_person_by_the_name(annotated, found, same):
    assert bool(likeness(annotated, found)) == same


def test_events_dates_and_terms():
    assert same_date("2018-08", "2018-08-25")
    assert not same_date("2018-08-25", "2018-08")
    assert not same_date(None, "2018")
    assert same_term("P18M", "P1Y6M")
    assert same_term("P7Y/P20Y", "P84M/P20Y")
    assert same_term("life", "Life")
    assert not same_term("P2Y", "P2Y6M")


def test_events_figures_equal_those_of_the_reference_scorer(shared, monkeypatch):
    """The annotation, disturbed at random, scores the same by both."""
    path = shared / "score" / "score_custody.py"
    if not path.exists():
        pytest.skip(f"{path}: the reference scorer is not here")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("score_custody", path)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    folder = shared / "data" / "custody" / "dev"
    gold = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.gold.json"))}
    draw = random.Random(1)
    predictions, tally = {}, Tally()
    for name, annotated in gold.items():
        found = [disturbed(row, draw) for row in annotated["events"] if draw.random() < 0.9]
        cases = [case | {"status_at_publication": draw.choice(["free", "detained"])} for case in annotated["cases"]]
        predictions[name] = {"id": name, "events": found, "cases": cases}
        add_article(tally, name, annotated, predictions[name])
    expected, *_ = reference.score(gold, predictions)
    reached = figures(tally)
    assert reached["precision"] == pytest.approx(expected["event"]["p"])
    assert reached["recall"] == pytest.approx(expected["event"]["r"])
    assert reached["f1"] == pytest.approx(expected["event"]["f1"])
    assert reached["status"] == pytest.approx(expected["status_acc"])
    for name in ("modality", "date", "term"):  # where two pairings are equally good, an event may agree otherwise
        assert reached[name] == pytest.approx(expected[f"{name}_acc"], abs=1), name


def disturbed(row, draw):
    changes = [{}, {}, {"type": "fine"}, {"modality": "planned"}, {"date": "2006-12"}, {"term": "P1Y"}]
    changes += [{"person": row["person"].split()[-1]}, {"person": "the " + row["person"]}]
    return row | draw.choice(changes)


def test_custody_a_record_in_the_shape_of_the_annotation():
    document = Document("On Monday a court in Vessen fined Stanev.", published="2021-03-10")
    stanev = Entity("en-1", "person", "Stanev", None, (), ())
    fine = Event(
        id="ev-1",
        type="fine",
        who="en-1",
        modality="happened",
        triggers=(Passage(28, 33),),
        sentences=(Passage(0, 41),),
        confidence=0.9,
        date=PartialDate("2021-03-08", Passage(3, 9)),
        authority=Reference(Passage(12, 17)),
        place=Reference(Passage(21, 27)),
    )
    record = Record(document, entities=(stanev,), events=(fine,), custody=(Custody("en-1", "convicted", ("ev-1",)),))
    found = as_annotated(record)
    expected = event("Stanev", "fine", date="2021-03-08") | {"for": None, "by": "court", "place": "Vessen"}
    assert found["events"] == [expected]
    assert found["cases"] == [{"person": "Stanev", "status_at_publication": "convicted"}]


def test_custody_a_case_is_right_when_nothing_is_wrong():
    told = Case("events", "Stanev was held.", None, (event("Stanev", "detention", "ongoing"),))
    trap = Case("trap", "Stanev held a speech.", None, ())
    answers = [Answer(told, told.events), Answer(trap, told.events), Answer(trap, [])]
    tally = measure_cases(answers)
    assert [bool(answer.wrong) for answer in answers] == [False, True, False]
    assert (tally.counts["articles"], tally.counts["right"], tally.counts["in_traps"]) == (3, 2, 1)
    assert list(below_floors(tally, {"right": 70, "traps_clean": 50})) == ["right 66.7 is under its floor of 70"]


def test_custody_cases_are_many_and_half_are_traps():
    assert len(CASES) >= 250
    assert 0.45 <= len(WITHOUT) / len(CASES) <= 0.55
    assert len({case.text for case in CASES}) == len(CASES)
    assert all(case.group.startswith("trap") == (not case.events) for case in CASES)


def test_custody_cases_have_every_type_and_modality():
    assert {event["type"] for _, event in EVENTS} == set(get_args(EventType))
    assert {event["modality"] for _, event in EVENTS} == set(get_args(Modality))


def test_custody_cases_name_who_is_in_the_text():
    names = [(name, case.text) for case, event in EVENTS for name in (event["person"], *event.get("aliases", ()))]
    assert [name for name, text in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)] == []


def test_custody_cases_have_dates_and_terms_in_form():
    length = r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"
    form = re.compile(rf"{length}(/{length})?|life|death|indefinite")
    assert [event for _, event in EVENTS if event["term"] and not form.fullmatch(event["term"])] == []
    assert [
        event for _, event in EVENTS if event["date"] and not re.fullmatch(r"\d{4}(-\d\d){0,2}", event["date"])
    ] == []
    keys = {"person", "type", "modality", "date", "term", "aliases", "optional"}
    assert [event for _, event in EVENTS if not set(event) <= keys] == []


def test_custody_cases_name_the_weekday_of_their_days():
    """A day within a week of publication is told by its weekday, or by "yesterday" and the like."""
    strays = []
    for case, event in EVENTS:
        day = date.fromisoformat(event["date"]) if len(event["date"] or "") == len("2021-03-10") else None
        told = day and (f"{day:%A}" in case.text or str(day.day) in case.text)
        if day and not told and not re.search(r"yesterday|next morning", case.text):
            strays.append(case.text)
    assert strays == []
