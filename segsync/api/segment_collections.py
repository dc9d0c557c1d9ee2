"""Reads and writes segment collections: ordered lists of segments, which are no audience groups."""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Sequence

from segsync.api import usage
from segsync.api.endpoints import Endpoints, nothing, path_to
from segsync.api.results import Collection
from segsync.api.retry import DOUBTFUL_GROUP

_COLLECTIONS = "/api/segmentcollection"


class Collections(Endpoints):
    """The endpoints for segment collections, such as funnels."""

    def collections(self) -> tuple[Collection, ...]:
        """Return all segment collections: `GET /api/segmentcollection` (documented)."""
        return self._get(_COLLECTIONS, usage.read_collections, is_list=True)

    def collection(self, id_or_slug: str) -> Collection:
        """Return one collection; raise `NotFoundError` when there is none.

        `GET /api/segmentcollection/{id or slug}` (documented).
        """
        return self._get(path_to(_COLLECTIONS, id_or_slug), usage.read_collection)

    def create_collection(self, name: str, segment_ids: Sequence[str]) -> Collection:
        """Create a collection of these segments in this order, and return it as answered.

        `POST /api/segmentcollection` (documented). Nothing keeps two from having one name (unknown;
        assumed possible), so that it is never sent twice.
        """
        return self._write(
            "POST",
            _COLLECTIONS,
            usage.read_collection,
            body=_body(name, segment_ids),
            doubtful=DOUBTFUL_GROUP,
        )

    def update_collection(self, id: str, name: str, segment_ids: Sequence[str]) -> Collection:
        """Replace the name of a collection and all of its segments, and return it as answered.

        `PUT /api/segmentcollection/{id}` (documented). Whether what is left out is kept is unknown,
        so that both are always sent.
        """
        path = path_to(_COLLECTIONS, id)
        return self._write("PUT", path, usage.read_collection, body=_body(name, segment_ids))

    def delete_collection(self, id: str) -> None:
        """Delete a collection: `DELETE /api/segmentcollection/{id}` (documented)."""
        self._write("DELETE", path_to(_COLLECTIONS, id), nothing, may_be_empty=True)


def _body(name: str, segment_ids: Sequence[str]) -> dict[str, object]:
    items = [{"id": each, "order": order} for order, each in enumerate(segment_ids)]
    return {"name": name, "collection": items}
