"""The commands by which people correct the record: fix, accept, reject, note, join, split, undo, and history.

Each takes the name of who decides, from --by or the variable ONRECORD_BY.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args

import typer

from onrecord.attribution.cues import acts
from onrecord.cli.app import StoreArgument, app
from onrecord.cli.keeping import join_people
from onrecord.cli.listing import listing
from onrecord.cli.views import describe_decision
from onrecord.errors import WrongUsage
from onrecord.ingest import check_date
from onrecord.model import ChannelKind, Document, Form
from onrecord.store import Cut, Page, open_store
from onrecord.store.asking import Row

By: TypeAlias = Annotated[
    str, typer.Option("--by", metavar="NAME", envvar="ONRECORD_BY", help="Who decides (or set ONRECORD_BY).")
]
Note: TypeAlias = Annotated[str | None, typer.Option(metavar="WORDS", help="Why.")]
Entry: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The id of the statement.")]
Found: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The id of the statement or the event.")]
Entity: TypeAlias = Annotated[
    str, typer.Argument(metavar="ENTITY", help="An id (en-…, who-…), or a name that is clear.")
]

_WHERE = "START:END, or the words themselves where they stand once"
_OFFSETS = re.compile(r"\d+:\d+(?:,\d+:\d+)*")
_NOTHING = ("none", "null", "")


@app.command(
    epilog='Examples:\n\n    onrecord fix record.db st-9f2c1d0e4b7a --speaker "Irena Vokal" --by Ana'
    "\n\n    onrecord fix record.db st-9f2c1d0e4b7a --act deny --content 120:164 --by Ana"
    '\n\n    onrecord fix record.db st-9f2c1d0e4b7a --said-on "2018-08-25@on Saturday" --by Ana'
)
def fix(
    store: StoreArgument,
    id: Entry,
    speaker: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who holds it: a name, an entity's id, or none.")
    ] = None,
    act: Annotated[str | None, typer.Option(metavar="ACT", help="What the cue does: say, deny, promise …")] = None,
    form: Annotated[str | None, typer.Option(metavar="FORM", help="direct, indirect or mixed.")] = None,
    negated: Annotated[bool | None, typer.Option("--negated/--not-negated", help="Whether it was not said.")] = None,
    content: Annotated[str | None, typer.Option(metavar="WHERE", help=f"What was said: {_WHERE}.")] = None,
    source: Annotated[
        str | None, typer.Option(metavar="WHERE", help="The words that name the holder, or none.")
    ] = None,
    cue: Annotated[str | None, typer.Option(metavar="WHERE", help="The words that report it, or none.")] = None,
    said_on: Annotated[
        str | None, typer.Option(metavar="DATE@WHERE", help="When, and the words that tell; or none.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="KIND@WHERE", help="How, and the words that tell; or none.")
    ] = None,
    told: Annotated[
        str | None, typer.Option(metavar="WHERE", help="The words that name who was told, or none.")
    ] = None,
    by: By = "",
    note: Note = None,
) -> None:
    """Correct a statement. What the reader found stays beside the correction, which outranks it everywhere."""
    given = {
        "speaker": speaker, "act": act, "form": form, "content": content, "source": source, "cue": cue,
        "said_on": said_on, "channel": channel, "addressee": told,
    }  # fmt: skip
    with open_store(store) as opened:
        decided = opened.decided(id)
        if decided is None:
            raise WrongUsage(f"{id}: the store has no such entry. Ids are in the first column of the listings.")
        change = {
            name: _read(decided.record.document, name, value) for name, value in given.items() if value is not None
        }
        if negated is not None:
            change["negated"] = negated
        number = opened.fix(id, change, by=by, note=note)
    typer.echo(f"decision {number}: {id} corrected ({', '.join(change)})")


def _read(document: Document, name: str, value: str) -> Any:
    """Return what an option of `fix` says, as the store keeps it."""
    cleared = value.strip().lower() in _NOTHING
    if name in ("content", "source", "cue"):
        return [] if cleared else _find(document, value)
    if cleared:
        return None
    if name == "addressee":
        return {"entity": None, "passage": _find(document, value)[0]}
    if name in ("said_on", "channel"):
        what, mark, where = value.partition("@")
        if not mark:
            option = name.replace("_", "-")
            raise WrongUsage(f"--{option} {value}: the words that tell it are missing. Write --{option} {value}@WHERE")
        passage = _find(document, where)[0]
        if name == "said_on":
            return {"value": check_date(what.strip()), "passage": passage}
        return {
            "kind": _check_one_of("channel", what.strip(), get_args(ChannelKind)),
            "name": None,
            "owner": None,
            "passage": passage,
        }
    if name in ("act", "form"):
        return _check_one_of(name, value, tuple(acts()) if name == "act" else get_args(Form))
    return value


def _check_one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise WrongUsage(f"--{name} {value}: not known. It is one of: {', '.join(known)}")
    return value


def _find(document: Document, where: str) -> list[list[int]]:
    """Return passages given by their offsets, or by words that stand once in the article."""
    if _OFFSETS.fullmatch(where):
        return [[int(number) for number in pair.split(":")] for pair in where.split(",")]
    count = document.text.count(where)
    if count != 1:
        stands = "does not stand in the article" if count == 0 else f"stands there {count} times"
        raise WrongUsage(f"“{where}” {stands}. Give the passage as START:END (see: onrecord show STORE ID)")
    start = document.text.index(where)
    return [[start, start + len(where)]]


@app.command(epilog="Example:\n\n    onrecord accept record.db st-9f2c1d0e4b7a --by Ana")
def accept(store: StoreArgument, id: Found, by: By = "", note: Note = None) -> None:
    """Say that a statement or an event is right as it is."""
    with open_store(store) as opened:
        number = opened.accept(id, by=by, note=note)
    typer.echo(f"decision {number}: {id} accepted")


@app.command(
    epilog='Example:\n\n    onrecord reject record.db st-9f2c1d0e4b7a --by Ana --note "a caption"'
    "\n\n    onrecord reject record.db ev-0a61b2c3d4e5 --by Ana"
)
def reject(store: StoreArgument, id: Found, by: By = "", note: Note = None) -> None:
    """Say that a statement or an event is none: listings, ledgers and exports leave it out."""
    with open_store(store) as opened:
        number = opened.reject(id, by=by, note=note)
    typer.echo(f"decision {number}: {id} rejected")


@app.command(epilog='Example:\n\n    onrecord note record.db st-9f2c1d0e4b7a "check the tape" --by Ana')
def note(
    store: StoreArgument,
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of a statement, an event, an entity or a document.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The note.")],
    by: By = "",
) -> None:
    """Keep a note about an entry; `show` and `history` print it."""
    with open_store(store) as opened:
        number = opened.note(id, words, by=by)
    typer.echo(f"decision {number}: noted about {id}")


@app.command(epilog='Example:\n\n    onrecord join record.db "Irena Vokal" who-3ab0c2d4e5f6 --by Ana')
def join(store: StoreArgument, one: Entity, other: Entity, by: By = "", note: Note = None) -> None:
    """Say that two entities are one person or body, across articles."""
    _pair(store, "join", one, other, by, note)


@app.command(epilog='Example:\n\n    onrecord split record.db en-9f2c1d0e4b7a "Irena Vokal" --by Ana')
def split(store: StoreArgument, one: Entity, other: Entity, by: By = "", note: Note = None) -> None:
    """Say that two entities are two: the first is taken out, with what lies nearer to it."""
    _pair(store, "split", one, other, by, note)


def _pair(store: str, verb: Literal["join", "split"], one: str, other: str, by: str, note: str | None) -> None:
    with open_store(store) as opened:
        number = opened.pair(verb, one, other, by=by, note=note)
        join_people(opened)
    typer.echo(f"decision {number}: {verb} {one} and {other}")


@app.command(
    epilog="Examples:\n\n    onrecord undo record.db 12 --by Ana"
    "\n\n    onrecord undo record.db st-9f2c1d0e4b7a --by Ana"
)
def undo(
    store: StoreArgument,
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="The number of a decision, or an id: then the last one about it.")
    ],
    by: By = "",
) -> None:
    """Undo a decision; it stays in the history."""
    with open_store(store) as opened:
        number = opened.undo(decision, by=by)
        join_people(opened)
    typer.echo(f"decision {number} undone")


def _state(row: Row) -> str:
    if row["undone_at"]:
        return f"undone by {row['undone_by']}, {row['undone_at']}"
    return "orphan: its passage is gone" if row["orphan"] else ""


@app.command(
    epilog="Examples:\n\n    onrecord history record.db st-9f2c1d0e4b7a\n\n    onrecord history record.db --orphans"
)
@listing(
    {
        "number": "number",
        "id": "target",
        "decision": describe_decision,
        "by": "by",
        "at": "at",
        "note": "note",
        "state": _state,
    }
)
def history(
    store: StoreArgument,
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="An entry; without it, all decisions.")] = None,
    orphans: Annotated[bool, typer.Option("--orphans", help="Only those whose passage is gone.")] = False,
    *,
    cut: Cut,
) -> Page:
    """List what was decided, about an entry or in all, in order; what was undone too."""
    with open_store(store, writing=False) as opened:
        return opened.history(id, cut, orphans=orphans)
