"""Who may do what: the roles of tokens, tokens of users, and the addresses that are let in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from segsync.sandbox.messages import Code, JsonObject, Request, refuse
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.switches import Switches

IP_LIST = "api_ip_whitelist"
"""The account's setting of the networks that may call (observed); without it, all may."""

USER_TOKENS_ONLY = "Not authorized: This endpoint is available only via user tokens."
"""What engineers have seen for an endpoint that takes no API token."""

_NOT_AUTHORIZED = "Not authorized"
_AROUND = frozenset({"job", "flow", "schema", "query"})


class Role(StrEnum):
    """The roles that are known by name (observed); an account may have others."""

    SEGMENT_VIEW = "v2_segment_view"
    SEGMENT_MANAGE = "v2_segment_manage"
    ADMIN = "admin"
    MARKETER = "marketer"
    DATA_MANAGER = "data_manager"
    OBSERVER = "observer"
    BASELINE = "authed2"


_VIEWING = frozenset(Role) - {Role.BASELINE}
_MANAGING = frozenset({Role.SEGMENT_MANAGE, Role.ADMIN, Role.MARKETER})
_OF_SEGMENTS = frozenset({Role.SEGMENT_VIEW, Role.SEGMENT_MANAGE})
# What may be changed beside segments and groups; jobs and flows go together.
_CHANGING = {
    "schema": frozenset({Role.ADMIN, Role.DATA_MANAGER}),
    "job": frozenset({Role.ADMIN, Role.MARKETER}),
    "flow": frozenset({Role.ADMIN, Role.MARKETER}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token has: one role beside the baseline, and whether a user or a program holds it.

    Which of the old bundles (`admin` and those after it) may change segments is assumed.
    """

    role: Role
    is_user: bool = False
    is_expired: bool = False

    def may_view(self, switches: Switches) -> bool:
        """Return whether the token may read segments and groups."""
        if self.role is Role.SEGMENT_MANAGE:
            return not switches.manage_needs_view
        return self.role in _VIEWING

    @property
    def may_manage(self) -> bool:
        """Whether the token may change segments and groups."""
        return self.role in _MANAGING

    def may_look_around(self, switches: Switches) -> bool:
        """Return whether the token may read jobs, flows and fields; their roles are not known."""
        is_narrow = self.role in _OF_SEGMENTS and switches.segment_roles_only
        return self.role in _VIEWING and not is_narrow

    def may_change_around(self, part: str) -> bool:
        """Return whether the token may change jobs, flows or the schema."""
        return self.role in _CHANGING.get(part, _VIEWING)


# By the word that is kept with a token; the first three are those that every account has had.
GRANTS = {
    "manage": Grant(Role.ADMIN),
    "view": Grant(Role.SEGMENT_VIEW),
    "expired": Grant(Role.ADMIN, is_expired=True),
    "editor": Grant(Role.SEGMENT_MANAGE),
    "marketer": Grant(Role.MARKETER),
    "data-manager": Grant(Role.DATA_MANAGER),
    "observer": Grant(Role.OBSERVER),
    "nobody": Grant(Role.BASELINE),
    "user": Grant(Role.ADMIN, is_user=True),
}

TOKENS = {"sandbox" if access == "manage" else f"sandbox-{access}": access for access in GRANTS}
"""The tokens of every account, with the word for what each may do."""


def check_address(state: AccountState, request: Request) -> None:
    """Refuse a caller outside the networks that the account lists, before anything else.

    A setting of the account holds them as CIDRs, and a good token does not help (observed).
    """
    setting = state.get(Kind.SETTING, IP_LIST)
    is_listed = setting is None or _is_in(request.peer, setting["value"])
    if state.switches.ip_not_listed or not is_listed:
        _refuse(_NOT_AUTHORIZED, state.switches)


def check_role(grant: Grant, request: Request, switches: Switches, *, writes: bool) -> None:
    """Refuse what the roles of a token do not cover: 403 (observed), its text is assumed.

    Every token may read its own account: that is the baseline (assumed).
    """
    part = request.path[1] if len(request.path) > 1 else ""
    if part == "account":
        return
    if part == "auth":
        _check_user(grant, switches)
        return
    if part in _AROUND:
        may = grant.may_change_around(part) if writes else grant.may_look_around(switches)
        if not may:
            _refuse(_NOT_AUTHORIZED, switches)
        return
    needed = Role.SEGMENT_MANAGE if writes else Role.SEGMENT_VIEW
    if not (grant.may_manage if writes else grant.may_view(switches)):
        named = f"{_NOT_AUTHORIZED}: {needed} is required."
        _refuse(named if switches.name_missing_role else _NOT_AUTHORIZED, switches)
    if writes and switches.writes_need_user_tokens:
        _check_user(grant, switches)


def grant_of(token: JsonObject) -> Grant:
    """Return what a token of the account may do."""
    return GRANTS[token["access"]]


def checked_networks(networks: Iterable[str]) -> list[str]:
    """Return networks as CIDRs; raise ValueError for one that is none."""
    from ipaddress import ip_network  # noqa: PLC0415 - few accounts list any

    return [str(ip_network(each)) for each in networks]


def _is_in(peer: str, networks: Iterable[str]) -> bool:
    from ipaddress import ip_address, ip_network  # noqa: PLC0415 - few accounts list any

    return any(ip_address(peer) in ip_network(each) for each in networks)


def _check_user(grant: Grant, switches: Switches) -> None:
    """Refuse a token that is not that of a user, in the words that engineers have seen."""
    if not grant.is_user:
        _refuse(USER_TOKENS_ONLY, switches)


def _refuse(message: str, switches: Switches) -> NoReturn:
    code = Code.UNAUTHORIZED if switches.codes_by_subject else Code.FORBIDDEN
    refuse(message, status=403, code=code)
