"""What a reader holds of the articles that it was not trained on: `python -m training.opinions`.

The chance of each tag and of each step from tag to tag, given the whole window. They are the
gradients of the log partition function by the scores (Eisner 2016), so they need no code of their own.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch

from onrecord.attribution.tags import TAGS
from onrecord.language.windows import Words, cut_windows
from training.corpus import fold_of, is_held_out, load_articles
from training.encoder import encoder_folder, load_tokenizer
from training.network import Network, log_partition


@dataclass(frozen=True)
class Opinion:
    """The chances of the tags (W, 7) and of the steps (W - 1, 7, 7) of an article's words."""

    tags: np.ndarray
    moves: np.ndarray


Opinions: TypeAlias = dict[str, Opinion]


def load_opinions(folder: Path) -> Opinions:
    """Return the opinions in a folder by the name of the article."""
    found = {}
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as saved:
            found[path.stem] = Opinion(saved["tags"], saved["moves"])
    return found


def form_opinion(model: Network, words: Words, ends: tuple[int, int]) -> Opinion:
    """Return what a model holds of an article, window by window."""
    tags = np.zeros((len(words), len(TAGS)), dtype=np.float16)
    moves = np.zeros((len(words) - 1, len(TAGS), len(TAGS)), dtype=np.float16)
    bounds = np.append(words.first, len(words.pieces))
    for begin, end in cut_windows(words):
        low, high = int(bounds[begin]), int(bounds[end])
        pieces = torch.tensor([[ends[0], *words.pieces[low:high], ends[1]]])
        features = torch.zeros(1, pieces.shape[1], 3, dtype=torch.long)
        features[0, 1:-1] = torch.from_numpy(words.features[low:high])
        with torch.no_grad():
            _, scores, _ = model(pieces, torch.ones_like(pieces), features)
        at_words = scores[:, torch.from_numpy(words.first[begin:end] - low + 1)].requires_grad_()
        steps = model.steps().detach().repeat(max(1, end - begin - 1), 1, 1).requires_grad_()
        log_partition(at_words, torch.ones(1, end - begin), steps).sum().backward()
        tags[begin:end] = at_words.grad[0].numpy()
        if end - begin > 1:
            moves[begin : end - 1] = steps.grad.numpy()
        if begin > 0:  # no window holds this step: its two ends are taken as independent
            moves[begin - 1] = tags[begin - 1][:, None] * tags[begin][None, :]
    return Opinion(tags, moves)


def main() -> None:
    """Write the opinions of both readers, each on the half of the articles that it was trained without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--readers", type=Path, nargs=2, default=[Path("build/without-0"), Path("build/without-1")])
    parser.add_argument("--out", type=Path, default=Path("build/opinions"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer()
    ends = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
    articles = [a for a in load_articles(options.data / "polnear" / "train", tokenizer) if not is_held_out(a.name)]
    for fold, folder in enumerate(options.readers):
        model = Network(str(encoder_folder()))
        model.load_state_dict(torch.load(folder / "reader.pt", weights_only=True))
        model.eval()
        for article in articles:
            if fold_of(article.name) == fold:
                opinion = form_opinion(model, article.words, ends)
                np.savez_compressed(options.out / f"{article.name}.npz", tags=opinion.tags, moves=opinion.moves)


if __name__ == "__main__":
    main()
