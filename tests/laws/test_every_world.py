"""In every combination of the switches that can matter, one story ends with what the files say.

`make soak` tells it in all of them, a second kind of story in those where nobody can say or see
which segment is in which group, and the first in worlds in which any switch is drawn; the ordinary
suite tells it in each pair of values. Where the process is killed in between is drawn too.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import product
from random import Random

import httpx
import pytest

from segsync.errors import SegsyncError
from segsync.sandbox.seed import stable_id
from segsync.sandbox.state import Kind
from tests.laws.odd import seeded
from tests.laws.story import Careless, Exchange, Kill, Story, careful
from tests.laws.test_soak import some_world
from tests.laws.worlds import covering

CHUNKS = 16
_WRITES = 15
"""How many writes the story takes when nothing comes in between."""

# Each changes what a write does, or what the account then shows of what was written.
MATTER = {
    "merge_on_put": "what a PUT leaves out is kept, or lost",
    "accept_missing_includes": "an INCLUDE that comes too early is refused, or makes it invalid",
    "delete_with_dependants": "a delete that comes too early is refused, or breaks what is left",
    "soft_deletes": "what is deleted still answers, or is not found",
    "create_answers_200": "how a create is answered",
    "delete_answers_200": "whether a delete is answered with a body",
    "includes_hold_slugs": "what `includes` holds",
    "groups_only_by_group": "whether a segment can say in which groups it is",
    "group_takes_segments": "whether a group can say which segments are in it",
    "groups_hide_segments": "whether a group shows who is in it",
    "segments_hide_groups": "whether a segment shows in which groups it is",
    "merge_groups_on_put": "what a PUT of a group leaves out is kept, or lost",
    "keep_full_groups": "a group that is deleted too early is refused, or falls out of segments",
    "keep_deleted_group_ids": "whether segments go on naming a group that is gone",
}
# They say what a list shows for which nobody asked. segsync asks, and the sandbox then takes no
# notice of them: both are proved below, so that no world needs to be told twice.
LISTS = ("list_all_tables", "list_one_kind", "list_only_valid", "honor_list_limit")
# They say how endpoints answer that neither plan nor apply ask, which is proved below too.
SILENT = (
    "text_status",
    "dependants_by_id",
    "ancestors_are_ids",
    "ancestors_are_direct",
    "jobs_are_ids",
    "reevaluate_by_path_only",
    "reevaluate_by_body_only",
    "get_one_group",
    "validate_checks_fields",
    "throttle_sizes",
)
# All others take part in the pairs and triples of `test_world_laws`: they change how single fields
# are spelled, or refuse what no plan asks for.

WORLDS = [
    dict(zip(MATTER, values, strict=True)) for values in product((False, True), repeat=len(MATTER))
]


def tells_groups(switches: Mapping[str, bool]) -> bool:
    """Return whether of segment and group one can say, and one shows, who is in which."""
    can_be_said = not switches["groups_only_by_group"] or switches["group_takes_segments"]
    return can_be_said and not (
        switches["groups_hide_segments"] and switches["segments_hide_groups"]
    )


def drawn_story(switches: Mapping[str, bool], random: Random) -> Story:
    """Return the story in this world; where the process is killed is drawn."""
    kill = Kill(random.randint(0, _WRITES + 1), acts=random.random() < 0.5)
    return Story(switches, kill, parallelism=random.choice([1, 1, 3]))


def tell(number: int) -> None:
    """Tell the story in the world of this number."""
    switches = WORLDS[number]
    story = drawn_story(switches, seeded(number))
    if tells_groups(switches):
        story.tell()
    else:
        story.tell_without_groups()


def tell_anywhere(seed: int) -> None:
    """Tell the story in a world in which every switch is drawn."""
    random = seeded(seed)
    drawn_story(some_world(random), random).tell()


def numbers_of(switches: Mapping[str, bool]) -> int:
    return int("".join(str(int(switches[name])) for name in MATTER), base=2)


def all_end_well(tell_one: Callable[[int], None], numbers: Iterable[int]) -> None:
    broken = []
    for number in numbers:
        try:
            tell_one(number)
        except (AssertionError, SegsyncError) as problem:
            broken.append((number, str(problem)))
    assert broken == []


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_story_ends_well_in_every_world(chunk: int) -> None:
    all_end_well(tell, range(chunk, len(WORLDS), CHUNKS))


@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(4))
def test_the_story_ends_well_in_worlds_drawn_at_random(chunk: int) -> None:
    all_end_well(tell_anywhere, range(chunk, 2_000, 4))


@pytest.mark.parametrize("number", [numbers_of(each) for each in covering(MATTER, strength=2)])
def test_the_story_ends_well_in_each_pair_of_values(number: int) -> None:
    tell(number)


@pytest.mark.soak
@pytest.mark.parametrize("acts", [False, True])
def test_the_story_ends_well_wherever_the_process_is_killed(*, acts: bool) -> None:
    for write in range(1, _WRITES + 1):
        Story({}, Kill(write, acts=acts)).tell()


# What each switch does is seen


def _with_body(request: httpx.Request, body: Mapping[str, object]) -> httpx.Request:
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return httpx.Request(request.method, request.url, headers=headers, json=body)


def sends_half_a_put(request: httpx.Request) -> httpx.Request:
    if request.method != "PUT":
        return request
    left_out = {"description", "save_hist", "schedule_exit", "emit_trigger"}
    body = json.loads(request.read())
    return _with_body(request, {name: body[name] for name in body if name not in left_out})


def includes_too_early(request: httpx.Request) -> httpx.Request:
    if request.method != "PUT" or b"INCLUDE fresh" not in request.read():
        return request
    body = json.loads(request.read())
    return _with_body(request, body | {"segment_ql": body["segment_ql"].replace("fresh", "later")})


def _instead(request: httpx.Request, path: str) -> httpx.Request:
    url = request.url.copy_with(path=path)
    return httpx.Request(request.method, url, headers=request.headers)


def deletes_too_early(request: httpx.Request) -> httpx.Request:
    user, leaf = (stable_id(Kind.SEGMENT, each) for each in ("leaf_user", "leaf"))
    if (request.method, request.url.path) != ("DELETE", f"/v2/segment/{user}"):
        return request
    return _instead(request, f"/v2/segment/{leaf}")


def deletes_a_full_group(request: httpx.Request) -> httpx.Request:
    user, gone = stable_id(Kind.SEGMENT, "leaf_user"), stable_id(Kind.GROUP, "Gone")
    if (request.method, request.url.path) != ("DELETE", f"/v2/segment/{user}"):
        return request
    return _instead(request, f"/v2/segment/group/{gone}")


def lists(**parameters: str | None) -> Careless:
    """Return what changes the parameters of lists, None to leave one out."""

    def careless(request: httpx.Request) -> httpx.Request:
        if request.method != "GET" or request.url.path != "/v2/segment":
            return request
        asked = dict(request.url.params) | parameters
        params = {name: value for name, value in asked.items() if value is not None}
        return httpx.Request("GET", request.url.copy_with(params=params), headers=request.headers)

    return careless


# Where segsync takes such care that it never meets a switch, what is seen when it does not.
CARELESS: dict[str, Careless] = {
    "merge_on_put": sends_half_a_put,
    "merge_groups_on_put": sends_half_a_put,
    "accept_missing_includes": includes_too_early,
    "delete_with_dependants": deletes_too_early,
    "keep_full_groups": deletes_a_full_group,
    "keep_deleted_group_ids": deletes_a_full_group,
    "list_all_tables": lists(table=None),
    "list_one_kind": lists(kind=None),
    "list_only_valid": lists(valid=None),
    "honor_list_limit": lists(limit="3"),
}


@cache
def told(*names: str, careless: Careless = careful) -> tuple[list[Exchange], bool]:
    """Return all that was asked and answered in a story, and whether it ended well.

    These switches are on in its world.
    """
    story = Story(dict.fromkeys(names, True), Kill(5), careless)
    try:
        story.tell()
    except (AssertionError, SegsyncError):
        story.world.client.live_state()
        return story.exchanges, False
    return story.exchanges, True


@pytest.mark.parametrize("name", [*MATTER, *LISTS])
def test_what_a_switch_does_is_seen_in_the_story(name: str) -> None:
    careless = CARELESS.get(name, careful)
    # Who is in a group can be said by the group only where it takes that.
    usual = ["groups_only_by_group"] if name == "group_takes_segments" else []
    off, went_well = told(*usual, careless=careless)
    on, went_well_too = told(*usual, name, careless=careless)
    assert off != on
    assert name not in CARELESS or not (went_well and went_well_too)


@pytest.mark.parametrize("name", sorted({*CARELESS} - {*LISTS}))
def test_only_the_careless_see_what_these_switches_do(name: str) -> None:
    assert told() == told(name)


# What is left out makes no difference


def test_every_list_says_what_it_wants_so_that_its_defaults_are_never_met() -> None:
    exchanges, went_well = told()
    lists_asked = [
        dict(httpx.URL(url).params)
        for method, url, *_ in exchanges
        if method == "GET" and httpx.URL(url).path == "/v2/segment"
    ]
    assert went_well
    assert lists_asked
    assert all(each.keys() == {"table", "kind", "valid"} for each in lists_asked)
    assert told(*LISTS) == told()


@pytest.mark.parametrize("name", SILENT)
def test_a_switch_of_other_endpoints_changes_nothing_in_the_story(name: str) -> None:
    assert told(name) == told()
