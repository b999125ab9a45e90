"""The command that lists who is who: in articles that it reads, or in a store."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onrecord import merge, read_many, terminal
from onrecord.cli.app import INCOMPLETE, Jobs, app
from onrecord.cli.listing import Columns, listing
from onrecord.cli.reading import Fields, Published, Sources, Tally, read_fields
from onrecord.cli.views import roles_of, show_person
from onrecord.entities.merge import People
from onrecord.errors import WrongUsage
from onrecord.model import Record
from onrecord.store import Cut, Page, is_store, open_store
from onrecord.store.asking import Row
from onrecord.terminal import Screen

_EXAMPLES = """
Examples:

    onrecord people article.txt

    onrecord people monday.txt tuesday.txt --why

    onrecord people articles/ --all --json --jobs 2

    onrecord people record.db

    onrecord people record.db "Irena Vokal"
"""
_COLUMNS: Columns = {
    "id": "id", "name": "called", "kind": "kind", "articles": "articles", "statements": "statements", "last": "last",
    "roles": roles_of,
}  # fmt: skip


@app.command(epilog=_EXAMPLES)
@listing(_COLUMNS)
def people(
    sources: Sources,
    all: Annotated[bool, typer.Option("--all", help="List those too who hold no statement.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="List each article by itself, joining nobody.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say why each entity of an article is who it is.")] = False,
    join: Annotated[bool, typer.Option("--join", help="Of a store: join the articles first that came since.")] = False,
    published: Published = None,
    field: Fields = None,
    jobs: Jobs = 1,
    *,
    cut: Cut,
    printing: str | None,
) -> Page | None:
    """List who speaks: name and other names, kind, roles, how often they speak and are mentioned.

    Of several articles one list is made, in which the people and organisations of all are joined. Of a store, a name
    may follow: then who has it, with their roles over time and what they say most.
    """
    if is_store(sources[0]):
        return _people_of_store(sources, cut, printing, everybody=all, join=join)
    if apart and (why or printing is not None):
        raise WrongUsage(
            f"--apart joins nobody, so it goes with neither --why nor --{printing or 'json'}. Leave it out."
        )
    tally, console = Tally(), Screen(highlight=False)
    single: Record | None = None
    joined, names = merge([]), {}
    found = read_many(sources, published=published, fields=read_fields(field), jobs=jobs)
    for item in tally.watch(found):
        if not isinstance(item, Record):
            continue
        if apart:
            terminal.show_people(item, console, everybody=all)
            continue
        single = item if single is None else single
        joined.add(item)
        names[item.document.id] = item.document.title or item.document.name or "Untitled"
    tally.report()
    page = None
    if printing is not None and printing != "table":
        page = _page_of(joined, cut, everybody=all, whole=not tally.skipped)
    elif single is not None and tally.read == 1 and not why:
        terminal.show_people(single, console, everybody=all)
    elif not apart:
        terminal.show_joined(joined, console, everybody=all, articles=names, why=why)
    if tally.skipped and page is None:
        raise typer.Exit(INCOMPLETE)
    return page


def _page_of(joined: People, cut: Cut, *, everybody: bool, whole: bool) -> Page:
    """Return who is who as rows, with the reasons for each member."""
    listed = [identity for identity in joined if everybody or identity.statements]
    end = None if cut.limit is None else cut.offset + cut.limit
    rows: list[Row] = [
        {**identity.to_dict(), "why": [joined.why(member).to_dict() for member in identity.members]}
        for identity in listed[cut.offset : end]
    ]
    return Page(rows, len(listed), whole)


def _people_of_store(sources: list[str], cut: Cut, printing: str | None, *, everybody: bool, join: bool) -> Page | None:
    from onrecord import corpus

    address, *names = sources
    if len(names) > 1:
        raise WrongUsage(f"{' '.join(names)}: a store takes one name. Put it in quotation marks.")
    with open_store(address, writing=join) as store:
        if join:
            corpus.join_people(store)
        page = store.people(names[0] if names else None, cut, everybody=everybody)
        new = store.unjoined()
        topics = store.topics(page.rows[0]["id"]) if names and page.total == 1 and printing is None else None
    if new:
        again = f"onrecord people {address} --join"
        print(f"{new:,} articles came or changed since people were joined (join them with: {again})", file=sys.stderr)
    if topics is None:
        return page
    show_person(page.rows[0], topics, Screen(highlight=False))
    return None
