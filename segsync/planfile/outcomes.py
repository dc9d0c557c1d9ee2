"""Writes what became of a plan as its JSON document."""

import json
from collections.abc import Sequence

from segsync import __version__
from segsync.outcome import Outcome, Result
from segsync.plan import Plan
from segsync.planfile.plain import Plain, plain
from segsync.planfile.writing import digest

OUTCOMES_FORMAT_VERSION = 1


def outcomes_json(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """Return one record for each outcome, in the order given, as ASCII JSON with a newline.

    `summary` counts without bridges, as the last line of the text report does, but for bridges
    that failed.
    """
    document: dict[str, Plain] = {
        "format_version": OUTCOMES_FORMAT_VERSION,
        "segsync_version": __version__,
        "plan_digest": digest(plan),
        "account": plain(plan.account),
        "summary": {str(each): _number(outcomes, each) for each in Result},
        "outcomes": [_record(each) for each in outcomes],
    }
    return f"{json.dumps(document, indent=2)}\n"


def _number(outcomes: Sequence[Outcome], result: Result) -> int:
    return sum(
        each.result is result and (result is Result.FAILED or each.change.is_counted)
        for each in outcomes
    )


def _record(outcome: Outcome) -> Plain:
    change = outcome.change
    return {
        "number": change.number,
        "kind": change.kind.value,
        "action": change.action.value,
        "key": change.key,
        "previous_key": change.previous_key,
        "id": outcome.id or change.id,
        "bridge": change.bridge,
        "result": outcome.result.value,
        "reason": outcome.reason,
        "note": outcome.note,
        "request_id": outcome.request_id,
        "seconds": round(outcome.seconds, 3),
    }
