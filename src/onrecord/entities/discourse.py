"""Goes through an article once and gives every name, nominal and pronoun its referent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from onrecord.entities.candidates import (
    MOST,
    Option,
    Place,
    Referent,
    agrees,
    compare,
    describe,
    describe_none,
    load_scorers,
)
from onrecord.entities.clusters import cluster_names
from onrecord.entities.mentions import Sentences, WordMention, find_mentions, is_quoted, noun_gender
from onrecord.entities.names import bare, is_adjective, is_office, lean, word_lists
from onrecord.entities.roles import WordRole, find_roles, owned_begin
from onrecord.language.reader import Floats, Scores
from onrecord.language.windows import Words
from onrecord.model import Statement

Decide = Callable[[WordMention, Sequence[Option], Sequence[Floats], Floats], Floats]
"""Returns the chance of each candidate of a pronoun or nominal, and last of none, given the features of all."""

LEAST_PERSON = 0.4
LEAD = 4
"""How many paragraphs, the headline among them, may speak of somebody whom they name only later."""
_RIVALS = 3
"""How many candidates of a pronoun or nominal are remembered."""
_FORETELLS = 6
"""How many sentences further the name must come."""


@dataclass(slots=True)
class Discourse:
    """What an article speaks of: its mentions in order, and the referent of each that has one."""

    words: Words
    shown: list[str]
    mentions: list[WordMention]
    begins: list[int]
    """The first word of each mention."""
    sentences: Sentences
    referents: list[Referent] = field(default_factory=list)
    referent_of: dict[int, Referent] = field(default_factory=dict)
    """By the first word of the mention."""
    roles: list[WordRole] = field(default_factory=list)
    role_heads: set[int] = field(default_factory=set)
    """The words that tell a role next to a name, and stand for nobody by themselves."""
    told: set[str] = field(default_factory=set)
    """The words that named people are described with."""
    titled: dict[str, list[Referent]] = field(default_factory=dict)
    """Who has a noun for a title anywhere in the text."""
    place_of: dict[int, Place] = field(default_factory=dict)
    """Where a referent was last mentioned, by its `id()`."""
    chances_of: dict[int, list[tuple[Referent, float]]] = field(default_factory=dict)
    """The likeliest referents of a pronoun or nominal and their chances, by its first word."""


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
    names = [m for c in clusters for m in c.mentions]
    mentions = sorted([*names, *(m for m in mentions if m.form != "name")], key=lambda m: m.begin)
    discourse = Discourse(words, shown, mentions, [m.begin for m in mentions], places.sentences)
    for cluster in clusters:
        first = cluster.mentions[0]
        referent = Referent(cluster.kinds, plural=cluster.several, gender=cluster.toward, named=True, first=first)
        discourse.referents.append(referent)
        discourse.referent_of.update((m.begin, referent) for m in cluster.mentions)
        for m in cluster.mentions:
            referent.words.update(map(bare, m.words))
            referent.last_words.add(bare(m.words[-1]))
            referent.described.update(bare(w) for w in shown[m.outer : m.end])
            referent.described.update(_bracketed(m.end, shown))
    _learn_roles(discourse, find_roles(shown, words, mentions))
    for referent in discourse.referents:
        if referent.kinds[0] >= LEAST_PERSON:
            discourse.told |= referent.described
    _walk(discourse, places, decide or _trained(scores.hidden))
    return discourse


def _learn_roles(discourse: Discourse, roles: list[WordRole]) -> None:
    """Note what the text calls whom, so that "the minister" can be found by it, before or after it is told."""
    discourse.roles = roles
    for role in roles:
        referent = discourse.referent_of[role.name.begin]
        discourse.role_heads.add(role.head)
        words = [bare(w) for w in discourse.shown[owned_begin(role, discourse.shown) : role.end]]
        own = {bare(discourse.shown[role.head])} | {w for w in words if is_office(w)}
        for noun in own - referent.titles:
            discourse.titled.setdefault(noun, []).append(referent)
        referent.titles |= own
        referent.described.update(w for w in words if w[:1].isalnum())
        if role.organization is not None:
            body = discourse.referent_of.get(role.organization[0])
            if body is not None and body.kinds[0] > body.kinds[2]:
                body.kinds = (0.1, 0.8, 0.1)  # whoever has a spokesman or a chief executive is no person
            referent.described.update(map(bare, discourse.shown[slice(*role.organization)]))


def _bracketed(begin: int, shown: Sequence[str]) -> list[str]:
    """Return the words of a short bracket after a name: the party and the place of "Vokal (D-Tessaly)"."""
    if begin >= len(shown) or shown[begin] != "(":
        return []
    close = next((k for k in range(begin + 1, min(begin + 7, len(shown))) if shown[k] == ")"), begin)
    return [bare(w) for w in shown[begin + 1 : close] if w[0].isalnum()]


def _trained(states: Floats) -> Decide:
    """Return the trained choice, on the reader's states of a text's words (W, S)."""

    def decide(mention: WordMention, options: Sequence[Option], rows: Sequence[Floats], none: Floats) -> Floats:
        heads = [option.last.head for option in options]
        return load_scorers()[mention.form].weigh(rows, none, states[mention.head], states[heads])

    return decide


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
            within=int(self.content[k]),
        )


def _walk(discourse: Discourse, places: _Places, decide: Decide) -> None:
    memory = _Memory()
    last_spoken = -1
    for mention in discourse.mentions:
        at = places.of(mention)
        if mention.form == "name":
            referent: Referent | None = discourse.referent_of[mention.begin]
        elif mention.form == "nominal":
            referent = _of_nominal(mention, at, discourse, memory.options(at), decide, last_spoken)
        else:
            referent = _of_pronoun(mention, at, discourse, memory.options(at), decide, last_spoken)
        if referent is None:
            continue
        discourse.referent_of[mention.begin] = referent
        discourse.place_of[id(referent)] = at
        referent.mentions.append(mention)
        if mention.form == "pronoun" and mention.gender:
            referent.gender = max(-1.5, min(1.5, referent.gender + 0.3 * lean(mention.gender)))
        if at.source:
            referent.spoke = last_spoken = at.statement
        memory.add(Option(referent, mention, at))


class _Memory:
    """Who was mentioned lately, the latest last: in all, and outside quotation marks.

    Who "he" is in "…,” he said" does not turn on whom the quotation before it names last.
    """

    def __init__(self) -> None:
        self.all: list[Option] = []
        self.outside: list[Option] = []

    def add(self, option: Option) -> None:
        """Note a mention."""
        for entries in (self.all,) if option.where.quoted else (self.all, self.outside):
            entries[:] = [entry for entry in entries if entry.referent is not option.referent]
            entries.append(option)
            if len(entries) > 4 * MOST:
                del entries[: 2 * MOST]

    def options(self, at: Place) -> list[Option]:
        """Return who may be meant at a place, with the mention that counts there, the latest last."""
        if at.quoted:
            return self.all
        outside = {id(entry.referent) for entry in self.outside}
        return [*(entry for entry in self.all if id(entry.referent) not in outside), *self.outside]


def _of_nominal(
    mention: WordMention,
    at: Place,
    discourse: Discourse,
    recent: Sequence[Option],
    decide: Decide,
    last_spoken: int,
) -> Referent | None:
    """Return whom a nominal stands for: somebody known, or somebody new. None where it tells a role."""
    if mention.head in discourse.role_heads:
        return None
    noun = bare(mention.words[0])
    if mention.plural:
        return _somebody_new(mention, noun, discourse)
    if at.source and (not mention.definite or mention.owned):
        foretold = _foretold(mention, noun, at, discourse)
        if foretold is not None:
            return foretold
    if mention.definite:
        options: list[Option] = []
        rows: list[Floats] = []
        known = False
        for option in _candidates(noun, discourse, recent):
            referent, last, where = option
            traits = compare(mention, referent, last, discourse.told)
            known_by = traits["title"] or traits["in_name"] or traits["ends_name"]
            if not _may_be(mention, noun, referent, last, told=bool(known_by or traits["like_title"])):
                continue
            known |= bool(known_by)
            if where is _NOWHERE:
                traits["not_mentioned_yet"] = 1.0
            rows.append(describe(mention, at, option, rank=len(options), statement=last_spoken, traits=traits))
            options.append(option)
        named = at.source or known
        chosen = _choose(mention, options, rows, describe_none(mention, at, len(rows)), discourse, decide, named=named)
        if chosen is not None:
            return chosen
    return _somebody_new(mention, noun, discourse)


def _somebody_new(mention: WordMention, noun: str, discourse: Discourse) -> Referent:
    referent = Referent(mention.kinds, plural=mention.plural, gender=lean(noun_gender(noun)))
    discourse.referents.append(referent)
    return referent


def _may_be(mention: WordMention, noun: str, referent: Referent, last: WordMention, *, told: bool) -> bool:
    """Tell whether a nominal may stand for a referent at all.

    An unnamed one must be called by the same noun. Of what is somebody's, only a rival or a friend needs not be told:
    "his lawyer" is nobody whom the text does not call one, and "my father" neither.
    """
    same_noun = last.form == "nominal" and bare(last.words[0]) == noun
    if referent.first is not None and is_adjective(referent.first.words):
        return False
    if referent.plural or not (referent.named or same_noun) or not _alike(mention, referent) or _owns(last, mention):
        return False
    place = referent.kinds[2] > max(referent.kinds[:2])
    if place and not (told or same_noun or noun in word_lists()["places"]["nouns"]):
        return False  # the union is not the port
    if told or same_noun or not mention.owned or mention.kinds[0] < mention.kinds[1]:
        return True
    return noun in word_lists()["relations"]["words"] and mention.owner not in word_lists()["pronouns"]["author"]


def _owns(last: WordMention, nominal: WordMention) -> bool:
    """Tell whether a mention stands inside a nominal's phrase: Vokal in "Vokal's lawyer" and "the Vokal campaign"."""
    owner = nominal.owned and nominal.opens - 2 <= last.end <= nominal.opens
    return nominal.opens >= 0 and (owner or nominal.opens < last.begin < nominal.head)


def _foretold(mention: WordMention, noun: str, at: Place, discourse: Discourse) -> Referent | None:
    """Return whom the first sentences of an article speak of before they name it: "A judge ruled".

    It is the first one named after it, within a few sentences, whose title or name has the noun; in the first
    paragraphs of the article a noun like it will do.
    """
    nouns = frozenset((noun,))
    if at.paragraph < LEAD:
        nouns = nouns.union(*(row for row in word_lists()["alike"].values() if noun in row))
    person = mention.kinds[0] >= mention.kinds[1]
    for other in discourse.mentions[bisect_right(discourse.begins, mention.begin) :]:
        if discourse.sentences.of(other.begin) - at.sentence > _FORETELLS:
            return None
        if other.form != "name" or _owns(other, mention):
            continue
        referent = discourse.referent_of[other.begin]
        own = referent.titles if person else {bare(w) for w in other.words}
        new = at.paragraph < LEAD or referent.first is other
        if new and not referent.plural and _alike(mention, referent) and nouns & own:
            return referent
    return None


_NOWHERE = Place(sentence=-99, paragraph=-99, quoted=False, leads=False, source=False, statement=-1)


def _candidates(noun: str, discourse: Discourse, recent: Sequence[Option]) -> Iterator[Option]:
    """Yield whom a nominal may stand for: the latest mentioned, and whoever has its noun for a title anywhere."""
    met = set()
    for option in list(reversed(recent))[:MOST]:
        met.add(id(option.referent))
        yield option
    rows = [row for row in word_lists()["alike"].values() if noun in row]
    nouns = [noun, *sorted(frozenset().union(*rows) - {noun})]
    for referent in [r for n in nouns for r in discourse.titled.get(n, ())][:MOST]:
        if id(referent) not in met:
            met.add(id(referent))
            yield Option(referent, referent.latest, discourse.place_of.get(id(referent), _NOWHERE))


def _alike(mention: WordMention, referent: Referent) -> bool:
    """Tell whether a noun for a person stands beside a person, and one for an organisation beside anything else."""
    person = mention.kinds[0] >= mention.kinds[1]
    return referent.kinds[0] >= LEAST_PERSON if person else referent.kinds[0] < 1 - LEAST_PERSON


def _of_pronoun(
    mention: WordMention,
    at: Place,
    discourse: Discourse,
    recent: Sequence[Option],
    decide: Decide,
    last_spoken: int,
) -> Referent | None:
    pronouns = word_lists()["pronouns"]
    word = mention.words[0].casefold()
    if word in pronouns["author"] or word in pronouns["hearer"]:
        return None
    if word in pronouns["relative"]:
        return _antecedent(word, at, recent)
    options = [option for option in reversed(recent) if agrees(word, mention, option.referent)][:MOST]
    rows = [describe(mention, at, option, rank=k, statement=last_spoken) for k, option in enumerate(options)]
    return _choose(mention, options, rows, describe_none(mention, at, len(rows)), discourse, decide)


def _choose(
    mention: WordMention,
    options: list[Option],
    rows: list[Floats],
    none: Floats,
    discourse: Discourse,
    decide: Decide,
    *,
    named: bool = False,
) -> Referent | None:
    """Return the likeliest candidate, None where none of them is likelier; note the chances of all.

    With `named`, none must be likelier than all of them together: who speaks in the news is nearly always named.
    """
    if not options:
        return None
    chances = decide(mention, options, rows, none)
    best = int(chances.argmax())
    order = np.argsort(-chances[:-1], kind="stable")[:_RIVALS]
    discourse.chances_of[mention.begin] = [(options[k].referent, float(chances[k])) for k in order]
    if named and chances[-1] < 0.5 and order.size:
        best = int(order[0])
    return None if best == len(options) else options[best].referent


def _antecedent(word: str, at: Place, recent: Sequence[Option]) -> Referent | None:
    """Return what a relative pronoun stands for: the last person, or the last thing, before it in its sentence."""
    if word == "that":
        return None
    for referent, _, where in reversed(recent[-4:]):
        if where.sentence == at.sentence and (referent.kinds[0] >= LEAST_PERSON) == (word != "which"):
            return referent
    return None
