"""Records of articles that tell what happened to somebody, made by hand: no model has to read them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from onrecord.custody import Told, told_of, with_ledger
from onrecord.model import (
    Document,
    Entity,
    Event,
    Mention,
    PartialDate,
    Passage,
    Record,
    Reference,
    Statement,
    Term,
    make_id,
)


@dataclass(frozen=True)
class Step:
    """An event to be; its sentence is made of its parts. With `reporter`, a statement tells it."""

    type: str
    modality: str = "happened"
    date: str | None = None
    term: str | None = None
    offence: str | None = None
    by: str | None = None
    place: str | None = None
    who: str = "Irena Vokal"
    reporter: str | None = None
    sure: float = 0.9
    suspended: bool = False


def article(*steps: Step, **about) -> Record:
    """Return the record of an article in which each step has a sentence of its own."""
    text, drafts = "", []
    for step in steps:
        places, begin = {}, len(text)
        for name in ("who", "type", "date", "term", "offence", "by", "place", "reporter"):
            words = getattr(step, name)
            if words:
                places[name] = Passage(len(text), len(text) + len(words))
                text += f"{words} "
        text = f"{text[:-1]}.\n"
        drafts.append((step, places, Passage(begin, len(text) - 1)))
    document = Document(text, **about)
    names: dict[str, list[Mention]] = {}
    for step, places, _ in drafts:
        names.setdefault(step.who, []).append(Mention(places["who"], "name"))
        if step.reporter:
            names.setdefault(step.reporter, []).append(Mention(places["reporter"], "name"))
    entities = {
        name: Entity(make_id("en", document.id, name), "person", name, None, (), tuple(found))
        for name, found in names.items()
    }
    statements, events = [], []
    for step, places, sentence in drafts:
        if step.reporter:
            source, speaker = (places["reporter"],), entities[step.reporter].id
            said = make_id("st", document.id, sentence)
            statements.append(Statement(said, source, (), (sentence,), "indirect", "say", 0.9, speaker=speaker))
        events.append(
            Event(
                id=make_id("ev", document.id, sentence),
                type=step.type,
                who=entities[step.who].id,
                modality=step.modality,
                triggers=(places["type"],),
                sentences=(sentence,),
                confidence=step.sure,
                date=PartialDate(step.date, places["date"]) if step.date else None,
                term=Term(step.term, places["term"], step.suspended) if step.term else None,
                offence=places.get("offence"),
                authority=Reference(places["by"]) if step.by else None,
                place=Reference(places["place"]) if step.place else None,
                reported_in=statements[-1].id if step.reporter else None,
            )
        )
    return with_ledger(Record(document, tuple(statements), tuple(entities.values()), None, tuple(events)))


def told(*records: Record) -> list[Told]:
    """Return the events of records, in which people of one name are one."""
    found = []
    for record in records:
        names = {entity.id: entity.called for entity in record.entities}
        found += [replace(one, event=replace(one.event, who=names[one.event.who])) for one in told_of(record)]
    return found


_types = st.sampled_from(["arrest", "charge", "trial", "conviction", "sentence", "imprisonment", "release", "escape"])
_modalities = st.sampled_from(["happened", "ongoing", "planned", "requested", "negated", "alleged"])
_dates = st.none() | st.sampled_from(["2016", "2016-10", "2016-10-04", "2018-08-25", "2018-08", "2018-W34", "2019"])


@st.composite
def articles(draw):
    """Some articles about two people."""
    steps = st.builds(
        Step,
        _types,
        _modalities,
        _dates,
        st.none() | st.sampled_from(["P2Y6M", "P30M", "P7Y/P20Y", "life"]),
        st.none() | st.sampled_from(["fraud", "tax fraud", "posts"]),
        who=st.sampled_from(["Irena Vokal", "Tomas Rell"]),
        reporter=st.none() | st.just("Mara Quist"),
    )
    days = st.sampled_from([None, "2018", "2018-08-27", "2019-01-02"])
    found = draw(st.lists(st.tuples(st.lists(steps, min_size=1, max_size=4), days), min_size=1, max_size=3))
    return [
        article(*some, published=day, url=f"https://iskar.example/{number}") for number, (some, day) in enumerate(found)
    ]
