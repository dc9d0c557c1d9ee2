from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from segsync.journal.records import (
    Call,
    CallResult,
    ChangeEnd,
    Ended,
    Fate,
    JournaledRun,
    Settlement,
)
from segsync.report.history import history_document, history_schema
from segsync.report.journaled import history_text, run_text
from tests.journal.runs import HEAD
from tests.schemas import committed, violations

CHANGE = {"number": 1, "kind": "segment", "action": "create", "key": "buyers", "id": None}
ID = "a" * 32


def run(**values: Any) -> JournaledRun:  # noqa: ANN401 - any of its fields
    """Return a run of one change."""
    return replace(JournaledRun(replace(HEAD, plan={"changes": [CHANGE]})), **values)


def test_the_committed_schema_is_current() -> None:
    assert committed("history") == history_schema()


def test_what_became_of_a_change_is_told_in_every_stage() -> None:
    begun = (Call(1, 1, "POST", "/v2/segment", "2026-11-23T03:30:46.000+00:00"),)
    answered = (Call(1, 1, "POST", "/v2/segment", "…", CallResult.DONE, "r1"),)
    found = Settlement(1, Fate.HAPPENED, ID, "it took effect")
    stages = [
        run(),
        run(calls=begun),
        run(calls=begun, settlements={1: found}, ended=Ended.SETTLED),
        run(calls=answered, outcomes={1: ChangeEnd(1, "applied", ID)}, ended=Ended.COMPLETED),
        run(outcomes={1: ChangeEnd(1, "skipped", None, "interrupted")}, ended=Ended.STOPPED),
    ]
    document = history_document(stages)
    assert violations(document, committed("history")) == []
    told = [each["changes"] for each in document["runs"]]  # type: ignore[attr-defined]
    begins = {name: each for name, each in CHANGE.items() if name != "id"}
    nothing = {**begins, "id": None, "result": None, "why": "", "in_flight": False, "settled": None}
    assert told == [
        [nothing],
        [{**nothing, "in_flight": True}],
        [{**nothing, "id": ID, "settled": {"fate": "happened", "told": "it took effect"}}],
        [{**nothing, "id": ID, "result": "applied"}],
        [{**nothing, "result": "skipped", "why": "interrupted"}],
    ]


def test_a_document_with_more_or_less_does_not_satisfy_the_schema() -> None:
    document = history_document([run()])
    assert violations({**document, "else": 1}, committed("history")) == ["$.else: unknown"]
    del document["runs"][0]["calls"]  # type: ignore[index]
    assert violations(document, committed("history")) == ["$.runs[0].calls: missing"]


class CountedCalls(tuple[Call, ...]):
    """Calls that know how often somebody went through them."""

    __slots__ = ()
    passes = 0

    def __iter__(self) -> Iterator[Call]:
        CountedCalls.passes += 1
        return super().__iter__()


@pytest.mark.parametrize("tell", [history_document, history_text, lambda runs: run_text(*runs)])
def test_a_run_of_many_changes_is_gone_through_as_often_as_one_of_few(
    tell: Callable[[list[JournaledRun]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = []
    for size in (2, 200):
        numbers = range(1, size + 1)
        changes = [{**CHANGE, "number": each} for each in numbers]
        calls = CountedCalls(Call(each, each, "POST", "/", "…") for each in numbers if each % 2)
        monkeypatch.setattr(CountedCalls, "passes", 0)
        tell([run(head=replace(HEAD, plan={"changes": changes}), calls=calls)])
        passes.append(CountedCalls.passes)
    assert passes[0] == passes[1] > 0
