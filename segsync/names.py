"""What files accept as slugs, kinds and times; the loader checks, the exporter keeps to it."""

import re
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

MAX_SLUG: Final = 64
"""The longest slug; the account's own limit is not documented, this is the safe assumption."""

Kind: TypeAlias = Literal[
    "segment", "aspect", "goal", "list", "conversion", "metric", "candidate", "managed"
]
WRITABLE_KINDS: Final = frozenset(get_args(Kind)) - {"managed"}
"""Segments of kind `managed` are made by the account itself."""

_SLUG: Final = re.compile(r"[a-z0-9_][a-z0-9_-]*")
# An INCLUDE of such a slug would be read as one of the segment with this id.
_ID: Final = re.compile(r"(?:[0-9a-f]{24}|[0-9a-f]{32})")
_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})",
    re.ASCII | re.IGNORECASE,
)


def is_slug(text: str) -> bool:
    """Return whether a file can declare a segment of this slug."""
    return len(text) <= MAX_SLUG and _SLUG.fullmatch(text) is not None and not is_like_id(text)


def is_like_id(text: str) -> bool:
    """Return whether a text has the form of the ids that the account gives."""
    return _ID.fullmatch(text) is not None


def suggest_slug(text: str) -> str:
    """Return the slug that the account would probably make of a text; empty if nothing is left."""
    return re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-")[:MAX_SLUG]


def is_time(text: str) -> bool:
    """Return whether a text is an RFC 3339 time with its zone."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True
