import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.api.client import Client
from segsync.api.limits import Limits
from segsync.applier import OnError
from segsync.errors import AuthenticationError
from segsync.outcome import Result
from segsync.plan import Allowances, Plan, Sizing
from segsync.planning.sizing import SizeQuestion
from segsync.sandbox.controls import add_fault
from segsync.sandbox.seed import Seed
from segsync.sandbox.store import open_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Guard, Marks
from segsync.workflow.sizing import measure
from tests.cli.shell import SETTINGS, seed_segment
from tests.workflow.repository import WISHES, Repository, saved

SEED = Seed(
    account={"aid": 1234, "name": "Acme"},
    fields={
        "user": [
            {"id": "order_count", "type": "int"},
            {"id": "total_spend", "type": "number"},
            {"id": "country", "type": "string"},
        ]
    },
    groups=(),
    segments=(
        seed_segment("active", "order_count > 2"),
        seed_segment("buyers", "AND ( INCLUDE active, total_spend BETWEEN 100 AND 900 )"),
        seed_segment("quiet", "order_count > 9", kind="aspect"),
    ),
    jobs=(),
    population={"profiles": 2000},
)
FILES = """\
segments:
  - {slug_name: active, name: Active, segment_ql: FILTER order_count > 4}
  - slug_name: buyers
    name: Buyers
    segment_ql: FILTER AND (INCLUDE active, total_spend BETWEEN 100 AND 900)
    guard: {max_shrink: 10%}
  - {slug_name: quiet, name: Quiet, kind: aspect, segment_ql: FILTER country = "US"}
  - {slug_name: fresh, name: Fresh, segment_ql: 'FILTER AND (INCLUDE quiet, NOT INCLUDE buyers)'}
"""
SIZES = replace(WISHES, sizes=True)
FREE = "limits: {max_updates: 100%}\n"


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.state.unlink()
    open_store(repository.state, seed=SEED).close()
    configure(repository, FREE)
    repository.write(FILES)
    return repository


def configure(repository: Repository, more: str) -> None:
    (repository.root / "segsync.yaml").write_text(SETTINGS + more)


def sizes_of(plan: Plan) -> dict[str, Sizing]:
    return {each.key: each for each in plan.sizes}


def fail(repository: Repository, rule: str) -> None:
    with closing(open_store(repository.state)) as store:
        add_fault(store, rule)


def apply(repository: Repository, planned: workflow.Planned) -> None:
    with workflow.open_to_write(repository.settings, command="apply", connections=1) as session:
        outcomes = workflow.carry_out(
            workflow.Ready(planned.plan, planned.live),
            session.client,
            session.writer,
            parallelism=1,
            on_error=OnError.STOP,
            stop=threading.Event(),
            warn=pytest.fail,
        )
        assert {each.result for each in outcomes} == {Result.APPLIED}


def test_what_was_measured_is_what_an_apply_brings_about(shop: Repository) -> None:
    planned = shop.planned(replace(SIZES, allow=Allowances(size_changes=("buyers",))))
    with shop.client() as client:
        ids = {each.key: each.id for each in client.live_state().segments}
        before = {slug: client.segment_size(identity) for slug, identity in ids.items()}
    apply(shop, planned)
    with shop.client() as client:
        ids = {each.key: each.id for each in client.live_state().segments}
        after = {slug: client.segment_size(identity) for slug, identity in ids.items()}

    measured = sizes_of(planned.plan)
    assert set(measured) == {"active", "buyers", "quiet", "fresh"}
    for slug, sizing in measured.items():
        assert sizing.unmeasured == ""
        assert (sizing.before, sizing.after) == (before.get(slug), after[slug])
        if slug in before:
            assert sizing.entering is not None
            assert sizing.leaving is not None
            assert sizing.after == before[slug] + sizing.entering - sizing.leaving
    assert measured["quiet"].entering
    assert measured["quiet"].leaving


def test_a_plan_without_sizes_asks_for_none(shop: Repository) -> None:
    shop.write(FILES.replace("    guard: {max_shrink: 10%}\n", ""))
    with shop.client() as client:
        plan = workflow.make_plan(shop.settings, client, WISHES).plan
        assert (plan.sizes, client.calls) == ((), 5)


def test_a_guard_measures_its_own_segment_alone_and_refuses(shop: Repository) -> None:
    plan = shop.planned().plan
    buyers = plan.sizes[0]
    assert [each.key for each in plan.sizes] == ["buyers"]
    assert buyers.guard == Guard(max_shrink=0.1)
    assert (buyers.entering, buyers.leaving) == (None, None)
    assert [(each.rule, each.allow) for each in plan.refusals] == [
        ("guard-max-shrink", "--allow-size-change buyers")
    ]
    allowed = shop.planned(replace(WISHES, allow=Allowances(size_changes=("buyers",)))).plan
    assert allowed.refusals == ()


def test_the_limit_measures_changed_definitions(shop: Repository) -> None:
    configure(shop, "limits: {max_updates: 100%, max_size_change: 20%}\n")
    shop.write(FILES.replace("    guard: {max_shrink: 10%}\n", ""))
    plan = shop.planned().plan
    assert [each.key for each in plan.sizes] == ["active", "quiet"]
    assert [each.rule for each in plan.refusals] == ["size-change-too-large"] * 2


def test_a_run_that_only_compares_asks_when_it_was_told_to(shop: Repository) -> None:
    configure(shop, "limits: {max_updates: 100%, max_size_change: 1%}\n")
    quiet = replace(WISHES, sends=False)
    assert shop.planned(quiet).plan.sizes == ()
    told = shop.planned(replace(quiet, sizes=True)).plan
    assert sorted(sizes_of(told)) == ["active", "fresh", "quiet"]
    assert told.refusals == ()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            "POST /api/segment/size nth=1 400",
            {"active": (True, True), "buyers": (True, False), "fresh": (False, True)},
        ),
        (
            "POST /api/segment/size 403",
            {"active": (True, False), "buyers": (True, False), "fresh": (False, False)},
        ),
        (
            "GET /api/segment/sizes 404",
            {"active": (False, True), "buyers": (False, True), "fresh": (False, True)},
        ),
    ],
)
def test_what_the_account_does_not_say_is_not_guessed(
    shop: Repository, fault: str, expected: dict[str, tuple[bool, bool]]
) -> None:
    fail(shop, fault)
    plan = shop.planned(SIZES).plan
    measured = sizes_of(plan)
    assert {
        key: (measured[key].before is not None, measured[key].after is not None) for key in expected
    } == expected
    assert [each.rule for each in plan.refusals] == ["size-not-measured"]


def test_after_a_failure_of_the_account_no_more_is_asked(shop: Repository) -> None:
    fail(shop, "POST /api/segment/size 403")
    with shop.client() as client:
        plan = workflow.make_plan(shop.settings, client, SIZES).plan
        calls = client.calls
    needed = "reading segments and groups needs the role v2_segment_view"
    why = f"POST /api/segment/size: Forbidden; {needed} (HTTP 403)"
    assert sizes_of(plan)["buyers"].unmeasured == why
    assert sizes_of(plan)["fresh"].unmeasured == f"not asked after {why}"
    assert calls == 8


@pytest.mark.parametrize("path", ["POST /api/segment/size", "GET /api/segment/sizes"])
def test_a_token_that_is_refused_ends_the_run(shop: Repository, path: str) -> None:
    fail(shop, f"{path} 401")
    with pytest.raises(AuthenticationError):
        shop.planned(SIZES)


def test_the_guards_of_the_files_are_asked_again_whatever_a_saved_plan_says(
    shop: Repository,
) -> None:
    plan = shop.planned().plan
    assert [each.rule for each in plan.refusals] == ["guard-max-shrink"]
    forged = replace(plan, sizes=(), refusals=())
    harmless = replace(sizes_of(plan)["buyers"], after=sizes_of(plan)["buyers"].before)
    for each in (forged, replace(forged, sizes=(harmless,))):
        with shop.client() as client:
            file = saved(shop, each)
            loaded, _ = workflow.load_saved_plan(shop.settings, client, file, wishes=WISHES)
        assert loaded.refusals == plan.refusals


def test_a_saved_plan_is_judged_again_by_the_limits_of_now(shop: Repository) -> None:
    allowed = replace(WISHES, allow=Allowances(size_changes=("buyers",)))
    file = saved(shop, shop.planned(replace(allowed, sizes=True)).plan)
    unsized = replace(shop.planned(allowed).plan, sizes=())

    def rules() -> list[str]:
        with shop.client() as client:
            loaded, _ = workflow.load_saved_plan(shop.settings, client, file, wishes=WISHES)
        return [each.rule for each in loaded.refusals]

    assert rules() == []
    configure(shop, "limits: {max_updates: 100%, max_size_change: 20%}\n")
    assert rules() == ["size-change-too-large"] * 2
    file = saved(shop, unsized)
    assert rules() == ["size-change-too-large"] * 2
    file = saved(shop, shop.planned().plan)
    assert rules() == ["size-change-too-large", "guard-max-shrink", "size-change-too-large"]


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def throttled(repository: Repository, time: Time) -> Iterator[Client]:
    """Open the account as a remote one, which counts one definition in ten seconds."""
    with (
        closing(open_store(repository.state)) as store,
        Client(
            url="https://sandbox.invalid",
            token="sandbox",
            marks=Marks(),
            transport=SandboxTransport(store),
            limits=Limits(),
            clock=time,
            sleep=time.sleep,
            random=lambda: 0.0,
        ) as client,
    ):
        yield client


def test_sizes_keep_to_the_pace_and_to_the_budget(shop: Repository) -> None:
    time = Time()
    questions = [
        SizeQuestion(f"s{n}", "user", None, after=f"FILTER order_count > {n}") for n in range(5)
    ]
    with throttled(shop, time) as client:
        found = measure(client, questions, budget=25.0, clock=time)
        assert client.calls == 4
    assert time.now == 30.0
    assert [each.after is not None for each in found] == [True, True, True, True, False]
    assert found[4].unmeasured == "the 25 s of --size-budget are over"
