"""Checks FilterQL, and counts profiles: sizes and their history.

All of it is `/api` (v1): `/v2` has nothing like it.
"""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Collection, Mapping, Sequence

from segsync.api import measures
from segsync.api.endpoints import Endpoints, nothing, path_to, table_param
from segsync.api.results import MeasuredSize, SizePoint
from segsync.errors import RejectedError
from segsync.segment import DEFAULT_TABLE

_SEGMENT = "/api/segment"
# More ids than this do not fit into a URL that every server takes.
_IDS_PER_URL = 100


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
