"""Records with disputes made by hand, of articles that nobody wrote about countries that do not exist."""

from __future__ import annotations

from dataclasses import replace

from onrecord.model import Dispute, DisputeType, Passage, Position, Record, make_id
from tests.dam import HOSTILE
from tests.records import Befell, Said, article, with_events


def at(record: Record, words: str) -> Passage:
    """Return where some words stand first in the article of a record."""
    start = record.document.text.index(words)
    return Passage(start, start + len(words))


def dispute(
    record: Record,
    about: str,
    type: DisputeType,
    *sides: Position | tuple[int, ...],
    marker: str | None = None,
    sure: float = 0.8,
) -> Dispute:
    """Return a dispute of a record; a side is given by the numbers of its statements."""
    positions = tuple(
        side if isinstance(side, Position) else Position(tuple(record.statements[number].id for number in side))
        for side in sides
    )
    return Dispute(
        id=make_id("di", record.document.id, about),
        about=about,
        title=(at(record, about),),
        type=type,
        reported=marker is not None,
        positions=positions,
        confidence=sure,
        marker=at(record, marker) if marker else None,
    )


def quarrel() -> Record:
    """Return a record with three disputes: one with two voices on a side, one that the article tells, one unsure."""
    record = article(
        Said("Irena Vokal", "the ferry ban was an act of mercy for the crews of the Sound", form="direct"),
        Said("Dock union", "nobody in the harbour had asked for mercy", cue="disputed", act="oppose"),
        Said("Tomas Rell", f"the ferry ban was forced on Iskar by {'the banks of Garrow and ' * 9}its lenders"),
        "Tomas Rell was freed in May.",
        Said("Mara Quist", "Rell is out", cue="denied", act="deny"),
        "Some say the Sound is poisoned.",
        Said("Harbour board", "the Sound is clean", negated=True),
        title="Ferries stay in port",
        published="2031-05-20",
        publisher="Iskar Post",
    )
    record = with_events(record, Befell("Tomas Rell", "release", "freed", date=("2031-05", "in May")))
    return replace(
        record,
        disputes=(
            dispute(record, "the ferry ban", "cause_or_motive", (0,), (2, 1), marker="disputed", sure=0.91),
            dispute(record, "Rell is out", "denial", Position((), (record.events[0].id,)), (3,), sure=0.72),
            dispute(
                record,
                "the Sound is poisoned",
                "account",
                Position((), (), (at(record, "the Sound is poisoned"),)),
                (4,),
                sure=0.497,
            ),
        ),
    )


def hostile_quarrel() -> Record:
    """Return a record in which every word of a dispute would run, if it could."""
    record = article(Said(HOSTILE, HOSTILE, form="direct"), Said(f"{HOSTILE} Rell", HOSTILE), HOSTILE)
    words = Position((), (), (at(record, HOSTILE),))
    return replace(record, disputes=(dispute(record, HOSTILE, "account", (0,), (1,), words, marker=HOSTILE),))
