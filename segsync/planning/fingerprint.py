"""A digest of a live object as it was when a plan was made, to notice later that it moved."""

import json
from hashlib import blake2b

from segsync.segment import Definition, Group, Segment

_DIGEST_BYTES = 16


def fingerprint(value: Segment | Group) -> str:
    """Return a digest of everything that a client can set on the object.

    Times are left out: `updated` moves on the server's own account (seen in captured objects).
    """
    values = {name: getattr(value, name) for name in value.__struct_fields__}
    text = json.dumps(values, default=_as_json, sort_keys=True)
    return blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _as_json(value: Definition | frozenset[str]) -> str | list[str]:
    return value.text if isinstance(value, Definition) else sorted(value)
