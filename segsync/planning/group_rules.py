"""What the surroundings of groups forbid: to delete one in use, to join one that is not there."""

from collections import Counter
from collections.abc import Iterator

from segsync.plan import Action
from segsync.planning.draft import Draft
from segsync.planning.findings import (
    Finding,
    Surroundings,
    forbid,
    forbid_protected,
    forbid_pruning,
    listed,
)
from segsync.planning.identity import GROUP_ID_PREFIX, group_names
from segsync.segment import LiveGroup


def unwanted_group_deletes(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    """Forbid to delete groups that are protected, and all while prune is off."""
    for intent in draft.groups:
        if intent.action is not Action.DELETE or intent.live is None:
            continue
        if not around.prune:
            yield forbid_pruning(intent)
        elif intent.live.group.protected:
            yield forbid_protected(intent)


def groups_in_use(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid to delete groups that a remaining segment would still be in."""
    for intent in draft.groups:
        if intent.action is Action.DELETE and intent.live:
            members = sorted(_final_members(draft, intent.live))
            if members:
                reason = f"{listed(members)} would still be in it"
                yield forbid(intent, "group-in-use", reason, "take them out of the group first")


def _final_members(draft: Draft, group: LiveGroup) -> Iterator[str]:
    names = group_names(group)
    for intent in draft.segments.values():
        if intent.final and names & intent.final.groups:
            yield intent.final.slug


def missing_groups(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    """Forbid what would put a segment into a group that no unique name will stand for."""
    names = Counter(each.key for each in draft.groups if each.action is not Action.DELETE)
    for intent in draft.active():
        groups = intent.target.groups if intent.target else ()
        missing = sorted(
            each for each in groups if names[each] != 1 and not each.startswith(GROUP_ID_PREFIX)
        )
        if missing:
            reason = f"it belongs to {listed(missing)}, which will not be there"
            yield forbid(intent, "needs-blocked", reason, "unblock the group first")
