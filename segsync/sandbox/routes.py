"""Which endpoint a method and a path lead to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from segsync.sandbox.messages import refuse, refuse_unknown


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; `{}` in the pattern stands for one part of the path that is passed on."""

    method: str
    pattern: tuple[str, ...]
    endpoint: Callable[..., Any]
    writes: bool

    def arguments(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the variable parts of a path that fits, or None."""
        if len(path) != len(self.pattern):
            return None
        pairs = tuple(zip(self.pattern, path, strict=True))
        if any(part not in ("{}", found) for part, found in pairs):
            return None
        return tuple(found for part, found in pairs if part == "{}")


def route(
    method: str, pattern: str, endpoint: Callable[..., Any], *, writes: bool | None = None
) -> Route:
    """Return the route for a pattern such as `/v2/segment/{}`; only GET does not write."""
    does_write = method != "GET" if writes is None else writes
    return Route(method, tuple(pattern.strip("/").split("/")), endpoint, does_write)


def find_route(
    routes: Sequence[Route], method: str, path: tuple[str, ...]
) -> tuple[Route, tuple[str, ...]]:
    """Return the first route that fits, and the variable parts of the path; refuse others."""
    fitting = [
        (each, arguments) for each in routes if (arguments := each.arguments(path)) is not None
    ]
    if not fitting:
        refuse_unknown("Not found.")
    for found, arguments in fitting:
        if found.method == method:
            return found, arguments
    return refuse("Method not allowed.", status=405)
