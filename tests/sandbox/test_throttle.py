"""How often the account lets itself be asked, when its switches limit that."""

from datetime import UTC, datetime, timedelta

import httpx

from segsync.sandbox.store import memory_store
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop, client_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Account:
    """An account whose time moves when a test says so."""

    def __init__(self, **switches: bool) -> None:
        self.now = NOON
        store = memory_store(SEED, switches=Switches(**switches), clock=lambda: self.now)
        self.client = client_of(store)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def size(self) -> httpx.Response:
        return self.client.post("/api/segment/size", content="FILTER *")

    def statuses(self, count: int) -> list[int]:
        return [self.client.get("/v2/account").status_code for _ in range(count)]


def retry_after(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.headers.get("retry-after")


def test_eight_requests_at_once_are_answered_and_then_four_a_second() -> None:
    account = Account(limit_requests=True)
    assert account.statuses(10) == [200] * 8 + [429] * 2
    account.wait(0.5)
    assert account.statuses(3) == [200] * 2 + [429]
    account.wait(60)
    assert account.statuses(9) == [200] * 8 + [429]


def test_too_many_requests_have_the_code_of_whatever_has_none() -> None:
    account = Account(limit_requests=True)
    account.statuses(8)
    found = account.client.get("/v2/account")
    (error,) = found.json()["errors"]
    assert (error["code"], error["message"]) == ("UNKNOWN-000", "Too many requests.")
    assert "retry-after" not in found.headers


def test_what_is_limited_may_say_when_to_come_again() -> None:
    account = Account(limit_requests=True, throttle_sizes=True, say_when_to_retry=True)
    account.statuses(7)
    assert retry_after(account.size()) == (200, None)
    assert retry_after(account.client.get("/v2/account")) == (429, "1")
    account.wait(2)
    assert retry_after(account.size()) == (429, "8")
    account.wait(8)
    assert retry_after(account.size()) == (200, None)


def test_without_a_limit_as_many_requests_are_answered_as_come() -> None:
    assert Account().statuses(30) == [200] * 30


def test_a_quota_of_reevaluations_lasts_an_hour() -> None:
    account = Account(limit_reevaluations=True, say_when_to_retry=True)
    known = account.client.get("/v2/segment/known").json()["data"]["id"]
    path = f"/v2/segment/{known}/reevaluate"
    assert [account.client.post(path).status_code for _ in range(20)] == [200] * 20
    account.wait(60)
    assert retry_after(account.client.post(path)) == (429, "3540")
    account.wait(3540)
    assert retry_after(account.client.post(path)) == (200, None)


def test_reevaluations_have_no_quota_by_default() -> None:
    shop = Shop()
    path = f"/v2/segment/{shop.id_of('known')}/reevaluate"
    assert {shop.client.post(path).status_code for _ in range(21)} == {200}
