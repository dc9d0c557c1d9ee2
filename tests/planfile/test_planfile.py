import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from segsync import __version__
from segsync.diagnostics import Diagnostic, Location, Severity, warning
from segsync.errors import InvalidInputError
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Blocked, Change, FieldChange, Kind, Plan, Refusal
from segsync.planfile import digest, dump, load, outcomes_json, outcomes_schema, schema
from segsync.planfile.plain import plain
from segsync.planfile.writing import digest_of
from segsync.segment import Account, Definition, Group, Segment
from tests.schemas import committed, violations

_AGAIN = "Make it again: segsync plan --out plan.json"


def _plan() -> Plan:
    before = Segment("vip", "VIP", Definition("FILTER visits > 1"), tags=frozenset({"b", "a"}))
    after = replace(before, definition=Definition("FILTER visits > 2"), groups=frozenset({"G"}))
    return Plan(
        Account(4242, "Fernwood"),
        "segsync",
        (
            Change(1, Kind.GROUP, Action.CREATE, "G", None, None, Group("G", "naïve")),
            Change(
                2,
                Kind.SEGMENT,
                Action.UPDATE,
                "vip",
                "id2",
                before,
                after,
                fields=(
                    FieldChange("definition", "FILTER visits > 1", "FILTER visits > 2"),
                    FieldChange("groups", (), ("G",)),
                    FieldChange("is_public", before=False, after=True),
                    FieldChange("expires_at", None, "2027-01-01"),
                ),
                waits_for=frozenset({1}),
                affects=("news",),
                source=Location("a.yaml", 3, 5),
            ),
        ),
        blocked=(Blocked(Kind.SEGMENT, Action.DELETE, "old", "in-use", "used", "stop it"),),
        refusals=(Refusal("too-many-deletes", "12 of 43", "--allow-deletes 12"),),
        diagnostics=(warning("w", "careful", at=Location("a.yaml")),),
        unchanged=40,
        unmanaged=3,
        managed=42,
        live=45,
        group_ids=MappingProxyType({"Z": "g2", "A": "g1"}),
        fingerprints={"id2": "abc"},
    )


def _edited(edit: Callable[[dict[str, Any]], object], *, resigned: bool = True) -> str:
    document = json.loads(dump(_plan()))
    edit(document)
    if resigned:
        document["digest"] = digest_of(document)
    return json.dumps(document)


def _refused(text: str) -> Diagnostic:
    with pytest.raises(InvalidInputError) as caught:
        load(text, path="saved.json")
    (problem,) = caught.value.diagnostics
    return problem


def test_a_plan_survives_being_saved() -> None:
    assert load(dump(_plan())) == _plan()


def test_the_document_is_whole_and_in_reading_order() -> None:
    document = json.loads(dump(_plan()))
    assert list(document) == [
        "format_version",
        "segsync_version",
        "digest",
        "account",
        "summary",
        "refused",
        "tag",
        "changes",
        "blocked",
        "refusals",
        "accepted",
        "sizes",
        "diagnostics",
        "unchanged",
        "unmanaged",
        "managed",
        "live",
        "allowed",
        "group_ids",
        "fingerprints",
    ]
    assert document["format_version"] == 1
    assert document["segsync_version"] == __version__
    assert document["account"] == {"aid": 4242, "name": "Fernwood"}
    assert document["refused"] is True
    assert document["summary"] == {
        "create": 1,
        "update": 1,
        "rename": 0,
        "delete": 0,
        "adopt": 0,
        "reevaluate": 0,
        "blocked": 1,
    }
    assert document["changes"][1]["before"]["tags"] == ["a", "b"]
    assert document["changes"][1]["waits_for"] == [1]
    assert list(document["group_ids"]) == ["A", "Z"]


def test_the_text_is_stable_ascii_with_a_newline_at_its_end() -> None:
    text = dump(_plan())
    assert text == dump(_plan())
    assert text.isascii()
    assert text.startswith('{\n  "format_version": 1,\n')
    assert text.endswith("\n}\n")


def test_the_digest_is_that_of_the_document() -> None:
    assert digest(_plan()) == json.loads(dump(_plan()))["digest"]
    assert digest(_plan()) != digest(replace(_plan(), unchanged=41))


def test_a_new_layout_is_no_edit() -> None:
    assert load(json.dumps(json.loads(dump(_plan())), sort_keys=True)) == _plan()


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document["changes"].pop(),
        lambda document: document.update(refused=False),
        lambda document: document["summary"].update(delete=7),
        lambda document: document.pop("digest"),
    ],
)
def test_an_edited_plan_is_refused(edit: Callable[[dict[str, Any]], object]) -> None:
    assert _refused(_edited(edit, resigned=False)) == Diagnostic(
        Severity.ERROR,
        "plan-edited",
        "the plan was changed after it was made",
        _AGAIN,
        Location("saved.json"),
    )


def test_a_plan_of_another_version_is_read_and_says_so() -> None:
    text = _edited(lambda document: document.update(segsync_version="0.0.9"))
    told = Diagnostic(
        Severity.INFO,
        "plan-version",
        f"the plan was made by segsync 0.0.9, this is {__version__}",
        location=Location("plan.json"),
    )
    assert load(text) == replace(_plan(), diagnostics=(*_plan().diagnostics, told))


@pytest.mark.parametrize("version", [2, "1", True, None])
def test_another_format_version_is_refused(version: object) -> None:
    problem = _refused(_edited(lambda document: document.update(format_version=version)))
    assert problem.code == "plan-format-version"
    assert problem.summary == (
        f"the plan has format version {json.dumps(version)},"
        f" and segsync {__version__} reads version 1"
    )


@pytest.mark.parametrize("keep", [0, 1, 40, 0.5, 0.99])
def test_a_plan_that_is_cut_short_is_refused(keep: float) -> None:
    text = dump(_plan())
    length = int(keep) if keep in {0, 1, 40} else int(len(text) * keep)
    problem = _refused(text[:length])
    assert problem.code == "plan-cut-short"
    assert problem.summary == "the plan is cut short"


def test_a_plan_that_is_cut_after_a_brace_is_cut_short() -> None:
    text = dump(_plan())
    assert _refused(text[: text.index("}") + 1]).code == "plan-cut-short"


def test_text_that_is_no_json_is_refused_with_its_place() -> None:
    assert _refused('{"a": 1,\n  b}') == Diagnostic(
        Severity.ERROR,
        "plan-not-json",
        "not JSON: Expecting property name enclosed in double quotes",
        _AGAIN,
        Location("saved.json", 2, 3),
    )
    assert _refused("segments: []").code == "plan-not-json"


def _saying_twice(key: str, first: str) -> str:
    """Return a whole plan that says something else before what it means."""
    return dump(_plan()).replace(f'"{key}":', f'"{key}": {first},\n"{key}":', 1)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": NaN}',
        "[" * 100_000,
        f'{{"a": {"9" * 5000}}}',
        _saying_twice("changes", "[]"),
        _saying_twice("text", '"FILTER *"'),
        _saying_twice("action", '"create"'),
    ],
)
def test_json_that_segsync_never_writes_is_refused(text: str) -> None:
    assert _refused(text) == Diagnostic(
        Severity.ERROR,
        "plan-not-json",
        "not JSON as segsync writes it",
        _AGAIN,
        Location("saved.json"),
    )


@pytest.mark.parametrize("text", ["[]", "{}", "3", '{"changes": []}'])
def test_json_that_is_no_plan_is_refused(text: str) -> None:
    problem = _refused(text)
    assert (problem.code, problem.summary) == (
        "plan-shape",
        "the file is JSON, but no plan of segsync",
    )


def test_unknown_keys_and_wrong_types_are_refused_by_name() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["changes"][0]["colour"] = "red"
        document["live"] = "45"
        del document["tag"]

    assert _refused(_edited(edit)) == Diagnostic(
        Severity.ERROR,
        "plan-shape",
        "the plan holds something that a plan of this version does not",
        "tag: Field required\n"
        "changes.0.colour: Unexpected keyword argument\n"
        "live: Input should be a valid integer\n"
        f"{_AGAIN}",
        Location("saved.json"),
    )


def test_nothing_but_the_vocabulary_is_written() -> None:
    with pytest.raises(TypeError, match="a plan holds no bytes"):
        plain(b"")


def test_the_committed_schemas_are_current() -> None:
    assert committed("plan") == schema()
    assert committed("apply") == outcomes_schema()


def test_the_schema_describes_the_document() -> None:
    described = schema()
    assert set(described["properties"]) == set(json.loads(dump(_plan())))
    assert described["required"] == sorted(described["properties"])
    assert described["additionalProperties"] is False
    assert described["$defs"]["Change"]["additionalProperties"] is False
    assert set(described["$defs"]["Change"]["required"]) == set(
        json.loads(dump(_plan()))["changes"][0]
    )


def test_outcomes_are_written_with_the_digest_of_their_plan() -> None:
    plan = _plan()
    bridge = replace(plan.changes[1], number=3, bridge=True)
    outcomes = [
        Outcome(plan.changes[0], Result.APPLIED, id="g1", note="renamed", seconds=0.12345),
        Outcome(plan.changes[1], Result.FAILED, "HTTP 500", request_id="r1", seconds=1.0),
        Outcome(bridge, Result.SKIPPED, "not needed"),
    ]
    text = outcomes_json(plan, outcomes)
    assert text.endswith("\n}\n")
    document = json.loads(text)
    assert violations(document, committed("apply")) == []
    records = document.pop("outcomes")
    assert document == {
        "format_version": 1,
        "segsync_version": __version__,
        "plan_digest": digest(plan),
        "account": {"aid": 4242, "name": "Fernwood"},
        "summary": {"applied": 1, "failed": 1, "skipped": 0},
    }
    assert records[0] == {
        "number": 1,
        "kind": "group",
        "action": "create",
        "key": "G",
        "previous_key": None,
        "id": "g1",
        "bridge": False,
        "result": "applied",
        "reason": "",
        "note": "renamed",
        "request_id": "",
        "seconds": 0.123,
    }
    assert [each["id"] for each in records] == ["g1", "id2", "id2"]
    assert [each["result"] for each in records] == ["applied", "failed", "skipped"]
