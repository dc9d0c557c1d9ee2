"""What groups are, and who says what is in them."""

from tests.contract.facts import fact, question
from tests.contract.world import HEX_ID, Answer, World

NOBODY = "0" * 31 + "f"


@fact("group-fields", confidence="seen")
def test_a_group_has_the_fields_that_clients_read(world: World) -> None:
    """A group has id, aid, account, times, author, name, description and `segment_ids`.

    Seen: the types and the fixtures of the TypeScript client.
    """
    world.group("new", description="Text.")
    (found,) = world.groups()
    names = {"id", "aid", "account_id", "created", "updated", "author", "name", "description"}
    assert found.keys() >= names | {"segment_ids"}
    assert HEX_ID.fullmatch(found["id"])
    assert (found["name"], found["description"]) == (world.slug("new"), "Text.")


@fact("group-changes", confidence="documented")
def test_a_group_is_changed_and_deleted_by_its_id(world: World) -> None:
    """`PUT` and `DELETE /v2/segment/group/{id}` change and delete a group.

    Documented: segment API.
    """
    made = world.group("old")
    body = {"name": world.slug("new"), "description": "New."}
    assert world.put_group(made, body).data["id"] == made["id"]
    assert [each["name"] for each in world.groups()] == [world.slug("new")]
    assert world.delete_group(made).ok
    assert world.groups() == []


@fact("group-on-create", confidence="observed")
def test_a_segment_is_put_into_groups_when_it_is_made(world: World) -> None:
    """A create takes `groups`, ids of groups, of which there may be several.

    Observed: engineers' notes, audiences; several are documented for the user interface.
    """
    ids = [world.group(each)["id"] for each in ("one", "two")]
    made = world.create("member", groups=ids)
    assert set(made["groups"]) == set(ids)
    assert {tuple(each["segment_ids"]) for each in world.groups()} == {(made["id"],)}


@fact("group-delete-keeps-segments", confidence="documented")
def test_deleting_a_group_leaves_its_segments(world: World) -> None:
    """Deleting a group does not delete its segments.

    Documented: segment API.
    """
    group = world.group("full")
    made = world.create("member", groups=[group["id"]])
    assert world.delete_group(group).ok
    assert world.read(made)["slug_name"] == made["slug_name"]


@question(
    "full-group",
    number=20,
    answers={"deleted": "", "400": "keep_full_groups"},
)
def test_a_full_group_is_deleted_or_kept(world: World, answer: Answer) -> None:
    """Can a group be deleted that has segments?

    Unknown.
    """
    group = world.group("full")
    world.create("member", groups=[group["id"]])
    found = world.delete_group(group)
    answer("deleted" if found.ok else str(found.status))


@question(
    "id-of-a-deleted-group",
    number=20,
    answers={"is taken out": "", "stays": "keep_deleted_group_ids"},
)
def test_the_id_of_a_deleted_group_is_taken_out_or_stays(world: World, answer: Answer) -> None:
    """Does a segment go on naming a group that was deleted?

    Unknown.
    """
    group = world.group("full")
    made = world.create("member", groups=[group["id"]])
    world.delete_group(group)
    answer("stays" if group["id"] in (world.read(made)["groups"] or ()) else "is taken out")


@question(
    "groups-of-a-segment",
    number=17,
    answers={
        "both show it": "",
        "the segment alone": "groups_hide_segments",
        "the group alone": "segments_hide_groups",
        "neither": "groups_only_by_group",
    },
)
def test_membership_shows_on_both_sides_or_on_one(world: World, answer: Answer) -> None:
    """Where does it show that a segment was made with a group?

    Unknown: both sides have a field for it.
    """
    group = world.group("full")
    made = world.create("member", groups=[group["id"]])
    by_segment = group["id"] in (world.read(made)["groups"] or ())
    by_group = made["id"] in (world.groups()[0]["segment_ids"] or ())
    answer(
        {
            (True, True): "both show it",
            (True, False): "the segment alone",
            (False, True): "the group alone",
            (False, False): "neither",
        }[by_segment, by_group]
    )


@question("members-by-group", number=19, answers={"ignored": "", "taken": "group_takes_segments"})
def test_segments_in_the_body_of_a_group_are_ignored_or_taken(world: World, answer: Answer) -> None:
    """Does a PUT of a group take `segment_ids`?

    Unknown.
    """
    group, made = world.group("full"), world.create("member")
    body = {"name": group["name"], "description": "", "segment_ids": [made["id"]]}
    found = world.put_group(group, body).data
    answer("taken" if found["segment_ids"] else "ignored")


@question("group-names", number=18, answers={"may repeat": "", "400": "unique_group_names"})
def test_two_groups_may_have_one_name_or_not(world: World, answer: Answer) -> None:
    """May two groups have the same name?

    Unknown.
    """
    name = world.group("same")["name"]
    found = world.ask("POST", "/v2/segment/group", {"name": name, "description": ""})
    answer("may repeat" if found.ok else str(found.status))


@question(
    "group-put-omitted-fields", number=19, answers={"reset": "", "kept": "merge_groups_on_put"}
)
def test_what_a_put_of_a_group_leaves_out_is_reset_or_kept(world: World, answer: Answer) -> None:
    """Does a PUT of a group that leaves out the description clear it?

    Unknown.
    """
    group = world.group("told", description="Old.")
    found = world.put_group(group, {"name": group["name"]}).data
    answer("kept" if found["description"] == "Old." else "reset")


@question("unknown-group", number=21, answers={"400": "", "stored": "accept_unknown_groups"})
def test_an_unknown_group_is_refused_or_stored(world: World, answer: Answer) -> None:
    """What becomes of a segment that names a group which does not exist?

    Unknown.
    """
    found = world.ask("POST", "/v2/segment", world.body("lost", groups=[NOBODY]))
    stored = found.ok and found.data["groups"]
    answer("stored" if stored else str(found.status))


@question("one-group", number=0, answers={"405": "", "200": "get_one_group"})
def test_one_group_can_be_read_or_not(world: World, answer: Answer) -> None:
    """Is there `GET /v2/segment/group/{id}`?

    Unknown: no document mentions it.
    """
    group = world.group("one")
    answer(str(world.get(f"/v2/segment/group/{group['id']}").status))
