"""How well statements were found, measured against annotated attributions.

All figures count word tokens only, so quotation marks and punctuation at the borders of a passage
neither help nor harm. A found statement and an annotated one are matched one to one by the overlap
of their contents (intersection over union of words), the best first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Range: TypeAlias = tuple[int, int]
Attribution: TypeAlias = Mapping[str, Sequence[Range]]
Tokens: TypeAlias = frozenset[int]

ROLES = ("source", "cue", "content")
ENOUGH = 0.5
"""The overlap of contents from which a statement counts as found."""

_TOKEN = re.compile(r"\w+(?:[’'.-]\w+)*")
_MARKS = frozenset('“”"«»')
_PRONOUNS = frozenset(
    (
        "i",
        "we",
        "you",
        "he",
        "she",
        "it",
        "they",
        "who",
        "whom",
        "his",
        "her",
        "their",
        "my",
        "our",
        "its",
        "him",
        "them",
    )
)


class Figure(NamedTuple):
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass
class Tally:
    """Counts over articles, from which the figures follow."""

    tokens: dict[str, list[int]] = field(default_factory=lambda: {role: [0, 0, 0] for role in ROLES})
    annotated: int = 0
    found: int = 0
    exact: int = 0
    attributed: int = 0
    direct: Counter[str] = field(default_factory=Counter)
    by_form: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_source: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    judged: list[tuple[float, bool]] = field(default_factory=list)

    def figures(self) -> dict[str, Figure]:
        """Return precision, recall and F1 by name."""
        named = {f"token_{role}": _figure(*self.tokens[role]) for role in ROLES}
        named["content_exact"] = _figure(self.exact, self.found, self.annotated)
        named["attribution"] = _figure(self.attributed, self.found, self.annotated)
        return named

    def shares(self) -> dict[str, float]:
        """Return the shares of direct quotations that were found, and found with the right source."""
        whole = max(1, self.direct["annotated"])
        return {
            "direct_recall": self.direct["found"] / whole,
            "direct_attributed": self.direct["attributed"] / whole,
        }


def add_article(tally: Tally, text: str, annotated: Sequence[Attribution], found: Sequence[Attribution]) -> list[bool]:
    """Count one article; return for each found statement whether content and source are right."""
    spans = [m.span() for m in _TOKEN.finditer(text)]
    gold = [_tokens(a, spans) for a in annotated if a["content"]]
    kept = [a for a in annotated if a["content"]]
    guesses = [_tokens(a, spans) for a in found]
    for role in ROLES:
        a, b = (frozenset[int]().union(*(x[role] for x in side)) for side in (gold, guesses))
        for k, n in enumerate((len(a & b), len(b), len(a))):
            tally.tokens[role][k] += n
    tally.annotated += len(gold)
    tally.found += sum(1 for g in guesses if g["content"])
    partner, overlaps = _match(gold, guesses)
    right = [False] * len(found)
    for i, attribution in enumerate(gold):
        form, kind = form_of(text, kept[i]["content"]), source_kind(text, kept[i]["source"])
        for counts in (tally.by_form[form], tally.by_source[kind]):
            counts["annotated"] += 1
        j = partner.get(i)
        hit = j is not None and overlaps[i] >= ENOUGH
        sources_meet = j is not None and _meet(attribution["source"], guesses[j]["source"])
        if j is not None:
            tally.exact += overlaps[i] == 1.0
            right[j] = hit and sources_meet
        tally.attributed += hit and sources_meet
        for counts in (tally.by_form[form], tally.by_source[kind]):
            counts["found"] += hit
            counts["attributed"] += hit and sources_meet
        if is_direct(text, kept[i]["content"]):
            tally.direct["annotated"] += 1
            tally.direct["found"] += hit
            tally.direct["attributed"] += hit and sources_meet
    return right


def _tokens(attribution: Attribution, spans: Sequence[Range]) -> dict[str, Tokens]:
    return {
        role: frozenset(
            k for k, (a, b) in enumerate(spans) if any(a < end and b > start for start, end in attribution[role])
        )
        if attribution[role]
        else frozenset()
        for role in ROLES
    }


def _match(
    gold: Sequence[Mapping[str, Tokens]], guesses: Sequence[Mapping[str, Tokens]]
) -> tuple[dict[int, int], dict[int, float]]:
    pairs = []
    for i, g in enumerate(gold):
        for j, p in enumerate(guesses):
            shared = len(g["content"] & p["content"])
            if shared:
                pairs.append((shared / len(g["content"] | p["content"]), i, j))
    partner: dict[int, int] = {}
    overlaps: dict[int, float] = {}
    taken: set[int] = set()
    for overlap, i, j in sorted(pairs, reverse=True):
        if i not in partner and j not in taken:
            partner[i], overlaps[i] = j, overlap
            taken.add(j)
    return partner, overlaps


def _meet(annotated: Tokens, found: Tokens) -> bool:
    return bool(annotated & found) or not (annotated or found)


def _figure(hits: int, found: int, annotated: int) -> Figure:
    precision = hits / found if found else 0.0
    recall = hits / annotated if annotated else 0.0
    return Figure(precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def is_direct(text: str, content: Sequence[Range]) -> bool:
    """Tell whether an annotated content is a direct quotation: marks at both of its ends."""
    inside = " ".join(text[s:e] for s, e in content).strip()
    if inside[:1] in _MARKS and inside[-1:] in _MARKS and inside:
        return True
    start, end = min(s for s, _ in content), max(e for _, e in content)
    before, after, last = text[max(0, start - 1) : start], text[end : end + 1], text[end - 1 : end]
    return before in _MARKS and (after in _MARKS or last in _MARKS)


def form_of(text: str, content: Sequence[Range]) -> str:
    """Return direct, mixed (marks somewhere) or indirect for an annotated content."""
    if is_direct(text, content):
        return "direct"
    return "mixed" if any(set(text[s:e]) & _MARKS for s, e in content) else "indirect"


def source_kind(text: str, source: Sequence[Range]) -> str:
    """Return how a source is named: none, pronoun, name (a capital inside it) or nominal."""
    words = " ".join(text[s:e] for s, e in source).split()
    if not words:
        return "none"
    if len(words) == 1 and words[0].lower() in _PRONOUNS:
        return "pronoun"
    rest = words[1:] if words[0].lower() in ("the", "a", "an", "some", "many", "one", "most") else words
    return "name" if any(w[:1].isupper() for w in rest) else "nominal"


def calibration(
    judged: Iterable[tuple[float, bool]], *, bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Return the expected calibration error and, for each bin of confidence, (mean, share right, count).

    The error is the mean distance between confidence and share of right statements over equally
    wide bins, weighted by their counts (Naeini, Cooper and Hauskrecht 2015).
    """
    groups: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in judged:
        groups[min(bins - 1, int(confidence * bins))].append((confidence, right))
    rows = []
    for k in sorted(groups):
        group = groups[k]
        rows.append((sum(c for c, _ in group) / len(group), sum(r for _, r in group) / len(group), len(group)))
    total = sum(n for _, _, n in rows)
    error = sum(abs(mean - share) * n for mean, share, n in rows) / total if total else 0.0
    return error, rows
