"""Which of the people and things already mentioned a pronoun stands for: what speaks for each, and the trained weights.

The order is learned (`training.referents`, on GUM, GAP and PolNeAR) from where a candidate was last mentioned, how,
how often, whether it speaks, and whether gender and number agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np

from onrecord.entities.mentions import WordMention
from onrecord.entities.names import lean, word_lists

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
    spoke: int = -1
    """The last statement that it is the source of, or -1."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: its sentence and paragraph; whether quoted, first in its sentence, in a source."""

    sentence: int
    paragraph: int
    quoted: bool
    leads: bool
    source: bool
    statement: int
    """The statement whose content it stands in, or whose source it is; -1 for none."""


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
    "role",
    "same_kind",
)

NONE_FEATURES = ("none", "none_gendered", "none_it", "none_they", "none_source", "none_quoted")
"""What speaks for none of the candidates."""


def describe_none(pronoun: WordMention, at: Place) -> np.ndarray:
    """Return the features of no candidate, as `NONE_FEATURES` names them."""
    word = pronoun.words[0].casefold()
    values = (1.0, word in _PERSONAL, word in _THINGS, word in _SEVERAL, at.source, at.quoted)
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
    referent: Referent,
    last: WordMention,
    where: Place,
    *,
    rank: int,
    statement: int,
    role: bool = False,
) -> np.ndarray:
    """Return the features of one candidate for a pronoun or a nominal, as `FEATURES` names them.

    `last` is the candidate's latest mention and `where` its place, `rank` how many candidates were mentioned since,
    `statement` the latest statement whose source was met, `role` whether a nominal is what the candidate is called.
    """
    word = pronoun.words[0].casefold()
    apart = at.sentence - where.sentence
    paragraphs = at.paragraph - where.paragraph
    they, it = word in _SEVERAL, word in _THINGS
    toward = lean(pronoun.gender)
    kinds = referent.kinds
    same_place = where.statement == at.statement >= 0
    values = {
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
        "same_pronoun": last.form == "pronoun" and last.words[0].casefold() == word,
        "just_before": apart == 0 and pronoun.begin - last.end <= 2,
        "in_its_content": at.source and same_place and not where.source,
        "source_and_it_quoted": at.source and where.quoted,
        "source_and_it_in_content": at.source and where.statement >= 0 and not where.source,
        "role": role,
        "same_kind": sum(a * b for a, b in zip(pronoun.kinds, kinds, strict=True)),
    }
    return np.array([values[name] for name in FEATURES], dtype=np.float32)


@cache
def load_weights() -> Mapping[str, Mapping[str, float]]:
    """Return the trained weights for pronouns and for nominals, by the name of the feature."""
    path = resources.files("onrecord") / "data" / "model" / "referents.json"
    loaded: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def choose(rows: Sequence[np.ndarray], none: np.ndarray, weights: Mapping[str, float]) -> tuple[int | None, float]:
    """Return the best candidate's number and its chance; None where no candidate is the likeliest."""
    if not rows:
        return None, 0.0
    scores = np.append(
        np.stack(rows) @ np.array([weights[name] for name in FEATURES]),
        none @ np.array([weights[name] for name in NONE_FEATURES]),
    )
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    best = int(chances.argmax())
    return (None if best == len(rows) else best), float(chances[best])
