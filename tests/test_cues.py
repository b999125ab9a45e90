"""Cues: the act of a cue, what negates it, and what is said when the data file is damaged."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.attribution import cues
from onrecord.attribution.cues import CueReading, acts, read_cue
from onrecord.errors import MissingPart

DATA = resources.files("onrecord").joinpath("data/cues.toml").read_text("utf-8")
TABLES = tomllib.loads(DATA)


def entries(*kinds: str) -> Iterator[tuple[str, str]]:
    """Yield the act and the words of each entry of the data file."""
    for act, table in TABLES["acts"].items():
        for kind in kinds:
            for words in table.get(kind, []):
                yield act, words


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("said", "say"),
        ("Said", "say"),
        ("said:", "say"),
        (":", "say"),
        ("—", "say"),
        (",", "say"),
        ("went on to say", "say"),
        ("has made it very clear", "say"),
        ("says", "say"),
        ("was telling reporters", "say"),
        ("wrote", "say"),
        ("according to", "report"),
        ("According to a recent report from", "report"),
        ("cited", "report"),
        ("in", "report"),
        ("called", "describe"),
        ("is known as", "describe"),
        ("asked", "ask"),
        ("wants to know", "ask"),
        ("was asked whether he supports", "ask"),
        ("replied", "answer"),
        ("shot back", "answer"),
        ("confirmed", "confirm"),
        ("pleaded guilty to", "admit"),
        ("denied", "deny"),
        ("denied supporting", "deny"),
        ("repeatedly accused", "accuse"),
        ("were accused of", "accuse"),
        ("lashed out at", "criticise"),
        ("criticized", "criticise"),
        ("criticising", "criticise"),
        ("is no fan of", "criticise"),
        ("paid tribute to", "praise"),
        ("favored", "support"),
        ("favoured", "support"),
        ("has come out in support of", "support"),
        ("expressed strong support for", "support"),
        ("rejected calls for", "oppose"),
        ("said no to", "oppose"),
        ("voiced opposition to", "oppose"),
        ("couldn’t agree more", "agree"),
        ("agreed to deny", "agree"),
        ("apologized for", "apologise"),
        ("would like to thank", "greet"),
        ("has vowed", "promise"),
        ("threatens", "threaten"),
        ("warned of", "warn"),
        ("predicted", "predict"),
        ("is expected", "expect"),
        ("is expected to deny", "expect"),
        ("was worried about", "fear"),
        ("questioned", "doubt"),
        ("skeptical", "doubt"),
        ("sceptical", "doubt"),
        ("thought", "believe"),
        ("is convinced", "believe"),
        ("For", "believe"),
        ("learnt", "know"),
        ("was angered by", "feel"),
        ("hopes", "want"),
        ("hopes to announce", "want"),
        ("would like", "want"),
        ("'s plan to", "intend"),
        ("willing to support", "intend"),
        ("ruled that", "decide"),
        ("called for", "request"),
        ("called on", "request"),
        ("forbade", "order"),
        ("permitted", "order"),
        ("hinted at", "suggest"),
        ("seemed", "suggest"),
        ("seemed to agree", "agree"),
        ("took to Twitter to slam", "criticise"),
        ("responded by accusing", "accuse"),
        ("spoke first and then attacked", "criticise"),
        ("said in a statement", "say"),
        ("said in her eulogy", "say"),
        ("re-endorsed", "support"),
    ],
)
def test_cues_act(words: str, act: str) -> None:
    """The governing verb gives the act; verbs of saying and light verbs give way to it."""
    assert read_cue(words) == CueReading(act, negated=False, known=True)


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("has not said", "say"),
        ("didn't tell", "say"),
        ("didn’t tell", "say"),
        ("hasn't yet endorsed", "support"),
        ("did not accuse", "accuse"),
        ("never promised", "promise"),
        ("won't say", "say"),
        ("cannot say", "say"),
        ("refused to say", "say"),
        ("declined to say whether", "say"),
        ("declined to comment", "say"),
        ("fails to mention", "say"),
        ("has yet to comment", "say"),
        ("stopped short of calling for", "request"),
        ("without naming", "say"),
        ("made no mention of", "say"),
        ("said nothing about", "say"),
        ("had no plans to", "intend"),
        ("does not believe", "believe"),
        ("is no longer sure", "believe"),
        ("is not clear", "know"),
        ("unaware", "know"),
        ("did not deny", "deny"),
        ("neither confirmed nor denied", "confirm"),
        ("did not respond to a request for comment", "answer"),
        ("is unlikely to support", "support"),
        ("refused", "intend"),
        ("refused to", "intend"),
        ("chose not to endorse", "support"),
        ("could hardly have said", "say"),
    ],
)
def test_cues_negated(words: str, act: str) -> None:
    """A negation before the verb, or a verb of refusing, says that the thing was not said or held."""
    assert read_cue(words) == CueReading(act, negated=True, known=True)


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("not only said", "say"),
        ("did not hesitate to call", "describe"),
        ("can't help but worry", "fear"),
        ("cannot deny", "admit"),
        ("no doubt", "believe"),
        ("doesn't doubt", "believe"),
        ("doubts", "doubt"),
        ("has not ruled out", "suggest"),
        ("refused to rule out", "suggest"),
        ("promised not to", "promise"),
        ("agreed not to oppose", "agree"),
        ("did not decline to say", "say"),
        ("has made no secret of", "say"),
        ("couldn't agree more", "agree"),
        ("claimed without evidence", "say"),
        ("couldn't wait for", "want"),
        ("said, without naming", "say"),
        ("did not apologise but said", "say"),
        ("said, without accusing anybody", "say"),
        ("refused, saying", "say"),
        ("declined to comment but criticised", "criticise"),
    ],
)
def test_cues_only_look_negated(words: str, act: str) -> None:
    """Idioms, doubled turns and negations behind the verb leave the act standing."""
    assert read_cue(words) == CueReading(act, negated=False, known=True)


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("", CueReading("say", False, False)),
        (" \n", CueReading("say", False, False)),
        ("zorgled", CueReading("say", False, False)),
        ("has not zorgled", CueReading("say", True, False)),
        ("hasn't", CueReading("say", True, False)),
        ("is fatalistic", CueReading("believe", False, False)),
        ("§", CueReading("say", False, False)),
    ],
)
def test_cues_unknown(words: str, reading: CueReading) -> None:
    """What is not in the data file is say, and says that it is not known."""
    assert read_cue(words) == reading


def test_cues_acts_follow_the_file() -> None:
    """Every act has a description, in the order of the file."""
    assert list(acts()) == list(TABLES["acts"])
    assert 25 <= len(acts()) <= 32
    assert all(acts().values())


def test_cues_acts_are_a_copy() -> None:
    """Nobody can change the acts for the others."""
    acts().clear()
    assert acts()


@pytest.mark.parametrize("kind", ["verbs", "phrases", "nouns", "adjectives", "weak", "alone"])
def test_cues_every_entry_reads_as_its_own_act(kind: str) -> None:
    """Each entry of the data file, read back, is its own act and is not negated."""
    wrong = {
        words: (act, read_cue(words))
        for act, words in entries(kind)
        if read_cue(words) != CueReading(act, negated=False, known=True)
    }
    assert wrong == {}


def test_cues_every_negated_entry_reads_as_its_own_act() -> None:
    """Each entry that says by itself that something is not held is its own act, negated."""
    wrong = {
        words: (act, read_cue(words))
        for act, words in entries("negated")
        if read_cue(words) != CueReading(act, negated=True, known=True)
    }
    assert wrong == {}


def test_cues_every_irregular_form_is_found() -> None:
    """Each irregular form of a verb reads as the verb does, unless it is an entry of its own."""
    verbs = {words: act for act, words in entries("verbs")}
    listed = {words for _, words in entries("verbs", "nouns", "adjectives", "negated")}
    for verb, forms in TABLES["forms"].items():
        for form in forms:
            if verb in verbs and form not in listed:
                assert read_cue(form).act == verbs[verb], form


def test_cues_file_is_large_enough() -> None:
    """At least 600 entries: the list is what the quality rests on."""
    assert len(list(entries("verbs", "phrases", "nouns", "adjectives"))) >= 600


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("plan", {"plans", "planned", "planning"}),
        ("admit", {"admits", "admitted", "admitting"}),
        ("offer", {"offers", "offered", "offering"}),
        ("signal", {"signals", "signalled", "signaled", "signalling", "signaling"}),
        ("deny", {"denies", "denied", "denying"}),
        ("say", {"says", "saying"}),
        ("argue", {"argues", "argued", "arguing"}),
        ("agree", {"agrees", "agreed", "agreeing"}),
        ("veto", {"vetoes", "vetoed", "vetoing"}),
        ("stress", {"stresses", "stressed", "stressing"}),
        ("quip", {"quips", "quipped", "quipping"}),
        ("complain", {"complains", "complained", "complaining"}),
        ("vow", {"vows", "vowed", "vowing"}),
    ],
)
def test_cues_regular_forms(verb: str, forms: set[str]) -> None:
    """Regular forms follow by rule, with both spellings where there are two."""
    assert forms <= set(cues._regular(verb))


def with_line(line: str, *, after: str) -> str:
    assert after in DATA
    return DATA.replace(after, f"{after}\n{line}", 1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (with_line('verbes = ["blurt"]', after="[acts.say]"), ["acts.say", "verbes", "unknown key"]),
        (with_line('nouns = ["kudos"]', after="[acts.greet]"), ["TOML"]),
        (DATA.replace('"thank", ', '"thank", "accuse", ', 1), ["greet.verbs", '"accuse"', "accuse.verbs"]),
        (DATA.replace('"thank", ', '"thank", "thank", ', 1), ["greet.verbs", '"thank"', "already"]),
        (DATA.replace('"thank", ', '"thank", "give up", ', 1), ["greet.verbs", '"give up"', "one word"]),
        (DATA.replace('"wish well", ', '"hug", ', 1), ["greet.phrases", '"hug"', "two or more words"]),
        (DATA.replace('"thank", ', '"Thank", ', 1), ["greet.verbs", '"Thank"', "lower-case"]),
        (DATA.replace('"thank", ', "7, ", 1), ["acts.greet.verbs", "list of words"]),
        (DATA.replace("[acts.greet]\ndescription", "[acts.greet]\nnote", 1), ["acts.greet", "description"]),
        (DATA.replace("[punctuation]", "[marks]", 1), ["marks", "unknown key"]),
        (DATA.replace("[acts.intend]", "[acts.mean]", 1), ["intend"]),
        (DATA[: DATA.index("[forms]")], ["forms", "missing"]),
        ("acts = [", ["TOML"]),
    ],
)
def test_cues_damaged_file(text: str, parts: list[str]) -> None:
    """A damaged data file is a missing part: the message names the file, the cue and the fault."""
    with pytest.raises(MissingPart) as raised:
        cues._build(text)
    message = str(raised.value)
    assert message.startswith("data/cues.toml: ")
    assert "\n" not in message
    for part in parts:
        assert part in message


@given(st.text() | st.lists(st.sampled_from(DATA.split()), max_size=12).map(" ".join))
def test_cues_any_text_gives_a_reading(words: str) -> None:
    """Whatever the tagger marks as a cue, there is a reading with an act of the list."""
    assert read_cue(words).act in acts()


def test_cues_time_is_linear() -> None:
    """A cue of ten thousand words to ignore is no trouble: the tagger may err, reading must not hang."""
    assert read_cue("would " * 10_000).known is False
