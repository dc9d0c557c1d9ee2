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


def test_what_a_later_run_took_away_has_to_come_back_first(shell: Shell) -> None:
    only_active = FILES.split("  - slug_name: buyers")[0]
    shell.audiences(only_active)
    assert shell("apply --auto-approve --allow-deletes 1").code == 0
    run = last_run(shell)
    shell.audiences("segments: []\n")
    assert shell("apply --auto-approve --allow-deletes 2 --allow-empty").code == 0
    later = last_run(shell)
    refused = rolled_back(shell, run)
    assert refused.code == 3
    assert "buyers includes active, which is neither in the files nor in the account" in refused.err
    way_out = "It went after the run: roll back first what took it away, or make it again."
    assert way_out in refused.err
    for each in (later, run):
        ended = rolled_back(shell, each, "--auto-approve --allow-deletes 2")
        assert ended.code == 0, ended.out
    assert state(shell).keys() == {"active", "buyers", "foreign", "Campaigns"}
