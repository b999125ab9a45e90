"""The centres by which statements are looked for by meaning: `python -m training.cells --data ../shared/data`.

K-means over the vectors of the statements of the articles that `training.disputes` has, with a fixed seed;
`language.meaning` loads what it writes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from onrecord.language.meaning import as_bytes
from onrecord.language.reader import MODEL_FOLDER
from training.disputes import load_annotated

CENTRES, ROUNDS, SEED = 256, 25, 1


def collect(data: Path, cache: Path) -> np.ndarray:
    """Return the vectors (N, 384) of what is said in the articles, at length one."""
    rows = [article.vectors for article in load_annotated(data, cache) if len(article.vectors)]
    vectors = np.concatenate(rows).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors[lengths[:, 0] > 0] / lengths[lengths[:, 0] > 0]


def find_centres(vectors: np.ndarray) -> np.ndarray:
    """Return the centres (256, 384) of vectors, by k-means on the sphere; an empty one starts again elsewhere."""
    rng = np.random.default_rng(SEED)
    centres = vectors[rng.choice(len(vectors), CENTRES, replace=False)]
    for _ in range(ROUNDS):
        own = (vectors @ centres.T).argmax(1)
        for k in range(CENTRES):
            inside = vectors[own == k]
            centres[k] = inside.sum(0) if len(inside) else vectors[rng.integers(len(vectors))]
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres


def main() -> None:
    """Learn and write the centres, and print how evenly they share the vectors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--run", type=Path, default=Path("build/comparer"))
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="where the centres are written")
    options = parser.parse_args()
    vectors = collect(options.data, options.run / "annotated.pkl")
    centres = find_centres(vectors)
    np.save(options.model / "cells.npy", as_bytes(centres))
    sizes = np.bincount((vectors @ centres.T).argmax(1), minlength=CENTRES)
    print(f"{len(vectors)} vectors in {CENTRES} cells of {sizes.min()} to {sizes.max()}, median {np.median(sizes):.0f}")


if __name__ == "__main__":
    main()
