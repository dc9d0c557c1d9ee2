"""The definitions that Lytics documents for every account, through files, plan, apply and back."""

import json
from datetime import date
from pathlib import Path

import httpx
import pytest

from segsync import workflow
from segsync.api.client import Client
from segsync.applier import apply_plan
from segsync.config import read_settings
from segsync.filterql import format_statement, parse
from segsync.outcome import Result
from segsync.plan import Action, Allowances
from segsync.sandbox.seed import Seed
from segsync.sandbox.store import memory_store
from segsync.sandbox.transport import SandboxTransport
from segsync.segment import Marks

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "lytics" / "examples"
DEFAULTS = EXAMPLES / "default-segments.docs-developer-segments.json"
CAPTURED = sorted(EXAMPLES.glob("real-segments*.json"))

pytestmark = pytest.mark.skipif(
    not DEFAULTS.exists(), reason="the collected documentation is not beside this checkout"
)
CONFIG = """
version: 1
audiences: audiences/
default_account: sandbox
accounts:
  sandbox: {url: "sandbox:"}
"""
# The captured segments all say so.
AID = 2693
WISHES = workflow.Wishes(today=date(2026, 11, 23), allow=Allowances(empty=True))


def documented() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    return rows


def write_files(root: Path) -> None:
    """Declare every documented definition under a slug of our own."""
    (root / "segsync.yaml").write_text(CONFIG, encoding="utf-8")
    (root / "audiences").mkdir()
    entries = []
    for row in documented():
        statement = parse(row["segment_ql"])
        entries.append(
            {
                "slug_name": f"our_{row['slug_name']}",
                "name": f"Our {row['name']}"[:64],
                "description": row["description"],
                "segment_ql": format_statement(parse(f"FILTER {_condition(row, statement.alias)}")),
            }
        )
    # JSON is YAML, and the quickest way to write any text without a mistake.
    text = json.dumps({"segments": entries}, indent=1)
    (root / "audiences" / "defaults.yaml").write_text(text, encoding="utf-8")


def _condition(row: dict[str, str], alias: str | None) -> str:
    """Return the documented condition without FROM and ALIAS, which belong to another slug."""
    text = row["segment_ql"].removeprefix("FILTER ")
    return text.removesuffix(f" ALIAS {alias}").removesuffix(" FROM user")


def test_every_documented_definition_goes_through_plan_apply_and_an_empty_plan(
    tmp_path: Path,
) -> None:
    write_files(tmp_path)
    settings = read_settings(None, account=None, environ={}, cwd=tmp_path)
    store = memory_store(Seed({"aid": 1, "name": "Empty"}, {}, (), (), ()))
    with Client(
        url="https://sandbox.invalid",
        token="sandbox",
        marks=Marks(settings.tag),
        transport=SandboxTransport(store),
    ) as client:
        plan = workflow.make_plan(settings, client, WISHES).plan
        assert [each.action for each in plan.changes] == [Action.CREATE] * len(documented())
        outcomes = list(apply_plan(plan, client, known_ids=()))
        assert [each.reason for each in outcomes if each.result is not Result.APPLIED] == []
        assert workflow.make_plan(settings, client, WISHES).plan.changes == ()


def test_an_account_of_captured_and_documented_segments_is_read_whole_and_left_alone(
    tmp_path: Path,
) -> None:
    write_files(tmp_path)
    settings = read_settings(None, account=None, environ={}, cwd=tmp_path)
    rows = [
        {"id": f"{number:032x}", "tags": ["predefined"], "author_id": "", **row}
        for number, row in enumerate(documented())
    ]
    slugs = {row["slug_name"] for row in rows}
    for file in CAPTURED:
        rows += [row for row in json.loads(file.read_text()) if row["slug_name"] not in slugs]
        slugs |= {row["slug_name"] for row in rows}
    answers = {
        "/v2/account": [{"aid": AID, "name": "Captured"}],
        "/v2/segment": rows,
        "/v2/segment/group": None,
        "/v2/job": None,
        "/v2/schema/user/field": [],
    }
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"data": answers[request.url.path]})
    )
    with Client(
        url="https://sandbox.invalid", token="t", marks=Marks(settings.tag), transport=transport
    ) as client:
        planned = workflow.make_plan(settings, client, WISHES)
    assert len(planned.live.segments) == len(rows)
    assert planned.plan.unmanaged == len(rows)
    assert {each.action for each in planned.plan.changes} == {Action.CREATE}
