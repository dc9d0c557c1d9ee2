"""Values: frozen, equal by their fields, and read and described by pydantic as they are."""

import pytest
from msgspec import field
from pydantic import ConfigDict, TypeAdapter, ValidationError

from segsync.value import Value


class _Place(Value, frozen=True):
    """Where something stands."""

    file: str
    line: int = 1


class _Note(Value, frozen=True):
    """What was noted.

    And where.
    """

    text: str
    places: tuple[_Place, ...] = ()
    words: dict[str, int] = field(default_factory=dict)


_NOTES = TypeAdapter(
    list[_Note],
    config=ConfigDict(
        strict=True, extra="forbid", json_schema_serialization_defaults_required=True
    ),
)


def test_a_value_cannot_be_changed_and_equals_its_twin() -> None:
    place = _Place("a.yaml")
    with pytest.raises(AttributeError, match="immutable"):
        place.line = 2  # type: ignore[misc] # what is tested
    assert place == _Place("a.yaml", 1)
    assert hash(place) == hash(_Place("a.yaml"))


def test_pydantic_reads_values_inside_of_values() -> None:
    text = '[{"text": "x", "places": [{"file": "a.yaml", "line": 3}]}, {"text": "y"}]'
    assert _NOTES.validate_json(text) == [_Note("x", (_Place("a.yaml", 3),)), _Note("y")]


def test_pydantic_refuses_what_is_missing_unknown_or_of_another_type() -> None:
    text = '[{"places": [{"file": 1, "line": 1, "column": 2}]}]'
    with pytest.raises(ValidationError) as caught:
        _NOTES.validate_json(text)
    assert [(each["loc"][1:], each["msg"]) for each in caught.value.errors()] == [
        (("text",), "Field required"),
        (("places", 0, "file"), "Input should be a valid string"),
        (("places", 0, "column"), "Unexpected keyword argument"),
    ]


def test_the_schema_of_a_value_is_that_of_an_object_with_its_fields_alone() -> None:
    definitions = _NOTES.json_schema(mode="serialization")["$defs"]
    assert definitions["_Note"] == {
        "title": "_Note",
        "description": "What was noted.\n\nAnd where.",
        "type": "object",
        "properties": {
            "text": {"title": "Text", "type": "string"},
            "places": {
                "title": "Places",
                "type": "array",
                "items": {"$ref": "#/$defs/_Place"},
                "default": [],
            },
            "words": {
                "title": "Words",
                "type": "object",
                "additionalProperties": {"type": "integer"},
            },
        },
        "required": ["text", "places", "words"],
        "additionalProperties": False,
    }
