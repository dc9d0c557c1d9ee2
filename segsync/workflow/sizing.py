"""Measures how the sizes of segments would move, within the time that a run gives it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from segsync.api.client import Client
from segsync.config import Settings
from segsync.errors import ApiError, AuthenticationError, MalformedAnswerError, RejectedError
from segsync.plan import Plan, Sizing
from segsync.planning.size_rules import size_refusals
from segsync.planning.sizing import SizeQuestion, size_questions
from segsync.segment import DesiredSegment, LiveState
from segsync.workflow.wishes import Wishes

# These are about one definition; after anything else the account is left alone.
_ABOUT_ONE: Final = (MalformedAnswerError, RejectedError)
# Seconds from one size on demand to the next ("1/10 seconds", documented).
_INTERVAL: Final = 10


def with_sizes(
    plan: Plan,
    desired: Mapping[str, DesiredSegment],
    live: LiveState,
    *,
    settings: Settings,
    client: Client,
    wishes: Wishes,
) -> Plan:
    """Return the plan with the sizes that were wished for or that a rule needs, and judged by them.

    Nothing is asked for a plan without either. A run that sends nothing breaks no rule, and guards
    ask for nothing in it.
    """
    if not (wishes.sizes or wishes.sends):
        return plan
    questions = size_questions(
        plan,
        desired if wishes.sends else {},
        live,
        every_change=wishes.sizes,
        limited=wishes.sends and settings.limits.max_size_change is not None,
    )
    if not questions:
        return plan
    _announce(questions, settings, wishes)
    plan = replace(plan, sizes=measure(client, questions, budget=wishes.size_budget))
    found = size_refusals(plan, settings.limits, wishes.allow) if wishes.sends else ()
    return replace(plan, refusals=(*plan.refusals, *found))


def _announce(questions: Sequence[SizeQuestion], settings: Settings, wishes: Wishes) -> None:
    """Say how long it may take, where it does: an embedded account counts at once."""
    calls = sum(bool(text) for each in questions for text in _texts(each))
    if wishes.notice and calls > 1 and settings.account.sandbox is None:
        wishes.notice(
            f"Measuring sizes: {calls} calls, one in {_INTERVAL} s,"
            f" for at most {wishes.size_budget:g} s (--size-budget)."
        )


def _texts(question: SizeQuestion) -> tuple[str, ...]:
    return question.after, question.entering, question.leaving


def measure(
    client: Client,
    questions: Sequence[SizeQuestion],
    *,
    budget: float,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Sizing, ...]:
    """Return what the account answers, in the order of the questions.

    New sizes come before who enters and leaves. No size on demand is asked for once `budget`
    seconds are over, nor after the account has failed; what is under way ends. A token that is
    refused raises `AuthenticationError`.
    """
    meter = _Meter(client, budget, clock)
    meter.sizes_now(questions)
    for each in questions:
        meter.count(each.key, "after", each.after)
    for each in questions:
        if meter.knows(each.key, "after"):
            meter.count(each.key, "leaving", each.leaving)
            meter.count(each.key, "entering", each.entering)
    return tuple(meter.sizing(each) for each in questions)


class _Meter:
    """Asks for sizes as long as that makes sense, and remembers answers and reasons."""

    def __init__(self, client: Client, budget: float, clock: Callable[[], float]) -> None:
        self._client = client
        self._budget = budget
        self._clock = clock
        self._ends = clock() + budget
        self._found: dict[tuple[str, str], int] = {}
        self._why: dict[str, dict[str, None]] = {}
        self._stopped = ""

    def sizes_now(self, questions: Iterable[SizeQuestion]) -> None:
        """Learn the sizes of live segments: one call for each table, and one for what it lacks."""
        tables: dict[str, list[tuple[str, str]]] = {}
        for each in questions:
            if each.id is not None:
                tables.setdefault(each.table, []).append((each.id, each.key))
        for table, segments in sorted(tables.items()):
            self._sizes_of_table(table, dict(segments))

    def _sizes_of_table(self, table: str, keys: Mapping[str, str]) -> None:
        """Learn the sizes of segments of one table; `keys` has their slugs by id."""
        try:
            known = self._client.sizes(tuple(keys), table=table)
        except AuthenticationError:
            raise
        except ApiError as problem:
            for key in keys.values():
                self._note(key, problem.summary)
            return
        for identity, key in keys.items():
            if identity in known:
                self._found[key, "before"] = known[identity]
            else:
                ask = partial(self._client.segment_size, identity, table=table)
                self._ask(key, "before", ask)

    def count(self, key: str, what: str, text: str) -> None:
        """Ask for the size of a definition, if there is one to ask for and time."""
        if not text:
            return
        if self._clock() > self._ends:
            self._stopped = f"the {self._budget:g} s of --size-budget are over"
        if self._stopped:
            self._note(key, self._stopped)
        else:
            self._ask(key, what, partial(self._client.size, text))

    def _ask(self, key: str, what: str, ask: Callable[[], int]) -> None:
        try:
            self._found[key, what] = ask()
        except AuthenticationError:
            raise
        except ApiError as problem:
            self._note(key, problem.summary)
            if what != "before" and not isinstance(problem, _ABOUT_ONE):
                self._stopped = f"not asked after {problem.summary}"

    def _note(self, key: str, why: str) -> None:
        self._why.setdefault(key, {})[why] = None

    def knows(self, key: str, what: str) -> bool:
        """Return whether there is an answer."""
        return (key, what) in self._found

    def sizing(self, question: SizeQuestion) -> Sizing:
        """Return all answers about one segment, and why there are no others."""
        key = question.key
        why = [question.problem] if question.problem else list(self._why.get(key, ()))
        return Sizing(
            key,
            before=self._found.get((key, "before")),
            after=self._found.get((key, "after")),
            entering=self._found.get((key, "entering")),
            leaving=self._found.get((key, "leaving")),
            unmeasured="; ".join(why),
            guard=question.guard,
        )
