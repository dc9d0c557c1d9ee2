"""Takes out of an exchange what no cassette may hold: tokens, ids, people, and foreign objects.

What is not known to be ours is reduced to its shape, so that a field of tomorrow leaks nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PREFIX = "zz_segsync_contract_"
"""What the slugs of a recorded namespace begin with, whatever they began with on that day."""

SCRUBBED = "scrubbed"

# Predefined segments that the documents show too; those of an account that has more are left out.
_PREDEFINED = ("all", "all_documents", "anonymous_profiles", "connected_customer_segment")
# What the ids begin with that stand in cassettes instead of real ones.
_MADE_UP = "0" * 20
_HEX = re.compile(r"\b[0-9a-f]{32}\b")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_SOME_TIME = "2000-01-01T00:00:00.000Z"
_TOKEN_PARAMETERS = ("access_token", "key")
_KEPT_HEADERS = ("content-type", "retry-after")
# Texts from closed sets, which name nothing of anybody's.
_PLAIN = ("status", "state", "type", "kind", "table", "level", "code", "message")
_NUMBERS_OF_ACCOUNTS = ("aid", "parentaid")
_PEOPLE = ("author_id", "author", "email", "user_id", "api_token_auth_id")


@dataclass
class Scrubber:
    """Scrubs the exchanges of one cassette, the same thing in the same way each time.

    `prefix` is that of the namespace, `base` the address to write instead of the server's own.
    """

    prefix: str
    token: str
    base: str
    _ids: dict[str, str] = field(default_factory=dict)
    _accounts: dict[int, int] = field(default_factory=dict)

    def uri(self, uri: str) -> str:
        """Return an address without the host and the token."""
        parts, base = urlsplit(uri), urlsplit(self.base)
        # Decoded first: what stands after a `%2C` is no word of its own.
        query = [
            (name, self.text(value))
            for name, value in parse_qsl(parts.query)
            if name not in _TOKEN_PARAMETERS
        ]
        path = self.text(parts.path)
        return urlunsplit((base.scheme, base.netloc, path, urlencode(query), ""))

    def headers(self, headers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the headers that say something about the body."""
        return {name: headers[name] for name in headers if name.lower() in _KEPT_HEADERS}

    def text(self, text: str) -> str:
        """Return a text without the token and ids, in the recorded namespace."""
        if self.token:
            text = text.replace(self.token, SCRUBBED)
        text = text.replace(self.prefix, PREFIX)
        return _HEX.sub(lambda found: self._id(found.group()), text)

    def answer(self, text: str) -> str:
        """Return the body of an answer without anything foreign."""
        try:
            body = json.loads(text)
        except ValueError:
            return self.text(text) if not text else SCRUBBED
        if isinstance(body, dict):
            # The schema of an account names its fields.
            body |= {name: {} for name in body.keys() & {"meta", "_meta"}}
        if isinstance(body, dict) and "data" in body:
            body["data"] = self._data(body["data"])
        return json.dumps(body if not isinstance(body, dict) else self._ours(body))

    def _data(self, data: Any) -> Any:  # noqa: ANN401 - whatever JSON there is
        match data:
            case str():
                return SCRUBBED
            case list() if any(isinstance(each, dict) for each in data):
                return list(self._rows(data)) or None
            case list():
                return [each for each in data if not isinstance(each, str) or self._is_plain(each)]
            case dict() if not self._is_ours(data) and "deleted" not in data:
                return _shape(data)
            case _:
                return data

    def _is_plain(self, text: str) -> bool:
        """Return whether a bare text in a list is no name that somebody has given."""
        ours = (self.prefix, PREFIX, "_")
        return text.startswith(ours) or _HEX.fullmatch(text) is not None

    def _rows(self, rows: list[Any]) -> Iterator[Any]:
        """Yield what is ours, and one of what is not: of segments none, of others the shape.

        Of members, which have no id, their number alone is kept; of jobs, one that reads a segment
        if there is any.
        """
        foreign = [each for each in rows if isinstance(each, dict) and not self._is_ours(each)]
        kept = next((each for each in foreign if _reads_a_segment(each)), None)
        for each in rows:
            if not isinstance(each, dict) or self._is_ours(each):
                yield each
            elif each.keys().isdisjoint({"id", "slug_name", "segment_ids"}):
                yield {}
            elif "slug_name" in each or "segment_ids" in each:
                continue
            elif kept is None or kept is each:
                kept = each
                yield _shape(each)

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        names = (row.get("slug_name"), row.get("name"), row.get("id"))
        known = str(row.get("id", ""))
        return (
            any(str(each).startswith((self.prefix, PREFIX)) for each in names if each)
            or row.get("slug_name") in _PREDEFINED
            or (known.startswith("_") and "type" in row)
            or row.keys() <= {"id", "metrics"}
            or row.get("slug_name") == ""
        )

    def _ours(self, value: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever JSON there is
        match value:
            case dict():
                return {key: self._ours(each, key) for key, each in value.items()}
            case list():
                return [self._ours(each) for each in value]
            case int() if name in _NUMBERS_OF_ACCOUNTS and not isinstance(value, bool):
                return self._accounts.setdefault(value, 1001 + len(self._accounts))
            case str() if name in _PEOPLE and value and not _HEX.fullmatch(value):
                return SCRUBBED
            case str():
                return self.text(value)
            case _:
                return value

    def _id(self, found: str) -> str:
        if found.startswith(_MADE_UP):
            return found
        return self._ids.setdefault(found, f"{len(self._ids) + 1:032x}")


def _reads_a_segment(row: Mapping[str, Any]) -> bool:
    config = row.get("config")
    return isinstance(config, dict) and not config.keys().isdisjoint({"segment_id", "segment_ids"})


def _shape(value: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever JSON there is
    match value:
        case dict():
            # The keys of counted terms are what people's profiles say.
            members = {} if name == "terms_counts" else value
            return {key: _shape(each, key) for key, each in members.items()}
        case list():
            return [_shape(each) for each in value[:1]]
        case str():
            return _shape_of_text(value, name)
        case int() | float() if name not in (*_NUMBERS_OF_ACCOUNTS, *_PLAIN):
            return value if isinstance(value, bool) else 0
        case _:
            return value


def _shape_of_text(text: str, name: str) -> str:
    if _TIME.fullmatch(text):
        return _SOME_TIME
    return text if not text or name in _PLAIN or _HEX.fullmatch(text) else SCRUBBED
