import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from segsync.sandbox.controls import set_switches
from segsync.sandbox.edits import add_job, edit_segment, remove_segment
from segsync.sandbox.seed import Seed
from tests.cli.shell import FILES, SEED, Shell, seed_segment

CHANGED = f"""\
{FILES.replace("visits > 2", "visits > 3")}\
  - slug_name: lapsed
    name: Lapsed
    segment_ql: FILTER NOT INCLUDE active
"""

PLAN = """\
segsync plan · account 1234 "Acme" (test) · 3 managed of 4 live · 5 API calls · 0.1 s

  ~ active  definition
      ~ visits > 2  ->  > 3  (tightened)
      affects 2 audiences: buyers, lapsed
      audiences/all.yaml:5
  + lapsed  new
      "Lapsed"
      FILTER NOT INCLUDE active
      not in the account · audiences/all.yaml:12

(2 unchanged, 1 unmanaged)

Plan: 1 to create, 1 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.
"""

IN_STEP = """\
segsync plan · account 1234 "Acme" (test) · 3 managed of 4 live · 3 API calls · 0.1 s

No changes. The account matches the files.
(3 unchanged, 1 unmanaged)

Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.
"""

BLOCKED = """\
segsync plan · account 1234 "Acme" (test) · 3 managed of 4 live · 3 API calls · 0.1 s

  ! foreign  BLOCKED update: a segment of this slug exists, differs, and is not managed here
      pull it, or take it over with adopt: true or --adopt
      audiences/all.yaml:12

An apply is refused while anything is blocked; --skip-blocked applies the rest.
(3 unchanged)

Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 1 blocked.
"""

TWIN = f"{FILES}  - {{slug_name: foreign, name: Mine, segment_ql: FILTER orders > 1}}\n"
"""Declares a segment that the account has, that differs, and that nobody manages."""


def account_of(managed: int) -> Seed:
    """Return an account of so many managed segments and one that is not."""
    own = (seed_segment(f"s{number:02}", f"visits > {number}") for number in range(managed))
    return replace(SEED, groups=(), segments=(*own, seed_segment("foreign", "x > 1", tags=[])))


def files_of(*, first: int, last: int, more: int = 0) -> str:
    """Return entries for these segments, with their thresholds moved by `more`."""
    entries = (
        f"  - slug_name: s{number:02}\n    name: S{number:02}\n"
        f"    segment_ql: FILTER visits > {number + more}\n"
        for number in range(first, last)
    )
    return f"segments:\n{''.join(entries)}"


def test_nothing_to_do_is_said_and_ends_with_0(shell: Shell) -> None:
    assert shell("plan") == shell("plan --detailed-exitcode")
    ended = shell("plan")
    assert (ended.code, ended.out, ended.err) == (0, IN_STEP, "")


def test_changes_are_shown_and_end_with_0(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("plan")
    assert (ended.code, ended.out, ended.err) == (0, PLAN, "")


def test_changes_end_with_2_when_asked_for(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("plan --detailed-exitcode")
    assert (ended.code, ended.out, ended.err) == (2, PLAN, "")


def test_what_is_blocked_is_shown_and_ends_with_6(shell: Shell) -> None:
    shell.audiences(TWIN)
    ended = shell("plan --detailed-exitcode")
    assert (ended.code, ended.out, ended.err) == (6, BLOCKED, "")


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ("--report text=plan.txt", "plan.txt"),
        ("--report text=plan.txt --report json=plan.json", "plan.txt, plan.json"),
    ],
)
def test_a_refusal_that_only_files_tell_is_said_with_the_place(
    shell: Shell, reports: str, told: str
) -> None:
    shell.audiences(TWIN)
    ended = shell(f"plan {reports}")
    said = f"Refused by a safety rule. The reason and the way out: {told}\n"
    assert (ended.code, ended.out, ended.err) == (6, "", said)
    assert "BLOCKED update" in (shell.root / "plan.txt").read_text()
    assert shell(f"plan {reports} --report json").err == ""
    assert shell(f"plan {reports} --adopt").err == ""


def test_a_blocked_change_is_free_once_it_is_adopted(shell: Shell) -> None:
    shell.audiences(TWIN)
    ended = shell("plan --adopt")
    assert ended.code == 0
    assert ended.out.endswith("1 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked.\n")


@pytest.mark.parametrize(
    ("files", "flag", "reason"),
    [
        (
            files_of(first=2, last=12),
            "--allow-deletes 2",
            "2 deletes are 16.7% of the 12 managed objects, and the limit is 10%",
        ),
        (
            files_of(first=0, last=12, more=100),
            "--allow-updates 12",
            "12 updates are 100.0% of the 12 managed objects, and the limit is 30%",
        ),
        (
            "segments: []\n",
            "--allow-empty --allow-deletes 12",
            "the files declare nothing, and 12 managed objects would go",
        ),
    ],
)
def test_a_limit_that_is_exceeded_ends_with_6_until_its_flag_is_given(
    shell: Shell, files: str, flag: str, reason: str
) -> None:
    shell.seed(account_of(12))
    shell.audiences(files)

    refused, allowed = shell("plan"), shell(f"plan {flag}")

    assert refused.code == 6
    assert reason in " ".join(refused.out.split())
    assert flag.split(maxsplit=1)[0] in refused.out
    assert allowed.code == 0


def test_an_account_that_lists_nothing_ends_with_6_until_it_is_allowed(shell: Shell) -> None:
    shell.seed(replace(SEED, groups=(), segments=()))

    assert shell("plan").code == 6
    assert shell("plan --allow-empty").code == 0


def test_more_deletes_than_the_number_allowed_end_with_6(shell: Shell) -> None:
    shell.write(
        "segsync.yaml",
        "version: 1\naccounts: {test: {url: 'sandbox:'}}\nlimits: {max_deletes_count: 0}\n",
    )
    shell.audiences(FILES.partition("  - slug_name: buyers")[0])
    refused = shell("plan")
    assert refused.code == 6
    assert "--allow-deletes 1" in refused.out
    assert shell("plan --allow-deletes 1").code == 0


def test_deletes_that_prune_holds_back_are_told_and_end_with_0(shell: Shell) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {test: {url: 'sandbox:'}}\nprune: false\n")
    shell.audiences(FILES.partition("  - slug_name: buyers")[0])
    ended = shell("plan --detailed-exitcode")
    assert ended.code == 0
    assert "buyers" in ended.out


def test_a_delete_of_something_in_use_ends_with_6(shell: Shell) -> None:
    with shell.store() as store:
        add_job(store, "Ads", workflow="google_ads", segments=("buyers",))
    shell.audiences(FILES.partition("  - slug_name: buyers")[0])
    ended = shell("plan")
    assert ended.code == 6
    assert 'google_ads "Ads"' in ended.out


def test_reevaluations_can_be_asked_for(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("plan --reevaluate affected")
    assert "Reevaluated at the end: active, buyers" in ended.out


def test_an_include_that_leads_nowhere_in_the_account_ends_with_3_and_its_line(
    shell: Shell,
) -> None:
    shell.audiences(FILES.replace("INCLUDE active, orders", "INCLUDE actvie, orders"))
    ended = shell("plan")
    assert (ended.code, ended.out) == (3, "")
    assert (
        ended.err
        == """\
audiences/all.yaml:10:29: error: buyers includes actvie, which is neither in the files nor in the \
account [include-missing]
    Did you mean "active"?

1 error.
"""
    )


def test_a_cycle_through_the_account_ends_with_3(shell: Shell) -> None:
    with shell.store() as store:
        edit_segment(store, "foreign", segment_ql="FILTER INCLUDE buyers")
    shell.audiences(FILES.replace("visits > 2", "AND (visits > 2, INCLUDE foreign)"))
    ended = shell("plan")
    assert (ended.code, ended.out) == (3, "")
    summary, way_out, _, total = ended.err.splitlines()
    assert summary.startswith("audiences/all.yaml:")
    assert ": error: the INCLUDEs go round in a circle: " in summary
    assert {"active", "buyers", "foreign"} <= set(summary.split())
    assert way_out == "    Remove one of these INCLUDEs; Lytics cannot evaluate a cycle."
    assert total == "1 error."


def test_what_was_deleted_by_hand_is_created_again(shell: Shell) -> None:
    with shell.store() as store:
        remove_segment(store, "buyers")
    assert "+ buyers" in shell("plan").out


def test_plan_writes_nothing_to_the_account_nor_to_the_repository(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:
        before = shell.files()
        assert shell("plan", LYTICS_API_TOKEN="sandbox").code == 0
        assert {each.method for each in store.requests} == {"GET"}
        assert len(store.requests) == 5
        assert store.writes == ()
    assert shell.files() == before


def test_one_run_feeds_the_terminal_and_any_number_of_files(shell: Shell) -> None:
    shell.audiences(CHANGED)
    reports = ("text", "json=p.json", "markdown=p.md", "text=p.txt")
    ended = shell(f"plan {' '.join(f'--report {each}' for each in reports)}")
    assert (ended.code, ended.out) == (0, PLAN)
    assert shell.stable((shell.root / "p.txt").read_text()) == PLAN
    assert json.loads((shell.root / "p.json").read_text())["summary"]["create"] == 1
    assert "lapsed" in (shell.root / "p.md").read_text()


def test_json_on_standard_output_is_nothing_but_json(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("plan --report json")
    assert ended.err == ""
    assert json.loads(ended.out)["summary"]["update"] == 1


def test_markdown_on_standard_output(shell: Shell) -> None:
    shell.audiences(CHANGED)
    ended = shell("plan --report markdown")
    assert ended.code == 0
    assert ended.out.startswith("#")


def test_a_saved_plan_is_the_json_report_and_is_replaced_whole(shell: Shell) -> None:
    shell.audiences(CHANGED)
    shell.write("plan.json", "old")
    ended = shell("plan --out plan.json --report json")
    assert (shell.root / "plan.json").read_text() == ended.out
    assert sorted(each.name for each in shell.root.iterdir()) == [
        ".segsync",
        "audiences",
        "plan.json",
        "segsync.yaml",
    ]


def test_a_plan_that_cannot_be_saved_ends_with_3_and_the_place(shell: Shell) -> None:
    ended = shell("plan --out nowhere/plan.json")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.endswith("Error: Invalid value for '--out': there is no folder nowhere.\n")


def test_an_option_can_come_from_the_environment(shell: Shell, tmp_path: Path) -> None:
    shell.audiences(CHANGED)
    other = tmp_path / "other.yaml"
    other.write_text((tmp_path / "segsync.yaml").read_text())
    ended = shell(
        "plan",
        SEGSYNC_REPORT="json text=p.txt",
        SEGSYNC_DETAILED_EXITCODE="1",
        SEGSYNC_CONFIG=str(other),
        SEGSYNC_VERSION="0.1",
    )
    assert ended.code == 2
    assert json.loads(ended.out)
    assert shell.stable((tmp_path / "p.txt").read_text()) == PLAN


def test_a_plan_whose_token_may_not_see_jobs_names_what_it_lacks(shell: Shell) -> None:
    shell.audiences(CHANGED)
    with shell.served() as store:
        set_switches(store, segment_roles_only=True)
        ended = shell("plan", LYTICS_API_TOKEN="sandbox-editor")
    told = re.sub(r"request [0-9a-f]{32}", "request ID", ended.err)
    assert (ended.code, ended.out, told) == (
        4,
        "",
        (
            "Error: GET /v2/job: Not authorized (FORBIDDEN-026); the roles of the token do not"
            " cover reading jobs (HTTP 403) [request ID]\n"
            "Give the token a role that covers jobs too (Security > Access Tokens in Lytics).\n"
        ),
    )
