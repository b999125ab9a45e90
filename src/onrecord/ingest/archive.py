"""Zip and tar: the members of an archive as streams, never on disk and never by their own word on their size."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, TypeAlias, cast

from onrecord.errors import UnreadableSource
from onrecord.ingest.item import Names
from onrecord.ingest.text import name_zip, show_name
from onrecord.ingest.unpack import Budget, Reader

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST_DIRECTORY = 100_000_000
"""A zip's list of members is read whole: a million of them have 80 MB."""
_LONGEST_COMMENT = 65_535
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_ASK_64 = 0xFFFFFFFF
"""What stands for a number that is in the record of 64 bits."""
_MOST_HEADERS = 20_000_000
"""What tar may read between two members: long names and the like."""
_OFFICE = (
    ("word/document.xml", "a Word file"),
    ("xl/workbook.xml", "an Excel file"),
    ("ppt/presentation.xml", "slides"),
)
_MIMETYPES = ((b"opendocument", "an OpenDocument file"), (b"epub", "an EPUB file"))
_AGAIN = "Copy or download it again."
_SAVE_AS_TEXT = "Save the article as text (.txt) or HTML and read that."
_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)
"""What the readers of the standard library raise on archives that somebody made by hand."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its full name, its path in the archive, and its bytes, to be read before the next."""

    name: str
    path: str
    stream: Reader


Members: TypeAlias = Iterator[Member | UnreadableSource]


class _Counted(io.RawIOBase):
    """A member's bytes as they come, counted against the budget of its archive."""

    def __init__(self, inner: IO[bytes], name: str, budget: Budget | None = None) -> None:
        self._inner, self._name, self._budget = inner, name, budget

    def readable(self) -> bool:
        """Tell that it can be read from."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer and return how much of it; 0 at the end."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._inner.read(len(view))
        except _ERRORS as error:
            raise UnreadableSource(self._name, f"a damaged member of an archive ({_say(error)})", _AGAIN) from error
        if self._budget is not None:
            self._budget.count(len(data))
        view[: len(data)] = data
        return len(data)


def is_article_path(path: str) -> bool:
    """Tell whether a path leads through no hidden folder, as a folder on disk is walked."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return not any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in parts)


# --- zip --------------------------------------------------------------------------------------


def read_zip(file: BinaryIO, name: str) -> Members:
    """Yield the files of a zip archive in its order; `file` can be sought in. Raises UnreadableSource."""
    size = file.seek(0, io.SEEK_END)
    listed = _size_of_directory(file, size)
    if listed > _MOST_DIRECTORY:
        found = f"a ZIP archive whose list of members has {listed / 1_000_000:.0f} MB"
        raise UnreadableSource(name, found, "Split it, or unpack it and name the folder.")
    try:
        archive = zipfile.ZipFile(file)
    except _ERRORS as error:
        file.seek(0)
        found = f"{name_zip(file.read(65_536))} that is broken ({_say(error)})"
        raise UnreadableSource(name, found, _AGAIN) from error
    with archive:
        office = _office_file(archive)
        if office is not None:
            raise UnreadableSource(name, office, _SAVE_AS_TEXT)
        names, budget = Names(name), Budget(name, packed=size)
        for info in archive.infolist():
            if not info.is_dir() and is_article_path(info.filename):
                yield _open_member(archive, info, names.give(info.filename), budget)


def _size_of_directory(file: BinaryIO, size: int) -> int:
    """Return how many bytes `zipfile` would read at once, as the archive states it; 0 where it does not."""
    start = max(0, size - _LONGEST_COMMENT - 22 - 20 - 56)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    stated = [0]
    for mark, form, offset in ((_END, "<L", 12), (_END_64, "<Q", 40)):
        at = tail.rfind(mark)
        if 0 <= at <= len(tail) - offset - struct.calcsize(form):
            stated.append(struct.unpack_from(form, tail, at + offset)[0])
    return int(min(max(value for value in stated if value != _ASK_64), size))


def _office_file(archive: zipfile.ZipFile) -> str | None:
    inside = archive.NameToInfo
    for path, kind in _OFFICE:
        if path in inside:
            return kind
    if "mimetype" not in inside:
        return None
    try:
        with archive.open("mimetype") as member:
            head = member.read(100)
    except _ERRORS:
        return None
    return next((kind for mark, kind in _MIMETYPES if mark in head), None)


def _open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget
) -> Member | UnreadableSource:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        found = "a link in an archive" if stat.S_ISLNK(mode) else "a device or pipe in an archive"
        return UnreadableSource(name, found, "Name the file that is meant.")
    if info.flag_bits & 0x1:
        return UnreadableSource(name, "an encrypted member of an archive", "Unpack it by hand and name the file.")
    try:
        stream = archive.open(info)
    except _ERRORS as error:
        return UnreadableSource(name, f"a damaged member of an archive ({_say(error)})", _AGAIN)
    return Member(name, info.filename, io.BufferedReader(_Counted(stream, name, budget), 65_536))


# --- tar --------------------------------------------------------------------------------------


class _Tape:
    """A stream as `tarfile` reads it: what it takes between two members is bounded, and its last bytes are known."""

    def __init__(self, stream: Reader) -> None:
        self._stream = stream
        self.allowed = _MOST_HEADERS
        self.tail = b""

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.allowed -= len(data)
        if self.allowed < 0:
            raise tarfile.ReadError("a header that does not end")
        self.tail = (self.tail + data)[-512:]
        return data


def read_tar(stream: Reader, name: str) -> Members:
    """Yield the files of a tar archive, unpacked already, in its order. Raises UnreadableSource."""
    tape, names = _Tape(stream), Names(name)
    try:
        with tarfile.open(fileobj=cast(IO[bytes], tape), mode="r|", errorlevel=0) as archive:
            while info := archive.next():
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps them all
                tape.allowed = _MOST_HEADERS + info.size
                if not info.isdir() and is_article_path(info.name):
                    yield _open_tar_member(archive, info, names.give(info.name))
    except _ERRORS as error:
        raise UnreadableSource(name, f"a tar archive that is broken ({_say(error)})", _AGAIN) from error
    if tape.tail.strip(b"\0"):
        raise UnreadableSource(name, "a tar archive that breaks off before its end", _AGAIN)


def _open_tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, name: str) -> Member | UnreadableSource:
    if info.issym() or info.islnk():
        return UnreadableSource(name, "a link in an archive", "Name the file that is meant.")
    if not info.isreg():
        return UnreadableSource(name, "a device or pipe in an archive", "Name the file that is meant.")
    inner = None if info.issparse() else archive.extractfile(info)  # a stream of its bytes: nothing is written
    if inner is None:
        return UnreadableSource(name, "a sparse member of an archive", "Unpack it by hand and name the file.")
    return Member(name, info.name, io.BufferedReader(_Counted(inner, name), 65_536))


def _say(error: BaseException) -> str:
    return show_name(" ".join(str(error).split()).rstrip(".")[:200].lower()) or type(error).__name__
