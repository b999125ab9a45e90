"""Sentence pairs that people labelled, from public corpora: what `training.comparer` learns first.

Each pair has a task. "inference": whether the first sentence entails the second, leaves it open or contradicts it;
"entailed": whether it entails it or not; "stance": whether an argument supports another, attacks it, or neither.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LABELS = {
    "inference": ("entailment", "neutral", "contradiction"),
    "entailed": ("not_entailment", "entailment"),
    "stance": ("support", "no_relation", "attack"),
}
LONGEST = 900
"""Characters of a side at the most; longer sides are left out."""
_HELD_OUT = 10
"""One in so many groups of pairs is kept from training where a corpus has no dev part of its own."""
_FACTUAL = ("DNC-factuality", "DNC-megaveridicality", "DNC-verbnet")
"""The parts of DNC about what a verb leaves true of what is said; the others are about puns, moods and grammar."""


class Pair(NamedTuple):
    """Two sentences, the task, the number of the label, the corpus, and whether it is kept from training."""

    first: str
    second: str
    task: str
    label: int
    corpus: str
    held_out: bool


def load_pairs(data: Path) -> list[Pair]:
    """Return every pair of the corpora, in a fixed order."""
    loaders = (_json_lines, _sick, _negation, _debate)
    return [pair for load in loaders for pair in load(data) if 0 < len(pair.first) <= LONGEST >= len(pair.second) > 0]


def _json_lines(data: Path) -> Iterator[Pair]:
    for name in ("lingnli", "conjnli", "climate_fever", "emergent", "function_words_nli", "dnc", "elecdeb_relations"):
        path = data / "nli_kb" / "pairs" / f"{name}.jsonl"
        for row in map(json.loads, path.read_text(encoding="utf-8").rstrip("\n").split("\n")):
            if name == "dnc" and row["source"] not in _FACTUAL:
                continue
            task = {"dnc": "entailed", "elecdeb_relations": "stance"}.get(name, "inference")
            label = {"equivalent": "support"}.get(row["label"], row["label"])
            if name in ("climate_fever", "emergent", "function_words_nli"):
                held_out = is_kept_back(row.get("group") or row["premise"])
            elif name == "elecdeb_relations":  # its own train part has no pairs without a relation
                held_out = is_kept_back(row["doc"])
            else:
                held_out = row["split"] == ("test" if name == "dnc" else "dev")
            yield Pair(row["premise"], row["hypothesis"], task, LABELS[task].index(label), name, held_out)


def _sick(data: Path) -> Iterator[Pair]:
    with (data / "stance" / "sick" / "SICK.txt").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            label = LABELS["inference"].index(row["entailment_label"].lower())
            yield Pair(row["sentence_A"], row["sentence_B"], "inference", label, "sick", row["SemEval_set"] != "TRAIN")


def _negation(data: Path) -> Iterator[Pair]:
    for path in sorted((data / "stance" / "negation" / "data" / "new_benchmarks" / "clean_data").glob("*.txt")):
        task = "entailed" if path.stem == "RTE" else "inference"
        with path.open(encoding="cp1252") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                text, other = (row.get(name) or "" for name in ("Text", "Hypothesis"))
                if row["gold_label"] in LABELS[task]:
                    label = LABELS[task].index(row["gold_label"])
                    # Pairs come in threes that differ in where the negation stands.
                    held_out = is_kept_back(f"{path.stem} {int(row['index']) // 3}")
                    yield Pair(text, other, task, label, "negation", held_out)


def _debate(data: Path) -> Iterator[Pair]:
    with (data / "stance" / "nixon_kennedy" / "full_dataset.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            label = LABELS["stance"].index(row["relation"])
            first, second = row["argument1"], row["argument2"]
            yield Pair(first, second, "stance", label, "nixon_kennedy", is_kept_back(first))


def is_kept_back(group: str) -> bool:
    """Tell whether a group of pairs is kept from training: one in ten, by the digest of its name."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % _HELD_OUT == 0
