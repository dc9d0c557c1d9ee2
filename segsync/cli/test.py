"""`segsync test`."""

from datetime import datetime
from pathlib import Path

import click

from segsync import workflow
from segsync.cli.options import ENVIRONMENT, common, settings_of, width
from segsync.cli.reports import Target, Writer, deliver, report_option
from segsync.errors import ExitCode
from segsync.report.tested import suite_json, suite_text
from segsync.suite import SuiteRun, read_moment

_EPILOG = """\b
Examples:
  segsync test
  segsync test 'loyalty_*' --coverage
  segsync test --now 2026-12-24 --report text --report junit=tests.xml
"""


class _Moment(click.ParamType[datetime]):
    name = "MOMENT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read a day, or a time with its zone."""
        found = read_moment(str(value))
        if found is None:
            self.fail(
                f"{value!r} is no day and no time with its zone; "
                "write 2026-01-31 or 2026-01-31T12:00:00Z.",
                param,
                ctx,
            )
        return found


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@common
@report_option("text", "json", "junit")
@click.option("--coverage", is_flag=True, help="List what no test looks at.")
@click.option(
    "--now",
    type=_Moment(),
    help="The moment that dates count from, whatever the files say.  [default: the files' now,"
    " or 2026-01-01]",
)
def test(
    *,
    slugs: tuple[str, ...],
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    coverage: bool,
    now: datetime | None,
) -> int:
    """Run the audience tests: sample profiles, and which audiences they are in.

    Needs no account and no token. SLUG names audiences to test, all by default; * stands for any
    characters. A failed test is explained condition by condition and ends with exit code 3, and so
    does anything that is wrong with the files.
    """
    run = workflow.run_tests(settings_of(config, account), slugs=slugs, now=now)
    deliver(targets, _writers(run, coverage=coverage))
    return ExitCode.OK if run.is_good else ExitCode.INVALID_INPUT


def _writers(run: SuiteRun, *, coverage: bool) -> dict[str, Writer]:
    return {
        "text": lambda color: suite_text(run, color=color, coverage=coverage, width=width()),
        "json": lambda _: suite_json(run),
        "junit": lambda _: _junit(run),
    }


# Imported when asked for: most runs are for people.
def _junit(run: SuiteRun) -> str:
    from segsync.report.junit import suite_junit  # noqa: PLC0415

    return suite_junit(run)
