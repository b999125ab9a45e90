"""Train the vectors of statements: `python -m training.meaning`, after `training.export`.

A small network on the reader's states of a passage's words learns to give the vector that the original sentence encoder
gives for the passage's text: the reader keeps most of what the encoder knew, in other places. It learns from contents,
sentences and phrases where they stand in articles, and from sentences and phrases of one to six words read by
themselves, which is how queries come. The reader itself stays as it is.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from onrecord.language.meaning import LEAST_WEIGHT, WIDTH, Projection, pack
from onrecord.language.reader import MODEL_FOLDER
from training.passages import SEED, Text, held_out_texts, learned_texts, read_text
from training.sentences import SentenceEncoder

EPOCHS, RATE, DECAY, BATCH, INNER = 6, 1e-2, 1e-2, 512, 512

RELATIONS = 10.0
"""What the loss of the passages' cosines with one another weighs beside that of each with its own target."""


@dataclass
class Examples:
    """States (W, S) and first pieces (W,) of words; for each passage the numbers of its words, and its text."""

    states: list[np.ndarray] = field(default_factory=list)
    pieces: list[np.ndarray] = field(default_factory=list)
    words: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, states: np.ndarray, pieces: np.ndarray, passages: Iterable[tuple[np.ndarray, str]]) -> None:
        """Add a text that was read."""
        for inside, text in passages:
            self.words.append(inside + self.count)
            self.texts.append(text)
        self.states.append(states)
        self.pieces.append(pieces)
        self.count += len(pieces)


def collect(texts: Iterable[Text]) -> Examples:
    """Return texts as examples; two processes read them."""
    examples = Examples()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for found in pool.imap(read_text, texts, chunksize=16):
            examples.add(*found)
    return examples


class Network(nn.Module):
    """A `Projection` that learns."""

    def __init__(self, mean: Tensor, deviation: Tensor, pieces: int) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.word = nn.Linear(len(mean), 1)
        self.piece = nn.Embedding(pieces, 1)
        self.straight = nn.Linear(len(mean), WIDTH, bias=False)
        self.inner = nn.Linear(len(mean), INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        for weights in (self.word.weight, self.word.bias, self.piece.weight, self.outer.weight):
            nn.init.zeros_(weights)

    def forward(self, states: Tensor, pieces: Tensor, passage: Tensor, count: int) -> Tensor:
        """Return the vectors (`count`, 384) of passages; `passage` tells which one each word belongs to."""
        scaled = (states.float() - self.mean) / self.deviation
        weights = nn.functional.softplus(self.word(scaled) + self.piece(pieces)) + LEAST_WEIGHT
        whole = torch.zeros(count, 1).index_add(0, passage, weights)
        pooled = torch.zeros(count, scaled.shape[1]).index_add(0, passage, scaled * weights) / whole
        vectors = self.straight(pooled) + self.outer(torch.relu(self.inner(pooled)))
        return nn.functional.normalize(vectors, dim=-1)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by their names in a `Projection`."""
        named = {
            "mean": self.mean,
            "deviation": self.deviation,
            "word": self.word.weight[0],
            "bias": self.word.bias,
            "piece": self.piece.weight[:, 0],
            "straight": self.straight.weight,
            "inner": self.inner.weight,
            "inner_bias": self.inner.bias,
            "outer": self.outer.weight,
            "outer_bias": self.outer.bias,
        }
        return {name: tensor.detach().numpy() for name, tensor in named.items()}


def train(examples: Examples, targets: np.ndarray, pieces: int) -> Network:
    """Return a network that learned from examples; the last one of a fixed number of epochs."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    states, first = (torch.from_numpy(np.concatenate(parts)) for parts in (examples.states, examples.pieces))
    wanted = torch.from_numpy(targets)
    some = states[::50].float()
    model = Network(some.mean(0), some.std(0), pieces)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps = len(wanted) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps, pct_start=0.1)
    for epoch in range(EPOCHS):
        for chosen in rng.permutation(len(wanted))[: steps * BATCH].reshape(steps, BATCH):
            inside = torch.from_numpy(np.concatenate([examples.words[k] for k in chosen]))
            sizes = torch.tensor([len(examples.words[k]) for k in chosen])
            vectors = model(states[inside], first[inside], torch.repeat_interleave(torch.arange(BATCH), sizes), BATCH)
            goal = wanted[torch.from_numpy(chosen)]
            apart = (1 - (vectors * goal).sum(1)).mean()
            among = ((vectors @ vectors.T - goal @ goal.T) ** 2).mean()
            optimiser.zero_grad()
            (apart + RELATIONS * among).backward()
            optimiser.step()
            schedule.step()
        print(f"epoch {epoch + 1} of {EPOCHS}: {apart.item():.3f} apart in its last batch", flush=True)
    return model.eval()


def nearness(projection: Projection, examples: Examples, targets: np.ndarray) -> float:
    """Return the mean cosine of the vectors with what they should be."""
    states, first = np.concatenate(examples.states).astype(np.float32), np.concatenate(examples.pieces)
    vectors = np.stack([projection.vector(states[inside], first[inside]) for inside in examples.words])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return float((vectors * targets).sum(1).mean())


def main() -> None:
    """Train, write, and print how near the vectors of articles kept from training are to the encoder's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="where the weights are written")
    options = parser.parse_args()
    encoder = SentenceEncoder()
    examples = collect(learned_texts(options.data))
    print(f"{len(examples.texts)} passages, {examples.count} words learned from", flush=True)
    network = train(examples, encoder.encode(examples.texts), encoder.pieces)
    arrays = network.arrays()
    np.savez(options.model / "meaning.npz", **pack(arrays))
    held_out = collect(held_out_texts(options.data))
    reached = nearness(Projection(**arrays), held_out, encoder.encode(held_out.texts))
    print(f"contents of articles kept from training: mean cosine {reached:.3f} with the encoder's vectors")


if __name__ == "__main__":
    main()
