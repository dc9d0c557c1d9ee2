"""The profiles of a document become typed values, or what does not fit."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from segsync.audience_tests.definitions import Definitions
from segsync.diagnostics import Diagnostic, did_you_mean, error, warning
from segsync.filterql.evaluator import typed_profile
from segsync.filterql.evaluator.values import Value as Found
from segsync.value import Value
from segsync.yamlfile import Place


class Fields(Value, frozen=True):
    """The declared types of the fields, and the moment that dates count from."""

    types: Mapping[str, str]
    now: datetime

    def check(self, place: Place, definitions: Definitions) -> Iterator[Diagnostic]:
        """Yield what is wrong with the types; a field that nobody reads is only told."""
        for name, declared in self.types.items():
            try:
                typed_profile({name: None}, {name: declared}, now=self.now)
            except ValueError as problem:
                yield error("unknown-type", str(problem), at=place.at((name,)))
            if name not in definitions.fields:
                summary = f'no audience reads the field "{name}"'
                detail = did_you_mean(name, definitions.fields)
                yield warning(
                    "unread-field", summary, detail=detail, at=place.at((name,), key=True)
                )

    def read(
        self, content: Mapping[str, Any], place: Place, problems: list[Diagnostic]
    ) -> dict[str, Found]:
        """Return the values of one profile by field; what does not fit is reported, left out."""
        values: dict[str, Found] = {}
        for name, value in content.items():
            if name not in self.types:
                summary = f'the field "{name}" has no type'
                detail = did_you_mean(name, self.types) or "Declare it under schema:."
                at = place.at((name,), key=True)
                problems.append(error("undeclared-field", summary, detail=detail, at=at))
                continue
            try:
                values |= typed_profile({name: value}, self.types, now=self.now).values
            except ValueError as problem:
                problems.append(error("wrong-value", str(problem), at=place.at((name,))))
        return values
