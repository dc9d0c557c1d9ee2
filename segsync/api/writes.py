"""Creates, changes and deletes segments, and asks for their reevaluation."""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Collection, Mapping

from segsync.api import answers, wire
from segsync.api.endpoints import Endpoints, nothing, path_part, path_to
from segsync.api.reads import SegmentReads
from segsync.api.results import DeletedSegments
from segsync.api.retry import DOUBTFUL_CREATE
from segsync.errors import NotFoundError, RejectedError
from segsync.segment import LiveSegment, Segment


class SegmentWrites(SegmentReads):
    """The endpoints that write segments."""

    def create_segment(self, segment: Segment, *, group_ids: Mapping[str, str]) -> LiveSegment:
        """Create a segment and return it as the API answered.

        `POST /v2/segment` (documented), answered with 200 or 201 (both occur in sources). **The
        caller has to compare the slug**: the API renames one that is taken to `<slug>_1` and
        succeeds (observed by Lytics engineers).
        """
        return self._write_segment("POST", "/v2/segment", segment, group_ids)

    def update_segment(
        self, id: str, segment: Segment, *, group_ids: Mapping[str, str]
    ) -> LiveSegment:
        """Replace everything that a client can set, and return the segment as answered.

        `PUT /v2/segment/{id}` (documented). Whether fields that are left out keep or lose their
        value is unknown, so that all are sent. **The caller has to compare the id**: a PUT that
        misses its table creates another segment (observed by Lytics engineers), which the explicit
        FROM, ALIAS, `table` and `slug_name` prevent.

        Whether a null clears `expires_at` or keeps it is unknown: if it was kept, the same body is
        sent once more without the field.
        """
        path = path_to("/v2/segment", id)
        found = self._write_segment("PUT", path, segment, group_ids)
        if found.id == id and segment.expires_at is None and found.segment.expires_at is not None:
            return self._write_segment("PUT", path, segment, group_ids, but={"expires_at"})
        return found

    def _write_segment(
        self,
        method: str,
        path: str,
        segment: Segment,
        group_ids: Mapping[str, str],
        *,
        but: Collection[str] = (),
    ) -> LiveSegment:
        body = wire.segment_body(segment, marks=self._marks, group_ids=group_ids)
        return self._write(
            method,
            path,
            lambda data: self._read_segment(data, group_ids, method=method, path=path),
            body={name: value for name, value in body.items() if name not in but},
            doubtful=DOUBTFUL_CREATE if method == "POST" else frozenset(),
        )

    def delete_segment(self, id: str) -> None:
        """Delete one segment; raise `RejectedError` when the API kept it, whatever its status.

        `DELETE /v2/segment/{id}`, answered with 200 (documented) or 204 (observed by Lytics
        engineers). It cannot be undone. That it was answered does not prove that it is gone.
        """
        path = path_to("/v2/segment", id)
        reason = self.delete_segments([id]).not_deleted.get(id)
        if reason is not None:
            message = f"the API did not delete it: {reason}"
            request_id = self._session.last_request_id
            raise RejectedError(message, method="DELETE", path=path, request_id=request_id)

    def delete_segments(self, ids: Collection[str]) -> DeletedSegments:
        """Delete segments, at most about 100, and return which of them are gone.

        `DELETE /v2/segment/{id,id,…}`, answered with `SegmentDeleteResp` (documented): the API may
        keep some and say why.
        """
        if not ids:
            return DeletedSegments(frozenset(), {})
        return self._write(
            "DELETE",
            "/v2/segment/" + ",".join(path_part(each) for each in ids),
            lambda data: answers.read_deleted(data, ids),
            may_be_empty=True,
        )

    def reevaluate(self, id: str) -> None:
        """Ask for a reevaluation, which then runs on its own and may take long.

        `POST /v2/segment/reevaluate` with the id in the body (observed by Lytics engineers) comes
        first, `POST /v2/segment/{id}/reevaluate` (documented) when that does not exist.
        """
        path = path_to("/v2/segment", id) + "/reevaluate"
        body = {"id": id}
        try:
            self._write("POST", "/v2/segment/reevaluate", nothing, body=body, may_be_empty=True)
        except (NotFoundError, RejectedError) as error:
            if error.status not in {404, 405}:
                raise
            self._write("POST", path, nothing, may_be_empty=True)


class Exclusions(Endpoints):
    """The endpoint that keeps members of a segment out of a workflow's exports."""

    def exclude(self, segment_id: str, *, workflow: str) -> None:
        """Keep the members of a segment out of all exports of a workflow.

        `POST /v2/segment/exclude/add` (documented; the answer is not described).
        """
        self._change_exclusion("add", segment_id, workflow)

    def stop_excluding(self, segment_id: str, *, workflow: str) -> None:
        """Let the members of a segment into the exports of a workflow again.

        `POST /v2/segment/exclude/remove` (documented; the answer is not described).
        """
        self._change_exclusion("remove", segment_id, workflow)

    def _change_exclusion(self, operation: str, segment_id: str, workflow: str) -> None:
        params = {"workflow": workflow, "segment_id": segment_id}
        path = f"/v2/segment/exclude/{operation}"
        self._write("POST", path, nothing, params=params, may_be_empty=True)
