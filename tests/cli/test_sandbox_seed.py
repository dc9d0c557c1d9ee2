import json
from pathlib import Path

import httpx

from tests.cli.shell import Shell

SMALL = {
    "account": {"aid": 7, "name": "Small\u001b[31m"},
    "segments": [{"slug_name": "all", "name": "All", "segment_ql": "FILTER *"}],
}


def test_a_seed_makes_a_new_account(shell: Shell) -> None:
    shell.write("small.json", json.dumps(SMALL))
    ended = shell("sandbox seed small.json --state new/small.db")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        'Account 7 "Small\\u{1b}[31m" (1 segment, 0 groups, 0 jobs, 0 flows) is new in'
        " new/small.db.\n"
    )
    assert "  1 segment\n" in shell("sandbox status --state new/small.db").out


def test_a_seed_leaves_an_account_that_is_there_alone(shell: Shell) -> None:
    shell.write("small.json", json.dumps(SMALL))
    version = shell.version()
    ended = shell("sandbox seed small.json")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "error: ROOT/.segsync/sandbox.db is there already, and a seed makes a new account"
        " [account-exists]\n"
        "    `segsync sandbox reset --seed small.json` replaces the account; --state names"
        " another.\n\n1 error.\n"
    )
    assert shell.version() == version


def test_a_seed_that_cannot_be_planted_leaves_no_file(shell: Shell) -> None:
    bad = SMALL | {"segments": [{"slug_name": "x", "name": "X", "segment_ql": "FILTR"}]}
    shell.write("bad.json", json.dumps(bad))
    ended = shell("sandbox seed bad.json --state bad.db")
    assert (ended.code, ended.out) == (3, "")
    assert "the definition of x cannot be read" in ended.err
    assert not (shell.root / "bad.db").exists()


def test_status_counts_what_is_evaluated_anew(shell: Shell) -> None:
    server = shell.spawn("sandbox serve --port 0")
    assert server.stdout is not None
    url = server.stdout.readline().removeprefix("The local Lytics answers on ").partition(";")[0]
    with httpx.Client(base_url=url, headers={"authorization": "sandbox"}) as client:
        segment = client.get("/v2/segment").json()["data"][0]["id"]
        for _ in range(2):
            assert client.post(f"/v2/segment/{segment}/reevaluate").status_code == 200
        status = shell("sandbox status").out
    server.terminate()
    assert shell.ended(server).code in {0, 130, 143}
    assert status.endswith("  1 reevaluation under way\n")


def test_serve_tells_where_the_page_is(shell: Shell, tmp_path: Path) -> None:
    server = shell.spawn("sandbox serve --port 0")
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(3)]
    url = lines[2].removeprefix("A page shows the account in a browser: ").strip()
    answer = httpx.get(url)
    server.terminate()
    shell.ended(server)
    assert (answer.status_code, "<h1>Acme</h1>" in answer.text) == (200, True)
    assert tmp_path.exists()
