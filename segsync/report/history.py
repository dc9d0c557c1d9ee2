"""Earlier runs for programs: what the journals tell, as JSON, and the schema of that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from segsync.journal.records import CallResult, Ended, Fate, JournaledRun
from segsync.outcome import Result
from segsync.plan import Action, Kind
from segsync.planfile.schema import DIALECT, object_schema, version
from segsync.report.journaled import counted_ends

HISTORY_FORMAT_VERSION: Final = 1

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 0}


def history_document(runs: Sequence[JournaledRun]) -> dict[str, object]:
    """Return the runs as what JSON can hold; the plan of each stays in its journal."""
    return {"format_version": HISTORY_FORMAT_VERSION, "runs": [_run(each) for each in runs]}


def history_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every such document satisfies."""
    return {
        "$schema": DIALECT,
        "title": "segsync history",
        "description": "Runs that wrote, the newest first, as their journals tell them.",
        **object_schema(format_version=version(HISTORY_FORMAT_VERSION), runs=_list(_run_schema())),
    }


def _run(run: JournaledRun) -> dict[str, object]:
    head, in_flight = run.head, frozenset(run.in_flight)
    return {
        "run": head.run,
        "started": head.started,
        "who": head.who,
        "command": head.command,
        "account": head.account,
        "aid": head.aid,
        "origin": head.origin,
        "segsync_version": head.segsync_version,
        "plan_digest": head.digest,
        "ended": None if run.ended is None else str(run.ended),
        "in_flight": len(in_flight),
        "results": dict(sorted(Counter(each.result for each in counted_ends(run)).items())),
        "changes": [
            _change(run, each, is_in_flight=each["number"] in in_flight)
            for each in head.plan["changes"]
        ],
        "calls": [
            {
                "change": each.change,
                "method": each.method,
                "path": each.path,
                "at": each.at,
                "result": None if each.result is None else str(each.result),
                "request_id": each.request_id,
            }
            for each in run.calls
        ],
    }


def _change(
    run: JournaledRun, change: Mapping[str, Any], *, is_in_flight: bool
) -> dict[str, object]:
    number: int = change["number"]
    end, settlement = run.outcomes.get(number), run.settlements.get(number)
    return {
        **{name: change[name] for name in ("number", "kind", "action", "key")},
        "id": run.id_of(number) or change["id"],
        "result": None if end is None else end.result,
        "why": "" if end is None else end.why,
        "in_flight": is_in_flight,
        "settled": None
        if settlement is None
        else {"fate": str(settlement.fate), "told": settlement.told},
    }


def _run_schema() -> dict[str, Any]:
    return object_schema(
        run={**_TEXT, "description": "Its name, which `segsync rollback` takes."},
        started={**_TEXT, "description": "In UTC, as ISO 8601."},
        who={**_TEXT, "description": "user@host"},
        command={**_TEXT, "description": "apply, rollback or reevaluate."},
        account={**_TEXT, "description": "What segsync.yaml calls the account."},
        aid={"type": "integer"},
        origin={**_TEXT, "description": "The URL of the account, or the file of a sandbox."},
        segsync_version=_TEXT,
        plan_digest={**_TEXT, "description": "That of the plan which was carried out."},
        ended={
            "enum": [None, *(str(each) for each in Ended)],
            "description": "null after a crash that nobody has settled yet.",
        },
        in_flight={**_NUMBER, "description": "How many changes have an unknown effect."},
        results={
            "type": "object",
            "properties": {str(each): _NUMBER for each in Result},
            "additionalProperties": False,
            "description": "How many changes ended so, as the report of the run counted them.",
        },
        changes=_list(_change_schema()),
        calls=_list(_call_schema()),
    )


def _change_schema() -> dict[str, Any]:
    return object_schema(
        number={**_NUMBER, "description": "Its place in the plan, from 1."},
        kind={"enum": [str(each) for each in Kind]},
        action={"enum": [str(each) for each in Action]},
        key={**_TEXT, "description": "The slug or name after the change."},
        id={"type": ["string", "null"], "description": "null when it was not known."},
        result={
            "enum": [None, *(str(each) for each in Result)],
            "description": "null when the run did not get so far, or crashed.",
        },
        why={**_TEXT, "description": "The reason or a note, or an empty text."},
        in_flight={"type": "boolean", "description": "Whether its effect is unknown."},
        settled={
            "anyOf": [
                {"type": "null"},
                object_schema(fate={"enum": [str(each) for each in Fate]}, told=_TEXT),
            ],
            "description": "What a later run found out, where one had to.",
        },
    )


def _call_schema() -> dict[str, Any]:
    return object_schema(
        change={**_NUMBER, "description": "The number of the change that it was made for."},
        method=_TEXT,
        path=_TEXT,
        at={**_TEXT, "description": "When it was about to be sent, in UTC, as ISO 8601."},
        result={
            "enum": [None, *(str(each) for each in CallResult)],
            "description": "null when its end was never written down.",
        },
        request_id={**_TEXT, "description": "That of the answer, or an empty text."},
    )


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
