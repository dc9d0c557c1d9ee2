"""Brings a plan to the account: taken up, found safe, approved and carried out, in this order."""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.errors import ExitCode, NotApprovedError
from segsync.journal import Ended
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.segment import LiveState
from segsync.value import Value
from segsync.workflow.plans import make_plan
from segsync.workflow.saved import check_plan_fits, load_saved_plan
from segsync.workflow.seen import forget_ahead, remember_outcomes
from segsync.workflow.wishes import Wishes
from segsync.workflow.writer import Writer, journaled

if TYPE_CHECKING:
    from segsync.applier import OnError

# Seconds. Whoever thought about a plan for longer may say yes to an account that has moved.
PATIENCE = 60.0


class Ready(Value, frozen=True):
    """A plan to apply and the account that it fits; `saved` tells that it comes from a file."""

    plan: Plan
    live: LiveState
    saved: bool = False


def ready_plan(settings: Settings, client: Client, wishes: Wishes, file: Path | None) -> Ready:
    """Return the plan of the file if one is named, or else a new one.

    Raises what `load_saved_plan` and `make_plan` raise.
    """
    if file is None:
        planned = make_plan(settings, client, wishes)
        return Ready(planned.plan, planned.live)
    return Ready(*load_saved_plan(settings, client, file, wishes=wishes), saved=True)


def approve(
    settings: Settings, client: Client, ready: Ready, *, ask: Callable[[Plan], bool]
) -> Ready:
    """Ask a person, and return what was approved with the account as it is by then.

    Raises `NotApprovedError` for any answer but yes, and what `check_plan_fits` raises when the
    account has moved while the person thought.
    """
    asked = time.monotonic()
    if not ask(ready.plan):
        message = "Not confirmed; nothing was written."
        raise NotApprovedError(message)
    if time.monotonic() - asked <= PATIENCE:
        return ready
    return replace(ready, live=check_plan_fits(settings, client, ready.plan))


def carry_out(  # noqa: PLR0913 - what a run needs, and how it is to go
    ready: Ready,
    client: Client,
    writer: Writer,
    *,
    parallelism: int,
    on_error: "OnError",
    stop: threading.Event,
    warn: Callable[[str], None],
) -> Generator[Outcome, None, None]:
    """Yield exactly one outcome for each change of the plan, as they end; close it to give up.

    Each write is in the journal before it is sent; `warn` is told when that became incomplete.
    Once `stop` is set no new change starts and no wait goes on; the calls in flight finish.
    Raises `JournalError` before anything is sent when there can be no journal.
    """
    from segsync.applier import apply_plan  # noqa: PLC0415 - most commands write nothing

    if not ready.plan.changes:
        return
    outcomes: list[Outcome] = []
    with journaled(writer, ready.plan, ready.live, warn=warn) as (journal, finish):
        forget_ahead(writer.memory, ready.live, ready.plan.changes)
        client.heed(stop)
        try:
            for outcome in apply_plan(
                ready.plan,
                client,
                known_ids=ready.live.ids,
                parallelism=parallelism,
                stop=stop,
                on_error=on_error,
                journal=journal,
            ):
                outcomes.append(outcome)
                yield outcome
        finally:
            finish(Ended.STOPPED if stop.is_set() else Ended.COMPLETED)
            remember_outcomes(writer.memory, ready.live, outcomes)


def apply_exit_code(plan: Plan, outcomes: Sequence[Outcome], *, stopped: bool) -> ExitCode:
    """Return the exit code for a plan that was carried out, or `stopped` on the way.

    When the token was not good enough for a single write, or the journal for the first, that is all
    there is to say.
    """
    if stopped:
        return ExitCode.INTERRUPTED
    results = {each.result for each in outcomes}
    if results <= {Result.APPLIED} and not plan.holding:
        return ExitCode.OK
    failures = {each.exit_code for each in outcomes if each.result is Result.FAILED}
    for code in (ExitCode.AUTHENTICATION, ExitCode.INVALID_INPUT):
        if Result.APPLIED not in results and failures == {code}:
            return code
    return ExitCode.PARTIAL
