"""Checking definitions without saving them, sizes and their history."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, Answer, World


@fact("validate", confidence="documented")
def test_validate_answers_success_without_data(world: World) -> None:
    """`POST /api/segment/validate` takes bare FilterQL and answers `data` null, `success`.

    Documented: v1 OpenAPI, getting started with segments.
    """
    found = world.ask("POST", "/api/segment/validate", DEFINITION)
    assert found.status == 200
    assert (found.body["data"], found.body["message"]) == (None, "success")


@fact("validate-refuses-syntax", confidence="seen")
def test_validate_refuses_what_cannot_be_parsed(world: World) -> None:
    """`POST /api/segment/validate` answers bad syntax with 400 `Failed parsing segment QL …`.

    Seen: the fixtures of the Go client.
    """
    found = world.ask("POST", "/api/segment/validate", "FILTER AND (")
    assert found.status == 400
    assert found.message.startswith("Failed parsing segment QL ")


@question("validate-fields", number=10, answers={"no": "", "yes": "validate_checks_fields"})
def test_validate_checks_fields_or_not(world: World, answer: Answer) -> None:
    """Does `POST /api/segment/validate` check fields against the schema?

    Unknown: documented as "does not", and one note of the engineers implies that it does.
    """
    found = world.ask("POST", "/api/segment/validate", "FILTER EXISTS zz_segsync_no_such_field")
    assert found.status in (200, 400)
    answer("no" if found.ok else "yes")


@fact("size-by-post", confidence="documented")
def test_the_size_of_text_is_an_object_by_post(world: World) -> None:
    """`POST /api/segment/size` answers an object with the size of bare FilterQL, unsaved.

    Documented: v1 OpenAPI.
    """
    slug = world.slug("some")
    found = world.ask("POST", "/api/segment/size", f"{DEFINITION} FROM user ALIAS {slug}").data
    assert found.keys() >= {"id", "name", "slug_name", "size"}
    assert (found["slug_name"], type(found["size"])) == (slug, int)
    assert world.slugs(table="all") == []


@question("size-throttle", number=28, answers={"no": "", "429": "throttle_sizes"})
def test_a_second_size_within_ten_seconds_is_answered_or_throttled(
    world: World, answer: Answer
) -> None:
    """Is `POST /api/segment/size` held to one in ten seconds?

    Unknown: documented as "very rate throttled, 1/10 seconds", and by nobody as 429.
    """
    statuses = [world.ask("POST", "/api/segment/size", DEFINITION).status for _ in range(2)]
    answer("429" if 429 in statuses else "no")


@fact("size-by-get", confidence="observed")
def test_the_size_of_text_is_a_list_by_get(world: World) -> None:
    """`GET /api/segment/size?segments=` answers a list of one.

    Observed: engineers' notes, content.
    """
    (row,) = world.get("/api/segment/size", segments=DEFINITION).data
    assert isinstance(row["size"], int)


@fact("size-of-everybody", confidence="observed")
def test_the_size_of_everybody_is_the_largest(world: World) -> None:
    """The size of `FILTER * FROM user` is that of the population.

    Observed: engineers' notes, advice.
    """
    (everybody,) = world.get("/api/segment/size", segments="FILTER * FROM user").data
    (some,) = world.get("/api/segment/size", segments=DEFINITION).data
    assert everybody["size"] >= some["size"]


@fact("saved-size", confidence="observed")
def test_a_saved_segment_has_a_size(world: World) -> None:
    """`GET /api/segment/{id}/size` answers the size of a saved segment.

    Observed: engineers' notes, content and audiences.
    """
    made = world.create("sized")
    found = world.get(f"/api/segment/{made['id']}/size").data
    row = found[0] if isinstance(found, list) else found
    assert isinstance(row["size"], int)


@fact("saved-size-needs-table", confidence="observed")
def test_the_size_of_a_content_segment_needs_its_table(world: World) -> None:
    """`GET /api/segment/{id}/size` of a content segment is 404 without `table=content`.

    Observed: engineers' notes, content and audiences.
    """
    made = world.create("page", "FILTER *", table="content")
    assert world.get(f"/api/segment/{made['id']}/size").status == 404
    assert world.get(f"/api/segment/{made['id']}/size", table="content").ok


@fact("sizes", confidence="documented")
def test_sizes_are_listed_by_id(world: World) -> None:
    """`GET /api/segment/sizes?ids=` lists id, name, slug and size.

    Documented: v1 OpenAPI.
    """
    made = world.create("sized")
    (row,) = world.get("/api/segment/sizes", ids=made["id"]).rows
    assert row.keys() >= {"id", "name", "slug_name", "size"}
    assert row["id"] == made["id"]


@fact("sizes-of-kind-segment", confidence="seen")
def test_sizes_are_of_kind_segment_alone(world: World) -> None:
    """`GET /api/segment/sizes` lists segments of kind `segment` alone, without `ids` all of them.

    Seen: a comment in the Go client; the TypeScript client calls it without `ids`.
    """
    world.create("plain")
    world.create("aspect", kind="aspect")
    assert world.slugs("/api/segment/sizes") == ["plain"]


@fact("history", confidence="documented")
def test_a_segment_has_a_history_of_sizes(world: World) -> None:
    """`GET /api/segment/attribution?ids=` answers `id` and `metrics` of times and values.

    Documented: v1 OpenAPI. A new segment may have none.
    """
    made = world.create("watched", save_hist=True)
    for path in (f"/api/segment/{made['id']}/attribution", "/api/segment/attribution"):
        query = {} if made["id"] in path else {"ids": made["id"]}
        for each in world.get(path, **query).rows:
            assert each["id"] == made["id"]
            assert all(point.keys() >= {"ts", "value"} for point in each["metrics"] or ())
