"""Checks what the account lets a token see, and whether it is the account that is meant."""

from collections.abc import Callable
from typing import TypeVar

from segsync.api.client import Client
from segsync.config.settings import AccountSettings
from segsync.errors import (
    ApiError,
    ExitCode,
    MalformedAnswerError,
    NotFoundError,
    PermissionDeniedError,
)
from segsync.inspection.checkup import Check, ok, problem, unknown, warning
from segsync.permissions import way_out_of
from segsync.report.words import counted
from segsync.segment import Account

T = TypeVar("T")

_IS_ELSEWHERE = "Is url of the account that of the API, without a path such as /v2?"
_SEE_ABOVE = "The messages above may say why; otherwise try again."


def identity(settings: AccountSettings, client: Client) -> tuple[Check, Check | None]:
    """Return whether the token opens an account, and whether it is the one that is meant."""
    account = _asked(client.account)
    if isinstance(account, ApiError):
        is_elsewhere = isinstance(account, NotFoundError | MalformedAnswerError)
        way_out = _IS_ELSEWHERE if is_elsewhere else _SEE_ABOVE
        return problem("token", account.summary, way_out, account.exit_code), None
    name = f' "{account.name}"' if account.name else ""
    return ok("token", f"accepted, by account {account.aid}{name}"), _guard(settings, account)


def _guard(settings: AccountSettings, account: Account) -> Check:
    if settings.aid is None:
        if settings.sandbox is not None:
            return ok("guard", "none needed: the sandbox is nobody else's account")
        way_out = f"Write aid: {account.aid} below accounts: {settings.name}: in segsync.yaml."
        return warning("guard", "nothing notices the token of another account", way_out)
    if settings.aid != account.aid:
        found = f"segsync.yaml says aid: {settings.aid}, and the token opens {account.aid}"
        way_out = "Use the token of the other account, or correct aid."
        return problem("guard", found, way_out, ExitCode.AUTHENTICATION)
    return ok("guard", f"aid: {account.aid}, and so it is")


def reading(client: Client) -> Check:
    """Return whether the token may see segments and groups, and what there is."""
    live = _asked(client.live_state)
    if isinstance(live, ApiError):
        return problem("segments", live.summary, _way_out(live), live.exit_code)
    managed = sum(each.segment.owned for each in live.segments)
    foreign = sum(bool(each.untouchable) for each in live.segments)
    return ok(
        "segments",
        f"{counted(len(live.segments), 'segment')}, {managed:,} managed here and {foreign:,} made"
        f" by Lytics; {counted(len(live.groups), 'group')}",
    )


def surroundings(client: Client) -> tuple[Check, ...]:
    """Return whether the token may see what a plan looks at beside segments."""
    return (
        _seen("jobs", "job", client.jobs, "A plan that deletes or redefines needs to see jobs."),
        _seen(
            "fields",
            "field",
            client.schema_fields,
            "Unknown fields in definitions are then found by the API alone.",
        ),
    )


def _seen(name: str, noun: str, ask: Callable[[], tuple[T, ...]], loss: str) -> Check:
    found = _asked(ask)
    if isinstance(found, ApiError):
        is_refused = isinstance(found, PermissionDeniedError)
        return warning(name, found.summary, f"{loss} {_way_out(found)}" if is_refused else loss)
    return ok(name, f"{counted(len(found), noun)} can be seen")


def writing(settings: AccountSettings) -> Check:
    """Return what can be known without a write about whether the token may write."""
    if settings.sandbox is not None:
        return ok("writing", "the token of the sandbox may do everything")
    way_out = "An apply needs a role that may manage segments (v2_segment_manage)."
    return unknown("writing", "only a write would show whether the token may write", way_out)


def _way_out(wrong: ApiError) -> str:
    if isinstance(wrong, PermissionDeniedError):
        return way_out_of(wrong)
    return "Try again; it is safe."


def _asked(ask: Callable[[], T]) -> T | ApiError:
    try:
        return ask()
    except ApiError as wrong:
        return wrong
