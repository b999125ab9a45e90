"""Train the comparer: `python -m training.comparer --data ../shared/data`.

First it learns from sentence pairs that people labelled (`training.pairs`): what contradicts what, and what attacks
what. Then it learns which statements of an article are in dispute (`training.disputes`). Writes a checkpoint
after each stage and goes on from it when called again; the same seed, data and number of threads give the same weights
on like processors.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel

from onrecord.disputes.comparing import TYPES
from onrecord.disputes.voices import show
from onrecord.language.comparer import SIDES, encode_side, join_sides
from training.calibrate import fit_logistic
from training.disputes import Labelled, far_apart, is_kept_back, label_pairs, load_annotated
from training.encoder import encoder_folder, load_tokenizer
from training.pairs import LABELS, Pair, load_pairs
from training.train import rate_at

SEED = 1
PIECES_IN_BATCH = 2048
ENCODER_RATE, HEAD_RATE, WARM_UP = 1e-4, 1e-3, 0.06
EPOCHS = 2
MASKED = 0.12
"""The share of pieces that are masked when disputes are learned, so that what an article is about is not learned."""
FROZEN = 2
"""The lowest layers of the encoder, which are left as they are when disputes are learned."""
TYPE_WEIGHT = 0.3
AGREED, PROMISING, OTHERS = 4, 8, 6
"""How many pairs of an article are learned from that agree, that promise a clash but are none, and of all others."""
AS_IF_FAR = 0.2
"""The share of pairs that are shown as if they stood in different articles."""


class Comparer(nn.Module):
    """Pieces of pairs in; scores of the relation (B, 3), the types (B, 7), the inference and the stance (B, 3) out."""

    def __init__(self, encoder_path: str, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            encoder_path,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.inner = nn.Linear(2 * width, width)
        self.inference = nn.Linear(width, 3)
        self.stance = nn.Linear(width, 3)
        self.relation = nn.Linear(width, 3)
        self.types = nn.Linear(width, len(TYPES))

    def forward(self, pieces: Tensor, mask: Tensor, sides: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the scores of neither, agreement and dispute, of the types, of the inference and of the stance."""
        states = self.encoder(pieces, attention_mask=mask, token_type_ids=sides).last_hidden_state
        weights = mask[:, :, None].to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        inner = torch.tanh(self.inner(self.dropout(torch.cat([states[:, 0], mean], dim=1))))
        inner = self.dropout(inner)
        return self.relation(inner), self.types(inner), self.inference(inner), self.stance(inner)


class Example(NamedTuple):
    """The pieces of both sides, the task and the label; of a dispute its type too, and how much the pair counts."""

    first: list[int]
    second: list[int]
    task: str
    label: int
    type: int | None = None
    weight: float = 1.0

    @property
    def length(self) -> int:
        """How many pieces it takes."""
        return len(self.first) + len(self.second) + 3


def batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Yield batches of examples of like length."""
    order = list(examples)
    rng.shuffle(order)
    groups = []
    for at in range(0, len(order), 2000):
        group: list[Example] = []
        for example in sorted(order[at : at + 2000], key=lambda e: e.length):
            if group and example.length * (len(group) + 1) > PIECES_IN_BATCH:
                groups.append(group)
                group = []
            group.append(example)
        groups.append(group)
    rng.shuffle(groups)
    yield from groups


def collate(
    batch: Sequence[Example], special: dict[str, int], rng: random.Random | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the padded pieces, the mask and the sides of a batch; with `rng`, some pieces are masked."""
    longest = max(e.length for e in batch)
    pieces = np.full((len(batch), longest), special["[PAD]"])
    mask, sides = np.zeros_like(pieces), np.zeros_like(pieces)
    for row, e in enumerate(batch):
        first, second = e.first, e.second
        if rng is not None and e.task == "relation":
            first, second = ([_masked(piece, special, rng) for piece in side] for side in (first, second))
        joined, side = join_sides(first, second, (special["[CLS]"], special["[SEP]"]))
        pieces[row, : len(joined)], mask[row, : len(joined)], sides[row, : len(joined)] = joined, 1, side
    return tuple(torch.from_numpy(a) for a in (pieces, mask, sides))


def _masked(piece: int, special: dict[str, int], rng: random.Random) -> int:
    """Return a piece, or the mask in its place; what stands for holders and distances is never masked."""
    return special["[MASK]"] if piece > special["[MASK]"] and rng.random() < MASKED else piece


def loss_of(scores: Sequence[Tensor], batch: Sequence[Example]) -> Tensor:
    """Return the mean loss of a batch, each example by its own task."""
    relation, types, inference, stance = (s.float() for s in scores)
    total = inference.new_zeros(())
    for row, e in enumerate(batch):
        target = torch.tensor([e.label])
        if e.task == "relation":
            loss = nn.functional.cross_entropy(relation[row : row + 1], target)
            if e.type is not None:
                kind = nn.functional.cross_entropy(types[row : row + 1], torch.tensor([e.type]))
                loss = loss + TYPE_WEIGHT * kind
            total = total + e.weight * loss
        elif e.task == "entailed":
            odds = inference[row, 0] - torch.logsumexp(inference[row, 1:], 0)
            total = total + nn.functional.softplus(odds) - e.label * odds
        else:
            scored = inference if e.task == "inference" else stance
            total = total + nn.functional.cross_entropy(scored[row : row + 1], target)
    return total / len(batch)


def special_pieces() -> dict[str, int]:
    """Return the numbers of the marks that a pair is joined with."""
    tokenizer = load_tokenizer()
    return {t: tokenizer.token_to_id(t) for t in ("[PAD]", "[CLS]", "[SEP]", "[MASK]")}


def encode_pairs(pairs: Sequence[Pair]) -> list[Example]:
    """Return sentence pairs as the network takes them."""
    tokenizer = load_tokenizer()
    sides = [tokenizer.encode_batch([p[k] for p in pairs], add_special_tokens=False) for k in (0, 1)]
    return [
        Example(a.ids[: SIDES[0]], b.ids[: SIDES[1]], p.task, p.label) for a, b, p in zip(*sides, pairs, strict=True)
    ]


def encode_voices(pairs: Sequence[Labelled]) -> list[Example]:
    """Return pairs of voices as the network takes them."""
    tokenizer = load_tokenizer()
    examples = []
    for pair in pairs:
        sides = [encode_side(s, n, tokenizer) for s, n in zip(show(pair.first, pair.second), SIDES, strict=True)]
        examples.append(Example(sides[0], sides[1], "relation", pair.label, pair.type, pair.weight))
    return examples


def draw(labelled: Sequence[list[Labelled]], promise: np.ndarray, rng: random.Random) -> list[Labelled]:
    """Return the pairs of one epoch: of each article all that clash or agree, the most promising others, and some more.

    Some are shown as if they stood in different articles, and some do.
    """
    drawn = []
    for k, pairs in enumerate(labelled):
        told = [p for p in pairs if p.label == 2] + [p for p in pairs if p.label == 1][:AGREED]
        others = [p for p in pairs if p.label == 0]
        others.sort(key=lambda p: -float(p.signs @ promise))
        drawn += told + others[:PROMISING] + rng.sample(others[PROMISING:], min(OTHERS, len(others[PROMISING:])))
        strange = labelled[(k + 1) % len(labelled)]
        if pairs and strange:
            first, second = rng.choice(pairs).first, rng.choice(strange).second
            drawn.append(Labelled(first, second, pairs[0].signs, 0, None, 0.5))
    return [far_apart(p) if rng.random() < AS_IF_FAR else p for p in drawn]


def learn(model: Comparer, epochs: Sequence[Sequence[Example]], *, rate: float = 1.0) -> None:
    """Train a model on the examples of each epoch, and print how it goes."""
    special, masking = special_pieces(), random.Random(SEED)
    named = [(name.startswith("encoder."), p) for name, p in model.named_parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": [p for inner, p in named if inner]}, {"params": [p for inner, p in named if not inner]}],
        weight_decay=0.01,
        fused=True,
    )
    steps = sum(sum(1 for _ in batches(examples, random.Random(SEED))) for examples in epochs)
    step, began, seen, losses = 0, time.monotonic(), 0, []
    model.train()
    for epoch, examples in enumerate(epochs):
        for batch in batches(examples, random.Random(SEED + epoch)):
            for group, full in zip(optimizer.param_groups, (ENCODER_RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * full * rate_at(step, steps, WARM_UP)
            pieces, mask, sides = collate(batch, special, masking)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = model(pieces, mask, sides)
            loss = loss_of(scores, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(float(loss.detach()))
            step, seen = step + 1, seen + int(mask.sum())
            if step % 100 == 0:
                speed = seen / (time.monotonic() - began)
                print(f"step {step}/{steps} loss {np.mean(losses[-100:]):.3f} {speed:.0f} pieces/s", flush=True)


@torch.no_grad()
def score(model: Comparer, examples: Sequence[Example]) -> list[np.ndarray]:
    """Return the scores of examples, in their order, as the network gives them."""
    model.eval()
    special = special_pieces()
    order = sorted(range(len(examples)), key=lambda k: examples[k].length)
    out = [np.zeros((len(examples), width)) for width in (3, len(TYPES), 3, 3)]
    for at in range(0, len(order), 32):
        rows = order[at : at + 32]
        for kept, scored in zip(out, model(*collate([examples[k] for k in rows], special)), strict=True):
            kept[rows] = scored.numpy()
    return out


def report(model: Comparer, pairs: Sequence[Pair]) -> None:
    """Print, for each corpus, how the model does on the part that is kept from training."""
    kept = [p for p in pairs if p.held_out]
    random.Random(SEED).shuffle(kept)
    by_corpus: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in kept:
        if len(by_corpus[pair.corpus]) < 1000:
            by_corpus[pair.corpus].append(pair)
    for corpus, some in sorted(by_corpus.items()):
        _, _, inference, stance = score(model, encode_pairs(some))
        task = some[0].task
        gold = np.array([p.label for p in some])
        found = (stance if task == "stance" else inference).argmax(1)
        if task == "entailed":
            found = (found == 0).astype(int)
        if corpus == "negation":
            same = np.array([p.task == "inference" for p in some])
            gold, found = gold[same], found[same]
        against = LABELS[task].index(LABELS[task][-1])
        hits = int(((found == against) & (gold == against)).sum())
        precision, recall = hits / max(1, (found == against).sum()), hits / max(1, (gold == against).sum())
        last = LABELS[task][-1]
        print(
            f"{corpus:20} {len(gold):5} pairs  right {(found == gold).mean():.1%}  "
            f"{last}: precision {precision:.1%} recall {recall:.1%}",
            flush=True,
        )


def fit_signs(labelled: Sequence[list[Labelled]]) -> np.ndarray:
    """Return the weights of the signs, by which pairs are chosen that the comparer is asked about."""
    pairs = [p for of_article in labelled for p in of_article if p.weight == 1]
    return fit_logistic(np.stack([p.signs for p in pairs]), np.array([p.label == 2 for p in pairs], float), ridge=3.0)


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=Path("build/comparer"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    model = Comparer(str(encoder_folder()))
    pairs, first, second = load_pairs(options.data), options.out / "pairs.pt", options.out / "disputes.pt"
    if first.exists():
        model.load_state_dict(torch.load(first, weights_only=True))
    else:
        learn(model, [encode_pairs([p for p in pairs if not p.held_out])])
        torch.save(model.state_dict(), first)
        report(model, pairs)
    annotated = load_annotated(options.data, options.out / "annotated.pkl")
    labelled = [label_pairs(a) for a in annotated if not is_kept_back(a.name)]
    promise = fit_signs(labelled)
    print(f"{len(labelled)} articles, {sum(p.label == 2 for of in labelled for p in of)} pairs in dispute", flush=True)
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    for layer in model.encoder.encoder.layer[:FROZEN]:
        layer.requires_grad_(False)
    learn(model, [encode_voices(draw(labelled, promise, rng)) for _ in range(options.epochs)], rate=0.5)
    torch.save(model.state_dict(), second)


if __name__ == "__main__":
    main()
