"""Reads what surrounds segments: the account, its jobs, flows, collections and schema."""

from segsync.api import answers, usage
from segsync.api.endpoints import Endpoints, path_to
from segsync.api.results import Collection, Flow, SchemaField
from segsync.errors import WrongAccountError
from segsync.segment import DEFAULT_TABLE, Account, Job


class Surroundings(Endpoints):
    """The endpoints around segments; all of them only read."""

    _account: Account | None = None

    def account(self) -> Account:
        """Return the account that the token belongs to.

        `GET /v2/account` gives a list: one entry is the token's account, of several it is the one
        whose `aid` is its `parentaid` (observed by Lytics engineers). From then on an answer about
        a segment of another account raises `WrongAccountError`.
        """
        account = self._account = self._get("/v2/account", answers.read_account)
        self._aid = account.aid
        return account

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

    def jobs(self) -> tuple[Job, ...]:
        """Return all jobs of the account, finished ones included.

        `GET /v2/job?show_all=true`; without it, killed jobs are missing (observed by Lytics
        engineers).
        """
        return self._get("/v2/job", usage.read_jobs, params={"show_all": "true"}, is_list=True)

    def flows(self) -> tuple[Flow, ...]:
        """Return the flows of the account: `GET /v2/flow/ui` (observed by Lytics engineers)."""
        return self._get("/v2/flow/ui", usage.read_flows, is_list=True)

    def collections(self) -> tuple[Collection, ...]:
        """Return the segment collections, which are no audience groups.

        `GET /api/segmentcollection` (documented).
        """
        return self._get("/api/segmentcollection", usage.read_collections, is_list=True)

    def schema_fields(self, table: str = DEFAULT_TABLE) -> tuple[SchemaField, ...]:
        """Return the published fields of a table, the only ones that a definition may name.

        `GET /v2/schema/{table}/field` (observed by Lytics engineers).
        """
        path = path_to("/v2/schema", table) + "/field"
        return self._get(path, answers.read_schema_fields, is_list=True)

    def schema_field_names(self, table: str = DEFAULT_TABLE) -> tuple[str, ...]:
        """Return the names of the fields of a table.

        `GET /v2/schema/{table}/fieldnames` (observed by Lytics engineers; no source shows an
        answer, a list of texts is assumed).
        """
        path = path_to("/v2/schema", table) + "/fieldnames"
        return self._get(path, answers.read_names, is_list=True)

    def schema_draft(self, table: str = DEFAULT_TABLE) -> object:
        """Return how the unpublished schema of a table differs from the published one, as JSON.

        `GET /v2/schema/{table}/compare` (observed by Lytics engineers; no source shows an answer).
        """
        path = path_to("/v2/schema", table) + "/compare"
        return self._get(path, lambda data: data)


def require_two_accounts(one: Account, other: Account) -> None:
    """Raise `WrongAccountError` when two tokens belong to one account.

    Before anything is copied from one account to another, both have to be asked for: a shell that
    sets a variable for one call only is how one token came to be used for both (observed by Lytics
    engineers).
    """
    if one.aid == other.aid:
        message = f"both tokens belong to account {one.aid}"
        raise WrongAccountError(message)
