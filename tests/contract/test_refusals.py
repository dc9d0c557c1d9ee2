"""What is refused, and in whose name: tables, permissions, codes."""

from tests.contract.facts import fact, question
from tests.contract.test_definitions import UNKNOWN_FIELD, fate
from tests.contract.world import Answer, Reply, World


def code(reply: Reply) -> str:
    return str(reply.body["errors"][0]["code"])


@question(
    "put-other-table",
    number=0,
    answers={
        "a second segment": "",
        "moved": "change_table_on_put",
        "400": "refuse_table_on_put",
    },
)
def test_a_put_that_names_another_table_makes_a_second_segment_or_not(
    world: World, answer: Answer
) -> None:
    """What becomes of a PUT whose FROM and `table` name another table than the segment's?

    Unknown: without FROM it is the table `user`, and a second segment (engineers' notes).
    """
    made = world.create("page")
    found = world.put(made, world.body("page", "FILTER *", table="content"))
    if not found.ok:
        answer(str(found.status))
        return
    assert found.data["table"] == "content"
    answer("moved" if found.data["id"] == made["id"] else "a second segment")


@question(
    "foreign-include",
    number=0,
    answers={
        "stored as valid": "",
        "400": "refuse_foreign_includes",
        "stored as invalid": None,
    },
)
def test_an_include_of_another_table_is_stored_or_refused(world: World, answer: Answer) -> None:
    """What becomes of a segment that includes one of another table?

    Unknown.
    """
    page = world.create("page", "FILTER *", table="content")
    body = world.body("visitors", f"FILTER INCLUDE {page['slug_name']}")
    answer(fate(world.ask("POST", "/v2/segment", body)))


@fact(
    "user-tokens-only",
    confidence="observed",
    sandbox_only="would make a token, were it that of a user",
)
def test_an_api_token_makes_no_tokens(world: World) -> None:
    """`POST /api/auth/createtoken` answers an API token with 403: for tokens of users alone.

    Observed: engineers' notes, tokens.
    """
    found = world.ask("POST", "/api/auth/createtoken", {})
    assert (found.status, found.message) == (
        403,
        "Not authorized: This endpoint is available only via user tokens.",
    )


@question(
    "code-of-an-unknown-field",
    number=0,
    answers={"BADREQ-001": "", "SCHEMA-INVALID-018": "codes_by_subject"},
)
def test_an_unknown_field_has_the_code_of_a_bad_request_or_of_the_schema(
    world: World, answer: Answer
) -> None:
    """Which code has a create over a field that the schema does not have?

    Unknown: the codes are documented, and not what each goes with.
    """
    body = world.body("odd", "FILTER EXISTS zz_segsync_no_such_field")
    found = world.ask("POST", "/v2/segment", body)
    assert found.message == UNKNOWN_FIELD
    answer(code(found))


@question(
    "code-of-a-bad-definition",
    number=0,
    answers={"BADREQ-001": "", "JSON-BADREQ-025": None},
)
def test_a_definition_that_cannot_be_read_has_a_code(world: World, answer: Answer) -> None:
    """Which code has a create whose definition cannot be read?

    Unknown: the codes are documented, and not what each goes with.
    """
    body = world.body("bad") | {"segment_ql": "FILTER AND ("}
    answer(code(world.ask("POST", "/v2/segment", body)))


@question(
    "code-of-a-bad-body",
    number=0,
    answers={"JSON-BADREQ-025": "", "BADREQ-001": None},
)
def test_a_body_that_is_no_json_has_a_code(world: World, answer: Answer) -> None:
    """Which code has a create whose body is no JSON?

    Unknown: the codes are documented, and not what each goes with.
    """
    answer(code(world.ask("POST", "/v2/segment", "{")))


@question(
    "code-of-a-missing-segment",
    number=0,
    answers={"NOTFOUND-003": "", "ENTITY-NOTFOUND-012": None},
)
def test_a_segment_that_is_not_there_has_a_code(world: World, answer: Answer) -> None:
    """Which code has a read of a segment that does not exist?

    Unknown: the codes are documented, and not what each goes with.
    """
    answer(code(world.get(f"/v2/segment/{world.slug('nobody')}")))


@question(
    "unknown-workflow",
    number=0,
    answers={"taken": "", "404": "check_workflows"},
    sandbox_only="the list of exclusions of a workflow is shared with everybody in the account",
)
def test_an_exclusion_for_an_unknown_workflow_is_taken_or_refused(
    world: World, answer: Answer
) -> None:
    """Is a segment excluded from a workflow that the account does not have?

    Unknown.
    """
    query = {"workflow": "zz_contract", "segment_id": world.create("muted")["id"]}
    found = world.ask("POST", "/v2/segment/exclude/add", query=query)
    answer("taken" if found.ok else str(found.status))
