"""`segsync apply`."""

import time
from pathlib import Path
from typing import Unpack

import click

from segsync import workflow
from segsync.cli.carrying import ApplyOptions, Manner, carry_out, divided, manner_options
from segsync.cli.documents import plan_digest
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.cli.recovering import tell_settled
from segsync.cli.reports import Target, report_option
from segsync.cli.wishes import refuse_wishes, wish_options, wishes_of
from segsync.report.facts import RunFacts

_EPILOG = """\b
Examples:
  segsync apply
  segsync apply --auto-approve
  segsync plan --out plan.json && segsync apply plan.json
  segsync apply --reevaluate affected
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@report_option("text", "json", "markdown")
@click.argument(
    "plan_file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@manner_options
@wish_options
def apply(
    *,
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    plan_file: Path | None,
    **options: Unpack[ApplyOptions],
) -> int:
    """Carry out a plan: the saved one in PLAN_FILE, or a fresh one after a confirmation.

    A saved plan was reviewed, so it is applied without asking; it is refused (exit code 8) when
    anything that it touches or includes has changed since. Each answer of the API is checked
    before it counts as success. After a success, the same command writes nothing.
    """
    wishes, manner = divided(options)
    if plan_file is not None:
        refuse_wishes(wishes, f"{plan_file} was planned and reviewed before")
    started = time.monotonic()
    settings = settings_of(config, account)
    connections = manner["parallelism"]
    with workflow.open_to_write(settings, command="apply", connections=connections) as session:
        client = session.client
        tell_settled(workflow.settle_interrupted(client, session.writer))
        ready = workflow.ready_plan(settings, client, wishes_of(**wishes), plan_file)

        def facts(command: str) -> RunFacts:
            seconds = time.monotonic() - started
            name = settings.account.name
            digest = plan_digest(ready.plan) if ready.saved else ""
            return RunFacts(command, name, client.calls, seconds, digest, ready.saved)

        return carry_out(session, ready, Manner(manner, targets, facts))
