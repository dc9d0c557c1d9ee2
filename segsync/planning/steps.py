"""The single calls that carry out a draft, each knowing what it must wait for.

Most intents are one call. A rename is more: an INCLUDE by slug would dangle the moment the slug
changes, so every dependant that names the old slug first points at the id, which survives; then
the slug changes; then the dependant takes its final form. A slug that another segment needs is
freed first: its holder steps aside. So nothing dangles at any moment, in chains and swaps too.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from segsync.plan import Action
from segsync.planning.draft import Draft
from segsync.planning.intent import SegmentIntent
from segsync.planning.matching import aside_slugs
from segsync.segment import LiveSegment, Segment
from segsync.value import Value


class Step(Struct, eq=False):
    """One call to make on a segment; `waits` are the steps that must have been done before it.

    `follows` are the new slugs of renames, when to follow them is all that the step does.
    """

    action: Action
    before: Segment | None
    after: Segment | None
    intent: SegmentIntent
    reason: str
    bridge: bool = False
    waits: list["Step"] = field(default_factory=list)
    follows: tuple[str, ...] = ()

    @property
    def moves_members(self) -> bool:
        """Whether profiles enter or leave a segment that is there, because of this step."""
        if self.bridge or self.intent.live is None:
            return False
        return self.action is Action.DELETE or self.intent.redefined


class SegmentSteps(Value, frozen=True):
    """The steps of all segments: `final` has the last one of each identity, `bridges` the rest."""

    final: dict[str, Step]
    bridges: list[Step]


class _Renames(Value, frozen=True):
    """What renames bring about; `slugs` is old to new.

    `named` has for each dependant, by identity, the references as written that name an old slug,
    and that slug. `pointing` are the steps that point those dependants at ids, by identity, and
    `aside` the steps that free slugs which others need, by slug.
    """

    slugs: Mapping[str, str]
    named: Mapping[str, Mapping[str, str]]
    pointing: Mapping[str, Step]
    aside: dict[str, Step]

    def naming(self, slug: str) -> Iterator[Step]:
        """Return the steps after which no definition names the slug any more."""
        return (
            self.pointing[identity]
            for identity, references in self.named.items()
            if slug in references.values()
        )


def segment_steps(draft: Draft) -> SegmentSteps:
    """Return the steps of all segment intents, with the waits that renames bring about."""
    renames = _renames(draft)
    final = {
        identity: _final_step(intent, renames)
        for identity, intent in draft.segments.items()
        if intent.action is not None or identity in renames.pointing
    }
    return SegmentSteps(final, [*renames.pointing.values(), *renames.aside.values()])


def _renames(draft: Draft) -> _Renames:
    slugs = draft.renames()
    if not slugs:
        return _Renames({}, {}, {}, {})
    named: dict[str, dict[str, str]] = {}
    pointing: dict[str, Step] = {}
    for identity, intent in draft.segments.items():
        references = draft.named_renames(intent.live, slugs) if intent.live else {}
        if intent.live and references:
            named[identity] = references
            pointing[identity] = _point_at_ids(draft, intent, intent.live, references)
    renames = _Renames(slugs, named, pointing, {})
    needed = {each.key for each in draft.active() if each.live is None or each.is_rename}
    for intent in draft.active():
        if intent.is_rename and intent.live and intent.live.key in needed:
            renames.aside[intent.live.key] = _step_aside(draft, intent, intent.live, renames)
    return renames


def _point_at_ids(
    draft: Draft, intent: SegmentIntent, live: LiveSegment, references: Mapping[str, str]
) -> Step:
    ids = {written: draft.names.live_slugs[slug] for written, slug in references.items()}
    definition = live.segment.definition.repointed(ids)
    after = replace(live.segment, definition=definition, owned=True)
    slugs = ", ".join(dict.fromkeys(references.values()))
    reason = f"points at the id while {slugs} is renamed"
    return Step(Action.UPDATE, live.segment, after, intent, reason, bridge=True)


def _step_aside(draft: Draft, intent: SegmentIntent, live: LiveSegment, renames: _Renames) -> Step:
    before, earlier = _reached(live, renames)
    usual, other = aside_slugs(intent.key)
    aside = other if usual in draft.names.live_slugs else usual
    after = replace(before, slug=aside, owned=True)
    reason = f"steps aside, because its slug {live.key} is needed"
    waits = [*renames.naming(live.key), *earlier]
    return Step(Action.RENAME, before, after, intent, reason, bridge=True, waits=waits)


def _reached(live: LiveSegment, renames: _Renames) -> tuple[Segment, list[Step]]:
    """Return what the bridges so far make of a live segment, and those bridges."""
    both = renames.pointing.get(live.id), renames.aside.get(live.key)
    bridges = [each for each in both if each]
    before = next((each.after for each in reversed(bridges) if each.after), live.segment)
    return before, bridges


def _final_step(intent: SegmentIntent, renames: _Renames) -> Step:
    if intent.live is None:
        step = Step(Action.CREATE, None, intent.target, intent, intent.reason)
    else:
        step = _last_step(intent, intent.live, renames)
    freeing = renames.aside.get(intent.key)
    if freeing:
        step.waits.append(freeing)
    return step


def _last_step(intent: SegmentIntent, live: LiveSegment, renames: _Renames) -> Step:
    """Return the step that brings a live segment into its final form, or deletes it."""
    before, waits = _reached(live, renames)
    if intent.is_rename and live.key not in renames.aside:
        waits.extend(renames.naming(live.key))
    after, action, reason = intent.final, intent.action or Action.UPDATE, intent.reason
    references = renames.named.get(live.id)
    follows: tuple[str, ...] = ()
    if after and references and not intent.redefined:
        slugs = {written: renames.slugs[old] for written, old in references.items()}
        after = replace(after, definition=live.segment.definition.repointed(slugs))
        renamed = ", ".join(
            f"{old} to {renames.slugs[old]}" for old in dict.fromkeys(references.values())
        )
        reason = "; ".join(filter(None, [reason, f"follows the rename of {renamed}"]))
        action = Action.RENAME if intent.is_rename else Action.UPDATE
        follows = tuple(dict.fromkeys(slugs.values())) if intent.action is None else ()
    return Step(action, before, after, intent, reason, waits=waits, follows=follows)
