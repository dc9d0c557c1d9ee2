import json
import re
from pathlib import Path
from typing import Any

import pytest

from segsync import errors
from segsync.api.retry import Policy
from segsync.cli.endings import kind_of
from segsync.errors import SegsyncError
from tests.cli.shell import FILES, Ended, Shell
from tests.cli.test_plan import CHANGED, TWIN
from tests.schemas import committed, violations

COMMANDS = ("validate", "test", "plan", "apply --auto-approve", "drift")
ON_ACCOUNT = ("plan", "apply --auto-approve", "drift")


def _is_kind_of_failure(value: object) -> bool:
    is_class = isinstance(value, type) and issubclass(value, SegsyncError)
    return is_class and value is not SegsyncError


def failure_of(ended: Ended) -> dict[str, Any]:
    """Return the document on standard output, which must be what the schema promises."""
    document: dict[str, Any] = json.loads(ended.out)
    assert violations(document, committed("failure")) == []
    assert document["exit_code"] == ended.code
    assert ended.err != ""
    error: dict[str, Any] = document["error"]
    return error


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_configuration_is_a_document_with_the_place(shell: Shell, command: str) -> None:
    shell.write("segsync.yaml", "version: 2\naccounts: {test: {}}\n")
    ended = shell(f"{command} --report json")
    assert json.loads(ended.out) == {
        "format_version": 1,
        "command": command.partition(" ")[0],
        "exit_code": 3,
        "error": {
            "kind": "invalid-input",
            "summary": "the input is wrong: 1 error",
            "way_out": "",
            "diagnostics": [
                {
                    "code": "wrong-value",
                    "severity": "error",
                    "summary": "this version of segsync reads files of version 1",
                    "detail": "Write version: 1.",
                    "file": "segsync.yaml",
                    "line": 1,
                    "column": 10,
                }
            ],
        },
    }
    assert failure_of(ended)


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_wrong_files_are_a_document_with_every_problem(shell: Shell, command: str) -> None:
    shell.audiences(FILES.replace("[Campaigns]", "[Campains]").replace("visits > 2", "visits >"))
    error = failure_of(shell(f"{command} --report json"))
    assert error["summary"] == "the input is wrong: 2 errors"
    assert {each["code"] for each in error["diagnostics"]} == {"filterql-syntax", "unknown-group"}


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_a_token_that_is_not_accepted_is_a_document(shell: Shell, command: str) -> None:
    with shell.served():
        ended = shell(f"{command} --report json", LYTICS_API_TOKEN="wrong")
    assert ended.code == 4
    error = failure_of(ended)
    assert (error["kind"], error["diagnostics"]) == ("authentication", [])
    assert error["way_out"].startswith("The token was not accepted.")


@pytest.mark.parametrize("command", ON_ACCOUNT)
def test_an_account_that_cannot_be_reached_is_a_document(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("segsync.api.session._USUAL", Policy(base=0.0))
    with shell.served() as store:
        del store
    ended = shell(f"{command} --report json", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 5
    error = failure_of(ended)
    assert error["kind"] in {"unavailable", "unreachable"}
    assert error["way_out"] == "It is safe to run this again."


def test_an_apply_that_a_rule_refuses_is_a_document_with_the_rules(shell: Shell) -> None:
    shell.audiences(TWIN)
    ended = shell("apply --auto-approve --report json")
    assert ended.code == 6
    error = failure_of(ended)
    assert error["kind"] == "unsafe-plan"
    assert error["summary"].startswith("refused by a safety rule; nothing was written.")
    (held,) = error["diagnostics"]
    assert held["code"] == "not-owned"
    assert held["summary"].startswith("segment foreign: update is blocked: ")
    assert (held["file"], held["line"]) == ("audiences/all.yaml", 12)
    assert "--adopt" in held["detail"]


def test_an_apply_over_a_limit_is_a_document_with_the_flag(shell: Shell) -> None:
    shell.audiences("segments: []\n")
    error = failure_of(shell("apply --auto-approve --report json"))
    assert {each["detail"] for each in error["diagnostics"]} >= {"To allow it: --allow-empty"}


def test_a_stale_plan_is_a_document_with_what_moved(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    shell("apply plan.json")
    ended = shell("apply plan.json --report json")
    assert ended.code == 8
    error = failure_of(ended)
    assert (error["kind"], error["summary"], error["way_out"]) == (
        "stale-plan",
        "the account has changed since the plan was made",
        "Make a new plan and review it.",
    )
    assert [each["summary"] for each in error["diagnostics"]] == [
        "segment active was changed",
        "segment lapsed is now in the account",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "plan --report json --bogus",
        "plan --bogus --report=json",
        "plan --report json --allow-deletes many",
        "plan --report json surplus",
        "apply --report json nowhere.json",
    ],
)
def test_wrong_usage_is_a_document_wherever_it_stands(shell: Shell, line: str) -> None:
    ended = shell(line)
    assert ended.code == 3
    assert failure_of(ended)["kind"] == "usage"


@pytest.mark.parametrize("option", ["", "--report text", "--report jsn", "--report json=no/a.json"])
def test_who_asked_for_no_document_gets_none_for_wrong_usage(shell: Shell, option: str) -> None:
    ended = shell(f"plan {option} --bogus")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("Error") == 1


def test_no_terminal_to_ask_on_is_a_document(shell: Shell) -> None:
    shell.audiences(CHANGED)
    error = failure_of(shell("apply --report json"))
    assert error["kind"] == "usage"
    assert error["summary"].startswith("there is no terminal to ask on")


@pytest.mark.parametrize(
    ("problem", "code", "kind", "summary"),
    [
        (OSError(28, "No space left on device"), 3, "system", "No space left on device"),
        (AssertionError("impossible"), 1, "unexpected", "AssertionError: impossible"),
        (
            KeyboardInterrupt(),
            130,
            "interrupted",
            "interrupted; nothing was written to the account",
        ),
    ],
)
def test_what_nobody_expects_is_a_document(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    problem: BaseException,
    code: int,
    kind: str,
    summary: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr("segsync.workflow.plans.build_plan", fail)
    ended = shell("plan --report json")
    assert ended.code == code
    error = failure_of(ended)
    assert (error["kind"], error["summary"]) == (kind, summary)


PAGE = """\
### segsync plan: failed

exit code 3

> **FAILED:** the input is wrong\\: 1 error

- <code>audiences/all\\.yaml\\:11\\:14</code>: error: no group "Campains" is declared\
 \\[unknown\\-group\\]\
<br>Did you mean "Campaigns"?

**Failed: invalid-input, exit code 3.**
"""
TEXT = """\
segsync plan · exit code 3

! FAILED: the input is wrong: 1 error

audiences/all.yaml:11:14: error: no group "Campains" is declared [unknown-group]
    Did you mean "Campaigns"?

Failed: invalid-input, exit code 3.
"""


def test_reports_in_files_say_what_is_wrong(shell: Shell) -> None:
    shell.audiences(FILES.replace("[Campaigns]", "[Campains]"))
    line = "plan --report markdown=a.md --report json=a.json --report text --report text=a.txt"
    ended = shell(line)
    assert (ended.code, ended.out) == (3, "")
    assert (shell.root / "a.md").read_text() == PAGE
    assert (shell.root / "a.txt").read_text() == TEXT
    document = json.loads((shell.root / "a.json").read_text())
    assert violations(document, committed("failure")) == []


def test_tests_that_could_not_run_are_an_error_in_junit(shell: Shell) -> None:
    shell.write("segsync.yaml", "version: 2\naccounts: {test: {}}\n")
    out = shell("test --report junit").out
    assert '<testsuites name="segsync test" tests="1" failures="0" errors="1">' in out
    assert 'message="this version of segsync reads files of version 1"' in out
    out = shell("test --report junit --bogus").out
    assert re.search(r'<error message="No such option[^"]*" type="usage">', out)


def test_a_report_that_cannot_be_written_does_not_keep_the_others_back(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path, text: str) -> None:
        del text
        raise PermissionError(13, "Permission denied", str(file))

    shell.audiences(CHANGED)
    monkeypatch.setattr("segsync.cli.reports.write_report", refuse)
    ended = shell("plan --report json --report json=a.json --report markdown")
    assert ended.code == 3
    document, page = ended.out.split("}\n#", 1)
    assert json.loads(f"{document}}}")["summary"]["create"] == 1
    assert page.startswith("## segsync plan: 1 to update, 1 to create\n")
    assert ended.err == "Error: a.json: Permission denied\n"


def test_a_failure_that_cannot_be_written_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path, text: str) -> None:
        del text
        raise PermissionError(13, "Permission denied", str(file))

    shell.audiences("x: 1\n")
    monkeypatch.setattr("segsync.cli.endings.write_report", refuse)
    ended = shell("plan --report json=a.json --report json")
    assert failure_of(ended)
    assert ended.err.endswith("\n1 error.\nError: a.json: Permission denied\n")


def test_what_became_of_an_apply_satisfies_its_schema(shell: Shell) -> None:
    shell.audiences(CHANGED)
    plan = json.loads(shell("plan --report json").out)
    assert violations(plan, committed("plan")) == []
    applied = json.loads(shell("apply --auto-approve --report json").out)
    assert violations(applied, committed("apply")) == []


@pytest.mark.parametrize(
    "problem", [each for each in vars(errors).values() if _is_kind_of_failure(each)]
)
def test_every_kind_of_failure_is_documented(problem: type[SegsyncError]) -> None:
    page = (Path(__file__).parents[2] / "docs/exit-codes.md").read_text("utf-8")
    assert f"`{kind_of(problem)}`" in page
