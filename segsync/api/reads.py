"""Reads segments and what they depend on."""

# ruff: noqa: A002 (an id is called id, as in the API)

from collections.abc import Collection, Mapping
from functools import partial

from segsync.api import answers, measures, usage, wire
from segsync.api.endpoints import Endpoints, path_to
from segsync.api.payloads import decode_segments
from segsync.errors import NotFoundError
from segsync.segment import DEFAULT_TABLE, Job, LiveSegment

_LIST = "/v2/segment"


class SegmentReads(Endpoints):
    """The endpoints that read segments."""

    def segments(
        self, *, group_ids: Mapping[str, str], tables: Collection[str] = ()
    ) -> tuple[LiveSegment, ...]:
        """Return the segments of all tables and kinds, valid or not, in the API's order.

        `GET /v2/segment` has no pages (documented). That `table=all` gives all tables stands in a
        comment of a client only; a wanted table without a single row is therefore asked for once
        more by its name.
        """
        found = {each.id: each for each in self.segments_of_table("all", group_ids)}
        seen = {each.segment.table for each in found.values()}
        for table in sorted(set(tables) - seen - {DEFAULT_TABLE}):
            more = self.segments_of_table(table, group_ids)
            found |= {each.id: each for each in more if each.id not in found}
        return tuple(found.values())

    def segments_of_table(
        self, table: str, group_ids: Mapping[str, str]
    ) -> tuple[LiveSegment, ...]:
        """Return the segments that the API lists for one table, or for `all`.

        `GET /v2/segment` with `table`, `kind` and `valid` (documented). All three are always sent:
        the default of `kind` is unknown.
        """
        return self._get(
            _LIST,
            lambda data: wire.read_segments(data, self._reading(group_ids)),
            params=_everything_of(table),
            is_list=True,
            decode=decode_segments,
        )

    def segment(
        self, id_or_slug: str, *, group_ids: Mapping[str, str], table: str = DEFAULT_TABLE
    ) -> LiveSegment:
        """Return one segment by id or slug; raise `NotFoundError` when there is none.

        `GET /v2/segment/{id or slug}` (documented). Whether segments of other tables than `user`
        are found without naming the table is unknown, so that a 404 for such a one is asked for
        once more with its table.
        """
        path = path_to(_LIST, id_or_slug)

        def read(data: object) -> LiveSegment:
            segment = self._read_segment(data, group_ids, method="GET", path=path)
            # A slug such as `group` is also the path of something else.
            if id_or_slug.lower() not in {segment.id.lower(), segment.key.lower()}:
                message = f"it is about another segment than {id_or_slug}"
                raise ValueError(message)
            return segment

        try:
            return self._get(path, read)
        except NotFoundError:
            if table == DEFAULT_TABLE:
                raise
        return self._get(path, read, params={"table": table})

    def _read_segment(
        self, data: object, group_ids: Mapping[str, str], *, method: str, path: str
    ) -> LiveSegment:
        """Return the segment of an answer; one that is marked as deleted is not there."""
        segment = wire.read_segment(data, self._reading(group_ids))
        if segment is None:
            message = "the segment is deleted"
            request_id = self._session.last_request_id
            raise NotFoundError(message, method=method, path=path, request_id=request_id)
        return segment

    def resolved_definition(self, id_or_slug: str) -> str:
        """Return the definition of a segment with every INCLUDE expanded, in FilterQL.

        `GET /v2/segment/{id or slug}?inline=true` (observed by Lytics engineers).
        """
        path = path_to(_LIST, id_or_slug)
        return self._get(path, answers.read_resolved, params={"inline": "true"})

    def listed_sizes(self, *, table: str = "all") -> Mapping[str, int | None]:
        """Return how many profiles the segments of a table have, by id; None where it is not told.

        `GET /v2/segment?sizes=true` (observed by Lytics engineers, on newer servers): one call for
        segments of every kind, where `sizes` may know those of the kind `segment` only.
        """
        params = _everything_of(table) | {"sizes": "true"}
        return self._get(_LIST, measures.read_listed_sizes, params=params, is_list=True)

    def ancestors(self, id: str) -> tuple[str, ...]:
        """Return the ids (or slugs, where the API gives those) that the segment depends on.

        `GET /v2/segment/{id}/ancestors` (documented): what the segment includes, not what includes
        it. Whether the answer holds objects or ids, and only direct ones, is unknown.
        """
        return self._get(path_to(_LIST, id) + "/ancestors", answers.read_references)

    def segment_jobs(self, id: str) -> tuple[Job, ...]:
        """Return the jobs that use the segment.

        `GET /v2/segment/{id}/jobs` (documented); the shape of the answer is unknown, so that
        objects and bare ids are taken.
        """
        path = path_to(_LIST, id) + "/jobs"
        return self._get(path, partial(usage.read_jobs, segment_id=id))

    def prompt(self, id: str) -> str:
        """Return the text that describes a segment to a language model.

        `GET /v2/ai/prompt/segment/{id}` (seen in a client of Lytics).
        """
        return self._get(path_to("/v2/ai/prompt/segment", id), answers.read_text)


def _everything_of(table: str) -> dict[str, str]:
    return {"table": table, "kind": "all", "valid": "all"}
