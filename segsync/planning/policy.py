"""The limits of one run: how many objects may be deleted or updated without being named."""

from segsync.plan import Action, Allowances, Limits, Plan, Refusal


def refusals(
    plan: Plan, *, segments: int, managed: int, desired: int, limits: Limits, allow: Allowances
) -> tuple[Refusal, ...]:
    """Return the limits that the plan breaks.

    `segments` is the number of live segments, and `managed` that of the live objects that segsync
    owns, of which shares are taken; `desired` is the number of objects in the files.
    """
    found: list[Refusal] = []
    if segments == 0 and not allow.empty:
        found.append(
            Refusal(
                "account-is-empty",
                "the account lists no segment at all, which a real account never does; the token"
                " or the address may be wrong",
                "--allow-empty",
            )
        )
    if desired == 0 and managed and not allow.empty:
        found.append(
            Refusal(
                "files-are-empty",
                f"the files declare nothing, and {managed} managed objects would go",
                "--allow-empty",
            )
        )
    found += _too_many_deletes(plan, managed, limits, allow)
    found += _too_many_updates(plan, managed, limits, allow)
    return tuple(found)


def _too_many_deletes(plan: Plan, managed: int, limits: Limits, allow: Allowances) -> list[Refusal]:
    deletes = plan.counted(Action.DELETE)
    if deletes <= allow.deletes:
        return []
    reason = _over_share("deletes", deletes, managed, limits.max_deletes, limits.min_existing)
    if deletes > limits.max_deletes_count:
        reason = f"{deletes} deletes, and the limit is {limits.max_deletes_count}"
    return [Refusal("too-many-deletes", reason, f"--allow-deletes {deletes}")] if reason else []


def _too_many_updates(plan: Plan, managed: int, limits: Limits, allow: Allowances) -> list[Refusal]:
    updates = plan.counted(Action.UPDATE) + plan.counted(Action.RENAME)
    if updates <= allow.updates:
        return []
    reason = _over_share("updates", updates, managed, limits.max_updates, limits.min_existing)
    return [Refusal("too-many-updates", reason, f"--allow-updates {updates}")] if reason else []


def _over_share(what: str, count: int, managed: int, share: float, min_existing: int) -> str:
    """Return in words that the share is exceeded, or an empty text."""
    if managed < max(min_existing, 1) or count <= share * managed:
        return ""
    return (
        f"{count} {what} are {count / managed:.1%} of the {managed} managed objects,"
        f" and the limit is {share:.0%}"
    )
