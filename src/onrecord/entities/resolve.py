"""Gives every statement its holder, and an article its entities."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from onrecord.entities.candidates import Referent
from onrecord.entities.discourse import LEAD, Discourse, follow
from onrecord.entities.mentions import WordMention, is_plural
from onrecord.entities.names import fold, name_words, word_lists
from onrecord.entities.roles import WordRole, title_begin
from onrecord.entities.sources import Head, is_kind, read_source
from onrecord.language.reader import Analysis
from onrecord.model import Candidate, Entity, EntityKind, Mention, Passage, Role, Statement, make_id

LEAST_SURE = 0.4
"""A pronoun whose likeliest referent is less sure than this has no speaker."""
LEAST_CANDIDATE = 0.1
"""The chance from which somebody is kept as a candidate."""


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
    heads = [book.head_of(statement) for statement in statements]
    book.note_makers(heads)
    spoken: list[Statement] = []
    for statement, head in zip(statements, heads, strict=True):
        holder = book.holder_of(statement, head, spoken)
        rivals = () if holder else book.rivals_of(head)
        spoken.append(replace(statement, speaker=holder.id if holder else None, candidates=rivals))
    return book.with_headline(book.with_clauses(spoken)), book.entities()


class _Book:
    """The holders and the named entities of one article, each made once."""

    def __init__(self, discourse: Discourse, document_id: str) -> None:
        self.discourse = discourse
        self.document_id = document_id
        self._of_referent: dict[int, _Holder] = {}
        self._of_words: dict[tuple[object, ...], _Holder] = {}
        self._of_id: dict[str, _Holder] = {}
        self._made: list[tuple[int, str, Referent]] = []
        """The documents that speak: where, what, and whose they are."""
        self._signatures = list(_signatures(discourse))
        self._told: dict[int, list[WordRole]] = {}
        for role in discourse.roles:
            self._told.setdefault(id(discourse.referent_of[role.name.begin]), []).append(role)
        self._possessed: dict[str, _Holder] = {}
        """The last campaign, administration and the like that was somebody's, by its noun."""
        self._sources = _sources_by_begin(discourse)
        self._nouns = {m.begin for m in discourse.mentions if m.form == "nominal"}
        for referent in discourse.referents:
            if referent.named and max(referent.kinds) >= _LEAST_KIND and not self._only_describes(referent):
                self._holder_of_referent(referent, "")

    def _only_describes(self, referent: Referent) -> bool:
        """Tell whether a name is never more than what a noun is described with: "Lorvian rivals"."""
        return all(m.form == "name" and m.end in self._nouns for m in referent.mentions)

    def head_of(self, statement: Statement) -> Head | None:
        """Return what the source of a statement hangs on, None where there is no source."""
        words = self.discourse.words
        begin, end = words.range_of(*statement.source[0]) if statement.source else (0, 0)
        if begin >= end:
            return None
        return read_source(begin, end, self.discourse.shown, self._sources.between(begin, end))

    def holder_of(self, statement: Statement, head: Head | None, earlier: Sequence[Statement]) -> _Holder | None:
        """Return who holds a statement, given the head of its source, or None where a reader could not tell."""
        if not statement.source:
            return self._carried_on(statement, earlier) or self._writer_at(self._word_of(statement))
        if head is None:
            return None
        passage = statement.source[0]
        if head.joint:
            return self._joint(head, passage)
        if head.mention is not None and head.mention.form == "pronoun":
            return self._of_pronoun(head.mention, passage, earlier)
        if head.mention is not None and head.mention.form == "name":
            return self._holder_of_referent(self.discourse.referent_of[head.mention.begin], "")
        return self._of_nominal(head, passage)

    def _carried_on(self, statement: Statement, earlier: Sequence[Statement]) -> _Holder | None:
        """Return the holder of the quotation before, where one that nobody is named for goes on from it."""
        if statement.cue or statement.form == "indirect" or not earlier or earlier[-1].form == "indirect":
            return None
        words = self.discourse.words
        here = words.range_of(*statement.content[0])[0]
        before = words.range_of(*earlier[-1].content[-1])[0]
        if here >= len(words) or words.paragraph[here] - words.paragraph[before] > 1:
            return None
        return self._by_id(earlier[-1].speaker)

    def rivals_of(self, head: Head | None) -> tuple[Candidate, ...]:
        """Return who may hold a statement whose pronoun or nominal could mean several, the likeliest first."""
        likeliest = self.discourse.chances_of.get(head.mention.begin, []) if head and head.mention else []
        return tuple(
            Candidate(self._holder_of_referent(referent, "").id, round(chance, 2))
            for referent, chance in likeliest
            if referent.named and chance >= LEAST_CANDIDATE
        )

    def with_clauses(self, statements: Sequence[Statement]) -> list[Statement]:
        """Return the statements, those of a clause without its subject with the holder of the clause it goes with.

        "Hinting that more may come, she said …" and "… she said, adding that more may come" are both hers; and of
        "Vokal rated the one false; the other was rated true", so is the second.
        """
        words, shown = self.discourse.words, self.discourse.shown
        spans = [words.range_of(*s.cue[-1]) if s.cue else (-1, -1) for s in statements]
        sentences = [self.discourse.sentences.of(begin) for begin, _ in spans]
        result = list(statements)
        for k, statement in enumerate(statements):
            begin, end = spans[k]
            if statement.source or statement.speaker or begin < 0:
                continue
            verb = shown[end - 1].casefold()
            if shown[begin].casefold().endswith("ing"):
                near = [j for j in (k - 1, k + 1) if 0 <= j < len(statements) and sentences[j] == sentences[k]]
            else:
                close = [j for j in range(k - 1, max(-1, k - 4), -1) if sentences[k] - sentences[j] <= 1]
                near = [j for j in close if spans[j][0] >= 0 and shown[spans[j][1] - 1].casefold() == verb]
            holder = next((result[j].speaker for j in near if statements[j].source or result[j].speaker), None)
            if holder:
                result[k] = replace(statement, speaker=holder, candidates=())
        return result

    def with_headline(self, statements: Sequence[Statement]) -> list[Statement]:
        """Return the statements, those of a headline that names no holder with the holder of what it sums up.

        "Budget reportedly to be cut" is whoever says so in the first paragraphs in mostly the same words.
        """
        words = self.discourse.words
        paragraphs = [int(words.paragraph[self._word_of(s)]) for s in statements]
        told = [(s, self._content_words(s)) for s, p in zip(statements, paragraphs, strict=True) if 0 < p < LEAD]
        result = list(statements)
        for k, (statement, paragraph) in enumerate(zip(statements, paragraphs, strict=True)):
            if paragraph > 0 or statement.source or statement.speaker:
                continue
            own = self._content_words(statement)
            for other, theirs in told:
                if own and other.speaker and len(own & theirs) >= SAME_MATTER * len(own):
                    result[k] = replace(statement, speaker=other.speaker)
                    break
        return result

    def _content_words(self, statement: Statement) -> frozenset[str]:
        """Return the longer words of what is said, folded and without a plural's ending."""
        text = self.discourse.words.text
        said = " ".join(text[start:end] for start, end in statement.content)
        return frozenset(fold(w).removesuffix("s") for w in name_words(said) if len(w) > _SHORT)

    def _word_of(self, statement: Statement) -> int:
        words = self.discourse.words
        return min(words.range_of(*statement.content[0])[0], len(words) - 1)

    def _writer_at(self, word: int) -> _Holder | None:
        """Return who signed the letter that a word stands in, None where the text is no page of signed letters."""
        if len(self._signatures) < LEAST_SIGNATURES:
            return None
        paragraph = int(self.discourse.words.paragraph[word])
        after = bisect_left([p for p, _ in self._signatures], paragraph)
        return self._holder_of_referent(self._signatures[after][1], "") if after < len(self._signatures) else None

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
            writer = self._writer_at(mention.head)
            if writer is not None:
                return writer
            return self._holder_of_words(("author",), "person", self._text(passage), passage, named=False)
        referent = self.discourse.referent_of.get(mention.begin)
        likeliest = self.discourse.chances_of.get(mention.begin)
        if referent is None or (likeliest and likeliest[0][1] < LEAST_SURE):
            return None
        return self._holder_of_referent(referent, self._text(passage))

    def _of_nominal(self, head: Head, passage: Passage) -> _Holder | None:
        shown = self.discourse.shown
        noun = shown[head.word].casefold()
        if is_kind(noun, "generic") and self._text(passage).casefold() == noun:
            return None
        kind = self._kind_of(noun, None)
        referent = self.discourse.referent_of.get(head.mention.begin) if head.mention else None
        possession = noun in word_lists()["organizations"]["possessions"]
        if referent is not None and referent.named and not (possession and head.owner is not None):
            return self._holder_of_referent(referent, self._text(passage))
        if kind == "document":
            maker = self._maker_of(noun, head)
            if maker is not None:
                return self._holder_of_referent(maker, "")
        if head.owner is not None:
            owner = self.discourse.referent_of[head.owner.begin]
            label = self._text(self._span(head.owner.begin, head.word + 1))
            named = kind == "organization" and possession
            holder = self._holder_of_words(("owned", id(owner), noun), kind, label, passage, named=named)
            if possession:
                self._possessed[noun] = holder
            return holder
        if referent is not None:
            return self._holder_of_referent(referent, self._text(passage))
        if head.definite and noun in self._possessed:
            return self._possessed[noun]  # "the campaign", after "Vokal's campaign"
        key = ("words", noun) if head.definite else ("words", self._text(passage).casefold())
        return self._holder_of_words(key, kind, self._text(passage), passage, named=False)

    def _maker_of(self, noun: str, head: Head) -> Referent | None:
        """Return whose word a document is: "a Vessen Post poll", "Vokal's letter"; later "the poll" and "the survey".

        Without an owner it is the maker of the last such document before it; in the first paragraphs, where the article
        says "a poll" before it says whose, of the first such document.
        """
        if head.owner is not None:
            owner = self.discourse.referent_of[head.owner.begin]
            if head.made or _publishes(owner, noun):
                return owner
            if not head.owner.headline:
                return None
        alike = {noun}.union(*(row for row in word_lists()["alike"].values() if noun in row))
        before = [m for m in self._made if m[0] < head.word and m[1] in alike]
        definite = head.definite and head.owner is None
        if definite and before:
            return next((owner for _, what, owner in reversed(before) if what == noun), before[-1][2])
        lead = self.discourse.words.paragraph[head.word] < LEAD
        first = next((owner for _, what, owner in self._made if what in alike), None)
        return first if lead and not definite else None

    def note_makers(self, heads: Sequence[Head | None]) -> None:
        """Note whose the documents are that speak, so that "a poll" can be told before the article says whose it is."""
        for head in heads:
            if head is None or head.owner is None:
                continue
            noun = self.discourse.shown[head.word].casefold()
            owner = self.discourse.referent_of[head.owner.begin]
            if self._kind_of(noun, None) == "document" and (head.made or _publishes(owner, noun)):
                self._made.append((head.word, noun, owner))

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
            kind: EntityKind = "group" if referent.plural else ("person", "organization", "place")[best]
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
            roles=tuple(self._roles(holder.referent)) if holder.referent and holder.kind == "person" else (),
        )

    def _roles(self, referent: Referent) -> Iterator[Role]:
        """Yield what an entity is said to be, each role once, where it is first told."""
        shown, seen = self.discourse.shown, set()
        for told in self._told.get(id(referent), ()):
            if shown[told.head].casefold() in word_lists()["relations"]["words"]:
                continue
            title = self._text(self._span(title_begin(told, shown), told.end))
            body = told.organization
            organization = self._text(self._span(*body)) if body else None
            key = (title.casefold(), organization, told.status)
            if key not in seen:
                seen.add(key)
                end = max(told.end, body[1]) if body else told.end
                yield Role(title, organization, told.status, self._span(told.begin, end), told.since, told.until)


def _publishes(owner: Referent, noun: str) -> bool:
    """Tell whether a name before a document's noun is its maker: "a Vessen Post story", "a Tidewater poll".

    A poll is its pollster's, whatever the reader takes his name for, but for somebody with a title or a first name.
    """
    if owner.kinds[1] >= owner.kinds[0]:
        return True
    polled = noun in word_lists()["alike"]["studies"] and not all(m.headline for m in owner.mentions)
    named = all(len(m.words) == 1 and fold(m.words[0]) not in word_lists()["status"]["current"] for m in owner.mentions)
    return polled and named and not owner.titles


SAME_MATTER, _SHORT = 0.5, 3
"""The share of a headline's words, those of more letters than this, that must come again in what it sums up."""

LEAST_SIGNATURES = 2
"""How many signed paragraphs make a page of letters; a name alone in a paragraph may be anything."""


def _signatures(discourse: Discourse) -> Iterator[tuple[int, Referent]]:
    """Yield the paragraphs that are a person's name and no more, with whose it is."""
    words = discourse.words
    bounds = np.flatnonzero(np.diff(words.paragraph, prepend=-1, append=-1))
    for begin, end in pairwise(bounds.tolist()):
        close = end - (discourse.shown[end - 1] == ".")
        referent = discourse.referent_of.get(begin)
        if referent is None or not referent.named or close - begin < 2 or begin == 0:
            continue
        if any(m.begin == begin and m.end == close for m in referent.mentions) and referent.kinds[0] >= _LEAST_KIND:
            yield int(words.paragraph[begin]), referent


_LEAST_KIND = 0.3
"""A name whose likeliest kind is less likely than this is neither a person, an organisation nor a place."""


def _fullest(names: Counter[str]) -> str:
    """Return the fullest spelling: the most words, then not all in capitals, the most frequent, the first of all."""
    return max(names, key=lambda n: (len(name_words(n)), any(w[1:].islower() for w in n.split()), names[n]))


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
