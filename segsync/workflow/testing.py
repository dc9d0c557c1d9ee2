"""Runs the audience tests of a repository."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from segsync.config import Settings
from segsync.diagnostics import has_errors, sort_key
from segsync.loader.sources import audience_test_files, read_audience_file
from segsync.workflow.files import read_files

if TYPE_CHECKING:
    from segsync.suite import SuiteRun


def run_tests(
    settings: Settings, *, slugs: Sequence[str] = (), now: datetime | None = None
) -> "SuiteRun":
    """Hold the audience tests against the definitions in the files; no account is asked.

    `slugs` are patterns for the audiences to test, all without one; `now` overrides what the files
    say. With errors in any file nothing is tested, and the run has them all.
    """
    # Imported here: no other command evaluates definitions.
    from segsync import audience_tests  # noqa: PLC0415
    from segsync.suite import SuiteRun  # noqa: PLC0415

    account = settings.account.name
    loaded = read_files(settings)
    if has_errors(loaded.diagnostics):
        return SuiteRun(account, 0, diagnostics=loaded.diagnostics)
    definitions = audience_tests.of_files(loaded.desired)
    chosen, strangers = audience_tests.choose(definitions, slugs)
    files = [
        read_audience_file(path, settings.audiences, settings.root)
        for path in audience_test_files(settings.audiences)
    ]
    suites, problems = audience_tests.read_suites(
        [document for file in files for document in file.documents],
        audience_tests.Context(definitions, account, settings.accounts, now),
    )
    unread = (problem for file in files for problem in file.diagnostics)
    diagnostics = tuple(sorted((*strangers, *unread, *problems), key=sort_key))
    if has_errors(diagnostics):
        return SuiteRun(account, len(files), diagnostics=diagnostics)
    checks = tuple(audience_tests.check(suites, chosen))
    conditions = audience_tests.coverage(checks, definitions)
    return SuiteRun(account, len(files), chosen, checks, conditions, diagnostics)
