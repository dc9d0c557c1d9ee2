"""Segment collections, which are ordered lists and no groups."""

from tests.contract.facts import fact, question
from tests.contract.world import Answer, Json, Reply, World

PATH = "/api/segmentcollection"


def body(world: World, *segments: Json, name: str = "funnel") -> Json:
    items = [{"id": each["id"], "order": order} for order, each in enumerate(segments)]
    return {"name": world.slug(name), "collection": items}


def posted(world: World, *segments: Json) -> Reply:
    return world.ask("POST", PATH, body(world, *segments))


def ids_of(collection: Json) -> list[str]:
    items = collection["collection"] or ()
    return [each["id"] for each in sorted(items, key=lambda item: int(item["order"]))]


@fact("collection-create", confidence="documented")
def test_a_collection_is_made_of_segments_in_order(world: World) -> None:
    """`POST /api/segmentcollection` with `name` and `collection` answers 201 and the collection.

    Documented: v1 OpenAPI, segment collections.
    """
    segments = [world.create("first"), world.create("second")]
    found = posted(world, *segments)
    assert found.status == 201
    assert ids_of(found.data) == [each["id"] for each in segments]


@fact("collection-fields", confidence="documented")
def test_a_collection_is_listed_with_its_segments(world: World) -> None:
    """`GET /api/segmentcollection` lists collections, each with `id`, `order` of its segments.

    Documented: learn.lytics.com, segment collections.
    """
    made = posted(world, world.create("only")).data
    (found,) = (each for each in world.get(PATH).rows if each["id"] == made["id"])
    names = {"id", "name", "slug_name", "table", "author_id", "created", "updated", "internal"}
    assert found.keys() >= names | {"collection", "parent_segment"}


@fact("collection-by-slug", confidence="documented")
def test_a_collection_is_found_by_id_and_slug(world: World) -> None:
    """`GET /api/segmentcollection/{id or slug}` answers one collection.

    Documented: v1 OpenAPI, segment collections.
    """
    made = posted(world, world.create("only")).data
    for name in (made["id"], made["slug_name"]):
        assert world.get(f"{PATH}/{name}").data["id"] == made["id"]


@fact("collection-update", confidence="documented")
def test_a_collection_is_replaced(world: World) -> None:
    """`PUT /api/segmentcollection/{id}` answers 201 and the new collection.

    Documented: v1 OpenAPI, segment collections.
    """
    segments = [world.create("first"), world.create("second")]
    made = posted(world, *segments).data
    found = world.ask("PUT", f"{PATH}/{made['id']}", body(world, segments[1]))
    assert found.status == 201
    assert (found.data["id"], ids_of(found.data)) == (made["id"], [segments[1]["id"]])


@fact("collection-delete", confidence="documented")
def test_a_collection_is_deleted_and_its_segments_stay(world: World) -> None:
    """`DELETE /api/segmentcollection/{id}` answers 204 without a body; the segments stay.

    Documented: v1 OpenAPI, segment collections; that they stay is our reading of it.
    """
    segment = world.create("only")
    made = posted(world, segment).data
    assert world.ask("DELETE", f"{PATH}/{made['id']}").status == 204
    assert world.get(f"{PATH}/{made['id']}").status == 404
    assert world.read(segment)["id"] == segment["id"]


@question("collection-members", number=0, answers={"400": "", "taken": "accept_unknown_members"})
def test_an_unknown_segment_is_refused_in_a_collection_or_taken(
    world: World, answer: Answer
) -> None:
    """May a segment collection name a segment that does not exist?

    Unknown: nobody has tried.
    """
    found = posted(world, {"id": "f" * 32})
    assert found.status in (201, 400)
    answer("taken" if found.ok else "400")
