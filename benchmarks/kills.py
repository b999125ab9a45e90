"""What `kill -9` does to a store: `python -m benchmarks.kills`.

`onrecord add` reads short articles (Reuters-21578, or made ones where the corpus is not at hand) and its whole process
group is killed at random moments. After each kill the store is opened and checked; a run that ends by itself is
compared with one that nobody disturbed, and the next begins with a new store. Every third kill takes the main process
alone: its workers must then end by themselves.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.store import read_stories
from onrecord.store import open_store

SEED = 20
SHORTEST, LONGEST = 60, 400
"""Words of an article that is taken."""
_PATIENCE = 10.0
"""Seconds after which a worker whose main process is dead counts as left over."""


@dataclass
class Tally:
    """What was seen: how often, by name."""

    seen: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def expect(self, holds: bool, trouble: str) -> None:
        """Keep a trouble where something does not hold."""
        if not holds:
            self.troubles.append(trouble)


def write_articles(folder: Path, count: int, data: Path | None) -> None:
    """Write so many articles into a folder, one in a file."""
    folder.mkdir()
    articles = _of_reuters(data) if data and data.is_dir() else _made()
    for number, (title, body) in zip(range(count), articles, strict=False):
        (folder / f"{number:04}.txt").write_text(f"{title}\n\n{body}\n", encoding="utf-8")


def _of_reuters(data: Path) -> Iterator[tuple[str, str]]:
    for story in read_stories(data):
        text = re.sub(r"\n(?! {4})", " ", story["text"]).replace("\n    ", "\n\n")
        if SHORTEST <= len(text.split()) <= LONGEST and " said" in text:
            yield story["title"], text


def _made() -> Iterator[tuple[str, str]]:
    towns, people = ("Vesk", "Lorvia", "Ostria"), ("Irena Vokal", "Oldo Kerr", "Mara Tolen", "Pavel Rusk")
    number = 0
    while True:
        number += 1
        town, first, second = towns[number % 3], people[number % 4], people[(number + 1) % 4]
        yield (
            f"{town} port stays shut for day {number}",
            f"“We will not go before day {number + 9},” {first} told reporters in {town} on Tuesday. "
            f"{second} said that {number + 3} ships had gone on to other ports, and denied that the talks had failed.",
        )


def start_add(store: Path, folder: Path, jobs: int) -> subprocess.Popen[bytes]:
    """Start `onrecord add` as the head of a process group of its own."""
    command = [sys.executable, "-m", "onrecord", "add", str(store), str(folder), "--jobs", str(jobs), "--silent"]
    # No pipes: a worker that is left over would hold them open, and nothing here may wait for it.
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def finish_add(store: Path, folder: Path, jobs: int) -> float:
    """Add until it is done, and return the seconds that it took."""
    began = time.monotonic()
    code = start_add(store, folder, jobs).wait()
    if code:
        raise SystemExit(f"onrecord add {store} {folder} ended with {code}")
    return time.monotonic() - began


def kill(run: subprocess.Popen[bytes], *, alone: bool, tally: Tally) -> None:
    """Kill a run with SIGKILL: its whole process group, or the main process alone, whose workers must then end."""
    group = run.pid
    if alone:
        run.kill()
    else:
        os.killpg(group, signal.SIGKILL)
    run.wait()
    until = time.monotonic() + _PATIENCE
    while _lives(group) and time.monotonic() < until:
        time.sleep(0.05)
    if _lives(group):
        tally.troubles.append("workers were left over")
        os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of the dead
        return False
    return True


def check(store: Path, tally: Tally) -> int:
    """Open a store as the program does, look whether it is whole, and return how many articles are in it."""
    if not store.exists():
        return 0
    with open_store(store, new=True) as opened:
        documents = opened.counts().documents
    connection = sqlite3.connect(store)
    try:
        [(found,)] = connection.execute("PRAGMA integrity_check").fetchall()
        tally.expect(found == "ok", f"integrity_check: {found}")
        tally.expect(not connection.execute("PRAGMA foreign_key_check").fetchall(), "foreign_key_check found rows")
        for words in ("documents_words", "statements_words"):
            connection.execute(f"INSERT INTO {words}({words}, rank) VALUES ('integrity-check', 1)")  # raises
        half = "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document FROM readings)"
        tally.expect(connection.execute(half).fetchone() == (0,), "an article without its reading")
        lost = "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document FROM inputs WHERE document NOT NULL)"
        tally.expect(connection.execute(lost).fetchone() == (0,), "an article without its input")
        connection.rollback()
    finally:
        connection.close()
    return documents


def contents(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what a store holds, without what differs from run to run: numbers and times."""
    queries = {
        "articles": "SELECT id, title, digest, text, story FROM documents ORDER BY id",
        "statements": "SELECT id, document, place, speaker, holder, said, act, form, data FROM statements ORDER BY id",
        "entities": "SELECT id, document, kind, called, data, identity FROM entities ORDER BY id",
        "people": "SELECT id, kind, called, articles, statements FROM identities ORDER BY id",
        "inputs": "SELECT name, document, reason FROM inputs ORDER BY name",
    }
    connection = sqlite3.connect(store)
    try:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}
    finally:
        connection.close()


def compare(store: Path, wanted: dict[str, list[tuple[object, ...]]], tally: Tally) -> None:
    """Hold a store that was killed and filled again against one that was not."""
    found = contents(store)
    for name, rows in wanted.items():
        tally.seen[f"{name} lost"] += len(set(rows) - set(found[name]))
        tally.seen[f"{name} new or doubled"] += len(found[name]) - len(set(rows) & set(found[name]))
    tally.expect(found == wanted, f"{store.name} differs from the undisturbed run")


def measure(folder: Path, *, times: int, articles: int, data: Path | None, jobs: int) -> tuple[Tally, dict[str, int]]:
    """Kill so many times, and return what was seen and what an undisturbed run found."""
    tally, moments = Tally(), random.Random(SEED)
    source = folder / "articles"
    write_articles(source, articles, data)
    finish_add(folder / "undisturbed.db", source, jobs)
    wanted = contents(folder / "undisturbed.db")
    took = finish_add(folder / "again.db", source, jobs)  # the first also warmed the caches
    compare(folder / "again.db", wanted, tally)
    while tally.seen["kills"] < times:
        tally.seen["stores"] += 1
        store = folder / f"killed-{tally.seen['stores']}.db"
        while tally.seen["kills"] < times:
            run = start_add(store, source, jobs)
            try:
                run.wait(moments.uniform(0, took))
            except subprocess.TimeoutExpired:
                tally.seen["kills"] += 1
                kill(run, alone=tally.seen["kills"] % 3 == 0, tally=tally)
                documents = check(store, tally)
                when = "before the first article" if not documents else "while reading"
                tally.seen["kills " + (when if documents < len(wanted["articles"]) else "after the last article")] += 1
            else:
                tally.expect(run.returncode == 0, f"onrecord add ended with {run.returncode}")
                break
        finish_add(store, source, jobs)
        check(store, tally)
        compare(store, wanted, tally)
    return tally, {name: len(rows) for name, rows in wanted.items()}


def main() -> None:
    """Measure and print; exit with 1 where anything was lost, doubled or left over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="how many kills")
    parser.add_argument("--articles", type=int, default=200, help="how many articles")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes read")
    options = parser.parse_args()
    data = options.data / "ingest" / "reuters21578"
    with tempfile.TemporaryDirectory() as folder:
        tally, sizes = measure(
            Path(folder), times=options.times, articles=options.articles, data=data, jobs=options.jobs
        )
    print(", ".join(f"{number:,} {name}" for name, number in sizes.items()) + " undisturbed")
    for name, number in sorted(tally.seen.items()):
        print(f"{number:6,} {name}")
    print(f"{len(tally.troubles):6,} troubles")
    for trouble, number in Counter(tally.troubles).items():
        print(f"       {trouble} ({number} times)")
    sys.exit(bool(tally.troubles))


if __name__ == "__main__":
    main()
