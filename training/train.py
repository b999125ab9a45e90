"""Train the reader on PolNeAR: `python -m training.train --data ../shared/data --out build/reader`.

Writes a checkpoint after every epoch and goes on from the last one when called again. With the
same seed, data and number of threads a run gives the same weights on like processors.

Annotators disagree about a quarter of the attributions, and most articles have but one. So that the
reader does not learn one person's slips, it learns from two opinions: the annotation, and what a
reader that was trained on the other half of the articles makes of the text. `--without 0` and `--without 1`
train these two readers, `training.opinions` writes down what they hold, and `--opinions` takes it in.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from onrecord.attribution.links import Segment, pair_features
from onrecord.attribution.tags import TAGS
from onrecord.language.windows import OUTSIDE, Words, cut_windows
from training.corpus import Annotation, Article, fold_of, is_held_out, load_articles
from training.encoder import encoder_folder, load_tokenizer
from training.network import Network, Target, crf_loss, ends_of
from training.opinions import Opinion, Opinions, load_opinions

_UNKNOWN = -100
"""The target that the loss passes over."""


@dataclass(frozen=True)
class Settings:
    """What a run is made of; a checkpoint keeps them."""

    epochs: int = 6
    seed: int = 1  # of the weights that start untrained
    order: int = 1  # of the articles, cuts and masks; runs that differ in nothing else may be averaged
    pieces_in_batch: int = 1536
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    average: float = 0.998  # decay of the running average of the weights, which is what is kept
    link_weight: float = 2.0
    mask_word: float = 0.05
    mask_name: float = 0.15  # names are masked more often: the model must not learn who speaks
    drop_marks: float = 0.05  # share of windows that do without the quotation states
    trust: float = 0.5  # weight of the second opinion, where there is one, against the annotation


@dataclass(frozen=True)
class Example:
    """A window of an article with the annotation that this epoch learns from."""

    words: Words
    annotation: Annotation
    opinion: Opinion | None
    begin: int
    end: int

    @property
    def pieces(self) -> tuple[int, int]:
        """The range of the window's pieces."""
        bounds = np.append(self.words.first, len(self.words.pieces))
        return int(bounds[self.begin]), int(bounds[self.end])

    def inside(self, segments: list[Segment]) -> list[Segment]:
        """Return the segments that lie wholly inside the window."""
        return [s for s in segments if self.begin <= s.begin and s.end <= self.end]

    def edges(self, segments: list[Segment], hidden: Tensor, first: np.ndarray) -> Tensor:
        """Return the hidden states of the first and last words of segments, (N, 2H)."""
        begin, end = (np.array(side) - self.begin for side in zip(*((s.begin, s.end) for s in segments), strict=True))
        return ends_of(hidden, first, begin, end)


def draw_examples(articles: list[Article], opinions: Opinions, rng: random.Random) -> list[Example]:
    """Return the windows of one epoch: other cuts, and other annotators, than in the epoch before."""
    examples = []
    for article in articles:
        annotation = rng.choice(article.annotations)
        size = rng.choice((256, 320, 384, 448))
        first_cut = cut_windows(article.words, size=rng.randrange(64, size))[0][1]
        windows = [(0, first_cut), *cut_windows(article.words, size=size, begin=first_cut)]
        opinion = opinions.get(article.name)
        examples += [Example(article.words, annotation, opinion, b, e) for b, e in windows]
    return examples


def batches(examples: list[Example], budget: int, rng: random.Random) -> Iterator[list[Example]]:
    """Yield batches of windows of like length whose padded size stays within the budget."""
    rng.shuffle(examples)
    groups: list[list[Example]] = []
    for at in range(0, len(examples), 400):
        group: list[Example] = []
        for example in sorted(examples[at : at + 400], key=lambda e: e.pieces[1] - e.pieces[0]):
            longest = example.pieces[1] - example.pieces[0] + 2
            if group and longest * (len(group) + 1) > budget:
                groups.append(group)
                group = []
            group.append(example)
        groups.append(group)
    rng.shuffle(groups)
    yield from groups


def collate(batch: list[Example], settings: Settings, rng: random.Random, special: dict[str, int]):
    """Return padded tensors of a batch, with words masked at random."""
    longest = max(e.pieces[1] - e.pieces[0] for e in batch) + 2
    most_words = max(e.end - e.begin for e in batch)
    ids = np.full((len(batch), longest), special["[PAD]"])
    mask = np.zeros((len(batch), longest), dtype=np.int64)
    features = np.zeros((len(batch), longest, 3), dtype=np.int64)
    first = np.zeros((len(batch), most_words), dtype=np.int64)
    tags = np.zeros((len(batch), most_words, len(TAGS)), dtype=np.float32)
    moves = np.zeros((len(batch), most_words - 1, len(TAGS), len(TAGS)), dtype=np.float32)
    word_mask = np.zeros((len(batch), most_words), dtype=np.float32)
    for row, e in enumerate(batch):
        low, high = e.pieces
        n, w = high - low, e.end - e.begin
        ids[row, 0], ids[row, n + 1] = special["[CLS]"], special["[SEP]"]
        ids[row, 1 : n + 1] = e.words.pieces[low:high]
        features[row, 1 : n + 1] = e.words.features[low:high]
        chance = np.where(features[row, 1 : n + 1, 0] == 1, settings.mask_name, settings.mask_word)
        drawn = np.array([rng.random() for _ in range(n)])
        ids[row, 1 : n + 1][drawn < chance] = special["[MASK]"]
        if rng.random() < settings.drop_marks:
            features[row, :, 1] = OUTSIDE
        mask[row, : n + 2] = 1
        first[row, :w] = e.words.first[e.begin : e.end] - low + 1
        tags[row, :w], moves[row, : w - 1] = beliefs(e, settings.trust)
        word_mask[row, :w] = 1
    return [torch.from_numpy(a) for a in (ids, mask, features, first, tags, moves, word_mask)]


def beliefs(example: Example, trust: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances of tags (W, 7) and of steps (W - 1, 7, 7) that a window is to be learned with."""
    sure = np.eye(len(TAGS), dtype=np.float32)[example.annotation.tags[example.begin : example.end]]
    tags, moves = sure, sure[:-1, :, None] * sure[1:, None, :]
    if example.opinion is not None:
        tags = tags + trust * (example.opinion.tags[example.begin : example.end] - tags)
        moves = moves + trust * (example.opinion.moves[example.begin : example.end - 1] - moves)
    return tags, moves


def link_loss(model: Network, example: Example, hidden: Tensor, first: np.ndarray) -> tuple[Tensor, int]:
    """Return the summed loss of the links inside a window, and how many there are."""
    total, count = hidden.new_zeros(()), 0
    attributions = [a for a in example.annotation.attributions if example.inside(a["cue"])]
    attributions.sort(key=lambda a: a["cue"][0].begin)
    cues = [example.inside(a["cue"])[0] for a in attributions]
    for role in ("source", "content") if cues else ():
        owners = {(s.begin, s.end): (s, k) for k, a in enumerate(attributions) for s in example.inside(a[role])}
        children = [owners[place][0] for place in sorted(owners)]
        if not children:
            continue
        features, considered = pair_features(children, cues, example.words)
        scorer = model.links[role]
        child, cue = example.edges(children, hidden, first), example.edges(cues, hidden, first)
        scores = scorer(child, cue, torch.from_numpy(features)).masked_fill(~torch.from_numpy(considered), -1e4)
        if role == "source":  # every cue picks a source, or none
            scores = torch.cat([scores.T, scorer.none(cue)], dim=1)
            gold = [_source_of(a, example, children) for a in attributions]
        else:  # every content picks a cue
            gold = [owners[s.begin, s.end][1] for s in children]
        target = torch.tensor(gold)
        total = total + nn.functional.cross_entropy(scores, target, ignore_index=_UNKNOWN, reduction="sum")
        count += int((target != _UNKNOWN).sum())
    return total, count


def _source_of(attribution: dict[str, list[Segment]], example: Example, sources: list[Segment]) -> int:
    """Return which source an attribution has, one past the last for none; unknown outside the window."""
    if not attribution["source"]:
        return len(sources)
    here = example.inside(attribution["source"])
    return [(s.begin, s.end) for s in sources].index((here[0].begin, here[0].end)) if here else _UNKNOWN


def rate_at(step: int, steps: int, warm_up: float) -> float:
    """Return the share of the full rate: a linear rise, then a linear fall to nothing."""
    rise = max(1, int(steps * warm_up))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / (steps - rise))


class Run:
    """A training run: the model, the running average of its weights, the optimiser and the step."""

    def __init__(self, settings: Settings, steps: int) -> None:
        self.settings, self.steps = settings, steps
        self.epoch = self.step = 0
        self.model = Network(str(encoder_folder()))
        named = [(name.startswith("encoder."), p) for name, p in self.model.named_parameters() if p.requires_grad]
        self.rates = (settings.encoder_rate, settings.head_rate)
        self.optimizer = torch.optim.AdamW(
            [{"params": [p for inner, p in named if inner]}, {"params": [p for inner, p in named if not inner]}],
            weight_decay=0.01,
            fused=True,
        )
        self.averaged = copy.deepcopy(self.model).eval()

    def learn(self, batch: list[Example], tensors: list[Tensor]) -> tuple[float, float]:
        """Take one step; return the loss of the tags per word and of the links per link."""
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * rate_at(self.step, self.steps, self.settings.warm_up)
        ids, mask, features, first, tags, moves, word_mask = tensors
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden, scores, _ = (t.float() for t in self.model(ids, mask, features))
        at_words = scores.gather(1, first[:, :, None].expand(-1, -1, scores.shape[2]))
        count = float(word_mask.sum())
        tag_loss = crf_loss(at_words, Target(tags, moves), word_mask, self.model.steps()) / count
        linked = [link_loss(self.model, e, hidden[row], first[row].numpy()) for row, e in enumerate(batch)]
        links = torch.stack([loss for loss, _ in linked]).sum()
        (tag_loss + self.settings.link_weight * links / count).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self._average()
        return float(tag_loss.detach()), float(links.detach()) / max(1, sum(n for _, n in linked))

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.settings.average, (1 + self.step) / (10 + self.step))
        for kept, now in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
            if now.requires_grad:
                kept.lerp_(now, 1 - decay)

    def save(self, path: Path) -> None:
        """Write all that is needed to go on; a write that is cut off leaves the file before it whole."""
        state = {name: getattr(self, name).state_dict() for name in ("model", "averaged", "optimizer")}
        part = path.with_suffix(".part")
        torch.save({**state, "epoch": self.epoch, "step": self.step}, part)
        part.replace(path)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint."""
        saved = torch.load(path, weights_only=True)
        for name in ("model", "averaged", "optimizer"):
            getattr(self, name).load_state_dict(saved[name])
        self.epoch, self.step = saved["epoch"], saved["step"]


def train(data: Path, out: Path, settings: Settings, *, without: int | None, opinions: Path | None) -> None:
    """Run the epochs that are still to be run and write `reader.pt`."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    tokenizer = load_tokenizer()
    special = {t: tokenizer.token_to_id(t) for t in ("[PAD]", "[CLS]", "[SEP]", "[MASK]")}
    articles = [a for a in load_articles(data / "polnear" / "train", tokenizer) if not is_held_out(a.name)]
    articles = [a for a in articles if without is None or fold_of(a.name) != without]
    second = load_opinions(opinions) if opinions else {}
    print(f"{len(articles)} articles, {sum(len(a.words.pieces) for a in articles)} word pieces", flush=True)
    draw = random.Random(0)
    per_epoch = sum(1 for _ in batches(draw_examples(articles, {}, draw), settings.pieces_in_batch, random.Random(0)))
    run = Run(settings, per_epoch * settings.epochs)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    while run.epoch < settings.epochs:
        run_epoch(run, articles, second, special)
        run.save(checkpoint)
        torch.save(run.averaged.state_dict(), out / f"epoch-{run.epoch}.pt")
    torch.save(run.averaged.state_dict(), out / "reader.pt")


def run_epoch(run: Run, articles: list[Article], opinions: Opinions, special: dict[str, int]) -> None:
    """Learn from every article once; print how it goes every 50 steps."""
    rng = random.Random(run.settings.order * 1000 + run.epoch)
    torch.manual_seed(run.settings.order * 1000 + run.epoch)
    run.model.train()
    began, seen, losses = time.monotonic(), 0, []
    for batch in batches(draw_examples(articles, opinions, rng), run.settings.pieces_in_batch, rng):
        tensors = collate(batch, run.settings, rng, special)
        losses.append(run.learn(batch, tensors))
        seen += int(tensors[1].sum())
        if len(losses) % 50 == 0:
            tags, links = np.mean(losses[-50:], axis=0)
            speed = seen / (time.monotonic() - began)
            at = f"epoch {run.epoch + 1} step {run.step}/{run.steps}"
            print(f"{at} tags {tags:.3f} links {links:.3f} {speed:.0f} pieces/s", flush=True)
            if not math.isfinite(tags):
                raise SystemExit("the loss is no longer finite: start again with a lower rate")
    run.epoch += 1


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="folder for checkpoints and weights")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--order", type=int, default=Settings.order, help="draw the articles in another order")
    parser.add_argument("--threads", type=int, default=1, help="two runs of one thread each beat one of two threads")
    parser.add_argument("--without", type=int, choices=(0, 1), help="keep this half of the articles from training")
    parser.add_argument("--opinions", type=Path, help="folder of second opinions, written by training.opinions")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings(epochs=options.epochs, seed=options.seed, order=options.order)
    train(options.data, options.out, settings, without=options.without, opinions=options.opinions)


if __name__ == "__main__":
    main()
