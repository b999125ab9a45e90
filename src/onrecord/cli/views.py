"""How the entries of a store look in a terminal: a person, a statement in its place, the store in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from onrecord.model import Document, Event, Passage, Record, Role, Statement
from onrecord.store import Counts
from onrecord.store.deciding import Decided
from onrecord.terminal import head_of, line_of, plain, print_to, table_of, tidy, totals
from onrecord.wording import describe_role

_MOST_MENTIONS, _MOST_VALUES = 20, 12
"""How many mentions of an entity are shown, and how many values of what is counted."""


def roles_of(row: Mapping[str, Any]) -> str:
    """Return the roles of an identity as a store lists it, on one line."""
    return plain(", ".join(dict.fromkeys(describe_role(_role(role)) for role in row["roles"])))


def _role(row: Mapping[str, Any]) -> Role:
    return Role.from_dict({field.name: row[field.name] for field in fields(Role)})


def show_person(row: Mapping[str, Any], topics: Sequence[str], console: Console) -> None:
    """Print who somebody is by all articles of a store: names, roles over time, what they say most."""
    seen = f"{row['first'] or '?'} to {row['last'] or '?'}"
    counts = f"{row['articles']:,} articles, {row['statements']:,} statements, {row['mentions']:,} mentions"
    lines = [Text(plain(row["called"]), style="bold"), Text(f"{row['kind']} · {row['id']} · {counts}", style="dim")]
    table = Table.grid(padding=(0, 2))
    table.add_row(Text("seen", style="dim"), Text(seen))
    if row["aliases"]:
        table.add_row(Text("also", style="dim"), Text(plain(", ".join(row["aliases"]))))
    for number, (role, days) in enumerate(_roles_over_time(row["roles"]).items()):
        when = f"{days[0]} to {days[-1]}" if days and days[0] != days[-1] else days[0] if days else "undated"
        table.add_row(Text("" if number else "roles", style="dim"), Text(f"{plain(role)} ({when})"))
    if topics:
        table.add_row(Text("says most", style="dim"), Text(plain(", ".join(topics))))
    print_to(console, Group(*lines, Rule(style="dim"), table, Text("")))


def _roles_over_time(roles: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the days of the articles that tell each role, in order, the role that was told first before the others."""
    told: dict[str, list[str]] = {}
    for role in sorted(roles, key=lambda role: role["published"] or "9"):
        days = told.setdefault(describe_role(_role(role)), [])
        if role["published"]:
            days.append(role["published"])
    return told


def show_entry(decided: Decided, id: str, rulings: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print an entry of a store: a statement in its place, an entity, or a whole article; and what was decided."""
    record = decided.record
    document = record.document
    statement = next((s for s in record.statements if s.id == id), None)
    event = next((e for e in record.events if e.id == id), None)
    entity = next((e for e in record.entities if e.id == id), None)
    parts: list[RenderableType] = [head_of(document), Text(document.id, style="dim"), Rule(style="dim")]
    if statement is not None:
        alone = replace(record, statements=(statement,))
        parts += [
            table_of(alone),
            _in_context(document, statement),
            _state(
                statement,
                [("content", statement.content), ("cue", statement.cue), ("source", statement.source)],
                rejected=id in decided.rejected,
            ),
        ]
    elif event is not None:
        marked = (("not dim bold", _mentions_near(record, event)), ("not dim underline", event.triggers))
        parts += [
            Text(_describe_event(record, event)),
            _marked(document, context_of(document, event.sentences), marked),
            _state(event, [("trigger", event.triggers[:1])], rejected=id in decided.rejected),
        ]
    elif entity is not None:
        parts += [
            line_of(entity, entity.roles),
            *(_line_around(document, m.passage) for m in entity.mentions[:_MOST_MENTIONS]),
        ]
    else:
        parts += [table_of(record), Text(totals(record), style="bold")]
    if rulings:
        parts.append(Rule("decisions", style="dim", align="left"))
    parts += [Text(plain(_ruling(row))) for row in rulings]
    print_to(console, Group(*parts, Text("")))


def entry_of(decided: Decided, id: str) -> dict[str, Any]:
    """Return an entry of a store as JSON has it, with its document and, but of an entity, the paragraphs around it."""
    record = decided.record
    document = record.document.to_dict()
    found: list[tuple[str, Statement | Event, tuple[Passage, ...]]]
    found = [("statement", s, _parts_of(s)) for s in record.statements if s.id == id]
    found += [("event", e, e.sentences) for e in record.events if e.id == id]
    for kind, entry, passages in found:
        context = list(context_of(record.document, passages))
        return {kind: entry.to_dict(), "context": context, "rejected": id in decided.rejected} | {
            "document": {name: value for name, value in document.items() if name != "text"}
        }
    for entity in record.entities:
        if entity.id == id:
            return {"entity": entity.to_dict(), "document": document}
    return record.to_dict()


def _parts_of(statement: Statement) -> tuple[Passage, ...]:
    return (*statement.source, *statement.cue, *statement.content)


def context_of(document: Document, passages: Sequence[Passage]) -> Passage:
    """Return the paragraphs that some passages stand in, from their first character to their last."""
    start, end = min(p.start for p in passages), max(p.end for p in passages)
    begin = document.text.rfind("\n", 0, start) + 1
    close = document.text.find("\n", end)
    return Passage(begin, len(document.text) if close < 0 else close)


def _in_context(document: Document, statement: Statement) -> RenderableType:
    """Return the paragraphs around a statement, with its source, cue and content standing out."""
    marked = (
        ("not dim", statement.content), ("not dim underline", statement.cue), ("not dim bold", statement.source)
    )  # fmt: skip
    return _marked(document, context_of(document, _parts_of(statement)), marked)


def _marked(document: Document, context: Passage, marked: Iterable[tuple[str, Sequence[Passage]]]) -> RenderableType:
    """Return the words of a context with some passages standing out."""
    begin, end = context
    text = Text(document.text[begin:end], style="dim")
    for style, passages in marked:
        for passage in passages:
            text.stylize(style, max(0, passage.start - begin), max(0, passage.end - begin))
    return Padding(text, (0, 0, 1, 2))


def _describe_event(record: Record, event: Event) -> str:
    """Return an event in a line: whom it befalls, what, when, for how long, why, by whom and where."""
    document = record.document
    entities = {entity.id: entity for entity in record.entities}
    teller = next((s for s in record.statements if s.id == event.reported_in), None)
    speaker = entities.get(teller.speaker or "") if teller else None
    parts = {
        "": event.date.value if event.date else None,
        "for ": event.term.value if event.term else None,
        "because of ": document.slice(event.offence) if event.offence else None,
        "by ": document.slice(event.authority.passage) if event.authority else None,
        "in ": document.slice(event.place.passage) if event.place else None,
        "according to ": speaker.called if speaker else document.slice(teller.source) if teller else None,
    }
    who = entities[event.who].called if event.who in entities else ""
    told = [f"{word}{value}" for word, value in parts.items() if value]
    return plain(" · ".join((who, f"{event.type.replace('_', ' ')} ({event.modality})", *told)))


def _mentions_near(record: Record, event: Event) -> list[Passage]:
    """Return where the sentences of an event mention whom it befalls."""
    mentions = [m.passage for e in record.entities if e.id == event.who for m in e.mentions]
    return [m for m in mentions if any(s.start <= m.start and m.end <= s.end for s in event.sentences)]


def _state(entry: Statement | Event, parts: Iterable[tuple[str, Sequence[Passage]]], *, rejected: bool) -> Text:
    """Return where the parts of an entry stand, as `fix` takes them, how sure it is, and what was decided about it."""
    places = [f"{name} {','.join(f'{p.start}:{p.end}' for p in passages)}" for name, passages in parts if passages]
    state = "rejected" if rejected else entry.review.verdict if entry.review else "not reviewed"
    return Text(" · ".join((entry.id, *places, f"{entry.confidence:.0%} sure", state)), style="dim")


def _line_around(document: Document, passage: Passage) -> Text:
    start, end = max(0, passage.start - 40), passage.end + 40
    line = Text("  … ", style="dim")
    line.append(tidy(document.text[start : passage.start]), style="dim")
    line.append(tidy(document.text[passage.start : passage.end]), style="not dim bold")
    return line.append(tidy(document.text[passage.end : end]), style="dim")


def describe_decision(row: Mapping[str, Any]) -> str:
    """Return what was decided, in words: "fix act: deny, content: 120:164"."""
    if row["verb"] in ("join", "split"):
        return f"{row['verb']} with {row['change']['entity']}"
    changed = ", ".join(f"{name}: {_describe_value(value)}" for name, value in row["change"].items())
    return f"{row['verb']} {changed}".strip()


def _describe_value(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(f"{start}:{end}" for start, end in value) or "none"
    if isinstance(value, dict):
        what = value.get("value") or value.get("kind") or ""
        return f"{what}@{value['passage'][0]}:{value['passage'][1]}"
    return "none" if value is None else str(value)


def _ruling(row: Mapping[str, Any]) -> str:
    undone = f", undone by {row['undone_by']} on {row['undone_at']}" if row["undone_at"] else ""
    note = f" — {row['note']}" if row["note"] else ""
    return f"{row['number']}. {describe_decision(row)} by {row['by']} on {row['at']}{note}{undone}"


def show_counts(counts: Counts, console: Console) -> None:
    """Print what a store holds."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    lines = (
        (counts.documents, f"articles ({counts.stories:,} stories, {counts.words:,} words)"),
        (counts.statements, "statements"),
        (counts.events, f"events, {counts.predictions:,} predictions, promises and threats"),
        (counts.entities, f"people and others in articles, {counts.identities:,} across them"),
        (counts.decisions, f"decisions in force, {counts.orphans:,} without their passage"),
        (counts.skipped, "inputs skipped"),
    )
    for number, words in lines:
        table.add_row(Text(f"{number:,}", style="bold"), Text(words))
    parts: list[RenderableType] = [table]
    for name, spread in counts.by.items():
        if not spread:
            continue
        shown = list(spread.items())[:_MOST_VALUES]
        more = f" and {len(spread) - len(shown):,} more" if len(spread) > len(shown) else ""
        values = ", ".join(f"{value} {number:,}" for value, number in shown)
        parts.append(Text(f"by {name}: ", style="dim").append(plain(values) + more, style="not dim"))
    print_to(console, Group(*parts, Text("")))
