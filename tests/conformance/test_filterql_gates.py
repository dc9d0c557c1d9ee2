"""Agreement of the gates with the recorded answers of the reference implementation."""

import json
from pathlib import Path
from typing import Any

import pytest

from segsync.filterql import FilterQLSyntaxError, parse, to_ast
from segsync.filterql.gates import gates

ANSWERS = Path(__file__).resolve().parents[3] / "shared" / "filterql"

pytestmark = pytest.mark.skipif(
    not ANSWERS.is_dir(), reason="the recorded answers are not beside this checkout"
)


def rows(name: str) -> list[dict[str, Any]]:
    """The FILTER statements that the reference and we read as the same tree."""
    with (ANSWERS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        known = [json.loads(line) for line in lines]
    return [
        row
        for row in known
        if "q" in row
        and row["ok"]
        and not str(row.get("kind", "")).startswith("select")
        and is_read(row)
    ]


def is_read(row: dict[str, Any]) -> bool:
    try:
        return bool(to_ast(parse(row["q"]).filter) == row["ast"])
    except FilterQLSyntaxError:
        return False


@pytest.mark.parametrize("name", ["oracle", "generated"])
@pytest.mark.parametrize(
    ("gate", "key"), [("schema", "schema_validate_error"), ("index", "es_error")]
)
def test_the_same_statements_pass(name: str, gate: str, key: str) -> None:
    known = rows(name)
    assert len(known) > 400

    differing = [
        row["q"]
        for row in known
        if bool(getattr(gates(parse(row["q"])), gate)) != bool(row.get(key))
    ]

    assert differing == []
