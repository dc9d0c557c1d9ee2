"""A repository with its own local Lytics, and the real command line run in it."""

import os
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.capture import CaptureResult

from segsync.cli.main import run
from segsync.sandbox.seed import Seed
from segsync.sandbox.server import serve
from segsync.sandbox.state import Kind
from segsync.sandbox.store import Store, open_store

SETTINGS = """\
version: 1
accounts:
  test: {url: "sandbox:"}
"""

FILES = """\
groups:
  - name: Campaigns
    description: For the first quarter
segments:
  - slug_name: active
    name: Active
    segment_ql: FILTER visits > 2
  - slug_name: buyers
    name: Buyers
    segment_ql: FILTER AND (INCLUDE active, orders > 0)
    groups: [Campaigns]
"""
"""What the account of `SEED` has and segsync manages, as a file."""

_LONG_AGO = "2026-01-31T09:30:00.000Z"
_MARK = "[segsync] managed by segsync"


def seed_segment(slug: str, definition: str, **fields: object) -> dict[str, Any]:
    """Return a segment of a seed, managed unless other tags are given."""
    plain = {
        "slug_name": slug,
        "name": slug.capitalize(),
        "segment_ql": f"FILTER {definition} FROM user ALIAS {slug}",
        "tags": ["segsync"],
        "created": _LONG_AGO,
        "updated": _LONG_AGO,
        "author_id": "jonas.lind",
    }
    return plain | fields


SEED = Seed(
    account={"aid": 1234, "name": "Acme"},
    fields={
        "user": [
            {"id": "visits", "type": "int"},
            {"id": "orders", "type": "int"},
            {"id": "country", "type": "string"},
        ]
    },
    groups=(
        {
            "name": "Campaigns",
            "description": f"For the first quarter\n{_MARK}",
            "created": _LONG_AGO,
            "updated": _LONG_AGO,
        },
    ),
    segments=(
        seed_segment("active", "visits > 2"),
        seed_segment("buyers", "AND ( INCLUDE active, orders > 0 )", groups=["Campaigns"]),
        seed_segment("foreign", 'country = "US"', tags=["theirs"]),
    ),
    jobs=(),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """A repository in a folder of its own; call it with a command line without `segsync`."""

    root: Path
    monkeypatch: pytest.MonkeyPatch
    read: Callable[[], CaptureResult[str]]

    def __call__(self, line: str, **environment: str) -> Ended:
        """Run one command in this process, as a user would."""
        with self.monkeypatch.context() as patch:
            for name in environment_of_segsync():
                patch.delenv(name)
            for name, value in ({"COLUMNS": "100"} | environment).items():
                patch.setenv(name, value)
            patch.chdir(self.root)
            patch.setattr("sys.argv", ["segsync", *shlex.split(line)])
            self.read()
            with pytest.raises(SystemExit) as end:
                run()
        out, err = self.read()
        assert isinstance(end.value.code, int)
        return Ended(end.value.code, self.stable(out), self.stable(err))

    def stable(self, text: str) -> str:
        """Return what was said without what differs from run to run: times, folder, digests."""
        text = text.replace(str(self.root), "ROOT")
        text = re.sub(r"(Plan digest: sha256:)[0-9a-f]{64}\b", r"\1…", text)
        return re.sub(r"\b\d+\.\d+ s\b", "0.1 s", text)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the repository and return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def audiences(self, text: str = FILES) -> None:
        """Make this the only file that declares anything."""
        self.write("audiences/all.yaml", text)

    def seed(self, seed: Seed = SEED) -> None:
        """Let the account start from this seed."""
        self.state_file.unlink(missing_ok=True)
        open_store(self.state_file, seed=seed).close()

    @property
    def state_file(self) -> Path:
        """The file that holds the embedded account."""
        return self.root / ".segsync/sandbox.db"

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Give the account, past the command line."""
        with closing(open_store(self.state_file)) as opened:
            yield opened

    def slugs(self) -> list[str]:
        """Return the slugs of all segments in the account, in order of creation."""
        return [each["slug_name"] for each in self.objects(Kind.SEGMENT)]

    def objects(self, kind: Kind) -> list[Mapping[str, Any]]:
        """Return the objects of a kind as the account has them."""
        with self.store() as store, store.read() as state:
            return list(state.all(kind))

    def version(self) -> int:
        """Return how often the account was written to since its seed."""
        with closing(sqlite3.connect(self.state_file)) as connection:
            (version,) = connection.execute("SELECT version FROM clock").fetchone()
        return int(version)

    def files(self) -> dict[str, bytes]:
        """Return every file of the repository but those of segsync itself."""
        paths = (each for each in self.root.rglob("*") if each.is_file())
        named = {each.relative_to(self.root).as_posix(): each for each in paths}
        return {
            name: path.read_bytes()
            for name, path in sorted(named.items())
            if not name.startswith(".segsync/")
        }

    def spawn(
        self, line: str, env: Mapping[str, str] | None = None, **streams: int
    ) -> "subprocess.Popen[str]":
        """Start a command in a process of its own; `env` adds to its environment."""
        hidden = set(environment_of_segsync())
        inherited = {name: value for name, value in os.environ.items() if name not in hidden}
        given = {"COLUMNS": "100"} | dict(env or {})
        command = [sys.executable, "-m", "segsync", *shlex.split(line)]
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=self.root,
            env=inherited | given,
            text=True,
            stdin=streams.get("stdin", subprocess.DEVNULL),
            stdout=streams.get("stdout", subprocess.PIPE),
            stderr=streams.get("stderr", subprocess.PIPE),
        )

    def ended(self, process: "subprocess.Popen[str]") -> Ended:
        """Wait for a process and return how it ended."""
        out, err = process.communicate(timeout=60)
        return Ended(process.returncode, self.stable(out or ""), self.stable(err or ""))

    @contextmanager
    def served(self, *, latency_ms: float = 0, extra: str = "") -> Iterator[Store]:
        """Move the account behind HTTP for a while; give its store, which knows every request."""
        with self.store() as store, serve(store, latency_ms=latency_ms) as server:
            account = f"  test: {{url: '{server.url}'{extra}}}\n"
            self.write("segsync.yaml", f"version: 1\naccounts:\n{account}")
            yield store


def environment_of_segsync() -> list[str]:
    """Return the variables of the environment that change what segsync does or prints."""
    own = ("SEGSYNC_", "LYTICS_")
    others = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
    return [each for each in os.environ if each.startswith(own) or each in others]
