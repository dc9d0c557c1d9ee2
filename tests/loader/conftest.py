"""A folder of audience files, written and loaded by a test."""

import textwrap
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import pytest

from segsync.loader import Loaded, load
from segsync.segment import DesiredSegment


class Repository:
    """Writes audience files into a folder and loads them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "audiences"
        self.folder.mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def load(
        self,
        text: str | None = None,
        *,
        account: str = "prod",
        variables: Mapping[str, str] | None = None,
        known_accounts: Collection[str] | None = None,
        lint: Mapping[str, str] | None = None,
        today: date | None = None,
    ) -> Loaded:
        """Load the folder, after writing `a.yaml` when a text is given."""
        if text is not None:
            self.write("a.yaml", text)
        return load(
            self.folder,
            root=self.root,
            account=account,
            variables=variables or {},
            known_accounts=known_accounts,
            lint=lint,
            today=today,
        )

    def told(self, text: str | None = None, **options: str) -> list[str]:
        """Return the problems, each as a person sees it, without the path of `a.yaml`."""
        variables = {key: value for key, value in options.items() if key != "account"}
        loaded = self.load(text, account=options.get("account", "prod"), variables=variables)
        return [str(each).removeprefix("audiences/a.yaml:") for each in loaded.diagnostics]

    def segment(self, text: str, **variables: str) -> DesiredSegment:
        """Return the only segment of a file without problems."""
        loaded = self.load(text, variables=variables)
        assert [str(each) for each in loaded.diagnostics] == []
        (found,) = loaded.desired.segments.values()
        return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
