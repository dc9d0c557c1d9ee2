"""Runs each contract test wherever it can run, and tells the answers to open questions."""

import json
import os
from collections.abc import Iterator

import pytest

from tests.contract.cassettes import ANSWERS, Origin
from tests.contract.facts import Fact, fact_of
from tests.contract.places import Accounts, Place, RealAccountError, Way, places, real_client
from tests.contract.world import Answer, World

_ANSWERS = pytest.StashKey[dict[str, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        choices=[str(each) for each in Origin],
        help="record the exchanges of the contract tests anew, with the sandbox or with Lytics",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ANSWERS] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    held = fact_of(metafunc.function)
    if held is None:
        return
    found = places(
        name=metafunc.function.__name__,
        record=_recording(metafunc.config),
        sandbox_only=bool(held.sandbox_only),
    )
    if _recording(metafunc.config) is None:
        others = dict.fromkeys(switch for switch in held.answers.values() if switch)
        found += tuple(Place(Way.IN_PROCESS, switches=tuple(each.split())) for each in others)
    metafunc.parametrize("place", found, ids=str)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Measure no coverage of facts; while some are recorded, run those and nothing else."""
    held = [each for each in items if fact_of(getattr(each, "obj", each)) is not None]
    for each in held:
        each.add_marker("no_cover")
    if _recording(config) is not None:
        config.hook.pytest_deselected(items=[each for each in items if each not in held])
        items[:] = held


@pytest.fixture(scope="session")
def accounts(request: pytest.FixtureRequest) -> Iterator[Accounts]:
    if _recording(request.config) is Origin.LYTICS:
        try:
            real_client(os.environ).close()
        except RealAccountError as problem:
            pytest.exit(f"nothing was recorded: {problem}", returncode=pytest.ExitCode.USAGE_ERROR)
    opened = Accounts()
    yield opened
    opened.close()


@pytest.fixture
def world(request: pytest.FixtureRequest, place: Place, accounts: Accounts) -> Iterator[World]:
    with accounts.world(place, request.function.__name__) as found:
        yield found


@pytest.fixture
def answer(request: pytest.FixtureRequest, place: Place) -> Answer:
    """Take the answer to an open question: any that is declared, of a sandbox the one expected."""
    held = fact_of(request.function)
    assert held is not None

    def take(found: str) -> None:
        assert found in held.answers, f"nobody thought of this answer: {found}"
        if place == Place(Way.RECORDED, Origin.LYTICS):
            request.config.stash[_ANSWERS][held.id] = found
        elif place.origin is Origin.LYTICS:
            assert found == json.loads(ANSWERS.read_text(encoding="utf-8"))[held.id]
        else:
            assert found == _expected(held, place)

    return take


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    answers = config.stash[_ANSWERS]
    if not answers:
        return
    terminalreporter.section("open questions, as this account answers them")
    for name, found in sorted(answers.items()):
        terminalreporter.line(f"{name}: {found}")
    ANSWERS.write_text(json.dumps(answers, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _recording(config: pytest.Config) -> Origin | None:
    wanted = config.getoption("--record", default=None)
    return None if wanted is None else Origin(wanted)


def _expected(held: Fact, place: Place) -> str:
    switches = " ".join(place.switches)
    return next(each for each, switch in held.answers.items() if (switch or "") == switches)
