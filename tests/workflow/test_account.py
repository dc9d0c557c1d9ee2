import dataclasses

import pytest
from msgspec.structs import replace

from segsync import workflow
from segsync.errors import (
    AuthenticationError,
    InvalidInputError,
    WrongAccountError,
)
from segsync.sandbox.errors import SandboxStateError
from tests.workflow.repository import Repository


def test_an_account_without_a_token_is_not_opened(repository: Repository) -> None:
    settings = repository.settings
    remote = replace(
        settings, account=dataclasses.replace(settings.account, sandbox=None, token="")
    )
    with pytest.raises(AuthenticationError), workflow.open_client(remote):
        pass


def test_a_sandbox_that_fails_underway_is_wrong_input(repository: Repository) -> None:
    message = "disk gone"
    with pytest.raises(InvalidInputError, match="disk gone"), repository.client():
        raise SandboxStateError(message)


def test_another_account_is_refused_before_anything_else(repository: Repository) -> None:
    settings = repository.settings
    expecting = replace(settings, account=dataclasses.replace(settings.account, aid=1234))
    other = replace(settings, account=dataclasses.replace(settings.account, aid=99))
    with repository.client() as client:
        assert workflow.read_account(expecting, client).account.aid == 1234
        with pytest.raises(WrongAccountError, match="belongs to account 1234"):
            workflow.read_account(other, client)
