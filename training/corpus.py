"""PolNeAR as training data: articles with their attributions, as words with tags and links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from eval.polnear import load_split
from onrecord.attribution.links import ROLES, Segment
from onrecord.attribution.tags import TAGS, may_follow
from onrecord.language.windows import Words, encode

HELD_OUT_OF = 20
"""One article in this many is kept from training, for calibration and for choosing an epoch."""


@dataclass(frozen=True)
class Annotation:
    """One annotator's reading of an article: for each word its tag, and the attributions."""

    tags: np.ndarray
    attributions: list[dict[str, list[Segment]]]


@dataclass(frozen=True)
class Article:
    """An article's name, its words, and one annotation for each of its annotators."""

    name: str
    words: Words
    annotations: list[Annotation]


def load_articles(split: Path, tokenizer: Tokenizer) -> list[Article]:
    """Read a split of PolNeAR, in the order of the names."""
    articles = []
    for name, text, readings in load_split(split):
        words = encode(text, tokenizer)
        if len(words):
            articles.append(Article(name, words, [annotate(words, a) for a in readings]))
    return articles


def is_held_out(name: str) -> bool:
    """Tell whether an article of the train split is kept from training, by a hash of its name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD_OUT_OF == 0


def fold_of(name: str) -> int:
    """Return which half of the articles, 0 or 1, an article belongs to, by a hash of its name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) // HELD_OUT_OF % 2


def annotate(words: Words, attributions: list[dict[str, list[tuple[int, int]]]]) -> Annotation:
    """Return an annotator's character ranges as tags and segments of words."""
    tags = np.zeros(len(words), dtype=np.int64)
    kept = []
    for attribution in attributions:
        if attribution["content"]:
            kept.append({role: _segments(words, role, attribution[role]) for role in ROLES})
    # Contents first, so that a source or cue inside one is written over it.
    for role in ("content", "source", "cue"):
        for attribution in kept:
            for segment in attribution[role]:
                tags[segment.begin : segment.end] = TAGS.index(f"I-{role}")
                tags[segment.begin] = TAGS.index(f"B-{role}")
    # What goes on after such a source or cue begins anew.
    torn = np.flatnonzero(~may_follow()[tags[:-1], tags[1:]]) + 1
    tags[torn] -= 1
    return Annotation(tags, kept)


def _segments(words: Words, role: str, spans: list[tuple[int, int]]) -> list[Segment]:
    segments: list[Segment] = []
    for start, end in sorted(spans):
        begin = int(np.searchsorted(words.end, start, side="right"))
        stop = int(np.searchsorted(words.start, end, side="left"))
        if begin >= stop:
            continue
        if segments and begin <= segments[-1].end:
            segments[-1] = Segment(role, segments[-1].begin, max(stop, segments[-1].end))
        else:
            segments.append(Segment(role, begin, stop))
    return segments
