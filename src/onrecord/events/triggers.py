"""Triggers: the words of a sentence that tell of a step, and the words that say whom it affects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from onrecord.events.aspect import is_present, is_progressive
from onrecord.events.clauses import (
    anchors,
    child,
    frame,
    governor,
    is_noun,
    is_passive,
    is_verb,
    objects_of,
    preposition_objects,
    subject_of,
)
from onrecord.events.modality import is_refused, is_unreal
from onrecord.events.vocabulary import Trigger, Turn, lemma_of, listed, vocabulary
from onrecord.language.syntax import Sentence
from onrecord.model import EventType, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

Phrase: TypeAlias = Literal["verb", "noun", "place", "adjective", "people"]

_TERMS = frozenset({"year", "month", "life", "week", "day"})
_NEAR = 8
"""Words around a noun in which what it must stand with is looked for."""
_NOT_LIGHT = frozenset({"appeal", "clear", "hold", "find", "try", "set", "go", "put", "let", "pick"})
"""Triggers that beside a noun are no trigger of their own: "set a date for sentencing"."""
_PREPOSITIONS = {
    "imprisonment": {"in", "into", "to", "behind", "inside"},
    "detention": {"in", "into", "to", "under"},
    "arrest": {"under"},
    "house_arrest": {"under", "in"},
    "exile": {"in", "into", "to"},
    "bail": {"on"},
    "trial": {"on", "to"},
}
"""Before each kind of place."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger where it stands in a sentence.

    `people` are the words that may say whom it affects, the likeliest first: the first that stand for people do.
    `modality` is what the trigger's own phrase tells of it, None for nothing. `hangs` are the words that its details
    hang on, and `again` says that the step is taken once more ("rearrested").
    """

    trigger: Trigger
    token: Token
    people: tuple[tuple[Token, ...], ...]
    phrase: Phrase
    type: EventType
    modality: Modality | None = None
    hangs: tuple[Token, ...] = ()
    again: bool = False

    @property
    def head(self) -> Token:
        """The word that the trigger hangs on."""
        return governor(self.token)[0]


def find_hits(sentence: Sentence, paragraph: frozenset[str]) -> Iterator[Hit]:
    """Yield the triggers of a sentence, in its order, given the words of its paragraph in lower case."""
    lemmas = {token.lemma_.lower() for token in sentence.span}
    told = sentence.span.text.casefold()
    if lemmas & listed("captors") or any(phrase in told for phrase in listed("fiction")):
        return
    around = lemmas | paragraph
    for token in sentence.span:
        hit = _hit_at(token, around)
        if hit is not None:
            yield hit


def _hit_at(token: Token, around: set[str]) -> Hit | None:
    """Return the trigger that a word is, given the plain forms of the words around its sentence."""
    words = vocabulary()
    adjective = words.adjectives.get(token.lower_)
    if adjective is not None and token.dep_ in ("amod", "compound") and token.head.i > token.i and is_noun(token.head):
        return Hit(adjective, token, ((token.head,),), "adjective", adjective.type, hangs=(token,))
    if is_verb(token):
        return None if is_unreal(token) else _verb_hit(token, words.verbs.get(lemma_of(token), ()), around)
    if token.lower_ == "guilty":
        return _guilty_hit(token)
    if (is_noun(token) and token.dep_ != "npadvmod") or token.dep_ in ("pobj", "dobj"):
        return _place_hit(token) or _noun_hit(token, around) or _people_hit(token)
    return None


# Verbs


def _verb_hit(verb: Token, triggers: Sequence[Trigger], around: set[str]) -> Hit | None:
    if any(c.dep_ == "advmod" and c.lower_ in listed("habits") for c in verb.children):
        return None
    actors = (child(verb, "nsubj"), *preposition_objects(verb, frozenset({"by"})))
    if any(actor is not None and actor.lemma_.lower() in listed("outlaws") for actor in actors):
        triggers = [trigger for trigger in triggers if trigger.who == "subject"]
    for trigger in triggers:
        people = _affected(verb, trigger)
        if people and _fits_verb(verb, trigger, people, around):
            kind, modality = _read_verb(verb, trigger)
            again = lemma_of(verb) in listed("again")
            return Hit(trigger, verb, (tuple(people),), "verb", kind, modality, tuple(anchors(verb)), again)
    return None


def _fits_verb(verb: Token, trigger: Trigger, people: Sequence[Token], around: set[str]) -> bool:
    """Tell whether a verb stands with all that its trigger needs, and with nothing that makes it another word."""
    if trigger.weak and not (around - {verb.lemma_.lower()}) & (trigger.near or listed("context")):
        return False
    beside = frame(verb) if trigger.needs or trigger.never else set()
    if trigger.needs and not any(need <= beside for need in trigger.needs):
        return False
    if any(never <= beside | {p.lemma_.lower() for p in people} for never in trigger.never):
        return False
    if trigger.alone and child(verb, "dobj") is not None:
        return False
    # "charged that", "caught him taking", "tried to": other verbs
    return not (trigger.word in ("charge", "catch", "try") and child(verb, "ccomp", "xcomp") is not None)


def _affected(verb: Token, trigger: Trigger) -> list[Token]:
    if trigger.who == "object" and not is_passive(verb):
        objects = objects_of(verb)
        if objects or verb.tag_ not in ("VBN", "VBD"):
            return objects
    subject = subject_of(verb)
    if subject is None:
        return []
    return _behind(subject, trigger.type) if trigger.who == "subject" else [subject]


def _read_verb(verb: Token, trigger: Trigger) -> tuple[EventType, Modality | None]:
    """Return the type and modality of a verb: freed "on bail" is bail, jailed "for two years" a sentence."""
    beside = frame(verb)
    if trigger.type == "release" and "on" in beside and beside & {"bail", "bond"}:
        return "bail", None
    held_from = {t.lemma_ for t in preposition_objects(verb, frozenset({"from"}))}
    if trigger.type == "release" and held_from & (listed("charges") | {"prosecution"}):
        return "acquittal", None
    if trigger.type == "imprisonment" and beside & {"lieu", "pending", "questioning", "question"}:
        return "detention", "ongoing"
    if trigger.type == "imprisonment" and beside & _TERMS:
        elapsed = any(t.lower_ in listed("nearly") for t in verb.doc[verb.i : verb.i + _NEAR])
        return ("imprisonment" if elapsed else "sentence"), None
    if verb.lemma_ == "hold" and trigger.type == "detention":
        return "detention", "ongoing" if is_present(verb) or verb.tag_ == "VBG" else None
    return trigger.type, None


def _guilty_hit(guilty: Token) -> Hit | None:
    """Return the verdict or the plea that "guilty" stands in: "found guilty", "pleaded not guilty"."""
    verb = guilty.head
    lemma = verb.lemma_.lower()
    innocent = any(c.lower_ == "not" for c in (*guilty.children, *verb.children) if verb.i < c.i < guilty.i)
    if lemma in ("plead", "plea") and not innocent:
        people = [subject_of(verb)]
    elif lemma in ("find", "declare", "hold", "rule", "adjudge", "pronounce"):
        subject = child(guilty, "nsubj") or (subject_of(verb) if is_passive(verb) else None)
        people = [subject] if subject is not None else [*objects_of(verb)]
    else:
        return None
    affected = tuple(person for person in people if person is not None)
    if not affected or is_unreal(verb):
        return None
    trigger = vocabulary().verbs["acquit" if innocent else "convict"][0]
    return Hit(trigger, verb, (affected,), "verb", trigger.type, hangs=(verb, guilty))


# Nouns


def _noun_hit(noun: Token, around: set[str]) -> Hit | None:
    for trigger in vocabulary().nouns.get(lemma_of(noun), ()):
        asked = noun.dep_ == "compound" and noun.head.lemma_ in listed("petitions")
        if _fits_noun(noun, trigger, around) and (asked or not trigger.asked):
            hit = _of_noun(noun, noun.head if asked else noun, trigger)
            if hit is not None:
                return hit
    return None


def _fits_noun(noun: Token, trigger: Trigger, around: set[str]) -> bool:
    """Tell whether a noun stands with all that its trigger needs, and with nothing that makes it another word."""
    if trigger.word == "life" and child(noun, "poss") is not None:
        return False  # "eight years of his life"
    inside = list(noun.subtree)
    near = {t.lemma_.lower() for t in inside if abs(t.i - noun.i) <= _NEAR}
    cut = trigger.word == "term" and noun.head.lemma_ in listed("cuts")
    if trigger.within and not near & trigger.within and not cut:
        return False
    if trigger.near and not around & trigger.near:
        return False
    if any(never <= {t.lemma_.lower() for t in inside} for never in trigger.never):
        return False
    # "my conviction that the dam must go"
    return not any(
        c.dep_ in ("acl", "ccomp", "relcl") and any(g.dep_ == "mark" and g.lower_ == "that" for g in c.children)
        for c in noun.children
    )


def _of_noun(noun: Token, site: Token, trigger: Trigger) -> Hit | None:
    """Return the hit of a noun; `site` is itself, or the word of asking that it stands before ("bail plea")."""
    head, link = governor(site)
    verb = head if is_verb(head) else None
    if trigger.type in ("charge", "trial") and verb is not None and link in ("with", "without"):
        return _beside_verb(noun, verb, link, trigger)
    if verb is not None and _belongs_to(verb, link, trigger):
        return None
    turn = (
        vocabulary().turns.get((trigger.word, verb.lemma_.lower()))
        if verb is not None and link in (None, "of")
        else None
    )
    if turn is None and verb is not None and link is None and verb.lemma_ in ("uphold", "confirm"):
        return None
    light = verb is not None and (not trigger.under or verb.lemma_ in trigger.under)
    choices = [
        *_owners(site, trigger),
        *([_of_light_verb(site, verb, link, trigger.under)] if light and verb is not None else []),
    ]
    if verb is not None and trigger.type in listed("grounds") and link in ("of", "after", "following", "under", "by"):
        choices += [_affected(verb, t) for t in vocabulary().verbs.get(lemma_of(verb), ())][:1]
    people = [tuple(p for person in heads for p in _behind(person, trigger.type)) for heads in choices if heads]
    if not people:
        return None
    kind, modality = _read_noun(noun, site, trigger, turn)
    if kind == "none":
        return None
    again = turn is not None and turn.again
    return Hit(trigger, noun, tuple(people), "noun", kind, modality, tuple(anchors(noun)), again)


def _read_noun(
    noun: Token, site: Token, trigger: Trigger, turn: Turn | None
) -> tuple[EventType | Literal["none"], Modality | None]:
    kind = (turn.type if turn is not None else None) or trigger.type
    modality = (turn.modality if turn is not None else None) or trigger.modality
    if site is not noun and modality is None:
        modality = "denied" if is_refused(site) else "requested"
    if trigger.type == "trial" and noun.dep_ == "nsubj" and noun.head.lemma_ in listed("openings"):
        modality = "ongoing"
    return kind, modality


def _beside_verb(noun: Token, verb: Token, link: str | None, trigger: Trigger) -> Hit | None:
    """Return the hit of "released without charge": of whom the verb is said."""
    triggers = vocabulary().verbs.get(lemma_of(verb), ())
    held = [p for t in triggers if t.type != "charge" for p in _affected(verb, t)][:1]
    modality: Modality | None = "negated" if link == "without" else None
    return Hit(trigger, noun, (tuple(held),), "noun", trigger.type, modality, (noun,)) if held else None


def _belongs_to(verb: Token, link: str | None, trigger: Trigger) -> bool:
    """Tell whether a noun only completes a verb: "arrested on charges", "sentenced to five years in prison"."""
    if trigger.type == "charge" and (link is not None or (verb.lemma_ == "face" and _is_purpose(verb))):
        return True
    return trigger.type in ("sentence", "charge", "conviction") and _is_own(verb)


def _is_own(verb: Token) -> bool:
    """Tell whether a verb is a trigger by itself, so that a noun beside it is none."""
    triggers = vocabulary().verbs.get(verb.lemma_.lower(), ())
    return verb.lemma_ not in _NOT_LIGHT and any(not trigger.needs for trigger in triggers)


def _is_purpose(verb: Token) -> bool:
    """Tell whether a verb says what for: "extradited to face charges"."""
    has_to = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    return has_to and (lemma_of(verb.head) in vocabulary().verbs or verb.dep_ == "advcl")


def _owners(noun: Token, trigger: Trigger) -> list[list[Token]]:
    """Return whom a noun of itself says, the likeliest first: "the release of two men", "his arrest"."""
    found: list[list[Token]] = []
    top = noun
    while top.dep_ == "conj" and is_noun(top.head):
        top = top.head
    # "the pardoning and release of leaders": what follows the last belongs to all
    for token in (noun, top, *(other for other in noun.conjuncts if other.i > noun.i and is_noun(other))):
        linked = [t for t in _linked(token, trigger) if t.lemma_ not in listed("charges")]
        if linked:
            # "sentences for Vokal and two others" may be parsed as sentences and others
            beside = [c for c in token.children if c.dep_ == "conj" and c.i > linked[0].i and not _is_trigger(c)]
            found.append(linked[:1] + beside)
    if trigger.owner:
        found += [[owner] for token in (noun, top) for owner in [child(token, "poss")] if owner is not None]
        found += [[c] for c in noun.children if c.dep_ in ("compound", "nmod") and c.tag_ in ("NNP", "NNS")][:1]
    return found


def _linked(noun: Token, trigger: Trigger) -> list[Token]:
    """Return what follows a noun's "of", also over a time: "the release on Saturday of two men"."""
    found = list(preposition_objects(noun, trigger.links))
    for c in noun.children:
        if c.dep_ == "acl" and c.lemma_ in ("impose", "place", "slap", "issue", "grant", "bring", "hand", "file"):
            found += _given_to(c)  # "the ban imposed on members"
        if c.dep_ == "prep" and c.lower_ in ("on", "in", "at"):
            times = [t for t in c.children if t.dep_ == "pobj" and t.tag_ == "NNP"]
            found += [t for time in times for t in preposition_objects(time, trigger.links)]
    return [t for t in found if t.lemma_.lower() not in listed("spans")]


def _is_trigger(noun: Token) -> bool:
    return lemma_of(noun) in vocabulary().nouns


def _of_light_verb(noun: Token, verb: Token, link: str | None, under: frozenset[str]) -> list[Token]:
    """Return whom the verb around a noun affects: "was granted bail", "faces charges", "handed him a term"."""
    affects, lemma = vocabulary().affects, verb.lemma_.lower()
    giving = lemma in affects["object"]
    if link is not None and not (link in ("to", "with", "for", "on", "of") and (giving or lemma in ("face", "end"))):
        return []
    if noun.dep_ == "nsubj" and lemma != "be":
        return []
    against = list(preposition_objects(verb, frozenset({"against"}))) if lemma in under and link is None else []
    if against:
        return against[:1]  # "filed charges against her", "charges were filed against her"
    if noun.dep_ == "nsubjpass" and link is None:
        return _given_to(verb) if giving else []
    if giving and not is_passive(verb):
        to = next((c for c in verb.children if c.dep_ == "dative" and (is_noun(c) or c.tag_ == "PRP")), None)
        return [to] if to is not None else _given_to(verb) or [o for o in objects_of(verb) if o is not noun][:1]
    if giving or lemma in affects["subject"]:
        subject = subject_of(verb)
        return [subject] if subject is not None and subject is not noun else []
    if vocabulary().modality["verbs"].get(lemma) == "requested":
        return list(preposition_objects(verb, frozenset({"for"})))[:1]  # "sought 12 years in prison for the banker"
    return []


def _given_to(verb: Token) -> list[Token]:
    """Return to whom something is given, or on whom it is imposed."""
    for link in ("to", "on", "upon", "against", "for"):
        for thing in preposition_objects(verb, frozenset({link})):
            if thing.lower_ not in listed("calendar"):
                return [thing]
    return []


def _behind(person: Token, kind: EventType) -> list[Token]:
    """Return whose appeal it is where lawyers or prosecutors file it; of all other types, the person as it is."""
    lemma = person.lemma_.lower()
    if kind == "appeal" and lemma in listed("lawyers"):
        owner = child(person, "poss")
        return [owner] if owner is not None else list(preposition_objects(person, frozenset({"for", "of"})))[:1]
    if kind == "appeal" and lemma in listed("accusers"):
        verdict = next((t for t in person.doc if t.i > person.i and _is_trigger(t)), None)
        if verdict is None:
            return []
        owner = child(verdict, "poss")
        return [owner] if owner is not None else list(preposition_objects(verdict, frozenset({"of", "against"})))[:1]
    return [person]


def _people_hit(noun: Token) -> Hit | None:
    """Return what "107 detainees" tells of itself; "freed 12 prisoners" tells of a release alone."""
    trigger = vocabulary().people.get(noun.lemma_.lower())
    if trigger is None or child(noun, "nummod") is None:
        return None
    head, link = governor(noun)
    verbs, nouns = vocabulary().verbs, vocabulary().nouns
    if (link is None and is_verb(head) and head.lemma_.lower() in verbs) or (
        is_noun(head) and head.lemma_.lower() in nouns
    ):
        return None
    return Hit(trigger, noun, ((noun,),), "people", trigger.type, hangs=(noun,))


# Places


def _place_hit(noun: Token) -> Hit | None:
    """Return what "in jail", "under house arrest", "on bail", "on trial" tell of somebody."""
    lemma = noun.lemma_.lower()
    two = f"{noun.nbor(-1).lemma_.lower()} {lemma}" if noun.i > 0 else lemma
    places = vocabulary().places
    triggers = places.get(two) or places.get(lemma)
    if triggers is None or noun.dep_ not in ("pobj", "dobj") or (lemma == "bar" and noun.lower_ != "bars"):
        return None
    trigger = triggers[0]
    head, link = governor(noun)
    if head.lower_ in ("out", "free", "back", "away") and head.head is not head:
        head = head.head  # "is out on bail"
    if link is None and not (lemma == "trial" and head.lemma_ in ("stand", "face")):
        return None
    kind = "arrest" if lemma == "arrest" and trigger.type != "house_arrest" else trigger.type
    if link is not None and link not in _PREPOSITIONS[kind]:
        return None
    if is_verb(head):
        return None if is_unreal(head) else _placed(noun, head, trigger)
    return _of_placed_noun(noun, head, trigger)


def _placed(noun: Token, verb: Token, trigger: Trigger) -> Hit | None:
    """Return what a verb tells of whom it puts or keeps somewhere, or who stays or goes there."""
    lemma, affects = verb.lemma_.lower(), vocabulary().affects
    if _is_own(verb):
        return None
    if lemma in affects["subject"] and lemma != "lodge":
        subject = subject_of(verb)
        people = [subject] if subject is not None else []
        kind, modality = _staying(noun, verb, trigger)
        if lemma == "go" and kind == "imprisonment" and noun.head.lower_ != "to":
            return None
    elif lemma in affects["object"]:
        subject = subject_of(verb) if is_passive(verb) else None
        people = [subject] if subject is not None else [] if is_passive(verb) else objects_of(verb)
        kind, modality = _putting(noun, verb, trigger)
    else:
        return None
    return Hit(trigger, noun, (tuple(people),), "place", kind, modality, tuple(anchors(noun))) if people else None


def _staying(noun: Token, verb: Token, trigger: Trigger) -> tuple[EventType, Modality | None]:
    """Return type and modality of "is in jail", "went on trial"."""
    awaiting = any(t.lower_ in ("undertrial", "undertrials") for t in verb.subtree)
    kind: EventType = "detention" if awaiting and trigger.type == "imprisonment" else trigger.type
    if verb.lemma_ in listed("staying") and trigger.type in listed("states"):
        return kind, "ongoing" if is_present(verb) else None
    if trigger.type == "trial" and noun.dep_ in ("pobj", "dobj"):
        if verb.lemma_ == "go" or is_progressive(verb) or (verb.lemma_ == "stand" and verb.tag_ != "VBD"):
            return kind, "ongoing"
        if verb.lemma_ == "face" and verb.tag_ in ("VBZ", "VBP"):
            return kind, "planned"
    return kind, None


def _putting(noun: Token, verb: Token, trigger: Trigger) -> tuple[EventType, Modality | None]:
    """Return type and modality of "sent to jail", "taken into custody", "is held in prison"."""
    lemma = verb.lemma_.lower()
    if lemma in ("hold", "lodge"):
        kind: EventType = "detention" if lemma == "hold" else trigger.type
        return kind, "ongoing" if is_present(verb) else None
    if lemma == "take" and noun.lemma_ == "custody":
        return "arrest", None
    if lemma == "send" and trigger.type == "detention":
        return "detention", "ongoing"
    if trigger.type == "imprisonment" and frame(verb) & _TERMS:
        return "sentence", None
    return trigger.type, None


def _of_placed_noun(noun: Token, head: Token, trigger: Trigger) -> Hit | None:
    """Return what "the men in jail" tells of them; "five years in jail" is a length."""
    if not is_noun(head) or noun.head.dep_ != "prep" or head.lemma_.lower() in listed("spans"):
        return None
    if noun.head.lower_ not in ("in", "behind", "on"):
        return None
    modality: Modality | None = "ongoing" if trigger.type in listed("states") and trigger.type != "trial" else None
    return Hit(trigger, noun, ((head,),), "place", trigger.type, modality, tuple(anchors(noun)))
