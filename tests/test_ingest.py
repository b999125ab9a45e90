"""Any source becomes a Document with exact offsets, or one line that says what to try."""

from __future__ import annotations

import io
import os
import socket
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onrecord.errors import UnreadableSource, WrongUsage
from onrecord.ingest import MOST_BYTES, check_date, find_sources, from_text, open_source, web
from onrecord.ingest.text import find_title, normalise, unwrap
from onrecord.model import Document

ARTICLE = """Harbour strike ends as ships sail again

VESK — The strike in the harbour of Vesk ended on Monday after two weeks of talks, Transport Minister \
Oldo Kerr said.

“We won’t go back to the old rules,” said Mara Tolen, who leads the union of dock workers. She denied that \
the union had asked the government of Ostria for money.
"""

WRAPPED = """VESK, March 4 - The strike in the harbour of Vesk ended on Monday
after two weeks of talks, Transport Minister Oldo Kerr told reporters
in the capital, and ships were sailing again by the evening.

"We will not go back to the old rules that we had," said Mara Tolen,
who leads the union of dock workers and who has asked the government
for higher pay since the new year.

Kerr said that the agreement was good for both sides and that it would
be signed before the end of the week.
"""

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Harbour strike ends &amp; ships sail</title>
<meta property="og:site_name" content="Vesk Daily"><meta name="author" content="Lena Orlo">
<link rel="canonical" href="https://vesk.example/harbour">
<meta property="article:published_time" content="2021-03-04T10:00:00Z">
<script>var leaked = "from the script";</script><style>.leaked { color: red }</style></head>
<body><nav><a href="/">Home</a></nav><article>
<p>The strike in the harbour of <a href="/v">Vesk</a> ended on Monday, the <em>min</em>istry said<b>,</b> after
two weeks of talks with the <b>dock</b> workers.</p>
<p>&#8220;We won&rsquo;t go back,&#8221; said<br>Mara Tolen, who leads the union &amp; its fund.<br>&nbsp;
<br/>She
denied that money had come from Ostria.</p>
<ul><li>The pay rises in May.</li><li>The shifts change in June.</li></ul>
<script>leaked()</script></article><footer>Vesk Daily, all rights reserved</footer></body></html>
"""

FRENCH = """Le ministre des Transports a déclaré lundi que la grève du port était terminée après deux semaines
de négociations avec les syndicats, qui avaient demandé une hausse des salaires et de meilleurs horaires."""
FOREIGN = {
    "French": FRENCH,
    "German": "Der Verkehrsminister sagte am Montag, der Streik im Hafen sei nach zwei Wochen Verhandlungen mit den "
    "Gewerkschaften beendet, die höhere Löhne und bessere Schichten gefordert hatten.",
    "Spanish": "El ministro de Transportes dijo el lunes que la huelga del puerto había terminado después de dos "
    "semanas de negociaciones con los sindicatos, que habían pedido un aumento de los salarios.",
    "Khmer": "រដ្ឋមន្ត្រីក្រសួងដឹកជញ្ជូនបាននិយាយនៅថ្ងៃច័ន្ទថា កូដកម្មនៅកំពង់ផែបានបញ្ចប់បន្ទាប់ពីការចរចាពីរសប្តាហ៍ជាមួយសហជីព។",
    "Arabic": "قال وزير النقل يوم الاثنين إن الإضراب في الميناء انتهى بعد أسبوعين من المفاوضات مع النقابات التي "
    "طالبت بزيادة الأجور للعمال وتحسين ظروف العمل.",
    "Hindi": "परिवहन मंत्री ने सोमवार को कहा कि बंदरगाह में हड़ताल यूनियनों के साथ दो सप्ताह की बातचीत के बाद समाप्त हो गई है, "
    "जिन्होंने वेतन वृद्धि की मांग की थी।",
    "Chinese": "交通部长周一表示，经过两周与工会的谈判，港口的罢工已经结束。工会要求提高工资，改善工作条件。"
    "部长说，这项协议对双方都有利，港口将于周二重新开放。",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: str | bytes, name: str = "article.txt") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def refusal(call: Callable[[], object]) -> UnreadableSource:
    """Return the error of a call, after checking that it is one line in the shape of them all."""
    with pytest.raises(UnreadableSource) as caught:
        call()
    error = caught.value
    assert str(error).isprintable()
    assert not error.found.endswith(".")
    assert error.advice.endswith(".")
    return error


def check_outcome(path: Path) -> None:
    """Check that a file gives a Document of normalised text or one line."""
    try:
        outcome: Document | UnreadableSource = open_source(path)
    except UnreadableSource as error:
        outcome = error
    if isinstance(outcome, Document):
        assert outcome.text == normalise("\ufeff" + outcome.text)
        assert outcome.text.encode().strip()
    else:
        assert str(outcome).isprintable()


# --- plain text -------------------------------------------------------------------------------


def test_text_file_is_kept_character_for_character(write):
    path = write(ARTICLE)
    document = open_source(path)
    assert document.text == ARTICLE
    assert (document.title, document.language) == ("Harbour strike ends as ships sail again", "en")
    assert (document.name, document.url, document.published) == (str(path), None, None)


def test_from_text_keeps_what_it_is_told():
    told = {"title": "T", "url": "https://a.example", "publisher": "P", "byline": "B", "published": "2021-03"}
    document = from_text("“We won’t go,” said Tolen.", **told)
    assert {key: getattr(document, key) for key in told} == told
    assert (document.language, document.name) == (None, None)


def test_document_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        from_text(ARTICLE).text = ""  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("\ufeffa\ufeffb", "a\ufeffb"),
        ("a\x00b\x0bc\x0cd\x85e\x93f\x7f", "a b c d e f "),
        ("a\tb\u2028c\u2029d", "a\tb\nc\nd"),
        ("a\ud800b", "a\ufffdb"),
        ("  a  \u00a0\u200b\u202e e\u0301  ", "  a  \u00a0\u200b\u202e e\u0301  "),
    ],
)
def test_normalise_changes_only_breaks_and_controls(given_text, expected):
    assert normalise(given_text) == expected


@given(st.text(alphabet=st.characters() | st.sampled_from("\r\n\ufeff\ud800\x00\u2028")))
def test_normalise_keeps_every_offset_but_those_of_crlf_and_mark(text):
    normalised = normalise(text)
    assert len(normalised) == len(text) - text.count("\r\n") - text.startswith("\ufeff")
    assert normalise(normalised.lstrip("\ufeff")) == normalised.lstrip("\ufeff")


@given(st.text(alphabet="ab C.\n \t-", max_size=900))
def test_unwrap_keeps_every_offset(text):
    joined = unwrap(text)
    assert joined == text or [c for c in zip(text, joined, strict=True) if c[0] != c[1]] == [("\n", " ")] * (
        text.count("\n") - joined.count("\n")
    )


def test_unwrap_makes_a_paragraph_one_line():
    paragraphs = [line for line in unwrap(WRAPPED).split("\n") if line]
    assert [p.split()[-1] for p in paragraphs] == ["evening.", "year.", "week."]
    assert len(unwrap(WRAPPED)) == len(WRAPPED)


def test_unwrap_takes_an_indent_for_a_new_paragraph():
    paragraphs = [paragraph.replace("\n", " ") for paragraph in WRAPPED.split("\n\n")]
    indented = "\n".join(textwrap.fill(paragraph, 66, initial_indent="    ") for paragraph in paragraphs)
    assert [line.split()[-1] for line in unwrap(indented).split("\n") if line] == ["evening.", "year.", "week."]


POEM = "\n".join(["The harbour sleeps below the hill,", "The cranes have bowed their heads until", "The tide"] * 6)
HEADLINES = "\n".join(f"Minister {name} denies that the port of Vesk was ever sold" for name in "ABCDEFGH")
ITEMS = "\n".join("- The pay of the dock workers of Vesk rises by a tenth in the month of May" for _ in range(8))


@pytest.mark.parametrize("text", [ARTICLE, POEM, HEADLINES, ITEMS, WRAPPED.replace("\n", "\n\n"), "a\nb\n" * 9])
def test_unwrap_leaves_lines_that_mean_something(text):
    assert unwrap(text) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Strike ends\n\nThe strike ended.", "Strike ends"),
        ("\n\n  Strike ends \nThe strike in the harbour of Vesk" + " ended" * 20, "Strike ends"),
        ("“We won’t go”: Tolen on the strike\n\nThe strike ended.", "“We won’t go”: Tolen on the strike"),
        ("Strike ends", None),
        ("The strike ended.\n\nShips sail.", None),
        ("“We won’t go”\n\nThe strike ended.", None),
        ("Strike ends\nShips sail", None),
        ("word " * 40 + "\n\nThe strike ended.", None),
        ("", None),
    ],
)
def test_title_is_a_first_line_that_stands_apart(text, title):
    assert find_title(text) == title


@pytest.mark.parametrize("value", ["1500", "2018", "2018-08", "2020-02-29", "2999-12-31"])
def test_check_date_returns_a_date_as_it_is(value):
    assert check_date(value) == value


@pytest.mark.parametrize("value", ["", "1499", "3000", "18", "2018-13", "2019-02-29", "2018-8", "٢٠١٨", "2018\n"])
def test_check_date_names_the_shapes(value):
    with pytest.raises(WrongUsage, match="2018, 2018-08 or 2018-08-27") as caught:
        check_date(value)
    assert repr(value) in str(caught.value)
    assert "\n" not in str(caught.value)


# --- encodings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"], ids=lambda name: name.replace("-", "")
)
def test_encoding_is_found(write, encoding):
    assert open_source(write(ARTICLE.encode(encoding))).text == ARTICLE


def test_encoding_that_a_page_declares_is_used(write):
    page = PAGE.replace("utf-8", "koi8-r").replace("Vesk Daily", "Веск").encode("koi8-r", "xmlcharrefreplace")
    assert open_source(write(page, "page.html")).publisher == "Веск"


@pytest.mark.parametrize("declared", ["no-such-encoding", "punycode", "base64", "utf-16"])
def test_encoding_that_is_declared_wrongly_is_passed_over(write, declared):
    assert open_source(write(PAGE.replace("utf-8", declared), "page.html")).publisher == "Vesk Daily"


def test_damaged_utf8_is_read_where_little_is_lost(write):
    damaged = ARTICLE.encode().replace("—".encode(), b"\xe2\x80")
    assert open_source(write(damaged)).text == ARTICLE.replace("—", "\ufffd")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty"),
        (b" \n\t\n", "white space"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7\n%...", "a PDF file"),
        (b"PK\x03\x04...word/document.xml", "a Word file"),
        (b"PK\x03\x04...", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"The strike\x00 ended.", "binary"),
        (b"\x01\x02\x03\x04 strike", "utf-8"),
    ],
)
def test_bytes_that_are_no_text_are_named(write, content, found):
    assert found in refusal(lambda: open_source(write(content))).found


# --- language ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", FOREIGN)
def test_text_in_another_language_is_refused_by_its_name(language):
    error = refusal(lambda: from_text(FOREIGN[language]))
    assert language in error.found
    assert "English only" in error.advice


@pytest.mark.parametrize(
    "text",
    [
        "Irena Vokalová, Bořivoj Hájek, Jürgen Großmann, Ángel Núñez Peña and Phan Sokunthea met Chheang Voeun, Yim "
        "Sovannara and Ou Monyvann in Kampong Vesk on Saturday, Hájek said. Núñez Peña was the host.",
        "“Não vamos voltar,” said Mara Tolen in São Tomé de Vesk. “Nunca mais,” added João Conceição, who leads the "
        "Sindicato dos Estivadores, before the members of the Assembleia arrived.",
        ARTICLE.upper(),
        ARTICLE * 12 + FOREIGN["Hindi"] * 40,
    ],
    ids=["names", "quotations", "capitals", "annex"],
)
def test_english_with_foreign_parts_is_english(text):
    assert from_text(text).language == "en"


@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("en-GB", "en-GB")])
def test_language_that_is_given_is_believed(language, kept):
    assert from_text(FRENCH, language=language).language == kept
    refusal(lambda: from_text(ARTICLE, language="fr"))


# --- Markdown ---------------------------------------------------------------------------------

MARKDOWN = """---
title: "Harbour strike ends"
date: 2021-03-04 10:00:00
author: Lena Orlo
source: Vesk Daily
url: https://vesk.example/harbour
tags:
  - strikes
---
# Ships sail

The **strike** in [Vesk](https://vesk.example)
ended, *Kerr* said.![a ship](ship.png)

> “We won&rsquo;t go,”<br>Tolen said.

1. Pay rises
   - in May

```
code = "dropped"
```
"""


def test_markdown_is_read_without_its_markup(write):
    document = open_source(write(MARKDOWN, "article.md"))
    assert document.text.split("\n\n") == [
        "Ships sail",
        "The strike in Vesk ended, Kerr said.",
        "“We won’t go,” Tolen said.",
        "Pay rises",
        "in May",
    ]
    assert (document.title, document.published, document.byline) == ("Harbour strike ends", "2021-03-04", "Lena Orlo")
    assert (document.publisher, document.url) == ("Vesk Daily", "https://vesk.example/harbour")


def test_markdown_heading_is_the_title_where_none_is_stated(write):
    assert open_source(write("Intro.\n\n## Strike *ends*\n\nText.", "a.md")).title == "Strike ends"


@pytest.mark.parametrize("front", ["---\nno pair here\n---\n", "---\ntitle: never closed\n", "---\n: x\n---\n"])
def test_markdown_with_malformed_front_matter_is_text(write, front):
    document = open_source(write(front + "\nThe strike ended.", "a.md"))
    assert document.text.endswith("The strike ended.")
    assert len(document.text) > len("The strike ended.")


def test_markdown_without_text_is_refused(write):
    assert "Markdown" in refusal(lambda: open_source(write("![x](y.png)\n", "a.md"))).found


# --- HTML -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page"])
def test_html_becomes_paragraphs_and_what_the_page_states(write, name):
    document = open_source(write(PAGE, name))
    assert document.text.split("\n\n") == [
        "Harbour strike ends & ships sail",
        "The strike in the harbour of Vesk ended on Monday, the ministry said, after two weeks of talks with the "
        "dock workers.",
        "“We won’t go back,” said Mara Tolen, who leads the union & its fund.",
        "She denied that money had come from Ostria.",
        "The pay rises in May.",
        "The shifts change in June.",
    ]
    assert (document.title, document.publisher) == ("Harbour strike ends & ships sail", "Vesk Daily")
    assert (document.byline, document.published) == ("Lena Orlo", "2021-03-04")
    assert (document.url, document.language) == ("https://vesk.example/harbour", "en")


def test_html_headline_is_not_said_twice(write):
    page = PAGE.replace("<article>", "<article><h1>Harbour strike ends &amp; ships sail</h1>")
    assert open_source(write(page, "page.html")).text.count("Harbour strike ends") == 1


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html><script>leaked()</script></html>", "<p></p>"])
def test_html_without_article_is_refused(write, page, capfd):
    error = refusal(lambda: open_source(write(page, "page.html")))
    assert "HTML with no article text" in error.found
    assert "--kind text" in error.advice
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 10_000 + "<p>The strike ended.</p>",
        "<html><body>" + "<b>" * 10_000 + "The strike ended.",
        "<html><body>" + "<ul><li>Kerr" * 10_000,
        "<html><a " + "x" * 5_000_000 + ">The strike ended.</a>",
        "<html><body>" + "<p>The strike ended.</p>" * 60_000,
        "<html><body>" + "word<br>" * 40_000,
        "<html>" + "<" * 200_000,
        "<html><!--" + "-" * 200_000,
    ],
    ids=["deep", "inline", "lists", "tag", "many", "breaks", "angles", "comment"],
)
def test_html_out_of_bounds_ends_in_a_document_or_a_line(write, page):
    check_outcome(write(page, "page.html"))


# --- sources ----------------------------------------------------------------------------------


def test_kind_and_date_that_the_user_gives_win(write):
    document = open_source(write(PAGE, "page.html"), kind="text", published="2020")
    assert document.text == PAGE
    assert document.published == "2020"
    with pytest.raises(WrongUsage):
        open_source(write(PAGE, "page.html"), published="yesterday")


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    document = open_source("-")
    assert (document.text, document.name) == (ARTICLE, "-")


@pytest.mark.parametrize("stdin", [None, io.TextIOWrapper(io.BytesIO(b"a" * (MOST_BYTES + 1)))], ids=["closed", "big"])
def test_standard_input_that_cannot_be_read_is_refused(monkeypatch, stdin):
    monkeypatch.setattr(sys, "stdin", stdin)
    refusal(lambda: open_source("-"))


def test_file_that_is_too_big_is_refused_with_its_size(write):
    path = write("")
    os.truncate(path, 12_300_000)
    assert "12.3 MB" in refusal(lambda: open_source(path)).found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("missing.txt", "no such file"),
        ("new\nline\udcff.txt", "no such file"),
        ("nul\0.txt", "cannot be opened"),
        ("x" * 5000, "cannot be opened"),
        (".", "a folder"),
        ("pipe.txt", "a pipe"),
        ("socket.txt", "a socket"),
        ("loop.txt", "a loop of links"),
        ("/dev/null", "a device"),
    ],
    ids=["missing", "newline", "nul", "long", "folder", "pipe", "socket", "loop", "device"],
)
def test_path_that_is_no_file_is_refused(tmp_path, monkeypatch, name, found):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    Path("loop.txt").symlink_to("loop.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        assert found in refusal(lambda: open_source(name)).found


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_refused(write):
    path = write(ARTICLE, "closed/article.txt")
    path.chmod(0)
    assert "permission" in refusal(lambda: open_source(path)).found
    path.parent.chmod(0)
    try:
        assert list(find_sources([path.parent])) == [path.parent]
        assert "permission" in refusal(lambda: open_source(path.parent)).found
    finally:
        path.parent.chmod(0o700)


def test_folder_is_walked_in_order_without_hidden_files(write, tmp_path):
    for name in ["b.TXT", "a/z.md", "a/b/c.html", "c.docx", ".hidden.txt", ".git/x.txt", "d.xhtml"]:
        write("text", name)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "zz.md").symlink_to("z.md")
    found = list(find_sources([tmp_path]))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a/b/c.html", "a/z.md", "b.TXT", "d.xhtml"]


def test_sources_go_through_once(write, tmp_path):
    path = str(write("text"))
    address = "https://vesk.example/a"
    assert list(find_sources([path, "-", address, "missing", tmp_path, path, "-", address])) == [
        path,
        "-",
        address,
        "missing",
    ]


def test_folder_without_articles_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert list(find_sources([tmp_path])) == [tmp_path]
    assert refusal(lambda: open_source(tmp_path)).found == "a folder without articles"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary() | st.text().map(str.encode), st.sampled_from(["a.txt", "a.md", "a.html"]))
@example(b"<html>&#0;&#xD800;&#8232;<p>x</p>", "a.html")
@example(b"---\ntitle: \xe2\x80\xa8\n---\n&#1;", "a.md")
def test_any_bytes_end_in_a_document_or_a_line(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    check_outcome(path)


# --- the web ----------------------------------------------------------------------------------


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(0.5)
        if self.path == "/drip":
            self.close_connection = True
            for byte in b"HTTP/1.1":
                time.sleep(0.1)
                self.wfile.write(bytes([byte]))
            return
        if self.path == "/garbage":
            self.wfile.write(b"no http\r\n\r\n")
            return
        status = {"/404": 404, "/500": 500, "/403": 403, "/loop": 302, "/moved": 301, "/on": 307, "/out": 302}.get(
            self.path, 200
        )
        kind = {"/image": "image/png", "/text": "text/plain; charset=cp1252"}.get(self.path, "text/html")
        location = {"/loop": "/loop", "/moved": "/page", "/on": "/text", "/out": "file:///etc/hostname"}.get(self.path)
        body = ARTICLE.encode("cp1252") if self.path == "/text" else PAGE.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if location:
            self.send_header("Location", location)
        size = MOST_BYTES + 2 if self.path == "/big" else len(body) + (5 if self.path == "/short" else 0)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"a" * size if self.path == "/big" else body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        pass  # clients that give up are the point of some tests


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_page_is_fetched(site, path):
    document = open_source(site + path)
    assert document.title == "Harbour strike ends & ships sail"
    assert (document.name, document.url) == (site + path, "https://vesk.example/harbour")


@pytest.mark.parametrize("path", ["/text", "/on"])
def test_text_is_fetched_in_the_encoding_of_its_header(site, path):
    document = open_source(site + path)
    assert (document.text, document.url) == (ARTICLE, site + "/text")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/404", "404"),
        ("/403", "403"),
        ("/500", "500"),
        ("/loop", "5 redirects"),
        ("/out", "could not be fetched"),
        ("/image", "image/png"),
        ("/big", "over 10 MB"),
        ("/garbage", "could not be fetched"),
        ("/short", "could not be fetched"),
    ],
)
def test_page_that_cannot_be_read_is_refused(site, path, found, capfd):
    assert found in refusal(lambda: open_source(site + path)).found
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "limits", "found"),
    [
        ("/slow", web.Limits(read=0.1), "no answer within 0.1 seconds"),
        ("/drip", web.Limits(total=0.2), "no whole page within 0.2 seconds"),
    ],
)
def test_server_that_dawdles_is_left(site, path, limits, found):
    assert found in refusal(lambda: web.fetch(site + path, name="page", limits=limits)).found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://127.0.0.1:1/", "refuses"),
        ("http://vesk.invalid/", "no server of that name"),
        ("http://", "could not be fetched"),
        ("http://[::1/", "could not be fetched"),
        ("http://127.0.0.1:99999/", "could not be fetched"),
        ("ftp://vesk.example/a.txt", "ftp://"),
    ],
)
def test_address_without_a_server_is_refused(address, found):
    assert found in refusal(lambda: open_source(address)).found
