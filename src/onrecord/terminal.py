"""How a record looks in a terminal, and as plain text where the output is piped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from onrecord.custody import Step
from onrecord.entities.merge import People
from onrecord.identity import Identity, Joining
from onrecord.ledger import Ledger, ledgers_of, words_of
from onrecord.model import UNSURE, Dispute, Document, Entity, Position, Record, Role, Statement
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
    main_role,
    outlet_of,
    saying_of,
    shorten,
)

WIDEST = 100
"""Columns that text is set in at the most; longer lines are hard to read."""

_DAY = len("2018-08-27")
_HUES = ("cyan", "magenta", "green", "yellow", "blue", "red", "bright_cyan", "bright_magenta")
# Marks that reorder or hide text would also reorder what stands around the quoted article.
_REORDERING = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


def show(record: Record, console: Console) -> None:
    """Print a record: its head, its statements in order, what happened, where they clash, and the totals."""
    print_to(console, render(record))


class Screen(Console):
    """A console that leaves it to the command line what to do where the reader of the output has gone (`| head`)."""

    def on_broken_pipe(self) -> None:
        """Say so as any other stream does."""
        raise BrokenPipeError


def print_to(console: Console, what: RenderableType, widest: int = WIDEST) -> None:
    """Print in the width of the console, or less, and plain where the output goes to no terminal."""
    width = min(console.width, widest)
    if console.is_terminal:
        console.print(what, width=width)
        return
    with console.capture() as captured:
        console.print(what, width=width)
    lines = (line.rstrip() for line in captured.get().splitlines())  # rich fills its columns with spaces
    console.file.write("\n".join(lines) + "\n")


def render(record: Record) -> RenderableType:
    """Return a record as something that rich prints, without markup read from the article."""
    parts: list[RenderableType] = [head_of(record.document), Rule(style="dim")]
    if record.statements:
        parts.append(table_of(record))
    if record.events:
        parts += [*(ledger_lines(ledger, words=False) for ledger in ledgers_of(record)), Text("")]
    parts += [dispute_lines(record, dispute) for dispute in record.disputes]
    parts += [Text(totals(record), style="bold"), Text("")]
    return Group(*parts)


def table_of(record: Record) -> Table:
    """Return the statements of a record, numbered, one colour for each holder."""
    hues: dict[str, str] = {}
    speakers = {entity.id: entity for entity in record.entities}
    introduced: set[str] = set()
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for number, statement in enumerate(record.statements, start=1):
        source = plain(record.document.slice(statement.source))
        speaker = speakers.get(statement.speaker or "")
        holder = plain(speaker.name) if speaker and speaker.name else source
        hue = hues.setdefault(holder.casefold(), _HUES[len(hues) % len(_HUES)])
        mark = Text("?", style="bold yellow") if statement.confidence < UNSURE else Text(" ")
        setting = plain(describe_setting(record.document, statement, speakers))
        new = speaker is not None and speaker.id not in introduced
        role = plain(main_role(speaker)) if speaker and new else ""
        introduced.add(speaker.id if speaker else "")
        words = _Words(holder, source, role, setting)
        table.add_row(Text(str(number)) + mark, _statement(record.document, statement, words, hue))
    return table


def ledger_lines(ledger: Ledger, *, words: bool) -> RenderableType:
    """Return somebody's ledger: the status, a line for each step, and what a reader should know.

    With `words`, the sentences of the articles follow.
    """
    head = Text(plain(ledger.name), style="bold")
    head.append(f" · {plain(describe_status(ledger.custody, ledger.steps))}", style="not bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, min_width=_DAY)
    table.add_column(overflow="fold")
    told = [_words_of(step) for step in ledger.steps]
    for step, here, after in zip(ledger.steps, told, [*told[1:], []], strict=True):
        line = step_line(step)
        if words and here != after:  # what one sentence tells has the sentence once, below it
            for sentence in here:
                line.append(f"\n{sentence}", style="dim")
        table.add_row(Text(step.date or ""), line)
    for note in ledger.notes:
        table.add_row(Text("!", style="bold yellow", justify="right"), Text(plain(note), style="yellow"))
    return Group(head, Padding(table, (0, 0, 0, 2)))


def _words_of(step: Step) -> list[str]:
    """Return the sentences that tell a step, each with its outlet."""
    told = {words_of(told.event, told.document): outlet_of(told.document) for told in step.told}
    return [f"{in_marks(plain(sentence))} ({plain(outlet)})" for sentence, outlet in told.items()]


def step_line(step: Step) -> Text:
    """Return a step on one line: what happened, how long, for what, by whom, where, and who says so."""
    first = step.told[0]
    line = Text(describe_step(step.type, step.modality))
    if step.term:
        line.append(f", {describe_term(step.term, suspended=step.suspended)}")
    for introduced, passage in (
        ("for", first.event.offence),
        ("by", first.event.authority.passage if first.event.authority else None),
        ("in", first.event.place.passage if first.event.place else None),
    ):
        if passage:
            line.append(f" · {introduced}: ", style="dim").append(plain(first.document.slice(passage)), style="not dim")
    reporters = dict.fromkeys(told.reporter for told in step.told if told.reporter)
    if reporters:
        line.append(f" · according to {plain(', '.join(reporters))}", style="dim")
    if all(told.event.confidence < UNSURE for told in step.told):
        line.append(" · unsure", style="yellow")
    return line


def dispute_lines(record: Record, dispute: Dispute) -> RenderableType:
    """Return a dispute: its title, a line of what it is, and each side against the others."""
    basis = describe_basis(reported=dispute.reported)
    if dispute.marker:
        basis += f" (“{plain(record.document.slice(dispute.marker))}”)"
    head = Text(plain(dispute.about), style="bold")
    facts = f"dispute over {OVER[dispute.type]} · {basis} · {dispute.confidence:.0%}"
    head.append(f"\n{facts}", style="dim not bold")
    if dispute.confidence < UNSURE:
        head.append(" · unsure", style="yellow not bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for number, position in enumerate(dispute.positions):
        table.add_row("against" if number else "", _side(record, position))
    return Group(head, Padding(table, (0, 0, 1, 2)))


def _side(record: Record, position: Position) -> Text:
    """Return who is on a side and the clearest of what they hold; where nobody is quoted, what the article tells."""
    document = record.document
    said = [s for entry in position.statements for s in record.statements if s.id == entry]
    if said:
        holders = dict.fromkeys(plain(holder_of(record, statement)) for statement in said)
        line = Text(", ".join(holders), style="bold")
        act = describe_act(said[0])
        line.append(f" ({act})" if act else "", style="not bold")
        return line.append(f": {plain(saying_of(document, said[0]))}", style="not bold")
    people = {entity.id: entity for entity in record.entities}
    events = [event for event in record.events if event.id in position.events]
    told = [f"{describe_event(event, people.get(event.who))} (event)" for event in events]
    told += [f"{in_marks(shorten(document.slice(position.words)))} (not quoted)"] if position.words else []
    return Text(plain("; ".join(told) or LEFT_OUT))


def show_people(record: Record, console: Console, *, everybody: bool) -> None:
    """Print the entities of a record, who speaks most first; without `everybody`, only who speaks."""
    spoken = Counter(statement.speaker for statement in record.statements)
    listed = [e for e in record.entities if everybody or spoken[e.id]]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title, justify in (("statements", "right"), ("mentions", "right"), ("kind", "left"), ("name", "left")):
        table.add_column(title, justify=justify, no_wrap=title != "name")  # type: ignore[arg-type]
    for entity in sorted(listed, key=lambda e: (-spoken[e.id], -len(e.mentions))):
        counts = str(spoken[entity.id]), str(len(entity.mentions))
        table.add_row(*counts, entity.kind, line_of(entity, entity.roles))
    print_to(console, Group(head_of(record.document), Rule(style="dim"), table, Text("")))


def show_joined(
    people: People, console: Console, *, everybody: bool, articles: Mapping[str, str], why: bool = False
) -> None:
    """Print who is who across articles, who speaks most first; without `everybody`, only who speaks.

    `articles` are the names of the documents by id. With `why`, each member follows with its article and the reasons.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("articles", "statements", "mentions"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("name")
    for identity in people:
        if not (everybody or identity.statements):
            continue
        counts = (str(n) for n in (identity.articles, identity.statements, identity.mentions))
        lines = [line_of(identity, [held.role for held in identity.roles])]
        lines += [_reasons(people.why(member), articles) for member in identity.members if why]
        table.add_row(*counts, identity.kind, Group(*lines))
    print_to(console, Group(table, Text("")))


def line_of(who: Entity | Identity, roles: Iterable[Role]) -> Text:
    """Return the names of somebody, and the roles, on one line."""
    name = Text(plain(who.called), style="bold" if who.name else "italic")
    if who.aliases:
        name.append(f" ({plain(', '.join(who.aliases))})", style="dim not bold")
    told = dict.fromkeys(describe_role(role) for role in roles)
    if told:
        name.append(f" · {plain(', '.join(told))}", style="not bold")
    return name


def _reasons(joining: Joining, articles: Mapping[str, str]) -> Text:
    line = Text(f"  {plain(articles[joining.member.document])}: ", style="dim not bold not italic")
    decision = joining.decision
    if decision:
        by = f" by {decision.by}" if decision.by else ""
        on = f" on {decision.on}" if decision.on else ""
        line.append(f"decided{by}{on}: {decision.verdict}; ")
    return line.append("; ".join(plain(reason.words) for reason in joining.reasons))


def totals(record: Record) -> str:
    """Return the line that counts a record's statements, by form and the unsure ones; then its events and disputes."""
    counts = {"event": len(record.events), "dispute": len(record.disputes)}
    more = "".join(f" {count} {noun}{'' if count == 1 else 's'}." for noun, count in counts.items() if count)
    stop = "." if more and record.statements else ""
    return f"{_count_statements(record)}{stop}{more}"


def _count_statements(record: Record) -> str:
    found = record.statements
    if not found:
        return "No statement found."
    forms = Counter(s.form for s in found)
    by_form = ", ".join(f"{forms[f]} {f}" for f in ("direct", "mixed", "indirect") if forms[f])
    line = f"{len(found)} statement{'s' if len(found) > 1 else ''}: {by_form}"
    unsure = sum(s.confidence < UNSURE for s in found)
    return f"{line}; {unsure} unsure (marked ?)" if unsure else line


def head_of(document: Document) -> Text:
    """Return title, outlet, author, date and length of a document."""
    title = document.title or document.name or "Untitled"
    facts = [document.publisher, document.byline, _date(document.published), f"{document.words:,} words"]
    if document.title and document.name:
        facts.append(document.name.removeprefix(f"{Path.cwd()}/"))
    head = Text(plain(title), style="bold")
    return head + Text("\n" + " · ".join(plain(f) for f in facts if f), style="dim not bold")


def _date(published: str | None) -> str | None:
    if published is None or len(published) != len("2018-08-27"):
        return published
    day = date.fromisoformat(published)
    return f"{day.day} {day:%B %Y}"


class _Words(NamedTuple):
    """What the line above a statement tells: its holder, its source, the holder's role, and how it was said."""

    holder: str
    source: str
    role: str
    setting: str


def _statement(document: Document, statement: Statement, words: _Words, hue: str) -> RenderableType:
    holder, source, role, setting = words
    line = Text(holder or NOBODY, style=f"bold {hue}" if holder else "italic dim")
    if role:
        line.append(f", {role}", style="not bold")
    if source and holder not in source:
        line.append(f" (“{source}”)", style="dim not bold")
    line.append(" · ", style="dim not bold")
    if statement.negated:
        line.append("not ", style="bold red")
    line.append(statement.act, style="not bold")
    cue = plain(document.slice(statement.cue))
    if cue:
        line.append(f" ({cue})", style="dim not bold")
    line.append(f" · {statement.form}", style="dim not bold")
    if setting:
        line.append(f" · {setting}", style="dim not bold")
    if statement.said_on:
        line.append(f" · {_date(statement.said_on.value)}", style="dim not bold")
    if statement.confidence < UNSURE:
        line.append(f" · unsure, {statement.confidence:.0%}", style="yellow not bold")
    said = plain(document.slice(statement.content))
    quoted = Text(f"“{said}”" if statement.form == "direct" else said)
    return Group(line, Padding(quoted, (0, 0, 1, 2)))


def tidy(text: str) -> str:
    """Return text on one line, without what a terminal would obey: it may come from anywhere."""
    return _SPACES.sub(" ", _REORDERING.sub("", text))


def plain(text: str) -> str:
    """Return text tidied and without white space around it."""
    return tidy(text).strip()
