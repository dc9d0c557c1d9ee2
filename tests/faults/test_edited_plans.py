"""A saved plan with any one field changed by hand: refused, or without harm.

Whoever edits a plan on purpose computes the digest anew. What such a plan may still do is what a
plan made with the same flags would do; it lies about words at most.
"""

import copy
import dataclasses
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.errors import ExitCode, InvalidInputError, SegsyncError
from segsync.plan import Action, Allowances, Reevaluate
from segsync.planfile import dump, load
from segsync.planfile.writing import digest_of
from segsync.sandbox.store import open_store
from tests.cli.shell import SEED, seed_segment
from tests.workflow.repository import WISHES, Repository

# Any value of a JSON document.
Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

FILES = """\
groups:
  - name: Campaigns
    description: For the second quarter
  - name: News
segments:
  - slug_name: active
    name: Active
    segment_ql: FILTER visits > 3
  - slug_name: customers
    name: Buyers
    segment_ql: FILTER AND (INCLUDE active, orders > 0)
    previously: [buyers]
    groups: [Campaigns]
  - slug_name: loyal
    name: Loyal
    segment_ql: FILTER INCLUDE customers
  - slug_name: foreign
    name: Foreign
    segment_ql: FILTER country = "US"
  - slug_name: fresh
    name: Fresh
    segment_ql: FILTER AND (INCLUDE customers, visits > 9)
    groups: [News]
    is_public: true
"""
PEOPLE = dataclasses.replace(
    SEED,
    segments=(
        *SEED.segments,
        seed_segment("loyal", "INCLUDE buyers"),
        seed_segment("old", "visits > 7"),
        seed_segment("kept", "visits > 8", tags=["segsync", "segsync-protected"]),
    ),
)

# What may be edited, and why that does no harm: every other field is held against the account.
HARMLESS = {
    r"segsync_version": "a note says that another version made the plan",
    r"account\.name": "shown, never compared; the number is",
    r"allowed\..*": "told in the report; it allows what the flag of that name would have",
    r"changes\.\d+\.(reason|affects|exports|source)(\..*)?": "words about a change",
    r"changes\.\d+\.(before|after)\.definition\.verbatim": "how a text is sent, not what it says",
    r"(blocked|refusals|accepted|diagnostics)(\..*)?": "words about what is not done; a block more",
    r"(unchanged|unmanaged|managed|live)": "counts that are shown; limits count anew",
}
REFUSED = {
    ExitCode.INVALID_INPUT,
    ExitCode.AUTHENTICATION,
    ExitCode.REFUSED,
    ExitCode.STALE,
}
# A new object has nothing to be held against: it is a plan for other files, within the limits.
WANTED = re.compile(r"changes\.\d+\.after(\..*)?")


def _leaves(value: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value, lists and objects that are empty included."""
    entries: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        entries = tuple(value.items())
    elif isinstance(value, list):
        entries = enumerate(value)
    entries = tuple(entries)
    if not entries:
        yield path
    for key, each in entries:
        yield from _leaves(each, (*path, key))


def _others(value: Json) -> Iterator[Json]:
    """Yield values of the same type, and the edit that a person would try first."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield f"{value}x"
            yield "active"
        case None:
            yield "active"
        case list():
            yield ["active"]
        case dict():
            yield {"active": "x"}


def _edited(document: dict[str, Any], path: Path, new: object) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    place: Json = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return changed


def _value(document: Json, path: Path) -> Json:
    for key in path:
        document = document[key]
    return document


def _saved(repository: Repository) -> dict[str, Any]:
    """Return a plan with every action, by which everything that can be in a plan is attacked."""
    repository.state.unlink()
    open_store(repository.state, seed=PEOPLE).close()
    repository.write(FILES)
    wishes = replace(
        WISHES, reevaluate=Reevaluate.AFFECTED, allow=Allowances(deletes=1, updates=20)
    )
    plan = repository.planned(wishes).plan
    assert {each.action for each in plan.changes} == set(Action)
    assert any(each.bridge for each in plan.changes)
    assert [each.rule for each in plan.blocked] == ["protected"]
    document: dict[str, Any] = json.loads(dump(plan))
    return document


def _kind(original: Json, path: Path) -> tuple[object, ...]:
    """Return what is alike in every plan: the place without numbers, and whether it is new."""
    names = [each for each in path if not isinstance(each, int)]
    is_new = path[0] == "changes" and original["changes"][path[1]]["action"] == "create"
    return (is_new, *names)


def _one_of_each_kind(original: Json) -> list[Path]:
    return list({_kind(original, each): each for each in _leaves(original)}.values())


def _accepted(
    repository: Repository, original: Json, paths: Iterable[Path], *, edits: int
) -> set[Path]:
    """Return the places where an edit was accepted although the digest was computed anew."""
    file = repository.root / "plan.json"
    accepted: set[Path] = set()
    with repository.client() as client:
        for path in paths:
            value = _value(original, path)
            for new in [each for each in _others(value) if each != value][:edits]:
                changed = _edited(original, path, new)
                changed["digest"] = digest_of(changed)
                file.write_text(json.dumps(changed))
                try:
                    workflow.load_saved_plan(repository.settings, client, file, wishes=WISHES)
                except SegsyncError as problem:
                    assert problem.exit_code in REFUSED, path  # noqa: PT017 - any of these
                else:
                    accepted.add(path)
    return accepted


def _surprising(original: Json, accepted: Iterable[Path]) -> list[str]:
    names = (".".join(map(str, each)) for each in accepted if each != ("digest",))
    return sorted(
        name
        for name in names
        if not any(re.fullmatch(each, name) for each in HARMLESS)
        and not (WANTED.fullmatch(name) and _is_create(original, name))
    )


def _is_create(original: Json, name: str) -> bool:
    return bool(original["changes"][int(name.split(".")[1])]["action"] == Action.CREATE.value)


def test_every_field_of_a_saved_plan_is_held_against_the_account(repository: Repository) -> None:
    original = _saved(repository)
    accepted = _accepted(repository, original, _one_of_each_kind(original), edits=1)
    assert _surprising(original, accepted) == []


@pytest.mark.soak
def test_every_place_in_a_saved_plan_is_held_against_the_account(repository: Repository) -> None:
    original = _saved(repository)
    accepted = _accepted(repository, original, _leaves(original), edits=2)
    assert _surprising(original, accepted) == []


def test_without_a_new_digest_no_edit_at_all_is_accepted(repository: Repository) -> None:
    original = _saved(repository)
    for path in _one_of_each_kind(original):
        new = next(_others(_value(original, path)))
        with pytest.raises(InvalidInputError):
            load(json.dumps(_edited(original, path, new)))
