"""How people set up an account past the API: its fault rules, its switches and its clock.

What is set is kept in the account, and holds for every store on the same file.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from segsync.sandbox.deletions import expire
from segsync.sandbox.faults.decisions import Standing
from segsync.sandbox.faults.rules import parse_rule
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store, switches_row
from segsync.sandbox.switches import Switches


def add_fault(store: Store, text: str) -> str:
    """Add a fault rule and return its id; raise FaultRuleError for a text that is none.

    Rules are tried in the order in which they were added.
    """
    rule = parse_rule(text)
    with store.edit() as state:
        rule_id = _next_id(state)
        state.put(Kind.FAULT, Standing(rule_id, rule).row())
    return rule_id


def faults(store: Store) -> tuple[Standing, ...]:
    """Return the rules with their counters, in the order in which they are tried."""
    with store.read() as state:
        return tuple(Standing.of(row) for row in state.all(Kind.FAULT))


def clear_faults(store: Store, *rule_ids: str) -> int:
    """Take these rules out, or all when none is named; return how many there were.

    Raises LookupError for an id that does not exist, and then takes none out.
    """
    with store.edit() as state:
        known = [row["id"] for row in state.all(Kind.FAULT)]
        for each in rule_ids:
            if each not in known:
                message = (
                    f"the sandbox has no fault rule {each!r}; it has {', '.join(known) or 'none'}"
                )
                raise LookupError(message)
        wanted = rule_ids or tuple(known)
        for each in wanted:
            state.remove(Kind.FAULT, each)
    return len(wanted)


def set_switches(store: Store, **values: bool) -> Switches:
    """Turn switches on or off and return them all; raise ValueError for an unknown name."""
    Switches.of(values)
    with store.edit() as state:
        switches = replace(state.switches, **values)
        state.put(Kind.SWITCHES, switches_row(switches))
    return switches


@contextmanager
def for_a_while(
    store: Store, *, rules: Iterable[str] = (), switches: Mapping[str, bool] | None = None
) -> Iterator[None]:
    """Let rules and switches hold for as long as the block lasts, and then what was before.

    Raises FaultRuleError, or ValueError for a switch that does not exist, and sets nothing then.
    """
    texts = [parse_rule(each).text for each in rules]
    values = dict(switches or {})
    with store.read() as state:
        before = {name: on for name, on in state.switches.as_dict().items() if name in values}
    set_switches(store, **values)
    added = {add_fault(store, each): each for each in texts}
    try:
        yield
    finally:
        left = [each for each in faults(store) if added.get(each.rule_id) == each.rule.text]
        if left:
            clear_faults(store, *(each.rule_id for each in left))
        set_switches(store, **before)


def advance_clock(store: Store, seconds: float) -> tuple[str, ...]:
    """Move the account's clock on, run the cleanup of expired segments, return their slugs.

    The cleanup deletes a definition at its `expires_at`, unless something uses it (documented).
    It runs only here, so that no segment vanishes in the middle of a test.
    Raises ValueError for a step back, or one past the last year that there is.
    """
    if not 0 <= seconds < float("inf"):
        message = f"the clock of a sandbox goes only forward, so not by {seconds:g} seconds"
        raise ValueError(message)
    with store.edit() as state:
        moved = state.get(Kind.CLOCK, Kind.CLOCK) or {"id": Kind.CLOCK, "advanced_s": 0.0}
        state.put(Kind.CLOCK, moved | {"advanced_s": moved["advanced_s"] + seconds})
        try:
            now = store.now(state)
        except OverflowError as problem:
            message = f"there is no time {seconds:g} seconds from now"
            raise ValueError(message) from problem
        return tuple(expire(state, now))


def now(store: Store) -> datetime:
    """Return the time in the account, in UTC."""
    with store.read() as state:
        return store.now(state)


def _next_id(state: AccountState) -> str:
    numbers = [int(row["id"]) for row in state.all(Kind.FAULT)]
    return str(max(numbers, default=0) + 1)
