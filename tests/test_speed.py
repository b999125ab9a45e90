"""The benchmark of reading: what events add is timed inside of reading itself."""

import onrecord
from benchmarks.speed import Stopwatch, added_by_events
from onrecord import pipeline

ARRESTS = "Irena Vokal was arrested in Vessen on Monday. Tomas Rell was charged with fraud and jailed for a year. " * 5


def test_speed_a_stopwatch_adds_up_and_changes_nothing():
    watch = Stopwatch()
    assert watch.timed(sorted)([2, 1], reverse=True) == [2, 1]
    once = watch.seconds
    watch.timed(sum)(range(1_000_000))
    assert watch.seconds > once >= 0


def test_speed_tells_what_events_add_to_reading():
    find = pipeline.find_events
    onrecord.read(ARRESTS)
    dense, plain = added_by_events([ARRESTS]), added_by_events(["The ferry leaves at nine. " * 40])
    assert dense > plain >= 0
    assert pipeline.find_events is find
