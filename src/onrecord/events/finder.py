"""From an article to its events: triggers where the words suggest them, whom they affect, and what else is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.events.aspect import is_perfect, is_present, is_progressive, is_serving
from onrecord.events.clauses import child, is_verb, objects_of, preposition_objects, subject_of
from onrecord.events.details import Details, Times, details_of
from onrecord.events.merging import Found, make_events
from onrecord.events.modality import modality_of
from onrecord.events.people import Cast, Person
from onrecord.events.triggers import Hit, Phrase, find_hits
from onrecord.events.vocabulary import lemma_of, listed, vocabulary
from onrecord.language.reader import Analysis
from onrecord.language.syntax import Sentence, parse, stretches
from onrecord.model import Entity, Event, Modality, PartialDate, Statement, Term

if TYPE_CHECKING:
    from spacy.tokens import Token

_SURE: dict[Phrase, float] = {"verb": 0.9, "noun": 0.8, "place": 0.8, "adjective": 0.75, "people": 0.6}
_UNNAMED, _WEAK = 0.1, 0.1
"""How sure a trigger is of type and person, and how much less where the person has no name or the trigger is weak.

Set by hand, in the order in which they were right in articles that were looked at: an order, not a chance.
"""
_PUT_ON_TRIAL = ("go", "stand", "put", "face")


def find_events(
    analysis: Analysis,
    statements: Sequence[Statement],
    entities: Sequence[Entity],
    dates: Sequence[PartialDate],
    lengths: Sequence[Term],
    document_id: str,
) -> tuple[list[Event], list[Entity]]:
    """Return the events of an article in the order of the text, and its entities with those that only events have.

    `dates` and `lengths` are the times of the article, anchored on its publication. A sentence is parsed only where a
    word may be a trigger, or may name the members of a group that the sentence before told of.
    """
    text, words = analysis.words.text, vocabulary()
    cast = Cast(analysis, statements, entities, document_id)
    times = Times(dates, lengths)
    law = {match.group().casefold() for match in words.law.finditer(text)}
    found: list[Found] = []
    groups = False
    for stretch in stretches(text):
        names = groups and words.naming.search(text, stretch.start, stretch.end)
        before = len(found)
        if names or words.candidates.search(text, stretch.start, stretch.end):
            for sentence in parse(text, stretch, words.hyphenated):
                _name_members(sentence, cast)
                for hit in find_hits(sentence, cast.layout.words_around(stretch.start)):
                    if _is_of_law(hit, sentence, law):
                        found += _read_hit(sentence, hit, cast, times)
        groups = any(cast.is_group(f.who) for f in found[before:])
    cast.name_leads()
    return make_events(found, statements, cast, entities, document_id)


def _is_of_law(hit: Hit, sentence: Sentence, law: set[str]) -> bool:
    """Tell whether a trigger that may mean many things stands in an article that is about the law."""
    if hit.trigger.type not in listed("doubtful") or (hit.phrase == "place" and hit.head.lemma_ in _PUT_ON_TRIAL):
        return True
    own = {t.lower_ for t in sentence.span if lemma_of(t) == lemma_of(hit.token)}
    return bool(law - own)


def _name_members(sentence: Sentence, cast: Cast) -> None:
    """Note who is among a group: "The cleared soldiers are Vokal and Rell", "They include Vokal"."""
    for verb in sentence.span:
        subject = subject_of(verb) if is_verb(verb) or verb.lemma_ == "be" else None
        names: list[Token] = []
        if subject is None:
            continue
        if verb.lemma_ == "include":
            names = objects_of(verb)
        elif verb.lemma_ in ("identify", "name"):
            names = list(preposition_objects(verb, frozenset({"as"}))) or [c for c in verb.children if c.dep_ == "oprd"]
        elif verb.lemma_ == "be" and subject.tag_ in ("NNS", "PRP"):
            names = [c for c in verb.children if c.dep_ == "attr" and c.tag_ in ("NNP", "NNPS")]
        if names:
            cast.name_members(sentence, subject, names[0])


def _read_hit(sentence: Sentence, hit: Hit, cast: Cast, times: Times) -> Iterator[Found]:
    """Yield what a trigger tells of each person whom it affects."""
    bare = hit.phrase in ("adjective", "people")
    around = None if bare else modality_of(hit.token, of_noun=hit.phrase != "verb")
    people = _people_of(sentence, hit, cast, around)
    if not people:
        return
    details = Details() if hit.phrase == "adjective" else details_of(sentence, hit, times, cast.entity_at)
    modality = _modality(hit, around)
    if hit.type == "ban" and details.term is not None and modality == "happened":
        modality = "ongoing"
    hedge = _hedge(sentence) if modality in ("happened", "ongoing") else None
    ordered = modality == "planned" and any(t.lemma_ == "order" for t in hit.token.ancestors)
    for person in people:
        sure = _SURE[hit.phrase] - _UNNAMED * (not person.named) - _WEAK * hit.trigger.weak
        yield Found(
            type=hit.type,
            who=person.entity.id,
            modality=hedge or modality,
            trigger=sentence.place(hit.token),
            sentence=sentence.passage,
            confidence=round(sure, 2),
            details=details.without_actor(person.entity.id),
            phrase=hit.phrase,
            again=hit.again,
            hedged=hedge is not None,
            ordered=ordered,
            headline=cast.layout.is_headline(sentence.passage.start),
        )


def _people_of(sentence: Sentence, hit: Hit, cast: Cast, around: Modality | None) -> list[Person]:
    for heads in hit.people:
        if any(_is_class(head) and _is_habit(hit, around) for head in heads):
            return []
        people = [p for head in heads for p in cast.find(sentence, head, hit.trigger.kinds, hit.type)]
        if people:
            return people
    return []


def _is_class(head: Token) -> bool:
    """Tell whether a plural names a class rather than some of it: "prisoners", "political prisoners"."""
    return head.tag_ == "NNS" and not any(
        c.dep_ in ("det", "nummod", "poss", "prep", "appos", "conj", "predet", "compound", "nmod")
        or (c.dep_ == "amod" and (c.lower_ in ("many", "several", "other", "most", "dozen") or c.text[0].isupper()))
        for c in head.children
    )


def _is_habit(hit: Hit, around: Modality | None) -> bool:
    """Tell whether what is told of a class is a habit, a rule or a fancy rather than a step."""
    if around in ("planned", "requested"):
        return hit.type not in listed("mercy")
    if around is not None or hit.phrase == "noun":
        return True
    if hit.phrase != "verb":
        return False
    passive = child(hit.token, "auxpass")
    present = passive is not None and passive.tag_ in ("VBZ", "VBP") and not is_perfect(hit.token)
    return present or hit.token.tag_ in ("VB", "VBP", "VBZ", "VBG")


def _modality(hit: Hit, around: Modality | None) -> Modality:
    """Return the modality of a hit from what its own phrase tells and what the words around it tell."""
    if around == "negated" and hit.phrase == "noun" and hit.head.lemma_ in ("grant", "give", "allow"):
        around = "denied"
    if around == "planned" and hit.phrase == "place" and hit.head.lemma_ in ("remain", "stay"):
        return "ongoing"
    if around is not None and (hit.modality in (None, "ongoing") or around in ("conditional", "negated")):
        return around
    return hit.modality or _unmarked(hit)


def _unmarked(hit: Hit) -> Modality:
    """Return the modality of a hit of which no words tell it: a state that lasts goes on in the present."""
    lasts = hit.type in listed("states")
    if hit.phrase in ("adjective", "people"):
        return "ongoing" if lasts else "happened"
    if hit.phrase == "noun":
        serving = hit.type == "imprisonment" and is_verb(hit.head) and is_serving(hit.head)
        return "ongoing" if serving else "happened"
    verb = hit.token
    if hit.phrase != "verb" or not lasts or hit.type in ("house_arrest", "bail"):
        return "happened"
    if (hit.type == "detention" and lemma_of(verb) == "remand") or is_progressive(verb):
        return "ongoing"
    act = hit.type == "detention" and child(verb, "agent") is not None and not is_perfect(verb)
    lasting = is_present(verb) and verb.tag_ not in ("VBZ", "VBP") and not act  # not "are detained by police"
    return "ongoing" if lasting else "happened"


def _hedge(sentence: Sentence) -> Modality | None:
    """Return what phrases anywhere in a sentence say of all that it tells: that it is a rumour, or a hoax."""
    told = sentence.span.text.casefold()
    return next((m for phrase, m in vocabulary().modality["hedges"].items() if phrase in told), None)
