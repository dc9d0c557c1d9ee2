import json

import pytest

from segsync import __version__
from segsync.diagnostics import Location
from segsync.documents import DOCUMENTS, dump, schema
from segsync.documents.writing import Document
from segsync.errors import ExitCode
from segsync.inspection.checkup import Checkup, ok, problem, unknown
from segsync.inspection.comparison import Comparison, Difference, Party, Verdict
from segsync.inspection.portrait import (
    Declaration,
    FoundBy,
    Origin,
    Portrait,
    Relative,
    SizeAt,
    Standing,
    Use,
)
from segsync.inspection.reevaluation import LeftOut, Reevaluation, Requested, Size
from segsync.outcome import Result
from segsync.plan import FieldChange, Kind
from segsync.segment import Account, Definition, Segment
from tests.schemas import committed, violations

ACME = Account(1234, "Acmé")
SEGMENT = Segment(
    "vip", "VIP", Definition("FILTER x = 1"), tags=frozenset({"b", "a"}), groups=frozenset({"G"})
)
PORTRAIT = Portrait(
    ACME,
    FoundBy.SLUG,
    SEGMENT,
    Origin("f" * 32, "jonas", "2026-01-01T00:00:00.000Z", "", "", None),
    ("x is 1",),
    "FILTER x = 1",
    Declaration(Standing.DIFFERENT, Location("a.yaml", 3, 5), (FieldChange("tags", (), ("a",)),)),
    (Relative("base", "Base", "e" * 32, 1),),
    (Relative("gone", "", None, 1, remark="not in the account"),),
    (Use("j", "Promo", "ads", "running", is_active=True, is_certain=True),),
    (Use("f", "Hello", "flow", "draft", is_active=True, is_certain=False, through="top"),),
    size=5,
    history=(SizeAt("2026-01-01T00:00:00+00:00", 4),),
    unknown={"jobs": "no"},
)
COMPARISON = Comparison(
    Party("one", ACME, 3),
    Party("other", Account(99), 2),
    deep=True,
    differences=(
        Difference(
            Kind.SEGMENT,
            "vip",
            Verdict.DIFFERENT,
            "f" * 32,
            "e" * 32,
            (FieldChange("is_public", before=False, after=True),),
            through=("base",),
            remark="r",
        ),
        Difference(Kind.GROUP, "G", Verdict.ONLY_LEFT, "d" * 32),
    ),
    equal=1,
    left_out=("all",),
)
CHECKUP = Checkup(
    "prod",
    (
        ok("files", "fine"),
        problem("token", "none", "Set it.", ExitCode.AUTHENTICATION),
        unknown("writing", "nobody knows"),
    ),
)
REEVALUATION = Reevaluation(
    ACME,
    (
        Requested(
            "base",
            "e" * 32,
            added=True,
            result=Result.APPLIED,
            request_id="r1",
            before=Size(4, "2026-01-01T00:00:00.000Z"),
            after=Size(5),
            seconds=1.5,
        ),
        Requested("top", "f" * 32, result=Result.SKIPPED, reason="base failed"),
    ),
    (LeftOut("all", "it is predefined by Lytics"),),
    watched=60.0,
)
VALUES: dict[str, Document] = {
    "show": PORTRAIT,
    "compare": COMPARISON,
    "doctor": CHECKUP,
    "reevaluate": REEVALUATION,
}


def test_there_is_an_example_of_every_document() -> None:
    assert {name: type(value) for name, value in VALUES.items()} == dict(DOCUMENTS)


@pytest.mark.parametrize("command", DOCUMENTS)
def test_the_committed_schema_is_current(command: str) -> None:
    assert committed(command) == schema(command)


@pytest.mark.parametrize("command", DOCUMENTS)
def test_a_document_satisfies_its_schema(command: str) -> None:
    document = json.loads(dump(VALUES[command]))
    assert violations(document, committed(command)) == []
    assert set(document) == set(committed(command)["required"])


@pytest.mark.parametrize("command", DOCUMENTS)
def test_a_document_with_something_else_in_it_does_not(command: str) -> None:
    document = json.loads(dump(VALUES[command]))
    assert violations({**document, "else": 1}, committed(command)) == ["$.else: unknown"]


@pytest.mark.parametrize("command", DOCUMENTS)
def test_a_document_is_plain_ascii_and_says_its_version_first(command: str) -> None:
    text = dump(VALUES[command])
    assert text.isascii()
    assert text.endswith("}\n")
    head = list(json.loads(text).items())[:2]
    assert head == [("format_version", 1), ("segsync_version", __version__)]


def test_documents_count_what_a_person_would() -> None:
    assert json.loads(dump(COMPARISON))["summary"] == {
        "only_left": 1,
        "only_right": 0,
        "different": 1,
        "other_ancestors": 0,
        "ambiguous": 0,
    }
    checkup = json.loads(dump(CHECKUP))
    assert checkup["summary"] == {"ok": 1, "warning": 0, "problem": 1, "unknown": 1}
    assert checkup["exit_code"] == 4
    assert json.loads(dump(REEVALUATION))["summary"] == {"applied": 1, "failed": 0, "skipped": 1}


def test_the_document_of_a_segment_has_all_that_is_known() -> None:
    document = json.loads(dump(PORTRAIT))
    assert document["segment"]["tags"] == ["a", "b"]
    assert document["segment"]["definition"]["text"] == "FILTER x = 1"
    assert document["declaration"]["source"] == {"path": "a.yaml", "line": 3, "column": 5}
    assert document["included_by"][0]["remark"] == "not in the account"
