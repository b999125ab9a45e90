"""Records as one self-contained HTML page, for a browser or a notebook.

The page needs no network: its style and script are inlined, and its Content-Security-Policy lets
nothing else run. Everything that came from an article is escaped by the templates.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from onrecord.custody import Step
from onrecord.ledger import Ledger, ledgers_of, words_of
from onrecord.model import UNSURE, Dispute, Document, Entity, Event, Passage, Position, Record, Statement
from onrecord.wording import (
    LEFT_OUT,
    NOBODY,
    OVER,
    describe_act,
    describe_basis,
    describe_event,
    describe_role,
    describe_setting,
    describe_status,
    describe_step,
    describe_term,
    holder_of,
    in_marks,
    saying_of,
    shorten,
)

if TYPE_CHECKING:
    from jinja2 import Environment

Role: TypeAlias = Literal["content", "cue", "source", "event"]

HUES = 8
"""How many holder colours `templates/page.css` has; further holders begin with the first again."""

_COLOURLESS = ("pronoun", "none")
"""The keys of the two groups that are not one holder and get no colour of their own."""

_PRONOUNS = frozenset(
    re.findall(
        r"\w+",
        "he him his himself she her hers herself it its itself they them their theirs themselves "
        "i me my mine myself we us our ours ourselves you your yours yourself "
        "one who whom whose which this that these those",
    )
)
_NOT_ONE_NAME = re.compile(
    r"[,;:()&…]|['’]s\b|\b(?:against|and|at|behind|by|for|from|in|near|of|on|or|to|under|with)\b",
    re.IGNORECASE,
)
_IRREGULAR = {"say": "said", "think": "thought", "know": "known", "write": "written", "tell": "told"}
_UNSAFE_IN_HTML = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a page stands among others: the way to their first one, and the page of each entity by its id."""

    top: str
    people: Mapping[str, str]


def to_html(records: Sequence[Record], *, failures: Sequence[tuple[str, str]] = ()) -> str:
    """Return one self-contained page with every record.

    `failures` are the inputs that could not be read, each with its reason; the page lists them.
    """
    return render("page.html", views=views_of(records), failures=failures, site=None)


def render(template: str, **values: object) -> str:
    """Return a self-contained page: a template of ours filled with values, all of them escaped."""
    from markupsafe import Markup

    style, script = _own_file("page.css"), _own_file("page.js")
    page = (
        _templates()
        .get_template(template)
        .render(
            **values,
            style=Markup(style),  # our own files: no text of an article is in them
            script=Markup(script),
            policy=_policy(style, script),
        )
    )
    # What HTML cannot carry is shown as U+FFFD, one character for one; a bare CR would be read as LF.
    return _UNSAFE_IN_HTML.sub("\ufffd", page).replace("\r", "&#13;")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("onrecord", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _own_file(name: str) -> str:
    return (resources.files("onrecord") / "templates" / name).read_text(encoding="utf-8")


def to_notebook(record: Record) -> str:
    """Return the page of one record as a sandboxed frame for a notebook cell."""
    lines = sum(1 + len(line) // 66 for line in record.document.text.split("\n"))
    more = 60 * len(record.events) + 150 * len(record.disputes)
    height = max(360, min(720, 240 + max(27 * lines, 110 * len(record.statements)) + more))
    return (
        f'<iframe srcdoc="{html.escape(to_html([record]))}" width="100%" height="{height}" frameborder="0" '
        'title="Statements beside their article" referrerpolicy="no-referrer" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Statements of the same holder."""

    key: str
    name: str
    hue: str
    """`0` to `7`, `pronoun` or `none`: the colour classes of the page."""
    statements: tuple[Statement, ...]
    entity: Entity | None = None

    @property
    def roles(self) -> list[tuple[str, Passage]]:
        """What the holder is said to be, each in a few words and with the words of the article."""
        return [(describe_role(role), role.passage) for role in self.entity.roles] if self.entity else []


def group_holders(record: Record) -> list[Holder]:
    """Group the statements of a record by holder, the holder with the most statements first.

    Statements of one entity are one group. Where no entity is known, two holders are one only when their words
    are equal but for case and white space, or when one is the bare capitalised last word of exactly one other
    ("Vokal" and "Irena Vokal"); all pronouns are one group, and so are all statements without a source.
    """
    keys = []
    speakers = {entity.id: entity for entity in record.entities}
    names: dict[str, str] = {"none": "no holder named", "pronoun": "he, she, they …"}
    for statement in record.statements:
        speaker = speakers.get(statement.speaker or "")
        words = speaker.called if speaker else holder_words(record.document, statement)
        keys.append(f"entity {speaker.id}" if speaker else _holder_key(words))
        names.setdefault(keys[-1], words)
    full_names = _full_names({key: names[key] for key in keys if key not in _COLOURLESS})
    groups: defaultdict[str, list[Statement]] = defaultdict(list)
    for key, statement in zip(keys, record.statements, strict=True):
        groups[full_names.get(key, key)].append(statement)
    ranked = sorted(groups.items(), key=lambda group: (group[0] in _COLOURLESS, -len(group[1])))
    return [
        Holder(
            f"h{at}",
            names[key],
            key if key in _COLOURLESS else str(at % HUES),
            tuple(statements),
            speakers.get(statements[0].speaker or ""),
        )
        for at, (key, statements) in enumerate(ranked)
    ]


def _holder_key(words: str) -> str:
    folded = words.casefold()
    if not folded:
        return "none"
    return "pronoun" if folded in _PRONOUNS else f"name {folded}"


def _full_names(names: dict[str, str]) -> dict[str, str]:
    """Map the key of each bare last name to that of the only full name that it ends.

    "a spokesman for Irena Vokal" and "critics of Vokal" are not Vokal, so words that join two
    names rule a candidate out.
    """
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in names.items():
        words = name.split()
        if len(words) > 1 and not _NOT_ONE_NAME.search(name):
            ends[words[-1]].append(key)
    return {
        key: ends[name][0]
        for key, name in names.items()
        if " " not in name and name[0].isupper() and len(ends.get(name, ())) == 1
    }


def holder_words(document: Document, statement: Statement) -> str:
    """Return the words that name the holder, on one line; empty when the text names nobody."""
    return " ".join(document.slice(statement.source).split())


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of a statement or an event, as the page shows it in the article."""

    passage: Passage
    role: Role
    anchor: str
    hue: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the article over which nothing changes, and the marks that cover it."""

    text: str
    marks: tuple[Mark, ...]
    """The marks over this stretch, the shortest first."""
    begins: tuple[str, ...]
    """The statements whose content, and the events whose words, begin here."""

    @property
    def anchors(self) -> list[str]:
        """The statements of this piece, the one with the shortest passage first."""
        return list(dict.fromkeys(mark.anchor for mark in self.marks))

    @property
    def classes(self) -> list[str]:
        """The roles, then the colour of the background (`b3`) and of the line (`f3`)."""
        first: dict[Role, str] = {}
        for mark in self.marks:
            first.setdefault(mark.role, mark.hue)
        line = first.get("source") or first.get("cue")
        colours = [f"b{first['content']}"] if "content" in first else []
        return [*sorted(first), *colours, *([f"f{line}"] if line else [])]


def cut_text(text: str, marks: Iterable[Mark]) -> list[list[Piece]]:
    """Cut a text at every line break and every border of a mark; one list of pieces per line.

    The texts of the pieces, joined, with one line break between lists, are the text again. Marks
    may nest, touch, cross or be equal. The time is linear in the text and in what comes out.
    """
    begin: defaultdict[int, list[Mark]] = defaultdict(list)
    end: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        first, last = max(mark.passage.start, 0), min(mark.passage.end, len(text))
        if first < last:
            begin[first].append(mark)
            end[last].append(mark)
    breaks = [found.start() for found in re.finditer("\n", text)]
    borders = sorted({0, len(text), *begin, *end, *breaks, *(at + 1 for at in breaks)})
    lines: list[list[Piece]] = [[]]
    over: dict[int, Mark] = {}
    begun: set[str] = set()
    for start, stop in pairwise(borders):
        for mark in end[start]:
            del over[id(mark)]
        over.update((id(mark), mark) for mark in begin[start])
        if text[start] == "\n":
            lines.append([])
            continue
        covering = tuple(sorted(over.values(), key=lambda mark: mark.passage.end - mark.passage.start))
        contents = dict.fromkeys(mark.anchor for mark in covering if mark.role in ("content", "event"))
        begins = tuple(anchor for anchor in contents if anchor not in begun)
        begun.update(begins)
        lines[-1].append(Piece(text[start:stop], covering, begins))
    return lines


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as the page lists it."""

    number: int
    anchor: str
    holder: Holder
    words: str
    named: str | None
    """The holder's name, where it is known."""
    content: str
    setting: str
    """How it was said and to whom, "" where the article does not tell."""
    statement: Statement

    @property
    def negation(self) -> str | None:
        """What did not happen, such as "not said", or None."""
        return f"not {_participle(self.statement.act)}" if self.statement.negated else None

    @property
    def unsure(self) -> bool:
        """Whether the statement is more likely wrong than right."""
        return self.statement.confidence < UNSURE

    @property
    def percent(self) -> int:
        """The confidence in whole percent."""
        return _percent(self.statement.confidence)


@dataclass(frozen=True, slots=True)
class EventCard:
    """A step of somebody's case as the page lists it."""

    anchor: str
    event: Event
    date: str | None
    what: str
    """What happened, in plain words."""
    term: str
    facts: tuple[tuple[str, str], ...]
    """What for, by whom, where and who says so: each in a word and the words of the article."""
    words: str
    """The sentence that tells it."""

    @property
    def unsure(self) -> bool:
        """Whether the event is more likely wrong than right."""
        return self.event.confidence < UNSURE


@dataclass(frozen=True, slots=True)
class Case:
    """What happened to one person, as the page lists it."""

    ledger: Ledger
    status: str
    cards: tuple[EventCard, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """Something on one side of a dispute: what somebody holds, or what the article tells."""

    anchor: str
    """The anchor of its card, "" where it has none."""
    holder: str
    """Who holds it, "" where nobody is quoted."""
    hue: str
    words: str
    basis: str
    """How it is held where it is not plainly said, or what it is where nobody is quoted."""
    alert: bool = False
    """Whether it was not held at all."""


@dataclass(frozen=True, slots=True)
class DisputeCard:
    """A dispute as the page lists it."""

    anchor: str
    dispute: Dispute
    over: str
    basis: str
    """How it is known that they clash."""
    marker: str
    """The words by which the article says so, "" where it does not."""
    sides: tuple[tuple[Voice, ...], ...]

    @property
    def unsure(self) -> bool:
        """Whether the dispute is more likely none."""
        return self.dispute.confidence < UNSURE

    @property
    def percent(self) -> int:
        """The confidence in whole percent."""
        return _percent(self.dispute.confidence)

    def against(self, side: Sequence[Voice]) -> list[str]:
        """Return the names of who is on the other sides, each once."""
        others = (voice.holder for other in self.sides if other is not side for voice in other)
        return list(dict.fromkeys(name for name in others if name not in ("", NOBODY)))


@dataclass(frozen=True, slots=True)
class View:
    """A record as the page shows it."""

    anchor: str
    document: Document
    title: str
    link: bool
    """Whether the address may be a link."""
    lines: list[list[Piece]]
    holders: list[Holder]
    cards: list[Card]
    cases: list[Case]
    disputes: list[DisputeCard]

    @property
    def opponents(self) -> dict[str, list[tuple[str, list[str]]]]:
        """By the anchor of a statement or an event: each dispute that it is in, and the names of who is against it."""
        found: defaultdict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for dispute in self.disputes:
            for side in dispute.sides:
                for anchor in dict.fromkeys(voice.anchor for voice in side if voice.anchor):
                    found[anchor].append((dispute.anchor, dispute.against(side)))
        return dict(found)

    @property
    def unsure(self) -> int:
        """How many statements are unsure."""
        return sum(card.unsure for card in self.cards)

    @property
    def events(self) -> int:
        """How many events the page lists."""
        return sum(len(case.cards) for case in self.cases)

    @property
    def people(self) -> list[Holder]:
        """The holders that are entities, each shown with a card of its own."""
        return [holder for holder in self.holders if holder.entity is not None]

    @property
    def filters(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """The forms and the acts that occur, each with its count, the most frequent first."""
        forms = Counter(card.statement.form for card in self.cards)
        acts = Counter(card.statement.act for card in self.cards)
        return [("form", [(form, count) for form, count in forms.most_common()]), ("act", acts.most_common())]


def views_of(records: Sequence[Record]) -> list[View]:
    """Return what the page shows of each record; no two statements on it share an anchor."""
    taken: Counter[str] = Counter()
    return [_view(record, number, taken) for number, record in enumerate(records, start=1)]


def _view(record: Record, number: int, taken: Counter[str]) -> View:
    document, holders = record.document, group_holders(record)
    entities = {entity.id: entity for entity in record.entities}
    holder_of = {id(statement): holder for holder in holders for statement in holder.statements}
    cards = [
        Card(
            at,
            _anchor(statement.id, taken),
            holder_of[id(statement)],
            holder_words(document, statement),
            entities[statement.speaker].name if statement.speaker in entities else None,
            document.slice(statement.content),
            describe_setting(document, statement, entities),
            statement,
        )
        for at, statement in enumerate(record.statements, start=1)
    ]
    cases = [
        Case(
            ledger,
            describe_status(ledger.custody, ledger.steps),
            tuple(_event_card(step, _anchor(step.events[0], taken)) for step in ledger.steps),
        )
        for ledger in ledgers_of(record)
    ]
    voices = _voices(record, cards, cases) if record.disputes else {}
    disputes = [_dispute_card(document, dispute, _anchor(dispute.id, taken), voices) for dispute in record.disputes]
    marks = [mark for card in cards for mark in _marks(card)]
    marks += [Mark(p, "event", card.anchor, "none") for c in cases for card in c.cards for p in card.event.triggers]
    address = (document.url or "").casefold()
    return View(
        f"article-{number}",
        document,
        title_of(document),
        address.startswith(("http://", "https://")),
        cut_text(document.text, marks),
        holders,
        cards,
        cases,
        disputes,
    )


def _voices(record: Record, cards: Iterable[Card], cases: Iterable[Case]) -> dict[str, Voice]:
    """Return what a side of a dispute may show, by the id of the statement or the event."""
    document, people = record.document, {entity.id: entity for entity in record.entities}
    voices = {
        card.event.id: Voice(card.anchor, "", "none", describe_event(card.event, people.get(card.event.who)), "event")
        for case in cases
        for card in case.cards
    }
    for card in cards:
        said, basis = card.statement, card.negation or describe_act(card.statement)
        words = saying_of(document, said)
        voices[said.id] = Voice(card.anchor, holder_of(record, said), card.holder.hue, words, basis, said.negated)
    return voices


def _dispute_card(document: Document, dispute: Dispute, anchor: str, voices: Mapping[str, Voice]) -> DisputeCard:
    return DisputeCard(
        anchor,
        dispute,
        OVER[dispute.type],
        describe_basis(reported=dispute.reported),
        document.slice(dispute.marker) if dispute.marker else "",
        tuple(_side(document, position, voices) for position in dispute.positions),
    )


def _side(document: Document, position: Position, voices: Mapping[str, Voice]) -> tuple[Voice, ...]:
    side = [voices[entry] for entry in (*position.statements, *position.events) if entry in voices]
    if position.words:
        side.append(Voice("", "", "none", in_marks(shorten(document.slice(position.words))), "not quoted"))
    return tuple(side) or (Voice("", "", "none", "", LEFT_OUT),)


def _event_card(step: Step, anchor: str) -> EventCard:
    """Return the card of a step; in one article a step is one event."""
    [told] = step.told
    event, document = told.event, told.document
    facts = (
        ("for", event.offence),
        ("by", event.authority.passage if event.authority else None),
        ("place", event.place.passage if event.place else None),
    )
    words = [(name, document.slice(passage)) for name, passage in facts if passage]
    if told.reporter:
        words.append(("according to", told.reporter))
    return EventCard(
        anchor,
        event,
        step.date,
        describe_step(step.type, step.modality),
        describe_term(step.term, suspended=step.suspended) if step.term else "",
        tuple(words),
        words_of(event, document),
    )


def _marks(card: Card) -> list[Mark]:
    roles: tuple[tuple[Role, tuple[Passage, ...]], ...] = (
        ("content", card.statement.content),
        ("cue", card.statement.cue),
        ("source", card.statement.source),
    )
    hue = card.holder.hue
    return [Mark(passage, role, card.anchor, hue) for role, passages in roles for passage in passages]


def _percent(confidence: float) -> int:
    """Return a confidence in whole percent, rounded down: what is unsure never shows as 50 %."""
    return math.floor(confidence * 100 + 1e-9)


def _anchor(statement_id: str, taken: Counter[str]) -> str:
    """Return the statement's id, numbered when an article stands on the page twice."""
    anchor = re.sub(r"[^\w-]", "-", statement_id)
    taken[anchor] += 1
    return anchor if taken[anchor] == 1 else f"{anchor}-{taken[anchor]}"


def title_of(document: Document) -> str:
    """Return what an article is called: by its title, else by its file."""
    name = re.split(r"[/\\]", (document.name or "").rstrip("/\\"))[-1]
    return document.title or name or "Untitled article"


def _participle(act: str) -> str:
    if act in _IRREGULAR:
        return _IRREGULAR[act]
    if act.endswith("e"):
        return f"{act}d"
    return f"{act[:-1]}ied" if re.search("[^aeiou]y$", act) else f"{act}ed"


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows this style and this script and nothing else."""
    return (
        f"default-src 'none'; style-src {_source_hash(style)}; script-src {_source_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source_hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
