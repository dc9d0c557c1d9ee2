import httpx
from msgspec.structs import replace

from segsync.segment import Group, LiveGroup
from tests.api.support import Api, answer


def test_groups_are_created_updated_and_deleted() -> None:
    api = Api(
        answer({"id": "g1", "name": "VIP"}, 201),
        answer([{"id": "g1", "name": "New"}]),
        httpx.Response(204),
    )
    group = Group("VIP", "Text", owned=True)
    assert api.client.create_group(group) == LiveGroup("g1", Group("VIP"))
    assert api.client.update_group("g1", replace(group, name="New")).key == "New"
    api.client.delete_group("g1")
    assert api.asked == [
        "POST /v2/segment/group",
        "PUT /v2/segment/group/g1",
        "DELETE /v2/segment/group/g1",
    ]
    text = "Text\n[segsync] managed by segsync"
    assert api.bodies == [
        {"name": "VIP", "description": text},
        {"name": "New", "description": text},
    ]


def test_members_are_sent_when_they_are_given() -> None:
    api = Api(answer({"id": "g1", "name": "VIP", "segment_ids": ["s1"]}))
    found = api.client.update_group("g1", Group("VIP"), segment_ids=["s1", "s2"])
    assert found == LiveGroup("g1", Group("VIP"), segment_ids=("s1",))
    assert api.bodies == [{"name": "VIP", "description": "", "segment_ids": ["s1", "s2"]}]
