"""What makes a definition unacceptable: how deep it includes, and from which table."""

from collections.abc import Iterable

import pytest

from segsync.sandbox.seed import Seed
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop

TOO_DEEP = "Recursive Evaluation Error"


def chain(length: int) -> Iterable[dict[str, object]]:
    """Return segments of which each includes the one before it, and the first includes nothing."""
    yield {"slug_name": "s0", "name": "S", "segment_ql": "FILTER visits > 3"}
    for n in range(1, length):
        yield {"slug_name": f"s{n}", "name": "S", "segment_ql": f"FILTER INCLUDE s{n - 1}"}


def shop_of(length: int, **switches: bool) -> Shop:
    segments = (*SEED.segments, *chain(length))
    seed = Seed(SEED.account, SEED.fields, groups=(), segments=segments, jobs=())
    return Shop(Switches(**switches), seed=seed)


def test_a_definition_may_lead_a_hundred_segments_deep_and_no_deeper() -> None:
    shop = shop_of(100)
    made = shop.create(name="Top", segment_ql="FILTER INCLUDE s99 ALIAS top")
    assert not made["invalid"]
    found = shop.refusal("POST", "/v2/segment", {"name": "O", "segment_ql": "FILTER INCLUDE top"})
    assert found == (400, "BADREQ-001", f"{TOO_DEEP}: o includes more than 100 deep")


def test_many_segments_are_not_deep_when_they_stand_side_by_side() -> None:
    wide = ", ".join(f"INCLUDE s{n}" for n in range(90))
    shop = shop_of(90)
    shop.create(name="Wide", segment_ql=f"FILTER AND ({wide}) ALIAS wide")
    for n in range(9):
        inner = f"INCLUDE {'wide' if n == 0 else f'w{n - 1}'}"
        text = f"FILTER OR ({inner}, INCLUDE s3, NOT INCLUDE missing) ALIAS w{n}"
        made = shop.create(name="W", segment_ql=text.replace(", NOT INCLUDE missing", ""))
        assert not made["invalid"], n


def test_what_is_too_deep_can_be_stored_as_invalid() -> None:
    shop = shop_of(101, accept_deep_includes=True)
    made = shop.create(name="Over", segment_ql="FILTER INCLUDE s100")
    assert (made["invalid"], made["invalid_reason"]) == (True, TOO_DEEP)


def test_what_leads_into_a_long_cycle_is_as_deep_as_that_is_long() -> None:
    shop = shop_of(101, accept_include_cycles=True)
    shop.put("s0", segment_ql="FILTER INCLUDE s100 ALIAS s0")
    body = {"name": "Over", "segment_ql": "FILTER OR (INCLUDE s50, INCLUDE s50)"}
    assert TOO_DEEP in shop.refusal("POST", "/v2/segment", body)[2]


def test_a_seeded_segment_that_is_too_deep_is_invalid_from_the_start() -> None:
    shop = shop_of(103)
    reasons = [shop.segment(f"s{n}")["invalid_reason"] for n in (99, 100, 101, 102)]
    assert reasons == ["", "", TOO_DEEP, TOO_DEEP]


@pytest.mark.parametrize("text", ["FILTER INCLUDE blog", "FILTER AND (visits > 1, INCLUDE blog)"])
def test_a_segment_of_another_table_may_be_included_or_not(text: str) -> None:
    assert not Shop().create(name="X", segment_ql=text)["invalid"]
    shop = Shop(Switches(refuse_foreign_includes=True))
    found = shop.refusal("POST", "/v2/segment", {"name": "X", "segment_ql": text})
    assert found == (400, "BADREQ-001", "Include Of Another Table: blog")
    body = {"name": "X", "segment_ql": "FILTER INCLUDE known FROM user"}
    assert shop.client.post("/v2/segment", json=body).status_code == 201
