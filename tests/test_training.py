"""The parts of training that need no torch."""

import pytest

from onrecord.attribution.tags import TAGS
from onrecord.attribution.windows import encode
from training.corpus import annotate, is_held_out


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
