import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import Ended, Shell

Piped = Callable[[str, str | bytes], Ended]


@pytest.fixture
def piped(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """Run a command with something on its standard input."""

    def run(line: str, text: str | bytes) -> Ended:
        content = text.encode() if isinstance(text, str) else text
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
            return shell(line)

    return run


def ql(verb: str, *arguments: str) -> str:
    return shlex.join(["ql", verb, *arguments])


def test_parse_shows_one_line_includes_gates_and_ast(shell: Shell) -> None:
    ended = shell(ql("parse", "filter and (x = -1\n include B\n) alias M"))
    assert (ended.code, ended.err) == (0, "")
    text, _, tree = ended.out.partition("{")
    assert (
        text
        == """\
FILTER AND (x = - 1, INCLUDE B) ALIAS m
includes B
schema check: passes
index: refused at 1:17: the minus is an operator here, and no part of the number
"""
    )
    assert json.loads("{" + tree)["op"] == "and"


def test_the_gate_that_fails_next_is_told_with_its_place(shell: Shell) -> None:
    lines = shell(ql("parse", "FILTER\na = 1 OR b = 2")).out.splitlines()
    reason = "OR between conditions is taken for a comparison whose left side is no field"
    assert lines[1:3] == [
        f"schema check: refused at 2:1: {reason}",
        f"index: refused at 2:1: {reason}",
    ]


def test_a_mistake_is_shown_with_its_place_and_the_way_out(shell: Shell) -> None:
    ended = shell(ql("parse", "FILTER AND (\n  EXISTS(b))"))
    assert (ended.code, ended.out) == (3, "")
    assert (
        ended.err
        == """\
definition:2:3: error: EXISTS takes a field without parentheses [filterql-syntax]
      EXISTS(b))
      ^
    hint: write EXISTS field

1 error.
"""
    )


def test_a_definition_comes_from_an_argument_a_file_or_standard_input(
    shell: Shell, piped: Piped
) -> None:
    shell.write("a.fql", "\ufeffFILTER AND (\r\n  a==1,\r\n  b = 2\r\n)\r\n")
    told = "all of these:\n  - a is 1\n  - b is 2\n"
    for line in (
        ql("explain", "FILTER AND (a = 1, b = 2)"),
        ql("explain", "--file", "a.fql"),
        ql("explain", "@a.fql"),
    ):
        ended = shell(line)
        assert (ended.code, ended.out, ended.err) == (0, told, "")
    for line in ("ql explain", "ql explain -"):
        assert piped(line, "FILTER AND (\n  a = 1\n  b = 2\n)").out == told


def test_a_definition_comes_from_one_place_only(shell: Shell) -> None:
    shell.write("a.fql", "FILTER a")
    ended = shell(ql("fmt", "FILTER a", "--file", "a.fql"))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("Error: give a definition or --file, not both\n")


@pytest.mark.parametrize("argument", ["@none.fql", "@"])
def test_a_file_that_is_not_there_ends_with_3(shell: Shell, argument: str) -> None:
    ended = shell(ql("fmt", argument))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("Error: ")


def test_what_is_no_utf_8_ends_with_3_and_its_name(shell: Shell, piped: Piped) -> None:
    (shell.root / "a.fql").write_bytes(b"FILTER \xff")
    assert shell("ql fmt @a.fql").err == (
        "a.fql:1:1: error: this is no text in UTF-8 [encoding]\n\n1 error.\n"
    )
    assert piped("ql fmt", b"\xff").err.startswith("standard input:1:1: error: ")
    assert shell(ql("fmt", "FILTER \udcff")).err.startswith("definition:1:1: error: ")


def test_an_empty_argument_is_an_empty_definition(piped: Piped) -> None:
    """A script whose variable is empty must not wait for standard input."""
    ended = piped(ql("fmt", ""), b"FILTER a = 1")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("definition:1:1: error: expected FILTER")


def test_fmt_prints_the_one_layout_and_check_compares_with_it(shell: Shell, piped: Piped) -> None:
    laid_out = shell(
        ql("fmt", "filter and (a==1, b<>2, INCLUDE some_long_name_of_a_segment, d = 4)")
    )
    assert laid_out.code == 0
    assert piped("ql fmt --check", laid_out.out).code == 0
    assert piped("ql fmt --check", "filter  a").code == 2
    assert piped("ql fmt --check", "filter  a").out == ""


def test_what_fmt_prints_is_unchanged_for_programs_and_harmless_for_terminals(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = 'FILTER a = "\x1b[31m"'
    assert shell(ql("fmt", definition)).out == f"{definition}\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert shell(ql("fmt", definition)).out == 'FILTER a = "\\u{1b}[31m"\n'


def test_lint_tells_each_finding_and_ends_with_3_on_an_error(shell: Shell) -> None:
    ended = shell(ql("lint", "FILTER AND (\n  plan = 'gold',\n  b = 2)"))
    assert (ended.code, ended.err) == (3, "")
    assert (
        ended.out
        == """\
2:10: error: 'gold' is the field gold: single quotes make names [field-compared-with-field]
    put text in double quotes
"""
    )
    assert shell(ql("lint", "FILTER a <> 1")).code == 0
    assert shell(ql("lint", "FILTER a = 1")) == Ended(0, "", "")
    assert shell(ql("lint", "FILTER a =")).out.startswith("1:11: error: ")


def test_lint_tells_where_in_an_ast_something_is_wrong(shell: Shell) -> None:
    ended = shell(ql("lint", '{"op": "not", "args": [{"op": "AND", "args": []}]}'))
    assert ended.code == 3
    assert ended.out.startswith("args.0.op: error: ")


def test_lint_can_fix_what_is_safe_to_fix(shell: Shell) -> None:
    ended = shell(ql("lint", "--fix", "FILTER a <> 1"))
    assert ended == Ended(0, "FILTER a != 1\n", "")


def test_ast_goes_both_ways(shell: Shell, piped: Piped) -> None:
    definition = 'FILTER AND (a == "5", NOT INCLUDE b)'
    tree = shell(ql("ast", definition)).out
    assert json.loads(tree)["args"][0] == {"op": "==", "args": [{"ident": "a"}, {"val": "5"}]}
    assert piped("ql ast", tree).out == 'FILTER AND (a = "5", NOT INCLUDE b)\n'


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"op": "exists"}', "error: "),
        ("{", "error: this is no JSON: "),
        ("{" * 5, "error: this is no JSON: "),
        ('{"a":' * 100_000, "error: this is no JSON: "),
    ],
)
def test_an_ast_that_is_none_ends_with_3(piped: Piped, text: str, error: str) -> None:
    ended = piped("ql ast", text)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(f"standard input:1:1: {error}")


def test_an_ast_that_is_too_deep_to_be_written_ends_with_3(piped: Piped) -> None:
    ended = piped("ql ast", "FILTER " + " OR ".join(f"a{number} = 1" for number in range(4000)))
    assert (ended.code, ended.out) == (3, "")
    assert "error: its AST is nested too deeply for JSON [ast]" in ended.err


def test_equal_says_whether_two_definitions_mean_the_same(shell: Shell) -> None:
    assert shell(ql("equal", "FILTER a == 1", "filter a = 1 FROM user")) == Ended(0, "equal\n", "")
    assert shell(ql("equal", "FILTER a", "FILTER a FROM content")) == Ended(2, "different\n", "")


def test_diff_shows_what_differs(shell: Shell, piped: Piped) -> None:
    shell.write("a.fql", "FILTER AND (a = 1, b = 2)")
    ended = piped("ql diff @a.fql -", "FILTER AND (a = 1, b = 3, INCLUDE c)")
    assert (ended.code, ended.err) == (2, "")
    assert ended.out == "  AND\n~   b = 2  ->  = 3\n+   INCLUDE c\n"
    assert shell(ql("diff", "FILTER a = 1", "FILTER a == 1")) == Ended(0, "", "")
    moved = shell(ql("diff", "FILTER AND (x, OR (a, b, c))", "FILTER AND (x, a, OR (b, c))"))
    assert moved == Ended(2, "  AND\n>   a  (moved from OR (b, …))\n", "")


def test_the_wrong_one_of_two_definitions_is_named(shell: Shell) -> None:
    assert shell(ql("equal", "FILTER a", "FILTER")).err.startswith("second definition:1:7: error: ")


@pytest.mark.parametrize("arguments", [(), ("FILTER a",), ("FILTER a", "FILTER b", "--file", "x")])
def test_two_definitions_are_needed(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.write("x", "FILTER x")
    ended = shell(ql("diff", *arguments))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("two definitions are needed, each as text, @FILE, or - once\n")


def test_eval_says_who_is_in_and_what_decides(shell: Shell) -> None:
    shell.write("anna.json", '{"spend": 6, "seen": {"$time": "2026-01-01"}}')
    line = ql(
        "eval",
        'FILTER AND (INCLUDE VIP, seen > "now-3d", NOT INCLUDE staff)',
        "--profile=@anna.json",
        "--include=vip=FILTER spend >= 5",
        "--include=staff=FILTER EXISTS desk",
        "--now=2026-01-02",
    )
    ended = shell(line)
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == """\
in (true)
  true       AND
    true       INCLUDE VIP
>     true       spend >= 5  (spend is 6)
>   true       seen > "now-3d"  (seen is 2026-01-01T00:00:00Z)
    true       NOT
      false      INCLUDE staff
>       false      EXISTS desk  (desk has no value)
"""
    )
    later = shell(line.replace("2026-01-02", "2026-01-31T10:00:00"))
    assert later.out.startswith("out (false)\n")


def test_eval_counts_dates_from_this_moment(shell: Shell) -> None:
    ended = shell(ql("eval", 'FILTER d > "now-1d"', "--profile", '{"d": {"$time": "now-1h"}}'))
    assert ended.out.startswith("in (true)\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "a profile is needed: --profile '{\"visits\": 7}'\n"),
        (
            ("--profile", "[]"),
            "profile:1:1: error: a profile is a JSON object [profile]\n\n1 error.\n",
        ),
        (
            ("--profile", '{"a": {"$x": 1}}'),
            "a: $x is no type of a profile [profile]\n\n1 error.\n",
        ),
        (("--profile", "@gone.json"), "gone.json: No such file or directory\n"),
        (("--profile", "{}", "--include", "x"), "'x' is not NAME=TEXT.\n"),
        (("--profile", "{}", "--include", "=x"), "'' is not NAME=TEXT.\n"),
        (("--profile", "{}", "--now", "soon"), "'%Y-%m-%dT%H:%M:%S%z'.\n"),
    ],
)
def test_eval_names_what_it_cannot_use(
    shell: Shell, arguments: tuple[str, ...], error: str
) -> None:
    ended = shell(ql("eval", "FILTER a", *arguments))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(error)


def test_eval_names_the_included_segment_that_cannot_be_read(shell: Shell) -> None:
    ended = shell(ql("eval", "FILTER INCLUDE x", "--profile", "{}", "--include", "x=FILTER ("))
    assert ended.code == 3
    assert ended.err.startswith("included segment:1:9: error: x: expected a condition")


def test_a_stream_has_one_answer_for_each_line_and_ends_with_0(piped: Piped) -> None:
    ended = piped(
        "ql equal --jsonl",
        b'{"id": 1, "a": "FILTER a", "b": "FILTER a"}\n\n\xff\n{"id": 2}\n'
        b'{"id": 3, "a": "FILTER a", "b": "FILTER b"}',
    )
    assert (ended.code, ended.err) == (0, "")
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [each["id"] for each in answers] == [1, None, 2, 3]
    assert [each.get("equal") for each in answers] == [True, None, None, False]


@pytest.mark.parametrize("verb", ["parse", "fmt", "lint", "ast", "explain"])
def test_every_command_answers_a_stream_from_a_file(shell: Shell, verb: str) -> None:
    shell.write("questions.jsonl", '{"id": 1, "q": "FILTER a = 1"}\n' * 3)
    ended = shell(f"ql {verb} --jsonl --file questions.jsonl")
    assert (ended.code, ended.err) == (0, "")
    assert [json.loads(line)["ok"] for line in ended.out.splitlines()] == [True] * 3


def test_dates_in_a_stream_count_from_the_moment_that_is_given(piped: Piped) -> None:
    question = {"q": 'FILTER d > "now-1d"', "profile": {"d": {"$time": "2026-01-01T12:00:00Z"}}}
    for moment, match in (
        ("2026-01-02", True),
        ("2026-01-03", False),
        ("2026-01-02T11:59:59Z", True),
        ("2026-01-02T14:00:00+02:00", False),
        ("2026-01-02T12:00:00", False),
    ):
        ended = piped(f"ql eval --jsonl --now {moment}", json.dumps(question))
        assert json.loads(ended.out)["match"] is match


@pytest.mark.parametrize(
    "line",
    [
        "ql fmt --jsonl 'FILTER a'",
        "ql fmt --jsonl --check",
        "ql equal --jsonl 'FILTER a'",
        "ql eval --jsonl --profile {}",
        "ql eval --jsonl --include a=FILTER",
    ],
)
def test_with_a_stream_nothing_else_is_given(shell: Shell, line: str) -> None:
    ended = shell(line)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("only --file and --now go with it\n")


def test_a_dash_names_the_stream_as_well(piped: Piped) -> None:
    assert json.loads(piped("ql explain --jsonl -", '{"q": "FILTER *"}').out)["lines"]


def test_options_can_be_given_in_the_environment(shell: Shell) -> None:
    ended = shell(ql("eval", "FILTER a"), SEGSYNC_PROFILE='{"a": true}')
    assert ended.out.startswith("in (true)\n")


def test_a_program_can_ask_and_wait_for_the_answer(shell: Shell) -> None:
    process = shell.spawn("ql parse --jsonl", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(f'{{"id": {number}, "q": "FILTER a = {number}"}}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    assert shell.ended(process) == Ended(0, "", "")


def test_a_reader_who_goes_away_ends_a_stream_quietly(shell: Shell, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"q": "FILTER a = 1"}\n' * 100)
    reading, writing = os.pipe()
    os.close(reading)
    ended = shell.ended(shell.spawn(f"ql parse --jsonl --file {questions}", stdout=writing))
    os.close(writing)
    assert (ended.code, ended.err) == (130, "")


def test_a_question_as_big_as_a_definition_may_be_is_answered(piped: Piped) -> None:
    members = ", ".join(f"a{number} = {number}" for number in range(3800))
    questions = "".join(
        json.dumps({"id": number, "q": f"FILTER AND ({members}){' ' * number}"}) + "\n"
        for number in (0, 65_536)
    )
    answers = [json.loads(line) for line in piped("ql fmt --jsonl", questions).out.splitlines()]
    assert [each["ok"] for each in answers] == [True, False]
    assert answers[1]["error"].startswith("a statement is at most 65536 characters long")


def test_the_language_needs_neither_files_nor_what_is_slow_to_load(shell: Shell) -> None:
    (shell.root / "segsync.yaml").write_text("nonsense")
    assert shell(ql("fmt", "FILTER a")).out == "FILTER a\n"
    program = (
        "import sys; from segsync.cli.ql.group import ql; "
        "sys.exit(' '.join({'pydantic', 'httpx', 'yaml', 'deepdiff'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == "\n"
