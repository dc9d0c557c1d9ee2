"""An account can be taken from the API's own answers, and planted with its ids."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segsync.sandbox.control_endpoints import control
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.messages import Request
from segsync.sandbox.seed import Seed, embedded_seed, load_seed
from segsync.sandbox.store import Store, memory_store
from tests.sandbox.account import SEED, Shop, store_of

TOLD = ("account", "segment", "group", "job", "flow", "exclusion", "table", "setting")
AT_HOME = replace(SEED, networks=("127.0.0.0/8",))
MOVES = {"created", "updated"}


def snapshot(store: Store) -> Any:  # noqa: ANN401 - whatever JSON there is
    request = Request.of("GET", "/__sandbox__/snapshot", headers={}, body=b"")
    return json.loads(control(store, request).body)


def written(folder: Path, content: object) -> Path:
    file = folder / "account.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.parametrize("seed", [embedded_seed, lambda: AT_HOME], ids=["embedded", "small"])
def test_a_snapshot_is_planted_as_it_was(seed: Callable[[], Seed], tmp_path: Path) -> None:
    store = store_of(seed=seed())
    before = snapshot(store)
    after = snapshot(memory_store(load_seed(written(tmp_path, before)), clock=store.clock))
    for kind in TOLD:
        pairs = zip(before[kind], after[kind], strict=True)
        for old, new in pairs:
            moves = MOVES if kind == "account" else set()
            assert {k: v for k, v in old.items() if k not in moves} == {
                k: v for k, v in new.items() if k not in moves
            }


def test_answers_of_the_api_make_a_snapshot(tmp_path: Path) -> None:
    shop = Shop()
    made = shop.create(name="Made", segment_ql="FILTER INCLUDE known", is_public=True)

    def answer(path: str) -> object:
        return shop.client.get(path).json()

    file = written(
        tmp_path,
        {
            "account": answer("/v2/account"),
            "segments": answer("/v2/segment?table=all"),
            "groups": answer("/v2/segment/group"),
            "jobs": answer("/v2/job?show_all=true"),
            "flows": answer("/v2/flow/ui"),
            "fields": {"user": answer("/v2/schema/user/field")["data"]},  # type: ignore[index]
        },
    )
    twin = Shop(seed=load_seed(file))
    assert twin.segment("made") == made
    assert twin.get("/v2/segment", table="all") == shop.get("/v2/segment", table="all")
    assert twin.get("/v2/segment/group") == shop.get("/v2/segment/group")
    assert twin.get("/v2/job", show_all="true") == shop.get("/v2/job", show_all="true")
    assert twin.get("/v2/account")[0]["id"] == shop.get("/v2/account")[0]["id"]


def test_of_several_accounts_the_own_one_is_taken(tmp_path: Path) -> None:
    accounts = [
        {"aid": 8, "parentaid": 7, "name": "Child", "id": "c"},
        {"aid": 7, "parentaid": 7, "name": "Own", "id": "o"},
    ]
    assert load_seed(written(tmp_path, {"account": accounts})).account["name"] == "Own"
    assert load_seed(written(tmp_path, {"account": accounts[:1]})).account["name"] == "Child"


def test_a_public_name_outlives_a_segment_that_is_public_no_more(tmp_path: Path) -> None:
    shop = Shop()
    shop.put("known", segment_ql="FILTER *", is_public=True, slug_name="known")
    shop.put("known", segment_ql="FILTER *", is_public=False, slug_name="known")
    kept = load_seed(written(tmp_path, snapshot(shop.store)))
    twin = Shop(seed=kept)
    found = twin.segment("known")
    assert (found["is_public"], found["public_name"]) == (False, "known")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "is not a sandbox account"),
        ({"account": []}, "is not a sandbox account"),
        ({"segments": []}, "is not a sandbox account: it lacks 'account'"),
        (
            {"account": {"aid": 1, "name": "A"}, "segmets": []},
            "is not a sandbox account: no seed has 'segmets'; did you mean 'segments'?",
        ),
        (
            {"account": {"aid": 1, "name": "A"}, "version": 1},
            "is not a sandbox account: no seed has 'version'",
        ),
        (
            {
                "account": {"aid": 1, "name": "A"},
                "segments": [{"slug_name": "bad", "name": "B", "segment_ql": "FILTR"}],
            },
            "the definition of bad cannot be read",
        ),
    ],
)
def test_what_is_no_account_is_told(content: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(SandboxStateError, match="the seed") as problem:
        memory_store(load_seed(written(tmp_path, content)))
    assert told in str(problem.value)
