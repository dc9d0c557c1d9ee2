from datetime import date

from segsync import workflow
from segsync.plan import (
    AcceptedDifference,
)
from segsync.sandbox.edits import edit_segment
from segsync.sandbox.store import open_store
from segsync.workflow import Wishes
from tests.cli.shell import FILES
from tests.workflow.repository import Repository


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
