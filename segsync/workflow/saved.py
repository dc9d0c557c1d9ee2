"""Takes a saved plan up again, as long as it fits the account and is what segsync would plan."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Location, error
from segsync.errors import InvalidInputError, StalePlanError, UnsafePlanError, WrongAccountError
from segsync.plan import Action, Plan, Refusal
from segsync.planning.absence import fewer
from segsync.planning.replanning import differences, forbidden_now, plan_again
from segsync.planning.size_rules import size_refusals
from segsync.planning.staleness import what_moved
from segsync.planning.trust import inconsistencies
from segsync.segment import DEFAULT_TABLE, DesiredState, LiveState, Segment
from segsync.value import Value
from segsync.workflow.account import read_account
from segsync.workflow.files import read_files
from segsync.workflow.plans import list_disagrees, plan_options
from segsync.workflow.refusing import blocked_told, refuse, without_forbidden
from segsync.workflow.seen import check_presence
from segsync.workflow.sizing import with_sizes
from segsync.workflow.wishes import Wishes
from segsync.yamlfile.pause import paused_collector

_SHOWN = 5
# A plan of ten thousand changes has some thirty.
_MOST_BYTES = 256 * 1024 * 1024


def load_saved_plan(
    settings: Settings, client: Client, file: Path, *, wishes: Wishes
) -> tuple[Plan, LiveState]:
    """Return the plan of a file that `plan --out` wrote, and what the account has now.

    Raises `InvalidInputError` when the file is damaged or says what segsync would not,
    `WrongAccountError` when it was made for another account, `StalePlanError` when what it touches
    or includes has changed since, `UnsafePlanError` when it was edited to do what a rule forbids.
    The limits are those of now, and what the plan breaks of them is in its refusals; freezes,
    adoptions and guards are those of the files. Of the wishes count the day, and how long sizes may
    take.
    """
    from segsync.planfile import load as load_plan  # noqa: PLC0415 - few runs need the schema

    # What is no text is no plan: the strict reading that follows says so.
    plan = load_plan(_text(file), path=str(file))
    _refuse_inconsistent(inconsistencies(plan), file)
    if plan.tag != settings.tag:
        message = f'the plan marks with the tag "{plan.tag}", segsync.yaml says "{settings.tag}"'
        raise StalePlanError(message)
    live = check_plan_fits(settings, client, plan)
    wishes = replace(wishes, allow=plan.allowed, sends=True, sizes=False)
    with paused_collector():
        return _Belief(settings, client, wishes).believed(plan, live, file), live


def _text(file: Path) -> str:
    """Return what the file holds; raise `InvalidInputError` when it does not end, as a device."""
    with file.open("rb") as stream:
        raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        summary = f"the file is larger than any plan: more than {_MOST_BYTES // 2**20} MiB"
        detail = "Make it again: segsync plan --out plan.json"
        at = Location(str(file))
        raise InvalidInputError([error("plan-too-large", summary, detail=detail, at=at)])
    return raw.decode("utf-8", errors="replace")


class _Belief(Value, frozen=True):
    """What a plan from a file is held against, beside the account."""

    settings: Settings
    client: Client
    wishes: Wishes

    def believed(self, plan: Plan, live: LiveState, file: Path) -> Plan:
        """Return the plan with what it breaks now; raise when segsync would not make it."""
        options = plan_options(self.settings, self.wishes)
        # Problems of the files are for the next plan. What cannot be read allows nothing.
        files = read_files(self.settings).desired
        again = plan_again(plan, live, options, files=files)
        refuse([blocked_told(each) for each in forbidden_now(plan, again)])
        _refuse_inconsistent(differences(plan, again), file)
        return replace(plan, refusals=tuple(self._refusals(plan, again, files, live)))

    def _refusals(
        self, plan: Plan, again: Plan, files: DesiredState, live: LiveState
    ) -> Iterator[Refusal]:
        """Yield what the plan says of limits, and what else they say now; sizes counted again."""
        sized = with_sizes(
            again,
            files.segments,
            live,
            settings=self.settings,
            client=self.client,
            wishes=self.wishes,
        )
        # What was not measured for the review has been measured now, or that is told.
        now = {("size-not-measured", each.key) for each in sized.sizes}
        reviewed = [
            each
            for each in size_refusals(plan, self.settings.limits, plan.allowed)
            if _subject(each) not in now
        ]
        every: dict[tuple[str, str], Refusal] = {}
        for each in (*plan.refusals, *sized.refusals, *reviewed):
            every.setdefault(_subject(each), each)
        yield from without_forbidden(self.settings, every.values())


def _subject(refusal: Refusal) -> tuple[str, str]:
    """Return the rule, and the segment that a rule about sizes speaks of."""
    is_about_one = refusal.rule.startswith(("size-", "guard-"))
    return refusal.rule, refusal.reason.partition(":")[0] if is_about_one else ""


def _refuse_inconsistent(wrong: Sequence[str], file: Path) -> None:
    if not wrong:
        return
    summary = "the plan says what no plan of segsync says"
    detail = "\n".join(wrong[:_SHOWN])
    raise InvalidInputError(
        [error("plan-inconsistent", summary, detail=detail, at=Location(str(file)))]
    )


def check_plan_fits(settings: Settings, client: Client, plan: Plan) -> LiveState:
    """Return what the account has now; raise as `load_saved_plan` when the plan does not fit it."""
    tables = {each.after.table for each in plan.changes if isinstance(each.after, Segment)}
    with paused_collector():
        live = read_account(settings, client, tables=tables | {DEFAULT_TABLE})
        if live.account.aid != plan.account.aid:
            message = (
                f"the plan was made for account {plan.account.aid},"
                f" and the token belongs to account {live.account.aid}"
            )
            raise WrongAccountError(message)
        lacking = fewer(
            plan.live,
            len(live.segments) + len(live.groups),
            limits=settings.limits,
            allow=plan.allowed,
        )
        refuse([lacking] if lacking else [])
        check_presence(settings, live, plan.allowed)
        if any(each.action is Action.DELETE for each in plan.changes):
            live = replace(live, jobs=client.jobs())
        moved = what_moved(plan, live)
        doubts = list_disagrees(client, plan, live)
    if doubts:
        message = f"{doubts[0].reason}. Nothing was written."
        raise UnsafePlanError(
            message, diagnostics=[error(each.rule, each.reason) for each in doubts]
        )
    if moved:
        listed = "\n".join(f"  - {each}" for each in moved)
        message = (
            f"the account has changed since the plan was made:\n{listed}\n"
            "Nothing was written. Make a new plan and review it."
        )
        raise StalePlanError(message, diagnostics=[error("account-moved", each) for each in moved])
    return live
