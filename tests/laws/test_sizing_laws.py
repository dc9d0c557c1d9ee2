"""What is counted for a plan is who would be a member, would enter and would leave: everybody."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

from segsync.filterql import Node, parse
from segsync.filterql.evaluator import Verdict, evaluate, read_profile
from segsync.planning.sizing import size_questions
from tests.planning.build import desired_state, found, live_state, plan_of, wanted

_NOW = datetime(2026, 11, 23, tzinfo=UTC)
_EVERYBODY = 0.05
_UNCHANGED = 0.4
_SLUGS = ("a", "b", "c", "d")
# BETWEEN is undefined for somebody who lacks the field.
_LEAVES = ("x > 1", "x BETWEEN 0 AND 2", "y BETWEEN 0 AND 3", "y BETWEEN 2 AND 9", "EXISTS y")
_PROFILES = tuple(
    read_profile(
        {name: value for name, value in (("x", x), ("y", y)) if value is not None}, now=_NOW
    )
    for x in (None, 1, 2)
    for y in (None, 1, 6)
)


def _condition(draw: random.Random, earlier: tuple[str, ...], depth: int) -> str:
    match draw.randrange(4) if depth else 0:
        case 1:
            return f"NOT {_condition(draw, earlier, depth - 1)}"
        case 2 | 3:
            members = [_condition(draw, earlier, depth - 1) for _ in range(draw.randint(2, 3))]
            return f"{draw.choice(['AND', 'OR'])} ({', '.join(members)})"
    return draw.choice([*_LEAVES, *(f"INCLUDE {each}" for each in earlier * 2)])


def _definition(draw: random.Random, earlier: tuple[str, ...]) -> str:
    everybody = draw.random() < _EVERYBODY
    return "FILTER *" if everybody else f"FILTER {_condition(draw, earlier, depth=3)}"


def _world(draw: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Return the definitions now and those wanted, both without circles; the last one is new."""
    now = {slug: _definition(draw, _SLUGS[:at]) for at, slug in enumerate(_SLUGS[:3])}
    then = {
        slug: now[slug]
        if slug in now and draw.random() < _UNCHANGED
        else _definition(draw, _SLUGS[:at])
        for at, slug in enumerate(_SLUGS)
    }
    return now, then


def _members(node: Node, definitions: Mapping[str, str]) -> set[int]:
    trees = {slug: parse(text).filter for slug, text in definitions.items()}
    return {
        at
        for at, profile in enumerate(_PROFILES)
        if evaluate(node, profile, now=_NOW, include=trees.get) is Verdict.TRUE
    }


def test_what_is_counted_is_what_an_apply_would_bring_about() -> None:
    draw = random.Random(20261123)  # noqa: S311 - the same worlds every time
    asked = sum(_counted_right(*_world(draw)) for _ in range(40))
    assert asked > 100


def _counted_right(now: Mapping[str, str], then: Mapping[str, str]) -> int:
    """Check all questions about one world, and return how many there were."""
    desired = [wanted(slug, text) for slug, text in then.items()]
    live = [found(slug, text) for slug, text in now.items()]
    questions = size_questions(
        plan_of(desired, live),
        desired_state(desired).segments,
        live_state(live),
        every_change=True,
        limited=False,
    )
    asked = 0
    for each in questions:
        if each.problem:
            assert each.problem == "it leaves out a segment that has everybody"
            continue
        asked += 1
        before = _members(parse(now[each.key]).filter, now) if each.key in now else set()
        after = _members(parse(then[each.key]).filter, then)
        assert _members(parse(each.after).filter, now) == after
        if each.entering:
            assert _members(parse(each.entering).filter, now) == after - before
        if each.leaving:
            assert _members(parse(each.leaving).filter, now) == before - after
    return asked
