"""Documents with audience tests become suites, and every problem in them a diagnostic."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from segsync.audience_tests.definitions import Definitions
from segsync.audience_tests.outside import (
    Outside,
    check_includes,
    membership_field,
    read_outside,
)
from segsync.audience_tests.profiles import Fields
from segsync.audience_tests.schema import ExpectKeys, SuiteKeys, validate
from segsync.diagnostics import Diagnostic, Location, did_you_mean, error
from segsync.filterql.evaluator import Profile
from segsync.filterql.evaluator.values import Value as Found
from segsync.suite import DEFAULT_NOW
from segsync.value import Value
from segsync.yamlfile import Document, Path, Place


class Expectation(Value, frozen=True):
    """A profile is a member of an audience, or is not; `source` is where that is said."""

    slug: str
    name: str
    profile: Profile
    member: bool
    source: Location


class Suite(Value, frozen=True):
    """What one document expects of definitions, its own from outside among them, at one moment."""

    now: datetime
    definitions: Definitions
    expectations: tuple[Expectation, ...]


class Context(Value, frozen=True):
    """What documents are read against; `now` is a moment that overrides theirs, or None."""

    definitions: Definitions
    account: str
    accounts: Collection[str]
    now: datetime | None = None


def read_suites(
    documents: Sequence[Document], context: Context
) -> tuple[tuple[Suite, ...], tuple[Diagnostic, ...]]:
    """Return the suites that are meant for the account, and everything wrong with the documents.

    With errors among the diagnostics the suites are not to be used.
    """
    suites: list[Suite] = []
    problems: list[Diagnostic] = []
    for document in documents:
        keys = validate(document.value, document.place)
        if isinstance(keys, list):
            problems += keys
            continue
        accounts = keys.get("accounts")
        problems += _accounts(accounts or (), document.place, context.accounts)
        if accounts is None or context.account in accounts:
            suites.append(_suite(keys, document.place, context, problems))
    return tuple(suites), tuple(problems)


def _accounts(
    accounts: Sequence[str], place: Place, known: Collection[str]
) -> Iterator[Diagnostic]:
    for number, name in enumerate(accounts):
        if name not in known:
            detail = did_you_mean(name, known) or f"segsync.yaml has {', '.join(sorted(known))}."
            at = place.at(("accounts", number))
            yield error("unknown-account", f'there is no account "{name}"', detail=detail, at=at)


def _suite(keys: SuiteKeys, place: Place, context: Context, problems: list[Diagnostic]) -> Suite:
    files = context.definitions
    now = context.now or keys.get("now", DEFAULT_NOW)
    outside = read_outside(keys.get("includes", {}), place.below(("includes",)), files, problems)
    known = files.with_outside(outside.trees)
    fields = Fields(keys.get("schema", {}), now)
    problems += fields.check(place.below(("schema",)), known)
    values: dict[str, dict[str, Found]] = {
        name: fields.read(content, place.below(("profiles", name)), problems)
        for name, content in keys["profiles"].items()
    }
    _add_members(values, outside, place, problems)
    profiles = {name: Profile(MappingProxyType(each)) for name, each in values.items()}
    expectations = _expectations(keys, place, profiles, files, problems)
    tested = [slug for slug in keys["expect"] if slug in files.trees]
    problems += check_includes(tested, place, outside, known)
    return Suite(now, known, expectations)


def _add_members(
    values: Mapping[str, dict[str, Found]],
    outside: Outside,
    place: Place,
    problems: list[Diagnostic],
) -> None:
    """Tell each profile of which segments from outside it is listed as a member."""
    for slug, names in outside.members.items():
        for number, name in enumerate(names):
            if name in values:
                values[name][membership_field(slug)] = True
            else:
                problems.append(_unknown_profile(name, values, place, ("includes", slug, number)))


def _unknown_profile(name: str, known: Collection[str], place: Place, path: Path) -> Diagnostic:
    detail = did_you_mean(name, known) or "Describe it under profiles:."
    summary = f'there is no profile "{name}" here'
    return error("unknown-profile", summary, detail=detail, at=place.at(path))


def _expectations(
    keys: SuiteKeys,
    place: Place,
    profiles: Mapping[str, Profile],
    files: Definitions,
    problems: list[Diagnostic],
) -> tuple[Expectation, ...]:
    found: dict[tuple[str, str], Expectation] = {}
    for slug, expected in keys["expect"].items():
        problems += _audience(slug, expected, place.at(("expect", slug), key=True), files)
        for name, member, path in _named(slug, expected):
            at = place.at(path)
            if name not in profiles:
                problems.append(_unknown_profile(name, profiles, place, path))
            elif (slug, name) in found:
                first = found[slug, name].source
                summary = f'"{name}" is expected twice in "{slug}"'
                detail = f"It stands first at {first}. Remove one of them."
                problems.append(error("expected-twice", summary, detail=detail, at=at))
            else:
                found[slug, name] = Expectation(slug, name, profiles[name], member, at)
    return tuple(found.values())


def _audience(
    slug: str, expected: ExpectKeys, at: Location, files: Definitions
) -> Iterator[Diagnostic]:
    if slug not in files.trees:
        summary = f'there is no audience "{slug}" in the files'
        detail = did_you_mean(slug, files.trees) or "Another account may have it: see accounts:."
        yield error("unknown-audience", summary, detail=detail, at=at)
    if not any(expected.values()):
        summary = f'nothing is expected of "{slug}"'
        yield error("no-expectation", summary, detail="Add in: [profile] or out: [profile].", at=at)


def _named(slug: str, expected: ExpectKeys) -> Iterator[tuple[str, bool, Path]]:
    """Yield each profile that is named, whether it is to be a member, and the path to its name."""
    for number, name in enumerate(expected.get("in", ())):
        yield name, True, ("expect", slug, "in", number)
    for number, name in enumerate(expected.get("out", ())):
        yield name, False, ("expect", slug, "out", number)
