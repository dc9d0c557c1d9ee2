"""What making a segment does."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, Answer, World

LIMIT = 64


@fact("create-answers-segment", confidence="documented")
def test_a_create_answers_the_segment(world: World) -> None:
    """`POST /v2/segment` answers the segment as it was made.

    Documented: v2 OpenAPI.
    """
    body = world.body("new", description="Two\nlines.", tags=["b", "a"])
    found = world.ask("POST", "/v2/segment", body).data
    assert {**found, "tags": sorted(found["tags"])} | {**body, "tags": ["a", "b"]} == {
        **found,
        "tags": ["a", "b"],
    }


@question("create-status", number=4, answers={"201": "", "200": "create_answers_200"})
def test_a_create_answers_201_or_200(world: World, answer: Answer) -> None:
    """Which status has a v2 create?

    Unknown: 201 is documented, and nobody wrote down what came.
    """
    answer(str(world.ask("POST", "/v2/segment", world.body("new")).status))


@fact("create-taken-slug", confidence="observed")
def test_a_create_under_a_taken_slug_succeeds_under_another(world: World) -> None:
    """A create whose slug is taken succeeds, as `<slug>_1`: never a 409.

    Observed: engineers' notes, audiences, 0.3.1.
    """
    first = world.create("taken")
    second = world.create("taken")
    assert second["id"] != first["id"]
    assert second["slug_name"] == f"{first['slug_name']}_1"


@question(
    "taken-slug-again",
    number=15,
    answers={"_2": "", "_1_1": "stack_slug_suffixes", "409": "refuse_taken_slugs"},
)
def test_the_third_under_one_slug_gets_the_next_number_or_another(
    world: World, answer: Answer
) -> None:
    """What is the slug of the third segment that is made under one?

    Unknown: engineers write `_1`, `_2`; older notes tell of 409.
    """
    for _ in range(2):
        world.ask("POST", "/v2/segment", world.body("taken"))
    third = world.ask("POST", "/v2/segment", world.body("taken"))
    answer(third.data["slug_name"].removeprefix(world.slug("taken")) if third.ok else "409")


@fact("create-small-body", confidence="reported")
def test_a_small_body_is_enough(world: World) -> None:
    """A create needs no more than name, slug, definition, access and table.

    Reported: a customer's notes on the API.
    """
    names = ("name", "slug_name", "segment_ql", "is_public", "table")
    body = world.body("small")
    found = world.ask("POST", "/v2/segment", {name: body[name] for name in names})
    assert found.data["slug_name"] == world.slug("small")


@question(
    "create-required-fields",
    number=0,
    answers={"name and definition": "", "all of them": "require_create_fields"},
)
def test_a_create_needs_two_fields_or_all(world: World, answer: Answer) -> None:
    """Is a create refused that leaves out a field which engineers list as required?

    Unknown.
    """
    body = {"name": world.slug("tiny"), "segment_ql": DEFINITION}
    found = world.ask("POST", "/v2/segment", body)
    assert found.ok or found.status == 400
    answer("name and definition" if found.ok else "all of them")


@fact("slug-from-name", confidence="documented")
def test_a_slug_is_made_of_the_name(world: World) -> None:
    """A create without a slug gets one that is made of the name.

    Documented: audiences; learn, segment.
    """
    body = {"name": f"{world.slug('big')} Spenders", "segment_ql": DEFINITION, "table": "user"}
    assert world.ask("POST", "/v2/segment", body).data["slug_name"] == world.slug("big_spenders")


@question("slug-characters", number=14, answers={"400": "", "mended": "slugify_slugs"})
def test_a_slug_with_blanks_is_refused_or_mended(world: World, answer: Answer) -> None:
    """What becomes of a slug with a blank or a colon in it?

    Unknown.
    """
    slug = world.slug("A new: one")
    body = world.body("blank") | {"slug_name": slug, "segment_ql": DEFINITION}
    found = world.ask("POST", "/v2/segment", body)
    answer("mended" if found.ok and found.data["slug_name"] != slug else str(found.status))


@question("slug-scope", number=13, answers={"account": "", "table": "slugs_per_table"})
def test_a_slug_is_unique_in_the_account_or_in_its_table(world: World, answer: Answer) -> None:
    """May two tables have a segment of the same slug?

    Unknown.
    """
    world.create("shared")
    other = world.create("shared", "FILTER *", table="content")
    answer("table" if other["slug_name"] == world.slug("shared") else "account")


@fact("kind-default", confidence="documented")
def test_the_kind_is_segment_when_left_out(world: World) -> None:
    """A create without `kind` makes a segment of kind `segment`.

    Documented: learn, segment.
    """
    body = world.body("plain")
    del body["kind"]
    assert world.ask("POST", "/v2/segment", body).data["kind"] == "segment"


@fact("public-name", confidence="observed")
def test_the_public_name_is_the_slug(world: World) -> None:
    """A public segment gets its slug as `public_name`; a private one has none.

    Observed: engineers' notes, writes; real objects among the fixtures of the Go client.
    """
    assert world.create("shown", is_public=True)["public_name"] == world.slug("shown")
    assert not world.create("hidden").get("public_name")


@question("own-public-name", number=0, answers={"ignored": "", "taken": "respect_public_name"})
def test_a_public_name_of_ones_own_is_ignored_or_taken(world: World, answer: Answer) -> None:
    """Is a `public_name` that a client sends taken?

    Unknown: it "may or may not be respected" (engineers' notes, writes).
    """
    name = world.slug("other")
    found = world.create("shown", is_public=True, public_name=name)
    answer("taken" if found["public_name"] == name else "ignored")


@question("history-default", number=0, answers={"false": "", "true": "save_hist_by_default"})
def test_history_is_kept_or_not_unless_said(world: World, answer: Answer) -> None:
    """What is `save_hist` of a segment whose create says nothing of it?

    Unknown.
    """
    body = world.body("silent")
    del body["save_hist"]
    answer(str(world.ask("POST", "/v2/segment", body).data["save_hist"]).lower())


@question("blanks-around-texts", number=0, answers={"kept": "", "taken off": "trim_texts"})
def test_blanks_around_a_text_are_kept_or_taken_off(world: World, answer: Answer) -> None:
    """Is whitespace at the ends of a name and of a description kept?

    Unknown.
    """
    found = world.create("padded", description=" padded ")
    answer("kept" if found["description"] == " padded " else "taken off")


@question("order-of-tags", number=16, answers={"as sent": "", "sorted": "sort_tags"})
def test_tags_keep_their_order_or_are_sorted(world: World, answer: Answer) -> None:
    """In which order do tags come back?

    Unknown.
    """
    found = world.create("tagged", tags=["b", "c", "a"])["tags"]
    answer({("b", "c", "a"): "as sent", ("a", "b", "c"): "sorted"}[tuple(found)])


@question("name-limit", number=0, answers={"no": "", "400": "limit_names"})
def test_a_long_name_is_taken_or_refused(world: World, answer: Answer) -> None:
    """Does the API refuse a name of more than 64 characters?

    Unknown: the limit is documented for the user interface.
    """
    name = world.slug("long") + "x" * LIMIT
    found = world.ask("POST", "/v2/segment", world.body("long") | {"name": name})
    answer("no" if found.ok else str(found.status))


@fact("v1-create-by-text", confidence="documented")
def test_v1_makes_a_segment_of_bare_text(world: World) -> None:
    """`POST /api/segment` with bare FilterQL takes slug and name from `ALIAS`, and answers 201.

    Documented: v1 OpenAPI, getting started with segments.
    """
    slug = world.slug("bare")
    found = world.ask("POST", "/api/segment", f"{DEFINITION} FROM user ALIAS {slug}")
    assert found.status == 201
    assert (found.data["slug_name"], found.data["name"]) == (slug, slug)


@fact("v1-create-updates", confidence="documented")
def test_a_v1_create_with_a_known_alias_updates(world: World) -> None:
    """`POST /api/segment` with the ALIAS of a segment that is there changes that one.

    Documented: v1 OpenAPI.
    """
    made = world.create("known")
    text = f"FILTER * FROM user ALIAS {made['slug_name']}"
    assert world.ask("POST", "/api/segment", text).data["id"] == made["id"]
    assert world.read(made)["segment_ql"] == text


@fact("v1-create-by-force", confidence="reported")
def test_v1_makes_a_segment_over_an_unknown_field_by_force(world: World) -> None:
    """`POST /api/segment?force=true` skips the check of fields.

    Reported: a customer's notes on the API.
    """
    slug = world.slug("forced")
    text = f"FILTER EXISTS zz_segsync_no_such_field FROM user ALIAS {slug}"
    assert world.ask("POST", "/api/segment", text, query={"force": "true"}).status == 201


@fact("v1-create-bad-filterql", confidence="seen")
def test_v1_refuses_a_bad_definition_with_its_message(world: World) -> None:
    """`POST /api/segment` answers a bad definition with 400 `Invalid SegmentQL`.

    Seen: the fixtures of the Go client.
    """
    found = world.ask("POST", "/api/segment", "FILTR")
    assert (found.status, found.message) == (400, "Invalid SegmentQL")
