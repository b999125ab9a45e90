"""Events of short self-written texts about people who do not exist; published on Wednesday, 13 March 2024.

What the reader makes of names is left to it; `eval/custody.toml` has many more texts, whose figures have a floor.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onrecord
from onrecord import Document

PUBLISHED = "2024-03-13"


def read(text):
    return onrecord.read(Document(text, published=PUBLISHED, language="en"))


def told(text):
    """Return each event of a text as one line: type, who, modality, and what else is told."""
    record = read(text)
    called = {entity.id: entity.called for entity in record.entities}

    def line(event):
        parts = [event.type, called[event.who], event.modality]
        parts += [event.date.value] if event.date else []
        parts += [event.term.value + (" suspended" if event.term.suspended else "")] if event.term else []
        parts += [f"for {record.document.slice(event.offence)}"] if event.offence else []
        parts += [f"by {record.document.slice(event.authority.passage)}"] if event.authority else []
        parts += [f"in {record.document.slice(event.place.passage)}"] if event.place else []
        return " · ".join(parts)

    return sorted(map(line, record.events))


@pytest.mark.parametrize(
    ("text", "events"),
    [
        # how a step is told
        ("Tomas Rell was arrested on Monday.", ["arrest · Tomas Rell · happened · 2024-03-11"]),
        ("Police arrested the editor Tomas Rell.", ["arrest · Tomas Rell · happened · by Police"]),
        ("The arrest of Tomas Rell drew protests.", ["arrest · Tomas Rell · happened"]),
        ("Tomas Rell is a teacher. His arrest drew protests.", ["arrest · Tomas Rell · happened"]),
        ("Tomas Rell walked free from Iskar prison.", ["release · Tomas Rell · happened"]),
        (
            "Tomas Rell was given a two-year jail sentence for libel.",
            ["sentence · Tomas Rell · happened · P2Y · for libel"],
        ),
        ("The exiled lawmaker Tomas Rell spoke to students.", ["exile · Tomas Rell · ongoing"]),
        (
            "Tomas Rell, who was sentenced to two and a half years in October 2016 for libel, spoke on Monday.",
            ["sentence · Tomas Rell · happened · 2016-10 · P2Y6M · for libel"],
        ),
        (
            "The Supreme Court dissolved the Lorvian River Party in November 2017.",
            ["dissolution · Lorvian River Party · happened · 2017-11 · by Supreme Court"],
        ),
        # whom it happens to
        (
            "Police arrested three teachers, Tomas Rell, Lena Moun and Odo Farr.",
            [f"arrest · {name} · happened · by Police" for name in ("Lena Moun", "Odo Farr", "Tomas Rell")],
        ),
        (
            "Tomas Rell was arrested and charged with sedition.",
            ["arrest · Tomas Rell · happened", "charge · Tomas Rell · happened · for sedition"],
        ),
        (
            "The pardoning and release of Tomas Rell surprised many.",
            ["pardon · Tomas Rell · happened", "release · Tomas Rell · happened"],
        ),
        (
            "Two dockers were arrested on Monday. They were identified as Tomas Rell and Odo Farr.",
            [f"arrest · {name} · happened · 2024-03-11" for name in ("Odo Farr", "Tomas Rell", "Two dockers")],
        ),
        (
            "A former diplomat was jailed for three years on Monday.\n\n"
            "Tomas Rell, 52, was found guilty of passing letters to a journalist.",
            [
                "conviction · Tomas Rell · happened · for passing letters to a journalist",
                "sentence · Tomas Rell · happened · 2024-03-11 · P3Y",
            ],
        ),
        # whether it happened
        ("Tomas Rell remains in detention in Vessen.", ["detention · Tomas Rell · ongoing · in Vessen"]),
        (
            "Tomas Rell will be released from prison on Friday, his lawyer said.",
            ["release · Tomas Rell · planned · 2024-03-15"],
        ),
        (
            "Lawyers urged the government to free Tomas Rell from jail.",
            ["release · Tomas Rell · requested · by government"],
        ),
        ("A judge rejected bail for Tomas Rell.", ["bail · Tomas Rell · denied · by judge"]),
        ("Tomas Rell was never arrested, police said.", ["arrest · Tomas Rell · negated"]),
        ("Tomas Rell could be deported if he loses the vote.", ["deportation · Tomas Rell · conditional"]),
        (
            "Tomas Rell was allegedly detained by soldiers on Monday.",
            ["detention · Tomas Rell · alleged · 2024-03-11 · by soldiers"],
        ),
        ("Police said it was a hoax that Tomas Rell had been arrested.", ["arrest · Tomas Rell · negated"]),
        ("The minister denied the request to pardon Tomas Rell.", ["pardon · Tomas Rell · denied"]),
        ("The ministry denied arresting Tomas Rell.", ["arrest · Tomas Rell · negated · by ministry"]),
        ("Nurses marched through Vessen for Tomas Rell's release from jail.", ["release · Tomas Rell · requested"]),
        # when, for how long, for what, by whom, where
        ("Tomas Rell has been in jail since July 2015.", ["imprisonment · Tomas Rell · ongoing · 2015-07"]),
        (
            "Twelve dockers are serving prison terms of 7 to 20 years.",
            ["imprisonment · Twelve dockers · ongoing · P7Y/P20Y"],
        ),
        (
            "Tomas Rell was sentenced to life in prison for treason.",
            ["sentence · Tomas Rell · happened · life · for treason"],
        ),
        (
            "A court in Vessen gave Tomas Rell a six-month suspended prison sentence for libel.",
            ["sentence · Tomas Rell · happened · P6M suspended · for libel · by court in Vessen"],
        ),
        (
            "Tomas Rell was acquitted by the Supreme Court of Lorvia.",
            ["acquittal · Tomas Rell · happened · by Supreme Court of Lorvia"],
        ),
        ("Tomas Rell was arrested in Vessen.", ["arrest · Tomas Rell · happened · in Vessen"]),
        (
            "Tomas Rell was released from jail on Monday, shortly after his pardon came in.",
            ["pardon · Tomas Rell · happened · 2024-03-11", "release · Tomas Rell · happened · 2024-03-11"],
        ),
        (
            "Police re-arrested Tomas Rell on Sunday. He was first arrested in 2019.",
            ["arrest · Tomas Rell · happened · 2019", "arrest · Tomas Rell · happened · 2024-03-10 · by Police"],
        ),
        ("A charge-sheet was filed against Tomas Rell.", ["charge · Tomas Rell · happened"]),
        (
            "Twelve dockers were jailed for seven years. Most began serving time in July 2015.",
            ["imprisonment · Twelve dockers · ongoing · 2015-07", "sentence · Twelve dockers · happened · P7Y"],
        ),
        (
            "Tomas Rell was arrested on Monday in the harbour\ndistrict, and a judge jailed him for two\nyears.",
            ["arrest · Tomas Rell · happened · 2024-03-11", "sentence · Tomas Rell · happened · P2Y · by judge"],
        ),
    ],
)
def test_events_tell_what_happened_to_whom(text, events):
    assert told(text) == events


@pytest.mark.parametrize(
    "text",
    [
        "The ministry released a statement on Monday, the court said.",
        "The garage charged Tomas Rell $5 for a tyre.",
        "The river company was dissolved on Monday.",
        "Tomas Rell tested positive for a banned substance.",
        "Tomas Rell escaped a heavy defeat on Monday.",
        "Lena Moun released her third album on Monday, a judge of the prize said.",
        "The sentence in the book is long, the judge said.",
        "The kidnappers released Tomas Rell after his family paid a ransom, police said.",
        "The charge of the battery lasted a day, police said.",
        "Gunmen released Tomas Rell, police said.",
        "There would be no more pardons, Lena Moun said.",
        "Pardon me, said Tomas Rell.",
    ],
)
def test_events_are_not_told_by_words_alone(text):
    assert told(text) == []


def test_events_told_again_are_one_with_all_passages():
    text = "Tomas Rell was arrested in Vessen on Monday. The arrest of Rell, 44, came at dawn."
    record = read(text)
    [event] = record.events
    assert [text[start:end] for start, end in event.triggers] == ["arrested", "arrest"]
    assert len(event.sentences) == 2
    assert (event.date.value, record.document.slice(event.place.passage)) == ("2024-03-11", "Vessen")


def test_events_are_reported_in_the_statement_that_tells_them():
    record = read("Lena Moun said that police had arrested Tomas Rell.\n\nOdo Farr was arrested on Monday.")
    said, told_by_article = record.events
    [statement] = record.statements
    assert (said.reported_in, told_by_article.reported_in) == (statement.id, None)
    assert record.document.slice(statement.source) == "Lena Moun"


def test_events_unfold_into_a_ledger():
    [case] = read("Tomas Rell, who was arrested in 2019, was released from prison on Monday.").custody
    assert (case.status, len(case.events)) == ("free", 2)


# --- what holds of any text ---------------------------------------------------------------------


def check(record):
    text, entities = record.document.text, {entity.id for entity in record.entities}
    ids = [event.id for event in record.events]
    assert len(set(ids)) == len(ids)
    assert len(entities) == len(record.entities)
    for event in record.events:
        times = [part.passage for part in (event.date, event.term) if part]
        references = [part for part in (event.authority, event.place) if part]
        passages = [*event.triggers, *event.sentences, *times, *(r.passage for r in references)]
        passages += [event.offence] if event.offence else []
        assert all(0 <= passage.start < passage.end <= len(text) for passage in passages)
        assert all(any(s.start <= t.start and t.end <= s.end for s in event.sentences) for t in event.triggers)
        assert {event.who, *(r.entity for r in references if r.entity)} <= entities
        assert event.reported_in is None or event.reported_in in {s.id for s in record.statements}
        assert 0 < event.confidence <= 1
    for entity in record.entities:
        assert all(0 <= m.passage.start < m.passage.end <= len(text) for m in entity.mentions)


def test_events_of_the_examples_are_sound_and_the_same_again():
    first, second = (list(onrecord.read_many(["examples"])) for _ in range(2))
    assert first == second
    assert any(record.events for record in first)
    for record in first:
        check(record)


PIECES = [
    "Tomas Rell", "Lena Moun,", "twelve dockers", "who", "he", "police", "a court", "was arrested", "were jailed",
    "freed", "charged with", "the release of", "his sentence", "in prison", "on Monday", "since 2015", "for two years",
    "and", "by", "said", "that", "not", "may be", "“", "”", "(", ".", ".\n\n", ",", ":", "\u200b", "😀", "’s", "$5",
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join))
def test_events_of_words_in_any_order_are_sound(text):
    check(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "Tomas Rell was arrested. " * 800,
        "Tomas Rell was arrested " * 2000,
        "arrested " * 3000,
        "“" * 300 + "Tomas Rell was jailed" + "”" * 300,
        "\u202eTomas\u200d Rell was arrested\u202c 😀 in Vessen.\x1b[31m\n" * 20,
        "Tomas Rell was arrested" + " and Lena Moun was jailed" * 300 + ".",
        "arrest" * 5000,
    ],
    ids=["repeated", "no full stop", "one word", "marks", "odd characters", "one sentence", "no space"],
)
def test_events_of_long_and_odd_text_are_sound(text):
    record = read(text)
    check(record)
    assert len(record.events) < 10


def test_events_that_two_people_tell_rest_on_neither_alone():
    one, both = "“Tomas Rell was arrested on Monday,” Petra Moun said.", "“Police arrested Tomas Rell,” Odo Farr said."
    [event] = read(one).events
    assert event.reported_in
    [event] = read(f"{one}\n\n{both}").events
    assert event.reported_in is None
    assert len(event.triggers) == 2


def test_events_only_in_a_headline_are_those_of_the_text_below():
    text = "Two held for theft\n\nPolice arrested Tomas Rell and Odo Farr on Monday."
    assert [line.split(" · ")[1] for line in told(text)] == ["Odo Farr", "Tomas Rell"]
    assert told("Tomas Rell was arrested on Monday") == ["arrest · Tomas Rell · happened · 2024-03-11"]


def test_events_after_many_words_without_a_capital_are_found():
    text = "the river is low, they said; " * 200 + "police arrested Tomas Rell on Monday."
    assert told(text) == ["arrest · Tomas Rell · happened · 2024-03-11 · by police"]
