"""Joins tags, links and quotation marks into statements: who, what, how, and how surely."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from onrecord.attribution.cues import read_cue
from onrecord.attribution.links import NEAREST_CUES, ROLES, Role, Segment, score_links
from onrecord.attribution.tags import FORBIDDEN, TAGS, decode, segments_of
from onrecord.language.quotes import find_signatures
from onrecord.language.reader import Analysis, Floats, Reader, Scores
from onrecord.language.windows import CLOSING, OPENING, OUTSIDE, RUNNING, Words
from onrecord.model import Form, Passage, Statement, make_id

_B_CONTENT, _I_CONTENT = TAGS.index("B-content"), TAGS.index("I-content")
_LOOSE = frozenset(",;:—–-")

SURE_OF_SIGNATURE = 0.95
"""Stands for the tagger's chances where the text signs a quotation; set by hand, not learned."""

SURE_OF_BLOCK, LEAST_BLOCK = 0.88, 8
"""The chance that a block quotation is what a cue before it reports, and the words that it must have."""

STRETCH, MARGIN = 128, 2 * NEAREST_CUES
"""How many cues are linked in one go, and how many more on each side are looked at."""

LEAST = 0.15
"""Statements that are less sure than this are left out, but for direct quotations: the marks are there for
all to see. Both were chosen on the articles kept from training."""

MOSTLY = 0.5
"""A quotation that contents cover by more than this share is taken whole."""

EVIDENCE = ("bias", "content", "weakest", "begins", "ends", "cue", "source", "link", "source_link", "quoted")
"""What the confidence of a statement is computed from; `training.calibrate` learns the weights."""


@dataclass(slots=True)
class Draft:
    """A statement in the making, in words rather than characters."""

    cue: Segment | None
    source: Segment | None = None
    contents: list[Segment] = field(default_factory=list)
    link: float = 1.0
    source_link: float = 1.0


def find_statements(analysis: Analysis, document_id: str, reader: Reader) -> list[Statement]:
    """Return the statements of a text in the order of their contents.

    The contents of two statements never overlap; a source may be shared by several statements.
    The time is linear in the length of the text.
    """
    words = analysis.words
    if not len(words):
        return []
    drafts, chances = draft_statements(analysis, reader)
    weights: Mapping[str, float] = reader.settings["confidence"]
    found = [_statement(draft, words, chances, document_id, weights) for draft in drafts]
    return sorted(
        (s for s in found if s.content and (s.confidence >= LEAST or s.form == "direct")), key=lambda s: s.content[0]
    )


def draft_statements(analysis: Analysis, reader: Reader) -> tuple[list[Draft], Floats]:
    """Return the drafts of a text's statements and the chance of each tag at each word."""
    words, scores = analysis.words, analysis.scores
    path, chances = decode(scores.tags, reader.transitions)
    signed = _signed(words)
    taken = np.zeros(len(words), dtype=bool)
    for draft in signed:
        taken[draft.contents[0].begin : draft.source.end if draft.source else None] = True
    segments, chances = _with_blocks(_cut_at_paragraphs(segments_of(path, chances), words), words, chances)
    segments = [s for s in segments if not taken[s.begin : s.end].any()]
    sources, cues, contents = ([s for s in segments if s.role == role] for role in ROLES)
    contents = _reported(_whole_quotations(contents, words, chances), cues, words)
    drafts = _link(sources, cues, contents, words, scores, reader)
    return drafts + signed, chances


def _cut_at_paragraphs(segments: list[Segment], words: Words) -> list[Segment]:
    """Cut segments where a paragraph ends: only a quotation over paragraphs goes on beyond it."""
    starts = np.flatnonzero(np.diff(words.paragraph)) + 1
    borders = starts[words.quote[starts - 1] != RUNNING].tolist()
    cut = []
    for segment in segments:
        inside = borders[bisect_right(borders, segment.begin) : bisect_left(borders, segment.end)]
        cut += [replace(segment, begin=a, end=b) for a, b in pairwise([segment.begin, *inside, segment.end])]
    return cut


def _signed(words: Words) -> list[Draft]:
    """Return the statements that the text itself signs, with a dash and a name after the quotation."""
    drafts = []
    for start, end, dash, name in find_signatures(words.text, words.quotations):
        content = Segment("content", *words.range_of(start, end), SURE_OF_SIGNATURE)
        cue = Segment("cue", *words.range_of(*dash), SURE_OF_SIGNATURE)
        source = Segment("source", *words.range_of(*name), SURE_OF_SIGNATURE)
        drafts.append(Draft(cue, source, [content], SURE_OF_SIGNATURE, SURE_OF_SIGNATURE))
    return drafts


def _whole_quotations(contents: list[Segment], words: Words, chances: Floats) -> list[Segment]:
    """Let contents begin and end where the quotations that they mostly cover do.

    A border inside such a quotation is a slip of the tagger: nobody is quoted from the middle of a
    word-for-word sentence on. A paragraph of a quotation over paragraphs is added where the tagger
    passed it over.
    """
    spoken = [q for q in words.quotations if q.depth == 0 and (q.closed or q.runs_on)]
    borders = np.array([words.range_of(q.start, q.end) for q in spoken], dtype=np.int64).reshape(-1, 2)
    fixed: list[Segment] = []
    for k, segment in enumerate(contents):
        begin = _border(borders, segment.begin, segment, at=0)
        end = _border(borders, segment.end - 1, segment, at=1)
        begin = max(begin, fixed[-1].end if fixed else 0)
        end = min(end, contents[k + 1].begin if k + 1 < len(contents) else len(words))
        whole = replace(segment, begin=min(begin, segment.begin), end=max(end, segment.end))
        fixed.append(_after_colon(whole, words))
    taken = np.zeros(len(words), dtype=bool)
    for segment in fixed:
        taken[segment.begin : segment.end] = True
    for quotation, (a, b) in zip(spoken, borders.tolist(), strict=True):
        if (quotation.runs_on or quotation.continues) and a < b and not taken[a:b].any():
            chance = float(chances[a:b, _B_CONTENT:].sum(axis=1).mean())
            fixed.append(Segment("content", a, b, chance))
    return sorted(fixed, key=lambda s: s.begin)


def _border(borders: NDArray[np.int64], word: int, segment: Segment, *, at: int) -> int:
    """Return where a segment should begin (`at` 0) or end (1), given the quotation that `word` is in."""
    own = segment.begin if at == 0 else segment.end
    k = int(np.searchsorted(borders[:, 0], word, side="right")) - 1
    if k < 0 or word >= borders[k, 1]:
        return own
    begin, end = borders[k].tolist()
    covered = min(end, segment.end) - max(begin, segment.begin)
    return int((begin, end)[at]) if covered > MOSTLY * (end - begin) else own


def _after_colon(segment: Segment, words: Words) -> Segment:
    """Begin a content at the quotation in it that a colon introduces, where that goes on to its end."""
    opens = np.flatnonzero(words.quote[segment.begin : segment.end] == OPENING) + segment.begin
    for mark in opens[opens > segment.begin].tolist():
        if _character(words, mark - 1) == ":" and (words.quote[mark : segment.end] != OUTSIDE).all():
            return replace(segment, begin=mark)
    return segment


def _with_blocks(segments: list[Segment], words: Words, chances: Floats) -> tuple[list[Segment], Floats]:
    """Take the whole paragraph after a cue and a colon for what is said, where no quotation marks open it.

    That is a block quotation, which the web sets off by its indent alone: "The governor added:". Of eight such
    paragraphs of PolNeAR's train set, seven are the content of that cue from end to end. Returns the segments, and
    the chances of the tags with those of the blocks.
    """
    blocks: list[tuple[int, int]] = []
    for cue in segments:
        begin = cue.end + 1
        if cue.role != "cue" or begin >= len(words) or _character(words, cue.end) != ":":
            continue
        if words.paragraph[begin] == words.paragraph[cue.end] or words.quote[begin] != OUTSIDE:
            continue
        end = int(np.searchsorted(words.paragraph, words.paragraph[begin], side="right"))
        if end - begin >= LEAST_BLOCK and _character(words, begin)[0].isalnum():
            blocks.append((begin, end))
    inside = np.zeros(len(words), dtype=bool)
    told = chances.copy() if blocks else chances
    for begin, end in blocks:
        inside[begin:end] = True
        told[begin:end] = (1 - SURE_OF_BLOCK) / (len(TAGS) - 1)
        told[begin, _B_CONTENT] = told[begin + 1 : end, _I_CONTENT] = SURE_OF_BLOCK
    outside = [s for s in segments if not inside[s.begin]]
    found = [Segment("content", begin, end, SURE_OF_BLOCK) for begin, end in blocks]
    return sorted([*outside, *found], key=lambda s: s.begin), told


def _reported(contents: list[Segment], cues: list[Segment], words: Words) -> list[Segment]:
    """Leave out contents in which hardly a word is quoted and whose paragraphs have no cue."""
    with_cue = np.zeros(int(words.paragraph[-1]) + 2, dtype=bool)
    with_cue[words.paragraph[[c.begin for c in cues]]] = True
    return [
        c
        for c in contents
        if (words.quote[c.begin : c.end] != OUTSIDE).mean() >= MOSTLY
        or c.confidence == SURE_OF_BLOCK
        or with_cue[words.paragraph[c.begin] : words.paragraph[c.end - 1] + 1].any()
    ]


def _may_link(
    contents: list[Segment], cues: list[Segment], words: Words, runs: list[tuple[int, int]]
) -> NDArray[np.bool_]:
    """Return which cues (columns) each content (row) may belong to.

    A content belongs to a cue of its own paragraph or the next one on either side, if there is one.
    What stands inside a quotation over paragraphs belongs to a cue outside the marks in these
    paragraphs, or else in the one before them, if there is one.
    """
    at = words.paragraph[[c.begin for c in cues]]
    outside = words.quote[[c.begin for c in cues]] == OUTSIDE
    begins = [begin for begin, _ in runs]
    allowed = np.ones((len(contents), len(cues)), dtype=bool)
    for row, content in enumerate(contents):
        first, last = words.paragraph[content.begin], words.paragraph[content.end - 1]
        choices = [(at >= first - 1) & (at <= last + 1)]
        k = bisect_right(begins, content.begin) - 1
        if k >= 0 and content.begin < runs[k][1]:
            first, last = words.paragraph[runs[k][0]], words.paragraph[runs[k][1] - 1]
            choices = [outside & (at >= earliest) & (at <= last) for earliest in (first, first - 1)]
        allowed[row] = next((choice for choice in choices if choice.any()), True)
    return allowed


def _runs(words: Words) -> list[tuple[int, int]]:
    """Return the word ranges of quotations over paragraphs."""
    runs: list[tuple[int, int]] = []
    for quotation in words.quotations:
        if quotation.depth > 0:
            continue
        begin, end = words.range_of(quotation.start, quotation.end)
        if quotation.continues and runs:
            runs[-1] = (runs[-1][0], end)
        elif quotation.runs_on:
            runs.append((begin, end))
    return [(begin, end) for begin, end in runs if begin < end]


def _link(
    sources: list[Segment], cues: list[Segment], contents: list[Segment], words: Words, scores: Scores, reader: Reader
) -> list[Draft]:
    """Give every content its cue and every cue its source.

    Goes through the text in stretches of cues, each with some more on both sides, so that the time is
    linear in the length of the text. The outcome is that of one stretch.
    """
    if not cues:
        return _without_cue(contents, words)
    drafts = [Draft(cue) for cue in cues]
    runs = _runs(words)
    cue_begins = [cue.begin for cue in cues]
    source_ranks = [bisect_left(cue_begins, s.begin) for s in sources]
    content_ranks = [bisect_left(cue_begins, c.begin) for c in contents]
    for first in range(0, len(cues), STRETCH):
        last = min(first + STRETCH, len(cues))
        low, high = max(0, first - MARGIN), min(last + MARGIN, len(cues))
        near = sources[bisect_left(source_ranks, low) : bisect_right(source_ranks, high)]
        if near:
            fits, none = score_links(near, cues[low:high], words, scores, reader)
            fits = np.where(_follows_told(near, cues[low:high]), FORBIDDEN, fits)
            choices = _softmax(np.concatenate([fits.T, none[:, None]], axis=1))
            for k in range(first, last):
                best = int(choices[k - low].argmax())
                drafts[k].source_link = float(choices[k - low, best])
                drafts[k].source = near[best] if best < len(near) else None
        # The contents whose next cue is in the stretch, those after the very last cue included.
        begin, end = bisect_left(content_ranks, low), bisect_right(content_ranks, high)
        if begin == end:
            continue
        fits, _ = score_links(contents[begin:end], cues[low:high], words, scores, reader)
        fits = np.where(_may_link(contents[begin:end], cues[low:high], words, runs), fits, FORBIDDEN)
        for k, chances in enumerate(_softmax(fits), start=begin):
            if first <= content_ranks[k] < last or content_ranks[k] == last == len(cues):
                best = int(chances.argmax())
                draft = drafts[low + best]
                draft.contents.append(contents[k])
                draft.link = min(draft.link, float(chances[best]))
    return [draft for draft in drafts if draft.contents]


def _follows_told(sources: list[Segment], cues: list[Segment]) -> NDArray[np.bool_]:
    """Return which sources (rows) are who was told by which cues (columns): in "Vokal told Dell", Dell.

    He stands right behind the cue, and somebody else right before it.
    """
    begins, ends = (np.array([getattr(c, side) for c in cues]) for side in ("begin", "end"))
    spoken = np.isin(begins, [s.end for s in sources])
    result: NDArray[np.bool_] = (np.array([s.begin for s in sources])[:, None] == ends) & spoken
    return result


def _without_cue(contents: list[Segment], words: Words) -> list[Draft]:
    """Keep contents of a text without any cue where they are quotations."""
    return [Draft(None, contents=[c]) for c in contents if (words.quote[c.begin : c.end] != OUTSIDE).all()]


def _softmax(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


def _statement(
    draft: Draft, words: Words, chances: Floats, document_id: str, weights: Mapping[str, float]
) -> Statement:
    passages = passages_of(draft, words)
    reading = read_cue(" ".join(words.text[s:e] for s, e in passages["cue"]))
    return Statement(
        id=make_id("st", document_id, *passages["content"], *passages["cue"]),
        source=passages["source"],
        cue=passages["cue"],
        content=passages["content"],
        form=_form(draft, words),
        act=reading.act,
        confidence=confidence(evidence(draft, words, chances), weights),
        negated=reading.negated,
    )


def passages_of(draft: Draft, words: Words) -> dict[Role, tuple[Passage, ...]]:
    """Return the passages of a draft by role; content passages may come out empty."""
    return {
        "source": _passages(draft.source, words),
        "cue": _passages(draft.cue, words),
        "content": tuple(p for s in draft.contents for p in _content_passages(s, words)),
    }


def evidence(draft: Draft, words: Words, chances: Floats) -> dict[str, float]:
    """Return what speaks for a draft, by the names of `EVIDENCE`; chances as log-odds."""
    inside = np.concatenate([chances[s.begin : s.end, _B_CONTENT:].sum(axis=1) for s in draft.contents])
    begins = min(float(chances[s.begin, _B_CONTENT]) for s in draft.contents)
    ends = min(float(1 - chances[s.end, _I_CONTENT]) if s.end < len(chances) else 1.0 for s in draft.contents)
    return {
        "bias": 1.0,
        "content": _log_odds(float(inside.mean())),
        "weakest": _log_odds(float(inside.min())),
        "begins": _log_odds(begins),
        "ends": _log_odds(ends),
        "cue": _log_odds(draft.cue.confidence if draft.cue else 0.0),
        "source": _log_odds(draft.source.confidence if draft.source else 0.5),
        "link": _log_odds(draft.link),
        "source_link": _log_odds(draft.source_link),
        "quoted": float(_form(draft, words) == "direct"),
    }


def confidence(found: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the chance, 0 to 1 to two digits, that content and holder are right.

    A logistic regression on the evidence, whose weights were fitted on articles kept from training.
    """
    score = sum(weights.get(name, 0.0) * value for name, value in found.items())
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, score)))), 2)


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 0.002), 0.998)
    return math.log(bounded / (1 - bounded))


def _form(draft: Draft, words: Words) -> Form:
    quoted = spoken = 0
    for segment in draft.contents:
        for k in range(segment.begin, segment.end):
            if words.text[words.start[k]].isalnum():
                spoken += 1
                quoted += int(words.quote[k] != OUTSIDE)
    if quoted == 0:
        return "indirect"
    return "direct" if quoted == spoken else "mixed"


def _passages(segment: Segment | None, words: Words) -> tuple[Passage, ...]:
    """Return the passage of a source or a cue; a cue may be a mere colon or dash."""
    if segment is None:
        return ()
    whole = Passage(int(words.start[segment.begin]), int(words.end[segment.end - 1]))
    return _trim(words, segment.begin, segment.end) or (whole,)


def _content_passages(segment: Segment, words: Words) -> tuple[Passage, ...]:
    """Return the passages of a content: one for each paragraph, without the quotation marks around it."""
    changes = np.flatnonzero(np.diff(words.paragraph[segment.begin : segment.end])) + segment.begin + 1
    bounds = [segment.begin, *(int(c) for c in changes), segment.end]
    return tuple(p for a, b in pairwise(bounds) for p in _trim(words, a, b))


def _trim(words: Words, begin: int, end: int) -> tuple[Passage, ...]:
    """Return words as a passage without the marks and loose punctuation around them, or nothing.

    Quotation marks stay where they enclose only a part of the passage.
    """
    while begin < end and (_character(words, begin) in _LOOSE or _encloses(words, begin, begin, end)):
        begin += 1
    while begin < end and (_is_loose_end(words, end - 1) or _encloses(words, end - 1, begin, end)):
        end -= 1
    return (Passage(int(words.start[begin]), int(words.end[end - 1])),) if begin < end else ()


def _character(words: Words, word: int) -> str:
    return words.text[words.start[word] : words.end[word]]


def _is_loose_end(words: Words, word: int) -> bool:
    return _character(words, word) in _LOOSE and words.quote[word] == OUTSIDE


def _encloses(words: Words, mark: int, begin: int, end: int) -> bool:
    """Tell whether a word is a quotation mark whose partner is not among the words, or at their other end."""
    if words.quote[mark] not in (OPENING, CLOSING):
        return False
    partner = words.partner[mark]
    if words.quote[mark] == CLOSING:
        return not begin <= partner < mark
    after = range(partner + 1, end) if begin <= partner < end else ()
    return not any(words.text[words.start[k]].isalnum() for k in after)
