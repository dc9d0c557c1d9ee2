import re
from pathlib import Path

import pytest

from segsync.errors import ExitCode

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [each for each in LINK.findall(page.read_text()) if "://" not in each]

    assert [each for each in links if not (page.parent / each).exists()] == []


def test_the_table_of_exit_codes_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/exit-codes.md").read_text(), re.MULTILINE)

    assert [int(each) for each in rows] == [code.value for code in ExitCode]


def test_the_decisions_are_listed() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    decisions = {each.name for each in ROOT.glob("docs/decisions/0*.md")}

    assert set(LINK.findall(index)) == decisions
