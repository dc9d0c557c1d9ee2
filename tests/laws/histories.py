"""What happens to one account over time: edits of files and by hand, runs, faults, crashes, pulls.

Each step draws what it does from a generator, and leaves by an AssertionError when a law is broken:
nothing unowned changes, nothing is lost, an exit code is honest, and what is reported happened.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from segsync.filterql import includes, parse, same_meaning
from segsync.sandbox import edits
from segsync.sandbox.controls import add_fault, clear_faults, set_switches
from segsync.sandbox.messages import Refusal
from segsync.sandbox.seed import Seed
from segsync.sandbox.state import Kind
from tests.laws.virtual import KILLED, Ended, Place
from tests.laws.worlds import Objects

SLUGS = ("a", "b", "c", "d", "e", "f", "g")
GROUPS = ("G1", "G2")
MOVING = "__segsync_moving"
ALLOW = "--allow-empty --allow-missing=99 --allow-deletes=99 --allow-updates=99"
APPLY = f"apply --auto-approve {ALLOW}"
# Of a swap that was cut in half, of what somebody edited as well, and of a segment that goes while
# its like comes, a person has to say which is which; more may be blocked in consequence.
NEEDS_A_PERSON = {"unclear-rename", "lost-rename", "half-renamed"}
NOTHING_WRITTEN = {3, 4, 5, 6, 8}
POINTS = ("begin-before", "begin", "end-before", "end", "close_change-before", "close_change")

SEED = Seed(
    account={"aid": 4242, "name": "Fernwood"},
    fields={"user": [{"id": "visits", "type": "int"}]},
    groups=({"name": "Theirs", "description": "Of others"},),
    segments=(
        # Some group must show a member, or segsync may refuse to move any through their groups.
        {
            "slug_name": "all",
            "name": "All",
            "segment_ql": "FILTER *",
            "tags": ["predefined"],
            "groups": ["Theirs"],
        },
        {
            "slug_name": "foreign",
            "name": "Foreign",
            "segment_ql": "FILTER visits > 90",
            "author_id": "ann",
            "tags": ["theirs"],
            "groups": ["Theirs"],
        },
    ),
    jobs=(),
)

# What can happen to any request, and what only to a write. A list that is null says that the
# account is empty, which nobody can tell from the truth, so that reads are spared of it.
ANY = ("429", "429 retry-after=1", "500", "502", "503", "503 retry-after=1", "drop", "reset", "cut",
       "empty", "truncated", "malformed", "html", "wrong-type", "nan", "duplicate-keys", "deep=900",
       "bad-utf8")  # fmt: skip
WRITES = ("500-after", "502-after", "503-after", "drop-after", "reset-after", "cut", "truncated",
          "null-data", "empty", "redirect")  # fmt: skip
OTHERS = ("WRITE lag=1", "WRITE lag=1..4", "rate=20 burst=5", "rate=8 burst=8 retry-after=exact",
          "latency=1..3")  # fmt: skip


def some_rules(random: Random) -> list[str]:
    """Return up to three fault rules, most of them for a share of the requests."""
    found = []
    for _ in range(random.randint(0, 3)):
        share = f"p={random.choice([0.02, 0.05, 0.1, 0.2, 0.4])} seed={random.randrange(10**6)}"
        count = f"nth={random.randint(1, 25)}"
        when = random.choice([share, share, count])
        kind = random.random()
        if kind < 0.45:
            found.append(f"{random.choice(['', 'READ ', 'WRITE '])}{random.choice(ANY)} {when}")
        elif kind < 0.8:
            found.append(f"WRITE {random.choice(WRITES)} {when}")
        else:
            found.append(random.choice(OTHERS))
    return found


@dataclass(eq=False)
class Entry:
    """A segment as the files declare it; what it includes stands before it in the files."""

    slug: str
    name: str
    threshold: int
    includes: "list[Entry]" = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    previously: list[str] = field(default_factory=list)

    @property
    def definition(self) -> str:
        parts = [f"visits > {self.threshold}", *(f"INCLUDE {each.slug}" for each in self.includes)]
        return f"FILTER AND ({', '.join(parts)})"

    def document(self) -> dict[str, object]:
        return {
            "slug_name": self.slug,
            "name": self.name,
            "segment_ql": self.definition,
            "groups": sorted(self.groups),
            "previously": self.previously,
        }


class History:
    """One account, its repository, and everything that happened so far."""

    def __init__(
        self, root: Path, *, switches: Mapping[str, bool], over_http: bool = False
    ) -> None:
        self.place = Place(root, SEED, over_http=over_http)
        self.is_embedded = not over_http
        set_switches(self.place.store, **switches)
        self.entries: list[Entry] = []
        self.groups: set[str] = set()
        self.figures: Counter[str] = Counter()
        self._write_files()

    def close(self) -> None:
        self.place.close()

    # Files

    def edit_files(self, random: Random) -> None:
        """Add, change, remove or rename some of what the files declare."""
        kinds = [self._add, self._add, self._add, self._change, self._change, self._remove]
        for _ in range(random.randint(1, 6)):
            random.choice([*kinds, self._rename, self._swap])(random)
        kept = self.groups - {*GROUPS}
        self.groups = kept | {each for each in GROUPS if random.random() < 0.5}
        self._write_files()

    def _add(self, random: Random) -> None:
        free = self._free_slugs()
        if free:
            entry = Entry(random.choice(free), f"N{random.randint(0, 9)}", random.randint(0, 3))
            entry.includes = _some(random, self.entries)
            entry.groups = set(_some(random, GROUPS))
            self.entries.append(entry)

    def _change(self, random: Random) -> None:
        if self.entries:
            index = random.randrange(len(self.entries))
            entry = self.entries[index]
            entry.threshold = random.randint(0, 3)
            entry.includes = _some(random, self.entries[:index])
            entry.groups = set(_some(random, GROUPS))

    def _remove(self, random: Random) -> None:
        if self.entries:
            gone = self.entries.pop(random.randrange(len(self.entries)))
            for each in self.entries:
                each.includes = [one for one in each.includes if one is not gone]

    def _rename(self, random: Random) -> None:
        free = self._free_slugs()
        claimed = {old for each in self.entries for old in each.previously}
        able = [each for each in self.entries if each.slug not in claimed]
        if able and free:
            entry = random.choice(able)
            entry.previously = [*entry.previously, entry.slug]
            entry.slug = random.choice(free)

    def _swap(self, random: Random) -> None:
        plain = [each for each in self.entries if not each.previously]
        if len(plain) > 1:
            one, other = random.sample(plain, 2)
            one.slug, other.slug = other.slug, one.slug
            one.previously, other.previously = [other.slug], [one.slug]

    def _free_slugs(self) -> list[str]:
        taken = {each for entry in self.entries for each in (entry.slug, *entry.previously)}
        return [each for each in SLUGS if each not in taken]

    def _write_files(self) -> None:
        folder = self.place.root / "audiences"
        shutil.rmtree(folder)
        folder.mkdir()
        names = sorted(self.groups | {each for entry in self.entries for each in entry.groups})
        content = {
            "groups": [{"name": each} for each in names],
            "segments": [each.document() for each in self.entries],
        }
        (folder / "all.yaml").write_text(json.dumps(content, indent=1))

    @property
    def declared(self) -> set[str]:
        return {each.slug for each in self.entries}

    # The account

    def objects(self, *kinds: Kind) -> Objects:
        with self.place.store.read() as state:
            wanted = kinds or (Kind.SEGMENT, Kind.GROUP)
            return {each["id"]: dict(each) for kind in wanted for each in state.all(kind)}

    def edit_by_hand(self, random: Random) -> None:
        """Do what somebody may do in the user interface; what a rule forbids is not done."""
        store, found = self.place.store, self.objects(Kind.SEGMENT)
        ours = [each["slug_name"] for each in found.values() if is_owned(each)]
        included = {one.reference for each in found.values() for one in _includes(each)}
        loose = [
            each["slug_name"]
            for each in found.values()
            if is_owned(each) and not {each["id"], each["slug_name"]} & included
        ]
        number = random.randrange(3)
        try:
            match random.randrange(6):
                case 0:
                    edits.edit_segment(store, "foreign", name=f"Foreign {number}")
                case 1 if f"theirs_{number}" not in {each["slug_name"] for each in found.values()}:
                    edits.add_segment(store, slug_name=f"theirs_{number}", name="Another",
                                      segment_ql="FILTER visits > 50", tags=["theirs"])  # fmt: skip
                case 2 if ours:
                    edits.edit_segment(store, random.choice(ours), name=f"By hand {number}")
                case 3 if loose:
                    edits.remove_segment(store, random.choice(loose))
                case 4 if loose:
                    edits.edit_segment(store, random.choice(loose), slug_name=f"by_hand_{number}")
                case 5 if ours:
                    edits.edit_segment(store, random.choice(ours),
                                       segment_ql=f"FILTER visits > {number}")  # fmt: skip
        except (Refusal, LookupError):
            return

    def theirs(self) -> Objects:
        """Return what segsync neither owns nor was asked to own."""
        return {
            key: each
            for key, each in self.objects().items()
            if not is_owned(each)
            and each.get("slug_name") not in self.declared
            and each.get("name") not in self.groups
        }

    # Runs

    def apply(self, random: Random, rules: Sequence[str] = ()) -> Ended:
        """Apply while requests go wrong, and hold what is told against what happened."""
        needed = self._needed() if rules and self.is_embedded and random.random() < 0.3 else None
        before, theirs = self.objects(), self.theirs()
        asked, written = len(self.place.store.requests), len(self.place.store.writes)
        report = self.place.root / "report.json"
        report.unlink(missing_ok=True)
        parallelism = random.choice([1, 3, 10])
        for each in rules:
            add_fault(self.place.store, each)
        ended = self.place.run(f"{APPLY} --parallelism={parallelism} --report json={report}")
        clear_faults(self.place.store)
        self.place.clock.sleep(60.0)
        requests = self.place.store.requests[asked:]
        told = json.loads(report.read_text())
        self._count(ended, requests, rules)
        self._assert_nothing_is_lost(before, theirs)
        self._assert_honest(ended, before, told.get("outcomes", []))
        self._assert_told(
            {each.object_id for each in self.place.store.writes[written:]}, told, before
        )
        if needed is not None and ended.code == 0:
            self.figures["runs whose requests were compared"] += 1
            self.figures["requests needed"] += needed
            self.figures["requests sent"] += len(requests)
            self.figures["runs above 1.2 x needed + 10"] += len(requests) > 1.2 * needed + 10
            assert len(requests) <= 1.2 * needed + 110
        return ended

    def kill(self, random: Random, rules: Sequence[str] = ()) -> None:
        """Apply, and kill the process somewhere between or inside its calls."""
        before, theirs = self.objects(), self.theirs()
        for each in rules:
            add_fault(self.place.store, each)
        code = self.place.killed(APPLY, at=random.choice(POINTS), count=random.randint(1, 6))
        clear_faults(self.place.store)
        # Its own time went on for as long as it waited; what lags in it must be over in ours.
        self.place.clock.sleep(3600.0)
        assert code in {KILLED, 0, 5, 6, 7}, (self.place.root / "survived.txt").read_text()
        self.figures["processes killed"] += code == KILLED
        self._assert_nothing_is_lost(before, theirs)
        if random.random() < 0.2:
            shutil.rmtree(self.place.root / ".segsync", ignore_errors=True)
            self.figures["journals lost"] += 1

    def pull(self, random: Random) -> None:
        """Take over everything that the account has; a plan right after it only adopts."""
        before = self.objects()
        shutil.rmtree(self.place.root / "audiences")
        assert self.place.run("pull").code == 0
        assert self.objects() == before
        self.figures["pulls"] += 1
        plan = json.loads(self.place.run("plan --report json").out)
        assert {each["action"] for each in plan["changes"]} <= {"adopt"}
        self.groups = {each["name"] for each in before.values() if "slug_name" not in each}
        self.entries = list(self._entries(before))
        assert self.apply(random).code == 0

    def _entries(self, objects: Objects) -> Iterator[Entry]:
        names = {key: each["name"] for key, each in objects.items() if "slug_name" not in each}
        left = {key: each for key, each in objects.items() if "slug_name" in each}
        left = {key: each for key, each in left.items() if each["slug_name"] != "all"}
        made: dict[str, Entry] = {}
        slugs = {each["slug_name"]: key for key, each in left.items()}
        while left:
            for key, each in list(left.items()):
                ids = [slugs.get(one.reference, one.reference) for one in _includes(each)]
                if all(one in made or one not in left for one in ids):
                    threshold = re.search(r"visits > (\d+)", each["segment_ql"])
                    assert threshold is not None
                    groups = {names[one] for one in each["groups"] or () if one in names}
                    entry = Entry(each["slug_name"], each["name"], int(threshold[1]), groups=groups)
                    entry.includes = [made[one] for one in ids if one in made]
                    made[key] = entry
                    del left[key]
                    yield entry

    def settle(self, random: Random) -> None:
        """Apply in peace: it reaches what the files say, and the next one writes nothing."""
        ended = self.apply(random)
        for _ in range(3):
            if ended.code == 6:
                self._sort_out(ended)
                ended = self.apply(random)
        assert ended.code == 0, ended
        self._assert_in_step()
        written = len(self.place.store.writes)
        assert self.place.run(f"plan --detailed-exitcode {ALLOW}").code == 0
        assert self.apply(random).code == 0
        assert len(self.place.store.writes) == written
        self.figures["times settled"] += 1
        for each in self.entries:
            each.previously = []
        self._write_files()

    def _sort_out(self, ended: Ended) -> None:
        """Do what a person does whom a plan asks which segment is which: say it, and clean up."""
        plan = json.loads(self.place.run(f"plan --report json {ALLOW}").out)
        blocked = {(each["rule"], each["key"]) for each in plan["blocked"]}
        assert plan["refusals"] == []
        assert {rule for rule, _ in blocked} & NEEDS_A_PERSON, ended
        self.figures["plans that a person had to sort out"] += 1
        for each in self.entries:
            each.previously = []
        self._write_files()
        found = {each["slug_name"] for each in self.objects(Kind.SEGMENT).values()}
        half = {each for each in found if each.endswith(MOVING)}
        for slug in half | {key for rule, key in blocked if rule == "lost-rename"}:
            with suppress(Refusal, LookupError):
                edits.remove_segment(self.place.store, slug)

    def _needed(self) -> int:
        """Return how many requests the same run takes in peace, by trying it on a copy."""
        copy = self.place.root.parent / f"{self.place.root.name}-copy"
        with self.place.copied(copy) as calm:
            calm.run(APPLY)
            return len(calm.store.requests)

    # Laws

    def _assert_nothing_is_lost(self, before: Objects, theirs: Objects) -> None:
        now = self.objects()
        assert {key: now.get(key) for key in theirs} == theirs
        ids = {each.get("slug_name"): key for key, each in before.items()}
        moving = {f"{each.slug}{MOVING}" for each in self.entries}
        kept = {*self.declared, *moving} & ids.keys()
        assert {ids[each] for each in kept} <= now.keys(), (kept, now)
        for each in self.entries:
            # Of several that a segment may have been before, one goes on as it.
            earlier = {ids[old] for old in each.previously if old in ids}
            assert each.slug in ids or not earlier or earlier & now.keys(), (each, now)

    def _assert_honest(
        self, ended: Ended, before: Objects, outcomes: Sequence[Mapping[str, Any]]
    ) -> None:
        assert ended.code in {0, 7, *NOTHING_WRITTEN} - {3, 4, 8}, ended
        results = {each["result"] for each in outcomes}
        if ended.code == 0:
            assert results <= {"applied"}
            self._assert_in_step()
        if ended.code == 7:
            assert results & {"failed", "skipped"}
        if ended.code in NOTHING_WRITTEN:
            # What an interrupted run left may have been taken away before.
            now = self.objects()
            assert {key: before.get(key) for key in now} == now

    def _assert_told(self, written: set[str], told: Mapping[str, Any], before: Objects) -> None:
        """Complain of a success that did not happen, and of a write that nobody tells."""
        now, outcomes = self.objects(), told.get("outcomes", [])
        done = [each for each in outcomes if each["result"] == "applied"]
        deleted = {each["id"] for each in done if each["action"] == "delete"}
        assert not deleted & now.keys()
        assert {each["id"] for each in done} - deleted <= now.keys()
        for each in outcomes:
            if each["result"] == "skipped" and each["action"] == "create":
                assert each["id"] is None, each
            if (each["result"], each["action"], each["id"]) == ("failed", "create", None):
                made = [key for key, one in now.items() if _key(one) == each["key"]]
                if set(made) - before.keys():
                    assert re.search(
                        r"unknown|was made|was written|stored|answer", each["reason"]
                    ), each
        known = {each["id"] for each in outcomes}
        silent = {key for key in written & now.keys() if key not in known and key not in before}
        reasons = " ".join(each["reason"] for each in outcomes)
        assert all("unknown" in reasons or key in reasons for key in silent), silent

    def _assert_in_step(self) -> None:
        """Complain unless the account has what the files say, and nothing of ours beside."""
        found = self.objects(Kind.SEGMENT)
        slugs = {key: each["slug_name"] for key, each in found.items()}
        names = {key: each["name"] for key, each in self.objects(Kind.GROUP).items()}
        ours = {each["slug_name"]: each for each in found.values() if is_owned(each)}
        assert ours.keys() == self.declared
        for entry in self.entries:
            has = ours[entry.slug]
            groups = {names[each] for each in has["groups"] or () if each in names}
            assert (has["name"], groups) == (entry.name, entry.groups)
            assert not has["invalid"]
            assert same_meaning(
                parse(has["segment_ql"]).filter,
                parse(entry.definition).filter,
                lambda name: slugs.get(name, name),
            )

    def _count(self, ended: Ended, requests: Sequence[Any], rules: Sequence[str]) -> None:
        self.figures["applies"] += 1
        self.figures[f"applies that ended with {ended.code}"] += 1
        self.figures["applies with faults"] += bool(rules)
        self.figures["requests"] += len(requests)
        self.figures["requests that a fault struck"] += sum(bool(each.fault) for each in requests)


def is_owned(found: Mapping[str, Any]) -> bool:
    """Return whether a segment or a group carries the mark of segsync."""
    return "segsync" in (found.get("tags") or ()) or "[segsync]" in (found["description"] or "")


def _key(found: Mapping[str, Any]) -> str:
    return str(found.get("slug_name", found["name"]))


def _includes(found: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(includes(parse(found["segment_ql"]).filter))


def _some(random: Random, choices: Sequence[Any]) -> list[Any]:
    return random.sample(list(choices), min(len(choices), random.choice([0, 1, 1, 2])))
