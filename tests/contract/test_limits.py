"""Limits: how much, how deep and how often."""

from tests.contract.facts import fact, question
from tests.contract.test_definitions import fate
from tests.contract.world import DEFINITION, Answer, World

# More than what is documented, or (for descriptions) than what anybody would write.
NAME, DESCRIPTION, DEPTH, MEGABYTES = 64, 1_024, 100, 10


@fact("no-limits-in-headers", confidence="documented")
def test_no_header_tells_a_limit(world: World) -> None:
    """No header of an answer tells how many requests are left.

    Documented: by absence; engineers' notes, API reference.
    """
    headers = world.get("/v2/account").headers
    assert not [each for each in headers if "ratelimit" in each.lower().replace("-", "")]


@question(
    "pace",
    number=28,
    answers={
        "all answered": "",
        "429": "limit_requests",
        "429 with Retry-After": "limit_requests say_when_to_retry",
    },
)
def test_a_dozen_requests_are_answered_or_some_are_429(world: World, answer: Answer) -> None:
    """Are a dozen reads answered, four a second to a real account, and does a 429 say when?

    Unknown: engineers write that 429 exists, and to wait briefly; no number is known.
    """
    refused = [each for each in (world.get("/v2/account") for _ in range(12)) if each.status == 429]
    told = any("retry-after" in each.headers for each in refused)
    answer("all answered" if not refused else "429 with Retry-After" if told else "429")


@question(
    "reevaluation-quota",
    number=0,
    answers={"no": "", "429": "limit_reevaluations"},
    sandbox_only="would spend what everybody in the account may use",
)
def test_many_reevaluations_are_taken_or_throttled(world: World, answer: Answer) -> None:
    """Are 25 reevaluations at once refused?

    Unknown: a quota is documented, without its size and without what comes after it.
    """
    path = f"/v2/segment/{world.create('again')['id']}/reevaluate"
    statuses = {world.ask("POST", path).status for _ in range(25)}
    answer("429" if 429 in statuses else "no")


@question("description-limit", number=0, answers={"no": "", "400": "limit_descriptions"})
def test_a_long_description_is_taken_or_refused(world: World, answer: Answer) -> None:
    """Does the API refuse a description of more than 1,024 characters?

    Unknown: no limit is documented.
    """
    body = world.body("long", description="x" * (DESCRIPTION + 1))
    found = world.ask("POST", "/v2/segment", body)
    assert found.ok or found.status == 400
    answer("no" if found.ok else "400")


@question("group-name-limit", number=0, answers={"no": "", "400": "limit_names"})
def test_a_long_name_of_a_group_is_taken_or_refused(world: World, answer: Answer) -> None:
    """Does the API refuse a group name of more than 64 characters?

    Unknown.
    """
    body = {"name": world.slug("long") + "x" * NAME, "description": ""}
    found = world.ask("POST", "/v2/segment/group", body)
    assert found.ok or found.status == 400
    answer("no" if found.ok else "400")


@question(
    "body-limit",
    number=0,
    answers={"no": "", "413": "limit_bodies"},
    sandbox_only="the recording would be as large",
)
def test_a_body_of_more_than_ten_megabytes_is_read_or_refused(world: World, answer: Answer) -> None:
    """Does the API refuse a body of more than 10 MB?

    Unknown: documented for uploads, for which there is another host; no status is.
    """
    body = world.body("large", description="x" * (MEGABYTES * 1024 * 1024))
    found = world.ask("POST", "/v2/segment", body)
    answer("no" if found.ok else str(found.status))


@question(
    "include-depth",
    number=0,
    answers={"400": "", "stored as invalid": "accept_deep_includes"},
    sandbox_only="would make a hundred segments",
)
def test_an_include_deeper_than_a_hundred_is_refused_or_stored(
    world: World, answer: Answer
) -> None:
    """What becomes of a segment whose INCLUDE leads more than 100 segments deep?

    Unknown: the parser library follows no further, and calls it `Recursive Evaluation Error`.
    """
    last = world.create("s0", DEFINITION)
    for number in range(1, DEPTH + 1):
        last = world.create(f"s{number}", f"FILTER INCLUDE {last['slug_name']}")
        assert not last["invalid"]
    body = world.body("over", f"FILTER INCLUDE {last['slug_name']}")
    found = world.ask("POST", "/v2/segment", body)
    told = found.data["invalid_reason"] if found.ok else found.message
    assert told.startswith("Recursive Evaluation Error")
    answer(fate(found))
