import pytest

from segsync.api.around import require_two_accounts
from segsync.api.results import (
    Collection,
    Flow,
    SchemaField,
)
from segsync.errors import (
    WrongAccountError,
)
from segsync.segment import Account, Definition, Segment
from tests.api.support import Api, answer


def test_the_account_is_asked_for() -> None:
    api = Api(answer([{"aid": 7, "name": "Acme"}]))
    assert api.client.account() == Account(7, "Acme")
    assert api.asked == ["GET /v2/account"]


def test_the_published_fields_of_a_table() -> None:
    api = Api(answer([{"id": "email", "type": "string"}]), answer(None))
    assert api.client.schema_fields() == (SchemaField("email", "string"),)
    assert api.client.schema_fields("my table") == ()
    assert api.asked == ["GET /v2/schema/user/field", "GET /v2/schema/my%20table/field"]


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


def test_collections_have_their_segments_in_order() -> None:
    items = [{"id": "s2", "order": 1}, {"id": "s1", "order": 0}]
    rows = [{"id": "c1", "name": "Funnel", "slug_name": "funnel", "collection": items}]
    api = Api(answer(rows), answer([{"id": "c2", "collection": None}]))
    assert api.client.collections() == (Collection("c1", "Funnel", "funnel", ("s1", "s2")),)
    assert api.client.collections() == (Collection("c2", "", "", ()),)
    assert api.asked[0] == "GET /api/segmentcollection"


def test_names_of_fields_and_the_draft_of_a_schema() -> None:
    api = Api(answer(["email", "visits"]), answer({"added": ["x"]}))
    assert api.client.schema_field_names() == ("email", "visits")
    assert api.client.schema_draft("content") == {"added": ["x"]}
    assert api.asked == ["GET /v2/schema/user/fieldnames", "GET /v2/schema/content/compare"]
