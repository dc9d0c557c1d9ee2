"""A repository whose use cases are called without the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from segsync import workflow
from segsync.api.client import Client
from segsync.config import Settings, read_settings
from segsync.plan import (
    Plan,
)
from segsync.planfile import dump
from segsync.sandbox.store import open_store
from segsync.workflow import Wishes
from tests.cli.shell import FILES, SEED, SETTINGS

TODAY = date(2026, 11, 23)
WISHES = Wishes(today=TODAY)


class Repository:
    """Files in a folder, with an embedded account that is in step with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "audiences").mkdir()
        (root / "segsync.yaml").write_text(SETTINGS)
        self.state = root / ".segsync/sandbox.db"
        open_store(self.state, seed=SEED).close()
        self.write(FILES)

    def write(self, text: str) -> None:
        (self.root / "audiences/all.yaml").write_text(text)

    @property
    def settings(self) -> Settings:
        return read_settings(None, account=None, environ={}, cwd=self.root)

    @contextmanager
    def client(self) -> Iterator[Client]:
        with workflow.open_client(self.settings) as opened:
            yield opened

    def planned(self, wishes: Wishes = WISHES) -> workflow.Planned:
        with self.client() as client:
            return workflow.make_plan(self.settings, client, wishes)


def saved(repository: Repository, plan: Plan) -> Path:
    file = repository.root / "plan.json"
    file.write_text(dump(plan))
    return file
