"""Desired and live state in, the plan out."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from segsync.graph import reachable
from segsync.plan import Action, Blocked, Change, Kind, Plan
from segsync.planning.decide import first_draft, group_intents, with_new_group_names
from segsync.planning.draft import Draft
from segsync.planning.drift import leave_accepted
from segsync.planning.findings import Surroundings
from segsync.planning.fingerprint import fingerprint
from segsync.planning.identity import identities, new_identity
from segsync.planning.impact import jobs_by_segment, with_impact
from segsync.planning.intent import GroupIntent
from segsync.planning.likely_renames import with_likely_renames_told
from segsync.planning.matching import Matching, match_groups, match_segments
from segsync.planning.obstacles import resolve
from segsync.planning.options import PlanOptions
from segsync.planning.order import ordered_changes
from segsync.planning.policy import refusals
from segsync.planning.reevaluation import reevaluations
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    LiveGroup,
    LiveSegment,
    LiveState,
)


def build_plan(
    desired: DesiredState,
    live: LiveState,
    options: PlanOptions,
    *,
    matched: Matching[LiveSegment] | None = None,
    matched_groups: Matching[LiveGroup] | None = None,
) -> Plan:
    """Return the plan that makes the account what the files say.

    `check` must have found no error in the same states. `matched` and `matched_groups` are
    what `match_segments` and `match_groups` say of them, if somebody has asked before. Jobs are
    looked at when `live` has them; without them no delete is held back by a job.
    """
    group_matching = matched_groups or match_groups(desired.groups, live.groups)
    groups, blocked_groups = group_intents(desired.groups, group_matching, options)
    compared = with_new_group_names(live, groups)
    matching = _as_compared(
        matched or match_segments(desired.segments, live.segments), live, compared
    )
    names = identities(compared, matching.pairs)
    entries, accepted = leave_accepted(desired.segments, matching.pairs, names, options.today)
    draft, blocked_segments = first_draft(entries, compared, matching, groups, options)
    jobs = jobs_by_segment(live.jobs or (), live.segments)
    around = Surroundings(
        jobs=jobs,
        managed_ids=frozenset(each.id for each in matching.pairs.values() if each),
        prune=options.prune,
    )
    draft, forbidden = resolve(draft, around)
    draft = with_likely_renames_told(draft)
    changes = with_impact(ordered_changes(draft), draft, jobs)
    changes += reevaluations(changes, draft, desired, options.reevaluate)
    blocked = (*blocked_groups, *blocked_segments, *forbidden)
    plan = Plan(
        account=live.account,
        tag=options.tag,
        changes=changes,
        blocked=blocked,
        accepted=accepted,
        unchanged=_count_unchanged(desired, changes, blocked),
        unmanaged=sum(not each.segment.owned for each in matching.others)
        + sum(not each.group.owned for each in group_matching.others),
        managed=sum(each.segment.owned for each in live.segments)
        + sum(each.group.owned for each in live.groups),
        live=len(live.segments) + len(live.groups),
        allowed=options.allow,
        group_ids=_group_ids(live.groups, groups),
        fingerprints=_fingerprints(changes, draft, live),
    )
    return replace(
        plan,
        refusals=refusals(
            plan,
            segments=len(live.segments),
            managed=plan.managed,
            desired=_count_wanted(desired, plan),
            limits=options.limits,
            allow=options.allow,
        ),
    )


def _as_compared(
    matching: Matching[LiveSegment], live: LiveState, compared: LiveState
) -> Matching[LiveSegment]:
    """Return the matching with the segments as they are compared; none is another one."""
    if compared is live:
        return matching
    same = {id(old): new for old, new in zip(live.segments, compared.segments, strict=True)}
    return replace(
        matching,
        pairs={slug: each and same[id(each)] for slug, each in matching.pairs.items()},
        others=tuple(same[id(each)] for each in matching.others),
    )


def _count_unchanged(
    desired: DesiredState, changes: Iterable[Change], blocked: Iterable[Blocked]
) -> int:
    touched = {(each.kind, each.key) for each in changes}
    touched |= {(each.kind, each.key) for each in blocked}
    wanted = {(Kind.SEGMENT, key) for key, each in desired.segments.items() if not each.absent}
    wanted |= {(Kind.GROUP, key) for key, each in desired.groups.items() if not each.absent}
    return len(wanted - touched)


def _count_wanted(desired: DesiredState, plan: Plan) -> int:
    """Return how many objects the files want; to ask for deletes alone is to want nothing."""
    entries: list[DesiredSegment | DesiredGroup] = [
        *desired.segments.values(),
        *desired.groups.values(),
    ]
    if plan.counted(Action.DELETE):
        return sum(not each.absent for each in entries)
    return len(entries)


def _group_ids(groups: Iterable[LiveGroup], intents: Iterable[GroupIntent]) -> dict[str, str]:
    """Return the ids of the groups by name, in the old and the new names."""
    counts = Counter(each.key for each in groups)
    ids = {each.key: each.id for each in groups if counts[each.key] == 1}
    return ids | {each.key: each.live.id for each in intents if each.live and each.target}


def _fingerprints(changes: Iterable[Change], draft: Draft, live: LiveState) -> dict[str, str]:
    """Return the digests of all live objects that the changes touch, and of their ancestors."""
    touched = tuple(each.id or new_identity(each.key) for each in changes)
    needed = set(touched)
    for edges in (draft.live_edges(), draft.final_edges()) if touched else ():
        needed.update(reachable({**edges, "": touched}, ""))
    digests = {each.id: fingerprint(each.segment) for each in live.segments if each.id in needed}
    digests |= {each.id: fingerprint(each.group) for each in live.groups if each.id in needed}
    return digests
