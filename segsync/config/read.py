"""segsync.yaml and the environment become settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

from segsync.config.schema import SANDBOX_URL, SETTINGS_FILE, AccountKeys, SettingsKeys, known_keys
from segsync.config.settings import (
    DEFAULT_TOKEN_ENV,
    DEFAULT_URL,
    AccountSettings,
    Settings,
)
from segsync.diagnostics import Location, did_you_mean, error, sort_key
from segsync.errors import InvalidInputError
from segsync.plan import Limits
from segsync.validation import ValidationError
from segsync.yamlfile import Document, explain, read_yaml
from segsync.yamlfile.guard import UNSAFE_CHARACTER

FILE_NAME: Final = "segsync.yaml"
VARIABLE_PREFIX: Final = "SEGSYNC_VAR_"
DEFAULT_SANDBOX: Final = ".segsync/sandbox.db"
_NO_OVERRIDE: Final = "Remove the line; docs/lint/README.md says which rules can be overridden."
SANDBOX_TOKEN: Final = "sandbox"  # noqa: S105 - opens the local sandbox only


def read_settings(
    path: Path | None,
    *,
    account: str | None,
    environ: Mapping[str, str],
    cwd: Path,
    must_choose: bool = True,
) -> Settings:
    """Read the configuration for one account.

    Without a path, `segsync.yaml` is looked for in `cwd` and the folders above it. The account is
    the given one, else `SEGSYNC_ACCOUNT`, else `default_account`, else the only one. Who asks
    no account need not `must_choose`: the first stands in. Raises `InvalidInputError` with
    everything that is wrong.
    """
    found = settings_file(path, cwd)
    document = _document(found, FILE_NAME if path is None else str(path))
    try:
        keys = SETTINGS_FILE(document.value)
    except ValidationError as problem:
        found_keys = known_keys(document.value)
        problems = explain(problem, document.place, keys=found_keys)
        raise InvalidInputError(sorted(problems, key=sort_key)) from problem
    root = found.parent
    name = _choose(keys, account, environ, document, must_choose=must_choose)
    return Settings(
        root=root,
        audiences=_audiences(keys, root, document),
        account=_account(name, keys["accounts"][name], environ, root),
        accounts=tuple(keys["accounts"]),
        tag=keys.get("ownership", {}).get("tag", "segsync"),
        prune=keys.get("prune", True),
        limits=_limits(keys),
        forbid=frozenset(keys.get("forbid", ())),
        lint=_lint(keys, document),
        state=_state_folder(environ),
    )


def _state_folder(environ: Mapping[str, str]) -> Path | None:
    """Return where the user's programs keep state, as the XDG base directories have it.

    A relative path says nothing there.
    """
    named = Path(environ.get("XDG_STATE_HOME", ""))
    usual = Path(environ.get("HOME", ""), ".local/state")
    return next((each / "segsync" for each in (named, usual) if each.is_absolute()), None)


def settings_file(path: Path | None, cwd: Path) -> Path:
    """Return the file to read: the given one, or the nearest `segsync.yaml` from `cwd` upwards.

    Raises `InvalidInputError` when there is none.
    """
    if path is not None:
        return (cwd / path).resolve()
    here = cwd.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    summary = f"there is no {FILE_NAME} in this folder or above it"
    detail = (
        "Write one, such as:\n"
        "  version: 1\n"
        "  accounts:\n"
        "    prod: {aid: 1234}\n"
        "and put the token of the account in LYTICS_API_TOKEN."
    )
    raise InvalidInputError([error("no-settings", summary, detail=detail)])


def _document(path: Path, name: str) -> Document:
    """Read the file, which people know by this name."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        summary = f"the file cannot be read: {problem.strerror or problem}"
        detail = "Make it readable, or name another with --config."
        found = error("unreadable-file", summary, detail=detail, at=Location(name))
        raise InvalidInputError([found]) from problem
    content = read_yaml(raw, name)
    if content.diagnostics:
        raise InvalidInputError(content.diagnostics)
    if len(content.documents) != 1 or not isinstance(content.documents[0].value, dict):
        summary = "expected one document with version: and accounts:"
        raise InvalidInputError([error("wrong-type", summary, at=Location(name))])
    return content.documents[0]


def _choose(
    keys: SettingsKeys,
    account: str | None,
    environ: Mapping[str, str],
    document: Document,
    *,
    must_choose: bool,
) -> str:
    accounts = keys["accounts"]
    default = keys.get("default_account")
    if default is not None and default not in accounts:
        _refuse_account(default, accounts, document.place.at(("default_account",)))
    wanted = account or environ.get("SEGSYNC_ACCOUNT") or default
    if wanted is None:
        if len(accounts) == 1 or (accounts and not must_choose):
            return next(iter(accounts))
        summary = "which account is meant?"
        detail = "Give --account, or set default_account."
        at = document.place.at(("accounts",), key=True)
        raise InvalidInputError([error("no-account", summary, detail=detail, at=at)])
    if wanted not in accounts:
        _refuse_account(wanted, accounts, document.place.at(("accounts",), key=True))
    return wanted


def _refuse_account(name: str, accounts: Mapping[str, object], at: Location) -> NoReturn:
    detail = did_you_mean(name, accounts) or f"There is {', '.join(sorted(accounts)) or 'none'}."
    problem = error("unknown-account", f'there is no account "{name}"', detail=detail, at=at)
    raise InvalidInputError([problem])


def _limits(keys: SettingsKeys) -> Limits:
    given = keys.get("limits", {})
    default = Limits()
    return Limits(
        max_deletes=given.get("max_deletes", default.max_deletes),
        max_deletes_count=given.get("max_deletes_count", default.max_deletes_count),
        max_updates=given.get("max_updates", default.max_updates),
        min_existing=given.get("min_existing", default.min_existing),
        max_missing=given.get("max_missing", default.max_missing),
        max_size_change=given.get("max_size_change", default.max_size_change),
    )


def _lint(keys: SettingsKeys, document: Document) -> Mapping[str, str]:
    """Return the severities of lint rules; what has no effect is an error."""
    severities = keys.get("lint", {})
    if not severities:
        return severities
    from segsync.filterql.lint import REFUSED, RULES  # noqa: PLC0415 - few settings name rules

    problems = []
    for rule, severity in severities.items():
        at = document.place.at(("lint", rule), key=True)
        if rule not in RULES:
            summary = f'there is no lint rule "{rule}"'
            detail = did_you_mean(rule, RULES) or "docs/lint/README.md lists all rules."
            problems.append(error("unknown-rule", summary, detail=detail, at=at))
        elif rule in REFUSED and severity != "error":
            summary = f'"{rule}" stays an error: an apply would fail'
            problems.append(error("overridden-refusal", summary, detail=_NO_OVERRIDE, at=at))
    if problems:
        raise InvalidInputError(problems)
    return severities


def _audiences(keys: SettingsKeys, root: Path, document: Document) -> Path:
    folder = (root / keys.get("audiences", "audiences")).resolve()
    if not folder.is_relative_to(root.resolve()):
        summary = "the audiences lie outside the folder of segsync.yaml"
        at = document.place.at(("audiences",))
        raise InvalidInputError([error("outside", summary, detail="Move them.", at=at)])
    return folder


def _account(
    name: str, keys: AccountKeys, environ: Mapping[str, str], root: Path
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
            _refuse_unsafe(key, environ[key])
            result[names.get(name.upper(), name.lower())] = environ[key]
    return result


def _refuse_unsafe(key: str, value: str) -> None:
    """Refuse what no file may hold either."""
    found = UNSAFE_CHARACTER.search(value)
    if found:
        summary = f"the variable {key} of the environment has the character U+{ord(found[0]):04X}"
        detail = "Remove it: it is invisible, reorders text, or is no text at all."
        raise InvalidInputError([error("unsafe-character", summary, detail=detail)])
