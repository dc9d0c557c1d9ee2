import pytest

from segsync.errors import ExitCode
from segsync.inspection.checkup import Check, Checkup, Status, ok, problem, unchecked, warning

BAD_FILES = problem("files", "2 errors", "Run segsync validate.", ExitCode.INVALID_INPUT)
NO_TOKEN = problem("token", "none", "Set it.", ExitCode.AUTHENTICATION)
NO_NETWORK = problem("network", "down", "Wait.", ExitCode.UNAVAILABLE)


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((), ExitCode.OK),
        ((ok("a", "b"), warning("c", "d", "e"), *unchecked(["f"], "g")), ExitCode.OK),
        ((BAD_FILES, ok("a", "b")), ExitCode.INVALID_INPUT),
        ((NO_TOKEN, BAD_FILES), ExitCode.AUTHENTICATION),
        ((BAD_FILES, NO_NETWORK, NO_TOKEN), ExitCode.UNAVAILABLE),
    ],
)
def test_the_exit_code_is_that_of_the_worst_problem(
    checks: tuple[Check, ...], code: ExitCode
) -> None:
    assert Checkup("prod", checks).exit_code is code


def test_what_was_not_checked_says_why() -> None:
    assert unchecked(["clock", "token"], "no network") == (
        Check("clock", Status.UNKNOWN, "not checked: no network"),
        Check("token", Status.UNKNOWN, "not checked: no network"),
    )
