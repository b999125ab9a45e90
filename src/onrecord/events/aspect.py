"""Whether a verb tells of what is, of what goes on, or of what was: its tense and its helpers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

_HELPERS = ("aux", "auxpass")
_PRESENT = ("VBZ", "VBP")


def is_present(verb: Token) -> bool:
    """Tell whether a verb is in the present or the perfect: "is held", "has been held"."""
    return verb.tag_ in _PRESENT or any(c.tag_ in _PRESENT for c in _helpers(verb))


def is_perfect(verb: Token) -> bool:
    """Tell whether a verb is in a perfect: "has been held", "had held"."""
    return any(c.dep_ == "aux" and c.lower_ in ("has", "have", "had") for c in _helpers(verb))


def is_progressive(verb: Token) -> bool:
    """Tell whether a verb tells of what goes on or went on: "is holding", "was being held"."""
    helpers = {c.lower_ for c in _helpers(verb)}
    return bool(helpers & {"being", "is", "are", "was", "were"}) and (verb.tag_ == "VBG" or "being" in helpers)


def is_serving(verb: Token) -> bool:
    """Tell whether a verb says that a term is being served: "is serving", "men serving"; not "has served"."""
    helpers = _helpers(verb)
    if any(t.tag_ in _PRESENT for t in (verb, *helpers)):
        return verb.tag_ != "VBN" and not any(c.tag_ == "VBN" for c in helpers)
    return verb.tag_ == "VBG" and not any(c.dep_ == "aux" for c in helpers)


def _helpers(verb: Token) -> list[Token]:
    return [c for c in verb.children if c.dep_ in _HELPERS]
