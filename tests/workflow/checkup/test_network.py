from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from msgspec.structs import replace

from segsync.api.probe import Obstacle, Probe
from segsync.errors import ExitCode
from segsync.inspection.checkup import Check, Status
from segsync.workflow.checkup import network

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answered(status: int = 200, *, proxy: str = "", location: str = "") -> Probe:
    return Probe("api.example", proxy, status, location=location, seconds=0.12)


@pytest.mark.parametrize(
    ("probe", "status", "found"),
    [
        (answered(), Status.OK, "api.example answers in 120 ms"),
        (answered(401), Status.OK, "api.example answers in 120 ms"),
        (
            answered(proxy="proxy:3128"),
            Status.OK,
            "api.example through the proxy proxy:3128 answers in 120 ms",
        ),
        (answered(502), Status.WARNING, "api.example answers 502"),
        (
            answered(301, location="else.example"),
            Status.PROBLEM,
            "api.example redirects to else.example",
        ),
        (answered(302), Status.PROBLEM, "api.example redirects to another path"),
    ],
)
def test_an_answer_tells_about_the_way(probe: Probe, status: Status, found: str) -> None:
    check = network.reachability(probe)
    assert (check.status, check.found) == (status, found)
    assert check.exit_code is (ExitCode.UNAVAILABLE if status is Status.PROBLEM else None)


@pytest.mark.parametrize("obstacle", [*Obstacle, None])
def test_every_obstacle_has_words_and_a_way_out(obstacle: Obstacle | None) -> None:
    check = network.reachability(Probe("api.example", "", obstacle=obstacle, words="why"))
    assert check.status is Status.PROBLEM
    assert check.found.startswith("api.example: ")
    assert check.found.endswith(" (why)")
    assert check.way_out
    assert check.exit_code is ExitCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("offset", "check"),
    [
        (0, Check("clock", Status.OK, "agrees with that of the server")),
        (-60, Check("clock", Status.OK, "agrees with that of the server")),
        (3700, "3,700 s ahead of that of the server"),
        (-61, "61 s behind that of the server"),
    ],
)
def test_clocks_are_compared(offset: int, check: Check | str) -> None:
    probe = Probe(
        "h",
        "",
        200,
        date=format_datetime(NOON, usegmt=True),
        asked_at=NOON.timestamp() + offset,
    )
    found = network.clock(probe)
    if isinstance(check, Check):
        assert found == check
    else:
        assert (found.status, found.found) == (Status.WARNING, check)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_without_a_date_tells_nothing_about_clocks(date: str) -> None:
    assert network.clock(Probe("h", "", 200, date=date)) == Check(
        "clock", Status.UNKNOWN, "not checked: the answer has no Date"
    )


@pytest.mark.parametrize(
    ("status", "found"),
    [(401, "rejected or expired"), (403, "refused for what it asks"), (200, None), (503, None)],
)
@pytest.mark.parametrize(("said", "told"), [("", ""), ("No", ': the API says "No"')])
def test_a_token_that_is_no_good_is_a_problem(
    status: int, found: str | None, said: str, told: str
) -> None:
    found = found and found + told
    check = network.token(replace(answered(status), said=said), variable="TOKEN")
    assert (check.found if check else None) == found
    assert check is None or check.exit_code is ExitCode.AUTHENTICATION
