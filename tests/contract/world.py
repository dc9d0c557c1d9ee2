"""An account as a contract test sees it: a throw-away namespace, and short ways to ask."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = dict[str, Any]

HEX_ID = re.compile(r"[0-9a-f]{32}")

# The one field that segments which every account has from the start speak of (documented).
FIELD = "_uids"
DEFINITION = f"FILTER EXISTS {FIELD}"
TEXT = {"content-type": "text/plain"}

_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, and its body when that is JSON."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return self.status in _OK

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever JSON there is
        """The data of the envelope; asserts that the request was carried out."""
        assert self.ok, self
        return self.body["data"]

    @property
    def rows(self) -> list[Any]:
        """The data as a list; null is an empty one."""
        return list(self.data or ())

    @property
    def message(self) -> str:
        """What the server says was wrong, in the envelope of either version; "" for nothing."""
        body = self.body if isinstance(self.body, dict) else {}
        errors = body.get("errors") or [body]
        return str(errors[0].get("message", ""))


@dataclass
class World:
    """The account behind a client, of which a test uses only what begins with `prefix`.

    Every segment, group and collection that a write answers with is remembered, if it is in the
    namespace, and `clean_up` removes it. Nothing else is ever written to.
    """

    client: httpx.Client
    prefix: str
    _segments: dict[str, Json] = field(default_factory=dict)
    _groups: dict[str, Json] = field(default_factory=dict)
    _collections: dict[str, Json] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: object = None, *, query: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request; `body` is text, or whatever JSON can say."""
        if isinstance(body, str):
            answer = self.client.request(method, path, content=body, headers=TEXT, params=query)
        else:
            answer = self.client.request(method, path, json=body, params=query)
        return self._reply(answer)

    def ask_as(self, headers: Mapping[str, str], path: str) -> Reply:
        """Read with other headers than those that carry the token."""
        request = self.client.build_request("GET", path)
        request.headers.pop("authorization", None)
        request.headers.update(headers)
        return self._reply(self.client.send(request))

    @property
    def token(self) -> str:
        """The token that the client sends."""
        return self.client.headers["authorization"]

    def get(self, path: str, **query: str) -> Reply:
        """Read."""
        return self.ask("GET", path, query=query or None)

    def slug(self, name: str) -> str:
        """Return a slug, or the name of a group, in the namespace."""
        return f"{self.prefix}{name}"

    def body(self, name: str, text: str = DEFINITION, **fields: object) -> Json:
        """Return a whole segment as engineers send it, with explicit FROM and ALIAS."""
        slug = self.slug(name)
        table = str(fields.get("table", "user"))
        return {
            "name": slug,
            "slug_name": slug,
            "description": "",
            "segment_ql": f"{text} FROM {table} ALIAS {slug}",
            "kind": "segment",
            "table": table,
            "is_public": False,
            "save_hist": False,
            "tags": [],
            **fields,
        }

    def create(self, name: str, text: str = DEFINITION, **fields: object) -> Json:
        """Create a segment that a test needs."""
        return self.made(self.ask("POST", "/v2/segment", self.body(name, text, **fields)))

    def put(self, segment: Json, body: Json) -> Reply:
        """Update a segment of the namespace."""
        assert str(segment["slug_name"]).startswith(self.prefix), segment
        return self.ask("PUT", f"/v2/segment/{segment['id']}", body)

    def delete(self, *segments: Json) -> Reply:
        """Delete segments of the namespace."""
        assert all(str(each["slug_name"]).startswith(self.prefix) for each in segments), segments
        return self.ask("DELETE", f"/v2/segment/{','.join(each['id'] for each in segments)}")

    def group(self, name: str, **fields: object) -> Json:
        """Create a group that a test needs."""
        body = {"name": self.slug(name), "description": "", **fields}
        return self.made(self.ask("POST", "/v2/segment/group", body))

    def put_group(self, group: Json, body: Json) -> Reply:
        """Update a group of the namespace."""
        assert str(group["name"]).startswith(self.prefix), group
        return self.ask("PUT", f"/v2/segment/group/{group['id']}", body)

    def delete_group(self, group: Json) -> Reply:
        """Delete a group of the namespace."""
        assert str(group["name"]).startswith(self.prefix), group
        return self.ask("DELETE", f"/v2/segment/group/{group['id']}")

    def groups(self) -> list[Json]:
        """Return the groups of the namespace."""
        found = self.get("/v2/segment/group").rows
        return [each for each in found if str(each["name"]).startswith(self.prefix)]

    def listed(self, path: str = "/v2/segment", **query: str) -> list[Json]:
        """Return the segments of the namespace that a list shows."""
        found = self.get(path, **query).rows
        return [each for each in found if str(each["slug_name"]).startswith(self.prefix)]

    def slugs(self, path: str = "/v2/segment", **query: str) -> list[str]:
        """Return the slugs of the namespace that a list shows, sorted and without the prefix."""
        found = self.listed(path, **query)
        return sorted(str(each["slug_name"]).removeprefix(self.prefix) for each in found)

    def read(self, segment: Json, **query: str) -> Json:
        """Read a segment by its id."""
        return self.made(self.get(f"/v2/segment/{segment['id']}", **query))

    @staticmethod
    def made(reply: Reply) -> Json:
        """Return the one object of an answer."""
        data = reply.data
        assert isinstance(data, dict), reply
        return data

    def clean_up(self) -> None:
        """Remove all that was made; raise AssertionError for what cannot be removed.

        A segment that something still includes is emptied first.
        """
        lists = [f"/api/segmentcollection/{each}" for each in self._collections]
        kept = [each for each in lists if not self._remove(each)]
        for object_id in reversed(self._segments):
            if self._remove(f"/v2/segment/{object_id}"):
                continue
            segment = self._segments[object_id]
            slug, table = segment["slug_name"], segment["table"]
            neutral = {
                "name": slug,
                "slug_name": slug,
                "table": table,
                "kind": "segment",
                "segment_ql": f"FILTER * FROM {table} ALIAS {slug}",
            }
            self.client.put(f"/v2/segment/{object_id}", json=neutral)
        left = kept + [each for each in self._segments if not self._remove(f"/v2/segment/{each}")]
        left += [each for each in self._groups if not self._remove(f"/v2/segment/group/{each}")]
        assert not left, f"remove by hand what the tests have left behind: {left}"

    def _remove(self, path: str) -> bool:
        return self.client.delete(path).status_code in (*_OK, 404)

    def _reply(self, answer: httpx.Response) -> Reply:
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = answer.text
        reply = Reply(answer.status_code, body, answer.headers)
        data = body.get("data") if reply.ok and isinstance(body, dict) else None
        if answer.request.method in ("POST", "PUT") and isinstance(data, dict):
            self._remember(data)
        return reply

    def _remember(self, data: Json) -> None:
        if not HEX_ID.fullmatch(str(data.get("id", ""))):
            return
        if "collection" in data and str(data.get("name", "")).startswith(self.prefix):
            self._collections[data["id"]] = data
        elif str(data.get("slug_name", "")).startswith(self.prefix):
            self._segments[data["id"]] = data
        elif "slug_name" not in data and str(data.get("name", "")).startswith(self.prefix):
            self._groups[data["id"]] = data


Answer = Callable[[str], None]
"""Takes the answer to an open question."""
