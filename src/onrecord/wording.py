"""How roles and settings read: "former spokeswoman (LRP)", "on Facebook (own page)", "in an interview"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from onrecord.model import Channel, ChannelKind, Document, Entity, Passage, Role, Statement

LONGEST = 70
"""How many characters of the article are shown; longer words give way to the name of the kind."""

_PLAIN: Mapping[ChannelKind, str] = {
    "social_media": "on social media",
    "press_conference": "at a press conference",
    "interview": "in an interview",
    "reporters": "to reporters",
    "parliament": "in parliament",
    "court": "in court",
    "rally": "at a rally",
    "speech": "in a speech",
    "broadcaster": "on air",
    "newspaper": "in a newspaper",
    "news_agency": "to a news agency",
    "statement": "in a statement",
    "letter": "in a letter",
    "report": "in a report",
    "message": "in a message",
    "website": "on a website",
    "phone_call": "by phone",
    "debate": "in a debate",
    "meeting": "at a meeting",
    "video": "in a video",
    "advertisement": "in an advertisement",
    "book": "in a book",
}
_NAMED: Mapping[ChannelKind, str] = {
    "social_media": "on",
    "interview": "in an interview with",
    "broadcaster": "on",
    "newspaper": "in",
    "news_agency": "through",
}
_PREPOSITION = re.compile(r"(?:in|on|at|during|by|via|through|over|from|before)\s", re.IGNORECASE)
_PAGE = re.compile(r"\b(page|account|profile|feed|wall|channel)\b")
_LAST_MARK = re.compile(r"[,.](?=[\"”’']\Z)")
_PRONOUN = re.compile(r"(?:him|her|them)\Z", re.IGNORECASE)


def describe_setting(document: Document, statement: Statement, entities: Mapping[str, Entity]) -> str:
    """Return in a few words how something was said and to whom; "" where the article does not tell.

    `entities` are those of the record by their id. The words are the article's own where they are short.
    """
    channel, addressee = statement.channel, statement.addressee
    told = _told(document, addressee.passage, entities.get(addressee.entity or "")) if addressee else ""
    if channel is None:
        return told
    if addressee and _inside(channel.passage, addressee.passage):  # "told reporters" is a channel by itself
        return told
    way = _way(document, statement, channel, entities)
    if addressee and (_inside(addressee.passage, channel.passage) and document.slice(addressee.passage) in way):
        return way
    return ", ".join(part for part in (way, told) if part)


def describe_role(role: Role) -> str:
    """Return a role in a few words: "former lawmaker (LRP)", "prime minister-designate"."""
    title = _one_line(role.title)
    if role.status == "designate":
        title += "-designate"
    elif role.status != "current":
        title = f"{role.status} {title}"
    return f"{title} ({_one_line(role.organization)})" if role.organization else title


def main_role(entity: Entity) -> str:
    """Return the role that tells most of an entity: one with an organisation, then the one of the most words; or ""."""
    best = max(entity.roles, key=lambda r: (r.organization is not None, len(r.title.split())), default=None)
    return describe_role(best) if best else ""


def _told(document: Document, passage: Passage, entity: Entity | None) -> str:
    words = _one_line(document.slice(passage))
    return f"to {entity.called if entity and _PRONOUN.match(words) else words}"


def _way(document: Document, statement: Statement, channel: Channel, entities: Mapping[str, Entity]) -> str:
    words = _one_line(document.slice(channel.passage))
    named = channel.name is not None and channel.kind in _NAMED
    plain = f"{_NAMED[channel.kind]} {channel.name}" if named else _PLAIN[channel.kind]
    if channel.kind == "social_media":
        return plain + _page_of(statement, channel, words, entities)
    if any(_inside(channel.passage, source) for source in statement.source):  # the holder is the document itself
        return ""
    if not _PREPOSITION.match(words) or len(words) > LONGEST:
        return plain
    return words[0].lower() + _LAST_MARK.sub("", words[1:])


def _page_of(statement: Statement, channel: Channel, words: str, entities: Mapping[str, Entity]) -> str:
    page = _PAGE.search(words)
    owner = entities.get(channel.owner or "")
    if page is None or owner is None:
        return ""
    return f" (own {page[0]})" if owner.id == statement.speaker else f" ({owner.called}’s {page[0]})"


def _inside(one: Passage, other: Passage) -> bool:
    return other.start <= one.start and one.end <= other.end


def _one_line(words: str) -> str:
    return " ".join(words.split())
