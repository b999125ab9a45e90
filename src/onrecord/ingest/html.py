"""HTML: the article out of a page, as one paragraph per line, with what the page says about itself."""

from __future__ import annotations

import logging
import re
from typing import Any

import lxml.html  # type: ignore[import-untyped]
import trafilatura
from lxml import etree

from onrecord.errors import UnreadableSource
from onrecord.ingest.text import complete, normalise, stated_date
from onrecord.model import Document

# Without a handler of its own a library's warnings would end up on the console.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

_CHARSET = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MOST_ELEMENTS = 50_000
"""News pages have 500 to 10,000 elements; 40,000 take trafilatura 5 seconds."""
_PARAGRAPHS = {"p", "head", "item", "quote", "code", "div", "ab"}
_BLOCKS = _PARAGRAPHS | {"body", "list", "lb", "table", "row", "cell"}
_BREAKS = re.compile(r"<br\b[^<>]*>(?:(?:\s|&nbsp;)*<br\b[^<>]*>)*", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_ADVICE = "To read the file as it stands, use --kind text."


def declared_charset(data: bytes) -> str | None:
    """Return the encoding that a page declares about itself, or None."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii", "ignore") if match else None


def read_html(text: str, *, name: str | None, address: str | None = None, size: int = 0) -> Document:
    """Return the Document of a page: its headline and the paragraphs of its article.

    Raises UnreadableSource where no article is found, or it is not English.
    """
    shown = name or "text"
    page = _extract(normalise(text), shown, address)
    paragraphs = _find_paragraphs(page.body) if page is not None and page.body is not None else []
    if page is None or not paragraphs:
        kilobytes = (size or len(text)) / 1000
        raise UnreadableSource(shown, f"HTML with no article text ({kilobytes:.1f} kB)", _ADVICE)
    title = _squeeze(page.title)
    if title and not _begins_with(paragraphs, title):
        paragraphs.insert(0, title)
    document = Document(
        "\n\n".join(paragraphs),
        title=title or None,
        url=_squeeze(page.url) or address,
        publisher=_squeeze(page.sitename) or None,
        byline=_squeeze(page.author) or None,
        published=stated_date(page.date),
        name=name,
    )
    return complete(document)


def _extract(text: str, name: str, address: str | None) -> Any:
    """Return what trafilatura makes of a page, or None."""
    text = _BREAKS.sub(_merge_breaks, text)
    # Bytes and a parser that is told their encoding: lxml refuses text that declares one.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except etree.LxmlError:
        return None
    elements = sum(1 for _ in tree.iter())
    if elements > _MOST_ELEMENTS:
        found = f"HTML with {elements} elements, over the {_MOST_ELEMENTS} that are read"
        raise UnreadableSource(name, found, "Save the article alone and read that.")
    try:
        return trafilatura.bare_extraction(
            tree,
            url=address,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:  # a page can be broken in ways that its reader did not foresee
        found = f"HTML that cannot be taken apart ({type(error).__name__})"
        raise UnreadableSource(name, found, _ADVICE) from error


def _merge_breaks(match: re.Match[str]) -> str:
    """Return a space for a `<br>` that stands alone, one `<br>` for several in a row.

    One breaks a line inside a paragraph, several part paragraphs; trafilatura has both as a line.
    """
    return "<br>" if match[0].count("<") > 1 else " "


def _find_paragraphs(body: Any) -> list[str]:
    """Return the text of each block of trafilatura's tree."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            parts.append("\n")
        text = element.text if event == "start" else element.tail if element is not body else None
        parts.append(_SPACES.sub(" ", text or ""))
    return [line for line in map(_squeeze, "".join(parts).split("\n")) if line]


def _squeeze(text: str | None) -> str:
    return _SPACES.sub(" ", normalise(text or "")).strip(" ")


def _begins_with(paragraphs: list[str], title: str) -> bool:
    """Tell whether the headline is among the first paragraphs, a site's name at its end aside."""
    title = title.casefold()
    for paragraph in map(str.casefold, paragraphs[:3]):
        if paragraph == title or (len(paragraph) >= 20 and title.startswith(paragraph)):
            return True
    return False
