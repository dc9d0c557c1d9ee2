"""Writes what became of a plan as its JSON document."""

import json
from collections.abc import Sequence
from typing import Any

from segsync import __version__
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Kind, Plan
from segsync.planfile.plain import Plain, plain
from segsync.planfile.schema import DIALECT, counts, object_schema, version
from segsync.planfile.writing import digest

OUTCOMES_FORMAT_VERSION = 1

_TEXT = {"type": "string"}


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


def outcomes_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every such document satisfies."""
    return {
        "$schema": DIALECT,
        "title": "segsync apply",
        "description": "What became of each change of a plan.",
        **object_schema(
            format_version=version(OUTCOMES_FORMAT_VERSION),
            segsync_version={**_TEXT, "description": "What carried out the plan."},
            plan_digest={
                **_TEXT,
                "pattern": "^sha256:[0-9a-f]{64}$",
                "description": "The digest of the plan that was carried out.",
            },
            account=object_schema(aid={"type": "integer"}, name=_TEXT),
            summary=counts("How many changes ended how.", Result),
            outcomes={"type": "array", "items": _record_schema()},
        ),
    }


def _record_schema() -> dict[str, Any]:
    maybe = {"type": ["string", "null"]}
    return object_schema(
        number={"type": "integer", "minimum": 1, "description": "Its place in the plan."},
        kind={"enum": [str(each) for each in Kind]},
        action={"enum": [str(each) for each in Action]},
        key=_TEXT,
        previous_key={**maybe, "description": "The key before a rename."},
        id={**maybe, "description": "Null for what was to be created and was not."},
        bridge={"type": "boolean", "description": "A step on the way of a rename."},
        result={"enum": [str(each) for each in Result]},
        reason={**_TEXT, "description": "Why it failed or was skipped."},
        note={**_TEXT, "description": "What a person should know although it ended well."},
        request_id={**_TEXT, "description": "What the API knows the call by."},
        seconds={"type": "number", "minimum": 0},
    )


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
