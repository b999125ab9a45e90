"""What several tests need: the corpora where they are at hand, and a reader with planted scores."""

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from onrecord.attribution.tags import TAGS
from onrecord.language.reader import MODEL_FOLDER, Scores, load_reader
from onrecord.language.windows import Words, encode

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("ONRECORD_SHARED", ROOT.parent / "shared"))

_PLANTED = re.compile(r"\[(source|cue|content) (.*?)\]", re.DOTALL)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "data").is_dir():
        pytest.skip(f"{SHARED}: the corpora are not here (set ONRECORD_SHARED to their folder)")
    return SHARED


@pytest.fixture(scope="session")
def reader():
    return load_reader()


@pytest.fixture(scope="session")
def tokenizer():
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))


@dataclass
class PlantedReader:
    """A reader that finds just what was planted, and links every child to the nearest cue."""

    text: str
    spans: list[tuple[str, int, int]]
    tokenizer: object
    transitions: np.ndarray = field(default_factory=lambda: np.zeros((len(TAGS), len(TAGS)), dtype=np.float32))
    settings: dict = field(default_factory=lambda: {"confidence": {}})

    def encode(self, text: str) -> Words:
        return encode(text, self.tokenizer)

    def score(self, words: Words) -> Scores:
        tags = np.zeros((len(words), len(TAGS)), dtype=np.float32)
        tags[:, 0] = 5
        for role, start, end in self.spans:
            inside = np.flatnonzero((words.start >= start) & (words.end <= end))
            tags[inside, 0] = 0
            tags[inside, TAGS.index(f"I-{role}")] = 5
            tags[inside[0]] = 0
            tags[inside[0], TAGS.index(f"B-{role}")] = 5
        nothing = np.zeros((len(words), 5), dtype=np.float32)
        return Scores(tags, nothing[:, :1], nothing[:, :2], nothing[:, 0], nothing, nothing[:, :4], nothing[:, 0])

    def link(self, role, child, cue, place):
        apart = (
            place[:, :, 0] % 12
        )  # the first feature of a pair is its distance, and 12 more where the child comes first
        return -apart.astype(np.float32), np.full(place.shape[1], -30, dtype=np.float32)


@pytest.fixture
def planted(tokenizer):
    """Return a function that makes text and reader from `[source Vokal] [cue said] [content ...]`."""

    def plant(marked: str) -> PlantedReader:
        text, spans, at = "", [], 0
        for match in _PLANTED.finditer(marked):
            text += marked[at : match.start()]
            spans.append((match[1], len(text), len(text) + len(match[2])))
            text += match[2]
            at = match.end()
        return PlantedReader(text + marked[at:], spans, tokenizer)

    return plant


@pytest.fixture
def postgres_address() -> Iterator[str]:
    """Give the address of an empty schema of PostgreSQL, which is dropped afterwards."""
    address = os.environ.get("ONRECORD_TEST_POSTGRES")
    if not address:
        pytest.skip("set ONRECORD_TEST_POSTGRES to a postgresql:// address, or run: tests/postgres.sh pytest")
    schema = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(sa.make_url(address).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield sa.make_url(address).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def store_address(request, tmp_path) -> str:
    """Return the address of a store that is not there yet, in each of the databases."""
    return str(tmp_path / "record.db") if request.param == "sqlite" else request.getfixturevalue("postgres_address")
