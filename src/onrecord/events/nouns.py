"""What the words of a noun phrase say: how many, of what kind, and which of them name whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.events.clauses import preposition_objects
from onrecord.events.vocabulary import listed, vocabulary
from onrecord.language.syntax import Sentence
from onrecord.model import Passage

if TYPE_CHECKING:
    from spacy.tokens import Token

DEFINITE = frozenset({"the", "this", "that", "these", "those", "both", "all"})
OWNERS = frozenset({"his", "her", "their", "its", "my", "our"})
OTHER = frozenset({"other", "others", "another", "more", "fellow", "additional", "further"})

_ARTICLES = frozenset({"the", "a", "an", "this", "these", "those", "that"})
_LONGEST_LABEL = 14
"""Words after its noun that a label may have."""


def above_apposition(head: Token) -> Token:
    """Return the name that a description stands before or beside: "jailed union leader Rosa Amparan"."""
    while head.dep_ in ("compound", "nmod") and head.head.tag_ in ("NNP", "NNPS") and head.head.i > head.i:
        head = head.head
    above = head.head
    return above if head.dep_ == "appos" and above.tag_ in ("NNP", "NNPS") and head.tag_ in ("NN", "NNS") else head


def nouns_before(name: Token) -> set[str]:
    """Return the plain forms of the nouns that describe a name."""
    described = (c for c in name.children if c.dep_ in ("compound", "appos", "nmod"))
    return {c.lemma_.lower() for c in described if c.tag_ in ("NN", "NNS")}


def core_of(head: Token) -> Token:
    """Return the noun that says what somebody is: "actresses" of "one of the actresses"."""
    if head.lemma_.lower() in listed("parts"):
        return next(preposition_objects(head, frozenset({"of"})), head)
    return head


def is_plain(head: Token) -> bool:
    """Tell whether nothing but an article and a number describes a noun: "the two men"."""
    plain = ("det", "nummod", "predet", "preconj", "punct", "poss", "relcl", "appos", "cc", "conj")
    return all(c.dep_ in plain for c in head.children)


def size_of(head: Token, noun: Token) -> int:
    """Return how many a phrase says: 1 for a singular, 0 where a plural tells no number."""
    words = vocabulary()
    for token in (head, noun):
        for c in (token, *token.children):
            if c.lower_ in words.sets:
                return words.sets[c.lower_]
            if c.tag_ == "CD" and (c is token or c.dep_ == "nummod"):
                digits = c.text.replace(",", "")
                number = words.numbers.get(c.lower_) or (int(digits) if digits.isdecimal() else None)
                if number is not None:
                    return number
    return 1 if noun.tag_ in ("NN", "NNP") and head.lemma_ not in ("dozen", "number", "group", "handful") else 0


def label_of(sentence: Sentence, head: Token) -> Passage:
    """Return the words that say who: without an article before them, and without what tells more after them."""
    if head.lemma_.lower() in ("number", "total"):
        head = core_of(head)
    first, last = head.left_edge, head
    told = vocabulary().adjectives  # "jailed activist": that he is jailed is the event
    while first.i < head.i and (
        first.lower_ in _ARTICLES or first.is_punct or first.dep_ in ("cc", "preconj") or first.lower_ in told
    ):
        first = first.nbor()
    for c in head.children:
        if c.i > head.i and c.dep_ == "prep" and c.lower_ in ("of", "in"):
            for token in c.subtree:
                clause = token.dep_ in ("relcl", "acl") or token.tag_ == "WP" or token.text == ","
                if clause or token.i - head.i > _LONGEST_LABEL:
                    break
                last = token
    while last.i > head.i and last.dep_ in ("prep", "det", "punct", "cc") and last.text != ")":
        last = last.nbor(-1)
    return sentence.stretch(first, last)
