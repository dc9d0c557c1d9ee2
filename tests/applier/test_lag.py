"""Answers that do not show yet what this run has written: they are no other people's doing."""

import httpx
import pytest

from segsync.sandbox.edits import remove_segment
from segsync.segment import Group
from tests.applier.account import MeddledAccount, Scene, a_segment, create, delete, update


@pytest.fixture
def scene() -> Scene:
    return Scene()


def lag(account: MeddledAccount, *, looks: int) -> None:
    """Let so many reads after each write answer what the same read answered before it."""
    shown: dict[str, httpx.Response] = {}
    left: dict[str, int] = {}

    def meddle(request: httpx.Request) -> httpx.Response | None:
        path = request.url.path
        if request.method != "GET":
            left.update(dict.fromkeys(shown, looks))
            return None
        if left.get(path, 0) > 0:
            left[path] -= 1
            old = shown[path]
        else:
            old = shown[path] = account.process(request)
        return httpx.Response(old.status_code, content=old.read())

    account.meddle = meddle


def test_an_update_that_is_not_shown_yet_is_no_conflict_for_the_next_one(scene: Scene) -> None:
    first, then, last = (a_segment(name=name) for name in ("First", "Then", "Last"))
    made = scene.has(first)
    lag(scene.account, looks=2)
    changes = [
        update(made, first, then),
        update(made, then, last, number=2, waits_for=frozenset({1})),
    ]
    assert scene.apply(*changes) == [("applied", ""), ("applied", "")]
    assert scene.slept == [0.5, 0.5]
    assert scene.account.segments[made]["name"] == "Last"


def test_a_deleted_segment_that_is_shown_for_a_while_is_gone(scene: Scene) -> None:
    made = scene.has(a_segment())
    lag(scene.account, looks=3)
    assert scene.apply(delete(made, a_segment())) == [("applied", "")]
    assert scene.slept == [0.5, 0.5, 1.0]


@pytest.mark.parametrize("looks", [0, 3])
def test_what_somebody_else_deleted_and_is_shown_for_a_while_was_gone_already(
    scene: Scene, looks: int
) -> None:
    made = scene.has(a_segment())
    lag(scene.account, looks=looks)
    lagging = scene.account.meddle

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "DELETE":
            remove_segment(scene.account.store, "buyers")
        return lagging(request)

    scene.account.meddle = meddle
    assert scene.apply(delete(made, a_segment())) == [("applied", "it was gone already")]
    assert scene.slept == [0.5, 0.5, 1.0][:looks]


def test_what_a_delete_does_not_find_and_stays_to_be_seen_is_still_there(scene: Scene) -> None:
    made = scene.has(a_segment())
    body = {"status": 404, "message": "not found", "request_id": "r4"}
    scene.account.meddle = lambda request: (
        httpx.Response(404, json=body) if request.method == "DELETE" else None
    )
    ((result, reason),) = scene.apply(delete(made, a_segment()))
    assert result == "failed"
    assert reason.startswith("the account does not find it to delete it, but it is still there")
    assert scene.slept == [0.5, 0.5, 1.0, 2.0]


def test_a_new_group_that_is_not_listed_yet_was_made_once(scene: Scene) -> None:
    lag(scene.account, looks=4)
    assert scene.apply(create(Group("New", owned=True))) == [("applied", "")]
    assert scene.slept == [0.5, 0.5, 1.0, 2.0]
    assert len(scene.account.groups) == 1


def test_what_somebody_else_changed_is_a_conflict_at_once(scene: Scene) -> None:
    made = scene.has(a_segment(name="Theirs"))
    ((result, reason),) = scene.apply(update(made, a_segment(), a_segment(name="Ours")))
    assert (result, reason) == ("failed", "changed by somebody else since the plan: name")
    assert scene.slept == []
