import pytest

from segsync.applier import apply_plan
from segsync.errors import ExitCode, JournalError
from segsync.journal import CallResult
from segsync.journal.records import ChangeEnd
from tests.applier.account import Scene, a_segment, create, update

NO_ROOM = "the journal cannot be written: No space left on device"


class ShortJournal:
    """A journal in memory that takes so many calls, and then no more."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.told: list[str] = []

    def begin(self, change: int, method: str, path: str) -> int:
        """Take a call, or refuse it."""
        if not self.room:
            raise JournalError(NO_ROOM)
        self.room -= 1
        self.told.append(f"{change} {method} {path}")
        return len(self.told)

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        """Take how a call ended."""
        assert request_id or message
        self.told.append(f"{result} {call}")

    def close_change(self, end: ChangeEnd) -> None:
        """Take what became of a change."""
        self.told.append(f"{end.change} {end.result}")


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


def test_a_refusal_is_told_as_failed(scene: Scene) -> None:
    journal = ShortJournal(room=1)
    scene.has(a_segment("taken"))
    object_id = scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment("taken"))
    list(apply_plan(scene.plan(change), scene.client, known_ids=scene.ids, journal=journal))
    assert journal.told == [f"1 PUT /v2/segment/{object_id}", "failed 1", "1 failed"]


def test_a_stray_is_not_removed_when_that_cannot_be_written_down(scene: Scene) -> None:
    scene.has(a_segment("s1", owned=False))
    (told,) = applied(scene, ShortJournal(room=1), 1)
    assert f"it could not be removed, so remove it by hand: {NO_ROOM}" in told
    assert len(scene.account.segments) == 2
