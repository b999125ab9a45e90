"""Feeds: which articles they name and hold. Nothing is fetched: `web.fetch` is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.errors import UnreadableSource
from onrecord.ingest import Item, Options, find_sources, open_source, web
from onrecord.model import Skipped

LONG = "".join(
    f"<p>The harbour of Vesk stayed shut for day {day}, Transport Minister Oldo Kerr said, and ships went on to Ostria."
    " “We won’t go,” said Mara Tolen.</p>"
    for day in range(10)
)
PAGE = f"<!DOCTYPE html><html><head><title>From the page</title></head><body><article>{LONG}</article></body></html>"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Vesk Daily</title><link>https://vesk.example/</link>
<item><title>Strike ends</title><link>https://vesk.example/1</link><dc:creator>Lena Orlo</dc:creator>
<pubDate>Mon, 04 Mar 2024 23:30:00 -0500</pubDate><description>An excerpt.</description></item>
<item><title>Strike &amp;amp; pay</title><link>https://vesk.example/2</link>
<content:encoded><![CDATA[LONG]]></content:encoded></item>
<item><title>Again</title><link>https://vesk.example/1</link></item>
<item><title>No link</title><guid isPermaLink="false">tag:7</guid></item>
<item><title>Cut</title><link>https://vesk.example/3</link>
<content:encoded><![CDATA[LONG<p>Continue reading Harbour &rarr;</p>]]></content:encoded></item>
</channel></rss>""".replace("LONG", LONG)

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Vesk Daily</title>
<entry><title>Strike ends</title><link href="https://vesk.example/1"/><id>x:1</id>
<author><name>Lena Orlo</name></author>
<published>2024-03-04T10:00:00Z</published><updated>2024-05-05T10:00:00Z</updated></entry>
<entry><title>Whole</title><link href="/2"/><id>x:2</id><updated>2024-05-05T10:00:00Z</updated>
<content type="html">LONG</content></entry></feed>""".replace("LONG", LONG.replace("<", "&lt;"))

RDF = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">
%HTMLlat1;
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://vesk.example/"><title>Vesk Daily</title></channel>
<item rdf:about="https://vesk.example/1"><title>Strike ends</title><link>https://vesk.example/1</link>
<dc:date>2024-03-04T10:00:00Z</dc:date></item></rdf:RDF>"""

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><rss><channel><item><title>&j;</title><link>https://vesk.example/1</link></item></channel></rss>"
)
OUTSIDE = (
    '<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY x SYSTEM "file:///etc/passwd">\n]>\n<rss version="2.0"><channel>'
    "<item><title>&x;</title><link>https://vesk.example/1</link></item></channel></rss>"
)


@pytest.fixture(autouse=True)
def fetched(monkeypatch) -> dict[str, web.Page]:
    """What there is on the web; the rest has no server."""
    pages: dict[str, web.Page] = {}

    def fetch(address: str, *, name: str, limits: web.Limits | None = None) -> web.Page:
        if address not in pages:
            raise UnreadableSource(name, "no server of that name was found", "Check the address and the connection.")
        return pages[address]

    monkeypatch.setattr(web, "fetch", fetch)
    return pages


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[object]]:
    def read_file(content: str | bytes, name: str = "feed.xml") -> list[object]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(find_sources([path]))

    return read_file


def test_feed_gives_links_to_fetch_and_whole_articles(read):
    first, second, fourth, fifth = read(RSS)
    assert first.name.endswith("feed.xml#https://vesk.example/1")
    assert (first.data, first.address, first.title) == (None, "https://vesk.example/1", "Strike ends")
    assert (first.publisher, first.byline, first.published) == ("Vesk Daily", "Lena Orlo", "2024-03-04")
    document = open_source(second)
    assert document.text.startswith("Strike & pay\n\nThe harbour of Vesk stayed shut for day 0, ")
    assert (document.title, document.url, document.publisher) == (
        "Strike & pay",
        "https://vesk.example/2",
        "Vesk Daily",
    )
    assert isinstance(fourth, Skipped)
    assert fourth.name.endswith("#tag:7")
    assert fifth.data is None


def test_feed_link_is_fetched_where_it_is_opened(read, fetched):
    item, *_ = read(RSS)
    with pytest.raises(UnreadableSource, match="no server of that name") as caught:
        open_source(item)
    assert caught.value.name == item.name
    fetched["https://vesk.example/1"] = web.Page(PAGE.encode(), "https://vesk.example/moved", "html", "utf-8")
    document = open_source(item)
    assert (document.title, document.url) == ("From the page", "https://vesk.example/moved")
    assert (document.byline, document.published, document.name) == ("Lena Orlo", "2024-03-04", item.name)


def test_feed_of_atom_is_read(read):
    first, second = read(ATOM)
    assert (first.address, first.byline, first.published) == ("https://vesk.example/1", "Lena Orlo", "2024-03-04")
    assert (second.address, second.published) == (None, None)
    assert open_source(second).text.startswith("Whole\n\nThe harbour")


def test_feed_of_rdf_is_read(read):
    [item] = read(RDF)
    assert (item.address, item.published) == ("https://vesk.example/1", "2024-03-04")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_feed_encoding_is_found(read, encoding):
    first, *_ = read(RSS.replace("utf-8", encoding.removesuffix("-sig")).replace("Vesk Daily", "Vésk").encode(encoding))
    assert first.publisher == "Vésk"


def test_feed_on_the_web_is_followed(fetched):
    address = "https://vesk.example/feed.xml"
    fetched[address] = web.Page(ATOM.encode(), "https://vesk.example/atom/", "feed", None)
    first, second = find_sources([address])
    assert first.name == f"{address}#https://vesk.example/1"
    assert second.address == "https://vesk.example/2"


@pytest.mark.parametrize(
    "address", ["https://vesk.example/rss", "https://feeds.vesk.example/a", "https://a.example/rss.php"]
)
def test_feed_address_that_leads_to_a_page_is_that_page(fetched, address):
    fetched[address] = web.Page(PAGE.encode(), address, "html", "utf-8")
    [item] = find_sources([address])
    assert open_source(item).title == "From the page"


def test_feed_address_that_does_not_look_like_one_is_named_as_one(fetched):
    address = "https://vesk.example/news"
    fetched[address] = web.Page(ATOM.encode(), address, "feed", None)
    assert list(find_sources([address])) == [address]
    with pytest.raises(UnreadableSource, match="--kind feed"):
        open_source(address)
    assert len(list(find_sources([address], Options(kind="feed")))) == 2


def test_feed_address_that_cannot_be_fetched_is_skipped():
    [one] = find_sources(["https://vesk.example/feed/"])
    assert "no server" in one.reason


@pytest.mark.parametrize(
    "content", [BOMB, BOMB.replace(">", ">\n"), OUTSIDE, "<!-- <a -->" + OUTSIDE, BOMB.encode("utf-16")]
)
def test_feed_with_entities_that_blow_up_or_reach_out_is_refused(read, content):
    if isinstance(content, bytes):
        content = BOMB.replace('version="1.0"', 'version="1.0" encoding="utf-16"').encode("utf-16")
    [one] = read(content)
    assert "entities" in one.reason


def test_feed_entities_that_are_plain_are_read(read):
    [item] = read(
        '<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY mdash "&#8212;">\n]>\n<rss version="2.0"><channel><item>'
        "<title>a &mdash; b</title><link>https://vesk.example/1</link></item></channel></rss>"
    )
    assert item.title == "a — b"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<rss version='2.0'><channel></channel></rss>", "without items"),
        ("<rdf:RDF/>", "no feed"),
        ("<rss version='2.0'><channel><item><link>javascript:x()</link></item></channel></rss>", "neither a link"),
        ("<rss>" + " " * 10_000_000, "over 10 MB"),
        ("<rss><channel>" + "<item>" * 500_000, "500,000 items"),
        ("<rss><channel><item>" + "<a>" * 500_000, "1 items"),
        ("<rss><channel><item><title>" + "&" * 3_000_000, "1 items"),
    ],
)
def test_feed_without_articles_is_skipped(read, content, found):
    [one] = read(content)
    assert found in one.reason


def test_feed_kind_text_takes_it_as_it_stands(read, tmp_path):
    read(RSS)
    path = tmp_path / "feed.xml"
    assert list(find_sources([path], Options(kind="text"))) == [path]
    assert open_source(path, kind="text").text == RSS


def test_xml_that_is_no_feed_is_passed_over_in_folders(read, tmp_path):
    read("<settings><item/></settings>", "settings.xml")
    read(RSS)
    assert len(list(find_sources([tmp_path]))) == 4


FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@FUZZ
@given(st.data())
def test_feed_with_any_damage_ends_in_items_or_lines(read, data):
    whole = data.draw(st.sampled_from([RSS, ATOM, RDF])).encode()
    damaged = bytearray(whole[: data.draw(st.integers(8, len(whole)))])
    for _ in range(data.draw(st.integers(0, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert all("report" not in getattr(one, "reason", "") for one in read(bytes(damaged)))


@FUZZ
@given(
    st.sampled_from([b"<rss>", b"<feed>", b"<rdf:RDF>", b"<rss><channel><item>"]),
    st.binary() | st.text().map(str.encode),
)
def test_feed_of_any_bytes_ends_in_items_or_lines(read, magic, content):
    assert all("report" not in getattr(one, "reason", "") for one in read(magic + content))


def test_feed_samples_go_through(shared):
    folder = shared / "data" / "ingest" / "feeds"
    if not folder.is_dir():
        pytest.skip(f"{folder}: the samples are not here")
    found = list(find_sources(sorted(path for path in folder.rglob("*.xml"))))
    items = [one for one in found if isinstance(one, Item)]
    assert len(found) > 2200
    assert len(items) == 86
    assert not any("report" in one.reason for one in found if isinstance(one, Skipped))
    for item in items:
        with pytest.raises(UnreadableSource):
            open_source(item)
