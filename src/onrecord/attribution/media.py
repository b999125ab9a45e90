"""What a statement was said through: "in a letter to the governor", "on her Facebook page", "tweeted"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from onrecord.attribution.frames import Frame
from onrecord.attribution.listeners import Hearer, listener, read_hearer
from onrecord.attribution.outlets import Outlet, find_outlet
from onrecord.attribution.phrases import Scene, Span, last_noun, noun_phrase, possessor, strip_participles
from onrecord.attribution.vocabulary import Medium, vocabulary
from onrecord.model import ChannelKind

_FURTHEST = 12
"""How many tokens after "in an interview" its partner or paper may stand."""

_RANK_OF_VERB = {"social_media": 0, "court": 3, "message": 2}
_WITH: dict[str, tuple[ChannelKind, ...]] = {
    "with": ("interview", "phone_call"),
    "to": ("interview", "letter", "statement", "message", "speech", "video", "social_media", "phone_call"),
}
_BY = ("by", "from")
_PLACES = ("on", "in", "for", "to", "via", "by")


@dataclass(frozen=True, slots=True)
class Way:
    """A channel that the words name: its tokens, and who it was meant for where it names that too."""

    kind: ChannelKind
    rank: int
    span: Span
    name: str | None = None
    owner: str | None = None
    told: Hearer | None = None


def way_at(scene: Scene, at: int) -> Way | None:
    """Return the channel whose words begin at a token, None where none do."""
    frame, words = scene.frame, vocabulary()
    token = frame.tokens[at]
    if token.low in words.verbs and not is_unsaid(frame, at):
        kind, name = words.verbs[token.low]
        return Way(kind, _RANK_OF_VERB.get(kind, 0), Span(at, at + 1), name)
    for length in (3, 2):
        phrase = frame.lows(at, at + length)
        if phrase in words.words["addressees.carried"] and not is_unsaid(frame, at):
            return _carried(scene, at, at + length)
    for length in (2, 1):
        lead = frame.lows(at, at + length)
        if lead in words.leads:
            found = _phrase_of(scene, lead, at, at + length)
            if found:
                return found
    return None


def is_unsaid(frame: Frame, at: int) -> bool:
    """Tell whether a verb is negated or only possible: "has not told", "would tell", "declined to tell"."""
    unsaid = vocabulary().words["frame.unsaid"]
    for k in range(max(0, at - 2), at):
        token = frame.tokens[k]
        if token.text.islower() and (token.low in unsaid or token.low.endswith("n't")):
            return True
    return frame.lows(at - 2, at) in unsaid


def _carried(scene: Scene, at: int, after: int) -> Way | None:
    """Return the outlet or network that carried what was said: "quoted by Reuters", "posted on X"."""
    span = noun_phrase(scene, after)
    if span is None:
        return None
    span = strip_participles(scene.frame, span)
    network = _on_platform(scene, span)
    if network:
        return replace(network, span=Span(at, network.span.end))
    outlet = find_outlet(scene, span)
    return _of_outlet(scene, outlet, Span(at, span.end)) if outlet else None


def _of_outlet(scene: Scene, outlet: Outlet, span: Span) -> Way:
    return Way(outlet.kind, 0, span, outlet.name, possessor(scene, outlet.span)[1])


def _phrase_of(scene: Scene, lead: str, at: int, after: int) -> Way | None:
    """Return the channel of a noun phrase behind a preposition or a verb of making."""
    frame = scene.frame
    whole = noun_phrase(scene, after)
    if whole is None or frame.lows(whole.end - 1, whole.end + 1) == "show of":  # "put on a show of strength"
        return None
    whole = _over_series(scene, whole)
    span = strip_participles(frame, whole)
    network = _on_platform(scene, span) if _takes(lead, "social_media") else None
    if network and (lead not in ("in", "to") or network.span.end > network.span.begin):
        return replace(network, span=Span(at, span.end))
    outlet = find_outlet(scene, span)
    if outlet and ((lead == "on" and outlet.kind == "broadcaster") or (lead == "in" and outlet.kind == "newspaper")):
        return _of_outlet(scene, outlet, Span(at, span.end))
    heard = listener(frame, span) if lead == "before" else None
    if heard in ("parliament", "court"):  # "in testimony before the Senate"
        return Way(heard, 0, Span(at, span.end))
    medium = _medium_of(frame, lead, span)
    if medium is None or (lead in medium.made and is_unsaid(frame, at)):
        return None
    owner = possessor(scene, span)[1] if medium.kind in vocabulary().words["authored.kinds"] else None
    name = _network_of(frame.tokens[span.end - 1].low) if medium.kind == "social_media" else None
    way = Way(medium.kind, medium.rank, Span(at, span.end), name, owner)
    return _with_partners(scene, way, span.end)


def _network_of(noun: str) -> str | None:
    return next((name for stem, name in vocabulary().networks.items() if noun.startswith(stem)), None)


def _takes(lead: str, kind: ChannelKind) -> bool:
    return any(lead in m.after or lead in m.made for m in vocabulary().media if m.kind == kind)


def _over_series(scene: Scene, span: Span) -> Span:
    """Return a phrase with what it is a series of: "a string of tweets", "this week's edition of Morning Table"."""
    frame = scene.frame
    if frame.tokens[span.end - 1].low not in vocabulary().words["frame.series"]:
        return span
    if frame.part(span.end) not in ("word", "cue") or frame.tokens[span.end].low != "of":
        return span
    more = noun_phrase(scene, span.end + 1)
    return Span(span.begin, more.end) if more else span


def _medium_of(frame: Frame, lead: str, span: Span) -> Medium | None:
    """Return the kind of channel that a noun phrase is of, the one with the longest noun."""
    best: tuple[int, Medium] | None = None
    for medium in vocabulary().media:
        if lead in medium.after or lead in medium.made:
            noun = last_noun(frame, span, medium.nouns)
            if noun and (best is None or noun.end - noun.begin > best[0]):
                best = (noun.end - noun.begin, medium)
    return best[1] if best else None


def _on_platform(scene: Scene, span: Span, *, paged: bool = False) -> Way | None:
    """Return the network that a noun phrase names: "Facebook", "his official Facebook page", "a Telegram post".

    With `paged` the name alone is not enough.
    """
    frame, words = scene.frame, vocabulary()
    for k in range(*span):
        match = words.platforms.match(scene.text, frame.tokens[k].start)
        if match is None:
            continue
        last = next((j for j in range(k, span.end) if frame.tokens[j].end >= match.end()), k)
        rest = [frame.tokens[j].low for j in range(last + 1, span.end)]
        definite = k > span.begin and frame.tokens[k - 1].low == "the"
        if rest[-1] not in words.pages if rest else paged or definite:  # Facebook executives; the Telegram
            return None
        return Way("social_media", 0, Span(span.begin, span.end), match[0], possessor(scene, span)[1])
    return None


def _with_partners(scene: Scene, way: Way, at: int) -> Way:
    """Return a channel with what the words behind it add: with or to whom, by whom, on which network or paper."""
    frame, words = scene.frame, vocabulary().words
    stop = min(at + _FURTHEST, len(frame.tokens))
    while at < stop and frame.part(at) in ("word", "cue") and frame.tokens[at].text[0].isalnum():
        low = frame.tokens[at].low
        if low in words["frame.parting"]:
            break
        step = _partner(scene, way, low, at + 1) if low not in _BY or _is_made_by(frame, way, at) else None
        if step is not None:
            way, at = step, step.span.end
        elif low in words["frame.besides"] or low in words["frame.topics"]:
            break
        else:
            at += 1
    return way


def _is_made_by(frame: Frame, way: Way, at: int) -> bool:
    """Tell whether "by" or "from" follows on the channel itself: "a report [published on Monday] by"."""
    words = vocabulary().words
    between = [token.low for token in frame.tokens[way.span.end : at]]
    return all(low in words["owners.made"] or low in words["frame.times"] or low in ("on", "in") for low in between)


def _partner(scene: Scene, way: Way, low: str, at: int) -> Way | None:
    """Return a channel with what one preposition and its noun phrase add, None where they add nothing."""
    begin = way.span.begin
    if way.kind in _WITH.get(low, ()) and way.told is None:
        hearer = read_hearer(scene, at)
        if hearer:
            name = way.name or (hearer.outlet.name if hearer.outlet and way.kind == "interview" else None)
            return replace(way, told=hearer, name=name, span=Span(begin, hearer.span.end))
    span = noun_phrase(scene, at)
    if span is None:
        return None
    span = strip_participles(scene.frame, span)
    if low in _PLACES and way.name is None:
        network = _on_platform(scene, span) if way.kind == "social_media" else None
        if network:
            return replace(network, span=Span(begin, span.end))
        outlet = find_outlet(scene, span) if way.kind in ("interview", "newspaper", "social_media") else None
        if outlet and outlet.name and way.kind != "social_media":
            owner = way.owner or possessor(scene, span)[1]
            return replace(way, name=outlet.name, owner=owner, span=Span(begin, span.end))
    if low in _BY and way.owner is None and way.kind in vocabulary().words["authored.kinds"]:
        entity = scene.entity(span)
        if entity is not None:
            return replace(way, owner=entity.id, span=Span(begin, span.end))
    return None


def of_source(scene: Scene) -> Way | None:
    """Return the channel that a source is itself: "a report by the board", "the ministry's Facebook page".

    `scene` has the words of the source alone as its frame.
    """
    frame = scene.frame
    whole = noun_phrase(scene, 0)
    if whole is None:
        return None
    span = strip_participles(frame, whole)
    network = _on_platform(scene, span, paged=True) or _posts_at_end(scene)
    if network:
        return network
    if last_noun(frame, span, vocabulary().words["documents.nouns"]) is None:
        return None
    medium = next((m for m in vocabulary().media if last_noun(frame, span, m.nouns)), None)
    if medium is None:
        return None
    owner = possessor(scene, span)[1]
    return _with_partners(scene, Way(medium.kind, 0, span, None, owner), span.end)


def _posts_at_end(scene: Scene) -> Way | None:
    """Return the network of posts right before the cue: "was jailed for [Facebook posts] criticising …"."""
    end = len(scene.frame.tokens)
    if end < 3 or scene.frame.tokens[end - 1].low not in vocabulary().pages:
        return None
    span = Span(end - 2, end)
    return _on_platform(scene, span, paged=True)
