"""Who was told or answered: "told reporters", "speaking to journalists", "responding to Okelo"."""

from __future__ import annotations

from typing import NamedTuple

from onrecord.attribution.frames import Frame
from onrecord.attribution.listeners import Hearer, read_hearer
from onrecord.attribution.media import is_unsaid
from onrecord.attribution.phrases import Scene, Span, noun_phrase
from onrecord.attribution.vocabulary import vocabulary

_AUXILIARIES = frozenset(["is", "was", "were", "are", "been", "being", "be", "had", "has", "have", "got"])


class Told(NamedTuple):
    """Who was told, the token of the verb, and whether being told makes a channel of its own."""

    hearer: Hearer
    at: int
    makes_channel: bool


def told_at(scene: Scene, at: int) -> Told | None:
    """Return who is told by the words that begin at a token, None where nobody is."""
    frame, words = scene.frame, vocabulary().words
    token = frame.tokens[at]
    answer = _answered(scene, at)
    if answer:
        return answer
    if is_unsaid(frame, at):
        return None
    if token.low in words["addressees.direct"] and (token.part == "cue" or token.low in words["addressees.tells"]):
        hearer = read_hearer(scene, at + 1)
        if hearer:
            return Told(hearer, at, token.low in words["addressees.tells"])
    if frame.lows(at, at + 2) in words["addressees.asked"]:
        hearer = read_hearer(scene, at + 2)
        return Told(hearer, at, True) if hearer else None
    return _at_preposition(scene, at)


def _at_preposition(scene: Scene, at: int) -> Told | None:
    """Return who is spoken to behind a preposition: "spoke briefly to journalists"."""
    frame, words = scene.frame, vocabulary().words
    verb = frame.tokens[at].low
    for k in (at + 1, at + 2):
        if frame.part(k) not in ("word", "cue"):
            return None
        low = frame.tokens[k].low
        if low in ("to", "with", "before", "at") and verb in words[f"addressees.{low}"]:
            hearer = read_hearer(scene, k + 1)
            return Told(hearer, at, True) if hearer else None
        if not low.endswith("ly") and low not in words["frame.times"]:
            return None
    return None


def _answered(scene: Scene, at: int) -> Told | None:
    """Return who is answered: somebody, or who put the question."""
    frame, words = scene.frame, vocabulary().words
    for length in (4, 3, 2, 1):
        if frame.lows(at, at + length) not in words["addressees.answers"] or is_unsaid(frame, at):
            continue
        asked = noun_phrase(scene, at + length)
        if asked and frame.tokens[asked.end - 1].low in words["addressees.questions"]:
            named = _word(frame, asked.end) in ("from", "by")
            hearer = read_hearer(scene, asked.end + 1) if named else None
            return Told(hearer, at, True) if hearer else None
        hearer = read_hearer(scene, at + length, somebody=True)
        return Told(hearer, at, hearer.kind == "reporters") if hearer else None
    return None


def told_before(scene: Scene) -> Told | None:
    """Return who was told where the cue is passive: "Okelo was told that …"."""
    frame = scene.frame
    verb = frame.last - 1
    if frame.tokens[verb].low not in vocabulary().words["addressees.passive"]:
        return None
    at = verb
    while at > 0 and frame.part(at - 1) in ("word", "cue") and _word(frame, at - 1) in _AUXILIARIES:
        at -= 1
    passive = any(_word(frame, k) in ("is", "was", "were", "are", "been", "being", "got") for k in range(at, verb))
    if not passive or at == 0 or frame.part(at - 1) == "source":
        return None
    begin = at - 1  # where the reader takes who was told for a part of what was said, it is one token
    while begin > 0 and frame.part(begin - 1) == "word" and scene.entity(Span(begin, at)) is None and at - begin < 3:
        begin -= 1
    return Told(Hearer(Span(begin, at)), verb, False) if scene.entity(Span(begin, at)) else None


def _word(frame: Frame, at: int) -> str:
    return frame.tokens[at].low if 0 <= at < len(frame.tokens) and frame.tokens[at].part in ("word", "cue") else ""
