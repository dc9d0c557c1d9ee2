import json

import pytest

from segsync.sandbox.edits import add_segment, edit_segment, remove_segment
from tests.cli.shell import FILES, Shell
from tests.cli.test_plan import TWIN

IN_STEP = """\
segsync drift · account 1234 "Acme" (test) · 3 managed of 4 live · 3 API calls · 0.1 s

No drift. The account matches the files.
(3 unchanged, 1 unmanaged)

Drift: 0 changed, 0 missing, 0 extra, 0 renamed, 0 unmarked, 0 blocked; 0 accepted, 0 invalid.
"""


def by_hand(shell: Shell) -> None:
    """Change a definition, delete a segment and add one, as somebody does in the UI."""
    with shell.store() as store:
        edit_segment(store, "active", segment_ql="FILTER visits > 1", author_id="jonas.lind")
        remove_segment(store, "buyers")
        add_segment(
            store,
            slug_name="copy",
            name="Copy",
            segment_ql="FILTER visits > 7 FROM user ALIAS copy",
            tags=["segsync"],
        )


def test_without_drift_the_command_ends_with_0(shell: Shell) -> None:
    ended = shell("drift")
    assert (ended.code, ended.out, ended.err) == (0, IN_STEP, "")


def test_drift_is_told_with_the_author_on_record_and_ends_with_2(shell: Shell) -> None:
    by_hand(shell)
    ended = shell("drift")
    assert (ended.code, ended.err) == (2, "")
    lines = ended.out.splitlines()
    assert "  ~ active  changed: definition" in lines
    assert "      ~ visits > 2  ->  > 1  (loosened)" in lines
    assert any(each.endswith(" (author jonas.lind)") for each in lines)
    assert "  - buyers  missing" in lines
    assert "  + copy    extra" in lines
    assert lines[-1] == (
        "Drift: 1 changed, 1 missing, 1 extra, 0 renamed, 0 unmarked, 0 blocked;"
        " 0 accepted, 0 invalid."
    )


def test_applying_the_files_ends_the_drift(shell: Shell) -> None:
    by_hand(shell)
    assert shell("apply --auto-approve").code == 0
    assert shell("drift").code == 0


def test_drift_that_no_apply_may_undo_is_drift_all_the_same(shell: Shell) -> None:
    shell.audiences(TWIN)
    assert shell("drift").code == 2


def test_a_managed_segment_that_the_account_calls_invalid_is_drift(shell: Shell) -> None:
    with shell.store() as store:
        edit_segment(store, "active", invalid=True, invalid_reason="no such field: visits")
    ended = shell("drift")
    assert ended.code == 2
    assert "no such field: visits" in ended.out


@pytest.mark.parametrize(("until", "code"), [("2999-12-31", 0), ("2020-01-01", 2)])
@pytest.mark.parametrize("field", ["tags", "definition"])
def test_accepted_drift_is_no_drift_until_its_day(
    shell: Shell, until: str, code: int, field: str
) -> None:
    accepted = f"    accept_drift: {{fields: [{field}], until: {until}, reason: agency}}\n"
    extra = f"    tags: []\n    reevaluate: on-change\n{accepted}"
    shell.audiences(FILES.replace("  - slug_name: buyers", f"{extra}  - slug_name: buyers"))
    with shell.store() as store:
        if field == "tags":
            edit_segment(store, "active", tags=["segsync", "agency"])
        else:
            edit_segment(store, "active", segment_ql="FILTER visits > 1")
    ended = shell("drift")
    assert ended.code == code
    assert ("1 accepted" in ended.out) == (code == 0)


def test_the_reports_of_drift(shell: Shell) -> None:
    by_hand(shell)
    ended = shell("drift --report json --report markdown=d.md --report text=d.txt")
    assert ended.code == 2
    assert json.loads(ended.out)["summary"]["update"] == 1
    assert (shell.root / "d.md").read_text().startswith("#")
    assert "1 changed, 1 missing, 1 extra" in (shell.root / "d.txt").read_text()


def test_drift_writes_nothing(shell: Shell) -> None:
    by_hand(shell)
    with shell.served() as store:
        files = shell.files()
        assert shell("drift", LYTICS_API_TOKEN="sandbox").code == 2
        assert store.writes == ()
        assert {each.method for each in store.requests} == {"GET"}
    assert shell.files() == files
