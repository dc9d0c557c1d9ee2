"""Agreement of the evaluation with the recorded answers of the reference implementation."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from segsync.filterql import FilterQLSyntaxError, Node, includes, parse, same_meaning
from segsync.filterql.evaluator import Profile, Verdict, compile_filter, evaluate, read_profile

ANSWERS = Path(__file__).resolve().parents[3] / "shared" / "filterql"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not ANSWERS.is_dir(), reason="the recorded answers are not beside this checkout"
)

CLOCK = 'FILTER f CONTAINS "5"'
"""On a list of dates this searches their milliseconds, and so depends on when it was recorded."""


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (ANSWERS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read(text: str) -> Node | None:
    try:
        return parse(text).filter
    except FilterQLSyntaxError:
        return None


def verdict(row: dict[str, Any]) -> Verdict | None:
    """Return what we say, or None where the text cannot be read."""
    node = read(row["q"])
    if node is None:
        return None
    segments = {slug: read(text) for slug, text in row.get("includes", {}).items()}

    def include(reference: str) -> Node | None:
        return segments.get(reference.lower())

    return evaluate(node, read_profile(row["profile"], now=NOW), now=NOW, include=include)


def agrees(row: dict[str, Any]) -> bool:
    """Compare who matches; where the reference panics, nobody does."""
    found = verdict(row)
    if row["match"] is None:
        return found in {None, Verdict.UNDEFINED}
    return found is not None and found.match == row["match"]


def test_the_same_profiles_match() -> None:
    known = list(rows("evaluation"))
    differing = [row for row in known if not agrees(row)]
    assert len(differing) / len(known) <= 0.005
    assert [row["q"] for row in differing] in ([], [CLOCK])


def test_what_is_undefined_there_is_undefined_here() -> None:
    for row in rows("evaluation"):
        if row["eval_ok"] is False:
            assert verdict(row) is Verdict.UNDEFINED, row["q"]


def test_only_what_is_no_truth_is_undefined_here_and_defined_there() -> None:
    """The reference calls a result defined that neither matches nor can be negated."""
    for row in rows("evaluation"):
        if row["eval_ok"] and verdict(row) is Verdict.UNDEFINED:
            assert row["match"] is False, row["q"]
            node = read(f"FILTER NOT AND ({row['q'].removeprefix('FILTER ')}, true)")
            assert node is not None
            profile = read_profile(row["profile"], now=NOW)
            assert evaluate(node, profile, now=NOW) is Verdict.UNDEFINED


def pairs() -> Iterator[tuple[dict[str, Any], Node, Node]]:
    for row in rows("pairs"):
        a, b = read(row["a"]), read(row["b"])
        if row["a_ok"] and row["b_ok"] and a is not None and b is not None:
            yield row, a, b


def test_recorded_witnesses_tell_the_pairs_apart() -> None:
    for row, a, b in pairs():
        # What the segments of an INCLUDE were is not recorded.
        if row.get("vm_witness") and row["vm_match_differs_on"] and not includes(a) + includes(b):
            profile = read_profile(row["vm_witness"], now=NOW)
            found = [evaluate(node, profile, now=NOW).match for node in (a, b)]
            assert found[0] != found[1], row["a"]


def witnesses() -> list[Profile]:
    recorded = (row.get("vm_witness") for row in rows("pairs"))
    return [read_profile(content, now=NOW) for content in recorded if content]


def test_pairs_of_the_same_meaning_have_the_same_members() -> None:
    people = witnesses()
    for row, a, b in pairs():
        if same_meaning(a, b):
            first, second = compile_filter(a, now=NOW), compile_filter(b, now=NOW)
            for person in people:
                assert first(person).match == second(person).match, row["a"]
