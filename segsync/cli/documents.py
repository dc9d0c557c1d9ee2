"""The documents for programs, each imported when it is asked for: most runs are for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segsync.outcome import Outcome
from segsync.plan import Plan

if TYPE_CHECKING:
    from segsync.documents.writing import Document


def plan_document(plan: Plan) -> str:
    """Return the plan as JSON, as `apply FILE` reads it back."""
    from segsync.planfile import dump  # noqa: PLC0415

    return dump(plan)


def plan_digest(plan: Plan) -> str:
    """Return the digest in the plan's document, by which a reviewer knows it again."""
    from segsync.planfile import digest  # noqa: PLC0415

    return digest(plan)


def apply_document(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """Return what became of the plan as JSON."""
    from segsync.planfile import outcomes_json  # noqa: PLC0415

    return outcomes_json(plan, outcomes)


def inspection_document(value: "Document") -> str:
    """Return what a looking command has found as JSON."""
    from segsync.documents import dump  # noqa: PLC0415

    return dump(value)
