"""FilterQL by the line: what a program asks and gets."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import parse
from segsync.filterql.records import VERBS, answer, edits, equal, position, reply
from tests.laws.test_filterql_laws import words

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
EXISTS = {"op": "exists", "args": [{"ident": "email"}]}


def ask(verb: str, **question: object) -> Any:  # noqa: ANN401 - JSON
    return json.loads(reply(verb, json.dumps(question).encode(), now=NOW))


def test_parse_tells_tree_includes_and_clauses() -> None:
    text = "FILTER AND (INCLUDE B, NOT INCLUDE `a b`, x == 5, INCLUDE B) FROM User ALIAS Mine"
    found = ask("parse", id="1", q=text)
    assert found == {
        "id": "1",
        "ok": True,
        "ast": {
            "op": "and",
            "args": [
                {"op": "include", "args": [{"ident": "B"}]},
                {"op": "not", "args": [{"op": "include", "args": [{"ident": "a b"}]}]},
                {"op": "==", "args": [{"ident": "x"}, {"val": "5"}]},
                {"op": "include", "args": [{"ident": "B"}]},
            ],
        },
        "includes": ["B", "a b", "B"],
        "alias": "mine",
        "from": "User",
        "gates": {"schema": [], "index": []},
    }


def test_parse_tells_what_the_gates_refuse_and_where() -> None:
    found = ask("parse", q="FILTER AND (\n  a = 1,\n  b = 'c')")
    assert found["gates"] == {
        "schema": [],
        "index": [
            {
                "cause": "field-as-value",
                "reason": "'c' is the field c: single quotes make names",
                "line": 3,
                "column": 7,
            }
        ],
    }
    assert ask("parse", q="FILTER a = 1 OR b = 2")["gates"]["schema"][0]["cause"] == "infix"


def test_text_that_cannot_be_read_is_told_with_its_place_and_the_way_out() -> None:
    assert ask("parse", id=[1], q="FILTER AND (\n  a = 1,\n  EXISTS(b))") == {
        "id": [1],
        "ok": False,
        "error": "EXISTS takes a field without parentheses; write EXISTS field",
        "line": 3,
        "column": 3,
    }
    assert ask("parse", q="FILTER [a")["error"] == ("this name has no closing ], or nothing in it")


@pytest.mark.parametrize(
    ("verb", "question", "expected"),
    [
        ("fmt", {"q": "filter a==1"}, {"ok": True, "text": "FILTER a = 1"}),
        ("ast", {"q": "FILTER EXISTS email"}, {"ok": True, "ast": EXISTS}),
        ("ast", {"ast": EXISTS}, {"ok": True, "q": "FILTER EXISTS email"}),
        ("ast", {"ast": {"op": "exists"}}, {"ok": False}),
        ("equal", {"a": "FILTER a == 1", "b": "filter a = 1 ALIAS x"}, {"equal": True}),
        ("equal", {"a": "FILTER a = 1", "b": 'FILTER a = "1"'}, {"equal": False}),
        (
            "diff",
            {"a": "FILTER a = 1", "b": "FILTER a = 2"},
            {"ok": True, "edits": [{"depth": 0, "kind": "changed", "text": "a = 1  ->  = 2"}]},
        ),
        ("explain", {"q": "FILTER visits = 5"}, {"ok": True, "lines": ["visits is 5"]}),
        (
            "eval",
            {"q": "FILTER f > 5", "profile": {"f": {"$number": 5.5}}},
            {"match": True, "defined": True},
        ),
        ("eval", {"q": "FILTER nope", "profile": {}}, {"match": False, "defined": False}),
        ("eval", {"q": 'FILTER f > "b"', "profile": {"f": "c"}}, {"match": False, "defined": True}),
        (
            "eval",
            {"q": 'FILTER d > "now-2d"', "profile": {"d": {"$time": "2026-01-30"}}},
            {"match": True, "defined": True},
        ),
    ],
)
def test_each_verb_answers_and_keeps_the_id(
    verb: str, question: dict[str, object], expected: dict[str, object]
) -> None:
    found = ask(verb, id=7, **question)
    found.pop("error", None)
    assert found == {"id": 7} | expected


def test_lint_tells_findings_with_their_place_and_the_text_with_its_fixes() -> None:
    found = ask("lint", q="FILTER AND (\n  a <> 1,\n  b = 2)")
    assert found["ok"]
    assert [(each["rule"], each["line"], each["column"]) for each in found["findings"]] == [
        ("not-over-missing-field", 2, 3),
        ("angle-not-equal", 2, 5),
    ]
    assert found["fixed"] == "FILTER AND (\n  a != 1,\n  b = 2)"


def test_lint_looks_through_an_ast_as_well() -> None:
    found = ask("lint", ast={"op": "AND", "args": []})
    assert [(each["rule"], each["path"]) for each in found["findings"]] == [
        ("upper-case-ast-op", ["op"])
    ]


def test_a_text_that_cannot_be_read_is_a_finding_of_lint_and_no_failure() -> None:
    found = ask("lint", q="FILTER a =")
    assert found["ok"]
    assert [each["rule"] for each in found["findings"]] == ["syntax-error"]


def test_includes_are_found_as_written_and_then_in_lower_case() -> None:
    profile = {"spend": 9}
    texts = {"vip": "FILTER INCLUDE Big", "Big": "FILTER spend > 5", "bad": "FILTER ("}
    for reference, match in (("vip", True), ("VIP", True), ("big", False)):
        found = ask("eval", q=f"FILTER INCLUDE {reference}", profile=profile, includes=texts)
        assert found == {"id": None, "match": match, "defined": match}


def test_a_segment_that_cannot_be_read_is_named() -> None:
    found = ask("eval", q="FILTER INCLUDE bad", profile={}, includes={"bad": "FILTER ("})
    assert not found["ok"]
    assert found["error"].startswith("bad: expected a condition")


def test_of_two_texts_the_wrong_one_is_named() -> None:
    assert ask("equal", a="FILTER a", b="FILTER")["error"].startswith("b: ")
    assert ask("diff", a="FILTER", b="FILTER a")["error"].startswith("a: ")


def test_another_table_is_a_difference_and_the_default_is_none() -> None:
    user, content = parse("FILTER a = 1 FROM user"), parse("FILTER a = 1 FROM content")
    assert equal(user, parse("FILTER a = 1"))
    assert not equal(user, content)
    assert [each.text for each in edits(user, content)] == ["FROM user  ->  content"]
    assert edits(user, parse("FILTER a = 1")) == ()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"[1]", "a question is a JSON object"),
        (b'{"id": NaN, "q": "FILTER a"}', "this is no JSON: NaN is no value of JSON"),
        (b'{"id": 1e999, "q": "FILTER a"}', "the id is no number that JSON can hold"),
        (b"[" * 100_000, "this is nested too deeply"),
    ],
)
def test_what_is_no_question_is_answered_without_an_id(line: bytes, error: str) -> None:
    assert json.loads(reply("parse", line, now=NOW)) == {"id": None, "ok": False, "error": error}


@pytest.mark.parametrize(
    ("verb", "question", "error"),
    [
        ("parse", {}, '"q" is missing or no text'),
        ("lint", {"q": 5}, '"q" is missing or no text'),
        ("equal", {"a": "FILTER a"}, '"b" is missing or no text'),
        ("eval", {"q": "FILTER a"}, '"profile" is missing or no object'),
        ("eval", {"q": "FILTER a", "profile": {"a": {"$x": 1}}}, "a: $x is no type of a profile"),
        (
            "eval",
            {"q": "FILTER a", "profile": {}, "includes": []},
            '"includes" is missing or no object',
        ),
        (
            "eval",
            {"q": "FILTER INCLUDE a", "profile": {}, "includes": {"a": 1}},
            '"a" is missing or no text',
        ),
    ],
)
def test_a_question_that_lacks_something_is_answered_with_what(
    verb: str, question: dict[str, object], error: str
) -> None:
    assert ask(verb, id=1, **question) == {"id": 1, "ok": False, "error": error}


def test_a_mark_of_the_byte_order_and_halves_of_characters_do_no_harm() -> None:
    line = b'\xef\xbb\xbf{"id": "\\ud800", "q": "FILTER a = \\"\\ud800\\""}'
    found = reply("parse", line, now=NOW)
    assert json.loads(found)["id"] == "\ud800"
    assert found.isascii()


@pytest.mark.parametrize("key", ["x", {"a": []}])
def test_a_chain_too_long_for_the_ast_is_answered(key: object) -> None:
    chain = "FILTER " + " OR ".join(f"a{number} = 1" for number in range(4000))
    found = ask("parse", id=key, q=chain)
    kept = key if isinstance(key, str) else None
    assert found == {"id": kept, "ok": False, "error": "this is nested too deeply"}
    assert ask("equal", a=chain, b=chain)["equal"]


def test_a_profile_nested_too_deeply_is_answered() -> None:
    profile: object = 1
    for _ in range(600):
        profile = [profile, 1]
    found = ask("eval", id=1, q="FILTER a", profile={"a": profile})
    assert found == {"id": 1, "ok": False, "error": "this is nested too deeply"}


def test_places_count_from_one() -> None:
    assert [position("a\nbc", offset) for offset in (0, 1, 2, 3)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


verbs = st.sampled_from(sorted(VERBS))
law = settings(deadline=None)
texts = st.lists(words, max_size=12).map(lambda parts: f"FILTER {' '.join(parts)}") | st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "x", "$time", "$times", "$number", "$slice", "$mapint"])
            | st.sampled_from(["op", "args", "ident", "val"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "id": values,
        "q": texts | values,
        "a": texts,
        "b": texts,
        "ast": values,
        "profile": st.dictionaries(st.sampled_from(["a", "x"]), values) | values,
        "includes": st.dictionaries(st.sampled_from(["a", "x"]), texts) | values,
    },
)


@law
@given(verbs, st.binary())
def test_any_line_of_bytes_is_answered(verb: str, line: bytes) -> None:
    found = reply(verb, line, now=NOW)
    assert "\n" not in found
    assert json.loads(found)["id"] is None


@settings(law, max_examples=200)
@given(verbs, questions)
def test_any_question_is_answered(verb: str, question: dict[str, object]) -> None:
    found = reply(verb, json.dumps(question).encode(), now=NOW)
    assert "id" in json.loads(found)
    assert set(answer(verb, question, now=NOW)) >= {"id"}
