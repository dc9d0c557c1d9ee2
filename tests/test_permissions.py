"""What is told of a request that the API refuses for want of a permission."""

import pytest

from segsync.errors import PermissionDeniedError
from segsync.permissions import way_out_of, what_is_needed

BARE = "Not authorized"
V2 = "Not authorized (FORBIDDEN-026)"
VIEWING = "reading segments and groups needs the role v2_segment_view"
MANAGING = "changing segments and groups needs the role v2_segment_manage"


@pytest.mark.parametrize(
    ("path", "message", "is_read", "needed"),
    [
        ("/v2/segment", V2, True, VIEWING),
        ("/api/segment/size", BARE, True, VIEWING),
        ("/v2/segment/abc", "Forbidden", False, MANAGING),
        ("/v2/segment/group", V2, False, MANAGING),
        ("/v2/account", V2, True, "the account may let in certain addresses only"),
        ("/v2/job", V2, True, "the roles of the token do not cover reading jobs"),
        ("/v2/flow/ui/f1", V2, False, "the roles of the token do not cover changing flows"),
        ("/v2/schema/user/field", V2, True, "the roles of the token do not cover reading fields"),
    ],
)
def test_a_bare_refusal_is_told_with_what_it_needs(
    path: str, message: str, needed: str, *, is_read: bool
) -> None:
    assert what_is_needed(path, message, is_read=is_read) == needed


@pytest.mark.parametrize(
    "message",
    [
        "Not authorized: v2_segment_manage is required. (FORBIDDEN-026)",
        "Not authorized: This endpoint is available only via user tokens.",
        "Segment all is managed by the system. (FORBIDDEN-026)",
    ],
)
def test_what_the_api_explains_is_not_explained_again(message: str) -> None:
    assert not what_is_needed("/v2/segment", message, is_read=False)


def refused(path: str, message: str = BARE) -> str:
    return way_out_of(PermissionDeniedError(message, method="GET", path=path, status=403))


def test_each_refusal_has_a_way_out() -> None:
    assert refused("/v2/segment") == (
        "Give the token a role that may view segments (v2_segment_view); an apply needs one that"
        " may manage them (v2_segment_manage)."
    )
    assert refused("/v2/job") == (
        "Give the token a role that covers jobs too (Security > Access Tokens in Lytics)."
    )
    assert refused("/v2/account") == (
        "Every token may see its own account, so the address of this machine is probably not in the"
        " account's setting api_ip_whitelist."
    )
    only_users = "Not authorized: This endpoint is available only via user tokens."
    assert refused("/v2/segment", only_users) == (
        "An API token is refused here whatever its roles: use the token of a user."
    )
