"""What it costs to find the disputes of a store: `python -m benchmarks.disputes` (part of `make benchmark`).

A store of 1,000 political articles (Wikinews and PolNeAR) is compared on one core, then one article more
with its candidates. Printed are the seconds, the pairs that the comparer was asked about, and what it costs as a ratio
to reading the same articles.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.store import peak_memory
from onrecord import corpus
from onrecord.accounts import WantedConflicts, compare_articles, conflicts_in
from onrecord.ingest import Item
from onrecord.language.comparer import Comparer
from onrecord.store import Cut, Store, open_store

ARTICLES = 1_000


def read_articles(data: Path) -> Iterator[Item]:
    """Yield articles of political news, those of Wikinews first, each with its day where it is known."""
    news = (data / "nli_kb" / "news" / "wikinews.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    for number, row in enumerate(map(json.loads, news)):
        yield Item(f"wikinews {number}", row["text"].encode(), kind="text", title=row["title"], published=row["date"])
    for path in sorted((data / "polnear").glob("*/text/*.txt")):
        outlet, day, _ = path.stem.split("_", 2)
        yield Item(path.stem, path.read_bytes(), kind="text", publisher=outlet, published=day)


def fill(store: Store, items: Iterator[Item], count: int) -> float:
    """Add so many articles, join their people, and return the seconds that reading took."""
    began = time.perf_counter()
    for _ in corpus.add_found(store, islice(items, count)):
        pass
    taken = time.perf_counter() - began
    corpus.join_people(store)
    return taken


def compare(store: Store) -> tuple[float, int]:
    """Compare what is new, and return the seconds and how many pairs the comparer was asked about."""
    asked = 0
    plain = Comparer.compare

    def counted(self: Comparer, first: str, second: str) -> object:
        nonlocal asked
        asked += 1
        return plain(self, first, second)

    Comparer.compare = counted  # type: ignore[assignment,method-assign]
    began = time.perf_counter()
    for _ in compare_articles(store):
        pass
    taken = time.perf_counter() - began
    Comparer.compare = plain  # type: ignore[method-assign]
    return taken, asked


def main() -> None:
    """Fill a store, compare, add one article more, compare again, and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--articles", type=int, default=ARTICLES, help="how many articles the store has")
    options = parser.parse_args()
    items = read_articles(options.data)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder, "news.db"), new=True) as store:
        reading = fill(store, items, options.articles)
        print(f"{options.articles:,} articles read in {reading:.0f} s, the disputes within each among it", flush=True)
        taken, asked = compare(store)
        print(f"compared with one another in {taken:.0f} s ({taken / reading:.2f} times reading), {asked:,} pairs")
        fill(store, items, 1)
        taken, asked = compare(store)
        print(f"one article more: {taken:.1f} s, {asked:,} pairs")
        began = time.perf_counter()
        page = conflicts_in(store, WantedConflicts(), Cut(100))
        print(f"the first {len(page.rows)} of {page.total:,} conflicts in {time.perf_counter() - began:.2f} s")
        print(f"peak memory {peak_memory():.0f} MB")


if __name__ == "__main__":
    main()
