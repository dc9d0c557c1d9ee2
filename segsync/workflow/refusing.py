"""Refuses what a safety rule forbids, and tells the rule, the reason and the way out."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from segsync.config import Settings
from segsync.diagnostics import Diagnostic, error
from segsync.errors import UnsafePlanError
from segsync.plan import Allowances, Blocked, Plan, Refusal


def refuse_unsafe(plan: Plan, *, skip_blocked: bool) -> None:
    """Raise `UnsafePlanError` when a safety rule forbids to apply the plan.

    Blocked changes may be left out on request; limits are lifted by their own flags only.
    """
    if plan.refusals or (plan.holding and not skip_blocked):
        message = (
            "refused by a safety rule; nothing was written. The plan says why, and the way out."
        )
        refused = [refusal_told(each) for each in plan.refusals]
        blocked = [blocked_told(each) for each in plan.holding]
        raise UnsafePlanError(message, diagnostics=[*refused, *blocked])


def refuse(found: Sequence[Diagnostic]) -> None:
    """Raise `UnsafePlanError` that tells all of these, which no plan has shown; none is fine."""
    if not found:
        return
    lines = [f"  - {each.summary} [{each.code}]\n    {each.detail}" for each in found]
    listed = "\n".join(each.rstrip() for each in lines)
    message = f"refused by a safety rule; nothing was written:\n{listed}"
    raise UnsafePlanError(message, diagnostics=found)


def refuse_forbidden(settings: Settings, allow: Allowances, *, skip_blocked: bool = False) -> None:
    """Raise `UnsafePlanError` for each flag that was given although segsync.yaml forbids it."""
    given = (*allow.flags, *(["--skip-blocked"] if skip_blocked else []))
    refuse(
        [
            error(
                "forbidden-flag",
                f"segsync.yaml forbids {flag}",
                detail="Go without it, or change forbid in a pull request of its own.",
            )
            for flag in given
            if _name(flag) in settings.forbid
        ]
    )


def without_forbidden(settings: Settings, refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """Yield the refusals; none advises a flag that segsync.yaml forbids."""
    for each in refusals:
        if each.allow and _name(each.allow) in settings.forbid:
            reason = f"{each.reason}; segsync.yaml forbids --{_name(each.allow)}"
            yield replace(each, reason=reason, allow="")
        else:
            yield each


def refusal_told(refusal: Refusal) -> Diagnostic:
    """Return what a limit says, with the flag that would allow it."""
    detail = f"To allow it: {refusal.allow}" if refusal.allow else ""
    return error(refusal.rule, refusal.reason, detail=detail)


def blocked_told(blocked: Blocked) -> Diagnostic:
    """Return which change is blocked, why, and the way out."""
    return error(
        blocked.rule,
        f"{blocked.kind} {blocked.key}: {blocked.action} is blocked: {blocked.reason}",
        detail=blocked.way_out,
        at=blocked.source,
    )


def _name(flag: str) -> str:
    return flag.partition(" ")[0].removeprefix("--")
