"""The kinds of faults: what each does to a request, in the words that a rule uses."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can go wrong with a request, in the word of a rule."""

    STATUS = "status"
    DROP = "drop"
    RESET = "reset"
    CUT = "cut"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    HTML = "html"
    WRONG_TYPE = "wrong-type"
    NULL_DATA = "null-data"
    NAN = "nan"
    DUPLICATE_KEYS = "duplicate-keys"
    DEEP = "deep"
    HUGE = "huge"
    BAD_UTF8 = "bad-utf8"
    REDIRECT = "redirect"
    RATE = "rate"
    LATENCY = "latency"
    DRIP = "drip"
    LAG = "lag"


class Phase(StrEnum):
    """Whether a request is struck before its work took effect, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Profile:
    """What people need to know of a kind, and how a rule of it is read.

    `phase`: when it strikes unless the rule says it, or None where a rule cannot say. `amount`:
    the number to use when the rule names none; None where it must. `unit` is empty for a kind
    without a number.
    """

    meaning: str
    phase: Phase | None = None
    unit: str = ""
    amount: float | None = None


PROFILES = {
    FaultKind.STATUS: Profile(
        "an error instead of an answer: any of 400 to 599, `502` as a gateway's page, or one with"
        " the [code](#error-codes) that is named",
        Phase.BEFORE,
    ),
    FaultKind.DROP: Profile("the connection is closed without an answer", Phase.BEFORE),
    FaultKind.RESET: Profile("the connection is reset without an answer", Phase.BEFORE),
    FaultKind.CUT: Profile("the connection is closed in the middle of the body", Phase.AFTER),
    FaultKind.EMPTY: Profile("200 and no body", Phase.AFTER),
    FaultKind.TRUNCATED: Profile("a complete answer whose JSON stops halfway", Phase.AFTER),
    FaultKind.MALFORMED: Profile("a body that is not JSON", Phase.AFTER),
    FaultKind.HTML: Profile("200 and a page of HTML", Phase.AFTER),
    FaultKind.WRONG_TYPE: Profile("`data` is a text, whatever it should be", Phase.AFTER),
    FaultKind.NULL_DATA: Profile("`data` is null", Phase.AFTER),
    FaultKind.NAN: Profile("`data` is NaN, which is not JSON", Phase.AFTER),
    FaultKind.DUPLICATE_KEYS: Profile("`data` stands twice, the second time as null", Phase.AFTER),
    FaultKind.DEEP: Profile(
        "`data` is so many arrays inside each other", Phase.AFTER, "levels", 100_000
    ),
    FaultKind.HUGE: Profile("a valid body of so many MiB", Phase.AFTER, "MiB", 64),
    FaultKind.BAD_UTF8: Profile("a body that is not UTF-8", Phase.AFTER),
    FaultKind.REDIRECT: Profile(
        "301 to the same path of another host, or of the URL in `redirect=`", Phase.BEFORE
    ),
    FaultKind.RATE: Profile(
        "so many requests a second (`burst=` at once), and 429 for more", None, "per second"
    ),
    FaultKind.LATENCY: Profile("the answer comes so many milliseconds later", None, "ms"),
    FaultKind.DRIP: Profile("the body comes in pieces, over so many seconds", None, "s"),
    FaultKind.LAG: Profile(
        "what the request writes is not seen by GET for so many seconds", None, "s"
    ),
}
