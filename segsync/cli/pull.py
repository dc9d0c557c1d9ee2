"""`segsync pull`."""

from pathlib import Path

import click

from segsync import workflow
from segsync.cli.options import ENVIRONMENT, common, patient, settings_of
from segsync.report.safe import log_line, safe_line

_EPILOG = """\b
Examples:
  segsync pull                     (into the folder that segsync.yaml names, if it is empty)
  segsync pull --into live/
"""


@click.command(epilog=_EPILOG, context_settings=ENVIRONMENT)
@common
@patient
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="The empty folder to write to.  [default: `audiences` of segsync.yaml]",
)
def pull(*, config: Path | None, account: str | None, into: Path | None) -> int:
    """Write files for the segments and groups of the account.

    The folder must be empty or not yet there. What Lytics made itself is left out. Afterwards
    `validate` passes and `plan` shows nothing but adoptions. Nothing is written to the account.
    """
    settings = settings_of(config, account)
    with workflow.open_client(settings) as client:
        folder = into or settings.audiences
        pulled = workflow.pull(settings, client, into=folder)
    for line in pulled.left_out:
        click.echo(log_line(safe_line(f"left out: {line}")), err=True)
    click.echo(f"Wrote {len(pulled.files)} files to {folder}.")
    return 0
