"""Every link of the folder leads somewhere in it, nothing is loaded from outside, and no text of an article runs."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from onrecord.export import export, site
from onrecord.model import Document, Entity, Mention, Passage, Record, Statement, make_id
from tests.dam import HOSTILE, TEXT, dam_record, who_of


class Page(HTMLParser):
    """The ids, links and words of a page, as a browser has them."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.tags, self.words = set(), [], [], ""
        self.feed(path.read_bytes().decode())
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if "href" in attrs:
            self.links.append(attrs["href"])

    def handle_data(self, data):
        self.words += data


def pages_of(folder):
    return {path.resolve(): Page(path) for path in folder.rglob("*.html")}


def check(folder):
    """Every relative link leads to a page of the folder and to a place on it; every page can be reached."""
    pages, reached = pages_of(folder), {(folder / "index.html").resolve()}
    for path, page in pages.items():
        for link in page.links:
            if link.startswith("https://"):
                continue
            address, _, anchor = link.partition("#")
            target = (path.parent / address).resolve() if address else path
            assert target in pages, f"{path}: {link}"
            assert not anchor or anchor in pages[target].ids, f"{path}: {link}"
            reached.add(target)
    assert reached == set(pages)
    return pages


def said(number, name, words):
    text = f"{name} said {words}."
    document = Document(text, title=f"Article {number}", published=f"2031-04-{number % 28 + 1:02}")
    entity = Entity(make_id("en", number), "person", name, None, (), (Mention(Passage(0, len(name)), "name"),))
    content = Passage(len(name) + 6, len(text) - 1)
    source, cue = Passage(0, len(name)), Passage(len(name) + 1, len(name) + 5)
    statement = Statement(
        make_id("st", number), (source,), (cue,), (content,), "indirect", "say", 0.9, speaker=entity.id
    )
    return Record(document, (statement,), (entity,))


def test_export_html_leads_from_the_front_to_articles_and_people(tmp_path):
    a, b = dam_record(), dam_record(title="Again", published="2031-05", url="https://iskar.example/again")
    export([a, b, Record(Document("Nothing."))], "html", tmp_path / "out", who=who_of(a, b))
    pages = check(tmp_path / "out")
    [identity] = {found.id for found in who_of(a, b).values()}
    person = pages[(tmp_path / "out" / "people" / f"{identity}.html").resolve()]
    assert "6 statements in 2 articles" in person.words
    assert person.words.index("Again") < person.words.index("The dam stays")
    assert "minister of water (Iskar)" in person.words
    assert "corrected by L. Moun, 2031-04-03" in person.words
    front = pages[(tmp_path / "out" / "index.html").resolve()]
    assert "3 articles, 10 statements" in front.words


def test_export_html_an_article_is_the_page_that_it_always_was(tmp_path):
    record = dam_record()
    export([record], "html", tmp_path / "out")
    page = Page(tmp_path / "out" / "articles" / f"{record.document.id}.html")
    article = TEXT.replace("\n\n", "\n").split("\n")
    assert all(line in page.words for line in article)
    assert {s.id for s in record.statements} <= page.ids
    assert f"../people/{record.entities[0].id}.html" in page.links


def test_export_html_long_lists_go_over_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "_IN_A_LIST", 3)
    monkeypatch.setattr(site, "_ON_A_PAGE", 2)
    records = [said(at, f"Speaker {chr(65 + at)}", "the dam stays") for at in range(25)]
    same = [said(100 + at, "Irena Vokal", f"the dam stays {at}") for at in range(5)]
    export([*records, *same], "html", tmp_path / "out", who=who_of(*same))
    check(tmp_path / "out")
    assert len(list((tmp_path / "out" / "articles").glob("list-*.html"))) == 10
    assert len(list((tmp_path / "out" / "people").glob("who-*.html"))) == 3


@pytest.mark.parametrize("field", ["title", "publisher", "byline", "url", "name"])
def test_export_html_hostile_text_stays_text(field, tmp_path):
    record = dam_record(**{field: HOSTILE, "title": HOSTILE})
    named = tuple(replace(e, name=HOSTILE, aliases=(HOSTILE,), kind="person") for e in record.entities)
    export([replace(record, entities=named)], "html", tmp_path / "out")
    for page in check(tmp_path / "out").values():
        tags = [tag for tag, _ in page.tags]
        assert "img" not in tags
        assert tags.count("script") == tags.count("style") == 1
        assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert not [path for path in (tmp_path / "out").rglob("*") if "=1" in path.name or " " in path.name]


def test_export_html_ids_that_are_none_stay_in_the_folder(tmp_path):
    record = dam_record()
    entity = replace(record.entities[0], id="../../../evil")
    statement = replace(record.statements[0], id="../<evil>", speaker="../../../evil")
    export([replace(record, entities=(entity,), statements=(statement,))], "html", tmp_path / "out")
    check(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_export_html_nothing_is_loaded_from_anywhere(tmp_path):
    export([dam_record(url=None)], "html", tmp_path / "out")
    for path, page in pages_of(tmp_path / "out").items():
        [policy] = [attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv")]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert not re.search(r"https?:|url\(|@import|src=", path.read_text(encoding="utf-8"))
