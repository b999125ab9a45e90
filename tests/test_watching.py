"""Watching feeds: a server on this machine, invented articles, and a clock that is set."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import feedparser
import pytest

from onrecord import corpus
from onrecord.announcing import MOST_ENTRIES, Webhook, atom_of
from onrecord.errors import WrongUsage
from onrecord.ingest import web
from onrecord.ingest.manners import Manners, is_inside
from onrecord.store import Cut, Store, Wanted, open_store
from onrecord.watching import Added, Match, Notice, Plan, Watch

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
ROBOTS = "/robots.txt"


@dataclass
class Site:
    """A server: what it answers by path, and what it was asked."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def put(self, path: str, body: str = "", status: int = 200, **headers: str) -> None:
        self.pages[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body

    def put_feed(self, *numbers: int, path: str = "/feed.xml", title: str = "Report {}", **headers: str) -> None:
        """Publish the articles of some numbers, and a feed that names them."""
        items = []
        for number in numbers:
            self.pages.setdefault(f"/{number}", (200, {}, article(number)))
            name = escape(title.format(number))
            items.append(f"<item><title>{name}</title><link>{self.address}/{number}</link></item>")
        head = '<rss version="2.0"><channel><title>Vesk Daily</title>'
        self.put(path, f"{head}{''.join(items)}</channel></rss>", Content_Type="application/rss+xml", **headers)

    def requests(self, path: str) -> int:
        return [asked for asked, _, _ in self.asked].count(path)

    def posted(self) -> list[dict]:
        return [json.loads(body) for path, _, body in self.asked if path == "/hook"]


def article(number: int) -> str:
    text = (
        f"<p>The port of Vesk stayed shut for day {number}, with {number + 7} ships at anchor in the bay.</p>"
        f"<p>“We will not go before day {number + 9},” Irena Vokal told reporters on Tuesday evening.</p>"
        f"<p>Oldo Kerr said that the talks over harbour dues had failed for the {number}th time this year.</p>"
    )
    return f"<!DOCTYPE html><html><head><title>Day {number}</title></head><body><article>{text}</article></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.put(ROBOTS, status=404)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])))

        def answer(self, body: bytes) -> None:
            made.asked.append((self.path, dict(self.headers), body))
            status, headers, text = made.pages.get(self.path, (404, {}, ""))
            tag = headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                status, text = 304, ""
            self.send_response(status)
            data = text.encode()
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        made.address = f"http://127.0.0.1:{server.server_port}"
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with open_store(tmp_path / "record.db", new=True) as opened:
        yield opened


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def tick(self, **passed: float) -> None:
        self.now += datetime.timedelta(**passed)


@pytest.fixture
def watch(site, store):
    """Return a function that makes a watch of the feed; `watch.clock` is its clock."""

    def make(plan: Plan | None = None, *feeds: str) -> Watch:
        given = feeds or (site.address + "/feed.xml",)
        return Watch(store, given, plan, manners=Manners(pause=0), clock=make.clock)

    make.clock = Clock()
    return make


def titles(news) -> list[str]:
    return [one.document["title"] for one in news if isinstance(one, Added)]


def test_watching_adds_what_is_new_and_only_that(site, store, watch):
    site.put_feed(1, 2)
    watched = watch()
    first = list(watched.round())
    assert titles(first) == ["Day 1", "Day 2"]
    assert all(one.done.statements >= 2 for one in first)
    site.put_feed(1, 2, 3)
    watch.clock.tick(minutes=2)
    assert titles(watched.round()) == ["Day 3"]
    assert (site.requests("/1"), site.requests("/3")) == (1, 1)
    assert store.counts().documents == 3
    assert list(corpus.add(store, [site.address + "/feed.xml"], corpus.Options())) == []


def test_watching_names_itself_and_its_version(site, watch):
    site.put_feed(1)
    list(watch().round())
    assert {headers["User-Agent"] for _, headers, _ in site.asked} == {web.USER_AGENT}
    assert web.USER_AGENT.startswith("onrecord/")


def test_watching_asks_no_more_than_once_a_minute(site, watch):
    site.put_feed(1)
    watched = watch()
    list(watched.round())
    watch.clock.tick(seconds=59)
    list(watched.round())
    assert site.requests("/feed.xml") == 1
    watch.clock.tick(seconds=1)
    list(watched.round())
    assert site.requests("/feed.xml") == 2


def test_watching_sends_back_what_the_server_said_of_the_age(site, store, watch):
    site.put_feed(1, ETag='"a1"', Last_Modified="Mon, 02 Mar 2026 07:00:00 GMT")
    list(watch().round())
    watch.clock.tick(minutes=2)
    assert list(watch().round()) == []  # by another program: it stands in the store
    asked = [headers for path, headers, _ in site.asked if path == "/feed.xml"]
    assert asked[1]["If-None-Match"] == '"a1"'
    assert asked[1]["If-Modified-Since"] == "Mon, 02 Mar 2026 07:00:00 GMT"
    assert store.feeds().rows[0]["failures"] == 0


def test_watching_asks_for_the_whole_feed_again_while_a_page_was_not_to_be_had(site, store, watch):
    site.put_feed(1, 2, ETag='"a1"')
    site.put("/2", status=503, Retry_After="600")
    news = list(watch().round())
    assert titles(news) == ["Day 1"]
    assert "answers 503" in news[-1].reason
    assert len(store.skipped().rows) == 1
    watch.clock.tick(seconds=590)
    assert list(watch().round()) == []
    site.put("/2", article(2))
    watch.clock.tick(seconds=10)
    assert titles(watch().round()) == ["Day 2"]
    assert store.skipped().rows == []


def test_watching_gives_a_page_up_after_some_tries(site, store, watch):
    site.put_feed(1)
    site.put("/1", status=500)
    for _ in range(8):
        list(watch().round())
        watch.clock.tick(hours=1)
    assert site.requests("/1") == store.skipped().rows[0]["tries"] == 5


def test_watching_leaves_the_other_pages_of_a_busy_host_alone(site, watch):
    site.put_feed(1, 2, 3)
    site.put("/1", status=429)
    list(watch().round())
    assert (site.requests("/1"), site.requests("/2"), site.requests("/3")) == (1, 0, 0)
    site.put("/1", article(1))
    watch.clock.tick(minutes=2)
    assert titles(watch().round()) == ["Day 1", "Day 2", "Day 3"]


def test_watching_ends_with_a_feed_that_is_gone(site, store, watch):
    site.put("/feed.xml", status=410)
    [notice] = watch().round()
    assert "gone for good" in notice.words
    watched = Watch(store, clock=watch.clock)
    watch.clock.tick(days=30)
    assert list(watched.round()) == []
    assert [notice.words for notice in watched.run()] == ["no feed is left to watch"]
    assert site.requests("/feed.xml") == 1


@pytest.mark.parametrize(
    ("asked", "seconds"), [("3600", 3600), ("Mon, 02 Mar 2026 10:00:00 GMT", 7200), ("soon", 120), ("9" * 400, 604800)]
)
def test_watching_waits_as_long_as_a_busy_server_asks(site, watch, asked, seconds):
    site.put("/feed.xml", status=429, Retry_After=asked)
    [notice] = watch().round()
    assert notice.failed
    assert "answers 429" in notice.words
    watch.clock.tick(seconds=seconds - 1)
    assert list(watch().round()) == []
    watch.clock.tick(seconds=1)
    assert len(list(watch().round())) == 1


def test_watching_leaves_a_feed_that_fails_alone_for_longer_and_longer(site, store, watch):
    site.put("/feed.xml", "<html><body>Down for repairs</body></html>")
    gaps = []
    for _ in range(12):
        [notice] = watch().round()
        assert "no feed" in notice.words
        until = datetime.datetime.fromisoformat(store.feeds().rows[0]["next_at"])
        gaps.append((until - watch.clock.now).total_seconds())
        watch.clock.now = until
    assert gaps[:4] == [120, 240, 480, 960]
    assert gaps[-1] == 6 * 3600
    site.put_feed(1)
    assert titles(watch().round()) == ["Day 1"]
    assert (store.feeds().rows[0]["failures"], store.feeds().rows[0]["trouble"]) == (0, None)


def test_watching_remembers_where_a_feed_moved_for_good(site, watch):
    site.put("/feed.xml", status=301, Location="/new.xml")
    site.put("/new.xml", status=302, Location="/today.xml")
    site.put_feed(1, path="/today.xml")
    news = list(watch().round())
    assert (news[0].words, news[0].failed) == (f"it moved for good to {site.address}/new.xml", False)
    watch.clock.tick(minutes=2)
    assert list(watch().round()) == []
    assert [site.requests(path) for path in ("/feed.xml", "/new.xml", "/today.xml")] == [1, 2, 2]


def test_watching_goes_back_where_a_feed_moved_to_nothing(site, watch):
    site.put("/feed.xml", status=301, Location="/new.xml")
    site.put_feed(1, path="/new.xml")
    list(watch().round())
    site.put("/new.xml", status=404)
    site.put_feed(1, 2)
    for _ in range(4):
        watch.clock.tick(days=1)
        news = list(watch().round())
    assert titles(news) == ["Day 2"]


@pytest.mark.parametrize(
    "rules", ["User-agent: *\nDisallow: /2", "User-agent: onrecord\nDisallow: /2\n\nUser-agent: *"]
)
def test_watching_does_not_fetch_what_robots_disallow(site, store, watch, rules):
    site.put_feed(1, 2)
    site.put(ROBOTS, rules, Content_Type="text/plain")
    news = list(watch().round())
    assert titles(news) == ["Day 1"]
    assert (site.requests("/2"), site.requests(ROBOTS)) == (0, 1)
    assert "asks programs not to fetch it" in store.skipped().rows[0]["reason"]
    watch.clock.tick(minutes=2)
    assert list(watch().round()) == []


def test_watching_fetches_nothing_while_robots_cannot_be_asked(site, watch):
    site.put_feed(1)
    site.put(ROBOTS, status=500)
    [skipped] = watch().round()
    assert "robots.txt" in skipped.reason
    site.put(ROBOTS, status=404)
    watch.clock.tick(minutes=2)
    assert titles(watch().round()) == ["Day 1"]


def test_watching_a_feed_without_items_is_no_failure(site, watch):
    site.put_feed()
    assert list(watch().round()) == []


def test_watching_a_broken_feed_keeps_the_others(site, watch):
    site.put("/broken.xml", "<rss><channel><item><link>http://[::1</link></item>", Content_Type="application/rss+xml")
    site.put_feed(1)
    news = list(watch(None, site.address + "/broken.xml", site.address + "/feed.xml").round())
    assert titles(news) == ["Day 1"]
    assert len(news) == 2


def test_watching_ends_after_the_article_in_flight_and_goes_on_there(site, watch):
    site.put_feed(1, 2, 3, ETag='"a1"')
    watched = watch()
    rounds = watched._new

    def new(items, poll):
        for item in rounds(items, poll):
            watched.stop.set()
            yield item

    watched._new = new
    assert titles(watched.run()) == ["Day 1"]
    watch.clock.tick(minutes=2)
    assert titles(watch().round()) == ["Day 2", "Day 3"]


def test_manners_pause_between_requests_to_one_host():
    waits = []
    manners = Manners(pause=5, wait=waits.append)
    for address in ("https://a.example/1", "https://b.example/1", "https://a.example/2"):
        manners.take_turn(address)
    assert len(waits) == 1
    assert 0 < waits[0] <= 5


def test_watching_does_not_let_a_feed_of_the_web_lead_inside(site, store, watch, monkeypatch):
    site.put_feed(1, 2, 3)
    site.put("/3", status=302, Location="/2")
    monkeypatch.setattr("onrecord.watching.is_inside", lambda address: address.endswith("/2"))
    news = list(watch().round())
    assert titles(news) == ["Day 1"]
    assert [site.requests(path) for path in ("/2", "/3")] == [1, 1]
    assert all("this machine or network" in row["reason"] for row in store.skipped().rows)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("http://127.0.0.1/", True),
        ("http://localhost:80/", True),
        ("http://[::1]/", True),
        ("http://10.1.2.3/", True),
        ("http://169.254.169.254/latest", True),
        ("https://93.184.215.14/", False),
        ("https://vesk.invalid/", False),
        ("https://[::1", False),
    ],
)
def test_manners_know_what_is_inside(address, inside):
    assert is_inside(address) is inside


def test_watching_asks_as_often_as_it_is_told_now(site, watch):
    site.put_feed(1)
    list(watch(Plan(every=86400)).round())
    watch.clock.tick(minutes=15)
    list(watch(Plan(every=3600)).round())
    assert site.requests("/feed.xml") == 1
    list(watch(Plan(every=900)).round())
    assert site.requests("/feed.xml") == 2


# --- saved queries ---------------------------------------------------------------------------


def test_query_is_saved_with_its_options_listed_and_deleted(store):
    store.save_query("kerr", Wanted(by="Oldo Kerr", min_confidence=0.5))
    assert store.queries().rows[0]["wanted"] == {"by": "Oldo Kerr", "min_confidence": 0.5}
    store.save_query("kerr", Wanted(by="Kerr"))
    assert [row["wanted"] for row in store.queries().rows] == [{"by": "Kerr"}]
    store.delete_query("kerr")
    assert store.queries().rows == []
    with pytest.raises(WrongUsage, match="no saved query"):
        store.delete_query("kerr")


def test_watching_tells_matches_once_and_only_what_came_since(site, store, watch):
    site.put_feed(1)
    list(watch().round())
    store.save_query("kerr", Wanted(by="Oldo Kerr"))
    site.put_feed(1, 2)
    watch.clock.tick(minutes=2)
    [added] = watch().round()
    assert [match.row["queries"] for match in added.matches] == [["kerr"]]
    assert "2th time" in added.matches[0].row["said"]
    watch.clock.tick(minutes=2)
    assert list(watch().round()) == []


def test_watching_tells_matches_that_were_added_otherwise(site, store, watch, tmp_path):
    store.save_query("kerr", Wanted(by="Oldo Kerr"))
    (tmp_path / "a.html").write_text(article(5))
    list(corpus.add(store, [tmp_path / "a.html"], corpus.Options()))
    site.put_feed()
    [match] = watch().round()
    assert isinstance(match, Match)
    assert list(watch().round()) == []


def test_watching_knows_the_queries_it_is_given(watch):
    with pytest.raises(WrongUsage, match="no saved query"):
        watch(Plan(queries=("absent",)))


def test_webhook_gets_each_match_with_its_id_as_the_key(site, store, watch):
    store.save_query("kerr", Wanted(by="Oldo Kerr"))
    store.save_query("all", Wanted())
    site.put_feed(1)
    site.put("/hook", status=204)
    list(watch(Plan(queries=("kerr",), webhook=Webhook(site.address + "/hook"))).round())
    [posted] = site.posted()
    [headers] = [headers for path, headers, _ in site.asked if path == "/hook"]
    assert headers["Idempotency-Key"] == posted["id"] == posted["statement"]["id"]
    assert posted["queries"] == ["kerr"]
    assert posted["statement"]["holder"] == "Oldo Kerr"
    assert posted["document"]["url"] == site.address + "/1"
    assert store.queries().rows[0]["waiting"] == 0


def test_webhook_that_is_down_gets_everything_later(site, store, watch):
    store.save_query("all", Wanted())
    site.put_feed(1, 2)
    site.put("/hook", status=500)
    plan = Plan(webhook=Webhook(site.address + "/hook"))
    watched = watch(plan)
    news = list(watched.round())
    wanted = {row["id"] for row in store.statements().rows}
    assert "answers 500" in news[-1].words
    assert f"{len(wanted)} statements wait" in news[-1].words
    assert len(site.posted()) == 3  # then it is left alone
    watch.clock.tick(seconds=60)
    list(watched.round())
    assert len(site.posted()) == 3
    site.put("/hook", status=200)
    site.asked.clear()
    list(watch(plan).round())  # another program: it stands in the store
    assert sorted(one["id"] for one in site.posted()) == sorted(wanted)
    site.asked.clear()
    list(watch(plan).round())
    assert site.posted() == []


def test_webhook_is_not_followed_elsewhere(site, store, watch):
    store.save_query("kerr", Wanted(by="Oldo Kerr"))
    site.put_feed(1)
    site.put("/hook", status=307, Location="/elsewhere")
    news = list(watch(Plan(webhook=Webhook(site.address + "/hook"))).round())
    assert "answers 307" in news[-1].words
    assert site.requests("/elsewhere") == 0


def test_webhook_hears_nothing_of_what_was_rejected_meanwhile(site, store, watch):
    store.save_query("kerr", Wanted(by="Oldo Kerr"))
    site.put_feed(1)
    site.put("/hook", status=500)
    plan = Plan(webhook=Webhook(site.address + "/hook"))
    list(watch(plan).round())
    [row] = store.statements(Wanted(by="Oldo Kerr")).rows
    store.reject(row["id"], by="Ana")
    site.put("/hook", status=200)
    site.asked.clear()
    list(watch(plan).round())
    assert site.posted() == []
    assert store.queries().rows[0]["waiting"] == 0


@pytest.mark.parametrize(
    "address", ["http://hooks.example/x", "ftp://127.0.0.1/", "hooks.example", "https://", "http://127.0.0.1.example/"]
)
def test_webhook_must_be_safe(address):
    with pytest.raises(WrongUsage, match="https"):
        Webhook(address)


def test_webhook_never_shows_its_secret(store, site, watch):
    store.save_query("all", Wanted())
    site.put_feed(1)
    news = list(watch(Plan(webhook=Webhook("http://127.0.0.1:1/token-of-ours"))).round())
    assert "token" not in " ".join(one.words for one in news if isinstance(one, Notice))
    assert b"token-of-ours" not in Path(store.name).read_bytes()


HOSTILE = "</title><script>alert(1)</script> & \u202e“ \x0b\x00\ufffe ]]> {}"


def test_atom_feed_is_valid_bounded_and_newest_first(site, store, watch, tmp_path):
    store.save_query("all", Wanted())
    site.put_feed(1, 2, title=HOSTILE)
    site.put("/2", article(2).replace("Day 2", escape(HOSTILE.replace("\0", ""))))
    path = tmp_path / "all.xml"
    list(watch(Plan(atom=path)).round())
    before = path.read_bytes()
    parsed = feedparser.parse(before)
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    assert parsed.entries[0].link.endswith("/2")
    assert {entry.id for entry in parsed.entries} == {f"urn:onrecord:{row['id']}" for row in store.statements().rows}
    assert all(entry.title and entry.updated_parsed and entry.tags[0].term == "all" for entry in parsed.entries)
    watch.clock.tick(minutes=2)
    list(watch(Plan(atom=path)).round())
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.glob(".*")] == []
    with store.reading() as connection:
        from onrecord.store import watching

        assert len(watching.matching(connection, (), 3)) == 3
    assert MOST_ENTRIES == 100


def test_atom_feed_holds_hostile_text():
    row = {
        "id": "st-1", "holder": HOSTILE, "act": "say", "negated": False, "form": "direct", "said": HOSTILE * 20,
        "title": HOSTILE, "publisher": None, "published": None, "url": "javascript:alert(1)",
        "added": "2026-03-02T08:00:00Z", "queries": [HOSTILE],
    }  # fmt: skip
    root = ElementTree.fromstring(atom_of([row], [HOSTILE]))
    entry = root.find("{*}entry")
    assert "<script>alert(1)</script>" in entry.find("{*}content").text
    assert entry.find("{*}content").get("type") == "text"
    assert entry.find("{*}link") is None
    assert len(entry.find("{*}title").text) <= 120


def test_atom_feed_of_nothing_is_valid():
    assert feedparser.parse(atom_of([], [])).bozo is False


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def onrecord(tmp_path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "onrecord", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    return run


def test_cli_watch_once_prints_what_is_new_and_then_nothing(site, onrecord, store):
    site.put_feed(1)
    run = onrecord("statements", "record.db", "--by", "Oldo Kerr", "--save", "kerr")
    assert run.returncode == 0
    run = onrecord("watch", "record.db", site.address + "/feed.xml", "--once", "--atom", "kerr.xml")
    first, second = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (0, "")
    assert first.startswith("Day 1 (127.0.0.1:")
    assert second.startswith("  kerr · Oldo Kerr · say: ")
    run = onrecord("watch", "record.db", "--once")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert site.address in onrecord("feeds", "record.db").stdout
    assert "--by Oldo Kerr" in onrecord("queries", "record.db").stdout
    assert onrecord("queries", "record.db", "--delete", "kerr").returncode == 0
    assert onrecord("feeds", "record.db", "--delete", site.address + "/feed.xml").returncode == 0
    assert store.feeds(Cut()).rows == store.queries(Cut()).rows == []


def test_cli_watch_once_exits_1_where_a_feed_fails(site, onrecord):
    run = onrecord("watch", "record.db", site.address + "/absent.xml", "--once")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"{site.address}/absent.xml: the server answers 404. It is asked again in 2 min.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--every", "10"],
        ["--every", "30s"],
        ["--webhook", "http://hooks.example/"],
        ["--atom", "no/such/folder.xml"],
        ["--query", "absent"],
    ],
)
def test_cli_watch_wrong_usage_is_said_in_words(onrecord, arguments):
    run = onrecord("watch", "record.db", "https://vesk.example/feed.xml", *arguments)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(("jobs", "number"), [("1", signal.SIGTERM), ("2", signal.SIGINT)])
def test_cli_watch_ends_cleanly_on_a_signal(site, tmp_path, jobs, number):
    site.put_feed(1)
    command = [sys.executable, "-m", "onrecord", "watch", "record.db", site.address + "/feed.xml", "--jobs", jobs]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, text=True) as run:
        assert run.stdout.readline().startswith("Day 1")
        run.send_signal(number)
        said, errors = run.communicate(timeout=60)
    assert (run.returncode, said, errors) == (0, "", "")


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    code = (
        "import os, time\nfrom onrecord import pipeline\n"
        "def work(n):\n    os.write(1, b'%d\\n' % os.getpid())\n    time.sleep(600)\n"
        "if __name__ == '__main__':\n    list(pipeline.map_sources(work, [1, 2], jobs=2))\n"
    )
    (tmp_path / "parent.py").write_text(code)
    command = [sys.executable, str(tmp_path / "parent.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            workers = [int(run.stdout.readline()) for _ in range(2)]
        finally:
            run.kill()
        run.communicate(timeout=60)  # the workers held the pipe open
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            for _ in range(200):
                os.kill(worker, 0)
                time.sleep(0.05)
            pytest.fail("a worker was left over")
