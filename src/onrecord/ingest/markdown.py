"""Markdown: the text of paragraphs, headings, list items and block quotes, without its markup."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from onrecord.errors import UnreadableSource
from onrecord.ingest.text import complete, normalise, stated_date
from onrecord.model import Document

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(.*))?")
_FIELDS = {
    "title": "title",
    "date": "published",
    "published": "published",
    "author": "byline",
    "byline": "byline",
    "publisher": "publisher",
    "source": "publisher",
    "url": "url",
}


def read_markdown(text: str, *, name: str | None, address: str | None = None) -> Document:
    """Return the Document of Markdown, one paragraph per line, with what its front matter states.

    Without a title there, the first heading is the title. Raises UnreadableSource where there is no
    text besides markup, or it is not English.
    """
    known, text = _split_front_matter(normalise(text))
    heading, paragraphs = _find_paragraphs(text)
    if not paragraphs:
        found = "Markdown without text besides code, images and markup"
        raise UnreadableSource(name or "text", found, "To read it as it stands, use --kind text.")
    document = Document(
        "\n\n".join(paragraphs),
        title=known.get("title") or heading,
        url=known.get("url") or address,
        publisher=known.get("publisher"),
        byline=known.get("byline"),
        published=stated_date(known.get("published")),
        name=name,
    )
    return complete(document)


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of a front matter of `key: value` lines and the text after it."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    known: dict[str, str] = {}
    for line in match[1].split("\n"):
        pair = _PAIR.fullmatch(line.rstrip())
        if pair and pair[1].lower() in _FIELDS:
            known.setdefault(_FIELDS[pair[1].lower()], _unquote((pair[2] or "").strip()))
        elif not pair and line.strip() and not line.startswith((" ", "\t", "-", "#")):
            return {}, text
    return {key: value for key, value in known.items() if value}, text[match.end() :]


def _unquote(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _find_paragraphs(text: str) -> tuple[str | None, list[str]]:
    """Return the first heading and the text of each block in its order."""
    heading: str | None = None
    paragraphs: list[str] = []
    tokens = _load_parser().parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        paragraph = " ".join(normalise(_join(token.children or [])).split("\n")).strip()
        if paragraph:
            paragraphs.append(paragraph)
            if heading is None and before is not None and before.type == "heading_open":
                heading = paragraph
    return heading, paragraphs


def _join(tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or token.content.lower().startswith("<br"):
            parts.append(" ")
    return "".join(parts)


@lru_cache(maxsize=1)
def _load_parser() -> MarkdownIt:
    return MarkdownIt("commonmark")
