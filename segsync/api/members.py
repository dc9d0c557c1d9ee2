"""Looks into segments: who is in them, how their fields are filled, and how they overlap.

All of it is `/api` (v1): `/v2` has nothing like it. What it returns is personal data.
"""

# ruff: noqa: A002 (an id is called id, as in the API)

import json
import re
from collections.abc import Collection, Iterator, Mapping

from segsync.api import measures
from segsync.api.endpoints import Endpoints, as_it_came, path_to, table_param
from segsync.api.results import FieldUse, MemberPage, Scan
from segsync.segment import DEFAULT_TABLE

_SEGMENT = "/api/segment"
_ID = re.compile(r"[0-9A-Fa-f]{32}")
# The most that a scan gives at once (documented).
_MEMBERS_PER_PAGE = 100
_EVERYTHING = Scan()


class Members(Endpoints):
    """The endpoints that tell what segments are made of."""

    def field_uses(
        self,
        id: str,
        *,
        fields: Collection[str] = (),
        limit: int = 20,
        table: str = DEFAULT_TABLE,
        fresh: bool = False,
    ) -> tuple[FieldUse, ...]:
        """Return how fields are filled among the members of a segment; all fields if none is named.

        `GET /api/segment/{id}/fieldinfo` (observed by Lytics engineers). `limit` is how many terms
        are told of each field, at most 1,000. `fresh` asks for what was not counted earlier. A slug
        is answered with 500, so that only an id is taken.
        """
        params = _field_params(fields, limit, table, fresh=fresh)
        path = path_to(_SEGMENT, _checked_id(id)) + "/fieldinfo"
        return self._get(path, measures.read_field_uses, params=params)

    def field_uses_by_segment(
        self,
        ids: Collection[str],
        *,
        fields: Collection[str] = (),
        limit: int = 20,
        table: str = DEFAULT_TABLE,
        fresh: bool = False,
    ) -> Mapping[str, tuple[FieldUse, ...]]:
        """Return the same of several segments, by their ids.

        `GET /api/segment/fieldinfo?ids=` (observed by Lytics engineers).
        """
        if not ids:
            return {}
        named = {"ids": ",".join(_checked_id(each) for each in ids)}
        params = named | _field_params(fields, limit, table, fresh=fresh)
        path = f"{_SEGMENT}/fieldinfo"
        return self._get(path, measures.read_field_uses_by_segment, params=params)

    def field_uses_of(
        self,
        text: str,
        *,
        fields: Collection[str] = (),
        limit: int = 20,
        table: str = DEFAULT_TABLE,
        fresh: bool = False,
    ) -> tuple[FieldUse, ...]:
        """Return the same of everybody whom a FilterQL statement selects; nothing is saved.

        `GET /api/segment/fieldinfo?segments=` (observed by Lytics engineers).
        """
        params = {"segments": text} | _field_params(fields, limit, table, fresh=fresh)
        return self._get(f"{_SEGMENT}/fieldinfo", measures.read_field_uses, params=params)

    def summary(self, id: str, *, table: str = DEFAULT_TABLE) -> object:
        """Return the summary of a segment as JSON, with its overlap with aspects.

        `GET /api/segment/{id}/summary` (observed by Lytics engineers; no source shows an answer, or
        whether it needs the table, which is only sent when it is not `user`).
        """
        path = path_to(_SEGMENT, id) + "/summary"
        return self._get(path, as_it_came, params=table_param(table))

    def members(
        self, id: str, *, table: str = DEFAULT_TABLE, scan: Scan = _EVERYTHING
    ) -> Iterator[Mapping[str, object]]:
        """Yield the members of a segment, page by page, each with what the schema has.

        `GET /api/segment/{id}/scan`, 100 at a time (documented). The mark of the next page may
        repeat (observed by Lytics engineers), so that it ends with an empty one, or with a page
        that has nothing new. Members may look alike, above all when `scan` asks for few `fields`:
        nothing new is the end only once there were as many as `total` says (seen in a client), if
        it is told; if not, ask for a field that identifies.
        """
        yield from self._scan(path_to(_SEGMENT, id) + "/scan", table_param(table), scan)

    def members_of(
        self, text: str, *, table: str = DEFAULT_TABLE, scan: Scan = _EVERYTHING
    ) -> Iterator[Mapping[str, object]]:
        """Yield everybody whom a FilterQL statement selects, as `members` does; nothing is saved.

        `GET /api/segment/scan?segments=` (observed by Lytics engineers).
        """
        params = {"segments": text} | table_param(table)
        yield from self._scan(f"{_SEGMENT}/scan", params, scan)

    def _scan(
        self, path: str, params: dict[str, str], scan: Scan
    ) -> Iterator[Mapping[str, object]]:
        params = {"limit": str(_MEMBERS_PER_PAGE)} | scan.params() | params
        seen: set[str] = set()
        count = 0
        while True:
            page = self._get_page(path, measures.read_members, params=params)
            if not _is_new(page, seen, count=count):
                return
            yield from page.members
            if not page.next:
                return
            count += len(page.members)
            params["start"] = page.next


def _is_new(page: MemberPage, seen: set[str], *, count: int) -> bool:
    """Return whether a page is not one that was there before, and remember its rows in `seen`.

    `count` is how many rows the earlier pages had. Members may look alike, so that a page of known
    rows is new all the same as long as `total` says that there are so many.
    """
    texts = {json.dumps(each, sort_keys=True) for each in page.members}
    has_news = not texts <= seen
    seen.update(texts)
    are_more = page.total is not None and count + len(page.members) <= page.total
    return bool(page.members) and (has_news or are_more)


def _field_params(
    fields: Collection[str], limit: int, table: str, *, fresh: bool
) -> dict[str, str]:
    few = {"fields": ",".join(fields)} if fields else {}
    cached = {"cached": "false"} if fresh else {}
    return few | {"limit": str(limit)} | table_param(table) | cached


def _checked_id(id: str) -> str:
    if not _ID.fullmatch(id):
        message = f"{id!r} is no id of a segment, and a slug would be answered with 500"
        raise ValueError(message)
    return id
