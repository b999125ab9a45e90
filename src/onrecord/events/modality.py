"""Whether a step happened, or is planned, asked for, refused, denied or only possible: told by the words around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.events.clauses import governor, is_noun, is_verb
from onrecord.events.vocabulary import listed, vocabulary
from onrecord.model import Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

_UP = frozenset(
    {"xcomp", "ccomp", "acl", "pcomp", "pobj", "prep", "dobj", "conj", "nsubj", "nsubjpass", "oprd", "acomp", "attr"}
    | {"relcl", "agent", "dative", "advcl", "appos", "csubj", "nmod"}
)
"""The relations along which what governs a step is looked for."""
_DEEPEST = 7
_OF_NOUN = ("prep", "pobj", "acl", "compound", "relcl", "nmod", "ccomp")
"""The relations of what a noun governs to it."""


def modality_of(token: Token, *, of_noun: bool = False) -> Modality | None:
    """Return the modality that the words around a trigger give it, None where they give none."""
    node = token
    near = True  # whether "not" or "may" beside the node are said of the trigger
    for depth in range(_DEEPEST):
        if near:
            told = _told_at(node, first=depth == 0)
            if told == "planned" and node.dep_ == "ccomp" and _is_doubt(node.head):
                return "conditional"  # "hopes that she will be freed"
            if told is not None:
                return told
        head = node.head
        if head is node or node.dep_ not in _UP or _is_perfect(node):
            return None
        if (
            node.dep_ in ("relcl", "acl")
            and is_verb(node)
            and not _is_to(node)
            and head.lemma_ not in listed("rulings")
        ):
            return None
        if (node.dep_ == "conj" and _has_subject(node)) or (node.dep_ == "advcl" and not (of_noun and depth == 0)):
            return None
        if node.dep_ in ("nsubj", "nsubjpass") and is_verb(head) and not _governs(head):
            if head.lemma_ == "be" and any(c.dep_ == "xcomp" and _is_to(c) for c in head.children):
                return "planned"  # "the trial is to open"
            whole = head.lemma_ in _COPULAS or head.lemma_ in vocabulary().affects["object"]
            return _told_at(head, first=False) if whole else None
        told = _governed(node, head)
        if told is not None:
            return told
        if is_verb(head):
            near = node.dep_ in ("xcomp", "conj", "attr", "oprd", "nsubjpass") or (
                head.lemma_ in _PLACING if node.dep_ == "prep" else node.dep_ == "dobj" and _is_light(node, head)
            )
        node = head
    return None


_PLACING = frozenset({"be", "remain", "go", "put", "place", "send", "keep", "hold", "take", "stay", "return"})
_NONE = frozenset({"neither", "nor", "none", "nobody"})
_OF = frozenset({"for", "of", "to", "about", "on"})
_COPULAS = frozenset({"be", "come", "happen", "take", "begin", "continue", "follow", "go"})


def _is_light(noun: Token, verb: Token) -> bool:
    """Tell whether what is said of a verb is said of its noun: "may be granted bail", not "will raise his case"."""
    words = vocabulary()
    lemma = verb.lemma_
    return lemma in words.affects["subject"] | words.affects["object"] or (noun.lemma_, lemma) in words.turns


def _is_doubt(head: Token) -> bool:
    return _verb_gives(head) == "conditional"


def _is_perfect(node: Token) -> bool:
    """Tell whether a verb says that something is done: "for having arrested them"."""
    return any(c.dep_ == "aux" and c.lower_ == "having" for c in node.children)


def is_unreal(verb: Token) -> bool:
    """Tell whether a verb only names a thing that can be done: "evidence to convict him", "a law to ban parties"."""
    if verb.dep_ in ("advcl", "acl") and not _has_subject(verb) and any(
        c.dep_ in ("mark", "advmod") and c.lower_ in ("if", "when", "once", "unless", "until") for c in verb.children
    ):  # fmt: skip
        return True  # "if convicted"
    if not _is_to(verb):
        return False
    if verb.dep_ in ("acl", "relcl") and is_noun(verb.head):
        if any(
            t.lower_ in ("first", "second", "third", "last", "only", "latest")
            for t in verb.doc[max(0, verb.i - 5) : verb.i]
        ):
            return False  # "the first minister to plead guilty"
        return verb.head.lemma_ not in vocabulary().modality["nouns"]
    if verb.dep_ == "advcl":
        return True
    return verb.dep_ == "xcomp" and verb.head.tag_.startswith("J") and not _governs(verb.head)


def _governs(head: Token) -> bool:
    return head.lemma_ in vocabulary().modality["verbs"]


def _governed(node: Token, head: Token) -> Modality | None:
    """Return what the word that a node hangs on makes of it."""
    if node.dep_ == "pcomp" and _keeps_from(head):
        return "negated"
    for_mercy = node.dep_ == "prep" and node.lower_ == "for" and _is_mercy(node)
    if for_mercy and head.lemma_ not in listed("thanks") and head.lemma_ not in vocabulary().modality["nouns"]:
        return "requested"  # "rallied for his release"
    if is_verb(head) or head.tag_.startswith("J"):
        told = vocabulary().modality["verbs"].get(head.lemma_) or vocabulary().modality["verbs"].get(head.lower_)
        return None if told is None or _is_other_word(node, head) else _by_verb(told, node, head)
    if is_noun(head) and node.dep_ in _OF_NOUN and (node.dep_ != "prep" or node.lower_ in _OF):
        told = vocabulary().modality["nouns"].get(head.lemma_)
        return "denied" if told == "requested" and is_refused(head) else told
    return None


def _keeps_from(link: Token) -> bool:
    """Tell whether a preposition says that something is not done: "without charging him", "stopped from fleeing"."""
    stops = link.head.lemma_ in ("stop", "prevent", "keep", "save", "spare")
    return link.lower_ == "without" or (link.lower_ == "from" and stops)


def _is_other_word(node: Token, verb: Token) -> bool:
    """Tell whether a verb of the list means something else with what hangs on it here."""
    if node.dep_ == "prep" and node.lower_ not in _OF:
        return True  # "agreed to help after his conviction"
    if verb.lemma_ == "set":
        return node.dep_ != "xcomp"  # "set a bond for him"
    if verb.lemma_ == "order":
        done = node.lemma_ in listed("done_by_order") or (node.dep_ == "ccomp" and node.tag_ in ("VBN", "VBD"))
        return done or node.dep_ not in ("dobj", "xcomp", "ccomp", "nsubjpass")
    narrow = verb.lemma_ in ("ask", "accuse", "suspect", "claim", "deny", "call", "press", "push")
    return narrow and node.dep_ not in ("xcomp", "ccomp", "dobj", "oprd", "prep", "pobj")


def _by_verb(told: Modality, node: Token, verb: Token) -> Modality:
    """Return the modality that a verb gives a step, from what it gives as a rule."""
    if verb.lemma_ == "order" and node.lemma_ in ("arrest", "detention"):
        return "requested"
    if told == "planned" and (_has_condition(verb) or _has_condition(node)):
        return "conditional"
    if told == "denied" and is_verb(node) and not _is_to(node):
        return "negated"  # "denies arresting them", "denied that he was arrested"
    if told == "requested" and verb.dep_ == "xcomp" and _verb_gives(verb.head) == "planned":
        return "planned"  # "planned to request a decree freeing them"
    if told in ("planned", "requested") and any(c.dep_ == "neg" for c in verb.children):
        return "negated"
    return told


def _verb_gives(verb: Token) -> Modality | None:
    return vocabulary().modality["verbs"].get(verb.lemma_)


def _is_mercy(link: Token) -> bool:
    return any(c.lemma_ in ("release", "pardon", "clemency", "acquittal", "freedom", "amnesty") for c in link.children)


def is_refused(noun: Token) -> bool:
    """Tell whether what a noun asks for is refused: "rejected the request", "her plea was turned down"."""
    head, link = governor(noun)
    verbs = vocabulary().modality["verbs"]
    if link is not None or not is_verb(head) or noun.dep_ not in ("dobj", "nsubjpass", "conj"):
        return False
    down = any(c.dep_ == "prt" and c.lower_ in ("down", "out") for c in head.children)
    return (
        verbs.get(head.lemma_) == "denied"
        or head.lemma_ == "dismiss"
        or (head.lemma_ in ("turn", "throw", "vote") and down)
    )


def _told_at(node: Token, *, first: bool) -> Modality | None:
    """Return what the helpers of one word tell: "not", "will", "may", "if", "allegedly"."""
    if _is_regret(node):
        return None
    subject = next((c for c in node.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if first and subject is not None and _NONE & {subject.lower_, *(c.lower_ for c in subject.children)}:
        return "negated"
    told = next((told for c in node.children if (told := _by_helper(node, c)) is not None), None)
    if told is not None:
        return told
    if any(c.dep_ == "neg" or (first and c.dep_ == "det" and c.lower_ == "no") for c in node.children):
        return "negated"
    if node.dep_ == "attr" and any(c.dep_ in ("csubj", "csubjpass") or c.lower_ == "what" for c in node.head.children):
        return "requested"  # "What matters is their release"
    if node.dep_ in ("xcomp", "ccomp", "acl", "advcl") and is_verb(node) and _is_to(node) and node.head.lemma_ == "be":
        return "planned"
    bare = not any(c.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass") for c in node.children)
    imperative = node.tag_ == "VB" and node.dep_ in ("ROOT", "ccomp", "conj")
    return "requested" if first and imperative and bare else None


def _by_helper(node: Token, helper: Token) -> Modality | None:
    words = vocabulary().modality
    if helper.dep_ == "mark":
        return words["marks"].get(helper.lower_)
    if helper.dep_ == "advmod" and helper.i < node.i:
        return words["adverbs"].get(helper.lower_)
    return _of_modal(node, helper) if helper.dep_ == "aux" and helper.lower_ in words["modals"] else None


def _of_modal(node: Token, modal: Token) -> Modality | None:
    told = vocabulary().modality["modals"][modal.lower_]
    if any(c.dep_ == "neg" for c in node.children):
        return "negated" if told == "planned" else "conditional" if told == "conditional" else told
    if modal.lower_ in ("would", "'d", "’d") and _is_reported(node) and not _has_condition(node):
        return "planned"
    return told


def _is_regret(node: Token) -> bool:
    """Tell whether a verb says what should have been: "should never have been jailed"."""
    helpers = {c.lower_ for c in node.children if c.dep_ == "aux"}
    return "have" in helpers and bool(helpers & {"should", "ought", "must"})


def _is_reported(node: Token) -> bool:
    return bool(node.dep_ == "ccomp" and node.head.tag_ in ("VBD", "VBN"))


def _has_condition(node: Token) -> bool:
    marks = vocabulary().modality["marks"]
    return any(g.lower_ in marks for c in node.children if c.dep_ == "advcl" for g in c.children if g.dep_ == "mark")


def _is_to(node: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in node.children)


def _has_subject(node: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in node.children)
