import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.errors import (
    ExitCode,
    UnsafePlanError,
)
from segsync.outcome import Outcome, Result
from segsync.plan import (
    Action,
    Blocked,
    Change,
    Kind,
    Plan,
    Refusal,
)
from segsync.segment import Account

BLOCKED = Blocked(Kind.SEGMENT, Action.DELETE, "x", "rule", "reason")
REFUSAL = Refusal("rule", "reason", "--allow")


@pytest.mark.parametrize(
    ("blocked", "refusals", "skip", "refuses"),
    [
        ((), (), False, False),
        ((BLOCKED,), (), False, True),
        ((BLOCKED,), (), True, False),
        ((replace(BLOCKED, holds=False),), (), False, False),
        ((), (REFUSAL,), False, True),
        ((BLOCKED,), (REFUSAL,), True, True),
    ],
)
def test_what_is_blocked_can_be_skipped_and_a_limit_cannot(
    blocked: tuple[Blocked, ...],
    refusals: tuple[Refusal, ...],
    *,
    skip: bool,
    refuses: bool,
) -> None:
    plan = Plan(Account(1), "segsync", (), blocked=blocked, refusals=refusals)
    if not refuses:
        workflow.refuse_unsafe(plan, skip_blocked=skip)
        return
    with pytest.raises(UnsafePlanError, match="nothing was written"):
        workflow.refuse_unsafe(plan, skip_blocked=skip)


def _outcomes(*ends: tuple[Result, ExitCode | None]) -> tuple[Plan, list[Outcome]]:
    changes = tuple(
        Change(number, Kind.SEGMENT, Action.CREATE, f"s{number}", None, None, None)
        for number, _ in enumerate(ends, start=1)
    )
    outcomes = [
        Outcome(change, result, exit_code=code)
        for change, (result, code) in zip(changes, ends, strict=True)
    ]
    return Plan(Account(1), "segsync", changes), outcomes


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ([], ExitCode.OK),
        ([(Result.APPLIED, None)], ExitCode.OK),
        ([(Result.APPLIED, None), (Result.SKIPPED, None)], ExitCode.PARTIAL),
        ([(Result.FAILED, ExitCode.UNAVAILABLE)], ExitCode.PARTIAL),
        ([(Result.FAILED, None)], ExitCode.PARTIAL),
        ([(Result.FAILED, ExitCode.AUTHENTICATION)], ExitCode.AUTHENTICATION),
        (
            [(Result.FAILED, ExitCode.AUTHENTICATION), (Result.SKIPPED, None)],
            ExitCode.AUTHENTICATION,
        ),
        (
            [(Result.FAILED, ExitCode.AUTHENTICATION), (Result.FAILED, None)],
            ExitCode.PARTIAL,
        ),
        (
            [(Result.APPLIED, None), (Result.FAILED, ExitCode.AUTHENTICATION)],
            ExitCode.PARTIAL,
        ),
    ],
)
def test_the_exit_code_follows_from_the_outcomes(
    ends: list[tuple[Result, ExitCode | None]], code: ExitCode
) -> None:
    assert workflow.apply_exit_code(*_outcomes(*ends), stopped=False) is code


def test_a_blocked_change_makes_an_apply_partial_unless_it_is_only_told() -> None:
    plan, outcomes = _outcomes((Result.APPLIED, None))
    blocked = Blocked(Kind.SEGMENT, Action.DELETE, "x", "rule", "reason")
    assert (
        workflow.apply_exit_code(replace(plan, blocked=(blocked,)), outcomes, stopped=False)
        is ExitCode.PARTIAL
    )
    told = replace(blocked, holds=False)
    assert (
        workflow.apply_exit_code(replace(plan, blocked=(told,)), outcomes, stopped=False)
        is ExitCode.OK
    )


def test_who_stops_an_apply_is_told_so_whatever_was_done() -> None:
    plan, outcomes = _outcomes((Result.APPLIED, None))
    assert workflow.apply_exit_code(plan, outcomes, stopped=True) is ExitCode.INTERRUPTED
