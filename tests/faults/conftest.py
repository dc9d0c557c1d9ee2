from tests.cli.conftest import shell
from tests.workflow.conftest import repository

__all__ = ["repository", "shell"]
