"""What disputes are made of, part by part: no model reads or compares, what the comparer says was planted."""

import json
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.attribution.cues import acts as known_acts
from onrecord.disputes import pool as pools
from onrecord.disputes.comparing import chances, compare, promising, skim
from onrecord.disputes.denials import find_denials
from onrecord.disputes.finder import MOST
from onrecord.disputes.matters import Clash, Matter, fold
from onrecord.disputes.pool import Near, Pool
from onrecord.disputes.reported import find_marker
from onrecord.disputes.signs import SIGNS, signs_of
from onrecord.disputes.titles import find_title
from onrecord.disputes.vocabulary import stems_of, vocabulary, words_of
from onrecord.disputes.voices import show, voices_of
from onrecord.errors import MissingPart
from onrecord.language.comparer import (
    FAR,
    FIRST,
    SECOND,
    SETTINGS,
    SIDES,
    Comparer,
    encode_side,
    join_sides,
    load_comparer,
)
from onrecord.language.meaning import LENGTH, WIDTH, cosines, load_centres
from onrecord.language.reader import MODEL_FOLDER
from onrecord.model import FACTS, Passage
from tests.clashes import CENTRES, STATES, PlantedComparer, PlantedSkimmer, disputes_of, settings, told
from tests.records import Befell, Said, article, with_events

SAFE = "<s1 Irena Vokal> <c1 said> <t1 the dam is safe>. "
LEAKS = "<s2 Tomas Rell> <c2 said> <t2 that it leaks>. "
PRIVATE = ["\ue000", FIRST, SECOND, FAR, "\ue01f", "\uf8ff"]


def voices(marked, **more):
    return voices_of(told(marked, **more))


def pair(marked, **more):
    """The first two voices of an article."""
    first, second, *_ = voices(marked, **more)
    return first, second


def apart(n):
    """The mark of two that so many statements stand between, in one article but not in one sentence."""
    return chr(ord(FAR) + 2 + n)


# --- voices -----------------------------------------------------------------------------------


def test_voices_stand_in_the_order_of_the_text():
    record = told("<t2 Nobody drowned>, <s2 Tomas Rell> <c2 said>.\n\n" + SAFE)
    first, second = voices_of(record)
    assert [voice.id for voice in (first, second)] == [record.statements[1].id, record.statements[0].id]
    assert [(v.rank, v.sentence, v.paragraph) for v in (first, second)] == [(0, 0, 0), (1, 1, 1)]
    assert (first.content, first.cue, first.begin) == ("Nobody drowned", "said", 0)
    assert first.text[first.end - 4 : first.end] == "said"
    assert second.lead == (second.begin, second.begin)
    assert second.stems == {"dam", "safe"}


def test_voices_know_what_leads_to_them():
    _, second = pair(SAFE + "But at night, in Vessen, " + LEAKS)
    assert second.text[slice(*second.lead)] == "But at night, in Vessen, "
    _, second = pair(
        "<s1 Irena Vokal> <c1 said> <t1 it is safe>\nbut there <s2 Tomas Rell> <c2 said> <t2 that it leaks>"
    )
    assert second.text[slice(*second.lead)] == "but there "


def test_voices_are_held_by_who_is_meant_across_articles():
    record = told(SAFE + "<t3 The river is high>.")
    vokal = record.statements[0].speaker
    assert [voice.holder for voice in voices_of(record)] == [vokal, None]
    assert [voice.holder for voice in voices_of(record, {vokal: "who-1"})] == ["who-1", None]


def test_voices_count_whom_they_mention_without_their_own_source():
    marked = (
        SAFE + "With <m Irena Vokal> gone, <s2 Tomas Rell> <c2 said> <t2 that <m Irena Vokal> lies>. <m Irena Vokal>"
    )
    record = told(re.sub(r"<t2 (.*?)<m (.*?)>(.*?)>", r"<t2 \1>", marked) + " left.")
    second = voices_of(record)[1]
    assert second.others == {record.statements[0].speaker: 1}


@pytest.mark.parametrize("marked", ["", "Nobody spoke.\n"])
def test_voices_of_an_article_in_which_nobody_speaks(marked):
    assert voices_of(told(marked)) == []


# --- what the comparer is shown -----------------------------------------------------------------


def test_show_puts_marks_in_the_place_of_holders():
    marked = (
        "Under oath <s1=Irena Vokal|she> <c1 said> <t1 the dam is safe>. In town <m=Tomas Rell|he> heard "
        "<m Irena Vokal>. <s2=Tomas Rell|the mayor> <c2 said> <t2 that it leaks>."
    )
    assert show(*pair(marked)) == (
        f"{apart(0)}Under oath {FIRST} said the dam is safe",
        f". In town {SECOND} heard {FIRST}. {SECOND} the mayor said that it leaks",
    )


def test_show_puts_the_mark_before_a_source_that_is_no_mention():
    record = told(SAFE + LEAKS)
    record = replace(record, entities=tuple(replace(entity, mentions=()) for entity in record.entities))
    assert show(*voices_of(record)) == (
        f"{apart(0)}{FIRST} Irena Vokal said the dam is safe",
        f". {SECOND} Tomas Rell said that it leaks",
    )


@pytest.mark.parametrize(
    ("between", "mark"),
    [
        (", but ", chr(ord(FAR) + 1)),
        (". ", apart(0)),
        (". <s3 Ana Kolm> <c3 said> <t3 no>. ", apart(1)),
        (". <t3 No>. <t4 Yes>. ", apart(2)),
        (". <t3 No>. <t4 Yes>. <t5 No>. ", apart(3)),
        (". <t3 No>. <t4 Yes>. <t5 No>. <t6 Yes>. ", apart(3)),
    ],
)
def test_show_tells_how_far_apart_two_stand(between, mark):
    all_voices = voices(SAFE.removesuffix(". ") + between + LEAKS)
    shown, _ = show(all_voices[0], all_voices[-1])
    assert shown[0] == mark
    assert show(all_voices[0], voices(LEAKS)[0])[0][0] == FAR


def test_show_of_two_articles_shows_nothing_of_what_stands_around():
    first, _ = voices("It rained. " + SAFE + LEAKS)
    second = voices("It snowed. For years, " + LEAKS)[0]
    assert show(first, second) == (f"{FAR}{FIRST} said the dam is safe", f"For years, {SECOND} said that it leaks")


def test_show_of_one_holder_has_one_mark():
    (first,), (second,) = (
        voices_of(told(marked), dict_of(told(marked))) for marked in (SAFE, SAFE.replace("is", "was"))
    )
    assert show(first, second) == (f"{FAR}{FIRST} said the dam is safe", f"{FIRST} said the dam was safe")


def dict_of(record):
    return {entity.id: entity.name for entity in record.entities}


def test_show_cuts_what_is_long():
    words = " ".join(f"word{k}" for k in range(30))
    first, second = pair(
        f"With {words} <s1 Irena Vokal of {words}> <c1 said> <t1 yes>.\n{words}.\n{'x' * 400}\n{LEAKS}"
    )
    shown, other = show(first, second)
    assert shown == (
        f"{apart(0)}With word0 word1 word2 word3 … word25 word26 word27 word28 word29 "
        f"{FIRST} said yes"
    )  # fmt: skip
    assert other == f"{SECOND} said that it leaks"
    first, second = pair(f"{SAFE}\n{'x' * 400}\nIt rained. In the end, {LEAKS}")
    assert show(first, second)[1] == f"It rained. In the end, {SECOND} said that it leaks"


def test_show_parts_what_stands_far_apart():
    first, second = pair(
        "<t1 It>, <s1 Irena Vokal> <c1 said>, <t1 is safe> and, as all of us know by now, <t1 dry>. " + LEAKS
    )
    assert show(first, second)[0] == f"{apart(0)}It, {FIRST} said, is safe … dry"


_quiet = st.text(st.sampled_from(["a", "b", " ", *PRIVATE]), max_size=12)


@given(_quiet, _quiet, _quiet)
def test_show_has_no_mark_that_an_article_brought(lead, one, other):
    def shown(*words):
        marked = "x{} <s1 Irena Vokal> <c1 said> <t1 x{}x>. Yx{} <s2 Tomas Rell> <c2 said> <t2 x{}x>."
        return show(*pair(marked.format(words[0], words[1], words[0], words[2])))

    clean = [re.sub("[\ue000-\uf8ff]", "", words) for words in (lead, one, other)]
    assert shown(lead, one, other) == shown(*clean)


@pytest.mark.parametrize("private", PRIVATE)
def test_show_has_no_mark_that_an_article_brought_between_two_parts(private):
    first, second = pair(f"<s1 Irena Vokal> {private} <c1 said> {private}<t1 it is safe>. {LEAKS}")
    assert show(first, second)[0] == f"{apart(0)}{FIRST}  said it is safe"


def test_show_names_no_holder_between_two_parts():
    first, second = pair(f"<s1 Irena Vokal> <c1 told> <m Tomas Rell> that <t1 it is safe>. {LEAKS}")
    assert show(first, second)[0] == f"{apart(0)}{FIRST} told {SECOND} that it is safe"


# --- signs ------------------------------------------------------------------------------------


def signs(first, second, cosine=0.3):
    return dict(zip(SIGNS, signs_of(first, second, cosine).tolist(), strict=True))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (SAFE + LEAKS, {"one sentence": 0, "neighbours": 1, "statements between": 0, "same paragraph": 1, "apart": 0}),
        (SAFE[:-2] + ", but " + LEAKS, {"one sentence": 1, "contrast leads second": 1, "contrast between": 1}),
        ("Still, " + SAFE + LEAKS, {"contrast leads first": 1, "contrast leads second": 0, "contrast between": 0}),
        (SAFE + "<t3 It rains>. " + LEAKS, {"neighbours": 0, "statements between": np.log(2), "contrast between": 0}),
        (SAFE + "\n\n" + LEAKS, {"same paragraph": 0, "neighbours": 1}),
        (SAFE + "<s2 Tomas Rell> <c2 denied> <t2 it>.", {"second clashes": 1, "first clashes": 0, "short": 1}),
        ("<t1 It is safe>, <s1 Irena Vokal> <c1 retorted>. " + LEAKS, {"first clashes": 1, "second clashes": 0}),
        (SAFE + "<s2 Tomas Rell> <c2 agreed> <t2 it is>.", {"agreement": 1}),
        (SAFE + "Similarly, " + LEAKS, {"agreement": 1}),
        (SAFE + "As to <m Irena Vokal>, " + LEAKS, {"second names first": 1, "first names second": 0}),
        ("To <m Tomas Rell>, " + SAFE + LEAKS, {"second names first": 0, "first names second": 1}),
        (SAFE + "<s2 Tomas Rell> <c2 said> <t2 the dam isn’t safe>.", {"negation differs": 1, "both negated": 0}),
        ("<s1 A> <c1 said> <t1 it’s no dam>. <s2 B> <c2 said> <t2 it never was>.", {"both negated": 1}),
        ("<s1 A> <c1 said> <t1 a good dam>. <s2 B> <c2 said> <t2 a bad dam>.", {"antonyms": 1, "shared words": 0.5}),
        ("<s1 A> <c1 said> <t1 good and bad>. <s2 B> <c2 said> <t2 bad and good>.", {"antonyms": 0}),
        ("<s1 A> <c1 said> <t1 big harbour>. <s2 B> <c2 said> <t2 big harbours>.", {"shared words": 1}),
        ("<s1 A> <c1 said> <t1 big harbour>. <s2 B> <c2 said> <t2 a harbour>.", {"shared share": 1}),
        ("<s1 A> <c1 said> <t1 4,000 ships sank>. <s2 B> <c2 said> <t2 4000 ships sank>.", {"numbers differ": 0}),
        ("<s1 A> <c1 said> <t1 4 ships sank>. <s2 B> <c2 said> <t2 5 ships sank>.", {"numbers differ": 1}),
        ("<s1 A> <c1 said> <t1 4 ships sank>. <s2 B> <c2 said> <t2 5 trees fell>.", {"numbers differ": 0}),
        (SAFE + "<c2 It was said> <t2 that it leaks>.", {"unknown holder": 1}),
        (SAFE + LEAKS, {"unknown holder": 0, "short": 1}),
    ],
)  # fmt: skip
def test_signs_tell(marked, expected):
    all_voices = voices(marked)
    found = signs(all_voices[0], all_voices[-1])
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_signs_tell_the_act():
    first, second = pair(SAFE + LEAKS, acts={2: "deny"})
    assert (signs(first, second)["act of first"], signs(first, second)["act of second"]) == (0, 1)


@pytest.mark.parametrize(
    ("cosine", "near", "far"), [(-0.2, 0, 0.35), (0.15, 0, 0), (0.3, 0, 0), (0.45, 0, 0), (1.0, 0.55, 0)]
)
def test_signs_tell_how_near_two_contents_are(cosine, near, far):
    found = signs(*pair(SAFE + LEAKS), cosine)
    assert [found[name] for name in ("bias", "cosine", "near in meaning", "far in meaning")] == pytest.approx(
        [1, cosine, near, far]
    )


def test_signs_of_two_articles_know_nothing_of_places():
    [first], [second] = voices(SAFE), voices("But " + LEAKS)
    found = signs(first, second)
    of_places = ("one sentence", "neighbours", "statements between", "characters between", "same paragraph")
    assert {found[name] for name in of_places} == {0}
    assert (found["apart"], found["contrast between"], found["contrast leads second"]) == (1, 0, 1)


def test_signs_are_numbers_of_any_pair():
    all_voices = voices("<t1 _>. <s2 A> <c2 said>. <t2 1> <t3 no> " + "<t4 x>", acts={3: "deny"})
    for first, second in combinations(all_voices, 2):
        found = signs_of(first, second, 0.0)
        assert found.shape == (len(SIGNS),)
        assert np.isfinite(found).all()


def test_signs_of_antonyms_do_not_depend_on_who_spoke_first():
    both, one = ("<s1 A> <c1 said> <t1 good and bad>. ", "<s1 A> <c1 said> <t1 good>. ")
    [a], [b] = voices(both), voices(one)
    assert signs(a, b)["antonyms"] == signs(b, a)["antonyms"]


# --- matters ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holding:
    id: str
    holder: str


_sure = st.floats(0.5, 1.0, exclude_max=True) | st.sampled_from([0.5, 0.6, 0.6, 0.75, 0.9])


@st.composite
def clashing(draw):
    """Clashes of statements of a few holders, and how sure all pairs are; those under a half are no clash."""
    holders = draw(st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=8))
    said = [Holding(f"st-{number}", holder) for number, holder in enumerate(holders)]
    pairs = [(one, other) for one, other in combinations(said, 2) if one.holder != other.holder]
    sure = {(one.id, other.id): draw(_sure | st.floats(0.0, 0.49) | st.none()) for one, other in pairs}
    known = {ids: chance for ids, chance in sure.items() if chance is not None}
    types = st.sampled_from(["denial", "account", "policy"])
    clashes = [
        Clash(one, other, known[one.id, other.id], draw(types))
        for one, other in pairs
        if known.get((one.id, other.id), 0.0) >= 0.5
    ]
    return clashes, known


@given(clashing(), st.randoms(use_true_random=False))
def test_matters_are_the_same_in_whatever_order_clashes_come(given_, random):
    clashes, sure = given_
    shuffled = random.sample(clashes, len(clashes))
    assert fold(shuffled, sure) == fold(iter(clashes), sure)
    turned = {ids[::-1]: chance for ids, chance in sure.items()}
    assert fold(clashes, turned) == fold(clashes, sure)


@given(clashing())
def test_matters_have_each_clash_once_and_nobody_on_both_sides(given_):
    clashes, sure = given_
    matters = fold(clashes, sure)
    order = sorted((clash.first.id, clash.second.id) for clash in clashes)
    assert sorted((clash.first.id, clash.second.id) for matter in matters for clash in matter.clashes) == order
    for matter in matters:
        sides = [set(side) for side in matter.sides]
        assert not sides[0] & sides[1]
        assert not {said.holder for said in sides[0]} & {said.holder for said in sides[1]}
        assert {said for clash in matter.clashes for said in (clash.first, clash.second)} == sides[0] | sides[1]
        assert all(len(set(side)) == len(side) for side in matter.sides)
        for clash in matter.clashes:
            assert len({clash.first, clash.second} & sides[0]) == len({clash.first, clash.second} & sides[1]) == 1
        assert matter.chance == max(clash.chance for clash in matter.clashes)
        assert matter.type in {clash.type for clash in matter.clashes}
    chances_of = [matter.chance for matter in matters]
    assert chances_of == sorted(chances_of, reverse=True)
    of_which = [frozenset(said.id for side in matter.sides for said in side) for matter in matters]
    assert len(set(of_which)) == len(of_which)  # a dispute's id is made of them


def sides_of(matters):
    return [tuple("".join(said.id for said in side) for side in matter.sides) for matter in matters]


def test_matters_grow_where_both_sides_clash():
    a, b, c, d = (Holding(one, one) for one in "abcd")
    clashes = [Clash(a, b, 0.9, "denial"), Clash(a, c, 0.8, "denial"), Clash(d, b, 0.7, "denial")]
    apart_from = {("a", "b"): 0.9, ("a", "c"): 0.8, ("b", "d"): 0.7}
    assert sides_of(fold(clashes, apart_from | {("c", "d"): 0.6})) == [("ad", "bc")]
    assert sides_of(fold(clashes, apart_from)) == [("ad", "bc")]  # 0.6 on average is enough
    assert sides_of(fold(clashes, apart_from | {("b", "c"): 0.5})) == [("ad", "b"), ("a", "c")]  # b is against c
    assert sides_of(fold([*clashes[:1], Clash(c, d, 0.9, "denial")], apart_from)) == [("a", "b"), ("c", "d")]


def test_matters_keep_a_holder_to_one_side():
    one, two, three = Holding("1", "Vokal"), Holding("2", "Rell"), Holding("3", "Vokal")
    four = Holding("4", "Rell")
    clashes = [Clash(one, two, 0.9, "denial"), Clash(two, three, 0.8, "denial"), Clash(four, three, 0.7, "denial")]
    assert sides_of(fold(clashes, {})) == [("1", "2"), ("2", "3"), ("4", "3")]
    sure = {("1", "2"): 0.9, ("2", "3"): 0.8, ("3", "4"): 0.7, ("1", "4"): 0.6}
    assert sides_of(fold(clashes, sure)) == [("13", "24")]


def test_matters_are_of_the_type_that_is_surest():
    a, b, c = (Holding(one, one) for one in "abc")
    clashes = (Clash(a, b, 0.9, "denial"), Clash(a, c, 0.5, "account"), Clash(a, c, 0.5, "account"))
    assert Matter(((a,), (b, c)), clashes).type == "account"
    assert Matter(((a,), (b, c)), clashes[:2]).type == "denial"


# --- titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "title"),
    [
        (
            "<s1 Irena Vokal> <c1 said> <t1 the ferry ban was mercy>. "
            "<s2 Tomas Rell> <c2 said> <t2 banks had forced the ferry ban on Iskar>.",
            "ferry ban",
        ),
        (SAFE + LEAKS, "that it leaks"),
        ("<s1 A> <c1 said> <t1 yes, of course>. <s2 B> <c2 said> <t2 no>.", "no"),
        ("<s1 A> <c1 said> <t1 the\nferry  ban is on>. <s2 B> <c2 said> <t2 no ban of a ferry is>.", "ferry ban"),
        ("At the dam of Ys, <s1 A> <c1 said> <t1 yes>. <s2 B> <c2 said> <t2 near Vessen is no dam>.", "dam"),
        ("<s1 A> <c1 said> <t1 ___>. <s2 B> <c2 said> <t2 he did not, ever>.", "___"),
    ],
)  # fmt: skip
def test_titles_are_words_of_both_sides(marked, title):
    first, second = pair(marked)
    assert find_title([[first], [second]]).words.startswith(title)


_bits = st.sampled_from([*"abc \n.,’'-_1é\ue001", " dam ", " ferry ", " the ", " of ", " said ", " But "])
_talk = st.lists(_bits, max_size=30).map("".join)


@given(_talk, st.lists(_talk.filter(str.strip), min_size=2, max_size=4), st.data())
def test_titles_are_the_words_at_their_passages(lead, contents, data):
    marked = "".join(f"{lead} <s{k} H{k}> <c{k} said> <t{k} {words}>. " for k, words in enumerate(contents))
    all_voices = voices(marked)
    cut = data.draw(st.integers(1, len(all_voices) - 1))
    sides = [all_voices[:cut], all_voices[cut:]]
    title = find_title(sides)
    assert title.voice in all_voices
    assert title.words == " ".join(title.voice.article.document.slice(title.passages).split())
    assert title == find_title(sides)
    around = (title.voice.lead, *title.voice.statement.content)
    assert all(any(start <= p.start < p.end <= end for start, end in around) for p in title.passages)


def test_titles_are_those_of_the_voice_that_has_them():
    [first], [second] = (voices(f"It rained. <s1 {name}> <c1 said> <t1 the ferry ban {does}>.")
                         for name, does in (("A", "is on"), ("B", "is over")))  # fmt: skip
    title = find_title([[first], [second]])
    assert (title.words, title.voice) == ("ferry ban", first)
    assert first.text[slice(*title.passages[0])] == "ferry ban"


# --- what an article itself says --------------------------------------------------------------------


def marker_of(marked, first=0, second=-1, **more):
    all_voices = voices(marked, **more)
    found = find_marker(all_voices[first], all_voices[second])
    return None if found is None else all_voices[0].text[slice(*found)]


FOUR = "".join(f"<s{k} Ana Kolm {k}> <c{k} said> <t{k} it is day {k}>. " for k in range(3, 7))


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (SAFE + "<s2 Tomas Rell> <c2 denied> <t2 it>.", "denied"),
        (SAFE + FOUR + "<s2 Tomas Rell> <c2 denied> <t2 it>.", None),  # of whom nobody knows any more
        (SAFE + FOUR + "What <m Irena Vokal> says <s2 Tomas Rell> <c2 denied> as <t2 a lie>.", "denied"),
        ("<t1 It is safe>, <s1 Vokal> <c1 retorted>. " + LEAKS, None),  # against somebody before
        ("To <m Tomas Rell> <s1 Irena Vokal> <c1 retorted>: <t1 it is safe>. " + LEAKS, "retorted"),
        (SAFE[:-2] + ", but " + LEAKS, "but"),
        (SAFE + "On Monday, however, " + LEAKS, "however"),
        (SAFE + "It rained. But yet " + LEAKS, "yet"),  # the last of them
        (SAFE + "It rained. " + "The sky was blue. " * 20 + "But " + LEAKS, "But"),
        (SAFE + "But it rained. " + "The sky was blue. " * 20 + LEAKS, None),
        (SAFE + "Her words were contradicted by the harbour office. " + LEAKS, "contradicted"),
        ("Even though <s1 Vokal> <c1 said> <t1 it is safe>, " + LEAKS, "Even though"),
        ("Critics waited. " + SAFE + LEAKS, None),
        (SAFE + LEAKS, None),
        (SAFE + "It rained. " + LEAKS, None),
    ],
)
def test_reported_finds_the_words_of_a_clash(marked, words):
    assert marker_of(marked) == words


def test_reported_says_nothing_of_two_articles():
    [first], [second] = voices("But " + SAFE), voices("But <s2 Tomas Rell> <c2 denied> <t2 it>.")
    assert find_marker(first, second) is None


@given(_talk, _talk)
def test_reported_words_stand_in_the_article(lead, between):
    first, second = pair(f"{lead} {SAFE} {between} but {between} {LEAKS}")
    found = find_marker(first, second)
    assert found is None or 0 <= found.start < found.end <= len(first.text)
    again = find_marker(first, second)
    assert found == again


# --- denials of what nobody is quoted with -------------------------------------------------------------

DENIAL = told(
    SAFE + "<s2 Tomas Rell> <c2 denied> <t2 that anybody was arrested on the ferry>. ", acts={2: "deny"}, sure={2: 0.7}
)


def test_denials_stand_against_their_own_words():
    [denial] = find_denials(voices_of(DENIAL), (), ())
    content = DENIAL.statements[1].content
    assert [side.statements for side in denial.positions] == [(DENIAL.statements[1].id,), ()]
    assert denial.positions[1].words == content
    assert (denial.type, denial.reported, denial.confidence) == ("denial", True, 0.7)
    assert DENIAL.document.slice(denial.marker) == "denied"
    assert denial.about == DENIAL.document.slice(denial.title)


def test_denials_that_clash_with_somebody_are_told_there():
    assert list(find_denials(voices_of(DENIAL), (), {DENIAL.statements[1].id})) == []


@pytest.mark.parametrize("changes", [{"negated": True}, {"act": "say"}, {"content": (Passage(0, 5),)}])
def test_denials_are_of_something(changes):
    record = replace(DENIAL, statements=(DENIAL.statements[0], replace(DENIAL.statements[1], **changes)))
    assert list(find_denials(voices_of(record), (), ())) == []


def test_denials_stand_against_an_event_that_the_article_tells():
    record = with_events(
        article(
            "Lena Moun was arrested in May.",
            Said("Tomas Rell", "that Lena Moun had been detained by his men", cue="denied", act="deny"),
        ),
        Befell("Lena Moun", "arrest", "arrested"),
        Befell("Lena Moun", "arrest", "detained", "negated", told_by=0),
    )
    first, second = record.events
    [denial] = find_denials(voices_of(record), record.events, ())
    assert (denial.positions[1].events, denial.positions[1].words) == ((first.id,), ())
    for other in (replace(first, modality="planned"), replace(first, type="charge"), replace(first, who="en-other")):
        assert other.modality not in FACTS or (other.type, other.who) != (second.type, second.who)
        [denial] = find_denials(voices_of(record), (other, second), ())
        assert (denial.positions[1].events, denial.positions[1].words) == ((), record.statements[0].content)


# --- pairs that are compared ------------------------------------------------------------------------

DAM = told(
    SAFE + "<s2 Tomas Rell> <c2 said> <t2 holes are in the dam>. But <s3 Ana Kolm> <c3 said> <t3 nobody saw a dam>. "
    "<s4 Irena Vokal> <c4 said> <t4 it rains on the harbour>."
)


def test_comparing_asks_of_what_promises_the_most_first():
    first, second, third, _ = voices_of(DAM)
    pairs = [(first, second, 0.1), (second, third, 0.9), (first, third, 0.5)]
    weights = [0.0] * len(SIGNS)
    weights[SIGNS.index("cosine")] = 1.0
    near = PlantedComparer(settings=settings(promise=weights, least_promise=0.6))
    chosen = promising(pairs, near, 3)
    assert [(one.first, one.second) for one in chosen] == [(second, third), (first, third)]
    assert [one.promise for one in chosen] == pytest.approx([1 / (1 + np.exp(-0.9)), 1 / (1 + np.exp(-0.5))])
    assert [one.first for one in promising(pairs, near, 1)] == [second]
    assert promising([], near, 3) == []
    assert [one.promise for one in promising(pairs, PlantedComparer(), 9)] == [0.5] * 3


def test_comparing_skims_an_article_for_what_promises_the_most():
    all_voices = voices(
        SAFE + "<s2 Tomas Rell> <c2 said> <t2 holes are in the dam>. <s3 Irena Vokal> <c3 said> <t3 nobody saw a dam>. "
        "<t4 It rains>. <t5 It snows>."
    )
    states = np.zeros((5, STATES), dtype=np.float32)
    alike = np.arange(25).reshape(5, 5) / 25
    by_cosine = PlantedSkimmer({"cosine": 1.0, "bias": -0.5})

    def skimmed(most, least):
        found = skim(all_voices, states, alike, by_cosine, most=most, least=least)
        places = [(one.first.rank, one.second.rank) for one in found]
        for one, place in zip(found, places, strict=True):
            assert one.promise == pytest.approx(alike[place] - 0.5)
            assert (one.signs == signs_of(one.first, one.second, alike[place])).all()
        return places

    everything = [(3, 4), (2, 4), (2, 3), (1, 4), (1, 3), (1, 2), (0, 4), (0, 3), (0, 1)]  # not (0, 2), of one holder
    assert skimmed(99, -99.0) == everything
    assert skimmed(2, -99.0) == everything[:2]
    assert skimmed(99, alike[1, 3] - 0.5) == everything[:5]
    assert skimmed(99, 1.0) == skim(all_voices[:1], states[:1], alike[:1, :1], by_cosine, most=9, least=-99.0) == []
    same = skim(all_voices, states, alike, PlantedSkimmer(), most=99, least=0.0)
    assert [(one.first.rank, one.second.rank) for one in same] == sorted(everything)  # as they stand


def test_comparing_weighs_what_the_comparer_says_with_the_signs_and_the_promise():
    first, second, *_ = voices_of(DAM)
    planted = PlantedComparer({("the dam is safe", "holes are in the dam"): 0.8}, "policy")
    [near] = promising([(first, second, 0.5)], planted, 1)

    def made(one, **weights):
        for name, value in weights.items():
            planted.settings[name] = value
        [found] = compare([one], planted)
        assert (found.first, found.second, found.type) == (one.first, one.second, "policy")
        return found.chance

    assert made(near) == pytest.approx(0.8)
    of_bias, of_promise, of_others = [0.0] * len(SIGNS), [0.0] * len(SIGNS), [0.0] * len(SIGNS)
    of_bias[SIGNS.index("bias")] = -2.0
    assert made(near, clash=[*of_bias, 0.0, 1.0, 0.0, 0.0]) == pytest.approx(1 / (1 + np.exp(2 - np.log(4))))
    assert made(near, clash=[*of_promise, 3.0, 0.0, 0.0, 0.0]) == pytest.approx(1 / (1 + np.exp(-3 * near.promise)))
    assert made(near, clash=[*of_others, 0.0, 0.0, 7.0, 7.0]) == pytest.approx(0.5)  # it says nothing of these
    far = replace(near, second=voices_of(DAM)[1])  # of another article, which has weights of its own
    assert made(far) == pytest.approx(0.8)
    assert made(far, clash_far=[*of_bias, 0.0, 0.0, 0.0, 0.0]) == pytest.approx(1 / (1 + np.exp(2)))


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5))
def test_comparing_gives_chances(points):
    found = chances(np.array(points)[:, None], [1.0])
    assert ((found > 0) & (found < 1)).all()
    assert (np.diff(found[np.argsort(points)]) >= 0).all()


# --- an article's disputes ----------------------------------------------------------------------------


def disputes(record, planted, **changes):
    return disputes_of(record, PlantedComparer(planted, settings=settings(**changes)))


def test_finder_makes_a_dispute_of_what_clashes():
    one, two, three, _ = DAM.statements
    planted = {("the dam is safe", "holes are in the dam"): 0.9, ("holes are in the dam", "nobody saw a dam"): 0.804}
    [dispute] = disputes(DAM, planted)
    assert [side.statements for side in dispute.positions] == [(one.id, three.id), (two.id,)]
    assert (dispute.type, dispute.confidence, dispute.reported) == ("account", 0.9, True)
    assert DAM.document.slice(dispute.marker) == "But"
    assert (dispute.about, DAM.document.slice(dispute.title)) == ("dam", "dam")
    assert disputes(DAM, planted) == [dispute]
    assert disputes(DAM, planted, least=0.85)[0].statements == (one.id, two.id)
    assert not disputes(DAM, planted, least=0.85)[0].reported
    assert disputes(DAM, planted, least=0.95) == []


@pytest.mark.parametrize(("chance", "confidence"), [(0.8, 0.8), (0.7951, 0.8), (0.8049, 0.8), (0.7949, None)])
def test_finder_holds_what_it_tells_against_the_threshold(chance, confidence):
    """A confidence has two digits: as such it is kept, and as such it is looked at."""
    found = disputes(DAM, {("the dam is safe", "holes are in the dam"): chance}, least=0.8)
    assert [dispute.confidence for dispute in found] == [confidence] * (confidence is not None)


def test_finder_asks_of_nobody_with_himself_nor_of_nobody_nor_of_the_unsure():
    record = told(
        "<s1 A> <c1 said> <t1 the dam is safe>. <s2 A> <c2 said> <t2 the dam leaks>. <t3 The dam is dry>. "
        "<s4 B> <c4 said> <t4 the dam is new>. <s5 C> <c5 said> <t5 the dam is old>. <s6 D> <c6 said> <t6 that it is>.",
        sure={4: 0.24},
    )
    comparer = PlantedComparer()
    assert disputes_of(record, comparer) == []
    assert sorted((one.split()[-1], other.split()[-1]) for one, other in comparer.asked) == [
        ("leaks", "old"),
        ("safe", "old"),
    ]


def test_finder_asks_of_so_many_pairs():
    record = told("".join(f"<s{k} H{k}> <c{k} said> <t{k} the dam is {k} years old>. " for k in range(9)))
    comparer = PlantedComparer()
    disputes_of(record, comparer)
    assert len(comparer.asked) == MOST < 9 * 8 / 2
    first = comparer.asked.copy()
    comparer.asked.clear()
    far = PlantedSkimmer({"statements between": 1.0})
    disputes_of(record, comparer, far)  # it says which
    assert len(comparer.asked) == MOST
    assert [pair for pair in comparer.asked if pair in first] != comparer.asked
    assert "the dam is 0 years old" in comparer.asked[0][0]
    assert "the dam is 8 years old" in comparer.asked[0][1]
    comparer.asked.clear()
    comparer.settings = settings(least_skim=np.log1p(6.5))
    disputes_of(record, comparer, far)
    assert len(comparer.asked) == 1


def test_finder_tells_disputes_in_the_order_of_the_text():
    record = told(
        "<s1 A> <c1 said> <t1 the ferry sank>. <s2 B> <c2 said> <t2 that dam leaks>. "
        "<s3 C> <c3 denied> <t3 that the crew drowned>. <s4 D> <c4 said> <t4 no ferry sank>. "
        "<s5 E> <c5 said> <t5 that dam holds>.",
        acts={3: "deny"},
    )
    planted = {("the ferry sank", "no ferry sank"): 0.6, ("that dam leaks", "that dam holds"): 0.9}
    found = disputes(record, planted)
    assert [dispute.about for dispute in found] == ["ferry sank", "dam leaks", "that the crew drowned"]
    assert [len(dispute.statements) for dispute in found] == [2, 2, 1]
    assert len({dispute.id for dispute in found}) == 3


def test_finder_finds_nothing_where_nobody_speaks():
    record = told("It rained.")
    assert disputes_of(record, PlantedComparer()) == []
    assert disputes(told(SAFE), {}) == []


# --- the pool -----------------------------------------------------------------------------------------

_DAY = date(2031, 5, 1).toordinal()


@st.composite
def pools_of(draw):
    """Statements of a few articles, holders and stories, in few directions, so that many are near to one another."""
    seeds = draw(st.lists(st.integers(0, 5), min_size=1, max_size=14))
    rows = sorted(draw(st.lists(st.integers(0, 4), min_size=len(seeds), max_size=len(seeds))))
    numbers = {row: k for k, row in enumerate(dict.fromkeys(rows))}
    documents = np.array([numbers[row] for row in rows])
    stories = np.array(draw(st.lists(st.integers(0, 3), min_size=len(numbers), max_size=len(numbers))))[documents]
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    base = rng.integers(-60, 60, (6, WIDTH))
    vectors = base[seeds] + rng.integers(-40, 40, (len(seeds), WIDTH))
    if draw(st.booleans()):
        vectors[-1] = 0
    days = st.sampled_from([-1, _DAY, _DAY + 1, _DAY + 60, _DAY + 61, _DAY + 400])
    some = {"min_size": len(seeds), "max_size": len(seeds)}
    return Pool(
        ids=[f"st-{k}" for k in range(len(seeds))],
        holders=np.array(draw(st.lists(st.integers(0, 2), **some))),
        documents=documents,
        stories=stories,
        days=np.array(draw(st.lists(days, **some))),
        vectors=vectors.astype(np.int8),
        names=[f"doc-{k}" for k in range(len(numbers))],
        centres=CENTRES[: draw(st.integers(1, pools.PROBED))],
    )


def everywhere(pool):
    return np.ones(len(pool.names), dtype=np.bool_)


def expected_pairs(pool, document, others):
    """The pairs of a document with some others, by looking at all there are."""
    for k in np.flatnonzero(pool.documents == document).tolist():
        found = []
        for other in range(len(pool.ids)):
            same = pool.documents[other] == document or pool.stories[other] == pool.stories[k]
            days = pool.days[[k, other]]
            reach = (
                pool.holders[k] == pool.holders[other] or min(days) < 0 or abs(days[0] - days[1]) <= pools.DAYS_APART
            )
            one, two = (pool.vectors[at].astype(np.float64) for at in (k, other))
            length = np.linalg.norm(one) * np.linalg.norm(two)
            cosine = one @ two / length if length else 0.0
            if others[pool.documents[other]] and not same and reach and cosine >= pools.LEAST_COSINE:
                found.append((cosine, other))
        found.sort(key=lambda pair: (-round(pair[0], 6), pair[1]))
        for cosine, other in found[: pools.MOST_NEAR]:
            first, second = sorted((k, other), key=lambda at: (pool.days[at], at))
            yield first, second, pytest.approx(cosine, abs=1e-5)


@given(pools_of(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_pool_finds_what_is_near_in_meaning_and_time_in_other_stories(pool, some):
    others = np.array(some[: len(pool.names)])
    for document in range(len(pool.names)):
        found = list(pool.near(document, others))
        assert found == list(expected_pairs(pool, document, others))
        for near in found:
            one, other = near[:2]
            [there] = set(pool.documents[[one, other]].tolist()) - {document}
            assert others[there]
            assert document in pool.documents[[one, other]]
            assert pool.stories[one] != pool.stories[other]
            assert (pool.days[one], one) <= (pool.days[other], other)


@given(pools_of())
def test_pool_finds_the_same_whatever_lies_beside_it_in_the_cells(pool):
    """With so few centres all cells are looked through, so how they part the statements changes nothing."""
    one_cell = replace(pool, centres=CENTRES[:1])
    turned = replace(pool, centres=pool.centres[::-1].copy())
    for document in range(len(pool.names)):
        found = [list(one.near(document, everywhere(pool))) for one in (pool, one_cell, turned)]
        assert found[0] == found[1] == found[2]


@given(pools_of())
def test_pool_finds_each_pair_once_where_those_before_are_looked_at(pool):
    before = ~everywhere(pool)
    pairs = []
    for document in range(len(pool.names)):
        pairs += [near[:2] for near in pool.near(document, before)]
        assert list(pool.near(document, ~everywhere(pool))) == []
        before[document] = True
    assert len(pairs) == len({frozenset(pair) for pair in pairs})


def test_pool_of_nothing():
    empty = np.zeros(0, dtype=np.int64)
    pool = Pool([], empty, empty, empty, empty, np.zeros((0, WIDTH), dtype=np.int8), [], CENTRES)
    assert list(pool.near(0, everywhere(pool))) == []


def test_pool_looks_only_into_cells_near_by():
    """A statement whose own cell is far from all that another probes is not found, however near it lies."""
    rng = np.random.default_rng(3)
    vectors = rng.integers(-60, 60, (40, WIDTH)).astype(np.int8)
    numbers = np.arange(40)
    pool = Pool([f"st-{k}" for k in numbers], numbers, numbers, numbers, np.full(40, _DAY), vectors,
                [f"doc-{k}" for k in numbers], vectors)  # fmt: skip
    twins = replace(pool, vectors=np.concatenate([vectors[:20], vectors[:20]]))
    for k in range(20):
        assert list(pool.near(k, everywhere(pool))) == []
        assert list(twins.near(k, everywhere(pool))) == [Near(k, k + 20, pytest.approx(1.0))]


# --- vocabulary -------------------------------------------------------------------------------------------

DATA = tomllib.loads((resources.files("onrecord") / "data" / "disputes.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["contrast", "clash", "agreement", "negation"])
def test_vocabulary_finds_every_word_of_a_list(name):
    pattern = getattr(vocabulary(), name)
    for entry in DATA[name]:
        for form in (entry, entry.upper(), entry.replace(" ", "\n ")):
            found = pattern.search(f"x, {form}, y")
            assert found, form
            assert not pattern.search(f"x{form}y"), form


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("denied", "denied"), ("denies", "denies"), ("DENYING", "DENYING"), ("hit back at him", "hit back"),
        ("hitting back", "hitting back"), ("rebutted", "rebutted"), ("struck back", "struck back"),
        ("shot\nback", "shot\nback"), ("vetoes", "vetoes"), ("waving off", "waving off"), ("scoffs", "scoffs"),
        ("cast doubt on", "cast doubt"), ("indeed", None), ("undenied", None), ("recalled", None),
    ],
)  # fmt: skip
def test_vocabulary_knows_the_forms_of_a_verb(words, found):
    match = vocabulary().clash.search(words)
    assert (match and match.group()) == found


@pytest.mark.parametrize("words", ["took issue", "disagreeing"])
def test_vocabulary_knows_odd_forms_of_a_verb(words):
    assert vocabulary().clash.search(words)


@pytest.mark.parametrize(
    ("words", "negated"),
    [("it isn’t", True), ("it isn't so", True), ("it cannot be", True), ("a knot", False), ("nonesuch", False)],
)
def test_vocabulary_knows_what_is_negated(words, negated):
    assert bool(vocabulary().negation.search(words)) == negated


def test_vocabulary_is_in_order():
    words = vocabulary()
    assert words.acts <= set(known_acts())
    assert all(one != other for one, other in words.antonyms)
    assert len({frozenset(pair) for pair in words.antonyms}) == len(words.antonyms)
    assert all(entry == entry.casefold() for name in DATA for entry in np.ravel(DATA[name]).tolist())
    assert words.light == set(DATA["light"])
    for name in ("contrast", "clash", "acts", "agreement", "negation", "light"):
        assert len(set(DATA[name])) == len(DATA[name]), name


def test_vocabulary_takes_the_forms_of_a_word_for_one():
    assert stems_of("The ferries of 2031, ferry!") == {"ferrie", "ferry"}
    assert stems_of("Dockers’ docker it is 3rd") == {"docker"}
    assert stems_of("it is, as he said, so") == frozenset()
    assert words_of("Über_all, don’t!") == ["über", "all", "don", "t"]


# --- the comparer and the vectors ------------------------------------------------------------------------------


def test_comparer_has_marks_for_pieces_of_their_own(tokenizer):
    plain = tokenizer.encode("the dam", add_special_tokens=False).ids
    first, far = tokenizer.token_to_id("[unused1]"), tokenizer.token_to_id("[unused16]")
    assert encode_side(f"{FAR}{FIRST} the dam", 9, tokenizer) == [far, first, *plain]
    assert encode_side(f"the dam{FIRST}", 9, tokenizer) == [*plain, first]
    assert encode_side(f"{FAR}{FIRST} the dam", 3, tokenizer) == [far, first, plain[0]]
    assert encode_side("the dam " * 9, 5, tokenizer) == (plain * 9)[:5]
    assert encode_side(" ", 5, tokenizer) == encode_side("", 5, tokenizer) == []


def test_comparer_joins_two_sides():
    assert join_sides([5, 6], [7], (1, 2)) == ([1, 5, 6, 2, 7, 2], [0, 0, 0, 0, 1, 1])
    assert join_sides([], [], (1, 2)) == ([1, 2, 2], [0, 0, 1])


@pytest.fixture(scope="module")
def comparer():
    return load_comparer()


def test_comparer_gives_scores_for_any_pair(comparer):
    words = "the dam is safe " * 200
    for first, second in (("", ""), (f"{FAR}{FIRST} said so", f"{SECOND} said no"), (words, words), ("\0\ud800", "é")):
        made = comparer.compare(first.encode("utf-8", "replace").decode(), second)
        assert np.isfinite([made.dispute, made.agree, made.contradict]).all()
        assert made.types.shape == (7,)
        assert made.types.sum() == pytest.approx(1)
    pieces = [encode_side(words, most, comparer._tokenizer) for most in SIDES]
    assert tuple(map(len, pieces)) == SIDES


def test_comparer_says_the_same_of_a_pair_whatever_it_was_asked_before(comparer):
    one = comparer.compare(f"{FAR}{FIRST} said it is safe", f"{SECOND} said it leaks")
    comparer.compare("Something else", "of which nobody asks")
    again = comparer.compare(f"{FAR}{FIRST} said it is safe", f"{SECOND} said it leaks")
    assert (one.dispute, one.agree, one.contradict) == (again.dispute, again.agree, again.contradict)


def test_comparer_ships_with_all_that_it_is_asked_for(comparer):
    found = comparer.settings
    assert set(found) == set(SETTINGS) == set(settings())
    numbers = {name for name in SETTINGS if name == "least" or name.startswith(("least_", "shown"))}
    for name in set(SETTINGS) - numbers:
        assert np.isfinite(found[name]).all()
        assert len(found[name]) == len(settings()[name]) == len(SIGNS) + (0 if name == "promise" else 4)
    assert 0 <= found["least_promise"] <= 1
    assert np.isfinite(found["least_skim"])
    for name in numbers - {"least_promise", "least_skim"}:
        assert 0 < found[name] <= 1
        assert round(found[name], 2) == found[name], name  # as confidences are


def put_comparer(folder, without=""):
    """Put what ships of a comparer into a folder, without one file or one of the settings."""
    for name in ("tokenizer.json", "comparer.onnx"):
        if name != without:
            (folder / name).symlink_to(MODEL_FOLDER / name)
    if without != "comparer.json":
        some = {name: value for name, value in settings().items() if name != without}
        (folder / "comparer.json").write_text(json.dumps(some))


def test_comparer_is_loaded_from_a_folder(tmp_path):
    put_comparer(tmp_path)
    assert Comparer(tmp_path).settings == settings()


@pytest.mark.parametrize("missing", SETTINGS)
def test_comparer_without_a_setting_says_what_to_do(tmp_path, missing):
    put_comparer(tmp_path, without=missing)
    with pytest.raises(MissingPart, match=rf"the comparer could not be loaded \('{missing}'\). Install onrecord again"):
        Comparer(tmp_path)


@pytest.mark.parametrize("found", ["[]", "7", "null"])
def test_comparer_without_settings_says_what_to_do(tmp_path, found):
    put_comparer(tmp_path)
    (tmp_path / "comparer.json").write_text(found)
    with pytest.raises(MissingPart, match=r"the comparer could not be loaded .* Install onrecord again"):
        Comparer(tmp_path)


@pytest.mark.parametrize("missing", ["comparer.json", "tokenizer.json", "comparer.onnx"])
def test_comparer_that_is_damaged_says_what_to_do(tmp_path, missing):
    put_comparer(tmp_path, without=missing)
    with pytest.raises(MissingPart, match=r"the comparer could not be loaded .* Install onrecord again"):
        Comparer(tmp_path)
    (tmp_path / missing).write_text("no such thing")
    with pytest.raises(MissingPart, match="the comparer could not be loaded"):
        Comparer(tmp_path)


def test_meaning_knows_how_near_vectors_are():
    vectors = np.zeros((4, WIDTH), dtype=np.int8)
    vectors[0, 0] = vectors[1, 1] = LENGTH
    vectors[2, :2] = -5
    near = cosines(vectors)
    assert near == pytest.approx(near.T)
    assert np.diag(near) == pytest.approx([1, 1, 1, 0])
    assert near[0, 1:] == pytest.approx([0, -(0.5**0.5), 0])
    assert cosines(vectors[:0]).shape == (0, 0)


def test_meaning_loads_the_centres_of_a_folder(tmp_path):
    np.save(tmp_path / "cells.npy", CENTRES)
    assert (load_centres(tmp_path) == CENTRES).all()
    assert load_centres(tmp_path) is load_centres(tmp_path)


@pytest.mark.parametrize("found", [None, b"no array", b""])
def test_meaning_without_centres_says_what_to_do(tmp_path, found):
    if found is not None:
        (tmp_path / "cells.npy").write_bytes(found)
    with pytest.raises(MissingPart, match=r"the cells could not be loaded .* Install onrecord again"):
        load_centres(tmp_path)
