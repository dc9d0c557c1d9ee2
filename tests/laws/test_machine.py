"""One account as a state machine: whatever is done in any order, every law of `histories` holds.

`make soak` takes more and longer ways through it. Hypothesis shortens a way that breaks a law. It
draws no more than a seed for each step: what is drawn from that depends on the account, and so on
the turns that threads take, which are not the same when a way is tried again.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.laws.histories import History, some_rules
from tests.laws.odd import seeded
from tests.laws.test_soak import some_world

SEEDS = st.integers(0, 2**32 - 1)


class Machine(RuleBasedStateMachine):
    """Everything that people, segsync and the network may do to one account."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.history: History | None = None

    @property
    def happens(self) -> History:
        assert self.history is not None
        return self.history

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        root = Path(self.folder.name) / "here"
        root.mkdir()
        self.history = History(root, switches=some_world(seeded(seed)))

    @rule(seed=SEEDS)
    def edit_files(self, seed: int) -> None:
        self.happens.edit_files(seeded(seed))

    @rule(seed=SEEDS)
    def edit_by_hand(self, seed: int) -> None:
        self.happens.edit_by_hand(seeded(seed))

    @rule(seed=SEEDS)
    def edit_and_apply_while_requests_go_wrong(self, seed: int) -> None:
        random = seeded(seed)
        self.happens.edit_files(random)
        self.happens.apply(random, some_rules(random))

    @rule(seed=SEEDS)
    def edit_and_apply_and_crash(self, seed: int) -> None:
        random = seeded(seed)
        self.happens.edit_files(random)
        self.happens.kill(random, some_rules(random))

    @rule(seed=SEEDS)
    def pull(self, seed: int) -> None:
        self.happens.pull(seeded(seed))

    @rule(seed=SEEDS)
    def settle(self, seed: int) -> None:
        self.happens.settle(seeded(seed))

    def teardown(self) -> None:
        """Settle in any case."""
        try:
            if self.history is not None:
                self.history.settle(seeded(0))
        finally:
            if self.history is not None:
                self.history.close()
            self.folder.cleanup()


_UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]

TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=3, stateful_step_count=5, deadline=None, suppress_health_check=_UNHURRIED
)


class LongMachine(Machine):
    """The same, for long."""


TestLongMachine = pytest.mark.soak(LongMachine.TestCase)
TestLongMachine.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=_UNHURRIED
)
