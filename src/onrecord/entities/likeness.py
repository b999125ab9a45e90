"""What speaks for and against two names of different articles being one person's or one organisation's.

Points are natural logarithms of odds, roughly: what a reader would take for three times as likely counts one more.
They were set by hand on the odd topics of ECB+ and on the Apple articles of MEANTIME (`eval.merging`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from onrecord.entities.cards import Card, Facts, Key, Post, identity_lists
from onrecord.entities.names import fits, is_one_off
from onrecord.identity import Reason

SAME_NAME = 6.0
"""One full name: in news that is hardly ever two people, unless something tells them apart."""
DEFINED = 5.0
"""An article gives both names to one ("the Lorvian Rescue Party (LRP)")."""
DISPUTED = 4.0
"""The same, times the share, where articles give the short name to several."""
FULL = 4.0
"""One name has a middle name more: "John Orr" and "John Quincy Orr"."""
FULLER = 2.0
"""One name is part of the other: "Sar Tan" and "Om Sar Tan", but also "Ann Orr" and "Mary Ann Orr"."""
SPELLS, SPELT_BESIDE = 1.5, 2.5
"""An acronym's letters fit a name that no article gives it to, and what it counts that an article has both."""
INITIAL = 2.0
FIRST_NAME = -1.0
"""A bare name that is the first word of a full one: in most countries that is no surname."""
RESPELT = 1.0
"""One word of a full name is spelt a little otherwise, as names from other scripts are."""
SHARED_POST, SHARED_TITLE = 2.0, 1.0
"""One role in one organisation, or the title alone where an article does not say of what."""
ONLY_ONE = 1.0
"""Nobody else in the store has the surname."""
SAME_MONTH, NEXT_MONTH = 1.0, 0.5
MOST_OF_COMPANY = 5.0
"""What all the company together may count at the most, and one name of it."""
MOST_OF_ONE = 3.0

ENOUGH = 3.0
"""From this many points a name joins a fuller one."""
MARGIN = 1.0
"""By so many points the best of several must lead."""

_UNSEEN = 50
"""How many articles that name nobody of the company are thought besides the store's own; so that two articles in a
store of two that share a name count as a coincidence, if a small one."""
_HALF = 0.5
_SHORTEST_STEM, _LONG_WORD = 4, 5
_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("q", "k"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
    ("z", "s"),
    ("dh", "d"),
)
"""Letters that romanised names have for one another."""


def conflict(a: Facts, b: Facts) -> str | None:
    """Return what tells two bearers of a name apart, in words; None where nothing does."""
    if a.suffix and b.suffix and a.suffix != b.suffix:
        return f"one is {a.suffix.title()}., the other {b.suffix.title()}."
    if a.gender and b.gender and a.gender != b.gender:
        return "one is a man, the other a woman"
    if a.lead and b.lead and a.lead != b.lead:
        return f"one name begins with {a.lead.upper()}., the other with {b.lead.upper()}."
    if a.middles and b.middles and not set(a.middles) & set(b.middles):
        return f"the initials {a.middles[0].upper()}. and {b.middles[0].upper()}. differ"
    return _conflict_of_posts(a.posts, b.posts)


def _conflict_of_posts(a: frozenset[Post], b: frozenset[Post]) -> str | None:
    if not a or not b:
        return None
    pairs = [(p, q) for p, q in product(a, b) if p.organization and q.organization]
    if any(are_alike(p.organization, q.organization) for p, q in pairs):
        return None
    unique = identity_lists()["unique"]["titles"]
    for p, q in sorted(pairs, key=repr):
        if p.title == q.title in unique:
            return f"both are {p.title}, of {show(p.organization)} and of {show(q.organization)}"
    if {p.title for p in a} & {q.title for q in b}:
        return None
    one, other = (_fields(posts) for posts in (a, b))
    if one and other and not one & other:
        return f"one is in {min(one)}, the other in {min(other)}"
    return None


def _fields(posts: Iterable[Post]) -> set[str]:
    titles = {p.title for p in posts}
    return {field for field, words in identity_lists()["fields"].items() if titles & words}


def are_alike(a: Key, b: Key) -> bool:
    """Tell whether two names of bodies or places may be one: "lorvia" and "lorvian parliament"."""
    return any(x == y or (_stem(x) == _stem(y) and min(len(x), len(y)) > _SHORTEST_STEM) for x, y in product(a, b))


def _stem(word: str) -> str:
    return word[: max(_SHORTEST_STEM, len(word) - 3)]


def names_agree(short: Key, a: Facts, full: Key, b: Facts) -> bool:
    """Tell whether a person's short name may stand for a full one, initials included: "J. Orr" and "John Q. Orr"."""
    fit = fits(short, full)
    if fit is None:
        return False
    if a.lead and a.lead not in {b.lead, full[0][0]}:
        return False
    spelt = {w[0] for w in full[1:-1]} | set(b.middles)
    return not (a.middles and spelt) or bool(set(a.middles) & spelt)


def are_respelt(a: Key, b: Key) -> bool:
    """Tell whether two full names differ in the spelling of one word alone.

    That is, in letters that sound alike or, but for the first word, in one letter of five or more.
    """
    differing = [(k, x, y) for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y]
    if len(a) != len(b) or len(a) < 2 or len(differing) != 1:
        return False
    [(place, x, y)] = differing
    return _sound(x) == _sound(y) or (place > 0 and min(len(x), len(y)) >= _LONG_WORD and is_one_off(x, y))


def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return "".join(c for k, c in enumerate(word) if k == 0 or c != word[k - 1])


def company_points(
    company: Sequence[Key], own: Key, of_target: Mapping[Key, int], articles: int, seen: Mapping[Key, int], store: int
) -> list[Reason]:
    """Return what the other names of an article say for its being about the target, the weightiest first.

    `of_target` counts the target's articles in which a name stands, out of `articles`; `seen` those of the store,
    out of `store`. Each name counts the logarithm of how much likelier it is beside the target than elsewhere.
    """
    found = []
    for name in company:
        together = of_target.get(name, 0)
        if not together or set(name) & set(own):
            continue
        anywhere = (seen.get(name, 0) + 1) / (store + _UNSEEN)
        beside = (together + _HALF * anywhere) / (articles + _HALF)
        points = min(MOST_OF_ONE, math.log(beside / anywhere))
        if points > 0:
            found.append((points, name))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    reasons, left = [], MOST_OF_COMPANY
    for points, name in found:
        if left <= 0:
            break
        times = "another article" if of_target[name] == 1 else f"{of_target[name]:,} other articles"
        reasons.append(Reason(f"{show(name)} is named beside it here and in {times}", min(points, left)))
        left -= points
    return reasons


def month_points(month: str | None, is_in: Callable[[Sequence[str]], bool]) -> list[Reason]:
    """Return what the time says: whether somebody is in the news in the same month, or in the one before or after."""
    if not month or len(month) < len("2018-08"):
        return []
    if is_in([month]):
        return [Reason("in the news in the same month", SAME_MONTH)]
    count = 12 * int(month[:4]) + int(month[5:7]) - 1
    if is_in([f"{m // 12:04}-{m % 12 + 1:02}" for m in (count - 1, count + 1)]):
        return [Reason("in the news a month before or after", NEXT_MONTH)]
    return []


def post_points(a: frozenset[Post], b: frozenset[Post]) -> list[Reason]:
    """Return what shared roles say, the weightiest: a role in one organisation, or one title."""
    found = []
    for p, q in product(a, b):
        both = bool(p.organization and q.organization)
        if both and are_alike(p.organization, q.organization):
            found.append(Reason(f"both have a role in {show(p.organization)}", SHARED_POST))
        elif not both and p.title == q.title:
            found.append(Reason(f"both are called {p.title}", SHARED_TITLE))
    return sorted(found, key=lambda reason: (-reason.points, reason.words))[:1]


def nearness(a: Card, b: Card) -> float:
    """Return how near two cards are, to tell with which of two a third one goes once a user has parted them."""
    company = set(a.company) & set(b.company)
    posts = sum(reason.points for reason in post_points(a.posts, b.posts))
    apart = 4.0 if conflict(a.facts, b.facts) else 0.0
    month = SAME_MONTH if a.month and a.month == b.month else 0.0
    return (a.key == b.key) + len(company) + posts + month - apart


def show(key: Key) -> str:
    """Return the words of a name for a reader; capitals are a guess."""
    return " ".join(key).title()
