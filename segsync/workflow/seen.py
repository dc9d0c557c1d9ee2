"""Remembers what the last run saw of an account, to notice a list that lacks too much of it.

`.segsync/seen/<account>.json` is a memory and no state: nothing is planned from it, and a run
without one (in CI, in a fresh checkout) goes on. What cannot be written is not remembered.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from segsync.config import Settings
from segsync.outcome import Outcome, Result
from segsync.plan import Action, Allowances, Change, Kind, key_of
from segsync.planning.absence import absence
from segsync.segment import LiveState
from segsync.value import Value
from segsync.workflow.account import origin_of
from segsync.workflow.refusing import refuse, refuse_forbidden
from segsync.yamlfile.files import write_atomically

_VERSION: Final = 1
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_MOST_BYTES: Final = 64 * 1024 * 1024
_DIGITS: Final = 16


class Memory(Value, frozen=True):
    """The file of one account, and which account that is."""

    file: Path
    origin: str
    aid: int

    def keys(self) -> tuple[dict[Kind, frozenset[str]], str]:
        """Return the keys that the last run saw, by kind, and when; nothing when none is known.

        A file that is damaged, of another version or of another account says nothing.
        """
        nothing: dict[Kind, frozenset[str]] = {}
        try:
            if self.file.stat().st_size > _MOST_BYTES:
                return nothing, ""
            found = json.loads(self.file.read_text(encoding="utf-8"))
            known = {kind: frozenset(map(str, found[f"{kind}s"])) for kind in Kind}
            when = str(found["when"])
            is_ours = (found["version"], found["origin"], found["aid"]) == self._head()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return nothing, ""
        return (known, when) if is_ours else (nothing, "")

    def write(self, keys: dict[Kind, frozenset[str]]) -> None:
        """Remember these keys from now on."""
        version, origin, aid = self._head()
        when = datetime.now(tz=UTC).isoformat(timespec="seconds")
        content: dict[str, object] = {
            "version": version,
            "origin": origin,
            "aid": aid,
            "when": when,
            **{f"{kind}s": sorted(keys.get(kind, ())) for kind in Kind},
        }
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, f"{json.dumps(content)}\n")

    def _head(self) -> tuple[int, str, int]:
        return _VERSION, self.origin, self.aid


def memory_of(settings: Settings, aid: int) -> Memory:
    """Return the memory of the configured account."""
    file = _folder(settings.root) / f"{_file_name(settings.account.name)}.json"
    return Memory(file, origin_of(settings), aid)


def check_presence(settings: Settings, live: LiveState, allow: Allowances) -> None:
    """Remember what the account has; raise `UnsafePlanError` when too much of it is missing.

    What was refused is not remembered, so that it is refused again. Raises the same for a flag that
    segsync.yaml forbids.
    """
    refuse_forbidden(settings, allow)
    memory = memory_of(settings, live.account.aid)
    seen, when = memory.keys()
    there = _keys(live)
    found = [
        absence(kind, keys, there[kind], limits=settings.limits, allow=allow, when=when)
        for kind, keys in seen.items()
    ]
    refuse([each for each in found if each])
    if seen != there:
        memory.write(there)


def forget_ahead(memory: Memory, live: LiveState, changes: Iterable[Change]) -> None:
    """Forget what a plan deletes or renames, before it is carried out.

    A run that is killed cannot say any more what it took away, and the next one must not be refused
    because it is missing.
    """
    going: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for change in changes:
        before, after = change.before, change.after
        if before is not None and (after is None or key_of(after) != key_of(before)):
            going[change.kind].add(key_of(before))
    memory.write({kind: keys - going[kind] for kind, keys in _keys(live).items()})


def remember_outcomes(memory: Memory, live: LiveState, outcomes: Iterable[Outcome]) -> None:
    """Forget what a run has deleted or renamed, and remember what it has made."""
    there = {kind: set(keys) for kind, keys in _keys(live).items()}
    for outcome in outcomes:
        change = outcome.change
        if outcome.result is not Result.APPLIED or change.action is Action.REEVALUATE:
            continue
        before, after = change.before, change.after
        if before is not None:
            there[change.kind].discard(key_of(before))
        if after is not None:
            there[change.kind].add(key_of(after))
    memory.write({kind: frozenset(keys) for kind, keys in there.items()})


def forget_sandbox(file: Path) -> None:
    """Forget what was seen of an embedded account that starts afresh."""
    for folder in (file.parent / "seen", _folder(file.parent)):
        for each in sorted(folder.glob("*.json")):
            with suppress(OSError, ValueError, TypeError, KeyError):
                if json.loads(each.read_text(encoding="utf-8"))["origin"] == f"sandbox:{file}":
                    each.unlink()


def _keys(live: LiveState) -> dict[Kind, frozenset[str]]:
    return {
        Kind.SEGMENT: frozenset(each.key for each in live.segments),
        Kind.GROUP: frozenset(each.key for each in live.groups),
    }


def _folder(root: Path) -> Path:
    return root / ".segsync" / "seen"


def _file_name(account: str) -> str:
    """Return the name of the account where it is a plain one; others must not lead elsewhere."""
    if _PLAIN.fullmatch(account):
        return account
    return f"account-{sha256(account.encode()).hexdigest()[:_DIGITS]}"
