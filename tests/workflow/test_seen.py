import dataclasses
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from segsync.config import read_settings
from segsync.errors import UnsafePlanError
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Allowances, Change, Kind
from segsync.sandbox.seed import Seed
from segsync.sandbox.store import open_store
from segsync.workflow.seen import (
    Memory,
    check_presence,
    forget_ahead,
    forget_sandbox,
    memory_of,
    remember_outcomes,
)
from tests.cli.shell import SEED, SETTINGS, Shell, seed_segment
from tests.planning.build import found, found_group, live_state
from tests.workflow.repository import Repository

MANY = tuple(f"s{number}" for number in range(10))
LIVE = live_state([found(each) for each in MANY], [found_group("G")])


def _seed(*slugs: str) -> Seed:
    segments = tuple(seed_segment(each, "visits > 2") for each in slugs)
    return dataclasses.replace(SEED, groups=(), segments=segments)


def _files(*slugs: str) -> str:
    entries = (
        f"  - {{slug_name: {each}, name: {each.capitalize()}, segment_ql: 'FILTER visits > 2'}}\n"
        for each in slugs
    )
    return f"segments:\n{''.join(entries)}"


@pytest.fixture
def memory(repository: Repository) -> Memory:
    return memory_of(repository.settings, LIVE.account.aid)


def test_what_was_seen_is_remembered_and_too_great_a_loss_refused_again_and_again(
    repository: Repository, memory: Memory
) -> None:
    settings, nothing = repository.settings, Allowances()
    check_presence(settings, LIVE, nothing)
    assert memory.keys()[0] == {Kind.SEGMENT: frozenset(MANY), Kind.GROUP: frozenset({"G"})}
    few = live_state([found(each) for each in MANY[:6]], [found_group("G")])
    for _ in range(2):
        with pytest.raises(UnsafePlanError, match="4 of the 10 segments") as caught:
            check_presence(settings, few, nothing)
        assert [each.code for each in caught.value.diagnostics] == ["mass-absence"]
    check_presence(settings, few, Allowances(missing=4))
    check_presence(settings, few, nothing)
    assert memory.keys()[0][Kind.SEGMENT] == frozenset(MANY[:6])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"version": 1}',
        '{"version": 1, "origin": "x", "aid": 1, "when": "", "segments": 3, "groups": []}',
        '{"version": 2, "origin": "x", "aid": 1, "when": "", "segments": [], "groups": []}',
    ],
)
def test_a_damaged_memory_is_none(repository: Repository, memory: Memory, text: str) -> None:
    memory.file.parent.mkdir(parents=True)
    memory.file.write_text(text)
    assert memory.keys() == ({}, "")
    check_presence(repository.settings, LIVE, Allowances())
    assert memory.keys()[0][Kind.SEGMENT] == frozenset(MANY)


def test_the_memory_of_another_account_says_nothing(repository: Repository, memory: Memory) -> None:
    check_presence(repository.settings, LIVE, Allowances())
    assert Memory(memory.file, memory.origin, 99).keys() == ({}, "")
    assert Memory(memory.file, "https://elsewhere.example", memory.aid).keys() == ({}, "")


def test_a_huge_memory_is_not_read(memory: Memory) -> None:
    memory.file.parent.mkdir(parents=True)
    with memory.file.open("wb") as stream:
        stream.truncate(10 * 1024**3)
    assert memory.keys() == ({}, "")


def test_what_cannot_be_written_stops_nothing(repository: Repository, memory: Memory) -> None:
    (repository.root / ".segsync/seen").write_text("a file where a folder should be")
    check_presence(repository.settings, LIVE, Allowances())
    assert memory.keys() == ({}, "")


@pytest.mark.parametrize("name", ["../../x", ".", "..", "a/b", "ü", "a" * 300])
def test_the_name_of_an_account_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    text = SETTINGS.replace("test", json.dumps(name, ensure_ascii=False))
    (tmp_path / "segsync.yaml").write_text(text)
    (tmp_path / "audiences").mkdir()
    settings = read_settings(None, account=None, environ={}, cwd=tmp_path)
    file = memory_of(settings, 1).file
    assert file.parent == tmp_path / ".segsync/seen"
    assert file.resolve() == file
    assert file.name.startswith("account-")


def test_an_apply_remembers_what_it_made_renamed_and_deleted(shell: Shell) -> None:
    shell.seed(_seed(*MANY))
    new = MANY[1:9]
    shell.audiences(
        f"{_files(*new)}"
        "  - {slug_name: fresh, name: Fresh, segment_ql: 'FILTER visits > 3'}\n"
        "  - {slug_name: s9b, name: S9, segment_ql: 'FILTER visits > 2', previously: [s9]}\n"
    )
    assert shell("apply --auto-approve").code == 0
    (file,) = (shell.root / ".segsync/seen").iterdir()
    assert file.name == "test.json"
    assert json.loads(file.read_text())["segments"] == sorted([*new, "fresh", "s9b"])


def test_what_a_killed_run_has_taken_away_is_not_missed(
    repository: Repository, memory: Memory
) -> None:
    value = LIVE.segments[0].segment
    delete = Change(1, Kind.SEGMENT, Action.DELETE, "s0", LIVE.segments[0].id, value, None)
    changes = [
        *(replace(delete, before=replace(value, slug=slug)) for slug in MANY[:3]),
        replace(delete, action=Action.RENAME, before=replace(value, slug="s3"), after=value),
        replace(
            delete,
            action=Action.UPDATE,
            before=LIVE.segments[9].segment,
            after=LIVE.segments[9].segment,
        ),
    ]
    forget_ahead(memory, LIVE, changes)
    assert memory.keys()[0][Kind.SEGMENT] == frozenset(MANY[4:])
    left = live_state([found(each) for each in MANY[4:]], [found_group("G")])
    check_presence(repository.settings, left, Allowances())


def test_what_was_not_done_is_not_remembered(memory: Memory) -> None:
    value = LIVE.segments[0].segment
    delete = Change(1, Kind.SEGMENT, Action.DELETE, "s0", LIVE.segments[0].id, value, None)
    again = replace(delete, action=Action.REEVALUATE, after=value, key="s1")
    outcomes = [Outcome(delete, Result.FAILED), Outcome(again, Result.APPLIED)]
    remember_outcomes(memory, LIVE, outcomes)
    assert memory.keys()[0][Kind.SEGMENT] == frozenset(MANY)


@pytest.mark.parametrize("command", ["plan", "drift", "apply --auto-approve"])
def test_mass_absence_stops_a_run_before_anything_is_planned(shell: Shell, command: str) -> None:
    shell.seed(_seed(*MANY))
    shell.audiences(_files(*MANY))
    assert shell("plan").code == 0
    shell.state_file.unlink()
    open_store(shell.state_file, seed=_seed(*MANY[:2])).close()
    ended = shell(command)
    assert (ended.code, ended.out) == (6, "")
    assert "refused by a safety rule; nothing was written:\n  - 8 of the 10 segments" in ended.err
    assert "segsync plan --allow-missing 8\n" in ended.err
    assert shell.slugs() == list(MANY[:2])
    assert shell("plan --allow-missing 8").code == 0
    assert shell("plan").code == 0


def test_a_saved_plan_remembers_how_much_there_was(shell: Shell) -> None:
    shell.seed(_seed(*MANY))
    shell.audiences(_files(*MANY, "more"))
    assert shell("plan --out plan.json").code == 0
    shell.state_file.unlink()
    open_store(shell.state_file, seed=_seed(*MANY[:2])).close()
    # As in CI, where a job starts without the memory of another.
    (shell.root / ".segsync/seen/test.json").unlink()
    ended = shell("apply plan.json")
    assert ended.code == 6
    assert "the account had 10 objects when the plan was made and lists 2 now" in ended.err
    assert shell.slugs() == list(MANY[:2])


def test_an_embedded_account_that_starts_afresh_is_not_remembered(shell: Shell) -> None:
    shell.seed(_seed(*MANY))
    shell.audiences(_files(*MANY))
    assert shell("plan").code == 0
    assert shell("sandbox reset --generate 3").code == 0
    assert not list((shell.root / ".segsync/seen").iterdir())
    assert shell("plan").code == 0


def test_only_the_memory_of_that_sandbox_is_forgotten(shell: Shell) -> None:
    assert shell("plan").code == 0
    folder = shell.root / ".segsync/seen"
    (folder / "broken.json").write_text("{")
    forget_sandbox(shell.root / ".segsync/other.db")
    assert sorted(each.name for each in folder.iterdir()) == ["broken.json", "test.json"]
