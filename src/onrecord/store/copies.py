"""Which documents are copies of one story: nearly the same words, as when several outlets print one wire report.

A document's signature is MinHash over its shingles of five words (Broder 1997; by datasketch, MIT, the usual library
for it). Documents that share a band of it are compared by the whole signature.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np

SHINGLE = 5
"""Words of a shingle."""
HASHES, ROWS = 100, 5
"""Hashes of a signature, and how many make a band: of 20 bands of 5 one is nearly always common to two documents that
share 6 in 10 shingles."""
LEAST_SHARED = 0.6
"""The share of common shingles from which two documents are one story: a cut or edited copy keeps more, two reports of
one event by two authors share less than a tenth."""

_WORD = re.compile(r"\w+")


def signature_of(text: str) -> bytes:
    """Return the signature of a text: its hashes as 4 bytes each, little-endian."""
    from datasketch import MinHash  # here, as it loads scipy

    words = _WORD.findall(text.casefold())
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))}
    minhash = MinHash(num_perm=HASHES, seed=1)
    minhash.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in sorted(shingles)])
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def bands_of(signature: bytes) -> list[int]:
    """Return the hash of each band of a signature, as a signed number of 64 bits."""
    width = 4 * ROWS
    bands = (signature[i : i + width] for i in range(0, len(signature), width))
    digests = (hashlib.sha256(bytes([number]) + band).digest() for number, band in enumerate(bands))
    return [int.from_bytes(digest[:8], "little", signed=True) for digest in digests]


def share(one: bytes, other: bytes) -> float:
    """Return the share of shingles that two texts have in common, as their signatures tell it."""
    a, b = (np.frombuffer(signature, dtype="<u4") for signature in (one, other))
    return float(np.mean(a == b))
