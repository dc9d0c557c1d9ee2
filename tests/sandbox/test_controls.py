from pathlib import Path

import pytest

from segsync.sandbox.controls import (
    add_fault,
    advance_clock,
    clear_faults,
    faults,
    for_a_while,
    now,
    set_switches,
)
from segsync.sandbox.edits import add_job, add_segment
from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.store import Store, open_store
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, client_of, store_of


def test_rules_are_numbered_counted_and_taken_out() -> None:
    store = store_of()
    assert [add_fault(store, each) for each in ("GET nth=2 500", "drop p=0")] == ["1", "2"]
    client = client_of(store)
    assert [client.get("/v2/account").status_code for _ in range(3)] == [200, 500, 200]
    assert [(each.rule.text, each.seen, each.struck) for each in faults(store)] == [
        ("GET nth=2 500", 3, 1),
        ("drop p=0", 3, 0),
    ]
    assert clear_faults(store, "1") == 1
    assert [each.rule_id for each in faults(store)] == ["2"]
    assert add_fault(store, "cut") == "3"
    assert clear_faults(store) == 2
    assert faults(store) == ()


def test_an_unknown_rule_is_told_and_nothing_is_taken_out() -> None:
    store = store_of()
    with pytest.raises(LookupError, match="no fault rule '1'; it has none"):
        clear_faults(store, "1")
    add_fault(store, "drop")
    with pytest.raises(LookupError, match="no fault rule '7'; it has 1"):
        clear_faults(store, "1", "7")
    assert len(faults(store)) == 1


def test_a_bad_rule_changes_nothing() -> None:
    store = store_of()
    with pytest.raises(FaultRuleError):
        add_fault(store, "explode")
    assert faults(store) == ()


def test_rules_and_their_counters_hold_for_every_store_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    one, two = open_store(path, seed=SEED), open_store(path, seed=SEED)
    add_fault(one, "GET nth=2,3 500")
    answers = [client_of(each).get("/v2/account").status_code for each in (one, two, two, one)]
    assert answers == [200, 500, 500, 200]
    one.close()
    two.close()


def switches_of(store: Store) -> Switches:
    with store.read() as state:
        return state.switches


def test_switches_are_set_by_name_and_the_others_stay() -> None:
    store = store_of(Switches(sort_tags=True))
    assert set_switches(store, merge_on_put=True) == Switches(sort_tags=True, merge_on_put=True)
    assert set_switches(store, sort_tags=False) == switches_of(store)
    with pytest.raises(ValueError, match="unknown switch 'nope'"):
        set_switches(store, nope=True)
    assert switches_of(store) == Switches(merge_on_put=True)


def test_what_holds_for_a_while_ends_and_leaves_the_rest() -> None:
    store = store_of(Switches(sort_tags=True))
    add_fault(store, "GET 500")
    with for_a_while(store, rules=["drop", "cut"], switches={"sort_tags": False}):
        assert [each.rule.text for each in faults(store)] == ["GET 500", "drop", "cut"]
        assert switches_of(store) == Switches()
        clear_faults(store, "2")
    assert [each.rule.text for each in faults(store)] == ["GET 500"]
    assert switches_of(store) == Switches(sort_tags=True)
    with for_a_while(store):
        assert len(faults(store)) == 1


@pytest.mark.parametrize(
    ("rules", "switches"), [(["drop", "explode"], {}), (["drop"], {"nope": True})]
)
def test_what_cannot_hold_sets_nothing(rules: list[str], switches: dict[str, bool]) -> None:
    store = store_of()
    with (
        pytest.raises(ValueError, match=r"explode|nope"),
        for_a_while(store, rules=rules, switches={"sort_tags": True} | switches),
    ):
        pass
    assert (faults(store), switches_of(store)) == ((), Switches())


def test_an_account_has_a_time_of_its_own_that_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    one, two = open_store(path, seed=SEED), open_store(path, seed=SEED)
    before = now(two)
    assert advance_clock(one, 3600) == ()
    advance_clock(one, 3600)
    assert 7200 <= (now(two) - before).total_seconds() < 7260
    made = client_of(two).post("/v2/segment", json={"name": "X", "segment_ql": "FILTER *"}).json()
    assert made["data"]["created"] > before.isoformat()[:13]
    one.close()
    two.close()


def test_what_something_uses_does_not_expire() -> None:
    store = store_of()
    at = "2026-11-03T00:00:00Z"
    for slug in ("free", "included", "exported"):
        add_segment(store, name=slug, segment_ql="FILTER visits > 1", expires_at=at)
    add_segment(store, name="later", segment_ql="FILTER *", expires_at="2027-01-01T00:00:00Z")
    add_segment(store, name="user", segment_ql="FILTER INCLUDE included")
    add_job(store, "Ads", workflow="ads", segments=("exported",))
    assert advance_clock(store, 24 * 3600) == ("free",)


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan"), 1e14])
def test_a_clock_goes_forward_and_not_past_the_end_of_time(seconds: float) -> None:
    store = store_of()
    with pytest.raises(ValueError, match=r"the clock of a sandbox goes only forward|there is no"):
        advance_clock(store, seconds)
    assert now(store).year == 2026
