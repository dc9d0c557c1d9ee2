import re

import pytest

from segsync.sandbox.edits import edit_segment
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, Ended, Shell

CHANGED = """\
groups:
  - name: Autumn
    previously: [Campaigns]
    description: For the last quarter
segments:
  - slug_name: active
    name: Very active
    segment_ql: FILTER visits > 5
  - slug_name: fresh
    name: Fresh
    segment_ql: FILTER AND (INCLUDE active, visits < 9)
    groups: [Autumn]
"""

State = dict[str, dict[str, object]]


def state(shell: Shell) -> State:
    """Return what a client can see of each object, by key, without ids and times."""
    server_made = {"id", "created", "updated", "short_id", "author", "author_id", "groups"}
    found: State = {}
    for kind, key in ((Kind.SEGMENT, "slug_name"), (Kind.GROUP, "name")):
        for each in shell.objects(kind):
            kept = {name: value for name, value in each.items() if name not in server_made}
            kept["in groups"] = len(each.get("groups") or ())
            found[str(each[key])] = kept
    return found


def last_run(shell: Shell) -> str:
    listed = shell("history").out.splitlines()[1]
    return listed.split()[0]


def applied(shell: Shell, files: str = CHANGED) -> str:
    """Apply files and return the name of the run."""
    shell.audiences(files)
    ended = shell("apply --auto-approve")
    assert ended.code == 0, ended.err
    return last_run(shell)


def rolled_back(shell: Shell, run: str, options: str = "--auto-approve") -> Ended:
    return shell(f"rollback {run} {options}")


def test_a_rollback_puts_back_what_the_run_changed_made_and_deleted(shell: Shell) -> None:
    before = state(shell)
    run = applied(shell)
    assert state(shell).keys() == {"active", "fresh", "foreign", "Autumn"}
    ended = rolled_back(shell, run)
    assert ended.code == 0, ended.out
    assert state(shell) == before
    assert re.search(
        r"segment buyers is made again with a new id: exports and whatever else knows the old"
        r"\s+one, [0-9a-f]+, do not\s+follow",
        ended.out,
    )
    assert (
        "Applied: 1 created, 1 updated, 1 renamed, 1 deleted, 0 adopted; 0 failed, 0 skipped."
        in ended.out
    )
    shell.audiences()
    assert shell("plan --detailed-exitcode").code == 0


def test_a_rollback_of_a_rollback_is_where_the_run_had_led(shell: Shell) -> None:
    run = applied(shell)
    after = state(shell)
    assert rolled_back(shell, run).code == 0
    assert rolled_back(shell, last_run(shell)).code == 0
    assert state(shell) == after


def test_a_rollback_of_what_is_undone_already_has_nothing_to_do(shell: Shell) -> None:
    run = applied(shell)
    assert rolled_back(shell, run).code == 0
    version = shell.version()
    again = rolled_back(shell, run, "")
    assert "Plan: 0 to create, 0 to update, 0 to rename, 0 to delete, 0 to adopt, 0" in again.out
    assert (again.code, shell.version()) == (0, version)


def test_what_somebody_made_again_in_another_way_is_blocked(shell: Shell) -> None:
    run = applied(shell)
    applied(shell, FILES.replace("orders > 0", "orders > 7"))
    version = shell.version()
    ended = rolled_back(shell, run, "")
    assert "it is there again, made by somebody else since the run" in ended.out
    assert (ended.code, shell.version()) == (6, version)


SUCCEEDED = """\
groups:
  - {name: Autumn, previously: [Campaigns]}
  - {name: Campaigns}
segments:
  - {slug_name: visitors, previously: [active], name: Active, segment_ql: FILTER visits > 2}
  - {slug_name: active, name: Another, segment_ql: FILTER visits < 1}
  - slug_name: buyers
    name: Buyers
    segment_ql: FILTER AND (INCLUDE visitors, orders > 1)
    groups: [Autumn]
"""


def ids(shell: Shell, *keys: str) -> list[str]:
    """Return the ids of the objects that have these keys, in this order."""
    found = {each["slug_name"]: each["id"] for each in shell.objects(Kind.SEGMENT)}
    found |= {each["name"]: each["id"] for each in shell.objects(Kind.GROUP)}
    return [found[key] for key in keys]


def test_what_was_renamed_is_never_deleted_for_what_took_its_place_later(shell: Shell) -> None:
    active, campaigns = ids(shell, "active", "Campaigns")
    renamed = SUCCEEDED.replace("  - {name: Campaigns}\n", "").replace(
        "  - {slug_name: active, name: Another, segment_ql: FILTER visits < 1}\n", ""
    )
    run = applied(shell, renamed)
    applied(shell, SUCCEEDED)
    refused = rolled_back(shell, run)
    told = " ".join(refused.out.split())
    assert refused.code == 6
    assert 'it cannot be called "active" again: another segment has taken that place' in told
    assert 'it cannot be called "Campaigns" again: another group has taken that place' in told
    ended = rolled_back(shell, run, "--auto-approve --skip-blocked")
    assert ended.code == 7
    assert ids(shell, "visitors", "Autumn") == [active, campaigns]
    buyers = next(each for each in shell.objects(Kind.SEGMENT) if each["slug_name"] == "buyers")
    assert "INCLUDE visitors, orders > 0" in " ".join(buyers["segment_ql"].split())
    assert buyers["groups"] == [campaigns]


def test_a_run_that_renamed_and_filled_the_place_is_undone_in_two_steps(shell: Shell) -> None:
    active, campaigns = ids(shell, "active", "Campaigns")
    shell.audiences(SUCCEEDED.replace("  - {name: Campaigns}\n", ""))
    assert shell("apply --auto-approve").code == 0
    run = last_run(shell)
    assert ids(shell, "visitors", "Autumn") == [active, campaigns]
    refused = rolled_back(shell, run)
    assert refused.code == 6
    assert "the run itself made that one: --skip-blocked removes it" in refused.out
    assert rolled_back(shell, run, "--auto-approve --skip-blocked").code == 7
    assert rolled_back(shell, run).code == 0
    assert ids(shell, "active", "Campaigns") == [active, campaigns]
    shell.audiences()
    assert shell("plan --detailed-exitcode").code == 0


ONE, TWO = "FILTER visits > 3}", "FILTER visits < 3}"
UNSWAPPED = f"""\
segments:
  - {{slug_name: one, name: One, segment_ql: {ONE}
  - {{slug_name: two, name: Two, segment_ql: {TWO}
  - {{slug_name: three, name: Three, segment_ql: "FILTER AND (INCLUDE one, visits > 0)"}}
"""
SWAPPED = f"""\
segments:
  - {{slug_name: two, previously: [one], name: One, segment_ql: {ONE}
  - {{slug_name: one, previously: [two], name: Two, segment_ql: {TWO}
  - {{slug_name: three, name: Three, segment_ql: "FILTER AND (INCLUDE two, visits > 0)"}}
"""


def unswapped(shell: Shell) -> list[str]:
    """Let the account have what is swapped next, and return the ids."""
    shell.audiences(UNSWAPPED)
    assert shell("apply --auto-approve --allow-deletes 3").code == 0
    return ids(shell, "one", "two", "three")


@pytest.mark.parametrize("write", range(1, 7))
def test_a_rollback_of_a_swap_that_was_cut_short_is_finished_by_the_next(
    shell: Shell, write: int
) -> None:
    there = unswapped(shell)
    run = applied(shell, SWAPPED)
    assert shell(f"sandbox fault add 'WRITE 400 nth={write}'").code == 0
    first = rolled_back(shell, run)
    assert shell("sandbox fault clear").code == 0
    assert first.code in {0, 7}
    assert rolled_back(shell, run).code == 0
    assert ids(shell, "one", "two", "three") == there
    shell.audiences(UNSWAPPED)
    assert shell("plan --detailed-exitcode").code == 0


@pytest.mark.parametrize("write", range(1, 7))
def test_a_swap_that_was_cut_short_is_undone_at_once(shell: Shell, write: int) -> None:
    there = unswapped(shell)
    shell.audiences(SWAPPED)
    assert shell(f"sandbox fault add 'WRITE 400 nth={write}'").code == 0
    assert shell("apply --auto-approve").code == 7
    assert shell("sandbox fault clear").code == 0
    ended = rolled_back(shell, last_run(shell))
    assert ended.code == 0, ended.out
    assert ids(shell, "one", "two", "three") == there
    shell.audiences(UNSWAPPED)
    assert shell("plan --detailed-exitcode").code == 0


@pytest.mark.parametrize("write", range(3, 7))
def test_an_apply_after_half_a_rollback_gives_no_audience_the_definition_of_another(
    shell: Shell, write: int
) -> None:
    one, two, _ = unswapped(shell)
    run = applied(shell, SWAPPED)
    assert shell(f"sandbox fault add 'WRITE 400 nth={write}'").code == 0
    rolled_back(shell, run)
    assert shell("sandbox fault clear").code == 0
    assert shell("apply --auto-approve").code in {0, 6}
    found = {each["id"]: str(each["segment_ql"]) for each in shell.objects(Kind.SEGMENT)}
    assert ("visits > 3" in found[one], "visits < 3" in found[two]) == (True, True)
    assert rolled_back(shell, run).code == 0
    assert ids(shell, "one", "two") == [one, two]


def test_the_undoing_of_half_a_swap_can_be_saved_and_applied(shell: Shell) -> None:
    there = unswapped(shell)
    shell.audiences(SWAPPED)
    assert shell("sandbox fault add 'WRITE 400 nth=5'").code == 0
    assert shell("apply --auto-approve").code == 7
    assert shell("sandbox fault clear").code == 0
    assert rolled_back(shell, last_run(shell), "--out plan.json").code == 0
    assert shell("apply plan.json").code == 0
    assert ids(shell, "one", "two", "three") == there


def test_a_swap_of_which_one_half_was_changed_since_stays_swapped(shell: Shell) -> None:
    shell.audiences(
        FILES.replace("buyers", "one").replace("INCLUDE active", "visits > 3")
        + "  - {slug_name: two, name: Two, segment_ql: FILTER visits < 3}\n"
    )
    assert shell("apply --auto-approve --allow-deletes 1").code == 0
    one, two = ids(shell, "one", "two")
    swapped = """\
groups:
  - name: Campaigns
segments:
  - {slug_name: active, name: Active, segment_ql: FILTER visits > 2}
  - slug_name: two
    previously: [one]
    name: Buyers
    segment_ql: FILTER AND (visits > 3, orders > 0)
    groups: [Campaigns]
  - {slug_name: one, previously: [two], name: Two, segment_ql: FILTER visits < 3}
"""
    run = applied(shell, swapped)
    assert ids(shell, "two", "one") == [one, two]
    with shell.store() as store:
        edit_segment(store, "one", description="By hand")
    ended = rolled_back(shell, run, "--auto-approve --skip-blocked")
    assert ended.code == 7
    assert "it was changed by somebody else since the run" in ended.out
    assert 'it cannot be called "one" again' in ended.out
    assert ids(shell, "two", "one") == [one, two]


@pytest.mark.parametrize("options", ["--auto-approve", "--auto-approve --skip-blocked"])
def test_what_somebody_changed_since_is_blocked_and_left_as_it_is(
    shell: Shell, options: str
) -> None:
    run = applied(
        shell, FILES.replace("visits > 2", "visits > 5").replace("orders > 0", "visits > 1")
    )
    with shell.store() as store:
        edit_segment(store, "active", name="By hand")
    ended = rolled_back(shell, run, options)
    assert ended.code == (7 if "skip" in options else 6)
    assert "it was changed by somebody else since the run" in ended.out
    assert state(shell)["active"]["name"] == "By hand"
    assert ("orders" in str(state(shell)["buyers"])) == ("skip" in options)


def test_what_somebody_deleted_since_is_a_conflict(shell: Shell) -> None:
    run = applied(shell, FILES.replace("orders > 0", "visits > 1"))
    shell.audiences(FILES.split("  - slug_name: buyers")[0])
    assert shell("apply --auto-approve").code == 0
    ended = rolled_back(shell, run)
    assert ended.code == 6
    assert "it was deleted by somebody else since the run" in ended.out


def test_a_rollback_can_be_saved_reviewed_and_applied(shell: Shell) -> None:
    before = state(shell)
    run = applied(shell)
    version = shell.version()
    saved = rolled_back(shell, run, "--out plan.json")
    assert (saved.code, shell.version()) == (0, version)
    assert "the run created it" in saved.out or "fresh" in saved.out
    assert shell("apply plan.json").code == 0
    assert state(shell) == before


def test_an_adoption_stays_and_is_told(shell: Shell) -> None:
    foreign = "  - {slug_name: foreign, name: Foreign, segment_ql: 'FILTER country = \"US\"'}\n"
    run = applied(shell, FILES + foreign)
    version = shell.version()
    ended = rolled_back(shell, run)
    assert (ended.code, shell.version()) == (0, version)
    assert "foreign was taken over by the run, and stays managed here" in ended.out


def test_the_limits_hold_for_a_rollback(shell: Shell) -> None:
    shell.write(
        "segsync.yaml",
        'version: 1\naccounts:\n  test: {url: "sandbox:"}\nlimits: {max_deletes_count: 1}\n',
    )
    more = "".join(
        f"  - {{slug_name: n{n}, name: N, segment_ql: FILTER visits > {n}}}\n" for n in (1, 2)
    )
    run = applied(shell, FILES + more)
    ended = rolled_back(shell, run)
    assert ended.code == 6
    assert "2 deletes, and the limit is 1" in ended.out
    assert rolled_back(shell, run, "--auto-approve --allow-deletes 2").code == 0
    assert state(shell).keys() == {"active", "buyers", "foreign", "Campaigns"}


def test_a_run_that_does_not_exist_is_told(shell: Shell) -> None:
    ended = rolled_back(shell, "2020")
    assert ended.code == 3
    assert 'error: there is no run "2020" [no-run]\n' in ended.err


def test_a_run_that_is_undone_already_leaves_nothing_to_undo(shell: Shell) -> None:
    more = "  - {slug_name: fresh, name: Fresh, segment_ql: FILTER visits > 9}\n"
    run = applied(shell, FILES + more)
    assert rolled_back(shell, run, "--auto-approve --allow-deletes 1").code == 0
    again = rolled_back(shell, run, "--auto-approve")
    assert again.code == 0
    assert again.out.startswith("segsync rollback · ")
    assert "No changes. There is nothing to undo.\n" in again.out
    assert "the files" not in again.out


def test_a_beginning_that_several_runs_have_is_told(shell: Shell) -> None:
    more = "  - {slug_name: fresh, name: Fresh, segment_ql: FILTER visits > 9}\n"
    rolled_back(shell, applied(shell, FILES + more), "--auto-approve --allow-deletes 1")
    ended = rolled_back(shell, "2")
    assert ended.code == 3
    assert 'error: 2 runs begin with "2" [no-run]\n' in ended.err


def test_a_run_on_another_account_is_refused(shell: Shell) -> None:
    run = applied(shell)
    path = shell.root / f".segsync/journal/{run}.jsonl"
    path.write_text(path.read_text().replace('"aid": 1234, "account"', '"aid": 9, "account"'))
    ended = rolled_back(shell, run)
    assert ended.code == 4
    assert f"run {run} wrote to account 9 at sandbox:" in ended.err


def test_a_run_with_changes_in_flight_is_settled_first(shell: Shell) -> None:
    run = applied(shell)
    path = shell.root / f".segsync/journal/{run}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(
        "".join(each for each in lines if '"outcome"' not in each and "finish" not in each)
    )
    saved = rolled_back(shell, run, "--out plan.json")
    assert saved.code == 3
    assert f"run {run} has changes in flight, and nobody knows what became of them" in saved.err
    assert f"segsync rollback {run} without --out settles them first" in saved.err
    ended = rolled_back(shell, run)
    assert ended.code == 0, ended.err
    assert "create of fresh: it took effect" in ended.err
    assert "delete of buyers: it took effect" in ended.err, ended.out
    assert state(shell).keys() == {"active", "buyers", "foreign", "Campaigns"}


def test_what_the_run_created_and_somebody_removed_needs_nothing(shell: Shell) -> None:
    new = "  - {slug_name: fresh, name: Fresh, segment_ql: FILTER visits > 9}\n"
    run = applied(shell, FILES + new)
    applied(shell, FILES)
    version = shell.version()
    assert rolled_back(shell, run).code == 0
    assert shell.version() == version


def test_what_failed_half_way_is_no_success_of_a_rollback(shell: Shell) -> None:
    assert shell("sandbox switch trim_texts on").code == 0
    spaced = FILES.replace("name: Active", "name: 'Active '").replace("visits > 2", "visits > 7")
    shell.audiences(spaced)
    assert shell("apply --auto-approve").code == 7
    run = last_run(shell)
    ended = rolled_back(shell, run)
    told = " ".join(ended.out.split())
    assert ended.code == 6
    assert "it is not as before the run, which did not finish the update of it" in told
    applied(shell, FILES)
    version = shell.version()
    assert rolled_back(shell, run).code == 0
    assert shell.version() == version


def test_what_failed_and_was_put_right_is_no_conflict_in_a_group_of_another_name(
    shell: Shell,
) -> None:
    assert shell("sandbox switch trim_texts on").code == 0
    renamed = FILES.replace("name: Campaigns", "name: Autumn\n    previously: [Campaigns]")
    shell.audiences(
        renamed.replace("groups: [Campaigns]", "groups: [Autumn]").replace(
            "name: Buyers", "name: 'Shoppers '"
        )
    )
    assert shell("apply --auto-approve").code == 7
    run = last_run(shell)
    applied(shell, FILES.replace("name: Campaigns", "name: Campaigns\n    previously: [Autumn]"))
    version = shell.version()
    ended = rolled_back(shell, run)
    assert (ended.code, shell.version()) == (0, version), ended.out


def test_what_nobody_can_tell_of_a_lost_create_is_left_to_a_person(shell: Shell) -> None:
    run = applied(shell, FILES + "  - {slug_name: fresh, name: F, segment_ql: FILTER visits > 9}\n")
    path = shell.root / f".segsync/journal/{run}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(
        "".join(each for each in lines if '"outcome"' not in each and "finish" not in each)
    )
    with shell.store() as store:
        edit_segment(store, "fresh", description="By hand")
    ended = rolled_back(shell, run)
    assert ended.code == 6
    assert "which did not finish the create of it" in " ".join(ended.out.split())


def test_a_reevaluation_that_failed_is_no_conflict(shell: Shell) -> None:
    changed = FILES.replace("visits > 2", "visits > 5")
    shell.audiences(changed)
    assert shell("apply --auto-approve --reevaluate affected").code == 0
    run = last_run(shell)
    path = shell.root / f".segsync/journal/{run}.jsonl"
    text = path.read_text().splitlines(keepends=True)
    outcome = max(number for number, each in enumerate(text) if '"outcome"' in each)
    text[outcome] = text[outcome].replace('"applied"', '"failed"')
    path.write_text("".join(text))
    assert rolled_back(shell, run).code == 0
