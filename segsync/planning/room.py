"""Tells when a plan would bring an account past the number of audiences that it may have."""

from collections.abc import Iterator

from segsync.diagnostics import Diagnostic, warning
from segsync.plan import Action, Kind, Plan
from segsync.segment import LiveState

MAX_AUDIENCES = 500
"""How many audiences an account may have (documented)."""


def check_room(plan: Plan, live: LiveState) -> Iterator[Diagnostic]:
    """Yield a warning when the plan creates segments that may not fit into the account.

    It is no error: whether Lytics' own segments count is unknown, and they are not counted here;
    nor is it known what the API does past the limit, and an account may have another one.
    """
    made = _number(plan, Action.CREATE)
    there = sum(not each.untouchable for each in live.segments)
    then = there + made - _number(plan, Action.DELETE)
    if made and then > MAX_AUDIENCES:
        yield warning(
            "account-is-full",
            f"with this plan the account would have {then:,} audiences, and Lytics documents a"
            f" limit of {MAX_AUDIENCES}",
            detail="What does not fit may be refused when it is created; the rest is carried out.",
        )


def _number(plan: Plan, action: Action) -> int:
    return sum(each.action is action and each.kind is Kind.SEGMENT for each in plan.changes)
