import pytest

from segsync.config import read_settings
from segsync.errors import InvalidInputError, UnsafePlanError
from segsync.plan import Allowances, Refusal
from segsync.workflow.refusing import refuse, refuse_forbidden, without_forbidden
from tests.cli.shell import FILES, SETTINGS, Shell
from tests.cli.test_plan import CHANGED, TWIN
from tests.workflow.repository import Repository

FORBID = f"{SETTINGS}forbid: [adopt, allow-empty, allow-deletes, skip-blocked]\n"


def test_nothing_found_is_nothing_refused() -> None:
    refuse([])


def test_flags_that_are_forbidden_are_refused_each_by_its_name(repository: Repository) -> None:
    (repository.root / "segsync.yaml").write_text(FORBID)
    settings = repository.settings
    refuse_forbidden(settings, Allowances(updates=3, missing=2))
    with pytest.raises(UnsafePlanError) as caught:
        refuse_forbidden(settings, Allowances(empty=True, deletes=4), skip_blocked=True)
    assert [each.summary for each in caught.value.diagnostics] == [
        "segsync.yaml forbids --allow-deletes 4",
        "segsync.yaml forbids --allow-empty",
        "segsync.yaml forbids --skip-blocked",
    ]
    assert {each.code for each in caught.value.diagnostics} == {"forbidden-flag"}


def test_a_forbidden_flag_is_not_advised(repository: Repository) -> None:
    (repository.root / "segsync.yaml").write_text(FORBID)
    refusals = (
        Refusal("too-many-deletes", "4 deletes", "--allow-deletes 4"),
        Refusal("too-many-updates", "4 updates", "--allow-updates 4"),
        Refusal("list-disagrees", "it does", ""),
    )
    assert tuple(without_forbidden(repository.settings, refusals)) == (
        Refusal("too-many-deletes", "4 deletes; segsync.yaml forbids --allow-deletes", ""),
        *refusals[1:],
    )


def test_a_flag_that_no_rule_knows_cannot_be_forbidden(repository: Repository) -> None:
    (repository.root / "segsync.yaml").write_text(f"{SETTINGS}forbid: [auto-approve]\n")
    with pytest.raises(InvalidInputError, match="allow-deletes"):
        read_settings(None, account=None, environ={}, cwd=repository.root)


TOLD = """\
Error: refused by a safety rule; nothing was written:
  - segsync.yaml forbids {} [forbidden-flag]
    Go without it, or change forbid in a pull request of its own.
"""


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ("plan --allow-empty", "--allow-empty"),
        ("plan --adopt", "--adopt"),
        ("apply --auto-approve --allow-deletes 3", "--allow-deletes 3"),
        ("apply --auto-approve --skip-blocked", "--skip-blocked"),
    ],
)
def test_what_segsync_yaml_forbids_ends_with_6_and_writes_nothing(
    shell: Shell, line: str, flag: str
) -> None:
    shell.write("segsync.yaml", FORBID)
    shell.audiences(CHANGED)
    version = shell.version()
    ended = shell(line)
    assert (ended.code, ended.out, ended.err) == (6, "", TOLD.format(flag))
    assert shell.version() == version


def test_the_environment_is_forbidden_as_well(shell: Shell) -> None:
    shell.write("segsync.yaml", FORBID)
    assert shell("plan", SEGSYNC_ALLOW_EMPTY="1").code == 6


def test_a_saved_plan_cannot_carry_a_forbidden_flag(shell: Shell) -> None:
    shell.audiences(TWIN)
    assert shell("plan --adopt --out plan.json").code == 0
    shell.write("segsync.yaml", FORBID)
    ended = shell("apply plan.json")
    assert (ended.code, ended.err) == (6, TOLD.format("--adopt"))


def test_a_plan_tells_what_was_allowed_by_name(shell: Shell) -> None:
    shell.audiences(FILES)
    out = shell("plan --allow-deletes 3 --allow-empty").out
    assert "Allowed by name: --allow-deletes 3, --allow-empty." in out
