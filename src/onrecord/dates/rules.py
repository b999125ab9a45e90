"""How a rule is written and how the rules are tried on a text: leftmost first, then the longest.

A rule's pattern is a regular expression over words: `<month>` is a word that may be a month, `'ago'`
the word itself, `x` a word of no kind, `{length}` a pattern of `FRAGMENTS`. Spaces do not count. Every repetition in a
pattern has an upper bound, so a text is read in time that grows with its length and no faster.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from onrecord.dates.values import day_of, month_of, year_of
from onrecord.dates.words import Alphabet, Words, lexicon
from onrecord.model import Passage

Kind: TypeAlias = Literal["date", "time", "duration", "set"]

_SHORTENED = 4  # letters of the longest month that is cut short, "Sept."
_WHOLE = ("may", "june", "july")
_PIECE = re.compile(r"'[^ ]+?'(?![a-z])|(?<!P)<\w+>|\{\w+\}|\s+")

FRAGMENTS = {
    "count": "(?:<digits>|(?:'a')?<numword>(?:(?:<hyphen>|'and')?<numword>){0,7})",
    "quantity": (
        "(?:{count}(?:<fraction>|<hyphen>?<digits>'/'<digits>)?(?:'and' 'a'?'half')?"
        "|(?:'a')?<amount>(?:'of')?|'a'|'an'|'another'|'half'(?:'a'|'an')?|'a' 'half')"
    ),
    "length": (
        "{quantity}<hyphen>?<filler>{0,2}<hyphen>?<unit>(?:'and' 'a'?'half')?(?:(?:','|'and'){0,2}{count}<unit>){0,2}"
    ),
    "exactly": (
        "(?:'no'?'more' 'than'|'less' 'than'|'no'?'fewer' 'than'|'at' 'least'|'at' 'most'|'up' 'to'"
        "|'as' 'much' 'as'|'as' 'many' 'as'|'as' 'long' 'as'|'just'?<exact>)"
    ),
    "part": "(?:<part><hyphen>?(?:(?:'in'|'on')?'the'?)?|'the'?<partnoun>'of' 'the'?)",
    "day": "(?:<day>|<dayth>|(?:'twenty'|'thirty')<hyphen>?(?:<ordinal>|<numword>)|<ordinal>)",
    "weekday": "(?:<weekday>'.'?','?)",
    "monthname": "(?:<month>'.'?)",
    "spelled": "(?:<numword>(?:<hyphen>|'and')?<numword>(?:(?:<hyphen>|'and')?<numword>){0,5})",
    "anyyear": "(?:<year>|{spelled})",
}


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time that a text speaks of: where it stands, and what it means as far as that can be known.

    `value` is ISO 8601 with the precision of the text, as TIMEX3 has it: `2018-08`, `2018-W34`,
    `2018-08-25TEV`, `P2Y6M`, `P7Y/P20Y`, `2018-10-08/2018-10-10`, `PAST_REF`. None means that the
    text does not say. `modifier` is TIMEX3's: START, MID, END, APPROX, LESS_THAN and so on.
    """

    passage: Passage
    kind: Kind
    value: str | None
    modifier: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a rule's pattern stands: a range of words, and the ranges of its named parts."""

    words: Words
    match: re.Match[str]

    @property
    def start(self) -> int:
        """The index of the first word."""
        return self.match.start()

    @property
    def end(self) -> int:
        """The index after the last word."""
        return self.match.end()

    def has(self, name: str) -> bool:
        """Tell whether a named part is there."""
        return self.match.groupdict().get(name) is not None

    def part(self, name: str) -> list[str]:
        """Return the words of a named part, none where it is absent."""
        if not self.has(name):
            return []
        return [word.text for word in self.words.words[self.match.start(name) : self.match.end(name)]]

    def all(self) -> list[str]:
        """Return all words of the match."""
        return [word.text for word in self.words.words[self.start : self.end]]

    def as_expression(
        self, kind: Kind, value: str | None, modifier: str | None = None, *, start: int | None = None,
        end: int | None = None,
    ) -> TimeExpression:  # fmt: skip
        """Return the words (or those from `start` to `end`) as an expression of that meaning."""
        at, stop = self.start if start is None else start, self.end if end is None else end
        while stop - 1 > at and self._is_only_a_mark(stop - 1):
            stop -= 1
        passage = Passage(self.words.words[at].start, self.words.words[stop - 1].end)
        return TimeExpression(passage, kind, value, modifier)

    def _is_only_a_mark(self, index: int) -> bool:
        """Tell whether a word is a comma, or a full stop that shortens nothing."""
        mark, before = self.words.at(index), self.words.at(index - 1)
        return mark == "," or (mark == "." and (len(before) > _SHORTENED or before in _WHOLE))


class Tense(Protocol):
    """Tells "past" or "future" from the words around a range of words, None where they do not show it."""

    def __call__(self, start: int, end: int, beyond_saying: bool = False, /) -> str | None:
        """Look for the nearest verb, passing over verbs of saying where asked to."""
        ...


@dataclass(slots=True)
class Setting:
    """What is known while a text is read from its start: the anchor, and what was spoken of last."""

    anchor: str | None
    country: str | None
    month_first: bool
    tense: Tense
    day: str | None = None
    """The last explicit day before, which "the next day" goes on from."""
    month: str | None = None
    year: str | None = None
    """The last explicit month and year."""
    quarter: str | None = None
    """The last quarter, and the index of the word where it stood."""
    quarter_at: int = -1000

    def remember(self, value: str | None) -> str | None:
        """Return a value, and keep it as what was spoken of last."""
        if value and day_of(value):
            self.day = value
        if value and month_of(value):
            self.month = value[:7]
        if value and year_of(value):
            self.year = value[:4]
        return value


Reader: TypeAlias = Callable[[Found, Setting], TimeExpression | list[TimeExpression] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and the function that reads what it finds; None from it means that it is no time."""

    pattern: str
    read: Reader


def read_part(found: Found) -> str | None:
    """Return START, MID or END where the words say which part of the time is meant."""
    values = lexicon().values
    for word in found.part("part"):
        modifier = values["part"].get(word) or values["partnoun"].get(word)
        if modifier:
            return str(modifier)
    return None


def rule(*patterns: str) -> Callable[[Reader], list[Rule]]:
    """Return a decorator that turns a reader into its rules."""
    return lambda read: [Rule(pattern, read) for pattern in patterns]


def _expand(pattern: str) -> str:
    """Return a pattern with its fragments written out."""
    for _ in range(4):
        for name, fragment in FRAGMENTS.items():
            pattern = pattern.replace("{" + name + "}", f"(?:{fragment})")
    return pattern


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules made ready: their alphabet, and the compiled pattern of each."""

    alphabet: Alphabet
    rules: list[tuple[re.Pattern[str], Reader]]


def compile_rules(rules: list[Rule]) -> Grammar:
    """Return the grammar of a list of rules; of two matches as long as each other, the first rule's counts."""
    expanded = [_expand(one.pattern) for one in rules]
    literals = {piece[1:-1] for pattern in expanded for piece in _PIECE.findall(pattern) if piece[0] == "'"}
    alphabet = Alphabet(literals)
    classes: dict[str, str] = {}

    def letters(piece: re.Match[str]) -> str:
        text = piece[0]
        if text.isspace():
            return ""
        kind = text[1:-1] if text[0] == "<" else text
        if kind not in classes:
            classes[kind] = alphabet.one_of(kind)
        return classes[kind]

    compiled = [re.compile(_PIECE.sub(letters, pattern)) for pattern in expanded]
    return Grammar(alphabet, [(pattern, one.read) for pattern, one in zip(compiled, rules, strict=True)])


def read(grammar: Grammar, words: Words, setting: Setting) -> Iterator[TimeExpression]:
    """Yield what the rules find, in order and without overlap."""
    queue: list[tuple[int, int, int, re.Match[str]]] = []

    def look(number: int, start: int) -> None:
        match = grammar.rules[number][0].search(words.code, start)
        if match is not None:
            heapq.heappush(queue, (match.start(), -match.end(), number, match))

    for number in range(len(grammar.rules)):
        look(number, 0)
    position = 0
    while queue:
        start, _, number, match = heapq.heappop(queue)
        if start < position:
            look(number, position)
            continue
        found = grammar.rules[number][1](Found(words, match), setting)
        if found is None:
            look(number, start + 1)
            continue
        position = match.end()
        look(number, position)
        yield from found if isinstance(found, list) else [found]
