"""Files that somebody wrote to do harm: each is told in plain words, with exit code 3, and fast."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from segsync.loader.sources import audience_files
from tests.cli.shell import FILES, Shell
from tests.faults.table import expected, harmless

HEAD = "segments:\n  - slug_name: a\n    name: A\n"
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
)
SECONDS = 5.0


def _write(name: str, content: str | bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return write


def _huge(folder: Path) -> None:
    with (folder / "bad.yaml").open("wb") as stream:
        stream.truncate(100 * 1024**2)


def _link(target: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "bad.yaml").symlink_to(target)

    return write


def _loop(folder: Path) -> None:
    (folder / "bad.yaml").symlink_to("bad.yaml")


FILES_OF_HARM: dict[str, Callable[[Path], None]] = {
    "bomb": _write("bad.yaml", BOMB),
    "alias-cycle": _write("bad.yaml", "segments: &a [*a]\n"),
    "alias-cycle-key": _write("bad.yaml", "&a {segments: *a}\n"),
    "python-tag": (
        _write("bad.yaml", "segments: !!python/object/apply:os.system ['touch /tmp/owned']\n")
    ),
    "local-tag": _write("bad.yaml", "segments: !include /etc/passwd\n"),
    "merge-key": _write("bad.yaml", "base: &b {x: 1}\nsegments:\n  - {<<: *b}\n"),
    "100 MB": (_huge),
    "NUL": _write("bad.yaml", f"{HEAD}    description: a\x00b\n"),
    "invalid UTF-8": _write("bad.yaml", b"segments: [\xff\xfe]\n"),
    "UTF-16": _write("bad.yaml", "segments: []".encode("utf-16")),
    "bidi": _write("bad.yaml", f"{HEAD}    description: a\u202eb\n"),
    "escaped bidi": _write("bad.yaml", f'{HEAD}    description: "a\\u202Eb"\n'),
    "escape": _write("bad.yaml", f"{HEAD}    description: a\x1b[2Jb\n"),
    "escaped escape": _write("bad.yaml", f'{HEAD}    description: "a\\e[2Jb"\n'),
    "zero width": _write("bad.yaml", f"{HEAD}    description: a\u200bb\n"),
    "tag characters": _write("bad.yaml", f"{HEAD}    description: a\U000e0041b\n"),
    "deep flow": _write("bad.yaml", "[" * 100_000),
    "deep block": _write("bad.yaml", "- " * 100_000),
    "deep FilterQL": (
        _write("bad.yaml", f"{HEAD}    segment_ql: FILTER {'NOT (' * 20_000}x = 1{')' * 20_000}\n")
    ),
    "deep AST": (
        _write(
            "bad.yaml",
            f"{HEAD}    ast: {'{op: not, args: [' * 40}{{ident: x}}{']}' * 40}\n",
        )
    ),
    "slug up": (
        _write("bad.yaml", "segments: [{slug_name: ../../etc, name: A, segment_ql: '*'}]\n")
    ),
    "slug with newline": (
        _write("bad.yaml", 'segments: [{slug_name: "a\\nb", name: A, segment_ql: "*"}]\n')
    ),
    "slugs of two cases": (
        _write(
            "bad.yaml",
            "segments:\n  - {slug_name: vip, name: A, segment_ql: '*'}\n"
            "  - {slug_name: VIP, name: B, segment_ql: '*'}\n",
        )
    ),
    "link out": (_link("/etc/passwd")),
    "link to a device": (_link("/dev/zero")),
    "link to a folder": (_link("/etc")),
    "link to itself": (_loop),
    "newline in a file name": _write("bad\n::error::x.yaml", "x: 1\n"),
    "escape in a file name": _write("bad\x1b[2J.yaml", "x: 1\n"),
    "a name that is no text": _write(os.fsdecode(b"bad\xff.yaml"), "x: 1\n"),
    "number with a million digits": _write("bad.yaml", f"version: {'9' * 500_000}\n"),
    "key twice": _write("bad.yaml", "segments: []\nsegments: []\n"),
    "no mapping": _write("bad.yaml", "- a\n"),
    "a tab": _write("bad.yaml", "segments:\n\t- a\n"),
    "a million documents": _write("bad.yaml", "---\n" * 200_000 + "x: 1\n"),
    "workflow command in a slug": (
        _write("bad.yaml", 'segments: [{slug_name: "a\\n::error::b", name: A, segment_ql: "*"}]\n')
    ),
    "workflow command in a key": _write("bad.yaml", '"a\\n::error::b": 1\n'),
    "workflow command in a group": (
        _write("bad.yaml", f'{HEAD}    segment_ql: "*"\n    groups: ["a\\n::error::b"]\n')
    ),
    "workflow command in a definition": (
        _write("bad.yaml", f'{HEAD}    segment_ql: "FILTER x =\\n::error::b"\n')
    ),
    "workflow command in a variable": (
        _write("bad.yaml", f'{HEAD}    segment_ql: "FILTER x = ${{a\\n::error::b}}"\n')
    ),
    "workflow command in a type": _write("bad.yaml", 'segments: "a\\n::error::b"\n'),
}


@pytest.mark.parametrize("what", FILES_OF_HARM)
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_hostile_file_is_told_and_does_no_harm(shell: Shell, command: str, what: str) -> None:
    shell.audiences(FILES)
    FILES_OF_HARM[what](shell.root / "audiences")
    version = shell.version()
    started = time.process_time()
    ended = shell(command)
    assert time.process_time() - started < SECONDS
    # What validate finds is its result.
    told, _, total = (ended.out or ended.err).rstrip("\n").rpartition("\n\n")
    assert (ended.code, told) == (3, expected("files", what))
    assert re.match(r"\d errors?", total)
    assert harmless(ended.out + ended.err)
    assert shell.version() == version


def test_ten_thousand_files_are_read_in_sorted_order(tmp_path: Path) -> None:
    folder = tmp_path / "audiences"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number}.yaml").touch()
    found = [each.name for each in audience_files(folder)]
    assert (len(found), found) == (10_000, sorted(found))
