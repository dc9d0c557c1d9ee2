from segsync.sandbox.edits import add_segment, remove_segment
from tests.cli.shell import FILES, Shell
from tests.cli.test_rollback import applied, last_run, rolled_back, state


def test_what_included_a_deleted_segment_is_blocked_when_another_has_its_slug(shell: Shell) -> None:
    dependants = """\
  - {slug_name: kept, name: Kept, segment_ql: "FILTER AND (INCLUDE buyers, visits > 1)"}
  - {slug_name: named, name: Named, segment_ql: "FILTER AND (INCLUDE buyers, visits > 2)"}
  - {slug_name: gone, name: Gone, segment_ql: "FILTER AND (INCLUDE buyers, visits > 3)"}
  - {slug_name: leaf, name: Leaf, segment_ql: "FILTER AND (INCLUDE gone, visits > 4)"}
"""
    applied(shell, FILES + dependants)
    without = FILES.split("  - slug_name: buyers")[0] + (
        "  - {slug_name: kept, name: Kept, segment_ql: FILTER visits > 1}\n"
        "  - {slug_name: named, name: Other, segment_ql: FILTER visits > 2}\n"
    )
    shell.audiences(
        without.replace("visits > 2}", "visits > 3}").replace("name: Active", "name: A")
    )
    assert shell("apply --auto-approve --allow-deletes 3").code == 0
    run = last_run(shell)
    with shell.store() as store:
        add_segment(store, slug_name="buyers", name="Theirs", segment_ql="FILTER visits > 99")
    before = state(shell)
    ended = rolled_back(shell, run, "--auto-approve --skip-blocked")
    told = " ".join(ended.out.split())
    assert ended.code == 7
    assert "it is there again, made by somebody else since the run" in told
    for blocked in ("kept BLOCKED update", "named BLOCKED update", "gone BLOCKED create"):
        assert f"{blocked}: it included buyers, which cannot be made again" in told
    assert "leaf BLOCKED create: it included gone, which cannot be made again" in told
    before["active"]["name"] = "Active"
    assert state(shell) == before


def test_a_definition_that_the_run_left_alone_does_not_hold_the_rest_back(shell: Shell) -> None:
    user = (
        '  - {slug_name: user, name: %s, segment_ql: "FILTER AND (INCLUDE buyers, visits > 1)"}\n'
    )
    applied(shell, FILES + user % "User")
    run = applied(shell, FILES.replace("orders > 0", "orders > 1") + user % "Renamed")
    with shell.store() as store:
        remove_segment(store, "buyers")
        add_segment(store, slug_name="buyers", name="Theirs", segment_ql="FILTER visits > 99")
    ended = rolled_back(shell, run, "--auto-approve --skip-blocked")
    assert ended.code == 7
    assert "it was deleted by somebody else since the run" in ended.out
    assert state(shell)["user"]["name"] == "User"
