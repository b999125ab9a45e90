"""Who does what to whom in a parsed sentence: subjects, objects and owners, also where the clause leaves them out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from onrecord.events.vocabulary import listed

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = ("nsubj", "nsubjpass")
_RELATIVE = ("WDT", "WP")
_UNCHANGED = frozenset({"let", "put", "set"})
"""Verbs whose participle looks like their plain form."""
_DEEPEST = 8
"""Clauses are followed upwards so far; a parse may be odd, and is never gone round in."""


def is_verb(token: Token) -> bool:
    """Tell whether a token stands as a verb."""
    return bool(token.tag_.startswith("V")) and token.dep_ not in ("amod", "compound")


def is_noun(token: Token) -> bool:
    """Tell whether a token stands as a noun or a name."""
    gerund = token.tag_ == "VBG" and token.dep_ in ("pobj", "dobj", "nsubj")
    return (gerund or token.tag_ in ("NN", "NNS", "NNP", "NNPS")) and any(c.isalnum() for c in token.text)


def child(token: Token, *deps: str) -> Token | None:
    """Return the first child with one of these relations, None where there is none."""
    return next((c for c in token.children if c.dep_ in deps), None)


def is_passive(verb: Token, depth: int = 0) -> bool:
    """Tell whether a verb is said of whom it is done to: "was jailed", "jailed for life", "gets jailed"."""
    if child(verb, "auxpass") is not None:
        return True
    thing = child(verb, "dobj", "dative")
    if thing is not None and verb.lower_ in ("fined", "fine") and any(t.tag_ in ("CD", "$") for t in thing.subtree):
        thing = None  # "banned and fined 1,200 crowns"
    if verb.lemma_ in _UNCHANGED and verb.dep_ == "conj" and thing is None and is_verb(verb.head):
        return depth < _DEEPEST and is_passive(verb.head, depth + 1)
    if thing is not None or verb.tag_ not in ("VBN", "VBD"):
        return False
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl", "relcl", "ccomp", "oprd", "xcomp", "pcomp"):
        return not _has_have(verb)
    if verb.dep_ == "conj" and is_verb(verb.head) and depth < _DEEPEST and is_passive(verb.head, depth + 1):
        return child(verb, *_SUBJECTS) is None
    return child(verb, "agent") is not None


def _has_have(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lemma_ in ("have", "'ve") for c in verb.children)


def subject_of(verb: Token, depth: int = 0) -> Token | None:
    """Return the subject of a verb, also where another clause holds it; None where nothing tells."""
    helper = child(verb, "auxpass", "aux")  # "was on Monday convicted" may hang its subject on "was"
    own = child(verb, *_SUBJECTS) or (child(helper, *_SUBJECTS) if helper is not None else None)
    if own is not None:
        return antecedent(own)
    head = verb.head
    if depth > _DEEPEST or head is verb or child(verb, "expl") is not None:
        return None
    if verb.dep_ in ("conj", "dep") and is_verb(head):
        return subject_of(head, depth + 1)
    if verb.dep_ == "xcomp" and is_verb(head):
        return child(head, "dobj") or subject_of(head, depth + 1)
    if verb.dep_ in ("acl", "relcl") and is_noun(head):
        return head
    if verb.dep_ == "advcl" and is_verb(head):
        return _done_to(verb, head) or subject_of(head, depth + 1)
    if verb.dep_ in ("pcomp", "pobj") and head.dep_ == "prep":
        above = head.head
        return (_done_to(verb, above) or subject_of(above, depth + 1)) if is_verb(above) else None
    if verb.dep_ == "ccomp" and head.dep_ == "relcl":
        return head.head  # "nurses who it says are kept in a cellar"
    if verb.dep_ in ("acomp", "oprd", "ccomp", "attr") and (is_verb(head) or head.tag_.startswith("J")):
        return subject_of(head, depth + 1)
    if head.tag_.startswith("J") and verb.dep_ == "xcomp":
        return subject_of(head, depth + 1)
    return None


def _done_to(verb: Token, above: Token) -> Token | None:
    """Return the object of a court's act that a passive clause goes with: "sentenced him after being found guilty"."""
    thing, actor = child(above, "dobj"), child(above, "nsubj")
    if thing is None or actor is None or child(verb, "auxpass") is None:
        return None
    return thing if actor.lemma_.lower() in listed("authorities") else None


def antecedent(token: Token) -> Token:
    """Return what "who", "which" or "that" stands for, any other token as it is."""
    if token.tag_ not in _RELATIVE and not (token.lower_ == "that" and token.dep_ in _SUBJECTS):
        return token
    clause: Token | None = token.head
    for _ in range(_DEEPEST):
        if clause is None or clause.dep_ in ("relcl", "acl"):
            break
        clause = clause.head if clause.dep_ in ("conj", "xcomp", "ccomp", "advcl") else None
    return clause.head if clause is not None else token


def objects_of(verb: Token) -> list[Token]:
    """Return whom a verb in the active is done to; "arrested and charged two men" shares its object."""
    for c in verb.children:
        if c.dep_ in ("dobj", "dative") and c.tag_ != "IN":
            return [antecedent(c)]
    small = next((c for c in verb.children if c.dep_ == "ccomp" and child(c, "nsubj") is not None), None)
    if small is not None and not is_verb(small):
        return [t for t in (child(small, "nsubj"),) if t is not None]
    for other in verb.conjuncts[:_DEEPEST]:
        if is_verb(other) and other.i > verb.i and not is_passive(other) and child(other, *_SUBJECTS) is None:
            shared = child(other, "dobj")
            if shared is not None:
                return [shared]
    if verb.dep_ == "relcl" and child(verb, "nsubj") is not None:
        return [verb.head]  # "the men police arrested"
    return []


def preposition_objects(token: Token, links: frozenset[str]) -> Iterator[Token]:
    """Yield what stands after one of some prepositions that belong to a token."""
    for c in token.children:
        if c.dep_ in ("prep", "agent", "dative") and c.lower_ in links:
            for thing in c.children:
                if thing.dep_ == "pobj":
                    yield thing


def frame(verb: Token) -> set[str]:
    """Return the plain forms of what stands with a verb: particles, prepositions and their nouns, objects, endings."""
    words: set[str] = set()
    for c in verb.children:
        if c.dep_ in ("nsubj", "nsubjpass", "advcl", "ccomp", "conj", "punct", "cc", "aux", "auxpass", "mark", "agent"):
            continue
        words.add(c.lemma_.lower())
        words.update(g.lemma_.lower() for g in c.children if g.dep_ not in ("relcl", "acl", "conj", "appos"))
        if c.dep_ in ("prep", "acomp", "oprd", "xcomp", "dobj", "advmod", "pcomp"):
            words.update(g.lemma_.lower() for p in c.children for g in p.children if g.dep_ not in ("relcl", "acl"))
            words.update(
                h.lemma_.lower() for p in c.children for g in p.children for h in g.children
                if g.dep_ in ("prep", "pobj") and h.dep_ in ("pobj", "compound", "amod", "neg", "prep")
            )  # fmt: skip
        if c.dep_ in ("acomp", "oprd", "ccomp", "xcomp") and any(g.dep_ == "neg" for g in c.children):
            words.add("not")
    actor = next(iter(preposition_objects(verb, frozenset({"by"}))), None)
    subject = child(verb, "nsubj")
    words.update(t.lemma_.lower() for t in (actor, subject) if t is not None and is_noun(t))
    return words


def governor(noun: Token) -> tuple[Token, str | None]:
    """Return the word that a noun hangs on and the preposition between them, None where there is none."""
    while noun.dep_ == "conj" and is_noun(noun.head):
        noun = noun.head
    head = noun.head
    if noun.dep_ in ("pobj", "pcomp") and head.dep_ in ("prep", "agent", "dative"):
        above = head.head
        while above.dep_ == "prep" and above.head is not above:
            above = above.head
        return above, str(head.lower_)
    return head, None


def members(noun: Token) -> list[Token]:
    """Return the heads of a list: all that are joined to a noun by commas and "and", itself first."""
    found = [noun]
    name = noun.tag_ in ("NNP", "NNPS")
    for c in noun.children:
        # "Rell, 45, an officer, and his wife" may be parsed as "an officer and his wife"
        if name and c.dep_ == "appos" and c.tag_ == "NN":
            found += [m for m in members(c)[1:] if child(m, "poss") is not None]
        if name and c.dep_ == "appos" and c.tag_ == "NNP" and any(g.dep_ == "conj" for g in noun.children):
            found.append(c)
        if c.dep_ == "conj" and (is_noun(c) or c.tag_ in ("PRP", "CD", "DT")):
            found += members(c)
    return found


def names_after(noun: Token) -> list[Token]:
    """Return the heads of the names that say who a noun means: "two residents, Vokal, 52, and Rell, 44"."""
    found = []
    for c in noun.children:
        if c.dep_ == "appos" and c.tag_ in ("NNP", "NNPS") and c.i > noun.i:
            found += [m for m in members(c) if m.tag_ in ("NNP", "NNPS")]
    return found


_GO_UP = ("dobj", "nsubjpass", "pobj", "prep", "attr", "compound", "nmod", "oprd", "xcomp", "dative", "conj", "amod")
"""The relations of a noun to the verb that it goes with."""


def anchors(trigger: Token) -> list[Token]:
    """Return the words that a trigger's details may hang on: itself, and those up to the verb that it goes with."""
    head = trigger.head
    if trigger.dep_ == "nsubjpass" or (trigger.dep_ == "nsubj" and head.lemma_ in {"be"} | listed("openings")):
        return [trigger, head, *(c for c in head.children if c.dep_ == "xcomp")]
    found = [trigger]
    node = trigger
    while node.dep_ in _GO_UP and node.head is not node:
        clause = is_verb(node) and (
            node.dep_ == "conj" or (node.dep_ == "xcomp" and node.head.lemma_ not in ("order", "let", "have", "get"))
        )
        if clause or (node.dep_ in ("amod", "compound", "nmod") and node.tag_ not in ("NN", "NNS")):
            break
        node = node.head
        found.append(node)
        if is_verb(node):
            break
    if node.dep_ == "xcomp" and node.head.lemma_ in ("begin", "start"):
        found.append(node.head)  # "began serving time in July"
    return found
