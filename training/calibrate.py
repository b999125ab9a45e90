"""Fit the confidence of statements on articles that were kept from training: `python -m training.calibrate`.

A logistic regression tells from a draft's evidence how likely its content and source are right, by
the measure of `eval.figures`. Its weights go into `reader.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from eval.figures import Tally, add_article
from eval.polnear import load_split
from onrecord.attribution.statements import EVIDENCE, draft_statements, evidence, passages_of
from onrecord.language.reader import MODEL_FOLDER, Reader, analyse
from training.corpus import is_held_out

RIDGE = 1.0


def fit_logistic(x: np.ndarray, y: np.ndarray, *, ridge: float = RIDGE, rounds: int = 50) -> np.ndarray:
    """Return the weights of a logistic regression, by Newton's method; the first column is the bias."""
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 0
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - chance) - penalty @ weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + penalty
        weights += np.linalg.solve(curvature, gradient)
    return weights


def collect(data: Path, reader: Reader) -> tuple[np.ndarray, np.ndarray]:
    """Return the evidence of every draft in the held-out articles, and which drafts are right."""
    rows, right = [], []
    for article in load_split(data / "polnear" / "train"):
        if not is_held_out(article.name):
            continue
        analysis = analyse(article.text, reader)
        words = analysis.words
        drafts, chances = draft_statements(analysis, reader)
        found = [passages_of(draft, words) for draft in drafts]
        right += add_article(Tally(), article.text, article.annotations[0], found)
        rows += [[evidence(draft, words, chances)[name] for name in EVIDENCE] for draft in drafts]
    return np.array(rows), np.array(right, dtype=float)


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    x, y = collect(options.data, Reader(options.model))
    weights = fit_logistic(x, y)
    path = options.model / "reader.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["confidence"] = {name: round(float(w), 4) for name, w in zip(EVIDENCE, weights, strict=True)}
    path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    print(f"{len(y)} drafts, {y.mean():.1%} right; weights {settings['confidence']}")


if __name__ == "__main__":
    main()
