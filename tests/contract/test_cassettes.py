"""What is on disk of recordings, and what keeps a real account from harm."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from segsync.sandbox.server import serve
from segsync.sandbox.store import memory_store
from tests.contract.cassettes import BASES, FOLDER, Origin
from tests.contract.page import facts
from tests.contract.places import Accounts, Place, RealAccountError, Way, real_client
from tests.contract.world import World

CASSETTES = sorted(FOLDER.glob("*/*.yaml"))
# What a token of Lytics looks like, and the places where one may stand.
TOKENS = re.compile(r"(?i)\bat\.[0-9a-z]{4,}\.|authorization|bearer |access_token|[?&]key=")
HOSTS = re.compile(r"https?://([^/\s'\"]+)")


@pytest.fixture
def sandbox() -> Iterator[str]:
    store = memory_store()
    with serve(store) as server:
        yield server.url
    store.close()


def test_every_test_of_the_sandbox_is_recorded_and_nothing_else() -> None:
    recorded = {each.stem for each in CASSETTES if each.parent.name == Origin.SANDBOX}
    wanted = {each.test.partition("::")[2] for each in facts() if not each.sandbox_only}
    assert recorded == wanted


def test_a_cassette_says_who_answered_and_holds_no_token_and_no_other_host() -> None:
    for path in CASSETTES:
        text = path.read_text(encoding="utf-8")
        origin = Origin(path.parent.name)
        assert text.startswith(f"recorded_from: {origin}\n"), path
        assert not TOKENS.search(text), path
        assert set(HOSTS.findall(text)) == {BASES[origin].partition("://")[2]}, path


def test_ids_in_cassettes_are_made_up() -> None:
    for path in CASSETTES:
        found = re.findall(r"\b[0-9a-f]{32}\b", path.read_text(encoding="utf-8"))
        assert all(each.startswith("0" * 20) for each in found), path


def test_what_is_not_in_the_cassette_is_refused(accounts: Accounts) -> None:
    name = "test_the_account_is_answered_as_a_list"
    with (
        pytest.raises(Exception, match="cassette"),
        accounts.world(Place(Way.PLAYED), name) as world,
    ):
        world.get("/v2/segment")


def test_a_cassette_that_is_not_played_to_its_end_is_told(accounts: Accounts) -> None:
    name = "test_the_account_is_answered_as_a_list"
    with (
        pytest.raises(AssertionError, match="no longer asks all that was recorded"),
        accounts.world(Place(Way.PLAYED), name),
    ):
        pass


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "set LYTICS_API_TOKEN"),
        ({"LYTICS_API_TOKEN": "sandbox"}, "LYTICS_CONTRACT_AID"),
        (
            {"LYTICS_API_TOKEN": "sandbox", "LYTICS_CONTRACT_AID": "1"},
            "the token is that of account 4242, and LYTICS_CONTRACT_AID says 1",
        ),
    ],
)
def test_no_account_is_touched_that_was_not_named(
    sandbox: str, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(RealAccountError, match=message):
        real_client({**environment, "LYTICS_API_URL": sandbox})


def test_the_account_that_was_named_is_recorded(sandbox: str) -> None:
    named = {"LYTICS_API_TOKEN": "sandbox", "LYTICS_CONTRACT_AID": "4242"}
    with real_client({**named, "LYTICS_API_URL": sandbox}) as client:
        assert client.get("/v2/segment").status_code == 200


def test_what_a_test_has_made_is_removed_and_nothing_else(sandbox: str) -> None:
    with httpx.Client(base_url=sandbox, headers={"authorization": "sandbox"}) as client:
        before = client.get("/v2/segment", params={"table": "all"}).json()["data"]
        world = World(client, "zz_mine_")
        inner = world.create("inner")
        world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
        world.group("group")
        world.clean_up()
        assert client.get("/v2/segment", params={"table": "all"}).json()["data"] == before
        assert world.groups() == []


def test_a_segment_of_somebody_else_cannot_be_written(sandbox: str) -> None:
    with httpx.Client(base_url=sandbox, headers={"authorization": "sandbox"}) as client:
        world = World(client, "zz_mine_")
        foreign = world.get("/v2/segment/customers").data
        with pytest.raises(AssertionError):
            world.put(foreign, {})
        with pytest.raises(AssertionError):
            world.delete(foreign)
        assert world.get("/v2/segment/customers").data == foreign


def test_what_cannot_be_removed_is_told(sandbox: str) -> None:
    with httpx.Client(base_url=sandbox, headers={"authorization": "sandbox"}) as client:
        world = World(client, "zz_mine_")
        world.create("kept", kind="managed")
        with pytest.raises(AssertionError, match="remove by hand"):
            world.clean_up()


def test_the_folder_holds_cassettes_alone() -> None:
    others = [each for each in FOLDER.rglob("*") if each.is_file() and each not in CASSETTES]
    assert [each.relative_to(FOLDER) for each in others] in ([], [Path("lytics/answers.json")])
