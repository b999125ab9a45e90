"""How a statement was said and who was told or answered, from the words around its cue and source.

The words are in `data/channels.toml`. What the words do not say stays None: a reader who needs to know can look,
and a wrong channel is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onrecord.attribution.carrying import carry_on
from onrecord.attribution.frames import Frame, Framer
from onrecord.attribution.hearers import Told, told_at, told_before
from onrecord.attribution.listeners import Hearer
from onrecord.attribution.media import Way, is_unsaid, of_source, way_at
from onrecord.attribution.phrases import Known, Scene, possessor
from onrecord.attribution.reach import behind_content, reachable
from onrecord.attribution.vocabulary import vocabulary
from onrecord.language.windows import Words
from onrecord.model import Channel, Entity, Reference, Statement

_OCCASIONS = frozenset(["debate", "rally", "meeting", "press_conference", "parliament", "court"])
"""What people also only think at: "learned during the debate that" says nothing about how it was said."""

_OCCASION, _LISTENER = 1, 3
"""Ranks of a channel that who was told makes: parliament and courts are occasions, "told Reuters" says the least."""


def set_channels(statements: Sequence[Statement], entities: Sequence[Entity], words: Words) -> list[Statement]:
    """Return the statements with their channel and addressee where the words of their own sentence tell.

    `entities` are those of the article, with their mentions. Those that go on from the statement before take over what
    that one has (see `carry_on`). The time is linear in the length of the text.
    """
    framer, known = Framer(words.text, statements), Known(entities)
    return carry_on([_set(statement, framer, known) for statement in statements], words)


def _set(statement: Statement, framer: Framer, known: Known) -> Statement:
    frame = framer.frame(statement)
    if frame is None or statement.negated or _is_hypothetical(frame):
        return statement
    scene = Scene(frame, framer.text, known, statement.speaker)
    ways, tolds = _look(scene)
    if statement.act in vocabulary().words["frame.silent"]:
        ways = [way for way in ways if way.kind not in _OCCASIONS]
    channel = _channel(scene, ways, tolds) or _channel_of_source(statement, framer, known)
    return replace(statement, channel=channel, addressee=_addressee(scene, ways, tolds))


def _is_hypothetical(frame: Frame) -> bool:
    """Tell whether the cue reports nothing that was said: "will say", "is expected to tell"."""
    return is_unsaid(frame, frame.first) or any(is_unsaid(frame, k) for k in range(frame.first + 1, frame.last))


def _look(scene: Scene) -> tuple[list[Way], list[Told]]:
    """Return all channels that the words name, and all who are told."""
    ways: list[Way] = []
    tolds: list[Told] = []
    for at, reached in enumerate(reachable(scene.frame)):
        if not reached or scene.frame.part(at) not in ("word", "cue"):
            continue
        way = way_at(scene, at) if not ways or at >= ways[-1].span.end else None
        if way:
            ways.append(way)
        told = told_at(scene, at)
        if told:
            tolds.append(told)
    behind = behind_content(scene.frame)
    way = way_at(scene, behind) if behind is not None else None
    if way and way.kind in vocabulary().words["frame.behind"]:
        ways.append(way)
    passive = told_before(scene)
    return ways, [*tolds, passive] if passive else tolds


def _apart(frame: Frame, at: int) -> tuple[int, int]:
    """Return how many contents and how many tokens lie between a token and the cue."""
    low, high = (at, frame.first) if at < frame.first else (frame.last - 1, at)
    contents = sum(token.part == "content" for token in frame.tokens[low:high])
    return contents, max(0, high - low)


def _channel(scene: Scene, ways: Sequence[Way], tolds: Sequence[Told]) -> Channel | None:
    """Return the channel of the lowest rank, of several the nearest."""
    heard = [_made_by(scene, t.hearer) for t in tolds if t.makes_channel]
    heard += [_made_by(scene, w.told, _OCCASION) for w in ways if w.told and w.kind == "speech"]
    found = [*ways, *(way for way in heard if way)]
    if not found:
        return None

    def order(way: Way) -> tuple[int, int, int]:
        contents, tokens = _apart(scene.frame, way.span.begin)
        return contents, way.rank, tokens

    best = min(found, key=order)
    if best.kind == "interview" and best.name is None:
        outlet = next((t.hearer.outlet for t in tolds if t.hearer.outlet), None)
        best = replace(best, name=outlet.name if outlet else None)
    return Channel(best.kind, best.name, scene.passage(best.span), best.owner)


def _made_by(scene: Scene, hearer: Hearer, rank: int | None = None) -> Way | None:
    if hearer.kind is None:
        return None
    if rank is None:
        rank = _OCCASION if hearer.kind in ("parliament", "court") else _LISTENER
    owner = possessor(scene, hearer.span)[1] if hearer.outlet and hearer.outlet.name else None
    return Way(hearer.kind, rank, hearer.span, hearer.outlet.name if hearer.outlet else None, owner)


def _channel_of_source(statement: Statement, framer: Framer, known: Known) -> Channel | None:
    """Return the channel that the source is itself: "a report by the board said"."""
    frame = framer.source(statement)
    if frame is None:
        return None
    scene = Scene(frame, framer.text, known)
    way = of_source(scene)
    return Channel(way.kind, way.name, scene.passage(way.span), way.owner) if way else None


def _addressee(scene: Scene, ways: Sequence[Way], tolds: Sequence[Told]) -> Reference | None:
    """Return who was told or answered; of several the nearest."""
    found = [(_apart(scene.frame, t.at), t.hearer) for t in tolds]
    found += [(_apart(scene.frame, w.span.begin), w.told) for w in ways if w.told]
    if not found:
        return None
    hearer = min(found, key=lambda pair: pair[0])[1]
    entity = scene.entity(hearer.span)
    if entity is None and hearer.outlet:
        owner = possessor(scene, hearer.span)[1]
        return Reference(scene.passage(hearer.span), owner)
    if entity is not None and entity.id == scene.speaker:  # nobody tells himself
        return None
    return Reference(scene.passage(hearer.span), entity.id if entity else None)
