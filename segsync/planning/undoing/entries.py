"""What should be there again, as files would say it, and which object each entry stands for."""

from collections.abc import Mapping

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.plan import Managed
from segsync.planning.matching import Matching, matching_of
from segsync.planning.undoing.values import Live, value_of
from segsync.segment import (
    DesiredGroup,
    DesiredSegment,
    DesiredState,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)


class Entries:
    """The entries so far; `source` is where all of them come from.

    An object is known by its id, as the journal tells it. By its slug it could be taken for
    another one: a run that was cut short leaves slugs of passage that say where it was going.
    `references` are INCLUDEs that what comes back must say in another way, and `group_names` the
    groups that get other names.
    """

    def __init__(
        self, source: Location, *, references: Mapping[str, str], group_names: Mapping[str, str]
    ) -> None:
        self._source = source
        self._references = references
        self._group_names = group_names
        self._segments: dict[str, DesiredSegment] = {}
        self._groups: dict[str, DesiredGroup] = {}
        self._live_segments: dict[str, LiveSegment | None] = {}
        self._live_groups: dict[str, LiveGroup | None] = {}

    @property
    def desired(self) -> DesiredState:
        """All entries."""
        return DesiredState(self._segments, self._groups)

    def matching(self, live: LiveState) -> tuple[Matching[LiveSegment], Matching[LiveGroup]]:
        """Return what of this account each entry stands for."""
        return (
            matching_of(self._live_segments, live.segments),
            matching_of(self._live_groups, live.groups),
        )

    def keep(self, there: Live) -> None:
        """Let an object stay as it is; only what is owned would go without an entry."""
        if value_of(there).owned:
            self.put(value_of(there), there)

    def put(
        self,
        value: Managed,
        there: Live | None,
        *,
        managed: frozenset[str] = frozenset(),
        absent: bool = False,
    ) -> None:
        """Want an object to be like this, in the fields that are managed."""
        if isinstance(value, Segment):
            definition = value.definition
            if managed:
                definition = definition.repointed(self._references)
            groups = frozenset(self._group_names.get(each, each) for each in value.groups)
            self._segments[value.slug] = DesiredSegment(
                replace(value, definition=definition, groups=groups),
                managed,
                self._source,
                absent=absent,
            )
            self._live_segments[value.slug] = there if isinstance(there, LiveSegment) else None
        else:
            self._groups[value.name] = DesiredGroup(value, managed, self._source, absent=absent)
            self._live_groups[value.name] = there if isinstance(there, LiveGroup) else None
