"""One account as a state machine: whatever is done in any order, every law of `histories` holds.

`make soak` takes more and longer ways through it. Hypothesis shortens a way that breaks a law.
"""

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.laws.histories import History, some_rules
from tests.laws.odd import seeded
from tests.laws.test_soak import some_world

CHANCE = st.randoms(use_true_random=False)


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

    @initialize(random=CHANCE)
    def begin(self, random: Random) -> None:
        root = Path(self.folder.name) / "here"
        root.mkdir()
        self.history = History(root, switches=some_world(random))

    @rule(random=CHANCE)
    def edit_files(self, random: Random) -> None:
        self.happens.edit_files(random)

    @rule(random=CHANCE)
    def edit_by_hand(self, random: Random) -> None:
        self.happens.edit_by_hand(random)

    @rule(random=CHANCE)
    def edit_and_apply_while_requests_go_wrong(self, random: Random) -> None:
        self.happens.edit_files(random)
        self.happens.apply(random, some_rules(random))

    @rule(random=CHANCE)
    def edit_and_apply_and_crash(self, random: Random) -> None:
        self.happens.edit_files(random)
        self.happens.kill(random, some_rules(random))

    @rule(random=CHANCE)
    def pull(self, random: Random) -> None:
        self.happens.pull(random)

    @rule(random=CHANCE)
    def settle(self, random: Random) -> None:
        self.happens.settle(random)

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
