"""Denials of which the other side is not quoted: who denies what, set against what is denied."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from onrecord.disputes.titles import shortened
from onrecord.disputes.vocabulary import stems_of
from onrecord.disputes.voices import Voice
from onrecord.model import FACTS, Dispute, Event, Position, make_id

ACT = "deny"
_FEWEST = 2
"""Words that tell something which a content must have: "denied it" tells nothing of what."""


def find_denials(voices: Sequence[Voice], events: Sequence[Event], told: Collection[str]) -> Iterator[Dispute]:
    """Yield a dispute for each denial that clashes with no statement of the article, in the order of the text.

    `told` are the ids of the statements that do. What it speaks against is an event where the article tells one as a
    fact that the denial says never was; else the words of its own content, which nobody in the article is quoted with.
    """
    for voice in voices:
        statement = voice.statement
        if statement.act != ACT or statement.negated or voice.id in told or len(_telling(voice)) < _FEWEST:
            continue
        title = shortened(voice)
        denied = tuple(_denied(voice, events))
        yield Dispute(
            id=make_id("di", voice.id),
            about=title.words,
            title=title.passages,
            type="denial",
            reported=True,
            positions=(
                Position((voice.id,)),
                Position((), denied) if denied else Position((), (), statement.content),
            ),
            confidence=statement.confidence,
            marker=statement.cue[0] if statement.cue else None,
        )


def _telling(voice: Voice) -> frozenset[str]:
    """Return the words that tell what is denied, but for the names of whoever is mentioned."""
    named = (mention for start, end in voice.statement.content for mention, _ in voice.article.mentioned(start, end))
    return voice.stems - stems_of(" ".join(voice.text[m.passage.start : m.passage.end] for m in named))


def _denied(voice: Voice, events: Sequence[Event]) -> Iterator[str]:
    """Yield the ids of the events that are facts to others, and of which a denial says that they never were."""
    inside = [event for event in events if event.reported_in == voice.id and event.modality not in FACTS]
    for event in events:
        told = event.reported_in != voice.id and event.modality in FACTS
        if told and any(event.who == other.who and event.type == other.type for other in inside):
            yield event.id
