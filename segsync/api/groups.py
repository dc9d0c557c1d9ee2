"""Reads and writes segment groups."""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Collection

from segsync.api import wire
from segsync.api.endpoints import Endpoints, nothing, path_to
from segsync.api.retry import DOUBTFUL_GROUP
from segsync.segment import Group, LiveGroup

_GROUPS = "/v2/segment/group"


class Groups(Endpoints):
    """The endpoints for segment groups; none of them reads a single one (none is documented)."""

    def groups(self) -> tuple[LiveGroup, ...]:
        """Return all segment groups: `GET /v2/segment/group` (documented)."""
        return self._get(
            _GROUPS, lambda data: wire.read_groups(data, marks=self._marks), is_list=True
        )

    def create_group(self, group: Group) -> LiveGroup:
        """Create a segment group and return it as the API answered.

        `POST /v2/segment/group` (documented). Nothing keeps two groups from having one name
        (unknown; assumed possible), so that it is never sent twice.
        """
        return self._write_group("POST", _GROUPS, group)

    def update_group(
        self, id: str, group: Group, *, segment_ids: Collection[str] | None = None
    ) -> LiveGroup:
        """Replace the name and description of a group, and return it as the API answered.

        `PUT /v2/segment/group/{id}` (documented). Which segments are in it is theirs to say, unless
        `segment_ids` names all of them. Whether the API takes or ignores those is unknown, and so
        is who is right when the segments say something else: **the caller has to look**.
        """
        return self._write_group("PUT", path_to(_GROUPS, id), group, segment_ids=segment_ids)

    def _write_group(
        self, method: str, path: str, group: Group, *, segment_ids: Collection[str] | None = None
    ) -> LiveGroup:
        return self._write(
            method,
            path,
            lambda data: wire.read_group(data, marks=self._marks),
            body=wire.group_body(group, marks=self._marks, segment_ids=segment_ids),
            doubtful=DOUBTFUL_GROUP if method == "POST" else frozenset(),
        )

    def delete_group(self, id: str) -> None:
        """Delete a group; its segments stay: `DELETE /v2/segment/group/{id}` (documented)."""
        self._write("DELETE", path_to(_GROUPS, id), nothing, may_be_empty=True)
