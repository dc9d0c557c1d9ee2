import pytest

from segsync.applier import apply_plan
from segsync.errors import ExitCode, JournalError
from segsync.journal import CallResult
from segsync.journal.records import ChangeEnd
from segsync.outcome import Result
from segsync.plan import Action
from segsync.sandbox.controls import set_switches
from segsync.segment import Group
from tests.applier.account import Scene, a_segment, create, delete, update

NO_ROOM = "the journal cannot be written: No space left on device"


class ShortJournal:
    """A journal in memory that takes so many calls, and then no more."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.told: list[str] = []
        self.request_ids: list[str] = []
        self.why: list[str] = []

    def begin(self, change: int, method: str, path: str) -> int:
        """Take a call, or refuse it."""
        if not self.room:
            raise JournalError(NO_ROOM)
        self.room -= 1
        self.told.append(f"{change} {method} {path}")
        return len(self.told)

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        """Take how a call ended; an answer without a body has no request id."""
        assert request_id or message or result is CallResult.DONE
        self.told.append(f"{result} {call}")
        self.request_ids.append(request_id)

    def close_change(self, end: ChangeEnd) -> None:
        """Take what became of a change."""
        self.told.append(f"{end.change} {end.result}")
        self.why.append(end.why)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def applied(scene: Scene, journal: ShortJournal, count: int = 3) -> list[str]:
    changes = [create(a_segment(f"s{number}"), number=number) for number in range(1, count + 1)]
    outcomes = apply_plan(
        scene.plan(*changes),
        scene.client,
        known_ids=scene.ids,
        parallelism=1,
        journal=journal,
        sleep=scene.slept.append,
    )
    return [f"{each.result} {each.reason} {each.exit_code}" for each in outcomes]


def test_each_write_is_told_before_and_after_and_each_change_when_it_is_over(scene: Scene) -> None:
    journal = ShortJournal(room=1)
    assert applied(scene, journal, 1) == ["applied  None"]
    assert journal.told == ["1 POST /v2/segment", "done 1", "1 applied"]
    assert journal.request_ids == [scene.account.request_ids["POST"]] != [""]


def test_every_kind_of_write_is_told_with_its_method_and_path(scene: Scene) -> None:
    group = Group("A", owned=True)
    group_id, gone = scene.has_group(group), scene.has_group(Group("Gone", owned=True))
    ours, old = scene.has(a_segment("ours", groups=frozenset({"A"}))), scene.has(a_segment("old"))
    set_switches(scene.account.store, groups_only_by_group=True, group_takes_segments=True)
    journal = ShortJournal(room=9)
    changes = [
        update(group_id, group, Group("A", "Q1", owned=True)),
        update(ours, a_segment("ours", groups=frozenset({"A"})), a_segment("ours"), number=2),
        delete(old, a_segment("old"), number=3),
        delete(gone, Group("Gone", owned=True), number=4),
        update(ours, a_segment(), a_segment(), number=5, action=Action.REEVALUATE),
    ]
    applying = apply_plan(
        scene.plan(*changes),
        scene.client,
        known_ids=scene.ids,
        parallelism=1,
        journal=journal,
        sleep=scene.slept.append,
    )
    assert {each.result for each in applying} == {Result.APPLIED}
    assert [each for each in journal.told if "/" in each] == [
        f"1 PUT /v2/segment/group/{group_id}",
        f"2 PUT /v2/segment/{ours}",
        f"2 PUT /v2/segment/group/{group_id}",
        f"3 DELETE /v2/segment/{old}",
        f"4 DELETE /v2/segment/group/{gone}",
        f"5 POST /v2/segment/{ours}/reevaluate",
    ]


def test_what_cannot_be_written_down_is_not_sent_and_stops_the_run(scene: Scene) -> None:
    journal = ShortJournal(room=1)
    assert applied(scene, journal) == [
        "applied  None",
        f"failed {NO_ROOM}; it was not sent {ExitCode.INVALID_INPUT!s}",
        "skipped the run stopped when create of s2 failed None",
    ]
    assert scene.account.writes == ["POST /v2/segment"]
    assert journal.told[-2:] == ["2 failed", "3 skipped"]


def test_a_lost_answer_is_told_as_unknown(scene: Scene) -> None:
    scene.lose_answers("POST")
    journal = ShortJournal(room=1)
    applied(scene, journal, 1)
    assert journal.told == ["1 POST /v2/segment", "unknown 1", "1 applied"]
    assert [each.partition(" (")[0] for each in journal.why] == ["the answer was lost"]


def test_a_refusal_is_told_as_failed(scene: Scene) -> None:
    journal = ShortJournal(room=1)
    scene.has(a_segment("taken"))
    object_id = scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment("taken"))
    list(apply_plan(scene.plan(change), scene.client, known_ids=scene.ids, journal=journal))
    assert journal.told == [f"1 PUT /v2/segment/{object_id}", "failed 1", "1 failed"]
    assert journal.request_ids == [scene.account.request_ids["PUT"]] != [""]
    assert journal.why == [
        f"PUT /v2/segment/{object_id}: Slug is already used. (BADREQ-001) (HTTP 400)"
    ]


def test_an_update_that_cannot_be_written_down_is_told_with_its_id(scene: Scene) -> None:
    object_id = scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment(name="New"))
    (outcome,) = apply_plan(
        scene.plan(change), scene.client, known_ids=scene.ids, journal=ShortJournal(room=0)
    )
    assert (outcome.result, outcome.id) == (Result.FAILED, object_id)


def test_a_stray_is_not_removed_when_that_cannot_be_written_down(scene: Scene) -> None:
    scene.has(a_segment("s1", owned=False))
    (told,) = applied(scene, ShortJournal(room=1), 1)
    assert f"it could not be removed, so remove it by hand: {NO_ROOM}" in told
    assert len(scene.account.segments) == 2
