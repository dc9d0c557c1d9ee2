"""Who is in a group where the account does not go by what the segment says, or does not show it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from msgspec import field
from msgspec.structs import replace

from segsync.applier import apply_plan
from segsync.applier.calls import carry_out
from segsync.applier.run import Run
from segsync.applier.sides import Sides
from segsync.errors import ExitCode
from segsync.outcome import Result
from segsync.sandbox.controls import set_switches
from segsync.sandbox.state import Kind
from segsync.segment import Group
from tests.applier.account import Scene, a_segment, create, delete, update

GROUPS = "/v2/segment/group"
APPLIED = ("applied", "")
NEITHER = (
    "the account took the groups of the segment neither from the segment itself nor from the group:"
)
IN_A = frozenset({"A"})
IN_B = frozenset({"B"})


@pytest.fixture
def scene() -> Scene:
    """Return an account with two groups, which have a member each."""
    scene = Scene()
    scene.has_group(Group("A", "First", owned=True))
    scene.has_group(Group("B", "Second"))
    scene.has(a_segment("theirs", owned=False, groups=IN_A | IN_B))
    return scene


def by_groups(scene: Scene, **switches: bool) -> None:
    """Let the account go by what its groups say."""
    set_switches(
        scene.account.store, groups_only_by_group=True, group_takes_segments=True, **switches
    )


def members(scene: Scene, name: str) -> list[str]:
    group = scene.group_ids[name]
    return [
        each["slug_name"]
        for each in scene.account.segments.values()
        if group in (each["groups"] or ())
    ]


def refuse_group_writes(scene: Scene, answer: httpx.Response) -> None:
    def meddle(request: httpx.Request) -> httpx.Response | None:
        is_write = request.method == "PUT" and request.url.path.startswith(GROUPS)
        return answer if is_write else None

    scene.account.meddle = meddle


def bodies_of_groups(scene: Scene) -> list[dict[str, Any]]:
    """Return, from now on, what is written to groups."""
    found: list[dict[str, Any]] = []

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and request.url.path.startswith(GROUPS):
            found.append(json.loads(request.content))
        return None

    scene.account.meddle = meddle
    return found


def test_where_the_answer_shows_the_groups_nobody_asks_for_them(scene: Scene) -> None:
    assert scene.apply(create(a_segment(groups=IN_A))) == [APPLIED]
    assert scene.account.log == ["POST /v2/segment"]


def test_a_segment_that_hides_its_groups_is_looked_for_in_them_and_nothing_is_written(
    scene: Scene,
) -> None:
    set_switches(scene.account.store, segments_hide_groups=True)
    assert scene.apply(create(a_segment(groups=IN_A))) == [APPLIED]
    assert scene.account.log == ["POST /v2/segment", f"GET {GROUPS}"]


def test_a_group_is_written_as_it_was_with_all_its_members_and_one_more(scene: Scene) -> None:
    by_groups(scene)
    bodies = bodies_of_groups(scene)
    assert scene.apply(create(a_segment(groups=IN_A))) == [APPLIED]
    assert members(scene, "A") == ["theirs", "buyers"]
    theirs, ours = scene.account.segments
    assert bodies == [
        {
            "name": "A",
            "description": "First\n[segsync] managed by segsync",
            "segment_ids": [theirs, ours],
        }
    ]
    assert scene.slept == [0.5, 0.5, 1.0, 2.0]


def test_a_segment_that_is_not_shown_yet_is_waited_for(scene: Scene) -> None:
    by_groups(scene)

    def lag(request: httpx.Request) -> httpx.Response | None:
        is_look = request.method == "GET" and not request.url.path.startswith(GROUPS)
        if is_look and len(scene.slept) < 4:
            return httpx.Response(404, json={"status": 404, "errors": []})
        return None

    scene.account.meddle = lag
    assert scene.apply(create(a_segment(groups=IN_A))) == [APPLIED]
    assert members(scene, "A") == ["theirs", "buyers"]


def test_what_the_account_goes_by_is_found_out_once(scene: Scene) -> None:
    by_groups(scene)
    changes = [create(a_segment(f"s{number}", groups=IN_A), number=number) for number in (1, 2, 3)]
    assert scene.apply(*changes) == [APPLIED] * 3
    assert members(scene, "A") == ["theirs", "s1", "s2", "s3"]
    assert len(scene.slept) == 4


@pytest.mark.parametrize("hidden", ["segments_hide_groups", "groups_hide_segments"])
def test_a_segment_moves_from_one_group_to_another_through_both(scene: Scene, hidden: str) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    by_groups(scene, **{hidden: True})
    change = update(ours, a_segment(groups=IN_A), a_segment(groups=IN_B))
    assert scene.apply(change) == [APPLIED]
    assert (members(scene, "A"), members(scene, "B")) == (["theirs"], ["theirs", "buyers"])


def test_a_segment_that_hides_its_groups_leaves_one_through_the_group(scene: Scene) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    by_groups(scene, segments_hide_groups=True)
    changes = [
        create(a_segment("next", groups=IN_A)),
        update(ours, a_segment(groups=IN_A), a_segment(name="New"), number=2),
    ]
    assert scene.apply(*changes) == [APPLIED, APPLIED]
    assert members(scene, "A") == ["theirs", "next"]


class WatchedSides(Sides):
    """Tells which groups somebody wanted to be alone with."""

    kept: list[set[str]] = field(default_factory=list)

    @contextmanager
    def alone_with(self, group_ids: Iterable[str]) -> Iterator[None]:
        """Take them down, and be alone with them."""
        ids = set(group_ids)
        self.kept.append(ids)
        with super().alone_with(ids):
            yield


def test_no_other_worker_may_write_the_groups_that_are_left_and_joined(scene: Scene) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    by_groups(scene)
    change = update(ours, a_segment(groups=IN_A), a_segment(groups=IN_B))
    run = Run(scene.plan(change), scene.client, known_ids=(), sleep=scene.slept.append)
    run.sides = sides = WatchedSides()
    assert carry_out(change, run).result is Result.APPLIED
    assert sides.kept == [set(scene.group_ids.values())]


def test_where_groups_hide_their_members_too_none_of_them_is_lost(scene: Scene) -> None:
    by_groups(scene, segments_hide_groups=True, groups_hide_segments=True)
    (outcome,) = scene.outcomes(create(a_segment(groups=IN_A)))
    _, made = scene.account.segments
    assert (outcome.result, outcome.id) == (Result.FAILED, made)
    assert outcome.reason == (
        'it is not in "A"; the account ignores `groups` of the segment and shows no member of any'
        " group, so that writing the group could remove members: put one segment into any group by"
        " hand, and run again"
    )
    assert members(scene, "A") == ["theirs"]
    assert scene.account.writes == ["POST /v2/segment"]


def test_a_group_that_the_run_has_made_has_no_members_to_lose() -> None:
    scene = Scene()
    by_groups(scene, segments_hide_groups=True)
    group = create(Group("New", owned=True))
    segments = [
        create(a_segment(slug, groups=frozenset({"New"})), number=number, waits_for=frozenset({1}))
        for number, slug in enumerate(("s2", "s3"), start=2)
    ]
    assert scene.apply(group, *segments) == [APPLIED] * 3
    assert members(scene, "New") == ["s2", "s3"]


def test_where_neither_side_takes_it_that_is_told_and_tried_once(scene: Scene) -> None:
    set_switches(scene.account.store, groups_only_by_group=True)
    changes = [
        create(a_segment(groups=IN_A | IN_B)),
        create(a_segment("next", groups=IN_B), number=2),
    ]
    found = scene.outcomes(*changes)
    _, *made = scene.account.segments
    assert [(each.result, each.reason, each.id) for each in found] == [
        (Result.FAILED, f'{NEITHER} it is not in "A" and it is not in "B"', made[0]),
        (Result.FAILED, f'{NEITHER} it is not in "B"', made[1]),
    ]
    a, b = scene.group_ids.values()
    assert scene.account.writes == [
        "POST /v2/segment",
        f"PUT {GROUPS}/{a}",
        f"PUT {GROUPS}/{b}",
        "POST /v2/segment",
    ]


def test_a_segment_that_stays_in_a_group_is_told(scene: Scene) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    set_switches(scene.account.store, groups_only_by_group=True)
    change = update(ours, a_segment(groups=IN_A), a_segment())
    assert scene.apply(change) == [("failed", f'{NEITHER} it is still in "A"')]


def test_a_group_that_the_account_does_not_list_cannot_be_left(scene: Scene) -> None:
    gone = frozenset({"id:gone"})
    ours = scene.has(a_segment(groups=gone))
    by_groups(scene)
    assert scene.apply(update(ours, a_segment(groups=gone), a_segment())) == [
        ("failed", 'it is still in "gone", and the account lists no such group')
    ]


def test_a_group_that_is_gone_cannot_be_joined(scene: Scene) -> None:
    by_groups(scene)
    gone = "f" * 32
    plan = replace(scene.plan(create(a_segment(groups=IN_A))), group_ids={"A": gone})
    (outcome,) = apply_plan(plan, scene.client, known_ids=(), sleep=scene.slept.append)
    _, made = scene.account.segments
    told = f'it is not in "{gone}", and the account lists no such group'
    assert (outcome.result, outcome.reason, outcome.id) == (Result.FAILED, told, made)


def test_a_group_that_nobody_has_decided_on_is_not_written(scene: Scene) -> None:
    by_groups(scene)
    group = scene.group_ids["B"]

    def join_another(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        made = scene.account.process(request)
        (row,) = (each for each in scene.account.segments.values() if each["slug_name"] == "x")
        with scene.account.store.edit() as state:
            state.put(Kind.SEGMENT, row | {"groups": [group]})
        return made

    scene.account.meddle = join_another
    ((result, reason),) = scene.apply(create(a_segment("x", groups=IN_A)))
    assert (result, reason) == (
        "failed",
        "the account stored something else than was sent: groups",
    )


def test_a_refused_write_of_a_group_tells_that_the_segment_was_written(scene: Scene) -> None:
    by_groups(scene)
    body = {"status": 400, "errors": [{"message": "too many"}]}
    refuse_group_writes(scene, httpx.Response(400, json=body))
    (outcome,) = scene.outcomes(create(a_segment(groups=IN_A)))
    _, made = scene.account.segments
    group = scene.group_ids["A"]
    told = f"it was written, but its groups could not be: PUT {GROUPS}/{group}: too many (HTTP 400)"
    assert (outcome.result, outcome.reason, outcome.id) == (Result.FAILED, told, made)
    assert outcome.exit_code is ExitCode.UNAVAILABLE


def test_a_token_that_is_rejected_on_the_way_ends_the_run(scene: Scene) -> None:
    by_groups(scene)
    refuse_group_writes(scene, httpx.Response(401, json={"status": 401}))
    found = scene.outcomes(create(a_segment(groups=IN_A)), create(a_segment("next"), number=2))
    assert [str(each.result) for each in found] == ["failed", "skipped"]
    assert found[0].exit_code is ExitCode.AUTHENTICATION


def test_a_write_of_a_group_whose_answer_was_lost_is_looked_for(scene: Scene) -> None:
    by_groups(scene)

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and request.url.path.startswith(GROUPS):
            scene.account.process(request)
            message = "connection lost"
            raise httpx.ReadError(message)
        return None

    scene.account.meddle = lose
    assert scene.apply(create(a_segment(groups=IN_A))) == [APPLIED]
    assert members(scene, "A") == ["theirs", "buyers"]


def test_a_write_of_a_group_that_was_lost_is_unknown_and_proves_nothing(scene: Scene) -> None:
    by_groups(scene)
    lost: list[str] = []

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and request.url.path.startswith(GROUPS) and not lost:
            lost.append(request.url.path)
            message = "connection lost"
            raise httpx.ReadError(message)
        return None

    scene.account.meddle = lose
    changes = [create(a_segment(groups=IN_A)), create(a_segment("next", groups=IN_A), number=2)]
    assert scene.apply(*changes) == [
        (
            "failed",
            (
                f"outcome unknown (PUT {lost[0] if lost else scene.group_ids['A']}: the connection"
                ' failed: connection lost): it is not in "A"'
            ),
        ),
        APPLIED,
    ]


def test_a_create_whose_answer_was_lost_still_gets_into_its_group(scene: Scene) -> None:
    by_groups(scene)
    scene.lose_answers("POST")
    (outcome,) = scene.outcomes(create(a_segment(groups=IN_A)))
    _, made = scene.account.segments
    assert (outcome.result, outcome.id) == (Result.APPLIED, made)
    assert outcome.note.endswith("a look at the account shows that it took effect")
    assert members(scene, "A") == ["theirs", "buyers"]


def test_a_create_whose_answer_was_lost_and_that_gets_into_no_group_fails(scene: Scene) -> None:
    set_switches(scene.account.store, groups_only_by_group=True)
    scene.lose_answers("POST")
    assert scene.apply(create(a_segment(groups=IN_A))) == [
        ("failed", f'{NEITHER} it is not in "A"')
    ]


def lose_once(scene: Scene, path: str) -> None:
    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and request.url.path == path:
            scene.account.meddle = lambda _: None
            scene.account.process(request)
            message = "connection lost"
            raise httpx.ReadError(message)
        return None

    scene.account.meddle = lose


def test_an_update_whose_answer_was_lost_still_gets_into_its_group(scene: Scene) -> None:
    ours = scene.has(a_segment())
    by_groups(scene)
    lose_once(scene, f"/v2/segment/{ours}")
    change = update(ours, a_segment(), a_segment(name="New", groups=IN_A))
    ((result, note),) = scene.apply(change)
    assert result == "applied"
    assert note.endswith("a look at the account shows that it took effect")
    assert members(scene, "A") == ["theirs", "buyers"]


def test_an_update_whose_answer_was_lost_still_leaves_the_old_group(scene: Scene) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    by_groups(scene)
    lose_once(scene, f"/v2/segment/{ours}")
    change = update(ours, a_segment(groups=IN_A), a_segment(name="New", groups=IN_B))
    ((result, note),) = scene.apply(change)
    assert result == "applied"
    assert note.endswith("a look at the account shows that it took effect")
    assert (members(scene, "A"), members(scene, "B")) == (["theirs"], ["theirs", "buyers"])


def test_a_silent_segment_is_deleted_and_one_that_moved_meanwhile_is_not(scene: Scene) -> None:
    ours = scene.has(a_segment(groups=IN_A))
    other = scene.has(a_segment("other", groups=IN_B))
    set_switches(scene.account.store, segments_hide_groups=True)
    changes = [
        delete(ours, a_segment(groups=IN_A)),
        delete(other, a_segment("other", groups=IN_A), number=2),
    ]
    assert scene.apply(*changes) == [
        APPLIED,
        ("failed", "changed by somebody else since the plan: groups"),
    ]


def test_the_stray_of_a_create_is_removed_although_the_account_ignores_its_groups(
    scene: Scene,
) -> None:
    scene.has(a_segment(owned=False))
    by_groups(scene)
    ((result, reason),) = scene.apply(create(a_segment(groups=IN_A)))
    assert result == "failed"
    assert reason.endswith("instead; it was removed again")
