"""How hypothesis works in this suite, and what coverage is measured of.

The examples are the same every time, fresh ones come in `make soak`: a gate that rolls dice fails
for people whose change is innocent. New counterexamples are looked for where somebody has the time
to look at them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("soak", max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

_RECORDED = Path(__file__).parent / "conformance"


@pytest.fixture(autouse=True, scope="session")
def state_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the locks of tests out of the state of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure no coverage while random or recorded input is swept: it doubles what that takes.

    A line that nothing but a sweep reaches wants a test that says why the line is there.
    """
    for item in items:
        is_random = is_hypothesis_test(getattr(item, "obj", None))
        if is_random or item.path.is_relative_to(_RECORDED):
            item.add_marker("no_cover")
