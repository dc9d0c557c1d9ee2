import shutil
from dataclasses import replace

from tests.cli.shell import SEED, Shell, seed_segment


def test_the_whole_account_becomes_files_and_a_plan_only_adopts(shell: Shell) -> None:
    shutil.rmtree(shell.root / "audiences")
    version = shell.version()
    ended = shell("pull")
    assert (ended.code, ended.out, ended.err) == (0, "Wrote 3 files to ROOT/audiences.\n", "")
    assert sorted(name for name in shell.files() if name.startswith("audiences/")) == [
        "audiences/groups.yaml",
        "audiences/segments/group-campaigns.yaml",
        "audiences/segments/ungrouped.yaml",
    ]
    assert shell.version() == version
    assert shell("validate").code == 0
    assert shell("plan").out.endswith(
        "0 to update, 0 to rename, 0 to delete, 1 to adopt, 0 blocked.\n"
    )


def test_what_is_left_out_is_told_apart_from_the_result(shell: Shell) -> None:
    own = seed_segment("all", "*", tags=["default", "predefined"], predefined=True)
    shell.seed(replace(SEED, segments=(*SEED.segments, own)))
    ended = shell("pull --into live")
    assert (ended.code, ended.out) == (0, "Wrote 3 files to live.\n")
    assert ended.err == ("left out: 1 predefined or managed segments: they are the account's own\n")


def test_a_folder_that_is_in_use_is_refused(shell: Shell) -> None:
    files = shell.files()
    ended = shell("pull")
    assert (ended.code, ended.out) == (3, "")
    assert "the folder is not empty: it has all.yaml" in ended.err
    assert "Name a folder that does not exist yet" in ended.err
    assert shell.files() == files


def test_pull_only_reads(shell: Shell) -> None:
    with shell.served() as store:
        assert shell("pull --into live", LYTICS_API_TOKEN="sandbox-view").code == 0
        assert {each.method for each in store.requests} == {"GET"}
        assert store.writes == ()


def test_what_is_left_out_cannot_speak_to_the_runner_of_a_workflow(shell: Shell) -> None:
    group = {**SEED.groups[0], "name": "##[error]x", "description": "\u202e"}
    shell.seed(replace(SEED, groups=(*SEED.groups, group)))
    ended = shell("pull --into live")
    assert ended.err.startswith("left out: group '#\\u{23}[error]x': a file cannot hold it: ")
