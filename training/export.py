"""Write the trained weights as the files that the package ships: `python -m training.export`.

The weights of the last two epochs of several runs that differ only in the order of the articles are averaged first:
such runs end in one valley of the loss, and its middle generalises better than its sides (Wortsman et al. 2022,
"Model soups").
Fuses attention, quantises the weights to 8 bits and writes `reader.onnx`, two link scorers,
`tokenizer.json` and `reader.json` (transitions and settings; `training.calibrate` adds the
confidence). Then measures the quantised and the unquantised model on PolNeAR's dev articles, and
fails where quantising cost half a point of attribution F1 or more.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model

from eval.measure import measure
from onrecord.attribution.links import FEATURE_SIZES
from onrecord.attribution.tags import TAGS
from onrecord.language.reader import MODEL_FOLDER, Reader
from onrecord.language.windows import CASES
from training.encoder import encoder_folder
from training.network import LinkScorer, MentionTagger, Network

WINDOW = 384
"""Word pieces in a window when reading. On the articles kept from training, 256, 320 and 384 differ by less than a
point of attribution F1; on the dev articles (the only choice made there) 384 is best by one and a half."""

MOST_COST = 0.005

OPSET = 17


class Links(torch.nn.Module):
    """A link scorer with both of its outputs."""

    def __init__(self, scorer: LinkScorer) -> None:
        super().__init__()
        self.scorer = scorer

    def forward(self, child: torch.Tensor, cue: torch.Tensor, place: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the fit of each pair and the score of no link for each cue."""
        return self.scorer(child, cue, place), self.scorer.none(cue).squeeze(-1)


def last_epochs(run: Path) -> list[Path]:
    """Return the weights of the last two epochs of a run."""
    return sorted(run.glob("epoch-*.pt"), key=lambda path: int(path.stem.partition("-")[2]))[-2:]


def average(weights: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the weights of several runs."""
    runs = [torch.load(path, weights_only=True) for path in weights]
    return {
        name: torch.stack([run[name] for run in runs]).mean(0) if first.is_floating_point() else first
        for name, first in runs[0].items()
    }


def export(weights: Sequence[Path], folder: Path, *, quantised: bool) -> None:
    """Write the files of the reader into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model = Network(str(encoder_folder()))
    model.load_state_dict(average(weights))
    model.eval()
    heads, width = model.encoder.config.num_attention_heads, model.encoder.config.hidden_size
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch, "plain.onnx"), Path(scratch, "fused.onnx")
        _write_encoder(model, plain)
        optimised = optimize_model(str(plain), model_type="bert", num_heads=heads, hidden_size=width, opt_level=0)
        optimised.save_model_to_file(str(fused))
        if quantised:
            # One scale for each output channel. Seven bits, as sums of 8-bit products overflow on
            # processors without VNNI: this way all of them compute the same.
            quantize_dynamic(
                fused,
                folder / "reader.onnx",
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
        else:
            shutil.copy(fused, folder / "reader.onnx")
    for role, scorer in model.links.items():
        _write_links(Links(scorer).eval(), folder / f"{role}-links.onnx", width)
    # Untrained as yet: `training.mentions` puts the trained one in its place.
    write_mentions(MentionTagger(2 * width + CASES + 1), folder / "mentions.onnx")
    _write_tokenizer(folder / "tokenizer.json")
    settings = {
        "tags": TAGS,
        "window": WINDOW,
        "width": width,
        "confidence": {},
        "transitions": [[round(x, 4) for x in row] for row in model.transitions.tolist()],
    }
    (folder / "reader.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _write_encoder(model: Network, path: Path) -> None:
    pieces = torch.randint(1000, 20000, (2, 64))
    mask = torch.ones_like(pieces)
    mask[0, 50:] = 0
    features = torch.zeros(2, 64, 3, dtype=torch.long)
    names = ("pieces", "mask", "features", "hidden", "scores", "half_way")
    torch.onnx.export(
        model,
        (pieces, mask, features),
        str(path),
        input_names=list(names[:3]),
        output_names=list(names[3:]),
        dynamic_axes={name: {0: "windows", 1: "pieces"} for name in names},
        opset_version=OPSET,
        dynamo=False,
    )


def _write_links(links: Links, path: Path, width: int) -> None:
    place = torch.zeros(3, 2, len(FEATURE_SIZES), dtype=torch.long)
    torch.onnx.export(
        links,
        (torch.zeros(3, 2 * width), torch.zeros(2, 2 * width), place),
        str(path),
        input_names=["child", "cue", "place"],
        output_names=["fits", "none"],
        dynamic_axes={"child": {0: "children"}, "cue": {0: "cues"}, "place": {0: "children", 1: "cues"}},
        opset_version=OPSET,
        dynamo=False,
    )


def write_mentions(model: MentionTagger, path: Path) -> None:
    """Write a mention tagger as an ONNX file."""
    torch.onnx.export(
        model.eval(),
        (torch.zeros(3, model.inner.in_features // 3),),
        str(path),
        input_names=["inputs"],
        output_names=["proper", "kind", "form", "male"],
        dynamic_axes={name: {0: "words"} for name in ("inputs", "proper", "kind", "form", "male")},
        opset_version=OPSET,
        dynamo=False,
    )


def _write_tokenizer(path: Path) -> None:
    """Write the encoder's tokenizer without its truncation and padding."""
    content = json.loads((encoder_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    content["truncation"] = content["padding"] = None
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def measure_cost(weights: Sequence[Path], folder: Path, split: Path) -> float:
    """Print the figures of the model in a folder and of the same weights unquantised; return the cost."""
    reached = []
    with tempfile.TemporaryDirectory() as scratch:
        export(weights, Path(scratch), quantised=False)
        for name, where in (("unquantised", Path(scratch)), ("quantised", folder)):
            figures = measure(split, Reader(where)).figures()
            print(name, *(f"{figure} {value.f1:.1%}" for figure, value in figures.items()), sep="  ", flush=True)
            reached.append(figures["attribution"].f1)
    return reached[0] - reached[1]


def main() -> None:
    """Read the options, export and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    runs = [Path("build") / name for name in ("reader", "reader-2", "reader-3")]
    parser.add_argument("--runs", type=Path, nargs="+", default=runs, help="folders of the runs to be averaged")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--out", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    weights = [path for run in options.runs for path in last_epochs(run)]
    export(weights, options.out, quantised=True)
    cost = measure_cost(weights, options.out, options.data / "polnear" / "dev")
    if cost >= MOST_COST:
        raise SystemExit(f"quantising cost {cost:.1%} of attribution F1, half a point or more")


if __name__ == "__main__":
    main()
