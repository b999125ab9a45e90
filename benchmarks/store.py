"""What a store costs as it grows: `python -m benchmarks.store` (part of `make benchmark`).

The 21,578 stories of Reuters-21578 are added in their order to a new store of SQLite by two processes. At each size are
printed the processor time that the last thousand articles took, each and as a ratio to the first thousand, the peak
memory of the process that writes, the size of the file, and how long questions take, the slowest of three askings.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from onrecord import corpus
from onrecord.cases import ledgers_in
from onrecord.ingest import Options
from onrecord.store import Cut, Store, Wanted, WantedEvents, WantedPredictions, open_store

SIZES = (1_000, 5_000, 20_000)
BATCH = 1_000
_STORY = re.compile(r"<REUTERS .*?NEWID=\"(\d+)\">(.*?)</REUTERS>", re.DOTALL)
_PARTS = [re.compile(rf"<({name})[^>]*>(.*?)</{name}>", re.DOTALL) for name in ("DATE", "TITLE", "BODY", "TEXT")]
_CONTROL = re.compile(r"&#\d+;")


def read_stories(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the stories in the order of their numbers, as the fields of a JSON line."""
    for number in range(22):
        source = (folder / f"{number}.sgm").read_text(encoding="latin-1")
        for story in _STORY.finditer(source):
            parts = {
                name: html.unescape(_CONTROL.sub("", text)).strip()
                for part in _PARTS
                for name, text in part.findall(story[2])
            }
            whole = re.sub("<[^>]*>", " ", parts["TEXT"])  # a few hundred have no body apart
            day = datetime.strptime(parts["DATE"][:11].strip().title(), "%d-%b-%Y").date()
            yield {
                "url": f"urn:reuters21578:{story[1]}",
                "title": parts.get("TITLE", ""),
                "text": parts.get("BODY", whole).removesuffix("Reuter").strip(),
                "published": day.isoformat(),
                "publisher": "Reuters",
            }


def batches(folder: Path, target: Path) -> Iterator[Path]:
    """Yield files of a thousand stories each as JSON lines."""
    stories = read_stories(folder)
    number = 0
    while batch := list(islice(stories, BATCH)):
        path = target / f"{number:02}.jsonl"
        path.write_text("\n".join(json.dumps(story) for story in batch), encoding="utf-8")
        number += 1
        yield path


def processor_time() -> float:
    """Return the seconds of this process and of those that it has waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_memory() -> float:
    """Return the peak memory of this process in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


_JOIN = """
import sys, time
from benchmarks.store import peak_memory
from onrecord import corpus
from onrecord.store import open_store
began = time.perf_counter()
with open_store(sys.argv[1]) as store:
    people = corpus.join_people(store)
print(f"{people:,} people and others in {time.perf_counter() - began:.1f} s, {peak_memory():.0f} MB")
"""

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "statements --by Baker": lambda store: store.statements(Wanted(by="Baker")),
    'statements --about "interest rates"': lambda store: store.statements(Wanted(about='"interest rates"')),
    "statements --act deny --since 1987-06": lambda store: store.statements(Wanted(act="deny", since="1987-06")),
    "statements, the last page": lambda store: store.statements(Wanted(), Cut(100, 30_000)),
    "events --type arrest": lambda store: store.events(WantedEvents(type="arrest")),
    "custody Boesky": lambda store: list(ledgers_in(store, "Boesky")),
    "due --by 1987-12": lambda store: store.predictions(WantedPredictions(by="1987-12")),
    "search trade deficit": lambda store: store.search("trade deficit"),
    "search said": lambda store: store.search("said"),
    "people": lambda store: store.people(),
    "people Volcker": lambda store: store.people("Volcker"),
    "documents": lambda store: store.documents(),
    "skipped": lambda store: store.skipped(),
    "stats": lambda store: store.counts(),
}


def ask(path: Path) -> dict[str, float]:
    """Return how many milliseconds each question takes, the slowest of three askings, the first ones cold."""
    taken = {}
    with open_store(path, writing=False) as store:
        for name, question in QUESTIONS.items():
            times = []
            for _ in range(3):
                began = time.perf_counter()
                question(store)
                times.append(1000 * (time.perf_counter() - began))
            taken[name] = max(times)
    return taken


def main() -> None:
    """Print what a store costs at each size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="articles at which to look")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the store in this file")
    parser.add_argument("--ask", type=Path, metavar="FILE", help="only join and ask a store that was kept")
    chosen = parser.parse_args()
    if chosen.ask:
        _report(chosen.ask)
        return
    with tempfile.TemporaryDirectory() as temporary:
        path = chosen.keep or Path(temporary) / "record.db"
        _measure(
            path, batches(chosen.data / "ingest" / "reuters21578", Path(temporary)), set(chosen.sizes), chosen.jobs
        )


def _measure(path: Path, files: Iterator[Path], sizes: set[int], jobs: int) -> None:
    first = 0.0
    tried = 0
    print("articles  ms each  ratio  a second  memory MB  KB each  skipped")
    with open_store(path, new=True) as store:
        for file in files:
            began, clock = processor_time(), time.perf_counter()
            done = list(corpus.add(store, [file], Options(), jobs=jobs))
            tried += len(done)
            cost = 1000 * (processor_time() - began) / len(done)
            rate = len(done) / (time.perf_counter() - clock)
            first = first or cost
            if tried in sizes:
                size = sum(p.stat().st_size for p in path.parent.glob(path.name + "*")) / 1024 / tried
                row = f"{tried:8,}  {cost:7.1f}  {cost / first:5.2f}  {rate:8.1f}  {peak_memory():9.0f}  {size:7.1f}"
                print(f"{row}  {store.skipped().total:7,}", flush=True)
                _report(path)
            if tried >= max(sizes):
                break


def _report(path: Path) -> None:
    # In a process of its own: joining holds every article's people, and adding must not.
    run = subprocess.run([sys.executable, "-c", _JOIN, str(path)], check=True, capture_output=True, text=True)
    print(f"          joining: {run.stdout.strip()}")
    for name, taken in ask(path).items():
        print(f"          {taken:7.1f} ms  {name}")


if __name__ == "__main__":
    main()
