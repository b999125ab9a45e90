"""What an article counts: numbers of things, with the words that tell which things they are.

What is said of a noun is told by the word for it in `data/comparison.toml`; of another verb by the verb, with the part
that the noun has in it: "flood:object".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.comparison.story import Version
from onrecord.comparison.vocabulary import vocabulary
from onrecord.dates import TimeExpression, find_dates
from onrecord.dates.numbers import read_number
from onrecord.dates.words import lexicon
from onrecord.disputes.vocabulary import stems_of
from onrecord.language.syntax import Sentence, parse, stretches
from onrecord.model import Passage

if TYPE_CHECKING:
    from spacy.tokens import Token

_OBJECT, _SUBJECT = frozenset(("dobj", "nsubjpass", "oprd")), frozenset(("nsubj",))


@dataclass(frozen=True)
class Count:
    """A number of something in an article: the plain form of the noun, what is said of it, and where it stands.

    `called` is the noun as written, `kinds` are other words that tell which ones are counted; `days` and `places` are
    what the clause names.
    """

    at: int
    """The number of the article."""
    number: float
    noun: str
    called: str
    said: frozenset[str]
    kinds: frozenset[str]
    days: frozenset[str]
    places: frozenset[str]
    about: bool
    over: bool
    """Whether there are about so many, or more."""
    known: bool
    """Whether they are spoken of as known: "the two"."""
    passage: Passage
    sentence: Passage
    stems: frozenset[str]
    """What stands for the words of the sentence."""


def counts_in(version: Version, at: int) -> Iterator[Count]:
    """Yield what is counted in an article. Only sentences with a number are parsed."""
    document = version.record.document
    times = find_dates(document.text, document.published)
    for stretch in stretches(document.text):
        if not vocabulary().numeral.search(document.text, *stretch):
            continue
        for sentence in parse(document.text, stretch):
            here = [time for time in times if _overlap(time.passage, sentence.passage)]
            for token in sentence.span:
                if not any(_overlap(time.passage, sentence.place(token)) for time in here):
                    yield from _count(at, sentence, token, here)


def _overlap(one: Passage, other: Passage) -> bool:
    return one.start < other.end and other.start < one.end


def _count(at: int, sentence: Sentence, token: Token, times: Sequence[TimeExpression]) -> Iterator[Count]:
    """Yield what a token counts, if it is a number that counts something."""
    words = vocabulary()
    if not _is_number(token) or any(left.lower_ in words.vague for left in token.lefts):
        return
    noun, number = _counted(token), _value(token)
    if noun is None or not number:
        return
    said, lemma, verb = _said_of(noun), _lemma_of(noun, token), _verb_above(noun)
    bare = noun is token and lemma not in words.money and all(is_verb(what) for what in said)
    if bare or any(child.dep_ == "neg" for child in verb.children):
        return
    if lemma in words.marching:
        lemma, said = "people", said or frozenset(("taking part",))
    clause = list(verb.subtree)
    before = [*token.lefts, *(left for left in noun.lefts if left.i < token.i)]
    first = min((token, *(left for left in before if left.dep_ in ("advmod", "quantmod", "nmod", "amod"))))
    yield Count(
        at=at,
        number=number,
        noun=lemma,
        called=lemma if noun is token or lemma == "people" else noun.lower_,
        said=said,
        kinds=_kinds(noun),
        days=_days(sentence, clause, times),
        places=_places(clause),
        about=any(left.lower_ in words.about for left in before),
        over=any(left.lower_ in words.over for left in before),
        known=any(left.dep_ in ("det", "poss") and left.lower_ not in ("a", "an", "some") for left in noun.lefts),
        passage=sentence.stretch(first.left_edge, max(token, noun)),
        sentence=sentence.passage,
        stems=stems_of(sentence.span.text) - stems_of(noun.text),
    )


def is_verb(said: str) -> bool:
    """Tell whether what is said of a noun is told by a verb and the part that the noun has in it."""
    return ":" in said


def _verb_above(noun: Token) -> Token:
    """Return the verb whose clause a noun is in: of what was said on Wednesday nothing need have been on that day."""
    return next((above for above in noun.ancestors if above.pos_ in ("VERB", "AUX")), noun.sent.root)


def _days(sentence: Sentence, clause: Sequence[Token], times: Sequence[TimeExpression]) -> frozenset[str]:
    within = sentence.stretch(clause[0], clause[-1])
    values = (time.value or "" for time in times if time.kind == "date" and _overlap(time.passage, within))
    return frozenset(value for value in values if value[:1].isdigit())


def _places(clause: Sequence[Token]) -> frozenset[str]:
    places = vocabulary().places
    named = (word for word in clause if word.dep_ == "pobj" and word.pos_ == "PROPN" and word.head.lower_ in places)
    return frozenset(part.lower_ for word in named for part in word.subtree if part.pos_ == "PROPN")


# --- a number, and what it is of -------------------------------------------------------------------


def _is_number(token: Token) -> bool:
    """Tell whether a token is a number, the last word of one that has several."""
    scales = vocabulary().scales
    if token.pos_ != "NUM" and token.lower_ not in scales:
        return False
    return token.dep_ not in ("compound", "quantmod") and token.head.lower_ not in scales


def _value(token: Token) -> float | None:
    """Return the number that a token ends: 340,000,000 of "340 million"."""
    parts = [left for left in token.lefts if left.dep_ in ("compound", "nummod") and left.pos_ in ("NUM", "PUNCT")]
    first = parts[0].i if parts else token.i
    words = [part for word in token.doc[first : token.i + 1] for part in word.lower_.split("-") if part]
    scale = vocabulary().scales.get(words[-1], 1.0) if words else 1.0
    words = words if scale == 1 else words[:-1]
    number = read_number(words) if words or scale == 1 else 1.0
    return None if number is None or (number % 1 and scale == 1) else number * scale


def _counted(token: Token) -> Token | None:
    """Return the noun that a number counts; itself, where it is of people or money; None where it counts nothing."""
    words, noun = vocabulary(), token.head
    if token.dep_ == "nummod":
        lemma = noun.lemma_.lower()
        several = noun.tag_ in ("NNS", "NNPS") or lemma in words.people or token.lower_ in ("one", "1")
        plain = noun.i > token.i and several and lemma not in words.uncounted | lexicon().values["unit"].keys()
        joined = noun.i + 1 < len(noun.doc) and noun.nbor().text in ("-", "%")
        some = any(left.lower_ in words.others for left in noun.lefts)
        return noun if plain and not joined and not some else None
    partly = any(right.lower_ in words.part for right in token.rights)
    return token if token.dep_ in _OBJECT | _SUBJECT | {"attr"} and not partly else None


def _lemma_of(noun: Token, token: Token) -> str:
    """Return the plain form of what is counted."""
    words, lemma = vocabulary(), noun.lemma_.lower()
    if noun is token:
        return next((left.text for left in token.lefts if left.text in words.money), "people")
    return "people" if lemma in words.people else lemma


# --- what is said of it ---------------------------------------------------------------------------


def _kinds(noun: Token) -> frozenset[str]:
    """Return the plain forms of the words that tell which ones are counted: "two senior officers"."""
    words = (left.lemma_.lower() for left in noun.lefts if left.dep_ in ("amod", "compound"))
    return frozenset(word for word in words if word not in vocabulary().said and word.isalpha())


def _said_of(noun: Token) -> frozenset[str]:
    """Return what is said of a noun: by the verb that it stands beside, by adjectives, by "of" after another noun."""
    found: set[str] = set()
    beside = [noun, *noun.lefts]
    top = noun
    while top.dep_ == "conj" and top.head.pos_ in ("NOUN", "PROPN", "NUM"):
        top = top.head
    if top.dep_ == "pobj" and top.head.lower_ == "of":
        beside.append(top.head.head)
    if top.dep_ in _OBJECT | _SUBJECT:
        found |= _of_verb(top.head, is_object=top.dep_ in _OBJECT)
    for right in noun.rights:
        if right.dep_ == "acl" and right.tag_ in ("VBN", "VBG"):
            found |= _of_verb(right, is_object=right.tag_ == "VBN")
        elif right.dep_ == "relcl":
            found |= _of_verb(right, is_object=all(child.dep_ != "nsubj" for child in right.lefts))
        elif right.dep_ in ("amod", "acl"):
            beside.append(right)
    return frozenset(found | _told_by(beside))


def _of_verb(verb: Token, *, is_object: bool) -> set[str]:
    """Return what a verb says of its object or its subject."""
    words, lemma = vocabulary(), verb.lemma_.lower()
    if verb.tag_ == "VBN" and all(child.lemma_.lower() != "have" for child in verb.lefts):
        is_object = True  # "30 people injured"
    if lemma == "take" and any(child.lower_ == "part" for child in verb.rights):
        lemma = "participate"
    said = _told_by(child for child in verb.rights if child.dep_ in ("acomp", "oprd", "xcomp", "ccomp", "attr"))
    if lemma in words.said and (is_object or lemma in words.subject):
        said.add(words.said[lemma])
    elif lemma not in words.light:
        said.add(f"{lemma}:{'object' if is_object else 'subject'}")
    return said


def _told_by(tokens: Iterable[Token]) -> set[str]:
    """Return what words by themselves say of those who are counted."""
    said = vocabulary().said
    return {said[token.lemma_.lower()] for token in tokens if token.lemma_.lower() in said}
