"""What statements say will be: predictions, promises and threats, each with its condition and when it is due.

A prediction is made from a record and can be made again. Rules find it, by the act of the statement and by the words of
its sentence; the words are in `data/predictions.toml`. A sentence that only has "will" in it is left out, unless the
act says what it is: with neither a time nor a condition nobody could come back to it and check.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias, get_args

from onrecord.dates import TimeExpression, find_dates
from onrecord.dates.values import day_of, shift, shift_day
from onrecord.model import Document, PartialDate, Passage, Record, Statement

Kind: TypeAlias = Literal["predict", "promise", "threaten"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FILE = "data/predictions.toml"
_FEWEST_WORDS = 2
"""A content of one word ("reform") says too little to be checked."""
_NEAR = 20
"""How many characters before the verb whoever speaks of themselves is named."""
_FAR = 1_000
"""How many characters around a content its sentence is looked for in."""
_ABOUT = ("person", "organization", "group")
"""The kinds of entities that something happens to."""
_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘(\[]*[A-Z0-9])|\n+")
_SHORTENED = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Capt|Sgt|St|Prof|Rev|Hon|No|vs|U\.S|U\.N))\.\s+\Z"
)
_CLAUSE = re.compile(r"[,;:—–]|\s-\s")
_LENGTH = re.compile(r"P(\d+)([YMWD])")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a statement says will be: passages of its content.

    `condition` are the words of "if …", None where it holds without. `due` is when it can be checked, None where the
    text does not tell. `about` are the ids of the people and bodies that its sentence mentions.
    """

    statement: str
    kind: Kind
    content: tuple[Passage, ...]
    condition: Passage | None = None
    due: PartialDate | None = None
    about: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the prediction as JSON has it."""
        return {
            "statement": self.statement,
            "kind": self.kind,
            "content": [list(passage) for passage in self.content],
            "condition": list(self.condition) if self.condition else None,
            "due": self.due.to_dict() if self.due else None,
            "about": list(self.about),
        }


def find_predictions(record: Record) -> list[Prediction]:
    """Return what the statements of a record say will be, in their order; of a statement in another, the inner one's.

    >>> from onrecord.model import Document, Passage, Record, Statement
    >>> text = "Vokal said that the dam would close by March 2032."
    >>> said = Statement("st-1", (Passage(0, 5),), (Passage(6, 10),), (Passage(11, 49),), "indirect", "say", 0.9)
    >>> [found] = find_predictions(Record(Document(text, published="2031-04-02"), (said,)))
    >>> found.kind, found.due.value
    ('predict', '2032-03')
    """
    times, people = _Times(record.document), _People(record)
    found = [prediction for statement in record.statements for prediction in _look(record, statement, times, people)]
    outer = set(_outer(found))
    return [one for number, one in enumerate(found) if number not in outer]


def _outer(found: Sequence[Prediction]) -> Iterator[int]:
    """Yield the numbers of the predictions that have one of another statement within them."""
    order = sorted(range(len(found)), key=lambda number: _bounds(found[number].content))
    begins = [found[number].content[0].start for number in order]
    for number in order:
        start, end = _bounds(found[number].content)
        near = order[bisect_left(begins, start) : bisect_left(begins, end)]
        if any(_is_within(found[other], found[number]) for other in near):
            yield number


def _is_within(inner: Prediction, outer: Prediction) -> bool:
    """Tell whether one prediction is a smaller part of another, of another statement."""
    if inner.statement == outer.statement:
        return False
    (begin, end), (start, stop) = _bounds(inner.content), _bounds(outer.content)
    return start <= begin and end <= stop and (begin, end) != (start, stop)


def _bounds(passages: Sequence[Passage]) -> tuple[int, int]:
    return passages[0].start, passages[-1].end


def _look(record: Record, statement: Statement, times: _Times, people: _People) -> Iterator[Prediction]:
    """Yield what a statement says will be, sentence by sentence."""
    words = lexicon()
    by_act = words.kinds.get(statement.act)
    if statement.negated or (by_act is None and statement.act not in words.acts):
        return
    sentences = list(_sentences(record.document, statement.content))
    for content in sentences:
        sight = _see(record.document, statement, content)
        if sight is None or not (sight.ahead or (by_act and len(sentences) == 1)):
            continue
        due = times.due(content, sight, statement)
        if by_act is None and not (sight.condition or due or (sight.certain and times.is_soon(content))):
            continue
        is_ahead = sight.ahead or due or _is_to_do(record, content) or times.is_soon(content)
        if by_act in ("predict", "threaten") and not is_ahead:
            continue
        kind = by_act or ("promise" if _is_of_self(record, statement, sight, people) else words.acts[statement.act])
        yield Prediction(statement.id, kind, content, sight.condition, due, people.about(statement, content))


def _is_to_do(record: Record, content: Sequence[Passage]) -> bool:
    """Tell whether a content is what is to be done: "to resign", "the river … to rise"."""
    return any(lexicon().to_do.match(record.document.text, piece.start, piece.end) for piece in content)


# --- sentences ---------------------------------------------------------------------------------


def _sentences(document: Document, content: Sequence[Passage]) -> Iterator[tuple[Passage, ...]]:
    """Yield the sentences of a content, each as passages: one that is broken off goes on in the next passage."""
    waiting: list[Passage] = []
    for passage in content:
        for piece in _split(document.text, passage):
            waiting.append(piece)
            if document.text[piece.start : piece.end].rstrip("\"”’')] ")[-1:] in (".", "!", "?", "…"):
                yield tuple(waiting)
                waiting = []
    if waiting:
        yield tuple(waiting)


def _split(text: str, passage: Passage) -> Iterator[Passage]:
    """Yield the sentences of a passage, without the space around them."""
    begin = passage.start
    for stop in _SENTENCE.finditer(text, passage.start, passage.end):
        if not _SHORTENED.search(text, max(begin, stop.end() - 12), stop.end()):
            yield from _trimmed(text, begin, stop.end())
            begin = stop.end()
    yield from _trimmed(text, begin, passage.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Passage]:
    words = text[start:end]
    if words.strip():
        yield Passage(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip()))


# --- words -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `data/predictions.toml`, compiled."""

    kinds: dict[str, Kind]
    acts: dict[str, Kind]
    certain: re.Pattern[str]
    reported: re.Pattern[str]
    perhaps: re.Pattern[str]
    asking: re.Pattern[str]
    to_do: re.Pattern[str]
    condition: re.Pattern[str]
    supposed: re.Pattern[str]
    noun: re.Pattern[str]
    before: re.Pattern[str]
    by: re.Pattern[str]
    at: re.Pattern[str]
    within: re.Pattern[str]
    begin: re.Pattern[str]
    lengths: re.Pattern[str]
    next: re.Pattern[str]
    own: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """Return the words by which a statement looks ahead."""
    tables = tomllib.loads(resources.files("onrecord").joinpath(_FILE).read_text("utf-8"))
    ahead, condition, due = tables["ahead"], tables["condition"], tables["due"]
    idle = rf"(?!\s+(?:\w+ly,?\s+)*{_one_of(ahead['idle'])})"
    figure = rf"(?!\s+{_one_of(condition['after'])})"
    once = rf"[Oo]nce(?=\s+(?:{_one_of(condition['once'])}|[A-Z]))"
    capital = [word.capitalize() for word in condition["words"]]
    return Lexicon(
        kinds={act: kind for kind, acts in tables["kinds"].items() for act in acts},
        acts={act: kind for kind, acts in tables["acts"].items() for act in acts},
        certain=re.compile(_one_of(ahead["certain"])),
        reported=re.compile(_one_of(ahead["reported"]) + idle),
        perhaps=re.compile(_one_of(ahead["perhaps"]) + idle),
        noun=re.compile(rf"{_one_of(ahead['noun'])}\s+\Z"),
        asking=re.compile(rf"\W*{_one_of(ahead['asking'])}", re.IGNORECASE),
        to_do=re.compile(rf"\W*(?:not\s+(?:only\s+)?)?\[?to\]?\s(?!\s*{_one_of(ahead['past'])})"),
        condition=re.compile(rf"(?:{_one_of([*condition['words'], *capital])}|{once}){figure}"),
        supposed=re.compile(_one_of(condition["supposed"])),
        before=re.compile(rf"{_one_of(condition['before'])}\s+\Z", re.IGNORECASE),
        by=re.compile(rf"{_one_of(due['by'])}\s+(?:the\s+)?\Z", re.IGNORECASE),
        at=re.compile(rf"{_one_of(due['at'])}\s+\Z", re.IGNORECASE),
        within=re.compile(rf"{_one_of(due['within'])}\s+(?:the\s+)?\Z", re.IGNORECASE),
        begin=re.compile(_one_of(due["begin"]), re.IGNORECASE),
        lengths=re.compile(rf"{_one_of(due['lengths'])}\s+\Z", re.IGNORECASE),
        next=re.compile(_one_of(due["next"]), re.IGNORECASE),
        own=re.compile(rf"{_one_of(tables['self']['words'])}(?:\s+\w+)?\s*\Z", re.IGNORECASE),
    )


def _one_of(words: Iterable[str]) -> str:
    """Return the pattern of one of some words, the longest first, with either apostrophe."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    written = (re.sub(r"\\?'", "['’]", re.escape(word)).replace("\\ ", r"\s+") for word in ordered)
    return "(?:" + "|".join(word if word.startswith("[") else rf"(?<!\w){word}" for word in written) + r")(?!\w)"


@dataclass(frozen=True, slots=True)
class _Sight:
    """How a sentence looks ahead: the words of its condition, and where its verb stands, None where it has none.

    `certain` is whether the verb says that it will be, not only that it may.
    """

    condition: Passage | None
    ahead: Passage | None
    certain: bool = True


def _see(document: Document, statement: Statement, content: Sequence[Passage]) -> _Sight | None:
    """Return how a sentence looks ahead; None for a question, or what says too little."""
    text = document.text
    words = document.slice(content)
    asks = words.rstrip("\"”’' ").endswith("?") or lexicon().asking.match(words)
    if asks or len(words.split()) < _FEWEST_WORDS:
        return None
    for piece in content:
        sight = _find_condition(text, piece)
        if sight is not None:
            return sight
    reported = statement.form != "direct"
    for perhaps in (False, True):
        verbs = (_find_verb(text, piece, reported=reported, perhaps=perhaps) for piece in content)
        verb = next((verb for verb in verbs if verb), None)
        if verb is not None:
            return _Sight(None, verb, certain=not perhaps)
    return _Sight(None, None)


def _find_verb(text: str, piece: Passage, *, reported: bool, perhaps: bool) -> Passage | None:
    """Return the first verb of what will be in a piece of text."""
    words = lexicon()
    patterns = [words.certain, *([words.reported] if reported else []), *([words.perhaps] if perhaps else [])]
    found = [
        Passage(*match.span())
        for pattern in patterns
        for match in pattern.finditer(text, piece.start, piece.end)
        if not (match[0] in ("will", "shall") and words.noun.search(text, max(0, match.start() - 20), match.start()))
    ]
    return min(found, default=None)


def _find_condition(text: str, piece: Passage) -> _Sight | None:
    """Return the condition of a sentence with the verb that hangs on it: before its comma, or at its end."""
    for match in lexicon().condition.finditer(text, piece.start, piece.end):
        if lexicon().before.search(text, max(piece.start, match.start() - 20), match.start()):
            continue
        comma = _CLAUSE.search(text, match.end(), piece.end)
        end = comma.start() if comma else piece.end
        if lexicon().supposed.search(text, match.end(), end):
            continue
        after = _find_verb(text, Passage(end, piece.end), reported=True, perhaps=True)
        first = _CLAUSE.split(text[match.end() : end])[0]
        if len(first.split()) < _FEWEST_WORDS:
            continue
        if after:
            return _Sight(Passage(match.start(), end), after)
        before = _find_verb(text, Passage(piece.start, match.start()), reported=True, perhaps=False)
        if before and match[0][:1].islower() and not match[0].startswith("once"):
            return _Sight(_unclosed(text, Passage(match.start(), end)), before)
    return None


def _unclosed(text: str, clause: Passage) -> Passage:
    """Return a clause at the end of a sentence without the full stop, and without a mark that closes more than it."""
    words = text[clause.start : clause.end].rstrip()
    if words.endswith(("”", '"')) and words.count("“") < words.count("”") + words.count('"') % 2:
        words = words[:-1]
    return Passage(clause.start, clause.start + len(words.rstrip(".! ")))


def _is_of_self(record: Record, statement: Statement, sight: _Sight, people: _People) -> bool:
    """Tell whether somebody says what they themselves will do: "I", "we", or a pronoun that stands for the speaker."""
    if sight.ahead is None:
        return False
    text = record.document.text
    begin = sight.ahead.start
    if statement.form != "indirect" and lexicon().own.search(text, max(0, begin - _NEAR), begin):
        return True
    between = (text[end:begin] for end in people.ends_before(statement.speaker, begin))
    return any(len(words.split()) <= 1 and not _CLAUSE.search(words) for words in between)


# --- times -------------------------------------------------------------------------------------


class _Times:
    """The times of a document, found paragraph by paragraph, as they are asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[int, list[TimeExpression]] = {}

    def due(self, content: Sequence[Passage], sight: _Sight, statement: Statement) -> PartialDate | None:
        """Return when what a sentence says is due, by the words that say so best; None where it does not tell."""
        said = statement.said_on.begin if statement.said_on else self._document.published
        ranked = []
        for found in self._within(content):
            value = self._value(found, said, sight)
            if value is not None:
                condition = sight.condition
                aside = condition is not None and condition.start <= found.passage.start < condition.end
                named = lexicon().by.search(self._before(found))
                ranked.append((aside, not named, found.passage, value))
        return PartialDate(min(ranked)[3], min(ranked)[2]) if ranked else None

    def is_soon(self, content: Sequence[Passage]) -> bool:
        """Tell whether a sentence says that it will be some time from now: "soon", "in the coming months"."""
        return any(found.value == "FUTURE_REF" for found in self._within(content))

    def _within(self, content: Sequence[Passage]) -> Iterator[TimeExpression]:
        for piece in content:
            known = self._of_paragraph(piece.start)
            first = bisect_left(known, piece.start, key=lambda found: found.passage.start)
            last = bisect_left(known, piece.end, key=lambda found: found.passage.start)
            yield from (found for found in known[first:last] if found.passage.end <= piece.end)

    def _of_paragraph(self, at: int) -> list[TimeExpression]:
        text = self._document.text
        begin = text.rfind("\n", 0, at) + 1
        if begin not in self._known:
            end = text.find("\n", at)
            words = text[begin : end if end >= 0 else len(text)]
            self._known[begin] = [
                replace(found, passage=Passage(found.passage.start + begin, found.passage.end + begin))
                for found in find_dates(words, self._document.published)
            ]
        return self._known[begin]

    def _before(self, found: TimeExpression) -> str:
        start = found.passage.start
        return self._document.text[max(0, start - 24) : start]

    def _value(self, found: TimeExpression, said: str | None, sight: _Sight) -> str | None:
        """Return the time of an expression that is still to come when it is said, else None."""
        words = self._document.slice(found.passage)
        value = found.value or ""
        if found.kind == "duration":
            counted = lexicon().lengths.search(self._before(found)) or lexicon().next.search(words)
            return _after(said, value) if counted else None
        value = _one_date(value)
        if found.kind not in ("date", "time") or not re.match(r"\d{4}(?!\d)", value):
            return None
        when = PartialDate(value, found.passage)
        if said is None or when.begin > said:
            return value
        if when.end <= PartialDate(said, found.passage).end:
            return self._next(found, value, said, sight)
        still = lexicon().within.search(self._before(found)) or lexicon().begin.match(words)
        return value if still else None

    def _next(self, found: TimeExpression, value: str, said: str, sight: _Sight) -> str | None:
        """Return the next month or weekday of a name, where "could come in October" was taken for the last one."""
        ahead, text = sight.ahead, self._document.text
        start, end = found.passage
        bare = text[start:end].isalpha() and lexicon().at.search(self._before(found))
        if not bare or ahead is None or ahead.end > start or _CLAUSE.search(text, ahead.end, start):
            return None
        moved = shift(value, 12, "M") if len(value) == len("2018-10") else shift(value, 7, "D")
        return moved if moved and moved > said else None


def _one_date(value: str) -> str:
    """Return a value as one date: days of a month as that month, other days as the last of them, an hour as its day."""
    first, mark, last = (part[: len("2018-08-27")] for part in value.partition("/"))
    month = first[: len("2018-08")]
    return first if not mark else month if last.startswith(month) else last


def _after(said: str | None, length: str) -> str | None:
    """Return the day so long after another, None where it is not known to the day."""
    day, parts = day_of(said), _LENGTH.fullmatch(length)
    moved: date | None = shift_day(day, int(parts[1]), parts[2]) if day and parts else None
    return moved.isoformat() if moved else None


# --- people ------------------------------------------------------------------------------------


class _People:
    """Where those whom something can happen to, and who speaks, are mentioned: an article may have thousands."""

    def __init__(self, record: Record) -> None:
        self._text = record.document.text
        self._order = {entity.id: number for number, entity in enumerate(record.entities)}
        self._mentions = sorted(
            (mention.passage, entity.id)
            for entity in record.entities
            if entity.kind in _ABOUT
            for mention in entity.mentions
        )
        speakers = {statement.speaker for statement in record.statements}
        self._ends = {
            entity.id: sorted(mention.passage.end for mention in entity.mentions)
            for entity in record.entities
            if entity.id in speakers
        }

    def about(self, statement: Statement, content: Sequence[Passage]) -> tuple[str, ...]:
        """Return the ids of those whom the sentence of a content mentions; the speaker only where the content does."""
        start, end = _sentence_around(self._text, content)
        first = bisect_left(self._mentions, start, key=lambda found: found[0].start)
        last = bisect_left(self._mentions, end, key=lambda found: found[0].start)
        found = {
            entity
            for passage, entity in self._mentions[first:last]
            if passage.end <= end and (entity != statement.speaker or _is_inside(passage, content))
        }
        return tuple(sorted(found, key=self._order.__getitem__))

    def ends_before(self, entity: str | None, at: int) -> list[int]:
        """Return where the mentions of an entity end that stand just before a place."""
        ends = self._ends.get(entity or "", [])
        return ends[bisect_right(ends, at - _NEAR) : bisect_right(ends, at)]


def _is_inside(passage: Passage, content: Sequence[Passage]) -> bool:
    return any(piece.start <= passage.start and passage.end <= piece.end for piece in content)


def _sentence_around(text: str, content: Sequence[Passage]) -> tuple[int, int]:
    start, end = _bounds(content)
    begin, stop = max(0, start - _FAR), end + _FAR
    close = text.find("\n", end, stop)
    line = Passage(max(begin, text.rfind("\n", begin, start) + 1), close if close >= 0 else min(stop, len(text)))
    sentences = list(_split(text, line))
    return (
        max((s.start for s in sentences if s.start <= start), default=start),
        min((s.end for s in sentences if s.end >= end), default=end),
    )
