"""Killed with SIGKILL at random moments, `add` leaves a store that opens, and loses and doubles nothing."""

import sys

import pytest

from benchmarks.kills import measure


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGKILL are of POSIX")
def test_kills_lose_and_double_nothing_and_leave_no_worker(tmp_path):
    tally, sizes = measure(tmp_path, times=3, articles=12, data=None, jobs=2)
    assert tally.troubles == []
    assert tally.seen["kills"] == 3
    assert sizes["articles"] == 12
