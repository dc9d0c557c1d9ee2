"""What rules do to one request: a pure function of rules, counters and the time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from segsync.sandbox.faults.kinds import FaultKind
from segsync.sandbox.faults.rules import Rule, When, parse_rule

_ADDITIONS = frozenset({FaultKind.LATENCY, FaultKind.DRIP, FaultKind.LAG})


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule with its counters: the requests that fitted, and those that it struck.

    `tokens` at the time `at`, in seconds, is what a rate limit has left.
    """

    rule_id: str
    rule: Rule
    seen: int = 0
    struck: int = 0
    tokens: float = math.inf
    at: float = 0.0

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "Standing":
        """Read a standing from its row."""
        values = {name: value for name, value in row.items() if name not in {"id", "rule"}}
        rule = parse_rule(str(row["rule"]))
        return cls(rule_id=str(row["id"]), rule=rule, **values)  # type: ignore[arg-type]

    def row(self) -> dict[str, object]:
        """Return the standing as a row of plain values."""
        counters: dict[str, object] = {"seen": self.seen, "struck": self.struck}
        if self.rule.kind is FaultKind.RATE and self.tokens != math.inf:
            counters |= {"tokens": self.tokens, "at": self.at}
        return {"id": self.rule_id, "rule": self.rule.text} | counters


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a request: at most one fault takes the place of its answer.

    Times are in seconds. `struck` are the rules that did it, in their own words. `retry_in_s` is
    when a rate limit will let the next request pass.
    """

    fault: Rule | None = None
    wait_s: float = 0.0
    drip_s: float = 0.0
    lag_s: float = 0.0
    retry_in_s: float = 0.0
    struck: tuple[str, ...] = ()

    @property
    def takes_effect(self) -> bool:
        """Whether the request does its work, whatever is then heard of it."""
        return self.fault is None or self.fault.takes_effect


def judge(
    standings: Sequence[Standing], method: str, path: tuple[str, ...], *, now_s: float
) -> tuple[Verdict, tuple[Standing, ...]]:
    """Return what happens to a request, and the standings that changed.

    The first rule that takes the place of the answer wins, and later ones of that sort do not
    strike; delays, drips and lags add up.
    """
    verdict, changed = Verdict(), []
    for standing in standings:
        if not standing.rule.fits(method, path):
            continue
        counted = replace(standing, seen=standing.seen + 1)
        is_free = verdict.fault is None or standing.rule.kind in _ADDITIONS
        if is_free and _is_due(counted.rule.when, counted):
            counted, verdict = _strike(counted, verdict, now_s)
        changed.append(counted)
    return verdict, tuple(changed)


def _is_due(when: When, standing: Standing) -> bool:
    count = standing.seen
    if when.times is not None and standing.struck >= when.times:
        return False
    if when.nth and not any(first <= count <= last for first, last in when.nth):
        return False
    return count % when.every == 0 and _drawn(standing, "strike") < when.probability


def _drawn(standing: Standing, purpose: str) -> float:
    """Return a number from 0 to 1 that depends on the rule, its seed and its count alone."""
    rule = standing.rule
    key = f"{purpose}:{rule.when.seed}:{standing.seen}:{rule.text}"
    return int.from_bytes(blake2b(key.encode(errors="replace"), digest_size=6).digest()) / 2**48


def _strike(standing: Standing, verdict: Verdict, now_s: float) -> tuple[Standing, Verdict]:
    rule = standing.rule
    retry_in_s = 0.0
    if rule.kind is FaultKind.RATE:
        standing, retry_in_s = _take_token(standing, now_s)
        if retry_in_s == 0.0:
            return standing, verdict
    low, high = rule.amount
    amount = low + (high - low) * _drawn(standing, "amount")
    struck = (*verdict.struck, rule.text)
    match rule.kind:
        case FaultKind.LATENCY:
            verdict = replace(verdict, wait_s=verdict.wait_s + amount / 1000, struck=struck)
        case FaultKind.DRIP:
            verdict = replace(verdict, drip_s=verdict.drip_s + amount, struck=struck)
        case FaultKind.LAG:
            verdict = replace(verdict, lag_s=verdict.lag_s + amount, struck=struck)
        case _:
            verdict = replace(verdict, fault=rule, retry_in_s=retry_in_s, struck=struck)
    return replace(standing, struck=standing.struck + 1), verdict


def _take_token(standing: Standing, now_s: float) -> tuple[Standing, float]:
    """Take a token out of the bucket; else return how long it takes until there is one."""
    rate, burst = standing.rule.amount[0], float(standing.rule.burst)
    gained = max(0.0, now_s - standing.at) * rate
    tokens = min(burst, standing.tokens + gained)
    if tokens >= 1.0 - 1e-9:
        return replace(standing, tokens=tokens - 1.0, at=now_s), 0.0
    return replace(standing, tokens=tokens, at=now_s), (1.0 - tokens) / rate
