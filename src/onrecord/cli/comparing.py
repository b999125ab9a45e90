"""The command that puts articles on one story side by side: what each reports, leaves out, and gives differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated

import typer

from onrecord.accounts import compare_articles, conflicts_in
from onrecord.cli.app import INCOMPLETE, Jobs, app
from onrecord.cli.columns import show, term_of
from onrecord.cli.disputes import opened_articles
from onrecord.cli.listing import listing
from onrecord.cli.reading import Fields, Published, Sources
from onrecord.comparison import Story, story_of
from onrecord.comparison import compare as compare_story
from onrecord.errors import WrongUsage
from onrecord.model import UNSURE
from onrecord.store import Cut, Page, Store, is_store
from onrecord.store.asking import Row

MOST = 8
"""How many articles can stand side by side in a table."""

_NAMES = (
    "what", "row", "about", "article", "document", "entry", "gives", "date", "words", "at", "according_to",
    "left_out_by", "differs",
)  # fmt: skip
"""The names of the values of a row that tells what one article gives."""

_EXAMPLES = """
Examples:

    onrecord compare post.html herald.html globe.html

    onrecord compare story/ --published 2021-03-16 --json

    onrecord compare post.html herald.html --limit 0 --csv > compared.csv
"""


@app.command(epilog=_EXAMPLES)
@listing({})
def compare(
    sources: Sources,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Only statements and steps that are as sure as this.")
    ] = UNSURE,
    published: Published = None,
    field: Fields = None,
    jobs: Jobs = 1,
    *,
    cut: Cut,
    printing: str | None,
) -> Page | None:
    """Compare articles on one story: what each reports, leaves out, and gives differently.

    Who speaks in which article, and what only one of them has; quotations that one shortens or changes; what happened
    to whom; numbers that differ; where the accounts conflict. An article that prints the text of another is named as a
    copy, and not compared. With --csv or --nl there is one row for each thing and article, with --json one object for
    each thing.
    """
    if is_store(sources[0]):
        raise WrongUsage(
            f"{sources[0]}: compare takes articles. Of a store, onrecord disputes tells where they conflict."
        )
    with opened_articles(sources, published, field, jobs) as (store, whole):
        story = story_of(store)
        _check(story, printing, whole=whole)
        rows = compare_story(story, least=min_confidence)
        rows += [{"what": "conflict"} | conflict for conflict in find_conflicts(store)]
    if printing in ("json", "csv", "nl"):
        shown = rows[cut.offset :][: cut.limit]
        if printing == "json":
            return Page(shown, len(rows), whole)
        return Page(list(article_rows(shown, story, cut.offset)), len(rows), whole, _NAMES)
    show(story, rows, cut)
    if not whole:
        raise typer.Exit(INCOMPLETE)
    return None


def find_conflicts(store: Store) -> list[Row]:
    """Return where the accounts of the articles of a store conflict."""
    for _ in compare_articles(store):
        pass
    return conflicts_in(store, cut=Cut(None)).rows


def _check(story: Story, printing: str | None, *, whole: bool) -> None:
    """Raise WrongUsage, or end, where there is nothing to compare, or too much for a table."""
    articles = len(story.versions) + len(story.copies)
    if articles < 2 and whole:
        raise WrongUsage("compare takes two articles or more on one story. To see what is in one: onrecord read")
    if articles < 2:
        raise typer.Exit(INCOMPLETE)
    if len(story.versions) > MOST and printing in (None, "table"):
        raise WrongUsage(
            f"{len(story.versions)} articles: no more than {MOST} can stand side by side. Give those on one story, "
            "or take --json or --csv."
        )


# --- a row for each thing and article ------------------------------------------------------------


def article_rows(rows: Iterable[Row], story: Story, number: int = 0) -> Iterator[Row]:
    """Yield a row for each article that tells something of each thing; `row` numbers the things."""
    labels = {version.id: version.label for version in story.versions}
    nothing = dict.fromkeys(_NAMES)
    for at, row in enumerate(rows, start=number + 1):
        shared = {"what": row["what"], "row": at, "about": _about(row), "left_out_by": row.get("left_out_by")}
        for told in _told(row, labels):
            yield nothing | shared | {"differs": row.get("differs")} | told


def _about(row: Row) -> str:
    if row["what"] == "copy":
        return str(row["of"])
    return str(row.get("about") or row.get("holder") or row.get("name"))


def _told(row: Row, labels: Mapping[str, str]) -> Iterator[Row]:
    """Yield what each article tells, by the names of `_NAMES`."""
    if row["what"] == "copy":
        yield {"article": row["article"], "document": row["document"], "gives": "copy"}
    elif row["what"] == "conflict":
        for side, voices in enumerate(row["positions"], start=1):
            for voice in voices:
                entry = {"entry": voice["statement"] or voice["event"], "according_to": voice["holder"], "gives": side}
                yield _same(voice, "document", "at") | entry | {
                    "article": labels.get(voice["document"]), "date": voice["day"], "words": voice["said"],
                }  # fmt: skip
    else:
        for told in row["told"]:
            yield _same(told, "article", "document") | _GIVEN[row["what"]](row, told)


def _same(told: Row, *names: str) -> Row:
    return {name: told.get(name) for name in names}


def _step(told: Row) -> str:
    return ", ".join(part for part in (told["step"], term_of(told)) if part)


_GIVEN: Mapping[str, Callable[[Row, Row], Row]] = {
    "holder": lambda row, told: {"entry": row["identity"], "gives": told["statements"]},
    "statement": lambda row, told: {
        "entry": told["statement"], "gives": told["cue"], "words": told["said"], "at": told["at"],
        "according_to": row["holder"],
    },
    "event": lambda _, told: {
        "entry": told["event"], "gives": _step(told), **_same(told, "date", "words", "at", "according_to"),
    },
    "number": lambda _, told: {
        "entry": told["statement"], "gives": told["number"], **_same(told, "words", "at", "according_to"),
    },
}  # fmt: skip
