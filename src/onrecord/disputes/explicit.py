"""Clashes that an article puts into words: "claimed the opposite", "contradicted Rell, saying …"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.disputes.matters import Clash
from onrecord.disputes.vocabulary import vocabulary
from onrecord.disputes.voices import Voice
from onrecord.language.meaning import Floats

OPPOSITE, CONTRADICTED = 0.8, 0.7
"""How sure such clashes are; set by hand. Which statement of whoever is contradicted is meant is less sure."""
_SHORT = 6
"""Words of a content that says no more than that the opposite holds."""
_AFTER = 30
"""Characters after "contradicted" within which the one who is contradicted is named."""
_BEFORE = 8
"""Statements before one in which it looks for what it contradicts."""


def find_explicit(voices: Sequence[Voice], alike: Floats) -> Iterator[Clash[Voice]]:
    """Yield the clashes that the words of an article tell of by themselves, in the order of the text.

    `voices` stand in the order of the text; `alike` (V, V) are the cosines of their contents.
    """
    words = vocabulary()
    for at, voice in enumerate(voices):
        if words.opposite.search(voice.content) and len(voice.content.split()) <= _SHORT:
            for other in reversed(voices[:at]):
                if other.holder != voice.holder:
                    if voice.sentence - other.sentence <= 1:
                        yield Clash(other, voice, OPPOSITE, "account")
                    break
        against = _contradicted(voice)
        if against:
            said = _saying(voices, at)
            those = [k for k in range(max(0, at - _BEFORE), at) if voices[k].holder == against]
            if said is not None and those:
                nearest = max(those, key=lambda k: (alike[k, said], k))
                yield Clash(voices[nearest], voices[said], CONTRADICTED, "account")


def _contradicted(voice: Voice) -> str | None:
    """Return whom a voice is said to contradict, None where nobody is."""
    for passage in (*voice.statement.cue, voice.lead):
        for found in vocabulary().contradicts.finditer(voice.text, *passage):
            for mention, who in voice.article.mentioned(found.end(), found.end() + _AFTER + 60):
                if mention.passage.start - found.end() <= _AFTER and who != voice.holder:
                    return who
    return None


def _saying(voices: Sequence[Voice], at: int) -> int | None:
    """Return the number of the voice that tells what is said against somebody: itself, or what its holder says next."""
    for k in range(at, min(at + 2, len(voices))):
        same = voices[k].holder == voices[at].holder and voices[k].sentence - voices[at].sentence <= 1
        if same and len(voices[k].stems) > 2:
            return k
    return None
