"""WARC and ARC: the pages of a crawl, whatever state its records are in."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.errors import UnreadableSource
from onrecord.ingest import MOST_BYTES, Item, find_sources, open_source
from onrecord.model import Skipped

PAGE = (
    "<!DOCTYPE html><html><head><title>Harbour strike ends</title></head><body><article>"
    "<p>The strike in the harbour of Vesk ended on Monday after two weeks of talks with the dock workers.</p>"
    "<p>“We won’t go back to the old rules,” said Mara Tolen, who leads the union of Ostria.</p>"
    "</article></body></html>"
).encode()
FRENCH = (
    "<!DOCTYPE html><html><body><article><p>Le ministre des Transports a déclaré lundi que la grève du port était "
    "terminée après deux semaines de négociations avec les syndicats, qui avaient demandé une hausse des salaires et "
    "de meilleurs horaires pour tous les ouvriers.</p></article></body></html>"
).encode()


def answer(
    body: bytes = PAGE, status: str = "200 OK", kind: str | None = "text/html; charset=utf-8", **more: str
) -> bytes:
    """Return an answer of a web server; `content_encoding="gzip"` is a header."""
    headers = {"Content-Type": kind} if kind else {}
    headers |= {key.replace("_", "-"): value for key, value in more.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def record(block: bytes, kind: str = "response", id: str = "1", length: int | str | None = None, **more: str) -> bytes:
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{id}>",
        "WARC-Target-URI": "https://vesk.example/harbour",
        "WARC-Date": "2024-03-11T00:00:00Z",
        "Content-Length": str(len(block) if length is None else length),
    } | {key.replace("_", "-"): value for key, value in more.items()}
    head = "WARC/1.0\r\n" + "".join(f"{key}: {value}\r\n" for key, value in headers.items() if value) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def arc(*blocks: bytes) -> bytes:
    version = b"1 0 Vesk\nURL IP-address Archive-date Content-type Archive-length\n"
    lines = [b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain %d\n" % len(version), version]
    for block in blocks:
        lines.append(b"\nhttp://vesk.example/a b 1.2.3.4 20140216050221 text/html %d\n" % len(block) + block)
    return b"".join(lines)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[object]]:
    def read_file(content: bytes, name: str = "crawl.warc") -> list[object]:
        path = tmp_path / name
        path.write_bytes(content)
        return list(find_sources([path]))

    return read_file


def local(found: list[object]) -> list[str]:
    return [one.name.rsplit("crawl.warc", 1)[1] for one in found if isinstance(one, Item | Skipped)]


@pytest.mark.parametrize("pack", [lambda *parts: b"".join(parts), lambda *parts: b"".join(map(gzip.compress, parts))])
def test_warc_gives_its_pages_and_passes_over_the_rest(read, pack):
    found = read(
        pack(
            record(b"software: x\r\n", "warcinfo", "info"),
            record(b"GET / HTTP/1.1\r\nHost: vesk.example\r\n\r\n", "request", "ask"),
            record(answer(), id="page"),
            record(b"fetchTimeMs: 4", "metadata", "meta"),
            record(answer(b"\x89PNG", kind="image/png"), id="image"),
            record(answer(b"p {}", kind="text/css"), id="css"),
            record(answer(status="301 Moved", Location="/b"), id="moved"),
            record(answer(status="404 Not Found"), id="missing"),
            record(answer(), "revisit", "again"),
            record(answer(kind="application/xhtml+xml"), id="xhtml"),
        ),
    )
    assert local(found) == ["#page", "#xhtml"]
    document = open_source(found[0])
    assert document.text.startswith("Harbour strike ends\n\nThe strike in the harbour of Vesk")
    assert (document.url, document.published) == ("https://vesk.example/harbour", None)
    assert document.name == found[0].name


def test_warc_that_is_one_gzip_member_is_read(read):
    found = read(gzip.compress(record(answer(), id="1") + record(answer(), id="2")), "crawl.warc.gz")
    assert local(found) == [".gz#1", ".gz#2"]


def test_warc_page_states_its_own_date(read):
    page = PAGE.replace(b"<head>", b'<head><meta property="article:published_time" content="2021-03-04T10:00:00Z">')
    [item] = read(record(answer(page)))
    assert open_source(item).published == "2021-03-04"


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "block",
    [
        answer(gzip.compress(PAGE), content_encoding="gzip"),
        answer(zlib.compress(PAGE), content_encoding="deflate"),
        answer(brotli.compress(PAGE), content_encoding="br"),
        answer(chunked(PAGE), transfer_encoding="chunked"),
        answer(chunked(gzip.compress(PAGE)), transfer_encoding="chunked", content_encoding="gzip"),
        answer(PAGE, transfer_encoding="chunked", content_encoding="gzip"),
        answer(PAGE, content_encoding="br"),
        answer(PAGE, Content_Length="7"),
        answer(PAGE, kind=None),
        answer(PAGE.decode().encode("cp1252"), kind="text/html; charset=windows-1252"),
        answer(PAGE.decode().encode("utf-16"), kind="text/html; charset=utf-16"),
    ],
    ids=["gzip", "deflate", "br", "chunked", "both", "neither", "no br", "length", "no type", "cp1252", "utf16"],
)
def test_warc_body_is_unpacked_and_decoded(read, block):
    [item] = read(record(block))
    assert "“We won’t go back to the old rules,”" in open_source(item).text


def test_warc_resource_is_a_page_as_it_is(read):
    assert len(read(record(PAGE, "resource", Content_Type="text/html"))) == 1
    assert isinstance(read(record(b"x", "resource", Content_Type="image/png"))[0], Skipped)


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (answer(gzip.compress(PAGE)[:60], content_encoding="gzip"), "breaks off"),
        (answer(gzip.compress(PAGE)[:20] + b"\xff" * 600, content_encoding="gzip"), "gzip data"),
        (answer(b"\x01\x02" * 20, content_encoding="zstd-of-ours"), "not read here"),
        (answer(PAGE[9:], content_encoding="gz\x19p"), "not read here (gz\ufffdp)"),
        (answer(gzip.compress(bytes(50_000_000)), content_encoding="gzip"), "zip bomb"),
        (answer(b"<html>" + b"a" * MOST_BYTES), "over the 10 MB"),
        (answer(b"<html><body></body></html>"), "no article text"),
        (answer(FRENCH), "French"),
    ],
    ids=["cut", "damaged", "unknown", "unprintable", "bomb", "big", "empty", "french"],
)
def test_warc_page_that_cannot_be_read_is_skipped_and_the_rest_read(read, block, found):
    first, second = read(record(block, id="bad") + record(answer(), id="good"))
    if isinstance(first, Item):
        with pytest.raises(UnreadableSource) as caught:
            open_source(first)
        assert found in caught.value.found
    else:
        assert found in first.reason
    assert first.name.endswith("#bad")
    assert open_source(second).title == "Harbour strike ends"


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (record(answer(), length=90), "stated length (90 bytes) is wrong"),
        (record(answer(), length=len(answer()) + 60), "is wrong"),
        (record(answer(), length="many"), "without a length"),
        (record(answer(), length=-4), "without a length"),
        (record(answer(), Content_Length=""), "without a length"),
        (record(b"x", "warcinfo", Content_Length=""), "without a length"),
        (record(answer(), WARC_Target_URI=""), "no record"),
        (b"WARC/1.0\r\n" + b"a: b\r\n" * 200_000 + b"\r\n", "a header that does not end"),
        (b"WARC/1.0\r\nWARC-Type: " + b"a" * 100_000 + b"\r\n\r\n", "a header that does not end"),
    ],
    ids=["short", "long", "word", "negative", "none", "info", "no address", "headers", "line"],
)
def test_warc_goes_on_after_a_record_that_is_broken(read, broken, found):
    first, *rest = read(record(answer(), id="0") + broken + record(answer(), id="2") + record(answer(), id="3"))
    assert first.name.endswith("#0")
    assert found in rest[0].reason
    assert rest[-1].name.endswith("#3")


@pytest.mark.parametrize("cut", [30, 200, 500])
def test_warc_that_breaks_off_says_so(read, cut):
    whole = record(answer(), id="1") + record(answer(), id="2")
    *good, last = read(whole[: len(whole) - len(record(answer())) + cut])
    assert [one.name.endswith("#1") for one in good] == [True]
    assert "breaks off" in last.reason


def test_warc_gzip_that_breaks_off_says_so(read):
    packed = gzip.compress(record(answer(), id="1")) + gzip.compress(record(answer(), id="2"))
    *good, last = read(packed[:-40], "crawl.warc.gz")
    assert local(good) == [".gz#1"]
    assert "breaks off" in last.reason


def test_warc_without_pages_says_so(read):
    [one] = read(record(b"x", "warcinfo"))
    assert "without articles" in one.reason


def test_warc_ids_that_come_twice_or_not_at_all_make_names(read):
    found = read(record(answer()) + record(answer()) + record(answer(), WARC_Record_ID=""))
    assert local(found) == ["#1", "#1 (2)", f"#offset {len(record(answer())) * 2}"]


def test_warc_prints_nothing(read, capfd):
    read(record(answer(), WARC_Target_URI="https://vesk.example/a b") + record(answer(), length=9) + b"rubbish\r\n")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_arc_gives_its_pages(read, pack):
    found = read(pack(arc(answer(), answer(status="404 Not Found"), answer())), "crawl.warc")
    assert len(found) == 2
    assert "offset" in found[0].name
    document = open_source(found[0])
    assert (document.title, document.url) == ("Harbour strike ends", "http://vesk.example/a b")
    assert document.published is None


FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@FUZZ
@given(st.data())
def test_warc_with_any_damage_ends_in_items_or_lines(read, data):
    whole = data.draw(
        st.sampled_from([record(answer(), id="1") * 3, gzip.compress(record(answer())) * 2, arc(answer()) * 2])
    )
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for _ in range(data.draw(st.integers(0, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    for one in read(bytes(damaged)):
        assert not isinstance(one, Skipped) or one.reason.isprintable()
        assert "report" not in getattr(one, "reason", "")


@FUZZ
@given(st.sampled_from([b"WARC/1.0\r\n", b"filedesc://", b"WARC/1.0\r\nContent-Length: 5\r\n\r\n"]), st.binary())
def test_warc_of_any_bytes_ends_in_items_or_lines(read, magic, content):
    assert all("report" not in getattr(one, "reason", "") for one in read(magic + content))


def test_warc_samples_go_through(shared):
    folder = shared / "data" / "ingest" / "warc" / "test" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder}: the samples are not here")
    found = list(find_sources(sorted(folder.iterdir())))
    assert sum(isinstance(one, Item) for one in found) == 10
    assert not any("report" in one.reason for one in found if isinstance(one, Skipped))
