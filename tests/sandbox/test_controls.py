from pathlib import Path

import pytest

from segsync.sandbox.controls import add_fault, clear_faults, faults
from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.store import open_store
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
