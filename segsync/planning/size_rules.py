"""Refuses changes that would leave an audience with too few profiles, or move too many."""

from collections.abc import Iterator

from segsync.plan import Action, Allowances, Limits, Plan, Refusal, Sizing
from segsync.planning.sizing import is_limited


def size_refusals(plan: Plan, limits: Limits, allow: Allowances) -> tuple[Refusal, ...]:
    """Return which sizes in the plan a rule refuses, and which a rule needs and are not there.

    A segment that falls to zero, breaks its guard or moves by more than `max_size_change` is
    refused until it is allowed by its slug; so is one that could not be measured for that.
    """
    if not plan.sizes and limits.max_size_change is None:
        return ()
    gone = {each.key for each in plan.changes if each.action is Action.DELETE}
    new = {each.key for each in plan.changes if each.action is Action.CREATE}
    redefined = {each.key for each in plan.changes if is_limited(each)}
    sized = {each.key: each for each in plan.sizes}
    if limits.max_size_change is not None:
        missing = {key: Sizing(key, unmeasured="nobody asked for it") for key in redefined}
        sized = {**missing, **sized}
    found: list[Refusal] = []
    for key in sorted(sized.keys() - gone - set(allow.size_changes)):
        sizing = sized[key]
        limit = limits.max_size_change if key in redefined else None
        broken = tuple(_broken(sizing, limit, is_new=key in new))
        flag = f"--allow-size-change {key}"
        found += [Refusal(rule, f"{key}: {reason}", flag) for rule, reason in broken]
    return tuple(found)


def _broken(sizing: Sizing, limit: float | None, *, is_new: bool) -> Iterator[tuple[str, str]]:
    """Yield the rules that a size breaks, with the numbers."""
    guard, before, after = sizing.guard, sizing.before, sizing.after
    needs_before = not is_new and (limit is not None or (guard and guard.max_shrink is not None))
    if after == 0 and before != 0 and not is_new:
        was = "its new definition" if before is None else f"it has {before:,} profiles now, and"
        yield "size-falls-to-zero", f"{was} would have none"
        return
    if after is None or (before is None and needs_before):
        yield from _unjudged(sizing, limit)
        return
    moved = _moved(before, after)
    if guard and after < guard.min_size:
        yield "guard-min-size", f"{moved}, and its guard says min_size: {guard.min_size:,}"
    if before is None:
        return
    if guard and guard.max_shrink is not None and before - after > guard.max_shrink * before:
        yield (
            "guard-max-shrink",
            f"{moved}, and its guard says max_shrink: {_share(guard.max_shrink)}",
        )
    if limit is not None and abs(after - before) > limit * before:
        yield "size-change-too-large", f"{moved}, and max_size_change is {_share(limit)}"


def _unjudged(sizing: Sizing, limit: float | None) -> Iterator[tuple[str, str]]:
    """Yield the rule that there must be a size where something depends on it."""
    if sizing.guard or limit is not None:
        rule = "its guard" if sizing.guard else "max_size_change"
        why = sizing.unmeasured or "the account did not say it"
        yield "size-not-measured", f"{rule} cannot be judged without its size: {why}"


def _moved(before: int | None, after: int) -> str:
    if before is None:
        return f"{after:,} profiles"
    share = f" ({(after - before) / before:+,.1%})" if before else ""
    return f"{before:,} -> {after:,} profiles{share}"


def _share(share: float) -> str:
    return f"{share * 100:g}%"
