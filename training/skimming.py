"""Train the skimmer: `python -m training.skimming --data ../shared/data`.

It learns from the pairs of `training.disputes` which statements clash, from what the reader made of each and the signs
of the pair. `disputes.skimming` loads what it writes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from onrecord.disputes.skimming import states_of
from onrecord.disputes.voices import voices_of
from onrecord.language.reader import MODEL_FOLDER, analyse, load_reader
from training.disputes import Annotated, Labelled, is_kept_back, label_pairs, load_annotated

SEED, EPOCHS, BATCH = 1, 6, 512
WIDTH, INNER = 96, 64
RATE, DECAY = 1e-3, 0.05
OTHERS = 20
"""How many pairs that do not clash are learned from, for each that does."""


class Network(nn.Module):
    """States of voices (V, S), pairs (N, 2) and signs (N, T) in, scores (N,) of clashing and of agreeing out."""

    def __init__(self, states: Tensor, signs: Tensor) -> None:
        super().__init__()
        for name, rows in (("states", states), ("signs", signs)):
            self.register_buffer(f"{name}_mean", rows.mean(0))
            self.register_buffer(f"{name}_deviation", rows.std(0) + 1e-3)
        self.voice = nn.Linear(states.shape[1], WIDTH)
        self.pair = nn.Linear(4 * WIDTH + signs.shape[1], INNER)
        self.out = nn.Linear(INNER, 2)
        self.few_out, self.half_out = nn.Dropout(0.2), nn.Dropout(0.5)

    def forward(self, first: Tensor, second: Tensor, signs: Tensor) -> Tensor:
        """Return the scores (N, 2) of pairs."""
        one, other = (
            torch.tanh(self.voice(self.few_out((s - self.states_mean) / self.states_deviation)))
            for s in (first, second)
        )
        shown = (signs - self.signs_mean) / self.signs_deviation
        inner = torch.cat([one, other, one * other, (one - other).abs(), shown], dim=1)
        return self.out(self.half_out(torch.relu(self.pair(self.half_out(inner)))))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights as a `Skimmer` has them; of the two outputs the one of clashing."""
        arrays = {
            "mean": self.states_mean,
            "deviation": self.states_deviation,
            "usual": self.signs_mean,
            "spread": self.signs_deviation,
            "voice": self.voice.weight,
            "voice_bias": self.voice.bias,
            "pair": self.pair.weight,
            "pair_bias": self.pair.bias,
            "out": self.out.weight[0],
            "out_bias": self.out.bias[:1],
        }
        return {name: tensor.detach().numpy().astype(np.float32) for name, tensor in arrays.items()}


def read_states(article: Annotated) -> np.ndarray:
    """Return what a skimmer is given of the voices of an article (V, S)."""
    voices = voices_of(article.record)
    return states_of(voices, analyse(article.record.document.text, load_reader()), article.vectors)


def train(states: Tensor, pairs: np.ndarray, labelled: list[Labelled]) -> Network:
    """Return a network that learned from pairs (N, 2) of voices with these states; the last of a few epochs."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    signs = torch.from_numpy(np.stack([p.signs for p in labelled]).astype(np.float32))
    label = np.array([p.label for p in labelled])
    weight = torch.tensor([p.weight for p in labelled])
    wanted = torch.from_numpy(np.stack([label == 2, label == 1], axis=1).astype(np.float32))
    model = Network(states, signs)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    clashing, others = np.flatnonzero(label == 2), np.flatnonzero(label != 2)
    for epoch in range(EPOCHS):
        chosen = rng.choice(others, min(len(others), OTHERS * len(clashing)), replace=False)
        order = rng.permutation(np.concatenate([clashing, chosen]))
        for rows in np.array_split(order, max(1, len(order) // BATCH)):
            scores = model(states[pairs[rows, 0]], states[pairs[rows, 1]], signs[rows])
            each = nn.functional.binary_cross_entropy_with_logits(scores, wanted[rows], reduction="none")
            loss = ((each[:, 0] + 0.3 * each[:, 1]) * weight[rows]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f} in its last batch", flush=True)
    return model.eval()


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--run", type=Path, default=Path("build/comparer"))
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="where the weights are written")
    options = parser.parse_args()
    annotated = load_annotated(options.data, options.run / "annotated.pkl")
    states, pairs, labelled, before = [], [], [], 0
    for article in (a for a in annotated if not is_kept_back(a.name) and a.record.statements):
        states.append(read_states(article))
        for pair in label_pairs(article):
            labelled.append(pair)
            pairs.append((before + pair.first.rank, before + pair.second.rank))
        before += len(states[-1])
    model = train(torch.from_numpy(np.concatenate(states)), np.array(pairs), labelled)
    np.savez(options.model / "skimmer.npz", **{n: a.astype(np.float16) for n, a in model.arrays().items()})


if __name__ == "__main__":
    main()
