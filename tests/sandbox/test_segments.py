import pytest

from segsync.sandbox.switches import Switches
from tests.sandbox.account import SEED, Shop


def test_a_list_shows_the_user_table_unless_told_otherwise() -> None:
    shop = Shop()
    assert shop.slugs() == ["all", "broken", "known", "active"]
    assert shop.slugs(table="all") == ["all", "broken", "known", "active", "blog"]
    assert shop.slugs(table="content") == ["blog"]
    assert shop.slugs(table="nothing") == []
    assert Shop(Switches(list_all_tables=True)).slugs()[-1] == "blog"


def test_a_list_filters_by_kind_validity_and_origin() -> None:
    shop = Shop()
    assert shop.slugs(kind="aspect") == ["broken"]
    assert shop.slugs(kind="all", valid="all") == ["all", "broken", "known", "active"]
    assert shop.slugs(valid="true") == ["all", "known", "active"]
    assert shop.slugs(valid="false") == ["broken"]
    assert shop.slugs(filterpredefined="true") == ["known", "active"]


def test_a_mis_cased_filter_and_unknown_parameters_are_ignored() -> None:
    shop = Shop()
    everything = shop.slugs()
    assert shop.slugs(filterPredefined="true") == everything
    assert shop.slugs(limit="1", whatever="x") == everything


def test_the_limit_is_honored_when_switched_on() -> None:
    shop = Shop(Switches(honor_list_limit=True))
    assert shop.slugs(limit="2") == ["all", "broken"]
    assert len(shop.slugs(limit="many")) == 4


def test_sizes_come_when_asked_for_and_are_stable() -> None:
    shop = Shop()
    assert "size" not in shop.segment("known")
    sizes = {each["slug_name"]: each["size"] for each in shop.get("/v2/segment", sizes="true")}
    assert sizes["all"] == 10_000
    assert sizes["broken"] == 0
    assert 0 < sizes["active"] < sizes["known"] < sizes["all"]
    assert shop.get("/v2/segment/known", sizes="true")["size"] == sizes["known"]


def test_a_segment_shows_what_the_server_computes() -> None:
    shop = Shop()
    known = shop.id_of("known")
    segment = shop.create(
        name="Recent",
        segment_ql='FILTER AND ( INCLUDE known, seen > "now-3d", scores.x > 1, scores.x < 9 )',
    )
    assert segment == {
        "id": segment["id"],
        "aid": 7,
        "account_id": segment["account_id"],
        "author_id": "sandbox.token",
        "created": segment["created"],
        "updated": segment["created"],
        "name": "Recent",
        "slug_name": "recent",
        "description": "",
        "segment_ql": ('FILTER AND ( INCLUDE known, seen > "now-3d", scores.x > 1, scores.x < 9 )'),
        "ast": {
            "op": "and",
            "args": [
                {"op": "include", "args": [{"ident": "known"}]},
                {"op": ">", "args": [{"ident": "seen"}, {"val": "now-3d"}]},
                {"op": ">", "args": [{"ident": "scores.x"}, {"val": "1"}]},
                {"op": "<", "args": [{"ident": "scores.x"}, {"val": "9"}]},
            ],
        },
        "kind": "segment",
        "table": "user",
        "is_public": False,
        "tags": None,
        "groups": None,
        "save_hist": False,
        "schedule_exit": False,
        "emit_trigger": False,
        "expires_at": None,
        "fields": ["seen", "scores.x"],
        "field_changes_fields": None,
        "includes": [known],
        "identities": None,
        "datemath_calc": True,
        "forward_datemath": False,
        "invalid": False,
        "invalid_reason": "",
        "deleted": False,
    }


def test_empty_lists_inside_a_segment_are_null_and_an_empty_public_name_is_absent() -> None:
    shop = Shop()
    segment = shop.segment("all")
    assert (segment["groups"], segment["includes"], segment["fields"]) == (None, None, None)
    assert segment["public_name"] == "all"
    assert "public_name" not in shop.segment("known")


def test_date_math_into_the_future_is_noticed() -> None:
    segment = Shop().create(name="Soon", segment_ql='FILTER seen < "now+3d"')
    assert (segment["datemath_calc"], segment["forward_datemath"]) == (True, True)


def test_a_segment_is_found_by_id_or_slug() -> None:
    shop = Shop()
    assert shop.segment(shop.id_of("known")) == shop.segment("known")


def test_reading_another_table_needs_no_table_unless_switched_on() -> None:
    assert Shop().segment("blog")["table"] == "content"
    shop = Shop(Switches(get_needs_table=True))
    assert shop.refusal("GET", "/v2/segment/blog")[0] == 404
    assert shop.get("/v2/segment/blog", table="content")["slug_name"] == "blog"


def test_inline_expands_every_include() -> None:
    shop = Shop()
    shop.create(name="Top", segment_ql="FILTER NOT AND ( visits > 1, INCLUDE active )")
    assert shop.get("/v2/segment/top", inline="true")["ql_resolved"] == (
        "FILTER NOT AND ( visits > 1, AND ( EXISTS email, visits > 3 ) )"
    )
    assert "ql_resolved" not in shop.segment("top")


def test_inline_leaves_what_names_nothing_and_stops_in_a_cycle() -> None:
    shop = Shop(Switches(accept_missing_includes=True, accept_include_cycles=True))
    shop.create(name="Lost", segment_ql="FILTER INCLUDE gone")
    assert shop.get("/v2/segment/lost", inline="true")["ql_resolved"] == "FILTER INCLUDE gone"
    shop.create(name="Ring", segment_ql="FILTER INCLUDE ring")
    assert shop.get("/v2/segment/ring", inline="true")["ql_resolved"] == "FILTER INCLUDE ring"


def test_ancestors_are_full_segments_nearest_first_and_once() -> None:
    shop = Shop()
    shop.create(name="Top", segment_ql="FILTER AND ( INCLUDE active, INCLUDE known, INCLUDE all )")
    top = shop.id_of("top")
    found = shop.get(f"/v2/segment/{top}/ancestors")
    assert [each["slug_name"] for each in found] == ["active", "known", "all"]
    assert found[1] == shop.segment("known")
    assert shop.get(f"/v2/segment/{shop.id_of('all')}/ancestors") is None


def test_a_segment_is_not_its_own_ancestor() -> None:
    shop = Shop(Switches(accept_include_cycles=True))
    ring = shop.create(name="Ring", segment_ql="FILTER AND ( INCLUDE ring, INCLUDE all )")
    found = shop.get(f"/v2/segment/{ring['id']}/ancestors")
    assert [each["slug_name"] for each in found] == ["all"]


def test_jobs_of_a_segment_are_those_that_name_it() -> None:
    shop = Shop()
    jobs = shop.get(f"/v2/segment/{shop.id_of('active')}/jobs")
    assert [each["name"] for each in jobs] == ["Promo", "Old"]
    assert shop.get(f"/v2/segment/{shop.id_of('all')}/jobs") is None


@pytest.mark.parametrize("tail", ["/ancestors", "/jobs"])
def test_what_documents_only_an_id_takes_no_slug(tail: str) -> None:
    assert Shop().refusal("GET", f"/v2/segment/known{tail}")[0] == 404


def test_reevaluation_takes_both_forms_and_answers_nothing() -> None:
    shop = Shop()
    known = shop.id_of("known")
    first = shop.client.post("/v2/segment/reevaluate", json={"id": known})
    second = shop.client.post(f"/v2/segment/{known}/reevaluate")
    assert (first.status_code, first.json()["data"]) == (200, None)
    assert (second.status_code, second.json()["data"]) == (200, None)
    assert [each.object_id for each in shop.store.writes] == [known, known]


@pytest.mark.parametrize("body", [{}, {"id": "nobody"}, {"id": "known"}])
def test_reevaluating_what_does_not_exist_is_not_found(body: dict[str, str]) -> None:
    found = Shop().refusal("POST", "/v2/segment/reevaluate", body)
    assert found == (404, "NOTFOUND-003", "Segment not found.")


def test_an_empty_account_lists_null() -> None:
    shop = Shop(seed=type(SEED)(SEED.account, {}, (), (), ()))
    assert shop.client.get("/v2/segment").json()["data"] is None
    assert shop.client.get("/v2/segment/group").json()["data"] is None
