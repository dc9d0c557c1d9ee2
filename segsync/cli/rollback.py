"""`segsync rollback`."""

import time
from pathlib import Path
from typing import Unpack

import click

from segsync import workflow
from segsync.cli.carrying import ApplyOptions, Manner, carry_out, divided, manner_options
from segsync.cli.documents import plan_digest, plan_document
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.cli.recovering import tell_interrupted, tell_settled
from segsync.cli.reports import Target, deliver, destination, report_option, writers
from segsync.cli.wishes import wish_options, wishes_of
from segsync.report.facts import RunFacts
from segsync.report.planned import plan_report
from segsync.yamlfile.files import write_atomically

_EPILOG = """\b
Examples:
  segsync rollback 20261123T033045120Z-3f9a1c
  segsync rollback 20261123T03 --out plan.json && segsync apply plan.json
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@report_option("text", "json", "markdown")
@click.argument("run")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=lambda _ctx, _param, file: file and destination(file),
    help="Save the plan for `segsync apply FILE`, and write nothing to the account.",
)
@manner_options
@wish_options
def rollback(
    *,
    config: Path | None,
    account: str | None,
    targets: tuple[Target, ...],
    run: str,
    out: Path | None,
    **options: Unpack[ApplyOptions],
) -> int:
    """Undo RUN, which `segsync history` lists: old values back, new objects removed.

    What the run deleted is made again, with a new id. The plan is made against the account as it
    is now and carried out like any other, with all its limits and after a confirmation; what
    somebody changed since the run is a conflict, and blocked. The files are not touched: undo the
    change there as well, or the next apply brings it back.
    """
    started = time.monotonic()
    settings = settings_of(config, account)
    wishes, manner = divided(options)

    def facts(calls: int, digest: str = "") -> RunFacts:
        seconds = time.monotonic() - started
        return RunFacts("rollback", settings.account.name, calls, seconds, digest)

    if out is not None:
        tell_interrupted(settings)
        with workflow.open_client(settings) as client:
            plan = workflow.plan_rollback(settings, client, wishes_of(**wishes), name=run).plan
            calls = client.calls
        write_atomically(out, plan_document(plan))
        told = facts(calls, plan_digest(plan))
        deliver(targets, writers(lambda: plan_report(plan, told), lambda: plan_document(plan)))
        return workflow.plan_exit_code(plan, detailed=False)
    connections = manner["parallelism"]
    with workflow.open_to_write(settings, command="rollback", connections=connections) as session:
        tell_settled(workflow.settle_interrupted(session.client, session.writer))
        ready = workflow.plan_rollback(settings, session.client, wishes_of(**wishes), name=run)
        now = Manner(manner, targets, lambda _: facts(session.client.calls))
        return carry_out(session, ready, now)
