import pytest

from segsync.api.around import require_two_accounts
from segsync.api.results import Flow, FlowState
from segsync.errors import (
    WrongAccountError,
)
from segsync.segment import Account, Definition, Segment
from tests.api.support import Api, answer


def test_the_account_is_asked_for() -> None:
    api = Api(answer([{"aid": 7, "name": "Acme"}]))
    assert api.client.account() == Account(7, "Acme")
    assert api.asked == ["GET /v2/account"]


def test_a_parent_reaches_several_accounts_and_its_own_comes_first() -> None:
    rows = [{"aid": 8, "name": "Child", "parentaid": 7}, {"aid": 7, "parentaid": 7}]
    api = Api(answer(rows), answer([{"aid": 9}]))
    assert api.client.accounts() == (Account(7), Account(8, "Child"))
    assert api.client.accounts() == (Account(9),)
    assert api.asked == ["GET /v2/account"] * 2


def test_an_account_that_is_required_is_the_one_or_an_error() -> None:
    api = Api(answer([{"aid": 7}]), answer([{"aid": 7}]))
    assert api.client.require_account(7) == Account(7)
    with pytest.raises(WrongAccountError, match="belongs to account 7, and not to 8"):
        api.client.require_account(8)


def test_two_accounts_are_two() -> None:
    require_two_accounts(Account(7), Account(8))
    with pytest.raises(WrongAccountError, match="both tokens belong to account 7"):
        require_two_accounts(Account(7), Account(7, "The same"))


def test_a_segment_of_another_account_is_refused_once_the_own_one_is_known() -> None:
    foreign = {"id": "1", "slug_name": "a", "aid": 8}
    api = Api(answer([foreign]), answer([{"aid": 7}]), answer([foreign]), answer(foreign, 201))
    assert len(api.client.segments(group_ids={})) == 1
    api.client.account()
    words = "the answer is about account 8, the token belongs to 7"
    with pytest.raises(WrongAccountError, match=words):
        api.client.segments(group_ids={})
    with pytest.raises(WrongAccountError, match=words):
        api.client.create_segment(Segment("a", "A", Definition("FILTER *")), group_ids={})


@pytest.mark.parametrize("aid", [7, "7", 0, None])
def test_a_segment_that_names_no_other_account_is_ours(aid: object) -> None:
    api = Api(answer([{"aid": 7}]), answer([{"id": "1", "slug_name": "a", "aid": aid}]))
    api.client.account()
    assert len(api.client.segments(group_ids={})) == 1


def test_flows_name_segments_at_any_depth() -> None:
    rows = [
        {
            "id": 5,
            "name": "Welcome",
            "status": "running",
            "entry_segment_id": "s1",
            "steps": [{"delay_until_enters": ["Promo"]}, {"edge": "FILTER INCLUDE lapsed"}],
        },
        {"id": "f2"},
    ]
    api = Api(answer(rows), answer(None))
    first, second = api.client.flows()
    assert (first.id, first.name, first.status) == ("5", "Welcome", "running")
    assert first.segment_ids == {"s1"}
    assert {"s1", "promo", "lapsed"} <= first.names
    assert second == Flow("f2", "", "", frozenset())
    assert api.client.flows() == ()
    assert api.asked == ["GET /v2/flow/ui"] * 2


def test_a_flow_is_read_by_its_id_and_its_state_is_that_of_engineers() -> None:
    api = Api(answer({"id": "f1", "state": "draft", "status": "ok"}))
    assert api.client.flow("f1") == Flow("f1", "", "draft", frozenset())
    assert api.asked == ["GET /v2/flow/ui/f1"]


def test_a_flow_is_moved_on() -> None:
    api = Api(answer({"id": "f1"}), answer(None, 204))
    api.client.move_flow("f1", FlowState.RUNNING)
    api.client.move_flow("f1", FlowState.DRAINING)
    assert api.asked == ["POST /v2/flow/ui/f1"] * 2
    assert api.bodies == [{"state": "running"}, {"state": "draining"}]


@pytest.mark.parametrize("value", [True, None, ["s1"], 5, {"a": 1}])
def test_a_setting_is_any_value(value: object) -> None:
    api = Api(answer({"slug": "enable_schema_patches", "value": value}))
    assert api.client.setting("enable_schema_patches") == value
    assert api.asked == ["GET /api/account/setting/enable_schema_patches"]
