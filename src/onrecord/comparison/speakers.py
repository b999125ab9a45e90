"""Who speaks in the articles of a story, and which of their statements one article has, or several."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from onrecord.comparison.differences import Words, differences, words_in
from onrecord.comparison.groups import join
from onrecord.comparison.story import Story, Version
from onrecord.disputes.vocabulary import stems_of, vocabulary, words_of
from onrecord.language.meaning import WIDTH, Bytes, cosines
from onrecord.model import Passage, Statement
from onrecord.store.asking import Row
from onrecord.wording import main_role

NOBODY = "not known who"
"""What the holder is called of statements whose speaker a reader could not tell."""

_NEAR, _SHARED = 0.6, 0.6
"""How near in meaning two statements of one holder are, and what share of the shorter one's words they have in common,
where they are one statement told twice."""
_VERY_NEAR, _FEW_SHARED = 0.78, 0.34
"""The same for two that are nearer in meaning: they may be told in other words."""
_SAME_MATTER = 0.6
"""The share of all their words that two statements have in common where a "not" in one of them turns what is said."""


@dataclass(frozen=True)
class _Said:
    """A statement, the number of its article, and the words of its content."""

    at: int
    statement: Statement
    content: str

    @cached_property
    def words(self) -> list[str]:
        """Its words in small letters."""
        return words_of(self.content)

    @cached_property
    def stems(self) -> frozenset[str]:
        """What stands for the words that tell what it is about."""
        return stems_of(self.content)

    @property
    def is_turned(self) -> bool:
        """Whether it is held that something is not so."""
        turned = self.statement.negated ^ bool(vocabulary().negation.search(self.content))
        return turned ^ (self.statement.act == "deny")


def speaker_rows(story: Story, least: float) -> Iterator[Row]:
    """Yield a row for each holder, who stands in the most articles first, and after it one for each statement."""
    held: defaultdict[str, list[_Said]] = defaultdict(list)
    for at, version in enumerate(story.versions):
        for statement in version.record.statements:
            if statement.confidence >= least:
                said = _Said(at, statement, version.record.document.slice(statement.content))
                held[version.who.get(statement.speaker or "", statement.speaker or "")].append(said)
    for one in sorted(held, key=lambda one: (not one, -len({said.at for said in held[one]}), -len(held[one]))):
        holder = _holder_row(story, one, held[one])
        yield holder
        for group in _group_statements(held[one], story.vectors):
            yield {"what": "statement", "holder": holder["holder"], "identity": one or None} | _said_row(story, group)


def _holder_row(story: Story, one: str, said: Sequence[_Said]) -> Row:
    counts = Counter(each.at for each in said)
    told = [
        {
            "article": version.label,
            "document": version.id,
            "statements": counts[at],
            "mentioned": one in version.who.values(),
        }
        for at, version in enumerate(story.versions)
    ]
    roles = (main_role(e) for v in story.versions for e in v.record.entities if v.who.get(e.id) == one)
    return {
        "what": "holder",
        "holder": _name_of(story, one),
        "role": next((role for role in roles if role), None),
        "identity": one or None,
        "told": told,
        "left_out_by": [row["article"] for row in told if not row["statements"]],
    }


def _name_of(story: Story, one: str) -> str:
    """Return how a holder is called, in all articles or else in the first."""
    if not one:
        return NOBODY
    return story.names.get(one) or next((v.called[one] for v in story.versions if one in v.called), one)


def _group_statements(said: Sequence[_Said], vectors: Mapping[str, Bytes]) -> list[list[_Said]]:
    """Return the statements of a holder, those together that are one told in several articles, the most told first."""
    nothing = np.zeros(WIDTH, dtype=np.int8)
    near = cosines(np.stack([vectors.get(one.statement.id, nothing) for one in said]))
    likeness = {
        (i, j): alike
        for i, j in combinations(range(len(said)), 2)
        if said[i].at != said[j].at and (alike := _likeness(said[i], said[j], float(near[i, j])))
    }
    groups = [[said[k] for k in group] for group in join([one.at for one in said], likeness)]
    return sorted(groups, key=lambda group: -len({one.at for one in group}))


def _likeness(one: _Said, other: _Said, near: float) -> float:
    """Return how surely two statements are one told twice, 0 where they are two."""
    if one.words == other.words:
        return 2.0
    shared, fewest = len(one.stems & other.stems), min(len(one.stems), len(other.stems))
    if not shared:
        return 0.0
    plainly = near >= _NEAR and shared > 1 and shared / fewest >= _SHARED
    return near if plainly or (near >= _VERY_NEAR and shared / fewest >= _FEW_SHARED) else 0.0


def _said_row(story: Story, group: Sequence[_Said]) -> Row:
    told = [_told_row(story.versions[one.at], one) for one in group]
    quotation = list(_quotations(story, group))
    differs = (("quotation", bool(quotation)), ("negation", _is_contradicted(group)))
    return {
        "told": told,
        "left_out_by": story.silent(told),
        "quotation": quotation,
        "differs": [what for what, does in differs if does],
    }


def _told_row(version: Version, said: _Said) -> Row:
    document, statement = version.record.document, said.statement
    return {
        "article": version.label,
        "document": version.id,
        "statement": statement.id,
        "source": document.slice(statement.source),
        "cue": document.slice(statement.cue),
        "act": statement.act,
        "negated": statement.negated,
        "form": statement.form,
        "said": said.content,
        "at": [list(passage) for passage in statement.content],
        "confidence": statement.confidence,
    }


def _is_contradicted(group: Sequence[_Said]) -> bool:
    """Tell whether one article has it that something is so, and another, in the same words, that it is not."""
    return any(
        one.at != other.at
        and one.is_turned != other.is_turned
        and len(one.stems & other.stems) >= _SAME_MATTER * len(one.stems | other.stems)
        for one, other in combinations(group, 2)
    )


def _quotations(story: Story, group: Sequence[_Said]) -> Iterator[Row]:
    """Yield, for each article that quotes less than another or otherwise, what it leaves out, has more, or changes."""
    quoted = {
        at: _quoted(story.versions[at], [one for one in group if one.at == at]) for at in {one.at for one in group}
    }
    most = max(quoted, key=lambda at: (len(quoted[at].places), -at))
    for at, words in quoted.items():
        found = differences(quoted[most], words) if at != most and words.places else None
        if found and any(found.values()):
            yield {"article": story.versions[at].label, "than": story.versions[most].label} | found


def _quoted(version: Version, said: Sequence[_Said]) -> Words:
    """Return the words of some statements that stand between quotation marks."""
    inside = (
        Passage(max(start, inner.start), min(end, inner.end))
        for one in said
        for start, end in one.statement.content
        for inner in version.quoted
        if start < inner.end and inner.start < end
    )
    return words_in(version.record.document.text, sorted(inside))
