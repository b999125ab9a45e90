"""Measure who is who across articles: `python -m eval.merging` (part of `make evaluate`).

Each article of ECB+ and of MEANTIME is read from its raw text, all records of a corpus are merged, and the mentions
found are held against the gold mentions of persons and organisations.

**Which mentions meet.** A mention that was found and a gold one meet where each has the other's head in it; of
several, the pair with the largest overlap of words, one to one. The head is the last word of the first noun phrase.
Gold mentions with one head and one chain count once (MEANTIME marks "Dell" also as "Dell, the head of the port").

**The score** is B-cubed (Bagga and Baldwin 1998) over gold mentions. With mentions that were found, not given, the two
partitions do not hold the same mentions, so two ways of counting are given. `found` is over the gold mentions that
were found. `all` counts recall as Cai and Strube (2010, B-cubed-sys) do: each gold mention that was missed is put into
the answer as a chain of its own; precision stays over those that were found. What was found and is not gold cannot be
judged: neither corpus is annotated throughout (ECB+ only for participants of events, in chosen sentences).

**Across topics.** Everything is merged over a whole corpus, and scored over the whole corpus. ECB+ linked its chains
within a topic only, so that whoever comes up in two topics counts against us; `by topic` leaves out links between
topics. `--each-topic` merges each topic by itself: fewer to be mistaken for one another, and less that tells of each.

**Which gold.** Mentions whose chain the annotators gave; `--unlinked` counts those too that ECB+ marked and linked
with nothing, as chains of their own (of one article it has both a full name and its surname so).

**Which form.** MEANTIME says mostly, ECB+ never, what is a name; elsewhere the spelling decides (`chains`).

**What was looked at.** Thresholds were set on ECB+'s odd topics, MEANTIME's part on Apple (`developed`) and newswire
without annotations; of the rest (`held out`) only figures were seen.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import onrecord
from eval.chains import GoldArticle, GoldMention, load_ecbplus, load_meantime
from onrecord.entities.merge import merge
from onrecord.model import MentionForm, Passage, Record

FORMS: tuple[MentionForm | None, ...] = ("name", None, "nominal", "pronoun")
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"[\w'’.-]+|[^\w\s]")
_ENDS_PHRASE = frozenset(("of", "for", "in", "at", "who", ",", "(", "from", "with", "on"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold mention, and the identity of the mention found for it; None where none was."""

    topic: str
    gold: GoldMention
    found: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """B-cubed in percent over the mentions of some form, and how many there are and were found."""

    mentions: int
    found: int
    precision: float
    recall: float
    f1: float
    recall_all: float
    f1_all: float
    f1_by_topic: float


def b_cubed(items: Sequence[tuple[object, object]]) -> tuple[float, float]:
    """Return precision and recall, each 0 to 1, of pairs of a gold chain and a chain that was found."""
    if not items:
        return 0.0, 0.0
    gold, answer = Counter(g for g, _ in items), Counter(a for _, a in items)
    both = Counter(items)
    precision = sum(n * n / answer[a] for (_, a), n in both.items()) / len(items)
    recall = sum(n * n / gold[g] for (g, _), n in both.items()) / len(items)
    return precision, recall


def score(pairs: Sequence[Pair]) -> Figures:
    """Return the figures of some mentions."""
    found = [p for p in pairs if p.found is not None]
    precision, recall = b_cubed([(p.gold.chain, p.found) for p in found])
    _, recall_all = b_cubed([(p.gold.chain, p.found or ("missed", k)) for k, p in enumerate(pairs)])
    by_topic = b_cubed([((p.topic, p.gold.chain), (p.topic, p.found)) for p in found])
    return Figures(
        mentions=len(pairs),
        found=len(found),
        precision=100 * precision,
        recall=100 * recall,
        f1=100 * _f1(precision, recall),
        recall_all=100 * recall_all,
        f1_all=100 * _f1(precision, recall_all),
        f1_by_topic=100 * _f1(*by_topic),
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def align(article: GoldArticle, record: Record) -> Iterator[tuple[GoldMention, str | None]]:
    """Yield each gold mention with the id of the entity whose mention meets it; each mention meets one at the most."""
    gold = _distinct(article.mentions)
    mentions = [(m.passage, entity.id) for entity in record.entities for m in entity.mentions]
    meeting = []
    for i, mention in enumerate(gold):
        words, head = _words(article.text, mention.passage), _last_word(article.text, mention.head)
        for j, (passage, _) in enumerate(mentions):
            if passage.end <= mention.passage.start or mention.passage.end <= passage.start:
                continue
            others = _words(article.text, passage)
            if head in others and _head(article.text, passage) in words:
                meeting.append((-len(words & others) / len(words | others), i, j))
    of_gold: dict[int, str] = {}
    taken: set[int] = set()
    for _, i, j in sorted(meeting):
        if i not in of_gold and j not in taken:
            of_gold[i] = mentions[j][1]
            taken.add(j)
    for i, mention in enumerate(gold):
        yield mention, of_gold.get(i)


def _distinct(mentions: Iterable[GoldMention]) -> list[GoldMention]:
    shortest: dict[tuple[Passage, str], GoldMention] = {}
    for mention in mentions:
        known = shortest.get((mention.head, mention.chain))
        if known is None or _length(mention) < _length(known):
            shortest[mention.head, mention.chain] = mention
    return list(shortest.values())


def _length(mention: GoldMention) -> int:
    return mention.passage.end - mention.passage.start


def _words(text: str, passage: Passage) -> set[int]:
    return {m.start() for m in _WORD.finditer(text, *passage)}


def _last_word(text: str, passage: Passage) -> int:
    return max((m.start() for m in _WORD.finditer(text, *passage) if m.group() != "s"), default=passage.start)


def _head(text: str, passage: Passage) -> int | None:
    """Return where the last word of the first noun phrase of a passage begins."""
    head = None
    for piece in _PIECE.finditer(text, *passage):
        if head is not None and piece.group().casefold() in _ENDS_PHRASE:
            break
        words = [m.start() for m in _WORD.finditer(text, *piece.span()) if m.group() != "s"]
        head = words[-1] if words else head
    return head


def read_articles(articles: Iterable[GoldArticle], kept: Path | None) -> list[tuple[GoldArticle, Record]]:
    """Return the articles with their records; with a folder, records are kept there by text and read from there."""
    read = []
    for article in articles:
        path = kept / f"{hashlib.sha256(article.text.encode()).hexdigest()}.pickle" if kept else None
        if path is not None and path.exists():
            record: Record = pickle.loads(path.read_bytes())
        else:
            record = onrecord.read(article.text)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pickle.dumps(record))
        if record.document.text != article.text and len(record.document.text) != len(article.text):
            raise ValueError(f"{article.name}: the text changed its length while it was read")
        read.append((article, record))
    return read


def pair_up(read: Sequence[tuple[GoldArticle, Record]]) -> list[Pair]:
    """Return the gold mentions of articles with the identities found when all their records are merged."""
    people = merge(record for _, record in read)
    pairs = []
    for article, record in read:
        for gold, entity in align(article, record):
            identity = people.identity_of((record.document.id, entity)) if entity else None
            pairs.append(Pair(article.topic, gold, identity))
    return pairs


def is_developed(article: GoldArticle) -> bool:
    """Tell whether an article is of the part that thresholds were set on."""
    return article.topic == "corpus_apple" or (article.topic.isdigit() and int(article.topic) % 2 == 1)


CORPORA: dict[str, Callable[[Path], Iterator[GoldArticle]]] = {"ecbplus": load_ecbplus, "meantime": load_meantime}


def by_topic(read: Sequence[tuple[GoldArticle, Record]]) -> list[list[tuple[GoldArticle, Record]]]:
    """Return articles in lists of one topic each."""
    topics: dict[str, list[tuple[GoldArticle, Record]]] = {}
    for article, record in read:
        topics.setdefault(article.topic, []).append((article, record))
    return list(topics.values())


def measure(
    data: Path, corpora: Iterable[str], kept: Path | None, *, unlinked: bool = False, each_topic: bool = False
) -> dict[tuple[str, str, str], Figures]:
    """Return figures by corpus, part ("developed", "held out", "whole") and form of mention.

    The whole corpus is merged for all parts, as a store would have it; with `each_topic`, each topic by itself.
    """
    figures: dict[tuple[str, str, str], Figures] = {}
    for corpus in corpora:
        read = read_articles(CORPORA[corpus](data / corpus), kept)
        developed = {article.topic for article, _ in read if is_developed(article)}
        merged = by_topic(read) if each_topic else [read]
        pairs = [p for articles in merged for p in pair_up(articles) if unlinked or p.gold.linked]
        parts = {
            "developed": [p for p in pairs if p.topic in developed],
            "held out": [p for p in pairs if p.topic not in developed],
            "whole": pairs,
        }
        for part, of_part in parts.items():
            for form in FORMS:
                figures[corpus, part, form or "any"] = score([p for p in of_part if form in (None, p.gold.form)])
    return figures


def report(figures: dict[tuple[str, str, str], Figures]) -> str:
    """Return the figures as a table, in percent."""
    lines = [f"{'':30} mentions  found |  P     R     F1  over found | R     F1  over all | F1 by topic"]
    for (corpus, part, form), f in figures.items():
        share = f"{f.found / max(f.mentions, 1):6.1%}"
        of_found = f"{f.precision:5.1f} {f.recall:5.1f} {f.f1:5.1f}"
        lines.append(
            f"{corpus:9} {part:10} {form:9} {f.mentions:8} {share} | {of_found}            "
            f"| {f.recall_all:5.1f} {f.f1_all:5.1f}          | {f.f1_by_topic:5.1f}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and fail where a figure is under its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--corpus", choices=sorted(CORPORA), action="append", help="measure on this corpus alone")
    parser.add_argument("--records", type=Path, help="keep what was read in this folder, and read it from there")
    parser.add_argument("--unlinked", action="store_true", help="count mentions too that the annotators linked to none")
    parser.add_argument("--each-topic", action="store_true", help="merge each topic by itself")
    parser.add_argument("--floors", type=Path, help="fail where a figure is under its floor in this file")
    options = parser.parse_args()
    corpora = options.corpus or list(CORPORA)
    missing = [corpus for corpus in corpora if not (options.data / corpus).exists()]
    if missing:
        print(f"{options.data}: no {' and no '.join(missing)} here, so nothing was measured.")
        return 0 if options.floors else 1
    figures = measure(options.data, corpora, options.records, unlinked=options.unlinked, each_topic=options.each_topic)
    print(report(figures))
    floors = tomllib.loads(options.floors.read_text())["merging"] if options.floors else {}
    failed = [
        f"{corpus} {figures[corpus, 'whole', 'name'].f1:.1f} is under its floor of {floor}"
        for corpus, floor in floors.items()
        if figures[corpus, "whole", "name"].f1 < floor
    ]
    print("\n".join(failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
