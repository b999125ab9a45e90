"""Train the mention tagger on GUM and GAP: `python -m training.mentions`, after `training.export`.

For each word: whether it belongs to a proper name, what kind of thing and what form of mention it heads, and whether
somebody named so is a man. A small network on what the reader's encoder makes of the words half-way; the encoder
itself stays as it is, so finding mentions costs next to nothing and no statement changes.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from onrecord.language.reader import FORMS, KINDS, MODEL_FOLDER, Reader
from training.export import write_mentions
from training.gum import GumDocument, load_gum
from training.network import MentionTagger

EPOCHS, RATE, BATCH, SEED = 5, 1e-3, 512, 1
MEN, WOMEN = frozenset(("he", "him", "his", "himself")), frozenset(("she", "her", "hers", "herself"))


_UNKNOWN = -100
"""Stands for what nobody wrote down; no loss comes from it."""


@dataclass(frozen=True)
class Examples:
    """The words of many documents: inputs (W, D), and what is to be learned of each, as numbers from 0."""

    inputs: Tensor
    proper: Tensor
    kind: Tensor
    form: Tensor
    male: Tensor


def collect(rows: Iterable[tuple[np.ndarray, ...]]) -> Examples:
    """Return rows of words as examples."""
    return Examples(*(torch.from_numpy(np.concatenate(column)) for column in zip(*rows, strict=True)))


def from_gum(folder: Path, split: str, reader: Reader) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the words of GUM's documents; where mentions share a head, the outermost counts."""
    for document in load_gum(folder, split):
        words = reader.encode(document.text)
        proper, kind, form = (np.zeros(len(words), dtype=np.int64) for _ in range(3))
        male = np.full(len(words), _UNKNOWN)
        for start, end, tag in document.words:
            first, last = words.range_of(start, end)
            proper[first:last] = tag.startswith("NNP")
        genders = _genders(document)
        for mention in sorted(document.mentions, key=lambda m: m.end - m.start):
            first, last = words.range_of(*mention.head)
            kind[first:last] = KINDS.index(mention.kind) if mention.kind in KINDS else KINDS.index("thing")
            form[first:last] = FORMS.index(mention.form)
            if mention.form == "name" and mention.entity in genders:
                male[first:last] = genders[mention.entity]
        yield reader.mention_inputs(words), proper, kind, form, male


def _genders(document: GumDocument) -> dict[str, int]:
    """Return which entities are men (1) and which are women (0), by their pronouns."""
    told: dict[str, int] = {}
    for mention in document.mentions:
        word = document.text[mention.start : mention.end].casefold()
        if mention.form == "pronoun" and word in MEN | WOMEN:
            told[mention.entity] = int(word in MEN)
    return told


def from_gap(path: Path, reader: Reader) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the words of the names in a GAP file that a pronoun stands for, each between its neighbours."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            name = next((n for n in "AB" if row[f"{n}-coref"].upper() == "TRUE"), None)
            if name is None:
                continue
            words = reader.encode(row["Text"])
            start = int(row[f"{name}-offset"])
            first, last = words.range_of(start, start + len(row[name]))
            inputs = reader.mention_inputs(words)
            padded = np.concatenate([np.zeros_like(inputs[:1]), inputs, np.zeros_like(inputs[:1])])
            unknown = np.full(3 * (last - first), _UNKNOWN)
            male = unknown.copy()
            male[1::3] = row["Pronoun"].casefold() in MEN
            rows = np.concatenate([padded[k : k + 3] for k in range(first, last)] or [padded[:0]])
            yield rows, unknown, unknown, unknown, male


def batches(examples: Examples) -> Iterator[tuple[Tensor, ...]]:
    """Yield words at random, each with its neighbours; at the border of two documents they are neighbours too."""
    padded = torch.cat([torch.zeros_like(examples.inputs[:1]), examples.inputs, torch.zeros_like(examples.inputs[:1])])
    for picked in torch.randperm(len(examples.inputs)).split(BATCH):
        joined = torch.cat([padded[picked + k] for k in range(3)], dim=1)
        targets = (examples.proper, examples.kind, examples.form, examples.male)
        yield joined, *(target[picked] for target in targets)


def train(examples: Examples) -> MentionTagger:
    """Return the trained tagger."""
    torch.manual_seed(SEED)
    model = MentionTagger(examples.inputs.shape[1])
    steps = EPOCHS * (len(examples.inputs) // BATCH + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
    model.train()
    for _ in range(EPOCHS):
        for joined, proper, kind, form, male in batches(examples):
            scores = model.score(joined)
            loss = _binary_loss(scores[0], proper) + _binary_loss(scores[3], male)
            for score, target in ((scores[1], kind), (scores[2], form)):
                loss = loss + nn.functional.cross_entropy(score, target, ignore_index=_UNKNOWN)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def _binary_loss(score: Tensor, target: Tensor) -> Tensor:
    known = target != _UNKNOWN
    if not known.any():
        return score.sum() * 0
    return nn.functional.binary_cross_entropy_with_logits(score[known], target[known].float())


def measure(model: MentionTagger, examples: Examples) -> dict[str, float]:
    """Return the F1 of proper words and, over annotated heads, the shares whose kind and gender are right."""
    with torch.no_grad():
        proper, kind, _, male = model(examples.inputs)
    known = examples.proper != _UNKNOWN
    figures = {}
    if known.any():
        found, right = proper[known] > 0.5, examples.proper[known] == 1
        figures["proper words F1"] = float(2 * (found & right).sum() / (found.sum() + right.sum()))
    for form in FORMS[1:]:
        heads = (examples.form == FORMS.index(form)) & (examples.kind > 0)
        if heads.any():
            figures[f"kind of a {form}"] = float((kind.argmax(1) == examples.kind)[heads].float().mean())
    told = examples.male != _UNKNOWN
    figures["man or woman"] = float(((male > 0.5) == (examples.male == 1))[told].float().mean())
    return figures


def main() -> None:
    """Train, measure on GUM's dev documents and GAP's validation file, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    reader = Reader(options.model)
    gum, gap = options.data / "gum", options.data / "gap"
    model = train(collect([*from_gum(gum, "train", reader), *from_gap(gap / "gap-development.tsv", reader)]))
    for corpus, rows in (
        ("GUM dev", from_gum(gum, "dev", reader)),
        ("GAP validation", from_gap(gap / "gap-validation.tsv", reader)),
    ):
        for name, figure in measure(model, collect(rows)).items():
            print(f"{corpus:15} {name:18} {figure:.1%}")
    write_mentions(model, options.model / "mentions.onnx")


if __name__ == "__main__":
    main()
