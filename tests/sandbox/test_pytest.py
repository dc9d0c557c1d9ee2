"""The fixtures, as somebody with another client uses them, and the examples of the page."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segsync.sandbox.server import serve
from segsync.sandbox.store import memory_store

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
CONFTEST = 'pytest_plugins = ["segsync.sandbox.pytest"]\n'
MORE = """
import httpx
import pytest

from segsync.sandbox.faults.rules import FaultRuleError
from segsync.sandbox.seed import generated

pytestmark = pytest.mark.lytics(seed=generated(3), switches=["sort_tags"])


def client(lytics):
    return httpx.Client(transport=lytics.transport, base_url=lytics.url, headers=lytics.headers)


@pytest.fixture
def slugs(lytics):
    with client(lytics) as opened:
        return [each["slug_name"] for each in opened.get("/v2/segment").json()["data"]]


def test_the_module_chose_the_account(slugs, lytics):
    assert slugs == ["bench_00001", "bench_00002", "bench_00003"]
    with lytics.store.read() as state:
        assert state.switches.sort_tags


@pytest.mark.lytics(seed="small.json")
def test_a_test_chooses_another(slugs):
    assert slugs == ["only"]


def test_an_account_changes_while_a_test_runs(lytics):
    lytics.fault("GET /v2/account 502")
    lytics.switch(sort_tags=False)
    with client(lytics) as opened:
        assert opened.get("/v2/account").status_code == 502
    with pytest.raises(FaultRuleError):
        lytics.fault("explode")
    with pytest.raises(ValueError, match="nope"):
        lytics.switch(nope=True)


def test_time_passes(lytics):
    body = {"name": "Brief", "segment_ql": "FILTER *", "expires_at": "2030-01-01T00:00:00Z"}
    with client(lytics) as opened:
        assert opened.post("/v2/segment", json=body).status_code == 201
        lytics.advance(20 * 366 * 86_400)
        assert opened.get("/v2/segment/brief").status_code == 404
    assert [each.method for each in lytics.writes] == ["POST"]


@pytest.mark.lytics(
    seed={"account": {"aid": 7, "name": "S"}, "segments": ()}, switches="sort_tags", faults="502"
)
def test_a_seed_may_be_written_out_and_one_of_a_kind_stand_alone(lytics):
    with client(lytics) as opened:
        assert opened.get("/v2/segment").status_code == 502
    with lytics.store.read() as state:
        assert state.account["aid"] == 7
        assert state.switches.sort_tags
"""
REFUSED = """
import pytest


@pytest.mark.lytics("small.json")
def test_a_seed_without_its_name(lytics): ...


@pytest.mark.lytics(sed="small.json")
def test_a_word_that_is_none(lytics): ...


@pytest.mark.lytics(switches=["nope"])
def test_a_switch_that_is_none(lytics): ...


@pytest.mark.lytics(faults="GTE 503")
def test_a_rule_that_is_none(lytics): ...


@pytest.mark.lytics(seed="nope.json")
def test_a_file_that_is_not_there(lytics): ...
"""
SMALL = (
    '{"account": {"aid": 7, "name": "S"}, "segments":'
    ' [{"slug_name": "only", "name": "O", "segment_ql": "FILTER *"}]}'
)


def blocks(kind: str, heading: str) -> list[str]:
    part = PAGE.partition(f"\n{heading}\n")[2].partition("\n#")[0]
    return re.findall(rf"```{kind}\n(.*?)```", part, re.DOTALL)


def ended(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder as a stranger would, strictly."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    options = ["--strict-markers", "-W", "error", "--rootdir", str(folder)]
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*command, *options, str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_example_of_the_page_passes(tmp_path: Path) -> None:
    conftest, example = blocks("python", "### In Python")
    assert conftest == CONFTEST
    (tmp_path / "conftest.py").write_text(conftest)
    (tmp_path / "test_example.py").write_text(example)
    found = ended(tmp_path)
    assert found.returncode == 0, found.stdout
    assert "3 passed" in found.stdout


def test_a_marker_sets_the_account_up(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_more.py").write_text(MORE)
    (tmp_path / "small.json").write_text(SMALL)
    found = ended(tmp_path)
    assert found.returncode == 0, found.stdout
    assert "5 passed" in found.stdout


def test_a_marker_that_sets_nothing_up_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_refused.py").write_text(REFUSED)
    found = ended(tmp_path)
    assert "5 errors" in found.stdout, found.stdout
    assert "Traceback" not in found.stdout
    assert re.findall(r"^(the marker lytics: .*)", found.stdout, re.MULTILINE) == [
        "the marker lytics: it takes seed=, switches= and faults= by name, and no 'small.json'",
        "the marker lytics: it takes seed=, switches= and faults= by name, and no sed=",
        (
            "the marker lytics: unknown switch 'nope'; no name is like that."
            " `segsync sandbox switch` shows all"
        ),
        (
            "the marker lytics: the fault rule 'GTE 503' cannot be used:"
            " 'GTE' is not part of a rule, or is there twice."
        ),
        (
            "the marker lytics: the seed in nope.json is not a sandbox account:"
            " [Errno 2] No such file or directory: 'nope.json'"
        ),
    ]


def test_no_command_loads_pytest() -> None:
    code = "import sys, segsync.cli.sandbox, segsync.workflow; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0  # noqa: S603


@pytest.mark.skipif(shutil.which("curl") is None, reason="the session needs curl")
def test_the_session_in_a_shell_prints_what_the_page_says() -> None:
    (session,) = blocks("console", "### In any other language")
    commands = re.findall(r"^\$ (.*)$", session, re.MULTILINE)
    assert len(commands) > 5
    # Each command is shown as the page shows it, before its output.
    script = "\n".join(f"printf '%s\\n' {_quoted('$ ' + each)}\n{each}" for each in commands)
    with serve(memory_store()) as server:
        script = script.replace("api=http://127.0.0.1:8484", f"api={server.url}")
        found = subprocess.run(  # noqa: S603 - the commands of our own page
            ["bash", "-c", script],  # noqa: S607 - whatever bash there is
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    told = re.sub(r'"request_id":"[0-9a-f]{32}"', '"request_id":"…"', found.stdout)
    told = told.replace(server.url, "http://127.0.0.1:8484")
    # An answer ends without a new line, and so the prompt follows it at once.
    assert told.replace("}$ ", "}\n$ ") == session


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
