"""A folder of audience files becomes the desired state, and every problem in it a diagnostic."""

from collections.abc import Collection, Mapping
from datetime import date
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

from segsync.diagnostics import Diagnostic, Location, did_you_mean, error, sort_key
from segsync.loader.checks import Declarations, check
from segsync.loader.objects import (
    Declared,
    DeclaredGroup,
    Reading,
    declare_group,
    declare_segment,
)
from segsync.loader.schema import CommonKeys, GroupKeys, SegmentKeys
from segsync.loader.shape import shape
from segsync.loader.sources import audience_files, read_audience_file, shown
from segsync.segment import DesiredState, Marks
from segsync.value import Value
from segsync.yamlfile import Document, LaterPlace, Place, paused_collector


class Loaded(Value, frozen=True):
    """The desired state, everything that is wrong with it, and how many files were read.

    With errors among the diagnostics the state is what could be understood, and not to be used.
    """

    desired: DesiredState
    diagnostics: tuple[Diagnostic, ...]
    files: int


def load(  # noqa: PLR0913 - one parameter for each thing that a run is told
    folder: Path,
    *,
    root: Path,
    account: str,
    variables: Mapping[str, str],
    ownership_tag: str = "segsync",
    known_accounts: Collection[str] | None = None,
    lint: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Loaded:
    """Read all audience files below a folder for one account.

    Paths in diagnostics are relative to `root`. `known_accounts` are the names that `accounts:` may
    hold; None accepts any. With `lint`, severities by rule id that override the rules' own, every
    definition is linted; rules that it does not name keep theirs. With `today`, what has
    expired by then is told.
    """
    reading = Reading(variables, Marks(ownership_tag), lint, today)
    loader = _Loader(account, reading, known_accounts)
    with paused_collector():
        if not folder.is_dir():
            summary = "the folder of the audience files does not exist"
            detail = "Create it, or set audiences in segsync.yaml."
            missing = error("no-folder", summary, detail=detail, at=Location(shown(folder, root)))
            return Loaded(DesiredState({}, {}), (missing,), 0)
        files = list(audience_files(folder))
        for path in files:
            loader.read(path, folder, root)
        return loader.finish(len(files))


class _Loader:
    """Collects what the documents declare."""

    def __init__(
        self,
        account: str,
        reading: Reading,
        known_accounts: Collection[str] | None,
    ) -> None:
        self.account = account
        self.reading = reading
        self.known_accounts = known_accounts
        self.found = Declarations()
        self.diagnostics: list[Diagnostic] = []
        self.unplaced: list[tuple[str, Location]] = []

    def read(self, path: Path, folder: Path, root: Path) -> None:
        """Take in one file."""
        content = read_audience_file(path, folder, root)
        self.diagnostics += content.diagnostics
        if not content.complete:
            self.found.groups_complete = self.found.segments_complete = False
        for document in content.documents:
            self._document(document)

    def _document(self, document: Document) -> None:
        shaped = shape(document, self.reading.variables)
        if isinstance(shaped, Diagnostic):
            self.diagnostics.append(shaped)
            self.found.groups_complete = self.found.segments_complete = False
            return
        self.diagnostics += shaped.diagnostics
        self.found.groups_complete &= shaped.complete["groups"]
        self.found.segments_complete &= shaped.complete["segments"]
        groups = zip(shaped.indexes["groups"], shaped.keys.get("groups", ()), strict=True)
        for index, group in sorted((*groups, *shaped.damaged_groups), key=itemgetter(0)):
            path = ("groups", index)
            self._group(group, document.place.below(path), document.later.below(path))
        defaults = shaped.keys.get("defaults", {})
        self._check_accounts(defaults.get("accounts", ()), document.place.below(("defaults",)))
        entries = document.place.below(("segments",))
        for index, keys in zip(
            shaped.indexes["segments"], shaped.keys.get("segments", ()), strict=True
        ):
            later = document.later.below(("segments", index))
            self._segment(keys, entries.below((index,)), defaults, later)
        for index, keys in shaped.damaged:
            later = document.later.below(("segments", index))
            self._damaged(keys, entries.below((index,)), defaults, later)

    def _damaged(
        self, keys: SegmentKeys, place: Place, defaults: CommonKeys, later: LaterPlace
    ) -> None:
        """Tell what else is wrong with a segment that has an error already."""
        self._check_accounts(keys.get("accounts", ()), place)
        accounts = keys.get("accounts", defaults.get("accounts"))
        if accounts is None or self.account in accounts:
            _, _, problems = declare_segment(
                keys, place, later, defaults=defaults, reading=self.reading
            )
            # What is missing may be the very key that is wrong.
            self.diagnostics += (each for each in problems if each.code != "missing-key")
            self.unplaced.append((keys["slug_name"], place.at(("slug_name",))))

    def _segment(
        self, keys: SegmentKeys, place: Place, defaults: CommonKeys, later: LaterPlace
    ) -> None:
        slug = keys["slug_name"]
        self._check_accounts(keys.get("accounts", ()), place)
        accounts = keys.get("accounts", defaults.get("accounts"))
        if accounts is not None and self.account not in accounts:
            self.found.elsewhere.add(slug)
            return
        desired, complete, problems = declare_segment(
            keys, place, later, defaults=defaults, reading=self.reading
        )
        self.diagnostics += problems
        declared = Declared(desired, complete, later)
        first = self.found.segments.setdefault(slug, declared)
        if first is not declared:
            self._twice("slug", slug, first.desired.source, place.at(("slug_name",)))

    def _group(self, keys: GroupKeys, place: Place, later: LaterPlace) -> None:
        accounts = keys.get("accounts")
        self._check_accounts(accounts or (), place)
        if accounts is not None and self.account not in accounts:
            return
        declared = DeclaredGroup(declare_group(keys, place), keys, later)
        name = keys["name"]
        first = self.found.groups.setdefault(name, declared)
        if first is not declared:
            self._twice("group", name, first.desired.source, place.at(("name",)))

    def _check_accounts(self, accounts: Collection[str], place: Place) -> None:
        if self.known_accounts is None:
            return
        for number, name in enumerate(accounts):
            if name not in self.known_accounts:
                hint = did_you_mean(name, self.known_accounts)
                detail = hint or f"segsync.yaml has {', '.join(sorted(self.known_accounts))}."
                at = place.at(("accounts", number))
                summary = f'there is no account "{name}"'
                self.diagnostics.append(error("unknown-account", summary, detail=detail, at=at))

    def _twice(self, what: str, name: str, first: Location, at: Location) -> None:
        summary = f'the {what} "{name}" is declared twice'
        detail = f"It is declared first at {first}. Remove one of them."
        self.diagnostics.append(error(f"duplicate-{what}", summary, detail=detail, at=at))

    def finish(self, files: int) -> Loaded:
        """Check everything against everything and return the result."""
        for slug, at in self.unplaced:
            if slug in self.found.segments:
                self._twice("slug", slug, self.found.segments[slug].desired.source, at)
        self.diagnostics += check(self.found)
        segments = {slug: each.desired for slug, each in self.found.segments.items()}
        groups = {name: each.desired for name, each in self.found.groups.items()}
        desired = DesiredState(MappingProxyType(segments), MappingProxyType(groups))
        return Loaded(desired, tuple(sorted(self.diagnostics, key=sort_key)), files)
