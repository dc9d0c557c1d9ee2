"""Answers that somebody made to do harm, and an account full of hostile names."""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from segsync.api.retry import Policy
from tests.cli.shell import SEED, SETTINGS, Ended, Shell, seed_segment
from tests.faults.hostile_server import Reply, hostile, self_signed
from tests.faults.table import expected, harmless

TOKEN = "at.4f2e9c0b7a6d5e8f"
AIDS = {"data": {"aid": 1, "name": "A"}, "status": 200}
ROW = {"id": "5" * 32, "name": "N", "slug_name": "s", "segment_ql": "FILTER x = 1"}


def _json(value: object, *, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode())


def _list(rows: object) -> Callable[[str, str], Reply]:
    """Return answers that are good but for the list of segments."""

    def answer(_: str, path: str) -> Reply:
        if path.startswith("/v2/segment") and "group" not in path:
            return _json({"data": rows, "status": 200})
        return _json(AIDS if "account" in path else {"data": [], "status": 200})

    return answer


def _always(reply: Reply) -> Callable[[str, str], Reply]:
    return lambda _method, _path: reply


ANSWERS: dict[str, Callable[[str, str], Reply]] = {
    "a page": _always(Reply(body=b"<html><script>alert(1)</script></html>")),
    "an empty answer": _always(Reply(body=b"")),
    "no object": _always(_json(3)),
    "null": _always(_json(None)),
    "deep": _always(Reply(body=b"[" * 100_000)),
    "deep object": _always(Reply(body=b'{"a":' * 100_000)),
    "a number without end": _always(Reply(body=b'{"data": ' + b"9" * 10_000 + b"}")),
    "NaN": _always(Reply(body=b'{"data": {"aid": NaN}, "status": 200}')),
    "not UTF-8": _always(Reply(body=b'{"data": "\xff\xfe"}')),
    "no gzip": _always(Reply(body=b"x", headers=(("Content-Encoding", "gzip"),))),
    "a bomb": _always(
        Reply(body=gzip.compress(b" " * (4 * 2**20)), headers=(("Content-Encoding", "gzip"),))
    ),
    "cut short": _always(Reply(body=b'{"data": [', length=100)),
    "an aid of another type": _always(_json({"data": {"aid": "1; rm"}, "status": 200})),
    "rows that are none": _list([1, None, "x"]),
    "rows of another account": _list([{**ROW, "aid": 2}]),
    "a row without an id": _list([{**ROW, "id": None}]),
    "escapes in an error": _always(
        _json(
            {"message": "\x1b[2J\x1b]0;owned\x07 ::error::x\n::error::y", "status": 400}, status=400
        )
    ),
    "an error without end": _always(_json({"message": "x" * 1_000_000, "status": 400}, status=400)),
    "a redirect": _always(Reply(302, headers=(("Location", "https://evil.example/?key={token}"),))),
    "a redirect with a name": _always(
        Reply(307, headers=(("Location", "https://u:{token}@evil.example/a"),))
    ),
    "a status that is none": _always(Reply(799)),
    "a wait without end": _always(Reply(429, headers=(("Retry-After", "9" * 9),))),
    "the token in an error": _always(
        Reply(401, body=b'{"message": "bad token {token}", "request_id": "{token}"}')
    ),
}


def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segsync.api.session._USUAL", Policy(base=0.0, throttled_base=0.0))
    monkeypatch.setattr("segsync.api.exchange._LARGEST_BODY", 2**20)


def _against(shell: Shell, url: str, line: str = "plan") -> Ended:
    shell.write("segsync.yaml", f"version: 1\naccounts:\n  test: {{url: '{url}'}}\n")
    ended = shell(f"{line} --deadline 2", LYTICS_API_TOKEN=TOKEN)
    return Ended(ended.code, ended.out.replace(url, "URL"), ended.err.replace(url, "URL"))


@pytest.mark.parametrize("what", ANSWERS)
def test_a_hostile_answer_is_told_and_believed_in_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    _quick(monkeypatch)
    with hostile(ANSWERS[what]) as served:
        ended = _against(shell, served.url)
    assert (f"{ended.code}\n{ended.err.rstrip()}", ended.out) == (expected("answers", what), "")
    assert harmless(ended.err)
    assert TOKEN not in ended.err


def test_an_id_that_leads_elsewhere_stays_one_part_of_a_path(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick(monkeypatch)
    row = {**ROW, "id": "../../account", "tags": ["segsync"], "aid": 1}
    paths: list[str] = []

    def answer(method: str, path: str) -> Reply:
        paths.append(f"{method} {path}")
        return _list([row])(method, path)

    shell.audiences("segments: [{slug_name: s, name: New, segment_ql: 'FILTER x = 1'}]\n")
    with hostile(answer) as served:
        assert _against(shell, served.url, "apply --auto-approve").code == 7
    written = [each.partition(" ")[2] for each in paths if not each.startswith("GET")]
    assert {re.sub(r"\?.*", "", each) for each in written} == {"/v2/segment/..%2F..%2Faccount"}


def test_a_redirect_is_not_followed_and_the_token_stays_at_home(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick(monkeypatch)
    with hostile(_always(Reply())) as elsewhere:
        target = elsewhere.url.replace("127.0.0.1", "localhost")
        reply = Reply(302, headers=(("Location", f"{target}/steal"),))
        with hostile(_always(reply)) as served:
            assert _against(shell, served.url).code == 5
    assert elsewhere.seen == []
    assert {each["Authorization"] for each in served.seen} == {TOKEN}


def test_a_certificate_that_does_not_fit_ends_the_run_before_the_token_is_sent(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _quick(monkeypatch)
    with hostile(_always(Reply()), context=self_signed(tmp_path)) as served:
        ended = _against(shell, served.url)
    assert (ended.code, ended.out, served.seen) == (5, "", [])
    assert re.sub(r" \(_ssl\.c:\d+\)", "", ended.err) == (
        f"Error: GET /v2/account: the API at {urlsplit(served.url).netloc} cannot be reached:"
        " [SSL: CERTIFICATE_VERIFY_FAILED]"
        " certificate verify failed: self-signed certificate\nIt is safe to run this again.\n"
    )


@pytest.mark.parametrize("token", ["at.secret\n::x", "at.secret x", "at.s\u00e9cret", "\x1b[2J"])
def test_a_token_that_is_none_is_refused_and_not_shown(shell: Shell, token: str) -> None:
    shell.write("segsync.yaml", "version: 1\naccounts: {test: {}}\n")
    ended = shell("plan", LYTICS_API_TOKEN=token)
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == (
        "Error: the token has a space, a line break or another character that no token has: "
        "was it copied whole, and nothing with it?\n"
    )


NASTY = (
    "\x1b[31mred\x1b]8;;http://evil\x07",
    "<script>alert(1)</script><img src=x onerror=y>",
    "@team #12 [link](javascript:x) **bold** | cell |\n# Heading",
    "::error file=a::boom\n::set-output name=x::y",
    "../../../etc/passwd",
    "\u202egnp.exe\u200b\U000e0041",
    "```\n</details>\n---",
    "=cmd|' /C calc'!A0",
)
LINES = (
    *("plan", "plan --report markdown", "plan --report json", "drift", "drift --report markdown"),
    *("show active", "show active --report markdown", "apply --auto-approve --on-error stop"),
)


def _nasty(shell: Shell) -> None:
    named = [
        seed_segment(f"nasty{number}", "visits > 1", name=text, description=text, author_id=text)
        for number, text in enumerate(NASTY)
    ]
    groups = tuple({**SEED.groups[0], "name": f"G{text}"} for text in NASTY)
    changed = seed_segment("active", "visits > 9", name=NASTY[2], description=NASTY[0])
    shell.seed(
        replace(
            SEED,
            account={"aid": 1234, "name": NASTY[3]},
            groups=(*SEED.groups, *groups),
            segments=(changed, *SEED.segments[1:], *named),
        )
    )
    shell.write("segsync.yaml", f"{SETTINGS}limits: {{max_deletes: 100%}}\n")


@pytest.mark.parametrize("line", LINES)
def test_no_name_of_the_account_gets_out_of_the_place_where_it_is_shown(
    shell: Shell, line: str
) -> None:
    _nasty(shell)
    ended = shell(line)
    assert ended.code in {0, 2, 6, 7}
    assert harmless(ended.out + ended.err)
    if "markdown" in line:
        # What stands in a fence is shown as it is; nothing of the account may end the fence.
        fenced = re.compile(r"^(`{3,}|~{3,})\w*\n.*?^\1$", re.MULTILINE | re.DOTALL)
        # A line that begins with this element is HTML up to its end, and no Markdown.
        html = re.compile(r"^<details>.*$", re.MULTILINE)
        assert not re.search(r"@team|<script|<img", fenced.sub("", ended.out))
        outside = html.sub("", fenced.sub("", ended.out))
        assert not re.search(r"\]\(javascript|\*\*bold", outside)
        assert not re.search(r"^# Heading|^```\n</details>", ended.out, re.MULTILINE)


def test_a_pull_writes_nothing_outside_its_folder(shell: Shell) -> None:
    _nasty(shell)
    before = set(shell.root.rglob("*"))
    ended = shell("pull --into pulled")
    assert ended.code == 0
    assert harmless(ended.out + ended.err)
    new = {each for each in shell.root.rglob("*") if each not in before}
    assert all(each.is_relative_to(shell.root / "pulled") for each in new)
    assert all(re.fullmatch(r"[\w. -]+", each.name) for each in new)
