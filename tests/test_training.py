"""The parts of training that need no torch."""

import pytest

from onrecord.attribution.tags import TAGS
from onrecord.language.windows import encode
from training.corpus import annotate, fold_of, is_held_out
from training.gum import read_conllu
from training.passages import phrases, sentences


def tags_of(tokenizer, text, attribution):
    words = encode(text, tokenizer)
    empty = {"source": [], "cue": [], "content": []}
    return [TAGS[t] for t in annotate(words, [empty | attribution]).tags]


def test_training_tags_follow_the_annotation(tokenizer):
    tags = tags_of(tokenizer, "Vokal said he lied.", {"source": [(0, 5)], "cue": [(6, 10)], "content": [(11, 18)]})
    assert tags == ["B-source", "B-cue", "B-content", "I-content", "O"]


def test_training_a_cue_inside_a_content_tears_it_in_two(tokenizer):
    tags = tags_of(tokenizer, "He lied, she said, often.", {"cue": [(13, 17)], "content": [(0, 24)]})
    assert tags == ["B-content", *["I-content"] * 3, "B-cue", "B-content", "I-content", "O"]


def test_training_pieces_of_one_content_that_touch_are_one(tokenizer):
    tags = tags_of(tokenizer, "We stay. We go.", {"cue": [(14, 15)], "content": [(0, 8), (9, 14)]})
    assert tags == ["B-content", *["I-content"] * 4, "B-cue"]


def test_training_leaves_out_attributions_without_content(tokenizer):
    assert set(tags_of(tokenizer, "Vokal spoke.", {"source": [(0, 5)]})) == {"O"}


def test_training_keeps_a_twentieth_of_the_articles_back():
    kept = sum(is_held_out(f"article-{k}") for k in range(4000))
    assert kept == pytest.approx(200, abs=60)


def test_training_halves_the_articles():
    folds = [fold_of(f"article-{k}") for k in range(4000)]
    assert sum(folds) == pytest.approx(2000, abs=150)


CONLLU = """# newdoc id = GUM_news_port
# newpar
# sent_id = 1
1\tVokal\tVokal\tPROPN\tNNP\t_\t2\tnsubj\t_\tEntity=(1-person-new-cf1-1-coref)
2\tsaw\tsee\tVERB\tVBD\t_\t0\troot\t_\t_
3\tthe\tthe\tDET\tDT\t_\t4\tdet\t_\tEntity=(2-object-new-cf2-2-sgl
4-5\tminister's\t_\t_\t_\t_\t_\t_\t_\t_
4\tminister\tminister\tNOUN\tNN\t_\t6\tnmod\t_\tEntity=(3-person-new-cf3-1-sgl
5\t's\t's\tPART\tPOS\t_\t4\tcase\t_\tEntity=3)
6\tship\tship\tNOUN\tNN\t_\t2\tobj\t_\tEntity=2)|SpaceAfter=No
7\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# newpar
# sent_id = 2
1\tShe\tshe\tPRON\tPRP\t_\t2\tnsubj\t_\tEntity=(1-person-giv-cf1-1-coref)
2\twaved\twave\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_
"""


def test_training_reads_conllu_with_its_mentions(tmp_path):
    path = tmp_path / "GUM_news_port.conllu"
    path.write_text(CONLLU, encoding="utf-8")
    document = read_conllu(path)
    assert document.text == "Vokal saw the minister's ship.\n\nShe waved. "
    shown = [(document.text[m.start : m.end], m.entity, m.kind, m.form) for m in document.mentions]
    assert shown == [
        ("Vokal", "1", "person", "name"),
        ("the minister's ship", "2", "object", "nominal"),
        ("minister's", "3", "person", "nominal"),
        ("She", "1", "person", "pronoun"),
    ]
    assert [document.text[slice(*m.head)] for m in document.mentions] == ["Vokal", "ship", "minister", "She"]
    assert [document.text[s:e] for s, e, _ in document.words][3:5] == ["minister", "'s"]


def test_training_phrases_lie_between_function_words_and_marks():
    text = "He said the new harbour tax, and a ban on trawlers, hurt Vessen’s fishing fleet the most."
    found = [text[s:e] for s, e in phrases(text, 0, len(text))]
    assert found == ["new harbour tax", "ban", "trawlers", "hurt Vessen’s fishing fleet"]


def test_training_sentences_cover_the_text(tokenizer):
    text = "We stay. They go!\n\nNo stop here\n\n“Why?”"
    assert [text[s:e] for s, e in sentences(encode(text, tokenizer))] == [
        "We stay.",
        "They go!",
        "No stop here",
        "“Why?",
        "”",
    ]
