"""Types become validators: foreign data has the types that it should have, or is told why not.

pydantic-core, the engine of pydantic, does the work. What pydantic adds is to read types of every
kind, and importing it takes a tenth of a second at each start; the few kinds that files and answers
have are read here. The marks are those of pydantic's own protocol, so that it reads the same types
when a JSON Schema is written (docs/decisions/0010-start-up.md).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    Required,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Struct
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, ValidationError, core_schema
from typing_extensions import is_typeddict

from segsync.value import JsonSchemaHandler, SchemaHandler, Value

__all__ = [
    "After",
    "Before",
    "Bounds",
    "Doc",
    "Share",
    "ValidationError",
    "Validator",
    "closed",
    "json_schema",
]

T = TypeVar("T")

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_CLOSED: Final = CoreConfig(strict=True, extra_fields_behavior="forbid")


def closed(kind: type[T]) -> type[T]:
    """Tell pydantic that a typed dictionary is strict and closed, as all are here; returns it."""
    setattr(kind, "__pydantic_config__", {"strict": True, "extra": "forbid"})  # noqa: B010 - unknown to type checkers
    return kind


class After(Struct, frozen=True):
    """Has a function check or change a value of the right type; ValueError says what is wrong."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: object, handler: SchemaHandler) -> CoreSchema:
        """Return the schema of the type with the function behind it."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


class Before(Struct, frozen=True):
    """Has a function change a value before its type is looked at; `json` is how files write it."""

    read: Callable[[Any], Any]
    json: Mapping[str, Any] | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: SchemaHandler) -> CoreSchema:
        """Return the schema of the type with the function ahead of it."""
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: JsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what files may hold."""
        return handler(schema) if self.json is None else dict(self.json)


class Bounds(Struct, frozen=True, omit_defaults=True):
    """How small or large a number may be, or how short or long a text or a list."""

    ge: int | None = None
    min_length: int | None = None
    max_length: int | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: SchemaHandler) -> CoreSchema:
        """Return the schema of the type within these bounds."""
        bounds = {name: getattr(self, name) for name in self.__struct_fields__}
        within: Any = {name: bound for name, bound in bounds.items() if bound is not None}
        return {**handler(source), **within}


class Doc(Struct, frozen=True):
    """Says in the JSON Schema what a value means."""

    description: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: JsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema with the description."""
        return {**handler(schema), "description": self.description}


_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?%")


def _share(value: object) -> object:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    share = float(match[1]) / 100 if match else value
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        message = "expected a share, such as 10% or 0.1"
        raise ValueError(message)
    return float(share)


_SHARE: Final[Mapping[str, Any]] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": f"^{_PERCENT.pattern}$"},
    ]
}
Share: TypeAlias = Annotated[float, Before(_share, _SHARE)]
"""A part of a whole: 0.1, or 10% as people write it."""


class Validator(Generic[T]):
    """Gives the value that foreign data stands for, of the type `T`; any thread may ask.

    It is built when it is first used: most runs need few of them.
    """

    def __init__(self, kind: type[T], config: CoreConfig | None = None) -> None:
        self._kind = kind
        self._config = config
        self._validate: Callable[[object], T] | None = None

    def __call__(self, value: object) -> T:
        """Return the value; ValidationError with everything that is wrong with it."""
        validate = self._validate
        if validate is None:
            with _BUILDING:
                validate = SchemaValidator(_schema(self._kind), self._config).validate_python
            self._validate = validate
        return validate(value)


_BUILDING: Final = Lock()

_SIMPLE: Final[Mapping[object, Callable[[], CoreSchema]]] = {
    str: core_schema.str_schema,
    bool: core_schema.bool_schema,
    int: core_schema.int_schema,
    float: core_schema.float_schema,
    date: core_schema.date_schema,
    datetime: core_schema.datetime_schema,
    Any: core_schema.any_schema,
    NoneType: core_schema.none_schema,
}


class _Handler:
    """What a mark is told: the schema so far, and how any other type is read."""

    def __init__(self, schema: CoreSchema | None = None) -> None:
        self._schema = schema

    def __call__(self, source: object) -> CoreSchema:
        return self._schema or self.generate_schema(source)

    def generate_schema(self, source: object) -> CoreSchema:
        return _schema(source)


def _schema(kind: Any) -> CoreSchema:  # noqa: ANN401 - any type
    """Return the schema of a type; TypeError for a kind of type that nobody has needed so far."""
    origin = get_origin(kind)
    if origin in _COMPOSED:
        return _COMPOSED[origin](*get_args(kind))
    if origin is None and kind in _SIMPLE:
        return _SIMPLE[kind]()
    if is_typeddict(kind):
        return _keys(kind)
    if issubclass(kind, Value):
        found: CoreSchema = kind.__get_pydantic_core_schema__(kind, _Handler())
        return found
    message = f"no validator for {kind}"
    raise TypeError(message)


def _marked(kind: object, *marks: object) -> CoreSchema:
    schema = _schema(kind)
    for each in marks:
        if isinstance(each, After | Before | Bounds):
            schema = each.__get_pydantic_core_schema__(kind, _Handler(schema))
    return schema


def _one_of(*kinds: object) -> CoreSchema:
    others = [_schema(each) for each in kinds if each is not NoneType]
    schema = others[0] if len(others) == 1 else core_schema.union_schema([*others])
    return core_schema.nullable_schema(schema) if NoneType in kinds else schema


def _list(kind: object) -> CoreSchema:
    return core_schema.list_schema(_schema(kind))


def _dict(keys: object, values: object) -> CoreSchema:
    return core_schema.dict_schema(_schema(keys), _schema(values))


def _literal(*values: object) -> CoreSchema:
    return core_schema.literal_schema([*values])


_COMPOSED: Final[Mapping[object, Callable[..., CoreSchema]]] = {
    Annotated: _marked,
    Literal: _literal,
    Union: _one_of,
    UnionType: _one_of,
    list: _list,
    dict: _dict,
}


def _keys(kind: Any) -> CoreSchema:  # noqa: ANN401 - any typed dictionary
    required = kind.__required_keys__
    fields = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        value = get_args(hint)[0] if get_origin(hint) is Required else hint
        fields[name] = core_schema.typed_dict_field(_schema(value), required=name in required)
    # pydantic-core hands no configuration down to it.
    return core_schema.typed_dict_schema(fields, config=_CLOSED)


def json_schema(keys: type[Any], *, title: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a typed dictionary, for editors."""
    # Imported here: only who writes the schema down needs it.
    from pydantic import TypeAdapter  # noqa: PLC0415

    return {"$schema": _DIALECT, **TypeAdapter(keys).json_schema(), "title": title}
