"""Reads the repository's files as one account sees them."""

from datetime import date

from segsync.config import Settings
from segsync.loader.load import Loaded, load
from segsync.yamlfile.pause import paused_collector


def read_files(settings: Settings, *, lint: bool = False, today: date | None = None) -> Loaded:
    """Read the repository's files: desired state and every problem, errors included.

    With `lint`, what the lint rules find in the definitions is among the problems; with `today`,
    what has expired by then.
    """
    with paused_collector():
        return load(
            settings.audiences,
            root=settings.root,
            account=settings.account.name,
            variables=settings.account.variables,
            ownership_tag=settings.tag,
            known_accounts=settings.accounts,
            lint=settings.lint if lint else None,
            today=today,
        )
