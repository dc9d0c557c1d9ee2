"""Writes the result of a command as its JSON document."""

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from segsync import __version__
from segsync.inspection.checkup import Checkup, Status
from segsync.inspection.comparison import Comparison, Verdict
from segsync.inspection.portrait import Portrait
from segsync.inspection.reevaluation import Reevaluation
from segsync.outcome import Result
from segsync.planfile.plain import Plain, record

FORMAT_VERSION: Final = 1

Document: TypeAlias = Portrait | Comparison | Checkup | Reevaluation

DOCUMENTS: Final[Mapping[str, type[Document]]] = {
    "show": Portrait,
    "compare": Comparison,
    "doctor": Checkup,
    "reevaluate": Reevaluation,
}
"""What each command writes."""

COUNTED: Final[Mapping[type[Document], tuple[str, ...]]] = {
    Portrait: (),
    Comparison: tuple(each.value for each in Verdict),
    Checkup: tuple(each.value for each in Status),
    Reevaluation: tuple(each.value for each in Result),
}
"""What the summary of each document counts."""


def dump(value: Document) -> str:
    """Return the document as ASCII JSON in a fixed order, ending with a newline."""
    document: dict[str, Plain] = {
        "format_version": FORMAT_VERSION,
        "segsync_version": __version__,
        **_summary(value),
        **record(value),
    }
    return f"{json.dumps(document, indent=2)}\n"


def _summary(value: Document) -> dict[str, Plain]:
    counts: dict[str, Plain]
    match value:
        case Portrait():
            return {}
        case Comparison():
            counts = {each.value: value.counted(each) for each in Verdict}
        case Checkup():
            counts = {each.value: value.counted(each) for each in Status}
            return {"exit_code": value.exit_code.value, "summary": counts}
        case _:
            counts = {each.value: value.counted(each) for each in Result}
    return {"summary": counts}
