"""Whether so much is missing from the account's list that the list cannot be believed."""

from collections.abc import Collection

from segsync.diagnostics import Diagnostic, error
from segsync.plan import Allowances, Kind, Limits
from segsync.planning.findings import listed

RULE = "mass-absence"
_DOUBT = "The token or the address may be wrong, or the list was cut short."


def absence(
    kind: Kind,
    seen: Collection[str],
    there: Collection[str],
    *,
    limits: Limits,
    allow: Allowances,
    when: str,
) -> Diagnostic | None:
    """Return the refusal to go on with a list that lacks too much of what was there before.

    `seen` are the keys that the last run saw, `when` it did; `there` are those of now.
    """
    missing = sorted(set(seen) - set(there))
    if not _is_too_much(len(missing), len(seen), limits, allow):
        return None
    share = f"{len(missing) / len(seen):.1%}"
    summary = (
        f"{len(missing)} of the {len(seen)} {kind}s that the last run saw ({when}) are missing from"
        f" the account: {share}, and the limit is {limits.max_missing:.0%};"
        f" {listed(missing)}"
    )
    return error(RULE, summary, detail=f"{_DOUBT} {_way_out(len(missing))}")


def fewer(planned: int, there: int, *, limits: Limits, allow: Allowances) -> Diagnostic | None:
    """Return the same for a saved plan, which knows how many objects the account had."""
    missing = planned - there
    if not _is_too_much(missing, planned, limits, allow):
        return None
    summary = (
        f"the account had {planned} objects when the plan was made and lists {there} now:"
        f" {missing / planned:.1%} are missing, and the limit is {limits.max_missing:.0%}"
    )
    return error(RULE, summary, detail=f"{_DOUBT} {_way_out(missing)}")


def _is_too_much(missing: int, before: int, limits: Limits, allow: Allowances) -> bool:
    if missing <= allow.missing or before < max(limits.min_existing, 1):
        return False
    return missing > limits.max_missing * before


def _way_out(missing: int) -> str:
    return f"If they are gone for good: segsync plan --allow-missing {missing}"
