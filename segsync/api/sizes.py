"""Checks FilterQL, and counts profiles: sizes, their history, fields and members of segments.

All of it is `/api` (v1): `/v2` has nothing like it.
"""

# ruff: noqa: A002 (an id is called id, as in the API)

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from segsync.api import measures
from segsync.api.endpoints import Endpoints, nothing, path_to, table_param
from segsync.api.results import FieldUse, MeasuredSize, SizePoint
from segsync.errors import RejectedError
from segsync.segment import DEFAULT_TABLE

_SEGMENT = "/api/segment"
# More ids than this do not fit into a URL that every server takes.
_IDS_PER_URL = 100
_ID = re.compile(r"[0-9A-Fa-f]{32}")
# The most that a scan gives at once (documented).
_MEMBERS_PER_PAGE = 100


class Sizes(Endpoints):
    """The endpoints that check FilterQL or count profiles."""

    def validate(self, text: str) -> None:
        """Raise `RejectedError` when FilterQL has an error; only its syntax is checked.

        `POST /api/segment/validate`, plain text (documented): unknown fields pass.
        """
        self._ask(f"{_SEGMENT}/validate", text, nothing)

    def size(self, text: str) -> int:
        """Return how many profiles a FilterQL statement selects.

        `POST /api/segment/size`, plain text (documented), "very rate throttled, 1/10 seconds"
        (documented): calls are spaced accordingly, so that a hundred of them take 17 minutes.
        Whether that is worth it is for the caller to say. Where POST does not exist, the documented
        `GET /api/segment/size?segments=` is asked.
        """
        path = f"{_SEGMENT}/size"
        try:
            return self._ask(path, text, measures.read_size, is_ad_hoc_size=True)
        except RejectedError as error:
            if error.status != 405:  # noqa: PLR2004 (a status of HTTP)
                raise
        return self._get(path, measures.read_size, params={"segments": text}, is_ad_hoc_size=True)

    def segment_size(self, id: str, *, table: str = DEFAULT_TABLE) -> int:
        """Return how many profiles a segment has.

        `GET /api/segment/{id}/size`; without the right table it is a 404 (observed by Lytics
        engineers).
        """
        path = path_to(_SEGMENT, id) + "/size"
        return self._get(path, measures.read_size, params=table_param(table))

    def sizes(self, ids: Collection[str] = (), *, table: str = DEFAULT_TABLE) -> Mapping[str, int]:
        """Return how many profiles each of the segments has, by id; of all when none is named."""
        return {each.id: each.size for each in self.measured_sizes(ids, table=table)}

    def measured_sizes(
        self, ids: Collection[str] = (), *, table: str = DEFAULT_TABLE
    ) -> tuple[MeasuredSize, ...]:
        """Return the sizes of the segments with the time of counting; of all when none is named.

        `GET /api/segment/sizes` (documented). It may know segments of the kind `segment` only
        (comment of a client); one that is missing has no size, it is not empty.
        """
        few = {"ids": ",".join(ids)} if 0 < len(ids) <= _IDS_PER_URL else {}
        found = self._get(
            f"{_SEGMENT}/sizes",
            measures.read_sizes,
            params=few | table_param(table),
            is_list=True,
        )
        return tuple(each for each in found if not ids or each.id in set(ids))

    def size_history(
        self, ids: Collection[str], *, limit: int = 168
    ) -> Mapping[str, Sequence[SizePoint]]:
        """Return how many profiles the segments had over time, by id, the oldest first.

        `GET /api/segment/attribution` (documented); `limit` is the number of points, 168 is the
        default of the API. Segments without `save_hist` have no history.
        """
        params = {"ids": ",".join(ids), "limit": str(limit)}
        path = f"{_SEGMENT}/attribution"
        return self._get(path, measures.read_history, params=params, is_list=True)

    def field_uses(
        self,
        id: str,
        *,
        fields: Collection[str] = (),
        limit: int = 20,
        table: str = DEFAULT_TABLE,
    ) -> tuple[FieldUse, ...]:
        """Return how fields are filled among the members of a segment; of all when none is named.

        `GET /api/segment/{id}/fieldinfo` (observed by Lytics engineers), at most 1,000 terms for
        each field. A slug is answered with 500, so that only an id is taken.
        """
        if not _ID.fullmatch(id):
            message = f"{id!r} is no id of a segment, and a slug would be answered with 500"
            raise ValueError(message)
        few = {"fields": ",".join(fields)} if fields else {}
        return self._get(
            path_to(_SEGMENT, id) + "/fieldinfo",
            measures.read_field_uses,
            params=few | {"limit": str(limit)} | table_param(table),
        )

    def summary(self, id: str) -> object:
        """Return the summary of a segment as JSON.

        `GET /api/segment/{id}/summary` (observed by Lytics engineers; no source shows an answer).
        """
        return self._get(path_to(_SEGMENT, id) + "/summary", lambda data: data)

    def members(self, id: str, *, table: str = DEFAULT_TABLE) -> Iterator[Mapping[str, object]]:
        """Yield the members of a segment, page by page: personal data, as the schema has it.

        `GET /api/segment/{id}/scan`, 100 at a time (documented). The mark of the next page may
        repeat (observed by Lytics engineers), so that it ends with an empty one, or with a page
        that has nothing new.
        """
        path = path_to(_SEGMENT, id) + "/scan"
        params = {"limit": str(_MEMBERS_PER_PAGE)} | table_param(table)
        seen: set[str] = set()
        while True:
            page = self._get_page(path, measures.read_members, params=params)
            new = {json.dumps(each, sort_keys=True): each for each in page.members}
            new = {text: each for text, each in new.items() if text not in seen}
            yield from new.values()
            if not new or not page.next:
                return
            seen |= new.keys()
            params["start"] = page.next
