import importlib.util
import random
import sys

import numpy as np
import pytest

from eval.figures import Tally, add_article, calibration, form_of, source_kind
from eval.meaning import Pair, overlap, rank, sick_task, spearman
from eval.measure import below_floors
from eval.polnear import load_split, read_brat

TEXT = "Vokal said the port was shut. “We stay,” she said."
GOLD = [
    {"source": [(0, 5)], "cue": [(6, 10)], "content": [(11, 28)]},
    {"source": [(41, 44)], "cue": [(45, 49)], "content": [(30, 40)]},
]


def measured(found):
    tally = Tally()
    return tally, add_article(tally, TEXT, GOLD, found)


def test_eval_full_marks_for_the_annotation_itself():
    tally, right = measured(GOLD)
    assert all(figure.f1 == 1 for figure in tally.figures().values())
    assert tally.shares() == {"direct_recall": 1, "direct_attributed": 1}
    assert right == [True, True]


def test_eval_marks_and_punctuation_at_borders_do_not_count():
    tally, _ = measured([GOLD[0], GOLD[1] | {"content": [(31, 39)]}])
    assert tally.figures()["content_exact"].f1 == 1


def test_eval_a_wrong_source_or_half_a_content_is_not_right():
    _, right = measured([GOLD[0] | {"source": [(41, 44)]}, GOLD[1] | {"content": [(30, 33), (0, 10)]}])
    assert right == [False, False]


def test_eval_nothing_found_gives_noughts():
    tally, right = measured([])
    assert tally.figures()["attribution"] == (0, 0, 0)
    assert right == []


@pytest.mark.parametrize(
    ("source", "kind"), [((0, 0), "none"), ((0, 5), "name"), ((41, 44), "pronoun"), ((11, 19), "nominal")]
)
def test_eval_tells_how_a_source_is_named(source, kind):
    assert source_kind(TEXT, [source] if source[1] else []) == kind


def test_eval_tells_forms():
    assert form_of(TEXT, [(30, 40)]) == "direct"
    assert form_of(TEXT, [(11, 28)]) == "indirect"
    assert form_of(TEXT, [(11, 40)]) == "mixed"


def test_eval_calibration_is_the_weighted_distance():
    error, rows = calibration([(0.85, True), (0.85, True), (0.85, False), (0.15, False)])
    assert rows == [(0.15, 0, 1), (pytest.approx(0.85), pytest.approx(2 / 3), 3)]
    assert error == pytest.approx((0.15 + 3 * (0.85 - 2 / 3)) / 4)


def test_eval_floors_name_what_is_under_them():
    tally, right = measured([GOLD[0]])
    tally.judged = [(0.2, r) for r in right]
    lines = below_floors(tally, {"attribution": 70, "direct_recall": 10, "token_cue": 5, "calibration_error": 0.1})
    assert lines == [
        "attribution 66.7% is under its floor of 70%",
        "direct_recall 0.0% is under its floor of 10%",
        "calibration error 0.800 is over 0.1",
    ]


def test_eval_reads_brat(tmp_path):
    path = tmp_path / "a_1.ann"
    path.write_text(
        "T1\tSource 0 5\tVokal\nT2\tCue 6 10\tsaid\nT3\tContent 20 28;11 15\tx\n"
        "E1\tAttribution:T2 Source:T1 Cue1:T2 Content:T3\n"
    )
    assert read_brat(path) == [{"source": [(0, 5)], "cue": [(6, 10)], "content": [(20, 28), (11, 15)]}]


def test_eval_figures_equal_those_of_the_reference_scorer(shared, monkeypatch):
    """The annotation, disturbed at random, scores the same by both."""
    path = shared / "score" / "score_attribution.py"
    if not path.exists():
        pytest.skip(f"{path}: the reference scorer is not here")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("score_attribution", path)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    draw = random.Random(1)
    gold, predictions, tally = {}, {}, Tally()
    for article in list(load_split(shared / "data" / "polnear" / "dev"))[:12]:
        found = []
        for attribution in article.annotations[0]:
            if draw.random() < 0.9 and attribution["content"]:
                shift = draw.choice([0, 0, 5, 40])
                found.append(
                    {
                        r: [(s, e + (shift if r == "content" else 0)) for s, e in spans]
                        for r, spans in attribution.items()
                    }
                )
        gold[article.name] = (article.text, article.annotations[0])
        predictions[article.name] = found
        add_article(tally, article.text, article.annotations[0], found)
    expected = reference.score(gold, predictions)
    for name, figure in tally.figures().items():
        assert figure == pytest.approx(expected[name]), name
    for name, share in tally.shares().items():
        assert share == pytest.approx(expected[name]), name


def test_eval_ranks_share_the_mean_where_values_are_equal():
    assert spearman([1, 2, 2, 4], [10, 20, 20, 90]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 2], [1, 2, 2]) == pytest.approx(0.5)


def test_eval_word_overlap_prefers_rare_words_and_short_texts():
    texts = ["The port of Vessen", "the mill", "the port of Vessen and the mill and the hills and the rest of Lorvia"]
    scores = overlap(["the port", "whales"], texts)
    assert scores[0].argsort().tolist() == [1, 2, 0]
    assert not scores[1].any()


def test_eval_what_is_looked_for_is_no_answer():
    pairs = [Pair("A ship sinks", "A boat goes down", 4.5, "ENTAILMENT", "TEST")]
    task = sick_task([*pairs, Pair("A man sings", "A ship sinks", 1, "NEUTRAL", "TEST")])
    scores = np.array([[0.5, 0.6, 1.0]], dtype=np.float32)  # in the order of task.texts, and then the query itself
    assert task.texts == ["A boat goes down", "A man sings", "A ship sinks"]
    assert rank(task, scores) == (0, 1, 0.5)
