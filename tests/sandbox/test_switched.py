"""What each open question looks like the other way round; off is tested with its endpoint."""

from typing import Any

import pytest

from segsync.sandbox.seed import Seed
from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop

WHOLE = {
    "name": "New",
    "slug_name": "new",
    "description": "",
    "segment_ql": "FILTER visits > 1 FROM user ALIAS new",
    "kind": "segment",
    "table": "user",
    "is_public": False,
    "save_hist": True,
}
DATE = "2026-12-24T00:00:00Z"


def shop_with(**switches: bool) -> Shop:
    return Shop(Switches(**switches))


def answer(shop: Shop, method: str, path: str, body: object = None) -> tuple[int, Any]:
    found = shop.client.request(method, path, json=body)
    return found.status_code, found.json() if found.content else None


def group_ids(shop: Shop) -> tuple[str, str]:
    lifecycle, empty = shop.get("/v2/segment/group")
    return lifecycle["id"], empty["id"]


def test_a_list_without_kind_can_mean_plain_segments() -> None:
    shop = shop_with(list_one_kind=True)
    assert shop.slugs() == ["all", "known", "active"]
    assert shop.slugs(kind="all") == ["all", "broken", "known", "active"]
    assert shop.slugs(kind="aspect") == ["broken"]


def test_a_list_without_valid_can_mean_valid_ones() -> None:
    shop = shop_with(list_only_valid=True)
    assert shop.slugs() == ["all", "known", "active"]
    assert shop.slugs(valid="all") == ["all", "broken", "known", "active"]
    assert shop.slugs(valid="false") == ["broken"]


def test_a_list_of_nothing_can_be_an_array() -> None:
    shop = shop_with(empty_lists_are_arrays=True)
    assert shop.get("/v2/segment", table="none") == []
    assert shop.get("/api/segment", table="none") == []
    assert shop.get(f"/v2/segment/{shop.id_of('known')}/ancestors") == []
    assert shop.get("/v2/schema/empty/field") == []
    assert shop.segment("active")["tags"] is None


def test_includes_can_be_slugs() -> None:
    assert shop_with(includes_hold_slugs=True).segment("active")["includes"] == ["known"]


def test_segments_can_have_fields_that_nobody_expects() -> None:
    plain, odd = Shop().segment("known"), shop_with(show_old_fields=True).segment("known")
    assert odd.keys() - plain.keys() == {
        "short_id",
        "field_updates",
        "eval_segml",
        "withs_ql",
        "category",
        "field_of_tomorrow",
    }
    assert plain.items() <= odd.items()


def test_the_status_in_old_envelopes_can_be_text() -> None:
    shop = shop_with(text_status=True)
    assert answer(shop, "GET", "/api/segment/known")[1]["status"] == "200"
    assert answer(shop, "GET", "/api/segment/nope")[1]["status"] == "404"
    assert answer(shop, "GET", "/v2/segment/known")[1]["status"] == 200
    made = shop.create(**WHOLE)
    assert answer(shop, "DELETE", f"/api/segment/{made['id']}") == (204, None)


def test_a_create_can_need_all_that_engineers_list() -> None:
    shop = shop_with(require_create_fields=True)
    assert shop.create(**WHOLE)["slug_name"] == "new"
    assert shop.refusal("POST", "/v2/segment", {"name": "Short"}) == (
        400,
        "BADREQ-001",
        "Segment needs slug_name, description, kind, table, is_public, save_hist, segment_ql.",
    )
    tree = {name: value for name, value in WHOLE.items() if name != "segment_ql"}
    assert shop.create(**tree, ast={"ident": "*"})["slug_name"] == "new_1"


def test_an_equal_put_can_be_silent() -> None:
    shop = shop_with(silent_equal_put=True)
    made = shop.create(**WHOLE)
    assert shop.put("new", **WHOLE) == made
    assert shop.put("new", **WHOLE | {"name": "Other"})["updated"] > made["updated"]


def test_a_stale_put_can_be_a_conflict() -> None:
    shop = shop_with(stale_put_answers_409=True)
    made = shop.create(**WHOLE)
    assert shop.put("new", **WHOLE, updated=made["updated"])["updated"] > made["updated"]
    found = shop.refusal("PUT", f"/v2/segment/{made['id']}", WHOLE | {"updated": made["updated"]})
    assert found == (409, "BADREQ-001", "Segment was changed meanwhile.")
    assert shop.put("new", **WHOLE)["name"] == "New"


def test_a_put_can_be_unable_to_change_the_kind() -> None:
    shop = shop_with(keep_kind_on_put=True)
    shop.create(**WHOLE)
    assert shop.put("new", **WHOLE | {"kind": "goal"})["kind"] == "segment"
    assert Shop().put("known", segment_ql="FILTER *", kind="goal")["kind"] == "goal"


def test_a_put_that_names_another_table_can_move_the_segment_or_be_refused() -> None:
    text = "FILTER EXISTS path FROM content ALIAS known"
    moving = shop_with(change_table_on_put=True)
    old = moving.segment("known")
    found = moving.put("known", segment_ql=text)
    assert (found["id"], found["table"]) == (old["id"], "content")
    assert moving.slugs() == ["all", "broken", "active"]
    stray = moving.put("blog", segment_ql="FILTER *")
    assert (stray["table"], stray["id"] != moving.id_of("blog")) == ("user", True)
    refusing = shop_with(refuse_table_on_put=True)
    path = f"/v2/segment/{refusing.id_of('known')}"
    refused = (400, "BADREQ-001", "Table of a segment cannot be changed.")
    assert refusing.refusal("PUT", path, {"segment_ql": text}) == refused
    assert refusing.put("blog", segment_ql="FILTER *")["table"] == "user"
    made = Shop().put("known", segment_ql=text)
    assert (made["slug_name"], made["table"]) == ("known_1", "content")


@pytest.mark.parametrize(
    ("switch", "left_out", "null"),
    [("", None, None), ("only_null_clears_expiry", DATE, None), ("null_keeps_expiry", None, DATE)],
)
def test_an_expiry_is_cleared_by_null_or_by_nothing_or_by_both(
    switch: str, left_out: str | None, null: str | None
) -> None:
    shop = shop_with(**{switch: True} if switch else {})
    shop.create(**WHOLE, expires_at=DATE)
    assert shop.put("new", **WHOLE)["expires_at"] == left_out
    shop.put("new", **WHOLE, expires_at=DATE)
    assert shop.put("new", **WHOLE, expires_at=None)["expires_at"] == null


def test_a_public_name_of_ones_own_can_be_respected() -> None:
    shop = shop_with(respect_public_name=True)
    made = shop.create(**WHOLE | {"is_public": True}, public_name="shown")
    assert made["public_name"] == "shown"
    assert shop.put("new", **WHOLE | {"is_public": True})["public_name"] == "shown"
    plain = Shop().create(**WHOLE | {"is_public": True}, public_name="shown")
    assert plain["public_name"] == "new"


def test_history_can_be_kept_unless_it_is_refused() -> None:
    shop = shop_with(save_hist_by_default=True)
    assert shop.create(name="A", segment_ql="FILTER *")["save_hist"] is True
    assert shop.create(name="B", segment_ql="FILTER *", save_hist=False)["save_hist"] is False


def test_texts_can_lose_the_blanks_around_them() -> None:
    shop = shop_with(trim_texts=True)
    made = shop.create(**WHOLE | {"name": " New ", "description": "Two\nlines.\n"})
    assert (made["name"], made["description"]) == ("New", "Two\nlines.")
    assert shop.create(segment_ql="FILTER *", name="X")["name"] == "X"


def test_validate_can_check_fields_too() -> None:
    shop = shop_with(validate_checks_fields=True)
    for text, status in (("FILTER visits > 1", 200), ("FILTER nope = 1", 400), ("FILTER", 400)):
        found = shop.client.post("/api/segment/validate", content=text)
        assert found.status_code == status, text
    found = shop.client.post("/api/segment/validate", content="FILTER nope = 1 FROM content")
    assert found.json()["message"] == (
        "segment fields were invalid against existing schema for table content"
    )


def test_a_tree_can_win_over_a_text() -> None:
    body = WHOLE | {"ast": {"ident": "*"}}
    assert shop_with(ast_wins=True).create(**body)["ast"] == {"ident": "*"}
    assert Shop().create(**body)["segment_ql"] == WHOLE["segment_ql"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("FILTER visits > 1", "FILTER visits > 1 FROM user ALIAS new"),
        ("FILTER visits > 1 ALIAS new", "FILTER visits > 1 FROM user ALIAS new"),
        ("FILTER visits > 1 FROM user\n", "FILTER visits > 1 FROM user ALIAS new"),
        ("FILTER visits>1  FROM user ALIAS new", "FILTER visits>1  FROM user ALIAS new"),
    ],
)
def test_a_definition_can_get_the_clauses_that_it_lacks(sent: str, stored: str) -> None:
    shop = shop_with(complete_definitions=True)
    assert shop.create(**WHOLE | {"segment_ql": sent})["segment_ql"] == stored


def test_an_id_can_lose_its_backticks_and_blanks_can_become_one() -> None:
    shop = shop_with(strip_hex_backticks=True, collapse_whitespace=True)
    known = shop.id_of("known")
    text = f'FILTER  AND (INCLUDE `{known}`,\n\t email = "a  b")'
    made = shop.create(name="X", segment_ql=text)
    assert made["segment_ql"] == f'FILTER AND (INCLUDE {known},\n email = "a  b")'
    assert made["includes"] == [known]


def test_a_taken_slug_can_be_a_conflict() -> None:
    shop = shop_with(refuse_taken_slugs=True)
    found = shop.refusal("POST", "/v2/segment", WHOLE | {"slug_name": "known"})
    assert found == (409, "BADREQ-001", "Slug is already used.")
    assert shop.create(**WHOLE)["slug_name"] == "new"


def test_suffixes_can_pile_up() -> None:
    shop = shop_with(stack_slug_suffixes=True)
    assert [shop.create(**WHOLE)["slug_name"] for _ in range(3)] == ["new", "new_1", "new_1_1"]


def test_slugs_can_be_unique_in_their_table_alone() -> None:
    shop = shop_with(slugs_per_table=True)
    text = "FILTER EXISTS path FROM content ALIAS known"
    content = shop.create(name="Known", segment_ql=text)
    assert (content["slug_name"], content["table"]) == ("known", "content")
    user = shop.segment("active")["includes"][0]
    assert user != content["id"]
    both = shop.create(name="B", segment_ql="FILTER INCLUDE known FROM content ALIAS both")
    assert (both["includes"], both["invalid"]) == ([content["id"]], False)
    assert answer(shop, "DELETE", f"/v2/segment/{both['id']}")[0] == 204
    assert answer(shop, "DELETE", f"/v2/segment/{content['id']}")[0] == 204
    assert answer(shop, "DELETE", f"/v2/segment/{user}")[0] == 400
    assert shop.create(**WHOLE | {"slug_name": "known"})["slug_name"] == "known_1"


def test_a_segment_of_another_table_may_be_included_by_its_own_slug() -> None:
    shop = shop_with(slugs_per_table=True, accept_include_cycles=True)
    mine = shop.create(name="B", segment_ql="FILTER INCLUDE blog FROM user ALIAS blog")
    assert mine["invalid_reason"] == "Recursive Evaluation Error"


def test_a_slug_can_be_mended() -> None:
    shop = shop_with(slugify_slugs=True)
    assert shop.create(**WHOLE | {"slug_name": "A new: One"})["slug_name"] == "a_new_one"


def test_a_bulk_delete_can_tell_the_kind_by_what_depends() -> None:
    shop = shop_with(dependants_by_id=True)
    known, active = shop.id_of("known"), shop.id_of("active")
    data = answer(shop, "DELETE", f"/v2/segment/{known},{known}x")[1]["data"]
    assert data["segments"][0]["segments"] == {active: ["includes"]}


def test_a_deleted_segment_can_still_be_read() -> None:
    shop = shop_with(soft_deletes=True)
    made = shop.create(**WHOLE)
    assert answer(shop, "DELETE", f"/v2/segment/{made['id']}")[0] == 204
    assert shop.get(f"/v2/segment/{made['id']}")["deleted"] is True
    assert answer(shop, "GET", "/v2/segment/new")[0] == 404
    assert answer(shop, "PUT", f"/v2/segment/{made['id']}", WHOLE)[0] == 404
    assert "new" not in shop.slugs()
    assert shop.create(**WHOLE)["slug_name"] == "new"


def test_membership_can_be_the_groups_alone_to_say() -> None:
    shop = shop_with(groups_only_by_group=True, group_takes_segments=True)
    lifecycle, empty = group_ids(shop)
    made = shop.create(**WHOLE, groups=[empty])
    assert made["groups"] is None
    assert shop.put("known", segment_ql="FILTER *", groups=[empty])["groups"] == [lifecycle]
    body = {"name": "Empty", "segment_ids": [made["id"], shop.id_of("blog")]}
    found = answer(shop, "PUT", f"/v2/segment/group/{empty}", body)[1]["data"]
    assert sorted(found["segment_ids"]) == sorted(body["segment_ids"])
    assert shop.segment("new")["groups"] == [empty]
    body["segment_ids"] = [made["id"]]
    answer(shop, "PUT", f"/v2/segment/group/{empty}", body)
    assert shop.segment("blog")["groups"] is None
    found = shop.refusal("POST", "/v2/segment/group", {"name": "N", "segment_ids": ["nope"]})
    assert found == (404, "NOTFOUND-003", "Segment not found.")
    made = answer(shop, "POST", "/v2/segment/group", {"name": "N", "segment_ids": []})[1]["data"]
    assert made["segment_ids"] is None


def test_either_side_can_hide_who_is_in_a_group() -> None:
    shop = shop_with(groups_hide_segments=True)
    assert [each["segment_ids"] for each in shop.get("/v2/segment/group")] == [None, None]
    assert shop.segment("known")["groups"] == [group_ids(shop)[0]]
    shop = shop_with(segments_hide_groups=True)
    assert shop.segment("known")["groups"] is None
    assert shop.get("/v2/segment/group")[0]["segment_ids"] == [shop.id_of("known")]


def test_a_group_put_can_merge() -> None:
    shop = shop_with(merge_groups_on_put=True)
    lifecycle, _ = group_ids(shop)
    path = f"/v2/segment/group/{lifecycle}"
    found = answer(shop, "PUT", path, {"description": "D"})[1]["data"]
    assert (found["name"], found["description"]) == ("Lifecycle", "D")


def test_group_names_can_be_unique() -> None:
    shop = shop_with(unique_group_names=True)
    lifecycle, empty = group_ids(shop)
    taken = (400, "BADREQ-001", "Group name is already used.")
    assert shop.refusal("POST", "/v2/segment/group", {"name": "Empty"}) == taken
    assert shop.refusal("PUT", f"/v2/segment/group/{lifecycle}", {"name": "Empty"}) == taken
    assert answer(shop, "PUT", f"/v2/segment/group/{empty}", {"name": "Empty"})[0] == 200


def test_a_full_group_can_be_kept() -> None:
    shop = shop_with(keep_full_groups=True)
    lifecycle, empty = group_ids(shop)
    found = shop.refusal("DELETE", f"/v2/segment/group/{lifecycle}")
    assert found == (400, "BADREQ-001", "Segment group Lifecycle has segments.")
    assert answer(shop, "DELETE", f"/v2/segment/group/{empty}")[0] == 204


def test_segments_can_go_on_naming_a_group_that_is_gone() -> None:
    shop = shop_with(keep_deleted_group_ids=True)
    lifecycle, _ = group_ids(shop)
    answer(shop, "DELETE", f"/v2/segment/group/{lifecycle}")
    assert shop.segment("known")["groups"] == [lifecycle]


def test_one_group_can_be_read() -> None:
    shop = shop_with(get_one_group=True)
    lifecycle, _ = group_ids(shop)
    path = f"/v2/segment/group/{lifecycle}"
    assert shop.get(path) == shop.get("/v2/segment/group")[0]
    assert Shop().refusal("GET", path) == (405, "BADREQ-001", "Method not allowed.")


def test_creates_and_deletes_of_groups_can_answer_200_too() -> None:
    shop = shop_with(create_answers_200=True, delete_answers_200=True)
    status, made = answer(shop, "POST", "/v2/segment/group", {"name": "X"})
    assert status == 200
    status, gone = answer(shop, "DELETE", f"/v2/segment/group/{made['data']['id']}")
    assert (status, gone["data"]) == (200, None)


def test_ancestors_can_be_ids_or_direct() -> None:
    deep = {"name": "Deep", "segment_ql": "FILTER INCLUDE active"}
    shop = shop_with(ancestors_are_ids=True)
    made = shop.create(**deep)
    active, known = shop.id_of("active"), shop.id_of("known")
    assert shop.get(f"/v2/segment/{made['id']}/ancestors") == [active, known]
    shop = shop_with(ancestors_are_direct=True)
    made = shop.create(**deep)
    found = shop.get(f"/v2/segment/{made['id']}/ancestors")
    assert [each["slug_name"] for each in found] == ["active"]


def test_jobs_can_be_ids() -> None:
    shop = shop_with(jobs_are_ids=True)
    found = shop.get(f"/v2/segment/{shop.id_of('active')}/jobs")
    assert found == [each["id"] for each in shop.get("/v2/job", show_all="true")]


@pytest.mark.parametrize(
    ("switch", "by_body", "by_path"),
    [("reevaluate_by_body_only", 200, 404), ("reevaluate_by_path_only", 404, 200)],
)
def test_a_reevaluation_can_have_one_form_only(switch: str, by_body: int, by_path: int) -> None:
    shop = shop_with(**{switch: True})
    known = shop.id_of("known")
    assert answer(shop, "POST", "/v2/segment/reevaluate", {"id": known})[0] == by_body
    assert answer(shop, "POST", f"/v2/segment/{known}/reevaluate")[0] == by_path


def test_a_caller_can_be_on_no_list() -> None:
    shop = shop_with(ip_not_listed=True)
    assert shop.refusal("GET", "/v2/account") == (403, "FORBIDDEN-026", "Not authorized")
    assert answer(shop, "GET", "/api/segment")[1]["message"] == "Not authorized"


def test_writes_can_need_the_token_of_a_user() -> None:
    shop = shop_with(writes_need_user_tokens=True)
    assert shop.refusal("POST", "/v2/segment", WHOLE) == (
        403,
        "FORBIDDEN-026",
        "Not authorized: This endpoint is available only via user tokens.",
    )
    assert shop.slugs()


def test_what_came_with_the_account_can_be_changed() -> None:
    shop = shop_with(accept_system_writes=True)
    assert shop.put("all", segment_ql="FILTER *", name="Everyone")["name"] == "Everyone"
    assert Shop().refusal("PUT", f"/v2/segment/{shop.id_of('all')}", WHOLE)[0] == 403


def test_a_parent_token_sees_two_accounts_and_its_own_is_its_own_parent() -> None:
    child, own = shop_with(parent_token=True).get("/v2/account")
    assert (own["aid"], own["parentaid"]) == (7, 7)
    assert (child["aid"], child["parentaid"]) == (8, 7)
    assert child["id"] != own["id"]


def full_account(count: int) -> Seed:
    segments = tuple(
        {"slug_name": f"s{number}", "name": f"S{number}", "segment_ql": "FILTER visits > 1"}
        for number in range(count)
    )
    return Seed(SEED.account, SEED.fields, (), (*SEED.segments[:2], *segments), ())


@pytest.mark.parametrize(
    ("switch", "count", "status"),
    [
        ("limit_segments", 499, 201),
        ("limit_segments", 500, 400),
        ("limit_segments_and_predefined", 497, 201),
        ("limit_segments_and_predefined", 498, 400),
        ("sort_tags", 501, 201),
    ],
)
def test_an_account_can_be_full(switch: str, count: int, status: int) -> None:
    shop = Shop(Switches(**{switch: True}), seed=full_account(count))
    found = shop.client.post("/v2/segment", json=WHOLE)
    assert found.status_code == status
    if status == 400:
        (error,) = found.json()["errors"]
        assert error["message"] == "Account has reached its limit of 500 audiences."


def test_conditions_can_be_limited_with_those_of_what_is_included() -> None:
    shop = shop_with(limit_conditions=True)
    many = ", ".join(f"visits > {number}" for number in range(500))
    half = shop.create(name="Half", segment_ql=f"FILTER AND ({many}) ALIAS half")
    both = shop.create(name="Both", segment_ql=f"FILTER OR (INCLUDE half, {many}) ALIAS both")
    over = {"name": "Over", "segment_ql": f"FILTER OR (INCLUDE half, {many}, NOT EXISTS email)"}
    found = shop.refusal("POST", "/v2/segment", over)
    assert found == (400, "BADREQ-001", "Segment has more than 1000 conditions.")
    text = f"FILTER AND (INCLUDE `{half['id']}`, NOT INCLUDE half) ALIAS both"
    assert shop.put("both", segment_ql=text)["id"] == both["id"]


def test_conditions_of_what_is_missing_are_none() -> None:
    shop = shop_with(limit_conditions=True, accept_missing_includes=True)
    assert shop.create(name="A", segment_ql="FILTER INCLUDE gone")["invalid"]


def test_conditions_of_what_includes_itself_are_counted_once() -> None:
    shop = shop_with(
        limit_conditions=True, accept_include_cycles=True, accept_missing_includes=True
    )
    shop.create(name="A", segment_ql="FILTER AND (visits > 1, INCLUDE b) ALIAS a")
    made = shop.create(name="B", segment_ql="FILTER AND (visits > 2, INCLUDE a) ALIAS b")
    assert made["invalid"]


@pytest.mark.parametrize("path", ["/v2/segment", "/v2/segment/group"])
def test_descriptions_can_be_limited(path: str) -> None:
    shop = shop_with(limit_descriptions=True)
    longest = WHOLE | {"description": "d" * 1024}
    assert shop.client.post(path, json=longest).status_code == 201
    found = shop.refusal("POST", path, longest | {"description": "d" * 1025})
    assert found == (400, "BADREQ-001", "Description is longer than 1024 characters.")


def test_names_of_groups_can_be_limited() -> None:
    shop = shop_with(limit_names=True)
    assert shop.client.post("/v2/segment/group", json={"name": "n" * 64}).status_code == 201
    found = shop.refusal("POST", "/v2/segment/group", {"name": "n" * 65})
    assert found == (400, "BADREQ-001", "Name is longer than 64 characters.")


def test_names_and_slugs_can_be_limited() -> None:
    shop = shop_with(limit_names=True)
    shop.create(**WHOLE | {"name": "N" * 64})
    for name, what in (("name", "Name"), ("slug_name", "Slug")):
        found = shop.refusal("POST", "/v2/segment", WHOLE | {name: "n" * 65})
        assert found == (400, "BADREQ-001", f"{what} is longer than 64 characters.")
