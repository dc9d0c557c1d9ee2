import re
from collections.abc import Callable

from msgspec.structs import replace

from segsync.inspection.checkup import Checkup, Status, ok, warning
from segsync.report.checked import checkup_report
from segsync.report.text import report_text
from tests.report.inspected import CHECKUP, HOSTILE


def text(checkup: Checkup, *, color: bool = False) -> str:
    return report_text(checkup_report(checkup, seconds=0.42), color=color, width=100)


def test_each_check_has_a_line_and_each_problem_a_way_out(expected: Callable[[str], str]) -> None:
    assert text(CHECKUP) == expected("doctor.txt")
    assert text(CHECKUP, color=True) == expected("doctor_color.txt")


def test_without_a_problem_the_verdict_is_milder() -> None:
    warned = Checkup("", (ok("files", "fine"), warning("git", "g", "w")))
    assert text(warned) == (
        "segsync doctor · 0.4 s\n\n"
        "  · files  ok: fine\n"
        "  ~ git    warning: g\n"
        "      w\n\n"
        "Nothing stops a run.\n\n"
        "Doctor: 1 ok, 1 warning, 0 problems, 0 unknown.\n"
    )
    well = text(replace(warned, checks=warned.checks[:1]))
    assert "\nAll is well, as far as it was looked at.\n" in well


def test_hostile_names_stay_text() -> None:
    checks = tuple(
        replace(CHECKUP.checks[0], status=each, found=HOSTILE, way_out=HOSTILE) for each in Status
    )
    shown = text(Checkup(HOSTILE, checks))
    assert all(each.isprintable() for each in shown.split("\n"))
    assert not re.search(r"^\s*::", shown, re.MULTILINE)
