"""PDF: the text layer as paragraphs, put together from where the lines stand on the page."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from onrecord.errors import UnreadableSource
from onrecord.ingest.text import MOST_BYTES, complete, find_title, normalise
from onrecord.model import Document

# pypdfium2 (BSD and Apache 2.0) is the reader of PDF in Chrome: quick, tried on hostile files, and its words are
# whole where those of readers in pure Python fall apart.

_MOST_PAGES = 2000
_FEWEST_LETTERS = 20
"""A scan may have a stamp or a page number as text."""
_MOST_DRAWN = 64_000_000
"""A page full of vector graphics has 5 MB; PDFium takes 13 times as much memory for text."""
_LARGEST_PICTURE, _MOST_PICTURED = 128_000_000, 1_000_000_000
"""A page in colour at 600 dots per inch has 104 MB."""
_MOST_OLD = 100_000
"""What LZW packs in this many bytes may be 273 MB; a page of text in the PDFs of its time has a tenth of them."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OLD_PACKING = re.compile(rb"/(?:LZW|RL|RunLengthDecode|LZWDecode)\b")
_ZLIB = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78].", re.DOTALL)
_BLOCK = 65_536
_HYPHEN = re.compile("[\x02\ufffe]")
_PARTED = re.compile(r"([\w'’-]+)[\x02\ufffe](\w+)")
"""How PDFium gives the hyphen at a line's end, and then no end of the line."""
_WORD = re.compile(r"[\w'’-]+")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_PAGE_NUMBER = re.compile(r"[\W_]*(?:page|p\.)?\s*\d{1,4}(?:\s*(?:/|of|-)\s*\d{1,4})?[\W_]*", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")
_RUNNING = 2
"""How many lines at either end of a page may be its running head or foot."""
_OFTEN = 3
_GOING_ON, _NEARLY_FULL = 0.6, 0.85
"""Of the width of its column: a line of this much that ends in no stop is no item of a list, where the next line
begins with a small letter, and where it does not. Lines that are ragged at the right leave room for a word or two.
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text, or several that hyphens join, and where it stands in points from the lower left corner."""

    text: str
    left: float = 0.0
    top: float = 0.0
    height: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    """Left, top and height are those of its first character, right and bottom those of its last."""


def read_pdf(data: bytes, *, name: str | None, address: str | None = None) -> Document:
    """Return the Document of a PDF with a text layer, one paragraph per line.

    Raises UnreadableSource where it is encrypted, broken or a scan, has too many pages, or is not English.
    """
    shown = name or "text"
    _check_streams(data, shown)
    document = _open(data, shown)
    try:
        if len(document) > _MOST_PAGES:
            found = f"a PDF file with {len(document)} pages, over the {_MOST_PAGES} that are read"
            raise UnreadableSource(shown, found, "Save the pages of the article alone and read that.")
        pages, failed = _read_pages(document, shown)
        stated = _stated_title(document)
    finally:
        document.close()
    if sum(c.isalpha() for page in pages for line in page for c in line.text) < _FEWEST_LETTERS:
        if failed:
            raise UnreadableSource(shown, "a PDF file that is broken (no page can be opened)", "Download it again.")
        found = "a PDF file with no text layer: scanned?"
        raise UnreadableSource(shown, found, "Run it through a program that recognises text (OCR) first.")
    text = normalise(_mend("\n\n".join(_paragraphs(_without_running_lines(pages)))))
    title = stated if stated and stated.casefold() in _squeeze(text[:2000]).casefold() else find_title(text)
    return complete(Document(text, title=title, url=address, name=name))


def _check_streams(data: bytes, name: str) -> None:
    """Raise UnreadableSource where the streams of a PDF unpack to more than PDFium should be given.

    It holds them whole, several times over. What a stream is packed with is seen from its bytes, as its dictionary may
    say anything; that it is an image is believed, and allowed for.
    """
    drawn = pictured = 0
    for stream in _STREAM.finditer(data):
        before = data[max(0, stream.start() - 1000) : stream.start()].rpartition(b"endobj")[2]
        size = _unpacked_size(data, stream.end())
        if b"/Image" in before:
            pictured += size
        else:
            drawn += size
            if _OLD_PACKING.search(before) and data.find(b"endstream", stream.end()) - stream.end() > _MOST_OLD:
                drawn += _MOST_DRAWN + 1
        if drawn > _MOST_DRAWN or size > _LARGEST_PICTURE or pictured > _MOST_PICTURED:
            found = f"a PDF file whose pages unpack to over {_MOST_DRAWN // 1_000_000} MB (a bomb?)"
            raise UnreadableSource(name, found, "Save the pages of the article alone and read that.")


def _unpacked_size(data: bytes, start: int) -> int:
    """Return how much a stream unpacks to, and what comes out of it again, as far as that matters."""
    inner = _inflate(data, start)
    size = len(inner)
    while inner and size <= _LARGEST_PICTURE:
        inner = _inflate(inner, 0)
        size += len(inner)
    return size


def _inflate(data: bytes, start: int) -> bytes:
    """Return what the zlib data at an offset unpacks to, as far as it can be and matters; nothing for other data."""
    if not _ZLIB.match(data, start):
        return b""
    inner, parts, size = zlib.decompressobj(), [], 0
    try:
        for at in range(start, len(data), _BLOCK):
            parts.append(inner.decompress(data[at : at + _BLOCK], _LARGEST_PICTURE + 1 - size))
            size += len(parts[-1])
            if inner.eof or size > _LARGEST_PICTURE:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _open(data: bytes, name: str) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            found, advice = "a PDF file that is encrypted", "Save it without a password and read that."
            raise UnreadableSource(name, found, advice) from error
        raise UnreadableSource(name, "a PDF file that is broken", "Download it again.") from error


def _read_pages(document: Any, name: str) -> tuple[list[list[_Line]], int]:
    """Return the lines of each page, and how many pages cannot be opened."""
    pages: list[list[_Line]] = []
    failed = characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            failed += 1
            continue
        text = page.get_textpage()
        try:
            pages.append(_read_lines(text))
        finally:
            text.close()
            page.close()
        characters += sum(len(line.text) for line in pages[-1])
        if characters > MOST_BYTES:
            found = f"a PDF file with over {MOST_BYTES // 1_000_000} million characters"
            raise UnreadableSource(name, found, "Save the pages of the article alone and read that.")
    return pages, failed


def _read_lines(page: Any) -> list[_Line]:
    count = page.count_chars()
    text = page.get_text_range() if count else ""
    known = len(text) == count  # else a character of the text is not at its index on the page
    lines, at = [], 0
    for row in text.split("\r\n"):
        stripped = row.strip()
        if stripped:
            first = at + len(row) - len(row.lstrip())
            last = at + len(row.rstrip()) - 1
            box = _box(page, first, last) if known else ()
            lines.append(_Line(stripped, *box))
        at += len(row) + 2
    return lines


def _mend(text: str) -> str:
    """Return text with the words whole that a line's end parted, and with letters for ligatures."""
    text = text.translate(_LIGATURES)
    words = {word.casefold() for word in _WORD.findall(text)}

    def join(match: re.Match[str]) -> str:
        whole, hyphenated = match[1] + match[2], f"{match[1]}-{match[2]}"
        if match[1][-1].islower() and match[2][0].islower():
            # A hyphen between small letters is nearly always that of the line, unless the text has it elsewhere too.
            return whole if whole.casefold() in words or hyphenated.casefold() not in words else hyphenated
        return hyphenated

    return _HYPHEN.sub("-", _PARTED.sub(join, text))


def _box(page: Any, first: int, last: int) -> tuple[float, ...]:
    try:
        left, below, _, top = page.get_charbox(first, loose=True)
        _, bottom, right, _ = page.get_charbox(last, loose=True)
    except (pypdfium2.PdfiumError, IndexError):
        return ()
    return left, top, top - below, right, bottom


def _without_running_lines(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Return the pages without their numbers and without the heads and feet that stand on three of them or more."""
    ends = [set(page[:_RUNNING] + page[-_RUNNING:]) for page in pages]
    often = Counter(key for lines in ends for key in {_running_key(line) for line in lines})

    def runs(line: _Line) -> bool:
        return bool(_PAGE_NUMBER.fullmatch(line.text)) or often[_running_key(line)] >= _OFTEN

    return [[line for line in page if line not in end or not runs(line)] for page, end in zip(pages, ends, strict=True)]


def _running_key(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text)


def _paragraphs(pages: list[list[_Line]]) -> Iterable[str]:
    """Return the paragraphs: lines joined where a line's end is only the end of its room."""
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    spacing = [_goes_on(before, after, page) for page in pages for before, after in pairwise(page)]
    firsts = _page_starts(pages)
    paragraphs = [lines[0].text]
    steps = iter(spacing)
    for number, (before, after) in enumerate(pairwise(lines), 1):
        goes_on = _runs_over(before, after) if number in firsts else next(steps)
        if goes_on:
            paragraphs[-1] += " " + after.text
        else:
            paragraphs.append(after.text)
    return paragraphs


def _page_starts(pages: list[list[_Line]]) -> set[int]:
    starts, at = set(), 0
    for page in pages:
        starts.add(at)
        at += len(page)
    return starts


def _goes_on(before: _Line, after: _Line, page: list[_Line]) -> bool:
    """Tell whether a paragraph goes on in the next line of a page."""
    if after.top > before.top + before.height / 2:  # the next column
        return _runs_over(before, after)
    step = _step(before, after)
    steps = [_step(a, b) for a, b in pairwise(page) if a.height * 0.5 < _step(a, b) < a.height * 2.2]
    if step <= 0 or step > 1.25 * median(steps or [0.0]) or abs(before.height - after.height) > 0.15 * before.height:
        return False
    if after.left > before.left + before.height / 2:
        return False
    edge = max(line.right for line in page if abs(line.left - before.left) < 3 * before.height)
    share = (before.right - before.left) / max(edge - before.left, 1)
    if not _ENDS.search(before.text) and share > (_GOING_ON if after.text[:1].islower() else _NEARLY_FULL):
        return True
    word = after.text.split(None, 1)[0]
    needed = (after.right - after.left) * (len(word) + 1) / len(after.text)
    return before.right + needed > edge


def _step(before: _Line, after: _Line) -> float:
    """Return how far the foot of a line is below that of the one before."""
    return before.bottom - (after.top - after.height)


def _runs_over(before: _Line, after: _Line) -> bool:
    """Tell whether a paragraph goes on at the top of another column or page."""
    return not _ENDS.search(before.text) and after.text[:1].islower()


def _stated_title(document: Any) -> str | None:
    """Return the title that the file states; the programs that make PDFs put many another thing there."""
    try:
        return _squeeze(document.get_metadata_value("Title")) or None
    except pypdfium2.PdfiumError:
        return None


def _squeeze(text: str) -> str:
    return " ".join(normalise(text or "").split())
