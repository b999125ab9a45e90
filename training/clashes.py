"""Write the trained comparer as the files that the package ships: `python -m training.clashes`.

Exports the network with 8-bit weights (`comparer.onnx`), and learns from the articles that were kept back from its
training how sure what it finds is: the weights of the signs and of its scores, and from which chance a dispute is kept
and shown (`comparer.json`).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model

from onrecord.disputes.comparing import Candidate, chances, evidence, skim
from onrecord.disputes.explicit import CONTRADICTED
from onrecord.disputes.finder import MOST
from onrecord.disputes.signs import signs_of
from onrecord.disputes.skimming import load_skimmer
from onrecord.disputes.voices import Voice, show, voices_of
from onrecord.language.comparer import SETTINGS
from onrecord.language.comparer import Comparer as Shipped
from onrecord.language.meaning import cosines
from onrecord.language.reader import MODEL_FOLDER
from training.calibrate import fit_logistic
from training.comparer import Comparer, fit_signs
from training.disputes import Annotated, far_apart, is_kept_back, is_own, label_pairs, load_annotated
from training.encoder import encoder_folder
from training.export import OPSET
from training.skimming import read_states

RIDGE = 3.0
LEAST_PROMISE, LEAST_SKIM = 0.01, -5.0
"""Pairs that promise less by their signs, or in the skimmer's score, are not looked at."""
RIGHT = 0.8
"""The share of holder pairs that must be right, on the articles of PolNeAR kept back, of those kept and shown.

Where no chance reaches that, hardly more is kept than what an article puts into words (`disputes.explicit`).
"""


def export(weights: Path, path: Path) -> None:
    """Write the network with 8-bit weights: the scores of the relation, the types and the inference."""
    model = Comparer(str(encoder_folder()))
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    config = model.encoder.config
    pieces = torch.randint(1000, 20000, (2, 64))
    given = (pieces, torch.ones_like(pieces), torch.zeros_like(pieces))
    inputs, outputs = ("pieces", "mask", "sides"), ("relation", "types", "inference", "stance")
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch, "plain.onnx"), Path(scratch, "fused.onnx")
        torch.onnx.export(
            model,
            given,
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={**{n: {0: "pairs", 1: "pieces"} for n in inputs}, **{n: {0: "pairs"} for n in outputs}},
            opset_version=OPSET,
            dynamo=False,
        )
        optimised = optimize_model(
            str(plain), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0
        )
        optimised.save_model_to_file(str(fused))
        quantize_dynamic(
            fused,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


class Judged:
    """What the comparer makes of the pairs of an article that it would be asked about.

    `rows` is the evidence of each pair; `right` tells which are most directly opposed, `opposed` which are at all.
    """

    def __init__(self, article: Annotated, asked: Sequence[Candidate], comparer: Shipped) -> None:
        self.article, self.pairs = article, asked
        rows = [evidence(c, comparer.compare(*show(c.first, c.second))) for c in asked]
        self.rows = np.stack(rows) if rows else np.zeros((0, 0))
        ranks = [(c.first.rank, c.second.rank) for c in asked]
        self.right = np.array([pair in article.direct for pair in ranks], dtype=bool)
        self.opposed = np.array([pair in article.opposed for pair in ranks], dtype=bool)


def gather(articles: Sequence[Annotated], comparer: Shipped, promise: np.ndarray) -> tuple[list[Judged], list[Judged]]:
    """Return what the comparer makes of articles: of pairs as they stand, and as if they stood in different ones."""
    skimmer, near, far = load_skimmer(), [], []
    for article in articles:
        voices = voices_of(article.record)
        if voices:
            candidates = skim(
                voices, read_states(article), cosines(article.vectors), skimmer, most=MOST, least=LEAST_SKIM
            )
            near.append(Judged(article, candidates, comparer))
            apart = [as_if_far(candidate, promise) for candidate in candidates]
            far.append(Judged(article, apart, comparer))
    return near, far


def as_if_far(candidate: Candidate, promise: np.ndarray) -> Candidate:
    """Return a candidate as it would be if its voices stood in different articles."""
    elsewhere = replace(candidate.second, article=replace(candidate.second.article))
    signs = signs_of(candidate.first, elsewhere, float(candidate.signs[1]))
    return Candidate(candidate.first, elsewhere, signs, float(chances(signs[None], promise)[0]))


def fit(judged: Sequence[Judged]) -> np.ndarray:
    """Return the weights of the evidence for a pair being in dispute; what is less directly opposed is left out."""
    some = [(one.rows, one.right, ~one.opposed | one.right) for one in judged if len(one.pairs)]
    x = np.concatenate([rows[kept] for rows, _, kept in some])
    y = np.concatenate([right[kept] for _, right, kept in some])
    scale = np.maximum(x.std(0), 1e-3)
    scale[0] = 1  # the bias
    return fit_logistic(x / scale, y.astype(float), ridge=RIDGE) / scale


def holder_pairs(judged: Sequence[Judged], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the chance of each pair of holders, whether it is right, and how many right ones there are in all."""
    found, right, total = [], [], 0
    for one in judged:
        best: dict[frozenset[str], float] = {}
        sure = chances(one.rows, weights) if len(one.pairs) else []
        for pair, chance in zip(one.pairs, sure, strict=True):
            key = _holders(pair.first, pair.second)
            best[key] = max(best.get(key, 0.0), float(chance))
        voices = voices_of(one.article.record)
        gold = {_holders(voices[i], voices[j]) for i, j in one.article.direct}
        gold = {pair for pair in gold if len(pair) == 2}
        total += len(gold)
        found += best.values()
        right += [key in gold for key in best]
    return np.array(found), np.array(right), total


def _holders(one: Voice, other: Voice) -> frozenset[str]:
    return frozenset((one.holder or one.id, other.holder or other.id))


def threshold(found: np.ndarray, right: np.ndarray, share: float) -> float:
    """Return the lowest chance from which at least such a share of holder pairs is right, smoothed by one wrong one."""
    order = np.argsort(-found)
    precision = np.cumsum(right[order]) / (np.arange(len(order)) + 2)
    enough = np.flatnonzero(precision >= share)
    return round(float(found[order[enough[-1]]]), 2) if len(enough) else 1.0


def report(name: str, judged: Sequence[Judged], weights: np.ndarray) -> None:
    """Print at which chance which share of the holder pairs is right, and how many of all are found."""
    found, right, total = holder_pairs(judged, weights)
    print(f"{name}: {total} holder pairs in dispute in {len(judged)} articles", flush=True)
    for share in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
        at = threshold(found, right, share)
        print(f"  right {share:.0%}: from {at:.2f}, recall {(right & (found >= at)).sum() / max(1, total):.1%}")


def main() -> None:
    """Export, fit, and print how it does on what was kept back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--run", type=Path, default=Path("build/comparer"))
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    export(options.run / "disputes.pt", options.model / "comparer.onnx")
    annotated = load_annotated(options.data, options.run / "annotated.pkl")
    kept = [a for a in annotated if is_kept_back(a.name)]
    promise = fit_signs([[far_apart(p) for p in label_pairs(a)] for a in annotated if not is_kept_back(a.name)])
    path = options.model / "comparer.json"
    path.write_text(json.dumps(dict.fromkeys(SETTINGS, 0)), encoding="utf-8")  # so that it can be loaded
    near, far = gather(kept, Shipped(options.model, threads=2), promise)
    clash, clash_far = fit(near), fit(far)
    for name, judged, weights in (("near", near, clash), ("as if far apart", far, clash_far)):
        report(f"all, {name}", judged, weights)
        report(f"PolNeAR, {name}", [j for j in judged if not is_own(j.article)], weights)
        report(f"self-written, {name}", [j for j in judged if is_own(j.article)], weights)
    news, news_far = ([j for j in judged if not is_own(j.article)] for judged in (near, far))
    found, found_far = (holder_pairs(j, w)[:2] for j, w in ((news, clash), (news_far, clash_far)))
    settings = {
        "promise": _rounded(promise),
        "least_promise": LEAST_PROMISE,
        "least_skim": LEAST_SKIM,
        "clash": _rounded(clash),
        "clash_far": _rounded(clash_far),
        "least": min(threshold(*found, RIGHT), CONTRADICTED),
        "shown": min(threshold(*found, RIGHT), CONTRADICTED),
        "shown_far": min(threshold(*found_far, RIGHT), CONTRADICTED),
        "shown_changed": min(threshold(*found_far, RIGHT), CONTRADICTED),
    }
    path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    print({name: value for name, value in settings.items() if isinstance(value, float)})


def _rounded(weights: np.ndarray) -> list[float]:
    return [round(float(weight), 4) for weight in weights]


if __name__ == "__main__":
    main()
