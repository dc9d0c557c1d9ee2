"""The Lytics Segment API: one method per endpoint, vocabulary in, vocabulary out."""

# ruff: noqa: A002 (an id is called id, as in the API)

import json
import random as random_source
import time
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx

from segsync.api import answers, wire
from segsync.api.envelope import Answer, Request
from segsync.api.pool import Pool
from segsync.api.retry import DOUBTFUL_CREATE, DOUBTFUL_GROUP
from segsync.api.session import Session
from segsync.errors import NotFoundError, RejectedError
from segsync.segment import (
    DEFAULT_TABLE,
    Account,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    LiveState,
    Marks,
    Segment,
)

T = TypeVar("T")

# More ids than this do not fit into a URL that every server takes.
_IDS_PER_URL = 100


class Client:
    """The API of one account; safe to share between threads.

    Every method raises an `ApiError` when it cannot do what it says. Reads and writes that surely
    did nothing are repeated; a write that may have taken effect raises an error that is
    `ambiguous`, and the caller has to look before it tries again.

    `group_ids` gives the id of each group by name. `transport` replaces the network. `connections`
    is how many worker threads may send at the same time.
    """

    def __init__(  # noqa: PLR0913 (what a test must control is passed in)
        self,
        *,
        url: str,
        token: str,
        marks: Marks,
        transport: httpx.BaseTransport | None = None,
        connections: int = 10,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random_source.random,
    ) -> None:
        self._pool = Pool(url=url, token=token, transport=transport, connections=connections)
        self._session = Session(self._pool, clock=clock, sleep=sleep, random=random)
        self._marks = marks

    def __repr__(self) -> str:
        return f"Client({self._pool.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @property
    def calls(self) -> int:
        """How many HTTP requests were sent so far, repeated ones included."""
        return self._session.calls

    @property
    def last_request_id(self) -> str:
        """The request id of the last answer to the calling thread, or an empty text."""
        return self._session.last_request_id

    def account(self) -> Account:
        """Return the account that the token belongs to."""
        return self._get("/v2/account", answers.read_account)

    def live_state(self, *, tables: Collection[str] = (), jobs: bool = False) -> LiveState:
        """Return what the account has; see `segments` for `tables`. Jobs only when asked for."""
        account = self.account()
        groups = self.groups()
        segments = self.segments(group_ids=wire.group_ids(groups), tables=tables)
        return LiveState(account, segments, groups, self.jobs() if jobs else None)

    def segments(
        self, *, group_ids: Mapping[str, str], tables: Collection[str] = ()
    ) -> tuple[LiveSegment, ...]:
        """Return the segments of all tables and kinds, valid or not, in the API's order.

        That `table=all` gives all tables stands in a comment of a client only. A wanted table
        without a single row is therefore asked for once more by its name.
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
        """Return the segments that the API lists for one table, or for `all`."""
        return self._get(
            "/v2/segment",
            lambda data: wire.read_segments(data, marks=self._marks, group_ids=group_ids),
            params={"table": table, "kind": "all", "valid": "all"},
            is_list=True,
            decode=wire.decode_segments,
        )

    def segment(
        self, id_or_slug: str, *, group_ids: Mapping[str, str], table: str = DEFAULT_TABLE
    ) -> LiveSegment:
        """Return one segment by id or slug.

        Whether segments of other tables than `user` are found without naming the table is
        unknown, so that a 404 for such a one is asked for once more with its table.
        """
        path = _path("/v2/segment", id_or_slug)

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

    def create_segment(self, segment: Segment, *, group_ids: Mapping[str, str]) -> LiveSegment:
        """Create a segment and return it as the API answered.

        The caller has to compare the slug: the API renames one that is taken and succeeds.
        """
        return self._write_segment("POST", "/v2/segment", segment, group_ids)

    def update_segment(
        self,
        id: str,
        segment: Segment,
        *,
        group_ids: Mapping[str, str],
    ) -> LiveSegment:
        """Replace everything that a client can set, and return the segment as answered.

        The caller has to compare the id: a PUT that misses its table creates another segment.
        """
        return self._write_segment("PUT", _path("/v2/segment", id), segment, group_ids)

    def _write_segment(
        self, method: str, path: str, segment: Segment, group_ids: Mapping[str, str]
    ) -> LiveSegment:
        body = wire.segment_body(segment, marks=self._marks, group_ids=group_ids)
        return self._write(
            method,
            path,
            lambda data: self._read_segment(data, group_ids, method=method, path=path),
            body=body,
            doubtful=DOUBTFUL_CREATE if method == "POST" else frozenset(),
        )

    def _read_segment(
        self, data: object, group_ids: Mapping[str, str], *, method: str, path: str
    ) -> LiveSegment:
        """Return the segment of an answer; one that is marked as deleted is not there."""
        segment = wire.read_segment(data, marks=self._marks, group_ids=group_ids)
        if segment is None:
            message = "the segment is deleted"
            raise NotFoundError(message, method=method, path=path, request_id=self.last_request_id)
        return segment

    def delete_segment(self, id: str) -> None:
        """Delete one segment; raise RejectedError when the API kept it, whatever its status."""
        path = _path("/v2/segment", id)
        reason = self.delete_segments([id]).not_deleted.get(id)
        if reason is not None:
            message = f"the API did not delete it: {reason}"
            raise RejectedError(
                message,
                method="DELETE",
                path=path,
                request_id=self.last_request_id,
            )

    def delete_segments(self, ids: Collection[str]) -> answers.DeletedSegments:
        """Delete segments, at most about 100, and return which of them are gone."""
        if not ids:
            return answers.DeletedSegments(frozenset(), {})
        return self._write(
            "DELETE",
            "/v2/segment/" + ",".join(_path_part(each) for each in ids),
            lambda data: answers.read_deleted(data, ids),
            may_be_empty=True,
        )

    def reevaluate(self, id: str) -> None:
        """Ask for a reevaluation, which then runs on its own.

        The form that engineers use comes first, the documented one when that does not exist.
        """
        path = _path("/v2/segment", id) + "/reevaluate"
        try:
            self._write(
                "POST", "/v2/segment/reevaluate", _nothing, body={"id": id}, may_be_empty=True
            )
        except (NotFoundError, RejectedError) as error:
            if error.status not in {404, 405}:
                raise
            self._write("POST", path, _nothing, may_be_empty=True)

    def ancestors(self, id: str) -> tuple[str, ...]:
        """Return the ids (or slugs, where the API gives those) that the segment depends on."""
        return self._get(_path("/v2/segment", id) + "/ancestors", answers.read_references)

    def segment_jobs(self, id: str) -> tuple[Job, ...]:
        """Return the jobs that use the segment."""
        return self._get(
            _path("/v2/segment", id) + "/jobs",
            lambda data: answers.read_jobs(data, segment_id=id),
        )

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs of the account, finished ones included."""
        return self._get("/v2/job", answers.read_jobs, params={"show_all": "true"}, is_list=True)

    def groups(self) -> tuple[LiveGroup, ...]:
        """Return all segment groups."""
        return self._get(
            "/v2/segment/group",
            lambda data: wire.read_groups(data, marks=self._marks),
            is_list=True,
        )

    def create_group(self, group: Group) -> LiveGroup:
        """Create a segment group and return it as the API answered."""
        return self._write_group("POST", "/v2/segment/group", group)

    def update_group(self, id: str, group: Group) -> LiveGroup:
        """Replace the name and description of a group, and return it as the API answered."""
        return self._write_group("PUT", _path("/v2/segment/group", id), group)

    def _write_group(self, method: str, path: str, group: Group) -> LiveGroup:
        return self._write(
            method,
            path,
            lambda data: wire.read_group(data, marks=self._marks),
            body=wire.group_body(group, marks=self._marks),
            doubtful=DOUBTFUL_GROUP if method == "POST" else frozenset(),
        )

    def delete_group(self, id: str) -> None:
        """Delete a group; its segments stay (documented)."""
        self._write("DELETE", _path("/v2/segment/group", id), _nothing, may_be_empty=True)

    def validate(self, text: str) -> None:
        """Raise RejectedError when FilterQL has an error; only its syntax is checked."""
        self._ask("/api/segment/validate", text, _nothing)

    def size(self, text: str) -> int:
        """Return how many profiles a FilterQL statement selects; one call per 10 s (documented)."""
        return self._ask("/api/segment/size", text, answers.read_size, is_ad_hoc_size=True)

    def segment_size(self, id: str, *, table: str = DEFAULT_TABLE) -> int:
        """Return how many profiles a segment has; a 404 without the right table."""
        return self._get(
            _path("/api/segment", id) + "/size", answers.read_size, params=_table_param(table)
        )

    def sizes(self, ids: Collection[str] = (), *, table: str = DEFAULT_TABLE) -> Mapping[str, int]:
        """Return how many profiles each of the segments has, by id; of all when none is named."""
        few = {"ids": ",".join(ids)} if 0 < len(ids) <= _IDS_PER_URL else {}
        found = self._get(
            "/api/segment/sizes", answers.read_sizes, params=few | _table_param(table), is_list=True
        )
        wanted = set(ids) or found.keys()
        return {id_: size for id_, size in found.items() if id_ in wanted}

    def schema_fields(self, table: str = DEFAULT_TABLE) -> tuple[answers.SchemaField, ...]:
        """Return the published fields of a table."""
        return self._get(
            _path("/v2/schema", table) + "/field", answers.read_schema_fields, is_list=True
        )

    def _get(
        self,
        path: str,
        read: Callable[[object], T],
        *,
        params: Mapping[str, str] | None = None,
        is_list: bool = False,
        decode: Callable[[bytes], object] = wire.decode,
    ) -> T:
        request = Request(
            "GET",
            path,
            is_read=True,
            params=tuple((params or {}).items()),
            is_list=is_list,
            decode=decode,
        )
        return self._session.send(request, _reader(read, is_list=is_list))

    def _write(
        self,
        method: str,
        path: str,
        read: Callable[[object], T],
        *,
        body: Mapping[str, object] | None = None,
        may_be_empty: bool = False,
        doubtful: frozenset[int] = frozenset(),
    ) -> T:
        content = None if body is None else json.dumps(body).encode()
        request = Request(method, path, is_read=False, content=content, doubtful=doubtful)
        return self._session.send(request, _reader(read, may_be_empty=may_be_empty))

    def _ask(
        self, path: str, text: str, read: Callable[[object], T], *, is_ad_hoc_size: bool = False
    ) -> T:
        """Send FilterQL to an endpoint that answers and changes nothing."""
        request = Request(
            "POST",
            path,
            is_read=True,
            content=text.encode(),
            content_type="text/plain",
            is_ad_hoc_size=is_ad_hoc_size,
        )
        return self._session.send(request, _reader(read))


def _reader(
    read: Callable[[object], T], *, may_be_empty: bool = False, is_list: bool = False
) -> Callable[[Answer], T]:
    """Return a reader of envelopes: an empty body is an answer to some requests only.

    Null in place of a list is an empty one (assumed, after clients that guard against it).
    """

    def read_answer(answer: Answer) -> T:
        if not (answer.has_envelope or may_be_empty):
            message = "it is empty"
            raise ValueError(message)
        if is_list and not (answer.has_data and isinstance(answer.data, list | None)):
            # An error in the clothes of a success is not an account without objects.
            message = 'it has no list under "data"'
            raise ValueError(message)
        return read(answer.data)

    return read_answer


def _nothing(data: object) -> None:
    """Accept whatever came: the status said it all."""


def _table_param(table: str) -> dict[str, str]:
    return {} if table == DEFAULT_TABLE else {"table": table}


def _path(base: str, key: str) -> str:
    return f"{base}/{_path_part(key)}"


def _path_part(key: str) -> str:
    """Return a key as one part of a path; refuse one that would make it the path of another.

    A comma is a list of ids to the API, a dot or nothing at all is another path to any client.
    """
    if key in {"", ".", ".."} or "," in key:
        message = f"{key!r} cannot stand for one object of the API"
        raise ValueError(message)
    return quote(key, safe="")
