"""What a contract test holds: a fact about the API, or a question that nobody has answered yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

_ATTRIBUTE = "fact"


class Confidence(StrEnum):
    """How sure a fact is, the surest first."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    SEEN = "seen"
    REPORTED = "reported"
    UNKNOWN = "unknown"


MEANINGS: Mapping[Confidence, str] = {
    Confidence.DOCUMENTED: "the vendor's documents or OpenAPI say so",
    Confidence.OBSERVED: "Lytics engineers wrote it down after running against a server",
    Confidence.SEEN: "the code or the fixtures of a client, or the parser library, show it",
    Confidence.REPORTED: "a customer wrote that he tried it",
    Confidence.UNKNOWN: "no source; an open question",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what is claimed, who says so, and where it is held, as `file::test`.

    `answers` is of an open question alone: each answer with the switch that makes the sandbox give
    it, "" for the answer that the sandbox gives by itself, the first, and None for an answer that
    it cannot give. `number` is that of the question. `sandbox_only` says why the test never runs
    against a real account, or is "".
    """

    id: str
    confidence: Confidence
    says: str
    source: str
    test: str
    number: int = 0
    answers: Mapping[str, str | None] = field(default_factory=dict)
    sandbox_only: str = ""

    @property
    def default(self) -> str:
        """The answer that the sandbox gives unless a switch is on."""
        return next(iter(self.answers), "")


def fact(fact_id: str, *, confidence: str, sandbox_only: str = "") -> Callable[[Test], Test]:
    """Mark a test as that of a fact; its docstring says the fact and then its source.

    `sandbox_only` says why a real account is never asked, if so.
    """

    def mark(test: Test) -> Test:
        says, source = _told(test)
        found = Fact(
            fact_id,
            Confidence(confidence),
            says,
            source,
            _place(test),
            sandbox_only=sandbox_only,
        )
        vars(test)[_ATTRIBUTE] = found
        return test

    return mark


def question(
    fact_id: str, *, number: int, answers: Mapping[str, str | None], sandbox_only: str = ""
) -> Callable[[Test], Test]:
    """Mark a test as that of an open question: it takes any of the answers, and tells which.

    `number` is that of the question; 0 for one that came up later.
    """

    def mark(test: Test) -> Test:
        says, source = _told(test)
        found = Fact(
            fact_id,
            Confidence.UNKNOWN,
            says,
            source,
            _place(test),
            number,
            dict(answers),
            sandbox_only,
        )
        vars(test)[_ATTRIBUTE] = found
        return test

    return mark


def fact_of(test: object) -> Fact | None:
    """Return the fact or the question that a test holds, None for anything else."""
    found = getattr(test, _ATTRIBUTE, None)
    return found if isinstance(found, Fact) else None


def _told(test: Callable[..., object]) -> tuple[str, str]:
    says, _, source = (test.__doc__ or "").partition("\n\n")
    return " ".join(says.split()), " ".join(source.split())


def _place(test: Callable[..., object]) -> str:
    return f"{test.__module__.rpartition('.')[2]}.py::{test.__name__}"
