"""One rule as a value, read from its compact text: which requests, when, and what goes wrong."""

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from segsync.sandbox.codes import MEANINGS
from segsync.sandbox.faults.kinds import PROFILES, FaultKind, Phase
from segsync.sandbox.messages import Code

ELSEWHERE = "https://elsewhere.invalid"
"""Where a redirect goes unless its rule says something else; no such host can exist."""

_METHODS = frozenset({"*", "GET", "POST", "PUT", "DELETE", "PATCH", "READ", "WRITE"})
_STATUS = re.compile(r"[45]\d\d")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_OPTIONS = ("nth", "every", "p", "seed", "times", "retry-after", "burst")
_EXAMPLE = "POST /v2/segment nth=3 drop-after"


class FaultRuleError(ValueError):
    """A text is not a rule; the message says where and lists what there is."""


@dataclass(frozen=True, slots=True)
class When:
    """Which of the requests that fit a rule it strikes; each condition must hold.

    `nth` are ranges of counts, from 1. `probability` is decided by `seed` and the count alone.
    """

    nth: tuple[tuple[int, int], ...] = ()
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `method` and `pattern` are empty for any.

    `takes_effect` says whether a struck request does its work all the same. `amount` is the number
    of the kind as a range, in its unit. `status` is that of an error, and `code` its code in the
    envelope of v2 if the rule names one. `target` is the URL of a redirect, `retry_after` the
    header's value or how to make it.
    """

    text: str
    kind: FaultKind
    method: str = ""
    pattern: tuple[str, ...] = ()
    takes_effect: bool = False
    when: When = When()
    amount: tuple[float, float] = (0.0, 0.0)
    status: int = 0
    code: Code | None = None
    target: str = ELSEWHERE
    retry_after: str | None = None
    burst: int = 1

    def fits(self, method: str, path: tuple[str, ...]) -> bool:
        """Return whether the rule is about such requests."""
        if self.method in {"READ", "WRITE"}:
            if (method == "GET") != (self.method == "READ"):
                return False
        elif self.method not in {"", method}:
            return False
        return not self.pattern or _path_fits(path, self.pattern)


def _path_fits(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if pattern[-1] == "**":
        pattern = pattern[:-1]
        path = path[: len(pattern)]
    return len(path) == len(pattern) and all(map(fnmatchcase, path, pattern))


@lru_cache(maxsize=1024)
def parse_rule(text: str) -> Rule:
    """Read a rule: `[METHOD] [/PATH] FAULT [OPTION=VALUE …]`, in any order.

    Raises FaultRuleError.
    """
    try:
        words = shlex.split(text)
    except ValueError as problem:
        raise _bad(text, f"a quotation mark is not closed ({problem})") from problem
    reader = _Reader(text)
    for word in words:
        reader.take(word)
    return reader.rule(shlex.join(words) if "\n" in text else " ".join(text.split()))


class _Reader:
    """Collects the words of one rule."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._method: str | None = None
        self._pattern: tuple[str, ...] | None = None
        self._fault: tuple[FaultKind, str, str] | None = None
        self._options: dict[str, str] = {}

    def take(self, word: str) -> None:
        name, _, value = word.partition("=")
        if word in _METHODS and self._method is None:
            self._method = word.replace("*", "")
        elif word.startswith("/") and self._pattern is None:
            self._pattern = tuple(word.strip("/").split("/"))
        elif name in _OPTIONS and name not in self._options:
            self._options[name] = value
        elif self._fault is None and (kind := _kind_of(name)) is not None:
            self._fault = (kind, name, value)
        else:
            raise _bad(self._text, f"{word!r} is not part of a rule, or is there twice")

    def rule(self, text: str) -> Rule:
        if self._fault is None:
            raise _bad(self._text, "it names no fault")
        kind, name, value = self._fault
        self._check_options(kind)
        status, code = _error_of(_plain(name))
        return Rule(
            text=text,
            kind=kind,
            method=self._method or "",
            pattern=self._pattern or (),
            takes_effect=self._takes_effect(kind, name),
            when=self._when(),
            amount=self._amount(kind, name, value),
            status=status,
            code=code,
            target=(value or ELSEWHERE).rstrip("/"),
            retry_after=self._options.get("retry-after"),
            burst=self._count("burst", 1),
        )

    def _check_options(self, kind: FaultKind) -> None:
        if "burst" in self._options and kind is not FaultKind.RATE:
            raise _bad(self._text, "burst= belongs to rate=")
        if "retry-after" in self._options and kind not in {FaultKind.STATUS, FaultKind.RATE}:
            raise _bad(self._text, "retry-after= belongs to a status or to rate=")

    def _takes_effect(self, kind: FaultKind, name: str) -> bool:
        default = PROFILES[kind].phase
        phase = _phase_of(name)
        if phase is None:
            return kind is not FaultKind.RATE and default is not Phase.BEFORE
        if default is None:
            raise _bad(self._text, f"{kind} has no -before and -after")
        return phase is Phase.AFTER

    def _amount(self, kind: FaultKind, name: str, value: str) -> tuple[float, float]:
        profile = PROFILES[kind]
        if not profile.unit:
            if value and kind is not FaultKind.REDIRECT:
                raise _bad(self._text, f"{name} takes no value")
            return (0.0, 0.0)
        if not value and profile.amount is not None:
            return (profile.amount, profile.amount)
        low, _, high = value.partition("..")
        try:
            found = (float(low), float(high or low))
        except ValueError:
            found = (-1.0, -1.0)
        least = 1e-9 if kind is FaultKind.RATE else 0.0
        if not least <= found[0] <= found[1] < float("inf"):
            message = f"{name}= needs a number ({profile.unit}), or two as in 5..10"
            raise _bad(self._text, message)
        return found

    def _when(self) -> When:
        return When(
            nth=self._ranges(),
            every=self._count("every", 1),
            probability=self._probability(),
            seed=self._count("seed", 0, least=0),
            times=self._count("times", 0) or None,
        )

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        found = []
        for part in filter(None, self._options.get("nth", "").split(",")):
            fit = _RANGE.fullmatch(part)
            if fit is None:
                raise _bad(self._text, "nth= needs counts from 1, as in 3 or 1,4-6")
            found.append((int(fit[1]), int(fit[2] or fit[1])))
        if "nth" in self._options and (not found or any(first < 1 for first, _ in found)):
            raise _bad(self._text, "nth= needs counts from 1, as in 3 or 1,4-6")
        return tuple(found)

    def _probability(self) -> float:
        try:
            found = float(self._options.get("p", "1"))
        except ValueError:
            found = -1.0
        if not 0.0 <= found <= 1.0:
            raise _bad(self._text, "p= needs a probability from 0 to 1")
        return found

    def _count(self, name: str, default: int, *, least: int = 1) -> int:
        if name not in self._options:
            return default
        value = self._options[name]
        if not (value.isascii() and value.isdigit() and int(value) >= least):
            raise _bad(self._text, f"{name}= needs a whole number from {least}")
        return int(value)


def _phase_of(name: str) -> Phase | None:
    return next((each for each in Phase if name.endswith(f"-{each}")), None)


def _plain(name: str) -> str:
    """Return the word of a fault without its phase."""
    phase = _phase_of(name)
    return name.removesuffix(f"-{phase}") if phase else name


def _error_of(plain: str) -> tuple[int, Code | None]:
    """Return the status of an error, 0 for another fault, and the code if that is what names it."""
    if plain in set(Code):
        code = Code(plain)
        return MEANINGS[code].status, code
    return int(plain) if _STATUS.fullmatch(plain) else 0, None


def _kind_of(name: str) -> FaultKind | None:
    plain = _plain(name)
    status, _ = _error_of(plain)
    if status:
        return FaultKind.STATUS
    kinds = (kind for kind in FaultKind if kind is not FaultKind.STATUS)
    return next((kind for kind in kinds if kind == plain), None)


def _bad(text: str, problem: str) -> FaultRuleError:
    phased = ", ".join(_spelled(kind) for kind in FaultKind if PROFILES[kind].phase)
    others = ", ".join(_spelled(kind) for kind in FaultKind if not PROFILES[kind].phase)
    return FaultRuleError(
        f"the fault rule {text!r} cannot be used: {problem}.\n"
        f"A rule is [METHOD] [/path] FAULT [nth=… every=… p=… seed=… times=…], "
        f'for example "{_EXAMPLE}".\nThe faults are {phased}, '
        f"each with -before or -after at its end if wanted; and {others}."
    )


def _spelled(kind: FaultKind) -> str:
    profile = PROFILES[kind]
    if kind is FaultKind.STATUS:
        return "429, 500, 502, 503, …, NOTFOUND-003, …"
    if not profile.unit:
        return str(kind)
    value = f"=({profile.unit})"
    return f"{kind}{value}" if profile.amount is None else f"{kind}[{value}]"
