"""The page about the files is right: its examples load, and it names every key."""

import re
from pathlib import Path

import pytest

from segsync.config import read_settings
from segsync.config.schema import known_keys
from segsync.loader import load
from segsync.loader.schema import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "file-format.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_of_the_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "segsync.yaml").write_text(EXAMPLES[0])

    settings = read_settings(None, account="prod", environ={}, cwd=tmp_path)
    assert settings.account.variables == {"min_spend": "500"}


@pytest.mark.parametrize("example", EXAMPLES[1:])
def test_the_examples_of_audience_files_are_loaded(tmp_path: Path, example: str) -> None:
    (tmp_path / "a.yaml").write_text(example)

    loaded = load(tmp_path, root=tmp_path, account="prod", variables={"min_spend": "500"})
    assert [str(each) for each in loaded.diagnostics] == []
    assert loaded.desired.groups


def test_every_key_is_on_the_page() -> None:
    configuration = known_keys({"accounts": {"x": {}}})
    names = {name for keys in (*KEYS.values(), *configuration.values()) for name in keys}

    assert {each for each in names if not re.search(rf"\b{each}\b", PAGE)} == set()
