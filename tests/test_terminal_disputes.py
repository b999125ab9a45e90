"""How the disputes of a record look in a terminal."""

import io
from dataclasses import replace
from typing import get_args

import pytest
from rich.console import Console

from onrecord.model import DisputeType
from onrecord.terminal import show, totals
from onrecord.wording import OVER, SHORT, shorten
from tests.dam import HOSTILE, dam_record, jail_record
from tests.quarrel import hostile_quarrel, quarrel


def shown(record, width=80):
    """The lines that are printed of a record behind its statements."""
    console = Console(file=io.StringIO(), width=width)
    show(record, console)
    lines = console.file.getvalue().splitlines()
    return lines[lines.index(record.disputes[0].about) :] if record.disputes[0].about in lines else lines


def test_terminal_shows_each_side_against_the_other():
    assert shown(quarrel()) == [
        "the ferry ban",
        "dispute over a cause or motive · reported as a clash (“disputed”) · 91%",
        "           Irena Vokal: “the ferry ban was an act of mercy for the crews of the",
        "           Sound”",
        "  against  Tomas Rell, Dock union: the ferry ban was forced on Iskar by the",
        "           banks of Garrow and the banks of Garrow and the banks of Garrow and",
        "           the banks of Garrow and the banks of Garrow and the …",
        "",
        "Rell is out",
        "dispute over a denial · inferred from what they hold · 72%",
        "           Tomas Rell: released, 2031-05 (event)",
        "  against  Mara Quist (deny): Rell is out",
        "",
        "the Sound is poisoned",
        "dispute over what happened · inferred from what they hold · 50% · unsure",
        "           “the Sound is poisoned” (not quoted)",
        "  against  Harbour board (not say): the Sound is clean",
        "",
        "5 statements: 1 direct, 4 indirect. 1 event. 3 disputes.",
        "",
    ]


def test_terminal_says_where_a_side_was_left_out():
    assert "           left out of this record" in shown(replace(quarrel(), events=(), custody=()))


@pytest.mark.parametrize("width", [20, 40, 200])
def test_terminal_fits_its_width(width):
    assert max(map(len, shown(quarrel(), width))) <= width


def test_terminal_obeys_nothing_that_a_dispute_says():
    text = "\n".join(shown(hostile_quarrel()))
    assert not {"\x07", "\x00"} & set(text)
    assert "{{ 7*7 }}" in text


def test_totals_count_what_there_is():
    record = quarrel()
    one = replace(record, disputes=record.disputes[:1])
    assert totals(one).endswith("indirect. 1 event. 1 dispute.")
    assert totals(replace(one, events=())).endswith("indirect. 1 dispute.")
    assert totals(replace(one, events=(), statements=())) == "No statement found. 1 dispute."
    assert totals(jail_record()).endswith(". 2 events.")
    assert "dispute" not in totals(dam_record())


@pytest.mark.parametrize("words", ["", "a  b\nc", "x" * SHORT, HOSTILE])
def test_short_words_stay_whole(words):
    assert shorten(words) == " ".join(words.split())


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("ferry " * 40, "ferry " * 25 + "ferry …"),
        ("x" * 200, "x" * SHORT + " …"),
        ("y" * 155 + ", zzzzz", "y" * 155 + " …"),
    ],
)
def test_long_words_end_with_a_whole_one(words, kept):
    assert shorten(words) == kept


def test_every_type_of_dispute_has_its_words():
    assert set(OVER) == set(get_args(DisputeType))
