import pytest

from segsync.sandbox import edits
from segsync.sandbox.messages import Refusal
from tests.sandbox.account import Shop


def test_an_edit_changes_what_it_names_and_moves_updated() -> None:
    shop = Shop()
    old = shop.segment("known")
    edits.edit_segment(shop.store, "known", description="By hand.", groups=["Empty"])
    new = shop.segment("known")
    group = shop.get("/v2/segment/group")[1]["id"]
    assert new == old | {"description": "By hand.", "groups": [group], "updated": new["updated"]}
    assert new["updated"] > old["updated"]
    assert shop.store.writes == ()


def test_an_edit_meets_no_trap() -> None:
    shop = Shop()
    blog = shop.id_of("blog")
    edits.edit_segment(shop.store, "blog", segment_ql="FILTER EXISTS path ALIAS other")
    assert (shop.id_of("blog"), shop.segment("blog")["table"]) == (blog, "content")


def test_an_edit_may_rename_and_set_what_only_the_server_sets() -> None:
    shop = Shop()
    edits.edit_segment(shop.store, "known", slug_name="seen", invalid=True, invalid_reason="Odd")
    seen = shop.segment("seen")
    assert (seen["invalid"], seen["invalid_reason"], seen["name"]) == (True, "Odd", "Known")


def test_an_edit_obeys_the_rules() -> None:
    with pytest.raises(Refusal, match=r"Slug is already used\."):
        edits.edit_segment(Shop().store, "known", slug_name="active")


def test_segments_come_and_go() -> None:
    shop = Shop()
    slug = edits.add_segment(
        shop.store, name="Known", segment_ql="FILTER visits > 1", groups=["Lifecycle"]
    )
    made = shop.segment(slug)
    assert (slug, made["author_id"], made["created"]) == (
        "known_1",
        edits.SOMEBODY,
        made["updated"],
    )
    edits.remove_segment(shop.store, "known")
    assert shop.segment("active")["invalid_reason"] == "Include Not Found"
    assert shop.store.writes == ()


def test_groups_are_edited_by_name() -> None:
    shop = Shop()
    old = shop.get("/v2/segment/group")[0]
    edits.edit_group(shop.store, "Lifecycle", description="Mine.")
    new = shop.get("/v2/segment/group")[0]
    assert new == old | {"description": "Mine.", "updated": new["updated"]}


def test_a_job_starts_using_segments() -> None:
    shop = Shop()
    edits.add_job(shop.store, "Late", workflow="ads", segments=("known",), status="paused")
    (job, _) = shop.get(f"/v2/segment/{shop.id_of('known')}/jobs")[::-1]
    assert (job["name"], job["status"]) == ("Late", "paused")


def test_what_does_not_exist_is_told() -> None:
    shop = Shop()
    with pytest.raises(LookupError, match="the sandbox has no segment 'gone'"):
        edits.remove_segment(shop.store, "gone")
    with pytest.raises(LookupError, match="the sandbox has no group 'gone'"):
        edits.edit_group(shop.store, "gone", description="")
