"""Which of the people and things already mentioned a pronoun stands for: what speaks for each, and the trained weights.

The order is learned (`training.referents`, on GUM, GAP and PolNeAR) from where a candidate was last mentioned, how,
how often, whether it speaks, and whether gender and number agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from onrecord.entities.mentions import WordMention
from onrecord.entities.names import bare, lean, word_lists
from onrecord.errors import MissingPart
from onrecord.language.reader import Floats
from onrecord.model import MentionForm

_PERSONAL = word_lists()["pronouns"]["male"] | word_lists()["pronouns"]["female"]
_THINGS, _SEVERAL = word_lists()["pronouns"]["thing"], word_lists()["pronouns"]["plural"]

_AGAINST = -0.9
"""Beyond this a name or title tells the other gender plainly; short of it, it only weighs against."""

MAY_BE_PERSON, MUST_BE_PERSON = 0.3, 0.6
"""The chance of being a person from which a referent may be "he", and from which it cannot be "it"."""

MOST = 12
"""How many candidates are looked at, the latest mentioned first."""


@dataclass(slots=True)
class Referent:
    """Somebody or something that the text has mentioned so far; grows as the text is gone through."""

    kinds: tuple[float, float, float]
    plural: bool = False
    gender: float = 0.0
    """Above nought male, below it female; the size says how surely."""
    mentions: list[WordMention] = field(default_factory=list)
    named: bool = False
    first: WordMention | None = None
    """Of a named one, its first name in the text, which may be still to come."""
    spoke: int = -1
    """The last statement that it is the source of, or -1."""
    words: set[str] = field(default_factory=set)
    last_words: set[str] = field(default_factory=set)
    """The words of its names, and those that close one, folded and written out."""
    titles: set[str] = field(default_factory=set)
    """The nouns that its roles hang on, folded and written out, wherever in the text they are told."""
    described: set[str] = field(default_factory=set)
    """All words of its roles and its names, folded."""

    @property
    def latest(self) -> WordMention:
        """Its latest mention so far; its first name, where that is still to come."""
        if self.mentions or self.first is None:
            return self.mentions[-1]
        return self.first


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: its sentence and paragraph; whether quoted, first in its sentence, in a source."""

    sentence: int
    paragraph: int
    quoted: bool
    leads: bool
    source: bool
    statement: int
    """The statement whose source it is, or else whose content it stands in; -1 for none."""
    within: int = -1
    """The statement whose content it stands in, even where it is a source itself; -1 for none."""


class Option(NamedTuple):
    """A candidate: who may be meant, the mention of it that counts, and where that stands."""

    referent: Referent
    last: WordMention
    where: Place


FEATURES = (
    "same_sentence",
    "sentence_before",
    "two_before",
    "three_to_five_before",
    "further",
    "same_paragraph",
    "paragraph_before",
    "latest",
    "second_latest",
    "third_latest",
    "count",
    "by_name",
    "by_pronoun",
    "by_nominal",
    "leads",
    "both_lead",
    "source",
    "both_source",
    "source_of_last",
    "same_statement",
    "both_quoted",
    "only_it_quoted",
    "only_pronoun_quoted",
    "agrees",
    "disagrees",
    "person",
    "organization",
    "place",
    "person_it",
    "plural_they",
    "person_they",
    "organization_they",
    "named",
    "same_pronoun",
    "just_before",
    "in_its_content",
    "source_and_it_quoted",
    "source_and_it_in_content",
    "source_and_it_in_its_own",
    "same_kind",
    "same_noun",
    "title",
    "title_alone",
    "like_title",
    "in_name",
    "like_name",
    "ends_name",
    "named_source",
    "described",
    "not_described",
    "another_described",
    "not_mentioned_yet",
)

NONE_FEATURES = (
    "none",
    "none_gendered",
    "none_it",
    "none_they",
    "none_source",
    "none_quoted",
    "none_owned",
    "none_owned_source",
    "none_modified",
    "none_body",
    "none_body_source",
    "none_among",
)
"""What speaks for none of the candidates."""


def describe_none(pronoun: WordMention, at: Place, among: int) -> Floats:
    """Return the features of none of so many candidates, as `NONE_FEATURES` names them."""
    word = pronoun.words[0].casefold()
    owned, modified = pronoun.owned, len(pronoun.modifiers) > 0
    body = pronoun.form == "nominal" and pronoun.kinds[0] < pronoun.kinds[1]
    values = (
        *(1.0, word in _PERSONAL, word in _THINGS, word in _SEVERAL, at.source, at.quoted),
        *(owned, owned and at.source, modified, body, body and at.source, np.log1p(among)),
    )
    return np.array(values, dtype=np.float32)


def agrees(pronoun: str, mention: WordMention, referent: Referent) -> bool:
    """Tell whether a pronoun may stand for a referent at all: person or thing, male or female, one or several."""
    person = referent.kinds[0]
    if pronoun in _PERSONAL:
        against = lean(mention.gender) * referent.gender < _AGAINST
        return person >= MAY_BE_PERSON and not against and not referent.plural
    if pronoun in _THINGS:
        return person < MUST_BE_PERSON and not referent.plural
    return True


def describe(
    pronoun: WordMention,
    at: Place,
    option: Option,
    *,
    rank: int,
    statement: int,
    traits: Mapping[str, float] = MappingProxyType({}),
) -> Floats:
    """Return the features of one candidate for a pronoun or a nominal, as `FEATURES` names them.

    `rank` tells how many candidates were mentioned since, `statement` the latest statement whose source was met,
    `traits` what `compare` found for a nominal.
    """
    referent, last, where = option
    word = pronoun.words[0].casefold()
    apart = at.sentence - where.sentence
    paragraphs = at.paragraph - where.paragraph
    they, it = word in _SEVERAL, word in _THINGS
    toward = lean(pronoun.gender)
    kinds = referent.kinds
    same_place = where.statement == at.statement >= 0
    values: dict[str, float] = {
        "same_sentence": apart == 0,
        "sentence_before": apart == 1,
        "two_before": apart == 2,
        "three_to_five_before": 3 <= apart <= 5,
        "further": apart > 5,
        "same_paragraph": paragraphs == 0,
        "paragraph_before": paragraphs == 1,
        "latest": rank == 0,
        "second_latest": rank == 1,
        "third_latest": rank == 2,
        "count": float(np.log1p(len(referent.mentions))),
        "by_name": last.form == "name",
        "by_pronoun": last.form == "pronoun",
        "by_nominal": last.form == "nominal",
        "leads": where.leads,
        "both_lead": where.leads and at.leads,
        "source": where.source,
        "both_source": where.source and at.source,
        "source_of_last": referent.spoke == statement >= 0,
        "same_statement": same_place,
        "both_quoted": at.quoted and where.quoted,
        "only_it_quoted": where.quoted and not at.quoted,
        "only_pronoun_quoted": at.quoted and not where.quoted,
        "agrees": max(0.0, toward * referent.gender),
        "disagrees": max(0.0, -toward * referent.gender),
        "person": kinds[0],
        "organization": kinds[1],
        "place": kinds[2],
        "person_it": it * kinds[0],
        "plural_they": they and referent.plural,
        "person_they": they * kinds[0] * (not referent.plural),
        "organization_they": they * kinds[1],
        "named": referent.named,
        "named_source": referent.named and at.source,
        "same_pronoun": last.form == "pronoun" and last.words[0].casefold() == word,
        "just_before": apart == 0 and pronoun.begin - last.end <= 2,
        "in_its_content": at.source and where.within == at.statement >= 0,
        "source_and_it_quoted": at.source and where.quoted,
        "source_and_it_in_content": at.source and where.within >= 0 and referent.spoke != where.within,
        "source_and_it_in_its_own": at.source and where.within >= 0 and referent.spoke == where.within,
        "same_kind": sum(a * b for a, b in zip(pronoun.kinds, kinds, strict=True)),
        **traits,
    }
    return np.array([values.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def compare(nominal: WordMention, referent: Referent, last: WordMention, told: Set[str]) -> dict[str, float]:
    """Return what a nominal has in common with what the text tells of a candidate: the traits among `FEATURES`.

    "The Vessen mayor" shares title and place with "Vessen Mayor Irena Vokal", "the commission" a word of its name
    with the Commission on Harbours; "the lawmaker" may be a senator. `told` are the words that named people are
    described with: where "the Democratic mayor" is asked for and "Democratic" is one of them, it tells against one whom
    the text does not call so.
    """
    noun = bare(nominal.words[0])
    alike = [row for row in word_lists()["alike"].values() if noun in row]
    own, ends = referent.words, referent.last_words
    papers = word_lists()["organizations"]
    paper = noun in papers["called_paper"] and bool(ends & papers["papers"])
    of_body = referent.kinds[0] < MUST_BE_PERSON
    modifiers = {bare(word) for word in nominal.modifiers}
    strange = modifiers - referent.described
    another = any(word in told for word in strange)  # "the Democratic nominee" is not the Republican one
    title = noun in referent.titles and not another
    return {
        "same_noun": last.form == "nominal" and bare(last.words[0]) == noun,
        "title": title,
        "title_alone": title and not modifiers,
        "like_title": not title and not another and any(row & referent.titles for row in alike),
        "in_name": of_body and noun in own - ends,
        "like_name": of_body and noun not in own and any(row & own for row in alike),
        "ends_name": of_body and (noun in ends or paper),
        "described": min(2, len(modifiers) - len(strange)),
        "not_described": min(2, sum(word not in told for word in strange)),
        "another_described": min(2, sum(word in told for word in strange)),
    }


@dataclass(frozen=True, slots=True)
class Scorer:
    """The trained choice of a referent: a softmax over the candidates and none of them.

    A score is linear in the features. For pronouns a small network of the features and of the reader's states of
    pronoun and candidate, and a product of the two states, are added to it: they know the grammar of the sentence.
    """

    linear: Floats
    arrays: Mapping[str, Floats]
    """Of the network: `inner` (F, H), `bias`, `outer` (H), `pronoun`, `candidate` (S, H), `left`, `right` (S, R)."""

    def weigh(self, rows: Sequence[Floats], none: Floats, state: Floats, states: Floats) -> Floats:
        """Return the chance of each candidate (N,), and last of none.

        `rows` are their features (N, F), `none` those of none, `state` the mention's state (S,), `states` (N, S).
        """
        features = np.zeros((len(rows) + 1, len(self.linear)), dtype=np.float32)
        features[:-1, : len(FEATURES)] = np.stack(rows)
        features[-1, len(FEATURES) :] = none
        scores = features @ self.linear
        if self.arrays:
            own, others = level(state), np.concatenate([level(states), np.zeros((1, len(state)), dtype=np.float32)])
            a = self.arrays
            inner = np.tanh(features @ a["inner"] + a["bias"] + own @ a["pronoun"] + others @ a["candidate"])
            scores = scores + inner @ a["outer"] + (others @ a["right"]) @ (own @ a["left"])
        chances = np.exp(scores - scores.max())
        result: Floats = chances / chances.sum()
        return result


def level(states: Floats) -> Floats:
    """Return states (..., S) with mean nought and variance one, as the network was trained on them."""
    mean, deviation = states.mean(axis=-1, keepdims=True), states.std(axis=-1, keepdims=True)
    result: Floats = (states - mean) / (deviation + 1e-5)
    return result


@cache
def load_scorers(folder: Path | None = None) -> Mapping[MentionForm, Scorer]:
    """Return the trained scorers of pronouns and of nominals; raise MissingPart where the files do not fit the code."""
    path = Path(str(folder or resources.files("onrecord") / "data" / "model"))
    try:
        linear = json.loads((path / "referents.json").read_text(encoding="utf-8"))
        with np.load(path / "referents.npz") as file:
            arrays = {name: file[name].astype(np.float32) for name in file.files}
        names = FEATURES + NONE_FEATURES
        by_form = {form: np.array([linear[form][n] for n in names], dtype=np.float32) for form in linear}
        return {"pronoun": Scorer(by_form["pronoun"], arrays), "nominal": Scorer(by_form["nominal"], {})}
    except (OSError, KeyError, ValueError) as error:
        raise MissingPart(
            f"{path}: the weights of referents could not be loaded ({error}). Install onrecord again."
        ) from error
