"""The real command line in this process, with a time that only sleeping moves."""

import io
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.applier.patience import wait_until_seen
from segsync.applier.run import Run
from segsync.cli.main import run
from segsync.journal import Journal
from segsync.sandbox import store as stores
from segsync.sandbox.seed import Seed
from segsync.sandbox.server import serve
from segsync.sandbox.store import Store, open_store
from segsync.sandbox.transport import SandboxTransport
from tests.cli.shell import environment_of_segsync
from tests.laws.worlds import Clock

SETTINGS = "version: 1\naccounts: {{test: {{url: '{}'}}}}\n"

KILLED = 137

_REAL_OPEN = open_store
_WAITING = (Client.__init__, Run.__init__, SandboxTransport.__init__, apply_plan, wait_until_seen)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class _Shared(Store):
    """An account that stays open when a command closes it."""

    def close(self) -> None:
        """Stay open."""


@contextmanager
def _virtual(clock: Clock) -> Iterator[None]:
    """Let everything that waits in segsync wait on this clock."""
    with ExitStack() as stack:
        for function in _WAITING:
            defaults: dict[str, Any] = getattr(function, "__kwdefaults__", {})
            values = {"sleep": clock.sleep, "clock": clock.seconds, "random": lambda: 0.5}
            known = {name: values[name] for name in defaults.keys() & values.keys()}
            stack.enter_context(patch.dict(defaults, known))
        yield


class Place:
    """A repository whose account lies in a file, or behind HTTP as well; one command at a time."""

    def __init__(self, root: Path, seed: Seed, *, over_http: bool = False) -> None:
        self.root = root
        self.clock = Clock()
        self._file = root / "account.db"
        self.store = self._open(seed)
        self._open_things = ExitStack()
        self._over_http = over_http
        (root / "audiences").mkdir()
        url = self._open_things.enter_context(serve(self.store)).url if over_http else "sandbox:"
        self._settings.write_text(SETTINGS.format(url))

    def _open(self, seed: Seed | None = None) -> Store:
        opened = _REAL_OPEN(self._file, seed=seed)
        return _Shared(opened.connection, opened.place, clock=self.clock.now)

    def close(self) -> None:
        """Give the port and the file back."""
        self._open_things.close()
        self.store.connection.close()

    @contextmanager
    def copied(self, root: Path) -> "Iterator[Place]":
        """Give a copy of the repository and of the account, which is in this process."""
        self.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(self.root, root)
        copy = object.__new__(Place)
        copy.root, copy.clock, copy._file = root, Clock(), root / "account.db"
        copy.clock.sleep(self.clock.seconds())
        copy._over_http, copy._open_things = False, ExitStack()
        copy.store = copy._open()
        try:
            yield copy
        finally:
            copy.close()
            shutil.rmtree(root)

    def run(self, line: str) -> Ended:
        """Run one command, as a user would, and return how it ended."""
        return self._run(line, self.store)

    def killed(self, line: str, *, at: str, count: int) -> int:
        """Run a command in a process of its own that is killed when the journal comes to a point.

        `at` is a method of the journal, with `-before` at the end or not, and `count` says which of
        its calls. Returns the exit code: `KILLED`, or the command's own when it ended before that.
        """
        if not self._over_http:
            # A child must not use a database that its parent has opened.
            self.store.connection.close()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = self._die(line, at, count)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if not self._over_http:
            self.store = self._open()
        return os.waitstatus_to_exitcode(status)

    def _die(self, line: str, at: str, count: int) -> int:
        real = getattr(Journal, at.partition("-")[0])
        left = [count]

        def fatal(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            left[0] -= 1
            if left[0] == 0 and at.endswith("-before"):
                os._exit(KILLED)
            found = real(*arguments, **named)
            if left[0] == 0:
                os._exit(KILLED)
            return found

        with patch.object(Journal, at.partition("-")[0], fatal):
            ended = self._run(line, self.store if self._over_http else self._open())
        (self.root / "survived.txt").write_text(ended.out + ended.err)
        return ended.code

    def _run(self, line: str, store: Store) -> Ended:
        out, err = _Stream(), _Stream()
        hidden = environment_of_segsync()
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        environment |= {"LYTICS_API_TOKEN": "sandbox"}
        with (
            _virtual(self.clock),
            patch.object(stores, "open_store", lambda _: store),
            patch.dict(os.environ, environment, clear=True),
            patch("sys.argv", ["segsync", *shlex.split(line), f"--config={self._settings}"]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                run()
            except SystemExit as end:
                code = end.code
        assert isinstance(code, int)
        return Ended(code, out.getvalue(), err.getvalue())

    @property
    def _settings(self) -> Path:
        return self.root / "segsync.yaml"


class _Stream(io.StringIO):
    """A stream without a terminal."""
