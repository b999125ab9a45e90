"""From the statements of an article to its disputes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onrecord.disputes.comparing import compare, skim
from onrecord.disputes.denials import find_denials
from onrecord.disputes.explicit import find_explicit
from onrecord.disputes.matters import Clash, Matter, fold
from onrecord.disputes.reported import find_marker
from onrecord.disputes.skimming import Skimmer, states_of
from onrecord.disputes.titles import find_title
from onrecord.disputes.voices import Voice, voices_of
from onrecord.language.comparer import Comparer
from onrecord.language.meaning import Bytes, cosines
from onrecord.language.reader import Analysis
from onrecord.model import Dispute, Position, Record, make_id

MOST = 12
"""Pairs of an article that the comparer is asked about: each takes it some thousandths of a second."""
_LEAST = 0.25
"""Statements that are less sure than this are in no dispute."""


def find_disputes(
    record: Record, analysis: Analysis, vectors: Bytes, comparer: Comparer, skimmer: Skimmer
) -> list[Dispute]:
    """Return the disputes of an article in the order of its text.

    `vectors` are those of its statements, in their order. A statement is compared with those of other holders.
    """
    near = dict(zip((s.id for s in record.statements), range(len(record.statements)), strict=True))
    voices = [v for v in voices_of(record) if v.holder and v.statement.confidence >= _LEAST and not _is_bare(v)]
    if not voices:
        return []
    own = vectors[[near[v.id] for v in voices]]
    states = states_of(voices, analysis, own)
    alike = cosines(own)
    candidates = skim(voices, states, alike, skimmer, most=MOST, least=comparer.settings["least_skim"])
    compared = {(clash.first.id, clash.second.id): clash for clash in compare(candidates, comparer)}
    for clash in find_explicit(voices, alike):
        before = compared.get((clash.first.id, clash.second.id))
        compared[clash.first.id, clash.second.id] = replace(before, chance=clash.chance) if before else clash
    found = _between(list(compared.values()), comparer.settings["least"])
    found += find_denials(voices, record.events, {statement for dispute in found for statement in dispute.statements})
    return sorted(found, key=lambda d: (d.title[0], d.id))


def _between(compared: Sequence[Clash[Voice]], least: float) -> list[Dispute]:
    """Return the disputes that the pairs of one article make which clash at least so surely."""
    rounded = [replace(clash, chance=round(clash.chance, 2)) for clash in compared]
    chances = {(clash.first.id, clash.second.id): clash.chance for clash in rounded}
    return [_dispute(matter) for matter in fold((c for c in rounded if c.chance >= least), chances)]


def _dispute(matter: Matter[Voice]) -> Dispute:
    marker = next((m for clash in matter.clashes if (m := find_marker(clash.first, clash.second))), None)
    title = find_title(matter.sides)
    sides = sorted(matter.sides, key=lambda side: min(v.begin for v in side))
    positions = tuple(Position(tuple(v.id for v in side)) for side in sides)
    return Dispute(
        id=make_id("di", *sorted(s for position in positions for s in position.statements)),
        about=title.words,
        title=title.passages,
        type=matter.type,
        reported=marker is not None,
        positions=positions,
        confidence=matter.chance,
        marker=marker,
    )


def _is_bare(voice: Voice) -> bool:
    """Tell whether a voice says nothing that could be disputed: no word that tells what it is about."""
    return not voice.stems
