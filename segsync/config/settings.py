"""What a run is told: frozen values, the token hidden."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import field

from segsync.errors import AuthenticationError
from segsync.plan import Limits
from segsync.value import Value

DEFAULT_URL: Final = "https://api.lytics.io"
DEFAULT_TOKEN_ENV: Final = "LYTICS_API_TOKEN"  # noqa: S105 - the name of a variable


# A data class, because one of those can keep a field out of its repr.
@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One account: where it is, where its token comes from, and what `${name}` stands for.

    `sandbox` is the file of an embedded sandbox, or None for an account behind a URL.
    """

    name: str
    url: str = DEFAULT_URL
    token_env: str = DEFAULT_TOKEN_ENV
    token: str = dataclasses.field(default="", repr=False)
    aid: int | None = None
    variables: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sandbox: Path | None = None

    def require_token(self) -> str:
        """Return the token; `AuthenticationError` says how to set it when there is none."""
        if not self.token:
            message = (
                f'there is no token for the account "{self.name}":'
                f" set the environment variable {self.token_env}"
            )
            raise AuthenticationError(message)
        return self.token


class Settings(Value, frozen=True):
    """Everything that a run is told by segsync.yaml, the environment and the command line.

    `accounts` are the names of all accounts; `account` is the one that this run works on. `forbid`
    has the flags, without dashes, that nobody may give. `lint`
    has the severities, `off` among them, that override those of lint rules, by rule id. `max_wait`
    is how long an account may ask to be left alone for, and `deadline` after how long a run starts
    nothing more, both in seconds. `state` is the folder of the user's programs for what they keep
    between runs, or None when the environment names none.
    """

    root: Path
    audiences: Path
    account: AccountSettings
    accounts: tuple[str, ...]
    tag: str = "segsync"
    prune: bool = True
    limits: Limits = field(default_factory=Limits)
    forbid: frozenset[str] = frozenset()
    lint: Mapping[str, str] = field(default_factory=dict)
    max_wait: float = 60.0
    deadline: float | None = None
    state: Path | None = None
