"""What `training.meaning` learns from: passages where they stand in articles, and sentences and queries by themselves.

Queries are a few words: runs of words between function words in what is said and in news reports, and mentions of GUM.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from eval.meaning import load_sick
from eval.polnear import load_split
from onrecord.language.meaning import states_of, words_within
from onrecord.language.reader import analyse, load_reader
from onrecord.language.windows import Words
from onrecord.model import Passage
from training.corpus import is_held_out
from training.gum import load_gum

SEED = 1

SENTENCES, PHRASES, QUERIES, EVENTS = 25, 12, 14, 8000
"""How many of an article's sentences and phrases in place and of its phrases as queries, and how many news reports."""

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
a about after again against all also am an and any are as at be been before being between both but by can
could did do does down during each few for from had has have having he her here him his how i if in into is it
its just may me might more most must my no nor not of off on once only or other our out over own said same say
says shall she should so some such than that the their them then there these they this those though through to
told too under until up us very was we were what when where which while who whom why will with without would
yet you your s t don it's i'm n't 's
        """,
    )
)
_TOKEN = re.compile(r"[\w$%][\w'’.&-]*[\w%]|\w|[^\w\s]")
_LONGEST_PHRASE = 6


@dataclass(frozen=True)
class Text:
    """A text to be read, and the passages in it that are learned from; None for the text as a whole.

    With `more`, sentences and phrases are drawn from it too.
    """

    text: str
    contents: list[list[Passage]] | None = None
    more: bool = False


def phrases(text: str, start: int, end: int) -> list[Passage]:
    """Return the runs of one to six words between function words and marks: most are noun phrases, as queries are."""
    runs: list[list[tuple[int, int]]] = [[]]
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        if word[0].isalnum() and word.lower().replace("’", "'") not in _FUNCTION_WORDS:
            runs[-1].append(match.span())
        else:
            runs.append([])
    return [Passage(run[0][0], run[-1][1]) for run in runs if 1 <= len(run) <= _LONGEST_PHRASE]


def sentences(words: Words) -> list[Passage]:
    """Return the sentences of a text, as its full stops and paragraphs part them."""
    ends = np.flatnonzero((np.diff(words.stops[:-1]) > 0) | (np.diff(words.paragraph) > 0)) + 1
    return [
        Passage(int(words.start[begin]), int(words.end[end - 1]))
        for begin, end in pairwise([0, *ends.tolist(), len(words)])
        if begin < end
    ]


def learned_texts(data: Path) -> Iterator[Text]:
    """Yield all texts that are learned from: articles first, then queries drawn from them."""
    rng = random.Random(SEED)
    queries: list[str] = []
    for article in load_split(data / "polnear" / "train"):
        if is_held_out(article.name):
            continue
        text = article.text
        contents = [sorted(Passage(*p) for p in a["content"]) for a in article.annotations[0] if a["content"]]
        yield Text(text, contents, more=True)
        found = [text[s:e] for content in contents for p in content for s, e in phrases(text, *p)]
        queries += rng.sample(found, min(QUERIES, len(found)))
    for document in load_gum(data / "gum", "train"):
        yield Text(document.text, [], more=True)
        named = [document.text[m.start : m.end] for m in document.mentions if m.form != "pronoun"]
        named = [name for name in named if len(name.split()) <= _LONGEST_PHRASE]
        queries += rng.sample(named, min(QUERIES, len(named)))
    pairs = load_sick(data)
    tested = {sentence for pair in pairs if pair.part == "TEST" for sentence in (pair.first, pair.second)}
    learned = {sentence for pair in pairs for sentence in (pair.first, pair.second)} - tested
    yield from (Text(sentence) for sentence in sorted(learned))
    reports = [json.loads(line)["text"] for line in (data / "nli_kb" / "news" / "current_events.jsonl").open()]
    for report in rng.sample(sorted(set(reports)), EVENTS):
        yield Text(report)
        found = [report[s:e] for s, e in phrases(report, 0, len(report))]
        queries += rng.sample(found, min(1, len(found)))
    for query in sorted({" ".join(query.split()) for query in queries}):
        yield Text(query.lower() if rng.random() < 0.5 else query)


def held_out_texts(data: Path) -> Iterator[Text]:
    """Yield the articles of PolNeAR's train split that are kept from training."""
    for article in load_split(data / "polnear" / "train"):
        if is_held_out(article.name):
            yield Text(article.text, [[Passage(*p) for p in a["content"]] for a in article.annotations[0]])


def read_text(given: Text) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, str]]]:
    """Return the states and first pieces of a text's words, and its passages: their words and their text."""
    analysis = analyse(given.text, load_reader())
    words = analysis.words
    contents = [[Passage(0, len(given.text))]] if given.contents is None else list(given.contents)
    if given.more and len(words):
        rng = random.Random(len(words))
        found = sentences(words)
        within = [p for sentence in found for p in phrases(given.text, *sentence)]
        contents += [[p] for p in rng.sample(found, min(SENTENCES, len(found)))]
        contents += [[p] for p in rng.sample(within, min(PHRASES, len(within)))]
    passages = [
        (words_within(words, content), " ".join(given.text[s:e] for s, e in sorted(content))) for content in contents
    ]
    states = states_of(analysis, np.arange(len(words))).astype(np.float16)
    return states, words.pieces[words.first], [(inside, text) for inside, text in passages if len(inside)]
