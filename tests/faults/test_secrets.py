"""The token is nowhere in what a failing run writes, whatever the command and whatever fails."""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from segsync.api.retry import Policy
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, Shell
from tests.cli.test_plan import CHANGED
from tests.faults.hostile_server import Reply, hostile

TOKEN = "at.4f2e9c0b/7a6d5e8f+c3"
ECHO = b'{"message": "you sent {token}", "errors": [{"message": "{token}", "code": "{token}"}]'
BODY = ECHO + b', "request_id": "{token}", "status": 400, "data": "{token}"}'

# An account that repeats the token in all that it says.
REPLIES: dict[str, Reply] = {
    "rejected": Reply(401, BODY),
    "forbidden": Reply(403, BODY),
    "missing": Reply(404, BODY),
    "wrong": Reply(400, BODY, (("X-Request-Id", "{token}"),)),
    "busy": Reply(429, BODY, (("Retry-After", "999"),)),
    "broken": Reply(500, BODY),
    "redirect": Reply(302, BODY, (("Location", "https://evil.example/{token}?key={token}"),)),
    "a page": Reply(200, b"<html>{token}</html>"),
    "another shape": Reply(200, b'{"status": 200, "data": [{"aid": "{token}", "{token}": 1}]}'),
    "cut short": Reply(200, BODY, length=10_000),
}
LINES = (
    "plan --out new.json --report json=a.json --report markdown=b.md --report text=c.txt",
    "apply --auto-approve --report json=d.json",
    "apply plan.json",
    "drift --report json=e.json --report markdown=f.md",
    "show active --report json=g.json",
    "compare test other --report json=h.json",
    "pull --into live",
    "reevaluate active --auto-approve --report json=i.json",
    "doctor --report json=j.json",
    "rollback RUN --auto-approve",
    "history",
    "validate",
)
SETTINGS = "version: 1\ndefault_account: test\naccounts:\n"


def _forms() -> Iterator[str]:
    """Yield the token as it is, and as others might write it."""
    yield TOKEN
    yield quote(TOKEN, safe="")
    yield json.dumps(TOKEN)[1:-1].replace("/", r"\/")
    yield b64encode(TOKEN.encode()).decode()


def _leaks(text: str) -> list[str]:
    return [each for each in _forms() if each in text]


def _files(root: Path) -> str:
    """Return everything that lies below a folder, but for the account that knows its tokens."""
    files = (each for each in root.rglob("*") if each.is_file() and "sandbox.db" not in each.name)
    return "\n".join(f"{each}\n{each.read_bytes().decode(errors='replace')}" for each in files)


@pytest.fixture
def prepared(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Shell:
    """A repository with a run in its journal and a saved plan, and every log message kept."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("segsync.api.session._USUAL", Policy(base=0.0, throttled_base=0.0))
    monkeypatch.setattr("segsync.applier.looking._PAUSES", ())
    shell.audiences(CHANGED)
    with shell.served() as store:
        with store.edit() as state:
            state.put(Kind.TOKEN, {"id": TOKEN, "access": "manage", "author": "somebody"})
        assert shell("apply --auto-approve", LYTICS_API_TOKEN=TOKEN).code == 0
        shell.audiences(FILES)
        assert shell("plan --out plan.json", LYTICS_API_TOKEN=TOKEN).code in {0, 6}
    return shell


@pytest.mark.parametrize("kind", REPLIES)
def test_no_command_shows_or_keeps_a_token_that_the_account_repeats(
    prepared: Shell, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    shell = prepared
    (run,) = (each.stem for each in (shell.root / ".segsync/journal").glob("*.jsonl"))
    with hostile(lambda _method, _path: REPLIES[kind]) as served:
        accounts = (f"  {name}: {{url: '{served.url}'}}\n" for name in ("test", "other"))
        shell.write("segsync.yaml", SETTINGS + "".join(accounts))
        for line in LINES:
            ended = shell(line.replace("RUN", run), LYTICS_API_TOKEN=TOKEN)
            assert ended.code in {0, 3, 4, 5}, (line, ended)
            assert _leaks(ended.out + ended.err) == [], line
    assert served.seen
    assert _leaks(caplog.text) == []
    assert _leaks(_files(shell.root)) == []


@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_write_that_fails_leaves_no_token_in_the_journal(
    prepared: Shell, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    shell = prepared
    shell.audiences(CHANGED.replace("visits > 3", "visits > 4"))
    with shell.served() as store:
        answer = store.handle

        def handle(request: Request) -> Response:
            if request.method == "GET":
                return answer(request)
            content = {"message": TOKEN, "data": {"id": TOKEN}, "status": status}
            return Response(status, {"X-Request-Id": TOKEN}, json.dumps(content).encode())

        store.handle = handle  # type: ignore[method-assign]
        ended = shell("apply --auto-approve --report json=a.json", LYTICS_API_TOKEN=TOKEN)
        store.handle = answer  # type: ignore[method-assign]
    assert ended.code in {4, 7}
    assert _leaks(ended.out + ended.err + caplog.text) == []
    assert _leaks(_files(shell.root)) == []


def test_a_bug_shows_a_traceback_without_the_token(
    prepared: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("segsync.api.wire.read_segments", fail)
    monkeypatch.setattr("segsync.api.answers.read_account", fail)
    with prepared.served():
        for line in ("plan", "apply --auto-approve", "drift", "show active", "pull --into live"):
            ended = prepared(f"{line} --report json" if "pull" not in line else line)
            ended = prepared(line, LYTICS_API_TOKEN=TOKEN)
            assert (ended.code, "Traceback" in ended.err) == (1, True), line
            assert _leaks(ended.out + ended.err) == []


def test_a_token_written_where_it_must_not_be_is_not_repeated(shell: Shell) -> None:
    for accounts in (
        f"{{test: {{token: '{TOKEN}'}}}}",
        f"{{test: {{token_env: '{TOKEN}'}}}}",
        f"{{test: {{url: 'https://u:{TOKEN}@api.lytics.io'}}}}",
        f"{{test: {{url: 'https://api.lytics.io/?key={TOKEN}'}}}}",
        f"{{test: {{url: 'http://api.lytics.io/{TOKEN}'}}}}",
    ):
        shell.write("segsync.yaml", f"version: 1\naccounts: {accounts}\n")
        ended = shell("plan --report json")
        assert ended.code == 3, accounts
        assert _leaks(ended.out + ended.err) == [], accounts


def test_the_status_page_and_the_request_log_of_the_sandbox_show_no_token(
    prepared: Shell,
) -> None:
    import httpx  # noqa: PLC0415 - only this test asks the sandbox itself

    with prepared.served() as store:
        assert prepared("plan", LYTICS_API_TOKEN=TOKEN).code in {0, 6}
        url = (prepared.root / "segsync.yaml").read_text().split("'")[1]
        with httpx.Client(trust_env=False) as client:
            page = client.get(url).text
        assert _leaks(page + repr(store.requests)) == []
