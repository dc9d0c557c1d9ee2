"""The examples of docs/ql.md, run as they are written."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/ql.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
LAUNCHER = '#!/bin/sh\nexec "{python}" -m segsync "$@"\n'


def shown(block: str) -> list[tuple[str, str]]:
    """Return each command of a block with the output that the page shows."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def test_every_example_prints_what_the_page_shows(tmp_path: Path) -> None:
    launcher = tmp_path / "segsync"
    launcher.write_text(LAUNCHER.format(python=sys.executable))
    launcher.chmod(0o755)
    # The processes run faster without coverage, which tests of `ql` in this process measure.
    inherited = {key: each for key, each in os.environ.items() if not key.startswith("COVERAGE_")}
    environment = inherited | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PAGE.parents[1]),
        "NO_COLOR": "1",
    }
    examples = [each for block in BLOCK.findall(PAGE.read_text()) for each in shown(block)]
    printed = [
        subprocess.run(  # noqa: S602 - the page is ours
            command,
            shell=True,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout
        for command, _ in examples
    ]

    assert list(zip((command for command, _ in examples), printed, strict=True)) == examples
    assert len(examples) > 10
