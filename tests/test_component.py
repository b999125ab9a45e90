import spacy

import onrecord

TEXT = "“We won't go,” said Irena Vokal. She hopes that the port-of-call reopens."


def test_component_gives_spans_of_the_doc():
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord")
    doc = nlp(TEXT)
    first = doc._.statements[0]
    assert [span.text for span in first.content] == ["We won't go,"]
    assert [span.text for span in first.source] == ["Irena Vokal"]
    assert (first.form, first.act, first.negated) == ("direct", "say", False)


def test_component_finds_what_the_library_finds():
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord")
    found = [found.statement for found in nlp(TEXT)._.statements]
    assert found == list(onrecord.read(onrecord.Document(TEXT)).statements)


def test_component_may_leave_out_unsure_statements():
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord", config={"min_confidence": 1.0})
    assert all(found.confidence >= 1.0 for found in nlp(TEXT)._.statements)


def test_component_reads_an_empty_doc():
    nlp = spacy.blank("en")
    nlp.add_pipe("onrecord")
    assert nlp("")._.statements == ()
