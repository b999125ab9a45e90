"""A folder of pages that can be published as it is, or opened from a disk without a network.

`index.html` leads to all articles (the newest first) and to everybody who speaks (by name), each as a list of pages of
200. Each article has the page that `onrecord read --format html` makes (`articles/doc-….html`), and everybody who holds
a statement has one with all that they said, by article (`people/who-….html`, or `en-….html` where entities stand alone;
a page has 300 statements). Each statement there leads to its words in the article.

Nothing is loaded from anywhere: style and script stand in each page (some 15 kB), and its Content-Security-Policy lets
nothing else run. Files are named by ids alone, and all text of articles is escaped.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from onrecord.export.format import Format, Who, identity_of, json_text, safe_id
from onrecord.export.page import Card, Surroundings, View, render, title_of, views_of
from onrecord.identity import Identity
from onrecord.model import Entity, Record
from onrecord.wording import describe_role

_IN_A_LIST = 200
_ON_A_PAGE = 300
"""How many statements a person's page has."""
_ON_THE_FRONT = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: where it leads, what it is called, and a few facts."""

    address: str
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a list that goes over several, with the first thing on it."""

    number: int
    address: str
    begins: str


@dataclass(slots=True)
class _Article:
    """What is kept of an article until the lists are written."""

    id: str
    title: str
    published: str
    publisher: str
    statements: int


@dataclass(slots=True)
class _Speaker:
    """What is kept of somebody who speaks: a name, counts, and where in the side file what they said stands."""

    name: str
    card: int
    articles: int = 0
    rows: array[int] = field(default_factory=lambda: array("Q"))


class _SideFile:
    """Lines of JSON on the disk, each found again by where it begins."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._end = file, 0

    def add(self, value: Mapping[str, Any]) -> int:
        begins = self._end
        self._end += self._file.write(json_text(value).encode() + b"\n")
        return begins

    def read(self, begins: int) -> Any:
        self._file.seek(begins)
        return json.loads(self._file.readline())


def _write(records: Iterator[Record], folder: Path, who: Who) -> None:
    (folder / "articles").mkdir()
    (folder / "people").mkdir()
    articles: list[_Article] = []
    speakers: dict[str, _Speaker] = {}
    with tempfile.TemporaryFile(dir=folder) as file:
        side = _SideFile(file)
        for record in records:
            articles.append(_add_article(record, folder, speakers, side, who))
        articles.sort(key=lambda article: (article.title.casefold(), article.id))
        articles.sort(key=lambda article: article.published, reverse=True)
        by_name = sorted(speakers.items(), key=lambda found: (found[1].name.casefold(), found[0]))
        _write_lists(folder, articles, by_name)
        for speaker_id, speaker in by_name:
            _write_person(folder, speaker_id, speaker, side)


def _add_article(record: Record, folder: Path, speakers: dict[str, _Speaker], side: _SideFile, who: Who) -> _Article:
    document = record.document
    [view] = views_of([record])
    pages: dict[str, str] = {}
    for entity in record.entities:
        said = [card for card in view.cards if card.statement.speaker == entity.id]
        if said:
            identity = identity_of(document, entity, who)
            speaker_id = identity.id if identity else safe_id("en", entity.id)
            pages[entity.id] = f"../people/{speaker_id}.html"
            speaker = speakers.get(speaker_id)
            if speaker is None:
                name = (identity or entity).called or "Somebody without a name"
                speaker = speakers[speaker_id] = _Speaker(name, side.add(_card(identity or entity)))
            speaker.articles += 1
            speaker.rows.extend(side.add(_said(view, card)) for card in said)
    page = render("page.html", views=[view], failures=(), site=Surroundings("../", pages))
    _put(folder / "articles" / f"{document.id}.html", page)
    return _Article(
        document.id, title_of(document), document.published or "", document.publisher or "", len(record.statements)
    )


def _card(known: Identity | Entity) -> dict[str, Any]:
    return {"kind": known.kind, "aliases": list(known.aliases), "roles": _roles(known)}


def _roles(known: Identity | Entity) -> list[str]:
    roles = [held.role for held in known.roles] if isinstance(known, Identity) else known.roles
    return list(dict.fromkeys(map(describe_role, roles)))


def _said(view: View, card: Card) -> dict[str, Any]:
    """Return what a person's page shows of a statement."""
    document, statement = view.document, card.statement
    review, said_on = statement.review, statement.said_on
    tags = [
        statement.act if not card.negation else "",
        statement.form,
        card.setting,
        said_on.value if said_on else "",
        f"{review.verdict} by {review.by}, {review.on}" if review else "",
        f"{card.percent} %",
    ]
    alerts = [card.negation or "", "unsure" if card.unsure and not review else ""]
    return {
        "article": document.id,
        "title": view.title,
        "published": document.published or "",
        "publisher": document.publisher or "",
        "anchor": card.anchor,
        "content": card.content,
        "tags": [tag for tag in tags if tag],
        "alerts": [alert for alert in alerts if alert],
        "unsure": card.unsure,
    }


def _write_lists(folder: Path, articles: Sequence[_Article], speakers: Sequence[tuple[str, _Speaker]]) -> None:
    article_rows = [
        Row(f"{a.id}.html", a.title, (*filter(None, (a.published, a.publisher)), _counted(a.statements, "statement")))
        for a in articles
    ]
    speaker_rows = [Row(f"{speaker_id}.html", s.name, _facts(s)) for speaker_id, s in speakers]
    total = _counted(len(articles), "article")
    _write_list(folder / "articles", total, article_rows, [row.facts[0] for row in article_rows])
    _write_list(folder / "people", f"{len(speakers):,} who speak", speaker_rows, [row.title for row in speaker_rows])
    loudest = sorted(range(len(speakers)), key=lambda at: (-len(speakers[at][1].rows), at))[:_ON_THE_FRONT]
    parts = (
        ("Who speaks most", [_from_the_front("people", speaker_rows[at]) for at in loudest]),
        ("The newest articles", [_from_the_front("articles", row) for row in article_rows[:_ON_THE_FRONT]]),
    )
    heading = f"{total}, {_counted(sum(article.statements for article in articles), 'statement')}"
    front = render("front.html", heading=heading, parts=parts, site=Surroundings("", {}))
    _put(folder / "index.html", front)


def _facts(speaker: _Speaker) -> tuple[str, ...]:
    return _counted(len(speaker.rows), "statement"), _counted(speaker.articles, "article")


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _from_the_front(folder: str, row: Row) -> Row:
    return Row(f"{folder}/{row.address}", row.title, row.facts)


def _write_list(folder: Path, heading: str, rows: Sequence[Row], begins: Sequence[str]) -> None:
    count = max(1, -(-len(rows) // _IN_A_LIST))
    links = [
        PageLink(at, f"list-{at}.html", begins[(at - 1) * _IN_A_LIST] if begins else "") for at in range(1, count + 1)
    ]
    for number in range(1, count + 1):
        shown = rows[(number - 1) * _IN_A_LIST : number * _IN_A_LIST]
        page = render(
            "list.html",
            heading=heading,
            rows=shown,
            number=number,
            pages=_some(links, number),
            site=Surroundings("../", {}),
        )
        _put(folder / f"list-{number}.html", page)


def _some(links: Sequence[PageLink], number: int) -> list[PageLink]:
    """Return the pages that a page links to: its neighbours, and every tenth part of the way through."""
    step = max(1, len(links) // 10)
    return [
        link
        for link in links
        if link.number in (1, len(links)) or abs(link.number - number) <= 2 or link.number % step == 0
    ]


def _write_person(folder: Path, speaker_id: str, speaker: _Speaker, side: _SideFile) -> None:
    said = [side.read(row) for row in speaker.rows]
    said.sort(key=lambda row: row["published"], reverse=True)
    person = {
        "name": speaker.name,
        **side.read(speaker.card),
        "statements": len(said),
        "articles": speaker.articles,
    }
    count = -(-len(said) // _ON_A_PAGE)
    links = [
        PageLink(at, _page_name(speaker_id, at), said[(at - 1) * _ON_A_PAGE]["published"]) for at in range(1, count + 1)
    ]
    for number in range(1, count + 1):
        shown = said[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
        page = render(
            "person.html",
            person=person,
            articles=list(_by_article(shown)),
            number=number,
            pages=_some(links, number),
            site=Surroundings("../", {}),
        )
        _put(folder / "people" / _page_name(speaker_id, number), page)


def _page_name(speaker_id: str, number: int) -> str:
    return f"{speaker_id}.html" if number == 1 else f"{speaker_id}-{number}.html"


def _by_article(said: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for article, rows in groupby(said, key=lambda row: row["article"]):
        found = [dict(row, address=f"../articles/{article}.html#{row['anchor']}") for row in rows]
        yield {
            "address": f"../articles/{article}.html",
            "title": found[0]["title"],
            "facts": [fact for fact in (found[0]["published"], found[0]["publisher"]) if fact],
            "statements": found,
        }


def _put(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="")


FORMAT = Format(
    name="html",
    help="a folder of pages, by article and by person, that can be published as it is",
    folder=True,
    loses=(
        "offsets as numbers: passages are marked in the article",
        "on a person's page, cue and source (a click away, in the article)",
        "mentions of entities, and roles of those who hold no statement",
        "candidates, what read the article, and ids but those in the names of files and anchors",
        "why entities were joined across articles, and users' decisions",
        "lone surrogates and U+0000: U+FFFD stands for each",
    ),
    write=_write,
)
