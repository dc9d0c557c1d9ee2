"""The order of the checks: each builds on those before it, and says so when it cannot be made."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from segsync.api.probe import Probe, probe
from segsync.config import Settings
from segsync.errors import AuthenticationError, ExitCode, InvalidInputError
from segsync.inspection.checkup import Check, Checkup, Status, problem, unchecked
from segsync.workflow.account import open_client
from segsync.workflow.checkup import account as accounts
from segsync.workflow.checkup import machine, network, repository

_ACCOUNT = ("token", "guard", "segments", "jobs", "fields", "writing")


def examine(
    config: Path | None,
    *,
    account: str | None,
    environ: Mapping[str, str],
    cwd: Path,
    ask: Callable[[str, str], Probe] = probe,
) -> Checkup:
    """Return what is well and what is not; reads only, and raises nothing that can be told.

    `ask` sends the one request that shows how far one comes.
    """
    root = repository.root_of(config, cwd)
    first, settings = repository.configuration(config, account=account, environ=environ, cwd=cwd)
    local = (machine.versions(), first, machine.git(root), machine.journals(root))
    if settings is None:
        rest = unchecked(("files", "network", "clock", *_ACCOUNT), "the configuration comes first")
        return Checkup(account or "", (*local, *rest))
    checks = (*local, repository.files(settings), *_remote(settings, ask))
    return Checkup(settings.account.name, checks)


def _remote(settings: Settings, ask: Callable[[str, str], Probe]) -> Iterator[Check]:
    """Yield the checks of the way to the account, and of the account itself."""
    if settings.account.sandbox is not None:
        check, is_there = repository.sandbox(settings.account.sandbox, root=settings.root)
        yield check
        if is_there:
            yield from _account(settings)
        else:
            yield from unchecked(_ACCOUNT, "there is no account yet")
        return
    missing = _missing_token(settings)
    try:
        answer = ask(settings.account.url, "" if missing else settings.account.token)
    except InvalidInputError as wrong:
        (told,) = wrong.diagnostics
        yield problem("network", told.summary, told.detail, wrong.exit_code)
        yield from unchecked(("clock", *_ACCOUNT), "the network comes first")
        return
    way = network.reachability(answer)
    yield way
    if answer.status is None:
        yield from unchecked(("clock",), "nothing answers")
    else:
        yield network.clock(answer)
    bad = missing or network.token(answer, variable=settings.account.token_env)
    if bad is not None:
        yield bad
        yield from unchecked(_ACCOUNT[1:], "the token comes first")
    elif way.status is Status.PROBLEM:
        yield from unchecked(_ACCOUNT, "the network comes first")
    else:
        yield from _account(settings)


def _missing_token(settings: Settings) -> Check | None:
    """Return why there is no token to send; None when there is one."""
    from segsync.api.pool import checked_token  # noqa: PLC0415 - only this one check needs it

    try:
        checked_token(settings.account.require_token())
    except AuthenticationError as wrong:
        way_out = (
            f"Make one in Lytics (Security > Access Tokens) and set {settings.account.token_env}"
            " to it, in the environment and nowhere else."
        )
        return problem("token", str(wrong), way_out, ExitCode.AUTHENTICATION)
    return None


def _account(settings: Settings) -> Iterator[Check]:
    with open_client(settings) as client:
        accepted, guard = accounts.identity(settings.account, client)
        yield accepted
        if guard is None:
            yield from unchecked(_ACCOUNT[1:], "the account does not answer")
            return
        yield guard
        if guard.status is Status.PROBLEM:
            yield from unchecked(_ACCOUNT[2:], "it is another account")
            return
        yield accounts.reading(client)
        yield from accounts.surroundings(client)
        yield accounts.writing(settings.account)
