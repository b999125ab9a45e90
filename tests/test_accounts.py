"""Conflicts of a store: what is compared and when, what is forgotten, and what is told of it.

What the comparer says was planted, and a statement means what its last word does (`tests.clashes`).
"""

from __future__ import annotations

import random
import sqlite3
import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
import sqlalchemy as sa

from onrecord import accounts, corpus
from onrecord.accounts import WantedConflicts, compare_articles, conflicts_in
from onrecord.disputes import pool as pools
from onrecord.errors import MissingPart
from onrecord.language.meaning import WIDTH, as_bytes
from onrecord.model import Passage, Position
from onrecord.store import Cut, Wanted, asking, comparing, open_store, writing
from onrecord.store.deciding import lay_over, shown
from onrecord.store.schema import STEPS
from onrecord.store.writing import replace_reading
from tests.clashes import CENTRES, PlantedComparer, disputes_of, put_comparable, reading_of, settings, vector_of
from tests.quarrel import dispute
from tests.records import Befell, Said, article, put, with_events

DRY, HOLE, RAN = (
    "no water runs out of the dam",
    "a hole as wide as a door is in the dam",
    "for years water had run out of that dam",
)
WANTED, NOT_WANTED = "every docker wants a second harbour", "nobody asked for another harbour"

POST = article(Said("Irena Vokal", DRY), Said("Tomas Rell", WANTED), publisher="Iskar Post", published="2031-05-02")
HERALD = article(Said("Mara Quist", HOLE), publisher="Dock Herald", published="2031-05-09", title="A hole")
LATER = article(Said("Irena Vokal", RAN), publisher="Dock Herald", published="2032-01-10")
COURIER = article(Said("Ödön Ébert", NOT_WANTED), publisher="ÉCLAIR Courier", published="2031-05-20")
ALL = (POST, HERALD, LATER, COURIER)
CLASHES = {(DRY, HOLE): 0.9, (DRY, RAN): 0.8, (WANTED, NOT_WANTED): 0.7}


@pytest.fixture
def comparer(monkeypatch):
    planted = PlantedComparer(dict(CLASHES))
    monkeypatch.setattr("onrecord.accounts.load_comparer", lambda: planted)
    monkeypatch.setattr("onrecord.accounts.load_centres", lambda: CENTRES)
    return planted


@pytest.fixture
def empty(store_address, comparer):
    with open_store(store_address, new=True) as opened:
        yield opened


@pytest.fixture
def store(empty):
    """A store of four articles, people joined, that were not compared yet."""
    put_comparable(empty, *ALL)
    corpus.join_people(empty)
    return empty


@pytest.fixture
def compared(store):
    assert list(compare_articles(store)) == [4]
    return store


def waiting(store):
    with store.reading() as connection:
        return comparing.waiting(connection)


def asked_of(comparer):
    """The pairs that the comparer was asked of, by their contents alone, since the last time."""
    contents = (DRY, HOLE, RAN, WANTED, NOT_WANTED)
    found = {tuple(next(c for c in contents if side.endswith(c)) for side in pair) for pair in comparer.asked}
    comparer.asked.clear()
    return found


def compare_again(store, record):
    """Compare an article again, of which something was decided and undone."""
    store.reject(record.statements[0].id, by="Ana")
    store.undo(record.statements[0].id, by="Ana")
    assert list(compare_articles(store)) == [1]


def kept(store):
    """What is kept of the comparisons: each pair of statements, with how surely they clash."""
    with store.reading() as connection:
        return {(row.first, row.second): row.clash for row in comparing.comparisons(connection, 0.0)}


def conflicts(store, cut=accounts.FIRST, **wanted):
    return conflicts_in(store, WantedConflicts(**wanted), cut).rows


def sides(row):
    return tuple("+".join(voice["holder"] for voice in side) for side in row["positions"])


def told(store, **wanted):
    return [(row["kind"], *sides(row)) for row in conflicts(store, **wanted)]


DAM, CHANGED, HARBOUR = (
    ("dispute", "Irena Vokal", "Mara Quist"), ("changed", "Irena Vokal", "Irena Vokal"),
    ("dispute", "Tomas Rell", "Ödön Ébert"),
)  # fmt: skip


# --- what is compared, and when -------------------------------------------------------------------


def test_articles_are_compared_once(compared, comparer):
    assert asked_of(comparer) == {(DRY, HOLE), (DRY, RAN), (WANTED, NOT_WANTED)}
    assert waiting(compared) == 0
    assert list(compare_articles(compared)) == []
    assert comparer.asked == []


def test_what_comes_later_is_compared_with_what_is_there(empty, comparer):
    put_comparable(empty, POST, HERALD)
    assert list(compare_articles(empty)) == [2]
    asked_of(comparer)
    put_comparable(empty, COURIER)
    assert waiting(empty) == 1
    assert list(compare_articles(empty)) == [1]
    assert asked_of(comparer) == {(WANTED, NOT_WANTED)}
    assert sorted(told(empty)) == sorted([DAM, HARBOUR])


def test_no_pair_is_compared_twice(compared, comparer):
    assert len(comparer.asked) == len(set(comparer.asked))


@dataclass
class Weighing(PlantedComparer):
    """A comparer that weighs every two contents by their words alone."""

    def compare(self, first, second):
        one, other = (shown.rsplit(" said ", 1)[1] for shown in (first, second))
        self.planted = {(one, other): zlib.crc32(" ".join(sorted([one, other])).encode()) % 99 / 100 + 0.005}
        return super().compare(first, second)


def vector_near(content):
    """The vector of a content that is more or less near to those that end in the same word."""
    noise = np.random.default_rng(zlib.crc32(content.encode())).normal(size=WIDTH)
    return as_bytes(vector_of(content) / np.linalg.norm(vector_of(content)) + 0.7 * noise / np.linalg.norm(noise))


def many_near(seed):
    """Articles of a few people over half a year, most of them near to more than they can be compared with."""
    some = random.Random(seed)
    names = ("Irena Vokal", "Mara Quist", "Tomas Rell", "Lena Moun")
    for number in range(16):
        words = f"what{number} they{number} found{number} on{number} page{number} of book"
        said = [Said(name, f"{words} {k} was a {some.choice(('dam', 'dam', 'harbour'))}")
                for k, name in enumerate(some.sample(names, some.randint(1, 3)))]  # fmt: skip
        yield article(*said, published=str(date(2031, 1, 1) + timedelta(days=some.randrange(180))))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("together", [1, 3, accounts._TOGETHER])
def test_articles_are_compared_alike_together_and_one_by_one(empty, tmp_path, monkeypatch, seed, together):
    """Each pair is asked once, when the later article of the two comes, whichever of them was said first."""
    monkeypatch.setattr("onrecord.accounts._TOGETHER", together)
    monkeypatch.setattr("tests.clashes.vector_of", vector_near)
    articles = list(many_near(seed))

    def compared_now(store):
        weighing = Weighing()
        monkeypatch.setattr("onrecord.accounts.load_comparer", lambda: weighing)
        return sum(compare_articles(store)), weighing.asked

    put_comparable(empty, *articles)
    corpus.join_people(empty)
    number, asked = compared_now(empty)
    assert number == len(articles)
    asked_by_one = []
    with open_store(tmp_path / "other.db", new=True) as other:
        for k, record in enumerate(articles):
            put_comparable(other, record)
            corpus.join_people(other)
            number, some = compared_now(other)
            assert number == 1
            assert all(sum(f"page{k} " in side for side in pair) == 1 for pair in some)
            asked_by_one.append(some)
        assert kept(other) == kept(empty)
        assert conflicts(other) == conflicts(empty)
    assert asked == [pair for some in asked_by_one for pair in some]
    assert len(asked) == len({frozenset(pair) for pair in asked}) > len(kept(empty)) > 0
    most = [pools.MOST_NEAR * len(record.statements) for record in articles]
    assert all(len(some) <= many for some, many in zip(asked_by_one, most, strict=True))
    assert len(asked_by_one[-1]) == min(most[-1], accounts.MOST_FAR)  # so that the limits are met


def test_nothing_is_compared_in_an_empty_store(empty, monkeypatch):
    def missing():
        raise MissingPart("no centres are needed")

    monkeypatch.setattr("onrecord.accounts.load_centres", missing)
    assert list(compare_articles(empty)) == []
    assert conflicts_in(empty).total == 0


@pytest.mark.parametrize(
    ("one", "other", "are_compared"),
    [
        ({}, {}, True),
        ({"published": "2031-03-02"}, {}, True),
        ({"published": "2031-03-01"}, {}, False),  # 62 days before
        ({"published": "2031-03"}, {}, False),  # counted from its first day
        ({"published": None}, {}, True),
        ({"published": "some day"}, {}, True),  # a page may say so
        ({"sure": 0.4}, {}, True),
        ({"sure": 0.39}, {}, False),
        ({"known": False}, {}, False),
        ({}, {"who": "Irena Vokal"}, True),
        ({"published": "2011"}, {"who": "Irena Vokal"}, True),
        ({"on": ("2030-01-01", "on New Year’s Day")}, {}, False),
        ({"what": "no water runs out of the pipe"}, {}, False),
        ({}, {"sure": 0.1}, False),
    ],
)
def test_statements_are_compared_that_are_near(empty, comparer, one, other, are_compared):
    def made(draft, who, what):
        about = {"published": draft.get("published", "2031-05-01")}
        said = {"who": who, "what": what} | {name: value for name, value in draft.items() if name != "published"}
        return article(Said(**said), **about)

    put_comparable(empty, made(one, "Irena Vokal", DRY), made(other, "Mara Quist", HOLE))
    corpus.join_people(empty)
    list(compare_articles(empty))
    assert bool(comparer.asked) == are_compared
    assert waiting(empty) == 0


def test_the_earlier_of_two_statements_is_the_first(empty, comparer):
    put_comparable(empty, LATER, HERALD, POST)
    corpus.join_people(empty)
    list(compare_articles(empty))
    assert asked_of(comparer) == {(DRY, HOLE), (DRY, RAN)}


def test_a_comparison_is_kept_that_tells_something(compared, comparer):
    with compared.reading() as connection:
        assert [(row.clash, row.type) for row in comparing.comparisons(connection, 0.0)] == [
            (pytest.approx(CLASHES[pair], abs=1e-4), "account") for pair in in_order(connection)
        ]
        assert [row.clash for row in comparing.comparisons(connection, 0.85)] == [pytest.approx(0.9)]
    comparer.planted[DRY, HOLE] = accounts.KEPT - 0.001
    compare_again(compared, POST)
    assert sorted(kept(compared).values()) == pytest.approx([0.7, 0.8])
    comparer.planted[DRY, HOLE] = accounts.KEPT + 0.001
    compare_again(compared, HERALD)
    assert sorted(kept(compared).values()) == pytest.approx([accounts.KEPT + 0.001, 0.7, 0.8], abs=1e-4)


def test_a_comparison_takes_the_place_of_the_one_that_is_there(compared):
    before = kept(compared)
    [[pair, clash], *_] = before.items()
    again = comparing.Compared(*pair, (POST.document.id, HERALD.document.id), clash / 2, "policy")
    with compared.writing() as connection:
        comparing.put_comparisons(connection, [again], [])
    assert kept(compared) == before | {pair: pytest.approx(clash / 2)}


def in_order(connection):
    """The planted pairs in the order in which a store tells comparisons: by the ids of their statements."""
    said = {row["id"]: row["said"] for row in asking.statements(connection, Wanted(), Cut(None)).rows}
    return [(said[row.first], said[row.second]) for row in comparing.comparisons(connection, 0.0)]


QUIET = [article(Said("Lena Moun", f"it rained on day {k} in the {word}"), published="2031-05-01")
         for k, word in enumerate(("north", "south", "east", "west", "hills"))]  # fmt: skip


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(empty, monkeypatch):
    monkeypatch.setattr("onrecord.accounts._TOGETHER", 2)
    put_comparable(empty, *QUIET)
    run = compare_articles(empty)
    assert next(run) == 2
    run.close()
    assert waiting(empty) == 3
    assert list(compare_articles(empty)) == [2, 1]
    assert waiting(empty) == 0


def test_what_was_not_kept_is_compared_again(store, comparer, monkeypatch):
    def stop(first, second):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(comparer, "compare", stop)
        with pytest.raises(KeyboardInterrupt):
            list(compare_articles(store))
    assert waiting(store) == 4
    assert list(compare_articles(store)) == [4]
    assert told(store) == [CHANGED, HARBOUR, DAM]


def test_articles_that_clash_are_compared_in_several_parts(store, monkeypatch):
    monkeypatch.setattr("onrecord.accounts._TOGETHER", 1)
    assert list(compare_articles(store)) == [1, 1, 1, 1]
    assert told(store) == [CHANGED, HARBOUR, DAM]


def test_a_run_that_was_broken_off_between_two_that_clash_goes_on(store, monkeypatch):
    monkeypatch.setattr("onrecord.accounts._TOGETHER", 1)
    run = compare_articles(store)
    next(run)
    run.close()
    monkeypatch.setattr("onrecord.accounts._TOGETHER", 20)
    assert list(compare_articles(store)) == [3]
    assert told(store) == [CHANGED, HARBOUR, DAM]


def test_more_articles_are_compared_than_are_kept_at_once(empty, comparer):
    put_comparable(empty, POST, *crowd(accounts._TOGETHER), HERALD)
    assert list(compare_articles(empty)) == [accounts._TOGETHER, 2]
    assert told(empty) == [DAM]


def crowd(size):
    """So many articles that are near to nothing."""
    words = ("it", "rained", "on", "all", "of", "quarter")
    return [
        article(Said(f"Lena{k} Moun{k}", " ".join(f"{word}{k}" for word in words)), published="2031-05-01")
        for k in range(size)
    ]


# --- what is forgotten ------------------------------------------------------------------------------


def test_a_corrected_speaker_is_compared_again(compared, comparer):
    asked_of(comparer)
    compared.fix(HERALD.statements[0].id, {"speaker": "Irena Vokal"}, by="Ana")
    assert told(compared) == [CHANGED, HARBOUR]
    assert waiting(compared) == 1
    assert list(compare_articles(compared)) == [1]
    assert asked_of(comparer) == {(DRY, HOLE), (HOLE, RAN)}  # of one person however far apart
    assert told(compared) == [("changed", "Irena Vokal", "Irena Vokal+Irena Vokal"), HARBOUR]
    compared.undo(HERALD.statements[0].id, by="Ana")
    assert list(compare_articles(compared)) == [1]
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def test_a_rejected_statement_is_in_no_conflict(compared, comparer):
    compared.reject(POST.statements[0].id, by="Ana")
    assert told(compared) == []  # those of the article are forgotten
    asked_of(comparer)
    assert list(compare_articles(compared)) == [1]
    assert asked_of(comparer) == {(WANTED, NOT_WANTED)}
    assert told(compared) == [HARBOUR]
    compared.undo(POST.statements[0].id, by="Ana")
    assert list(compare_articles(compared)) == [1]
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def test_what_is_decided_about_one_article_leaves_others_be(compared):
    compared.reject(COURIER.statements[0].id, by="Ana")
    assert told(compared) == [CHANGED, DAM]
    assert waiting(compared) == 1


def test_another_reading_is_compared_again(compared):
    again = replace(HERALD, statements=(replace(HERALD.statements[0], id="st-0123456789ab"),))
    with compared.writing() as connection:
        replace_reading(connection, reading_of(again), "2031-06-01T00:00:00Z")
    assert told(compared) == [CHANGED, HARBOUR]
    corpus.join_people(compared)
    assert list(compare_articles(compared)) == [1]
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def test_comparisons_go_with_their_article(compared):
    with compared.writing() as connection:
        connection.execute(sa.text("DELETE FROM documents WHERE id = :id"), {"id": HERALD.document.id})
    assert sorted(kept(compared).values()) == pytest.approx([0.7, 0.8])
    assert told(compared) == [CHANGED, HARBOUR]
    assert waiting(compared) == 0


@pytest.mark.parametrize(
    "decide",
    [
        lambda store, entry: store.accept(entry, by="Ana"),
        lambda store, entry: store.accept(entry, by="Ana") and store.undo(entry, by="Ana"),
        lambda store, entry: store.note(entry, "who said so?", by="Ana"),
        lambda store, entry: store.note(POST.document.id, "who wrote this?", by="Ana"),
    ],
    ids=["accept", "accept and undo", "note", "note on an article"],
)
def test_what_changes_neither_statements_nor_speakers_has_nothing_compared_again(compared, comparer, decide):
    before = kept(compared)
    asked_of(comparer)
    decide(compared, POST.statements[0].id)
    assert waiting(compared) == 0
    assert list(compare_articles(compared)) == comparer.asked == []
    assert kept(compared) == before
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def test_a_review_of_an_event_has_nothing_compared_again(empty):
    put(empty, DENIED)
    list(compare_articles(empty))
    empty.accept(DENIED.events[0].id, by="Ana")
    empty.reject(DENIED.events[0].id, by="Ana")
    assert waiting(empty) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"speaker": "Irena Vokal"},
        {"speaker": None},
        {"said_on": {"value": "2030-01-01", "passage": list(HERALD.statements[0].cue[0])}},
        {"act": "deny"},
        {"cue": []},
        {"source": []},
        {"content": [list(HERALD.statements[0].source[0])]},
    ],
    ids=repr,
)
def test_a_corrected_statement_is_compared_again(compared, change):
    compared.fix(HERALD.statements[0].id, change, by="Ana")
    assert waiting(compared) == 1
    assert told(compared) == [CHANGED, HARBOUR]
    assert list(compare_articles(compared)) == [1]
    compared.undo(HERALD.statements[0].id, by="Ana")
    assert list(compare_articles(compared)) == [1]
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def test_a_statement_is_compared_once_somebody_said_that_it_is_right(empty):
    unsure = article(Said("Mara Quist", HOLE, sure=writing.LEAST_SURE - 0.01), published="2031-05-09")
    put_comparable(empty, POST, unsure)
    list(compare_articles(empty))
    assert told(empty) == []
    empty.accept(unsure.statements[0].id, by="Ana")
    assert list(compare_articles(empty)) == [1]
    assert told(empty) == [DAM]
    empty.undo(unsure.statements[0].id, by="Ana")
    assert told(empty) == []


def test_a_decision_that_changes_nothing_loses_no_conflict(empty, comparer):
    holes = [f"hole number {k} is in the dam" for k in range(6)]
    comparer.planted = {(DRY, hole): 0.9 for hole in holes}
    put_comparable(empty, POST)
    put_comparable(
        empty, *(article(Said(f"Mara Quist {k}", hole), published="2031-05-09") for k, hole in enumerate(holes))
    )
    list(compare_articles(empty))
    [before] = conflicts(empty)
    empty.accept(POST.statements[0].id, by="Ana")
    list(compare_articles(empty))
    [after] = conflicts(empty)
    assert sides(after) == sides(before)


def test_people_joined_later_have_changed_their_position(empty):
    put_comparable(empty, POST, LATER)
    list(compare_articles(empty))
    corpus.join_people(empty)
    list(compare_articles(empty))
    assert told(empty) == [CHANGED]


def test_people_joined_anew_have_only_that_compared_again_in_which_they_speak(compared, comparer):
    silent = article(Said("Lena Moun", "it rained all of the quarter", told="Mara Quist"), published="2031-05-09")
    put_comparable(compared, silent)
    corpus.join_people(compared)
    assert waiting(compared) == 1  # nobody else has become somebody else
    assert list(compare_articles(compared)) == [1]
    before = kept(compared)
    corpus.join_people(compared)
    assert waiting(compared) == 0
    compared.pair("join", HERALD.statements[0].speaker, POST.statements[0].speaker, by="Ana")
    assert waiting(compared) == 0  # until people are joined
    asked_of(comparer)
    corpus.join_people(compared)
    assert [record.document.id for record in (*ALL, silent) if is_waiting(compared, record)] == [HERALD.document.id]
    assert kept(compared) == {pair: clash for pair, clash in before.items() if HERALD.statements[0].id not in pair}
    assert list(compare_articles(compared)) == [1]
    assert asked_of(comparer) == {(DRY, HOLE), (HOLE, RAN)}
    assert told(compared) == [("changed", "Irena Vokal", "Mara Quist+Irena Vokal"), HARBOUR]
    compared.undo(HERALD.statements[0].speaker, by="Ana")
    corpus.join_people(compared)
    assert list(compare_articles(compared)) == [1]
    assert kept(compared) == before
    assert told(compared) == [CHANGED, HARBOUR, DAM]


def is_waiting(store, record):
    with store.reading() as connection:
        return record.document.id in comparing.fresh(connection)


# --- what is told -----------------------------------------------------------------------------------------


def test_conflicts_come_the_latest_first(compared):
    assert told(compared) == [CHANGED, HARBOUR, DAM]
    page = conflicts_in(compared)
    assert page.total == 3
    for offset in range(4):
        part = conflicts_in(compared, cut=Cut(2, offset))
        assert (part.rows, part.total) == (page.rows[offset : offset + 2], 3)
    assert conflicts_in(compared, cut=Cut(None)).rows == page.rows
    assert conflicts_in(compared).rows == page.rows


def test_conflicts_tell_all_about_a_voice(compared):
    row = conflicts(compared, about="hole")[0]
    [[vokal], [quist]] = row["positions"]
    statement = HERALD.statements[0]
    [person] = compared.people("Mara Quist").rows
    assert quist == {
        "statement": statement.id, "event": None, "holder": "Mara Quist", "role": None, "identity": person["id"],
        "said": HOLE, "act": "say", "form": "indirect", "how": None, "day": "2031-05-09", "confidence": 0.9,
        "at": [list(passage) for passage in statement.content], "document": HERALD.document.id,
        "publisher": "Dock Herald", "published": "2031-05-09", "title": "A hole", "url": None, "name": None,
    }  # fmt: skip
    assert {name: row[name] for name in row if name not in ("id", "positions")} == {
        "kind": "dispute", "about": "dam", "type": "account", "reported": False, "confidence": 0.9,
    }  # fmt: skip
    for voice in (vokal, quist):
        document = compared.document(voice["document"])
        assert document.slice([Passage(*passage) for passage in voice["at"]]) == voice["said"]


def test_conflicts_are_the_same_however_few_articles_are_at_hand(compared, monkeypatch):
    before = conflicts(compared)
    monkeypatch.setattr("onrecord.accounts._AT_HAND", 1)
    assert conflicts(compared) == before
    compare_again(compared, POST)
    assert conflicts(compared) == before


def test_conflicts_are_the_same_in_whatever_order_articles_came(compared, tmp_path):
    with open_store(tmp_path / "turned.db", new=True) as turned:
        put_comparable(turned, *reversed(ALL))
        corpus.join_people(turned)
        list(compare_articles(turned))
        assert [(row["id"], row["about"], *sides(row)) for row in conflicts(turned)] == [
            (row["id"], row["about"], *sides(row)) for row in conflicts(compared)
        ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"about": "dam"}, [CHANGED, DAM]),
        ({"about": "hole door"}, [DAM]),
        ({"about": '"as wide as"'}, [DAM]),
        ({"about": "docker or door"}, [HARBOUR, DAM]),
        ({"about": "harbour hole"}, []),
        ({"about": "-"}, []),
        ({"about": ""}, [CHANGED, HARBOUR, DAM]),
        ({"names": ("Irena Vokal",)}, [CHANGED, DAM]),
        ({"names": ("vokal",)}, [CHANGED, DAM]),
        ({"names": ("EBERT",)}, [HARBOUR]),
        ({"names": ("Vok",)}, []),
        ({"names": (POST.statements[1].speaker,)}, [HARBOUR]),
        ({"names": ("Irena Vokal", "Mara Quist")}, [DAM]),
        ({"names": ("quist", "vokal")}, [DAM]),
        ({"names": ("Irena Vokal", "Irena Vokal")}, [CHANGED]),
        ({"names": ("Irena Vokal", "Tomas Rell")}, []),
        ({"kind": "dispute"}, [HARBOUR, DAM]),
        ({"kind": "changed"}, [CHANGED]),
        ({"kind": "facts"}, []),
        ({"reported": True}, []),
        ({"min_confidence": 0.75}, [CHANGED, DAM]),
        ({"min_confidence": 0.95}, []),
        ({"about": "dam", "names": ("Mara Quist",), "kind": "dispute", "min_confidence": 0.9}, [DAM]),
        ({"about": "dam", "kind": "changed", "names": ("Mara Quist",)}, []),
    ],
    ids=repr,
)
def test_conflicts_that_are_wanted(compared, wanted, found):
    assert told(compared, **wanted) == found


@pytest.mark.parametrize("name", ["shown", "shown_far", "shown_changed"])
def test_each_kind_of_conflict_has_its_own_threshold(compared, comparer, name):
    comparer.settings = settings(**{name: 0.95})
    expected = {"shown": [CHANGED, HARBOUR, DAM], "shown_far": [CHANGED], "shown_changed": [HARBOUR, DAM]}
    assert told(compared) == expected[name]
    assert told(compared, min_confidence=0.6) == [CHANGED, HARBOUR, DAM]


def test_several_voices_stand_on_a_side(store, comparer):
    wall = "one can see through the wall of the dam"
    put_comparable(store, article(Said("Lena Moun", wall), published="2031-05-08"))
    comparer.planted[DRY, wall] = 0.85
    list(compare_articles(store))
    assert told(store, kind="dispute") == [HARBOUR, ("dispute", "Irena Vokal", "Lena Moun+Mara Quist")]
    for names in (("Vokal", "Moun"), ("Quist", "Vokal"), ("Moun",)):
        assert told(store, names=names) == [("dispute", "Irena Vokal", "Lena Moun+Mara Quist")]
    assert told(store, names=("Quist", "Moun")) == []  # on one side
    comparer.planted[HOLE, wall] = 0.7
    compare_again(store, HERALD)
    assert told(store, kind="dispute") == [  # each against each
        HARBOUR, DAM, ("dispute", "Lena Moun", "Mara Quist"), ("dispute", "Irena Vokal", "Lena Moun"),
    ]  # fmt: skip


# --- disputes within an article ----------------------------------------------------------------------------------

QUARREL = article(
    Said("Irena Vokal", "the ferry sank in the storm"),
    Said("Tomas Rell", "no ferry ever sank", cue="disputed"),
    Said("Lena Moun", "it was no accident that the ferry sank"),
    title="The ferry", publisher="Iskar Post", published="2031-06-02",
)  # fmt: skip
QUARREL = replace(
    QUARREL, disputes=(dispute(QUARREL, "ferry", "account", (0, 2), (1,), marker="disputed", sure=0.8),)
)  # fmt: skip
FERRY = ("dispute", "Irena Vokal+Lena Moun", "Tomas Rell")


def test_a_dispute_within_an_article_is_told_before_anything_is_compared(empty):
    put(empty, QUARREL)
    [row] = conflicts(empty)
    assert (row["kind"], *sides(row)) == FERRY
    assert (row["reported"], row["confidence"], row["type"], row["about"]) == (True, 0.8, "account", "ferry sank")
    assert told(empty, reported=True) == told(empty, names=("Moun", "Rell")) == [FERRY]
    assert told(empty, names=("Moun", "Vokal")) == told(empty, min_confidence=0.81) == told(empty, kind="changed") == []


def test_a_dispute_goes_on_in_another_article(empty, comparer):
    wreck = "divers found nothing where they say it sank"
    put_comparable(empty, QUARREL, article(Said("Mara Quist", wreck), published="2031-06-05"))
    comparer.planted = {("the ferry sank in the storm", wreck): 0.75, ("that the ferry sank", wreck): 0.7}
    list(compare_articles(empty))
    assert told(empty) == [("dispute", "Irena Vokal+Lena Moun", "Tomas Rell+Mara Quist")]
    assert conflicts(empty)[0]["reported"]


def test_a_dispute_follows_what_people_decide(empty):
    put(empty, QUARREL)
    empty.reject(QUARREL.statements[2].id, by="Ana")
    assert told(empty) == [("dispute", "Irena Vokal", "Tomas Rell")]
    empty.reject(QUARREL.statements[1].id, by="Ana")
    assert told(empty) == []
    assert next(empty.records()).disputes == ()
    empty.undo(QUARREL.statements[1].id, by="Ana")
    empty.undo(QUARREL.statements[2].id, by="Ana")
    empty.fix(QUARREL.statements[1].id, {"speaker": "Lena Moun"}, by="Ana")
    assert told(empty) == []
    empty.undo(QUARREL.statements[1].id, by="Ana")
    assert told(empty) == [FERRY]
    assert list(empty.records()) == [QUARREL]


@pytest.mark.parametrize(("chance", "confidence"), [(0.5951, 0.6), (0.6, 0.6), (0.6049, 0.6), (0.5949, None)])
def test_a_dispute_is_told_that_is_as_sure_as_the_threshold(empty, comparer, chance, confidence):
    record = article(Said("Irena Vokal", DRY), Said("Mara Quist", HOLE))
    comparer.planted[DRY, HOLE] = chance
    comparer.settings = settings(least=0.6, shown=0.6)
    found = tuple(disputes_of(record, comparer))
    assert [dispute.confidence for dispute in found] == [confidence] * (confidence is not None)
    put(empty, replace(record, disputes=found))
    assert [row["confidence"] for row in conflicts(empty)] == [confidence] * (confidence is not None)


@pytest.mark.parametrize(("chance", "confidence"), [(0.5951, 0.6), (0.6, 0.6), (0.6049, 0.6), (0.5949, None)])
@pytest.mark.parametrize("pair", [(DRY, HOLE), (DRY, RAN)], ids=["dispute", "changed"])
def test_what_clashes_across_articles_is_told_that_is_as_sure_as_the_threshold(
    store, comparer, pair, chance, confidence
):
    comparer.planted = {pair: chance}
    list(compare_articles(store))
    expected = [confidence] * (confidence is not None)
    assert [row["confidence"] for row in conflicts(store, min_confidence=0.6)] == expected
    comparer.settings = settings(shown_far=0.6, shown_changed=0.6)
    assert [row["confidence"] for row in conflicts(store)] == expected


def test_copies_of_a_story_are_told_once(compared):
    copy = replace(QUARREL.document, url="https://iskar.example/copy")
    again = article(
        Said("Irena Vokal", "the ferry sank in the storm"),
        Said("Tomas Rell", "no ferry ever sank", cue="disputed"),
        Said("Lena Moun", "it was no accident that the ferry sank"),
        url=copy.url, published="2031-06-03",
    )  # fmt: skip
    again = replace(again, disputes=(dispute(again, "ferry", "account", (0, 2), (1,), sure=0.9),))
    before = told(compared)
    put_comparable(compared, QUARREL, again)
    assert waiting(compared) == 1
    assert told(compared) == sorted([*before, FERRY], key=[CHANGED, FERRY, HARBOUR, DAM].index)
    assert list(compare_articles(compared)) == [1]
    corpus.join_people(compared)
    assert told(compared) == [CHANGED, FERRY, HARBOUR, DAM]


DENIED = article(
    "Lena Moun was arrested in May.",
    Said("Tomas Rell", "that his men had ever touched Lena Moun", cue="denied", act="deny"),
    publisher="Iskar Post", published="2031-06-02",
)  # fmt: skip
DENIED = with_events(DENIED, Befell("Lena Moun", "arrest", "arrested", date=("2031-05", "in May")))
CONTENT = DENIED.statements[0].content


def denied(*side):
    return replace(DENIED, disputes=(dispute(DENIED, "his men", "denial", (0,), Position(*side), marker="denied"),))


def test_a_denial_stands_against_words_that_nobody_is_quoted_with(empty):
    put(empty, denied((), (), CONTENT))
    [row] = conflicts(empty)
    [[rell], [words]] = row["positions"]
    assert (row["id"], row["kind"], row["about"], row["type"], row["reported"]) == (
        denied((), (), CONTENT).disputes[0].id, "dispute", "his men", "denial", True,
    )  # fmt: skip
    assert (rell["holder"], rell["statement"]) == ("Tomas Rell", DENIED.statements[0].id)
    assert (words["holder"], words["statement"], words["said"]) == (None, None, rell["said"])
    assert words.keys() == rell.keys()
    assert told_words(empty, names=("Rell",)) == told_words(empty, about="touched", reported=True) == ["his men"]
    for wanted in ({"names": ("Moun",)}, {"names": ("Rell", "Moun")}, {"about": "arrested"}, {"kind": "changed"}):
        assert told_words(empty, **wanted) == []
    empty.reject(DENIED.statements[0].id, by="Ana")
    assert told_words(empty) == []


def told_words(store, **wanted):
    return [row["about"] for row in conflicts(store, **wanted)]


def test_a_denial_stands_against_an_event(empty):
    put(empty, denied((), (DENIED.events[0].id,)))
    [[_], [event]] = conflicts(empty)[0]["positions"]
    assert (event["event"], event["statement"], event["said"], event["act"], event["day"]) == (
        DENIED.events[0].id, None, "Lena Moun was arrested in May.", "arrest", "2031-05",
    )  # fmt: skip


def test_a_denial_goes_with_the_event_that_it_stands_against(empty):
    put(empty, denied((), (DENIED.events[0].id,)))
    empty.reject(DENIED.events[0].id, by="Ana")
    assert conflicts(empty) == []


def test_shown_leaves_out_what_was_rejected_of_a_dispute():
    first, second, third = (statement.id for statement in QUARREL.statements)
    decided = lay_over(QUARREL, [])
    assert shown(decided) == QUARREL
    [kept] = shown(replace(decided, rejected=frozenset([third]))).disputes
    assert [side.statements for side in kept.positions] == [(first,), (second,)]
    assert shown(replace(decided, rejected=frozenset([second]))).disputes == ()
    assert shown(replace(decided, rejected=frozenset([first, third]))).disputes == ()


def test_shown_keeps_a_dispute_of_two_who_are_not_known():
    record = replace(QUARREL, statements=tuple(replace(one, speaker=None) for one in QUARREL.statements))
    assert shown(lay_over(record, [])).disputes == QUARREL.disputes


# --- facts ----------------------------------------------------------------------------------------------------

SENTENCED = with_events(
    article("Irena Vokal was sentenced to two years on 3 May 2030.", publisher="Iskar Post", published="2030-05-04"),
    Befell("Irena Vokal", "sentence", "sentenced", date=("2030-05-03", "3 May 2030"), term=("P2Y", "two years")),
)
THREE_YEARS = with_events(
    article(
        "A court jailed Irena Vokal, for three years, on 3 May 2030.", publisher="Dock Herald", published="2030-05-05"
    ),
    Befell(
        "Irena Vokal", "sentence", "jailed", date=("2030-05-03", "3 May 2030"), term=("P3Y", "three years"), sure=0.6
    ),
)
FACTS = (
    "Irena Vokal: sentence: two accounts of the term: "
    "2 years (Iskar Post, 2030-05-04); 3 years (Dock Herald, 2030-05-05)"
)


@pytest.fixture
def facts(compared):
    put(compared, SENTENCED, THREE_YEARS)
    corpus.join_people(compared)
    return compared


def test_articles_that_give_a_fact_differently_are_in_conflict(facts):
    [row] = conflicts(facts, kind="facts")
    assert {name: row[name] for name in row if name not in ("id", "positions")} == {
        "kind": "facts", "about": FACTS, "type": "number", "reported": False, "confidence": 0.8,
    }  # fmt: skip
    [[two], [three]] = row["positions"]
    assert (two["event"], two["statement"], two["holder"], two["said"], two["act"], two["day"]) == (
        SENTENCED.events[0].id, None, "Iskar Post, 2030-05-04",
        "Irena Vokal was sentenced to two years on 3 May 2030.", "sentence", "2030-05-03",
    )  # fmt: skip
    assert (three["document"], three["confidence"]) == (THREE_YEARS.document.id, 0.6)
    assert three["said"] == THREE_YEARS.document.slice([Passage(*passage) for passage in three["at"]])
    everything = conflicts(facts)
    assert [row["kind"] for row in everything] == ["changed", "dispute", "dispute", "facts"]
    voices = [voice for row in everything for side in row["positions"] for voice in side]
    assert all(list(one) == list(other) for one, other in pairwise(voices))


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"names": ("vokal",)}, 1), ({"names": ("Tomas Rell",)}, 0), ({"names": ("Vokal", "Rell")}, 0),
        ({"about": "SENTENCED 2030"}, 1), ({"about": "jailed"}, 1), ({"about": "dam"}, 0), ({"about": ""}, 1),
        ({"about": "sentenced jailed"}, 0),  # each in one of the articles, both in none
        ({"reported": True}, 0),
        ({"min_confidence": None}, 1), ({"min_confidence": 0.0}, 1), ({"min_confidence": 0.6}, 1),
        ({"min_confidence": 0.61}, 0), ({"min_confidence": 0.9}, 0),  # one account of two is no conflict
    ],
)  # fmt: skip
def test_facts_that_are_wanted(facts, wanted, count):
    assert len(conflicts(facts, kind="facts", **wanted)) == count


def test_facts_need_no_threshold_that_ships(facts, comparer):
    comparer.settings = settings(shown=0.95, shown_far=0.95, shown_changed=0.95)
    assert [row["kind"] for row in conflicts(facts)] == ["facts"]


@pytest.mark.parametrize(
    ("about", "count"),
    [('"two years"', 1), ('"years two"', 0), ("jailed or dam", 1), ("jailed -dam", 1), ("jailed -court", 0),
     ("jailing", 1), ("-", 0)],
)  # fmt: skip
def test_facts_are_looked_for_as_search_takes_words(facts, about, count):
    assert len(conflicts(facts, kind="facts", about=about)) == count


# --- asking, and older stores ---------------------------------------------------------------------------------------


def test_store_tells_which_of_some_statements_are_wanted(store):
    ids = [statement.id for record in ALL for statement in record.statements]
    with store.reading() as connection:
        assert asking.those(connection, ids, Wanted()) == set(ids)
        assert asking.those(connection, ids, Wanted(by="Vokal")) == {POST.statements[0].id, LATER.statements[0].id}
        assert asking.those(connection, ids[1:], Wanted(about="water")) == {LATER.statements[0].id}
        assert asking.those(connection, [], Wanted()) == asking.those(connection, ["st-none"], Wanted()) == set()
        assert asking.those(connection, [*(f"st-{k}" for k in range(3000)), ids[0]], Wanted()) == {ids[0]}
    store.reject(ids[0], by="Ana")
    with store.reading() as connection:
        assert asking.those(connection, ids, Wanted()) == set(ids[1:])


def test_store_tells_a_record_as_decided_and_who_is_who_in_it(store):
    [vokal] = store.people("Irena Vokal").rows
    store.reject(POST.statements[1].id, by="Ana")
    with store.reading() as connection:
        assert asking.record_of(connection, POST.document.id).statements == POST.statements[:1]
        assert asking.record_of(connection, HERALD.document.id) == HERALD
        assert asking.identities_in(connection, POST.document.id)[POST.statements[0].speaker] == vokal["id"]
        assert asking.identities_in(connection, "doc-none") == {}


def test_store_tells_who_holds_statements(empty):
    unknown = article(Said("Somebody", "the dam is full", known=False), published="2031")
    put_comparable(empty, POST, unknown)
    ids = [POST.statements[0].id, unknown.statements[0].id]
    with empty.reading() as connection:
        rows = {row["id"]: row for row in comparing.holders_of(connection, [*ids, "st-none"])}
    assert {one: row["holder"] for one, row in rows.items()} == {ids[0]: POST.statements[0].speaker, ids[1]: ids[1]}
    assert [rows[one]["day"] for one in ids] == ["2031-05-02", "2031"]


def test_a_store_without_disputes_is_brought_up_to_date(tmp_path, comparer):
    path = tmp_path / "record.db"
    with open_store(path, new=True) as store:
        put_comparable(store, *ALL)
        corpus.join_people(store)
    with sqlite3.connect(path) as connection:
        for table in ("disputes", "comparisons", "compared"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE facts SET value = '2' WHERE name = 'version'")
    connection.close()
    with open_store(path) as store:
        assert conflicts_in(store).total == 0
        assert list(compare_articles(store)) == [4]
        assert told(store) == [CHANGED, HARBOUR, DAM]
    assert len(STEPS) == 3
    assert path.with_name("record.db.version-2").exists()
