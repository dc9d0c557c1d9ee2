"""The shape of segsync.yaml, as types: strict, and closed against unknown keys."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal, Required
from urllib.parse import urlsplit

from typing_extensions import TypedDict

from segsync import validation
from segsync.config.settings import DEFAULT_URL
from segsync.validation import After, Before, Bounds, Share, Validator, closed

SANDBOX_URL: Final = "sandbox:"

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAG = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,62}[A-Za-z0-9])?")


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        message = "this version of segsync reads files of version 1\nWrite version: 1."
        raise ValueError(message)
    return value


def _url(text: str) -> str:
    """Accept https, plain http on this machine only, and `sandbox:` with an optional path."""
    if text.startswith(SANDBOX_URL):
        path = PurePosixPath(text.removeprefix(SANDBOX_URL))
        if path.is_absolute() or ".." in path.parts:
            message = "the path of a sandbox is relative and stays in the repository"
            raise ValueError(message)
        return text
    try:
        parts = urlsplit(text)
        # What comes behind the colon may be half a secret, and is no port then.
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        message = f"expected a URL such as {DEFAULT_URL}, or sandbox:"
        raise ValueError(message)
    if parts.username or parts.query or parts.fragment:
        message = "the URL must be plain: no user, no query, no fragment"
        raise ValueError(message)
    if parts.scheme == "http" and not _is_loopback(host):
        message = (
            "the token would travel in the open: plain http is for this machine only\n"
            "Write https://."
        )
        raise ValueError(message)
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _variables(value: object) -> object:
    """Refuse names that `${name}` cannot spell."""
    if not isinstance(value, dict):
        return value
    for name in value:
        if not _VARIABLE.fullmatch(name):
            message = f'"{name}" cannot name a variable: use letters, digits and "_"'
            raise ValueError(message)
    return value


def _environment_name(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        message = (
            "expected the name of an environment variable\n"
            "The token itself is never written in a file."
        )
        raise ValueError(message)
    return text


def _ownership_tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        message = 'a tag has letters and digits, inside also "_", ".", ":" and "-", at most 64'
        raise ValueError(message)
    if text.endswith("-protected") or text.lower() == "predefined":
        message = (
            f'"{text}" cannot be the tag: it would be taken for another mark\n'
            "Tags that end in -protected mark what is protected, predefined what is the account's."
        )
        raise ValueError(message)
    return text


Flag = Literal[
    "adopt",
    "allow-deletes",
    "allow-empty",
    "allow-missing",
    "allow-size-change",
    "allow-updates",
    "skip-blocked",
]
"""The flags that lift a safety rule, and that `forbid:` takes away."""


@closed
class AccountKeys(TypedDict, total=False):
    """One entry of `accounts:`."""

    url: Annotated[str, After(_url)]
    token_env: Annotated[str, After(_environment_name)]
    aid: int
    vars: Annotated[dict[str, str], Before(_variables)]


@closed
class OwnershipKeys(TypedDict, total=False):
    """`ownership:`."""

    tag: Annotated[str, After(_ownership_tag)]


@closed
class LimitKeys(TypedDict, total=False):
    """`limits:`."""

    max_deletes: Share
    max_deletes_count: Annotated[int, Bounds(ge=0)]
    max_updates: Share
    min_existing: Annotated[int, Bounds(ge=0)]
    max_missing: Share
    max_size_change: Share


@closed
class SettingsKeys(TypedDict, total=False):
    """The whole file."""

    version: Required[Annotated[Literal[1], Before(_version)]]
    audiences: str
    default_account: str
    accounts: Required[dict[str, AccountKeys]]
    ownership: OwnershipKeys
    prune: bool
    limits: LimitKeys
    forbid: list[Flag]
    lint: dict[str, Literal["error", "warning", "info", "off"]]


SETTINGS_FILE: Final = Validator(SettingsKeys)


def known_keys(value: object) -> Mapping[tuple[str, ...], frozenset[str]]:
    """Return the keys that each mapping of the file may have, by key path."""
    accounts = value.get("accounts") if isinstance(value, dict) else None
    names = accounts if isinstance(accounts, dict) else {}
    return {
        (): frozenset(SettingsKeys.__annotations__),
        ("ownership",): frozenset(OwnershipKeys.__annotations__),
        ("limits",): frozenset(LimitKeys.__annotations__),
        **{("accounts", name): frozenset(AccountKeys.__annotations__) for name in names},
    }


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of segsync.yaml, for editors."""
    return validation.json_schema(SettingsKeys, title="segsync.yaml")
