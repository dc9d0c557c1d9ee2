from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import SETTINGS, Shell


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A repository that is in step with its account: nothing to do."""
    made = Shell(tmp_path, monkeypatch, capsys.readouterr)
    made.write("segsync.yaml", SETTINGS)
    made.audiences()
    made.seed()
    yield made
    made.read()
