"""Where the accounts of a store conflict: within articles and across them, between people and of one person.

    compare_articles(store)             compare what is said in the articles that came since
    conflicts_in(store, wanted, cut)    the conflicts, the surest of the latest first

A conflict is a dispute between holders, a person who changed position, or a fact that articles give differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Literal, TypeAlias

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from onrecord.cases import ledgers_in
from onrecord.custody import Step, Told
from onrecord.disputes.comparing import compare, promising
from onrecord.disputes.matters import Clash, Matter, fold
from onrecord.disputes.pool import Pool
from onrecord.disputes.titles import find_title
from onrecord.disputes.voices import Voice, voices_of
from onrecord.language.comparer import Comparer, load_comparer
from onrecord.language.meaning import load_centres
from onrecord.ledger import Ledger, words_of
from onrecord.model import Dispute, Document, Entity, Event, Note, Passage, make_id
from onrecord.store import Cut, Page, Store, Wanted, asking, comparing
from onrecord.store.asking import Row
from onrecord.store.writing import LEAST_SURE
from onrecord.wording import describe_note, describe_setting, main_role, outlet_of

Kind: TypeAlias = Literal["dispute", "changed", "facts"]

MOST_FAR = 16
"""Pairs of an article's statements with those of others that the comparer is asked about."""
KEPT = 0.05
"""Chances of a clash from which a comparison is kept: below what is shown, they still tell which matters are one."""
_TOGETHER, _AT_HAND = 20, 400
"""How many articles are compared with others before that is kept, and of how many the voices are at hand."""


@dataclass(frozen=True, slots=True)
class WantedConflicts:
    """Which conflicts are wanted. What is None does not matter.

    `about`: words of what is said (of a fact, of the article that tells it), as `search` takes them. `names`: of two,
    one speaks on each side; one speaks on any. `reported`: only what an article itself presents as a clash.
    `min_confidence`: how sure it is at least; None is the threshold that ships with the model for each kind.
    """

    about: str | None = None
    names: tuple[str, ...] = ()
    reported: bool = False
    kind: Kind | None = None
    min_confidence: float | None = None


ALL, FIRST = WantedConflicts(), Cut()


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement of a store: its id, what stands for its holder across articles, its document, and its day."""

    id: str
    holder: str
    document: str
    day: str


def compare_articles(store: Store) -> Iterator[int]:
    """Compare what is said in the articles that came since with what others say; yield after some how many they were.

    Each article is compared with its candidates alone, among those that were compared before it: what is near in
    meaning, and near in time or of the same person. So articles that come together are compared as if they had come one
    by one. What was compared is kept as it comes, and a run that is broken off goes on where it stopped.
    """
    comparer = load_comparer()
    with store.reading() as connection:
        fresh = comparing.fresh(connection)
        pool = comparing.load_pool(connection, load_centres(), least=LEAST_SURE) if fresh else None
    number = {name: k for k, name in enumerate(pool.names)} if pool else {}
    before = np.ones(len(number), dtype=np.bool_)
    before[[number[name] for name in fresh if name in number]] = False
    voices = _Voices(store)
    for begin in range(0, len(fresh), _TOGETHER):
        some = fresh[begin : begin + _TOGETHER]
        found: dict[tuple[str, str], comparing.Compared] = {}
        for document in some:
            if pool is not None and document in number:
                pairs = _pairs_of(pool, number[document], before, voices)
                before[number[document]] = True
                found.update(((one.first, one.second), one) for one in _compare(pairs, comparer))
        with store.writing() as connection:
            comparing.put_comparisons(connection, found.values(), some)
        yield len(some)


def _pairs_of(
    pool: Pool, document: int, before: NDArray[np.bool_], voices: _Voices
) -> Iterator[tuple[Voice, Voice, float]]:
    """Yield the statements of a document with those of earlier ones that are near to them, and how near they are."""
    for near in pool.near(document, before):
        names = (pool.names[pool.documents[k]] for k in near[:2])
        first, second = (
            voices.of(name).get(pool.ids[k]) for name, k in zip(names, (near.first, near.second), strict=True)
        )
        if first and second:
            yield first, second, near.cosine


def _compare(pairs: Iterable[tuple[Voice, Voice, float]], comparer: Comparer) -> Iterator[comparing.Compared]:
    """Yield what the comparer makes of the pairs that promise most."""
    for made in compare(promising(list(pairs), comparer, MOST_FAR), comparer):
        if made.chance >= KEPT:
            documents = made.first.article.document.id, made.second.article.document.id
            yield comparing.Compared(made.first.id, made.second.id, documents, made.chance, made.type)


class _Voices:
    """The voices of the articles of a store, by the ids of their statements; those asked for last are at hand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[dict[str, Voice], dict[str, Entity], dict[str, Event]]] = {}

    def of(self, document: str) -> dict[str, Voice]:
        """Return the voices of a document by the ids of their statements."""
        return self._read(document)[0]

    def entities_of(self, document: str) -> dict[str, Entity]:
        """Return the entities of a document by their ids."""
        return self._read(document)[1]

    def events_of(self, document: str) -> dict[str, Event]:
        """Return the events of a document by their ids."""
        return self._read(document)[2]

    def _read(self, document: str) -> tuple[dict[str, Voice], dict[str, Entity], dict[str, Event]]:
        if document not in self._known:
            if len(self._known) >= _AT_HAND:
                del self._known[next(iter(self._known))]
            with self._store.reading() as connection:
                record, who = asking.record_of(connection, document), asking.identities_in(connection, document)
            voices = {voice.id: voice for voice in voices_of(record, who)}
            entities = {entity.id: entity for entity in record.entities}
            self._known[document] = voices, entities, {event.id: event for event in record.events}
        return self._known[document]


def conflicts_in(store: Store, wanted: WantedConflicts = ALL, cut: Cut = FIRST) -> Page:
    """Return the conflicts of a store as rows, the latest first; each with its sides, and on each the voices.

    Copies of a story count once. What came since `compare_articles` is compared within its own article alone.
    """
    found: list[_Found] = []
    if wanted.kind != "facts":
        found += _find_matters(store, wanted)
    if wanted.kind in (None, "facts") and not wanted.reported:
        found += _find_facts(store, wanted)
    found.sort(key=lambda one: (one.day, one.confidence), reverse=True)  # and what is equal keeps its order
    voices = _Voices(store)
    some = found[cut.offset : None if cut.limit is None else cut.offset + cut.limit]
    return Page([one.make(voices) for one in some], len(found))


@dataclass(frozen=True, slots=True)
class _Found:
    """A conflict before it is made a row: its latest day, how sure it is, and what makes the row of it."""

    day: str
    confidence: float
    make: Callable[[_Voices], Row]


def _find_matters(store: Store, wanted: WantedConflicts) -> Iterator[_Found]:
    """Yield the disputes and the changed positions that are wanted, the surest first."""
    with store.reading() as connection:
        told = _clashes(connection, wanted.min_confidence)
        kept = _those_wanted(connection, wanted, told.statements)
    kinds: tuple[tuple[Kind, list[Clash[_Said]]], ...] = (("dispute", told.between), ("changed", told.of_one))
    if wanted.kind in (None, "dispute"):
        for dispute, document, day in told.alone:
            if kept(dispute.statements):
                yield _Found(day, dispute.confidence, partial(_denial_row, dispute, document))
    for kind, clashes in kinds:
        if wanted.kind in (None, kind):
            for matter in fold(clashes, told.chances):
                reported = kind == "dispute" and any(_pair(c) in told.reported for c in matter.clashes)
                if kept([said.id for said in matter.sides[0]], [said.id for said in matter.sides[1]]) and (
                    reported or not wanted.reported
                ):
                    day = max(said.day for side in matter.sides for said in side)
                    yield _Found(day, matter.chance, partial(_matter_row, matter, kind, reported))


@dataclass(frozen=True, slots=True)
class _Told:
    """The clashes of a store: between holders, and of one; which an article reports; and how sure all pairs are.

    `alone` are the disputes of which one side is not quoted, each with its document and day.
    """

    between: list[Clash[_Said]]
    of_one: list[Clash[_Said]]
    alone: list[tuple[Dispute, str, str]]
    reported: frozenset[tuple[str, str]]
    chances: dict[tuple[str, str], float]

    @property
    def statements(self) -> list[str]:
        """The ids of all statements that clash with something."""
        clashes = (*self.between, *self.of_one)
        ids = [said.id for clash in clashes for said in (clash.first, clash.second)]
        return list(dict.fromkeys([*ids, *(one for dispute, _, _ in self.alone for one in dispute.statements)]))


def _clashes(connection: sa.Connection, least: float | None) -> _Told:
    """Return the clashes of a store that are at least so sure; None is each kind's own threshold."""
    settings = load_comparer().settings
    near, far, of_one = (settings[name] if least is None else least for name in ("shown", "shown_far", "shown_changed"))
    within = list(comparing.disputes(connection, near))
    across = list(comparing.comparisons(connection, KEPT))
    pairs = [
        (one, other, dispute.confidence, dispute.type, dispute.reported)
        for dispute in within
        for one, other in product(*(position.statements for position in dispute.positions))
    ]
    pairs += [(row.first, row.second, round(row.clash, 2), row.type, False) for row in across]
    known = {
        row["id"]: _Said(row["id"], row["holder"], row["document"], row["day"] or "")
        for row in comparing.holders_of(connection, list(dict.fromkeys(one for pair in pairs for one in pair[:2])))
    }
    alone = [dispute for dispute in within if not all(position.statements for position in dispute.positions)]
    told = _Told([], [], _placed(connection, alone), frozenset(_sorted(*pair[:2]) for pair in pairs if pair[4]), {})
    for one, other, chance, what, _ in pairs:
        first, second = known.get(one), known.get(other)
        if first is None or second is None:
            continue
        told.chances[one, other] = chance
        same = first.holder == second.holder
        if same and chance >= of_one:  # the sides of a matter have no holder in common
            first, second = (replace(said, holder=said.id) for said in (first, second))
            told.of_one.append(Clash(first, second, chance, what))
        elif not same and chance >= (near if first.document == second.document else far):
            told.between.append(Clash(first, second, chance, what))
    return told


def _placed(connection: sa.Connection, disputes: Sequence[Dispute]) -> list[tuple[Dispute, str, str]]:
    """Return disputes with the document and the day of the statement that speaks."""
    rows = comparing.holders_of(connection, [dispute.statements[0] for dispute in disputes])
    places = {row["id"]: (row["document"], row["day"] or "") for row in rows}
    return [(dispute, *places[dispute.statements[0]]) for dispute in disputes if dispute.statements[0] in places]


def _pair(clash: Clash[_Said]) -> tuple[str, str]:
    return _sorted(clash.first.id, clash.second.id)


def _sorted(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _those_wanted(connection: sa.Connection, wanted: WantedConflicts, statements: Sequence[str]) -> Callable[..., bool]:
    """Return what tells whether sides of statements are wanted for their words and their people."""
    about = asking.those(connection, statements, Wanted(about=wanted.about)) if wanted.about else None
    names = [asking.those(connection, statements, Wanted(by=name)) for name in wanted.names]

    def is_wanted(one: Sequence[str], other: Sequence[str] = ()) -> bool:
        sides = set(one), set(other)
        if about is not None and not about & (sides[0] | sides[1]):
            return False
        if len(names) == 2:
            return any(bool(a & names[0]) and bool(b & names[1]) for a, b in (sides, sides[::-1]))
        return all(own & (sides[0] | sides[1]) for own in names)

    return is_wanted


def _matter_row(matter: Matter[_Said], kind: Kind, reported: bool, voices: _Voices) -> Row:
    sides = [[voice for said in side if (voice := voices.of(said.document).get(said.id))] for side in matter.sides]
    sides = [sorted(side, key=_moment) for side in sides]
    sides.sort(key=lambda side: _moment(side[0]) if side else ("", 0))
    return {
        "id": make_id("di", *sorted(voice.id for side in sides for voice in side)),
        "kind": kind,
        "about": find_title(sides).words,
        "type": matter.type,
        "reported": reported,
        "confidence": round(matter.chance, 2),
        "positions": [[_voice_row(voice, voices) for voice in side] for side in sides],
    }


def _denial_row(dispute: Dispute, document: str, voices: _Voices) -> Row:
    """Return a dispute of which one side is not quoted as a row: there stands what the other side speaks against."""
    said = voices.of(document)
    about = next(iter(said.values())).article.document
    events = voices.events_of(document)
    positions = [
        [_voice_row(said[one], voices) for one in position.statements if one in said]
        + [_told_row(Told(events[one], about)) for one in position.events if one in events]
        + [_words_row(about, position.words)] * bool(position.words)
        for position in dispute.positions
    ]
    return {
        "id": dispute.id,
        "kind": "dispute",
        "about": dispute.about,
        "type": dispute.type,
        "reported": dispute.reported,
        "confidence": round(dispute.confidence, 2),
        "positions": positions,
    }


def _words_row(document: Document, words: Sequence[Passage]) -> Row:
    names = ("statement", "event", "holder", "role", "identity", "act", "form", "how", "day", "confidence")
    row: Row = dict.fromkeys(names)
    return row | {"said": document.slice(words), "at": [list(passage) for passage in words]} | _article_row(document)


def _moment(voice: Voice) -> tuple[str, int]:
    said_on = voice.statement.said_on
    return (said_on.begin if said_on else voice.article.document.published) or "", voice.begin


def _voice_row(voice: Voice, voices: _Voices) -> Row:
    """Return a statement as one row of a position: who holds it, what, when, how, and where it stands."""
    document, statement = voice.article.document, voice.statement
    entities = voices.entities_of(document.id)
    speaker = entities.get(statement.speaker or "")
    return {
        "statement": statement.id,
        "event": None,
        "holder": speaker.called if speaker else document.slice(statement.source),
        "role": (main_role(speaker) or None) if speaker else None,
        "identity": voice.holder,
        "said": voice.content,
        "act": statement.act,
        "form": statement.form,
        "how": describe_setting(document, statement, entities) or None,
        "day": _moment(voice)[0] or None,
        "confidence": statement.confidence,
        "at": [list(passage) for passage in statement.content],
    } | _article_row(document)


def _article_row(document: Document) -> Row:
    names = ("publisher", "published", "title", "url", "name")
    return {"document": document.id} | {name: getattr(document, name) for name in names}


def _find_facts(store: Store, wanted: WantedConflicts) -> Iterator[_Found]:
    """Yield what articles give differently of a step of somebody's case: its date, its term, whether it came about."""
    if len(wanted.names) > 1:
        return
    with store.reading() as connection:
        about = asking.documents_about(connection, wanted.about) if wanted.about else None
    for ledger in ledgers_in(store, *wanted.names, min_confidence=wanted.min_confidence or 0.0):
        for note in ledger.custody.notes:
            if note.kind != "conflict":
                continue
            steps = [step for step in ledger.steps if not set(note.events).isdisjoint(step.events)]
            if about is None or any(told.article in about for step in steps for told in step.told):
                row = _fact_row(ledger, note, steps)
                yield _Found(max(step.date or "" for step in steps), row["confidence"], partial(_as_it_is, row))


def _as_it_is(row: Row, _: _Voices) -> Row:
    return row


def _fact_row(ledger: Ledger, note: Note, steps: Sequence[Step]) -> Row:
    return {
        "id": make_id("di", *sorted(note.events)),
        "kind": "facts",
        "about": f"{ledger.name}: {describe_note(note, ledger.steps)}",
        "type": "number" if note.what == "term" else "account",
        "reported": False,
        "confidence": max(told.event.confidence for step in steps for told in step.told),
        "positions": [[_told_row(told) for told in step.told] for step in steps],
    }


def _told_row(told: Told) -> Row:
    """Return an event as one row of a position: who tells it, in which words, and where."""
    event, document = told.event, told.document
    return {
        "statement": event.reported_in,
        "event": event.id,
        "holder": told.reporter or outlet_of(document),
        "role": None,
        "identity": None,
        "said": words_of(event, document),
        "act": event.type,
        "form": None,
        "how": None,
        "day": event.date.value if event.date else None,
        "confidence": event.confidence,
        "at": [list(event.sentences[0])],
    } | _article_row(document)
