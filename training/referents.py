"""Train the choice of a pronoun's or a nominal's referent: `python -m training.referents`, after `training.mentions`.

On GUM, GAP and the articles of PolNeAR that the reader was trained on.

A softmax over the candidates of each mention and no candidate at all: linear in their features for nominals, with a
small network over the reader's states besides for pronouns. Candidates are what the program itself finds; a pronoun
whose referent it did not find teaches that none may be right.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eval.polnear import load_split
from onrecord.attribution.statements import find_statements
from onrecord.entities.candidates import FEATURES, NONE_FEATURES, Option, Referent, Scorer, level
from onrecord.entities.discourse import Discourse, follow
from onrecord.entities.mentions import WordMention
from onrecord.entities.names import bare, fold, word_lists
from onrecord.entities.sources import read_source
from onrecord.language.reader import MODEL_FOLDER, Analysis, Reader, Scores, load_reader
from onrecord.language.windows import Words
from onrecord.model import MentionForm, Statement
from training.corpus import is_held_out
from training.gum import load_gum

RIDGE, ROUNDS = 1e-3, 300
_REACH = {"pronoun": 3, "nominal": 12}
"""How many sentences before a masked name the same name must stand."""
_BY_TITLE, _BY_LIKE_NOUN = 0.7, 0.5
_UNNAMED = (0.1, 0.2)
"""How often a definite singular source ("the mayor", "the group") is nobody that the article names, for people and for
bodies. Of such sources drawn from PolNeAR's train set and read by us, all 13 people were named and 12 of 16 bodies."""
_ANYBODY = ("politician", "figure", "native", "newcomer", "maverick")
_ANY_BODY = ("outfit", "watchdog", "heavyweight", "newcomer")
"""What a masked person, and a masked organisation, is called where its name and its titles tell no noun."""
_ANY_WORDS = ((), (), ("longtime",), ("rural",), ("northern", "region"), ("embattled",), ("outspoken", "populist"))
"""What may stand before such a noun: what the article need not tell of anybody."""

NETWORKS, INNER, PRODUCT, DROP = 5, 32, 16, 0.3
RATE, DECAY, EPOCHS = 2e-3, 0.1, 12
_ARRAYS = ("linear", "inner", "pronoun", "candidate", "left", "right", "outer")

_STAND_IN = {"latest": 1.0, "agrees": 1.0, "none": -1.0}
UNTRAINED = Scorer(np.array([_STAND_IN.get(n, 0.0) for n in FEATURES + NONE_FEATURES], dtype=np.float32), {})
"""Chooses the latest that agrees, where the text goes on from a pronoun whose referent nobody wrote down."""


@dataclass(frozen=True)
class Choice:
    """A pronoun or nominal: the features of its candidates (N, F), the right one's number (N for none), the states.

    `state` is the reader's state of the mention (S,), `states` are those of the candidates (N, S).
    """

    rows: np.ndarray
    none: np.ndarray
    right: int
    mention: WordMention
    state: np.ndarray
    states: np.ndarray


Answer = Callable[[WordMention, Sequence[Option]], int | None]
"""Returns the right candidate's number, its count where none is right, or None where nobody knows."""


@dataclass(frozen=True)
class Reading:
    """A text as the reader reads it."""

    words: Words
    scores: Scores
    statements: Sequence[Statement]

    @property
    def shown(self) -> list[str]:
        """The words as written."""
        return [self.words.text[s:e] for s, e in zip(self.words.start.tolist(), self.words.end.tolist(), strict=True)]


def read(text: str, reader: Reader) -> Reading:
    """Return the reading of a text."""
    words = reader.encode(text)
    scores = reader.score(words)
    return Reading(words, scores, find_statements(Analysis(words, scores), "", reader))


def observe(
    reading: Reading, answer: Answer, mentions: list[WordMention] | None = None, *, fallible: bool = False
) -> list[Choice]:
    """Return the choices that a text poses, going on after each with the right referent.

    `mentions` stand in for those of the text. With `fallible`, the text goes on from a choice that nobody knows with
    the latest candidate that agrees; else with nobody.
    """
    found: list[Choice] = []
    states = reading.scores.hidden

    def decide(
        mention: WordMention, options: Sequence[Option], rows: Sequence[np.ndarray], none: np.ndarray
    ) -> np.ndarray:
        right = answer(mention, options)
        if right is None:
            return UNTRAINED.weigh(rows, none, states[0], states[:0]) if fallible else np.eye(len(rows) + 1)[-1]
        heads = [option.last.head for option in options]
        found.append(Choice(np.stack(rows), none, right, mention, states[mention.head], states[heads]))
        return np.eye(len(rows) + 1)[right]

    if len(reading.words):
        follow(reading.words, reading.scores, reading.statements, decide=decide, mentions=mentions)
    return found


def named_sources(reading: Reading, form: MentionForm) -> tuple[Discourse, list[tuple[WordMention, Referent]]]:
    """Return a text's discourse, and the names of sources that a writer might have put as pronouns or nominals.

    This is what attribution gives for free: who speaks is rarely the nearest name. A name counts if the same one stands
    in one of the sentences before, outside what is said here.
    """
    words, shown = reading.words, reading.shown
    discourse = follow(
        words, reading.scores, reading.statements, decide=lambda _m, _c, rows, _n: np.eye(len(rows) + 1)[-1]
    )
    found: dict[int, tuple[WordMention, Referent]] = {}
    for statement in reading.statements:
        begin, end = words.range_of(*statement.source[0]) if statement.source else (0, 0)
        inside = [m for m in discourse.mentions if begin <= m.outer < end]
        head = read_source(begin, end, shown, inside).mention if begin < end else None
        if head is None or head.form != "name" or head.outer < head.begin:
            continue
        referent = discourse.referent_of[head.begin]
        content = [words.range_of(*passage) for passage in statement.content]
        near = any(
            m.begin < head.begin
            and discourse.sentences.of(head.begin) - discourse.sentences.of(m.begin) <= _REACH[form]
            and not any(a <= m.begin < b for a, b in content)
            for m in referent.mentions
        )
        if near and (form == "nominal" or (referent.kinds[0] >= 0.5 and begin == head.begin and end == head.end)):
            found[head.begin] = (head, referent)
    return discourse, [found[k] for k in sorted(found)]


def with_pronouns(reading: Reading, reader: Reader, half: int) -> list[Choice]:
    """Return the choices of a text in which "he" and "she" were put for one half (0 or 1) of the names of sources."""
    discourse, sources = named_sources(reading, "pronoun")
    text, at, parts, moved = reading.words.text, 0, [], []
    spans: dict[int, list[int]] = {}  # the referent's names, by where the pronoun is in the new text
    for name, referent in sources[half::2]:
        start, end = int(reading.words.start[name.begin]), int(reading.words.end[name.end - 1])
        pronoun = "he" if referent.gender > 0 else "she"
        leads = name.begin == discourse.sentences.begins[discourse.sentences.of(name.begin)]
        parts += [text[at:start], pronoun.capitalize() if leads else pronoun]
        moved.append((end, len(pronoun) - (end - start)))
        at = end
        spans[start + sum(shift for _, shift in moved[:-1])] = [
            int(reading.words.start[m.begin]) for m in referent.mentions if m.form == "name" and m is not name
        ]
    if not spans:
        return []
    new = read("".join([*parts, text[at:]]), reader)
    shifted = {k: {s + sum(shift for end, shift in moved if end <= s) for s in names} for k, names in spans.items()}

    def answer(mention: WordMention, options: Sequence[Option]) -> int | None:
        wanted = shifted.get(int(new.words.start[mention.begin]))
        if wanted is None or mention.form != "pronoun":
            return None
        for number, option in enumerate(options):
            if any(int(new.words.start[m.begin]) in wanted for m in option.referent.mentions if m.form == "name"):
                return number
        return len(options)

    return observe(new, answer, fallible=True)


def with_nominals(reading: Reading) -> list[Choice]:
    """Return the choices of a text as if nominals stood for the names of its sources.

    Some of those named are taken from the candidates, so that nobody is right as often as in the news.
    """
    discourse, sources = named_sources(reading, "nominal")
    rng = random.Random(len(reading.words))
    put = {name.begin: _as_nominal(name, referent, discourse, rng) for name, referent in sources}
    truth = {name.begin: {m.begin for m in referent.mentions} for name, referent in sources}
    mentions = [put.get(m.begin, m) if m.form == "name" else m for m in discourse.mentions]

    def answer(mention: WordMention, options: Sequence[Option]) -> int | None:
        wanted = truth.get(mention.begin)
        if wanted is None:
            return None
        for number, option in enumerate(options):
            if any(m.begin in wanted for m in (*option.referent.mentions, *filter(None, [option.referent.first]))):
                return number
        return len(options)

    found = []
    for choice in observe(reading, answer, mentions, fallible=True):
        unnamed = rng.random() < _UNNAMED[choice.mention.kinds[0] < 0.5]
        if unnamed and choice.right < len(choice.rows) > 1:
            rows, states = (np.delete(column, choice.right, axis=0) for column in (choice.rows, choice.states))
            choice = replace(choice, rows=rows, states=states, right=len(rows))
        found.append(choice)
    return found


def _as_nominal(name: WordMention, referent: Referent, discourse: Discourse, rng: random.Random) -> WordMention:
    """Return a nominal that a writer might have put for a name: by what the text calls it, or by any noun."""
    told = [
        role for role in discourse.roles if discourse.referent_of[role.name.begin] is referent and role.name is not name
    ]
    kinds, modifiers = (0.9, 0.05, 0.05), ()
    if referent.kinds[0] < 0.5:
        kinds = (0.05, 0.9, 0.05)
        own = [w for m in referent.mentions[:1] for w in map(fold, m.words)]
        bodies = [
            w for w in own if w in word_lists()["organizations"]["words"] and w in word_lists()["kinds"]["organization"]
        ]
        noun = _perhaps_alike(rng.choice(bodies), rng) if bodies else rng.choice(_ANY_BODY)
    elif told and rng.random() < _BY_TITLE:
        role = rng.choice(told)
        noun = _perhaps_alike(bare(discourse.shown[role.head]), rng)
        modifiers = tuple(fold(w) for w in discourse.shown[role.begin : role.head] if w[0].isalnum())
        modifiers = modifiers if rng.random() < 0.5 else ()
    else:
        noun, modifiers = rng.choice(_ANYBODY), rng.choice(_ANY_WORDS)
    return replace(name, form="nominal", words=(noun,), kinds=kinds, gender=None, definite=True, modifiers=modifiers)


def _perhaps_alike(noun: str, rng: random.Random) -> str:
    rows = [sorted(row) for row in word_lists()["alike"].values() if noun in row]
    return rng.choice(rng.choice(rows)) if rows and rng.random() < _BY_LIKE_NOUN else noun


def from_polnear(split: Path, model: Path) -> Iterator[Choice]:
    """Yield the masked names of the articles that the reader was trained on; two processes read them."""
    texts = [article.text for article in load_split(split) if not is_held_out(article.name)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for found in pool.map(masked_choices, texts, repeat(model), chunksize=10):
            yield from found


def masked_choices(text: str, model: Path) -> list[Choice]:
    """Return the choices of a text with pronouns, and as if with nominals, for the names of its sources."""
    reader = load_reader(model)
    reading = read(text, reader)
    halves = [choice for half in (0, 1) for choice in with_pronouns(reading, reader, half)]
    return [*halves, *with_nominals(reading)]


def from_gum(folder: Path, split: str, reader: Reader) -> Iterator[Choice]:
    """Yield the pronouns of GUM that stand for a mention before them."""
    for document in load_gum(folder, split):
        reading = read(document.text, reader)
        chains: dict[int, str] = {}
        for mention in sorted(document.mentions, key=lambda m: m.start - m.end):
            first, last = reading.words.range_of(*mention.head)
            chains.update(dict.fromkeys(range(first, last), mention.entity))

        def answer(mention: WordMention, options: Sequence[Option], chains: dict[int, str] = chains) -> int | None:
            chain = chains.get(mention.head)
            if chain is None:
                return None
            for number, option in enumerate(options):
                if any(chains.get(k) == chain for k in range(option.last.begin, option.last.end)):
                    return number
            return len(options)

        yield from observe(reading, answer)


def from_gap(path: Path, reader: Reader) -> Iterator[Choice]:
    """Yield the pronouns of a GAP file that stand for one of its two names."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            right = next((name for name in "AB" if row[f"{name}-coref"].upper() == "TRUE"), None)
            if right is None:
                continue
            name, name_at = row[right], int(row[f"{right}-offset"])
            spoken = int(row["Pronoun-offset"])

            reading = read(row["Text"], reader)
            at = reading.words.range_of(spoken, spoken + 1)[0]
            place = reading.words.range_of(name_at, name_at + len(name))

            def answer(
                mention: WordMention,
                options: Sequence[Option],
                at: int = at,
                place: tuple[int, int] = place,
            ) -> int | None:
                if mention.head != at:
                    return None
                for number, option in enumerate(options):
                    if any(m.begin < place[1] and m.end > place[0] for m in option.referent.mentions):
                        return number
                return len(options)

            yield from observe(reading, answer)


class Network(nn.Module):
    """What `onrecord.entities.candidates.Scorer` computes, as a module to be trained."""

    def __init__(self, size: int, states: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, 1, bias=False)
        self.inner = nn.Linear(size, INNER)
        self.pronoun, self.candidate = (nn.Linear(states, INNER, bias=False) for _ in range(2))
        self.left, self.right = (nn.Linear(states, PRODUCT, bias=False) for _ in range(2))
        self.outer = nn.Linear(INNER, 1, bias=False)
        self.drop = nn.Dropout(DROP)
        for weight in (self.outer.weight, self.right.weight):
            nn.init.zeros_(weight)

    def forward(self, rows: Tensor, own: Tensor, others: Tensor) -> Tensor:
        """Return the scores (B, N) of features (B, N, F), levelled states of the mentions (B, S) and of the rest."""
        own, others = self.drop(own), self.drop(others)
        inner = torch.tanh(self.inner(rows) + self.pronoun(own)[:, None] + self.candidate(others))
        product = torch.einsum("br,bnr->bn", self.left(own), self.right(others))
        return (self.linear(rows) + self.outer(self.drop(inner))).squeeze(-1) + product

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights by the names that the scorer has for them."""
        both = {name: getattr(self, name).weight.detach().numpy().T for name in _ARRAYS}
        return {**both, "outer": both["outer"][:, 0], "bias": self.inner.bias.detach().numpy()}


def as_tensors(choices: Sequence[Choice]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return features (B, N, F), states (B, S) and (B, N, S), which candidates there are (B, N), and the right (B,).

    Last of the N is none of the candidates.
    """
    most, width = max(len(c.rows) for c in choices), len(choices[0].state)
    rows = torch.zeros(len(choices), most + 1, len(FEATURES) + len(NONE_FEATURES))
    own, others = torch.zeros(len(choices), width), torch.zeros(len(choices), most + 1, width)
    there = torch.zeros(len(choices), most + 1, dtype=torch.bool)
    right = torch.zeros(len(choices), dtype=torch.long)
    for k, choice in enumerate(choices):
        n = len(choice.rows)
        rows[k, :n, : len(FEATURES)] = torch.from_numpy(choice.rows)
        rows[k, most, len(FEATURES) :] = torch.from_numpy(choice.none)
        own[k] = torch.from_numpy(level(choice.state))
        others[k, :n] = torch.from_numpy(level(choice.states))
        there[k, :n] = there[k, most] = True
        right[k] = most if choice.right == n else choice.right
    return rows, own, others, there, right


def fit_linear(choices: Sequence[Choice]) -> np.ndarray:
    """Return the weights of the features (F,), by ridge-penalised likelihood."""
    rows, _, _, there, right = as_tensors(choices)
    weights = torch.zeros(rows.shape[2], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = (rows @ weights).masked_fill(~there, -1e9)
        value = nn.functional.cross_entropy(scores, right) + RIDGE * (weights**2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return weights.detach().numpy()


def fit_network(tensors: Sequence[Tensor], seed: int) -> dict[str, np.ndarray]:
    """Return the weights of one network for pronouns."""
    torch.manual_seed(seed)
    rows, own, others, there, right = tensors
    network = Network(rows.shape[2], own.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = [b for _ in range(EPOCHS) for b in torch.randperm(len(right)).split(128)]
    slower = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=len(batches))
    for batch in batches:
        scores = network(rows[batch], own[batch], others[batch]).masked_fill(~there[batch], -1e9)
        optimizer.zero_grad()
        nn.functional.cross_entropy(scores, right[batch]).backward()
        optimizer.step()
        slower.step()
    return network.arrays()


def fit_networks(choices: Sequence[Choice]) -> Scorer:
    """Return the scorer of pronouns: the mean of several networks that begin differently, written as one."""
    tensors = as_tensors(choices)
    fitted = [fit_network(tensors, seed) for seed in range(1, NETWORKS + 1)]
    linear = np.mean([arrays["linear"][:, 0] for arrays in fitted], axis=0)
    joined = {name: np.concatenate([arrays[name] for arrays in fitted], axis=-1) for name in fitted[0]}
    del joined["linear"]
    for name in ("outer", "left"):
        joined[name] = joined[name] / NETWORKS
    return Scorer(linear, joined)


def save(scorers: dict[str, Scorer], folder: Path) -> None:
    """Write the weights: those of the features by name, for a reader's eye, and the network's arrays."""
    names = FEATURES + NONE_FEATURES
    linear = {
        form: {name: round(float(w), 4) for name, w in zip(names, scorer.linear, strict=True)}
        for form, scorer in scorers.items()
    }
    (folder / "referents.json").write_text(json.dumps(linear, indent=1) + "\n", encoding="utf-8")
    arrays = {name: array.astype(np.float16) for name, array in scorers["pronoun"].arrays.items()}
    np.savez(folder / "referents.npz", **arrays)


def share_right(choices: Sequence[Choice], scorer: Scorer) -> float:
    """Return the share of choices that a scorer gets right, those with no right candidate included."""
    right = [int(scorer.weigh(list(c.rows), c.none, c.state, c.states).argmax()) == c.right for c in choices]
    return float(np.mean(right)) if right else 0.0


def main() -> None:
    """Train, measure on GUM's dev documents and GAP's validation file, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    reader = Reader(options.model)
    gum, gap = options.data / "gum", options.data / "gap"
    learned = [
        *from_gum(gum, "train", reader),
        *from_gap(gap / "gap-development.tsv", reader),
        *from_polnear(options.data / "polnear" / "train", options.model),
    ]
    of_form = {form: [c for c in learned if c.mention.form == form] for form in ("pronoun", "nominal")}
    scorers = {"pronoun": fit_networks(of_form["pronoun"]), "nominal": Scorer(fit_linear(of_form["nominal"]), {})}
    save(scorers, options.model)
    print(f"{len(learned)} mentions learned from")
    gum_dev, gap_dev = list(from_gum(gum, "dev", reader)), list(from_gap(gap / "gap-validation.tsv", reader))
    men_and_women = word_lists()["pronouns"]["male"] | word_lists()["pronouns"]["female"]
    for title, form, some in (
        ("GUM dev, pronouns", "pronoun", [c for c in gum_dev if c.mention.form == "pronoun"]),
        ("GUM dev, he and she", "pronoun", [c for c in gum_dev if c.mention.words[0].casefold() in men_and_women]),
        ("GUM dev, nominals", "nominal", [c for c in gum_dev if c.mention.form == "nominal"]),
        ("GAP validation", "pronoun", [c for c in gap_dev if c.mention.form == "pronoun"]),
    ):
        found = [c for c in some if c.right < len(c.rows)]
        print(
            f"{title:20} {share_right(some, scorers[form]):6.1%} right of {len(some)}; "
            f"{share_right(found, scorers[form]):6.1%} of the {len(found)} whose referent is among the candidates"
        )


if __name__ == "__main__":
    main()
