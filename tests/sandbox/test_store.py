import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.seed import embedded_seed
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store, memory_store, open_store, reset
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop, store_of

ROOT = Path(__file__).parents[2]
ADVICE = "`segsync sandbox reset` starts a new one and keeps this file as `….damaged`."


def send(store: Store, method: str, path: str, **body: object) -> Response:
    content = json.dumps(body).encode()
    headers = {"Authorization": "sandbox"}
    return store.handle(Request.of(method, path, headers=headers, body=content))


def create(store: Store, slug: str, text: str = "FILTER visits > 1") -> str:
    response = send(store, "POST", "/v2/segment", slug_name=slug, segment_ql=text)
    assert response.status == 201, response.body
    return str(json.loads(response.body)["data"]["slug_name"])


def slugs(store: Store) -> list[str]:
    data = json.loads(send(store, "GET", "/v2/segment?table=all").body)["data"] or []
    return [each["slug_name"] for each in data]


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "sandbox.db"
    first = open_store(path, seed=SEED)
    create(first, "kept", "FILTER INCLUDE known")
    seen = send(first, "GET", "/v2/segment/kept").body
    first.close()

    second = open_store(path, seed=SEED)
    assert (
        json.loads(send(second, "GET", "/v2/segment/kept").body)["data"]
        == (json.loads(seen)["data"])
    )
    known = json.loads(send(second, "GET", "/v2/segment/known").body)["data"]
    assert send(second, "DELETE", f"/v2/segment/{known['id']}").status == 400
    second.close()


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    one, two = open_store(path, seed=SEED), open_store(path, seed=SEED)
    assert create(one, "x") == "x"
    assert create(two, "x") == "x_1"
    assert slugs(one) == slugs(two)
    gone = json.loads(send(two, "GET", "/v2/segment/x").body)["data"]["id"]
    assert send(two, "DELETE", f"/v2/segment/{gone}").status == 204
    assert "x" not in slugs(one)
    one.close()
    two.close()


def test_slugs_that_were_swapped_elsewhere_are_found(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    one, two = open_store(path, seed=SEED), open_store(path, seed=SEED)
    create(one, "a")
    create(one, "b")
    ids = {
        slug: json.loads(send(two, "GET", f"/v2/segment/{slug}").body)["data"]["id"]
        for slug in "ab"
    }
    for slug, new in (("a", "c"), ("b", "a"), ("a", "b")):
        text = "FILTER visits > 1"
        send(one, "PUT", f"/v2/segment/{ids[slug]}", slug_name=new, segment_ql=text)
    for slug, new in (("a", "b"), ("b", "a")):
        found = json.loads(send(two, "GET", f"/v2/segment/{new}").body)["data"]
        assert found["id"] == ids[slug]
    one.close()
    two.close()


def test_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    stores = [open_store(path, seed=SEED) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: create(stores[number % 2], "same"), range(60)))
    assert len(set(made)) == 60
    assert set(made) <= set(slugs(stores[0]))
    for store in stores:
        store.close()


WRITER = """
import json, sys
from pathlib import Path
from segsync.sandbox.messages import Request
from segsync.sandbox.store import open_store

store = open_store(Path(sys.argv[1]))
for number in range(20):
    body = json.dumps({"name": "Same", "segment_ql": "FILTER EXISTS email"}).encode()
    request = Request.of("POST", "/v2/segment", headers={"Authorization": "sandbox"}, body=body)
    assert store.handle(request).status == 201
store.close()
"""


def test_two_processes_may_create_and_write_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    command = [sys.executable, "-c", WRITER, str(path)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]  # noqa: S603 - our own text
    assert [each.wait(timeout=60) for each in running] == [0, 0]
    store = open_store(path)
    assert sum(slug.startswith("same") for slug in slugs(store)) == 40
    store.close()


def test_only_changed_rows_are_written(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    store = open_store(path, seed=SEED)
    create(store, "x")
    create(store, "y")
    store.close()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT version, count(*) FROM objects GROUP BY version")
        by_version = dict(rows.fetchall())
    connection.close()
    assert list(by_version.values())[1:] == [1, 1]


def test_the_audit_tells_requests_from_writes() -> None:
    store = store_of()
    create(store, "x")
    send(store, "GET", "/v2/segment/x?sizes=true")
    send(store, "POST", "/v2/segment", name="No definition")
    assert [(each.method, each.path, each.status) for each in store.requests] == [
        ("POST", "/v2/segment", 201),
        ("GET", "/v2/segment/x", 200),
        ("POST", "/v2/segment", 400),
    ]
    (write,) = store.writes
    assert (write.object_id, write.at[:10]) == (f"f{2:031x}", "2026-11-02")


def test_a_failing_edit_changes_nothing() -> None:
    store = store_of()
    before = slugs(store)

    def break_off(state: AccountState) -> None:
        segment = state.segment_with_slug("known")
        assert segment is not None
        state.remove(Kind.SEGMENT, segment["id"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.edit() as state:
        break_off(state)
    assert slugs(store) == before


def test_a_reset_brings_the_seed_back_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    one = open_store(path, seed=SEED)
    before = slugs(one)
    create(one, "x")
    reset(path, seed=SEED)
    assert slugs(one) == before
    create(one, "y")
    one.close()


def test_switches_are_kept_and_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    open_store(path, seed=SEED, switches=Switches(sort_tags=True)).close()
    store = open_store(path, seed=SEED)
    with store.read() as state:
        assert state.switches == Switches(sort_tags=True)
    store.close()
    store = open_store(path, seed=SEED, switches=Switches(merge_on_put=True))
    with store.read() as state:
        assert state.switches == Switches(merge_on_put=True)
    store.reset(seed=SEED)
    with store.read() as state:
        assert state.switches == Switches()
    store.close()


def test_without_a_seed_the_account_is_the_embedded_one(tmp_path: Path) -> None:
    store = open_store(tmp_path / "sandbox.db")
    assert slugs(store) == [each["slug_name"] for each in embedded_seed().segments]
    store.close()
    assert slugs(memory_store()) == [each["slug_name"] for each in embedded_seed().segments]


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    path.write_text("precious " * 200)
    with pytest.raises(SandboxStateError) as caught:
        open_store(path)
    assert str(caught.value) == (
        f"cannot use the sandbox state in {path}: file is not a database. {ADVICE}"
    )
    assert path.read_text() == "precious " * 200


def test_somebody_elses_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE precious (x)")
    connection.close()
    with pytest.raises(SandboxStateError, match="it has format 0, not 5101"):
        open_store(path)


def test_a_damaged_row_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    open_store(path, seed=SEED).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE objects SET body = '{' WHERE kind = 'segment'")
    connection.close()
    with pytest.raises(SandboxStateError, match=r"bad row: Expecting property name"):
        open_store(path, seed=SEED)
    reset(path, seed=SEED)
    store = open_store(path, seed=SEED)
    assert "known" in slugs(store)
    store.close()
    assert (tmp_path / "sandbox.db.damaged").exists()


def test_a_reset_moves_an_unusable_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    path.write_text("precious " * 200)
    reset(path, seed=SEED)
    store = open_store(path, seed=SEED)
    assert "known" in slugs(store)
    store.close()
    assert (tmp_path / "sandbox.db.damaged").read_text() == "precious " * 200


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxStateError, match="cannot use the sandbox state in"):
        open_store(tmp_path / "file" / "sandbox.db")


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "sandbox.db", seed=SEED)
    store.close()
    with pytest.raises(SandboxStateError, match="closed database"):
        slugs(store)


def test_a_store_may_be_shared_by_threads() -> None:
    shop = Shop()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: shop.create(name="Same", segment_ql="FILTER *"), range(80)))
    assert len({each["slug_name"] for each in made}) == 80
    assert len(shop.store.writes) == 80


def test_what_a_reader_of_the_state_runs_into_is_no_fault_of_the_state() -> None:
    with pytest.raises(BrokenPipeError), store_of().read():
        raise BrokenPipeError
