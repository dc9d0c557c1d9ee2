"""What an update does: the traps, and what nobody knows."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, FIELD, Answer, World

EXPIRY = "2099-01-01T00:00:00Z"


@fact("put-whole", confidence="observed")
def test_a_whole_body_changes_the_segment_it_names(world: World) -> None:
    """A PUT of all client fields with FROM, ALIAS, `table`, `slug_name` and `kind` is safe.

    Observed: engineers' notes, audiences; the status 200 is from the v2 OpenAPI.
    """
    made = world.create("page", "FILTER *", table="content")
    body = world.body("page", "FILTER *", table="content", description="New.")
    found = world.put(made, body)
    assert found.status == 200
    assert (found.data["id"], found.data["description"]) == (made["id"], "New.")
    assert world.read(made, table="content")["description"] == "New."


@fact("put-without-from", confidence="observed")
def test_a_put_without_from_makes_a_second_segment(world: World) -> None:
    """A PUT without `FROM` to a segment of another table than `user` makes a second segment.

    Observed: engineers' notes, audiences, 0.3.1. The call succeeds.
    """
    made = world.create("page", "FILTER *", table="content")
    body = world.body("page", table="content") | {"segment_ql": DEFINITION}
    stray = world.put(made, body).data
    assert stray["id"] != made["id"]
    assert stray["table"] == "user"
    assert world.read(made, table="content")["segment_ql"] == made["segment_ql"]


@fact("put-with-other-alias", confidence="observed")
def test_a_put_with_another_alias_renames(world: World) -> None:
    """A PUT whose ALIAS is not the slug, without `slug_name`, renames the segment.

    Observed: engineers' notes, audiences, 0.3.1.
    """
    made = world.create("before")
    body = world.body("after")
    del body["slug_name"]
    assert world.put(made, body).data["slug_name"] == world.slug("after")
    assert world.read(made)["slug_name"] == world.slug("after")
    assert world.get(f"/v2/segment/{made['slug_name']}").status == 404


@question(
    "dependants-of-a-renamed-slug",
    number=0,
    answers={"invalid": "", "valid": None, "rewritten": None},
)
def test_what_included_a_renamed_slug_is_invalid_or_not(world: World, answer: Answer) -> None:
    """What becomes of a segment that includes another by its slug when that is renamed?

    Unknown: it "breaks every segment that includes the old slug" (engineers' notes, audiences).
    """
    inner = world.create("before")
    outer = world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
    world.put(inner, world.body("after"))
    found = world.read(outer)
    is_rewritten = found["segment_ql"] != outer["segment_ql"]
    answer("rewritten" if is_rewritten else "invalid" if found["invalid"] else "valid")


@fact("put-taken-slug", confidence="observed")
def test_a_put_with_a_taken_slug_is_refused(world: World) -> None:
    """A PUT with the slug of another segment is 400 `Slug is already used.`.

    Observed: engineers' notes, audiences.
    """
    world.create("taken")
    found = world.put(world.create("mine"), world.body("taken"))
    assert (found.status, found.message) == (400, "Slug is already used.")


@fact("public-name-stays", confidence="observed")
def test_going_private_leaves_the_public_name(world: World) -> None:
    """`is_public: false` does not clear `public_name`.

    Observed: engineers' notes, writes.
    """
    made = world.create("shown", is_public=True)
    found = world.put(made, world.body("shown", is_public=False)).data
    assert (found["is_public"], found["public_name"]) == (False, made["public_name"])


@question("put-omitted-fields", number=1, answers={"reset": "", "kept": "merge_on_put"})
def test_what_a_put_leaves_out_is_reset_or_kept(world: World, answer: Answer) -> None:
    """Do fields that a PUT leaves out lose their value?

    Unknown: related resources are replaced whole, the v1 examples are partial.
    """
    made = world.create("known", description="Old.", tags=["old"])
    body = world.body("known")
    del body["description"], body["tags"]
    found = world.put(made, body).data
    kept = (found["description"], found["tags"]) == ("Old.", ["old"])
    reset = (found["description"], found["tags"]) == ("", None)
    answer("kept" if kept else "reset" if reset else "some of each")


@question("equal-put", number=26, answers={"moves updated": "", "does not": "silent_equal_put"})
def test_a_put_of_equal_content_moves_updated_or_not(world: World, answer: Answer) -> None:
    """Does a PUT that changes nothing move `updated`?

    Unknown.
    """
    made = world.create("known")
    found = world.put(made, world.body("known")).data
    answer("moves updated" if found["updated"] != made["updated"] else "does not")


@question("stale-put", number=27, answers={"is taken": "", "409": "stale_put_answers_409"})
def test_a_put_with_an_old_time_is_taken_or_a_conflict(world: World, answer: Answer) -> None:
    """Does the server compare an `updated` that a PUT sends?

    Unknown: no version field is documented.
    """
    made = world.create("known")
    world.put(made, world.body("known", description="Theirs."))
    body = world.body("known", description="Ours.", updated=made["updated"])
    found = world.put(made, body)
    answer("is taken" if found.ok else str(found.status))


@question("kind-by-put", number=0, answers={"changes": "", "stays": "keep_kind_on_put"})
def test_a_put_changes_the_kind_or_not(world: World, answer: Answer) -> None:
    """Can a PUT change `kind`?

    Unknown.
    """
    found = world.put(world.create("known"), world.body("known", kind="goal"))
    answer("changes" if found.data["kind"] == "goal" else "stays")


@question(
    "clearing-expiry",
    number=29,
    answers={
        "null and omission": "",
        "null alone": "only_null_clears_expiry",
        "omission alone": "null_keeps_expiry",
    },
)
def test_an_expiry_is_cleared_by_null_or_by_omission(world: World, answer: Answer) -> None:
    """What clears `expires_at`: null, leaving it out, or both?

    Unknown.
    """
    by_null = world.create("null", expires_at=EXPIRY)
    left_out = world.create("gone", expires_at=EXPIRY)
    null = world.put(by_null, world.body("null", expires_at=None)).data.get("expires_at")
    gone = world.put(left_out, world.body("gone")).data.get("expires_at")
    answer(
        {
            (True, True): "null and omission",
            (True, False): "null alone",
            (False, True): "omission alone",
        }[not null, not gone]
    )


@question("cycle", number=9, answers={"400": "", "stored as invalid": "accept_include_cycles"})
def test_a_cycle_is_refused_or_stored(world: World, answer: Answer) -> None:
    """What becomes of a PUT after which two segments include each other?

    Unknown: the parser alone never refuses a cycle.
    """
    inner = world.create("inner")
    outer = world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
    found = world.put(inner, world.body("inner", f"FILTER INCLUDE {outer['slug_name']}"))
    invalid = found.ok and found.data["invalid"]
    answer("stored as invalid" if invalid else str(found.status))


@fact("v1-put-by-slug", confidence="documented")
def test_v1_updates_by_slug_and_in_part(world: World) -> None:
    """`PUT /api/segment/{}` takes an id or a slug, and a body of slug and definition alone.

    Documented: v1 OpenAPI, getting started with segments.
    """
    slug = world.create("known")["slug_name"]
    body = {"slug_name": slug, "segment_ql": f"FILTER NOT EXISTS {FIELD} FROM user ALIAS {slug}"}
    found = world.ask("PUT", f"/api/segment/{slug}", body)
    assert found.status == 200
    assert found.data["segment_ql"] == body["segment_ql"]


@question(
    "system-segments",
    number=30,
    answers={"403": "", "can be changed": "accept_system_writes"},
    sandbox_only="a predefined segment that can be changed would be changed",
)
def test_predefined_segments_can_be_changed_or_not(world: World, answer: Answer) -> None:
    """Can predefined segments be changed through the API?

    Unknown.
    """
    row = world.get("/v2/segment/all").data
    found = world.ask("PUT", f"/v2/segment/{row['id']}", row)
    answer("can be changed" if found.ok else str(found.status))
