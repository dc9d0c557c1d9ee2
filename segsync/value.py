"""The base of the values of segsync: frozen, compared by their fields, cheap to make by thousands.

A plan of 5,000 segments makes some 30,000 of them before anything is printed, from classes that
have to be made first. Structures of msgspec are quicker than data classes in both, by seven and by
thirty times (docs/decisions/0010-start-up.md).
"""

from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


class SchemaHandler(Protocol):
    """What a type is told when it is asked for its schema, as pydantic has it."""

    def __call__(self, source: Any, /) -> "CoreSchema":  # noqa: ANN401 - any type
        """Return the schema of the type without what asks."""

    def generate_schema(self, source: Any, /) -> "CoreSchema":  # noqa: ANN401 - any type
        """Return the schema of another type."""


class JsonSchemaHandler(Protocol):
    """What a type is told when it is asked for its JSON Schema, as pydantic has it."""

    def __call__(self, schema: Any, /) -> dict[str, Any]:  # noqa: ANN401 - any schema
        """Return the JSON Schema without what asks."""

    def resolve_ref_schema(self, json_schema: dict[str, Any], /) -> dict[str, Any]:
        """Return the schema that a reference stands for."""


class Value(Struct, frozen=True):
    """A value. Derived classes repeat `frozen=True`: type checkers do not inherit it.

    pydantic, which reads saved plans and describes documents, takes one for a data class that has
    the fields of the class and no others.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: SchemaHandler) -> "CoreSchema":
        """Return what pydantic checks before it makes a value."""
        # Who asks has pydantic already; most runs never do.
        from pydantic_core import core_schema  # noqa: PLC0415

        hints = get_type_hints(cls, include_extras=True)
        expected = []
        for each in fields(cls):
            kind = handler.generate_schema(hints[each.name])
            if each.default is not NODEFAULT:
                kind = core_schema.with_default_schema(kind, default=each.default)
            elif each.default_factory is not NODEFAULT:
                kind = core_schema.with_default_schema(kind, default_factory=each.default_factory)
            expected.append(core_schema.dataclass_field(each.name, kind, kw_only=False))

        def make(validated: tuple[dict[str, Any], None]) -> Value:
            return cls(**validated[0])

        return core_schema.no_info_after_validator_function(
            make,
            core_schema.dataclass_args_schema(cls.__name__, expected),
            ref=f"{cls.__module__}.{cls.__qualname__}",
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: "CoreSchema", handler: JsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema: an object with these fields and no others."""
        found = handler(schema)
        handler.resolve_ref_schema(found).update(
            title=cls.__name__, description=cleandoc(cls.__doc__ or ""), additionalProperties=False
        )
        return found
