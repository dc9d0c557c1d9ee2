"""What the accounts of laws have in common before anything happens."""

_MARK = "[segsync] managed by segsync"

GROUPS = (
    {"name": "Old", "description": _MARK},
    {"name": "Gone", "description": _MARK},
    {"name": "Shared", "description": "Theirs"},
)
PREDEFINED = {"slug_name": "all", "name": "All", "segment_ql": "FILTER *", "tags": ["predefined"]}
EXPORT = {"name": "Export", "workflow": "ads", "status": "running", "segments": ["foreign"]}


def stored(slug: str, condition: str, **fields: object) -> dict[str, object]:
    """Return a segment as an account has it, managed here unless its tags say otherwise."""
    table = fields.get("table", "user")
    plain = {
        "slug_name": slug,
        "name": slug.title(),
        "segment_ql": f"FILTER {condition} FROM {table} ALIAS {slug}",
        "tags": ["segsync"],
        "author_id": "ann",
        "save_hist": True,
    }
    return plain | fields
