"""What a cue does: "has not said" is say, negated; "agreed to deny" is agree; "hopes" is want.

The words stand in `data/cues.toml`, which a reader may extend; the rules stand here and in
`read_cue`. The file is read and checked on first use, never at import.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from onrecord.errors import MissingPart

_FILE = "data/cues.toml"
_KINDS = ("verbs", "phrases", "nouns", "adjectives", "weak", "negated", "alone")
_TABLES = {
    "acts": None,
    "negations": ("words", "verbs", "cancel"),
    "punctuation": ("say",),
    "ignored": ("words", "parting"),
    "forms": None,
}
_UNSAID = "say"  # the act of a cue that is not known: it is there, so something was said
_REFUSAL = "intend"  # the act of "refused to" with nothing after it

_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*|[,;]")
_ENTRY = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*(?: [^\W_]+(?:[-'][^\W_]+)*)*")
_QUOTES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc`", "'"))
_NOT = re.compile(r"n't\b")
_CANNOT = re.compile(r"\bcannot\b")
_WOULD = re.compile(r"'d\b")
_CLITIC = re.compile(r"'(?:s|re|ve|ll|m)?(?!\w)")
_HOLDING = ("istic", "minded")  # "futuristic" may be anything, but "is fatalistic" is a belief

_REACH = 12  # words from the first of a phrase to its last; keeps the time linear

# How much a match counts. A verb of a special act ("accuse") tells more than "say" or "write",
# these more than a noun beside them ("said in her eulogy"), and a light verb ("voice") tells least.
# A word that the file has as verb and noun ("appeal") counts as a verb.
_LIGHT, _SAY_NOUN, _NOUN, _SAY_VERB, _VERB = range(5)


@dataclass(frozen=True, slots=True)
class CueReading:
    """The act of a cue, whether the thing was not said or held, and whether the words are known."""

    act: str
    negated: bool
    known: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a word or phrase of the data file does."""

    act: str
    weight: int
    negated: bool = False
    turns: bool = False  # a negation: it turns the act that follows


@dataclass(slots=True)
class _Node:
    """A step on the way through the phrases, one word deep."""

    after: dict[str, _Node] = field(default_factory=dict)
    entry: _Entry | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    entry: _Entry
    negated: bool  # by its own meaning or by a negation before it, not by both
    last: bool  # nothing but words to ignore stands after it


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The data file, made ready for look-ups."""

    descriptions: dict[str, str]
    root: _Node
    forms: dict[str, tuple[str, ...]]  # a word as written -> the words of entries that it may be
    alone: dict[str, _Entry]
    cancel: re.Pattern[str]
    marks: frozenset[str]
    ignored: frozenset[str]
    parting: frozenset[str]


def acts() -> dict[str, str]:
    """Return every act with its description, in the order of the data file."""
    return dict(_lexicon().descriptions)


@lru_cache(maxsize=4096)
def read_cue(words: str) -> CueReading:
    """Return the act that the words of a cue perform.

    >>> read_cue("has not said")
    CueReading(act='say', negated=True, known=True)

    The act. Articles, auxiliaries, pronouns and adverbs are passed over; of two entries that begin
    at the same word the longer one counts ("asked for" is request, "asked" is ask). Then:

    - The verb that governs the others wins: "agreed to deny" and "is expected to deny" are agree
      and expect, because nothing has been denied yet; "denied supporting" is deny.
    - Verbs of saying give way to any other verb ("said he hoped"), and light verbs to any
      other word ("voiced opposition", "took to Twitter to thank").
    - A comma, "and", "but", "by" and the like part a cue, and the last part that has an act of the
      same weight wins: "spoke first and then attacked", "responded by accusing".
    - Words that are not known are say, with `known` False; negated where a negation is among them.

    `negated` means that the thing was not said or is not held, so that nobody counts it as said:

    - A negation turns the act that it stands before, in the same part: "has not said", "without
      naming", "no plans to". One behind the verb belongs to the content: "promised not to".
    - "Refuse to", "decline to", "fail to" turn the verb behind them ("refused to say" is say);
      with nothing behind them they are intend. Two turns cancel: "did not decline to say".
    - "Denied" is deny and "doubts" is doubt, not negated: both are held. "Did not deny" is deny,
      negated: nobody denied, and nobody admitted either. "Does not believe" is a
      stated view of the content: believe, negated, as the content is not held.
    - Idioms only look negated: "not only said", "no doubt", "cannot deny", "couldn't agree more".
    """
    lexicon = _lexicon()
    text = _plain(words)
    whole = lexicon.alone.get(text.strip())
    if whole is not None:
        return CueReading(whole.act, whole.negated, True)
    tokens: list[str] = _TOKEN.findall(lexicon.cancel.sub(" ", text))
    if all(token in ",;" for token in tokens):
        marks = [mark for mark in words if not mark.isspace()]
        return CueReading(_UNSAID, False, bool(marks) and all(mark in lexicon.marks for mark in marks))
    best: _Match | None = None
    parts = list(_parts(lexicon, tokens))
    for part in parts:
        found = _strongest(part)
        if found is not None and (best is None or _outweighs(found, best)):
            best = found
    if best is None:
        act = "believe" if tokens[-1].endswith(_HOLDING) else _UNSAID
        return CueReading(act, any(match.entry.turns for part in parts for match in part), False)
    if best.entry.turns:
        return CueReading(_REFUSAL, best.negated, best.last)
    return CueReading(best.entry.act, best.negated, True)


def _plain(words: str) -> str:
    """Return the words in lower case, with straight apostrophes and with "not" for "n't"."""
    text = words.casefold().translate(_QUOTES)
    text = _CANNOT.sub("can not", _NOT.sub(" not", text))
    return _CLITIC.sub(" ", _WOULD.sub(" would", text))


def _parts(lexicon: _Lexicon, tokens: list[str]) -> Iterator[list[_Match]]:
    """Yield the entries of each part of a cue from left to right, the longest that begin at a word."""
    part: list[_Match] = []
    turned = refused = False
    start = 0
    while start < len(tokens):
        entry, end = _longest(lexicon, tokens, start)
        if entry is None:
            if tokens[start] in lexicon.parting or tokens[start] in ",;":
                yield part
                part, turned, refused = [], False, False
            start += 1
            continue
        last = all(_is_ignored(lexicon, word) for word in tokens[end:])
        part.append(_Match(entry, entry.negated != (turned != (refused and not entry.turns)), last))
        if entry.turns and entry.act == _REFUSAL:
            refused = True
        elif entry.turns:
            turned = True
        start = end
    yield part


def _longest(lexicon: _Lexicon, tokens: list[str], start: int) -> tuple[_Entry | None, int]:
    """Return the longest entry that begins at a word, and where it ends."""
    nodes = [lexicon.root]
    found, end = None, start
    for i in range(start, min(start + _REACH, len(tokens))):
        bases = _bases(lexicon, tokens[i])
        steps = [node.after[base] for node in nodes for base in bases if base in node.after]
        entry = _first(step.entry for step in steps)
        if entry is not None:
            found, end = entry, i + 1
        if i > start and _is_ignored(lexicon, tokens[i]):
            steps += nodes
        if not steps:
            break
        nodes = steps
    return found, end


def _first(entries: Iterable[_Entry | None]) -> _Entry | None:
    """Return the first entry, as heavy as the heaviest of the same act ("opposed", "oppose")."""
    found = [entry for entry in entries if entry is not None]
    if not found:
        return None
    act, negated = found[0].act, found[0].negated
    same = (entry for entry in found if entry.act == act and entry.negated == negated)
    return max(same, key=lambda entry: entry.weight)


def _bases(lexicon: _Lexicon, word: str) -> tuple[str, ...]:
    """Return the words of the data file that a written word may be a form of."""
    known = lexicon.forms.get(word)
    if known is None and "-" in word:
        known = lexicon.forms.get(word.rpartition("-")[2])
    return known or ()


def _is_ignored(lexicon: _Lexicon, word: str) -> bool:
    return word in lexicon.ignored or (word.endswith("ly") and word not in lexicon.forms)


def _strongest(matches: Iterable[_Match]) -> _Match | None:
    """Return the heaviest match, the first of several: the verb that governs the rest.

    A negation counts only where nothing else is known ("refused to").
    """
    best: _Match | None = None
    for match in matches:
        if match.entry.turns and match.entry.act != _REFUSAL:
            continue
        if best is None or match.entry.weight > best.entry.weight:
            best = match
    return best


def _outweighs(later: _Match, earlier: _Match) -> bool:
    """Return whether the match of a later part wins, as it does in a draw.

    What was done wins over what was not: "said, without naming him", "did not apologise but said".
    """
    return _standing(later) >= _standing(earlier)


def _standing(match: _Match) -> tuple[bool, int]:
    return match.entry.weight >= _SAY_VERB and not match.negated, match.entry.weight


# Reading the data file


@cache
def _lexicon() -> _Lexicon:
    return _build(resources.files("onrecord").joinpath(_FILE).read_text("utf-8"))


def _build(text: str) -> _Lexicon:
    """Return the look-up tables made from the text of a data file, or say what is wrong with it."""
    tables = _load(text)
    builder = _Builder(tables["forms"])
    for act, table in tables["acts"].items():
        for kind in _KINDS:
            builder.add_all(act, kind, table.get(kind, []))
    for word in tables["negations"]["words"]:
        builder.add(word, "negations", "words", _Entry(_UNSAID, -1, True, turns=True))
    for word in tables["negations"]["verbs"]:
        builder.add(word, "negations", "verbs", _Entry(_REFUSAL, -1, True, turns=True))
    if _UNSAID not in tables["acts"] or _REFUSAL not in tables["acts"] or "believe" not in tables["acts"]:
        raise _wrong("acts", 'the acts "say", "believe" and "intend" cannot be left out')
    return _Lexicon(
        descriptions={act: table["description"] for act, table in tables["acts"].items()},
        root=builder.root,
        forms=builder.forms(),
        alone=builder.alone,
        cancel=_any_of(tables["negations"]["cancel"]),
        marks=frozenset("".join(tables["punctuation"]["say"])),
        ignored=frozenset(tables["ignored"]["words"]),
        parting=frozenset(tables["ignored"]["parting"]),
    )


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b" if phrases else r"(?!)")


class _Builder:
    """Gathers entries and refuses those that contradict one another."""

    def __init__(self, irregular: dict[str, list[str]]) -> None:
        self.root = _Node()
        self.alone: dict[str, _Entry] = {}
        self._irregular = irregular
        self._bases: dict[str, dict[str, None]] = {}
        self._places: dict[str, tuple[str, str]] = {}

    def add_all(self, act: str, kind: str, cues: list[str]) -> None:
        weight = _weight(act, kind)
        for cue in cues:
            if kind == "alone":
                self._claim(f"alone {cue}", cue, act, kind)
                self.alone[cue] = _Entry(act, weight)
            else:
                _check_length(cue, act, kind)
                self.add(cue, act, kind, _Entry(act, weight, negated=kind == "negated"))

    def add(self, cue: str, act: str, kind: str, entry: _Entry) -> None:
        if not _ENTRY.fullmatch(cue) or cue != _plain(cue):
            raise _wrong(f"{act}.{kind}", f'"{cue}" is not made of lower-case words with single spaces')
        for spelling in _spellings(cue):
            self._claim(spelling, cue, act, kind)
            node = self.root
            for word in spelling.split(" "):
                self._learn(word, kind)
                node = node.after.setdefault(word, _Node())
            if node.entry is None or node.entry.weight < entry.weight:
                node.entry = entry

    def forms(self) -> dict[str, tuple[str, ...]]:
        """Return what each written word may be: itself first, then the words it is a form of."""
        return {form: tuple(sorted(bases, key=lambda base: base != form)) for form, bases in self._bases.items()}

    def _learn(self, word: str, kind: str) -> None:
        forms = [word]
        if kind != "adjectives":
            forms += self._irregular.get(word) or (_plurals(word) if kind == "nouns" else _regular(word))
        for form in forms:
            self._bases.setdefault(form, {})[word] = None

    def _claim(self, key: str, cue: str, act: str, kind: str) -> None:
        """Note where a cue stands, and refuse it where it stands already.

        A word may be a verb and a noun of one act.
        """
        before = self._places.get(key)
        if before is not None and (before[0] != act or before[1] == kind or "negated" in (before[1], kind)):
            place = ".".join(before)
            raise _wrong(f"{act}.{kind}", f'"{cue}" stands already in {place}; keep one of the two')
        self._places[key] = (act, kind)


def _check_length(cue: str, act: str, kind: str) -> None:
    if kind == "phrases" and " " not in cue:
        raise _wrong(f"{act}.{kind}", f'"{cue}" should be two or more words')
    if kind in ("verbs", "nouns", "adjectives") and " " in cue:
        raise _wrong(f"{act}.{kind}", f'"{cue}" should be one word (longer ones go to "phrases")')


def _weight(act: str, kind: str) -> int:
    if kind == "weak":
        return _LIGHT
    if kind in ("nouns", "adjectives"):
        return _SAY_NOUN if act == _UNSAID else _NOUN
    return _SAY_VERB if act == _UNSAID and kind != "negated" else _VERB


def _spellings(cue: str) -> set[str]:
    """Return a cue as written and in American spelling ("-ise" as "-ize", "-our" as "-or")."""
    american = re.sub(r"(\w\w)is(e|er|ation)\b", r"\1iz\2", cue)
    american = re.sub(r"(\w\w)our(ed|able|ably|ite|ing|s|)\b", r"\1or\2", american)
    return {cue, american}


def _plurals(word: str) -> list[str]:
    """Return the regular plural of a noun, which is also the "-s" form of a verb."""
    if re.search(r"[^aeiou]y$", word):
        return [f"{word[:-1]}ies"]
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [f"{word}es"]
    return [f"{word}s", f"{word}es"] if word.endswith("o") else [f"{word}s"]


def _regular(word: str) -> list[str]:
    """Return the regular forms of a verb; where two spellings are in use, both."""
    forms = _plurals(word)
    if word.endswith("e"):
        stem = word if word.endswith(("ee", "oe", "ye")) else word[:-1]
        stem = f"{word[:-2]}y" if word.endswith("ie") else stem
        return [*forms, f"{word}d", f"{stem}ing"]
    if re.search(r"[^aeiou]y$", word):
        return [*forms, f"{word[:-1]}ied", f"{word}ing"]
    # "plan" doubles its last letter, "admit" too and "offer" not: which, only the stress would tell.
    stems = [word]
    if re.search(r"[^aeiou](?:[aeiou]|ui)[^aeiouwxyh]$", f"'{word}"):
        one_syllable = len(re.findall(r"[aeiouy]+", word)) == 1
        stems = [word + word[-1]] if one_syllable else [word, word + word[-1]]
    return forms + [f"{stem}{ending}" for stem in stems for ending in ("ed", "ing")]


def _load(text: str) -> dict[str, Any]:
    """Return the tables of a data file after checking that they are what they should be."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("the file", f"no valid TOML ({error})") from error
    _check_keys("the file", tables, _TABLES, required=_TABLES)
    for name, keys in _TABLES.items():
        if not isinstance(tables[name], dict):
            raise _wrong(name, "should be a table")
        if keys is not None:
            _check_keys(name, tables[name], keys, required=keys)
            _check_lists(name, tables[name])
    _check_lists("forms", tables["forms"])
    for act, table in tables["acts"].items():
        if not isinstance(table, dict) or not isinstance(table.get("description"), str):
            raise _wrong(f"acts.{act}", 'should be a table with a "description" in words')
        _check_keys(f"acts.{act}", table, ("description", *_KINDS), required=())
        _check_lists(f"acts.{act}", {kind: cues for kind, cues in table.items() if kind != "description"})
    return tables


def _check_keys(where: str, table: dict[str, Any], allowed: Iterable[str], *, required: Iterable[str]) -> None:
    for key in table:
        if key not in allowed:
            raise _wrong(where, f'unknown key "{key}"; use one of: {", ".join(allowed)}')
    for key in required:
        if key not in table:
            raise _wrong(where, f'"{key}" is missing')


def _check_lists(where: str, table: dict[str, Any]) -> None:
    for key, cues in table.items():
        if not isinstance(cues, list) or not all(isinstance(cue, str) and cue for cue in cues):
            raise _wrong(f"{where}.{key}", "should be a list of words in quotation marks")


def _wrong(where: str, what: str) -> MissingPart:
    return MissingPart(f"{_FILE}: {where}: {what}. Mend the file, or install onrecord again.")
