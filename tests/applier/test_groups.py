import httpx
import pytest

from segsync.outcome import Outcome, Result
from segsync.sandbox.state import Kind
from segsync.segment import Group
from tests.applier.account import Scene, a_segment, create

PATH = "/v2/segment/group"
CAMPAIGNS = Group("Campaigns", "Q1", owned=True)
APPLIED = ("applied", "")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def meanwhile(scene: Scene, made: list[str], other: Group, *, created: str) -> None:
    """Let somebody else make a group just before the account sees ours."""

    def forestall(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and not made:
            scene.account.meddle = lambda _: None
            made.append(scene.has_group(other))
            payload = {**scene.account.groups[made[0]], "created": created}
            with scene.account.store.edit() as state:
                state.put(Kind.GROUP, payload)
        return None

    scene.account.meddle = forestall


def is_told_by_the_create(scene: Scene, outcome: Outcome) -> bool:
    told = scene.account.request_ids
    return outcome.request_id == told["POST"] != told["GET"]


def test_a_group_is_looked_for_before_and_after_it_is_made(scene: Scene) -> None:
    (outcome,) = scene.outcomes(create(CAMPAIGNS))
    (made,) = scene.account.groups
    assert (outcome.result, outcome.id) == (Result.APPLIED, made)
    assert is_told_by_the_create(scene, outcome)
    assert scene.account.log == [f"GET {PATH}", f"POST {PATH}", f"GET {PATH}"]


def test_a_group_that_somebody_has_made_already_is_used(scene: Scene) -> None:
    there = scene.has_group(CAMPAIGNS)
    segment = a_segment(groups=frozenset({"Campaigns"}))
    into = create(segment, number=2, waits_for=frozenset({1}))
    found = scene.outcomes(create(CAMPAIGNS), into)
    assert [each.result for each in found] == [Result.APPLIED] * 2
    assert found[0].note == "it was there already; nothing was written"
    assert found[0].id == there
    assert [each["groups"] for each in scene.account.segments.values()] == [[there]]


@pytest.mark.parametrize(
    "foreign", [Group("Campaigns", "Q1"), Group("Campaigns", "Q2", owned=True)]
)
def test_a_group_that_is_not_as_wanted_is_not_doubled(scene: Scene, foreign: Group) -> None:
    there = scene.has_group(foreign)
    assert scene.apply(create(CAMPAIGNS)) == [
        ("failed", f'"Campaigns" is taken: the account has another group of that name ({there})')
    ]
    assert scene.account.writes == []


def test_of_two_groups_of_that_name_none_is_taken_for_ours(scene: Scene) -> None:
    first, second = scene.has_group(CAMPAIGNS), scene.has_group(CAMPAIGNS)
    ids = f"{first}, {second}"
    assert scene.apply(create(CAMPAIGNS)) == [
        ("failed", f'"Campaigns" is taken: the account has another group of that name ({ids})')
    ]


def test_the_older_of_two_that_are_made_at_once_is_used(scene: Scene) -> None:
    older: list[str] = []
    meanwhile(scene, older, CAMPAIGNS, created="2026-01-01T00:00:00.000Z")
    ((result, note),) = scene.apply(create(CAMPAIGNS))
    ours = scene.account.writes[-1].rpartition("/")[2]
    assert (result, note) == (
        "applied",
        (
            f"somebody else made it at the same time; ours ({ours}) is not needed:"
            " it was removed again"
        ),
    )
    assert list(scene.account.groups) == older


def test_the_older_of_two_that_is_not_ours_makes_it_fail(scene: Scene) -> None:
    older: list[str] = []
    meanwhile(scene, older, Group("Campaigns"), created="2026-01-01T00:00:00.000Z")
    results = scene.apply(create(CAMPAIGNS))
    assert results == [
        (
            "failed",
            f'"Campaigns" is taken: the account has another group of that name ({older[0]})',
        )
    ]
    assert list(scene.account.groups) == older


def test_a_younger_twin_is_left_to_whoever_made_it(scene: Scene) -> None:
    younger: list[str] = []
    meanwhile(scene, younger, CAMPAIGNS, created="2099-01-01T00:00:00.000Z")
    assert scene.apply(create(CAMPAIGNS)) == [APPLIED]
    assert len(scene.account.groups) == 2


def test_a_group_that_cannot_be_removed_again_is_told(scene: Scene) -> None:
    older: list[str] = []
    meanwhile(scene, older, CAMPAIGNS, created="2026-01-01T00:00:00.000Z")
    forestall = scene.account.meddle

    def refuse(request: httpx.Request) -> httpx.Response | None:
        forestall(request)
        scene.account.meddle = refuse
        body = {"status": 400, "errors": [{"message": "no"}]}
        return httpx.Response(400, json=body) if request.method == "DELETE" else None

    scene.account.meddle = refuse
    (outcome,) = scene.outcomes(create(CAMPAIGNS))
    ours = scene.account.writes[-1].rpartition("/")[2]
    assert (outcome.result, outcome.id) == (Result.FAILED, ours)
    assert outcome.reason == (
        f"somebody else made it at the same time; ours ({ours}) is not needed: it could not be"
        f" removed, so remove it by hand: DELETE {PATH}/{ours}: no (HTTP 400)"
    )
    assert is_told_by_the_create(scene, outcome)


def after_the_post(scene: Scene, answer: httpx.Response) -> None:
    """Let every request after a POST be answered like this."""

    def meddle(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            scene.account.meddle = lambda _: answer
            return scene.account.process(request)
        return None

    scene.account.meddle = meddle


def test_a_group_that_cannot_be_looked_for_afterwards_is_no_success(scene: Scene) -> None:
    after_the_post(scene, httpx.Response(400, json={"status": 400}))
    (outcome,) = scene.outcomes(create(CAMPAIGNS))
    (made,) = scene.account.groups
    told = "it was made, but looking whether it is the only one failed"
    assert (outcome.result, outcome.id) == (Result.FAILED, made)
    assert outcome.reason == f"{told}: GET {PATH}: Bad Request (HTTP 400)"


def test_a_group_that_is_not_listed_is_no_success(scene: Scene) -> None:
    after_the_post(scene, httpx.Response(200, json={"status": 200, "data": []}))
    (outcome,) = scene.outcomes(create(CAMPAIGNS))
    (made,) = scene.account.groups
    told = 'the account answered with a group "Campaigns" that it does not list'
    assert (outcome.result, outcome.reason, outcome.id) == (Result.FAILED, told, made)
    assert is_told_by_the_create(scene, outcome)


def test_a_group_that_was_made_under_another_name_is_left_alone(scene: Scene) -> None:
    scene.account.takes = lambda body: {**body, "name": "Other"}
    ((result, reason),) = scene.apply(create(CAMPAIGNS))
    (made,) = scene.account.groups
    assert (result, reason) == (
        "failed",
        (
            f'"Campaigns" is taken: the account made "Other" ({made}) instead; it was left alone,'
            " because nothing proves that this run made it"
        ),
    )


def test_a_refused_group_is_told(scene: Scene) -> None:
    def refuse(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(400, json={"status": 400}) if request.method == "POST" else None

    scene.account.meddle = refuse
    assert scene.apply(create(CAMPAIGNS)) == [("failed", f"POST {PATH}: Bad Request (HTTP 400)")]


def busy(scene: Scene, times: int, *, acts: bool = False) -> None:
    """Let the account answer 429 to so many creates, before the work or after it."""
    left = [times]

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or not left[0]:
            return None
        left[0] -= 1
        if acts:
            scene.account.process(request)
        return httpx.Response(429, json={"status": 429, "errors": [{"message": "slow down"}]})

    scene.account.meddle = refuse


def test_a_busy_account_is_asked_again_when_it_shows_no_such_group(scene: Scene) -> None:
    busy(scene, 3)
    assert scene.apply(create(CAMPAIGNS)) == [APPLIED]
    assert scene.account.writes == [f"POST {PATH}"] * 4
    assert scene.slept == [0.5, 0.5, 1.0, 2.0] * 3
    assert len(scene.account.groups) == 1


def test_a_group_that_a_busy_account_has_made_is_not_made_again(scene: Scene) -> None:
    busy(scene, 1, acts=True)
    ((result, note),) = scene.apply(create(CAMPAIGNS))
    assert result == "applied"
    assert note.endswith("a look at the account shows that it took effect")
    assert scene.account.writes == [f"POST {PATH}"]


def test_an_account_that_stays_busy_is_given_up(scene: Scene) -> None:
    busy(scene, 9)
    problem = f"outcome unknown (POST {PATH}: slow down (HTTP 429))"
    told = 'no "Campaigns" was found afterwards; it was not sent again'
    assert scene.apply(create(CAMPAIGNS)) == [("failed", f"{problem}: {told}")]
    assert scene.account.writes == [f"POST {PATH}"] * 4


def test_nothing_is_sent_again_where_nobody_can_look(scene: Scene) -> None:
    busy(scene, 1)
    refuse = scene.account.meddle

    def break_down(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and scene.account.writes:
            return httpx.Response(400, json={"status": 400})
        return refuse(request)

    scene.account.meddle = break_down
    ((result, reason),) = scene.apply(create(CAMPAIGNS))
    assert result == "failed"
    assert reason.startswith(f"outcome unknown (POST {PATH}: slow down (HTTP 429)): looking for it")
    assert scene.account.writes == [f"POST {PATH}"]
