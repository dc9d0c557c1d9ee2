import json

from segsync.diagnostics import Location, error, warning
from segsync.errors import ExitCode
from segsync.report.failed import Failure, failure_json, failure_report, failure_schema
from segsync.report.markdown import report_markdown
from tests.schemas import committed, violations

FAILURE = Failure(
    "plan",
    ExitCode.INVALID_INPUT,
    "invalid-input",
    "the input is wrong",
    way_out="Correct it.",
    diagnostics=(
        error("no-place", "nowhere"),
        warning("odd", "looks odd", detail="Look.", at=Location("a.yaml", 2, 3)),
    ),
)


def test_the_committed_schema_is_current() -> None:
    assert committed("failure") == failure_schema()


def test_problems_come_by_place_and_say_where_they_are() -> None:
    text = failure_json(FAILURE)
    assert text.endswith("\n}\n")
    document = json.loads(text)
    assert violations(document, failure_schema()) == []
    odd, nowhere = document["error"]["diagnostics"]
    assert odd == {
        "code": "odd",
        "severity": "warning",
        "summary": "looks odd",
        "detail": "Look.",
        "file": "a.yaml",
        "line": 2,
        "column": 3,
    }
    assert (nowhere["file"], nowhere["line"], nowhere["column"]) == (None, None, None)


def test_a_page_stays_within_its_size_and_keeps_the_reason() -> None:
    many = tuple(error("bad", f"problem {each}: " + "x" * 200) for each in range(1000))
    failure = Failure("plan", ExitCode.INVALID_INPUT, "invalid-input", "all wrong", "", many)
    page = report_markdown(failure_report(failure))
    assert len(page) < 60_000
    assert "> **FAILED:** all wrong\n" in page
    assert "problem 0" in page
    assert "_Left out to stay within the size of a comment: " in page
    assert page.endswith("\n**Failed: invalid-input, exit code 3.**\n")
