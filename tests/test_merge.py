"""Who is who across articles: records written by hand, of people and places that do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import Decision, Document, Entity, Member, Mention, Passage, Record, Role, Statement, WrongUsage, merge
from onrecord.entities.merge import People
from onrecord.model import EntityKind, make_id


@dataclass(frozen=True)
class Who:
    """An entity to be: its kind, its names as the article has them, and what it tells of it."""

    kind: EntityKind
    names: tuple[str, ...]
    posts: tuple[tuple[str, str | None], ...] = ()
    address: str = ""
    pronouns: tuple[str, ...] = ()
    says: int = 0
    label: str | None = None


def person(*names, posts=(), address="", pronouns=(), says=0):
    return Who("person", names, tuple(posts), address, tuple(pronouns), says)


def body(*names, says=0):
    return Who("organization", names, says=says)


def place(*names):
    return Who("place", names)


def article(name: str, *entities: Who, published: str | None = None) -> Record:
    """Return a record whose text has every name, address and pronoun of the entities in their order."""
    text, made, statements = f"{name}.", [], []
    for who in entities:
        mentions = []
        for written, form in [*((n, "name") for n in who.names), *((p, "pronoun") for p in who.pronouns)]:
            text += f" {who.address} " if who.address and form == "name" else " "
            mentions.append(Mention(Passage(len(text), len(text) + len(written)), form))
            text += written
        if not mentions:
            text += f" {who.label}"
            mentions.append(Mention(Passage(len(text) - len(who.label or ""), len(text)), "nominal"))
        here = mentions[0].passage
        roles = tuple(Role(title, organization, "current", here) for title, organization in who.posts)
        first = who.names[0] if who.names else None
        entity = make_id("en", name, who.kind, here)
        made.append(
            Entity(entity, who.kind, first, None if first else who.label, who.names[1:], tuple(mentions), roles)
        )
        for k in range(who.says):
            said = Statement(
                make_id("st", name, entity, k), (here,), (), (here,), "indirect", "say", 0.9, speaker=entity
            )
            statements.append(said)
    return Record(Document(text, published=published, name=name), tuple(statements), tuple(made))


def member(record: Record, name: str) -> Member:
    """Return the member of the entity that a record has of a name or label."""
    return next(Member(record.document.id, e.id) for e in record.entities if e.called == name)


def joined(people: People, *members: Member) -> bool:
    """Tell whether some members are all of one identity."""
    return len({people.identity_of(m) for m in members}) == 1


def groups(people: Iterable) -> set[frozenset[Member]]:
    return {frozenset(identity.members) for identity in people}


# --- full names -------------------------------------------------------------------------------


def test_full_name_joins_across_articles():
    a = article("a", person("Irena Vokal", "Vokal", says=2))
    b = article("b", person("Irena Vokal", says=1))
    [vokal] = merge([a, b])
    assert (vokal.name, vokal.kind, vokal.aliases) == ("Irena Vokal", "person", ("Vokal",))
    assert (vokal.articles, vokal.statements, vokal.mentions) == (2, 3, 3)
    assert set(vokal.members) == {member(a, "Irena Vokal"), member(b, "Irena Vokal")}


def test_two_people_of_one_surname_stay_two():
    a, b = article("a", person("Irena Vokal", "Vokal")), article("b", person("Oskar Vokal", "Vokal"))
    assert len(merge([a, b])) == 2


def test_titles_accents_and_hyphens_are_no_difference():
    a = article("a", person("José Ryu-Ha"), person("Minister Irena Vokal"))
    b = article("b", person("Jose Ryu Ha"), person("Irena Vokal"))
    assert len(merge([a, b])) == 2


def test_middle_initial_may_be_left_out_but_not_differ():
    a, b, c = (article(n[0], person(n)) for n in ("John Q. Orr", "John Orr", "John F. Orr"))
    assert joined(merge([a, b]), member(a, "John Q. Orr"), member(b, "John Orr"))
    people = merge([a, b, c])
    assert not joined(people, member(a, "John Q. Orr"), member(c, "John F. Orr"))


def test_middle_name_may_be_left_out():
    a, b = article("a", person("John Quincy Orr")), article("b", person("John Orr"))
    assert len(merge([a, b])) == 1


def test_father_and_son_are_told_apart_by_their_suffix():
    a, b = article("a", person("John Orr Sr.")), article("b", person("John Orr Jr."))
    assert len(merge([a, b])) == 2


def test_a_name_without_a_suffix_is_neither_father_nor_son_for_certain():
    a, b, c = (article(n, person(n)) for n in ("John Orr Sr.", "John Orr Jr.", "John Orr"))
    assert len(merge([a, b, c])) == 3


def test_company_tells_father_from_son():
    a = article("a", person("John Orr Sr."), body("Vessen Steel"), person("Ada Linde"))
    b = article("b", person("John Orr Jr."), body("Lorvian Rowing Club"), person("Tom Berg"))
    c = article("c", person("John Orr"), body("Lorvian Rowing Club"), person("Tom Berg"))
    people = merge([a, b, c])
    assert joined(people, member(b, "John Orr Jr."), member(c, "John Orr"))


def test_a_man_and_a_woman_of_one_name_are_two():
    a = article("a", person("Robin Dell", address="Mr."))
    b = article("b", person("Robin Dell", pronouns=("She", "her", "she")))
    assert len(merge([a, b])) == 2


def test_initial_for_a_first_name_needs_company():
    a = article("a", person("John Orr"), person("Ada Linde"), body("Harbour Board"))
    b = article("b", person("J. Orr"), person("Ada Linde"), body("Harbour Board"))
    c = article("c", person("J. Orr"), body("Lorvian Rowing Club"))
    people = merge([a, b, c])
    assert joined(people, member(a, "John Orr"), member(b, "J. Orr"))
    assert not joined(people, member(a, "John Orr"), member(c, "J. Orr"))


def test_initial_that_differs_is_never_joined():
    a = article("a", person("John Orr"), person("Ada Linde"), body("Harbour Board"))
    b = article("b", person("P. Orr"), person("Ada Linde"), body("Harbour Board"))
    assert not joined(merge([a, b]), member(a, "John Orr"), member(b, "P. Orr"))


def test_married_name_joins_where_an_article_gives_both():
    a = article("a", person("Irena Vokal"))
    b = article("b", person("Irena Vokal", "Irena Dell"))
    c = article("c", person("Irena Dell"))
    assert len(merge([a, b, c])) == 1


def test_one_article_that_mistakes_one_for_another_does_not_join_the_two():
    slip = article("slip", person("Irena Vokal", "Oskar Dell"))
    rest = [article(f"{n} {k}", person(n)) for n in ("Irena Vokal", "Oskar Dell") for k in range(8)]
    people = merge([slip, *rest])
    assert not joined(people, member(rest[0], "Irena Vokal"), member(rest[-1], "Oskar Dell"))


def test_headline_that_runs_a_name_on_is_still_the_name():
    plain = [article(f"{k}", person("Oskar Dell", "Dell")) for k in range(5)]
    headline = article("headline", person("Striker Vessen Oskar Dell", "Oskar Dell"))
    assert len(merge([*plain, headline])) == 1


def test_another_spelling_joins_with_company_alone():
    company = (person("Ada Linde"), body("Harbour Board"))
    a, b = article("a", person("Oskar Gadhari"), *company), article("b", person("Oscar Gadhari"), *company)
    c, d = article("c", person("Oskar Gadari"), *company), article("d", person("Oskar Gaddari"))
    people = merge([a, b, c, d])
    assert joined(people, member(a, "Oskar Gadhari"), member(b, "Oscar Gadhari"), member(c, "Oskar Gadari"))
    assert not joined(people, member(a, "Oskar Gadhari"), member(d, "Oskar Gaddari"))


def test_another_first_name_is_not_another_spelling():
    company = (person("Ada Linde"), body("Harbour Board"))
    a, b = article("a", person("Maria Gadhari"), *company), article("b", person("Mario Gadhari"), *company)
    assert not joined(merge([a, b]), member(a, "Maria Gadhari"), member(b, "Mario Gadhari"))


def test_two_names_beside_each_other_are_not_two_spellings():
    company = (person("Ada Linde"), body("Harbour Board"))
    both = article("a", person("Oskar Gadhari"), person("Oskar Gadari"), *company)
    people = merge([both, article("b", person("Oskar Gadari"), *company)])
    assert not joined(people, member(both, "Oskar Gadhari"), member(both, "Oskar Gadari"))


# --- roles ------------------------------------------------------------------------------------


def test_one_name_with_two_trades_and_no_company_is_two():
    a = article("a", person("John Orr", posts=[("senator", "Lorvian Senate")]), person("Ada Linde"))
    b = article("b", person("John Orr", posts=[("striker", "Vessen Rovers")]), person("Tom Berg"))
    assert len([i for i in merge([a, b]) if i.name == "John Orr"]) == 2


def test_somebody_who_changed_trade_is_one_where_the_company_is_the_same():
    a = article("a", person("John Orr", posts=[("striker", "Vessen Rovers")]), person("Ada Linde"))
    b = article("b", person("John Orr", posts=[("senator", "Lorvian Senate")]), person("Ada Linde"))
    assert len([i for i in merge([a, b]) if i.name == "John Orr"]) == 1


def test_one_title_in_two_countries_is_two():
    a = article("a", person("Sara Kim", posts=[("prime minister", "Lorvia")]))
    b = article("b", person("Sara Kim", posts=[("prime minister", "Vessenland")]))
    assert len(merge([a, b])) == 2


def test_roles_of_all_articles_are_kept_with_their_document():
    a = article("a", person("Irena Vokal", posts=[("minister", "Lorvia")]))
    b = article("b", person("Irena Vokal", posts=[("lawmaker", None)]))
    [vokal] = merge([a, b])
    assert {(h.document, h.role.title) for h in vokal.roles} == {
        (a.document.id, "minister"),
        (b.document.id, "lawmaker"),
    }


# --- bare surnames ----------------------------------------------------------------------------


def test_bare_surname_does_not_join_by_itself():
    a, b = article("a", person("Irena Vokal")), article("b", person("Vokal"))
    people = merge([a, b])
    assert not joined(people, member(a, "Irena Vokal"), member(b, "Vokal"))
    assert "bare surname" in people.why(member(b, "Vokal")).reasons[0].words


def test_two_bare_surnames_do_not_join():
    assert len(merge([article("a", person("Vokal")), article("b", person("Vokal"))])) == 2


def test_bare_surname_joins_with_company():
    a = article("a", person("Irena Vokal"), person("Oskar Dell"), body("Lorvian Rescue Party"))
    b = article("b", person("Vokal"), person("Oskar Dell"), body("Lorvian Rescue Party"))
    people = merge([a, b])
    assert joined(people, member(a, "Irena Vokal"), member(b, "Vokal"))
    assert any("Oskar Dell" in reason.words for reason in people.why(member(b, "Vokal")).reasons)


def test_bare_surname_joins_with_a_role_and_the_time():
    a = article("a", person("Irena Vokal", posts=[("minister", "Lorvia")]), published="2021-03-02")
    b = article("b", person("Vokal", posts=[("minister", None)]), published="2021-03-20")
    c = article("c", person("Vokal", posts=[("minister", None)]), published="2024-09-01")
    people = merge([a, b, c])
    assert joined(people, member(a, "Irena Vokal"), member(b, "Vokal"))
    assert not joined(people, member(a, "Irena Vokal"), member(c, "Vokal"))


def test_bare_surname_that_two_may_have_in_the_same_company_joins_neither():
    company = (person("Oskar Dell"), body("Lorvian Rescue Party"))
    a, b = article("a", person("Irena Vokal"), *company), article("b", person("Petr Vokal"), *company)
    c = article("c", person("Vokal"), *company)
    people = merge([a, b, c])
    assert not joined(people, member(c, "Vokal"), member(a, "Irena Vokal"))
    assert not joined(people, member(c, "Vokal"), member(b, "Petr Vokal"))


def test_bare_surname_goes_to_the_one_whose_company_it_keeps():
    a = article("a", person("Irena Vokal"), person("Oskar Dell"), body("Lorvian Rescue Party"))
    b = article("b", person("Petr Vokal"), person("Tom Berg"), body("Vessen Rovers"))
    c = article("c", person("Vokal"), person("Tom Berg"), body("Vessen Rovers"))
    people = merge([a, b, c])
    assert joined(people, member(b, "Petr Vokal"), member(c, "Vokal"))


def test_bare_surname_of_the_other_gender_is_not_joined():
    company = (person("Oskar Dell"), body("Lorvian Rescue Party"))
    a, b = (
        article("a", person("Irena Vokal", address="Ms."), *company),
        article("b", person("Vokal", address="Mr."), *company),
    )
    assert not joined(merge([a, b]), member(a, "Irena Vokal"), member(b, "Vokal"))


def test_bare_surnames_of_a_man_and_a_woman_in_one_company_are_two():
    company = (person("Oskar Dell"), body("Lorvian Rescue Party"))
    a, b = (article(n, person("Vokal", address=n), *company) for n in ("Ms.", "Mr."))
    c = article("c", person("Vokal", address="Mr."), *company)
    people = merge([a, b, c])
    assert not joined(people, member(a, "Vokal"), member(b, "Vokal"))
    assert joined(people, member(b, "Vokal"), member(c, "Vokal"))


def test_title_alone_is_nobody():
    assert len(merge([article("a", person("Doctor")), article("b", person("Doctor"))])) == 2


# --- organisations and places -----------------------------------------------------------------


def test_acronym_joins_the_name_that_another_article_gives_it_to():
    a = article("a", body("Lorvian Rescue Party", "LRP"))
    b, c = article("b", body("LRP")), article("c", body("Lorvian Rescue Party"))
    people = merge([a, b, c])
    assert len(people) == 1
    assert any("both" in reason.words for reason in people.why(member(b, "LRP")).reasons)


def test_acronym_of_two_parties_goes_by_company():
    a = article("a", body("Lorvian Rescue Party", "LRP"), person("Irena Vokal"), place("Port Lorv"))
    b = article("b", body("Lumen Reform Party", "LRP"), person("Tom Berg"), place("Lumen City"))
    c = article("c", body("LRP"), person("Tom Berg"), place("Lumen City"))
    people = merge([a, b, c])
    assert joined(people, member(b, "Lumen Reform Party"), member(c, "LRP"))
    assert not joined(people, member(a, "Lorvian Rescue Party"), member(b, "Lumen Reform Party"))


def test_legal_form_and_article_are_no_difference():
    a, b = article("a", body("Vessen Steel Corp.")), article("b", body("the Vessen Steel"))
    assert len(merge([a, b])) == 1


def test_ministries_of_two_countries_are_two():
    a = article("a", body("Ministry of Defence"), place("Lorvia"))
    b = article("b", body("Ministry of Defence"), place("Vessenland"))
    c = article("c", body("the Ministry of Defence"), place("Lorvia"))
    people = merge([a, b, c])
    assert not joined(people, member(a, "Ministry of Defence"), member(b, "Ministry of Defence"))
    assert joined(people, member(a, "Ministry of Defence"), member(c, "the Ministry of Defence"))


def test_ministry_of_no_told_country_joins_nothing():
    a, b = article("a", body("Supreme Court")), article("b", body("Supreme Court"))
    assert len(merge([a, b])) == 2


def test_person_and_organization_of_one_name_are_two():
    a, b = article("a", person("Vessen Dell", address="Mr.")), article("b", body("Vessen Dell"))
    assert len(merge([a, b])) == 2


def test_what_most_articles_have_for_a_firm_is_a_firm():
    firms = [article(f"{k}", body("Vessen Computer")) for k in range(4)]
    slip = article("slip", person("Vessen Computer"))
    [firm] = merge([*firms, slip])
    assert firm.kind == "organization"


def test_place_and_person_of_one_word_are_two():
    a = article("a", place("Vokal"))
    b = article("b", person("Vokal"), person("Irena Vokal"))
    people = merge([a, b])
    assert not joined(people, member(a, "Vokal"), member(b, "Vokal"))


def test_documents_stand_apart():
    a = article("a", Who("document", ("Vokal Report",)))
    b = article("b", body("Vokal Report"))
    assert len(merge([a, b])) == 2


def test_what_no_article_names_is_never_joined():
    a, b = (article(n, Who("person", (), label="a spokesman")) for n in "ab")
    people = merge([a, b])
    assert len(people) == 2
    assert [identity.called for identity in people] == ["a spokesman", "a spokesman"]


# --- decisions --------------------------------------------------------------------------------


def test_decision_joins_what_names_do_not():
    a, b = article("a", person("Irena Vokal")), article("b", person("Rena V."))
    decision = Decision("join", member(a, "Irena Vokal"), member(b, "Rena V."), by="desk", on="2026-11-25")
    people = merge([a, b], [decision])
    assert len(people) == 1
    assert people.why(member(b, "Rena V.")).decision == decision


def test_decision_splits_what_names_join_and_survives_more_articles():
    a, b = article("a", person("John Orr"), person("Ada Linde")), article("b", person("John Orr"), person("Tom Berg"))
    people = merge([a, b], [Decision("split", member(b, "John Orr"), member(a, "John Orr"), by="desk")])
    assert not joined(people, member(a, "John Orr"), member(b, "John Orr"))
    more = [article(f"c{k}", person("John Orr"), person("Ada Linde")) for k in range(3)]
    near = article("d", person("John Orr"), person("Tom Berg"))
    for record in [*more, near]:
        people.add(record)
    assert not joined(people, member(a, "John Orr"), member(b, "John Orr"))
    assert joined(people, member(a, "John Orr"), *(member(r, "John Orr") for r in more))
    assert joined(people, member(b, "John Orr"), member(near, "John Orr"))


def test_join_survives_more_articles():
    a, b = article("a", person("Irena Vokal")), article("b", person("Vokal"))
    people = merge([a, b], [Decision("join", member(b, "Vokal"), member(a, "Irena Vokal"))])
    people.add(article("c", person("Petr Vokal"), person("Oskar Dell")))
    people.add(article("d", person("Irena Vokal")))
    assert joined(people, member(a, "Irena Vokal"), member(b, "Vokal"))


def test_later_decision_outranks_the_earlier():
    a, b = article("a", person("Irena Vokal")), article("b", person("Rena V."))
    pair = member(a, "Irena Vokal"), member(b, "Rena V.")
    people = merge([a, b], [Decision("join", *pair), Decision("split", *pair)])
    assert not joined(people, *pair)
    people.decide(Decision("join", *pair[::-1]))
    assert joined(people, *pair)


def test_later_split_outranks_a_chain_of_joins():
    a, b, c = (article(n[0], person(n)) for n in ("Anna Linde", "Berta Linde", "Clara Linde"))
    one, two, three = member(a, "Anna Linde"), member(b, "Berta Linde"), member(c, "Clara Linde")
    people = merge([a, b, c], [Decision("join", one, two), Decision("join", two, three), Decision("split", one, three)])
    assert not joined(people, one, three)


def test_decision_about_a_record_that_is_not_here_yet_waits():
    a, b = article("a", person("Irena Vokal")), article("b", person("Rena V."))
    people = merge([a], [Decision("join", member(a, "Irena Vokal"), member(b, "Rena V."))])
    assert len(people) == 1
    people.add(b)
    assert len(people) == 1


def test_decision_about_one_member_alone_is_wrong_usage():
    a = article("a", person("Irena Vokal"))
    with pytest.raises(WrongUsage, match="two members"):
        merge([a], [Decision("join", member(a, "Irena Vokal"), member(a, "Irena Vokal"))])


def test_asking_for_an_unknown_member_is_wrong_usage():
    with pytest.raises(WrongUsage, match="no record here"):
        merge([]).why(("doc-0", "en-0"))


# --- order, identity, growth ------------------------------------------------------------------


def _mixed() -> list[Record]:
    return [
        article("a", person("Irena Vokal", "Vokal"), person("Oskar Dell"), body("Lorvian Rescue Party", "LRP")),
        article("b", person("Vokal"), person("Oskar Dell"), body("LRP"), body("Ministry of Defence"), place("Lorvia")),
        article("c", person("Petr Vokal"), body("Ministry of Defence"), place("Vessenland")),
        article("d", person("John Orr Jr."), person("John Orr Sr."), body("Vessen Steel Workers", "Vessen Steel")),
        article("e", person("John Orr"), body("Vessen Steel"), person("Vessen")),
    ]


def test_order_of_the_records_does_not_matter():
    expected = groups(merge(_mixed()))
    ids = {(i.id, i.name, i.aliases) for i in merge(_mixed())}
    for order in permutations(_mixed()):
        people = merge(order)
        assert groups(people) == expected
        assert {(i.id, i.name, i.aliases) for i in people} == ids


def test_id_stays_when_articles_are_added():
    records = _mixed()
    people = merge(records[:1])
    before = people.identity_of(member(records[0], "Irena Vokal"))
    people.add(article("z", person("Irena Vokal", "Vokal")))
    assert people.identity_of(member(records[0], "Irena Vokal")) == before


def test_identity_as_json():
    [vokal] = merge([article("a", person("Irena Vokal", posts=[("minister", None)], says=1))])
    found = vokal.to_dict()
    assert found["name"] == "Irena Vokal"
    assert found["roles"][0]["document"] == vokal.members[0].document
    assert found["members"] == [list(vokal.members[0])]


NAMES = (
    "Irena Vokal",
    "Petr Vokal",
    "Vokal",
    "J. Orr",
    "John Orr",
    "John Orr Jr.",
    "John Quincy Orr",
    "Orr",
    "Oscar Dell",
    "Oskar Dell",
    "Striker Oskar Dell",
)
BODIES = ("Lorvian Rescue Party", "LRP", "Ministry of Defence", "Vessen Steel", "Vessen Steel Workers", "Vokal")
PLACES = ("Lorvia", "Vessenland")


@st.composite
def records(draw) -> list[Record]:
    found = []
    for k in range(draw(st.integers(0, 7))):
        people = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
        bodies = draw(st.lists(st.sampled_from(BODIES), max_size=3, unique=True))
        places = draw(st.lists(st.sampled_from(PLACES), max_size=1))
        alias = draw(st.sampled_from([(), ("LRP",), ("Vokal",)]))
        entities = [person(n) for n in people] + [body(n, *(a for a in alias if a != n)) for n in bodies]
        found.append(article(f"n{k}", *entities, *(place(n) for n in places)))
    return found


@settings(max_examples=60, deadline=None)
@given(records(), st.randoms(use_true_random=False))
def test_properties_of_merging(found, random):
    people = merge(found)
    everybody = [Member(r.document.id, e.id) for r in found for e in r.entities]
    listed = [m for identity in people for m in identity.members]
    assert sorted(listed) == sorted(everybody)  # each is somewhere, and only once
    assert groups(merge([*found, *found])) == groups(people)
    grown = merge([])
    for record in found:
        grown.add(record)
        list(grown)  # asking in between changes nothing
    assert groups(grown) == groups(people)
    random.shuffle(found)
    assert groups(merge(found)) == groups(people)
    for identity in people:
        assert {people.identity_of(m) for m in identity.members} == {identity.id}
        for m in identity.members:
            assert people.why(m).reasons or len(identity.members) == 1


@settings(max_examples=40, deadline=None)
@given(records(), st.data())
def test_decisions_hold_whatever_the_records(found, data):
    everybody = sorted(Member(r.document.id, e.id) for r in found for e in r.entities)
    if len(everybody) < 2:
        return
    pair = st.lists(st.sampled_from(everybody), min_size=2, max_size=2, unique=True)
    verdict = st.sampled_from(["join", "split"])
    decisions = [Decision(v, *p) for v, p in data.draw(st.lists(st.tuples(verdict, pair), min_size=1, max_size=4))]
    people = merge(found, decisions)
    last = decisions[-1]
    assert joined(people, last.a, last.b) == (last.verdict == "join")
    assert sorted(m for identity in people for m in identity.members) == everybody
