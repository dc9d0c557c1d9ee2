"""The page about audience tests is right: its example runs as printed, and it names every key."""

import re
from pathlib import Path

import pytest

from segsync.audience_tests.schema import SuiteKeys
from segsync.report.tested import suite_json
from segsync.suite import SuiteRun
from tests.cli.shell import Shell

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "audience-tests.md").read_text()
AUDIENCES, TESTS, OUTSIDE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(CONSOLE,) = re.findall(r"```console\n\$ segsync (.*?)\n(.*?)```", PAGE, re.DOTALL)


NEWSLETTER = """\
segments:
  - slug_name: newsletter
    name: Newsletter
    segment_ql: AND (INCLUDE ly_known_email, INCLUDE ly_frequent_user)
"""


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    made = Shell(tmp_path, monkeypatch, capsys.readouterr)
    made.write("segsync.yaml", "version: 1\naccounts: {prod: {}}\n")
    return made


def test_the_example_runs_as_printed(shell: Shell) -> None:
    shell.write("audiences/customers.yaml", AUDIENCES)
    shell.write("audiences/tests/customers.yaml", TESTS)
    line, printed = CONSOLE

    ended = shell(line)
    assert (ended.code, ended.err) == (3, "")
    assert ended.out == printed


def test_the_example_of_segments_from_outside_passes(shell: Shell) -> None:
    shell.write("audiences/newsletter.yaml", NEWSLETTER)
    shell.write("audiences/tests/newsletter.yaml", OUTSIDE)

    assert shell("test").code == 0


@pytest.mark.parametrize("key", [*SuiteKeys.__annotations__, "in", "out"])
def test_every_key_is_on_the_page(key: str) -> None:
    assert f"`{key}`" in PAGE


def test_every_key_of_the_json_is_on_the_page() -> None:
    keys = re.findall(r'^  "(\w+)"', suite_json(SuiteRun("prod", 0)), re.MULTILINE)

    assert len(keys) > 5
    assert [each for each in keys if f"`{each}`" not in PAGE] == []
