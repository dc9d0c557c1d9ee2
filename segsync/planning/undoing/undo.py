"""What undoes a run: what should be there again, what stands in the way, what a person should know.

The planner then makes the plan, with all its rules. What somebody changed since the run is a
conflict: it is blocked, and left as it is.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, Kind, Managed, key_of
from segsync.planning.matching import Matching
from segsync.planning.undoing.effects import Effect, Net, nets
from segsync.planning.undoing.entries import Entries
from segsync.planning.undoing.obstacles import Losses, homeless
from segsync.planning.undoing.present import Present
from segsync.planning.undoing.values import Live, names_of, value_of
from segsync.segment import DesiredState, Group, LiveGroup, LiveSegment, LiveState
from segsync.value import Value

_BY_HAND = "change it by hand, or leave it as it is with --skip-blocked"
_IN_TWO_STEPS = (
    "the run itself made that one: --skip-blocked removes it, and the same rollback once more"
    " renames"
)


class Undoing(Value, frozen=True):
    """What should be there again, what stands in the way, and what a person should know.

    `matched` and `matched_groups` say what of the account the entries stand for.
    """

    desired: DesiredState
    matched: Matching[LiveSegment]
    matched_groups: Matching[LiveGroup]
    conflicts: tuple[Blocked, ...]
    notes: tuple[Diagnostic, ...]


def undo(
    effects: Sequence[Effect],
    live: LiveState,
    *,
    source: Location,
    doubtful: Sequence[Effect] = (),
    group_ids: Mapping[str, str] | None = None,
) -> Undoing:
    """Return what undoes these changes, which are in the order in which they were made.

    All that segsync owns beside them is to stay as it is. `source` is where the run is told.
    `doubtful` are the changes that failed and may have left something (without an id: of their
    key): what is not as it was before them is a conflict, and not passed over in silence.
    `group_ids` are those of the groups by name, as the plan of the run has them.
    """
    present = Present(nets(effects), live, group_ids=group_ids or {})
    # A reevaluation leaves nothing behind that could differ.
    unfinished = [each for each in doubtful if each.change.action is not Action.REEVALUATE]
    work = _Undo(present, source, {each.id: each.change for each in unfinished})
    for each in present.live.values():
        work.keep_what_the_run_left_alone(each)
    for net in present.nets:
        work.undo(net)
    for effect in unfinished:
        work.doubt(effect)
    work.tell_heirs()
    matched, matched_groups = work.entries.matching(live)
    return Undoing(
        work.entries.desired, matched, matched_groups, tuple(work.conflicts), tuple(work.notes)
    )


class _Undo:
    def __init__(
        self, present: Present, source: Location, unfinished: Mapping[str, Change]
    ) -> None:
        self._present = present
        self._source = source
        self._unfinished = unfinished
        self._undone = {each.id for each in present.nets} | present.heirs.keys()
        self._made = {each.id for each in present.nets if each.before is None}
        self._homeless = homeless(present)
        self._losses = Losses(present)
        self.entries = Entries(
            source, references=self._references(), group_names=self._group_names()
        )
        self.conflicts: list[Blocked] = []
        self.notes: list[Diagnostic] = []

    def keep_what_the_run_left_alone(self, there: Live) -> None:
        """Let an object stay as it is that the run has not touched."""
        if there.id not in self._undone:
            self.entries.keep(there)

    def undo(self, net: Net) -> None:
        """Put back what the run has changed, made or deleted, or say why not."""
        present, there = self._present, self._present.live.get(net.id)
        if there is None:
            self._undo_missing(net)
        elif net.before is not None and not present.differing(
            present.was(net.before), value_of(there)
        ):
            self._leave(net.before, there)
        elif net.after is None or present.changed_since(net, net.after, there):
            self._conflict(net, there, self._told_changed(net))
        elif net.before is None:
            self.entries.put(value_of(there), there, absent=True)
        elif net.id in self._homeless:
            self._conflict_of_place(net, there)
        elif lost := self._losses.told(net.before, net.after):
            self._conflict(net, there, lost)
        else:
            self._restore(net.before, net.after, there)

    def doubt(self, effect: Effect) -> None:
        """Tell what a change that failed may have left, unless nothing is left of it."""
        change = effect.change
        if effect.id in self._undone:
            return
        there = self._present.live.get(effect.id) or self._present.taken.get(
            (change.kind, change.key)
        )
        before = self._present.began(change)
        if there is None or (before and not self._present.differing(before, value_of(there))):
            return
        net = Net(there.id, change.kind, change.before, change.after)
        self._conflict(net, there, _told_unfinished(change))

    def tell_heirs(self) -> None:
        """Tell which objects are taken for ones that are no longer there."""
        left = {each.id for each in self._present.nets if each.after is not None}
        for heir in (each for each in self._present.heirs.values() if each.id in left):
            summary = f"{heir.key} was deleted and made again since the run; the new one counts"
            self._note(Severity.INFO, "made-again", summary)

    def _references(self) -> dict[str, str]:
        """Return the INCLUDEs that must be said in another way in what comes back.

        What is made again has another id than definitions know, and what cannot go back to its
        old slug is not what has that slug now.
        """
        live, kept = self._present.live, self._present.heirs
        again = {
            each.id: each.key
            for each in self._present.nets
            if each.after is None and each.id not in live
        }
        stuck = {
            each.key: live[each.id].key
            for each in self._present.nets
            if each.id in self._homeless and each.kind is Kind.SEGMENT
        }
        return again | stuck | {old: heir.id for old, heir in kept.items()}

    def _group_names(self) -> dict[str, str]:
        """Return the names that groups get: what is wished for speaks of groups by them."""
        return {
            key_of(each.after): key_of(each.before)
            for each in self._present.nets
            if isinstance(each.after, Group)
            and each.before
            and self._present.is_undone(each)
            and each.id not in self._homeless
        }

    def _undo_missing(self, net: Net) -> None:
        if net.before is None:
            return
        obstacle = self._losses.obstacle(net)
        if obstacle:
            self._conflict(net, None, obstacle)
            return
        self.entries.put(replace(net.before, owned=True), None, managed=names_of(net.before))
        summary = (
            f"{net.kind} {net.key} is made again with a new id: exports and whatever else knows"
            f" the old one, {net.id}, do not follow"
        )
        self._note(Severity.WARNING, "new-id", summary)

    def _restore(self, before: Managed, after: Managed, there: Live) -> None:
        present = self._present
        changed = present.differing(present.was(before), present.became(after))
        managed = changed - {"name" if isinstance(before, Group) else "slug"}
        self.entries.put(replace(before, owned=True), there, managed=managed)

    def _leave(self, before: Managed, there: Live) -> None:
        """Let be what is as it was before the run; the mark of an adoption stays."""
        self.entries.keep(there)
        if value_of(there).owned and not before.owned:
            summary = f"{there.key} was taken over by the run, and stays managed here"
            self._note(Severity.INFO, "stays-managed", summary)

    def _told_changed(self, net: Net) -> str:
        change = self._unfinished.get(net.id)
        return (
            "was changed by somebody else since the run"
            if change is None
            else _told_unfinished(change)
        )

    def _conflict_of_place(self, net: Net, there: Live) -> None:
        what = f'cannot be called "{net.key}" again: another {net.kind} has taken that place'
        holder = self._present.taken.get((net.kind, net.key))
        is_own = holder is not None and holder.id in self._made
        self._conflict(net, there, what, _IN_TWO_STEPS if is_own else _BY_HAND)

    def _conflict(self, net: Net, there: Live | None, what: str, way_out: str = _BY_HAND) -> None:
        if there is not None:
            self.entries.keep(there)
        action = Action.DELETE if net.before is None else Action.UPDATE
        self.conflicts.append(
            Blocked(
                net.kind,
                Action.CREATE if net.after is None else action,
                there.key if there else net.key,
                "changed-since-run",
                f"it {what}",
                way_out,
                source=self._source,
            )
        )

    def _note(self, severity: Severity, rule: str, summary: str) -> None:
        self.notes.append(Diagnostic(severity, rule, summary, location=self._source))


def _told_unfinished(change: Change) -> str:
    return f"is not as before the run, which did not finish the {change.action} of it"
