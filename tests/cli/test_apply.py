import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from segsync.outcome import Outcome
from segsync.sandbox.edits import add_job, edit_segment
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.state import Kind as Stored
from segsync.sandbox.store import Store
from tests.cli.shell import FILES, SEED, Shell
from tests.cli.test_plan import BLOCKED, CHANGED, IN_STEP, PLAN, TWIN, account_of, files_of

APPLIED = """\
segsync apply · account 1234 "Acme" (test) · 3 managed of 4 live · 8 API calls · 0.1 s

Applied: 1 created, 1 updated, 0 renamed, 0 deleted, 0 adopted; 0 failed, 0 skipped.
"""
PROGRESS = """\
[1/2] updated   active   0.1 s
[2/2] created   lapsed   0.1 s
"""
NO_TERMINAL = """\
Usage: segsync apply [OPTIONS] [PLAN_FILE]
Try 'segsync apply --help' for help.

Error: there is no terminal to ask on; review the plan and give --auto-approve
"""
REFUSED = (
    "Error: refused by a safety rule; nothing was written. The plan says why, and the way out.\n"
)


def with_digest(report: str) -> str:
    """Return the report as it is when the plan has been saved."""
    *above, total, _ = report.split("\n")
    return "\n".join((*above, "Plan digest: sha256:…", "", total, ""))


class Terminal(StringIO):
    """Standard input of somebody who can answer."""

    def isatty(self) -> bool:
        return True


@contextmanager
def before_each_write(store: Store, act: Callable[[Request], None]) -> Iterator[None]:
    """Let something happen in the account whenever a write is about to be answered."""
    answer = store.handle

    def handle(request: Request) -> Response:
        if request.method != "GET":
            act(request)
        return answer(request)

    store.handle = handle  # type: ignore[method-assign]
    yield
    store.handle = answer  # type: ignore[method-assign]


def test_a_plan_is_shown_carried_out_and_reported(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("apply --auto-approve --parallelism 1")
    assert (ended.code, ended.err) == (0, PROGRESS)
    assert ended.out == f"{PLAN}\n{APPLIED}"
    assert shell.slugs() == ["active", "buyers", "foreign", "lapsed"]


def test_a_second_apply_writes_nothing(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:
        assert shell("apply --auto-approve", LYTICS_API_TOKEN="sandbox").code == 0
        assert len(store.writes) == 2
        assert shell("apply --auto-approve", LYTICS_API_TOKEN="sandbox").code == 0
        assert len(store.writes) == 2


def test_where_nothing_is_to_do_nobody_is_asked(shell: Shell) -> None:
    ended = shell("apply")
    assert (ended.code, ended.out, ended.err) == (0, IN_STEP, "")


def test_reports_in_files_are_written_where_nothing_is_to_do_as_well(shell: Shell) -> None:
    ended = shell("apply --report text --report json=done.json --report text=done.txt")
    assert (ended.code, ended.out) == (0, IN_STEP)
    assert json.loads((shell.root / "done.json").read_text())["outcomes"] == []
    assert "No changes. The account matches the files." in (shell.root / "done.txt").read_text()


def test_without_a_terminal_an_apply_must_be_approved_beforehand(shell: Shell) -> None:
    shell.audiences(CHANGED)
    version = shell.version()
    ended = shell("apply")
    assert (ended.code, ended.out, ended.err) == (3, PLAN, NO_TERMINAL)
    assert shell.version() == version


@pytest.mark.parametrize("answer", ["no\n", "\n", "y\n", "YES\n"])
def test_only_yes_is_taken_for_yes(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    shell.audiences(CHANGED)
    version = shell.version()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    ended = shell("apply")
    assert (ended.code, ended.out) == (130, PLAN)
    assert ended.err.endswith("Not confirmed; nothing was written.\n")
    assert shell.version() == version


def test_the_end_of_the_input_is_no_yes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.audiences(CHANGED)
    version = shell.version()
    monkeypatch.setattr("sys.stdin", Terminal())
    ended = shell("apply")
    assert ended.code == 130
    assert ended.err.endswith("Interrupted; nothing was written to the account.\n")
    assert shell.version() == version


def test_yes_is_yes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.audiences(CHANGED)
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    ended = shell("apply")
    assert (ended.code, ended.out) == (0, f"{PLAN}\n{APPLIED}")
    assert "Apply 2 changes? Only yes is taken for yes [no]: " in ended.err


class Thinker(Terminal):
    """Somebody who says yes when the account has moved on."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__("yes\n")
        self._meanwhile = meanwhile

    def isatty(self) -> bool:
        self._meanwhile()
        return True


@pytest.mark.parametrize(("patience", "code"), [(-1.0, 8), (60.0, 7)])
def test_a_late_yes_is_for_the_plan_as_long_as_it_fits(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, patience: float, code: int
) -> None:
    shell.audiences(CHANGED)
    monkeypatch.setattr("segsync.workflow.applying.PATIENCE", patience)
    token = {"LYTICS_API_TOKEN": "sandbox"}
    with shell.served() as store:
        thinker = Thinker(lambda: edit_segment(store, "active", name="Meddled"))
        monkeypatch.setattr("sys.stdin", thinker)
        ended = shell("apply", **token)
    assert ended.code == code
    if code == 8:
        assert ended.err.endswith(
            "Error: the account has changed since the plan was made:\n"
            "  - segment active was changed\n"
            "Nothing was written. Make a new plan and review it.\n"
        )


def test_a_late_yes_is_good_when_nothing_moved(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audiences(CHANGED)
    monkeypatch.setattr("segsync.workflow.applying.PATIENCE", -1.0)
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    assert shell("apply").code == 0


def test_who_is_asked_sees_the_plan_even_if_the_report_is_another(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audiences(CHANGED)
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    ended = shell("apply --report json")
    assert ended.code == 0
    assert ended.err.startswith(PLAN)
    assert json.loads(ended.out)["summary"] == {"applied": 2, "failed": 0, "skipped": 0}


def test_a_saved_plan_is_carried_out_without_a_question(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    shell.audiences(FILES)  # what was reviewed counts, not what the files say now
    ended = shell("apply plan.json")
    assert ended.code == 0
    assert ended.out == with_digest(APPLIED.replace("8 API", "6 API"))
    assert "lapsed" in shell.slugs()


@pytest.mark.parametrize(
    "option",
    ["--adopt", "--allow-deletes 1", "--allow-updates 1", "--allow-empty", "--reevaluate never"],
)
def test_what_shapes_a_new_plan_does_not_go_with_a_saved_one(shell: Shell, option: str) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    version = shell.version()
    ended = shell(f"apply plan.json {option}")
    name = option.partition(" ")[0]
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith(
        f"Error: {name} shapes a new plan, and plan.json was planned and reviewed before\n"
    )
    assert shell.version() == version
    ended = shell("apply plan.json --parallelism 1", SEGSYNC_ALLOW_DELETES="3")
    assert ended.code == 0
    assert ended.err == (
        "SEGSYNC_ALLOW_DELETES is ignored: it shapes a new plan, and plan.json was planned and"
        f" reviewed before.\n{PROGRESS}"
    )


def test_a_saved_plan_without_changes_says_so(shell: Shell) -> None:
    shell("plan --out plan.json")
    ended = shell("apply plan.json")
    assert ended.code == 0
    assert "No changes. The account matches the files." in ended.out


def test_a_saved_plan_is_carried_out_once(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    shell("apply plan.json")
    version = shell.version()
    ended = shell("apply plan.json")
    assert ended.code == 8
    assert (
        ended.err
        == """\
Error: the account has changed since the plan was made:
  - segment active was changed
  - segment lapsed is now in the account
Nothing was written. Make a new plan and review it.
"""
    )
    assert shell.version() == version


def test_a_plan_whose_surroundings_changed_still_fits(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    with shell.store() as store:
        edit_segment(store, "foreign", name="Somebody else's")
    assert shell("apply plan.json").code == 0


def test_a_saved_delete_is_refused_when_a_job_uses_the_segment_by_now(shell: Shell) -> None:
    shell.audiences(FILES[: FILES.index("  - slug_name: buyers")])
    shell("plan --out plan.json")
    with shell.store() as store:
        add_job(store, "Promo", workflow="google_ads", segments=("buyers",))
    version = shell.version()
    ended = shell("apply plan.json")
    assert ended.code == 8
    assert '  - segment buyers is used by google_ads "Promo" now\n' in ended.err
    assert shell.version() == version


def test_a_plan_marked_with_another_tag_is_stale(shell: Shell) -> None:
    shell("plan --out plan.json")
    shell.write(
        "segsync.yaml",
        "version: 1\naccounts: {test: {url: 'sandbox:'}}\nownership: {tag: ours}\n",
    )
    ended = shell("apply plan.json")
    assert (ended.code, ended.out) == (8, "")
    assert ended.err.startswith('Error: the plan marks with the tag "segsync", segsync.yaml says')


def test_a_plan_for_another_account_ends_with_4(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    shell.seed(replace(SEED, account={"aid": 99, "name": "Other"}))
    version = shell.version()
    ended = shell("apply plan.json")
    assert (ended.code, ended.out) == (4, "")
    assert "the plan was made for account 1234" in ended.err
    assert shell.version() == version


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda raw: raw.replace(b"Lapsed", b"Xapsed"), "the plan was changed after it was made"),
        (lambda raw: raw[:-200], "the plan is cut short"),
        (lambda _: b"\xff\xfe\x00", "not JSON: Expecting value"),
        (lambda _: b"{}", "the file is JSON, but no plan of segsync"),
    ],
)
def test_a_damaged_plan_ends_with_3(
    shell: Shell, damage: Callable[[bytes], bytes], message: str
) -> None:
    shell.audiences(CHANGED)
    shell("plan --out plan.json")
    version = shell.version()
    file = shell.root / "plan.json"
    file.write_bytes(damage(file.read_bytes()))
    ended = shell("apply plan.json")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("plan.json:")
    assert message in ended.err
    assert "Make it again: segsync plan --out plan.json" in ended.err
    assert shell.version() == version


def test_a_plan_that_is_not_there_ends_with_3(shell: Shell) -> None:
    ended = shell("apply nowhere.json")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("File 'nowhere.json' does not exist.\n")


def test_a_blocked_change_refuses_the_whole_run(shell: Shell) -> None:
    shell.audiences(TWIN)
    version = shell.version()
    ended = shell("apply --auto-approve")
    assert (ended.code, ended.out, ended.err) == (6, BLOCKED, REFUSED)
    assert shell.version() == version


@pytest.mark.parametrize(
    "command", ["apply plan.json", "apply --report json=a.json --auto-approve"]
)
def test_why_a_run_is_refused_is_always_shown(shell: Shell, command: str) -> None:
    shell.audiences(TWIN)
    assert shell("plan --out plan.json").code == 6
    ended = shell(command)
    assert (ended.code, ended.out) == (6, "")
    assert "! foreign  BLOCKED update" in ended.err
    assert ended.err.endswith(REFUSED)


def test_the_rest_of_a_blocked_plan_is_applied_on_request_and_ends_with_7(shell: Shell) -> None:
    shell.audiences(TWIN.replace("visits > 2", "visits > 3"))
    ended = shell("apply --auto-approve --skip-blocked")
    assert ended.code == 7
    assert "[1/1] updated   active" in ended.err
    assert ended.out.endswith(
        "0 created, 1 updated, 0 renamed, 0 deleted, 0 adopted; 0 failed, 0 skipped.\n"
    )


def test_a_limit_refuses_until_its_flag_is_given(shell: Shell) -> None:
    shell.seed(account_of(12))
    shell.audiences(files_of(first=0, last=12, more=100))
    version = shell.version()
    refused = shell("apply --auto-approve --skip-blocked")
    assert refused.code == 6
    assert "--allow-updates 12" in refused.out
    assert shell.version() == version
    assert shell("apply --auto-approve --allow-updates 12").code == 0


def test_a_token_that_may_only_read_ends_with_4_and_writes_nothing(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:
        ended = shell("apply --auto-approve", LYTICS_API_TOKEN="sandbox-view")
        assert store.writes == ()
    assert ended.code == 4
    assert (
        "Not authorized (FORBIDDEN-026); changing segments and groups needs the role"
        " v2_segment_manage (HTTP 403)"
    ) in ended.err
    assert ended.out.endswith("0 adopted; 1 failed, 1 skipped.\n")


def test_a_token_that_is_rejected_before_the_first_write_ends_with_4(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:

        def reject(_: Request) -> None:
            with store.edit() as state:
                state.remove(Stored.TOKEN, "sandbox")

        with before_each_write(store, reject):
            ended = shell("apply --auto-approve --parallelism 1", LYTICS_API_TOKEN="sandbox")
        assert store.writes == ()
    assert ended.code == 4
    assert ended.out.endswith("0 adopted; 1 failed, 1 skipped.\n")


def test_a_token_that_is_rejected_after_a_write_ends_with_7(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:

        def reject(request: Request) -> None:
            if request.method == "POST":
                with store.edit() as state:
                    state.remove(Stored.TOKEN, "sandbox")

        with before_each_write(store, reject):
            ended = shell("apply --auto-approve --parallelism 1", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 7
    assert ended.out.endswith("1 updated, 0 renamed, 0 deleted, 0 adopted; 1 failed, 0 skipped.\n")


def test_what_somebody_changed_meanwhile_is_a_failure_and_the_next_apply_finishes(
    shell: Shell,
) -> None:
    shell.audiences(CHANGED.replace("First quarter", "x").replace("orders > 0", "orders > 1"))
    token = {"LYTICS_API_TOKEN": "sandbox"}
    with shell.served() as store:
        moved: list[str] = []

        def meddle(_: Request) -> None:
            if not moved:
                moved.append("buyers")
                edit_segment(store, "buyers", name="Meddled")

        with before_each_write(store, meddle):
            first = shell("apply --auto-approve --parallelism 1", **token)
        second = shell("apply --auto-approve", **token)
        third = shell("plan --detailed-exitcode", **token)
    assert first.code == 7
    assert "FAILED    buyers" in first.err
    assert "changed by somebody else since the plan: name" in first.out
    assert "the same command finishes the job" in first.out
    assert (second.code, third.code) == (0, 0)


@pytest.mark.parametrize(("on_error", "skipped"), [("continue", 0), ("stop", 1)])
def test_after_a_failure_the_rest_goes_on_or_not(shell: Shell, on_error: str, skipped: int) -> None:
    shell.audiences(CHANGED.replace("NOT INCLUDE active", "visits > 9"))
    with shell.served() as store:

        def meddle(request: Request) -> None:
            if request.method == "PUT":
                with store.edit() as state:
                    state.remove(Stored.SEGMENT, request.path[-1])

        with before_each_write(store, meddle):
            line = f"apply --auto-approve --parallelism 1 --on-error {on_error} --report json"
            ended = shell(line, LYTICS_API_TOKEN="sandbox")
    assert ended.code == 7
    assert json.loads(ended.out)["summary"] == {
        "applied": 1 - skipped,
        "failed": 1,
        "skipped": skipped,
    }


def test_reports_of_all_formats_at_once(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("apply --auto-approve --report json --report markdown=a.md --report text=a.txt")
    assert json.loads(ended.out)["summary"] == {"applied": 2, "failed": 0, "skipped": 0}
    assert (shell.root / "a.md").read_text().startswith("#")
    assert "1 created, 1 updated" in (shell.root / "a.txt").read_text()


def test_a_report_that_cannot_be_written_is_refused_before_the_first_write(shell: Shell) -> None:
    shell.audiences(CHANGED)
    version = shell.version()
    ended = shell("apply --auto-approve --report json=nowhere/a.json")
    assert (ended.code, ended.out) == (3, "")
    assert shell.version() == version


def test_after_an_unexpected_error_what_was_done_is_still_reported(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audiences(CHANGED)
    message = "a bug"

    def fail(*_: object, **__: object) -> Outcome:
        raise RuntimeError(message)

    monkeypatch.setattr("segsync.applier.scheduler.carry_out", fail)
    ended = shell("apply --auto-approve --parallelism 1")
    assert ended.code == 1
    assert "unexpected error: RuntimeError: a bug" in ended.out
    assert "1 failed, 1 skipped" in ended.out
    assert ended.err.endswith("they hold no token.\n")


def test_two_applies_at_the_same_time_make_nothing_twice(shell: Shell) -> None:
    names = [f"n{number:02}" for number in range(8)]
    entries = "".join(
        f"  - {{slug_name: {name}, name: {name}, segment_ql: FILTER visits > 1}}\n"
        for name in names
    )
    shell.audiences(f"{FILES}{entries}")
    both = [shell.spawn("apply --auto-approve") for _ in range(2)]
    # Who comes while the other one writes stops at its lock.
    codes = {shell.ended(each).code for each in both}
    assert 0 in codes <= {0, 6}
    assert sorted(shell.slugs()) == sorted(["active", "buyers", "foreign", *names])
    assert shell("apply --auto-approve").code == 0
    assert shell("plan --detailed-exitcode").code == 0


def test_the_whole_way_in_processes_of_their_own(shell: Shell, tmp_path: Path) -> None:
    shell.audiences(CHANGED)
    planned = shell.ended(shell.spawn("plan --out plan.json --detailed-exitcode"))
    assert (planned.code, planned.out, planned.err) == (2, with_digest(PLAN), "")
    unapproved = shell.ended(shell.spawn("apply"))
    assert (unapproved.code, unapproved.err) == (3, NO_TERMINAL)
    applied = shell.ended(shell.spawn("apply plan.json", stderr=subprocess.STDOUT))
    assert applied.code == 0
    assert applied.out.endswith(with_digest(APPLIED).partition("\n\n")[2])
    assert (tmp_path / "plan.json").exists()
    again = shell.ended(shell.spawn("apply plan.json"))
    assert (again.code, again.out) == (8, "")


def test_a_protection_outlives_the_line_and_the_entry_that_asked_for_it(shell: Shell) -> None:
    protected = FILES.replace("    name: Active\n", "    name: Active\n    protect: true\n")
    protected = protected.replace("quarter\n", "quarter\n    protect: true\n")
    shell.audiences(protected)
    assert shell("apply --auto-approve").code == 0

    shell.audiences()
    assert shell("apply").out == IN_STEP

    shell.audiences("groups: []\n")
    ended = shell("apply --allow-empty --allow-deletes 9 --auto-approve")
    assert ended.code == 6
    assert "! active" in ended.out
    assert ended.out.count("BLOCKED delete: it is protected") == 2

    shell.audiences(protected.replace("protect: true", "protect: false"))
    assert shell("apply --auto-approve").code == 0
    shell.audiences("groups: []\n")
    assert shell("apply --allow-empty --allow-deletes 9 --auto-approve").code == 0
    assert shell.slugs() == ["foreign"]
