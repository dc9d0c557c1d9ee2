"""`segsync test`, as a user meets it."""

import json

import pytest

from tests.cli.shell import FILES, Shell

TESTS = """\
schema: {visits: int, orders: int}
profiles:
  ann: {visits: 9, orders: 2}
  bob: {visits: 2, orders: 2}
expect:
  active: {in: [ann], out: [bob]}
  buyers: {in: [ann], out: [bob]}
"""

SUMMARY = "Tests: 4 passed, 0 failed; 2 audiences, 2 tested, 0 without a test;"


@pytest.fixture(autouse=True)
def _tests(shell: Shell) -> None:
    shell.write("audiences/tests/all.yaml", TESTS)


def test_when_all_pass_the_code_is_0_and_no_account_is_opened(shell: Shell) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {prod: {}}\n")
    ended = shell("test")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "segsync test · account prod · 1 file\n"
        "\n"
        "--coverage lists what no test looks at.\n"
        "\n"
        f"{SUMMARY} 0 conditions that no profile decides.\n"
    )


def test_a_changed_definition_that_breaks_a_test_ends_with_3_and_says_why(shell: Shell) -> None:
    shell.audiences(FILES.replace("visits > 2", "visits > 1"))
    ended = shell("test 'b*'")
    assert (ended.code, ended.err) == (3, "")
    assert ended.out == (
        "segsync test · account test · 1 file\n"
        "\n"
        "  ! buyers  bob should be out, and is in\n"
        "        true       AND\n"
        "          true       INCLUDE active\n"
        "      >     true       visits > 1  (visits is 2)\n"
        "      >   true       orders > 0  (orders is 2)\n"
        "      decided by visits > 1 (visits is 2); orders > 0 (orders is 2)\n"
        "      audiences/tests/all.yaml:7\n"
        "\n"
        "--coverage lists what no test looks at.\n"
        "\n"
        "Tests: 1 passed, 1 failed; 1 audience, 1 tested, 0 without a test;"
        " 0 conditions that no profile decides.\n"
    )


def test_coverage_is_listed_when_asked_for(shell: Shell) -> None:
    shell.write(
        "audiences/tests/all.yaml", TESTS.replace("  active: {in: [ann], out: [bob]}\n", "")
    )
    ended = shell("test --coverage")
    assert ended.code == 0
    assert ended.out == (
        "segsync test · account test · 1 file\n"
        "\n"
        "Audiences without a test:\n"
        "  ~ active  no test\n"
        "\n"
        "Conditions that decide one way only:\n"
        "  ~ buyers  1 condition\n"
        "      orders > 0  (never fails)\n"
        "\n"
        "Tests: 2 passed, 0 failed; 2 audiences, 1 tested, 1 without a test;"
        " 0 conditions that no profile decides.\n"
    )


def test_one_run_feeds_several_reports(shell: Shell) -> None:
    ended = shell("test --report json --report junit=tests.xml --report text=tests.txt")
    assert ended.code == 0
    assert json.loads(ended.out)["passed"] == 4
    assert (
        (shell.root / "tests.xml")
        .read_text()
        .startswith(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<testsuites name="segsync test" tests="4" failures="0" errors="0">\n'
        )
    )
    assert SUMMARY in (shell.root / "tests.txt").read_text()


def test_everything_wrong_with_the_tests_is_told_and_nothing_is_tested(shell: Shell) -> None:
    shell.write("audiences/tests/all.yaml", TESTS.replace("buyers:", "byers:"))
    shell.write("audiences/tests/b.yaml", "expect: [\n")
    ended = shell("test 'x*'")
    assert (ended.code, ended.err) == (3, "")
    problems = [line for line in ended.out.splitlines() if "error: " in line]
    assert [each.partition(" error: ")[0] for each in problems[:2]] == [
        "audiences/tests/all.yaml:7:3:",
        "audiences/tests/b.yaml:2:1:",
    ]
    assert problems[2:] == ['error: no audience is called "x*" [unknown-audience]']
    assert ended.out.endswith("\nTests: not run, because of 3 errors.\n")


def test_wrong_audience_files_are_told_before_their_tests(shell: Shell) -> None:
    shell.audiences(FILES.replace("visits > 2", "visits >"))
    ended = shell("test")
    assert (ended.code, ended.err) == (3, "")
    assert "audiences/all.yaml:7:32: error: " in ended.out
    assert ended.out.endswith("\nTests: not run, because of 1 error.\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [("test", 0), ("test --now 2026-03-01", 3), ("test --now 2026-01-20T12:00:00+02:00", 0)],
)
def test_time_stands_still_unless_somebody_moves_it(shell: Shell, line: str, code: int) -> None:
    shell.audiences(FILES.replace("visits > 2", 'last_visit > "now-30d"'))
    shell.write(
        "audiences/tests/all.yaml",
        "schema: {last_visit: date}\n"
        "profiles: {ann: {last_visit: 2025-12-31}}\n"
        "expect: {active: {in: [ann]}}\n",
    )
    assert shell(line).code == code


def test_a_moment_is_a_day_or_a_time_with_its_zone(shell: Shell) -> None:
    ended = shell("test --now yesterday")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        "Error: Invalid value for '--now': 'yesterday' is no day and no time with its zone;"
        " write 2026-01-31 or 2026-01-31T12:00:00Z.\n"
    )
