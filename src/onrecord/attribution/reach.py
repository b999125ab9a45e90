"""Which words of a statement's sentence may tell how it was said: adverbials, not side remarks about other things."""

from __future__ import annotations

from onrecord.attribution.frames import Frame
from onrecord.attribution.vocabulary import vocabulary

_CLOSING = frozenset("\"”»›'’")
_BREAKS = frozenset(",;:()—–")


def reachable(frame: Frame) -> list[bool]:
    """Return for each token of a frame whether something that tells of the statement may begin there."""
    reach = [False] * len(frame.tokens)
    for begin, end in _lead(frame):
        reach[begin:end] = [True] * (end - begin)
    reach[frame.low : frame.high] = [True] * (frame.high - frame.low)
    for k in range(frame.high, _end_of_clause(frame)):
        reach[k] = True
    _skip_first_verb(frame, reach)
    _skip_appositions(frame, reach)
    _skip_topics(frame, reach)
    return reach


def _lead(frame: Frame) -> list[tuple[int, int]]:
    """Return the adverbials before the subject: "Speaking to reporters in Garrow, …".

    A clause with a subject of its own tells of something else, but for "… posted a video in which he said".
    """
    words = vocabulary().words
    end = frame.low
    while end > 0 and frame.tokens[end - 1].text in _BREAKS:
        end -= 1
    if end == 0 or (end > 1 and frame.tokens[end - 1].low in words["frame.parting"]):
        return []
    commas = [k for k in range(end) if frame.tokens[k].text in _BREAKS or frame.part(k) == "content"]
    stretches = [
        (begin, stop) for begin, stop in zip([0, *(k + 1 for k in commas)], [*commas, end], strict=True) if begin < stop
    ]
    if frame.low == frame.first and frame.part(frame.low) == "cue":
        stretches = [s if _is_adverbial(frame, *s) else _made(frame, *s) for s in stretches]
        return [(begin, stop) for begin, stop in stretches if begin < stop]
    if end == frame.low and stretches and frame.tokens[end - 1].low in ("which", "where"):
        return stretches[-1:]
    return [stretch for stretch in stretches if _is_adverbial(frame, *stretch)]


def _made(frame: Frame, begin: int, end: int) -> tuple[int, int]:
    """Return the verb of making in a clause that no source is part of: "The bishop [took] to Twitter to condemn"."""
    for k in range(end - 1, begin - 1, -1):
        if frame.lows(k, k + 1) in vocabulary().made or frame.lows(k, k + 2) in vocabulary().made:
            return k, k + 1
    return end, end


def _is_adverbial(frame: Frame, begin: int, end: int) -> bool:
    words = vocabulary().words
    while begin < end and (frame.tokens[begin].low in words["frame.parting"] or not _is_word(frame, begin)):
        begin += 1
    if begin == end:
        return False
    first = frame.tokens[begin].low
    dated = any(frame.tokens[k].low in ("ago", "later", "earlier") for k in range(begin + 1, min(begin + 5, end)))
    return dated or first in words["frame.openers"] or first in words["frame.times"] or first.endswith("ly")


def _end_of_clause(frame: Frame) -> int:
    """Return where the words after cue and source cease to tell of them: at "and", or behind what is said."""
    words = vocabulary().words
    for k in range(frame.high, len(frame.tokens)):
        token = frame.tokens[k]
        if token.text == ";" or token.low in words["frame.parting"]:
            return k
        if token.part == "content" and not _goes_on(frame, k + 1):
            return k
    return len(frame.tokens)


def behind_content(frame: Frame) -> int | None:
    """Return the word right behind what is said, where an adverbial may begin: "thanked the nurses [on] Twitter"."""
    for k in range(frame.high, len(frame.tokens) - 1):
        if frame.part(k) == "content" and frame.part(k + 1) != "content":
            return k + 1 if frame.tokens[k + 1].low in vocabulary().words["frame.prepositions"] else None
    return None


def _goes_on(frame: Frame, at: int) -> bool:
    """Tell whether the words behind a content are about how it was said: "…”, in a letter", "…, speaking to …"."""
    closed = False
    while at < len(frame.tokens) and (frame.tokens[at].text in _CLOSING or frame.tokens[at].text == ","):
        closed = True
        at += 1
    return closed and at < len(frame.tokens) and frame.tokens[at].low in vocabulary().words["frame.openers"]


def _skip_first_verb(frame: Frame, reach: list[bool]) -> None:
    """Leave out what belongs to a verb before the cue: "was jailed during a protest and said"."""
    words = vocabulary().words
    joined = [k for k in range(frame.low, frame.first) if frame.tokens[k].low in words["frame.parting"]]
    if not joined or frame.part(frame.low) != "source":
        return
    for k in range(joined[-1], frame.low, -1):
        if frame.part(k) == "content":
            return
        if frame.tokens[k].low in words["frame.prepositions"]:
            reach[k] = False


def _skip_appositions(frame: Frame, reach: list[bool]) -> None:
    """Leave out what tells who the source is: "Vokal, a former editor of the Vessen Post, said"."""
    for k in range(frame.low, min(frame.high + 1, len(frame.tokens) - 1)):
        if frame.part(k) != "source" or frame.tokens[k + 1].text != ",":
            continue
        first = frame.tokens[k + 2].low if k + 2 < len(frame.tokens) else ""
        if first in vocabulary().words["frame.openers"] or first in vocabulary().words["frame.times"]:
            continue
        for j in range(k + 2, len(frame.tokens)):
            if frame.tokens[j].text == "," or frame.tokens[j].part != "word":
                break
            reach[j] = False


def _skip_topics(frame: Frame, reach: list[bool]) -> None:
    """Leave out what is spoken of, and what happened besides: "of the letter", "after a rally", "who owns a paper"."""
    skipping = False
    for k, token in enumerate(frame.tokens):
        if token.part != "word" or token.text in _BREAKS:
            skipping = False
        elif skipping:
            reach[k] = False
        else:
            skipping = _turns_away(frame, k)


def _turns_away(frame: Frame, at: int) -> bool:
    words = vocabulary().words
    low = frame.tokens[at].low
    after = frame.tokens[at + 1].low if at + 1 < len(frame.tokens) else ""
    if low in ("when", "while", "as") and (after.endswith("ing") or after == "much" or after in words["frame.asking"]):
        return False  # "while speaking to", "said as much in", "when asked by"
    return low in words["frame.topics"] or low in words["frame.besides"]


def _is_word(frame: Frame, at: int) -> bool:
    return frame.tokens[at].text[:1].isalnum()
