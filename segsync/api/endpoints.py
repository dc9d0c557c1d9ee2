"""What all endpoints share: how a call is described, sent, and its envelope read."""

import json
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from segsync.api.envelope import Answer, Request
from segsync.api.payloads import decode as decode_any
from segsync.api.session import Session
from segsync.api.wire import Reading
from segsync.segment import DEFAULT_TABLE, Marks

T = TypeVar("T")


class Endpoints:
    """Some endpoints of one account; the client is made of several of these."""

    def __init__(self, session: Session, marks: Marks) -> None:
        self._session = session
        self._marks = marks
        self._aid: int | None = None

    def _reading(self, group_ids: Mapping[str, str]) -> Reading:
        return Reading(self._marks, group_ids, self._aid)

    def _get(
        self,
        path: str,
        read: Callable[[object], T],
        *,
        params: Mapping[str, str] | None = None,
        is_list: bool = False,
        is_ad_hoc_size: bool = False,
        decode: Callable[[bytes], object] = decode_any,
    ) -> T:
        request = Request(
            "GET",
            path,
            is_read=True,
            params=tuple((params or {}).items()),
            is_list=is_list,
            is_ad_hoc_size=is_ad_hoc_size,
            decode=decode,
        )
        return self._session.send(request, _reader(read, is_list=is_list))

    def _get_page(
        self, path: str, read: Callable[[object, object, object], T], *, params: Mapping[str, str]
    ) -> T:
        """Get one page of a list; `read` also gets the next start, and the total of all pages."""

        def read_page(answer: Answer) -> T:
            def read_rows(data: object) -> T:
                return read(data, answer.next_start, answer.total)

            return _reader(read_rows, is_list=True)(answer)

        request = Request("GET", path, is_read=True, params=tuple(params.items()), is_list=True)
        return self._session.send(request, read_page)

    def _write(  # noqa: PLR0913 (the parts of a call)
        self,
        method: str,
        path: str,
        read: Callable[[object], T],
        *,
        body: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
        may_be_empty: bool = False,
        doubtful: frozenset[int] = frozenset(),
    ) -> T:
        request = Request(
            method,
            path,
            is_read=False,
            params=tuple((params or {}).items()),
            content=None if body is None else json.dumps(body).encode(),
            doubtful=doubtful,
        )
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


def nothing(data: object) -> None:
    """Accept whatever came: the status said it all."""


def as_it_came(data: object) -> object:
    """Return what came, where no source shows its shape."""
    return data


def table_param(table: str) -> dict[str, str]:
    """Return the query for a table; `user` is the default everywhere (documented)."""
    return {} if table == DEFAULT_TABLE else {"table": table}


def path_to(base: str, *keys: str) -> str:
    """Return the path of one object below a base; each key is one part of it."""
    return "/".join((base, *map(path_part, keys)))


def path_part(key: str) -> str:
    """Return a key as one part of a path; refuse one that would make it the path of another.

    A comma is a list of ids to the API, a dot or nothing at all is another path to any client.
    """
    if key in {"", ".", ".."} or "," in key:
        message = f"{key!r} cannot stand for one object of the API"
        raise ValueError(message)
    return quote(key, safe="")
