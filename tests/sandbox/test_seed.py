import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.seed import Seed, embedded_seed, generated, load_seed, seed_of
from segsync.sandbox.store import memory_store
from tests.sandbox.account import SEED, Shop


def test_ids_are_the_same_every_time() -> None:
    assert Shop().id_of("known") == Shop().id_of("known")
    assert len(Shop().id_of("known")) == 32


def test_a_seed_fills_what_the_server_computes() -> None:
    shop = Shop()
    active = shop.segment("active")
    assert (active["fields"], active["includes"]) == (["visits"], [shop.id_of("known")])
    assert (active["author_id"], active["save_hist"], active["invalid"]) == ("ann", True, False)
    broken = shop.segment("broken")
    assert broken["invalid_reason"] == (
        "segment fields were invalid against existing schema for table user"
    )


def test_the_embedded_account_holds_together() -> None:
    shop = Shop(seed=embedded_seed())
    segments = shop.get("/v2/segment", table="all")
    assert len(segments) == len(embedded_seed().segments)
    assert [each["slug_name"] for each in segments if each["invalid"]] == []
    assert len(shop.get("/v2/job", show_all="true")) == len(embedded_seed().jobs)


def test_a_generated_account_has_chains_of_ten() -> None:
    shop = Shop(seed=generated(25))
    assert shop.slugs()[:2] == ["bench_00001", "bench_00002"]
    assert len(shop.slugs(valid="true")) == 25
    last, third = shop.id_of("bench_00020"), shop.id_of("bench_00021")
    assert len(shop.get(f"/v2/segment/{last}/ancestors")) == 9
    assert shop.get(f"/v2/segment/{third}/ancestors") is None


def test_a_seed_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_text('{"account": {"aid": 1, "name": "Bare"}}')
    assert load_seed(path) == Seed({"aid": 1, "name": "Bare"}, {}, (), (), ())


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"account": 1, "groups": 1}'])
def test_a_file_that_is_no_seed_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "seed.json"
    path.write_text(text)
    with pytest.raises(SandboxStateError) as caught:
        load_seed(path)
    assert str(caught.value).startswith(f"the seed in {path} is not a sandbox account: ")


def test_a_seed_is_read_from_values() -> None:
    assert seed_of({"account": {"aid": 1, "name": "Bare"}}) == Seed(
        {"aid": 1, "name": "Bare"}, {}, (), (), ()
    )
    with pytest.raises(SandboxStateError) as caught:
        seed_of({})
    assert str(caught.value) == "the seed is not a sandbox account: it lacks 'account'"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxStateError, match="No such file"):
        load_seed(tmp_path / "none.json")


@pytest.mark.parametrize(
    "part",
    [
        {"segments": [{"slug_name": "x", "name": "X"}]},
        {"segments": [{"slug_name": "x", "name": "X", "segment_ql": "FILTR"}]},
        {"jobs": [{"name": "J", "workflow": "w", "segments": ["gone"]}]},
        {"groups": [{}]},
    ],
)
def test_a_seed_that_does_not_hold_together_is_told(tmp_path: Path, part: Any) -> None:  # noqa: ANN401
    path = tmp_path / "seed.json"
    path.write_text(json.dumps({"account": SEED.account, **part}))
    with pytest.raises(SandboxStateError, match="the seed is not a sandbox account: "):
        memory_store(load_seed(path))


def test_of_segments_that_lead_to_a_cycle_only_those_in_it_are_invalid() -> None:
    includes = {
        "first": "second",
        "second": "first",
        "self": "self",
        "into": "first",
        "over": "into",
    }
    rows = tuple(
        {"slug_name": slug, "name": slug, "segment_ql": f"FILTER INCLUDE {other}"}
        for slug, other in {**includes, "straight": "known"}.items()
    )
    shop = Shop(seed=replace(SEED, segments=(*SEED.segments, *rows)))
    reasons = {slug: shop.segment(slug)["invalid_reason"] for slug in [*includes, "straight"]}
    assert reasons == {
        "first": "Recursive Evaluation Error",
        "second": "Recursive Evaluation Error",
        "self": "Recursive Evaluation Error",
        "into": "",
        "over": "",
        "straight": "",
    }
