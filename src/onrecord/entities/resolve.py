"""Gives every statement its holder, and an article its entities."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from onrecord.entities.candidates import Referent
from onrecord.entities.discourse import Discourse, follow
from onrecord.entities.mentions import WordMention, is_plural
from onrecord.entities.names import name_words, word_lists
from onrecord.entities.sources import Head, is_kind, read_source
from onrecord.language.reader import Analysis
from onrecord.model import Entity, EntityKind, Mention, Passage, Statement, make_id

LEAST_SURE = 0.4
"""A pronoun whose likeliest referent is less sure than this has no speaker."""


@dataclass(slots=True)
class _Holder:
    """An entity in the making: a referent of the discourse, or words that stand for a holder of their own."""

    kind: EntityKind
    label: str
    named: bool
    referent: Referent | None = None
    passages: list[tuple[Passage, str]] = field(default_factory=list)
    id: str = ""


def resolve(
    analysis: Analysis, statements: Sequence[Statement], document_id: str
) -> tuple[list[Statement], list[Entity]]:
    """Return the statements with their speakers, and the entities of the article in the order of the text."""
    discourse = follow(analysis.words, analysis.scores, statements)
    book = _Book(discourse, document_id)
    spoken: list[Statement] = []
    for statement in statements:
        holder = book.holder_of(statement, spoken)
        spoken.append(replace(statement, speaker=holder.id if holder else None))
    return spoken, book.entities()


class _Book:
    """The holders and the named entities of one article, each made once."""

    def __init__(self, discourse: Discourse, document_id: str) -> None:
        self.discourse = discourse
        self.document_id = document_id
        self._of_referent: dict[int, _Holder] = {}
        self._of_words: dict[tuple[object, ...], _Holder] = {}
        self._of_id: dict[str, _Holder] = {}
        self._sources = _sources_by_begin(discourse)
        self._nouns = {m.begin for m in discourse.mentions if m.form == "nominal"}
        for referent in discourse.referents:
            if referent.named and max(referent.kinds) >= _LEAST_KIND and not self._only_describes(referent):
                self._holder_of_referent(referent, "")

    def _only_describes(self, referent: Referent) -> bool:
        """Tell whether a name is never more than what a noun is described with: "Lorvian rivals"."""
        return all(m.form == "name" and m.end in self._nouns for m in referent.mentions)

    def holder_of(self, statement: Statement, earlier: Sequence[Statement]) -> _Holder | None:
        """Return who holds a statement, or None where a reader could not tell."""
        if not statement.source:
            return self._carried_on(statement, earlier)
        words = self.discourse.words
        begin, end = words.range_of(statement.source[0].start, statement.source[0].end)
        if begin >= end:
            return None
        head = read_source(begin, end, self.discourse.shown, self._sources.between(begin, end))
        passage = statement.source[0]
        if head.joint:
            return self._joint(head, passage)
        if head.mention is not None and head.mention.form == "pronoun":
            return self._of_pronoun(head.mention, passage, earlier)
        if head.mention is not None and head.mention.form == "name":
            return self._holder_of_referent(self.discourse.referent_of[head.mention.begin], "")
        return self._of_nominal(head, begin, end, passage)

    def _carried_on(self, statement: Statement, earlier: Sequence[Statement]) -> _Holder | None:
        """Return the holder of the quotation before, where one that nobody is named for goes on from it."""
        if statement.form == "indirect" or not earlier or earlier[-1].form == "indirect":
            return None
        words = self.discourse.words
        here = words.range_of(*statement.content[0])[0]
        before = words.range_of(*earlier[-1].content[-1])[0]
        if here >= len(words) or words.paragraph[here] - words.paragraph[before] > 1:
            return None
        return self._by_id(earlier[-1].speaker)

    def _by_id(self, holder_id: str | None) -> _Holder | None:
        return self._of_id.get(holder_id or "")

    def _joint(self, head: Head, passage: Passage) -> _Holder:
        label = self._text(passage)
        members = tuple(sorted(id(self.discourse.referent_of[m.begin]) for m in head.joint))
        return self._holder_of_words(("joint", members), "group", label, passage, named=False)

    def _of_pronoun(self, mention: WordMention, passage: Passage, earlier: Sequence[Statement]) -> _Holder | None:
        pronouns = word_lists()["pronouns"]
        word = mention.words[0].casefold()
        if word in pronouns["hearer"]:
            return None
        if word in pronouns["author"]:
            if self.discourse.words.quote[mention.head] != 0:
                return self._by_id(earlier[-1].speaker) if earlier else None
            return self._holder_of_words(("author",), "person", self._text(passage), passage, named=False)
        referent = self.discourse.referent_of.get(mention.begin)
        if referent is None or self.discourse.chance_of.get(mention.begin, 1.0) < LEAST_SURE:
            return None
        return self._holder_of_referent(referent, self._text(passage))

    def _of_nominal(self, head: Head, begin: int, end: int, passage: Passage) -> _Holder | None:
        shown = self.discourse.shown
        noun = shown[head.word].casefold()
        if is_kind(noun, "generic") and end - begin == 1:
            return None
        if head.owner is not None:
            owner = self.discourse.referent_of[head.owner.begin]
            kind = self._kind_of(noun, None)
            if kind == "document" and owner.kinds[1] >= owner.kinds[0]:  # "a Vessen Post poll" is the Post's word
                return self._holder_of_referent(owner, "")
            label = self._text(self._span(head.owner.begin, head.word + 1))
            named = kind == "organization" and noun in word_lists()["organizations"]["possessions"]
            return self._holder_of_words(("owned", id(owner), noun), kind, label, passage, named=named)
        referent = self.discourse.referent_of.get(head.mention.begin) if head.mention else None
        if referent is not None:
            return self._holder_of_referent(referent, self._text(passage))
        kind = self._kind_of(noun, None)
        key = ("words", noun) if head.definite else ("words", self._text(passage).casefold())
        return self._holder_of_words(key, kind, self._text(passage), passage, named=False)

    def _kind_of(self, noun: str, referent: Referent | None) -> EntityKind:
        for kind in ("document", "organization", "group"):
            if is_kind(noun, kind) and not (kind == "organization" and is_plural(noun)):
                return kind
        if is_plural(noun):
            return "group"
        if referent is not None and referent.kinds[1] > referent.kinds[0]:
            return "organization"
        return "person"

    def _holder_of_referent(self, referent: Referent, label: str) -> _Holder:
        known = self._of_referent.get(id(referent))
        if known is not None:
            return known
        first = referent.mentions[0]
        if referent.named:
            best = max(range(3), key=lambda k: referent.kinds[k])
            kind: EntityKind = ("person", "organization", "place")[best]
        else:
            kind = "group" if referent.plural else self._kind_of(first.words[-1].casefold(), referent)
        if not label or first.form == "pronoun" or label.casefold() in _all_pronouns():
            told = next((m for m in referent.mentions if m.form != "pronoun"), first)
            label = self._noun_phrase(told)
        holder = _Holder(kind, label, referent.named, referent)
        holder.id = make_id("en", self.document_id, kind, self._span(first.begin, first.end))
        self._of_referent[id(referent)] = self._of_id[holder.id] = holder
        return holder

    def _holder_of_words(
        self, key: tuple[object, ...], kind: EntityKind, label: str, passage: Passage, *, named: bool
    ) -> _Holder:
        if key not in self._of_words:
            holder = _Holder(kind, label, named)
            holder.id = make_id("en", self.document_id, kind, passage, label)
            self._of_words[key] = self._of_id[holder.id] = holder
        self._of_words[key].passages.append((passage, "name" if named else "nominal"))
        return self._of_words[key]

    def _span(self, begin: int, end: int) -> Passage:
        words = self.discourse.words
        return Passage(int(words.start[begin]), int(words.end[end - 1]))

    def _noun_phrase(self, mention: WordMention) -> str:
        """Return a nominal with the words before it, from its determiner on."""
        begin = mention.begin
        shown = self.discourse.shown
        while mention.form == "nominal" and begin > 0 and mention.begin - begin < 5 and shown[begin - 1][0].isalpha():
            begin -= 1
            if shown[begin].casefold() in ("the", "a", "an", "his", "her", "their", "its", "this", "that"):
                break
        return self._text(self._span(begin, mention.end))

    def _text(self, passage: Passage) -> str:
        return " ".join(self.discourse.words.text[passage.start : passage.end].split())

    def entities(self) -> list[Entity]:
        """Return all entities, in the order of their first mention."""
        made = [self._entity(holder) for holder in [*self._of_referent.values(), *self._of_words.values()]]
        return sorted(made, key=lambda e: (e.mentions[0].passage, e.id))

    def _entity(self, holder: _Holder) -> Entity:
        mentions = dict(holder.passages)
        names: Counter[str] = Counter()
        for mention in holder.referent.mentions if holder.referent else ():
            passage = self._span(mention.begin, mention.end)
            mentions[passage] = mention.form
            if mention.form == "name":
                names[self._text(passage)] += 1
        name = _fullest(names) if holder.named and names else holder.label if holder.named else None
        return Entity(
            id=holder.id,
            kind=holder.kind,
            name=name,
            label=None if name else holder.label,
            aliases=tuple(alias for alias, _ in names.most_common() if alias != name),
            mentions=tuple(Mention(p, f) for p, f in sorted(mentions.items())),  # type: ignore[arg-type]
        )


_LEAST_KIND = 0.3
"""A name whose likeliest kind is less likely than this is neither a person, an organisation nor a place."""


def _fullest(names: Counter[str]) -> str:
    """Return the fullest spelling: the most words, then not all in capitals, then the most frequent."""
    return max(names, key=lambda n: (len(name_words(n)), any(w[1:].islower() for w in n.split()), names[n], n))


def _all_pronouns() -> frozenset[str]:
    return frozenset().union(*word_lists()["pronouns"].values())


@dataclass(frozen=True, slots=True)
class _Sources:
    """Mentions in the order of their words, to be found by place."""

    begins: list[int]
    mentions: list[WordMention]

    def between(self, begin: int, end: int) -> list[WordMention]:
        """Return the mentions that begin, title included, inside `[begin, end)`."""
        low = bisect_left(self.begins, begin)
        found = []
        for mention in self.mentions[low:]:
            if mention.outer >= end:
                break
            found.append(mention)
        return found


def _sources_by_begin(discourse: Discourse) -> _Sources:
    ordered = sorted(discourse.mentions, key=lambda m: m.begin)
    return _Sources([m.begin for m in ordered], ordered)
