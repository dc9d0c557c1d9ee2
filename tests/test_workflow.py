import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from segsync import workflow
from segsync.api.client import Client
from segsync.config import Settings, read_settings
from segsync.errors import (
    AuthenticationError,
    InvalidInputError,
    StalePlanError,
    UnsafePlanError,
    WrongAccountError,
)
from segsync.plan import (
    AcceptedDifference,
    Action,
    Allowances,
    Blocked,
    Kind,
    Plan,
    Reevaluate,
    Refusal,
)
from segsync.planfile import dump
from segsync.sandbox.edits import add_job, edit_segment
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.store import open_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Account, Marks
from segsync.workflow import Wishes
from tests.cli.shell import FILES, SEED, SETTINGS

TODAY = date(2026, 11, 23)
WISHES = Wishes(today=TODAY)
BLOCKED = Blocked(Kind.SEGMENT, Action.DELETE, "x", "rule", "reason")
REFUSAL = Refusal("rule", "reason", "--allow")


class Repository:
    """Files in a folder, with an embedded account that is in step with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "audiences").mkdir()
        (root / "segsync.yaml").write_text(SETTINGS)
        self.state = root / ".segsync/sandbox.db"
        open_store(self.state, seed=SEED).close()
        self.write(FILES)

    def write(self, text: str) -> None:
        (self.root / "audiences/all.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        return read_settings(None, account=None, environ={}, cwd=self.root)

    @contextmanager
    def client(self) -> Iterator[Client]:
        with workflow.open_client(self.settings) as opened:
            yield opened

    def planned(self, wishes: Wishes = WISHES) -> workflow.Planned:
        with self.client() as client:
            return workflow.make_plan(self.settings, client, wishes)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_files_are_read_with_every_problem_that_they_have(repository: Repository) -> None:
    repository.write(FILES.replace("[Campaigns]", "[Nope]").replace("visits > 2", "visits >"))
    loaded = workflow.read_files(repository.settings)
    assert {each.code for each in loaded.diagnostics} >= {"unknown-group"}
    assert loaded.files == 1


def test_an_account_without_a_token_is_not_opened(repository: Repository) -> None:
    settings = repository.settings
    remote = replace(settings, account=replace(settings.account, sandbox=None, token=""))
    with pytest.raises(AuthenticationError), workflow.open_client(remote):
        pass


def test_a_sandbox_that_fails_underway_is_wrong_input(repository: Repository) -> None:
    message = "disk gone"
    with pytest.raises(InvalidInputError, match="disk gone"), repository.client():
        raise SandboxStateError(message)


def test_the_account_is_read_with_one_call_for_each_kind(repository: Repository) -> None:
    with repository.client() as client:
        planned = workflow.make_plan(repository.settings, client, WISHES)
        assert client.calls == 3
    assert planned.plan.changes == ()
    assert planned.live.jobs is None


def test_exports_are_read_only_when_members_move_or_a_segment_goes(
    repository: Repository,
) -> None:
    store = open_store(repository.state)
    add_job(store, "Ads", workflow="google_ads", segments=("buyers",))
    store.close()
    repository.write(FILES.replace("name: Active", "name: Lively"))
    with repository.client() as client:
        workflow.make_plan(repository.settings, client, WISHES)
        assert client.calls == 3
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    with repository.client() as client:
        plan = workflow.make_plan(repository.settings, client, WISHES).plan
        assert client.calls == 4
    assert plan.changes[0].exports == ('google_ads "Ads"',)


def test_wishes_reach_the_plan(repository: Repository) -> None:
    repository.write(f"{FILES}  - {{slug_name: foreign, name: Mine, segment_ql: FILTER a > 1}}\n")
    assert [each.key for each in repository.planned().plan.blocked] == ["foreign"]
    wishes = replace(WISHES, allow=Allowances(adopt=True), reevaluate=Reevaluate.CHANGED)
    plan = repository.planned(wishes).plan
    assert [(each.action, each.key) for each in plan.changes] == [
        (Action.UPDATE, "foreign"),
        (Action.REEVALUATE, "foreign"),
    ]


def test_what_the_account_answers_is_no_open_question(repository: Repository) -> None:
    repository.write(FILES.replace("INCLUDE active", "INCLUDE foreign"))
    assert repository.planned().plan.diagnostics == ()


def test_what_the_account_lacks_is_told_once(repository: Repository) -> None:
    repository.write(FILES.replace("INCLUDE active", "INCLUDE nobody"))
    with pytest.raises(InvalidInputError) as caught:
        repository.planned()
    assert [each.code for each in caught.value.diagnostics] == ["include-missing"]


def test_another_account_is_refused_before_anything_else(repository: Repository) -> None:
    settings = repository.settings
    expecting = replace(settings, account=replace(settings.account, aid=1234))
    other = replace(settings, account=replace(settings.account, aid=99))
    with repository.client() as client:
        assert workflow.read_account(expecting, client).account.aid == 1234
        with pytest.raises(WrongAccountError, match="belongs to account 1234"):
            workflow.read_account(other, client)


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


def saved(repository: Repository, plan: Plan) -> Path:
    file = repository.root / "plan.json"
    file.write_text(dump(plan))
    return file


def test_a_saved_plan_comes_back_as_it_was(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client:
        file = saved(repository, plan)
        assert workflow.load_saved_plan(repository.settings, client, file)[0] == plan


def test_a_saved_plan_must_fit_tag_account_and_state(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client:

        def load(changed: Plan) -> None:
            workflow.load_saved_plan(repository.settings, client, saved(repository, changed))

        with pytest.raises(StalePlanError, match='tag "other"'):
            load(replace(plan, tag="other"))
        with pytest.raises(WrongAccountError, match="made for account 99"):
            load(replace(plan, account=Account(99, "Other")))
        store = open_store(repository.state)
        edit_segment(store, "active", name="Edited")
        store.close()
        with pytest.raises(StalePlanError, match="segment active was changed"):
            load(plan)


def test_drift_tells_who_changed_what_and_what_is_accepted(repository: Repository) -> None:
    accepted = "    accept_drift: {fields: [name], until: 2026-12-31, reason: agency}\n"
    repository.write(FILES.replace("  - slug_name: buyers", f"{accepted}  - slug_name: buyers"))
    store = open_store(repository.state)
    edit_segment(store, "active", name="Edited", author_id="jo")
    edit_segment(store, "buyers", segment_ql="FILTER orders > 5", author_id="al")
    store.close()
    plan, facts = workflow.find_drift(repository.planned())
    assert [each.key for each in plan.changes] == ["buyers"]
    assert [each.author for each in facts.changed.values()] == ["al"]
    assert facts.accepted == (AcceptedDifference("active", ("name",), "2026-12-31", "agency"),)
    assert facts.unhealthy == ()
    later, _ = workflow.find_drift(repository.planned(Wishes(today=date(2027, 1, 1))))
    assert {each.key for each in later.changes} == {"active", "buyers"}


def test_pull_writes_files_that_declare_the_account(repository: Repository) -> None:
    into = repository.root / "live"
    with repository.client() as client:
        pulled = workflow.pull(repository.settings, client, into=into)
    found = {each.relative_to(into).as_posix() for each in into.rglob("*.yaml")}
    assert found == set(pulled.files)
    assert pulled.left_out == ()


class Forgetful(httpx.BaseTransport):
    """Answers as the sandbox does, with one segment less when all tables are asked for."""

    def __init__(self, real: httpx.BaseTransport, slug: str) -> None:
        self.real = real
        self.slug = slug

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.real.handle_request(request)
        if request.url.params.get("table") != "all":
            return answer
        body = json.loads(answer.read())
        body["data"] = [each for each in body["data"] if each["slug_name"] != self.slug]
        return httpx.Response(answer.status_code, json=body)


def test_nothing_is_deleted_by_a_list_that_the_account_contradicts(repository: Repository) -> None:
    repository.write("segments: []\n")
    wishes = Wishes(today=TODAY, allow=Allowances(empty=True, deletes=9))
    whole = repository.planned(wishes).plan
    assert whole.refusals == ()
    with (
        closing(open_store(repository.state)) as store,
        Client(
            url="https://sandbox.invalid",
            token=repository.settings.account.require_token(),
            marks=Marks("segsync"),
            transport=Forgetful(SandboxTransport(store), "active"),
        ) as client,
    ):
        plan = workflow.make_plan(repository.settings, client, wishes).plan
        assert [each.rule for each in plan.refusals] == ["list-disagrees"]
        assert plan.refusals[0].reason.endswith("the list of all tables lacks active")
        with pytest.raises(UnsafePlanError, match=r"lacks active\. Nothing was written"):
            workflow.load_saved_plan(repository.settings, client, saved(repository, whole))


def test_a_saved_plan_that_segsync_cannot_have_made_is_refused(repository: Repository) -> None:
    repository.write(FILES.replace("visits > 2", "visits > 3"))
    plan = repository.planned().plan
    with repository.client() as client, pytest.raises(InvalidInputError) as caught:
        workflow.load_saved_plan(
            repository.settings, client, saved(repository, replace(plan, fingerprints={}))
        )
    (problem,) = caught.value.diagnostics
    assert problem.code == "plan-inconsistent"
    assert problem.detail == (
        "change 1 (update active) is about something that the plan has not seen"
    )
