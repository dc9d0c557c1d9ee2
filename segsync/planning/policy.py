"""The limits of one run: how many objects may be deleted or updated without being named."""

from segsync.plan import Action, Allowances, Limits, Plan, Refusal


def refusals(
    plan: Plan, *, managed: int, desired: int, limits: Limits, allow: Allowances
) -> tuple[Refusal, ...]:
    """Return the limits that the plan breaks.

    `managed` is the number of live objects that segsync owns, of which shares are taken;
    `desired` is the number of objects in the files.
    """
    found: list[Refusal] = []
    if plan.live == 0 and not allow.empty:
        found.append(
            Refusal(
                "account-is-empty",
                "the account lists no segment and no group at all, which a real account never"
                " does; the token or the address may be wrong",
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
    flag = f"--allow-deletes {deletes}"
    if deletes > limits.max_deletes_count:
        return [
            Refusal(
                "too-many-deletes",
                f"{deletes} deletes, and the limit is {limits.max_deletes_count}",
                flag,
            )
        ]
    return _over_share(
        "too-many-deletes", "deletes", deletes, managed, limits.max_deletes, flag, limits
    )


def _too_many_updates(plan: Plan, managed: int, limits: Limits, allow: Allowances) -> list[Refusal]:
    updates = plan.counted(Action.UPDATE) + plan.counted(Action.RENAME)
    if updates <= allow.updates:
        return []
    flag = f"--allow-updates {updates}"
    return _over_share(
        "too-many-updates", "updates", updates, managed, limits.max_updates, flag, limits
    )


def _over_share(
    rule: str, what: str, count: int, managed: int, share: float, flag: str, limits: Limits
) -> list[Refusal]:
    if managed < limits.min_existing or count <= share * managed:
        return []
    reason = (
        f"{count} {what} are {count / managed:.1%} of the {managed} managed objects,"
        f" and the limit is {share:.0%}"
    )
    return [Refusal(rule, reason, flag)]
