import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted(Path(__file__).parents[1].glob(".github/workflows/*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    # The YAML 1.1 of this reader takes the key `on` for true.
    return {str(key): value for key, value in yaml.safe_load(path.read_text()).items()}


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def test_there_is_a_workflow_for_code_plan_apply_and_drift() -> None:
    assert [path.stem for path in WORKFLOWS] == ["apply", "ci", "drift", "plan"]


@each_workflow
def test_every_action_is_pinned_by_commit_with_its_version(path: Path) -> None:
    used = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]

    assert used
    assert [line for line in used if not PINNED.search(line)] == []


@each_workflow
def test_a_job_gets_no_permission_but_to_read(path: Path) -> None:
    workflow = read(path)

    assert workflow["permissions"] == {}
    granted = [job["permissions"] for job in workflow["jobs"].values()]
    assert all(each in ({}, {"contents": "read"}) for each in granted)


@each_workflow
def test_every_job_has_a_time_limit(path: Path) -> None:
    assert all(job["timeout-minutes"] <= 60 for job in read(path)["jobs"].values())


@each_workflow
def test_no_script_has_an_expression_that_github_would_paste_in(path: Path) -> None:
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@each_workflow
def test_a_checkout_leaves_no_credentials_behind(path: Path) -> None:
    checkouts = [
        each for each in steps(path) if each.get("uses", "").startswith("actions/checkout")
    ]

    assert all(each["with"]["persist-credentials"] is False for each in checkouts)


@each_workflow
def test_a_stranger_s_pull_request_meets_no_secret(path: Path) -> None:
    text = path.read_text()

    assert "pull_request_target" not in text
    assert "secrets." not in text


def test_an_apply_is_never_cancelled_and_never_overtaken() -> None:
    (apply,) = [read(path) for path in WORKFLOWS if path.stem == "apply"]

    assert apply["concurrency"] == {"group": "apply-sandbox", "cancel-in-progress": False}
