"""Whom a trigger affects, as entities: named people, pronouns, and people who are only described."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.events.clauses import child, governor, is_noun, is_verb, members, names_after, subject_of
from onrecord.events.layout import Layout
from onrecord.events.nouns import (
    DEFINITE,
    OTHER,
    OWNERS,
    above_apposition,
    core_of,
    is_plain,
    label_of,
    nouns_before,
    size_of,
)
from onrecord.events.vocabulary import listed, vocabulary
from onrecord.language.reader import KINDS, Analysis
from onrecord.language.syntax import Sentence
from onrecord.model import Entity, EntityKind, EventType, Mention, Passage, Statement, make_id

if TYPE_CHECKING:
    from spacy.tokens import Token

_PERSON, _ORGANIZATION, _PLACE = (KINDS.index(kind) for kind in ("person", "organization", "place"))
_LEAST = 0.4
"""A noun whose chance of heading words for a person (or a body) is less than this is none."""
_PERSONAL = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
_SPEAKER = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "you", "your"})
_SOME = frozenset({"most", "some", "many", "several", "all"})


_FAMILIES = {"detention": "arrest", "imprisonment": "sentence", "conviction": "sentence", "bail": "release"}
"""Types that tell of one case in other words: by them a name is found for whom the lead only described."""
_TITLE_WORDS = 6
"""Words that may stand before a name that opens a paragraph."""
_FARTHEST_NAME = 60
"""Characters between a description and the name that ends it."""
_FIRST_MENTIONS = 8
"""Mentions of a paragraph among which the name that opens it is looked for."""
_NOBODY = frozenset({"any", "every", "no", "each", "either"})
_ANYBODY = frozenset(
    {"anyone", "anybody", "everyone", "everybody", "nobody", "none", "those", "whoever", "who", "someone"}
)
_INCLUDING = re.compile(r"\b(?:including|among them|among whom)\b")
_DEMONYM = re.compile(r"[A-Z][a-z]+(?:ish|ese|nch)")
_IN_TITLE = re.compile(r" (?:(?:of|for) (?:the )?[\w-]+(?: (?:and )?[\w-]+)? )?")


@dataclass(slots=True)
class Person:
    """Somebody who is affected: an entity, and what the article calls it."""

    entity: Entity
    nouns: set[str] = field(default_factory=set)
    """The plain forms of the nouns that describe it."""
    size: int = 1
    """How many it is; 0 for a number that the text does not tell."""
    unnamed_lead: bool = False
    """Whether the first paragraphs only describe it ("a former diplomat"): its name may come later."""
    at: int = 0
    """Where it was first affected."""

    @property
    def named(self) -> bool:
        """Whether the article gives its name."""
        return self.entity.name is not None


class Cast:
    """The people of one article, as far as something happens to them."""

    def __init__(
        self, analysis: Analysis, statements: Sequence[Statement], entities: Sequence[Entity], document_id: str
    ) -> None:
        self._analysis = analysis
        self._statements = statements
        self._document_id = document_id
        entities = [e for e in entities if not (e.kind == "person" and _DEMONYM.fullmatch(e.name or ""))]
        self._by_id = {e.id: Person(e, _role_nouns(e), size=0 if e.kind == "group" else 1) for e in entities}
        self._mentions = sorted(
            ((m.passage, m.kind, e.id) for e in entities for m in e.mentions), key=lambda m: (m[0].start, m[0].end)
        )
        self._begins = [m[0].start for m in self._mentions]
        self.layout = Layout(analysis.words.text)
        self.affected: list[Person] = []
        """In the order in which something happens to them; those of one list together."""
        self._lists: list[list[Person]] = []
        self._leads: list[Person] = []
        """Those of them whom the lead only describes."""
        self._types: dict[str, set[str]] = {}
        """What happened to each so far, by families of types."""
        self.same_as: dict[str, str] = {}
        """Who turned out to be whom: "a former diplomat" is named further on."""
        self.members_of: dict[str, list[tuple[Person, int]]] = {}
        """Who turned out to be among a group, and where the article says so."""
        self._told: Counter[str] = Counter()
        """How often something happens to each."""

    def find(self, sentence: Sentence, head: Token, kinds: frozenset[str], what: EventType) -> list[Person]:
        """Return the people that a noun or pronoun stands for, with those that are listed beside it; none if unfit."""
        head = above_apposition(head)
        found = self._people(sentence, head, kinds)
        if not found and head.dep_ == "pobj" and head.head.lower_ == "of" and is_noun(head.head.head):
            found = self._people(sentence, head.head.head, kinds)  # "leaders of the party who have been in jail"
        if len(found) > 1:
            self._lists.append(found)
        for person in found:
            self._note(person, what, sentence.place(head).start)
        return [self.who(person) for person in found]

    def is_group(self, who: str) -> bool:
        """Tell whether an entity stands for several people."""
        return who in self._by_id and self._by_id[who].size != 1

    def name_members(self, sentence: Sentence, subject: Token, name: Token) -> None:
        """Note that the people in a list of names are among a group of whom the article has told."""
        kinds = frozenset({"person"})
        begin, end = sentence.place(name.left_edge).start, sentence.place(name.right_edge).end
        names = self._named_within(begin, end, kinds)
        groups = [p for p in self.affected if p.size != 1 and p.entity.kind == "group"]
        group = groups[-1] if groups and subject.lower_ == "they" else None
        if group is None and subject.tag_ == "NNS":
            group = next(iter(self._by_noun(subject.lemma_.lower(), 0)), None)
        if group is not None and names and group in self.affected:
            self.members_of.setdefault(group.entity.id, []).extend((p, sentence.passage.start) for p in names)
            for person in names:
                self._affect(person, sentence.passage.start)
            if len(names) > 1:
                self._lists.append(names)

    def who(self, person: Person) -> Person:
        """Return the person that somebody turned out to be."""
        return self._by_id[self.same_as.get(person.entity.id, person.entity.id)]

    def _people(self, sentence: Sentence, head: Token, kinds: frozenset[str]) -> list[Person]:
        found: list[Person] = []
        for member in members(head):
            names = names_after(member) or self._names_beside(sentence, member)
            named = [p for name in names for p in self._one(sentence, name, kinds)]
            if named and len(named) == 1:
                named[0].nouns.add(member.lemma_.lower())
            for person in named or self._one(sentence, member, kinds):
                if person not in found:
                    found.append(person)
            found += [p for p in self._among(sentence, member, kinds) if p not in found]
            if named and len(named) > 1:
                self._lists.append(named)
        return found

    def _names_beside(self, sentence: Sentence, member: Token) -> list[Token]:
        """Return the heads of names that stand beside "the accused" and the like in its own phrase."""
        if member.lemma_.lower() not in listed("generic") or not any(c.lower_ in DEFINITE for c in member.children):
            return []
        inside = [t for t in member.subtree if t.i > member.i and t.tag_ == "NNP" and t.dep_ in ("appos", "conj")]
        return [t for t in inside if self._is_name(sentence, t)]

    def _among(self, sentence: Sentence, member: Token, kinds: frozenset[str]) -> list[Person]:
        """Return whom the words for a group name: "twelve men, among them Vokal", "activists including Vokal"."""
        text = self._analysis.words.text
        begin, end = sentence.place(member.left_edge).start, sentence.place(member.right_edge).end
        opening = _INCLUDING.search(text, begin, end)
        if opening is None or member.tag_ not in ("NNS", "NNPS"):
            return []
        return self._named_within(opening.end(), end, kinds)

    def _named_within(self, begin: int, end: int, kinds: frozenset[str]) -> list[Person]:
        """Return the people whose names begin between two characters, each once."""
        first, last = bisect_left(self._begins, begin), bisect_left(self._begins, end)
        inside = dict.fromkeys(entity for _, kind, entity in self._mentions[first:last] if kind == "name")
        return [self._by_id[e] for e in inside if _fits(self._by_id[e].entity.kind, kinds)]

    def _note(self, person: Person, what: EventType, at: int) -> None:
        """Note that something happens to somebody, who may be whom the article's lead only described."""
        self._affect(person, at)
        family = _FAMILIES.get(what, what)
        self._told[person.entity.id] += 1
        if person.named and person.entity.kind == "person":
            for other in self._leads:
                fits = other.entity.id not in self.same_as
                if fits and (family in self._types[other.entity.id]) and other.at < self._first_name(person):
                    self.same_as[other.entity.id] = person.entity.id
                    person.nouns |= other.nouns
        self._types[person.entity.id].add(family)

    def _affect(self, person: Person, at: int) -> None:
        """Count somebody among the affected, once."""
        if person.entity.id not in self._types:
            self._types[person.entity.id] = set()
            person.at = at
            self.affected.append(person)
            if person.unnamed_lead:
                self._leads.append(person)

    def _first_name(self, person: Person) -> int:
        return next((m.passage.start for m in person.entity.mentions if m.kind == "name"), 0)

    def name_leads(self) -> None:
        """Take whom the lead only described for the one whose name opens one of the next two paragraphs."""
        for other in self._leads:
            if other.entity.id in self.same_as:
                continue
            for paragraph in self.layout.next_paragraphs(other.at):
                person = self._opens(paragraph)
                if person is not None and other.at < self._first_name(person):
                    self.same_as[other.entity.id] = person.entity.id
                    break

    def _opens(self, paragraph: Passage) -> Person | None:
        text = self._analysis.words.text
        first = bisect_left(self._begins, paragraph.start)
        for passage, kind, entity in self._mentions[first : first + _FIRST_MENTIONS]:
            if kind == "name" and self._by_id[entity].entity.kind == "person":
                before = text[paragraph.start : passage.start].split()
                return self._by_id[entity] if len(before) <= _TITLE_WORDS and passage.start < paragraph.end else None
        return None

    def _one(self, sentence: Sentence, head: Token, kinds: frozenset[str]) -> list[Person]:
        word = head.lower_
        if word in _SPEAKER:
            return self._speaker(sentence.place(head).start) if word in ("i", "me", "my") else []
        linked = self._linked(sentence, head, kinds)
        if word in ("them", "they"):
            near = self._before(sentence, head, kinds)
            if near:
                return near
        if {c.lower_ for c in head.children if c.dep_ in ("det", "neg")} & _NOBODY or word in _ANYBODY:
            return []
        if word in _PLURAL or (word in _SOME and is_plain(head) and head.dep_ in ("nsubj", "nsubjpass")):
            return self._set(0) or linked
        if word in _PERSONAL or word in ("it", "its"):
            speaker = self._speaker(sentence.place(head).start, quoted=True)
            if linked and linked == speaker:  # in quotation marks "him" is somebody else
                others = [p for p in self.affected if p.size == 1 and p.entity.kind == "person" and p not in speaker]
                return others[-1:]
            if linked and self._raises(sentence, head, linked, kinds):
                return self._main() or linked
            return self._of_pronoun(word, linked, kinds, self._named_in(sentence))
        inside = self._name_inside(sentence, head)
        if inside is not None and _fits(inside.entity.kind, kinds):
            return [inside]
        if self._is_name(sentence, head) and not (head.tag_ in ("NNS", "NNPS") and size_of(head, head) != 0):
            if linked:
                linked[0].nouns.update(nouns_before(head))
            return linked
        return self._described(sentence, head, kinds, linked)

    def _raises(self, sentence: Sentence, pronoun: Token, linked: list[Person], kinds: frozenset[str]) -> bool:
        """Tell whether somebody does something about another's case: "Marr said she would raise his imprisonment"."""
        if pronoun.dep_ != "poss" or linked[0] in self.affected:
            return False
        verb, _ = governor(pronoun.head)
        subject = subject_of(verb) if is_verb(verb) else None
        light = verb.lemma_ in vocabulary().affects["subject"] | vocabulary().affects["object"]
        return subject is not None and not light and self._linked(sentence, subject, kinds) == linked

    def _named_in(self, sentence: Sentence) -> set[str]:
        begin, end = (bisect_right(self._begins, at) for at in sentence.passage)
        return {entity for _, kind, entity in self._mentions[max(0, begin - 1) : end] if kind == "name"}

    def _before(self, sentence: Sentence, pronoun: Token, kinds: frozenset[str]) -> list[Person]:
        """Return the people named by the last plural noun before a pronoun in its own sentence, if there is one."""
        for token in reversed([t for t in sentence.span if t.i < pronoun.i]):
            if (
                token.tag_ == "NNS"
                and self._is_person_noun(sentence, token, kinds)
                and token.lemma_ not in listed("authorities")
            ):
                return self._described(sentence, token, kinds, self._linked(sentence, token, kinds))
        return []

    def _of_pronoun(self, word: str, linked: list[Person], kinds: frozenset[str], here: set[str]) -> list[Person]:
        """Return whom "him" or "his" means: whom it is linked to, or the one whom the article is about."""
        if word not in _PERSONAL or "person" not in kinds:
            return linked
        main = self._main()
        if linked and (linked[0] in self.affected or not main or word in ("he", "she") or linked[0].entity.id in here):
            return linked
        return main or linked or self._last_single()

    def _main(self) -> list[Person]:
        """Return the one person to whom most happens, if one stands out."""
        counts: Counter[str] = Counter()
        for person in self.affected:
            if person.size == 1 and person.entity.kind == "person":
                counts[self.who(person).entity.id] += self._told[person.entity.id]
        most = counts.most_common(2)
        if not most or (len(most) > 1 and most[0][1] < 2 * most[1][1]):
            return []
        return [self._by_id[most[0][0]]]

    def _speaker(self, at: int, *, quoted: bool = False) -> list[Person]:
        """Return who says the words at a place; where asked for, only of words in quotation marks."""
        saying = [s for s in self._statements if any(p.start <= at < p.end for p in s.content)]
        saying = [s for s in saying if s.form == "direct"] if quoted else saying
        inner = min(saying, key=lambda s: sum(p.end - p.start for p in s.content), default=None)
        return [self._by_id[inner.speaker]] if inner is not None and inner.speaker in self._by_id else []

    def _mention_at(self, start: int) -> tuple[Passage, str, str] | None:
        after = bisect_right(self._begins, start)
        for passage, kind, entity in reversed(self._mentions[max(0, after - 3) : after]):
            if passage.start <= start < passage.end:
                return passage, kind, entity
        return None

    def entity_at(self, start: int) -> Entity | None:
        """Return the entity that is named at a character, None where none is."""
        found = self._mention_at(start)
        return self._by_id[found[2]].entity if found is not None and found[1] == "name" else None

    def _linked(self, sentence: Sentence, head: Token, kinds: frozenset[str]) -> list[Person]:
        """Return the entity that is mentioned there, where it is of a fitting kind."""
        found = self._mention_at(sentence.place(head).start)
        person = self._by_id[found[2]] if found is not None else None
        return [person] if person is not None and _fits(person.entity.kind, kinds) else []

    def _is_name(self, sentence: Sentence, head: Token) -> bool:
        found = self._mention_at(sentence.place(head).start)
        return found is not None and found[1] == "name"

    def _last_single(self) -> list[Person]:
        return [p for p in self.affected if p.size == 1 and p.entity.kind == "person"][-1:]

    def _set(self, size: int) -> list[Person]:
        """Return the people that "the two", "both" or (size 0) "they" stand for."""
        groups = [p for p in reversed(self.affected) if p.size != 1 and (not size or p.size == size)]
        if size:
            for people in reversed(self._lists):
                if len(people) == size:
                    return people
            single = [p for p in self.affected if p.size == 1 and p.entity.kind == "person"]
            return groups[:1] or (single[-size:] if len(single) >= size else [])
        if self._lists and (not groups or max(p.at for p in self._lists[-1]) >= groups[0].at):
            return self._lists[-1]
        return groups[:1]

    def _described(self, sentence: Sentence, head: Token, kinds: frozenset[str], linked: list[Person]) -> list[Person]:
        """Return whom a description means: somebody known, or somebody new."""
        noun = core_of(head)
        lemma = noun.lemma_.lower()
        size = size_of(head, noun)
        words = {c.lower_ for c in head.children if c.dep_ in ("det", "predet", "preconj", "poss", "amod")}
        definite = bool(words & DEFINITE)
        if head.lower_ in vocabulary().sets or head.tag_ in ("CD", "DT") or (definite and size > 1 and is_plain(head)):
            known = self._set(size) if size != 1 else []
            if known or head.lower_ in vocabulary().sets:
                return known
        many = noun.tag_ == "NNPS" and size > 1  # "three other Velmarans"
        if not many and not self._is_person_noun(sentence, noun, kinds):
            return []
        if "person" not in kinds or (noun.tag_ == "NN" and self._kind(sentence, noun) == _ORGANIZATION):
            return linked or self._body(lemma, words) or self._new(sentence, head, noun, kinds, size=1)
        if words & OTHER:
            return self._new(sentence, head, noun, kinds, size=size)
        if noun.tag_ in ("NNS", "NNPS") or size != 1:
            known = self._known_group(head, lemma, size, definite=definite)
        else:
            known = self._known_single(sentence, head, lemma, kinds, linked if definite else None)
        return known or self._new(sentence, head, noun, kinds, size=size if noun.tag_ in ("NNS", "NNPS") else 1)

    def _known_group(self, head: Token, lemma: str, size: int, *, definite: bool) -> list[Person]:
        """Return the people of whom the article has told that a plural means, none where it means others."""
        if not definite and not is_plain(head):
            return []
        known = self._by_noun(lemma, size)
        if known and (definite or size <= 1 or known[0].size == size):
            return known
        return self._set(0) if definite and lemma in listed("generic") and is_plain(head) else []

    def _known_single(
        self, sentence: Sentence, head: Token, lemma: str, kinds: frozenset[str], linked: list[Person] | None
    ) -> list[Person]:
        """Return whom "the suspect", "her brother" means; `linked` is None where no article or the like is definite."""
        owner = child(head, "poss")
        if lemma in listed("kin") and owner is not None:
            main = self._main()
            if main and self._linked(sentence, owner, kinds) != main:
                return main
        if linked is None:
            return []
        if lemma in listed("generic"):
            return linked or self._by_noun(lemma, 1) or (self._last_single() if is_plain(head) else [])
        return linked or self._by_noun(lemma, 1) or self._only() or self._main()

    def _name_inside(self, sentence: Sentence, head: Token) -> Person | None:
        """Return whose name ends a description that it follows: "Governor of Tessaly Ivo Brandt"."""
        end = sentence.place(head).end
        after = bisect_right(self._begins, end)
        for passage, kind, entity in self._mentions[after : after + 3]:
            if passage.start - end > _FARTHEST_NAME:
                break
            between = self._analysis.words.text[end : passage.start]
            of_kind = self._by_id[entity].entity.kind == "person" or between == " "
            if kind == "name" and of_kind and _IN_TITLE.fullmatch(between):
                return self._by_id[entity]
        return None

    def _kind(self, sentence: Sentence, noun: Token) -> int:
        begin, end = self._analysis.words.range_of(*sentence.place(noun))
        return int(self._analysis.scores.kind[begin : max(end, begin + 1)].max(axis=0).argmax())

    def _is_person_noun(self, sentence: Sentence, noun: Token, kinds: frozenset[str]) -> bool:
        begin, end = self._analysis.words.range_of(*sentence.place(noun))
        if begin >= len(self._analysis.words) or not (is_noun(noun) or noun.tag_ in ("CD", "JJ", "DT")):
            return False
        if noun.tag_ == "CD":
            before = noun.nbor(-1).text if noun.i > 0 else ""
            money = any(c in noun.text + before for c in "$£€¥,") or before in ("Rs", "Rs.")
            return "person" in kinds and not money
        if noun.lemma_.lower() in listed("generic"):
            return "person" in kinds
        kind = self._analysis.scores.kind[begin : max(end, begin + 1)].max(axis=0)
        wanted = {"person": _PERSON, "organization": _ORGANIZATION, "place": _PLACE}
        return sum(float(kind[wanted[k]]) for k in kinds) >= _LEAST

    def _by_noun(self, lemma: str, size: int) -> list[Person]:
        """Return the last affected whom a noun describes, of that number (0 for any number but one)."""
        for person in reversed(self.affected):
            if lemma in person.nouns and (person.size == 1) == (size == 1) and (not size or person.size in (0, size)):
                return [person]
        return []

    def _only(self) -> list[Person]:
        single = {
            self.who(p).entity.id: self.who(p) for p in self.affected if p.size == 1 and p.entity.kind == "person"
        }
        return list(single.values()) if len(single) == 1 else []

    def _body(self, lemma: str, words: set[str]) -> list[Person]:
        """Return the organisation that "the federation", "their party" means: one so named, or the last affected."""
        if not words & (DEFINITE | OWNERS):
            return []
        named = [p for p in self._by_id.values() if p.entity.kind == "organization" and p.named]
        for person in named:
            if lemma in person.entity.called.casefold().split():
                return [person]
        return [p for p in self.affected if p.entity.kind == "organization" and lemma in p.nouns][-1:]

    def _new(self, sentence: Sentence, head: Token, noun: Token, kinds: frozenset[str], *, size: int) -> list[Person]:
        passage = label_of(sentence, head)
        label = " ".join(self._analysis.words.text[passage.start : passage.end].split())
        body = "person" not in kinds or self._kind(sentence, noun) == _ORGANIZATION
        kind: EntityKind = "group" if size != 1 else "organization" if body else "person"
        entity = Entity(
            make_id("en", self._document_id, "affected", *passage),
            kind,
            None,
            label,
            (),
            (Mention(passage, "nominal"),),
        )
        vague = not any(c.lower_ in DEFINITE | OWNERS | OTHER for c in head.children)
        lead = kind == "person" and vague and self.layout.is_lead(passage.start)
        return [self._by_id.setdefault(entity.id, Person(entity, {noun.lemma_.lower()}, size, lead))]

    def is_only_in_headlines(self, who: str) -> bool:
        """Tell whether headlines alone speak of somebody: their words are told again below."""
        return self.layout.are_headlines(m.passage.start for m in self._by_id[who].entity.mentions)


def _role_nouns(entity: Entity) -> set[str]:
    return {role.title.split()[-1].casefold() for role in entity.roles if role.title}


def _fits(kind: EntityKind, kinds: frozenset[str]) -> bool:
    if kind in ("person", "group"):
        return "person" in kinds or (kind == "group" and "organization" in kinds)
    return kind in kinds
