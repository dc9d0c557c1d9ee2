"""How definitions are read, and what is made of them."""

from tests.contract.facts import fact, question
from tests.contract.world import DEFINITION, FIELD, Answer, Reply, World

UNKNOWN_FIELD = "segment fields were invalid against existing schema for table user"


def fate(reply: Reply) -> str:
    if not reply.ok:
        return str(reply.status)
    return "stored as invalid" if reply.data["invalid"] else "stored as valid"


@fact("from-names-the-table", confidence="observed")
def test_from_decides_the_table(world: World) -> None:
    """The table of a segment is what `FROM` names, whatever `table` says.

    Observed: engineers' notes, audiences.
    """
    body = world.body("page", "FILTER *", table="content") | {"table": "user"}
    assert world.ask("POST", "/v2/segment", body).data["table"] == "content"


@fact("create-by-ast", confidence="documented")
def test_a_segment_may_be_made_of_a_tree(world: World) -> None:
    """A create takes `ast` instead of `segment_ql`.

    Documented: segment API.
    """
    body = world.body("tree") | {"ast": {"op": "exists", "args": [{"ident": FIELD}]}}
    del body["segment_ql"]
    found = world.ask("POST", "/v2/segment", body).data
    assert "EXISTS" in found["segment_ql"]
    assert FIELD in found["segment_ql"]


@question("ast-and-text", number=12, answers={"segment_ql": "", "ast": "ast_wins"})
def test_the_text_or_the_tree_wins(world: World, answer: Answer) -> None:
    """Which wins when `segment_ql` and `ast` are both sent and say different things?

    Unknown.
    """
    found = world.ask("POST", "/v2/segment", world.body("both") | {"ast": {"ident": "*"}}).data
    answer("segment_ql" if FIELD in str(found["ast"]) else "ast")


@fact("literals-in-trees-are-text", confidence="seen")
def test_numbers_in_a_tree_are_text(world: World) -> None:
    """`val` in an `ast` is text, also for a number.

    Seen: real objects among the fixtures of the Go client.
    """
    found = world.create("counted", "FILTER _num_aliases = 1")
    assert found["ast"]["args"] == [{"ident": "_num_aliases"}, {"val": "1"}]


@fact("match-all", confidence="seen")
def test_a_segment_of_everybody_reads_no_field(world: World) -> None:
    """`FILTER *` is the tree `{"ident": "*"}`, and its `fields` are null.

    Seen: a real object among the fixtures of the Go client.
    """
    found = world.create("everybody", "FILTER *")
    assert (found["ast"], found["fields"]) == ({"ident": "*"}, None)


@question("condition-limit", number=0, answers={"no": "", "400": "limit_conditions"})
def test_a_definition_of_too_many_conditions_is_taken_or_refused(
    world: World, answer: Answer
) -> None:
    """Does the API refuse a definition of more than 1,000 conditions?

    Unknown: the limit is documented.
    """
    text = f"FILTER OR ({', '.join(f'_num_aliases = {each}' for each in range(1001))})"
    found = world.ask("POST", "/v2/segment", world.body("many", text))
    answer("no" if found.ok else str(found.status))


@fact("message-bad-filterql", confidence="reported")
def test_a_bad_definition_has_its_message(world: World) -> None:
    """A create with `FILTER event EXISTS` is refused with `Invalid filter QL statement.`.

    Reported: a customer's notes on the API.
    """
    body = world.body("bad") | {"segment_ql": "FILTER event EXISTS"}
    assert world.ask("POST", "/v2/segment", body).message == "Invalid filter QL statement."


@fact("infix-is-refused", confidence="reported")
def test_infix_booleans_are_refused(world: World) -> None:
    """A create with `a = 1 OR b = 2` is refused: booleans stand in front.

    Reported: a customer's notes on the API.
    """
    text = "FILTER _num_aliases = 1 OR _num_aliases = 2"
    found = world.ask("POST", "/v2/segment", world.body("infix", text))
    assert (found.status, found.message) == (400, UNKNOWN_FIELD)


@question(
    "unknown-field", number=10, answers={"400": "", "stored as invalid": "accept_unknown_fields"}
)
def test_an_unknown_field_is_refused_or_stored(world: World, answer: Answer) -> None:
    """What becomes of a create over a field that the schema does not have?

    Unknown: a customer reports 400 and the message of the schema.
    """
    body = world.body("odd", "FILTER EXISTS zz_segsync_no_such_field")
    found = world.ask("POST", "/v2/segment", body)
    assert found.ok or found.message == UNKNOWN_FIELD
    answer(fate(found))


@fact("include-by-slug", confidence="observed")
def test_a_segment_is_included_by_its_slug(world: World) -> None:
    """`INCLUDE` takes a slug.

    Observed: engineers' notes, dependencies.
    """
    inner = world.create("inner")
    outer = world.create("outer", f"FILTER INCLUDE {inner['slug_name']}")
    assert outer["ast"]["op"] == "include"
    assert outer["ast"]["args"] == [{"ident": inner["slug_name"]}]
    assert not outer["invalid"]


@fact("include-by-id", confidence="observed")
def test_a_segment_is_included_by_its_id(world: World) -> None:
    """`INCLUDE` takes an id too, with or without backticks.

    Observed: engineers' notes, dependencies; the tests of the parser library.
    """
    inner = world.create("inner")["id"]
    assert not world.create("bare", f"FILTER INCLUDE {inner}")["invalid"]
    assert not world.create("quoted", f"FILTER INCLUDE `{inner}`")["invalid"]


@fact("not-include", confidence="seen")
def test_a_segment_may_be_excluded(world: World) -> None:
    """`NOT INCLUDE` is a `not` around an `include`.

    Seen: the parser library.
    """
    inner = world.create("inner")
    tree = world.create("outer", f"FILTER NOT INCLUDE {inner['slug_name']}")["ast"]
    assert (tree["op"], tree["args"][0]["op"]) == ("not", "include")


@question(
    "missing-include",
    number=8,
    answers={"400": "", "stored as invalid": "accept_missing_includes"},
)
def test_an_include_of_nothing_is_refused_or_stored(world: World, answer: Answer) -> None:
    """What becomes of a create that includes a segment which does not exist?

    Unknown.
    """
    body = world.body("early", f"FILTER INCLUDE {world.slug('late')}")
    found = world.ask("POST", "/v2/segment", body)
    answer(fate(found))


@fact("commas-or-lines", confidence="documented")
def test_conditions_are_separated_by_commas_or_lines(world: World) -> None:
    """Conditions may be separated by commas or by new lines, and a comma may follow the last.

    Documented: grammar of the engineers' notes.
    """
    commas = world.create("commas", f"FILTER AND (EXISTS {FIELD}, _num_aliases > 1,)")
    lines = world.create("lines", f"FILTER AND (\n  EXISTS {FIELD}\n  _num_aliases > 1\n)")
    assert commas["ast"] == lines["ast"]


@fact("keywords-in-any-case", confidence="documented")
def test_keywords_may_be_in_any_case(world: World) -> None:
    """Keywords are read in any case.

    Documented: default segments, which spell `INTERSECTS` in both.
    """
    text = f"filter and (exists {FIELD}, not _num_aliases > 1)"
    assert world.create("lower", text)["ast"]["op"] == "and"


@question(
    "definition-rewritten",
    number=11,
    answers={
        "as sent": "",
        "printed anew": "reprint_definitions",
        "blanks made one": "collapse_whitespace",
    },
)
def test_a_definition_is_stored_as_sent_or_rewritten(world: World, answer: Answer) -> None:
    """Does the server change the text of a definition?

    Unknown: stored text shows spellings that no printer would produce.
    """
    slug = world.slug("odd")
    sent = f"filter  and (_num_aliases>1,\n  exists {FIELD})\nFROM user ALIAS {slug}"
    stored = world.ask("POST", "/v2/segment", world.body("odd") | {"segment_ql": sent}).data
    text = stored["segment_ql"]
    collapsed = "  " not in text and text.startswith("filter")
    answer("as sent" if text == sent else "blanks made one" if collapsed else "printed anew")


@question("definition-completed", number=11, answers={"no": "", "yes": "complete_definitions"})
def test_a_definition_is_completed_or_not(world: World, answer: Answer) -> None:
    """Does a definition without FROM and ALIAS get them?

    Unknown: most default segments have neither.
    """
    body = world.body("bare") | {"segment_ql": DEFINITION}
    stored = world.ask("POST", "/v2/segment", body).data["segment_ql"]
    answer("no" if stored == DEFINITION else "yes" if "ALIAS" in stored else stored)


@question(
    "backticks-around-ids", number=11, answers={"kept": "", "taken off": "strip_hex_backticks"}
)
def test_backticks_around_an_id_are_kept_or_taken_off(world: World, answer: Answer) -> None:
    """Do the backticks stay that stand around an id in an INCLUDE?

    Unknown: they "may be re-serialized without them" (engineers' notes, dependencies).
    """
    inner = world.create("inner")["id"]
    stored = world.create("outer", f"FILTER INCLUDE `{inner}`")["segment_ql"]
    answer("kept" if f"`{inner}`" in stored else "taken off")


@fact("alias-is-lower-cased", confidence="seen")
def test_an_alias_is_lower_cased(world: World) -> None:
    """The parser makes an `ALIAS` lower case.

    Seen: the parser library.
    """
    slug = world.slug("loud")
    found = world.ask("POST", "/api/segment", f"{DEFINITION} FROM user ALIAS {slug}_LOUD")
    assert found.data["slug_name"] == f"{slug}_loud"
