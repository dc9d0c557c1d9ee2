import json
import re
from dataclasses import replace

import pytest

from segsync.sandbox.controls import add_fault
from segsync.sandbox.edits import add_job, add_segment, edit_segment
from segsync.sandbox.seed import stable_id
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, SEED, Shell
from tests.schemas import committed, violations

ACTIVE = """\
segsync show · account 1234 "Acme" (test) · 8 API calls · 0.1 s

  · segment      active "Active"
  · files        equal to the account
      audiences/all.yaml:5
  · ownership    managed by segsync
  · size         N profiles
  · who          in plain English
      visits is more than 2
  · definition   in FilterQL
      FILTER visits > 2
      FROM user
      ALIAS active
  · set to       table user · kind segment · not public · in no group · keeps the history of its
                 size
  · id           ID
  · changed      2026-01-31T09:30:00.000Z, created 2026-01-31T09:30:00.000Z (author jonas.lind)
  · includes     nothing
  · included by  1 segment, at any distance
      buyers "Buyers"
  · jobs         used by no job
  · flows        used by no flow

Show: equal; includes 0, included by 1, 0 active jobs, N profiles.
"""
MISSING = """\
error: neither the account nor the files have a segment "activ" [no-such-segment]
    Did you mean "active"?

1 error.
"""


def stable(text: str) -> str:
    """Return a report without ids and sizes, which depend on names and on the population."""
    text = re.sub(r"\b[0-9a-f]{32}\b", "ID", text)
    text = re.sub(r"[\d,]+ profile(?!s of)s?", "N profiles", text)
    return re.sub(
        r"^      [\d,]+ at .*\n|^      (?:low|high)est .*\n", "", text, flags=re.MULTILINE
    )


def test_a_segment_is_shown_with_all_that_is_known_of_it(shell: Shell) -> None:
    ended = shell("show active")
    assert (ended.code, stable(ended.out), ended.err) == (0, ACTIVE, "")


@pytest.mark.parametrize("word", ["ACTIVE", stable_id(Kind.SEGMENT, "active"), "was_active"])
def test_an_id_a_former_slug_and_capitals_lead_to_the_segment(shell: Shell, word: str) -> None:
    shell.audiences(FILES.replace("name: Active", "name: Active\n    previously: [was_active]"))
    assert stable(shell(f"show {word}").out) == ACTIVE


def test_a_word_that_is_no_segment_ends_with_3_and_a_suggestion(shell: Shell) -> None:
    ended = shell("show activ")
    assert (ended.code, ended.out, ended.err) == (3, "", MISSING)


def test_what_differs_from_the_files_is_shown_as_an_apply_would_change_it(shell: Shell) -> None:
    with shell.store() as store:
        edit_segment(store, "active", segment_ql="FILTER visits > 7", author_id="eva")
    out = shell("show active").out
    assert (
        "  ~ files        differ from the account in definition; an apply would change that\n"
        in out
    )
    assert "      ~ visits > 7  ->  > 2  (loosened)\n" in out
    assert " (author eva)\n" in out


def test_a_segment_that_is_in_no_file_is_shown_too(shell: Shell) -> None:
    out = shell("show foreign").out
    assert "  · files        do not declare it\n" in out
    assert "  · ownership    not managed by segsync, which leaves it alone\n" in out


def test_a_segment_of_lytics_says_so(shell: Shell) -> None:
    with shell.store() as store:
        add_segment(store, slug_name="all", name="All", segment_ql="FILTER *", tags=["predefined"])
    out = shell("show all").out
    assert "  · ownership    predefined by Lytics: segsync never writes it\n" in out


def test_a_segment_that_is_only_in_the_files_is_shown_as_declared(shell: Shell) -> None:
    shell.audiences(FILES + "  - {slug_name: new, name: New, segment_ql: FILTER INCLUDE active}\n")
    ended = shell("show new")
    assert ended.code == 0
    assert "an apply would create it\n" in ended.out
    assert '  · includes    1 segment, at any distance\n      active "Active"\n' in ended.out
    assert "  · jobs " not in ended.out


def test_files_with_errors_do_not_hide_the_account(shell: Shell) -> None:
    shell.audiences(FILES + "  - {slug_name: bad, segment_ql: FILTER (((}\n")
    ended = shell("show active")
    assert ended.code == 0
    assert "      the files have errors: segsync validate tells them\n" in ended.out


def test_files_that_do_not_fit_the_account_do_not_hide_it(shell: Shell) -> None:
    shell.audiences(FILES + "  - {slug_name: bad, name: Bad, segment_ql: FILTER INCLUDE nobody}\n")
    ended = shell("show active")
    assert ended.code == 0
    assert "      the files do not fit the account: see segsync plan\n" in ended.out


def test_jobs_are_told_with_the_segment_that_they_reach_it_through(shell: Shell) -> None:
    with shell.store() as store:
        add_job(store, "Promo", workflow="ads", segments=("buyers",))
    assert '  · jobs         used by 1 active job\n      running: ads "Promo" through buyers\n' in (
        shell("show active").out
    )


def test_the_document_satisfies_its_schema(shell: Shell) -> None:
    ended = shell("show buyers --report json --report markdown=s.md --report text=s.txt")
    document = json.loads(ended.out)
    assert violations(document, committed("show")) == []
    assert document["includes"][0]["key"] == "active"
    assert document["declaration"]["source"]["path"] == "audiences/all.yaml"
    assert (shell.root / "s.md").read_text().startswith("### segsync show: a segment\n")
    assert "buyers" in (shell.root / "s.txt").read_text()


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("GET /v2/job 403", "  · jobs         not known: GET /v2/job: "),
        ("GET /v2/flow/ui 404", "  · flows        not known: GET /v2/flow/ui: "),
        ("GET /api/segment/*/size 404", "  · size         not known: GET /api/segment/"),
        ("GET /api/segment/attribution 404", "  · history      not known: GET /api/segment/"),
        ("GET /v2/segment/*/jobs 404", "  · jobs         used by no job\n"),
    ],
)
def test_what_the_account_does_not_tell_is_named_and_no_failure(
    shell: Shell, fault: str, line: str
) -> None:
    with shell.store() as store:
        add_fault(store, fault)
    ended = shell("show active")
    assert ended.code == 0
    assert line in ended.out


def test_a_flow_that_starts_with_the_segment_is_told(shell: Shell) -> None:
    flow = {"name": "Welcome", "status": "running", "entry": "active"}
    shell.seed(replace(SEED, flows=(flow,)))
    assert '  · flows        used by 1 active flow\n      running: flow "Welcome"\n' in (
        shell("show active").out
    )


def test_a_job_that_both_lists_have_is_told_once(shell: Shell) -> None:
    with shell.store() as store:
        add_job(store, "Promo", workflow="ads", segments=("active",))
    assert '  · jobs         used by 1 active job\n      running: ads "Promo"\n' in (
        shell("show active").out
    )


def test_a_token_that_is_refused_on_the_way_is_no_detail(shell: Shell) -> None:
    with shell.store() as store:
        add_fault(store, "GET /v2/job 401")
    assert shell("show active").code == 4


def test_a_job_that_only_one_of_both_lists_has_is_told(shell: Shell) -> None:
    with shell.store() as store:
        add_job(store, "Promo", workflow="ads", segments=("active",))
        add_fault(store, "GET /v2/job 403")
    assert "  · jobs         used by 1 active job; there may be others: GET /v2/job: " in (
        shell("show active").out
    )


def test_a_token_that_is_refused_ends_with_4(shell: Shell) -> None:
    with shell.served():
        assert shell("show active", LYTICS_API_TOKEN="sandbox-expired").code == 4


def test_show_writes_nothing(shell: Shell) -> None:
    with shell.served() as store:
        files = shell.files()
        assert shell("show active", LYTICS_API_TOKEN="sandbox-view").code == 0
        assert store.writes == ()
        assert {each.method for each in store.requests} == {"GET"}
    assert shell.files() == files
