"""Reads a saved plan back, and says plainly what is wrong with one that cannot be trusted."""

import json
from typing import NoReturn

from msgspec.structs import replace

from segsync import __version__
from segsync.diagnostics import Diagnostic, Location, Severity, error
from segsync.errors import InvalidInputError
from segsync.plan import Plan
from segsync.planfile.plain import Plain
from segsync.planfile.writing import ENVELOPE, FORMAT_VERSION, digest_of, summed_up

_SHOWN = 5
_AGAIN = "Make it again: segsync plan --out plan.json"


def load(text: str, *, path: str = "plan.json") -> Plan:
    """Return the plan that the document holds; `path` is what messages call the file.

    A plan made by another version of segsync gets one more diagnostic, which says so. Raises
    InvalidInputError when the text is no JSON or cut short, has another format version, was
    changed after it was made, or holds anything that a plan does not.
    """
    document = _document(text, path)
    if document.get("digest") != digest_of(document):
        _refuse("plan-edited", "the plan was changed after it was made", Location(path))
    content = {key: each for key, each in document.items() if key not in ENVELOPE}
    plan = _plan(content, path)
    if any(document.get(key) != value for key, value in summed_up(plan).items()):
        _refuse("plan-edited", "the plan does not do what its summary says", Location(path))
    version = document.get("segsync_version")
    if version == __version__:
        return plan
    told = Diagnostic(
        Severity.INFO,
        "plan-version",
        f"the plan was made by segsync {version}, this is {__version__}",
        location=Location(path),
    )
    return replace(plan, diagnostics=(*plan.diagnostics, told))


def _document(text: str, path: str) -> dict[str, Plain]:
    document = _json(text, path)
    if not isinstance(document, dict) or "format_version" not in document:
        summary = "the file is JSON, but no plan of segsync"
        _refuse("plan-shape", summary, Location(path))
    version = document["format_version"]
    if version is True or version != FORMAT_VERSION:
        summary = (
            f"the plan has format version {json.dumps(version)},"
            f" and segsync {__version__} reads version {FORMAT_VERSION}"
        )
        _refuse("plan-format-version", summary, Location(path))
    return document


def _json(text: str, path: str) -> Plain:
    try:
        document: Plain = json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins
        )
    except json.JSONDecodeError as problem:
        at = Location(path, problem.lineno, problem.colno)
        if _is_cut_short(text, problem.pos):
            _refuse("plan-cut-short", "the plan is cut short", at, cause=problem)
        _refuse("plan-not-json", f"not JSON: {problem.msg}", at, cause=problem)
    except (ValueError, RecursionError) as problem:
        # Numbers of thousands of digits, NaN, nesting without end, a key that stands twice:
        # nothing that segsync writes.
        _refuse("plan-not-json", "not JSON as segsync writes it", Location(path), cause=problem)
    return document


def _refuse_twins(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    """Return the object; of a key that stands twice a person would believe another than we do."""
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return found


def _is_cut_short(text: str, position: int) -> bool:
    """Return whether the text begins like a plan and ends before the plan does."""
    whole = text.strip()
    return not whole or (
        whole.startswith("{") and (not whole.endswith("}") or position >= len(text.rstrip()))
    )


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _plan(content: dict[str, Plain], path: str) -> Plan:
    # Imported here: writing a plan, which most runs do, needs no pydantic.
    from pydantic import ValidationError  # noqa: PLC0415

    from segsync.planfile.adapter import plan_adapter  # noqa: PLC0415

    try:
        return plan_adapter().validate_json(json.dumps([content]))[0]
    except ValidationError as problem:
        places = [
            f"{'.'.join(str(part) for part in each['loc'][1:])}: {each['msg']}"
            for each in problem.errors(include_url=False, include_input=False)
        ]
        detail = "\n".join(places[:_SHOWN])
        summary = "the plan holds something that a plan of this version does not"
        _refuse("plan-shape", summary, Location(path), detail=detail, cause=problem)


def _refuse(
    code: str, summary: str, at: Location, *, detail: str = "", cause: Exception | None = None
) -> NoReturn:
    told = f"{detail}\n{_AGAIN}" if detail else _AGAIN
    raise InvalidInputError([error(code, summary, detail=told, at=at)]) from cause
