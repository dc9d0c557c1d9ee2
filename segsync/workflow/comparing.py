"""Compares two accounts of segsync.yaml with each other. Reads only."""

from segsync.api.around import require_two_accounts
from segsync.api.client import Client
from segsync.config import Settings
from segsync.diagnostics import error
from segsync.errors import ExitCode, InvalidInputError
from segsync.inspection.comparison import Comparison
from segsync.planning.comparing import compare
from segsync.workflow.account import read_account
from segsync.yamlfile.pause import paused_collector


def compare_accounts(
    left: tuple[Settings, Client], right: tuple[Settings, Client], *, deep: bool
) -> Comparison:
    """Return what differs between two accounts; `deep` follows INCLUDE.

    Raises `InvalidInputError` when both names stand for one embedded account, and
    `WrongAccountError` when both tokens open the same account: it would be compared with itself,
    and no difference found.
    """
    one, other = left[0].account, right[0].account
    if one.sandbox is not None and one.sandbox == other.sandbox:
        summary = f'the accounts "{one.name}" and "{other.name}" are kept in the same file'
        detail = 'Give one of them a file of its own: url: "sandbox:.segsync/other.db".'
        raise InvalidInputError([error("same-account", summary, detail=detail)])
    with paused_collector():
        states = read_account(*left), read_account(*right)
        if not (one.sandbox or other.sandbox):
            require_two_accounts(states[0].account, states[1].account)
        return compare(*states, names=(one.name, other.name), deep=deep)


def comparison_exit_code(comparison: Comparison, *, detailed: bool) -> ExitCode:
    """Return the exit code for a comparison that was shown; `detailed` tells differences by it."""
    return ExitCode.CHANGES if detailed and comparison.differences else ExitCode.OK
