import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.custody import PRECEDENCE, add_term, consequences, fold, steps, terms_agree, told_of, with_ledger
from onrecord.ledger import case_row, make_ledgers, step_rows
from onrecord.model import EventType, PartialDate, Passage
from onrecord.wording import describe_status, describe_step, describe_term
from tests.cases import Step, article, articles, told

AUGUST = {"published": "2018-08-27", "publisher": "Iskar Post"}
SERVED = (
    Step("sentence", date="2016-10", term="P2Y6M", offence="posts"),
    Step("pardon", date="2018-08-25"),
    Step("release", date="2018-08-25"),
)


def ledger(*records, today=None):
    [found] = make_ledgers(told(*records), {}, today=today)
    return found


def status(*steps, **about):
    [custody] = fold(told(article(*steps, **AUGUST | about)))
    return custody.status


def what(found):
    return [(step.type, step.date) for step in found.steps]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (SERVED, "free"),
        ([Step("arrest")], "detained"),
        ([Step("arrest"), Step("charge")], "charged"),
        ([Step("arrest"), Step("detention", "ongoing"), Step("release", "planned"), Step("charge")], "charged"),
        ([Step("trial", "ongoing"), Step("detention", "ongoing")], "on_trial"),
        ([Step("charge"), Step("conviction")], "convicted"),
        ([Step("sentence", term="P3Y"), Step("appeal", "denied")], "imprisoned"),
        ([Step("sentence", term="P3Y", suspended=True)], "convicted"),
        ([Step("conviction"), Step("bail")], "convicted"),
        ([Step("imprisonment")], "free"),  # was in prison
        ([Step("imprisonment", "ongoing"), Step("release", "planned"), Step("pardon", "planned")], "imprisoned"),
        ([Step("dissolution")], "dissolved"),
        ([Step("ban", "ongoing", term="P5Y")], "banned"),
        ([Step("ban", date="2014"), Step("ban", "negated", date="2017")], "free"),
        ([Step("execution"), Step("conviction")], "dead"),
        ([Step("exile", "ongoing"), Step("sentence", date="2017", term="P5Y")], "exiled"),
        ([Step("arrest", date="2016"), Step("acquittal", date="2018")], "free"),
        ([Step("deportation"), Step("arrest")], "unknown"),
    ],
)
def test_custody_status_is_that_of_the_last_step(case, expected):
    assert status(*case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ([Step("release", "requested")], "detained"),  # who asks for a release says that somebody is held
        ([Step("bail", "denied")], "detained"),
        ([Step("sentence", "requested", term="P22Y")], "on_trial"),
        ([Step("arrest", "planned")], "free"),
        ([Step("arrest", "negated")], "free"),
        ([Step("arrest", "alleged")], "unknown"),
        ([Step("imprisonment", "alleged")], "imprisoned"),  # nothing surer is known
        ([Step("imprisonment", "alleged"), Step("release")], "free"),
        ([Step("extradition", "conditional")], "unknown"),
        ([Step("trial", "negated"), Step("detention", "ongoing")], "detained"),
        ([Step("release"), Step("release", "requested")], "free"),
        ([Step("release", date="2018-08-01"), Step("sentence", "requested")], "on_trial"),
    ],
)
def test_custody_what_is_not_a_fact_changes_no_status_but_presumes_one(case, expected):
    assert status(*case) == expected


def test_custody_acquittal_of_one_count_leaves_the_conviction_of_another():
    assert status(Step("conviction", offence="fraud"), Step("acquittal", offence="theft")) == "convicted"
    assert status(Step("conviction", offence="tax fraud"), Step("acquittal", offence="fraud")) == "free"
    assert status(Step("conviction", date="2016", offence="a"), Step("acquittal", date="2017", offence="b")) == "free"
    again = [Step("acquittal", date="2018-08-20", offence="a"), Step("charge", date="2018-08-20", offence="b")]
    assert status(*again) == "charged"


def test_custody_who_escaped_and_is_caught_serves_on():
    case = [Step("sentence", term="life"), Step("escape", date="2018-08-01"), Step("arrest", date="2018-08-08")]
    assert status(*case[:2]) == "free"
    found = ledger(article(*case, **AUGUST))
    assert [step.type for step in found.steps] == ["sentence", "escape", "arrest"]
    assert found.custody.status == "imprisoned"


def test_custody_undated_steps_stand_where_they_naturally_belong():
    found = ledger(article(SERVED[2], Step("commutation"), Step("release", "requested"), *SERVED[:2], **AUGUST))
    assert what(found) == [
        ("sentence", "2016-10"), ("commutation", None), ("pardon", "2018-08-25"), ("release", "2018-08-25"),
        ("release", None),
    ]  # fmt: skip


def test_custody_coarse_date_takes_its_place_among_precise_ones():
    found = ledger(article(Step("sentence", date="2016"), Step("arrest", date="2016-03-02"), **AUGUST))
    assert what(found) == [("arrest", "2016-03-02"), ("sentence", "2016")]


def test_custody_an_ongoing_state_holds_on_the_day_of_its_article():
    held = article(Step("detention", "ongoing", date="2018-05"), Step("release", date="2018-04"), **AUGUST)
    freed = article(Step("release", date="2018-09-03"), published="2018-09-04")
    assert ledger(held).custody.status == "detained"
    assert ledger(held, freed).custody.status == "free"
    assert ledger(freed, article(Step("detention", "ongoing"), published="2018-10-01")).custody.status == "detained"


def test_custody_two_articles_that_tell_one_step_are_one_step():
    month = article(Step("release", date="2018-08"), published="2018-08-30", publisher="Dock Herald")
    day = article(*SERVED, **AUGUST)
    found = ledger(month, day)
    assert what(found) == [("sentence", "2016-10"), ("pardon", "2018-08-25"), ("release", "2018-08-25")]
    assert len(found.steps[-1].told) == 2
    assert found.custody.notes == ()


def test_custody_an_undated_telling_joins_the_latest_step_that_it_can_be():
    twice = article(Step("arrest", date="2012"), Step("arrest", date="2017"), **AUGUST)
    found = ledger(twice, article(Step("arrest"), published="2018-08-28"))
    assert [(step.date, len(step.told)) for step in found.steps] == [("2012", 1), ("2017", 2)]


def notes(*records, today=None):
    return ledger(*records, today=today).notes


def test_custody_notes_a_gap():
    assert notes(article(Step("release"), **AUGUST)) == ["released, but no arrest is told"]
    assert notes(article(Step("release", "planned"), **AUGUST)) == []
    assert notes(article(*SERVED, **AUGUST)) == []


def test_custody_notes_a_term_that_is_over():
    serving = article(SERVED[0], **AUGUST)
    assert notes(serving, today="2019-04-30") == []  # it may end on the last of April
    assert notes(serving, today="2019-05-01") == ["sentenced: the term ended by 2019-04"]
    assert notes(article(*SERVED, **AUGUST), today="2030-01-01") == []
    assert notes(article(Step("sentence", date="2016", term="life"), **AUGUST), today="2090-01-01") == []
    undated = article(Step("arrest", date="2015-01-09"), Step("sentence", term="P1Y"), **AUGUST)
    assert notes(undated, today="2018-08-27") == ["sentenced: the term ended by 2016-01-09"]


def test_custody_notes_two_accounts_and_does_not_average_them():
    one, other = (
        article(Step("arrest"), Step("release", date=day), publisher=outlet, published="2018-08-27")
        for day, outlet in (("2018-08-25", "Iskar Post"), ("2018-08-24", "Dock Herald"))
    )
    accounts = "2018-08-24 (Dock Herald, 2018-08-27); 2018-08-25 (Iskar Post, 2018-08-27)"
    assert notes(one, other) == [f"release: two accounts of the date: {accounts}"]
    terms = [article(Step("sentence", date="2016-10", term=t), url=f"https://{t}.example") for t in ("P2Y6M", "P3Y")]
    [note] = notes(*terms)
    assert note.startswith("sentence: two accounts of the term: ")
    assert "2 years 6 months (an article)" in note
    assert "3 years (an article)" in note
    denied = article(Step("arrest", "negated"), published="2018-08-28", url="https://iskar.example/no")
    assert notes(article(Step("arrest"), **AUGUST), denied) == [
        "arrest: two accounts of the modality: arrested (Iskar Post, 2018-08-27); no arrest (an article, 2018-08-28)"
    ]


def test_custody_two_arrests_are_no_contradiction():
    year_apart = article(Step("arrest", date="2016-10-04"), Step("arrest", date="2018-08-25"), **AUGUST)
    assert notes(year_apart) == []
    between = (Step("arrest", date="2018-08-01"), Step("release", date="2018-08-05"), Step("arrest", date="2018-08-10"))
    assert notes(article(*between, **AUGUST)) == []


def test_custody_notes_what_rests_on_one_party():
    police = article(Step("arrest", reporter="Mara Quist"), **AUGUST)
    assert notes(police) == ["arrested: only according to Mara Quist"]
    both = article(Step("arrest", reporter="Mara Quist"), Step("charge", reporter="Mara Quist"), **AUGUST)
    assert notes(both) == ["arrested, charged: only according to Mara Quist"]
    assert notes(police, article(Step("arrest"), published="2018-08-28")) == []


def test_custody_rows_hold_the_words_of_the_article():
    found = ledger(article(Step("arrest", date="2016-09"), *SERVED, **AUGUST))
    rows = step_rows(found)
    assert [row["what"] for row in rows] == ["arrested", "sentenced", "pardoned", "released"]
    assert (rows[1]["term"], rows[1]["for"]) == ("P2Y6M", "posts")
    assert rows[1]["words"] == "Irena Vokal sentence 2016-10 P2Y6M posts."
    case = case_row(found)
    told = {key: case[key] for key in ("status", "arrest_date", "sentence", "term", "start", "expected_end")}
    assert told == {
        "status": "free", "arrest_date": "2016-09", "sentence": "2 years 6 months", "term": "P2Y6M",
        "start": "2016-10", "expected_end": "2019-04",
    }  # fmt: skip
    assert (case["release_date"], case["sources"]) == ("2018-08-25", ["Iskar Post, 2018-08-27"])


def test_custody_row_of_a_case_names_the_law_and_no_earlier_release():
    case = case_row(
        ledger(
            article(
                Step("release", date="2016"),
                Step("arrest", date="2018-08-01"),
                Step("charge", offence="incitement under Article 12 of the Press Act"),
                **AUGUST,
            )
        )
    )
    assert (case["charge"], case["law"]) == ("incitement under Article 12 of the Press Act",) * 2
    assert case["release_date"] is None


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ("2016-10", "P2Y6M", "2019-04"),
        ("2016-10-31", "P1M", "2016-11-30"),
        ("2016", "P2Y6M", "2019"),  # at the latest
        ("2016-10-04", "P2W", "2016-10-18"),
        ("2016-10-04", "P45D", "2016-11-18"),
        ("2015-07", "P7Y/P20Y", "2035-07"),
        ("2016-10", "life", None),
        ("2016-10", "indefinite", None),
        ("199", "P1Y", None),
        ("2016-10", "P9999Y", None),
    ],
)
def test_custody_a_term_ends_as_precisely_as_it_began(start, term, end):
    assert add_term(start, term) == end


def test_custody_terms_agree_when_counted():
    assert terms_agree("P18M", "P1Y6M")
    assert terms_agree("P10Y", "P7Y/P20Y")
    assert not terms_agree("P2Y", "P3Y")
    assert not terms_agree("life", "P3Y")


def test_custody_data_knows_every_type():
    known = consequences()
    assert set(known) == set(EventType.__args__)
    statuses = {s for c in known.values() for s in (*c.gives, *c.ends, *c.served, *(c.happened or ()))}
    assert statuses | {c.presumes for c in known.values() if c.presumes} <= set(PRECEDENCE)
    assert {need for c in known.values() for need in c.needs} <= set(known)


def test_custody_words_are_plain():
    assert describe_step("release", "planned") == "release planned"
    assert describe_step("sentence", "negated") == "no sentence"
    assert describe_term("P7Y/P20Y") == "7 to 20 years"
    assert describe_term("P6M/P2Y") == "6 months to 2 years"
    assert describe_term("P1Y1D", suspended=True) == "1 year 1 day, suspended"
    assert describe_term("life") == "life"
    found = ledger(article(*SERVED, **AUGUST))
    assert describe_status(found.custody, found.steps) == "free (released 2018-08-25)"
    found = ledger(article(Step("dissolution"), **AUGUST))
    assert describe_status(found.custody, found.steps) == "dissolved"


def test_custody_record_above_a_confidence_is_folded_again():
    record = article(Step("arrest"), Step("release", sure=0.3, reporter="Mara Quist"), **AUGUST)
    assert [c.status for c in record.custody] == ["free"]
    sure = record.above(0.5)
    assert ([e.type for e in sure.events], sure.custody) == (["arrest"], ())
    assert [c.status for c in with_ledger(sure).custody] == ["detained"]
    assert record.above(0.1) == record


@given(articles(), st.randoms(use_true_random=False))
def test_custody_does_not_depend_on_the_order_of_what_is_told(records, random):
    found = told(*records)
    shuffled = random.sample(found, len(found))
    assert fold(shuffled, today="2020-01-01") == fold(found, today="2020-01-01")
    assert fold([*found, *found]) == fold(found)


@given(articles())
def test_custody_lists_every_event_once_and_rests_on_one_of_them(records):
    found = told(*records)
    for custody in fold(found, today="2020-01-01"):
        theirs = [one.event.id for one in found if one.event.who == custody.who]
        assert sorted(custody.events) == sorted(theirs)
        assert (custody.because in theirs) == (custody.status != "unknown")
        assert all(set(note.events) <= set(theirs) for note in custody.notes)


@given(articles())
def test_custody_orders_steps_by_what_is_known_of_their_dates(records):
    for some in steps(told(*records)):
        days = [step.begin for step in some if step.begin and len(step.begin) == len("2018-08-25")]
        assert days == sorted(days)


@given(articles())
def test_custody_of_one_article_is_in_its_record(records):
    for record in records:
        assert record.custody == tuple(fold(told_of(record), today=record.document.published))
        assert type(record).from_dict(record.to_dict()) == record


def test_custody_accounts_of_one_step_are_one_note_and_those_years_apart_none():
    def sentences(*dates):
        return [
            article(Step("sentence", date=date, term="P2Y"), url=f"https://iskar.example/{number}")
            for number, date in enumerate(dates)
        ]

    [note] = notes(*sentences("2018-08-01", "2018-08-03", "2018-08-05"))
    assert note.startswith("sentence: three accounts of the date: 2018-08-01 (an article); 2018-08-03 (an article); ")
    assert notes(*sentences("2008-08-01", "2018-08-03")) == []
    assert len(notes(*sentences("2016", "2017"))) == 1  # one of the two was wrong about the year
    assert notes(*sentences("2016", "2018")) == []


def many(number):
    kinds = ["arrest", "sentence", "release", "sentence"]
    dates = [
        None,
        "2016",
        "2016-10",
        *(f"20{year:02}-{month:02}-0{day}" for year in (7, 16) for month in (1, 12) for day in (1, 5)),
    ]
    return article(
        Step(kinds[number % 4], date=dates[number % len(dates)], term=f"P{1 + number % 13}Y", offence="posts"),
        url=f"https://iskar.example/{number}", published=f"2017-01-{1 + number % 28:02}",
    )  # fmt: skip


def test_custody_of_somebody_told_of_in_many_articles_is_folded_at_once():
    found = told(*map(many, range(800)))
    begin = time.perf_counter()
    [one] = make_ledgers(found, {})
    rows = step_rows(one)
    assert time.perf_counter() - begin < 5  # seconds; it took minutes when every two were compared
    assert len(one.custody.notes) < len(rows)


@pytest.mark.parametrize(
    ("value", "begin", "end"),
    [
        ("2018-08-27", "2018-08-27", "2018-08-27"),
        ("2018-02", "2018-02", "2018-02-28"),
        ("2018", "2018", "2018-12-31"),
        ("2018-W34", "2018-08-20", "2018-08-26"),
        ("2018-SU", "2018", "2018-12-31"),
        ("9999-W52", "9999-12-27", "9999-12-31"),
        ("0000-W01", "0000", "0000-12-31"),
        ("0000-02", "0000-02", "0000-02-29"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("2018-13", "2018-13", "2018-12-31"),
        ("199", "199", "199-12-31"),
    ],
)
def test_dates_begin_and_end_also_at_the_edge_of_the_calendar(value, begin, end):
    when = PartialDate(value, Passage(0, 0))
    assert (when.begin, when.end) == (begin, end)
