"""segsync.yaml and the environment become settings, or every problem at its place."""

from pathlib import Path

import pytest

from segsync.config import AccountSettings, Settings, read_settings
from segsync.errors import AuthenticationError, InvalidInputError
from segsync.plan import Limits

FILE = """\
version: 1
audiences: files
default_account: prod
accounts:
  prod:
    url: https://example.com/api/
    token_env: PROD_TOKEN
    aid: 1234
    vars: {min_spend: "500", Home: US}
  box:
    url: "sandbox:"
ownership: {tag: ours}
prune: false
limits: {max_deletes: 5%, max_deletes_count: 3, max_updates: 0.25, min_existing: 0,
         max_size_change: 50%}
"""


def read(folder: Path, text: str, account: str | None = None, **environ: str) -> Settings:
    (folder / "segsync.yaml").write_text(text)
    return read_settings(None, account=account, environ=environ, cwd=folder)


def told(folder: Path, text: str, account: str | None = None, **environ: str) -> list[str]:
    with pytest.raises(InvalidInputError) as raised:
        read(folder, text, account, **environ)
    return [str(each).removeprefix("segsync.yaml:") for each in raised.value.diagnostics]


def test_every_key_arrives(tmp_path: Path) -> None:
    assert read(tmp_path, FILE, PROD_TOKEN=" secret\n") == Settings(
        root=tmp_path,
        audiences=tmp_path / "files",
        account=AccountSettings(
            name="prod",
            url="https://example.com/api",
            token_env="PROD_TOKEN",
            token="secret",
            aid=1234,
            variables={"min_spend": "500", "Home": "US"},
        ),
        accounts=("prod", "box"),
        tag="ours",
        prune=False,
        limits=Limits(
            max_deletes=0.05,
            max_deletes_count=3,
            max_updates=0.25,
            min_existing=0,
            max_size_change=0.5,
        ),
    )


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    settings = read(tmp_path, "version: 1\naccounts: {only: {}}\n", LYTICS_API_TOKEN="t")

    assert settings == Settings(
        root=tmp_path,
        audiences=tmp_path / "audiences",
        account=AccountSettings(name="only", token="t"),
        accounts=("only",),
    )
    assert settings.account.url == "https://api.lytics.io"
    assert settings.tag == "segsync"
    assert settings.prune


def test_the_token_is_in_no_representation(tmp_path: Path) -> None:
    assert "secret" not in repr(read(tmp_path, FILE, PROD_TOKEN="secret"))


def test_a_missing_token_matters_only_when_it_is_needed(tmp_path: Path) -> None:
    account = read(tmp_path, FILE).account

    with pytest.raises(AuthenticationError) as raised:
        account.require_token()
    assert str(raised.value) == (
        'there is no token for the account "prod": set the environment variable PROD_TOKEN'
    )


def test_the_sandbox_needs_no_token(tmp_path: Path) -> None:
    account = read(tmp_path, FILE, "box").account

    assert account.require_token() == "sandbox"
    assert account.sandbox == tmp_path / ".segsync/sandbox.db"


def test_the_sandbox_can_be_kept_elsewhere(tmp_path: Path) -> None:
    account = read(tmp_path, FILE.replace("sandbox:", "sandbox:state/x.db"), "box").account

    assert account.sandbox == tmp_path / "state/x.db"


@pytest.mark.parametrize(
    ("account", "environ", "name"),
    [
        (None, {}, "prod"),
        (None, {"SEGSYNC_ACCOUNT": "box"}, "box"),
        ("prod", {"SEGSYNC_ACCOUNT": "box"}, "prod"),
        ("box", {}, "box"),
    ],
)
def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, account: str | None, environ: dict[str, str], name: str
) -> None:
    assert read(tmp_path, FILE, account, **environ).account.name == name


def test_variables_of_the_environment_win(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        FILE,
        SEGSYNC_VAR_MIN_SPEND="750",
        SEGSYNC_VAR_home="DE",
        SEGSYNC_VAR_NEW="x",
        SEGSYNC_VAR_="ignored",
    )

    assert settings.account.variables == {"min_spend": "750", "Home": "DE", "new": "x"}


def test_the_file_is_found_in_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "segsync.yaml").write_text(FILE)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)

    assert read_settings(None, account=None, environ={}, cwd=deep).root == tmp_path


def test_a_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "other.yaml").write_text(FILE)

    found = read_settings(Path("conf/other.yaml"), account=None, environ={}, cwd=tmp_path)
    assert found.root == tmp_path / "conf"


def test_without_a_file_one_is_shown(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_settings(None, account=None, environ={}, cwd=tmp_path)

    (problem,) = raised.value.diagnostics
    assert problem.summary == "there is no segsync.yaml in this folder or above it"
    example = problem.detail.split("\n", 1)[1].rsplit("\n", 1)[0]
    assert read(tmp_path, example).account.aid == 1234


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_settings(Path("sub/x.yaml"), account=None, environ={}, cwd=tmp_path)

    assert [str(each) for each in raised.value.diagnostics] == [
        (
            "sub/x.yaml:1:1: error: the file cannot be read: No such file or directory"
            " [unreadable-file]\n    Make it readable, or name another with --config."
        )
    ]


def test_a_configuration_elsewhere_is_called_by_its_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("version: 2\naccounts: {a: {}}\n")
    with pytest.raises(InvalidInputError) as raised:
        read_settings(file, account=None, environ={}, cwd=tmp_path)

    assert str(raised.value.diagnostics[0].location) == f"{file}:1:10"


@pytest.mark.parametrize(
    ("text", "account", "expected"),
    [
        ("version: [", None, "2:1: error: a value is missing here [yaml-syntax]"),
        ("", None, "1:1: error: expected one document with version: and accounts: [wrong-type]"),
        ("[]", None, "1:1: error: expected one document with version: and accounts: [wrong-type]"),
        ("a: 1\n---\nb: 1", None, "1:1: error: expected one document with version: and"),
        ("accounts: {a: {}}", None, '1:1: error: "version" is missing [missing-key]'),
        ("accounts: 5\nversion: 1", None, "1:11: error: expected a mapping, found a number"),
        (FILE, "prd", '4:1: error: there is no account "prd" [unknown-account]\n    Did you mean'),
        (FILE, "zzz", '4:1: error: there is no account "zzz" [unknown-account]\n    There is box,'),
        (
            FILE.replace("default_account: prod", "default_account: prd"),
            None,
            '3:18: error: there is no account "prd" [unknown-account]',
        ),
        (
            FILE.replace("default_account: prod\n", ""),
            None,
            "3:1: error: which account is meant? [no-account]\n    Give --account, or set",
        ),
        (
            "version: 1\naccounts: {}\n",
            None,
            "2:1: error: which account is meant? [no-account]",
        ),
        (
            "version: 1\naccounts: {}\n",
            "x",
            '2:1: error: there is no account "x" [unknown-account]\n    There is none.',
        ),
        (
            FILE.replace("audiences: files", "audiences: ../x"),
            None,
            "2:12: error: the audiences lie outside the folder of segsync.yaml [outside]",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    tmp_path: Path, text: str, account: str | None, expected: str
) -> None:
    (found,) = told(tmp_path, text, account)

    assert found.startswith(expected)


def test_all_problems_are_told_in_one_run(tmp_path: Path) -> None:
    text = """\
version: 2
acounts: {}
accounts:
  prod: {urll: x, token_env: eyJhbGciOi.JIUzI1, vars: {a-b: "1"}}
  dev: {url: http://example.com, aid: "12", vars: {a: 5}}
ownership: {tagg: x, tag: "a b"}
limits: {max_deletes: 10, max_updates: 150%, max_delets: 1, max_size_change: 5}
"""

    assert [each.split(" [")[0] for each in told(tmp_path, text)] == [
        "1:10: error: this version of segsync reads files of version 1",
        '2:1: error: unknown key "acounts"',
        '4:10: error: unknown key "urll"',
        "4:30: error: expected the name of an environment variable",
        '4:55: error: "a-b" cannot name a variable: use letters, digits and "_"',
        "5:14: error: the token would travel in the open: plain http is for this machine only",
        '5:39: error: expected a whole number, found the text "12"',
        "5:55: error: expected text, found a number",
        '6:13: error: unknown key "tagg"',
        '6:27: error: a tag has letters and digits, inside also "_", ".", ":" and "-", at most 64',
        "7:23: error: expected a share, such as 10% or 0.1",
        "7:40: error: expected a share, such as 10% or 0.1",
        '7:46: error: unknown key "max_delets"',
        "7:78: error: expected a share, such as 10% or 0.1",
    ]


def test_severities_of_lint_rules_are_read(tmp_path: Path) -> None:
    (tmp_path / "segsync.yaml").write_text(
        'version: 1\naccounts: {a: {}}\nlint: {missing-comma: error, double-not: "off"}\n'
    )

    settings = read_settings(None, account=None, environ={}, cwd=tmp_path)
    assert settings.lint == {"missing-comma": "error", "double-not": "off"}


def test_what_is_wrong_with_lint_rules_is_told_at_once(tmp_path: Path) -> None:
    text = (
        "version: 1\naccounts: {a: {}}\nlint: {mising-comma: error, xyz: off, double-not: info}\n"
    )

    assert told(tmp_path, text) == [
        (
            '3:8: error: there is no lint rule "mising-comma" [unknown-rule]\n'
            '    Did you mean "missing-comma"?'
        ),
        (
            '3:29: error: there is no lint rule "xyz" [unknown-rule]\n'
            "    docs/lint/README.md lists all rules."
        ),
    ]


def test_what_the_server_refuses_cannot_be_overridden(tmp_path: Path) -> None:
    text = "version: 1\naccounts: {a: {}}\nlint: {infix-chain: off, bare-field: error}\n"

    assert told(tmp_path, text) == [
        (
            '3:8: error: "infix-chain" stays an error: an apply would fail [overridden-refusal]\n'
            "    Remove the line; docs/lint/README.md says which rules can be overridden."
        )
    ]


def test_a_severity_that_does_not_exist_is_told(tmp_path: Path) -> None:
    text = "version: 1\naccounts: {a: {}}\nlint: {double-not: fatal}\n"

    assert told(tmp_path, text) == [
        (
            '3:20: error: expected "error", "warning", "info" or "off", found the text "fatal"'
            " [wrong-value]"
        )
    ]


def test_a_variable_of_the_environment_holds_no_invisible_characters(tmp_path: Path) -> None:
    (tmp_path / "segsync.yaml").write_text("version: 1\naccounts: {a: {}}\n")
    with pytest.raises(InvalidInputError) as caught:
        read_settings(None, account=None, environ={"SEGSYNC_VAR_X": "a\u200b"}, cwd=tmp_path)

    assert [str(each) for each in caught.value.diagnostics] == [
        (
            "error: the variable SEGSYNC_VAR_X of the environment has the character U+200B"
            " [unsafe-character]\n"
            "    Remove it: it is invisible, reorders text, or is no text at all."
        )
    ]


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, None),
        ({"HOME": "/home/ann"}, "/home/ann/.local/state/segsync"),
        ({"HOME": "/home/ann", "XDG_STATE_HOME": "/state"}, "/state/segsync"),
        ({"HOME": "/home/ann", "XDG_STATE_HOME": "state"}, "/home/ann/.local/state/segsync"),
        ({"HOME": ".", "XDG_STATE_HOME": ""}, None),
    ],
)
def test_state_is_kept_where_the_environment_says(
    tmp_path: Path, environ: dict[str, str], folder: str | None
) -> None:
    found = read(tmp_path, FILE, **environ).state
    assert found == (None if folder is None else Path(folder))
