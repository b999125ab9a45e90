"""Records for the tests of exports: one written by hand, and any that Hypothesis likes."""

from dataclasses import replace

from hypothesis import strategies as st

from onrecord.identity import HeldRole, Identity, Member
from onrecord.model import (
    Candidate,
    Channel,
    Document,
    Entity,
    Event,
    Mention,
    PartialDate,
    Passage,
    ReadBy,
    Record,
    Reference,
    Review,
    Role,
    Statement,
    Term,
    make_id,
)

HOSTILE = "=1+1 </script></said>]]> <img src=x onerror=alert(1)> & \"'> {{ 7*7 }} \x07\x00 \u2028 @a"

TEXT = (
    "Irena Vokal, Iskar’s minister of water, told parliament on Tuesday that the river treaty was dead.\n"
    "\n"
    "“We waited nine years,” she said. “We will not wait a tenth.\n"
    "\n"
    "“The dam stays.”\n"
    "\n"
    "She denied that Tomas Rell had claimed that the dam was empty. Somebody is accused of selling it."
)


def passage(text, words, nth=0):
    """The passage of the nth place of some words."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Passage(at, at + len(words))


def dam_record(text=TEXT, **about):
    """Five statements with every field in use somewhere: nested, discontinuous, over paragraphs, without a source."""
    known = {
        "title": "The dam stays",
        "url": "https://iskar.example/dam",
        "publisher": "Iskar Post",
        "byline": "L. Moun",
    }
    document = Document(text, **{"published": "2031-04-02", "language": "en", "name": "dam.txt"} | known | about)

    def at(words, nth=0):
        return passage(text, words, nth)

    vokal = Entity(
        make_id("en", document.id, "vokal"),
        "person",
        "Irena Vokal",
        None,
        ("Vokal",),
        (Mention(at("Irena Vokal"), "name"), Mention(at("she", 0), "pronoun"), Mention(at("She"), "pronoun")),
        (Role("minister of water", "Iskar", "current", at("minister of water"), "2029", None),),
    )
    rell = Entity(
        make_id("en", document.id, "rell"), "person", "Tomas Rell", None, (), (Mention(at("Tomas Rell"), "name"),)
    )
    parliament = Entity(
        make_id("en", document.id, "house"),
        "organization",
        None,
        "parliament",
        (),
        (Mention(at("parliament"), "nominal"),),
    )
    unseen = Entity(make_id("en", document.id, "orn"), "group", "Orn", None, ("the Orn",), ())

    def said(source, cue, *content, **more):
        sources, cues = ((at(*source),) if source else ()), ((at(*cue),) if cue else ())
        found = Statement(
            make_id("st", document.id, *content, *cues), sources, cues, tuple(content), "indirect", "say", 0.875
        )
        return replace(found, **more)

    tail = Passage(text.index("“We will not"), text.index("stays.”") + len("stays.”"))
    statements = (
        said(
            ("Irena Vokal",),
            ("told",),
            at("that the river treaty was dead"),
            speaker=vokal.id,
            addressee=Reference(at("parliament"), parliament.id),
            channel=Channel("parliament", "Iskar’s parliament", at("parliament"), parliament.id),
            said_on=PartialDate("2031-04-01", at("on Tuesday")),
            review=Review("corrected", "L. Moun", "2031-04-03"),
        ),
        said(
            ("she",), ("said",), at("“We waited nine years,”"), tail, form="direct", speaker=vokal.id, confidence=0.9375
        ),
        said(
            ("She",),
            ("denied",),
            at("that Tomas Rell had claimed that the dam was empty"),
            act="deny",
            speaker=vokal.id,
        ),
        said(("Tomas Rell",), ("claimed",), at("that the dam was empty"), negated=True, form="mixed", speaker=rell.id),
        said(
            None,
            ("accused",),
            at("selling it"),
            act="accuse",
            confidence=0.25,
            candidates=(Candidate(rell.id, 0.5), Candidate(unseen.id, 0.25)),
        ),
    )
    return Record(document, statements, (vokal, rell, parliament, unseen), ReadBy("0.1.0", "7223ac3432b1"))


JAILED = (
    "\n\nTomas Rell was jailed in Vessen by the Iskar court on 1 April 2031 for two years for selling the dam. "
    "He may be pardoned in June, she said."
)


def jail_record(**about):
    """The dam's record with two events: a sentence with every field in use, and a pardon that is planned."""
    text = TEXT + JAILED
    record = dam_record(text, **about)
    vokal, rell, house, unseen = record.entities

    def at(words):
        return passage(text, words)

    def until_stop(words):
        start = text.index(words)
        return Passage(start, text.index(".", start) + 1)

    rell = replace(rell, mentions=(*rell.mentions, Mention(passage(text, "Tomas Rell", 1), "name")))
    court = Entity(
        make_id("en", record.document.id, "court"),
        "organization",
        "Iskar court",
        None,
        (),
        (Mention(at("the Iskar court"), "name"),),
    )
    sentence = Event(
        make_id("ev", record.document.id, "sentence"),
        "sentence",
        rell.id,
        "happened",
        (at("jailed"), at("accused")),
        (until_stop("Tomas Rell was"), until_stop("Somebody is accused")),
        0.8125,
        PartialDate("2031-04-01", at("1 April 2031")),
        Term("P2Y", at("two years")),
        at("selling the dam"),
        Reference(at("the Iskar court"), court.id),
        Reference(at("Vessen"), None),
        None,
        Review("accepted", "L. Moun", "2031-04-03"),
    )
    pardon = Event(
        make_id("ev", record.document.id, "pardon"),
        "pardon",
        rell.id,
        "planned",
        (at("pardoned"),),
        (until_stop("He may"),),
        0.5,
        PartialDate("2031-06", at("June")),
        reported_in=record.statements[1].id,
    )
    return replace(record, entities=(vokal, rell, house, unseen, court), events=(sentence, pardon))


def who_of(*records, name="Irena Vokal"):
    """Who is who: the people of one name in all records are one."""
    members = [Member(r.document.id, e.id) for r in records for e in r.entities if e.name == name]
    roles = tuple(
        HeldRole(r.document.id, role) for r in records for e in r.entities if e.name == name for role in e.roles
    )
    one = Identity(make_id("who", name), "person", name, None, ("Vokal",), roles, tuple(members), len(records), 6, 9)
    return dict.fromkeys(members, one)


_letters = st.characters(codec="utf-8", exclude_characters="\x00") | st.sampled_from("\n\n \t<&\"'=]>\r\u2028“”")
_words = st.text(_letters, max_size=8)
_dates = st.sampled_from(["2031", "2031-04", "2031-04-02"])


@st.composite
def records(draw, letters=_letters):
    """Any record whose passages lie in its text, in the order of the text, with nothing empty."""
    text = draw(st.text(letters, min_size=2, max_size=60))

    def some_passages(least):
        borders = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted))
        pairs = zip(borders[::2], borders[1::2], strict=False)
        found = tuple(Passage(start, end) for start, end in pairs)
        return found if least or draw(st.booleans()) else ()

    def one_passage():
        return some_passages(1)[0]

    document = Document(
        text,
        **{key: draw(st.none() | _words) for key in ("title", "url", "publisher", "byline", "language", "name")},
        published=draw(st.none() | _dates),
    )
    kinds = st.sampled_from(["person", "organization", "group", "place", "document"])
    forms = st.sampled_from(["name", "nominal", "pronoun"])
    entities = tuple(
        Entity(
            make_id("en", document.id, number),
            draw(kinds),
            draw(st.none() | _words),
            draw(st.none() | _words),
            tuple(draw(st.lists(_words, max_size=2))),
            tuple(Mention(one_passage(), draw(forms)) for _ in range(draw(st.integers(0, 2)))),
            tuple(
                Role(
                    draw(_words),
                    draw(st.none() | _words),
                    draw(st.sampled_from(["current", "former"])),
                    one_passage(),
                    draw(st.none() | _dates),
                    draw(st.none() | _dates),
                )
                for _ in range(draw(st.integers(0, 1)))
            ),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    an_id = st.none() | st.sampled_from([e.id for e in entities]) if entities else st.none()
    statements = tuple(
        Statement(
            make_id("st", document.id, number),
            some_passages(0),
            some_passages(0),
            some_passages(1),
            draw(st.sampled_from(["direct", "indirect", "mixed"])),
            draw(st.sampled_from(["say", "deny", "ask", "believe"])),
            draw(st.floats(0, 1)),
            draw(st.booleans()),
            draw(an_id),
            tuple(Candidate(e.id, 0.5) for e in entities[: draw(st.integers(0, 1))]),
            draw(st.none() | st.builds(lambda e: Reference(one_passage(), e), an_id)),
            draw(
                st.none() | st.builds(lambda n, e: Channel("interview", n, one_passage(), e), st.none() | _words, an_id)
            ),
            draw(st.none() | st.builds(lambda day: PartialDate(day, one_passage()), _dates)),
            draw(st.none() | st.builds(Review, st.sampled_from(["accepted", "corrected"]), _words, _dates)),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    told = st.none() | st.sampled_from([s.id for s in statements] or [None])
    events = tuple(
        Event(
            make_id("ev", document.id, number),
            draw(st.sampled_from(["arrest", "sentence", "release", "escape", "house_arrest"])),
            draw(st.sampled_from(entities)).id,
            draw(st.sampled_from(["happened", "planned", "requested"])),
            triggers := some_passages(1),
            tuple(one_passage() for _ in triggers),
            draw(st.floats(0, 1)),
            draw(st.none() | st.builds(lambda day: PartialDate(day, one_passage()), _dates)),
            draw(st.none() | st.builds(lambda t, s: Term(t, one_passage(), s), st.just("P2Y/P3Y"), st.booleans())),
            one_passage() if draw(st.booleans()) else None,
            draw(st.none() | st.builds(lambda e: Reference(one_passage(), e), an_id)),
            draw(st.none() | st.builds(lambda e: Reference(one_passage(), e), an_id)),
            draw(told),
            draw(st.none() | st.builds(Review, st.just("accepted"), _words, _dates)),
        )
        for number in range(draw(st.integers(0, 2)) if entities else 0)
    )
    read_by = draw(st.none() | st.builds(ReadBy, _words, _words))
    return Record(document, statements, entities, read_by, events)
