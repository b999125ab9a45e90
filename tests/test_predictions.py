"""What looks ahead is found with its condition and its time; what only sounds so is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from onrecord.model import Document, Entity, Mention, PartialDate, Passage, Record, Statement
from onrecord.predictions import find_predictions
from tests.dam import records

DAY = "2031-04-02"  # a Wednesday


def said(content, act="say", form="indirect", *, published=DAY, negated=False, **about):
    """The record of one statement: Vokal's, with this content."""
    text = f"Irena Vokal said {content}"
    start = text.index(content)
    statement = Statement(
        "st-1", (Passage(0, 11),), (Passage(12, 16),), (Passage(start, len(text)),), form, act, 0.9,
        negated=negated, speaker="en-1",
    )  # fmt: skip
    vokal = Entity("en-1", "person", "Irena Vokal", None, (), (Mention(Passage(0, 11), "name"),))
    return Record(Document(text, published=published), (replace(statement, **about),), (vokal,))


def found(record):
    """Each prediction as kind, condition and due time."""
    slices = record.document.slice
    return [
        (one.kind, one.condition and slices(one.condition), one.due and one.due.value)
        for one in find_predictions(record)
    ]


@pytest.mark.parametrize(
    ("content", "act", "form", "kind", "condition", "due"),
    [
        ("that Tomas Rell would soon be condemned by his own side", "say", "indirect", "predict", None, None),
        ("that pardons could come with the feast in October", "suggest", "indirect", "predict", None, "2031-10"),
        ("that if the council went on freeing dockers, Rell’s claim would be true", "say", "indirect", "predict",
         "if the council went on freeing dockers", None),
        ("that the dam would burst if the river rose", "warn", "indirect", "predict", "if the river rose", None),
        ("“If we win, we will open the dam.”", "say", "direct", "promise", "If we win", None),
        ("“Once the party is reborn, I will join it.”", "say", "direct", "promise", "Once the party is reborn", None),
        ("“The strike will go on unless they pay.”", "say", "direct", "predict", "unless they pay", None),
        ("to lower the price of bread", "promise", "indirect", "promise", None, None),
        ("to close the harbour by Friday", "threaten", "indirect", "threaten", None, "2031-04-04"),
        ("that rain will fall", "predict", "indirect", "predict", None, None),
        ("that the treaty will be signed by the end of the year", "say", "indirect", "predict", None, "2031"),
        ("that the treaty will be signed next week", "say", "indirect", "predict", None, "2031-W15"),
        ("that the answer will come within 30 days", "say", "indirect", "predict", None, "2031-05-02"),
        ("that the bridge will open in the next two weeks", "say", "indirect", "predict", None, "2031-04-16"),
        ("“I’ll resign in June.”", "say", "direct", "promise", None, "2031-06"),
        ("that turnout would fall by 2032 if, in May, the rules changed", "say", "indirect", "predict", None, "2032"),
    ],
)  # fmt: skip
def test_predictions_are_found(content, act, form, kind, condition, due):
    assert found(said(content, act, form)) == [(kind, condition, due)]


@pytest.mark.parametrize(
    ("content", "act", "form"),
    [
        ("that the dam will hold", "say", "indirect"),  # no time and no condition: nothing to check
        ("that the dam was built in June", "say", "indirect"),
        ("that the vote took place on Monday", "say", "indirect"),
        ("“Will it rain tomorrow?”", "say", "direct"),
        ("whether it would rain tomorrow", "ask", "indirect"),
        ("that Rell be freed by Friday", "request", "indirect"),
        ("that the talks would end by Friday", "want", "indirect"),
        ("that he would resign by June", "deny", "indirect"),
        ("“If it was about mercy, they would have been freed long ago.”", "say", "direct"),
        ("that the fee would be higher if the rule were changed", "say", "indirect"),
        ("what would happen if the river rose", "say", "indirect"),
        ("“I would like to see him freed in June.”", "say", "direct"),
        ("“If you work hard, you will succeed.”", "say", "direct"),
        ("that nobody knew if it would rain", "say", "indirect"),
        ("that it looked as if it would rain", "say", "indirect"),
        ("that the political will is there for May", "say", "indirect"),
        ("the dam’s collapse", "predict", "indirect"),
        ("Rell to have won", "predict", "indirect"),
        ("reform", "promise", "indirect"),
    ],
)
def test_predictions_are_not_made_up(content, act, form):
    assert found(said(content, act, form)) == []


def test_a_statement_that_was_not_made_predicts_nothing():
    assert found(said("to resign in June", "promise", negated=True)) == []


def test_who_speaks_of_themselves_promises():
    record = said("that she would resign in June")
    [vokal] = record.entities
    she = Passage(record.document.text.index("she"), record.document.text.index("she") + 3)
    vokal = replace(vokal, mentions=(*vokal.mentions, Mention(she, "pronoun")))
    assert found(record) == [("predict", None, "2031-06")]
    assert found(replace(record, entities=(vokal,))) == [("promise", None, "2031-06")]


def test_each_sentence_is_a_prediction_of_its_own():
    record = said("“It was late. We will meet Mr. Rell in June. If he agrees, the dam will close.”", form="direct")
    words = [record.document.slice(one.content) for one in find_predictions(record)]
    assert words == ["We will meet Mr. Rell in June.", "If he agrees, the dam will close.”"]


def test_a_sentence_that_is_broken_off_goes_on():
    text = "“We will wait,” Vokal said, “until June 2032.”"
    content = (Passage(1, 14), Passage(text.index("until"), len(text) - 1))
    statement = Statement("st-1", (), (), content, "direct", "say", 0.9)
    [one] = find_predictions(Record(Document(text, published=DAY), (statement,)))
    assert (one.content, one.due.value) == (content, "2032-06")


def test_of_two_statements_the_inner_one_predicts():
    record = said("that Rell had promised to resign in June if he lost, and would")
    text = record.document.text
    start = text.index("to resign")
    inner = Statement("st-2", (), (), (Passage(start, text.index(", and")),), "indirect", "promise", 0.9)
    both = replace(record, statements=(*record.statements, inner))
    assert [one.statement for one in find_predictions(both)] == ["st-2"]


def test_a_time_counts_from_the_day_on_which_it_was_said():
    record = said("that the dam would close by May 2030")
    assert found(record) == []
    earlier = PartialDate("2029-01-05", Passage(0, 5))
    assert found(said("that the dam would close by May 2030", said_on=earlier)) == [("predict", None, "2030-05")]


def test_without_a_day_of_publication_only_full_dates_are_known():
    assert found(said("that the dam will close in June", published=None)) == []
    assert found(said("that the dam will close in June 2032", published=None)) == [("predict", None, "2032-06")]


def test_a_prediction_names_those_whom_its_sentence_mentions():
    record = said("that Tomas Rell would soon be freed")
    start = record.document.text.index("Tomas Rell")
    rell = Entity("en-2", "person", "Tomas Rell", None, (), (Mention(Passage(start, start + 10), "name"),))
    place = Entity("en-3", "place", "Rell", None, (), (Mention(Passage(start + 6, start + 10), "name"),))
    [one] = find_predictions(replace(record, entities=(*record.entities, rell, place)))
    assert one.about == ("en-2",)


@settings(deadline=None)
@given(records())
def test_predictions_lie_in_their_statements(record):
    statements = {statement.id: statement for statement in record.statements}
    for one in find_predictions(record):
        inside = statements[one.statement].content
        parts = [*one.content, *([one.condition] if one.condition else []), *([one.due.passage] if one.due else [])]
        assert all(any(p.start <= part.start < part.end <= p.end for p in inside) for part in parts)
        assert one.to_dict()["content"] == [list(passage) for passage in one.content]


@pytest.mark.parametrize(
    ("value", "begin", "end"),
    [
        ("2032", "2032", "2032-12-31"),
        ("2032-02", "2032-02", "2032-02-29"),
        ("2032-02-03", "2032-02-03", "2032-02-03"),
        ("2032-W01", "2031-12-29", "2032-01-04"),
        ("2032-SU", "2032", "2032-12-31"),
    ],
)
def test_a_date_begins_and_ends(value, begin, end):
    date = PartialDate(value, Passage(0, 1))
    assert (date.begin, date.end) == (begin, end)
