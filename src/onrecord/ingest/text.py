"""Plain text: bytes into characters, the one normalisation, and what the text says about itself.

Normalisation keeps the length: an offset in `Document.text` is an offset in the decoded file. Only
a leading byte order mark and the first half of a CRLF go. Text that was broken into lines by width
is joined into paragraphs by putting a space where each break was.
"""

from __future__ import annotations

import codecs
import datetime
import os
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from onrecord.errors import UnreadableSource, WrongUsage
from onrecord.model import Document

MOST_BYTES = 10_000_000
"""No more than this is read of any source: a long article has 100 kB, a whole book 1 MB."""

_SAVE_AS_UTF8 = "Open it in the program that made it and save it as UTF-8 text."
_SAVE_AS_TEXT = "Save the article as text (.txt) or HTML and read that."

# --- bytes ------------------------------------------------------------------------------------

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
)
_IN_ZIP = ((b"word/", "a Word file"), (b"opendocument", "an OpenDocument file"), (b"epub", "an EPUB file"))
_MARKS = (  # UTF-32 before UTF-16, whose mark it begins with
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Other codecs of Python (punycode, unicode_escape, …) are no encodings of pages.
_PAGE_ENCODINGS = ("utf", "iso8859", "cp", "koi8", "gb", "big5", "euc", "shift_jis", "mac", "tis", "johab")
_FEW_HIGH_BYTES = 0.05
_MOST_DAMAGE = 0.01


def show_name(source: str | Path) -> str:
    """Return the name of a source as one line that can be printed and stored."""
    return "".join(c if c.isprintable() else "\ufffd" for c in os.fspath(source))


def too_big(name: str, size: int | None) -> UnreadableSource:
    """Return the error for a source of more than MOST_BYTES; without a size, one that did not end."""
    most = f"{MOST_BYTES // 1_000_000} MB"
    found = f"{size / 1_000_000:.1f} MB, over the {most} that are read" if size else f"over {most}"
    return UnreadableSource(name, found, "Split it into one file per article.")


def check_is_text(data: bytes, name: str) -> None:
    """Raise UnreadableSource where bytes are empty or are of a kind of file that is not text."""
    if not data.strip():
        raise _empty(name, len(data))
    start = data[:1024].lstrip()
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic) or start.startswith(magic)), None)
    if kind == "a ZIP or Office file":
        kind = name_zip(data)
    marked = any(data.startswith(mark) for mark, _ in _MARKS)
    if kind is None and not marked and b"\0" in data:
        raise UnreadableSource(name, "a binary file (it has zero bytes)", _SAVE_AS_TEXT)
    if kind is not None:
        raise UnreadableSource(name, kind, _SAVE_AS_TEXT)


def name_zip(data: bytes) -> str:
    """Return what bytes that begin like a ZIP archive are, by the names in them."""
    return next((inner for mark, inner in _IN_ZIP if mark in data), "a ZIP archive")


def decode(data: bytes, *, name: str, declared: str | None = None) -> str:
    """Return the characters of bytes, a leading byte order mark dropped.

    A byte order mark decides, then UTF-8, then the declared encoding, then what the bytes look like.
    Raises UnreadableSource where the outcome is no text.
    """
    encoding, mark = next(((e, m) for m, e in _MARKS if data.startswith(m)), (None, b""))
    encoding = encoding or _find_encoding(data, declared)
    text = data[len(mark) :].decode(encoding, "replace")
    damaged = len(_DAMAGE.findall(text))
    if damaged > _MOST_DAMAGE * len(text):
        found = f"not text in {encoding}, the encoding tried ({damaged} unreadable characters)"
        raise UnreadableSource(name, found, _SAVE_AS_UTF8)
    return text


def _find_encoding(data: bytes, declared: str | None) -> str:
    lenient = data.decode("utf-8", "replace")
    # Text in another encoding hardly ever has a valid UTF-8 sequence in it; damaged UTF-8 has many.
    bad = lenient.count("\ufffd")
    high = sum(c > "\x7f" for c in lenient) if bad else 0
    if not bad or high > 2 * bad:
        return "utf-8"
    for encoding in (_known_encoding(declared), "cp1252"):
        if encoding is None or (encoding == "cp1252" and _share_of_high_bytes(data) > _FEW_HIGH_BYTES):
            continue
        try:
            data.decode(encoding)
        except UnicodeError:
            continue
        return encoding
    from charset_normalizer import from_bytes

    best = from_bytes(data[:100_000]).best()
    return best.encoding if best is not None else "cp1252"


def _known_encoding(declared: str | None) -> str | None:
    try:
        encoding = codecs.lookup(declared).name if declared else ""
    except (LookupError, ValueError):
        return None
    if encoding == "iso8859-1":
        return "cp1252"  # as every browser reads it
    return encoding if encoding.startswith(_PAGE_ENCODINGS) else None


def _share_of_high_bytes(data: bytes) -> float:
    return len(data.translate(None, bytes(range(128)))) / len(data)


# --- normalisation ----------------------------------------------------------------------------

_DAMAGE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_TABLE = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_TABLE |= {0x2028: "\n", 0x2029: "\n"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_WIDTHS = range(50, 101)
_FEWEST_BREAKS = 5
_SHARE_OF_WRAPS = 0.85
_SHARE_GOING_ON = 0.5
_LIST_MARK = re.compile(r"\s*(?:[-*+•–—·>|]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


def normalise(text: str) -> str:
    r"""Return the text with `\n` as its only line break and no control characters but `\t`.

    One leading byte order mark goes and CRLF becomes one character; all else keeps its offset:
    a control character becomes a space, a lone surrogate U+FFFD.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_TABLE)


def unwrap(text: str) -> str:
    """Return normalised text with each line break that is mere wrapping as a space.

    A break is a wrap where the first word of the next line had no room left in the width of the
    text. Only text whose single breaks are nearly all wraps, most of them inside a sentence, is
    touched: lines that are paragraphs, items, verses or headlines stay.
    """
    lines = text.split("\n")
    width = max((len(line.rstrip()) for line in lines if len(line.split(None, 1)) > 1), default=0)
    if width not in _WIDTHS:
        return text
    single = [i for i in range(len(lines) - 1) if _is_single_break(lines[i], lines[i + 1])]
    wraps = {i for i in single if len(lines[i].rstrip()) + 1 + len(_first_word(lines[i + 1])) > width}
    going_on = sum(lines[i + 1].lstrip()[:1].islower() for i in wraps)
    if len(single) < _FEWEST_BREAKS or len(wraps) < _SHARE_OF_WRAPS * len(single):
        return text
    if going_on < _SHARE_GOING_ON * len(wraps):
        return text
    breaks = (" " if i in wraps else "\n" for i in range(len(lines) - 1))
    return "".join(line + end for line, end in zip(lines, (*breaks, ""), strict=True))


def _is_single_break(line: str, following: str) -> bool:
    """Tell whether a paragraph may go on in the following line."""
    if not line.strip() or not following.strip() or _LIST_MARK.match(following):
        return False
    return _indent(following) <= _indent(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first_word(line: str) -> str:
    return line.split(None, 1)[0]


# --- what the text says about itself ----------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 20
_FEWEST_FOREIGN_LETTERS = 60
# The identifier takes short English text full of foreign names for another language. These words are
# a tenth of English text and in hardly any other language.
_ENGLISH = {"and", "been", "from", "said", "that", "the", "their", "they", "this", "were", "which", "who", "with"}
_SHARE_OF_ENGLISH = 0.05
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "km": "Khmer", "ko": "Korean", "lo": "Lao", "ms": "Malay", "my": "Burmese", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_LONGEST_TITLE = 150
_OPENING, _CLOSING = "\"'“‘«„", "\"'”’»“"
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def from_text(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    publisher: str | None = None,
    byline: str | None = None,
    published: str | None = None,
    language: str | None = None,
    name: str | None = None,
) -> Document:
    """Return the Document of plain text; its title is the first line where that looks like one.

    Raises UnreadableSource for text that is blank or not English, WrongUsage for a bad date.
    """
    text = unwrap(normalise(text))
    title = title or find_title(text)
    return complete(Document(text, title, url, publisher, byline, published, language, name))


def complete(document: Document) -> Document:
    """Return a document of normalised text with its language; raise as `from_text` does."""
    name = "text" if document.name is None else document.name
    if not document.text.strip():
        raise _empty(name, len(document.text))
    if document.published is not None:
        check_date(document.published)
    language = document.language or detect_language(document.text)
    if language is not None and language.split("-")[0].lower() != "en":
        looks = _LANGUAGES.get(language, f"another language ({language})")
        found = f"not English: the text looks like {looks}"
        raise UnreadableSource(name, found, "onrecord reads English only.")
    return replace(document, language=language)


def _empty(name: str, size: int) -> UnreadableSource:
    found = "empty" if size == 0 else "nothing but white space"
    return UnreadableSource(name, found, "Check that the article was saved.")


def detect_language(text: str) -> str | None:
    """Return the code of the language, or None where there is too little text to judge.

    The start and the middle are judged apart, and one of them in English is enough: an article may
    begin with a notice in another language or print a long speech in one.
    """
    middle = max(5000, len(text) // 2)
    judged = [code for code in map(_judge, (text[:5000], text[middle : middle + 2000])) if code]
    if not judged:
        return None
    return "en" if "en" in judged else judged[0]


def _judge(sample: str) -> str | None:
    words = _WORD.findall(sample)
    foreign = sum(len(word) for word in words if not word.isascii())  # scripts without spaces have few words
    if len(words) < _FEWEST_WORDS and foreign < _FEWEST_FOREIGN_LETTERS:
        return None
    english = sum(word.lower() in _ENGLISH for word in words)
    if english > _SHARE_OF_ENGLISH * len(words):
        return "en"
    language, _ = _load_identifier().classify(sample)
    return "en" if language == "pcm" else str(language)  # Nigerian Pidgin: short English is taken for it


@lru_cache(maxsize=1)
def _load_identifier() -> Any:
    # py3langid: small, works offline, BSD, and kept by the author of trafilatura.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def find_title(text: str) -> str | None:
    """Return the first line where it stands as a headline over the text, or None."""
    lines = text.lstrip("\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first + 1 >= len(lines) or not any(line.strip() for line in lines[first + 1 :]):
        return None
    title, below = lines[first].strip(), lines[first + 1].strip()
    apart = not below or len(below) > max(100, 2 * len(title))
    quoted = title[0] in _OPENING and title[-1] in _CLOSING
    ends = title.rstrip(_CLOSING + ")]").endswith((".", ",", ";", ":"))
    return title if len(title) <= _LONGEST_TITLE and apart and not quoted and not ends else None


def check_date(value: str) -> str:
    """Return a date of the shape YYYY, YYYY-MM or YYYY-MM-DD; raise WrongUsage for anything else."""
    match = _DATE.fullmatch(value)
    if match and 1500 <= int(match[1]) <= 2999:
        try:
            datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError:
            pass
        else:
            return value
    raise WrongUsage(f"{value!r} is not a date: write it as 2018, 2018-08 or 2018-08-27")


def stated_date(value: str | None) -> str | None:
    """Return the date that a source states about itself, without its time, or None if it is no date."""
    match = re.match(r"\s*([0-9]{4}(?:-[0-9]{2}){0,2})(?![0-9-])", value or "")
    try:
        return check_date(match[1]) if match else None
    except WrongUsage:
        return None
