"""The schema takes what a record gives, and nothing that a reader of the JSON would stumble over."""

from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from onrecord.model import DisputeType, Skipped
from onrecord.schema import record_schema
from tests.dam import dam_record, jail_record
from tests.quarrel import hostile_quarrel, quarrel

SCHEMA = record_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("found", [dam_record(), jail_record(), quarrel(), hostile_quarrel(), Skipped("a", "empty")])
def test_schema_takes_what_is_given(found):
    VALIDATOR.validate(found.to_dict())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "quarrel"),
        ("reported", "yes"),
        ("title", []),
        ("marker", [3]),
        ("confidence", 1.5),
        ("id", "st-000000000000"),
        ("positions", []),
        ("positions", [{"statements": []}, {"statements": []}]),
    ],
)
def test_schema_refuses_a_dispute_that_is_none(key, value):
    data = quarrel().to_dict()
    data["disputes"][0][key] = value
    assert not VALIDATOR.is_valid(data)


def test_schema_knows_every_type_of_dispute():
    assert SCHEMA["$defs"]["dispute"]["properties"]["type"]["enum"] == list(get_args(DisputeType))
