"""What is well and what is not, between the configuration and the account: `segsync doctor`."""

from collections.abc import Iterable
from enum import StrEnum

from segsync.errors import ExitCode
from segsync.value import Value


class Status(StrEnum):
    """How a check ended; `unknown` is what could not, or must not, be found out."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


class Check(Value, frozen=True):
    """One thing that was looked at: what was found, and what to do where something is wrong.

    `exit_code` is that of a run which meets the problem; only problems have one.
    """

    name: str
    status: Status
    found: str
    way_out: str = ""
    exit_code: ExitCode | None = None


class Checkup(Value, frozen=True):
    """All checks in the order in which they build on each other; `account` is "" if unknown."""

    account: str
    checks: tuple[Check, ...]

    def counted(self, status: Status) -> int:
        """Return how many checks ended like this."""
        return sum(each.status is status for each in self.checks)

    @property
    def exit_code(self) -> ExitCode:
        """The worst code of all problems: 5 before 4 before 3, or 0."""
        return max((each.exit_code for each in self.checks if each.exit_code), default=ExitCode.OK)


def ok(name: str, found: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, Status.OK, found)


def warning(name: str, found: str, way_out: str) -> Check:
    """Return a check that found what may become a problem."""
    return Check(name, Status.WARNING, found, way_out)


def problem(name: str, found: str, way_out: str, exit_code: ExitCode) -> Check:
    """Return a check that found what makes other commands end with this code."""
    return Check(name, Status.PROBLEM, found, way_out, exit_code)


def unknown(name: str, found: str, way_out: str = "") -> Check:
    """Return a check that could not be made, and why."""
    return Check(name, Status.UNKNOWN, found, way_out)


def unchecked(names: Iterable[str], why: str) -> tuple[Check, ...]:
    """Return checks that were not made for one reason."""
    return tuple(unknown(each, f"not checked: {why}") for each in names)
