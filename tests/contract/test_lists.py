"""What lists and reads of segments show."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, HEX_ID, Answer, World

EVERYTHING = {"table": "all", "kind": "all", "valid": "all"}


@fact("list-by-table", confidence="documented")
def test_a_list_shows_the_segments_of_one_table(world: World) -> None:
    """A v2 list with `table` shows the segments of that table alone.

    Documented: v2 OpenAPI.
    """
    world.create("person")
    world.create("page", "FILTER *", table="content")
    assert world.slugs(table="user") == ["person"]
    assert world.slugs(table="content") == ["page"]


@fact("list-of-all-tables", confidence="seen")
def test_a_list_of_table_all_shows_every_table(world: World) -> None:
    """A v2 list with `table=all` shows the segments of every table.

    Seen: comments in the TypeScript client.
    """
    world.create("person")
    world.create("page", "FILTER *", table="content")
    assert world.slugs(table="all") == ["page", "person"]


@question("list-default-table", number=2, answers={"user": "", "all tables": "list_all_tables"})
def test_a_list_without_table_is_of_users_or_of_all(world: World, answer: Answer) -> None:
    """Which table does a v2 list show that names none?

    Unknown: comments in the TypeScript client say `user`.
    """
    world.create("person")
    world.create("page", "FILTER *", table="content")
    answer({("person",): "user", ("page", "person"): "all tables"}[tuple(world.slugs())])


@fact("list-by-kind", confidence="documented")
def test_a_list_shows_one_kind(world: World) -> None:
    """A v2 list with `kind` shows the segments of that kind alone, with `kind=all` all of them.

    Documented: v2 OpenAPI.
    """
    world.create("plain")
    world.create("aspect", kind="aspect")
    assert world.slugs(table="user", kind="aspect") == ["aspect"]
    assert world.slugs(table="user", kind="all") == ["aspect", "plain"]


@question(
    "list-default-kind", number=2, answers={"every kind": "", "kind segment": "list_one_kind"}
)
def test_a_list_without_kind_is_of_every_kind_or_of_one(world: World, answer: Answer) -> None:
    """Which kinds does a v2 list show that names none?

    Unknown.
    """
    world.create("plain")
    world.create("aspect", kind="aspect")
    found = tuple(world.slugs(table="user"))
    answer({("plain",): "kind segment", ("aspect", "plain"): "every kind"}[found])


@fact("list-by-validity", confidence="documented")
def test_a_list_shows_valid_or_invalid_segments(world: World) -> None:
    """A v2 list with `valid` shows the valid segments, the invalid ones, or all.

    Documented: v2 OpenAPI.
    """
    world.create("fine")
    assert world.slugs(table="user", valid="true") == ["fine"]
    assert world.slugs(table="user", valid="all") == ["fine"]
    assert world.slugs(table="user", valid="false") == []


@question("list-default-validity", number=2, answers={"all": "", "valid ones": "list_only_valid"})
def test_a_list_without_valid_is_of_all_or_of_valid_ones(world: World, answer: Answer) -> None:
    """Does a v2 list that says nothing of `valid` show invalid segments too?

    Unknown: comments in the TypeScript client say so.
    """

    def invalid(**query: str) -> set[str]:
        rows = world.get("/v2/segment", table="user", kind="all", **query).rows
        return {each["slug_name"] for each in rows if each.get("invalid")}

    shown = "connected_customer_segment" in invalid()
    assert "connected_customer_segment" in invalid(valid="all")
    answer("all" if shown else "valid ones")


@fact("list-has-no-pages", confidence="documented")
def test_a_list_has_no_pages(world: World) -> None:
    """`GET /v2/segment` shows all segments at once.

    Documented: v2 OpenAPI, which has no parameter for pages; segment API.
    """
    world.create("one")
    found = world.get("/v2/segment", **EVERYTHING).body
    assert not found.keys() & {"_next", "next", "total"}
    assert world.slugs(**EVERYTHING) == ["one"]


@question("list-limit", number=3, answers={"ignored": "", "honored": "honor_list_limit"})
def test_a_limit_on_a_list_is_ignored_or_honored(world: World, answer: Answer) -> None:
    """Does `limit` cut a v2 list?

    Unknown: clients send `limit=1` and get 200.
    """
    world.create("one")
    found = world.get("/v2/segment", **EVERYTHING, limit="1").rows
    answer("honored" if len(found) == 1 else "ignored")


@fact("list-with-sizes", confidence="observed")
def test_a_list_can_have_sizes(world: World) -> None:
    """A v2 list with `sizes=true` has the `size` of each segment, and without it none has.

    Observed: engineers' notes, audiences; the TypeScript client.
    """
    world.create("sized")
    (row,) = world.listed(table="user", sizes="true")
    assert isinstance(row["size"], int)
    (row,) = world.listed(table="user")
    assert "size" not in row


@fact("list-without-predefined", confidence="seen")
def test_a_list_can_leave_predefined_segments_out(world: World) -> None:
    """A v2 list with `filterpredefined=true` has no predefined segments.

    Seen: the TypeScript client, whose author has read the server.
    """
    world.create("mine")
    rows = world.get("/v2/segment", **EVERYTHING, filterpredefined="true").rows
    assert world.slug("mine") in {each["slug_name"] for each in rows}
    assert not any("predefined" in (each.get("tags") or ()) for each in rows)


@fact("mis-cased-parameter-is-ignored", confidence="seen")
def test_a_mis_cased_filter_is_silently_ignored(world: World) -> None:
    """`filterPredefined` in mixed case is ignored without a word.

    Seen: the TypeScript client, whose author has read the server.
    """
    rows = world.get("/v2/segment", **EVERYTHING, filterPredefined="true").rows
    assert any("predefined" in (each.get("tags") or ()) for each in rows)


@fact("v1-list", confidence="documented")
def test_a_v1_list_shows_one_table(world: World) -> None:
    """`GET /api/segment` shows the segments of `table`, which is `user` when left out.

    Documented: v1 OpenAPI.
    """
    world.create("person")
    world.create("page", "FILTER *", table="content")
    assert world.slugs("/api/segment") == ["person"]
    assert world.slugs("/api/segment", table="content") == ["page"]


@fact("get-by-id-or-slug", confidence="documented")
def test_a_segment_is_read_by_id_or_slug(world: World) -> None:
    """`GET /v2/segment/{}` takes an id or a slug.

    Documented: v2 OpenAPI.
    """
    made = world.create("known")
    assert HEX_ID.fullmatch(made["id"])
    assert world.read(made)["slug_name"] == made["slug_name"]
    assert world.get(f"/v2/segment/{made['slug_name']}").data["id"] == made["id"]


@fact("v1-get-by-id-or-slug", confidence="documented")
def test_v1_reads_a_segment_by_id_or_slug(world: World) -> None:
    """`GET /api/segment/{}` takes an id or a slug.

    Documented: v1 OpenAPI.
    """
    made = world.create("known")
    assert world.get(f"/api/segment/{made['id']}").data["slug_name"] == made["slug_name"]
    assert world.get(f"/api/segment/{made['slug_name']}").data["id"] == made["id"]


@question("get-needs-table", number=31, answers={"no": "", "yes": "get_needs_table"})
def test_reading_a_content_segment_needs_its_table_or_not(world: World, answer: Answer) -> None:
    """Does reading a segment of another table than `user` by its id need `table`?

    Unknown: v1 sizes need it.
    """
    made = world.create("page", "FILTER *", table="content")
    assert world.read(made, table="content")["id"] == made["id"]
    found = world.get(f"/v2/segment/{made['id']}")
    assert found.status in (200, 404)
    answer("no" if found.ok else "yes")


@fact("get-inline", confidence="observed")
def test_a_read_can_resolve_includes(world: World) -> None:
    """A v2 read with `inline=true` has `ql_resolved`, in which every INCLUDE is replaced.

    Observed: engineers' notes, audiences and profiles.
    """
    inner = world.create("inner")
    outer = world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
    resolved = world.read(outer, inline="true")["ql_resolved"]
    assert "INCLUDE" not in resolved
    assert "_uids" in resolved
    assert not world.read(outer).get("ql_resolved")


@fact("empty-lists-are-null", confidence="observed")
def test_an_empty_list_in_a_segment_is_null(world: World) -> None:
    """An empty list in a segment comes back as null.

    Observed: notes on the TypeScript client.
    """
    found = world.read(world.create("bare", tags=[]))
    assert found["tags"] is None
    assert found["includes"] is None


@question("empty-data", number=0, answers={"null": "", "[]": "empty_lists_are_arrays"})
def test_a_list_of_nothing_is_null_or_an_array(world: World, answer: Answer) -> None:
    """Is `data` null or an empty array where a list has nothing to show?

    Unknown: the TypeScript client guards against null.
    """
    data = world.get("/v2/segment", table=world.slug("none")).data
    answer("null" if data is None else str(data))


@fact("segment-fields", confidence="seen")
def test_a_segment_has_the_fields_that_clients_read(world: World) -> None:
    """A segment has the fields below, of these types, whatever others it has.

    Seen: the types of the TypeScript client, "validated against real API response"; v2 OpenAPI.
    """
    found = world.read(world.create("typed"))
    types = {
        "id": str, "aid": int, "account_id": str, "author_id": str, "created": str, "updated": str,
        "name": str, "slug_name": str, "description": str, "segment_ql": str, "kind": str,
        "table": str, "is_public": bool, "save_hist": bool, "invalid": bool, "deleted": bool,
    }  # fmt: skip
    assert {name: type(found.get(name)) for name in types} == types


@fact("times-are-rfc-3339", confidence="seen")
def test_times_are_rfc_3339_in_utc(world: World) -> None:
    """`created` and `updated` are RFC 3339 with a fraction, in UTC.

    Seen: real objects among the fixtures of the Go client.
    """
    found = world.create("timed")
    assert found["created"].endswith("Z")
    assert found["updated"] >= found["created"] > "2026"


@fact("predefined-segments", confidence="documented")
def test_every_account_has_predefined_segments(world: World) -> None:
    """Predefined segments like `all` carry the tag `predefined` and have no author.

    Documented: default segments, by slug; tags and author are from real objects.
    """
    found = world.get("/v2/segment/all").data
    assert "predefined" in found["tags"]
    assert not found["author_id"]


@fact("predefined-and-invalid", confidence="documented")
def test_one_predefined_segment_is_invalid_on_purpose(world: World) -> None:
    """`connected_customer_segment` is invalid out of the box: that is no fault of the account.

    Documented: default segments.
    """
    assert world.get("/v2/segment/connected_customer_segment").data["invalid"] is True


@fact("definition-comes-back", confidence="seen")
def test_an_answer_has_the_text_and_the_tree_of_a_definition(world: World) -> None:
    """An answer has both `segment_ql` and `ast`.

    Seen: the Go client; the types of the TypeScript client.
    """
    found = world.create("both")
    assert found["segment_ql"].startswith(DEFINITION)
    assert found["ast"] == {"op": "exists", "args": [{"ident": "_uids"}]}


@question("includes", number=25, answers={"ids": "", "slugs": "includes_hold_slugs"})
def test_includes_holds_ids_or_slugs(world: World, answer: Answer) -> None:
    """Does the field `includes` of a segment hold ids or slugs?

    Unknown.
    """
    inner = world.create("inner")
    outer = world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
    (found,) = world.read(outer)["includes"]
    answer({inner["id"]: "ids", inner["slug_name"]: "slugs"}[found])
