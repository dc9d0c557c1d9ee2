"""What a write made by accident is removed only when nothing speaks against it: each sign alone."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from segsync.sandbox.edits import edit_segment
from tests.applier.account import Meddler, Scene, a_segment, create

LEFT_ALONE = "it was left alone, because nothing proves that this run made it"
LONG_AGO = "2025-01-01T00:00:00.000Z"


@pytest.fixture
def scene() -> Scene:
    """An account in which somebody else has the slug that the plan wants."""
    found = Scene()
    found.has(a_segment(owned=False))
    return found


def answer_with_one_made_before(scene: Scene, **edits: Any) -> Meddler:  # noqa: ANN401 - JSON
    """Answer a create with what it would have made, as if somebody had done so during the run."""

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        made = scene.account.process(request).json()["data"]
        edit_segment(scene.account.store, made["slug_name"], **edits)
        return httpx.Response(201, json={"data": scene.account.segments[made["id"]], "status": 201})

    return meddle


def test_what_this_run_has_made_by_accident_is_removed(scene: Scene) -> None:
    scene.account.meddle = answer_with_one_made_before(scene)
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith("instead; it was removed again")
    assert [each["slug_name"] for each in scene.account.segments.values()] == ["buyers"]


def test_a_slug_that_the_plan_means_for_something_else_is_left_alone(scene: Scene) -> None:
    changes = create(a_segment()), create(a_segment("buyers_1", name="Buyers"), number=2)
    (_, reason), _ = scene.apply(*changes)
    assert reason.endswith(LEFT_ALONE)
    slugs = [each["slug_name"] for each in scene.account.segments.values()]
    assert slugs[:2] == ["buyers", "buyers_1"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda scene: answer_with_one_made_before(scene, created=LONG_AGO),
        lambda scene: answer_with_one_made_before(scene, name="Theirs"),
        lambda scene: answer_with_one_made_before(scene, tags=None),
    ],
    ids=["older", "another name", "not ours"],
)
def test_one_sign_that_somebody_else_has_made_it_is_enough(
    scene: Scene, edit: Callable[[Scene], Meddler]
) -> None:
    scene.account.meddle = edit(scene)
    ((_, reason),) = scene.apply(create(a_segment()))
    assert reason.endswith(LEFT_ALONE)
    assert "DELETE" not in "".join(scene.account.log)
    assert len(scene.account.segments) == 2
