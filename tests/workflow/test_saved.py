from dataclasses import replace

import pytest

from segsync import workflow
from segsync.errors import (
    InvalidInputError,
    StalePlanError,
    WrongAccountError,
)
from segsync.plan import (
    Plan,
)
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
