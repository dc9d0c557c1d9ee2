"""Fixtures for pytest: a Lytics account of its own for each test, in the process or over HTTP.

Load it with `pytest_plugins = ["segsync.sandbox.pytest"]` in the topmost `conftest.py`. Nothing of
segsync imports this module, and pytest is no dependency of segsync.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from segsync.sandbox import controls
from segsync.sandbox.errors import SandboxStateError
from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.requestlog import AuditEntry
from segsync.sandbox.seed import Seed, load_seed, seed_of
from segsync.sandbox.server import serve
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from segsync.sandbox.transport import SandboxTransport

_MARKER = (
    "lytics(seed=None, switches=(), faults=()): the account of the fixtures `lytics` and "
    "`lytics_server`: a Seed, one as JSON has it, or the path of one; names of switches to turn "
    "on; fault rules"
)

_WORDS = frozenset({"seed", "switches", "faults"})
_SAYS = "the marker lytics:"


@dataclass(frozen=True, slots=True)
class Lytics:
    """One account: where it answers, the token that may do everything, and what it was asked.

    `url` is that of a server with the fixture `lytics_server`, and else one that only `transport`
    answers. For edits past the API there is `segsync.sandbox.edits`, which takes the `store`.
    """

    store: Store
    url: str = "https://lytics.invalid"
    token: str = "sandbox"  # noqa: S105 - the token of every sandbox, no secret

    @property
    def transport(self) -> SandboxTransport:
        """A transport for `httpx.Client` that answers in this process."""
        return SandboxTransport(self.store)

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries the token."""
        return {"Authorization": self.token}

    @property
    def requests(self) -> tuple[AuditEntry, ...]:
        """Every request so far, oldest first."""
        return self.store.requests

    @property
    def writes(self) -> tuple[AuditEntry, ...]:
        """The requests that changed something or set it in motion, oldest first."""
        return self.store.writes

    def fault(self, rule: str) -> None:
        """Let requests go wrong from now on; raise FaultRuleError for a text that is no rule."""
        controls.add_fault(self.store, rule)

    def switch(self, **values: bool) -> None:
        """Turn switches on or off; raise ValueError for a name that does not exist."""
        controls.set_switches(self.store, **values)

    def advance(self, seconds: float) -> None:
        """Move the account's clock on, so that what expires does."""
        controls.advance_clock(self.store, seconds)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def lytics(request: pytest.FixtureRequest) -> Iterator[Lytics]:
    """Give an account in memory, set up by the marker `lytics` of the test, its class or module.

    Without a marker it is the account that comes with segsync; of several, the nearest counts.
    """
    account = Lytics(_marked(request.node.get_closest_marker("lytics")))
    yield account
    account.store.close()


@pytest.fixture
def lytics_server(lytics: Lytics) -> Iterator[Lytics]:
    """Give the account of the fixture `lytics`, served on a free port of this machine."""
    with serve(lytics.store) as server:
        yield replace(lytics, url=server.url)


def _marked(marker: pytest.Mark | None) -> Store:
    """Return the account that a marker asks for; end the test with a line when none does."""
    args, kwargs = (marker.args, marker.kwargs) if marker else ((), {})
    strange = [repr(each) for each in args] + [f"{name}=" for name in kwargs if name not in _WORDS]
    if strange:
        message = f"{_SAYS} it takes seed=, switches= and faults= by name, and no {strange[0]}"
        pytest.fail(message, pytrace=False)
    try:
        return _account(**kwargs)
    except (SandboxStateError, FaultRuleError, ValueError) as problem:
        pytest.fail(f"{_SAYS} {problem}", pytrace=False)


def _account(
    *,
    seed: Seed | Mapping[str, Any] | Path | str | None = None,
    switches: Sequence[str] = (),
    faults: Sequence[str] = (),
) -> Store:
    store = memory_store(_seed(seed), switches=Switches.of(dict.fromkeys(_several(switches), True)))
    for rule in _several(faults):
        controls.add_fault(store, rule)
    return store


def _seed(seed: Seed | Mapping[str, Any] | Path | str | None) -> Seed | None:
    if seed is None or isinstance(seed, Seed):
        return seed
    return seed_of(seed) if isinstance(seed, Mapping) else load_seed(Path(seed))


def _several(texts: Sequence[str]) -> Sequence[str]:
    """Return a text alone as a list of it, and not as a list of its letters."""
    return (texts,) if isinstance(texts, str) else texts
