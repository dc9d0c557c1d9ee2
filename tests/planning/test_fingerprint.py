from typing import Any

import pytest
from msgspec.structs import replace

from segsync.planning.fingerprint import fingerprint
from segsync.segment import Definition, Group, Segment
from tests.planning.build import segment

BASE = segment("a", tags=["x", "y"], groups=["g"])
OTHER: dict[str, Any] = {
    "slug": "b",
    "name": "B",
    "definition": Definition("FILTER *"),
    "table": "content",
    "kind": "aspect",
    "description": "text",
    "is_public": True,
    "tags": frozenset({"x"}),
    "groups": frozenset({"h"}),
    "save_hist": False,
    "schedule_exit": True,
    "emit_trigger": True,
    "expires_at": "2027-01-01T00:00:00Z",
    "owned": True,
    "protected": True,
}


def test_equal_objects_have_equal_digests_whatever_the_order_of_their_sets() -> None:
    assert fingerprint(BASE) == fingerprint(segment("a", tags=["y", "x"], groups=["g"]))


@pytest.mark.parametrize("field", Segment.__struct_fields__)
def test_every_field_of_a_segment_counts(field: str) -> None:
    assert fingerprint(replace(BASE, **{field: OTHER[field]})) != fingerprint(BASE)


def test_every_field_of_a_group_counts() -> None:
    variants = [Group("G"), Group("H"), Group("G", "text"), Group("G", owned=True)]
    variants.append(Group("G", protected=True))
    assert len({fingerprint(each) for each in variants}) == len(variants)


def test_a_digest_stays_the_same_between_versions() -> None:
    """Saved plans hold digests, so another way to make them would make every plan stale."""
    assert fingerprint(BASE) == "cc9e68878fd176cb666dd36f8c0d658e"
    assert fingerprint(Group("G", "text", owned=True)) == "9ca28ddbff9f5f93b7e45e2ea3024d96"
