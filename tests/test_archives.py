"""Zip, tar and packed files, JSON lines among them: articles as a stream, bounds by what really comes out."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import pickle
import stat
import struct
import sys
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.errors import UnreadableSource, WrongUsage
from onrecord.ingest import MOST_BYTES, Item, Options, find_sources, open_source
from onrecord.ingest.archive import read_zip
from onrecord.ingest.item import Names, read_date
from onrecord.ingest.unpack import unpack
from onrecord.model import Skipped

ARTICLE = """Harbour strike ends as ships sail again

VESK — The strike in the harbour of Vesk ended on Monday after two weeks of talks, Transport Minister \
Oldo Kerr said.

“We won’t go back to the old rules,” said Mara Tolen, who leads the union of dock workers.
"""
PAGE = (
    "<!DOCTYPE html><html><head><title>Harbour strike ends</title></head><body><article>"
    "<p>The strike in the harbour of Vesk ended on Monday after two weeks of talks with the dock workers.</p>"
    "<p>“We won’t go back to the old rules,” said Mara Tolen, who leads the union of Ostria.</p>"
    "</article></body></html>"
)
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: str | bytes, name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def zip_of(members: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tar_of(members: dict[str, str | bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def find(path: Path, options: Options | None = None) -> list[object]:
    """Return what is found in a file, names cut to what follows the file's; each Skipped is one line."""
    found = list(find_sources([path], options))
    for one in found:
        if isinstance(one, Skipped):
            assert one.reason.isprintable()
            assert one.reason.startswith(one.name)
    return found


def names(found: list[object], path: Path) -> list[str]:
    return [one.name.removeprefix(f"{path}") for one in found if isinstance(one, Item | Skipped)]


def reason(found: list[object]) -> str:
    [one] = found
    assert isinstance(one, Skipped)
    return one.reason


# --- zip and tar ------------------------------------------------------------------------------

MEMBERS = {
    "b.txt": ARTICLE,
    "a/page.html": PAGE,
    "a/photo.jpg": b"\xff\xd8\xff",
    ".hidden.txt": ARTICLE,
    "__MACOSX/b.txt": ARTICLE,
    "a/.git/c.txt": ARTICLE,
}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("papers.zip", zip_of),
        ("papers.tar", tar_of),
        ("papers.tar.gz", lambda members: tar_of(members, "w:gz")),
        ("papers.tgz", lambda members: tar_of(members, "w:gz")),
        ("papers.tar.bz2", lambda members: tar_of(members, "w:bz2")),
        ("papers.tar.xz", lambda members: tar_of(members, "w:xz")),
        ("no-suffix", zip_of),
    ],
)
def test_archive_is_read_like_a_folder(write, name, pack):
    path = write(pack(MEMBERS), name)
    found = find(path)
    assert names(found, path) == ["#b.txt", "#a/page.html"]
    assert [open_source(item).title for item in found] == [
        "Harbour strike ends as ships sail again",
        "Harbour strike ends",
    ]
    assert open_source(found[0]).text == ARTICLE
    assert open_source(found[0]).name == f"{path}#b.txt"
    assert find(path) == found
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_archive_in_an_archive_is_read_and_no_deeper(write, pack):
    innermost = zip_of({"c.txt": ARTICLE})
    inner = pack({"b.txt": ARTICLE, "deep.zip": innermost})
    path = write(pack({"a.txt": ARTICLE, "inner.zip" if pack is zip_of else "inner.tar": inner}), "outer")
    found = find(path)
    assert [isinstance(one, Skipped) for one in found] == [False, False, True]
    assert "an archive in an archive in an archive" in found[-1].reason


@pytest.mark.parametrize(("pack", "kind"), [(zip_of, "ZIP"), (tar_of, "tar")])
def test_archive_without_articles_is_skipped(write, pack, kind):
    assert "a file without articles" in reason(find(write(pack({"photo.jpg": b"x"}), f"photos.{kind.lower()}")))


def test_zip_names_that_lead_out_are_only_names(write, tmp_path):
    path = write(zip_of({"../../out.txt": ARTICLE, "/etc/passwd.txt": ARTICLE}), "sub/evil.zip")
    before = sorted(tmp_path.rglob("*"))
    assert names(find(path), path) == ["#../../out.txt", "#/etc/passwd.txt"]
    assert [open_source(item).text for item in find(path)] == [ARTICLE, ARTICLE]
    assert sorted(tmp_path.rglob("*")) == before


def test_tar_links_and_devices_are_skipped(write):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in [("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE), ("c.txt", tarfile.CHRTYPE)]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    found = find(write(file.getvalue(), "a.tar"))
    reasons = [one.reason.removeprefix(one.name) for one in found if isinstance(one, Skipped)]
    assert [("link" in text, "device" in text) for text in reasons] == [(True, False), (True, False), (False, True)]


def test_zip_links_and_encrypted_members_are_skipped(write):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.txt", ARTICLE)
    data = file.getvalue()
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.rfind(signature) + offset
        data = data[:at] + struct.pack("<H", 1) + data[at + 2 :]
    link_reason, secret_reason = (one.reason for one in find(write(data, "a.zip")) if isinstance(one, Skipped))
    assert "a link" in link_reason
    assert "encrypted" in secret_reason


def test_zip_members_of_one_name_are_told_apart(write):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", ARTICLE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", ARTICLE + "More.\n")
    path = write(file.getvalue(), "a.zip")
    assert names(find(path), path) == ["#a.txt", "#a.txt (2)"]
    assert Names("a").give("new\nline") == "a#new\ufffdline"


def test_zip_with_a_member_that_is_damaged_reads_the_others(write):
    data = bytearray(zip_of({"a.txt": ARTICLE, "b.txt": ARTICLE}))
    data[45] ^= 0xFF
    first, second = find(write(bytes(data), "a.zip"))
    assert isinstance(first, Skipped)
    assert "damaged member" in first.reason
    assert open_source(second).text == ARTICLE


@pytest.mark.parametrize(
    ("inside", "kind"), [("word/document.xml", "a Word file"), ("xl/workbook.xml", "an Excel file")]
)
def test_office_file_is_no_archive(write, inside, kind):
    path = write(zip_of({inside: "<w/>", "word/a.txt": "x"}), "letter.docx")
    assert kind in reason(find(path))
    with pytest.raises(UnreadableSource, match=kind):
        open_source(path)


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_archive_member_that_is_too_big_is_skipped_and_the_rest_read(write, pack):
    big = "".join(f"{k} ships sailed.\n" for k in range(700_000))
    found = find(write(pack({"big.txt": big, "b.txt": ARTICLE}), "a.zip"))
    assert "over 10 MB" in found[0].reason
    assert open_source(found[1]).text == ARTICLE


@pytest.mark.parametrize("cut", [700, 1800, 2900])
def test_tar_that_breaks_off_says_so(write, cut):
    data = tar_of({"a.txt": ARTICLE, "b.txt": ARTICLE, "c.txt": ARTICLE})[:cut]
    last = find(write(data, "a.tar"))[-1]
    assert isinstance(last, Skipped)
    assert any(word in last.reason for word in ("breaks off", "broken", "damaged"))


def test_zip_with_an_enormous_list_of_members_is_refused():
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 150_000_000, 0, 0)
    file = io.BytesIO(b"PK\x03\x04" + bytes(160_000_000) + end)
    with pytest.raises(UnreadableSource, match="150 MB"):
        next(read_zip(file, "a.zip"))


# --- bombs ------------------------------------------------------------------------------------


def zeros(size: int) -> bytes:
    return gzip.compress(bytes(size))


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("zeros.gz", lambda: zeros(200_000_000)),
        ("zeros.txt.gz", lambda: zeros(200_000_000)),
        ("zeros.jsonl.gz", lambda: zeros(200_000_000)),
        ("zeros.warc.gz", lambda: zeros(200_000_000)),
        ("warc.gz", lambda: gzip.compress(b"WARC/1.0\r\n" + bytes(200_000_000))),
        ("zeros.bz2", lambda: bz2.compress(bytes(100_000_000))),
        ("zeros.xz", lambda: lzma.compress(bytes(100_000_000), preset=1)),
        ("zeros.tar.gz", lambda: zeros(200_000_000)),
        ("tar.gz", lambda: gzip.compress(tar_of({"a.txt": bytes(100_000_000)}))),
        ("a.zip", lambda: zip_of({f"{k}.txt": bytes(11_000_000) for k in range(12)})),
        ("twice.gz", lambda: gzip.compress(zeros(100_000_000))),
    ],
)
def test_bomb_ends_early_in_bounded_memory(write, name, build):
    path = write(build(), name)
    tracemalloc.start()
    try:
        found = find(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    assert all(isinstance(one, Skipped) for one in found)
    assert found


def test_bomb_is_named_as_one(write):
    path = write(zip_of({f"{k}.txt": bytes(11_000_000) for k in range(3)}), "a.zip")
    assert any("zip bomb" in one.reason for one in find(path))


def test_gzip_that_states_a_false_size_is_counted(write):
    data = zeros(50_000_000)
    path = write(data[:-4] + struct.pack("<L", 10), "a.txt.gz")
    assert "zip bomb" in reason(find(path))


# --- packed files -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt.bz2", "a.txt.xz", "a.html.gz"])
def test_packed_article_is_read(write, name):
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[name.rsplit(".", 1)[1]]
    path = write(pack((PAGE if "html" in name else ARTICLE).encode()), name)
    assert open_source(path).title.startswith("Harbour strike ends")
    [item] = find(path)
    assert item.name == str(path)


def test_gzip_of_several_members_and_padding_is_one_stream():
    data = gzip.compress(b"one ") + gzip.compress(b"two") + bytes(100)
    assert unpack(io.BytesIO(data), "gzip", "a").read() == b"one two"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda data: data[:-9], "breaks off"),
        (lambda data: data[:30] + b"\xff\xff\xff" + data[33:], "damaged"),
        (lambda data: data[:-8] + b"\0\0\0\0" + data[-4:], "damaged"),
        (lambda data: data + b"rubbish", "something else follows"),
    ],
)
def test_damaged_gzip_is_skipped(write, change, found):
    assert found in reason(find(write(change(gzip.compress(ARTICLE.encode())), "a.txt.gz")))


def test_gzip_within_gzip_is_refused(write):
    assert "packed twice" in reason(find(write(gzip.compress(gzip.compress(b"x")), "a.txt.gz.gz")))


def test_xz_that_asks_for_much_memory_is_refused(write):
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
    path = write(_xz_with_large_dictionary(filters), "a.txt.xz")
    assert "damaged xz data" in reason(find(path))


def _xz_with_large_dictionary(filters: list[dict[str, int]]) -> bytes:
    """Return xz data whose header asks for a dictionary that its content has no need of."""
    data = bytearray(lzma.compress(ARTICLE.encode(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}]))
    size = (data[12] + 1) * 4
    header = data[12 : 12 + size - 4]
    header[4] = 38  # the bits of a dictionary of 2 GB
    data[12 : 12 + size] = header + struct.pack("<L", zlib.crc32(bytes(header)))
    assert filters
    return bytes(data)


# --- what goes around them --------------------------------------------------------------------


def test_folder_is_walked_into_containers(write, tmp_path):
    write(zip_of({"a.txt": ARTICLE}), "1.zip")
    write(json.dumps({"text": ARTICLE}), "2.jsonl")
    write(ARTICLE, "3.txt")
    write("<settings/>", "4.xml")
    found = list(find_sources([tmp_path]))
    assert [str(one).removeprefix(f"{tmp_path}/") for one in found] == ["1.zip#a.txt", "2.jsonl#line 1", "3.txt"]


def test_container_of_one_article_is_opened_and_of_several_refused(write):
    assert open_source(write(zip_of({"a.txt": ARTICLE}), "a.zip")).text == ARTICLE
    with pytest.raises(UnreadableSource, match="several articles"):
        open_source(write(zip_of({"a.txt": ARTICLE, "b.txt": ARTICLE}), "b.zip"))


def test_kind_that_the_user_gives_is_that_of_the_members(write):
    [item] = find(write(zip_of({"a.html": PAGE}), "a.zip"))
    assert open_source(item, kind="text").text == PAGE


def test_standard_input_may_be_an_archive(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(tar_of({"a.txt": ARTICLE}, "w:gz"))))
    [item] = find_sources(["-"])
    assert item.name == "-#a.txt"


def test_pipeline_passes_items_and_skipped_through_in_order(write):
    path = write(zip_of({"a.txt": ARTICLE, "b.txt": b"", "c.txt": ARTICLE}), "a.zip")
    for jobs in (1, 2):
        found = list(onrecord.read_many([path, "missing.txt"], jobs=jobs))
        assert [type(one).__name__ for one in found] == ["Record", "Skipped", "Record", "Skipped"]
        assert found[0].document.name == f"{path}#a.txt"
        assert found[1].name == f"{path}#b.txt"
        for statement in found[0].statements:
            assert found[0].document.slice(statement.content)


def test_slip_of_ours_on_a_container_loses_only_that(write, monkeypatch):
    def fail(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("onrecord.ingest.archive.read_zip", fail)
    assert "Please report it" in reason(find(write(zip_of({"a.txt": ARTICLE}), "a.zip")))


@FUZZ
@given(st.data())
def test_any_damage_ends_in_items_or_lines(tmp_path, data):
    name, whole = data.draw(
        st.sampled_from(
            [
                ("a.zip", zip_of(MEMBERS)),
                ("a.tar", tar_of(MEMBERS)),
                ("a.tgz", tar_of(MEMBERS, "w:gz")),
                ("a.jsonl.gz", gzip.compress(json.dumps({"text": ARTICLE}).encode())),
                ("a.txt.xz", lzma.compress(ARTICLE.encode())),
                ("a.txt.bz2", bz2.compress(ARTICLE.encode())),
            ]
        )
    )
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(bytes(damaged))
    assert find(path)


@FUZZ
@given(st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b""]), st.binary())
def test_any_bytes_end_in_items_or_lines(tmp_path, magic, content):
    for name in ("a.zip", "a.tar", "a.jsonl"):
        path = tmp_path / name
        path.write_bytes(magic + content)
        find(path)


# --- JSON lines -------------------------------------------------------------------------------


def test_json_lines_give_articles_with_what_they_state(write):
    rows = [
        {
            "text": ARTICLE,
            "title": "T",
            "url": "https://vesk.example/1",
            "publisher": "Vesk Daily",
            "byline": "L. Orlo",
        },
        {"maintext": ARTICLE, "headline": "H", "link": "l", "source": {"name": "S"}, "authors": ["A", "B"]},
        {"body": ["One side said so.", "The other said no."], "date": "Mon, 04 Mar 2024 23:30:00 -0500"},
    ]
    path = write("\n\n".join(map(json.dumps, rows)), "news.jsonl")
    found = find(path)
    assert names(found, path) == ["#line 1", "#line 3", "#line 5"]
    first, second, third = map(open_source, found)
    assert (first.text, first.title, first.url) == (ARTICLE, "T", "https://vesk.example/1")
    assert (first.publisher, first.byline, first.published) == ("Vesk Daily", "L. Orlo", None)
    assert (second.title, second.url, second.publisher, second.byline) == ("H", "l", "S", "A, B")
    assert (third.text, third.published) == ("One side said so.\n\nThe other said no.", "2024-03-04")


def test_json_lines_with_fields_that_the_user_names(write):
    path = write(json.dumps({"article": {"body": ARTICLE}, "text": "no", "day": 1709596800, "a.b": "T"}), "a.ndjson")
    options = Options(fields={"text": "article.body", "published": "day", "title": "a.b"})
    [item] = find(path, options)
    document = open_source(item)
    assert (document.text, document.published, document.title) == (ARTICLE, "2024-03-05", "T")
    with pytest.raises(WrongUsage, match=r"'body'.*text, title, url"):
        Options(fields={"body": "text"})


def test_json_lines_may_hold_pages(write):
    path = write(
        json.dumps({"text": PAGE, "title": "Ours"}) + "\n" + json.dumps({"text": "<p>Tolen said no.</p>"}), "a.jsonl"
    )
    first, second = find(path)
    assert open_source(first).text.startswith("Harbour strike ends\n\nThe strike in the harbour")
    assert open_source(first).title == "Ours"
    assert open_source(second).text == "<p>Tolen said no.</p>"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"{", "not JSON"),
        (b'["a"]', "a list, not an object"),
        (b"7", "a number"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"story": "x", "lead": "y"}', "lead, story"),
        (b'{"text": " ", "body": 5}', "no field with the text"),
        (b"{}", "no fields"),
        (json.dumps({f"f{k}": k for k in range(90)}).encode(), "…"),
        (b'{"text": "' + b"a" * (2 * MOST_BYTES) + b'"}', "over 20 MB"),
    ],
)
def test_json_line_that_is_no_article_is_skipped_and_the_rest_read(write, line, found):
    path = write(line + b"\n" + json.dumps({"text": ARTICLE}).encode(), "a.jsonl")
    skipped, item = find(path)
    assert found in skipped.reason
    assert skipped.name.endswith("#line 1")
    assert item.name.endswith("#line 2")


def test_json_line_with_half_a_character_is_read(write):
    [item] = find(write(json.dumps({"text": ARTICLE + "\ud800"}), "a.jsonl"))
    assert open_source(item).text == ARTICLE + "\ufffd"


@FUZZ
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.dictionaries(st.sampled_from(["text", "title", "date", "url", "x"]), inner) | st.lists(inner, max_size=3)
        ),
    )
)
def test_any_json_ends_in_items_or_lines(tmp_path, value):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(value) + "\n")
    for one in find(path):
        if isinstance(one, Item):
            with contextlib.suppress(UnreadableSource):
                assert open_source(one).text


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2018-08-27T10:00:00Z", "2018-08-27"),
        ("20180827", "2018-08-27"),
        ("20180827T101500", "2018-08-27"),
        (1535328000, "2018-08-27"),
        (1535328000.5, "2018-08-27"),
        ("1535328000000", "2018-08-27"),
        ("Mon, 27 Aug 2018 23:30:00 -0500", "2018-08-27"),
        ("2018-08", "2018-08"),
        (2018, "2018"),
        ("03/04/2018", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        ("99999999999999999999", None),
    ],
)
def test_dates_of_containers(value, date):
    assert read_date(value) == date
