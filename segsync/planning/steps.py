"""The single calls that carry out a draft, each knowing what it must wait for.

Most intents are one call. A rename is more: an INCLUDE by slug would dangle the moment the slug
changes, so every dependant that names the old slug first points at the id, which survives; then
the slug changes; then the dependant takes its final form. A slug that another segment needs is
freed first: its holder steps aside. So nothing dangles at any moment, in chains and swaps too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from segsync.plan import Action, Kind
from segsync.planning.draft import Draft, literal_references, repointed
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.planning.matching import STEP_ASIDE
from segsync.segment import Segment


@dataclass(eq=False, slots=True)
class Step:
    """One call to make; `waits` are the steps that must have been done before it."""

    kind: Kind
    action: Action
    before: Segment | None
    after: Segment | None
    intent: SegmentIntent | GroupIntent
    reason: str
    bridge: bool = False
    waits: list["Step"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SegmentSteps:
    """The steps of all segments: `final` has the last one of each identity, `bridges` the rest."""

    final: dict[str, Step]
    bridges: list[Step]


def segment_steps(draft: Draft) -> SegmentSteps:
    """Return the steps of all segment intents, with the waits that renames bring about."""
    renames = draft.renames()
    wanted_slugs = {each.key for each in draft.active() if each.live is None or each.is_rename}
    held = {old for old in renames if old in wanted_slugs}
    pointing = {each.identity: each for each in _bridges_to_ids(draft, renames)}
    named_by = _named_by(draft, renames, pointing)
    aside = dict(_steps_aside(draft, held, pointing, named_by))
    final = dict(_final_steps(draft, renames, pointing, aside, named_by))
    for step in final.values():
        _wait_for_slug(step, aside)
    return SegmentSteps(final, [*(each.step for each in pointing.values()), *aside.values()])


@dataclass(frozen=True, slots=True)
class _Bridge:
    identity: str
    step: Step


def _bridges_to_ids(draft: Draft, renames: dict[str, str]) -> Iterator[_Bridge]:
    """Return for each dependant of a renamed segment the step that points it at the id."""
    ids = {slug: draft.names.live_slugs[slug] for slug in renames}
    for identity, intent in draft.segments.items():
        live = intent.live
        named = literal_references(live, renames) if live else ()
        if live is None or not named:
            continue
        by_id = replace(
            live.segment,
            definition=repointed(live.segment.definition, {each: ids[each] for each in named}),
            owned=True,
        )
        reason = f"points at the id while {', '.join(named)} is renamed"
        step = Step(Kind.SEGMENT, Action.UPDATE, live.segment, by_id, intent, reason, bridge=True)
        yield _Bridge(identity, step)


def _named_by(
    draft: Draft, renames: dict[str, str], bridges: dict[str, _Bridge]
) -> dict[str, list[Step]]:
    """Return for each renamed slug the bridging steps of the dependants that name it."""
    steps: dict[str, list[Step]] = {slug: [] for slug in renames}
    for identity, bridge in bridges.items():
        live = draft.segments[identity].live
        for slug in literal_references(live, renames) if live else ():
            steps[slug].append(bridge.step)
    return steps


def _steps_aside(
    draft: Draft,
    held: set[str],
    bridges: dict[str, _Bridge],
    named_by: dict[str, list[Step]],
) -> Iterator[tuple[str, Step]]:
    """Return by old slug the steps that free slugs which others need."""
    for identity, intent in draft.segments.items():
        live = intent.live
        if live is None or not intent.is_rename or live.key not in held:
            continue
        bridge = bridges.get(identity)
        before = bridge.step.after if bridge and bridge.step.after else live.segment
        after = replace(before, slug=intent.key + STEP_ASIDE, owned=True)
        waits = [*named_by[live.key], *([bridge.step] if bridge else [])]
        reason = f"steps aside, because its slug {live.key} is needed"
        yield (
            live.key,
            Step(
                Kind.SEGMENT, Action.RENAME, before, after, intent, reason, bridge=True, waits=waits
            ),
        )


def _final_steps(
    draft: Draft,
    renames: dict[str, str],
    bridges: dict[str, _Bridge],
    aside: dict[str, Step],
    named_by: dict[str, list[Step]],
) -> Iterator[tuple[str, Step]]:
    for identity, intent in draft.segments.items():
        bridge = bridges.get(identity)
        if intent.action is None and bridge is None:
            continue
        live = intent.live
        earlier = [bridge.step] if bridge else []
        if live and live.key in aside and intent.is_rename:
            earlier.append(aside[live.key])
        before = earlier[-1].after if earlier else (live.segment if live else None)
        waits = list(earlier)
        if live and intent.is_rename and live.key not in aside:
            waits += named_by[live.key]
        yield identity, _final_step(intent, before, waits, renames)


def _final_step(
    intent: SegmentIntent, before: Segment | None, waits: list[Step], renames: dict[str, str]
) -> Step:
    live, target = intent.live, intent.target
    if intent.action is Action.DELETE:
        return Step(Kind.SEGMENT, Action.DELETE, before, None, intent, intent.reason, waits=waits)
    action, reason = intent.action, intent.reason
    after = target or (live.segment if live else None)
    if live and after and not intent.definition_changes:
        named = literal_references(live, renames)
        if named:
            mapping = {each: renames[each] for each in named}
            after = replace(after, definition=repointed(live.segment.definition, mapping))
            follows = ", ".join(f"{old} to {new}" for old, new in mapping.items())
            follows = f"follows the rename of {follows}"
            reason = f"{reason}; {follows}" if reason else follows
            action = action if action is Action.RENAME else Action.UPDATE
    return Step(
        Kind.SEGMENT,
        action or Action.UPDATE,
        before,
        after,
        intent,
        reason,
        waits=waits,
    )


def _wait_for_slug(step: Step, aside: dict[str, Step]) -> None:
    """Let a create or rename wait until its slug is free."""
    if step.after is None or step.action not in {Action.CREATE, Action.RENAME}:
        return
    freeing = aside.get(step.after.slug)
    if freeing is not None and freeing not in step.waits:
        step.waits.append(freeing)
