"""What a reader sees of a comparison: the articles on one story side by side."""

from __future__ import annotations

import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from onrecord.cli.disputes import conflict_lines
from onrecord.cli.listing import say_what_is_left
from onrecord.comparison import Story
from onrecord.disputes.vocabulary import words_of
from onrecord.model import UNSURE
from onrecord.store.asking import Cut, Row
from onrecord.terminal import WIDEST, Screen, plain, print_to
from onrecord.wording import describe_step, describe_term, in_marks, shorten

LEFT_OUT = "—"
"""What stands where an article leaves out what others tell."""


def show(story: Story, rows: Sequence[Row], cut: Cut) -> None:
    """Print what a comparison gives, by what it is; `cut` says of which holders."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may not know every character
    console = Screen(highlight=False)
    by: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("kind") != "facts":  # such conflicts stand under what happened
            by[row["what"]].append(row)
    parts: list[RenderableType] = [_head(story, by)]
    holders = by["holder"][cut.offset :][: cut.limit]
    if len(story.versions) > 1:
        if holders:
            parts += [_title("who speaks"), _speakers(story, holders), _title("who says what")]
            parts += [_sayings(story, one, by["statement"]) for one in holders]
        if by["event"]:
            parts += [_title("what happened"), _happenings(story, by["event"])]
        if by["number"]:
            parts += [_title("counted differently"), *(_numbers(row) for row in by["number"])]
        if by["conflict"]:
            parts += [_title("conflicts"), *(conflict_lines(row) for row in by["conflict"])]
    print_to(console, Group(*parts), min(console.width, WIDEST))
    say_what_is_left(len(holders), len(by["holder"]), cut)


def _title(words: str) -> RenderableType:
    return Rule(Text(words, style="bold"), align="left", style="dim")


def _head(story: Story, by: Mapping[str, Sequence[Row]]) -> RenderableType:
    """Return the articles with their titles, the copies, and in numbers what was found."""
    table = _pairs()
    for version in story.versions:
        document = version.record.document
        facts = (plain(document.title or ""), f"{document.words:,} words")
        table.add_row(Text(plain(version.label), style="bold"), Text(" · ".join(filter(None, facts))))
    for copy in by["copy"]:
        table.add_row(Text(plain(copy["article"])), _copied(copy))
    lines = _counts_of(by) if len(story.versions) > 1 else "All print one text: there is nothing else to compare."
    return Group(table, Text(lines, style="dim"), Text(""))


def _pairs() -> Table:
    """Return a table of two columns: which article, and what it has."""
    table = Table.grid(padding=(0, 2))
    table.add_column(max_width=30, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    table.expand = True
    return table


def _copied(copy: Row) -> Text:
    line = Text(f"a copy of {plain(copy['of'])}: counted once", style="yellow")
    for words in _different(copy):
        line.append(f"\n{words}", style="dim")
    return line


def _different(row: Row) -> list[str]:
    """Return in words what a copy, or a quotation, does not have, has more, and has otherwise."""
    parts = (
        ("leaves out", [_marked(words) for words in row["leaves_out"]]),
        ("has also", [_marked(words) for words in row["has_more"]]),
        ("has", [f"{_marked(other)} for {_marked(words)}" for words, other in row["changes"]]),
    )
    return [f"{what} {', '.join(words)}" for what, words in parts if words]


def _marked(words: str) -> str:
    return in_marks(shorten(plain(words)))


def _counts_of(by: Mapping[str, Sequence[Row]]) -> str:
    shared = [row for row in by["statement"] if _articles(row) > 1]
    everywhere = sum(not row["left_out_by"] for row in by["holder"])
    differing = sum(bool(row["differs"]) for row in by["event"])
    parts = (
        f"{len(by['holder'])} speak, {everywhere} of them in all articles",
        f"{len(shared)} statements in several articles, {len(by['statement']) - len(shared)} in one alone",
        f"{len(by['event'])} steps in somebody’s case, {differing} told differently" if by["event"] else "",
        f"{len(by['number'])} counted differently" if by["number"] else "",
        f"{len(by['conflict'])} conflicts" if by["conflict"] else "",
    )
    return "; ".join(part for part in parts if part) + "."


def _articles(row: Row) -> int:
    return len({told["article"] for told in row["told"]})


def _side_by_side(story: Story) -> Table:
    """Return a table with a column for what it is, and one for each article."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    table.add_column("", ratio=3, overflow="fold")
    for version in story.versions:
        outlet, _, day = plain(version.label).rpartition(", ")
        table.add_column(f"{outlet}\n{day}" if outlet else day, ratio=2, overflow="fold", vertical="top")
    return table


def _speakers(story: Story, holders: Sequence[Row]) -> RenderableType:
    table = _side_by_side(story)
    for row in holders:
        table.add_row(_holder(row), *(_times(told) for told in row["told"]))
    legend = f"statements of each; {LEFT_OUT} leaves them out; named: speaks of them, and leaves out what they say"
    return Group(table, Text(legend, style="dim"), Text(""))


def _holder(row: Row) -> Text:
    name = Text(plain(row["holder"]), style="bold" if row["identity"] else "italic")
    if row["role"]:
        name.append(f", {plain(row['role'])}", style="not bold")
    return name


def _times(told: Row) -> Text:
    if told["statements"]:
        return Text(str(told["statements"]))
    return Text("named" if told["mentioned"] else LEFT_OUT, style="yellow")


def _sayings(story: Story, holder: Row, statements: Sequence[Row]) -> RenderableType:
    """Return what is told of a holder: first what several articles have, then what each has alone."""
    own = [row for row in statements if row["identity"] == holder["identity"]]
    labels = dict.fromkeys(told["article"] for row in own for told in row["told"])
    head = _holder(holder)
    if len(labels) == 1:
        head.append(f" · only in {plain(next(iter(labels)))}", style="yellow not bold not italic")
    parts: list[RenderableType] = [_in_several(story, row) for row in own if _articles(row) > 1]
    for label in (version.label for version in story.versions):
        alone = [_words(told) for row in own if _articles(row) == 1 for told in row["told"] if told["article"] == label]
        if alone and len(labels) > 1:
            parts += [Text(f"only in {plain(label)}", style="yellow"), Padding(Group(*alone), (0, 0, 0, 2))]
        else:
            parts += alone
    return Group(head, Padding(Group(*parts), (0, 0, 1, 2)))


def _in_several(story: Story, row: Row) -> RenderableType:
    """Return a statement that several articles have: who has it in which words, and what is left out of a quotation."""
    head = Text(_where(story, row), style="dim")
    for words, labels in _together((_quotation(part), part["article"]) for part in row["quotation"]).items():
        head.append(f"\n! {labels}: {words}", style="yellow not dim")
    if "negation" in row["differs"]:
        head.append("\n! what one says is so, another says is not", style="yellow not dim")
    table = _pairs()
    shown = {_key(told): _words(told) for told in reversed(row["told"])}
    for key, labels in _together((_key(told), told["article"]) for told in row["told"]).items():
        table.add_row(Text(labels, style="dim"), shown[key])
    return Group(head, Padding(table, (0, 0, 0, 2)))


def _where(story: Story, row: Row) -> str:
    """Return in how many articles a statement is, and where they are few, which leave it out."""
    every, lacking = len(story.versions), row["left_out_by"]
    if not lacking:
        return "in both" if every == 2 else f"in all {every}"
    which = f", not in {plain('; '.join(lacking))}" if 2 * len(lacking) < every else ""
    return f"in {_articles(row)} of {every}{which}"


def _key(told: Row) -> str:
    """Return what is the same of statements that differ in nothing but marks."""
    return " ".join(words_of(f"{told['cue']} {told['said']}"))


def _together(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for all words which articles have them, each of them once."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for words, label in pairs:
        found[words][label] = None
    return {words: plain("; ".join(labels)) for words, labels in found.items()}


def _words(told: Row) -> Text:
    """Return a statement as an article has it, with the words that introduce it."""
    said, cue = plain(told["said"]), plain(told["cue"])
    line = Text()
    if cue:
        line.append(f"{cue}: ", style="dim")
    return line.append(f"“{said}”" if told["form"] == "direct" else said)


def _quotation(part: Row) -> str:
    """Return what an article does to a quotation that another has more of."""
    less = part["leaves_out"] and not part["has_more"] and not part["changes"]
    return f"quotes {'less' if less else 'otherwise'} than {plain(part['than'])}: {', '.join(_different(part))}"


def _happenings(story: Story, rows: Sequence[Row]) -> RenderableType:
    """Return the steps of everybody's case, with what each article gives of them."""
    table = _side_by_side(story)
    before = None
    for row in rows:
        if row["who"] != before:
            table.add_row(Text(plain(row["name"]), style="bold"))
            before = row["who"]
        head = Text(f"  {describe_step(row['type'], row['modality'])}")
        if row["differs"]:
            head.append(f"\n  ! {', '.join(row['differs'])} given differently", style="yellow")
        alike = len({told["step"] for told in row["told"]}) == 1
        groups = len({told["called"] for told in row["told"]}) > 1 and "number" in row["differs"]
        cells = []
        for version in story.versions:
            told = [_cell(one, step=not alike, called=groups) for one in row["told"] if one["article"] == version.label]
            cells.append(Text("\n").join(told) if told else Text(LEFT_OUT, style="yellow"))
        table.add_row(head, *cells)
    return Group(table, Text(""))


def _cell(told: Row, *, step: bool, called: bool) -> Text:
    """Return what an article gives of a step: the day, the term, and who says so."""
    parts = [plain(told["called"]) if called else "", told["step"] if step else "", told["date"] or "", term_of(told)]
    line = Text(", ".join(part for part in parts if part) or "told, undated")
    if told["according_to"]:
        line.append(f" ({plain(told['according_to'])})", style="dim")
    if told["confidence"] < UNSURE:
        line.append(" ?", style="bold yellow")
    return line


def term_of(told: Row) -> str:
    """Return how long, in plain words; "" where an article does not tell."""
    return describe_term(told["term"], suspended=told["suspended"]) if told["term"] else ""


def _numbers(row: Row) -> RenderableType:
    table = _pairs()
    for told in row["told"]:
        line = Text(plain(told["words"]), style="bold")
        if told["according_to"]:
            line.append(f" · according to {plain(told['according_to'])}", style="not bold")
        line.append(f"\n{plain(told['sentence'])}", style="dim not bold")
        table.add_row(Text(plain(told["article"]), style="dim"), line)
    return Group(Text(plain(row["about"]), style="bold"), Padding(table, (0, 0, 1, 2)))
