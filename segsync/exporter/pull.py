"""Lays out the files that declare what an account has; a value goes in and texts come out."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from segsync.exporter.entries import Entry, Names, NotWritableError, group_entry, segment_entry
from segsync.segment import DEFAULT_TABLE, LiveSegment, LiveState, Marks, Segment
from segsync.value import Value
from segsync.yamlfile import write_yaml

GROUPS_FILE: Final = "groups.yaml"

# A file is read up to 1 MiB. A character has at most four bytes, and quoting and indentation are
# counted in what is compared with this, so that a file of many segments stays below.
_MOST_CHARACTERS = 150_000
_LONGEST_NAME = 48


class PulledFiles(Value, frozen=True):
    """Texts by relative path with slashes, and what was left out and why, in plain words."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


def pull_files(live: LiveState, *, tag: str = "segsync") -> PulledFiles:
    """Return files that declare everything in the account that files can declare.

    Predefined and managed segments are left out, as is what cannot be declared: definitions that
    the grammar cannot read, slugs and group names that are not unique, text with characters that
    are refused on reading. The files validate, and a plan made from them shows adoptions only.
    """
    left_out: list[str] = []
    groups = _groups(live, left_out)
    slugs = Counter(each.segment.slug for each in live.segments)
    names = Names(
        slugs={each.id: each.key for each in live.segments if slugs[each.key] == 1},
        groups=groups.keys(),
    )
    untouchable = sum(bool(each.untouchable) for each in live.segments)
    if untouchable:
        left_out.append(f"{untouchable} predefined or managed segments: they are the account's own")
    files: dict[str, str] = {}
    if groups:
        entries = [groups[name] for name in sorted(groups)]
        files[GROUPS_FILE] = write_yaml({"groups": entries}, comment=_HEADER)
    for stem, placed in _segments(live, names, slugs, Marks(tag), left_out).items():
        for number, part in enumerate(_parts(placed), start=1):
            suffix = f"_{number}" if number > 1 else ""
            files[f"segments/{stem}{suffix}.yaml"] = write_yaml({"segments": part}, comment=_HEADER)
    return PulledFiles(files, tuple(left_out))


_HEADER: Final = "Written by segsync pull. It is yours now: move, comment and edit as you like."


def _groups(live: LiveState, left_out: list[str]) -> dict[str, Entry]:
    counted = Counter(each.group.name for each in live.groups)
    entries: dict[str, Entry] = {}
    for name, number in counted.items():
        if number > 1:
            left_out.append(f"group {name!r}: {number} groups have this name")
    for each in live.groups:
        if counted[each.group.name] > 1:
            continue
        try:
            entries[each.group.name] = group_entry(each.group)
        except NotWritableError as problem:
            left_out.append(f"group {each.group.name!r}: {problem}")
    return entries


def _segments(
    live: LiveState,
    names: Names,
    slugs: Mapping[str, int],
    marks: Marks,
    left_out: list[str],
) -> dict[str, list[Entry]]:
    """Return the entries by file, sorted by slug."""
    files: dict[str, list[Entry]] = {}
    for each in sorted(_own(live), key=lambda each: each.key):
        segment = each.segment
        if slugs[each.key] > 1:
            left_out.append(f"segment {each.key!r}: {slugs[each.key]} segments have this slug")
            continue
        try:
            entry = segment_entry(segment, names, marks)
        except NotWritableError as problem:
            left_out.append(f"segment {each.key!r}: {problem}")
            continue
        if segment.groups and "groups" not in entry:
            left_out.append(f"the groups of segment {each.key!r}: not all can be named")
        files.setdefault(_stem(segment, entry), []).append(entry)
    return dict(sorted(files.items()))


def _own(live: LiveState) -> Iterator[LiveSegment]:
    return (each for each in live.segments if not each.untouchable)


def _stem(segment: Segment, entry: Entry) -> str:
    """Return the name of the file for a segment, without its ending.

    Made of letters, digits, `_` and `-` only, whatever the account holds: no path leads elsewhere.
    """
    if segment.table != DEFAULT_TABLE:
        return f"table-{_file_name(segment.table)}"
    if "groups" in entry:
        return f"group-{_file_name(min(segment.groups))}"
    return "ungrouped"


def _file_name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_NAME] or "other"


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Split the entries of one file where it would grow too large to be read."""
    part: list[Entry] = []
    length = 0
    for each in entries:
        own = len(repr(each)) + 6 * repr(each).count("\\n")
        if part and length + own > _MOST_CHARACTERS:
            yield part
            part, length = [], 0
        part.append(each)
        length += own
    yield part
