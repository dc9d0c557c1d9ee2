"""One story of one account, short enough to be told in thousands of worlds.

An apply of every kind of change is killed at one of its writes, settled and taken up again; while
that goes on somebody takes a slug that is about to be made, so that the account makes another one.
In the end the account must be what the files say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import httpx
from msgspec.structs import replace

from segsync.applier import apply_plan
from segsync.applier.recovery import settle
from segsync.applier.run import Run
from segsync.journal import CallResult, JournaledRun
from segsync.journal.records import Call, ChangeEnd
from segsync.outcome import Outcome
from segsync.plan import Action, Plan
from segsync.sandbox import edits
from segsync.sandbox.seed import Seed, stable_id
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store
from segsync.sandbox.transport import SandboxTransport
from tests.journal.runs import HEAD
from tests.laws.copies import copied, opened, planted
from tests.laws.reached import assert_reached, failures, untouched
from tests.laws.seeds import EXPORT, GROUPS, PREDEFINED, stored
from tests.laws.worlds import Clock, Objects, World
from tests.planning.build import desired_state, wanted, wanted_group

# What a create needs in some worlds.
_WHOLE = {"description": "", "kind": "segment", "table": "user", "is_public": False}
_MID = stable_id(Kind.SEGMENT, "mid")

SEED = Seed(
    account={"aid": 4242, "name": "Fernwood"},
    fields={"user": [{"id": "visits", "type": "int"}], "content": [{"id": "path"}]},
    groups=GROUPS,
    segments=(
        PREDEFINED,
        stored("foreign", "INCLUDE all", tags=["theirs"], groups=["Shared", "Old"]),
        stored("base", "visits > 1", groups=["Old", "Shared"], schedule_exit=True),
        stored("mid", "AND ( INCLUDE base, visits > 2 )", groups=["Old"], emit_trigger=True),
        stored(
            "top",
            f"AND ( INCLUDE `{_MID}`, visits > 3 )",
            groups=["Gone"],
            description="Kept",
            tags=["segsync", "crm"],
            save_hist=False,
        ),
        stored("promo", "visits = 3", expires_at="2027-01-01T00:00:00Z", is_public=True),
        stored("blog", 'path = "/blog"', table="content", expires_at="2027-01-01T00:00:00Z"),
        stored("trait", "visits = 4", kind="aspect"),
        stored("broken", "AND ( INCLUDE nowhere, visits > 7 )"),
        stored("leaf", "visits = 5", groups=["Gone"]),
        stored("leaf_user", "AND ( INCLUDE leaf, visits > 5 )"),
    ),
    jobs=(EXPORT,),
)

DESIRED = desired_state(
    [
        wanted("ground", "FILTER visits > 1", previously=("base",)),
        wanted("mid", "FILTER AND (INCLUDE ground, visits > 2)", groups=["Fresh"]),
        wanted("top", "FILTER OR (INCLUDE mid, visits > 30)", groups=[]),
        wanted("promo", "FILTER visits = 3", expires_at=None),
        wanted("blog", 'FILTER path = "/news"', table="content"),
        wanted("trait", "FILTER visits = 40"),
        wanted("broken", "FILTER AND (INCLUDE fresh, visits > 7)"),
        wanted("fresh", "FILTER AND (INCLUDE top, visits > 8)", groups=["Fresh", "Old"]),
        wanted("last", "FILTER AND (INCLUDE broken, INCLUDE foreign)", groups=["Fresh"]),
    ],
    [wanted_group("Old", "Older"), wanted_group("Fresh")],
)
_GROUPS = {
    "ground": {"Old", "Shared"},
    "mid": {"Fresh"},
    "fresh": {"Fresh", "Old"},
    "last": {"Fresh"},
    "foreign": {"Shared", "Old"},
}
# What the files leave alone, by segment; a group is a field of its own.
_KEPT: Mapping[str, Mapping[str, object]] = {
    "ground": {"schedule_exit": True},
    "mid": {"emit_trigger": True},
    "top": {"description": "Kept", "tags": ["crm", "segsync"], "save_hist": False},
    "promo": {"is_public": True, "public_name": "promo"},
    "blog": {"expires_at": "2027-01-01T00:00:00Z"},
    "trait": {"kind": "aspect"},
}


# Method, URL and body of a request, status and body of its answer.
Exchange = tuple[str, str, bytes, int, bytes]


class KilledError(BaseException):
    """Stands for the end of the process."""


class Wire(httpx.BaseTransport):
    """The way to an account. The process dies at one of its writes, counted from 1.

    That write takes effect if it `acts`. `careless` spoils each request on its way.
    """

    def __init__(self, store: Store, clock: Clock, at: "Kill", careless: "Careless") -> None:
        self._account = SandboxTransport(store, sleep=clock.sleep)
        self._at = at
        self._careless = careless
        self._writes = 0
        self.is_cut = False
        self.exchanges: list[Exchange] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise KilledError
        self._writes += request.method != "GET"
        self.is_cut = request.method != "GET" and self._writes == self._at.write
        if self.is_cut and not self._at.acts:
            raise KilledError
        sent = self._careless(request)
        response = self._account.handle_request(sent)
        said = (sent.method, str(sent.url), sent.read(), response.status_code, response.read())
        self.exchanges.append(said)
        if self.is_cut:
            raise KilledError
        return response


@dataclass(frozen=True, slots=True)
class Kill:
    """At which write the process dies, 0 for none, and whether that write takes effect."""

    write: int = 0
    acts: bool = True


Careless = Callable[[httpx.Request], httpx.Request]


def careful(request: httpx.Request) -> httpx.Request:
    return request


@dataclass
class Log:
    """A journal in memory, of which nothing is written down once the process is dead."""

    clock: Clock
    wire: Wire
    calls: dict[int, Call] = field(default_factory=dict)
    ends: dict[int, ChangeEnd] = field(default_factory=dict)

    def begin(self, change: int, method: str, path: str) -> int:
        if self.wire.is_cut:
            raise KilledError
        number = len(self.calls) + 1
        self.calls[number] = Call(number, change, method, path, self.clock.now().isoformat())
        return number

    def end(self, call: int, result: CallResult, *, request_id: str, message: str = "") -> None:
        if not self.wire.is_cut:
            found = self.calls[call]
            ended = replace(found, result=result, request_id=request_id, message=message)
            self.calls[call] = ended

    def close_change(self, end: ChangeEnd) -> None:
        if not self.wire.is_cut:
            self.ends[end.change] = end

    def run(self, known_ids: tuple[str, ...]) -> JournaledRun:
        head = replace(HEAD, namesakes=known_ids)
        return JournaledRun(head, tuple(self.calls.values()), self.ends)


@dataclass
class Story:
    """The account of one story, in the world of these switches."""

    switches: Mapping[str, bool]
    kill: Kill = Kill()
    careless: Careless = careful
    parallelism: int = 1

    def __post_init__(self) -> None:
        self.store, self.clock = copied(_account(), self.switches)
        self.exchanges: list[Exchange] = []
        self.world = self._opened(Kill())
        self.theirs = untouched(self.world)
        self.known = self.world.objects()

    def _opened(self, kill: Kill) -> World:
        self.wire = Wire(self.store, self.clock, kill, self.careless)
        self.wire.exchanges = self.exchanges
        return opened(self.store, self.clock, self.wire)

    def plan(self) -> Plan:
        plan = self.world.plan(DESIRED)
        assert not plan.is_refused, plan.blocked
        return plan

    def apply(self, plan: Plan) -> list[Outcome]:
        """Carry out a plan; the process may be killed, and then what was in flight is settled."""
        log = Log(self.clock, self.wire)
        known_ids = tuple(self.world.objects())
        applying = apply_plan(
            plan,
            self.world.client,
            known_ids=known_ids,
            parallelism=self.parallelism,
            journal=log,
            sleep=self.clock.sleep,
        )
        try:
            return list(applying)
        except KilledError:
            self.world = self._opened(Kill())
            with patch.dict(Run.__init__.__kwdefaults__, sleep=self.clock.sleep):
                list(settle(log.run(known_ids), plan, self.world.client, journal=log))
            return []

    def tell(self) -> None:
        """Let everything happen, and complain when the account is not what the files say."""
        self.world = self._opened(self.kill)
        assert failures(self.apply(self.plan())) == []
        plan = self.plan()
        if any((each.action, each.key) == (Action.CREATE, "last") for each in plan.changes):
            self._take_slug_of_last(plan)
            plan = self.plan()
        assert failures(self.apply(plan)) == []
        self._assert_reached()

    def _take_slug_of_last(self, plan: Plan) -> None:
        """Let somebody make a segment under a slug that the plan makes, carry it out, tidy up."""
        fields = stored("last", "visits > 9", tags=["theirs"], **_WHOLE)
        del fields["author_id"]  # the account says who makes it
        edits.add_segment(self.store, **fields)
        theirs = self._row("last")
        found = failures(self.apply(plan))
        assert [key for key, _ in found] == ["last"]
        if self.switches.get("refuse_taken_slugs"):
            assert "Slug is already used" in found[0][1]
        else:
            assert found[0][1].startswith('"last" is taken: the account made "last_1" (')
            assert found[0][1].endswith(") instead; it was removed again")
        assert self._row("last") == theirs
        assert self._slugs() <= {*_slugs(self.known), *DESIRED.segments}
        edits.remove_segment(self.store, "last")

    def _assert_reached(self) -> None:
        assert_reached(self.world, DESIRED)
        assert untouched(self.world) == self.theirs
        assert self._members() == _GROUPS
        self._assert_kept()
        written = len(self.store.writes)
        assert self.plan().changes == ()
        assert len(self.store.writes) == written

    def tell_without_groups(self) -> None:
        """Let everything happen where nobody can say, or see, which segment is in which group.

        What cannot be done must be told each time, and nothing may be lost or left behind.
        """
        self.world = self._opened(self.kill)
        wire = self.wire
        first = failures(self.apply(self.plan()))
        assert first or wire.is_cut
        self.world = self._opened(Kill())
        second = failures(self.apply(self.plan()))
        assert second
        for key, reason in (*first, *second):
            assert DESIRED.segments[key].segment.groups or key == "top"
            assert "it is not in " in reason or "it is still in " in reason
        assert untouched(self.world) == self.theirs
        assert self._slugs() <= {*_slugs(self.known), *DESIRED.segments}
        kept = {"ground", *DESIRED.segments} & {"ground", *_slugs(self.known)}
        assert kept <= self._slugs()
        self._assert_kept()

    def _assert_kept(self) -> None:
        """Complain unless what goes on is still the same object, with what nobody manages."""
        for slug, kept in _KEPT.items():
            row = self._row(slug)
            row |= {"tags": sorted(row["tags"])}
            assert row["id"] == stable_id(Kind.SEGMENT, "base" if slug == "ground" else slug)
            assert {name: row[name] for name in kept} == kept, slug

    def _members(self) -> dict[str, set[str]]:
        """Return the groups of each segment that is in any, by name, whatever is shown."""
        with self.store.read() as state:
            names = {each["id"]: each["name"] for each in state.all(Kind.GROUP)}
            rows = list(state.all(Kind.SEGMENT))
        found = {row["slug_name"]: {names[id_] for id_ in row["groups"] or ()} for row in rows}
        return {slug: groups for slug, groups in found.items() if groups}

    def _slugs(self) -> set[str]:
        return _slugs(self.world.objects())

    def _row(self, slug: str) -> dict[str, Any]:
        with self.store.read() as state:
            found = (row for row in state.all(Kind.SEGMENT) if row["slug_name"] == slug)
            return dict(next(found))


def _slugs(objects: Objects) -> set[str]:
    return {each["slug_name"] for each in objects.values() if "slug_name" in each}


@cache
def _account() -> AccountState:
    return planted(SEED)
