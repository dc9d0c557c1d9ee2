"""What the surroundings of a change forbid: who includes it, who uses it, what it needs itself.

Each rule looks at a whole draft and names the intents that may not be carried out in it. What is
blocked stays in the account as it is, which can block others: the rules are asked again until
they find nothing more.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from segsync.graph import find_cycles, reversed_edges
from segsync.plan import Action, Blocked, Kind
from segsync.planning.draft import Draft, literal_references, redefined
from segsync.planning.identity import references
from segsync.planning.intent import GroupIntent, SegmentIntent
from segsync.planning.matching import STEP_ASIDE
from segsync.segment import Job

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One intent that a rule forbids: its node, and what to tell."""

    node: str
    blocked: Blocked


Rule = Callable[[Draft, "Surroundings"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules know beside the draft: jobs by segment id, and what is in the files."""

    jobs: Mapping[str, tuple[Job, ...]]
    managed_ids: frozenset[str]
    prune: bool


def resolve(draft: Draft, around: Surroundings) -> tuple[Draft, tuple[Blocked, ...]]:
    """Return the draft without what may not be done, and why not."""
    blocked: list[Blocked] = []
    while True:
        findings = {
            finding.node: finding.blocked for rule in _RULES for finding in rule(draft, around)
        }
        if not findings:
            return draft, tuple(blocked)
        blocked.extend(findings.values())
        draft = _without(draft, findings)


def _without(draft: Draft, nodes: Mapping[str, Blocked]) -> Draft:
    segments = {
        identity: replace(intent, action=None, target=None) if identity in nodes else intent
        for identity, intent in draft.segments.items()
        if not (identity in nodes and intent.live is None)
    }
    groups = tuple(
        replace(each, action=None, target=None) if _group_node(each) in nodes else each
        for each in draft.groups
        if not (_group_node(each) in nodes and each.live is None)
    )
    return replace(draft, segments=segments, groups=groups)


def _group_node(intent: GroupIntent) -> str:
    return f"group:{intent.live.id}" if intent.live else f"group:new:{intent.key}"


def _forbid(
    intent: SegmentIntent, rule: str, reason: str, way_out: str, *, holds: bool = True
) -> Finding:
    action = intent.action or Action.UPDATE
    return Finding(
        intent.identity,
        Blocked(
            Kind.SEGMENT, action, intent.key, rule, reason, way_out, holds, source=intent.source
        ),
    )


def _forbid_group(
    intent: GroupIntent, rule: str, reason: str, way_out: str, *, holds: bool = True
) -> Finding:
    action = intent.action or Action.UPDATE
    return Finding(
        _group_node(intent),
        Blocked(Kind.GROUP, action, intent.key, rule, reason, way_out, holds, source=intent.source),
    )


def _deletes(draft: Draft) -> Iterator[SegmentIntent]:
    return (each for each in draft.active() if each.action is Action.DELETE)


def _unwanted_deletes(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    for intent in _deletes(draft):
        if intent.live is None:
            continue
        if intent.live.segment.protected:
            yield _forbid(
                intent,
                "protected",
                "it is protected",
                "put it back with protect: false, apply, then remove it",
            )
        elif intent.live.untouchable:
            yield _forbid(
                intent,
                "untouchable",
                f"it is {intent.live.untouchable}",
                "leave it to Lytics",
            )
        elif intent.key.endswith(STEP_ASIDE):
            yield _forbid(
                intent,
                "half-renamed",
                "an interrupted rename left it under this slug and its place is taken",
                "rename it by hand in the Lytics UI",
            )
        elif not around.prune:
            yield _forbid(intent, "prune-is-off", "prune is off", "set prune: true", holds=False)


def _included_deletes(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    if not any(_deletes(draft)):
        return
    dependants = reversed_edges(draft.final_edges())
    slugs = draft.final_slugs()
    for intent in _deletes(draft):
        users = sorted({slugs[each] for each in dependants.get(intent.identity, ())})
        if users:
            yield _forbid(
                intent,
                "included",
                f"still included by {_listed(users)}",
                "remove the INCLUDE first, or keep the segment",
            )


def _deletes_in_use(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    for intent in _deletes(draft):
        jobs = [each for each in around.jobs.get(intent.identity, ()) if each.is_active]
        if jobs:
            names = _listed([f'{each.workflow} "{each.name}"' for each in jobs])
            count = f"{len(jobs)} active job" + ("s" if len(jobs) > 1 else "")
            yield _forbid(
                intent,
                "in-use",
                f"used by {count}: {names}",
                "stop the job first, or keep the segment",
            )


def _renames_with_stuck_dependants(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    renames = draft.renames()
    if not renames:
        return
    stuck: dict[str, list[str]] = {}
    for intent in draft.segments.values():
        live = intent.live
        if live is None:
            continue
        named = literal_references(live, renames)
        if named and not can_follow(intent, around):
            for slug in named:
                stuck.setdefault(slug, []).append(live.key)
    for intent in draft.active():
        if intent.is_rename and intent.live and intent.live.key in stuck:
            users = _listed(sorted(stuck[intent.live.key]))
            yield _forbid(
                intent,
                "dependant-cannot-follow",
                f"included by slug in {users}, which this run may not rewrite",
                "bring it into the files or change its INCLUDE to the id, then rename",
            )


def can_follow(intent: SegmentIntent, around: Surroundings) -> bool:
    """Return whether a dependant may be rewritten to follow a rename: it is ours, or becomes so."""
    live = intent.live
    if live is None or live.untouchable or live.segment.definition.filter is None:
        return False
    if intent.action is not None:
        return True
    return live.segment.owned and (intent.target is not None or live.id not in around.managed_ids)


def _unresolvable_references(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    slugs = draft.final_slugs()
    for intent in draft.active():
        if intent.target is None or not redefined(intent):
            continue
        for reference in references(intent.target.definition):
            identity = draft.names.desired(reference)
            if identity != reference and slugs.get(identity) != reference:
                yield _forbid(
                    intent,
                    "needs-blocked",
                    f"it includes {reference}, which will not be there",
                    f"unblock {reference} first",
                )
                break


def _taken_slugs(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    holders = Counter(draft.final_slugs().values())
    for intent in draft.active():
        newcomer = intent.live is None or intent.is_rename
        if newcomer and holders[intent.key] > 1:
            yield _forbid(
                intent,
                "slug-taken",
                f"another segment keeps the slug {intent.key}",
                "unblock the other one first, or choose another slug_name",
            )


def _closed_cycles(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    if not any(draft.active()):
        return
    for cycle in find_cycles(draft.final_edges()):
        slugs = draft.final_slugs()
        shown = " -> ".join(slugs.get(each, each) for each in cycle)
        for node in cycle[1:]:
            intent = draft.segments[node]
            if intent.action is not None and redefined(intent):
                yield _forbid(
                    intent,
                    "cycle",
                    f"with what stays as it is, it would close the cycle {shown}",
                    "break the cycle, or unblock the others first",
                )


def _groups_in_use(draft: Draft, around: Surroundings) -> Iterator[Finding]:
    deleted = [each for each in draft.groups if each.action is Action.DELETE]
    for intent in deleted:
        if intent.live is None:
            continue
        if intent.live.group.protected:
            yield _forbid_group(
                intent,
                "protected",
                "it is protected",
                "put it back with protect: false, apply, then remove it",
            )
            continue
        if not around.prune:
            yield _forbid_group(
                intent, "prune-is-off", "prune is off", "set prune: true", holds=False
            )
            continue
        members = sorted(_final_members(draft, intent.live.key))
        if members:
            yield _forbid_group(
                intent,
                "group-in-use",
                f"{_listed(members)} would still be in it",
                "take them out of the group first",
            )


def _final_members(draft: Draft, group: str) -> Iterator[str]:
    for intent in draft.segments.values():
        if intent.action is Action.DELETE:
            continue
        final = intent.target if intent.action is not None else None
        segment = final or (intent.live.segment if intent.live else None)
        if segment is not None and group in segment.groups:
            yield segment.slug


def _missing_groups(draft: Draft, _: Surroundings) -> Iterator[Finding]:
    there = {
        (each.target or each.live.group).name
        for each in draft.groups
        if each.live and each.action is not Action.DELETE
    } | {each.target.name for each in draft.groups if each.target}
    for intent in draft.active():
        if intent.target is None:
            continue
        missing = sorted(
            each
            for each in intent.target.groups
            if each not in there and not each.startswith("id:")
        )
        if missing:
            yield _forbid(
                intent,
                "needs-blocked",
                f"it belongs to {_listed(missing)}, which will not be there",
                "unblock the group first",
            )


def _listed(names: list[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


_RULES: tuple[Rule, ...] = (
    _unwanted_deletes,
    _included_deletes,
    _deletes_in_use,
    _renames_with_stuck_dependants,
    _taken_slugs,
    _unresolvable_references,
    _closed_cycles,
    _groups_in_use,
    _missing_groups,
)
