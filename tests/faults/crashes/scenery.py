"""A repository and an account between which every kind of change lies, as often as wanted."""

import json
from pathlib import Path
from typing import Any, Final

from segsync.sandbox.seed import Seed
from segsync.sandbox.store import open_store

STATE: Final = ".segsync/sandbox.db"
JOURNALS: Final = ".segsync/journal"

_LONG_AGO: Final = "2026-01-31T09:30:00.000Z"
_MARK: Final = "[segsync] managed by segsync"
_SETTINGS: Final = """\
version: 1
limits: {max_deletes: 100%, max_deletes_count: 1000, max_updates: 100%}
accounts:
  test: {url: "sandbox:"}
"""

Entry = dict[str, Any]


def build(root: Path, blocks: int) -> None:
    """Make the repository and its embedded account; each block is some twenty changes."""
    _declare(root, blocks)
    _plant(root / STATE, blocks)


def share_account(root: Path, owner: Path) -> None:
    """Let a repository work on the account that another one has."""
    (root / STATE).unlink()
    (root / STATE).symlink_to(owner / STATE)


def _declare(root: Path, blocks: int) -> None:
    files = [_files(each) for each in range(blocks)]
    declared = {
        "groups": [group for groups, _ in files for group in groups],
        "segments": [segment for _, segments in files for segment in segments],
    }
    (root / "audiences").mkdir(parents=True)
    (root / "segsync.yaml").write_text(_SETTINGS)
    # Each JSON text is a YAML text.
    (root / "audiences" / "all.yaml").write_text(json.dumps(declared))


def _plant(state: Path, blocks: int) -> None:
    live = [_live(each) for each in range(blocks)]
    seed = Seed(
        account={"aid": 1234, "name": "Acme"},
        fields={"user": [{"id": "visits", "type": "int"}]},
        groups=tuple(group for groups, _ in live for group in groups),
        segments=tuple(segment for _, segments in live for segment in segments),
        jobs=(),
    )
    open_store(state, seed=seed).close()


def renamed(blocks: int) -> dict[str, str]:
    """Return the new slugs of what is renamed, by the slugs that it had."""
    pairs = (("old", "new"), ("chain1", "chain2"), ("chain2", "chain3"), ("x", "y"), ("y", "x"))
    return {f"{a}_{n}": f"{b}_{n}" for n in range(blocks) for a, b in pairs}


def _files(n: int) -> tuple[list[Entry], list[Entry]]:
    """Return what the files declare in one block: groups, segments."""
    groups: list[Entry] = [
        {"name": f"Kept {n}", "description": "as before"},
        {"name": f"Made {n}", "description": "new"},
        {"name": f"Changed {n}", "description": "another text"},
        {"name": f"Renamed {n}", "previously": [f"Former {n}"]},
        {"name": f"Adopted {n}", "description": "theirs so far"},
    ]
    segments: list[Entry] = [
        _wanted(f"same_{n}", "visits > 1", groups=[f"Kept {n}"]),
        _wanted(f"made_{n}", "visits > 2", groups=[f"Made {n}"]),
        _wanted(f"child_{n}", f"AND (INCLUDE made_{n}, INCLUDE changed_{n})"),
        _wanted(f"plain_{n}", "visits > 3", groups=[f"Kept {n}", f"Renamed {n}"]),
        _wanted(f"changed_{n}", "visits > 40", groups=[f"Changed {n}"]),
        _wanted(f"grown_{n}", f"AND (INCLUDE changed_{n}, visits > 50)", groups=[f"Made {n}"]),
        _wanted(f"new_{n}", "visits > 6", previously=[f"old_{n}"]),
        _wanted(f"follower_{n}", f"AND (INCLUDE new_{n}, visits > 7)"),
        _wanted(f"chain2_{n}", "visits > 8", previously=[f"chain1_{n}"]),
        _wanted(f"chain3_{n}", "visits > 9", previously=[f"chain2_{n}"]),
        _wanted(f"x_{n}", "visits > 10", previously=[f"y_{n}"]),
        _wanted(f"y_{n}", "visits > 11", previously=[f"x_{n}"]),
        _wanted(f"both_{n}", f"AND (INCLUDE x_{n}, NOT INCLUDE y_{n})"),
        _wanted(f"adopted_{n}", "visits > 12"),
        _wanted(f"taken_over_{n}", "visits > 13", adopt=True),
    ]
    return groups, segments


def _live(n: int) -> tuple[list[Entry], list[Entry]]:
    """Return what the account has in one block before: groups, segments."""
    groups: list[Entry] = [
        _group(f"Kept {n}", "as before"),
        _group(f"Changed {n}", "some text"),
        _group(f"Former {n}", ""),
        _group(f"Deleted {n}", "no longer"),
        _group(f"Adopted {n}", "theirs so far", owned=False),
        _group(f"Foreign {n}", "theirs", owned=False),
    ]
    segments: list[Entry] = [
        _there(f"same_{n}", "visits > 1", groups=[f"Kept {n}"]),
        _there(f"changed_{n}", "visits > 4"),
        _there(f"grown_{n}", f"AND (INCLUDE changed_{n}, visits > 5)", groups=[f"Deleted {n}"]),
        _there(f"old_{n}", "visits > 6"),
        _there(f"follower_{n}", f"AND (INCLUDE old_{n}, visits > 7)"),
        _there(f"chain1_{n}", "visits > 8"),
        _there(f"chain2_{n}", "visits > 9"),
        _there(f"y_{n}", "visits > 10"),
        _there(f"x_{n}", "visits > 11"),
        _there(f"both_{n}", f"AND (INCLUDE y_{n}, NOT INCLUDE x_{n})"),
        _there(f"adopted_{n}", "visits > 12", tags=None),
        _there(f"taken_over_{n}", "visits > 99", tags=["theirs"]),
        _there(f"gone_{n}", "visits > 14"),
        _there(f"gone_child_{n}", f"AND (INCLUDE gone_{n}, visits > 15)"),
        # What somebody else has made, under slugs like those that a taken one leads to.
        _there(f"made_{n}_1", "visits > 2", tags=["theirs"]),
        _there(f"plain_{n}_1", "visits > 3", tags=["theirs"]),
        _there(f"foreign_{n}", f"INCLUDE same_{n}", tags=["theirs"], groups=[f"Foreign {n}"]),
    ]
    return groups, segments


def _wanted(slug: str, condition: str, **fields: object) -> Entry:
    return {"slug_name": slug, "name": slug, "segment_ql": f"FILTER {condition}", **fields}


def _there(slug: str, condition: str, **fields: object) -> Entry:
    plain: Entry = {
        "slug_name": slug,
        "name": slug,
        "segment_ql": f"FILTER {condition} FROM user ALIAS {slug}",
        "tags": ["segsync"],
        "created": _LONG_AGO,
        "updated": _LONG_AGO,
    }
    return plain | fields


def _group(name: str, description: str, *, owned: bool = True) -> Entry:
    whole = f"{description}\n{_MARK}" if owned else description
    return {"name": name, "description": whole, "created": _LONG_AGO, "updated": _LONG_AGO}
