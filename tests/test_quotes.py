import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.language.quotes import find_quotations, find_signatures

STYLES = [
    ("“", "”"),
    ('"', '"'),
    ("‘", "’"),
    ("'", "'"),
    ("«", "»"),
    ("„", "“"),
    ("»", "«"),
    ("''", "''"),
    ("``", "''"),
]

WORDS = ("we", "won’t", "go", "to", "the", "harbour", "until", "all", "of", "them", "are", "free")
spoken = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)


def inner_texts(text):
    return [text[q.inner.start : q.inner.end] for q in find_quotations(text)]


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_quotes_of_every_style_are_found_without_their_marks(opening, closing):
    text = f"{opening}We won’t go,{closing} said Vokal. The dockers’ strike goes on."
    assert inner_texts(text) == ["We won’t go,"]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("The ’90s were over; rock ’n’ roll was not.", []),
        ("The '90s were over; rock 'n' roll was not.", []),
        ("The workers' party met at James' house.", []),
        ('It is 5\'10" tall and 6" wide.', []),
        ("‘The workers’ rights matter,’ she said.", ["The workers’ rights matter,"]),
        ("“He said ‘no’ to us,” she said.", ["He said ‘no’ to us,", "no"]),
        ('"One." "Two."', ["One.", "Two."]),
        ('He called it ("a farce").', ["a farce"]),
        ("She spoke of “one “two” three”.", ["one “two” three", "two"]),
        ("“Never closed. But “this is” here.", ["Never closed. But ", "this is"]),
        ("No marks at all.", []),
        ("", []),
    ],
)
def test_quotes_are_told_from_apostrophes_and_slips(text, inner):
    assert inner_texts(text) == inner


def test_quotes_run_over_paragraphs_with_one_closing_mark():
    text = "“We stay.\n\n“We do not ‘move’.\n\n“Never,” she said."
    outer = [q for q in find_quotations(text) if q.depth == 0]
    assert [(q.continues, q.runs_on, q.closed) for q in outer] == [
        (False, True, False),
        (True, True, False),
        (True, False, True),
    ]
    assert [text[q.inner.start : q.inner.end] for q in outer] == ["We stay.", "We do not ‘move’.", "Never,"]


def test_quotes_go_on_where_the_next_paragraph_only_closes():
    text = "“We stay.\n\nWe do not move,” she said."
    first, second = find_quotations(text)
    assert first.runs_on
    assert second.continues
    assert text[second.inner.start : second.inner.end] == "We do not move,"


def test_quotes_of_a_new_paragraph_do_not_go_on_from_a_closed_one():
    first, second = find_quotations("“We stay.”\n\n“We go,” he said.")
    assert not first.runs_on
    assert not second.continues


@given(st.sampled_from(STYLES), spoken, spoken)
def test_quotes_planted_come_back_at_their_range(style, said, around):
    opening, closing = style
    before = " ".join(w for w in around if "’" not in w) + " "
    text = f"{before}{opening}{' '.join(said)},{closing} she said."
    [found] = [q for q in find_quotations(text) if q.depth == 0]
    assert (found.inner.start, text[found.inner.start : found.inner.end]) == (
        len(before + opening),
        " ".join(said) + ",",
    )


@given(st.text(alphabet=st.sampled_from("ab s,.\n“”\"«»‘’'`„0"), max_size=200))
def test_quotes_stay_in_range_and_never_cross(text):
    found = find_quotations(text)
    assert [q.start for q in found] == sorted(q.start for q in found)
    ends = []
    for quotation in found:
        assert 0 <= quotation.start <= quotation.inner.start <= quotation.inner.end <= quotation.end <= len(text)
        assert "\n" not in text[quotation.start : quotation.end]
        while ends and ends[-1] <= quotation.start:
            ends.pop()
        assert quotation.depth == len(ends)
        assert not ends or quotation.end <= ends[-1]
        ends.append(quotation.end)


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        (
            "“We stay.” ― Irena Vokal\n“We go.”― Oskar Dell.\n",
            [("“We stay.”", "Irena Vokal"), ("“We go.”", "Oskar Dell")],
        ),
        ('"We stay."\n\n-Mara Quist, Vessen.\n\nMore.', [('"We stay."', "Mara Quist, Vessen")]),
        ("“We stay.\n\n“We go.” -- Petr Anselm", [("“We stay.\n\n“We go.”", "Petr Anselm")]),
        ("She spoke of “a farce” — Vokal had not.", []),
        ("“We stay” — that was all she said, and then she went home to Vessen.", []),
        ("“We stay.”\n\n– The next day –\n\nIt rained.", []),
        ("“We stay.”\n\n- one more thing", []),
    ],
)
def test_quotes_that_are_signed_are_found_with_their_signature(text, signed):
    found = find_signatures(text, find_quotations(text))
    assert [(text[s.start : s.end], text[s.name.start : s.name.end]) for s in found] == signed
