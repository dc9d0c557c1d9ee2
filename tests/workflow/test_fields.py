import dataclasses
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.api.client import Client
from segsync.errors import InvalidInputError
from segsync.sandbox.store import Store, open_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Marks
from tests.cli.shell import FILES, SEED
from tests.workflow.repository import WISHES, Repository

TYPO = FILES.replace("visits > 2", "vists > 2")
SCHEMA = "/v2/schema/user/field"
Answer = Callable[[httpx.Request], httpx.Response]


class Schema(SandboxTransport):
    """The account, but for its schema."""

    def __init__(self, store: Store, answer: Answer) -> None:
        super().__init__(store)
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.path == SCHEMA
        return self._answer(request) if asked else super().handle_request(request)


def warnings(repository: Repository, answer: Answer) -> list[str]:
    with (
        closing(open_store(repository.state)) as store,
        Client(
            url="https://sandbox.invalid",
            token="sandbox",
            marks=Marks("segsync"),
            transport=Schema(store, answer),
        ) as client,
    ):
        planned = workflow.make_plan(repository.settings, client, WISHES)
    return [str(each) for each in planned.plan.diagnostics]


def test_an_unknown_field_is_an_error_of_the_plan_at_its_place(repository: Repository) -> None:
    repository.write(TYPO)
    with pytest.raises(InvalidInputError) as caught:
        repository.planned()
    assert str(caught.value) == (
        'audiences/all.yaml:7:24: error: active: there is no field "vists"; did you mean'
        ' "visits"? [unknown-field]\n    Correct the name, or publish the field first.'
    )


def test_settings_may_make_a_warning_of_it(repository: Repository) -> None:
    with (repository.root / "segsync.yaml").open("a") as file:
        file.write("lint: {unknown-field: warning}\n")
    repository.write(TYPO)
    (told,) = repository.planned().plan.diagnostics
    assert (told.severity, told.code) == ("warning", "unknown-field")


def test_a_segment_may_silence_it_with_a_reason(repository: Repository) -> None:
    silenced = "visits > 2\n    lint: {unknown-field: published next week}"
    repository.write(FILES.replace("visits > 2", silenced.replace("visits", "vists")))
    assert repository.planned().plan.diagnostics == ()


def test_a_field_that_was_deleted_meanwhile_blocks_no_other_change(repository: Repository) -> None:
    state = repository.state
    state.unlink()
    fields = {"user": [{"id": "orders", "type": "int"}]}
    open_store(state, seed=dataclasses.replace(SEED, fields=fields)).close()
    repository.write(FILES.replace("name: Active", "name: Lively"))
    planned = repository.planned()
    assert [each.key for each in planned.plan.changes] == ["active"]
    assert planned.plan.diagnostics == ()


def test_a_run_that_only_compares_asks_for_no_fields(repository: Repository) -> None:
    repository.write(TYPO)
    with repository.client() as client:
        wishes = replace(WISHES, sends=False)
        planned = workflow.make_plan(repository.settings, client, wishes)
        assert client.calls == 4
    assert [each.key for each in planned.plan.changes] == ["active"]


def test_each_table_in_question_is_asked_for_once(repository: Repository) -> None:
    repository.write(
        FILES.replace("visits > 2", "visits > 3").replace("orders > 0", "orders > 1")
        + "  - {slug_name: guides, name: Guides, table: content, segment_ql: FILTER path = 5}\n"
    )
    with repository.client() as client:
        planned = workflow.make_plan(repository.settings, client, WISHES)
        assert client.calls == 7
    (told,) = planned.plan.diagnostics
    assert str(told) == (
        'warning: the fields of table "content" were not checked: GET /v2/schema/content/field:'
        " Table content not found. (TABLE-NOTFOUND-009) (HTTP 404) [fields-not-checked]\n"
        "    A field that does not exist shows when the definition is sent."
    )


@pytest.mark.parametrize(
    ("status", "data", "reason"),
    [
        (404, None, "(HTTP 404)"),
        (403, None, "(HTTP 403)"),
        (200, [], "the account lists none"),
        (200, None, "the account lists none"),
    ],
)
def test_fields_that_the_account_does_not_show_are_told_as_unchecked(
    repository: Repository, status: int, data: object, reason: str
) -> None:
    repository.write(TYPO)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"status": status, "data": data})

    (told,) = warnings(repository, answer)
    assert told.startswith('warning: the fields of table "user" were not checked: ')
    assert reason in told
