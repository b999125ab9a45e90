"""Several articles on one story, side by side. The articles, and the country that they are about, are invented."""

import csv
import io
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from onrecord import corpus, ingest
from onrecord.cli import app
from onrecord.comparison import Story, Version, compare, story_of
from onrecord.comparison.differences import differences as _differences
from onrecord.comparison.differences import words_in as _words_in
from onrecord.comparison.groups import join as _join
from onrecord.errors import WrongUsage
from onrecord.model import Document, Entity, Mention, Passage, Record, Statement
from onrecord.store import open_store
from tests import cases

POST = """VESSEN — Police arrested 14 activists on Tuesday after a rally against the Iskar dam that ended in clashes.

Interior Minister Irena Vokal said the officers had acted within the law. “Nobody was beaten, and nobody was held \
without cause. The officers showed great patience,” Vokal told reporters in Vessen.

Mara Quist, a lawyer for the activists, said that at least 31 people had been injured when police charged the crowd.

Union leader Jonas Hald accused the government of selling the valley to a foreign company.

Tomas Rell was arrested on 3 March. He was sentenced on Tuesday to three years in prison.
"""
HERALD = """The police detained 12 activists in Vessen on Tuesday when a protest against the planned dam on the Iskar \
turned violent.

“Nobody was beaten,” Interior Minister Irena Vokal told reporters. She added that the officers had acted within the \
law and had shown great patience.

Hospitals treated 28 injured people, according to Pavel Drim, the head of the city's health service.

Union leader Jonas Hald said the government was selling the valley to a foreign company. “They have sold our river \
for a handful of coins,” he told the crowd.

Tomas Rell had been arrested on 5 March. On Tuesday he was sentenced to two years and six months in prison.
"""
GLOBE = """Prime Minister Oskar Lind on Wednesday promised an inquiry into the violence in Vessen.

His interior minister, Irena Vokal, had said a day before that the officers acted within the law.

Union leader Jonas Hald told the Globe: “They have sold our river for a fistful of coins, and the people of the valley \
will not forgive it.”

Police had arrested 14 activists during the rally against the Iskar dam.
"""
TIDE = POST.replace("VESSEN —", "VESSEN (Iskar News Agency) —").replace(" in Vessen.\n\nMara", ".\n\nMara")

ARTICLES = {
    "post": ("Iskar Post", "2021-03-16", POST),
    "herald": ("Dock Herald", "2021-03-17", HERALD),
    "globe": ("Vessen Globe", "2021-03-17", GLOBE),
    "tide": ("Morning Tide", "2021-03-16", TIDE),
}
IN_POST, IN_HERALD, IN_GLOBE = (f"{outlet}, {day}" for outlet, day, _ in list(ARTICLES.values())[:3])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The articles as files, by name."""
    folder = tmp_path_factory.mktemp("story")
    for name, (outlet, day, text) in ARTICLES.items():
        row = {"text": text, "publisher": outlet, "published": day, "title": f"From the {outlet}"}
        (folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return {name: str(folder / f"{name}.jsonl") for name in ARTICLES}


@pytest.fixture(scope="module")
def story(files, tmp_path_factory):
    """The articles, read and joined."""
    with open_store(tmp_path_factory.mktemp("store") / "record.db", new=True) as store:
        list(corpus.add(store, files.values(), ingest.Options()))
        corpus.join_people(store)
        return story_of(store)


@pytest.fixture(scope="module")
def rows(story):
    return compare(story)


def those(rows, what, **values):
    return [row for row in rows if row["what"] == what and all(row[name] == value for name, value in values.items())]


def test_every_passage_holds_the_words_that_it_is_told_with(story, rows):
    texts = {version.id: version.record.document for version in story.versions}
    told = [(row["what"], one) for row in rows for one in row.get("told", ()) if "at" in one]
    assert {what for what, _ in told} == {"statement", "event", "number"}
    for what, one in told:
        words = texts[one["document"]].slice([Passage(*at) for at in one["at"]])
        assert " ".join(words.split()) == " ".join(one["said" if what == "statement" else "words"].split())


def test_a_copy_is_named_with_its_changes_and_counted_once(story, rows):
    [copy] = those(rows, "copy")
    assert (copy["article"], copy["of"]) == ("Morning Tide, 2021-03-16", IN_POST)
    assert (copy["leaves_out"], copy["has_more"], copy["changes"]) == (["in Vessen"], ["Iskar News Agency"], [])
    assert [version.label for version in story.versions] == [IN_POST, IN_HERALD, IN_GLOBE]
    assert not any("Morning Tide" in one["article"] for row in rows for one in row.get("told", ()))


def test_holders_tell_who_leaves_them_out(rows):
    [vokal] = those(rows, "holder", holder="Irena Vokal")
    assert [one["statements"] for one in vokal["told"]] == [2, 2, 1]
    assert (vokal["left_out_by"], vokal["role"]) == ([], "Interior Minister")
    [quist] = those(rows, "holder", holder="Mara Quist")
    assert quist["left_out_by"] == [IN_HERALD, IN_GLOBE]
    assert rows.index(vokal) < rows.index(quist)  # who stands in the most articles comes first


def test_a_statement_told_in_other_words_is_one(rows):
    [law] = [row for row in those(rows, "statement", holder="Irena Vokal") if not row["left_out_by"]]
    assert [one["article"] for one in law["told"]] == [IN_POST, IN_HERALD, IN_GLOBE]
    assert all("within the law" in one["said"] for one in law["told"])
    assert law["differs"] == []
    [valley] = [
        row for row in those(rows, "statement", holder="Jonas Hald") if "foreign company" in row["told"][0]["said"]
    ]
    assert [one["cue"] for one in valley["told"]] == ["accused", "said"]


def test_a_quotation_is_shortened_or_changed(rows):
    quoted = [part for row in those(rows, "statement") for part in row["quotation"]]
    shortened, changed = sorted(quoted, key=lambda part: len(part["changes"]))
    assert (shortened["article"], shortened["than"]) == (IN_HERALD, IN_POST)
    assert shortened["leaves_out"] == ["and nobody was held without cause. The officers showed great patience"]
    assert (changed["article"], changed["than"]) == (IN_HERALD, IN_GLOBE)
    assert changed["leaves_out"] == ["and the people of the valley will not forgive it"]
    assert changed["changes"] == [["fistful", "handful"]]


def test_events_show_what_each_article_gives(rows):
    arrest, sentence = (those(rows, "event", name="Tomas Rell", type=kind)[0] for kind in ("arrest", "sentence"))
    assert [one["date"] for one in arrest["told"]] == ["2021-03-03", "2021-03-05"]
    assert (arrest["differs"], arrest["left_out_by"]) == (["date"], [IN_GLOBE])
    assert [one["term"] for one in sentence["told"]] == ["P3Y", "P2Y6M"]
    assert sentence["differs"] == ["term"]


def test_groups_of_other_numbers_are_one_group(rows):
    [arrest] = those(rows, "event", name="14 activists / 12 activists")
    assert [one["step"] for one in arrest["told"]] == ["arrested", "detained", "arrested"]
    assert arrest["differs"] == ["number"]


def test_numbers_tell_who_counts(rows):
    activists, injured = those(rows, "number")
    assert (activists["about"], [one["number"] for one in activists["told"]]) == ("activists arrested", [14, 12, 14])
    assert injured["about"] == "people injured"
    assert [(one["words"], one["according_to"]) for one in injured["told"]] == [
        ("at least 31 people", "Mara Quist"), ("28 injured people", "Pavel Drim"),
    ]  # fmt: skip


def test_what_is_unsure_is_left_out(story):
    assert not those(compare(story, least=1.1), "statement")
    assert not those(compare(story, least=1.1), "event")


# --- without a reader --------------------------------------------------------------------------


def version(label, text, published="2021-03-17"):
    return Version(label, Record(Document(text, published=published)), {})


def numbers(*texts):
    """Return what is counted differently in articles of these texts: what, and the numbers of each."""
    story = Story(tuple(version(f"{k}", text) for k, text in enumerate(texts)), (), {}, {})
    return [(row["about"], [one["number"] for one in row["told"]]) for row in compare(story)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("The blast killed 31 people.", "At least 28 people died in the blast.", ("people killed", [31, 28])),
        ("At least 31 dead in blast", "The blast left 28 people dead.", ("people killed", [31, 28])),
        ("The blast killed 31.", "Twenty-eight were killed in the blast.", ("people killed", [31, 28])),
        ("It drew a crowd of 2,500 people.", "Some 4,000 people took part.", ("people taking part", [2500, 4000])),
        ("The dam would flood three villages.", "The dam would flood five villages.", ("villages (flood)", [3, 5])),
        ("It will cost 340 million crowns.", "It will cost 300 million crowns.", ("crowns (cost)", [340e6, 300e6])),
        ("It will cost $2.5 million.", "It will cost $3 million.", ("$ (cost)", [2.5e6, 3e6])),
        ("Two dozen boats were seized.", "Police seized 30 boats.", ("boats (seize)", [24, 30])),
        ("It got 62 votes in the senate on the bill.", "The bill got 58 votes in the senate.", ("votes", [62, 58])),
    ],
)  # fmt: skip
def test_numbers_of_one_thing_are_held_against_one_another(one, other, found):
    assert numbers(one, other) == [found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Police arrested 14 activists.", "Nine activists were released."),
        ("Police arrested 14 activists.", "Police arrested 14 activists and, later, three lawyers."),
        ("Two senior officers were killed.", "Three junior officers were killed."),
        ("The blast killed 31 people.", "It killed 31 people; an earlier one killed seven people."),
        ("The blast killed 31 people.", "The blast killed more than 30 people."),
        ("Nearly 4,000 people marched.", "Some 3,900 people marched."),
        ("Police arrested two more people.", "Police arrested five people."),
        ("The blast killed 31 people on 2 March 2021.", "A blast killed 28 people in May 2019."),
        ("The blast killed 31 people in Vessen.", "It killed 28 people in Port Kolm."),
        ("The blast hurt 31 people.", "The blast hurt several dozen people."),
        ("Police arrested 14 activists.", "Police did not arrest 12 activists."),
        ("He was jailed for three years.", "He was jailed for five years."),
        ("Turnout was 61 percent.", "Turnout was 58 percent."),
        ("She is charged under Article 453.", "She is charged under Article 451."),
        ("The 34-year-old was killed at 7 p.m.", "The 36-year-old was killed at 9 p.m."),
        ("Some 300 people were killed.", "At least 40,000 people were killed."),
        ("Two men sat at the gate.", "Three men came to the market."),
        ("One person was hurt.", "One person was hurt, officials said."),
    ],
)
def test_numbers_of_two_things_or_that_agree_are_not(one, other):
    assert numbers(one, other) == []


def test_a_number_that_one_article_has_beside_the_other_is_of_another_thing():
    both = "Police arrested 14 activists on the square and arrested nine activists at the station."
    assert numbers(both, "Police arrested 14 activists.", "Police arrested nine activists.") == []


def test_differences_of_texts_in_words():
    one, other = "We will not go. Ask them, not us.", "We will never go. Ask “them”, not us, he said."
    found = _differences(*(_words_in(text, [Passage(0, len(text))]) for text in (one, other)))
    assert found == {"leaves_out": [], "has_more": ["he said"], "changes": [["not", "never"]]}
    assert _differences(*(_words_in(text, [Passage(0, len(text))]) for text in ("Go home now", "We stay here"))) is None


def test_join_takes_all_of_a_group_for_alike():
    chain = {(0, 1): 0.9, (1, 2): 0.8}
    assert _join([0, 1, 2], chain) == [[0, 1], [2]]
    assert _join([0, 1, 2], chain | {(0, 2): 0.7}) == [[0, 1, 2]]
    assert _join([0, 1, 0], {(0, 1): 0.9, (1, 2): 0.8}) == [[0, 1, 2]]  # two parts of what another article has in one


def said(label, content, act="say", vector=1):
    """Return an article in which Vokal says something."""
    document = Document(f"Vokal said {content}.\n")
    speaker = Entity(f"en-{label}", "person", "Irena Vokal", None, (), (Mention(Passage(0, 5), "name"),))
    passages = ((Passage(0, 5),), (Passage(6, 10),), (Passage(11, 11 + len(content)),))
    statement = Statement(f"st-{label}", *passages, "indirect", act, 0.9, speaker=speaker.id)
    return Version(label, Record(document, (statement,), (speaker,)), {speaker.id: "who-1"})


def statements(*versions):
    vectors = {v.record.statements[0].id: np.full(384, 5, dtype=np.int8) for v in versions}
    return those(compare(Story(versions, (), {"who-1": "Irena Vokal"}, vectors)), "statement")


def test_what_one_article_negates_is_marked():
    [row] = statements(said("a", "the dam was safe for the valley"), said("b", "the dam was not safe for the valley"))
    assert row["differs"] == ["negation"]
    [row] = statements(said("a", "the dam was safe"), said("b", "the dam was safe", act="deny"))
    assert row["differs"] == ["negation"]
    [row] = statements(said("a", "the dam was safe"), said("b", "the dam was unfailingly safe"))
    assert row["differs"] == []


def test_statements_without_common_words_are_two():
    assert len(statements(said("a", "the dam was safe"), said("b", "taxes would rise in autumn"))) == 2


def test_articles_of_one_outlet_and_day_are_told_apart(tmp_path):
    from tests.records import Said, article, put

    about = {"publisher": "Iskar Post", "published": "2021-03-16"}
    with open_store(tmp_path / "record.db", new=True) as store:
        put(store, article(Said("Irena Vokal", "the dam is safe"), **about))
        put(store, article(Said("Tomas Rell", "taxes will rise next autumn all the same"), **about))
        assert [v.label for v in story_of(store).versions] == [f"{IN_POST} (1)", f"{IN_POST} (2)"]


def test_an_event_that_only_one_article_tells_is_left_out_by_the_others():
    made = [
        cases.article(cases.Step("arrest", date="2021-03-03"), cases.Step("release", date="2021-03-09"), publisher="A"),
        cases.article(cases.Step("arrest", date="2021-03"), publisher="B"),
    ]
    who = [{record.entities[0].id: "who-1"} for record in made]
    versions = tuple(Version(r.document.publisher, r, known) for r, known in zip(made, who, strict=True))
    arrest, release = those(compare(Story(versions, (), {"who-1": "Irena Vokal"}, {})), "event")
    assert (arrest["left_out_by"], arrest["differs"]) == ([], [])  # a month and a day in it agree
    assert (release["left_out_by"], release["name"]) == (["B"], "Irena Vokal")


# --- the command -------------------------------------------------------------------------------


def conflict(article, **values):
    voice = {
        "statement": "st-1", "event": None, "holder": "Irena Vokal", "role": None, "identity": "who-1",
        "said": "nobody was beaten", "act": "say", "form": "indirect", "how": None,
        "day": "2021-03-16", "confidence": 0.9, "at": [[0, 5]], "document": article,
        "publisher": "Iskar Post", "published": "2021-03-16", "title": None,
        "url": None, "name": None,
    }  # fmt: skip
    row = {"id": "di-1", "kind": "dispute", "about": "the beatings", "type": "account", "reported": False}
    sides = [[voice], [voice | {"holder": "Mara Quist", "said": "they were beaten"}]]
    return row | {"confidence": 0.8, "positions": sides} | values


@pytest.fixture
def onrecord(files, story, monkeypatch):
    """Return a function that runs the command on articles by their names; the conflicts are made up."""
    found = [conflict(story.versions[0].id), conflict(story.versions[0].id, kind="facts", about="told above")]
    monkeypatch.setattr("onrecord.cli.comparing.find_conflicts", lambda _: found)

    def run(*arguments, width=100, code=0):
        given = [files.get(argument, argument) for argument in arguments]
        done = CliRunner().invoke(app, ["compare", *given], env={"COLUMNS": str(width)})
        if isinstance(done.exception, WrongUsage):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.stdout

    return run


def test_compare_prints_every_part_for_a_reader(onrecord):
    text = onrecord(*ARTICLES)
    assert max(map(len, text.splitlines())) <= 100
    parts = ["who speaks", "who says what", "what happened", "counted differently", "conflicts"]
    heads = [line for line in text.splitlines() if line.endswith("──")]
    assert [line.strip("─ ") for line in heads] == parts
    assert "a copy of Iskar Post, 2021-03-16: counted once" in text
    assert "! Dock Herald, 2021-03-17: quotes less than Iskar Post, 2021-03-16: leaves out “and nobody" in text
    assert "! term given differently" in text
    assert "the beatings" in text
    assert "told above" not in text
    speaking = text[text.index("who speaks") : text.index("who says what")]
    [quist] = [line for line in speaking.splitlines() if line.startswith("Mara Quist, lawyer")]
    assert quist.split()[3:] == ["1", "—", "—"]


def test_compare_fits_a_narrow_terminal(onrecord):
    assert max(map(len, onrecord("post", "herald", "globe", width=60).splitlines())) <= 60


def test_compare_has_an_object_for_each_thing_and_a_row_for_each_article(onrecord):
    rows = json.loads(onrecord(*ARTICLES, "--json"))
    assert list(dict.fromkeys(row["what"] for row in rows)) == [
        "copy", "holder", "statement", "event", "number", "conflict",
    ]  # fmt: skip
    lines = list(csv.DictReader(io.StringIO(onrecord(*ARTICLES, "--csv"))))
    assert {int(line["row"]) for line in lines} == set(range(1, len(rows) + 1))
    [of_herald] = [line for line in lines if line["gives"] == "12"]
    assert (of_herald["what"], of_herald["about"], of_herald["article"]) == ("number", "activists arrested", IN_HERALD)
    nl = [json.loads(line) for line in onrecord(*ARTICLES, "--nl", "--limit", "2", "--offset", "1").splitlines()]
    assert {line["row"] for line in nl} == {2, 3}
    assert [line["according_to"] for line in lines if line["what"] == "conflict"][:2] == ["Irena Vokal", "Mara Quist"]


def test_compare_says_what_it_cannot_compare(onrecord, tmp_path):
    with pytest.raises(WrongUsage, match="two articles or more"):
        onrecord("post")
    with open_store(tmp_path / "record.db", new=True):
        pass
    with pytest.raises(WrongUsage, match="compare takes articles"):
        onrecord(str(tmp_path / "record.db"))
    assert "All print one text" in onrecord("post", "tide")
    assert "activists arrested" in onrecord("post", "herald", str(tmp_path / "none.txt"), code=1)
