"""Numbers of one thing that the articles of a story give differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from onrecord.comparison.counts import Count, counts_in, is_verb
from onrecord.comparison.groups import join
from onrecord.comparison.story import Story, Version
from onrecord.comparison.vocabulary import vocabulary
from onrecord.custody import are_compatible
from onrecord.store.asking import Row

_ROUGHLY, _WELL_OVER = 0.1, 1.5
"""By how much of the greater one two numbers may differ of which one is rough, and how many times what is said to be
more than a number may be that number."""
_SHARED_BESIDE = 2
"""Words that the sentences of two counts have in common where nothing is said of one of them by a verb."""
_TIMES = 10
"""How many times greater than the other one of two counts of the same thing is not: it counts another."""


def number_rows(story: Story) -> Iterator[Row]:
    """Yield a row for each thing of which articles give different numbers."""
    counts = [count for at, version in enumerate(story.versions) for count in counts_in(version, at)]
    alike = {
        (i, j): 1.0 + len(counts[i].said & counts[j].said)
        for i, j in combinations(range(len(counts)), 2)
        if _are_of_one(counts[i], counts[j])
    }
    for group in join([count.at for count in counts], alike):
        found = [counts[k] for k in group]
        if _is_counted_differently(found):
            yield _number_row(story, found)


def _are_of_one(one: Count, other: Count) -> bool:
    """Tell whether two counts are of the same thing, by the words beside them."""
    if one.noun != other.noun:
        return False
    if any(a and b and a.isdisjoint(b) for a, b in ((one.kinds, other.kinds), (one.places, other.places))):
        return False
    if one.days and other.days and not any(are_compatible(a, b) for a in one.days for b in other.days):
        return False
    if max(one.number, other.number) >= _TIMES * min(one.number, other.number):
        return False
    if one.said and other.said:
        return not one.said.isdisjoint(other.said)
    vague = one.noun in vocabulary().general or one.known or other.known or min(one.number, other.number) == 1
    return not vague and len(one.stems & other.stems) >= _SHARED_BESIDE


def _is_counted_differently(counts: Sequence[Count]) -> bool:
    """Tell whether one article has one number and another has another; where one has both, they are of two things."""
    by: defaultdict[int, list[Count]] = defaultdict(list)
    for count in counts:
        by[count.at].append(count)
    both = [{count.number for count in found} for found in by.values()]
    alone = [found[0] for found in by.values() if len({count.number for count in found}) == 1]
    return any(
        not _agree(one, other) and not any({one.number, other.number} <= numbers for numbers in both)
        for one, other in combinations(alone, 2)
    )


def _agree(one: Count, other: Count) -> bool:
    less, more = sorted((one, other), key=lambda count: count.number)
    if less.over and more.number <= _WELL_OVER * less.number:
        return True
    rough = any((one.about, one.over, other.about, other.over))
    return more.number - less.number <= (_ROUGHLY * more.number if rough else 0)


def _number_row(story: Story, counts: Sequence[Count]) -> Row:
    told = [_told_row(story.versions[count.at], count) for count in _shown(counts)]
    said = Counter(what for count in counts for what in sorted(count.said))
    most = max(said, key=lambda what: (not is_verb(what), said[what]), default="")
    verb = most.partition(":")[0]
    called = max(counts, key=lambda count: count.number).called
    return {
        "what": "number",
        "about": f"{called} ({verb})" if is_verb(most) else f"{called} {verb}".rstrip(),
        "noun": counts[0].noun,
        "verb": verb or None,
        "told": told,
        "left_out_by": story.silent(told),
        "differs": ["number"],
    }


def _shown(counts: Sequence[Count]) -> list[Count]:
    """Return each article's number once; of an article that has several, those that another article has."""
    first = {(count.at, count.number): count for count in reversed(counts)}
    several = {at for at, times in Counter(at for at, _ in first).items() if times > 1}
    alone = {number for at, number in first if at not in several}
    shown = [count for (at, number), count in first.items() if at not in several or number in alone]
    return sorted(shown, key=lambda count: (count.at, count.passage))


def _told_row(version: Version, count: Count) -> Row:
    document, statement = version.record.document, version.within(count.passage)
    speaker = version.called.get(statement.speaker or "") or document.slice(statement.source) if statement else None
    return {
        "article": version.label,
        "document": version.id,
        "number": int(count.number) if count.number == int(count.number) else count.number,
        "words": version.line(count.passage),
        "at": [list(count.passage)],
        "according_to": speaker or None,
        "statement": statement.id if statement else None,
        "sentence": version.line(count.sentence),
    }
