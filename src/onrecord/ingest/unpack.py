"""Packed bytes: gzip, bzip2 and xz as streams that are bounded by what really comes out of them."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from onrecord.errors import UnreadableSource
from onrecord.ingest.text import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Reader: TypeAlias = io.BufferedReader

MOST_RATIO = 200
"""News text packs to a fifth, the most repetitive logs to a fiftieth; a bomb of zeros to a thousandth and less."""
MOST_UNPACKED = 100_000_000_000
"""No archive is read further than this, whatever its ratio: it is forty times a day of a large news crawl."""
_MOST_MEMORY = 200_000_000
"""What xz may use: its strongest usual setting takes 65 MB."""
_BLOCK = 65_536
_GZIP = 16 + zlib.MAX_WBITS

_LONGEST_MAGIC = 6
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}


class _Decompressor(Protocol):
    """What bz2 and lzma share; zlib's is made alike by `_Gzip`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib's decompressor in the shape of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class Budget:
    """Counts what comes out of a packed source and ends it where that is out of all proportion."""

    def __init__(self, name: str, packed: int = 0) -> None:
        self._name = name
        self.packed = packed
        self._unpacked = 0

    def count(self, size: int) -> None:
        """Count bytes that came out; raise UnreadableSource where they are too many for what went in."""
        self._unpacked += size
        if self._unpacked > max(MOST_BYTES, MOST_RATIO * self.packed):
            found = f"packed data that unpacks to over {MOST_RATIO} times its size (a zip bomb?)"
            raise UnreadableSource(self._name, found, "Unpack it by hand if you trust it, and name the files.")
        if self._unpacked > MOST_UNPACKED:
            found = f"packed data that unpacks to over {MOST_UNPACKED // 1_000_000_000} GB"
            raise UnreadableSource(self._name, found, "Split it, or unpack it and name the files.")


class Unpacked(io.RawIOBase):
    """The bytes inside a gzip, bzip2 or xz stream of one or more members.

    Reading raises UnreadableSource where the stream is damaged, breaks off, or its budget is passed.
    """

    def __init__(self, packed: BinaryIO, format: str, name: str) -> None:
        self._packed, self._format, self._name = packed, format, name
        self._budget = Budget(name)
        self._decompressor: _Decompressor | None = None
        self._rest = b""

    def readable(self) -> bool:
        """Tell that it can be read from."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer and return how much of it; 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self._unpack(len(view))
        self._budget.count(len(data))
        view[: len(data)] = data
        return len(data)

    def _unpack(self, most: int) -> bytes:
        """Return at most so many bytes; none only at the end of the last member."""
        while True:
            if self._decompressor is None:
                if not self._has_member():
                    return b""
                self._decompressor = self._open()
            data = self._decompress(self._decompressor, most)
            if self._decompressor.eof:
                self._rest, self._decompressor = self._decompressor.unused_data, None
            if data:
                return data

    def _decompress(self, decompressor: _Decompressor, most: int) -> bytes:
        block, self._rest = self._rest, b""
        if not block and decompressor.needs_input:
            block = self._take()
            if not block:
                found = f"{self._format} data that breaks off before its end"
                raise UnreadableSource(self._name, found, "Copy or download it again.")
        try:
            return decompressor.decompress(block, most)
        except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
            found = f"damaged {self._format} data ({' '.join(str(error).split()).rstrip('.')})"
            raise UnreadableSource(self._name, found, "Copy or download it again.") from error

    def _take(self) -> bytes:
        block = self._packed.read(_BLOCK)
        self._budget.packed += len(block)
        return block

    def _has_member(self) -> bool:
        """Tell whether a member begins; some files are padded with zeros after one."""
        self._rest = self._rest.lstrip(b"\0")
        while not self._rest:
            block = self._take()
            if not block:
                return False
            self._rest = block.lstrip(b"\0")
        if len(self._rest) < _LONGEST_MAGIC:
            self._rest += self._take()
        if format_of(self._rest) != self._format:
            found = f"damaged {self._format} data (something else follows where it ends)"
            raise UnreadableSource(self._name, found, "Copy or download it again.")
        return True

    def _open(self) -> _Decompressor:
        if self._format == "gzip":
            return _Gzip()
        if self._format == "bzip2":
            return bz2.BZ2Decompressor()
        return lzma.LZMADecompressor(memlimit=_MOST_MEMORY)


def format_of(head: bytes) -> str | None:
    """Return "gzip", "bzip2" or "xz" for the first bytes of such data, else None."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def unpack(packed: BinaryIO, format: str, name: str) -> Reader:
    """Return a stream of what is inside a packed one."""
    return io.BufferedReader(Unpacked(packed, format, name), _BLOCK)


def peek(stream: Reader, size: int = 4096) -> bytes:
    """Return the next bytes without taking them; fewer only where the stream ends."""
    head = stream.peek(size)
    return head[:size]
