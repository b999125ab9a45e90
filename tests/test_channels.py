"""How something was said and to whom: by hand-made statements, so that no model is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from onrecord.attribution.channels import set_channels
from onrecord.attribution.vocabulary import _build, vocabulary
from onrecord.errors import MissingPart
from onrecord.export import to_html
from onrecord.language.quotes import find_quotations
from onrecord.language.windows import Words, encode
from onrecord.model import Channel, Document, Entity, Mention, PartialDate, Passage, Record, Statement
from onrecord.terminal import show
from onrecord.wording import describe_setting

_MARK = re.compile(r"\{([sqc])(\d) (.*?)\}", re.DOTALL)
_PEOPLE = {"Vokal": "person", "Dren": "person", "Lantern Party": "organization", "Hill Watch": "organization"}
_PRONOUNS = ("he", "she", "his", "her", "its")


@dataclass
class Scenario:
    """A text with statements that are marked in it: `{s1 Vokal} {q1 told} reporters {c1 that …}`."""

    text: str
    statements: list[Statement]
    entities: list[Entity]
    words: Words

    def settings(self) -> list[tuple[object, ...]]:
        found = set_channels(self.statements, self.entities, self.words)
        return [self.plain(s) for s in found]

    def plain(self, statement: Statement) -> tuple[object, ...]:
        channel, addressee = statement.channel, statement.addressee
        told = self.text[addressee.passage.start : addressee.passage.end] if addressee else None
        return (channel.kind, channel.name) if channel else None, told


@pytest.fixture(scope="module")
def scenario(tokenizer_once):
    def make(marked: str, speakers: dict[int, str] | None = None, **changes: object) -> Scenario:
        text, at, parts = "", 0, {}
        for match in _MARK.finditer(marked):
            text += marked[at : match.start()]
            start = len(text)
            text += match[3]
            parts.setdefault(int(match[2]), {}).setdefault(match[1], []).append(Passage(start, len(text)))
            at = match.end()
        text += marked[at:]
        statements = [
            _statement(number, {k: tuple(v) for k, v in found.items()}, text, (speakers or {}).get(number, "Vokal"))
            for number, found in sorted(parts.items())
        ]
        statements = [replace(s, **changes) for s in statements]
        return Scenario(text, statements, _entities(text), encode(text, tokenizer_once))

    return make


@pytest.fixture(scope="module")
def tokenizer_once():
    from tokenizers import Tokenizer

    from onrecord.language.reader import MODEL_FOLDER

    return Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))


def _statement(number: int, parts: dict[str, tuple[Passage, ...]], text: str, speaker: str) -> Statement:
    quoted = any(q.start < p.end and p.start < q.end for q in find_quotations(text) for p in parts["c"])
    form = "direct" if quoted else "indirect"
    return Statement(
        f"st-{number}", parts.get("s", ()), parts.get("q", ()), parts["c"], form, "say", 0.9, speaker=speaker
    )


def _entities(text: str) -> list[Entity]:
    made = []
    for name, kind in _PEOPLE.items():
        mentions = tuple(Mention(Passage(*m.span()), "name") for m in re.finditer(rf"\b{name}\b", text))
        if mentions:
            made.append(Entity(name, kind, name, None, (), mentions))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("marked", "channel", "told"),
    [
        ("{s1 Vokal} {q1 wrote} on Facebook {c1 that it rained}.", ("social_media", "Facebook"), None),
        ("“{c1 It rained},” {s1 Vokal} {q1 tweeted}.", ("social_media", "Twitter"), None),
        ("In a post on her Telegram channel, {s1 Vokal} {q1 said} {c1 it rained}.", ("social_media", "Telegram"), None),
        ("“{c1 It rained},” {s1 Vokal} {q1 told} reporters outside.", ("reporters", None), "reporters"),
        ("{s1 Vokal} {q1 told} a group of reporters {c1 that it rained}.", ("reporters", None), "a group of reporters"),
        ("{s1 Vokal} {q1 told} Reuters on Monday {c1 that it rained}.", ("news_agency", "Reuters"), "Reuters"),
        (
            "{s1 Vokal} {q1 told} the Lorva news agency {c1 it rained}.",
            ("news_agency", "Lorva"),
            "the Lorva news agency",
        ),
        ("{s1 Vokal} {q1 told} Radio Lorva {c1 it rained}.", ("broadcaster", "Radio Lorva"), "Radio Lorva"),
        ("{s1 Vokal} {q1 told} the daily Ekspres {c1 it rained}.", ("newspaper", "Ekspres"), "the daily Ekspres"),
        ("{s1 Vokal} {q1 told} Hill Watch {c1 it rained}.", None, "Hill Watch"),
        ("{s1 Vokal} {q1 told} Dren {c1 that it rained}.", None, "Dren"),
        ("{s1 Vokal} {q1 told} him {c1 that it rained}.", None, "him"),
        ("{s1 Vokal} {q1 told} a joke: {c1 it rained}.", None, None),
        ("{s1 Vokal} {q1 warned} {c1 the town that it would rain}.", None, None),
        ("{s1 Vokal} {q1 told} the Labour Congress {c1 it rained}.", None, "the Labour Congress"),
        ("{s1 Vokal} {q1 urged} parliament {c1 to sit}.", None, "parliament"),
        ("“{c1 No},” {q1 said} {s1 Vokal} on state television.", ("broadcaster", None), None),
        ("“{c1 No},” {q1 said} {s1 Vokal}, who once spoke on state television.", None, None),
        ("“{c1 No},” {q1 said} {s1 Vokal}, the author of a letter to Dren.", None, None),
        ("{s1 Vokal}, speaking to students in Garrow, {q1 said} {c1 it rained}.", None, "students"),
        ("{s1 Vokal}, an editor at the Lorva Post, {q1 said} {c1 it rained}.", None, None),
        ("{s1 Vokal} was held during a protest and {q1 said} {c1 it rained}.", None, None),
        ("{s1 Vokal} appeared on CNN and {q1 said} {c1 it rained}.", ("broadcaster", "CNN"), None),
        ("{s1 Vokal} issued a statement {q1 saying} {c1 it rained}.", ("statement", None), None),
        ("{s1 Vokal} {q1 told} lawmakers in a letter {c1 it rained}.", ("letter", None), "lawmakers"),
        ("{s1 Vokal} {q1 told} Reuters in an interview {c1 it rained}.", ("interview", "Reuters"), "Reuters"),
        ("{s1 Vokal} {q1 said} in a statement on Twitter {c1 it rained}.", ("social_media", "Twitter"), None),
        ("{s1 Vokal} {q1 said} in a memo to aides {c1 it rained}.", ("message", None), "aides"),
        (
            "{s1 Vokal} {q1 testified} before the Senate committee {c1 that it rained}.",
            ("parliament", None),
            "the Senate committee",
        ),
        ("{s1 Vokal} {q1 testified} {c1 that it rained}.", ("court", None), None),
        ("{s1 Vokal} {q1 said} at a Friday rally in Garrow {c1 it rained}.", ("rally", None), None),
        ("After a rally, {s1 Vokal} {q1 said} {c1 it rained}.", None, None),
        ("While speaking at a rally, {s1 Vokal} {q1 said} {c1 it rained}.", ("rally", None), None),
        ("Responding to Dren, {s1 Vokal} {q1 said} {c1 it rained}.", None, "Dren"),
        ("Responding to Dren's arrest, {s1 Vokal} {q1 said} {c1 it rained}.", None, None),
        ("Asked by reporters if it rained, {s1 Vokal} {q1 said} {c1 it did}.", ("reporters", None), "reporters"),
        ("Asked if it rained, {s1 Vokal} {q1 said} {c1 it did}.", None, None),
        ("{s1 Vokal} {q1 will tell} parliament {c1 that it rained}.", None, None),
        ("{s1 Vokal} {q1 would not tell} reporters {c1 whether it rained}.", None, None),
        ("Dren spoke to reporters, and {s1 Vokal} {q1 said} {c1 it rained}.", None, None),
        ("Dren spoke to reporters. {s1 Vokal} {q1 said} {c1 it rained}.", None, None),
        ("Mr. Dren met Gov. Hale in an interview. {s1 Vokal} {q1 said} {c1 it rained}.", None, None),
        ("{q1 According to} {s1 a report by the Lantern Party}, {c1 it rained}.", ("report", None), None),
        ("{s1 The Lantern Party's Facebook page} {q1 said} {c1 it rained}.", ("social_media", "Facebook"), None),
        ("{s1 Facebook} {q1 said} {c1 it rained}.", None, None),
        ("{q1 According to} {s1 the Lorva Post}, {c1 it rained}.", None, None),
        ("{s1 Vokal} {q1 said} of the letter to Dren {c1 that it was false}.", None, None),
        ("{s1 Vokal} {q1 learned} at the debate {c1 that it rained}.", ("debate", None), None),
        ("{c1 It rained}, {s1 Vokal} {q1 said}, speaking by telephone.", ("phone_call", None), None),
    ],
)
def test_words_around_the_cue_tell(scenario, marked, channel, told):
    assert scenario(marked).settings() == [(channel, told)]


def test_negated_statement_has_neither(scenario):
    made = scenario("{s1 Vokal} {q1 has not told} reporters {c1 that it rained}.", negated=True)
    assert made.settings() == [(None, None)]


def test_what_is_learned_at_an_occasion_was_not_said_there(scenario):
    made = scenario("{s1 Vokal} {q1 learned} at the debate {c1 that it rained}.", act="know")
    assert made.settings() == [(None, None)]


def test_words_inside_a_content_tell_nothing(scenario):
    marked = "{s1 Vokal} {q1 said} {c1 Dren told reporters on Facebook in a letter that it rained}."
    assert scenario(marked).settings() == [(None, None)]


def test_words_of_another_statement_tell_nothing(scenario):
    marked = "{s1 Dren} {q1 told} reporters {c1 that it rained}, while {s2 Vokal} {q2 said} {c2 it snowed}."
    assert scenario(marked, {1: "Dren"}).settings() == [(("reporters", None), "reporters"), (None, None)]


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        ("on his Facebook page", "Vokal"),
        ("on Dren's Facebook page", "Dren"),
        ("on Facebook", None),
        ("on the website of a bank", None),
        ("in a statement released on Friday by the Lantern Party", "Lantern Party"),
        ("in a letter seen by Dren", None),
    ],
)
def test_owner_is_who_the_words_name(scenario, words, owner):
    made = scenario(f"{{s1 Vokal}} {{q1 said}} {words} {{c1 that it rained}}.")
    [statement] = set_channels(made.statements, made.entities, made.words)
    assert statement.channel is not None
    assert statement.channel.owner == owner


def test_addressee_is_the_entity(scenario):
    made = scenario("{s1 Vokal} {q1 told} Minister Dren {c1 that it rained}.")
    [statement] = set_channels(made.statements, made.entities, made.words)
    assert statement.addressee is not None
    assert statement.addressee.entity == "Dren"
    assert made.plain(statement) == (None, "Minister Dren")


def test_nobody_tells_himself(scenario):
    made = scenario("Responding to Vokal, {s1 he} {q1 said} {c1 that it rained}.")
    assert made.settings() == [(None, None)]


REPORTERS = (("reporters", None), "reporters")
NOTHING = (None, None)


@pytest.mark.parametrize(
    ("second", "speaker", "expected"),
    [
        ("“{c2 It poured.}”", "Vokal", REPORTERS),
        ("“{c2 It poured},” {s2 she} {q2 added}.", "Vokal", REPORTERS),
        ("{s2 Vokal} {q2 went on to say} {c2 it poured}.", "Vokal", REPORTERS),
        ("“{c2 It poured},” {s2 she} {q2 said}.", "Vokal", REPORTERS),
        ("“{c2 It poured},” {s2 Vokal} {q2 said}.", "Vokal", NOTHING),
        ("{s2 She} {q2 said} {c2 it poured}.", "Vokal", NOTHING),
        ("“{c2 It poured},” {s2 she} {q2 added}.", "Dren", NOTHING),
        ("“{c2 It poured},” {s2 she} {q2 wrote}.", "Vokal", NOTHING),
        ("The day went by.\n\n“{c2 It poured},” {s2 she} {q2 added}.", "Vokal", NOTHING),
        ("“{c2 It poured},” {s2 she} {q2 added} on Facebook.", "Vokal", (("social_media", "Facebook"), None)),
    ],
)
def test_what_goes_on_has_the_same_setting(scenario, second, speaker, expected):
    first = "“{c1 It rained},” {s1 Vokal} {q1 told} reporters."
    assert scenario(f"{first}\n\n{second}", {2: speaker}).settings() == [REPORTERS, expected]


def test_written_words_do_not_go_on_in_speech(scenario):
    marked = "“{c1 It rained},” {s1 Vokal} {q1 wrote} on Facebook.\n\n“{c2 It poured},” {s2 she} {q2 said}."
    assert scenario(marked).settings() == [(("social_media", "Facebook"), None), NOTHING]


def test_one_quotation_over_paragraphs_has_one_setting(scenario):
    marked = "In a letter, {s1 Vokal} {q1 said}: “{c1 It rained.}\n\n“{c2 It poured},” {s2 Vokal} {q2 wrote}."
    assert scenario(marked).settings() == [(("letter", None), None)] * 2


def test_another_day_is_another_occasion(scenario):
    made = scenario(
        "“{c1 It rained},” {s1 Vokal} {q1 told} reporters.\n\n“{c2 It poured},” {s2 she} {q2 said} on Monday."
    )
    monday = PartialDate("2024-03-04", Passage(len(made.text) - 7, len(made.text) - 1))
    made.statements[1] = replace(made.statements[1], said_on=monday)
    assert made.settings() == [REPORTERS, NOTHING]


def test_settings_go_on_over_who_is_not_known(scenario):
    first = "“{c1 It rained},” {s1 Vokal} {q1 told} reporters."
    second = "The day went by. “{c2 It poured},” {s2 he} {q2 said}."
    marked = f"{first}\n\n{second}\n\n{{s3 Vokal}} {{q3 went on to say}} {{c3 it hailed}}."
    made = scenario(marked)
    made.statements[1] = replace(made.statements[1], speaker=None)
    assert made.settings() == [REPORTERS, NOTHING, REPORTERS]


def test_an_unknown_he_who_opens_the_next_paragraph_goes_on(scenario):
    made = scenario("“{c1 It rained},” {s1 Vokal} {q1 told} reporters.\n\n“{c2 It poured},” {s2 he} {q2 said}.")
    made.statements[1] = replace(made.statements[1], speaker=None)
    assert made.settings() == [REPORTERS, REPORTERS]


_PIECES = st.sampled_from(
    [
        "told reporters", "on Facebook", "in a letter to Dren", "Vokal", ",", "“", "”", ".", "said", "the Lorva Post",
        "in an interview with", "CNN's “Table", "of", "and", "who", "responding to", "his page", "\n\n", "in", "May",
        "was told", "it rained", "Mr.", "a", "by", "U.S.", "’s", "x", "\u200b", "٣",
    ]
)  # fmt: skip


@given(
    before=st.lists(_PIECES, max_size=12), middle=st.lists(_PIECES, max_size=8), after=st.lists(_PIECES, max_size=12)
)
def test_passages_slice_inside_the_text(scenario, before, middle, after):
    marked = (
        f"{' '.join(before)} {{s1 Vokal}} {' '.join(middle)} {{q1 told}} {' '.join(after)} {{c1 it rained}}. He said."
    )
    made = scenario(marked)
    [found] = set_channels(made.statements, made.entities, made.words)
    assert [found] == set_channels(made.statements, made.entities, made.words)
    for part in (found.channel, found.addressee):
        if part is not None:
            start, end = part.passage
            assert 0 <= start < end <= len(made.text)
            assert made.text[start:end].strip()
            assert all(end <= a or start >= b for a, b in found.content)
    describe_setting(Document(made.text), found, {e.id: e for e in made.entities})


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("{s1 Vokal} {q1 said} on his Facebook page {c1 it rained}.", "on Facebook (own page)"),
        ("{s1 Vokal} {q1 said} on Dren's Facebook account {c1 it rained}.", "on Facebook (Dren’s account)"),
        ("“{c1 It rained},” {s1 Vokal} {q1 tweeted}.", "on Twitter"),
        ("{s1 Vokal} {q1 told} reporters {c1 it rained}.", "to reporters"),
        ("{s1 Vokal} {q1 told} the Lorva Post {c1 it rained}.", "to the Lorva Post"),
        (
            "In an interview with the Lorva Post, {s1 Vokal} {q1 said} {c1 it rained}.",
            "in an interview with the Lorva Post",
        ),
        ("{s1 Vokal} {q1 told} lawmakers in a letter {c1 it rained}.", "in a letter, to lawmakers"),
        ("{s1 Vokal} issued a statement {q1 saying} {c1 it rained}.", "in a statement"),
        ("{s1 Vokal} {q1 testified} {c1 that it rained}.", "in court"),
        ("{q1 According to} {s1 a report}, {c1 it rained}.", ""),
        ("{s1 Vokal} {q1 said} {c1 it rained}.", ""),
    ],
)
def test_setting_reads_in_a_few_words(scenario, marked, shown):
    made = scenario(marked)
    [found] = set_channels(made.statements, made.entities, made.words)
    assert describe_setting(Document(made.text), found, {e.id: e for e in made.entities}) == shown


def test_setting_is_shown_beside_the_statement(scenario):
    made = scenario("In a letter to the <i>Lorva</i> Post, {s1 Vokal} {q1 said} {c1 it rained}.")
    found = set_channels(made.statements, made.entities, made.words)
    channel = Channel("letter", None, Passage(0, len("In a letter to the <i>Lorva</i> Post")))
    record = Record(Document(made.text), (replace(found[0], channel=channel),), tuple(made.entities))
    console = Console(width=100, file=StringIO())
    show(record, console)
    assert "· in a letter to the <i>Lorva</i> Post" in console.file.getvalue()
    assert ">in a letter to the &lt;i&gt;Lorva&lt;/i&gt; Post</span>" in to_html([record])


def test_vocabulary_is_sound():
    words = vocabulary()
    assert len({medium.kind for medium in words.media}) == len(words.media)
    assert all(noun == noun.casefold() for medium in words.media for noun in medium.nouns)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kinds = ", "no valid TOML"),
        ("[kinds]", "'platforms' is missing"),
        ("kinds = 3", "kinds should be a table"),
        ("[kinds.letter]\nrank = 0\nnouns = [1]", "kinds.letter.nouns should be a list of words"),
    ],
)
def test_spoilt_vocabulary_is_said_plainly(text, message):
    with pytest.raises(MissingPart, match=message):
        _build(text)
