"""Says which permission a 403 asks for, and what a person can do about it.

The API says no more than `Not authorized` (observed by Lytics engineers), so that it is told from
what was asked. The roles for segments are known by name; those for jobs, flows and fields are not.
"""

import re

from segsync.errors import PermissionDeniedError

VIEW = "v2_segment_view"
MANAGE = "v2_segment_manage"

_AROUND = {"job": "jobs", "flow": "flows", "schema": "fields"}
_ONLY_USERS = "only via user tokens"
# All that the API says, with the code in the envelope of v2.
_SILENT = re.compile(r"(not authorized|forbidden)\.?( \([A-Z]+-[0-9]+\))?", re.IGNORECASE)


def what_is_needed(path: str, message: str, *, is_read: bool) -> str:
    """Return in a few words what a refused request needs; "" where the API's message says it.

    `message` is that of the API.
    """
    if not _SILENT.fullmatch(message):
        return ""
    part = _part(path)
    if part == "account":
        return "the account may let in certain addresses only"
    verb = "reading" if is_read else "changing"
    if part in _AROUND:
        return f"the roles of the token do not cover {verb} {_AROUND[part]}"
    return f"{verb} segments and groups needs the role {VIEW if is_read else MANAGE}"


def way_out_of(problem: PermissionDeniedError) -> str:
    """Return what a person can do about a request that was refused."""
    if _ONLY_USERS in problem.message:
        return "An API token is refused here whatever its roles: use the token of a user."
    part = _part(problem.path)
    if part == "account":
        return (
            "Every token may see its own account, so the address of this machine is probably not in"
            " the account's setting api_ip_whitelist."
        )
    if part in _AROUND:
        return (
            f"Give the token a role that covers {_AROUND[part]} too (Security > Access Tokens in"
            " Lytics)."
        )
    return (
        f"Give the token a role that may view segments ({VIEW}); an apply needs one that may manage"
        f" them ({MANAGE})."
    )


def _part(path: str) -> str:
    """Return what stands behind the version in a path."""
    return path.strip("/").partition("/")[2].partition("/")[0]
