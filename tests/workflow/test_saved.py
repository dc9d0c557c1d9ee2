from pathlib import Path

import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.errors import (
    InvalidInputError,
    StalePlanError,
    UnsafePlanError,
    WrongAccountError,
)
from segsync.plan import Limits, Plan
from segsync.sandbox.edits import edit_segment
from segsync.sandbox.store import open_store
from segsync.segment import Account
from tests.cli.shell import FILES
from tests.workflow.repository import Repository, saved


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


def test_what_never_ends_is_no_plan(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segsync.workflow.saved._MOST_BYTES", 2**20)
    with repository.client() as client, pytest.raises(InvalidInputError) as caught:
        workflow.load_saved_plan(repository.settings, client, Path("/dev/zero"))
    (problem,) = caught.value.diagnostics
    assert problem.code == "plan-too-large"
    assert problem.summary == "the file is larger than any plan: more than 1 MiB"


def test_a_plan_that_the_account_would_forbid_is_refused(repository: Repository) -> None:
    repository.write(FILES.partition("  - slug_name: buyers")[0])
    plan = repository.planned().plan
    settings = replace(repository.settings, prune=False)
    with repository.client() as client, pytest.raises(UnsafePlanError) as caught:
        workflow.load_saved_plan(settings, client, saved(repository, plan))
    assert str(caught.value) == (
        "refused by a safety rule; nothing was written:\n"
        "  - segment buyers: delete is blocked: prune is off [prune-is-off]\n"
        "    set prune: true"
    )


def test_limits_are_those_of_now(repository: Repository) -> None:
    repository.write(FILES.partition("  - slug_name: buyers")[0])
    plan = repository.planned().plan
    assert plan.refusals == ()
    settings = replace(repository.settings, limits=Limits(max_deletes_count=0))
    with repository.client() as client:
        loaded, _ = workflow.load_saved_plan(settings, client, saved(repository, plan))
    assert [(each.rule, each.allow) for each in loaded.refusals] == [
        ("too-many-deletes", "--allow-deletes 1")
    ]
