"""What people are said to be: titles before and after their names, and what they are called with a verb.

Read from the words around a name: "LRP spokeswoman Irena Vokal", "Oskar Dell, a former docker who …", "the president,
Irena Vokal,", "Dell, who is also party chairman". A title is a word of `data/names.toml`, or any noun for a person that
stands where a title would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.entities.mentions import LONGEST_PHRASE, WordMention, is_plural, is_possessive, opens_phrase
from onrecord.entities.names import fold, is_acronym, is_adjective, is_office, is_title, word_lists
from onrecord.language.windows import Words
from onrecord.model import RoleStatus

_AGE = re.compile(r"\d{1,3}")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_TAIL = 12
"""Words after the head that may tell where and until when a role is held."""
_STOPS = frozenset((",", ".", ";", ":", "(", ")", "—", "–", "―", "”", "“", '"', "?", "!"))


@dataclass(frozen=True, slots=True)
class WordRole:
    """A role, as ranges of words: of the whole phrase, of the title in it, and of the organisation, if any.

    `head` is the word that the title hangs on, `name` the mention of the holder.
    """

    name: WordMention
    begin: int
    end: int
    head: int
    status: RoleStatus
    organization: tuple[int, int] | None
    since: str | None = None
    until: str | None = None


def find_roles(shown: Sequence[str], words: Words, mentions: Sequence[WordMention]) -> list[WordRole]:
    """Return the roles that are told next to the names of a text, in the order of the text."""
    page = _Page(shown, words, mentions)
    found = [role for name in mentions if name.form == "name" for role in page.roles_of(name)]
    return sorted(found, key=lambda r: (r.begin, r.end))


class _Page:
    """The words of a text, with the mention that covers each."""

    def __init__(self, shown: Sequence[str], words: Words, mentions: Sequence[WordMention]) -> None:
        self.shown, self.words = shown, words
        self.low = [fold(w) for w in shown]
        self.name_at: dict[int, WordMention] = {}
        self.nominal_at: set[int] = set()
        for mention in mentions:
            if mention.form == "name":
                self.name_at.update(dict.fromkeys(range(mention.begin, mention.end), mention))
            elif mention.form == "nominal" and mention.kinds[0] >= mention.kinds[1] and not is_plural(mention.words[0]):
                self.nominal_at.add(mention.head)
        self.grammar = word_lists()["grammar"]
        self.status = word_lists()["status"]

    def roles_of(self, name: WordMention) -> Iterator[WordRole]:
        """Yield the roles that stand before and after a name."""
        if name.kinds[0] < max(name.kinds[1:]) and name.outer == name.begin:
            return
        yield from self._before(name)
        yield from self._after(name)

    def _before(self, name: WordMention) -> Iterator[WordRole]:
        stop = name.begin
        status: RoleStatus | None = None
        apposed = stop >= 2 and self.shown[stop - 1] == "," and self._follows_comma(name)
        if apposed:
            stop -= 1  # "the president, Irena Vokal,"
        if stop >= 3 and self.low[stop - 1] in self.status["designate"] and self.shown[stop - 2] == "-":
            stop, status = stop - 2, "designate"
        head = stop - 1
        while head >= name.outer and head > 0 and not self.shown[head][0].isalnum():
            head -= 1  # "Sen."
        if apposed and head in self.name_at:
            head = self._before_body(head)
        last, office = head, self._office(head) if head >= 0 else None
        if head < 0 or (office is None and head not in self.nominal_at) or head in self.name_at:
            return
        head = head if office is None else office
        begin = self._left_of(head, loose=not apposed)
        if begin is not None and (not apposed or self._is_definite(begin, head)):
            yield self._role(name, begin, last + 1, head, status)

    def _before_body(self, last: int) -> int:
        """Return the last word before "of" and a body that ends with a word: "leader" in "the leader of the LRP"."""
        body = self.name_at[last]
        at = body.outer - 1
        if at > 0 and self.low[at] in self.grammar["definite"]:
            at -= 1
        return at - 1 if at > 0 and self.low[at] in ("of", "for", "at") and _is_body(body) else last

    def _is_definite(self, begin: int, head: int) -> bool:
        """Tell whether a phrase means one of its kind: after "the", or after its owner ("Dell's lawyer")."""
        owned = any(is_possessive(k, self.shown) for k in range(begin - 1, head))
        return owned or self.low[begin - 1] in self.grammar["definite"]

    def _follows_comma(self, name: WordMention) -> bool:
        """Tell whether a comma, a bracket or the sentence's end follows a name."""
        return name.end >= len(self.shown) or self.shown[name.end] in _STOPS

    def _office(self, last: int) -> int | None:
        """Return the head of the title that ends with a word ("secretary" of "secretary of state"), or None."""
        begin = self._office_begin(max(0, last - 2), last + 1)
        return begin if begin is None or "of" in self.low[begin : last + 1] else last

    def _office_begin(self, begin: int, end: int) -> int | None:
        """Return where the longest title that ends a phrase begins: at "prime" in "the Lorvian prime minister"."""
        return next((k for k in range(begin, end) if is_office(" ".join(self.low[k:end]))), None)

    def _left_of(self, head: int, *, loose: bool) -> int | None:
        """Return where a noun phrase begins, determiner apart; None where it cannot be told.

        With a determiner all words from it on belong to it; without one only names, titles and known modifiers do.
        """
        opens = opens_phrase(head, self.shown, self.words)
        if opens is not None and self._goes_together(opens, head):
            return self._owner_of(opens) if is_possessive(opens, self.shown) else opens + 1
        if not loose:
            return None
        office = self._office_begin(max(0, head - 2), head + 1)
        begin = head if office is None else office
        while begin > 0 and self._modifies(begin - 1):
            begin -= 1
        while begin < head and not self.shown[begin][0].isalnum():
            begin += 1
        return begin

    def _goes_together(self, opens: int, head: int) -> bool:
        """Tell whether all words from an article on belong to a head: not in "the group also views President"."""
        return self.shown[head].islower() or all(self._modifies(k) for k in range(opens + 1, head))

    def _owner_of(self, possessive: int) -> int:
        """Return where the owner before a possessive begins, if it is a name, or where the owned begins."""
        k = possessive - (self.shown[possessive] == "s")
        owner = self.name_at.get(k - 1)
        return owner.outer if owner is not None else possessive + 1

    def _is_dot_of_title(self, k: int) -> bool:
        return self.shown[k] == "." and k > 0 and is_title(self.low[k - 1])

    def _in_bracket(self, k: int) -> bool:
        """Tell whether a word is of an acronym in brackets that follows a name: "the Rescue Party (LRP)"."""
        opens = next((j for j in range(k, max(-1, k - 3), -1) if self.shown[j] == "("), None)
        return opens is not None and self.shown[opens + 2 : opens + 3] == [")"] and opens - 1 in self.name_at

    def _modifies(self, k: int) -> bool:
        word = self.low[k]
        if self.words.paragraph[k] != self.words.paragraph[k + 1]:
            return False
        if (
            k in self.name_at
            or self._in_bracket(k)
            or word in self.grammar["modifiers"]
            or is_title(word)
            or self._is_dot_of_title(k)
        ):
            return True
        if any(word in group for group in self.status.values()):
            return True
        if word in ("-", "’", "'", "s", "/"):  # inside "ex-LRP", "Lorvia's"
            return self.words.end[k] == self.words.start[k + 1] or word == "s"
        return self.shown[k][0].isupper() and k > 0 and self.words.stops[k] == self.words.stops[k - 1]

    def _after(self, name: WordMention) -> Iterator[WordRole]:
        n, at = len(self.shown), name.end
        if at < n and self.shown[at] == "(":
            at = next((k + 1 for k in range(at, min(at + 8, n)) if self.shown[k] == ")"), at)
        if at + 2 >= n:
            return
        apposed, past = self.shown[at] == ",", False
        if apposed:
            aged = _AGE.fullmatch(self.shown[at + 1]) and self.shown[at + 2] == ","
            at += 3 if aged else 1
            if self.low[at : at + 1] == ["who"]:
                apposed, at = False, at + 1
        if not apposed:
            verb, pair = self.low[at : at + 1], self.low[at : at + 2]
            if " ".join(pair) in self.grammar["offices"]:
                past, at = verb[0] in ("served", "worked", "had"), at + 2
            elif verb and verb[0] in self.grammar["copulas"]:
                past, at = verb[0] in ("was", "remained"), at + 1
            else:
                return
        while at < n and self.low[at] in ("also", "now", "currently", "once", "himself", "herself"):
            at += 1
        yield from self._phrase(name, at, "former" if past else None, apposed=apposed)

    def _phrase(self, name: WordMention, start: int, status: RoleStatus | None, *, apposed: bool) -> Iterator[WordRole]:
        """Yield the role in the noun phrase that begins at `start`: "a former lawmaker who …"."""
        n, begin = len(self.shown), start
        if begin < n and self.low[begin] in (*self.grammar["definite"], "a", "an"):
            begin += 1
        stop = begin
        while stop < min(n, begin + LONGEST_PHRASE) and not self._ends_phrase(stop):
            stop += 1
        if stop + 2 < n and self.low[stop] == "of" and is_office(" ".join(self.low[stop - 1 : stop + 2])):
            stop += 2  # "the secretary of state"
        if stop - 1 < begin or stop >= n:
            return
        office = self._office(stop - 1)
        head = stop - 1 if office is None else office
        if office is None and (head not in self.nominal_at or begin == start):
            return
        if self.low[head] in self.grammar["indefinite"]:
            return  # "was one of"
        if begin == start and not all(self._modifies(k) for k in range(begin, head)):
            return  # "the leader, Irena Vokal, contradicted the minister"
        if apposed and not self._closes(stop):
            return
        yield self._role(name, begin, stop, head, status)

    def _ends_phrase(self, k: int) -> bool:
        word = self.low[k]
        if self.shown[k] in _STOPS and not self._is_dot_of_title(k):
            return True
        return word in self.grammar["prepositions"] or word in self.grammar["relatives"] or word in ("and", "or", "but")

    def _closes(self, stop: int) -> bool:
        """Tell whether what follows an apposition goes on with it or ends it, and is not its verb."""
        word = self.low[stop]
        return (
            self.shown[stop] in _STOPS
            or word in self.grammar["prepositions"]
            or word in ("who", "whose", "and", "that")
        )

    def _role(self, name: WordMention, begin: int, end: int, head: int, status: RoleStatus | None) -> WordRole:
        status = status or self._told_status(begin, head, end)
        since, until = self._terms(end)
        if until and status is None:
            status = "former"
        return WordRole(
            name, begin, end, head, status or "current", self._organization(begin, end, head, name), since, until
        )

    def _told_status(self, begin: int, head: int, end: int) -> RoleStatus | None:
        """Return what the words of a role tell of whether it is still held, None for nothing."""
        told: tuple[RoleStatus, ...] = ("former", "designate", "acting")
        for status in told:
            if any(word in self.status[status] for word in self.low[begin:head]):
                return status
        after = self.low[end : end + 2]
        return "designate" if len(after) == 2 and after[0] == "-" and after[1] in self.status["designate"] else None

    def _organization(self, begin: int, end: int, head: int, holder: WordMention) -> tuple[int, int] | None:
        """Return the words of the organisation or place of a role: before its title, or after "of" or "at"."""
        office = self._office_begin(begin, end)
        seen = [self.name_at[k] for k in range(begin, head if office is None else office) if k in self.name_at]
        inner = next((m for m in reversed(seen) if m is not holder and _is_body(m)), None)
        if inner is not None:
            return inner.begin, inner.end
        within = self._within_title(begin, end)
        if within is not None or end >= len(self.shown) or self.low[end] not in ("of", "at", "for", "in", "with"):
            return within
        for k in range(end + 1, min(end + 6, len(self.shown))):
            if k in self.name_at:
                after = self.name_at[k]
                return (after.begin, after.end) if after is not holder and _is_body(after) else None
            if self._ends_phrase(k):
                return None
        return None

    def _within_title(self, begin: int, end: int) -> tuple[int, int] | None:
        """Return the organisation that stands before a title in one run of capitals with it: "LRP Chairman"."""
        office = self._office_begin(begin + 1, end)
        while office is not None and begin < office and not self.shown[begin][0].isupper():
            begin += 1
        if office is None or begin >= office or not all(w[0].isupper() for w in self.shown[begin:office]):
            return None
        last = self.shown[office - 1]
        return (begin, office) if is_acronym(last) or fold(last) in word_lists()["organizations"]["words"] else None

    def _terms(self, end: int) -> tuple[str | None, str | None]:
        """Return the years since and until which a role is held, where the rest of the clause tells."""
        since = until = None
        for k in range(end, min(end + _TAIL, len(self.shown) - 1)):
            if self.shown[k] in (".", ";", "”", '"'):
                break
            year = next((w for w in self.shown[k + 1 : k + 3] if _YEAR.fullmatch(w)), None)
            if year and self.low[k] in ("since", "from"):
                since = year
            elif year and (self.low[k] == "until" or (self.low[k] == "to" and since)):
                until = year
        return since, until


def owned_begin(role: WordRole, shown: Sequence[str]) -> int:
    """Return the word that a role begins with behind its owner: "the nominee's daughter" is no nominee."""
    return next((k + 1 for k in range(role.head - 1, role.begin - 1, -1) if is_possessive(k, shown)), role.begin)


def title_begin(role: WordRole, shown: Sequence[str]) -> int:
    """Return the word that the title proper begins with: behind its status, its owner and its organisation."""
    status = frozenset().union(*word_lists()["status"].values())
    begin = role.begin
    for k in range(role.begin, role.head):
        inside = role.organization is not None and role.organization[0] <= k < role.organization[1]
        if fold(shown[k]) in status or inside or is_possessive(k, shown):
            begin = k + 1
    while begin < role.head and not shown[begin][0].isalnum():
        begin += 1
    return begin


def _is_body(name: WordMention) -> bool:
    """Tell whether a name may be an organisation's or a place's, and not "Lorvian" alone."""
    loose = word_lists()["grammar"]["modifiers"].union(*word_lists()["status"].values())
    modifies = all(fold(w) in loose for w in name.words)
    return name.kinds[0] < _PERSON and not modifies and not is_adjective(name.words)


_PERSON = 0.6
"""The chance of being a person from which a name in a role is no organisation: "Vokal's lawyer"."""
