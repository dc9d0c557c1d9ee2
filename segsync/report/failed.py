"""What a command delivers when it fails: a JSON document, its schema, and a report for people."""

import json
from typing import Any

from segsync.diagnostics import Diagnostic, Severity, sort_key
from segsync.errors import ExitCode
from segsync.planfile.schema import DIALECT, object_schema, version
from segsync.report.document import Alert, Report
from segsync.value import Value

FORMAT_VERSION = 1


class Failure(Value, frozen=True):
    """Why a command failed, in one line; `diagnostics` has the particulars where there are any.

    `kind` is a stable id, `way_out` says what would help.
    """

    command: str
    exit_code: ExitCode
    kind: str
    summary: str
    way_out: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


def failure_json(failure: Failure) -> str:
    """Return the document for programs, which docs/exit-codes.md describes."""
    document = {
        "format_version": FORMAT_VERSION,
        "command": failure.command,
        "exit_code": int(failure.exit_code),
        "error": {
            "kind": failure.kind,
            "summary": failure.summary,
            "way_out": failure.way_out,
            "diagnostics": [_diagnostic(each) for each in _sorted(failure)],
        },
    }
    return f"{json.dumps(document, indent=2)}\n"


def failure_report(failure: Failure) -> Report:
    """Return the report for people, so that no summary of a job stays empty."""
    return Report(
        title="failed",
        header=(f"segsync {failure.command}", f"exit code {failure.exit_code}"),
        alerts=(Alert(failure.summary, failure.way_out, word="FAILED"),),
        sections=(),
        notes=(),
        diagnostics=failure.diagnostics,
        total=f"Failed: {failure.kind}, exit code {failure.exit_code}.",
    )


def failure_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the document for programs."""
    text = {"type": "string"}
    place = {"type": ["integer", "null"], "minimum": 1}
    diagnostic = object_schema(
        code={**text, "description": "A stable id of the problem."},
        severity={"enum": [str(each) for each in Severity]},
        summary={**text, "description": "What is wrong."},
        detail={**text, "description": 'What would help, or "".'},
        file={"type": ["string", "null"], "description": "Where it is, if it is in a file."},
        line={**place, "description": "Counted from 1."},
        column={**place, "description": "Counted from 1."},
    )
    failed = sorted(int(each) for each in ExitCode if each not in {ExitCode.OK, ExitCode.CHANGES})
    return {
        "$schema": DIALECT,
        "title": "segsync failure",
        "description": "What `--report json` prints when a command fails before it has a report.",
        **object_schema(
            format_version=version(FORMAT_VERSION),
            command={**text, "description": "The command that failed."},
            exit_code={"enum": failed},
            error=object_schema(
                kind={
                    **text,
                    "pattern": "^[a-z]+(-[a-z]+)*$",
                    "description": "A stable id of the failure.",
                },
                summary={**text, "description": "What is wrong, in one line."},
                way_out={**text, "description": 'What would help, or "".'},
                diagnostics={"type": "array", "items": diagnostic},
            ),
        ),
    }


def _sorted(failure: Failure) -> list[Diagnostic]:
    return sorted(failure.diagnostics, key=sort_key)


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    at = diagnostic.location
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "file": at.path if at else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
    }
