"""Goes through an article once and gives every name, nominal and pronoun its referent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from onrecord.entities.candidates import MOST, Place, Referent, agrees, choose, describe, describe_none, load_weights
from onrecord.entities.clusters import cluster_names
from onrecord.entities.mentions import Sentences, WordMention, find_mentions, is_plural, is_quoted, noun_gender
from onrecord.entities.names import fold, lean, word_lists
from onrecord.language.reader import Scores
from onrecord.language.windows import Words
from onrecord.model import Statement

Decide = Callable[[WordMention, Sequence[Referent], Sequence[np.ndarray], np.ndarray], tuple[int | None, float]]
"""Chooses among the candidates of a pronoun or nominal, given their features and those of none of them."""

_DEFINITE = frozenset(("the", "this", "that", "his", "her", "their", "its"))
LEAST_PERSON = 0.4
KNOWN_SOONER = 0.5
"""How much less likely than elsewhere a definite noun that speaks is somebody new; by hand, as no corpus says."""
_REACH = 5
"""How many words after a name a nominal may stand that tells its role: "Oskar Dell, a former LRP lawmaker"."""


@dataclass(slots=True)
class Discourse:
    """What an article speaks of: its mentions in order, and the referent of each that has one."""

    words: Words
    shown: list[str]
    mentions: list[WordMention]
    referents: list[Referent] = field(default_factory=list)
    referent_of: dict[int, Referent] = field(default_factory=dict)
    """By the first word of the mention."""
    outer_of: dict[int, Referent] = field(default_factory=dict)
    """The referents of names, by where the title before the name begins."""
    chance_of: dict[int, float] = field(default_factory=dict)
    """How surely a pronoun or nominal has its referent, by its first word."""


def follow(
    words: Words,
    scores: Scores,
    statements: Sequence[Statement],
    *,
    decide: Decide | None = None,
    mentions: list[WordMention] | None = None,
) -> Discourse:
    """Return the discourse of an article. `decide` and `mentions` stand in for what is found, for training."""
    shown = [words.text[s:e] for s, e in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    places = _Places(words, statements)
    if mentions is None:
        mentions = find_mentions(words, scores, places.source[:-1] >= 0)
    clusters = cluster_names(mentions)
    names = {m.begin: m for c in clusters for m in c.mentions}
    mentions = [names.get(m.begin, m) for m in mentions]
    discourse = Discourse(words, shown, mentions)
    for cluster in clusters:
        referent = Referent(cluster.kinds, gender=cluster.toward, named=True)
        discourse.referents.append(referent)
        discourse.referent_of.update((m.begin, referent) for m in cluster.mentions)
        discourse.outer_of.update((m.outer, referent) for m in cluster.mentions)
    _walk(discourse, places, decide or _choose_trained)
    return discourse


def _choose_trained(
    mention: WordMention,
    candidates: Sequence[Referent],  # noqa: ARG001
    rows: Sequence[np.ndarray],
    none: np.ndarray,
) -> tuple[int | None, float]:
    return choose(rows, none, load_weights()[mention.form])


class _Places:
    """Tells where a word stands, sentences and statements included."""

    def __init__(self, words: Words, statements: Sequence[Statement]) -> None:
        self.words = words
        self.sentences = Sentences(words)
        self.source = np.full(len(words) + 1, -1)
        self.content = np.full(len(words) + 1, -1)
        for number, statement in enumerate(statements):
            for table, passages in ((self.content, statement.content), (self.source, statement.source)):
                for start, end in passages:
                    a, b = words.range_of(start, end)
                    table[a:b] = number

    def of(self, mention: WordMention) -> Place:
        """Return where a mention stands."""
        k = mention.head
        sentence = self.sentences.of(k)
        source = int(self.source[k])
        return Place(
            sentence=sentence,
            paragraph=int(self.words.paragraph[k]),
            quoted=is_quoted(self.words, k),
            leads=mention.outer - self.sentences.begins[sentence] <= 1,
            source=source >= 0,
            statement=source if source >= 0 else int(self.content[k]),
        )


def _walk(discourse: Discourse, places: _Places, decide: Decide) -> None:
    recent: list[tuple[Referent, WordMention, Place]] = []  # the latest mention of each referent, the latest last
    role_of: dict[str, Referent] = {}
    last_spoken = -1
    previous: WordMention | None = None
    for mention in discourse.mentions:
        at = places.of(mention)
        if mention.form == "name":
            referent: Referent | None = discourse.referent_of[mention.begin]
            _learn_roles(mention, discourse, role_of)
        elif mention.form == "nominal":
            referent = _of_nominal(mention, previous, at, discourse, role_of, recent, decide, last_spoken)
        else:
            referent = _of_pronoun(mention, at, discourse, recent, decide, last_spoken)
        previous = mention
        if referent is None:
            continue
        discourse.referent_of[mention.begin] = referent
        referent.mentions.append(mention)
        if mention.form == "pronoun" and mention.gender:
            referent.gender = max(-1.5, min(1.5, referent.gender + 0.3 * lean(mention.gender)))
        if at.source:
            referent.spoke = last_spoken = at.statement
        recent = [entry for entry in recent if entry[0] is not referent]
        recent.append((referent, mention, at))
        if len(recent) > 4 * MOST:
            del recent[: 2 * MOST]


def _learn_roles(name: WordMention, discourse: Discourse, role_of: dict[str, Referent]) -> None:
    """Note the title before a name, so that "the minister" can be found by it."""
    referent = discourse.referent_of[name.begin]
    for word in discourse.shown[name.outer : name.begin]:
        role_of[word_lists()["expansions"].get(fold(word), fold(word))] = referent


def _of_nominal(
    mention: WordMention,
    previous: WordMention | None,
    at: Place,
    discourse: Discourse,
    role_of: dict[str, Referent],
    recent: list[tuple[Referent, WordMention, Place]],
    decide: Decide,
    last_spoken: int,
) -> Referent | None:
    """Return whom a nominal stands for: somebody mentioned before, or somebody new. None where it tells a role."""
    shown, noun = discourse.shown, mention.words[0].casefold()
    plural = is_plural(noun)
    called = None if plural else _called(mention, previous, discourse)
    if called is not None:
        role_of[noun] = called
        return None
    if not plural and _is_definite(mention, shown):
        candidates: list[Referent] = []
        rows: list[np.ndarray] = []
        for referent, last, where in reversed(recent):
            if len(candidates) == MOST:
                break
            same_noun = last.form == "nominal" and last.words[0].casefold() == noun
            if referent.plural or not (referent.named or same_noun) or not _alike(mention, referent):
                continue
            role = role_of.get(noun) is referent or same_noun or _names_kind(referent, noun)
            rank = len(candidates)
            rows.append(describe(mention, at, referent, last, where, rank=rank, statement=last_spoken, role=role))
            candidates.append(referent)
        none = describe_none(mention, at)
        if at.source:
            none[0] -= KNOWN_SOONER
        best, chance = decide(mention, candidates, rows, none)
        if best is not None:
            discourse.chance_of[mention.begin] = chance
            return candidates[best]
    referent = Referent(mention.kinds, plural=plural, gender=lean(noun_gender(noun)))
    discourse.referents.append(referent)
    return referent


def _alike(mention: WordMention, referent: Referent) -> bool:
    """Tell whether a noun for a person stands beside a person, and one for an organisation beside anything else."""
    person = mention.kinds[0] >= mention.kinds[1]
    return referent.kinds[0] >= LEAST_PERSON if person else referent.kinds[0] < 1 - LEAST_PERSON


def _called(mention: WordMention, previous: WordMention | None, discourse: Discourse) -> Referent | None:
    """Return whose role a nominal tells: "analyst Orla Quist", "the minister, Irena Vokal", "Dell, a docker"."""
    shown, after = discourse.shown, mention.head + 1
    if after in discourse.outer_of:
        return discourse.outer_of[after]
    if after < len(shown) and shown[after] == "," and after + 1 in discourse.outer_of:
        return discourse.outer_of[after + 1]
    if previous is None or previous.form != "name" or not 0 < mention.head - previous.end <= _REACH:
        return None
    between = shown[previous.end : mention.head]
    if between[0] != "," or any(w in between[1:] for w in (",", "and", "said", ".")):
        return None
    return discourse.referent_of[previous.begin]


def _is_definite(mention: WordMention, shown: Sequence[str]) -> bool:
    """Tell whether a nominal points to somebody known: "the", "his" or a capital of a title stands before it."""
    for k in range(mention.head - 1, max(-1, mention.head - 6), -1):
        if shown[k].casefold() in _DEFINITE:
            return True
        if not shown[k][0].isalnum() or shown[k].casefold() in ("a", "an", "of", "and", "as", "said", "for", "with"):
            return False
    return False


def _names_kind(referent: Referent, noun: str) -> bool:
    """Tell whether an organisation's name says what it is: the Rescue Party is "the party", the Post "the paper"."""
    lists = word_lists()["organizations"]
    papers = lists["papers"] if noun in lists["called_paper"] else frozenset()
    return any(fold(m.words[-1]) == noun or fold(m.words[-1]) in papers for m in referent.mentions[-3:])


def _of_pronoun(
    mention: WordMention,
    at: Place,
    discourse: Discourse,
    recent: list[tuple[Referent, WordMention, Place]],
    decide: Decide,
    last_spoken: int,
) -> Referent | None:
    pronouns = word_lists()["pronouns"]
    word = mention.words[0].casefold()
    if word in pronouns["author"] or word in pronouns["hearer"]:
        return None
    if word in pronouns["relative"]:
        return _antecedent(word, at, recent)
    candidates: list[Referent] = []
    rows: list[np.ndarray] = []
    for referent, last, where in reversed(recent):
        if len(candidates) == MOST:
            break
        if agrees(word, mention, referent):
            rank = len(candidates)
            rows.append(describe(mention, at, referent, last, where, rank=rank, statement=last_spoken))
            candidates.append(referent)
    best, chance = decide(mention, candidates, rows, describe_none(mention, at))
    discourse.chance_of[mention.begin] = chance
    return None if best is None else candidates[best]


def _antecedent(word: str, at: Place, recent: list[tuple[Referent, WordMention, Place]]) -> Referent | None:
    """Return what a relative pronoun stands for: the last person, or the last thing, before it in its sentence."""
    if word == "that":
        return None
    for referent, _, where in reversed(recent[-4:]):
        if where.sentence == at.sentence and (referent.kinds[0] >= LEAST_PERSON) == (word != "which"):
            return referent
    return None
