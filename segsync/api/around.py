"""Reads what surrounds segments: the account, its settings, and its flows."""

from segsync.api import answers, usage
from segsync.api.endpoints import Endpoints, nothing, path_to
from segsync.api.results import Flow, FlowState
from segsync.errors import WrongAccountError
from segsync.segment import Account

_ACCOUNT = "/v2/account"
_FLOWS = "/v2/flow/ui"


class Surroundings(Endpoints):
    """The endpoints around segments."""

    _account: Account | None = None

    def account(self) -> Account:
        """Return the account that the token belongs to.

        `GET /v2/account` gives a list: one entry is the token's account, of several it is the one
        whose `aid` is its `parentaid` (observed by Lytics engineers). From then on an answer about
        a segment of another account raises `WrongAccountError`.
        """
        account = self._account = self._get(_ACCOUNT, answers.read_account)
        self._aid = account.aid
        return account

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts that the token reaches, its own first; a parent's reaches several.

        `GET /v2/account` (observed by Lytics engineers). All other methods are about its own.
        """
        return self._get(_ACCOUNT, answers.read_accounts)

    def known_account(self) -> Account:
        """Return the account as it was answered before; ask only if it never was."""
        return self._account or self.account()

    def require_account(self, aid: int) -> Account:
        """Return the account of the token; raise `WrongAccountError` if it is another one."""
        account = self.account()
        if account.aid != aid:
            message = f"the token belongs to account {account.aid}, and not to {aid}"
            raise WrongAccountError(message)
        return account

    def flows(self) -> tuple[Flow, ...]:
        """Return the flows of the account: `GET /v2/flow/ui` (observed by Lytics engineers)."""
        return self._get(_FLOWS, usage.read_flows, is_list=True)

    def flow(self, id: str) -> Flow:  # noqa: A002 (an id is called id, as in the API)
        """Return one flow: `GET /v2/flow/ui/{id}` (observed by Lytics engineers)."""
        return self._get(path_to(_FLOWS, id), usage.read_flow)

    def move_flow(self, id: str, state: FlowState) -> None:  # noqa: A002 (an id is called id)
        """Let a draft run, or a running flow drain; no other way is open, and none leads back.

        `POST /v2/flow/ui/{id}` (observed by Lytics engineers).
        """
        path = path_to(_FLOWS, id)
        self._write("POST", path, nothing, body={"state": str(state)}, may_be_empty=True)

    def setting(self, slug: str) -> object:
        """Return the value of a setting of the account as JSON, None when it is not set.

        `GET /api/account/setting/{slug}` (observed by Lytics engineers). Two have to do with
        segments: `enable_schema_patches`, and `workflow_exclude_segments`, a list of ids.
        """
        return self._get(path_to("/api/account/setting", slug), answers.read_setting)


def require_two_accounts(one: Account, other: Account) -> None:
    """Raise `WrongAccountError` when two tokens belong to one account.

    Before anything is copied from one account to another, both have to be asked for: a shell that
    sets a variable for one call only is how one token came to be used for both (observed by Lytics
    engineers).
    """
    if one.aid == other.aid:
        message = f"both tokens belong to account {one.aid}"
        raise WrongAccountError(message)
