from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from segsync.applier import apply_plan
from segsync.applier.recovery import settle
from segsync.journal import Ended, Fate, Journal, read_run
from segsync.journal.records import Settlement
from segsync.plan import Action, Change
from segsync.sandbox.controls import set_switches
from segsync.sandbox.edits import edit_segment, remove_segment
from segsync.sandbox.state import Kind as Stored
from segsync.segment import Group
from tests.applier.account import Meddler, Scene, a_segment, create, delete, update
from tests.journal.runs import HEAD


class KilledError(BaseException):
    """Stands for the end of the process: nothing after it is written down."""


class Crash:
    """A run that is cut short in the middle of a call, and the settlement by the next one."""

    def __init__(self, folder: Path) -> None:
        self.scene = Scene()
        self.folder = folder
        self.at_crash: Callable[[], object] = lambda: None

    def at(self, method: str, *, acts: bool, calls_before: int = 0) -> Meddler:
        """Return what kills the run at a call; if it acts, after the account has done it."""
        seen: list[httpx.Request] = []

        def meddle(request: httpx.Request) -> httpx.Response | None:
            if request.method != method:
                return None
            seen.append(request)
            if len(seen) <= calls_before:
                return None
            # What another one calls meanwhile is none of this run's.
            self.scene.account.meddle = lambda _: None
            self.at_crash()
            if acts:
                self.scene.account.process(request)
            raise KilledError

        return meddle

    def settled(
        self,
        *changes: Change,
        method: str,
        acts: bool,
        calls_before: int = 0,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> list[Settlement]:
        """Run these changes into the crash, let something happen, and settle the run."""
        plan = self.scene.plan(*changes)
        namesakes = tuple(self.scene.ids)
        head = replace(HEAD, namesakes=namesakes)
        self.scene.account.meddle = self.at(method, acts=acts, calls_before=calls_before)
        with closing(Journal.create(self.folder, head)) as journal:
            applying = apply_plan(
                plan, self.scene.client, known_ids=namesakes, parallelism=1, journal=journal
            )
            with pytest.raises(KilledError):
                list(applying)
        path = journal.path
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(each for each in lines if "KilledError" not in each))
        self.scene.account.meddle = lambda _: None
        meanwhile()
        run = read_run(path)
        with closing(Journal.reopen(path, calls=len(run.calls))) as journal:
            found = []
            for each in settle(run, plan, self.scene.client, journal=journal):
                journal.settle(each)
                found.append(each)
            journal.finish(Ended.SETTLED, in_flight=0)
        self.run = read_run(path)
        assert self.run.in_flight == ()
        return found


@pytest.fixture
def crash(tmp_path: Path) -> Crash:
    return Crash(tmp_path)


HAPPENED, DID_NOT = "it took effect", "it did not take effect"


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("kind", ["segment", "group"])
def test_a_create_is_found_by_its_key(crash: Crash, kind: str, *, acts: bool) -> None:
    after = a_segment() if kind == "segment" else Group("Campaigns", owned=True)
    found = crash.settled(create(after), method="POST", acts=acts)
    there = [*crash.scene.account.segments, *crash.scene.account.groups]
    if acts:
        assert found == [Settlement(1, Fate.HAPPENED, there[0], HAPPENED)]
    else:
        assert (found, there) == ([Settlement(1, Fate.DID_NOT_HAPPEN, None, DID_NOT)], [])


def test_what_a_run_made_but_did_not_put_into_its_group_yet_is_its_own(crash: Crash) -> None:
    crash.scene.has_group(Group("A"))
    set_switches(crash.scene.account.store, groups_only_by_group=True)
    after = a_segment(groups=frozenset({"A"}))
    found = crash.settled(create(after), method="POST", acts=True)
    (made,) = crash.scene.account.segments
    told = f"{HAPPENED}, but it is not in all of its groups yet"
    assert found == [Settlement(1, Fate.HAPPENED, made, told)]


def test_a_segment_of_before_that_only_lacks_a_group_was_not_made(crash: Crash) -> None:
    crash.scene.has_group(Group("A"))
    there = crash.scene.has(a_segment())
    after = a_segment(groups=frozenset({"A"}))
    (found,) = crash.settled(create(after), method="POST", acts=False)
    assert (found.fate, found.id) == (Fate.UNCLEAR, None)
    assert list(crash.scene.account.segments) == [there]


def test_an_update_that_moved_nothing_between_groups_yet_took_effect(crash: Crash) -> None:
    crash.scene.has_group(Group("A"))
    there = crash.scene.has(a_segment())
    set_switches(crash.scene.account.store, groups_only_by_group=True)
    change = update(there, a_segment(), a_segment(name="New", groups=frozenset({"A"})))
    found = crash.settled(change, method="PUT", acts=True)
    told = f"{HAPPENED}, but it is not in all of its groups yet"
    assert found == [Settlement(1, Fate.HAPPENED, there, told)]


def test_the_twin_of_a_create_under_a_taken_slug_is_removed(crash: Crash) -> None:
    foreign = crash.scene.has(a_segment(owned=False))
    (found,) = crash.settled(create(a_segment()), method="POST", acts=True)
    twin = crash.scene.account.writes[-1].rpartition("/")[2]
    assert found == Settlement(
        1,
        Fate.DID_NOT_HAPPEN,
        None,
        f'the account has a "buyers" ({foreign}) that is not as it was sent; the account made'
        f' "buyers_1" ({twin}) instead; it was removed again',
    )
    assert list(crash.scene.account.segments) == [foreign]
    calls = [f"{each.method} {each.path}" for each in crash.run.calls]
    assert calls == ["POST /v2/segment", f"DELETE /v2/segment/{twin}"]


def test_of_two_twins_none_is_removed(crash: Crash) -> None:
    foreign = crash.scene.has(a_segment(owned=False))
    another = lambda: crash.scene.client.create_segment(a_segment(), group_ids={})  # noqa: E731
    (found,) = crash.settled(create(a_segment()), method="POST", acts=True, meanwhile=another)
    _, one, two = crash.scene.account.segments
    told = (
        f'the account has a "buyers" ({foreign}) that is not as it was sent; each of "buyers_1"'
        f' ({one}) and "buyers_2" ({two}) may have been made by it: look at them'
    )
    assert found == Settlement(1, Fate.UNCLEAR, None, told)


def test_a_twin_that_was_there_before_is_left_alone(crash: Crash) -> None:
    crash.scene.has(a_segment(owned=False))
    crash.scene.has(a_segment("buyers_1"))
    (found,) = crash.settled(create(a_segment()), method="POST", acts=False)
    assert (found.fate, len(crash.scene.account.segments)) == (Fate.UNCLEAR, 2)


def test_a_create_that_the_account_calls_invalid_took_effect(crash: Crash) -> None:
    spoil = lambda: edit_segment(  # noqa: E731
        crash.scene.account.store, "buyers", invalid=True, invalid_reason="no field x"
    )
    (found,) = crash.settled(create(a_segment()), method="POST", acts=True, meanwhile=spoil)
    told = "it was written, and the account calls it invalid: no field x"
    (made,) = crash.scene.account.segments
    assert found == Settlement(1, Fate.HAPPENED, made, told)


def made_elsewhere(crash: Crash, seconds: float) -> Callable[[], object]:
    """Return what makes our segment in another checkout, so long after now."""

    def make() -> None:
        crash.scene.client.create_segment(a_segment(), group_ids={})
        at = (datetime.now(tz=UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        edit_segment(crash.scene.account.store, "buyers", created=at, updated=at)

    return make


@pytest.mark.parametrize("seconds", [-60, 600])
@pytest.mark.parametrize("invalid", [False, True])
def test_an_equal_segment_of_another_checkout_is_not_taken_for_ours(
    crash: Crash, seconds: float, *, invalid: bool
) -> None:
    def make() -> None:
        made_elsewhere(crash, seconds)()
        edit_segment(crash.scene.account.store, "buyers", invalid=invalid)

    (found,) = crash.settled(create(a_segment()), method="POST", acts=False, meanwhile=make)
    (there,) = crash.scene.account.segments
    told = f'the account has a "buyers" ({there}) and nothing proves that this run made it'
    assert found == Settlement(1, Fate.UNCLEAR, None, told)


def test_a_segment_that_was_there_before_is_not_taken_for_ours(crash: Crash) -> None:
    there = crash.scene.has(a_segment())
    (found,) = crash.settled(create(a_segment()), method="POST", acts=False)
    told = f'the account has a "buyers" ({there}) and nothing proves that this run made it'
    assert found == Settlement(1, Fate.UNCLEAR, None, told)


def test_our_twin_of_an_equal_segment_of_another_checkout_is_removed(tmp_path: Path) -> None:
    crash = Crash(tmp_path)
    crash.at_crash = made_elsewhere(crash, -60)
    (found,) = crash.settled(create(a_segment()), method="POST", acts=True)
    (there,) = crash.scene.account.segments
    assert found.fate is Fate.DID_NOT_HAPPEN
    assert found.told.startswith(
        f'the account has a "buyers" ({there}) and nothing proves that this run made it; the'
        ' account made "buyers_1" ('
    )
    assert found.told.endswith(") instead; it was removed again")


@pytest.mark.parametrize("seconds", [-60, 600])
@pytest.mark.parametrize("acts", [True, False])
def test_a_numbered_segment_that_another_checkout_made_later_is_kept(
    crash: Crash, seconds: float, *, acts: bool
) -> None:
    if acts:
        crash.scene.has(a_segment(owned=False))

    def make() -> None:
        renamed = a_segment("buyers_7", name="Buyers")
        crash.scene.client.create_segment(renamed, group_ids={})
        at = (datetime.now(tz=UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        edit_segment(crash.scene.account.store, "buyers_7", created=at, updated=at)

    (found,) = crash.settled(create(a_segment()), method="POST", acts=acts, meanwhile=make)
    slugs = {each["slug_name"]: id_ for id_, each in crash.scene.account.segments.items()}
    kept = (
        f'the account has "buyers_7" ({slugs["buyers_7"]}), and nothing proves that this run made'
        " it"
    )
    if acts:
        assert slugs.keys() == {"buyers", "buyers_7"}
        assert f"; {kept}; the account made " in found.told
        assert found.told.endswith(" instead; it was removed again")
    else:
        assert found == Settlement(1, Fate.UNCLEAR, None, f"{DID_NOT}; {kept}")


def test_after_the_removal_of_a_twin_no_segment_is_taken_for_ours(tmp_path: Path) -> None:
    scene = Scene()
    plan = scene.plan(create(a_segment()))
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        journal.begin(1, "POST", "/v2/segment")
        theirs = scene.client.create_segment(a_segment(), group_ids={}).id
        journal.begin(1, "DELETE", "/v2/segment/" + "a" * 32)
        run = read_run(journal.path)
        (found,) = settle(run, plan, scene.client, journal=journal)
    assert (found.fate, found.id) == (Fate.UNCLEAR, None)
    assert list(scene.account.segments) == [theirs]


GROUP = Group("Campaigns", owned=True)


def made_after(crash: Crash, seconds: float) -> Callable[[], object]:
    """Return what makes our group in another checkout, so long after now by the account's clock."""

    def make() -> None:
        made = crash.scene.client.create_group(GROUP)
        at = (datetime.now(tz=UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        stored = crash.scene.account.groups[made.id]
        with crash.scene.account.store.edit() as state:
            state.put(Stored.GROUP, stored | {"created": at, "updated": at})

    return make


@pytest.mark.parametrize("seconds", [-60, 600])
def test_a_group_that_another_checkout_made_is_not_taken_for_ours(
    crash: Crash, seconds: float
) -> None:
    theirs = made_after(crash, seconds)
    (found,) = crash.settled(create(GROUP), method="POST", acts=False, meanwhile=theirs)
    (there,) = crash.scene.account.groups
    told = (
        f'the account has a group "Campaigns" ({there}); nothing proves that it was made by this'
        " run"
    )
    assert found == Settlement(1, Fate.UNCLEAR, None, told)


def test_of_two_groups_that_the_run_may_have_made_none_is_removed(crash: Crash) -> None:
    theirs = made_after(crash, 0)
    (found,) = crash.settled(create(GROUP), method="POST", acts=True, meanwhile=theirs)
    one, two = crash.scene.account.groups
    told = (
        f'the account has groups "Campaigns" ({one} and {two}); which one the run made is unclear:'
        " look at them"
    )
    assert found == Settlement(1, Fate.UNCLEAR, None, told)


def test_a_group_of_ours_that_is_younger_than_theirs_is_removed(crash: Crash) -> None:
    theirs = made_after(crash, -60)
    (found,) = crash.settled(create(GROUP), method="POST", acts=True, meanwhile=theirs)
    assert found.fate is Fate.DID_NOT_HAPPEN
    assert found.told.startswith("somebody else made it at the same time; ours (")
    assert found.told.endswith(") is not needed: it was removed again")
    assert found.told[found.told.index("(") + 1 :][:32] not in crash.scene.account.groups
    assert len(crash.scene.account.groups) == 1


def test_a_group_of_ours_that_is_older_than_theirs_took_effect(crash: Crash) -> None:
    theirs = made_after(crash, 600)
    (found,) = crash.settled(create(GROUP), method="POST", acts=True, meanwhile=theirs)
    ours, _ = crash.scene.account.groups
    assert found == Settlement(1, Fate.HAPPENED, ours, HAPPENED)


def test_after_a_removal_that_was_cut_short_no_group_is_taken_for_ours(tmp_path: Path) -> None:
    scene = Scene()
    plan = scene.plan(create(GROUP))
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        journal.begin(1, "POST", "/v2/segment/group")
        theirs = scene.client.create_group(GROUP).id
        journal.begin(1, "DELETE", "/v2/segment/group/" + "a" * 32)
        run = read_run(journal.path)
        (found,) = settle(run, plan, scene.client, journal=journal)
    assert (found.fate, found.id) == (Fate.UNCLEAR, None)
    assert list(scene.account.groups) == [theirs]


def test_a_group_that_is_not_as_it_was_sent_is_told(crash: Crash) -> None:
    foreign = lambda: crash.scene.client.create_group(Group("Campaigns", "Theirs"))  # noqa: E731
    (found,) = crash.settled(create(GROUP), method="POST", acts=False, meanwhile=foreign)
    (there,) = crash.scene.account.groups
    told = (
        f'the account has a group "Campaigns" ({there}); nothing proves that it was made by this'
        " run"
    )
    assert (found.fate, found.told) == (Fate.UNCLEAR, told)


@pytest.mark.parametrize("acts", [True, False])
def test_an_update_is_recognized_by_reading(crash: Crash, *, acts: bool) -> None:
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment(name="New"))
    fate, told = (Fate.HAPPENED, HAPPENED) if acts else (Fate.DID_NOT_HAPPEN, DID_NOT)
    assert crash.settled(change, method="PUT", acts=acts) == [Settlement(1, fate, object_id, told)]


def test_an_update_beside_somebody_elses_is_unclear(crash: Crash) -> None:
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment(name="New", is_public=True))
    edit = lambda: edit_segment(  # noqa: E731
        crash.scene.account.store, "buyers", name="By hand", is_public=False
    )
    told = "it is neither as before nor as wanted: name, is_public"
    assert crash.settled(change, method="PUT", acts=True, meanwhile=edit) == [
        Settlement(1, Fate.UNCLEAR, object_id, told)
    ]


def test_an_update_that_changes_nothing_that_can_be_seen_took_effect(crash: Crash) -> None:
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment())
    assert crash.settled(change, method="PUT", acts=True) == [
        Settlement(1, Fate.HAPPENED, object_id, HAPPENED)
    ]


def test_an_update_of_what_is_gone_is_unclear(crash: Crash) -> None:
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment(name="New"))
    gone = lambda: remove_segment(crash.scene.account.store, "buyers")  # noqa: E731
    assert crash.settled(change, method="PUT", acts=True, meanwhile=gone) == [
        Settlement(1, Fate.UNCLEAR, object_id, "buyers was deleted since")
    ]


@pytest.mark.parametrize("acts", [True, False])
def test_a_delete_is_recognized_by_reading(crash: Crash, *, acts: bool) -> None:
    object_id = crash.scene.has(a_segment())
    fate, told = (Fate.HAPPENED, HAPPENED) if acts else (Fate.DID_NOT_HAPPEN, DID_NOT)
    assert crash.settled(delete(object_id, a_segment()), method="DELETE", acts=acts) == [
        Settlement(1, fate, object_id, told)
    ]


def test_what_was_applied_before_is_known_when_the_rest_is_settled(crash: Crash) -> None:
    group = create(Group("Campaigns", owned=True))
    segment = a_segment(groups=frozenset({"Campaigns"}))
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), segment, number=2, waits_for=frozenset({1}))
    (found,) = crash.settled(group, change, method="PUT", acts=True)
    assert found == Settlement(2, Fate.HAPPENED, object_id, HAPPENED)


def test_a_second_step_that_did_not_take_effect_is_known_by_what_the_first_one_wrote(
    crash: Crash,
) -> None:
    group = create(Group("Campaigns", owned=True))
    inside = a_segment(groups=frozenset({"Campaigns"}))
    object_id = crash.scene.has(a_segment())
    steps = (
        update(object_id, a_segment(), inside, number=2, waits_for=frozenset({1})),
        update(object_id, inside, replace(inside, name="New"), number=3, waits_for=frozenset({2})),
    )
    (found,) = crash.settled(group, *steps, method="PUT", acts=False, calls_before=1)
    assert found == Settlement(3, Fate.DID_NOT_HAPPEN, object_id, DID_NOT)


def test_deletes_that_are_done_are_none_of_the_settlement(crash: Crash) -> None:
    first, second = crash.scene.has(a_segment("a")), crash.scene.has(a_segment("b"))
    changes = delete(first, a_segment("a")), delete(second, a_segment("b"), number=2)
    (found,) = crash.settled(*changes, method="DELETE", acts=True, calls_before=1)
    assert found == Settlement(2, Fate.HAPPENED, second, HAPPENED)


def test_nobody_can_tell_whether_a_reevaluation_was_asked_for(crash: Crash) -> None:
    object_id = crash.scene.has(a_segment())
    change = update(object_id, a_segment(), a_segment(), action=Action.REEVALUATE)
    told = "nobody can tell whether it was asked for; it can be asked for again"
    assert crash.settled(change, method="POST", acts=False) == [
        Settlement(1, Fate.UNCLEAR, object_id, told)
    ]


def test_a_journal_whose_plan_lacks_the_change_settles_nothing(tmp_path: Path) -> None:
    scene = Scene()
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        journal.begin(7, "POST", "/v2/segment")
        run = read_run(journal.path)
        (found,) = settle(run, scene.plan(), scene.client, journal=journal)
    assert found == Settlement(7, Fate.UNCLEAR, None, "the plan of the run has no such change")
    assert scene.account.log == []


@pytest.mark.parametrize("object_id", [None, "a" * 32])
def test_a_change_that_says_nothing_settles_nothing(tmp_path: Path, object_id: str | None) -> None:
    scene = Scene()
    empty = replace(create(a_segment()), action=Action.UPDATE, after=None, id=object_id)
    with closing(Journal.create(tmp_path, HEAD)) as journal:
        journal.begin(1, "PUT", "/v2/segment")
        run = read_run(journal.path)
        (found,) = settle(run, scene.plan(empty), scene.client, journal=journal)
    assert found.told == "the plan of the run does not say what to do"
