"""The command that lists what can be checked now: due."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from onrecord.cli.app import StoreArgument, app
from onrecord.cli.listing import Columns, listing
from onrecord.errors import WrongUsage
from onrecord.ingest import check_date
from onrecord.model import PartialDate, Passage
from onrecord.predictions import KINDS
from onrecord.store import Cut, Page, WantedPredictions, open_store
from onrecord.store.asking import Row

_OLD = 365
"""Days after which one looks again at what names no time."""


def _what(row: Row) -> str:
    return f"{row['kind']} (if)" if row["condition"] else str(row["kind"])


def _later(row: Row) -> str:
    return "; ".join(map(_event, row["later"]))


def _event(event: Row) -> str:
    when = event["date"] or f"told {event['published']}"
    modality = "" if event["modality"] == "happened" else f"{event['modality']} "
    return f"{when}: {modality}{event['type'].replace('_', ' ')}, {event['called']} ({event['id']})"


_PREDICTIONS: Columns = {
    "id": "id", "due": "due", "day": "day", "holder": "holder", "kind": _what, "said": "content", "later": _later,
}  # fmt: skip


@app.command(
    epilog="Examples:\n\n    onrecord due record.db"
    "\n\n    onrecord due record.db --by 2024-10 --kind promise --csv > promises.csv"
    '\n\n    onrecord due record.db --speaker "Irena Vokal" --undated'
)
@listing(_PREDICTIONS)
def due(
    store: StoreArgument,
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="What is due by then: 2018, 2018-08 or 2018-08-27; else today.")
    ] = None,
    undated: Annotated[
        bool, typer.Option("--undated", help="Also what names no time and was said a year before, or earlier.")
    ] = False,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Only what was due on or after this.")] = None,
    speaker: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who said it: a name, a part of one, an id.")
    ] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="predict, promise or threaten.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="The outlet, or a part of its name.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0.0, max=1.0, help="Only those at least as sure as this.")] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="Of copies of one story, only the first.")] = False,
    *,
    cut: Cut,
) -> Page:
    """List what was predicted, promised or threatened and can be checked now, what was due last first.

    The id is that of the statement (`onrecord show STORE ID`). Beside each stand the events that came later about
    those whom it speaks of. "(if)" marks what hangs on a condition.
    """
    for date in (by, since):
        if date is not None:
            check_date(date)
    if kind is not None and kind not in KINDS:
        raise WrongUsage(f"--kind {kind}: not known. It is one of: {', '.join(KINDS)}")
    day = PartialDate(by, Passage(0, 0)).end if by else datetime.date.today().isoformat()
    old = (datetime.date.fromisoformat(day) - datetime.timedelta(_OLD)).isoformat() if undated else None
    wanted = WantedPredictions(day, old, since, speaker, kind, publisher, min_confidence, once)
    with open_store(store, writing=False) as opened:
        return opened.predictions(wanted, cut)
