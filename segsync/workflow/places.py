"""Where runs keep what outlives them, beside segsync.yaml."""

from pathlib import Path

from segsync.config import Settings


def journals_of(settings: Settings) -> Path:
    """Return the folder of journals; it need not be there."""
    return settings.root / ".segsync" / "journal"


def has_journals(settings: Settings) -> bool:
    """Return whether any run has kept a journal here."""
    return journals_of(settings).is_dir()
