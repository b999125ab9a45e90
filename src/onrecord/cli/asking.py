"""The commands that ask a store: statements, search, show, documents, stats. `people` asks a store or articles."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import Annotated

import typer

from onrecord.cli.app import StoreArgument, app
from onrecord.cli.listing import Columns, listing
from onrecord.cli.views import entry_of, show_counts, show_entry
from onrecord.errors import WrongUsage
from onrecord.ingest import check_date
from onrecord.store import Cut, Page, Wanted, open_store
from onrecord.store.asking import Row
from onrecord.terminal import Screen


def _said(row: Row) -> str:
    words = row["said"] if len(row["said"]) <= 160 else row["said"][:157].rsplit(" ", 1)[0] + " …"
    return f"“{words}”" if row["form"] == "direct" else words


def _act(row: Row) -> str:
    return f"not {row['act']}" if row["negated"] else str(row["act"])


def _sure(row: Row) -> str:
    return str(row["review"] or f"{row['confidence']:.0%}")


_STATEMENTS: Columns = {
    "id": "id", "day": "day", "holder": "holder", "act": _act, "said": _said, "outlet": "publisher", "sure": _sure,
}  # fmt: skip


@app.command(
    epilog='Examples:\n\n    onrecord statements record.db --by "Irena Vokal" --since 2021-03'
    '\n\n    onrecord statements record.db --about "river treaty" --act deny --csv > denials.csv'
    '\n\n    onrecord statements record.db --by "Irena Vokal" --about pardon --save pardons'
)
@listing(_STATEMENTS)
def statements(
    store: StoreArgument,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who holds it: a name, a part of one, or an id.")
    ] = None,
    about: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help='Words of what was said; "two words" as a phrase, -word without.'),
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NAME", help="Who was told or answered.")] = None,
    act: Annotated[
        str | None, typer.Option(metavar="ACT", help="say, deny, promise … (docs/reference/acts.md)")
    ] = None,
    form: Annotated[str | None, typer.Option(metavar="FORM", help="direct, indirect or mixed.")] = None,
    channel: Annotated[str | None, typer.Option(metavar="KIND", help="How: interview, court, Facebook …")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="On or after: 2018, 2018-08 or 2018-08-27.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="On or before.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="The outlet, or a part of its name.")] = None,
    document: Annotated[str | None, typer.Option(metavar="ID", help="Of this document alone.")] = None,
    review: Annotated[str | None, typer.Option(metavar="STATE", help="accepted, corrected or rejected.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only those at least as sure as this.")] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="Of copies of one story, only the first.")] = False,
    save: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep these options as a query that onrecord watch tells new statements of."),
    ] = None,
    *,
    cut: Cut,
) -> Page:
    """List statements, the newest first: who said what, when, to whom and how."""
    for date in (since, until):
        if date is not None:
            check_date(date)
    wanted = Wanted(
        by, about, to, act, form, channel, since, until, publisher, document, review, min_confidence, once
    )  # fmt: skip
    with open_store(store, writing=save is not None) as opened:
        if save is not None:
            opened.save_query(save, wanted)
        return opened.statements(wanted, cut)


def _title(row: Row) -> str:
    return str(row["title"] or row["url"] or PurePath(row["name"] or "Untitled").name)


@app.command(
    epilog='Examples:\n\n    onrecord search record.db "pardoned prisoners"'
    "\n\n    onrecord search record.db 'treaty \"foreign pressure\" -dam' --limit 10"
    '\n\n    onrecord search record.db "pressure from abroad" --meaning --limit 5'
)
@listing({"id": "id", "day": "published", "outlet": "publisher", "title": _title, "found": "snippet"})
def search(
    store: StoreArgument,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help='All of them; "two words" as a phrase, -word without, a or b.')
    ],
    meaning: Annotated[
        bool,
        typer.Option("--meaning", help="Search statements by what they mean, the nearest first, in other words too."),
    ] = False,
    *,
    cut: Cut,
) -> Page:
    """Search the words of the articles, in any ending ("pardon" finds "pardoned"); the best first."""
    with open_store(store, writing=False) as opened:
        if not meaning:
            return opened.search(words, cut)
        from onrecord import corpus

        page = corpus.search_meaning(opened, words, cut)
    rows = [row | {"snippet": f"{row['holder'] or 'somebody'}: {row['said']}"} for row in page.rows]
    return replace(page, rows=rows)


@app.command(epilog="Example:\n\n    onrecord documents record.db --publisher Courier --csv")
@listing(
    {
        "id": "id", "day": "published", "outlet": "publisher", "title": _title, "words": "words",
        "statements": "statements", "copies": "copies",
    }
)  # fmt: skip
def documents(
    store: StoreArgument,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="The outlet, or a part of its name.")] = None,
    *,
    cut: Cut,
) -> Page:
    """List the articles of a store, the newest first; copies is how many have nearly the same words."""
    with open_store(store, writing=False) as opened:
        return opened.documents(cut, publisher=publisher)


@app.command(
    epilog="Examples:\n\n    onrecord show record.db st-9f2c1d0e4b7a\n\n    onrecord show record.db doc-6ae4fe4cf2df"
)
def show(
    store: StoreArgument,
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a statement, an event, an entity or a document.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show an entry: what it is, its place in the article, where that came from, and what was decided about it."""
    with open_store(store, writing=False) as opened:
        decided = opened.decided(id)
        if decided is None:
            raise WrongUsage(f"{id}: the store has no such entry. Ids are in the first column of the listings.")
        rulings = opened.history(id, Cut(None)).rows
    if as_json:
        typer.echo(json.dumps(entry_of(decided, id) | {"decisions": rulings}, ensure_ascii=False, indent=2))
    else:
        show_entry(decided, id, rulings, Screen(highlight=False))


@app.command(epilog="Example:\n\n    onrecord stats record.db")
def stats(
    store: StoreArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Count what a store holds: articles, statements by act, form and review, events, people, what was skipped."""
    with open_store(store, writing=False) as opened:
        counts = opened.counts()
    if as_json:
        typer.echo(json.dumps(asdict(counts), ensure_ascii=False, indent=2))
    else:
        show_counts(counts, Screen(highlight=False))
