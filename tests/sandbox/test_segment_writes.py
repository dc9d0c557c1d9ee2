import json

import pytest

from segsync.sandbox.switches import Switches
from tests.sandbox.account import Shop

QL = "FILTER visits > 1"


def test_a_create_answers_201_or_as_switched_200() -> None:
    body = {"name": "New", "segment_ql": QL}
    assert Shop().client.post("/v2/segment", json=body).status_code == 201
    shop = Shop(Switches(create_answers_200=True))
    assert shop.client.post("/v2/segment", json=body).status_code == 200


def test_everything_a_client_sets_is_kept_as_sent() -> None:
    shop = Shop()
    group = shop.segment("known")["groups"]
    body = {
        "name": "  New one ",
        "slug_name": "new-one",
        "description": "Text.",
        "segment_ql": 'filter  visits>1\nFROM user ALIAS "'.replace('"', "") + "new-one",
        "kind": "goal",
        "table": "user",
        "is_public": True,
        "tags": ["b", "a"],
        "groups": group,
        "save_hist": True,
        "schedule_exit": True,
        "emit_trigger": True,
        "expires_at": "2027-01-01T00:00:00Z",
    }
    created = shop.create(**body)
    assert {name: created[name] for name in body} == body
    assert created["public_name"] == "new-one"
    assert shop.segment("new-one") == created


def test_null_counts_as_left_out_and_unknown_fields_are_ignored() -> None:
    created = Shop().create(name="New", segment_ql=QL, kind=None, tags=None, color="red", ast=None)
    assert (created["kind"], created["tags"], "color" in created) == ("segment", None, False)


def test_a_taken_slug_is_silently_renamed() -> None:
    shop = Shop()
    slugs = [shop.create(name="X", slug_name="known", segment_ql=QL)["slug_name"] for _ in range(3)]
    assert slugs == ["known_1", "known_2", "known_3"]


def test_a_slug_is_unique_over_all_tables() -> None:
    created = Shop().create(name="X", slug_name="blog", segment_ql=QL)
    assert (created["slug_name"], created["table"]) == ("blog_1", "user")


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"name": "Big  Spenders (US)!", "segment_ql": QL}, "big_spenders_us"),
        ({"name": "X", "slug_name": "Loud_Slug", "segment_ql": QL}, "loud_slug"),
        ({"name": "X", "segment_ql": QL + " ALIAS From_Alias"}, "from_alias"),
        ({"name": "X", "slug_name": "a", "segment_ql": QL + " ALIAS b"}, "a"),
        ({"segment_ql": QL + " ALIAS b"}, "b"),
    ],
)
def test_the_slug_comes_from_slug_name_then_alias_then_name(
    body: dict[str, object], slug: str
) -> None:
    assert Shop().create(**body)["slug_name"] == slug


def test_a_segment_without_a_name_is_called_as_its_slug() -> None:
    assert Shop().create(slug_name="x", segment_ql=QL)["name"] == "x"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "X"}, "Invalid filter QL statement."),
        ({"name": "X", "segment_ql": "FILTER event EXISTS"}, "Invalid filter QL statement."),
        ({"name": "X", "ast": {"op": "AND"}}, "Invalid filter QL statement."),
        ({"segment_ql": QL}, "Segment name is required."),
        ({"name": "!!!", "segment_ql": QL}, "Segment name is required."),
        (
            {"slug_name": "no spaces", "segment_ql": QL},
            "Slug may contain only letters, digits, underscores and hyphens.",
        ),
        ({"name": "X", "segment_ql": "FILTER INCLUDE gone"}, "Include Not Found: gone"),
        (
            {"name": "X", "segment_ql": "FILTER INCLUDE x"},
            "Recursive Evaluation Error: x includes itself",
        ),
        (
            {"name": "X", "segment_ql": "FILTER nope = 1"},
            "segment fields were invalid against existing schema for table user",
        ),
        (
            {"name": "X", "segment_ql": "FILTER visits > 1 FROM content"},
            "segment fields were invalid against existing schema for table content",
        ),
        (
            {"name": "X", "segment_ql": "FILTER visits = 1 OR visits = 2"},
            "segment fields were invalid against existing schema for table user",
        ),
        ({"name": "X", "segment_ql": QL, "groups": ["g1"]}, "Segment group not found: g1"),
    ],
)
def test_a_create_that_breaks_a_rule_is_refused_and_writes_nothing(
    body: object, message: str
) -> None:
    shop = Shop()
    before = shop.slugs(table="all")
    assert shop.refusal("POST", "/v2/segment", body) == (400, "BADREQ-001", message)
    assert shop.slugs(table="all") == before
    assert shop.store.writes == ()


def test_a_table_without_a_schema_takes_any_field() -> None:
    assert Shop().create(name="X", segment_ql="FILTER a = 1 FROM custom")["table"] == "custom"


def test_the_table_comes_from_from_then_from_the_body() -> None:
    shop = Shop()
    with_from = "FILTER EXISTS path FROM content"
    assert shop.create(name="A", segment_ql=with_from, table="user")["table"] == "content"
    assert shop.create(name="B", segment_ql="FILTER EXISTS path", table="content")["table"] == (
        "content"
    )


def test_an_ast_becomes_text_with_from_and_alias() -> None:
    created = Shop().create(name="Tree", ast={"op": "exists", "args": [{"ident": "email"}]})
    assert created["segment_ql"] == "FILTER EXISTS email FROM user ALIAS tree"
    assert created["ast"] == {"op": "exists", "args": [{"ident": "email"}]}


def test_the_text_wins_over_the_ast() -> None:
    created = Shop().create(name="Both", segment_ql=QL, ast={"ident": "*"})
    assert created["segment_ql"] == QL


def test_includes_by_hex_id_are_resolved() -> None:
    shop = Shop()
    known = shop.id_of("known")
    assert shop.create(name="X", segment_ql=f"FILTER INCLUDE `{known}`")["includes"] == [known]


def test_a_put_without_from_makes_another_segment_and_succeeds() -> None:
    shop = Shop()
    blog = shop.segment("blog")
    answer = shop.put(
        "blog", name="Blog", slug_name="blog", segment_ql="FILTER EXISTS email", table="content"
    )
    assert answer["id"] != blog["id"]
    assert (answer["slug_name"], answer["table"]) == ("blog_1", "user")
    assert shop.segment("blog") == blog


def test_a_put_with_from_another_table_makes_another_segment_as_well() -> None:
    shop = Shop()
    answer = shop.put("known", name="Known", segment_ql="FILTER EXISTS path FROM content")
    assert (answer["slug_name"], answer["table"]) == ("known_1", "content")


def test_a_put_with_from_changes_a_segment_of_another_table() -> None:
    shop = Shop()
    blog = shop.segment("blog")
    answer = shop.put("blog", name="Posts", segment_ql="FILTER EXISTS path FROM content")
    assert (answer["id"], answer["name"], answer["table"]) == (blog["id"], "Posts", "content")


def test_an_alias_without_slug_name_renames_and_breaks_dependants() -> None:
    shop = Shop()
    answer = shop.put("known", name="Known", segment_ql="FILTER EXISTS email ALIAS Renamed")
    assert answer["slug_name"] == "renamed"
    assert shop.refusal("GET", "/v2/segment/known")[0] == 404
    active = shop.segment("active")
    assert (active["invalid"], active["invalid_reason"]) == (True, "Include Not Found")
    assert active["includes"] is None
    shop.put("renamed", name="Known", slug_name="known", segment_ql="FILTER EXISTS email")
    assert shop.segment("active")["invalid"] is False


def test_slug_name_wins_over_alias_and_without_both_the_slug_stays() -> None:
    shop = Shop()
    both = shop.put("known", name="K", slug_name="known", segment_ql="FILTER EXISTS email ALIAS b")
    neither = shop.put("known", name="K", segment_ql="FILTER EXISTS email")
    assert [both["slug_name"], neither["slug_name"]] == ["known", "known"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "K", "slug_name": "active", "segment_ql": QL},
        {"name": "K", "segment_ql": QL + " ALIAS active"},
    ],
)
def test_a_taken_slug_is_refused_on_update(body: object) -> None:
    shop = Shop()
    found = shop.refusal("PUT", f"/v2/segment/{shop.id_of('known')}", body)
    assert found == (400, "BADREQ-001", "Slug is already used.")


def test_going_private_keeps_the_public_name() -> None:
    shop = Shop()
    shop.create(name="X", slug_name="x", segment_ql=QL, is_public=True, public_name="mine")
    private = shop.put("x", name="X", segment_ql=QL, is_public=False)
    assert (private["is_public"], private["public_name"]) == (False, "x")


def test_left_out_fields_are_reset() -> None:
    shop = Shop()
    answer = shop.put("known", segment_ql="FILTER EXISTS email")
    assert (answer["name"], answer["description"], answer["tags"], answer["groups"]) == (
        "known",
        "",
        None,
        None,
    )
    refused = shop.refusal("PUT", f"/v2/segment/{shop.id_of('known')}", {"name": "K"})
    assert refused == (400, "BADREQ-001", "Invalid filter QL statement.")


def test_left_out_fields_stay_when_put_merges() -> None:
    shop = Shop(Switches(merge_on_put=True))
    before = shop.segment("known")
    after = shop.put("known", description="New.")
    assert after == before | {"description": "New.", "updated": after["updated"]}
    tree = shop.put("known", ast={"op": "exists", "args": [{"ident": "visits"}]}, tags=None)
    assert tree["segment_ql"] == "FILTER EXISTS visits FROM user ALIAS known"
    assert tree["tags"] is None


def test_null_clears_the_expiry() -> None:
    shop = Shop(Switches(merge_on_put=True))
    shop.put("known", expires_at="2027-01-01T00:00:00Z")
    assert shop.put("known", expires_at=None)["expires_at"] is None


def test_a_put_keeps_identity_and_moves_updated_even_when_nothing_differs() -> None:
    shop = Shop()
    old = shop.segment("known")
    body = {name: old[name] for name in ("name", "description", "segment_ql", "tags", "groups")}
    new = shop.put("known", save_hist=True, **body)
    assert new == old | {"updated": new["updated"]}
    assert new["updated"] > old["updated"]


def test_two_puts_in_one_millisecond_differ_in_updated() -> None:
    shop = Shop()
    moment = shop.store.clock()
    shop.store.clock = lambda: moment
    first, second = (shop.put("known", segment_ql="FILTER EXISTS email") for _ in range(2))
    assert first["updated"] < second["updated"]


def test_a_put_takes_an_id_only() -> None:
    body = {"segment_ql": QL}
    assert Shop().refusal("PUT", "/v2/segment/known", body)[:2] == (404, "NOTFOUND-003")


def test_an_old_infix_definition_can_still_be_put() -> None:
    shop = Shop()
    infix = "FILTER visits > 1 OR EXISTS email"
    assert shop.put("known", segment_ql=infix)["segment_ql"] == infix


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_predefined_segments_are_out_of_reach(method: str) -> None:
    shop = Shop()
    found = shop.refusal(method, f"/v2/segment/{shop.id_of('all')}", {"segment_ql": QL})
    assert found == (403, "FORBIDDEN-026", "Segment all is managed by the system.")


def test_managed_segments_are_out_of_reach() -> None:
    shop = Shop()
    made = shop.create(name="Managed", segment_ql=QL, kind="managed")
    assert shop.refusal("DELETE", f"/v2/segment/{made['id']}")[:2] == (403, "FORBIDDEN-026")


def test_a_predefined_tag_alone_does_not_lock_a_segment() -> None:
    shop = Shop()
    shop.create(name="Mine", segment_ql=QL, tags=["predefined"])
    assert shop.put("mine", segment_ql=QL)["tags"] is None


def test_a_cycle_through_others_is_refused() -> None:
    shop = Shop()
    body = {"segment_ql": "FILTER INCLUDE active"}
    found = shop.refusal("PUT", f"/v2/segment/{shop.id_of('known')}", body)
    assert found == (400, "BADREQ-001", "Recursive Evaluation Error: known includes itself")


def test_a_diamond_is_no_cycle() -> None:
    shop = Shop()
    shop.create(name="Other", segment_ql="FILTER INCLUDE known")
    shop.create(name="Top", segment_ql="FILTER AND ( INCLUDE active, INCLUDE other )")
    shop.create(name="More", segment_ql="FILTER AND ( INCLUDE top, INCLUDE active )")


def test_a_cycle_is_stored_as_invalid_when_switched_on() -> None:
    shop = Shop(Switches(accept_include_cycles=True))
    known = shop.put("known", segment_ql="FILTER INCLUDE active")
    assert known["invalid_reason"] == "Recursive Evaluation Error"
    assert shop.segment("active")["invalid_reason"] == "Recursive Evaluation Error"
    assert shop.get("/api/segment/size", segments="FILTER INCLUDE known")[0]["size"] == 0
    shop.put("known", segment_ql="FILTER EXISTS email")
    assert shop.segment("active")["invalid"] is False


def test_a_missing_include_is_stored_as_invalid_until_it_appears_when_switched_on() -> None:
    shop = Shop(Switches(accept_missing_includes=True))
    early = shop.create(name="Early", segment_ql="FILTER INCLUDE late")
    assert (early["invalid"], early["invalid_reason"]) == (True, "Include Not Found")
    late = shop.create(name="Late", segment_ql=QL)
    early = shop.segment("early")
    assert (early["invalid"], early["includes"]) == (False, [late["id"]])


def test_unknown_fields_and_groups_are_stored_when_switched_on() -> None:
    shop = Shop(Switches(accept_unknown_fields=True, accept_unknown_groups=True))
    made = shop.create(name="X", segment_ql="FILTER nope = 1", groups=["g1", "g1"])
    assert (made["invalid"], made["groups"]) == (True, ["g1"])
    assert made["invalid_reason"].startswith("segment fields were invalid")


def test_definitions_are_reprinted_when_switched_on() -> None:
    made = Shop(Switches(reprint_definitions=True)).create(name="X", segment_ql="filter visits>1")
    assert made["segment_ql"] == "FILTER visits > 1 FROM user ALIAS x"


def test_tags_are_sorted_when_switched_on() -> None:
    made = Shop(Switches(sort_tags=True)).create(name="X", segment_ql=QL, tags=["b", "a"])
    assert made["tags"] == ["a", "b"]


def test_a_refused_update_leaves_the_segment_as_it_was() -> None:
    shop = Shop()
    before = json.dumps(shop.segment("known"))
    shop.refusal("PUT", f"/v2/segment/{shop.id_of('known')}", {"segment_ql": "FILTER INCLUDE gone"})
    assert json.dumps(shop.segment("known")) == before


def test_a_definition_can_set_name_kind_and_access_where_the_body_does_not() -> None:
    shop = Shop()
    text = 'FILTER * FROM user WITH name = "From text", public = true, kind = "goal" ALIAS x'
    made = shop.create(segment_ql=text)
    assert (made["name"], made["kind"], made["is_public"]) == ("From text", "goal", True)
    put = shop.put("x", segment_ql=text, name="From body", is_public=False)
    assert (put["name"], put["kind"], put["is_public"]) == ("From body", "goal", False)
