"""Noun phrases as listeners: reporters, a court, an outlet, a crowd of supporters, a person."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.attribution.frames import Frame, Token
from onrecord.attribution.outlets import Outlet, find_outlet
from onrecord.attribution.phrases import Scene, Span, is_person, noun_phrase, strip_participles
from onrecord.attribution.vocabulary import vocabulary
from onrecord.model import ChannelKind


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who is told: the tokens, the channel that this makes, and whether somebody in particular is meant."""

    span: Span
    kind: ChannelKind | None = None
    outlet: Outlet | None = None


def read_hearer(scene: Scene, at: int, *, somebody: bool = False) -> Hearer | None:
    """Return who is told by the noun phrase that begins at a token, None where it is nobody.

    With `somebody` only listeners by trade, outlets and entities count: "responding to the ruling" answers nobody.
    """
    frame, words = scene.frame, vocabulary().words
    if at >= len(frame.tokens) or frame.tokens[at].part not in ("word", "cue"):
        return None
    pronoun = frame.tokens[at].low
    if pronoun in words["frame.pronouns"] and (pronoun != "her" or noun_phrase(scene, at + 1) is None):
        return Hearer(Span(at, at + 1))
    span = noun_phrase(scene, at)
    if span is None and pronoun in words["addressees.crowds"]:  # "some of the miners"
        span = Span(at, at + 1)
    if span is None:
        return None
    span = _of_nobody(scene, _over_of(scene, strip_participles(frame, span)))
    kind = listener(frame, span)
    outlet = None if kind else find_outlet(scene, span, told=not somebody)
    if kind or outlet:
        return Hearer(span, kind or (outlet.kind if outlet else None), outlet)
    if frame.tokens[span.end - 1].text in words["addressees.things"]:
        return None
    if somebody:
        entity = scene.entity(span)
        return Hearer(span) if entity is not None and entity.kind in ("person", "group", "organization") else None
    return Hearer(span) if _is_somebody(scene, span) else None


def listener(frame: Frame, span: Span) -> ChannelKind | None:
    """Return the channel that a listener by trade makes: "reporters", "the Senate committee"."""
    hearers, parties = vocabulary().hearers, vocabulary().words["addressees.parties"]
    if any(frame.lows(begin, span.end) in parties for begin in range(max(span.begin, span.end - 3), span.end)):
        return None
    for begin in range(max(span.begin, span.end - 4), span.end):
        kind = hearers.get(frame.lows(begin, span.end))
        if kind and (kind != "reporters" or frame.tokens[span.end - 1].text.islower()):  # not the Vessen Free Press
            return kind
    return None


def _over_of(scene: Scene, span: Span) -> Span:
    """Return a phrase with what follows "of" behind a crowd: "a crowd of supporters", "members of parliament"."""
    frame = scene.frame
    if frame.lows(span.end - 1, span.end) not in vocabulary().words["addressees.crowds"]:
        return span
    if frame.part(span.end) not in ("word", "cue") or frame.tokens[span.end].low != "of":
        return span
    more = noun_phrase(scene, span.end + 1)
    return Span(span.begin, strip_participles(frame, more).end) if more else span


def _of_nobody(scene: Scene, span: Span) -> Span:
    """Return a phrase without what is told of a person by "of": "Dagny Holm [of Radio Kessara]"."""
    for k in range(span.begin + 1, span.end):
        if scene.frame.tokens[k].low == "of" and is_person(scene, Span(span.begin, k)):
            return Span(span.begin, k)
    return span


def _is_somebody(scene: Scene, span: Span) -> bool:
    """Tell whether a phrase is more than a bare noun of mass: "warned shopkeepers", not "advised caution"."""
    token: Token = scene.frame.tokens[span.end - 1]
    first = scene.frame.tokens[span.begin]
    if first.low in vocabulary().words["frame.determiners"] or first.text[:1].isdigit() or first.text[:1].isupper():
        return True
    plural = token.low.endswith("s") and not token.low.endswith("ss")
    return plural or token.text[:1].isupper() or token.low in ("people", "police", "women", "men", "children")
