"""The network: a BERT-like encoder with features, a tag head with a CRF, and a link scorer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel

from onrecord.attribution.links import FEATURE_SIZES
from onrecord.attribution.tags import FORBIDDEN, TAGS, may_follow
from onrecord.language.reader import FORMS, KINDS
from onrecord.language.windows import CASES, QUOTE_STATES, STARTS

LINK_WIDTH = 128
MENTION_WIDTH = 192

HALF_WAY = (2, 4)
"""The layers whose states the mention tagger reads."""


class MentionTagger(nn.Module):
    """Inputs of words (W, D), in the order of the text; chances of a proper name, kinds, forms and male out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(3 * width, MENTION_WIDTH)
        self.dropout = nn.Dropout(0.3)
        self.out = nn.Linear(MENTION_WIDTH, 2 + len(KINDS) + len(FORMS))

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the chance of a proper name (W,), of each kind (W, 5), of each form (W, 4) and of male (W,)."""
        nothing = torch.zeros_like(inputs[:1])
        before, after = torch.cat([nothing, inputs[:-1]]), torch.cat([inputs[1:], nothing])
        proper, kind, form, male = self.score(torch.cat([before, inputs, after], dim=1))
        return torch.sigmoid(proper), torch.softmax(kind, dim=1), torch.softmax(form, dim=1), torch.sigmoid(male)

    def score(self, joined: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the scores of words from their inputs and their neighbours' (W, 3D)."""
        scores = self.out(self.dropout(torch.relu(self.inner(joined))))
        proper, kind, form, male = scores.split((1, len(KINDS), len(FORMS), 1), dim=1)
        return proper.squeeze(1), kind, form, male.squeeze(1)


class Target(NamedTuple):
    """What is held of tag sequences: the chance of each tag (B, W, 7) and of each step (B, W - 1, 7, 7)."""

    tags: Tensor
    moves: Tensor


class Network(nn.Module):
    """Pieces and features in; hidden states (B, T, H), tag scores (B, T, 7) and states half-way (B, T, 2H) out."""

    def __init__(self, encoder_path: str, *, dropout: float = 0.1) -> None:
        super().__init__()
        # Attention dropout is off: on a CPU it costs a third of the time of a step.
        self.encoder = BertModel.from_pretrained(
            encoder_path,
            add_pooling_layer=False,
            attn_implementation="eager",  # on one thread a quarter faster than "sdpa", and what the export needs
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

    def forward(self, pieces: Tensor, mask: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the last hidden states, the tag scores and the states half-way of each piece.

        The last layers keep little of what kind of thing a name is; `training.mentions` reads it half-way.
        """
        embedded = self.encoder.embeddings.word_embeddings(pieces)
        for k, table in enumerate(self.features):
            embedded = embedded + table(features[:, :, k])
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True)
        hidden = states.last_hidden_state
        half_way = torch.cat([states.hidden_states[k] for k in HALF_WAY], dim=-1)
        return hidden, self.tags(self.dropout(hidden)), half_way

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


def crf_loss(scores: Tensor, target: Target, mask: Tensor, steps: Tensor) -> Tensor:
    """Return the summed loss of beliefs about tag sequences, given scores (B, W, 7).

    The loss is the cross-entropy between the target's distribution over sequences and the model's: for a
    single sequence its negative log-likelihood; for a mixture, structural distillation (Wang et al. 2020).
    """
    expected = (scores * target.tags * mask[:, :, None]).sum()
    expected = expected + (steps * target.moves * mask[:, 1:, None, None]).sum()
    return log_partition(scores, mask, steps).sum() - expected


def log_partition(scores: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
    """Return the log of the summed weight of all tag sequences, for each window (B,).

    The steps are (7, 7), or (W - 1, 7, 7) where every place has its own.
    """
    alpha = scores[:, 0]
    for t in range(1, scores.shape[1]):
        step = steps if steps.dim() == 2 else steps[t - 1]
        after = torch.logsumexp(alpha[:, :, None] + step[None], dim=1) + scores[:, t]
        alpha = torch.where(mask[:, t, None] > 0, after, alpha)
    return torch.logsumexp(alpha, dim=1)


def ends_of(hidden: Tensor, first: np.ndarray, begin: np.ndarray, end: np.ndarray) -> Tensor:
    """Return the hidden states of the first and the last word of segments, side by side (N, 2H)."""
    return torch.cat([hidden[torch.from_numpy(first[begin])], hidden[torch.from_numpy(first[end - 1])]], dim=1)
