import json
from contextlib import closing

import httpx
import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.api.client import Client
from segsync.errors import (
    InvalidInputError,
    UnsafePlanError,
)
from segsync.plan import (
    Action,
    Allowances,
    Reevaluate,
)
from segsync.sandbox.edits import add_job
from segsync.sandbox.store import open_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Marks
from segsync.workflow import Wishes
from tests.cli.shell import FILES
from tests.workflow.repository import TODAY, WISHES, Repository, saved


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
        assert client.calls == 5
    assert plan.changes[0].exports == ('google_ads "Ads"',)


def test_wishes_reach_the_plan(repository: Repository) -> None:
    repository.write(
        f"{FILES}  - {{slug_name: foreign, name: Mine, segment_ql: FILTER orders > 1}}\n"
    )
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
            workflow.load_saved_plan(
                repository.settings, client, saved(repository, whole), wishes=WISHES
            )
