"""Whether the words around a time look back or ahead: "said on Saturday", "will meet on Saturday"."""

from __future__ import annotations

from functools import cache

from onrecord.dates.words import Words, lexicon

_BEFORE = 25  # words looked at before a time, and after it; keeps the time linear
_AFTER = 30
_GOING_ON = (",", ";", ":")  # behind a full stop these show that it only shortens a word
_HELPERS = 4  # words between "will be" and the verb


@cache
def _cues() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in lexicon().tables["tense"].items()}


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(lexicon().tables["abbreviations"]["words"])


def ends_sentence(words: Words, index: int) -> bool:
    """Tell whether the word at an index ends a sentence or a paragraph."""
    text = words.at(index)
    if text in ("!", "?") or text.startswith("\n"):
        return True
    if text != ".":
        return False
    before, after = words.at(index - 1), words.written(index + 1)
    if before in _abbreviations() or before in lexicon().values["month"]:
        return False
    return not (after[:1].islower() or after in _GOING_ON)


def find_tense(words: Words, start: int, end: int, beyond_saying: bool = False) -> str | None:
    """Return "past" or "future" by the nearest verb before the words, else after them; None without one.

    With `beyond_saying`, "said" counts only right before: "said that the vote in May" shows no past vote.
    """
    if words.at(end) == "'s":  # "Friday's vote" has its verb behind it
        return _tense_behind(words, end)
    limit = words.at(start - 1) in _cues()["limits"]
    if limit and words.at(end) == "," and (start < 2 or ends_sentence(words, start - 2)):
        return _tense_behind(words, end)
    for index in range(start - 1, max(-1, start - 1 - _BEFORE), -1):
        if ends_sentence(words, index):
            break
        if beyond_saying and words.at(index) in _cues()["saying"] and index < start - 2:
            continue
        tense = _tense_of(words, index)
        if tense is not None:
            return "future" if limit and "had" not in (words.at(index - 1), words.at(index)) else tense
    return "future" if limit else None if beyond_saying else _tense_behind(words, end)


def _tense_behind(words: Words, end: int) -> str | None:
    """Return the tense of the nearest verb after the words."""
    for index in range(end, min(len(words.words), end + _AFTER)):
        if ends_sentence(words, index):
            break
        tense = _tense_of(words, index)
        if tense is not None:
            return tense
    return None


def _tense_of(words: Words, index: int) -> str | None:
    """Return the tense that one word shows."""
    cues = _cues()
    word = words.at(index).lstrip("'")
    before_it = words.at(index - 1)
    if (word == "to" and before_it in ("is", "are", "set")) or (word == "set" and before_it in ("is", "are")):
        return "future"
    if word in cues["resolving"] and words.at(index + 1) == "to":
        return "future"
    if word in cues["plain"] or word in cues["with_to"]:
        noun = before_it in cues["determiners"] or before_it == "to"
        leads = word in cues["plain"] or words.at(index + 1) in ("to", "for", "that")
        return "future" if leads and not noun else None
    if word in cues["future"] and words.written(index)[:1] != "M":  # "May" is a month
        before = (words.at(index - 1), words.at(index - 2))
        return "past" if word.endswith(("ed", "due")) and "had" in before else "future"
    if word in cues["past"] or (word.endswith("ed") and len(word) > 4 and word not in cues["not_past"]):
        return _tense_of_participle(words, index)
    return None


def _tense_of_participle(words: Words, index: int) -> str | None:
    """Return future where a helper stands before a past form: "will be held"; None for an adjective."""
    cues = _cues()
    if words.at(index - 1) in cues["determiners"] or words.at(index).startswith("un"):
        return None
    waits = False  # "be" was met
    for before in range(index - 1, max(-1, index - 1 - _HELPERS), -1):
        word = words.at(before).lstrip("'")
        if word in cues["not_future"]:
            return "past"
        if word in cues["helpers"] or (waits and word == "to"):
            return "future"
        waits = waits or word == "be"
        if word in ("is", "are"):
            return None
        if not word.isalpha():
            break
    return "past"
