"""What a delete does, and what keeps it from being done."""

from tests.contract.facts import fact, question
from tests.contract.world import Answer, Json, World


def pair(world: World) -> tuple[Json, Json]:
    inner = world.create("inner")
    return inner, world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")


@fact("delete-one", confidence="documented")
def test_a_deleted_segment_is_gone(world: World) -> None:
    """`DELETE /v2/segment/{id}` takes a segment out of the list.

    Documented: v2 OpenAPI.
    """
    made = world.create("gone")
    assert world.delete(made).ok
    assert world.slugs(table="all") == []


@question("delete-status", number=5, answers={"204": "", "200": "delete_answers_200"})
def test_a_delete_answers_204_or_200(world: World, answer: Answer) -> None:
    """Which status has a v2 delete of one segment?

    Unknown: 200 is documented, and engineers write that many v2 deletes are 204.
    """
    found = world.delete(world.create("gone"))
    assert (found.body is None) == (found.status == 204)
    answer(str(found.status))


@question("deleted-segment", number=0, answers={"404": "", "deleted: true": "soft_deletes"})
def test_a_deleted_segment_is_404_or_marked(world: World, answer: Answer) -> None:
    """What does a read by id answer for a deleted segment?

    Unknown: segments have a field `deleted`.
    """
    made = world.create("gone")
    world.delete(made)
    found = world.get(f"/v2/segment/{made['id']}")
    assert found.status == 404 or found.data["deleted"]
    answer("404" if found.status == 404 else "deleted: true")


@fact("delete-nobody", confidence="observed")
def test_deleting_what_is_not_there_is_404(world: World) -> None:
    """A delete of an id that does not exist is 404.

    Observed: engineers' notes, API reference.
    """
    made = world.create("gone")
    world.delete(made)
    assert world.delete(made).status == 404


@fact("delete-several", confidence="documented")
def test_several_are_deleted_by_a_list_of_ids(world: World) -> None:
    """`DELETE /v2/segment/{id,id}` answers 200, `deleted`, `not_deleted` and a status for each.

    Documented: v2 OpenAPI.
    """
    one, two = world.create("one"), world.create("two")
    found = world.delete(one, two)
    assert found.status == 200
    assert sorted(found.data["deleted"]) == sorted([one["id"], two["id"]])
    assert not found.data["not_deleted"]
    statuses = found.data["segments"]
    assert all(each.keys() >= {"id", "deleted", "reason", "segments"} for each in statuses)
    assert world.slugs(table="all") == []


@question(
    "delete-with-dependants",
    number=6,
    answers={"400": "", "deleted": "delete_with_dependants"},
)
def test_an_included_segment_is_kept_or_deleted(world: World, answer: Answer) -> None:
    """Is a delete refused of what another segment includes?

    Unknown: the answer to a bulk delete has room for reasons; what is used does not expire.
    """
    inner, outer = pair(world)
    found = world.delete(inner)
    is_there = world.slug("inner") in {each["slug_name"] for each in world.listed(table="user")}
    assert is_there != found.ok
    assert world.read(outer)["slug_name"] == outer["slug_name"]
    answer("deleted" if found.ok else str(found.status))


@question(
    "dependants-of-a-deleted-segment",
    number=6,
    answers={"the delete is refused": "", "invalid": "delete_with_dependants", "valid": None},
)
def test_what_included_a_deleted_segment_is_invalid_or_not(world: World, answer: Answer) -> None:
    """What becomes of a segment whose INCLUDE is deleted?

    Unknown.
    """
    inner, outer = pair(world)
    if not world.delete(inner).ok:
        answer("the delete is refused")
        return
    answer("invalid" if world.read(outer)["invalid"] else "valid")


@question(
    "map-of-dependants",
    number=7,
    answers={"kinds": "", "ids": "dependants_by_id", "nothing": "delete_with_dependants"},
)
def test_the_map_of_dependants_is_keyed_by_kind_or_by_id(world: World, answer: Answer) -> None:
    """What are the keys of `segments` in the status of a segment that was not deleted?

    Unknown.
    """
    inner, outer = pair(world)
    statuses = world.delete(inner, world.create("other")).data["segments"]
    (found,) = (each["segments"] for each in statuses if each["id"] == inner["id"])
    answer("ids" if outer["id"] in (found or {}) else "kinds" if found else "nothing")


@fact("v1-delete", confidence="documented")
def test_v1_deletes_by_id_or_slug_and_answers_204(world: World) -> None:
    """`DELETE /api/segment/{}` takes an id or a slug, and answers 204 without a body.

    Documented: v1 OpenAPI.
    """
    for wanted in ("id", "slug_name"):
        found = world.ask("DELETE", f"/api/segment/{world.create('gone')[wanted]}")
        assert (found.status, found.body) == (204, None)
    assert world.slugs(table="all") == []


@fact("v1-delete-several", confidence="documented")
def test_v1_deletes_several_in_four_spellings(world: World) -> None:
    """`DELETE /api/segment` takes `ids=a,b`, `ids=[a,b]`, repeated `ids` and `ids[]`: 204.

    Documented: v1 OpenAPI.
    """
    for spelling in ("ids={},{}", "ids=[{},{}]", "ids={}&ids={}", "ids[]={}&ids[]={}"):
        one, two = (world.create(each)["id"] for each in ("one", "two"))
        assert world.ask("DELETE", f"/api/segment?{spelling.format(one, two)}").status == 204
        assert world.slugs(table="all") == []
