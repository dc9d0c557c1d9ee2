"""segsync.yaml and the environment become settings: frozen, the token hidden."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    with_config,
)
from typing_extensions import Required, TypedDict

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error
from segsync.errors import AuthenticationError, InvalidInputError
from segsync.plan import Limits
from segsync.yamlfile import Document, explain, read_yaml

FILE_NAME: Final = "segsync.yaml"
DEFAULT_URL: Final = "https://api.lytics.io"
DEFAULT_TOKEN_ENV: Final = "LYTICS_API_TOKEN"  # noqa: S105 - the name of a variable
VARIABLE_PREFIX: Final = "SEGSYNC_VAR_"
SANDBOX_URL: Final = "sandbox:"
DEFAULT_SANDBOX: Final = ".segsync/sandbox.db"
SANDBOX_TOKEN: Final = "sandbox"  # noqa: S105 - opens the local sandbox only


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One account: where it is, where its token comes from, and what `${name}` stands for.

    `sandbox` is the file of an embedded sandbox, or None for an account behind a URL.
    """

    name: str
    url: str = DEFAULT_URL
    token_env: str = DEFAULT_TOKEN_ENV
    token: str = field(default="", repr=False)
    aid: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run is told by segsync.yaml, the environment and the command line.

    `accounts` are the names of all accounts; `account` is the one that this run works on.
    """

    root: Path
    audiences: Path
    account: AccountSettings
    accounts: tuple[str, ...]
    tag: str = "segsync"
    prune: bool = True
    limits: Limits = field(default_factory=Limits)


_CONFIG = ConfigDict(strict=True, extra="forbid")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?%")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


def _share(value: object) -> object:
    if isinstance(value, str):
        match = _PERCENT.fullmatch(value)
        value = float(match[1]) / 100 if match else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        message = "expected a share, such as 10% or 0.1"
        raise ValueError(message)
    return float(value)


def _unsupported(_value: object) -> object:
    message = (
        "max_size_change is not supported in this version: it does not measure sizes\n"
        "Remove it; nothing would enforce it."
    )
    raise ValueError(message)


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        message = "this version of segsync reads files of version 1\nWrite version: 1."
        raise ValueError(message)
    return value


def _url(text: str) -> str:
    """Accept https, plain http on this machine only, and `sandbox:` with an optional path."""
    if text.startswith(SANDBOX_URL):
        path = Path(text.removeprefix(SANDBOX_URL))
        if path.is_absolute() or ".." in path.parts:
            message = "the path of a sandbox is relative and stays in the repository"
            raise ValueError(message)
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        message = f"expected a URL such as {DEFAULT_URL}, or sandbox:"
        raise ValueError(message)
    if parts.username or parts.query or parts.fragment:
        message = "the URL must be plain: no user, no query, no fragment"
        raise ValueError(message)
    if parts.scheme == "http" and not _is_loopback(host):
        message = "the token would travel in the open: plain http is for this machine only"
        raise ValueError(f"{message}\nWrite https://.")
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _variables(value: object) -> object:
    """Accept numbers and booleans as the text that stands in for them in the files."""
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
        message = 'a tag has letters, digits, "_", ".", ":" and "-", at most 64'
        raise ValueError(message)
    return text


@with_config(_CONFIG)
class _AccountKeys(TypedDict, total=False):
    url: Annotated[str, AfterValidator(_url)]
    token_env: Annotated[str, AfterValidator(_environment_name)]
    aid: int
    vars: Annotated[dict[str, str], BeforeValidator(_variables)]


@with_config(_CONFIG)
class _OwnershipKeys(TypedDict, total=False):
    tag: Annotated[str, AfterValidator(_ownership_tag)]


@with_config(_CONFIG)
class _LimitKeys(TypedDict, total=False):
    max_deletes: Annotated[float, BeforeValidator(_share)]
    max_deletes_count: Annotated[int, Field(ge=0)]
    max_updates: Annotated[float, BeforeValidator(_share)]
    min_existing: Annotated[int, Field(ge=0)]
    max_size_change: Annotated[Any, BeforeValidator(_unsupported)]


@with_config(_CONFIG)
class _SettingsKeys(TypedDict, total=False):
    version: Required[Annotated[Literal[1], BeforeValidator(_version)]]
    audiences: str
    default_account: str
    accounts: Required[dict[str, _AccountKeys]]
    ownership: _OwnershipKeys
    prune: bool
    limits: _LimitKeys


_SETTINGS_FILE: Final = TypeAdapter(_SettingsKeys)


def read_settings(
    path: Path | None,
    *,
    account: str | None,
    environ: Mapping[str, str],
    cwd: Path,
) -> Settings:
    """Read the configuration for one account.

    Without a path, `segsync.yaml` is looked for in `cwd` and the folders above it. The account is
    the given one, else `SEGSYNC_ACCOUNT`, else `default_account`, else the only one. Raises
    `InvalidInputError` with everything that is wrong.
    """
    found = _find(path, cwd)
    document = _document(found)
    try:
        keys = _SETTINGS_FILE.validate_python(document.value)
    except ValidationError as problem:
        known = {name: each for name, each in _keys(document.value).items()}
        raise InvalidInputError(explain(problem, document, keys=known)) from problem
    root = found.parent
    name = _choose(keys, account, environ, document)
    limits = {key: value for key, value in keys.get("limits", {}).items()}
    return Settings(
        root=root,
        audiences=_audiences(keys, root, document),
        account=_account(name, keys["accounts"][name], environ, root),
        accounts=tuple(keys["accounts"]),
        tag=keys.get("ownership", {}).get("tag", "segsync"),
        prune=keys.get("prune", True),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def _find(path: Path | None, cwd: Path) -> Path:
    if path is not None:
        return (cwd / path).resolve()
    here = cwd.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    summary = f"there is no {FILE_NAME} in this folder or above it"
    detail = (
        "Write one, such as:\n"
        "      version: 1\n"
        "      accounts:\n"
        "        prod: {aid: 1234}\n"
        "    and put the token of the account in LYTICS_API_TOKEN."
    )
    raise InvalidInputError([error("no-settings", summary, detail=detail)])


def _document(path: Path) -> Document:
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError as problem:
        summary = f"the file cannot be read: {problem.strerror or problem}"
        at = Location(name)
        raise InvalidInputError([error("unreadable-file", summary, at=at)]) from problem
    content = read_yaml(raw, name)
    if content.diagnostics:
        raise InvalidInputError(content.diagnostics)
    if len(content.documents) != 1 or not isinstance(content.documents[0].value, dict):
        summary = "expected one document with version: and accounts:"
        raise InvalidInputError([error("wrong-type", summary, at=Location(name))])
    return content.documents[0]


def _keys(value: object) -> Mapping[tuple[str, ...], frozenset[str]]:
    accounts = value.get("accounts") if isinstance(value, dict) else None
    names = accounts if isinstance(accounts, dict) else {}
    return {
        (): frozenset(_SettingsKeys.__annotations__),
        ("ownership",): frozenset(_OwnershipKeys.__annotations__),
        ("limits",): frozenset(_LimitKeys.__annotations__) - {"max_size_change"},
        **{("accounts", name): frozenset(_AccountKeys.__annotations__) for name in names},
    }


def _choose(
    keys: _SettingsKeys, account: str | None, environ: Mapping[str, str], document: Document
) -> str:
    accounts = keys["accounts"]
    default = keys.get("default_account")
    if default is not None and default not in accounts:
        _refuse_account(default, accounts, document.at(("default_account",)))
    wanted = account or environ.get("SEGSYNC_ACCOUNT") or default
    if wanted is None:
        if len(accounts) == 1:
            return next(iter(accounts))
        summary = "which account is meant?"
        detail = "Give --account, or set default_account."
        at = document.at(("accounts",), key=True)
        raise InvalidInputError([error("no-account", summary, detail=detail, at=at)])
    if wanted not in accounts:
        _refuse_account(wanted, accounts, document.at(("accounts",), key=True))
    return wanted


def _refuse_account(name: str, accounts: Mapping[str, object], at: Location) -> None:
    detail = did_you_mean(name, accounts) or f"There is {', '.join(sorted(accounts)) or 'none'}."
    problem: Diagnostic = error(
        "unknown-account", f'there is no account "{name}"', detail=detail, at=at
    )
    raise InvalidInputError([problem])


def _audiences(keys: _SettingsKeys, root: Path, document: Document) -> Path:
    folder = (root / keys.get("audiences", "audiences")).resolve()
    if not folder.is_relative_to(root.resolve()):
        summary = "the audiences lie outside the folder of segsync.yaml"
        at = document.at(("audiences",))
        raise InvalidInputError([error("outside", summary, detail="Move them.", at=at)])
    return folder


def _account(
    name: str, keys: _AccountKeys, environ: Mapping[str, str], root: Path
) -> AccountSettings:
    url = keys.get("url", DEFAULT_URL)
    token_env = keys.get("token_env", DEFAULT_TOKEN_ENV)
    sandbox = None
    token = environ.get(token_env, "").strip()
    if url.startswith(SANDBOX_URL):
        sandbox = root / (url.removeprefix(SANDBOX_URL) or DEFAULT_SANDBOX)
        token = SANDBOX_TOKEN
    return AccountSettings(
        name=name,
        url=url,
        token_env=token_env,
        token=token,
        aid=keys.get("aid"),
        variables=_overridden(keys.get("vars", {}), environ),
        sandbox=sandbox,
    )


def _overridden(variables: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with those of the environment; names compare without case."""
    names = {name.upper(): name for name in variables}
    result = dict(variables)
    for key in sorted(environ):
        if key.startswith(VARIABLE_PREFIX) and len(key) > len(VARIABLE_PREFIX):
            name = key.removeprefix(VARIABLE_PREFIX)
            result[names.get(name.upper(), name.lower())] = environ[key]
    return result
