"""The page shows the article exactly, with every passage marked, and runs nothing but our script."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import export
from onrecord.export import Mark, cut_text, group_holders, to_html, to_json, to_jsonl, to_notebook
from onrecord.model import Document, Passage, Record, Statement, make_id

ARTICLE = (
    "Irena Vokal, who leads the Iskaran parliament, said that the river treaty was dead.\n"
    "\n"
    "“We waited nine years,” Vokal said. “We will not wait a tenth.”\n"
    "She denied that Tomas Rell had claimed that the dam was empty. The minister is accused of selling it."
)


def statement_in(text, source, cue, *content, form="indirect", act="say", confidence=0.9, negated=False):
    """A statement whose passages are the first place of each of these words."""

    def passage(words):
        return Passage(text.index(words), text.index(words) + len(words))

    sources = (passage(source),) if source else ()
    cues = (passage(cue),) if cue else ()
    contents = tuple(passage(words) for words in content)
    return Statement(make_id("st", sources, cues, contents), sources, cues, contents, form, act, confidence, negated)


def article_record(**about):
    said = [
        statement_in(ARTICLE, "Irena Vokal", "said", "that the river treaty was dead"),
        statement_in(
            ARTICLE,
            "Vokal",
            "said",
            "“We waited nine years,”",
            "“We will not wait a tenth.”",
            form="direct",
        ),
        statement_in(
            ARTICLE,
            "She",
            "denied",
            "that Tomas Rell had claimed that the dam was empty",
            act="deny",
            confidence=0.8,
        ),
        statement_in(ARTICLE, "Tomas Rell", "claimed", "that the dam was empty", confidence=0.497, negated=True),
        statement_in(ARTICLE, "", "accused", "selling it", act="accuse"),
    ]
    return Record(Document(ARTICLE, **about), tuple(said))


class Page(HTMLParser):
    """What a browser makes of the page, as far as these tests look at it."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.articles, self.pieces, self.inline = [], [], [], {}
        self._inside, self._open = False, None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self._open = tag
        if tag == "article":
            self._inside = True
            self.articles.append("")
        if self._inside and "data-s" in attrs:
            self.pieces.append((attrs["data-s"].split(), set(attrs["class"].split()), ""))

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "article"
        self._open = None

    def handle_data(self, data):
        if self._open in ("style", "script"):
            self.inline[self._open] = data
        if self._inside:
            self.articles[-1] += data
            if self._open == "a":
                self.pieces[-1] = (*self.pieces[-1][:2], data)

    def marked(self, anchor, role):
        """The text that is marked with this role of this statement (and perhaps with others)."""
        return "".join(text for anchors, classes, text in self.pieces if anchor in anchors and role in classes)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_one_record_is_an_object_and_several_are_an_array():
    record = article_record(title="Dam", published="2031-04")
    assert json.loads(to_json([record])) == record.to_dict()
    assert json.loads(to_json([record, record])) == [record.to_dict()] * 2
    assert json.loads(to_json([])) == []
    assert '\n  "document"' in to_json([record])
    assert "“We waited" in to_json([record])


def test_a_json_line_is_one_line_whatever_the_text():
    text = "a\nb\r\u2028c\u2029d\x85e\x0bf"
    line = to_jsonl(Record(Document(text)))
    assert len(line.splitlines()) == 1
    assert not line.endswith("\n")
    assert json.loads(line)["document"]["text"] == text


def test_a_lone_surrogate_can_be_written_as_utf_8():
    record = Record(Document("half \ud83d pair"))
    assert json.loads(to_jsonl(record).encode("utf-8"))["document"]["text"] == "half \ud83d pair"
    assert "half \ufffd pair".encode() in to_html([record]).encode("utf-8")


def test_the_article_comes_out_exactly():
    assert Page(to_html([article_record()])).articles == [ARTICLE]


@pytest.mark.parametrize("text", ["", "\n", "\n\n a\tb  c \n", "a\r\nb", "one", "x\u202ey\u2066z", "<p>&amp;</p>"])
def test_unusual_texts_come_out_exactly(text):
    assert Page(to_html([Record(Document(text))])).articles == [text]


def test_every_passage_is_marked_with_its_role():
    record = article_record()
    page = Page(to_html([record]))
    for statement in record.statements:
        for role, passages in (("source", statement.source), ("cue", statement.cue)):
            assert page.marked(statement.id, role).startswith(record.document.slice(passages))
        joined = "".join(record.document.slice(passage) for passage in statement.content)
        assert page.marked(statement.id, "content").endswith(joined)


def test_a_source_shared_by_two_statements_stands_once_and_names_both():
    text = "Rell said that rain fell and that snow fell."
    first = statement_in(text, "Rell", "said", "that rain fell")
    second = statement_in(text, "Rell", "said", "that snow fell")
    page = Page(to_html([Record(Document(text), (first, second))]))
    assert page.articles == [text]
    assert ([first.id, second.id], {"source", "f0"}, "Rell") in page.pieces


def test_nested_passages_keep_both_holders():
    record = article_record()
    outer, inner = record.statements[2:4]
    pieces = {text: (anchors, classes) for anchors, classes, text in Page(to_html([record])).pieces}
    assert pieces["Tomas Rell"][0] == [inner.id, outer.id]
    assert {"source", "content"} <= pieces["Tomas Rell"][1]
    assert pieces["that the dam was empty"][0] == [inner.id, outer.id]
    assert pieces[" had "][0] == [outer.id]


def test_a_content_over_two_paragraphs_is_cut_at_the_line_break():
    text = "“One.\n“Two,” Rell said."
    statement = statement_in(text, "Rell", "said", "“One.\n“Two,”", form="direct")
    page = Page(to_html([Record(Document(text), (statement,))]))
    assert [piece for _, classes, piece in page.pieces if "content" in classes] == ["“One.", "“Two,”"]
    assert page.articles == [text]


def test_cards_and_passages_link_to_each_other_without_script():
    record = article_record()
    page = Page(to_html([record, record]))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link["href"].removeprefix("#") in ids
    for statement in record.statements:
        assert {statement.id, f"in-{statement.id}", f"{statement.id}-2", f"in-{statement.id}-2"} <= set(ids)


def test_a_card_says_who_how_and_how_surely():
    page = to_html([article_record()])
    cards = [html.unescape(re.sub(r"<[^>]+>|\s+", " ", card)) for card in page.split('<li class="card')[1:]]
    plain = [" ".join(card.split()) for card in cards]
    assert "Vokal 90 % “We waited nine years,” … “We will not wait a tenth.” say direct" in plain[1]
    assert "deny indirect" in plain[2]
    assert "Tomas Rell 49 % that the dam was empty not said indirect unsure" in plain[3]
    assert "no holder named" in plain[4]


@pytest.mark.parametrize(
    ("act", "mark"),
    [("say", "not said"), ("deny", "not denied"), ("accuse", "not accused"), ("ask", "not asked")],
)
def test_a_negated_act_is_marked(act, mark):
    text = "Rell has not said so."
    statement = statement_in(text, "Rell", "said", "so", act=act, negated=True)
    assert f">{mark}</strong>" in to_html([Record(Document(text), (statement,))])


def names_of(*sources):
    text = "\n".join(f"{source} said {at}." for at, source in enumerate(sources))
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    statements = tuple(
        Statement(f"st-{at}", (Passage(start, start + len(source)),), (), (), "indirect", "say", 0.9)
        for at, (start, source) in enumerate(zip(starts, sources, strict=True))
    )
    return {holder.name: len(holder.statements) for holder in group_holders(Record(Document(text), statements))}


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["The ministry", "the ministry"], {"The ministry": 2}),
        (["Vokal", "Irena Vokal", "Vokal"], {"Irena Vokal": 3}),
        (["Irena Vokal", "Tomas Vokal", "Vokal"], {"Irena Vokal": 1, "Tomas Vokal": 1, "Vokal": 1}),
        (["a spokesman for Irena Vokal", "Vokal"], {"a spokesman for Irena Vokal": 1, "Vokal": 1}),
        (["Rell’s brother Vokal", "Vokal"], {"Rell’s brother Vokal": 1, "Vokal": 1}),
        (["senior officials", "officials"], {"senior officials": 1, "officials": 1}),
        (["She", "they", "Rell"], {"Rell": 1, "he, she, they …": 2}),
        (["", "Rell"], {"Rell": 1, "no holder named": 1}),
    ],
)
def test_only_what_is_plainly_one_holder_is_grouped(sources, names):
    assert names_of(*sources) == names


def test_colours_begin_again_when_there_are_more_holders_than_hues():
    text = " ".join(f"Holder{at}" for at in range(export.HUES + 1))
    statements = tuple(
        Statement(f"st-{at}", (Passage(found.start(), found.end()),), (), (), "indirect", "say", 0.9)
        for at, found in enumerate(re.finditer(r"\S+", text))
    )
    hues = [holder.hue for holder in group_holders(Record(Document(text), statements))]
    assert hues == ["0", "1", "2", "3", "4", "5", "6", "7", "0"]


HOSTILE = "</script></style><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} \"'> <!-- ]]>"


def test_hostile_text_stays_text():
    about = dict.fromkeys(["title", "url", "publisher", "byline", "published", "language", "name"], HOSTILE)
    statement = Statement(
        f"st-{HOSTILE}",
        (Passage(0, 9),),
        (),
        (Passage(9, len(HOSTILE)),),
        "direct",
        HOSTILE,
        0.9,
        negated=True,
    )
    record = Record(Document(HOSTILE, **about), (statement,))
    written = to_html([record, record], failures=[(HOSTILE, HOSTILE)])
    page = Page(written)
    assert page.articles == [HOSTILE, HOSTILE]
    assert not page.all("img")
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert not [attrs for _, attrs in page.tags if "style" in attrs]


def test_the_policy_allows_only_the_inline_style_and_script():
    page = Page(to_html([article_record()]))
    [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inline[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy


def test_nothing_is_loaded_from_anywhere():
    page = to_html([article_record(name="dam.txt")])
    assert not re.search(r"https?:|url\(|@import|src=", page)
    assert not Page(page).all("link")


@pytest.mark.parametrize("url", ["http://iskar.example/dam", "HTTPS://iskar.example/dam?a=1&b=2"])
def test_a_web_address_is_a_link(url):
    links = [link for link in Page(to_html([article_record(url=url)])).all("a") if link["href"] == url]
    assert [link["rel"] for link in links] == ["noopener noreferrer"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", " data:text/html,x", "file:///etc/passwd", "//iskar.example"])
def test_any_other_address_is_shown_but_is_no_link(url):
    page = to_html([article_record(url=url)])
    assert url not in [link["href"] for link in Page(page).all("a")]
    assert html.escape(url) in page


def test_the_head_tells_what_the_article_is():
    page = to_html(
        [article_record(title="Dam runs dry", publisher="Iskar Post", byline="L. Moun", published="2031-04")]
    )
    for fact in (
        "Dam runs dry</h1>",
        "Iskar Post",
        "L. Moun",
        "2031-04",
        f"{len(ARTICLE.split())} words",
        "5 statements",
        "1 unsure",
    ):
        assert fact in page


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ({"name": "/in/dam.txt"}, "dam.txt"),
        ({"name": "C:\\in\\dam.txt"}, "dam.txt"),
        ({}, "Untitled article"),
    ],
)
def test_an_article_without_a_title_is_called_by_its_file(about, title):
    assert f">{title}</h1>" in to_html([article_record(**about)])


def test_many_records_have_a_table_of_contents_and_failures_their_reason():
    page = to_html([article_record(title="A"), Record(Document("B"))], failures=[("c.html", "no <p> kept")])
    parsed = Page(page)
    assert len(parsed.all("nav")) == 1
    assert {"#article-1", "#article-2"} <= {link["href"] for link in parsed.all("a")}
    assert "2 articles, 1 not read" in page
    assert "no &lt;p&gt; kept" in page
    assert "No statements found" in page


def test_a_page_of_failures_only_is_a_page():
    assert "0 articles, 1 not read" in to_html([], failures=[("c.html", "empty")])


def test_a_notebook_gets_the_same_page_in_a_sandbox():
    record = article_record(title=HOSTILE)
    [(tag, frame)] = Page(to_notebook(record)).tags
    assert tag == "iframe"
    assert frame["srcdoc"] == to_html([record])
    assert "allow-same-origin" not in frame["sandbox"]
    assert 360 <= int(frame["height"]) <= 720


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from("\n\r <>&\"'{"), max_size=60)


@given(texts, st.data())
def test_any_passages_leave_the_text_exact(text, data):
    borders = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    marks = [
        Mark(Passage(start, end), data.draw(st.sampled_from(["content", "cue", "source"])), f"st-{at}", "0")
        for at, (start, end) in enumerate(pairwise(borders))
    ]
    if len(borders) > 1:
        marks.append(Mark(Passage(borders[0], borders[-1]), "content", "st-outer", "1"))
    lines = cut_text(text, marks)
    assert "\n".join("".join(piece.text for piece in line) for line in lines) == text
    for mark in marks:
        covered = "".join(piece.text for line in lines for piece in line if mark in piece.marks)
        assert covered == text[mark.passage.start : mark.passage.end].replace("\n", "")
