"""Statements made ready to be compared: what is shown of each, and who is mentioned in it.

The holders are shown as marks, not by name: who speaks must not decide whether two statements clash, and a comparer
that has seen no name cannot have learned whose words always clash with whose.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from onrecord.disputes.vocabulary import stems_of
from onrecord.language.comparer import FAR, FIRST, SECOND
from onrecord.language.quotes import paragraphs
from onrecord.language.syntax import stretches
from onrecord.model import Document, Mention, Passage, Record, Statement

_SHORT_GAP = 24
"""Characters between two parts of a statement that are shown too: "that", a comma."""
_LEAD_WORDS = 5
"""Words at the start of the sentence, and before the statement, that are shown of what leads to it."""
_SOURCE_WORDS = 10
_BETWEEN = 320
"""Characters between two statements of an article that are shown: of more, the whole paragraphs at the end."""
_NEAR = 2
"""Statements between two that are still told apart by how many they are."""
_MARKS = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Article:
    """An article as its voices share it: whoever is mentioned where, in the order of the text.

    What stands for somebody is an id, the same in all articles that are compared.
    """

    document: Document
    mentions: tuple[tuple[Mention, str], ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where each mention begins."""
        return [mention.passage.start for mention, _ in self.mentions]

    def mentioned(self, start: int, end: int) -> Iterator[tuple[Mention, str]]:
        """Yield the mentions that lie within a stretch of the text."""
        for k in range(bisect_left(self.starts, start), bisect_left(self.starts, end)):
            if self.mentions[k][0].passage.end <= end:
                yield self.mentions[k]


@dataclass(frozen=True)
class Voice:
    """A statement with what is needed to compare it.

    `holder` stands for who holds it, None where nobody could tell. `lead` goes from the start of its sentence to its
    first word. `parts` are source, cue and content in the order of the text. `rank` counts the statements of the
    article, `sentence` and `paragraph` tell where it begins.
    """

    statement: Statement
    article: Article
    holder: str | None
    lead: Passage
    parts: tuple[Passage, ...]
    rank: int
    sentence: int
    paragraph: int

    @property
    def id(self) -> str:
        """The id of its statement."""
        return self.statement.id

    @property
    def text(self) -> str:
        """The text of its article."""
        return self.article.document.text

    @cached_property
    def content(self) -> str:
        """The words of the content."""
        return self.article.document.slice(self.statement.content)

    @cached_property
    def stems(self) -> frozenset[str]:
        """What stands for the words that tell what it is about."""
        return stems_of(self.content)

    @cached_property
    def cue(self) -> str:
        """The words of the cue."""
        return self.article.document.slice(self.statement.cue)

    @property
    def begin(self) -> int:
        """Where its first part begins."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """Where its last part ends."""
        return self.parts[-1].end

    @cached_property
    def others(self) -> Counter[str]:
        """How often everybody is mentioned in it and in what leads to it, but for its own source."""
        source = self.statement.source
        return Counter(
            who
            for mention, who in self.article.mentioned(self.lead.start, self.end)
            if not any(start <= mention.passage.start < end for start, end in source)
        )


def voices_of(record: Record, who: Mapping[str, str] | None = None) -> list[Voice]:
    """Return the statements of a record as voices, in the order of the text.

    `who` gives what stands for each entity across articles; without it, the entity's own id does.
    """
    text = record.document.text
    sentences = [passage.start for passage in stretches(text)]
    lines = [paragraph.start for paragraph in paragraphs(text)]
    known = who or {}
    mentions = ((mention, known.get(entity.id, entity.id)) for entity in record.entities for mention in entity.mentions)
    ordered = sorted(mentions, key=lambda pair: (pair[0].passage.start, -pair[0].passage.end, pair[1]))
    article = Article(record.document, tuple(ordered))
    voices = []
    for rank, statement in enumerate(sorted(record.statements, key=lambda s: _parts(s)[0])):
        parts = _parts(statement)
        begin = parts[0].start
        sentence = max(0, bisect_right(sentences, begin) - 1)
        line = max(0, bisect_right(lines, begin) - 1)
        lead = Passage(min(begin, max([0, *sentences[sentence : sentence + 1], *lines[line : line + 1]])), begin)
        holder = known.get(statement.speaker or "", statement.speaker)
        voices.append(Voice(statement, article, holder, lead, parts, rank, sentence, line))
    return voices


def _parts(statement: Statement) -> tuple[Passage, ...]:
    return tuple(sorted((*statement.source, *statement.cue, *statement.content)))


def show(first: Voice, second: Voice) -> tuple[str, str]:
    """Return a pair as the comparer is shown it: the holders as marks, and before the first how far they are apart.

    Of two that stand in one article, the second comes with what stands between them.
    """
    holders = {holder: mark for holder, mark in ((second.holder, SECOND), (first.holder, FIRST)) if holder}
    before = Passage(_context(first, second), second.begin)
    return (
        _distance(first, second) + _lead(_marked(first, first.lead, holders)) + _shown(first, holders),
        _marked(second, before, holders) + _shown(second, holders)
        if before.start < second.lead.start
        else _lead(_marked(second, second.lead, holders)) + _shown(second, holders),
    )


def _distance(first: Voice, second: Voice) -> str:
    if first.article is not second.article:
        return FAR
    if first.sentence == second.sentence:
        return chr(ord(FAR) + 1)
    return chr(ord(FAR) + 2 + min(_NEAR + 1, max(0, second.rank - first.rank - 1)))


def _context(first: Voice, second: Voice) -> int:
    """Return where what is shown before the second of a pair begins."""
    if first.article is not second.article or first.end > second.begin:
        return second.lead.start
    if second.begin - first.end <= _BETWEEN:
        return min(first.end, second.lead.start)
    at = second.text.find("\n", second.begin - _BETWEEN, second.lead.start)
    return at + 1 if at >= 0 else second.lead.start


def _shown(voice: Voice, holders: Mapping[str, str]) -> str:
    """Return source, cue and content of a voice, with what stands shortly between them."""
    own = holders.get(voice.holder or "", "")
    pieces: list[str] = []
    before: Passage | None = None
    for part in voice.parts:
        if before is not None:
            gap = Passage(before.end, part.start)
            short = gap.end - gap.start <= _SHORT_GAP and "\n" not in voice.text[gap.start : gap.end]
            pieces.append(_marked(voice, gap, holders) if short else " … ")
        before = part
        shown = _marked(voice, part, holders)
        if part in voice.statement.source:
            shown = " ".join(shown.split()[:_SOURCE_WORDS])
            if own and own not in shown:
                shown = f"{own} {shown}"
        pieces.append(shown)
    return "".join(pieces)


def _marked(voice: Voice, passage: Passage, holders: Mapping[str, str]) -> str:
    """Return the words of a passage with marks in the place of the holders' names and pronouns."""
    at, pieces = passage.start, list[str]()
    for mention, who in voice.article.mentioned(*passage):
        start, end = mention.passage
        if who not in holders or start < at:
            continue
        pieces += [_MARKS.sub("", voice.text[at:start]), holders[who]]
        at = end
        if mention.kind == "nominal":  # "the mayor" tells more than the mark alone
            at = start
            pieces.append(" ")
    pieces.append(_MARKS.sub("", voice.text[at : passage.end]))
    return "".join(pieces)


def _lead(words: str) -> str:
    split = words.split()
    if len(split) <= 2 * _LEAD_WORDS:
        return words
    return " ".join([*split[:_LEAD_WORDS], "…", *split[-_LEAD_WORDS:], ""])
