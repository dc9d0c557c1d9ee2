"""The report on audience tests."""

import json
from datetime import UTC, datetime

from segsync.diagnostics import Location, error, warning
from segsync.filterql import parse
from segsync.filterql.evaluator import read_profile, trace
from segsync.report.tested import suite_json, suite_text
from segsync.suite import Check, Condition, SuiteRun
from tests.schemas import committed, violations

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILTER = 'AND (country = "US", OR (visits > 5, NOT plan = "gold"))'
ANN = {"country": "US", "visits": 9}


def check(
    name: str = "ann",
    values: dict[str, object] = ANN,
    *,
    expected: bool = True,
    slug: str = "active_us",
    text: str = FILTER,
) -> Check:
    found = trace(parse(f"FILTER {text}").filter, read_profile(values, now=NOW), now=NOW)
    return Check(slug, name, expected, found, Location("audiences/tests/a.yaml", 9, 12))


CONDITIONS = (
    Condition("active_us", 'country = "US"', holds=True, fails=True),
    Condition("active_us", "visits > 5", holds=True),
    Condition("active_us", 'plan = "gold"'),
    Condition("germans", 'country = "DE"', fails=True),
)
RUN = SuiteRun(
    "prod",
    2,
    ("active_us", "germans", "others"),
    (check(), check("bob", {"country": "DE"}), check(slug="germans", text='country = "DE"')),
    CONDITIONS,
    (warning("unread-field", 'no audience reads the field "x"', at=Location("t.yaml", 2, 3)),),
)


def test_a_failure_is_explained_condition_by_condition() -> None:
    assert suite_text(RUN, color=False, coverage=False) == (
        "segsync test · account prod · 2 files\n"
        "\n"
        "  ! active_us  bob should be in, and is out\n"
        "        false      AND\n"
        '      >   false      country = "US"  (country is "DE")\n'
        "          true       OR\n"
        "            false      visits > 5  (visits has no value)\n"
        "            true       NOT\n"
        '              false      plan = "gold"  (plan has no value)\n'
        '      decided by country = "US" (country is "DE")\n'
        "      audiences/tests/a.yaml:9\n"
        "  ! germans    ann should be in, and is out\n"
        '      > false      country = "DE"  (country is "US")\n'
        '      decided by country = "DE" (country is "US")\n'
        "      audiences/tests/a.yaml:9\n"
        "\n"
        "--coverage lists what no test looks at.\n"
        "\n"
        't.yaml:2:3: warning: no audience reads the field "x" [unread-field]\n'
        "\n"
        "Tests: 1 passed, 2 failed; 3 audiences, 2 tested, 1 without a test;"
        " 1 condition that no profile decides.\n"
    )


def test_coverage_lists_what_no_test_looks_at() -> None:
    run = SuiteRun("prod", 1, RUN.audiences, RUN.checks[:1], CONDITIONS)

    assert suite_text(run, color=False, coverage=True) == (
        "segsync test · account prod · 1 file\n"
        "\n"
        "Audiences without a test:\n"
        "  ~ germans  no test\n"
        "  ~ others   no test\n"
        "\n"
        "Conditions that no profile decides:\n"
        "  ~ active_us  1 condition\n"
        '      plan = "gold"\n'
        "\n"
        "Conditions that decide one way only:\n"
        "  ~ active_us  1 condition\n"
        "      visits > 5  (never fails)\n"
        "  ~ germans    1 condition\n"
        '      country = "DE"  (never holds)\n'
        "\n"
        "Tests: 1 passed, 0 failed; 3 audiences, 1 tested, 2 without a test;"
        " 1 condition that no profile decides.\n"
    )


def test_when_everything_is_looked_at_there_is_only_the_summary() -> None:
    run = SuiteRun("prod", 1, ("active_us",), RUN.checks[:1], CONDITIONS[:1])
    expected = (
        "segsync test · account prod · 1 file\n"
        "\n"
        "Tests: 1 passed, 0 failed; 1 audience, 1 tested, 0 without a test;"
        " 0 conditions that no profile decides.\n"
    )

    assert suite_text(run, color=False, coverage=False) == expected
    assert suite_text(run, color=False, coverage=True) == expected


def test_without_a_test_the_way_to_write_one_is_told() -> None:
    assert suite_text(SuiteRun("prod", 0, ("a",)), color=False, coverage=False) == (
        "segsync test · account prod · 0 files\n"
        "\n"
        "There are no tests. Write them in a folder tests below the audiences.\n"
        "\n"
        "Tests: 0 passed, 0 failed; 1 audience, 0 tested, 1 without a test;"
        " 0 conditions that no profile decides.\n"
    )


def test_with_errors_in_the_files_nothing_is_said_to_have_passed() -> None:
    run = SuiteRun(
        "prod", 1, diagnostics=(error("x", "wrong", at=Location("t.yaml")), warning("y", "odd"))
    )

    assert suite_text(run, color=False, coverage=False) == (
        "segsync test · account prod · 1 file\n"
        "\n"
        "t.yaml:1:1: error: wrong [x]\n"
        "warning: odd [y]\n"
        "\n"
        "Tests: not run, because of 1 error.\n"
    )


def test_of_many_deciding_conditions_the_first_are_named() -> None:
    text = "AND (a = 1, b = 2, c = 3, d = 4)"
    member = check(values={"a": 1, "b": 2, "c": 3, "d": 4}, expected=False, text=text)
    told = suite_text(SuiteRun("prod", 1, ("x",), (member,)), color=False, coverage=False)

    assert "ann should be out, and is in\n" in told
    assert "decided by a = 1 (a is 1); b = 2 (b is 2); c = 3 (c is 3) and 1 more\n" in told


def test_nothing_foreign_reaches_the_terminal_as_control() -> None:
    hostile = check("\x1b[2J\n::error::", {"country": "\x1b]0;x\x07\n::error::"})
    told = suite_text(SuiteRun("prod", 1, ("x",), (hostile,)), color=False, coverage=False)

    assert all(each.isprintable() for each in told.split("\n"))
    assert not any(each.lstrip().startswith("::") for each in told.split("\n"))


def test_json_has_every_test_and_every_condition() -> None:
    run = SuiteRun("prod", 2, RUN.audiences, RUN.checks[1:2], CONDITIONS[:1], RUN.diagnostics)

    assert json.loads(suite_json(run)) == {
        "format_version": 1,
        "account": "prod",
        "files": 2,
        "passed": 0,
        "failed": 1,
        "audiences": 3,
        "without_test": ["germans", "others"],
        "tests": [
            {
                "audience": "active_us",
                "profile": "bob",
                "expected": "in",
                "actual": "out",
                "verdict": "false",
                "passed": False,
                "location": {"path": "audiences/tests/a.yaml", "line": 9, "column": 12},
                "decided_by": [{"condition": 'country = "US"', "found": ['country is "DE"']}],
                "trace": [
                    "  false      AND",
                    '>   false      country = "US"  (country is "DE")',
                    "    true       OR",
                    "      false      visits > 5  (visits has no value)",
                    "      true       NOT",
                    '        false      plan = "gold"  (plan has no value)',
                ],
            }
        ],
        "conditions": [
            {"audience": "active_us", "condition": 'country = "US"', "holds": True, "fails": True}
        ],
        "diagnostics": [
            {
                "severity": "warning",
                "code": "unread-field",
                "summary": 'no audience reads the field "x"',
                "detail": "",
                "location": {"path": "t.yaml", "line": 2, "column": 3},
            }
        ],
    }


def test_the_published_schema_is_that_of_the_document() -> None:
    refused = SuiteRun("prod", 1, diagnostics=(error("no-place", "nowhere"),))
    schema = committed("test")
    for run in (RUN, refused):
        document = json.loads(suite_json(run))
        assert violations(document, schema) == []
        for key in document:
            less = {name: value for name, value in document.items() if name != key}
            assert violations(less, schema) == [f"$.{key}: missing"]
