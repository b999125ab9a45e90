import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.attribution import statements
from onrecord.attribution.statements import find_statements
from onrecord.language.reader import analyse
from onrecord.model import make_id

DOCUMENT = "doc-1"


def shown(text, statement):
    return {role: [text[s:e] for s, e in getattr(statement, role)] for role in ("source", "cue", "content")}


def check_invariants(text, statements):
    """Every passage is in range and not empty, and no two contents share a character."""
    taken = set()
    for statement in statements:
        for role in ("source", "cue", "content"):
            for start, end in getattr(statement, role):
                assert 0 <= start < end <= len(text)
                assert not text[start:end][0].isspace()
                assert not text[start:end][-1].isspace()
        for start, end in statement.content:
            assert not taken & set(range(start, end))
            taken.update(range(start, end))
        assert statement.content
        assert 0 <= statement.confidence <= 1


def find(planted, marked):
    reader = planted(marked)
    found = find_statements(analyse(reader.text, reader), DOCUMENT, reader)
    check_invariants(reader.text, found)
    return reader.text, found


def test_statements_join_source_cue_and_content(planted):
    text, [found] = find(planted, "[source Irena Vokal] [cue said] [content that the port would open].")
    assert shown(text, found) == {"source": ["Irena Vokal"], "cue": ["said"], "content": ["that the port would open"]}
    assert (found.form, found.act, found.negated) == ("indirect", "say", False)


@pytest.mark.parametrize(
    ("marked", "content", "form"),
    [
        ("[content “We won’t go,”] [cue said] [source Vokal].", ["We won’t go,"], "direct"),
        ("[content ‘We won’t go,’] [cue said] [source Vokal].", ["We won’t go,"], "direct"),
        ("[source Vokal] [cue said] [content it was “not sure” yet].", ["it was “not sure” yet"], "mixed"),
        ("[source Vokal] [cue called it] [content “a farce” and “a shame”].", ["“a farce” and “a shame”"], "mixed"),
        ("[content “We go,”] [cue said] [source Vokal], [content “now.”]", ["We go,", "now."], "direct"),
        ("[source Vokal] [cue said] [content , the port would open,].", ["the port would open"], "indirect"),
    ],
)
def test_statements_content_is_without_its_marks(planted, marked, content, form):
    text, [found] = find(planted, marked)
    assert shown(text, found)["content"] == content
    assert found.form == form


def test_statements_take_in_whole_quotations(planted):
    text, [found] = find(planted, "“We [content will stay here for ever],” [cue said] [source Vokal].")
    assert shown(text, found)["content"] == ["We will stay here for ever,"]


def test_statements_run_on_over_paragraphs_with_the_cue_at_their_end(planted):
    text, found = find(
        planted,
        "[source Dell] [cue said] [content he was free].\n\n[content “I thank you.]\n\n"
        "“I read each letter.\n\n[content “Free them too,”] [source he] [cue added].",
    )
    assert [shown(text, s)["content"] for s in found] == [
        ["he was free"],
        ["I thank you.", "I read each letter.", "Free them too,"],
    ]
    assert shown(text, found[1])["source"] == ["he"]


def test_statements_run_on_from_a_cue_before_them(planted):
    text, found = find(
        planted,
        "[source Quist] [cue wrote]: [content “Nobody cared.]\n\n[content “Now they do.”]\n\n"
        "[source Vokal] [cue denied] [content it].",
    )
    assert [shown(text, s)["content"] for s in found] == [["Nobody cared.", "Now they do."], ["it"]]


def test_statements_may_share_a_source(planted):
    text, found = find(planted, "[source Vokal] [cue said] [content it was late] and [cue denied] [content the rest].")
    assert [shown(text, s)["source"] for s in found] == [["Vokal"], ["Vokal"]]


def test_statements_without_a_holder_say_so(planted):
    _, [found] = find(planted, "The union [cue is accused of] [content blackmail].")
    assert found.source == ()
    assert found.act == "accuse"


def test_statements_without_any_cue_are_kept_where_they_are_quotations(planted):
    text, [found] = find(planted, "[content “We stay.”] And [content so it was].")
    assert shown(text, found) == {"source": [], "cue": [], "content": ["We stay."]}


def test_statements_mark_what_was_not_said(planted):
    _, [found] = find(planted, "[source Anselm] [cue has not said] [content what it cost].")
    assert (found.act, found.negated) == ("say", True)


def test_statements_take_a_signature_for_the_source(planted):
    text, [found] = find(planted, "“We stay here.”\n\n— Irena Vokal, Vessen\n\nIt rained.")
    assert shown(text, found) == {"source": ["Irena Vokal, Vessen"], "cue": ["—"], "content": ["We stay here."]}


def test_statements_belong_to_a_near_cue_if_there_is_one(planted):
    """The nearest by score, three paragraphs off, gives way to one in the next paragraph."""
    reader = planted(
        "[source Quist] [cue agreed] [content to that].\n\nIt rained.\n\nIt snowed.\n\n[content “We stay.”]\n\n"
        "The weather in Vessen was bad, and most of the ships had left for the north, [source Vokal] [cue said]."
    )
    reader.link = lambda role, child, cue, place: (
        np.array([[1.0, 0.0]] * len(child), dtype=np.float32),
        np.full(2, -30, dtype=np.float32),
    )
    found = find_statements(analyse(reader.text, reader), DOCUMENT, reader)
    assert [[reader.text[s:e] for s, e in s.cue] for s in found if s.form == "direct"] == [["said"]]


def test_statements_begin_at_the_quotation_that_a_colon_introduces(planted):
    text, [found] = find(planted, "[source Quist] [cue contradicted] [content the minister: “Nobody cared.”]")
    assert shown(text, found)["content"] == ["Nobody cared."]
    assert found.form == "direct"


def test_statements_leave_out_paraphrase_without_a_cue_in_its_paragraph(planted):
    text, found = find(
        planted, "[content “We stay,”] [source Quist] [cue said].\n\nIt was about [content the old strike]."
    )
    assert [shown(text, s)["content"] for s in found] == [["We stay,"]]


def test_statements_of_a_long_text_do_not_depend_on_the_stretches_it_is_read_in(reader, monkeypatch):
    paragraph = "“We stay,” Vokal said. Quist denied that she had lied, and the judge believes it was late."
    text = "\n\n".join(f"Day {k}. {paragraph}" for k in range(12))
    analysis = analyse(text, reader)
    whole, _ = statements.draft_statements(analysis, reader)
    monkeypatch.setattr(statements, "STRETCH", 5)
    parts, _ = statements.draft_statements(analysis, reader)
    assert [(d.cue, d.source, d.contents) for d in parts] == [(d.cue, d.source, d.contents) for d in whole]
    assert len(whole) > 24


def test_statements_need_a_content(planted):
    _, found = find(planted, "[source Vokal] [cue spoke]. [content “”] [cue said].")
    assert found == []


def test_statements_ids_come_from_their_passages(planted):
    _, [first] = find(planted, "[source Vokal] [cue said] [content it was late].")
    _, [again] = find(planted, "[source Vokal] [cue said] [content it was late].")
    assert first.id == again.id == make_id("st", DOCUMENT, *first.content, *first.cue)


ALPHABET = st.sampled_from(
    ["said ", "Vokal ", "“", "”", '"', "‘", "’", "'", ", ", ". ", "\n\n", "we ", "won’t ", "\u200b", "😀", "\u202e"]
)


@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_statements_of_any_text_are_sound_and_the_same_again(reader, text):
    found = find_statements(analyse(text, reader), DOCUMENT, reader)
    check_invariants(text, found)
    assert found == find_statements(analyse(text, reader), DOCUMENT, reader)


NAMES = st.sampled_from(["Irena Vokal", "Um Sam Teo", "Judge Roem", "the minister", "Oskar Dell"])
SPOKEN = st.sampled_from(
    ["The port will open on Monday", "We have nothing to hide from anybody", "I did not know that they had come"]
)
MARKS = st.sampled_from([("“", "”"), ('"', '"'), ("‘", "’")])


@given(NAMES, SPOKEN, MARKS)
def test_statements_planted_quotations_come_back_at_their_exact_range(reader, name, spoken, marks):
    before = "The harbour of Vessen stayed closed for a third day.\n\n"
    text = f"{before}{marks[0]}{spoken},{marks[1]} {name} said on Tuesday.\n\nNo ship left."
    [found] = [s for s in find_statements(analyse(text, reader), DOCUMENT, reader) if s.form == "direct"]
    start = len(before) + 1
    assert found.content == ((start, start + len(spoken) + 1),)
    assert name.removeprefix("the ") in shown(text, found)["source"][0]


def test_statements_paraphrase_ends_with_its_paragraph(planted):
    text, found = find(
        planted,
        "[source Rivals] [cue dispute] [content the reason\n\nIt was mercy,] [source Vokal] [cue insisted].",
    )
    assert [shown(text, s) for s in found] == [
        {"source": ["Rivals"], "cue": ["dispute"], "content": ["the reason"]},
        {"source": ["Vokal"], "cue": ["insisted"], "content": ["It was mercy"]},
    ]


def test_statements_a_paragraph_after_a_cue_and_a_colon_is_a_block_quotation(planted):
    block = "The port is old. We will mend it, and the cranes, before the winter storms come again."
    text, [found] = find(planted, f"The mayor spoke.\n\n[source Vokal] [cue added]:\n\n{block}\n\nThe port is shut.")
    assert shown(text, found) == {"source": ["Vokal"], "cue": ["added"], "content": [block]}
    _, nothing = find(planted, f"[source Vokal] [cue added] more.\n\n{block}")
    assert nothing == []


def test_statements_who_was_told_is_no_source(reader):
    text = "“You should resign, and you should give back what you took,” Vokal told Dell on Monday."
    [found] = find_statements(analyse(text, reader), DOCUMENT, reader)
    assert shown(text, found)["source"] == ["Vokal"]
