"""Corpora in which people and organisations are followed across articles: ECB+ and MEANTIME, as texts and gold chains.

Both come as words without the white space between them; `join_words` puts it back as a newspaper would have it, so
that what is read is raw text. Web addresses (ECB+ keeps them as sentence 0) are no part of the text.
"""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from onrecord.entities.names import word_lists
from onrecord.model import MentionForm, Passage

Kind: TypeAlias = Literal["person", "organization"]

_ECBPLUS_KINDS: dict[str, Kind] = {"HUMAN_PART_PER": "person", "HUMAN_PART_ORG": "organization"}
_MEANTIME_KINDS: dict[str, Kind] = {"PER": "person", "ORG": "organization"}
_FORMS: dict[str, MentionForm] = {
    "NAM": "name",
    "PRE.NAM": "name",
    "NOM": "nominal",
    "PRE.NOM": "nominal",
    "CONJ": "nominal",
    "PTV": "nominal",
}

_NO_SPACE_BEFORE = re.compile(r"[,.;:?!)\]%”…]+|['’](?:s|m|re|ve|ll|d|t)?|n['’]t|''", re.IGNORECASE)
_NO_SPACE_AFTER = re.compile(r"[(\[$£€“]|``")
_GLUE = frozenset("-/_@")
_HEADLINE = 0.6
"""The share of words with a capital from which a sentence is a headline."""
_ENDS_SENTENCE = re.compile(r"[.?!]['’\"”)\]]*$")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """Words that stand for a person or an organisation, and the chain that they are in, over all articles."""

    passage: Passage
    head: Passage
    kind: Kind
    form: MentionForm
    chain: str
    linked: bool
    """Whether the annotators said who it is; else it has a chain of its own."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article as raw text, the topic that it belongs to, and its gold mentions in the order of the text."""

    name: str
    topic: str
    text: str
    mentions: tuple[GoldMention, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sentence: int
    passage: Passage


def load_ecbplus(folder: Path) -> Iterator[GoldArticle]:
    """Yield the articles of ECB+ (Cybulska and Vossen 2014), by topic and name.

    Gold are the HUMAN_PART_PER and HUMAN_PART_ORG mentions of the sentences that the corpus lists as annotated.
    """
    with (folder / "ECBplus_coreference_sentences.csv").open(encoding="utf-8", newline="") as rows:
        chosen = {(row["Topic"], row["File"], int(row["Sentence Number"])) for row in csv.DictReader(rows)}
    paths = sorted((folder / "ECB+").glob("*/*.xml"), key=lambda p: (int(p.parent.name), p.name))
    roots = [ElementTree.parse(path).getroot() for path in paths]
    common = _common_words(roots)
    for path, root in zip(paths, roots, strict=True):
        topic, name = path.stem.split("_", 1)
        text, words = _text_of(root, skip_address=name.endswith("plus"), hyphens=name.endswith("plus"))
        sentences = {s for t, n, s in chosen if (t, n) == (topic, name)}
        mentions = _ecbplus_mentions(root, words, path.stem, sentences, common)
        yield GoldArticle(path.stem, topic, text, tuple(sorted(mentions, key=lambda m: m.passage)))


def load_meantime(folder: Path) -> Iterator[GoldArticle]:
    """Yield the articles of MEANTIME (Minard et al. 2016), its four parts as topics.

    Gold are the mentions of entities of type PER and ORG.
    """
    paths = sorted((folder / "intra_cross-doc_annotation").glob("*/*.xml"))
    roots = [ElementTree.parse(path).getroot() for path in paths]
    common = _common_words(roots)
    for path, root in zip(paths, roots, strict=True):
        text, words = _text_of(root, skip_address=False, hyphens=False)
        mentions = _meantime_mentions(root, words, path.stem, common)
        yield GoldArticle(path.stem, path.parent.name, text, tuple(sorted(mentions, key=lambda m: m.passage)))


def join_words(sentences: Sequence[Sequence[str]], *, hyphens: bool = False) -> tuple[str, list[Passage]]:
    """Return the text of sentences of words, and the passage of each word.

    A sentence that ends like none (a headline, a date line) is a paragraph. With `hyphens` a lone hyphen or slash
    joins the words beside it.
    """
    text, passages = "", []
    for sentence in sentences:
        glued, opened = True, False
        if text:
            text += " " if _ENDS_SENTENCE.search(text) else "\n\n"
        for word in sentence:
            closes = word == '"' and opened
            joined = glued or closes or (hyphens and word in _GLUE) or _NO_SPACE_BEFORE.fullmatch(word)
            if text and not joined:
                text += " "
            opens = word == '"' and not opened
            opened ^= word == '"'
            written = {"``": "“", "''": "”"}.get(word, word)
            passages.append(Passage(len(text), len(text) + len(written)))
            text += written
            glued = opens or bool(_NO_SPACE_AFTER.fullmatch(word)) or (hyphens and word in _GLUE)
    return text, passages


def _text_of(root: ElementTree.Element, *, skip_address: bool, hyphens: bool) -> tuple[str, dict[str, _Word]]:
    sentences: dict[int, list[tuple[str, str]]] = {}
    for token in root.iter("token"):
        sentence = int(token.attrib["sentence"])
        if not (skip_address and sentence == 0):
            sentences.setdefault(sentence, []).append((token.attrib["t_id"], token.text or ""))
    text, passages = join_words([[w for _, w in s] for s in sentences.values()], hyphens=hyphens)
    flat = [(t_id, word, number) for number, s in sentences.items() for t_id, word in s]
    return text, {t: _Word(w, n, p) for (t, w, n), p in zip(flat, passages, strict=True)}


def _ecbplus_mentions(
    root: ElementTree.Element, words: dict[str, _Word], name: str, sentences: set[int], common: frozenset[str]
) -> Iterator[GoldMention]:
    chain_of: dict[str, str] = {}
    for relation in root.iterfind("./Relations/*"):
        across = relation.tag == "CROSS_DOC_COREF"
        chain = relation.attrib["note"] if across else f"{name}:{relation.attrib['r_id']}"
        chain_of.update((source.attrib["m_id"], chain) for source in relation.iter("source"))
    for marked in root.iterfind("./Markables/*"):
        anchored = _anchored(marked, words)
        kind = _ECBPLUS_KINDS.get(marked.tag)
        if kind is None or not anchored or anchored[0].sentence not in sentences:
            continue
        m_id = marked.attrib["m_id"]
        form = _form_of(anchored, words, common)
        chain = chain_of.get(m_id, f"{name}:{m_id}")
        yield _mention(anchored, kind, form, chain, linked=m_id in chain_of)


def _meantime_mentions(
    root: ElementTree.Element, words: dict[str, _Word], name: str, common: frozenset[str]
) -> Iterator[GoldMention]:
    marked = {m.attrib["m_id"]: m for m in root.iter("ENTITY_MENTION")}
    entities = {e.attrib["m_id"]: e for e in root.iter("ENTITY")}
    for relation in root.iter("REFERS_TO"):
        target = relation.find("target")
        entity = entities.get(target.attrib["m_id"]) if target is not None else None
        kind = _MEANTIME_KINDS.get(entity.attrib.get("ent_type", "")) if entity is not None else None
        if entity is None or kind is None:
            continue
        chain = entity.attrib.get("instance_id") or f"{name}:{entity.attrib['m_id']}"
        for source in relation.iter("source"):
            mention = marked.get(source.attrib["m_id"])
            anchored = _anchored(mention, words) if mention is not None else []
            if mention is None or not anchored:
                continue
            told = _FORMS.get(mention.attrib.get("syntactic_type", ""))
            pronoun = _is_pronoun(anchored)
            form: MentionForm = "pronoun" if pronoun else told or _form_of(anchored, words, common)
            yield _mention(anchored, kind, form, chain, linked=True)


def _anchored(marked: ElementTree.Element, words: dict[str, _Word]) -> list[_Word]:
    found = [words[a.attrib["t_id"]] for a in marked.iter("token_anchor") if a.attrib["t_id"] in words]
    return sorted(found, key=lambda w: w.passage)


def _mention(anchored: list[_Word], kind: Kind, form: MentionForm, chain: str, *, linked: bool) -> GoldMention:
    head = _head_of(anchored)
    whole = Passage(anchored[0].passage.start, anchored[-1].passage.end)
    return GoldMention(whole, head.passage, kind, form, chain, linked)


def _head_of(anchored: Sequence[_Word]) -> _Word:
    """Return the last word of the first noun phrase of a mention."""
    head = anchored[0]
    for word in anchored:
        if head is not word and word.text.casefold() in (
            "of",
            "for",
            "in",
            "at",
            "who",
            ",",
            "(",
            "from",
            "with",
            "on",
        ):
            break
        if any(c.isalnum() for c in word.text) and word.text.casefold() not in ("'s", "’s"):
            head = word
    return head


def _is_pronoun(anchored: Sequence[_Word]) -> bool:
    pronouns = frozenset().union(*word_lists()["pronouns"].values())
    return len(anchored) == 1 and anchored[0].text.casefold() in pronouns


def _form_of(anchored: Sequence[_Word], words: dict[str, _Word], common: frozenset[str]) -> MentionForm:
    """Return the form of a mention by its spelling: a name where its head has a capital that is its own.

    At the start of a sentence and in headlines any word has one: there the words that are `common` are no names. An
    approximation, since neither corpus says the form throughout (ECB+ never).
    """
    if _is_pronoun(anchored):
        return "pronoun"
    head = _head_of(anchored)
    if not head.text[:1].isupper():
        return "nominal"
    sentence = [w for w in words.values() if w.sentence == head.sentence and w.text[0].isalpha()]
    capitals = sum(w.text[0].isupper() for w in sentence)
    led = head.passage.start == min(w.passage.start for w in sentence)
    anyway = led or capitals >= _HEADLINE * len(sentence)
    return "nominal" if anyway and head.text.casefold() in common else "name"


def _common_words(roots: Iterable[ElementTree.Element]) -> frozenset[str]:
    """Return the words that a corpus has more often without a capital than with one."""
    written = Counter(token.text or "" for root in roots for token in root.iter("token"))
    lowered: Counter[str] = Counter()
    for word, count in written.items():
        lowered[word.casefold()] += count if word.islower() else -count
    return frozenset(word for word, count in lowered.items() if count > 0)
