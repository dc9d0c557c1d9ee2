"""What was deleted and made again since a run has a new id; rolling the run back goes on."""

import pytest

from segsync.sandbox.edits import add_segment, edit_group, remove_segment
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, Shell
from tests.cli.test_rollback import State, applied, last_run, rolled_back, state

ALLOWED = "--auto-approve --allow-deletes 3"
WITHOUT_GROUP = FILES.replace("    groups: [Campaigns]\n", "    groups: []\n").replace(
    "groups:\n  - name: Campaigns\n    description: For the first quarter\n", ""
)
DESCRIBED = FILES.replace("For the first quarter", "For the second quarter")
RENAMED = FILES.replace("name: Campaigns", "name: Autumn\n    previously: [Campaigns]").replace(
    "groups: [Campaigns]", "groups: [Autumn]"
)
FRESH = """\
  - {slug_name: fresh, name: Fresh, segment_ql: FILTER visits > 9}
  - {slug_name: leaf, name: Leaf, segment_ql: "FILTER AND (INCLUDE fresh, orders > 1)"}
"""


def without_and_back(shell: Shell, files: str) -> None:
    """Apply files without something, and undo that, so that it is made again."""
    there = state(shell).keys()
    shell.audiences(files)
    assert shell(f"apply {ALLOWED}").code == 0
    assert rolled_back(shell, last_run(shell), ALLOWED).code == 0
    assert state(shell).keys() == there


def members(shell: Shell) -> dict[str, list[str]]:
    """Return the slugs of the segments of each group, by the name of the group."""
    names = {str(each["id"]): str(each["name"]) for each in shell.objects(Kind.GROUP)}
    found: dict[str, list[str]] = {name: [] for name in names.values()}
    for each in shell.objects(Kind.SEGMENT):
        for identity in each.get("groups") or ():
            found[names[identity]].append(str(each["slug_name"]))
    return found


@pytest.mark.parametrize("earlier", [DESCRIBED, RENAMED])
def test_a_group_that_was_made_again_is_rolled_back_to_before_an_earlier_run(
    shell: Shell, earlier: str
) -> None:
    before: State = state(shell)
    run = applied(shell, earlier)
    without_and_back(shell, WITHOUT_GROUP)
    ended = rolled_back(shell, run)
    assert ended.code == 0, ended.out
    assert "was deleted and made again since the run; the new one counts" in ended.out
    assert state(shell) == before
    assert members(shell) == {"Campaigns": ["buyers"]}


def test_members_keep_their_place_in_a_group_that_was_renamed_later(shell: Shell) -> None:
    run = applied(shell, FILES.replace("orders > 0", "orders > 7"))
    with shell.store() as store:
        edit_group(store, "Campaigns", name="Theirs")
    ended = rolled_back(shell, run)
    assert ended.code == 0, ended.out
    assert members(shell) == {"Theirs": ["buyers"]}
    assert "orders > 0" in str(state(shell)["buyers"]["segment_ql"])


def test_what_a_run_made_is_removed_when_it_was_made_again(shell: Shell) -> None:
    before = state(shell)
    run = applied(shell, FILES + FRESH)
    without_and_back(shell, FILES)
    assert rolled_back(shell, run, ALLOWED).code == 0
    assert state(shell) == before


def test_what_names_the_old_id_of_a_segment_that_was_made_again_is_no_conflict(
    shell: Shell,
) -> None:
    shell.audiences(FILES + FRESH)
    assert shell("apply --auto-approve").code == 0
    (fresh,) = (each for each in shell.objects(Kind.SEGMENT) if each["slug_name"] == "fresh")
    by_id = (FILES + FRESH).replace("INCLUDE fresh", f"INCLUDE `{fresh['id']}`")
    run = applied(
        shell, by_id.replace("orders > 1", "orders > 2").replace("name: Fresh", "name: F")
    )
    without_and_back(shell, FILES)
    ended = rolled_back(shell, run)
    assert ended.code == 0, ended.out
    assert "orders > 1" in str(state(shell)["leaf"]["segment_ql"])
    assert state(shell)["fresh"]["name"] == "Fresh"


def test_what_somebody_made_in_its_place_is_not_taken_for_it(shell: Shell) -> None:
    run = applied(shell, FILES.replace("orders > 0", "orders > 7"))
    with shell.store() as store:
        remove_segment(store, "buyers")
        add_segment(store, slug_name="buyers", name="Theirs", segment_ql="FILTER visits > 99")
    ended = rolled_back(shell, run)
    assert ended.code == 6
    assert "it was deleted by somebody else since the run" in ended.out
