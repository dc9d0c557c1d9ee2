"""What the surroundings of the intents forbid.

Each rule looks at a whole draft and names the intents that may not be carried out in it. What is
blocked stays in the account as it is, which can block others: the rules are asked again until
they find nothing more.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from segsync.plan import Blocked
from segsync.planning.draft import Draft
from segsync.planning.findings import Rule, Surroundings
from segsync.planning.group_rules import groups_in_use, missing_groups, unwanted_group_deletes
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.planning.likely_renames import lost_renames
from segsync.planning.segment_rules import (
    closed_cycles,
    deletes_in_use,
    included_deletes,
    renames_with_stuck_dependants,
    taken_slugs,
    unresolvable_references,
    unwanted_deletes,
)

# The first rule that finds something decides what is told. `groups_in_use` keeps groups that
# `missing_groups` would miss.
_RULES: tuple[Rule, ...] = (
    unwanted_deletes,
    lost_renames,
    deletes_in_use,
    included_deletes,
    renames_with_stuck_dependants,
    taken_slugs,
    unresolvable_references,
    closed_cycles,
    unwanted_group_deletes,
    groups_in_use,
    missing_groups,
)


def resolve(draft: Draft, around: Surroundings) -> tuple[Draft, tuple[Blocked, ...]]:
    """Return the draft without what may not be done, and why not."""
    blocked: list[Blocked] = []
    while True:
        findings = _first_findings(draft, around)
        if not findings:
            return draft, tuple(blocked)
        blocked.extend(findings.values())
        draft = _without(draft, findings)


def _first_findings(
    draft: Draft, around: Surroundings
) -> dict[SegmentIntent | GroupIntent, Blocked]:
    for rule in _RULES:
        findings = {each.intent: each.blocked for each in rule(draft, around)}
        if findings:
            return findings
    return {}


def _without(draft: Draft, forbidden: Mapping[SegmentIntent | GroupIntent, Blocked]) -> Draft:
    """Return the draft in which the forbidden intents do nothing, and new objects are not there."""
    segments = {
        identity: replace(each, action=None, target=None) if each in forbidden else each
        for identity, each in draft.segments.items()
        if each.live or each not in forbidden
    }
    groups = tuple(
        replace(each, action=None, target=None) if each in forbidden else each
        for each in draft.groups
        if each.live or each not in forbidden
    )
    return replace(draft, segments=segments, groups=groups)
