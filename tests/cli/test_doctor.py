import json
import re
import shutil
import subprocess

import pytest

from segsync.sandbox.controls import add_fault, set_switches
from tests.cli.shell import FILES, SETTINGS, Shell
from tests.schemas import committed, violations

WELL = """\
segsync doctor · account test · 0.1 s

  · versions       ok: VERSIONS
  · configuration  ok: segsync.yaml, account "test"
  · git            ok: .segsync/ is ignored
  · journal        ok: no run was cut short (0 on record)
  · files          ok: 2 segments and 1 group in 1 file
  · sandbox        ok: .segsync/sandbox.db can be used
  · token          ok: accepted, by account 1234 "Acme"
  · guard          ok: none needed: the sandbox is nobody else's account
  · segments       ok: 3 segments, 2 managed here and 0 made by Lytics; 1 group
  · jobs           ok: 0 jobs can be seen
  · fields         ok: N fields can be seen
  · writing        ok: the token of the sandbox may do everything

All is well, as far as it was looked at.

Doctor: 12 ok, 0 warnings, 0 problems, 0 unknown.
"""
BROKEN = """\
segsync doctor · 0.1 s

  · versions       ok: VERSIONS
  ! configuration  PROBLEM: segsync.yaml:2:10: expected a mapping
  · git            ok: .segsync/ is ignored
  · journal        ok: no run was cut short (0 on record)
  · files          unknown: not checked: the configuration comes first
  · network        unknown: not checked: the configuration comes first
  · clock          unknown: not checked: the configuration comes first
  · token          unknown: not checked: the configuration comes first
  · guard          unknown: not checked: the configuration comes first
  · segments       unknown: not checked: the configuration comes first
  · jobs           unknown: not checked: the configuration comes first
  · fields         unknown: not checked: the configuration comes first
  · writing        unknown: not checked: the configuration comes first

Solve the first problem first: later ones may follow from it.

Doctor: 3 ok, 0 warnings, 1 problem, 9 unknown.
"""


def stable(text: str) -> str:
    """Return a report without versions and numbers that others decide about."""
    text = re.sub(r"ok: segsync .*\n(?: {19}.*\n)*", "ok: VERSIONS\n", text)
    return re.sub(r"\d+ fields", "N fields", text)


@pytest.fixture
def repository(shell: Shell) -> Shell:
    """A git repository that ignores what segsync keeps."""
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "init", "-q", str(shell.root)], check=True)  # noqa: S603 - our own words
    shell.write(".gitignore", ".segsync/\n")
    return shell


def row(text: str, name: str) -> str:
    """Return the line of a check, and what to do about it."""
    found = re.search(rf"^  . {name} .*(?:\n {{6,}}.*)*", text, re.MULTILINE)
    assert found is not None
    return re.sub(r"\s+", " ", found[0]).strip()


def test_all_is_well(repository: Shell) -> None:
    ended = repository("doctor")
    assert (ended.code, stable(ended.out), ended.err) == (0, WELL, "")


def test_a_broken_configuration_hides_nothing_that_does_not_need_it(repository: Shell) -> None:
    repository.write("segsync.yaml", "version: 1\naccounts: 7\n")
    ended = repository("doctor")
    assert ended.code == 3
    assert re.sub(r"2:\d+: .*", "2:10: expected a mapping", stable(ended.out)) == BROKEN


def test_without_a_configuration_the_way_to_one_is_told(repository: Shell) -> None:
    (repository.root / "segsync.yaml").unlink()
    ended = repository("doctor")
    assert ended.code == 3
    assert row(ended.out, "configuration").startswith(
        "! configuration PROBLEM: there is no segsync.yaml in this folder or above it"
        " Write one, such as: version: 1 accounts:"
    )


def test_many_mistakes_are_cut(repository: Shell) -> None:
    keys = "".join(f"key_{number}: 1\n" for number in range(7))
    repository.write("segsync.yaml", SETTINGS + keys)
    assert "; and 2 more" in row(repository("doctor").out, "configuration")


def test_an_unknown_account_ends_with_3(repository: Shell) -> None:
    ended = repository("doctor --account tset")
    assert ended.code == 3
    assert 'Did you mean "test"?' in row(ended.out, "configuration")
    assert ended.out.startswith("segsync doctor · account tset · ")


def test_another_account_of_the_configuration_is_counted(repository: Shell) -> None:
    repository.write("segsync.yaml", SETTINGS + '  more: {url: "sandbox:more.db"}\n')
    out = repository("doctor --account test").out
    assert row(out, "configuration").endswith(', account "test", 1 more in it')


def test_the_way_out_of_an_error_in_the_files_names_the_account(repository: Shell) -> None:
    repository.write("segsync.yaml", SETTINGS + '  more: {url: "sandbox:more.db"}\n')
    repository.audiences(FILES + "  - 7\n")
    line = row(repository("doctor --account more").out, "files")
    assert line == "! files PROBLEM: 1 error in 1 file Run segsync validate --account more."


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (FILES + "  - 7\n", 3, "! files PROBLEM: 1 error in 1 file Run segsync validate."),
        (
            FILES.replace("name: Active", "name: Active\n    expires_at: 2020-01-01T00:00:00Z")
            + "  - {slug_name: x, name: X, segment_ql: FILTER INCLUDE nobody}\n",
            0,
            (
                "~ files warning: 3 segments and 1 group in 1 file, and 1 warning"
                " Run segsync validate."
            ),
        ),
    ],
)
def test_what_is_wrong_with_the_files_is_counted(
    repository: Shell, text: str, code: int, line: str
) -> None:
    repository.audiences(text)
    ended = repository("doctor")
    assert (ended.code, row(ended.out, "files")) == (code, line)


def test_a_missing_folder_of_audiences_is_a_problem(repository: Shell) -> None:
    shutil.rmtree(repository.root / "audiences")
    ended = repository("doctor")
    assert ended.code == 3
    assert row(ended.out, "files") == (
        "! files PROBLEM: there is no folder audiences Make it, or correct audiences: in"
        " segsync.yaml. segsync pull fills it."
    )


def test_outside_of_git_nobody_asks_git(shell: Shell) -> None:
    ended = shell("doctor")
    assert ended.code == 0
    assert row(ended.out, "git") == "· git unknown: not checked: ROOT is in no git repository"


def test_a_sandbox_that_was_never_used_is_not_made(repository: Shell) -> None:
    repository.state_file.unlink()
    ended = repository("doctor")
    assert ended.code == 0
    assert row(ended.out, "sandbox").endswith("is not there yet: the first plan makes it")
    assert row(ended.out, "writing") == "· writing unknown: not checked: there is no account yet"
    assert not repository.state_file.exists()


def test_a_damaged_sandbox_is_a_problem_with_a_way_out(repository: Shell) -> None:
    repository.state_file.write_bytes(b"no database")
    ended = repository("doctor")
    assert ended.code == 3
    assert "Start afresh with segsync sandbox reset" in row(ended.out, "sandbox")


def test_a_missing_token_does_not_hide_the_network(repository: Shell) -> None:
    with repository.served():
        ended = repository("doctor")
    assert ended.code == 4
    assert re.fullmatch(
        r"· network ok: 127\.0\.0\.1:\d+ answers in \d+ ms", row(ended.out, "network")
    )
    assert row(ended.out, "token") == (
        '! token PROBLEM: there is no token for the account "test": set the environment variable'
        " LYTICS_API_TOKEN Make one in Lytics (Security > Access Tokens) and set LYTICS_API_TOKEN"
        " to it, in the environment and nowhere else."
    )


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("two words", "the token has a space"),
        ("sandbox-expired", 'rejected or expired: the API says "Expired Token"'),
    ],
)
def test_a_token_that_is_no_good_ends_with_4(repository: Shell, token: str, words: str) -> None:
    with repository.served():
        ended = repository("doctor", LYTICS_API_TOKEN=token)
    assert ended.code == 4
    assert words in row(ended.out, "token")
    assert token not in ended.out


def test_what_a_remote_token_may_write_is_not_claimed(repository: Shell) -> None:
    with repository.served() as store:
        ended = repository("doctor", LYTICS_API_TOKEN="sandbox-view")
        assert store.writes == ()
        assert {each.method for each in store.requests} == {"GET"}
    assert ended.code == 0
    assert row(ended.out, "writing") == (
        "· writing unknown: only a write would show whether the token may write An apply needs a"
        " role that may manage segments (v2_segment_manage)."
    )
    assert row(ended.out, "guard") == (
        "~ guard warning: nothing notices the token of another account Write aid: 1234 below"
        " accounts: test: in segsync.yaml."
    )


def test_the_guard_agrees_or_ends_with_4(repository: Shell) -> None:
    with repository.served(extra=", aid: 1234"):
        ended = repository("doctor", LYTICS_API_TOKEN="sandbox")
    assert (ended.code, row(ended.out, "guard")) == (0, "· guard ok: aid: 1234, and so it is")
    with repository.served(extra=", aid: 99"):
        ended = repository("doctor", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 4
    assert "says aid: 99, and the token opens 1234" in row(ended.out, "guard")
    assert row(ended.out, "jobs") == "· jobs unknown: not checked: it is another account"


def test_a_server_that_is_not_there_ends_with_5(repository: Shell) -> None:
    with repository.served():
        pass
    ended = repository("doctor", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 5
    assert "the connection was refused" in row(ended.out, "network")
    assert row(ended.out, "token") == "· token unknown: not checked: the network comes first"


def test_a_proxy_that_cannot_be_used_ends_with_3(repository: Shell) -> None:
    account = '{test: {url: "https://api.example.com"}}'
    repository.write("segsync.yaml", f"version: 1\naccounts: {account}\n")
    socks = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "socks5://127.0.0.1:1080")
    ended = repository("doctor", LYTICS_API_TOKEN="sandbox", NO_PROXY="", no_proxy="", **socks)
    assert ended.code == 3
    assert row(ended.out, "network") == (
        "! network PROBLEM: the proxy that the environment variable HTTPS_PROXY names is unusable"
        " It must start with http:// or https:// and name a host."
    )
    assert row(ended.out, "token") == "· token unknown: not checked: the network comes first"


@pytest.mark.parametrize(
    ("fault", "code", "name", "words"),
    [
        ("GET /v2/account redirect", 5, "network", "redirects to elsewhere.invalid"),
        ("GET /v2/account 403", 4, "token", "refused for what it asks"),
        ("GET /v2/segment 403", 4, "segments", "v2_segment_view"),
        ("GET /v2/segment 400", 5, "segments", "Try again; it is safe."),
        ("GET /v2/job 403", 0, "jobs", "A plan that deletes or redefines needs to see jobs."),
        ("GET /v2/schema/*/field 404", 0, "fields", "found by the API alone"),
        ("GET /v2/account nth=2 400", 5, "token", "The messages above may say why"),
        ("GET /v2/account 404", 5, "token", "without a path such as /v2?"),
        ("GET /v2/account nth=1 503", 0, "network", "answers 503"),
    ],
)
def test_what_the_account_refuses_is_told_with_its_code(
    repository: Shell, fault: str, code: int, name: str, words: str
) -> None:
    with repository.served(extra=", aid: 1234") as store:
        add_fault(store, fault)
        ended = repository("doctor", LYTICS_API_TOKEN="sandbox")
    assert ended.code == code
    assert words in row(ended.out, name)


def test_the_document_satisfies_its_schema(repository: Shell) -> None:
    ended = repository("doctor --report json --report markdown=d.md")
    document = json.loads(ended.out)
    assert violations(document, committed("doctor")) == []
    assert document["exit_code"] == 0
    assert (repository.root / "d.md").read_text().startswith("### segsync doctor: 12 ok, ")


def test_the_doctor_changes_nothing(repository: Shell) -> None:
    files, version = repository.files(), repository.version()
    repository("doctor")
    assert (repository.files(), repository.version()) == (files, version)


@pytest.mark.parametrize(
    ("token", "switches", "name", "words"),
    [
        (
            "sandbox-nobody",
            {},
            "segments",
            (
                "! segments PROBLEM: GET /v2/segment/group: Not authorized (FORBIDDEN-026); reading"
                " segments and groups needs the role v2_segment_view (HTTP 403) Give the token a"
                " role that may view segments (v2_segment_view); an apply needs one that may manage"
                " them (v2_segment_manage)."
            ),
        ),
        (
            "sandbox-view",
            {"segment_roles_only": True},
            "jobs",
            (
                "~ jobs warning: GET /v2/job: Not authorized (FORBIDDEN-026); the roles of the"
                " token do not cover reading jobs (HTTP 403) A plan that deletes or redefines needs"
                " to see jobs. Give the token a role that covers jobs too (Security > Access Tokens"
                " in Lytics)."
            ),
        ),
        (
            "sandbox",
            {"ip_not_listed": True},
            "token",
            (
                "! token PROBLEM: refused for what it asks: the API says"
                ' "Not authorized (FORBIDDEN-026)" The account may admit certain addresses only'
                " (its setting api_ip_whitelist), or the token may not even see the account."
            ),
        ),
    ],
)
def test_a_refused_token_is_told_what_it_lacks_and_who_can_help(
    repository: Shell, token: str, switches: dict[str, bool], name: str, words: str
) -> None:
    with repository.served() as store:
        set_switches(store, **switches)
        ended = repository("doctor", LYTICS_API_TOKEN=token)
    assert row(ended.out, name) == words
    assert ended.code == (4 if "PROBLEM" in words else 0)
