"""The network: a BERT-like encoder with features, a tag head with a CRF, and a link scorer."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel

from onrecord.attribution.links import FEATURE_SIZES
from onrecord.attribution.tags import FORBIDDEN, TAGS, may_follow
from onrecord.attribution.windows import CASES, QUOTE_STATES, STARTS

LINK_WIDTH = 128


class Network(nn.Module):
    """Pieces and features in; hidden states (B, T, H) and tag scores (B, T, 7) out."""

    def __init__(self, encoder_path: str, *, dropout: float = 0.1) -> None:
        super().__init__()
        # Attention dropout is off: on a CPU it costs a third of the time of a step.
        self.encoder = BertModel.from_pretrained(
            encoder_path,
            add_pooling_layer=False,
            attn_implementation="sdpa",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        width = self.encoder.config.hidden_size
        self.features = nn.ModuleList(nn.Embedding(n, width) for n in (CASES, QUOTE_STATES, STARTS))
        for table in self.features:
            nn.init.zeros_(table.weight)
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(width, len(TAGS))
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.links = nn.ModuleDict({role: LinkScorer(width) for role in ("source", "content")})
        self.register_buffer("may_follow", torch.from_numpy(may_follow()))

    def forward(self, pieces: Tensor, mask: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the hidden states and the tag scores of each piece."""
        embedded = self.encoder.embeddings.word_embeddings(pieces)
        for k, table in enumerate(self.features):
            embedded = embedded + table(features[:, :, k])
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return hidden, self.tags(self.dropout(hidden))

    def steps(self) -> Tensor:
        """Return the transition scores, with the forbidden ones far below all others."""
        return torch.where(self.may_follow, self.transitions, torch.full_like(self.transitions, FORBIDDEN))


class LinkScorer(nn.Module):
    """Scores how well a child segment (source or content) fits a cue; the last column is none."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.child = nn.Linear(2 * width, LINK_WIDTH)
        self.cue = nn.Linear(2 * width, LINK_WIDTH)
        self.place = nn.ModuleList(nn.Embedding(n, LINK_WIDTH) for n in FEATURE_SIZES)
        self.out = nn.Linear(LINK_WIDTH, 1)
        self.none = nn.Linear(2 * width, 1)

    def forward(self, child: Tensor, cue: Tensor, features: Tensor) -> Tensor:
        """Return scores (children, cues) from (children, 2H), (cues, 2H), (children, cues, 6)."""
        joint = self.child(child)[:, None, :] + self.cue(cue)[None, :, :]
        for k, table in enumerate(self.place):
            joint = joint + table(features[:, :, k])
        return self.out(torch.relu(joint)).squeeze(-1)


def crf_loss(scores: Tensor, tags: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
    """Return the summed negative log-likelihood of tag sequences (B, W) given scores (B, W, 7)."""
    gold = scores.gather(2, tags[:, :, None]).squeeze(2)
    moves = steps[tags[:, :-1], tags[:, 1:]]
    gold_score = (gold * mask).sum(1) + (moves * mask[:, 1:]).sum(1)
    alpha = scores[:, 0]
    for t in range(1, scores.shape[1]):
        after = torch.logsumexp(alpha[:, :, None] + steps[None], dim=1) + scores[:, t]
        alpha = torch.where(mask[:, t, None] > 0, after, alpha)
    return (torch.logsumexp(alpha, dim=1) - gold_score).sum()


def ends_of(hidden: Tensor, first: np.ndarray, begin: np.ndarray, end: np.ndarray) -> Tensor:
    """Return the hidden states of the first and the last word of segments, side by side (N, 2H)."""
    return torch.cat([hidden[torch.from_numpy(first[begin])], hidden[torch.from_numpy(first[end - 1])]], dim=1)
