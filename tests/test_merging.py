"""The measure of who is who across articles, on articles written by hand."""

from __future__ import annotations

from itertools import islice

import pytest

from eval.chains import GoldArticle, GoldMention, join_words, load_ecbplus
from eval.merging import Pair, align, b_cubed, is_developed, measure, score
from onrecord import Document, Entity, Mention, Passage, Record

TEXT = "Irena Vokal, the head of the Harbour Board, said so. Vokal’s aide agreed with her."


def gold(words: str, head: str, chain: str, *, form="name", after=0) -> GoldMention:
    start = TEXT.index(words, after)
    begin = TEXT.index(head, start)
    return GoldMention(
        Passage(start, start + len(words)), Passage(begin, begin + len(head)), "person", form, chain, linked=True
    )


def found(entity: str, *passages: tuple[str, str]) -> Entity:
    mentions = tuple(Mention(Passage(TEXT.index(w), TEXT.index(w) + len(w)), form) for w, form in passages)
    return Entity(entity, "person", "x", None, (), mentions)


def test_join_words_puts_white_space_where_a_newspaper_has_it():
    sentences = [
        ["VOKAL", "SPEAKS"],
        ["“", "No", ",", "”", "Vokal", "'s", "aide", "said", "(", "twice", ")", "."],
        ["End", "."],
    ]
    text, passages = join_words(sentences)
    assert text == "VOKAL SPEAKS\n\n“No,” Vokal's aide said (twice). End."
    words = [word for sentence in sentences for word in sentence]
    assert [text[start:end] for start, end in passages] == words


def test_join_words_joins_hyphens_where_the_corpus_parted_them():
    assert join_words([["a", "30", "-", "day", "ban", "."]], hyphens=True)[0] == "a 30-day ban."
    assert join_words([["a", "ban", "-", "again", "."]])[0] == "a ban - again."


def test_join_words_reads_straight_marks_in_pairs():
    assert join_words([['"', "No", ",", '"', "she", "said", "."]])[0] == '"No," she said.'


def test_b_cubed_of_a_known_case():
    precision, recall = b_cubed([("a", 1), ("a", 1), ("a", 2), ("b", 2)])
    assert precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert b_cubed([]) == (0.0, 0.0)


def test_mentions_meet_by_their_heads():
    article = GoldArticle(
        "a",
        "1",
        TEXT,
        (
            gold("Irena Vokal", "Vokal", "v"),
            gold("the head of the Harbour Board", "head", "v", form="nominal"),
            gold("Harbour Board", "Board", "b"),
            gold("aide", "aide", "x", form="nominal"),
            gold("Vokal", "Vokal", "v", after=50),
        ),
    )
    entities = (found("e1", ("Irena Vokal", "name"), ("head", "nominal")), found("e2", ("the Harbour Board", "name")))
    aide = found("e3", ("Vokal’s aide", "nominal"))
    met = [entity for _, entity in align(article, Record(Document(TEXT), (), (*entities, aide)))]
    assert met == ["e1", "e1", "e2", "e3", None]  # the aide is not Vokal


def test_missed_mentions_lower_recall_over_all_alone():
    mention = gold("Irena Vokal", "Vokal", "v")
    figures = score([Pair("1", mention, "who-1"), Pair("1", mention, "who-1"), Pair("1", mention, None)])
    assert (figures.mentions, figures.found, figures.precision, figures.recall) == (3, 2, 100, 100)
    assert figures.recall_all == pytest.approx(100 * (2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_ecbplus_is_read_from_its_files(tmp_path):
    (tmp_path / "ECB+" / "1").mkdir(parents=True)
    (tmp_path / "ECBplus_coreference_sentences.csv").write_text("Topic,File,Sentence Number\n1,1ecb,0\n")
    words = [("Irena", 0), ("Vokal", 0), ("left", 0), (".", 0), ("She", 1), ("left", 1), (".", 1)]
    tokens = "".join(f'<token t_id="{k}" sentence="{s}" number="{k}">{w}</token>' for k, (w, s) in enumerate(words))
    (tmp_path / "ECB+" / "1" / "1_1ecb.xml").write_text(
        f'<Document doc_name="1_1ecb.xml">{tokens}<Markables>'
        '<HUMAN_PART_PER m_id="1"><token_anchor t_id="0"/><token_anchor t_id="1"/></HUMAN_PART_PER>'
        '<HUMAN_PART_PER m_id="2"><token_anchor t_id="4"/></HUMAN_PART_PER>'
        '<HUMAN_PART_PER m_id="9" instance_id="HUM1"/></Markables><Relations>'
        '<CROSS_DOC_COREF r_id="7" note="HUM1"><source m_id="1"/><source m_id="2"/><target m_id="9"/></CROSS_DOC_COREF>'
        "</Relations></Document>"
    )
    [article] = load_ecbplus(tmp_path)
    assert article.text == "Irena Vokal left. She left."
    [vokal] = article.mentions  # the second sentence is not among the annotated ones
    assert (vokal.chain, vokal.form, vokal.linked) == ("HUM1", "name", True)
    assert article.text[vokal.head.start : vokal.head.end] == "Vokal"
    assert is_developed(article)


def test_measure_merges_a_corpus_that_was_read(shared, tmp_path, monkeypatch):
    monkeypatch.setattr("eval.merging.CORPORA", {"ecbplus": lambda folder: list(islice(load_ecbplus(folder), 2))})
    figures = measure(shared / "data", ["ecbplus"], tmp_path)
    assert figures["ecbplus", "whole", "any"].mentions > 0
    assert len(list(tmp_path.glob("*.pickle"))) == 2
