"""Which names of one article are one person's or one organisation's: "Irena Vokal", "Vokal", "Minister Vokal"."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from onrecord.entities.mentions import WordMention
from onrecord.entities.names import (
    Gender,
    acronym_of,
    fits,
    fold,
    given_gender,
    is_acronym,
    is_adjective,
    is_one_off,
    lean,
    word_lists,
)

_RANK = {"equal": 4, "end": 3, "inner": 2, "begin": 1}
_SURE_OF_KIND = 0.5
_AGAINST = -0.3
"""How far the names of one gender may lean to the other before a title rules them out."""
_PLAINLY_AGAINST = -0.7
"""The same for a name that there is no choice for: there a full name must lean plainly to the other gender."""
_LONG_ENOUGH = 5
"""The letters that a surname must have for one of them to be a slip."""
MOST_ALIKE = 64
"""How many fuller names that share a word are looked at for each name, so that the time stays linear."""
KIND_NAMES = ("person", "organization", "place")


@dataclass(slots=True)
class Cluster:
    """Names that stand for one thing: the fullest words, and every mention of them in the order of the text."""

    words: tuple[str, ...]
    mentions: list[WordMention] = field(default_factory=list)

    @property
    def kinds(self) -> tuple[float, float, float]:
        """The chances of person, organisation and place over all mentions; a title makes a person."""
        if any(m.outer < m.begin for m in self.mentions):
            return (0.95, 0.04, 0.01)
        n = len(self.mentions)
        if 3 * sum(m.located for m in self.mentions) >= n and self.mentions[0].kinds[1] < _SURE_OF_KIND:
            return (0.1, 0.1, 0.8)
        person, organization, place = (
            sum(column) / n for column in zip(*(m.kinds for m in self.mentions), strict=True)
        )
        return (person, organization, place)

    @property
    def kind(self) -> str | None:
        """Person, organization or place where that is the likeliest by far, else None."""
        kinds = self.kinds
        best = kinds.index(max(kinds))
        return KIND_NAMES[best] if kinds[best] >= _SURE_OF_KIND else None

    @property
    def several(self) -> bool:
        """Whether it is a name for several people: "Lorvians", with "some" or "are" once, and never with a title."""
        told = [m.several for m in self.mentions]
        return True in told and False not in told

    @property
    def toward(self) -> float:
        """From -1.5 (a woman by her title) to 1.5 (a man by his); 1 by a given name; by all else, between -1 and 1."""
        if self.gender:
            return 1.5 * lean(self.gender)
        given = given_gender(self.words)
        if given:
            return lean(given)
        full = [m.male for m in self.mentions if len(m.words) == len(self.words)]
        told = full or [m.male for m in self.mentions]
        return 2 * sum(told) / len(told) - 1

    @property
    def gender(self) -> Gender | None:
        """Male or female, where titles tell."""
        told = Counter(m.gender for m in self.mentions if m.gender)
        return told.most_common(1)[0][0] if told else None


def cluster_names(mentions: Sequence[WordMention]) -> list[Cluster]:
    """Return the clusters of the names among some mentions, the one that is mentioned first coming first.

    A short name joins the fuller name that it fits best; where it fits several as well, `_choose` tells which.
    """
    groups: dict[tuple[str, ...], list[WordMention]] = {}
    for mention in mentions:
        if mention.form == "name":
            groups.setdefault(tuple(fold(w) for w in mention.words), []).append(mention)
    _trim(groups)
    clusters: list[Cluster] = []
    by_word: defaultdict[str, list[Cluster]] = defaultdict(list)
    order = sorted(groups.values(), key=lambda g: (-len(g[0].words), is_acronym(g[0].words[0]), -len(g), g[0].begin))
    for group in order:
        short = Cluster(_as_written(group), group)
        near = by_word[_last_word(short.words)][:MOST_ALIKE]
        kind = short.kind
        choices = [(rank, c) for c in near if (rank := _fit(short, kind, c))]
        if not choices:
            clusters.append(short)
            for word in {fold(w) for w in short.words} | {fold(a) for a in acronym_of(short.words)}:
                by_word[word].append(short)
            continue
        best = max(rank for rank, _ in choices)
        tops = [c for rank, c in choices if rank == best]
        if len(tops) == 1:
            tops[0].mentions.extend(group)
            continue
        weighed = [(c, c.toward, sorted(m.begin for m in c.mentions if len(m.words) == len(c.words))) for c in tops]
        for mention in group:
            _choose(mention, weighed).mentions.append(mention)
    _join_bracketed(clusters)
    _join_misspelled(clusters, by_word)
    for cluster in clusters:
        cluster.mentions.sort(key=lambda m: m.begin)
    return sorted(clusters, key=lambda c: c.mentions[0].begin)


def _join_bracketed(clusters: list[Cluster]) -> None:
    """Join an acronym to the name that it stands in brackets behind, though not all letters fit: "Tidewater (TWR)"."""
    ends = {m.end: c for c in clusters for m in c.mentions if not m.bracketed}
    for short in list(clusters):
        told = [ends[m.outer - 1] for m in short.mentions if m.bracketed and m.outer - 1 in ends]
        if not told or len(short.words) > 1 or not is_acronym(short.words[0]):
            continue
        full = told[0]
        if full is not short and full.words[0][0] == short.words[0][0]:
            full.mentions.extend(short.mentions)
            clusters.remove(short)


def _join_misspelled(clusters: list[Cluster], by_word: Mapping[str, list[Cluster]]) -> None:
    """Join a surname that is one letter off to the only full name before it that it may be: Vokal, later "Vokel".

    Not where the text also has the full name's own surname alone: then they are two people.
    """
    alone = {fold(c.words[0]): c for c in clusters if len(c.words) == 1 and c.kind == "person"}
    ends: defaultdict[tuple[str, int], list[str]] = defaultdict(list)  # by first letter and length, to stay linear
    for word in sorted(by_word):
        if any(len(c.words) > 1 and c.kind == "person" for c in by_word[word]):
            ends[word[0], len(word)].append(word)
    for word, short in alone.items():
        if len(word) < _LONG_ENOUGH:
            continue
        sizes = range(len(word) - 1, len(word) + 2)
        near = [w for size in sizes for w in ends[word[0], size] if is_one_off(w, word)]
        full = [c for w in near for c in by_word[w] if len(c.words) > 1 and _last_word(c.words) == w]
        if len(full) != 1 or full[0].mentions[0].begin > short.mentions[0].begin:
            continue
        if not any(len(m.words) == 1 for m in full[0].mentions):
            full[0].mentions.extend(short.mentions)
            clusters.remove(short)


def _last_word(words: Sequence[str]) -> str:
    """Return the last word of a name, that every fuller form of it has; suffixes and initials aside."""
    kept = word_lists()["suffixes"]["kept"]
    own = [w for w in map(fold, words) if len(w) > 1 and w not in kept]
    return own[-1] if own else fold(words[-1])


def _as_written(group: Sequence[WordMention]) -> tuple[str, ...]:
    """Return the words of a name as it is mostly written; capitals throughout are for headlines."""
    spellings = Counter(m.words for m in group)
    return max(spellings, key=lambda words: (any(w[1:].islower() for w in words), spellings[words]))


def _fit(short: Cluster, a: str | None, full: Cluster) -> int:
    """Return how well a short name, of kind `a`, fits a full one; 0 for not at all."""
    genders = [{m.gender for m in c.mentions if m.gender} for c in (short, full)]
    if all(len(told) == 1 for told in genders) and genders[0] != genders[1]:
        return 0
    if len(short.words) == 1 and len(genders[0]) == 1 and lean(short.gender) * full.toward < _PLAINLY_AGAINST:
        return 0  # "Mr. Vokal" is not Irena Vokal
    b = full.kind
    is_short_for = len(short.words) == 1 and short.words[0].replace(".", "") in acronym_of(full.words)
    if is_short_for and is_acronym(short.words[0]) and "person" not in (a, b):
        return 3
    fit = fits(short.words, full.words)
    if fit is None:
        return 0
    if b == "person" and len(short.words) > 1:
        return _RANK[fit]  # two words in a row of a person's name are no chance
    if a and b and a != b and fit != "equal":
        return 0
    if b == "organization" and fit in ("begin", "inner"):
        # "Vokal" is not the Vokal Foundation; "Rescue" is not the Rescue Party, but "the Lorvian Ministry" may be.
        return _RANK[fit] if fold(short.words[-1]) in word_lists()["organizations"]["words"] else 0
    if b == "place" and fit in ("begin", "inner"):
        return 0
    return _RANK[fit]


def _trim(groups: dict[tuple[str, ...], list[WordMention]]) -> None:
    """Cut what is no part of a person's name off it, where the rest is a name by itself in the text.

    In a headline a name stands among other capitals ("Dockers Cheer Irena Vokal"), in a caption too ("Irena Vokal
    Election Day", where the text calls her Vokal); before a name stands a word for a party or a people ("Lorvian Irena
    Vokal").
    """
    for words in [w for w in groups if len(w) > 2]:
        mentions = groups[words]
        if any(m.end - m.begin != len(m.words) for m in mentions):
            continue
        cut = _cut_of(words, mentions, groups)
        if cut is not None:
            begin, end = cut
            kept = [
                replace(
                    m,
                    words=m.words[begin:end],
                    begin=m.begin + begin,
                    end=m.begin + end,
                    head=m.begin + end - 1,
                )
                for m in groups.pop(words)
            ]
            groups.setdefault(words[begin:end], []).extend(kept)


def _cut_of(
    words: tuple[str, ...], mentions: list[WordMention], groups: dict[tuple[str, ...], list[WordMention]]
) -> tuple[int, int] | None:
    """Return the range of a name's words that is a person's name by itself, None where all of it is."""
    size = len(words)

    def is_person(some: tuple[str, ...]) -> bool:
        return some in groups and Cluster(some, groups[some]).kind == "person"

    if all(m.headline for m in mentions):
        parts = [(begin, begin + n) for n in range(size - 1, 0, -1) for begin in range(size - n + 1)]
        known = (p for p in parts if any(not m.headline for m in groups.get(words[slice(*p)], ())))
        return next(((b, e) for b, e in known if e - b > 1 or is_person(words[b:e])), None)
    for end in range(2, size - 1):
        if is_person(words[end - 1 : end]) and len(groups[words[end - 1 : end]]) > 1 and words[-1:] not in groups:
            return 0, end
    for begin in range(1, size - 1):
        if is_person(words[begin:]) and all(is_adjective((w,)) for w in words[:begin]):
            return begin, size
    return None


def _choose(mention: WordMention, clusters: Sequence[tuple[Cluster, float, list[int]]]) -> Cluster:
    """Return whose name a short name is that fits several: whom a title agrees with, then whom the article is about.

    Writers keep the bare name for the one whom the article is about, once introduced, and go on to give the others
    their full names. Each cluster comes with its `toward` and with where its full name stands.
    """
    agreeing = [c for c in clusters if lean(mention.gender) * c[1] > _AGAINST] or clusters

    def order(choice: tuple[Cluster, float, list[int]]) -> tuple[bool, int, int]:
        cluster, _, full = choice
        before = bisect_left(full, mention.begin)
        return (before == 0, len(full) - before, cluster.mentions[0].begin)

    return min(agreeing, key=order)[0]
