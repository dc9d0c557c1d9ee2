"""Carries out a plan: one outcome for each change, and no success that was not checked."""

from segsync.applier.board import OnError
from segsync.applier.scheduler import apply_plan

__all__ = ["OnError", "apply_plan"]
