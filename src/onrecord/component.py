"""The spaCy component: `nlp.add_pipe("onrecord")` gives every Doc its statements.

spaCy finds it through the package's entry point; nothing has to be imported first.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from onrecord.export.docbin import spans_of
from onrecord.model import Document, Entity, Form, Statement
from onrecord.pipeline import read_document


@dataclass(frozen=True, slots=True)
class SpanStatement:
    """A statement as spaCy spans. Where a passage cuts a token, its span covers the whole token.

    `statement` holds the exact characters, counted in `doc.text`.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    statement: Statement
    speaker: Entity | None
    """Who holds it, None where a reader could not tell."""

    @property
    def form(self) -> Form:
        """Direct, indirect or mixed."""
        return self.statement.form

    @property
    def act(self) -> str:
        """What the cue does."""
        return self.statement.act

    @property
    def negated(self) -> bool:
        """Whether the cue says that it was not said or held."""
        return self.statement.negated

    @property
    def confidence(self) -> float:
        """The chance that content and holder are right."""
        return self.statement.confidence


@Language.factory("onrecord", assigns=["doc._.statements"], default_config={"min_confidence": 0.0})
class StatementFinder:
    """Sets `doc._.statements`, a tuple of SpanStatement in the order of the text."""

    def __init__(self, nlp: Language, name: str, min_confidence: float) -> None:  # noqa: ARG002 (spaCy's form)
        self.name = name
        self.min_confidence = min_confidence
        if not Doc.has_extension("statements"):
            Doc.set_extension("statements", default=())

    def __call__(self, doc: Doc) -> Doc:
        """Find the statements of a Doc. Needs no other component of the pipeline."""
        record = read_document(Document(doc.text))
        speakers = {entity.id: entity for entity in record.entities}
        doc._.statements = tuple(
            SpanStatement(
                spans_of(doc, s.source),
                spans_of(doc, s.cue),
                spans_of(doc, s.content),
                s,
                speakers.get(s.speaker or ""),
            )
            for s in record.statements
            if s.confidence >= self.min_confidence
        )
        return doc
