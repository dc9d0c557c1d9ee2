"""What really happened: read from the account and from what the account did, not by segsync."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from segsync.sandbox.state import Kind
from segsync.sandbox.store import open_store
from tests.faults.crashes import scenery

Objects = Mapping[str, dict[str, Any]]
Record = dict[str, Any]

_ID = re.compile("`[0-9a-f]{32}`")

# Times, and what the account computes from a definition.
_LEFT_OUT = frozenset({"created", "updated", "ast", "references"})


def objects(root: Path) -> Objects:
    """Return all segments and groups of the account, by id."""
    with closing(open_store(root / scenery.STATE)) as store, store.read() as state:
        kinds = (Kind.SEGMENT, Kind.GROUP)
        return {each["id"]: dict(each) for kind in kinds for each in state.all(kind)}


def in_comparable_form(rows: Objects, before: Objects) -> list[Record]:
    """Return the objects without times, and with names for the ids of new ones.

    An INCLUDE of an id means the same as one of the slug, as a cut-off rename leaves behind.
    """
    slugs = {f"`{key}`": row["slug_name"] for key, row in rows.items() if "slug_name" in row}
    names = {
        key: f"new {row.get('slug_name') or row['name']}"
        for key, row in rows.items()
        if key not in before
    }
    found = [
        {name: each for name, each in row.items() if name not in _LEFT_OUT}
        | {"id": names.get(key, key)}
        | {"segment_ql": _ID.sub(lambda word: slugs[word[0]], row.get("segment_ql", ""))}
        | {"groups": sorted(names.get(each, each) for each in row.get("groups") or ())}
        for key, row in rows.items()
    ]
    return sorted(found, key=lambda row: str(row["id"]))


def tail_torn(root: Path) -> None:
    """Tear the last line of each journal that a run left open."""
    for path in (root / scenery.JOURNALS).glob("*.jsonl"):
        whole = path.read_bytes()
        last = whole.rstrip(b"\n").rpartition(b"\n")[2]
        path.write_bytes(whole.rstrip(b"\n")[: -(len(last) // 2) or None])


class Journals:
    """The journals that the runs of one story leave, each with what the account did in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[Path, str] = {}

    def note(self, name: str) -> None:
        """Remember that the newest journal is of the run of this name."""
        for path in (self._root / scenery.JOURNALS).glob("*.jsonl"):
            self._names.setdefault(path, name)

    def to_tell(self) -> list[str]:
        """Return the lines that the next run has to say about what was in flight."""
        return [line for path, name in self._names.items() for line in self._lines(path, name)]

    def _lines(self, path: Path, name: str) -> Iterator[str]:
        records = list(_records(path)) if path.exists() else []
        last = records[-1] if records else {"record": "finish", "in_flight": 0}
        if last["record"] == "finish" and last["in_flight"] == 0:
            return
        changes = {each["number"]: each for each in records[0]["plan"]["changes"]}
        begins = [each for each in records if each["record"] == "begin"]
        over = _over(records)
        done = self._done(name)
        seen: Counter[tuple[str, str]] = Counter()
        open_changes = 0
        for begin in begins:
            change, call = changes[begin["change"]], (begin["method"], begin["path"])
            seen[call] += 1
            if begin["change"] in over:
                continue
            open_changes += 1
            if begin["method"] == "POST":
                happened = done[*call, change["key"]] > 0
            else:
                happened = sum(n for key, n in done.items() if key[:2] == call) >= seen[call]
            group = "group " if change["kind"] == "group" else ""
            effect = "it took effect" if happened else "it did not take effect"
            yield f"{change['action']} of {group}{change['key']}: {effect}"
        if not open_changes:
            yield "nothing"

    def _done(self, name: str) -> Counter[tuple[str, str, str]]:
        path = self._root / f"trail-{name}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return Counter((method, where, key or "") for method, where, key in map(json.loads, lines))


def _over(records: Sequence[Record]) -> set[int]:
    """Return the changes of which everything is known: no call of theirs has an unknown effect."""
    ends = {each["number"]: each["result"] for each in records if each["record"] == "end"}
    doubtful = {
        each["change"]
        for each in records
        if each["record"] == "begin" and ends.get(each["number"], "unknown") == "unknown"
    }
    over = set()
    for each in records:
        is_known = each["record"] == "outcome" and not (
            each["result"] == "failed" and each["change"] in doubtful
        )
        if is_known or each["record"] == "settled":
            over.add(each["change"])
    return over


def _records(path: Path) -> Iterator[Record]:
    for line in path.read_text().splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
