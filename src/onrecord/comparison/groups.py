"""What several articles tell alike, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def join(articles: Sequence[int], likeness: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """Return what is alike together: all of a group that is of different articles is; the most alike is joined first.

    `articles` are those of what is joined, by its number; `likeness` has the pairs of numbers that are alike.
    """
    group = [[k] for k in range(len(articles))]
    for i, j in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        one, other = group[i], group[j]
        across = ((a, b) for a in one for b in other if articles[a] != articles[b])
        if one is not other and all((min(pair), max(pair)) in likeness for pair in across):
            one += other
            for k in other:
                group[k] = one
    return [sorted(one) for k, one in enumerate(group) if min(one) == k]
