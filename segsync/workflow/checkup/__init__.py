"""Looks at everything that a run needs, one thing after the other, and says what to do."""

from segsync.workflow.checkup.run import examine

__all__ = ["examine"]
