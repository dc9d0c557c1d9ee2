"""The use cases, one function each: the only place where the stages are put together."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import Location, error, has_errors, sort_key
from segsync.errors import (
    InvalidInputError,
    StalePlanError,
    UnsafePlanError,
    WrongAccountError,
)
from segsync.loader.load import Loaded, load
from segsync.loader.sources import audience_test_files, read_audience_file
from segsync.plan import Action, Allowances, Plan, Reevaluate, Refusal
from segsync.planning.check import check
from segsync.planning.drift import as_drift, unhealthy
from segsync.planning.options import PlanOptions
from segsync.planning.planner import build_plan
from segsync.planning.staleness import what_moved
from segsync.planning.trust import inconsistencies, unlisted
from segsync.report.facts import DriftFacts, LastChange
from segsync.segment import DEFAULT_TABLE, DesiredState, LiveState, Marks, Segment
from segsync.yamlfile.pause import paused_collector

if TYPE_CHECKING:
    import httpx

    from segsync.exporter import PulledFiles
    from segsync.suite import SuiteRun

# The embedded sandbox is reached through a transport in this process; no such host exists.
_SANDBOX_URL = "https://sandbox.invalid"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked of one run, beside the settings."""

    today: date
    allow: Allowances = field(default_factory=Allowances)
    reevaluate: Reevaluate | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and the two states that it was made from."""

    plan: Plan
    desired: DesiredState
    live: LiveState


def read_files(settings: Settings, *, lint: bool = False, today: date | None = None) -> Loaded:
    """Read the repository's files: desired state and every problem, errors included.

    With `lint`, what the lint rules find in the definitions is among the problems; with `today`,
    what has expired by then.
    """
    with paused_collector():
        return load(
            settings.audiences,
            root=settings.root,
            account=settings.account.name,
            variables=settings.account.variables,
            ownership_tag=settings.tag,
            known_accounts=settings.accounts,
            lint=settings.lint if lint else None,
            today=today,
        )


def run_tests(
    settings: Settings, *, slugs: Sequence[str] = (), now: datetime | None = None
) -> "SuiteRun":
    """Hold the audience tests against the definitions in the files; no account is asked.

    `slugs` are patterns for the audiences to test, all without one; `now` overrides what the files
    say. With errors in any file nothing is tested, and the run has them all.
    """
    # Imported here: no other command evaluates definitions.
    from segsync import audience_tests  # noqa: PLC0415
    from segsync.suite import SuiteRun  # noqa: PLC0415

    account = settings.account.name
    loaded = read_files(settings)
    if has_errors(loaded.diagnostics):
        return SuiteRun(account, 0, diagnostics=loaded.diagnostics)
    definitions = audience_tests.of_files(loaded.desired)
    chosen, strangers = audience_tests.choose(definitions, slugs)
    files = [
        read_audience_file(path, settings.audiences, settings.root)
        for path in audience_test_files(settings.audiences)
    ]
    suites, problems = audience_tests.read_suites(
        [document for file in files for document in file.documents],
        audience_tests.Context(definitions, account, settings.accounts, now),
    )
    unread = (problem for file in files for problem in file.diagnostics)
    diagnostics = tuple(sorted((*strangers, *unread, *problems), key=sort_key))
    if has_errors(diagnostics):
        return SuiteRun(account, len(files), diagnostics=diagnostics)
    checks = tuple(audience_tests.check(suites, chosen))
    conditions = audience_tests.coverage(checks, definitions)
    return SuiteRun(account, len(files), chosen, checks, conditions, diagnostics)


@contextmanager
def open_client(settings: Settings, *, connections: int = 10) -> Iterator[Client]:
    """Open the configured account for as long as the block lasts.

    Raises `AuthenticationError` without a token, and `InvalidInputError` when the block meets a
    damaged state of an embedded sandbox.
    """
    account = settings.account
    with (
        _transport(account.sandbox) as transport,
        Client(
            url=_SANDBOX_URL if transport else account.url,
            token=account.require_token(),
            marks=Marks(settings.tag),
            transport=transport,
            connections=connections,
        ) as client,
    ):
        yield client


@contextmanager
def _transport(sandbox: Path | None) -> Iterator["httpx.BaseTransport | None"]:
    """Give what takes the place of the network, if the account is embedded."""
    if sandbox is None:
        yield None
        return
    # Imported here: only an embedded account needs the sandbox.
    from segsync.sandbox.errors import SandboxStateError  # noqa: PLC0415
    from segsync.sandbox.store import open_store  # noqa: PLC0415
    from segsync.sandbox.transport import SandboxTransport  # noqa: PLC0415

    try:
        with closing(open_store(sandbox)) as store:
            yield SandboxTransport(store)
    except SandboxStateError as problem:
        raise InvalidInputError([error("sandbox-state", str(problem))]) from problem


def make_plan(settings: Settings, client: Client, wishes: Wishes) -> Planned:
    """Read files and account and plan; raises `InvalidInputError` with every problem found."""
    loaded = read_files(settings)
    if has_errors(loaded.diagnostics):
        raise InvalidInputError(loaded.diagnostics)
    with paused_collector():
        live = read_account(settings, client, tables=_tables(loaded.desired))
        problems = check(loaded.desired, live)
        # The account has answered what the files alone left open, or `check` complains.
        told = tuple(each for each in loaded.diagnostics if each.code != "include-not-in-files")
        if problems:
            raise InvalidInputError((*told, *problems))
        options = _options(settings, wishes)
        plan = build_plan(loaded.desired, live, options)
        if _jobs_matter(plan):
            live = replace(live, jobs=client.jobs())
            plan = build_plan(loaded.desired, live, options)
        refusals = (*plan.refusals, *_list_disagrees(client, plan, live))
    return Planned(replace(plan, diagnostics=told, refusals=refusals), loaded.desired, live)


def _options(settings: Settings, wishes: Wishes) -> PlanOptions:
    return PlanOptions(
        tag=settings.tag,
        today=wishes.today,
        prune=settings.prune,
        limits=settings.limits,
        allow=wishes.allow,
        reevaluate=wishes.reevaluate,
    )


def _tables(desired: DesiredState) -> Collection[str]:
    return {each.segment.table for each in desired.segments.values()} | {DEFAULT_TABLE}


def _jobs_matter(plan: Plan) -> bool:
    """Return whether exports have to be known: a segment goes, or its members move."""
    return any(each.moves_members for each in plan.changes)


def _list_disagrees(client: Client, plan: Plan, live: LiveState) -> tuple[Refusal, ...]:
    """Return the refusal to delete by a list that the account contradicts, table by table."""
    if not plan.counted(Action.DELETE):
        return ()
    tables = sorted({each.segment.table for each in live.segments} | {DEFAULT_TABLE})
    return unlisted(
        live, (each for table in tables for each in client.segments_of_table(table, {}))
    )


def read_account(
    settings: Settings, client: Client, *, tables: Collection[str] = (DEFAULT_TABLE,)
) -> LiveState:
    """Read the live state; raises `WrongAccountError` when the token opens another account."""
    live = client.live_state(tables=tables)
    expected = settings.account.aid
    if expected is not None and live.account.aid != expected:
        message = (
            f"the token belongs to account {live.account.aid}, but account"
            f' "{settings.account.name}" in segsync.yaml says aid: {expected}'
        )
        raise WrongAccountError(message)
    return live


def refuse_unsafe(plan: Plan, *, skip_blocked: bool) -> None:
    """Raise `UnsafePlanError` when a safety rule forbids to apply the plan.

    Blocked changes may be left out on request; limits are lifted by their own flags only.
    """
    if plan.refusals or (plan.holding and not skip_blocked):
        message = (
            "refused by a safety rule; nothing was written. The plan says why, and the way out."
        )
        raise UnsafePlanError(message)


def load_saved_plan(settings: Settings, client: Client, file: Path) -> tuple[Plan, LiveState]:
    """Return the plan of a file that `plan --out` wrote, and what the account has now.

    Raises `InvalidInputError` when the file is damaged, `WrongAccountError` when it was made for
    another account, `StalePlanError` when what it touches or includes has changed since.
    """
    from segsync.planfile import load as load_plan  # noqa: PLC0415 - few runs need the schema

    # What is no text is no plan: the strict reading that follows says so.
    plan = load_plan(file.read_text(encoding="utf-8", errors="replace"), path=str(file))
    wrong = inconsistencies(plan)
    if wrong:
        summary = "the plan says what no plan of segsync says"
        raise InvalidInputError(
            [error("plan-inconsistent", summary, detail="\n".join(wrong), at=Location(str(file)))]
        )
    if plan.tag != settings.tag:
        message = f'the plan marks with the tag "{plan.tag}", segsync.yaml says "{settings.tag}"'
        raise StalePlanError(message)
    return plan, check_plan_fits(settings, client, plan)


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
        if plan.counted(Action.DELETE):
            live = replace(live, jobs=client.jobs())
        moved = what_moved(plan, live)
        doubts = _list_disagrees(client, plan, live)
    if doubts:
        message = f"{doubts[0].reason}. Nothing was written."
        raise UnsafePlanError(message)
    if moved:
        listed = "\n".join(f"  - {each}" for each in moved)
        message = (
            f"the account has changed since the plan was made:\n{listed}\n"
            "Nothing was written. Make a new plan and review it."
        )
        raise StalePlanError(message)
    return live


def find_drift(planned: Planned) -> tuple[Plan, DriftFacts]:
    """Return what differs in the account, accepted differences set apart."""
    plan = as_drift(planned.plan)
    last_changes = {
        each.id: LastChange(each.updated, each.author_id) for each in planned.live.segments
    } | {each.id: LastChange(each.updated, each.author) for each in planned.live.groups}
    touched = {each.id for each in plan.changes}
    facts = DriftFacts(
        changed={key: each for key, each in last_changes.items() if key in touched},
        accepted=plan.accepted,
        unhealthy=tuple(unhealthy(planned.live)),
    )
    return plan, facts


def pull(settings: Settings, client: Client, *, into: Path) -> "PulledFiles":
    """Write files for what the account has into an empty folder; nothing is written elsewhere."""
    # Imported here: only this command writes files.
    from segsync.exporter import pull_files, write_files  # noqa: PLC0415

    live = read_account(settings, client)
    pulled = pull_files(live, tag=settings.tag)
    write_files(into, pulled.files)
    return pulled
