"""When a step happens, for how long, for what, by whom and where: told by the words of its clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from onrecord.events.clauses import child, is_noun, is_passive, is_verb, preposition_objects, subject_of
from onrecord.events.triggers import Hit
from onrecord.events.vocabulary import lemma_of, listed, vocabulary
from onrecord.language.syntax import Sentence
from onrecord.model import Entity, PartialDate, Passage, Reference, Term

if TYPE_CHECKING:
    from spacy.tokens import Token

EntityAt: TypeAlias = Callable[[int], Entity | None]
"""Gives the entity that is mentioned at a character."""

_CLAUSES = ("relcl", "ccomp", "advcl", "acl", "parataxis")
_RELATIVE = ("WDT", "WP", "WRB")
_PASSED_OVER = ("pcomp", "xcomp", "pobj", "aux", "auxpass")
_UNTIL = ("until", "till", "to", "before")
_AT = frozenset({"in", "at", "near", "outside"})
_DEEPEST = 8
_LONGEST_REASON = 200
"""Characters of the longest offence: more is a parse gone wrong."""
_LONGEST_NAME = 8
"""Words after the head of an authority's name or a place's."""
_WEEK = re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-2])")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Times:
    """The dates and the lengths of time of an article, in the order of the text."""

    dates: Sequence[PartialDate]
    lengths: Sequence[Term]


@dataclass(frozen=True, slots=True)
class Details:
    """What a sentence tells of a step besides its type and whom it affects."""

    date: PartialDate | None = None
    term: Term | None = None
    offence: Passage | None = None
    authority: Reference | None = None
    place: Reference | None = None

    def without_actor(self, who: str) -> Details:
        """Return the details without an authority that is the affected itself."""
        own = self.authority is not None and self.authority.entity == who
        return replace(self, authority=None) if own else self


def details_of(sentence: Sentence, hit: Hit, times: Times, entity_at: EntityAt) -> Details:
    """Return when, how long, for what, by whom and where a step is, as far as the sentence says."""
    hangs = hit.hangs
    elapsed = hit.phrase == "place" and hit.head.lemma_ in vocabulary().affects["subject"]  # "spent two years in jail"
    limited = hit.type in listed("limited") and not elapsed
    term = _term_of(sentence, hangs, times) if limited else None
    if term is None and hit.type == "ban" and hit.phrase == "noun" and hit.head.dep_ == "advcl":
        term = _only_length(sentence, times)  # "will stay out of politics for five years, abiding by the ban"
    return Details(
        date=_date_of(sentence, hangs, times),
        term=term,
        offence=_offence_of(sentence, hangs),
        authority=_authority_of(sentence, hangs, entity_at),
        place=_place_of(sentence, hangs, entity_at),
    )


# When


def _date_of(sentence: Sentence, hangs: Sequence[Token], times: Times) -> PartialDate | None:
    """Return the date that hangs on a trigger or its verb, the nearest first, then the one date of the sentence."""
    begin, end = sentence.passage
    hangs = [*hangs, *_joined(hangs[-1]), *_just_before(hangs[-1])]
    inside = [when for when in times.dates if begin <= when.passage.start < end]
    found: list[tuple[int, int, PartialDate]] = []
    for when in inside:
        token = _token_at(sentence, when.passage)
        owner = _owner(token, hangs) if token is not None and token.head.lower_ not in _UNTIL else None
        if owner is not None:
            found.append((hangs.index(owner), -len(when.value), when))
    if found:
        return _as_day(min(found, key=lambda f: f[:2])[2])
    only = _token_at(sentence, inside[0].passage) if len(inside) == 1 and any(map(is_verb, hangs)) else None
    return _as_day(inside[0]) if only is not None and _is_in_phrase_of(only, hangs) else None


def _joined(verb: Token) -> list[Token]:
    """Return the verbs that share the time of one: "was charged on Monday and remanded"."""
    if not is_verb(verb):
        return []
    found = [c for c in verb.children if c.dep_ == "conj" and is_verb(c) and _is_at_once(c)]
    while is_verb(verb) and verb.dep_ == "conj" and is_verb(verb.head) and _is_at_once(verb):
        verb = verb.head
        found.append(verb)
    return found


def _just_before(verb: Token) -> list[Token]:
    """Return the verb whose time is that of a clause, too: "was freed on Monday, shortly after his pardon came in"."""
    verb = verb.head if verb.dep_ == "nsubj" else verb
    if verb.dep_ != "advcl" or not any(c.dep_ == "mark" and c.lower_ in ("after", "before") for c in verb.children):
        return []
    soon = any(c.dep_ in ("advmod", "npadvmod") and c.lower_ in listed("soon") for c in verb.children)
    return [verb.head] if soon and is_verb(verb.head) else []


def _is_at_once(verb: Token) -> bool:
    """Tell whether a verb joined to another tells of the same time: "and remanded", not "but later appealed"."""
    later = any(c.dep_ == "advmod" and c.lower_ in listed("later") for c in verb.children)
    if later or child(verb, "nsubj", "nsubjpass") is not None:
        return False
    joint = [c for c in verb.head.children if c.dep_ == "cc" and c.i < verb.i]
    return not joint or joint[-1].lower_ == "and"


def _token_at(sentence: Sentence, passage: Passage) -> Token | None:
    """Return the head of the words of a passage."""
    inside = [t for t in sentence.span if passage.start <= sentence.base + t.idx < passage.end]
    heads = (t for t in inside if t.head not in inside and t.tag_ not in ("IN", "DT"))
    return next(heads, inside[-1] if inside else None)


def _owner(token: Token, hangs: Sequence[Token]) -> Token | None:
    """Return the one of some words that words of time hang on, None where they hang on another verb or noun."""
    node = token
    for _ in range(_DEEPEST):
        if node.head is node:
            return None
        node = node.head
        of_time = node.dep_ in ("npadvmod", "compound") or node.lemma_ in listed("times")
        if is_verb(node) or (is_noun(node) and not of_time):
            break
    while node not in hangs and node.dep_ in _PASSED_OVER and node.head is not node:
        node = node.head  # "banned from leaving since March", "was on Monday convicted"
    return node if node in hangs else None


def _is_in_phrase_of(token: Token, hangs: Sequence[Token]) -> bool:
    """Tell whether words of time stand in a phrase of a trigger, and in no clause of their own."""
    if token.head.lower_ in _UNTIL:
        return False
    node = token
    for _ in range(_DEEPEST):
        if node in hangs:
            return True
        of_other = node.lower_ in ("of", "for", "with") and node.head.lemma_ not in listed("times")
        if of_other and node.head in hangs:  # "the arrest of Vokal on Monday", "charged with fraud on Monday"
            return node.lower_ == "of" or token.head.lower_ == "on"
        other_step = node is not token and lemma_of(node) in vocabulary().nouns
        if is_verb(node) or node.dep_ in ("relcl", "acl", "appos") or of_other or other_step or node.head is node:
            return False
        node = node.head
    return False


def _as_day(when: PartialDate) -> PartialDate | None:
    """Return a date as an event keeps it: a day, a month or a year; a week is its month, a season its year."""
    week = _WEEK.match(when.value)
    value = date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()[:-3] if week else when.value
    known = _DATE.match(value)
    return PartialDate(known.group(), when.passage) if known else None


# How long


def _term_of(sentence: Sentence, hangs: Sequence[Token], times: Times) -> Term | None:
    """Return how long a step is to last: life, death, without end, or a length."""
    scope = _scope(hangs)
    if any(t.lemma_ in listed("cuts") for t in hangs):  # "from nine years to six": what it is now
        scope = [t for t in scope if any(a.dep_ == "prep" and a.lower_ == "to" for a in t.ancestors)]
    suspended = any(t.lower_ in listed("suspended") for t in scope)
    for token in scope:
        value = _endless(token)
        if value is not None:
            return Term(value, sentence.place(token), suspended)
    for length in times.lengths:
        inside = [t for t in scope if length.passage.start <= sentence.base + t.idx < length.passage.end]
        if inside and not _is_past(inside[0], inside[-1]):
            return Term(length.value, length.passage, suspended)
    return None


def _only_length(sentence: Sentence, times: Times) -> Term | None:
    """Return the one length of a sentence, None where it has more or none."""
    begin, end = sentence.passage
    inside = [length for length in times.lengths if begin <= length.passage.start < end]
    tokens = [t for t in sentence.span if inside and t.idx + sentence.base == inside[0].passage.start]
    return inside[0] if len(inside) == 1 and tokens and not _is_past(tokens[0], tokens[0]) else None


def _endless(token: Token) -> str | None:
    """Return the term that a word tells without a length: life, death, indefinite."""
    word = token.lower_
    near = {t.lower_ for t in (token.head, *token.children, *token.head.children, token.head.head)}
    if word in listed("life") and near & listed("for_life") and child(token, "poss") is None:
        return "life"
    if word in listed("death") and (near & listed("to_death") or (token.dep_ == "pobj" and token.head.lower_ == "to")):
        return "death"
    return "indefinite" if word in listed("indefinite") else None


def _is_past(first: Token, last: Token) -> bool:
    """Tell whether a length is an age, or what has passed: "nearly eight years", "two years ago"."""
    before = last.doc[max(0, first.i - 2) : first.i + 1]
    after = last.doc[last.i + 1 : last.i + 2].text.lower()
    return any(t.lower_ in listed("nearly") for t in before) or after in ("ago", "old", "later", "earlier", "before")


def _scope(hangs: Sequence[Token]) -> list[Token]:
    """Return the words of a trigger's phrase and of the verb that it goes with, without the clauses within them."""
    found: set[Token] = set()
    for top in hangs:
        stack = [top]
        while stack:
            token = stack.pop()
            found.add(token)
            stack += [c for c in token.children if not _is_outside(c, top is hangs[0])]
    return sorted(found, key=lambda t: t.i)


def _is_outside(token: Token, of_trigger: bool) -> bool:
    """Tell whether a word begins what does not belong to the phrase above it."""
    if token.dep_ in _CLAUSES:
        return not (token.dep_ == "acl" and token.lemma_ in ("range", "total", "last"))  # "ranging from 7 to 20 years"
    if token.dep_ == "conj":
        return is_verb(token)
    if token.dep_ == "prep":
        return token.lower_ in ("after", "before", "since", "during", "ago")
    return token.dep_ in ("nsubj", "csubj") or (token.dep_ == "nsubjpass" and not of_trigger)


# What for


def _offence_of(sentence: Sentence, hangs: Sequence[Token]) -> Passage | None:
    """Return the words that say what a step is for: "for posts", "on charges of fraud", "guilty of fraud"."""
    for top in hangs:
        for c in top.children:
            if c.dep_ == "acomp" or (c.dep_ == "oprd" and c.lower_ == "guilty"):
                inner = _offence_of(sentence, [c])
                if inner is not None:
                    return inner
            thing = child(c, "pobj", "pcomp") if c.dep_ == "prep" else None
            if thing is None or thing in hangs:
                continue
            if thing.lemma_.lower() in listed("charges"):
                return _of_charge(sentence, thing)
            if c.lower_ in listed("reasons") and _is_reason(c, thing, top):
                return _reason(sentence, thing)
    charge = hangs[0]
    return _of_charge(sentence, charge) if charge.lemma_.lower() in listed("charges") else None


def _is_reason(link: Token, thing: Token, top: Token) -> bool:
    """Tell whether what follows a preposition is an offence rather than a length, a name or a part."""
    if thing.lemma_.lower() in listed("times") | {"reason"} or thing.tag_ in ("PRP", "NNP", "NNPS", *_RELATIVE):
        return False
    if link.lower_ == "of":
        return top.lemma_ in ("convict", "acquit", "clear", "guilty", "accuse", "absolve", "suspect")
    if link.lower_ == "with":
        return top.lemma_ == "charge"
    return is_verb(top) or link.lower_ == "for" or not is_noun(top)


def _of_charge(sentence: Sentence, charge: Token) -> Passage | None:
    """Return the offence of "charges of fraud", "fraud charges"."""
    of = next((c for c in charge.children if c.dep_ == "prep" and c.lower_ == "of"), None)
    thing = child(of, "pobj", "pcomp") if of is not None else None
    if thing is not None:
        return _of_charge(sentence, thing) if thing.lemma_.lower() in listed("charges") else _reason(sentence, thing)
    before = [c for c in charge.children if c.dep_ in ("compound", "amod", "nmod") and c.i < charge.i]
    kinds = [c for c in before if c.lower_ not in listed("plain_charges")]
    return sentence.stretch(kinds[0].left_edge, kinds[-1]) if kinds else None


def _reason(sentence: Sentence, thing: Token) -> Passage | None:
    """Return the words of an offence, without a relative clause."""
    last = thing
    for token in thing.subtree:
        if token.i > thing.i and (
            token.tag_ in _RELATIVE or token.dep_ in ("relcl", "mark", "agent") or _tells_when(token)
        ):
            break
        last = token if token.i > last.i else last
    while last.i > thing.i and (last.is_punct or last.dep_ in ("cc", "prep", "mark")):
        last = last.nbor(-1)
    first = thing.left_edge
    while first.i < thing.i and (first.dep_ == "det" or first.is_quote):
        first = first.nbor()
    passage = sentence.stretch(first, last)
    return passage if passage.end - passage.start <= _LONGEST_REASON else None


def _tells_when(token: Token) -> bool:
    """Tell whether a preposition or a noun begins words of time: "on Monday"."""
    time = child(token, "pobj") if token.dep_ == "prep" else token
    return time is not None and time.lower_ in listed("calendar") and time.tag_ == "NNP"


# By whom, where


def _authority_of(sentence: Sentence, hangs: Sequence[Token], entity_at: EntityAt) -> Reference | None:
    for top in hangs:
        actor = next(preposition_objects(top, frozenset({"by"})), None)
        if actor is None and is_verb(top) and not is_passive(top):
            actor = subject_of(top)
        if actor is not None and is_noun(actor) and _is_authority(actor) and not _tells_when(actor):
            return _reference(sentence, actor, entity_at)
    return None


def _is_authority(actor: Token) -> bool:
    """Tell whether a noun is a name, or a word for somebody who acts for a state."""
    described = (c.lemma_.lower() for c in actor.children if c.dep_ in ("compound", "amod"))
    known = listed("authorities")
    return actor.tag_ in ("NNP", "NNPS") or actor.lemma_.lower() in known or any(word in known for word in described)


def _place_of(sentence: Sentence, hangs: Sequence[Token], entity_at: EntityAt) -> Reference | None:
    for top in hangs:
        for thing in preposition_objects(top, _AT):
            entity = entity_at(sentence.place(thing).start)
            if entity is not None and entity.kind == "place":
                return _reference(sentence, thing, entity_at)
    return None


def _reference(sentence: Sentence, head: Token, entity_at: EntityAt) -> Reference:
    """Return the words that a noun heads, without an article before and a clause after it, and its entity."""
    first, last = head.left_edge, head
    while first.i < head.i and first.dep_ in ("det", "punct", "predet"):
        first = first.nbor()
    for c in head.children:
        near = c.i > head.i and c.right_edge.i - head.i < _LONGEST_NAME
        if near and c.dep_ == "prep" and c.lower_ in ("of", "in", "for"):
            if any(t.dep_ in ("relcl", "acl") or t.is_punct for t in c.subtree):
                break
            last = c.right_edge
    entity = entity_at(sentence.place(head).start)
    return Reference(sentence.stretch(first, last), entity.id if entity is not None else None)
