"""Writes files for what an account has."""

from pathlib import Path
from typing import TYPE_CHECKING

from segsync.api.client import Client
from segsync.config import Settings
from segsync.workflow.account import read_account

if TYPE_CHECKING:
    from segsync.exporter import PulledFiles


def pull(settings: Settings, client: Client, *, into: Path) -> "PulledFiles":
    """Write files for what the account has into an empty folder; nothing is written elsewhere."""
    # Imported here: only this command writes files.
    from segsync.exporter import pull_files, write_files  # noqa: PLC0415

    live = read_account(settings, client)
    pulled = pull_files(live, tag=settings.tag)
    write_files(into, pulled.files)
    return pulled
