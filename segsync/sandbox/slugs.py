"""Which slug a segment gets."""

import re
from itertools import count

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import JsonObject, refuse

_SLUG = re.compile(r"[a-z0-9_-]+")
_LONGEST = 64


def slugify(name: str) -> str:
    """Return the slug for a name: lower case, underscores for spaces, no other signs."""
    return re.sub(r"[^a-z0-9_-]", "", re.sub(r"\s+", "_", name.strip().lower()))


def checked_slug(call: Call, slug: str) -> str:
    """Return a slug in lower case; refuse one that is empty or has other signs (assumed)."""
    lower: str = slugify(slug) if call.switches.slugify_slugs else slug.lower()
    if not lower:
        refuse("Segment name is required.")
    if _SLUG.fullmatch(lower) is None:
        refuse("Slug may contain only letters, digits, underscores and hyphens.")
    if call.switches.limit_names and len(lower) > _LONGEST:
        refuse(f"Slug is longer than {_LONGEST} characters.")
    return lower


def free_slug(call: Call, wanted: str, *, table: str) -> str:
    """Return the slug, or with the first suffix that makes it free (observed)."""
    if call.switches.refuse_taken_slugs and owner_of(call, wanted, table=table):
        refuse("Slug is already used.", status=409)
    slug, numbers = wanted, count(1)
    while owner_of(call, slug, table=table) is not None:
        base = slug if call.switches.stack_slug_suffixes else wanted
        suffix = 1 if call.switches.stack_slug_suffixes else next(numbers)
        slug = f"{base}_{suffix}"
    return slug


def owner_of(call: Call, slug: str, *, table: str) -> JsonObject | None:
    """Return the segment that has a slug, where a slug may be used but once."""
    found = call.state.segment_with_slug(slug, table)
    is_elsewhere = found is not None and found["table"] != table
    return None if is_elsewhere and call.switches.slugs_per_table else found
