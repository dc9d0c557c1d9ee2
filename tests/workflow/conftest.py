from pathlib import Path

import pytest

from tests.cli.conftest import shell
from tests.workflow.repository import Repository

__all__ = ["repository", "shell"]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
