"""What people are said to be, from whole small articles read by the model that ships."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord


def roles_of(record, name):
    person = next(e for e in record.entities if e.name == name)
    return [(r.title, r.organization, r.status) for r in person.roles]


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Rescue Party spokeswoman Irena Vokal said so.", "Irena Vokal", ("spokeswoman", "Rescue Party", "current")),
        (
            "The Lorvian Rescue Party (LRP) spokesman Oskar Dell said so.",
            "Oskar Dell",
            ("spokesman", "LRP", "current"),
        ),
        ("Oskar Dell, a former docker, said so.", "Oskar Dell", ("docker", None, "former")),
        ("Former mayor Oskar Dell said so.", "Oskar Dell", ("mayor", None, "former")),
        ("Prime minister-designate Oskar Dell said so.", "Oskar Dell", ("Prime minister", None, "designate")),
        ("Acting governor Irena Vokal said so.", "Irena Vokal", ("governor", None, "acting")),
        ("The president, Irena Vokal, said so.", "Irena Vokal", ("president", None, "current")),
        (
            "Irena Vokal, who is also party chairwoman, said so.",
            "Irena Vokal",
            ("party chairwoman", None, "current"),
        ),
        (
            "Oskar Dell, 45, an economist at the Tide Institute, said so.",
            "Oskar Dell",
            ("economist", "Tide Institute", "current"),
        ),
        ("Secretary of State Irena Vokal said so.", "Irena Vokal", ("Secretary of State", None, "current")),
        (
            "The leader of the Dockers’ Union, Orla Quist, said so.",
            "Orla Quist",
            ("leader", "Dockers’ Union", "current"),
        ),
        ("Vokal’s spokesman, Jan Holub, said so.", "Jan Holub", ("spokesman", None, "current")),
        ("Political analyst Orla Quist said so.", "Orla Quist", ("Political analyst", None, "current")),
    ],
)
def test_roles_are_read_next_to_names(text, name, role):
    assert role in roles_of(onrecord.read(text), name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("After meeting Irena Vokal, the minister said so.", "Irena Vokal"),
        ("The group also views President Oskar Dell with fear, Irena Vokal said.", "Irena Vokal"),
        ("Mr. Oskar Dell said so.", "Oskar Dell"),
        ("The dockers’ voice, Irena Vokal, contradicted the minister.", "Irena Vokal"),
        ("Oskar Dell was one of the first to say so, Irena Vokal said.", "Oskar Dell"),
        ("The end of the Rescue Party, Irena Vokal said, is near.", "Irena Vokal"),
        ("The port stays shut, said Irena Vokal, 52,", "Irena Vokal"),
    ],
)
def test_roles_are_not_made_up(text, name):
    assert roles_of(onrecord.read(text), name) == []


def test_roles_tell_since_and_until_when():
    record = onrecord.read("Oskar Dell, mayor of Vessen from 2009 to 2014, said the port would close.")
    [role] = next(e for e in record.entities if e.name == "Oskar Dell").roles
    assert (role.title, role.organization, role.status, role.since, role.until) == (
        "mayor",
        "Vessen",
        "former",
        "2009",
        "2014",
    )


def test_roles_passages_tell_them():
    record = onrecord.read("Former Rescue Party spokeswoman Irena Vokal, a lawyer, said so.")
    person = next(e for e in record.entities if e.name == "Irena Vokal")
    assert [record.document.slice(r.passage) for r in person.roles] == [
        "Former Rescue Party spokeswoman",
        "lawyer",
    ]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Irena Vokal",
                "the president",
                ",",
                "52",
                "former",
                "who is",
                "a",
                "minister",
                "-",
                "designate",
                "of",
                "LRP",
                "(",
            ]
        ),
        max_size=14,
    )
)
def test_roles_never_leave_the_text(parts):
    text = " ".join(["Oskar Dell said so.", *parts])
    for entity in onrecord.read(text).entities:
        for role in entity.roles:
            start, end = role.passage
            assert 0 <= start < end <= len(text)
            assert role.title
