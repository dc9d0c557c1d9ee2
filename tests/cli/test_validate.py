import json

from tests.cli.shell import FILES, SETTINGS, Shell


def test_good_files_end_with_0_and_need_no_token(shell: Shell) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {prod: {}}\n")
    ended = shell("validate")
    assert (ended.code, ended.out, ended.err) == (0, "No problems in 1 file.\n", "")


def test_a_warning_ends_with_0(shell: Shell) -> None:
    shell.audiences(FILES.replace("INCLUDE active", "INCLUDE foreign"))
    ended = shell("validate")
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == """\
audiences/all.yaml:10:29: warning: INCLUDE of "foreign", which is not in the files \
[include-not-in-files]
    The account must have it, and nothing here keeps it there.

1 warning in 1 file.
"""
    )


def test_all_problems_of_all_files_come_in_one_run_by_place(shell: Shell) -> None:
    shell.audiences(FILES.replace("visits > 2", "visits >").replace("name: Buyers", "nmae: B"))
    shell.write("audiences/b.yaml", "segments: 5\n")
    ended = shell("validate")
    assert ended.code == 3
    places = [each.partition(": ")[0] for each in ended.out.splitlines() if ": error: " in each]
    assert places == ["audiences/all.yaml:7:32", "audiences/all.yaml:9:5", "audiences/b.yaml:1:11"]


def test_problems_as_json(shell: Shell) -> None:
    shell.audiences(FILES.replace("[Campaigns]", "[Campains]"))
    ended = shell("validate --report json --report text=problems.txt")
    assert ended.code == 3
    assert json.loads(ended.out) == {
        "format_version": 1,
        "files": 1,
        "segments": 2,
        "groups": 1,
        "diagnostics": [
            {
                "severity": "error",
                "code": "unknown-group",
                "summary": 'no group "Campains" is declared',
                "detail": 'Did you mean "Campaigns"?',
                "location": {"path": "audiences/all.yaml", "line": 11, "column": 14},
            }
        ],
    }
    assert (shell.root / "problems.txt").read_text().endswith("\n\n1 error in 1 file.\n")


def test_validate_opens_no_account(shell: Shell) -> None:
    shell.state_file.unlink()
    assert shell("validate").code == 0
    assert not shell.state_file.exists()


def test_findings_of_lint_are_problems_of_the_files(shell: Shell) -> None:
    shell.audiences(FILES.replace("visits > 2", "NOT visits > 2"))
    ended = shell("validate")
    assert (ended.code, ended.err) == (0, "")
    assert (
        ended.out
        == """\
audiences/all.yaml:7:28: info: this also holds for everybody without visits \
[not-over-missing-field]
    Add EXISTS field if only people with a value are meant.

1 note in 1 file.
"""
    )


def test_the_settings_change_severities_and_the_plan_does_not_lint(shell: Shell) -> None:
    shell.audiences(FILES.replace("visits > 2", "NOT visits > 2"))
    shell.write("segsync.yaml", f"{SETTINGS}lint: {{not-over-missing-field: error}}\n")
    assert shell("validate").code == 3
    assert shell("plan").code == 0

    shell.write("segsync.yaml", f"{SETTINGS}lint: {{not-over-missing-field: 'off'}}\n")
    assert shell("validate").out == "No problems in 1 file.\n"
