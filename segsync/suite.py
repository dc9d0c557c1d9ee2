"""What became of the repository's audience tests: frozen values that reports are made from."""

from datetime import UTC, datetime
from typing import Final

from segsync.diagnostics import Diagnostic, Location, has_errors
from segsync.filterql.evaluator import Trace
from segsync.names import is_time
from segsync.value import Value

DEFAULT_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The moment that dates in audience tests count from unless a file or the command line says so.

A test that passes today has to pass next year as well, so it never asks the clock.
"""


def read_moment(text: str) -> datetime | None:
    """Return the moment that a text names: a time with its zone, or a day, which begins in UTC."""
    for written in (text, f"{text}T00:00:00Z"):
        if is_time(written):
            return datetime.fromisoformat(written.upper())
    return None


class Check(Value, frozen=True):
    """One expectation, held against the definition.

    `expected` says whether the profile is to be a member, `source` is where that stands.
    """

    slug: str
    profile: str
    expected: bool
    trace: Trace
    source: Location

    @property
    def is_member(self) -> bool:
        """Whether the profile is a member."""
        return self.trace.verdict.match

    @property
    def passed(self) -> bool:
        """Whether the expectation is met."""
        return self.is_member is self.expected


class Condition(Value, frozen=True):
    """One condition of an audience, and whether a profile was ever decided by it.

    `holds` says that it decided for some profile because it held, `fails` because it did not.
    """

    slug: str
    text: str
    holds: bool = False
    fails: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether any profile was decided by it."""
        return self.holds or self.fails


class SuiteRun(Value, frozen=True):
    """All checks of one run.

    `audiences` are the slugs that were asked for, with a test or without; `conditions` are those of
    the audiences with a test; `files` counts the files with tests. With errors among the
    diagnostics nothing was checked.
    """

    account: str
    files: int
    audiences: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    conditions: tuple[Condition, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failures(self) -> tuple[Check, ...]:
        """The expectations that are not met."""
        return tuple(each for each in self.checks if not each.passed)

    @property
    def untested(self) -> tuple[str, ...]:
        """The audiences that no expectation names."""
        tested = {each.slug for each in self.checks}
        return tuple(each for each in self.audiences if each not in tested)

    @property
    def undecided(self) -> tuple[Condition, ...]:
        """The conditions that no profile decides."""
        return tuple(each for each in self.conditions if not each.is_decided)

    @property
    def is_refused(self) -> bool:
        """Whether the files are wrong, so that nothing was checked."""
        return has_errors(self.diagnostics)

    @property
    def is_good(self) -> bool:
        """Whether everything that was expected is so."""
        return not self.is_refused and not self.failures
