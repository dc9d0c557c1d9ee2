import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from segsync.inspection.reevaluation import LeftOut, Reevaluation, Requested
from segsync.outcome import Result
from segsync.report.facts import RunFacts
from segsync.report.reevaluated import reevaluation_report
from segsync.report.text import report_text
from tests.report.inspected import ACME, HOSTILE, REEVALUATION, SENT, WATCHED

FACTS = RunFacts("reevaluate", "prod", 8, 0.42)


def text(reevaluation: Reevaluation) -> str:
    return report_text(reevaluation_report(reevaluation, FACTS), color=False, width=100)


@pytest.mark.parametrize(
    ("reevaluation", "name"),
    [
        (REEVALUATION, "reevaluate_dry.txt"),
        (SENT, "reevaluate.txt"),
        (WATCHED, "reevaluate_wait.txt"),
    ],
)
def test_what_was_asked_for_accepted_and_seen(
    reevaluation: Reevaluation, name: str, expected: Callable[[str], str]
) -> None:
    assert text(reevaluation) == expected(name)


def test_nothing_to_do_says_so() -> None:
    assert text(Reevaluation(ACME, ())).split("\n\n")[1:] == [
        "Nothing to reevaluate.",
        "Reevaluate: 0 to reevaluate, 0 left out.\n",
    ]


def test_where_nothing_was_accepted_nobody_is_told_what_that_means() -> None:
    failed = Requested("vip", "id1", result=Result.FAILED, reason="HTTP 500")
    assert text(Reevaluation(ACME, (failed,))).split("\n\n")[1:] == [
        "  ! vip  FAILED: HTTP 500",
        "Reevaluate: 0 accepted, 1 failed, 0 skipped, 0 left out.\n",
    ]


def test_hostile_names_stay_text() -> None:
    hostile = replace(
        SENT,
        requests=tuple(
            Requested(HOSTILE, "a", result=result, reason=HOSTILE, request_id=HOSTILE)
            for result in (None, *Result)
        ),
        left_out=(LeftOut(HOSTILE, HOSTILE),),
    )
    shown = text(hostile)
    assert all(each.isprintable() for each in shown.split("\n"))
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
