"""Checks the JSON of a plan against the types of the vocabulary, strictly."""

from functools import cache

from pydantic import ConfigDict, TypeAdapter

from segsync.plan import Plan


@cache
def plan_adapter() -> TypeAdapter[list[Plan]]:
    """Return the adapter for a list of plans, which lets no unknown key and no other type pass.

    A list, because pydantic takes no configuration for a bare class, and hands that of a list
    down to the classes in it.
    """
    config = ConfigDict(
        extra="forbid", strict=True, json_schema_serialization_defaults_required=True
    )
    return TypeAdapter(list[Plan], config=config)
