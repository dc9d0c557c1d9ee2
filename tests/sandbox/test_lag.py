from datetime import datetime, timedelta

import pytest

from segsync.sandbox.controls import add_fault, clear_faults
from segsync.sandbox.store import Store, memory_store
from tests.sandbox.account import NOON, SEED, client_of, counted_ids


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def store(watch: Watch) -> Store:
    store = memory_store(SEED, clock=watch, new_id=counted_ids())
    add_fault(store, "WRITE lag=3")
    return store


def slugs(store: Store) -> list[str]:
    data = client_of(store).get("/v2/segment").json()["data"]
    return [each["slug_name"] for each in data]


def test_a_new_segment_is_in_no_list_and_not_found_until_the_lag_is_over(
    store: Store, watch: Watch
) -> None:
    client = client_of(store)
    made = client.post("/v2/segment", json={"name": "New", "segment_ql": "FILTER visits > 1"})
    assert made.status_code == 201
    assert "new" not in slugs(store)
    assert client.get("/v2/segment/new").status_code == 404
    watch.move(3)
    assert "new" in slugs(store)
    assert client.get("/v2/segment/new").status_code == 200


def test_writes_see_what_reads_do_not(store: Store) -> None:
    client = client_of(store)
    body = {"name": "New", "segment_ql": "FILTER visits > 1"}
    first, second = (client.post("/v2/segment", json=body).json()["data"] for _ in range(2))
    assert (first["slug_name"], second["slug_name"]) == ("new", "new_1")


def test_a_change_shows_the_old_values_in_the_old_place(store: Store, watch: Watch) -> None:
    client = client_of(store)
    before = slugs(store)
    known = client.get("/v2/segment/known").json()["data"]
    body = {"name": "Other", "slug_name": "other", "segment_ql": "FILTER visits > 1"}
    client.put(f"/v2/segment/{known['id']}", json=body)
    assert slugs(store) == before
    assert client.get("/v2/segment/known").json()["data"] == known
    watch.move(4)
    assert client.get("/v2/segment/known").status_code == 404
    assert client.get("/v2/segment/other").json()["data"]["name"] == "Other"


def test_a_deleted_segment_is_still_shown_and_a_second_change_hides_no_less(
    store: Store, watch: Watch
) -> None:
    client = client_of(store)
    blog = client.get("/v2/segment/blog").json()["data"]
    body = {"name": "Journal", "segment_ql": "FILTER EXISTS path FROM content ALIAS blog"}
    client.put(f"/v2/segment/{blog['id']}", json=body)
    watch.move(2)
    assert client.delete(f"/v2/segment/{blog['id']}").status_code == 204
    watch.move(2)
    assert client.get("/v2/segment/blog").json()["data"]["name"] == "Blog"
    assert client.delete(f"/v2/segment/{blog['id']}").status_code == 404
    watch.move(2)
    assert client.get("/v2/segment/blog").status_code == 404


def test_groups_lag_too_and_old_lags_are_forgotten(store: Store, watch: Watch) -> None:
    client = client_of(store)
    client.post("/v2/segment/group", json={"name": "One"})
    watch.move(9)
    client.post("/v2/segment/group", json={"name": "Two"})
    groups = client.get("/v2/segment/group").json()["data"]
    assert [each["name"] for each in groups] == ["Lifecycle", "Empty", "One"]
    clear_faults(store)
    client.post("/v2/segment/group", json={"name": "Three"})
    groups = client.get("/v2/segment/group").json()["data"]
    assert [each["name"] for each in groups] == ["Lifecycle", "Empty", "One", "Three"]
