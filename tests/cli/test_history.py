import json
import re

from tests.cli.shell import FILES, SETTINGS, Shell
from tests.schemas import committed, violations

NEW = "  - {slug_name: fresh, name: Fresh, segment_ql: FILTER visits > 9}\n"


def stable(text: str) -> str:
    text = re.sub(r"\d{8}T\d{9}Z-[0-9a-f]{6}", "RUN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+", "WHEN", text)
    text = re.sub(r"\S+@[\w.-]+", "ann@laptop", text)
    text = re.sub(r"sha256:[0-9a-f]{64}", "sha256:0", text)
    return re.sub(r"\[request [0-9a-f]+\]", "[request R]", re.sub(r"  +", "  ", text))


def test_without_runs_there_is_nothing_to_list(shell: Shell) -> None:
    assert shell("history").out == "No run is on record.\n"


def test_runs_are_listed_and_one_is_shown(shell: Shell) -> None:
    shell.audiences(FILES + NEW)
    assert shell("apply --auto-approve").code == 0
    listed = shell("history")
    assert (listed.code, stable(listed.out)) == (
        0,
        "RUN  COMMAND  WHO  ACCOUNT  RESULT\nRUN  apply  ann@laptop  test (1234)  1 applied\n",
    )
    shown = shell(f"history {listed.out.splitlines()[1][:16]}")
    assert stable(shown.out) == (
        "Run RUN: segsync apply of ann@laptop, WHEN\n"
        'account 1234 "test" at sandbox:ROOT/.segsync/sandbox.db, segsync 0.1.0\n'
        "plan sha256:0\n"
        "\n"
        "  create of fresh: applied [request R]\n"
        "\n"
        "1 applied.\n"
    )


def test_the_runs_of_one_account_are_listed_by_themselves(shell: Shell) -> None:
    settings = f'{SETTINGS}  other: {{url: "sandbox:other.db"}}\ndefault_account: test\n'
    shell.write("segsync.yaml", settings)
    shell.audiences(FILES + NEW)
    assert shell("apply --account test --auto-approve").code == 0
    assert "1 applied" in shell("history --account test").out
    assert shell("history --account other").out == "No run is on record.\n"
    assert len(json.loads(shell("history --report json").out)["runs"]) == 1


def test_without_a_default_account_the_runs_of_all_are_listed_and_shown(shell: Shell) -> None:
    shell.write("segsync.yaml", f'{SETTINGS}  other: {{url: "sandbox:"}}\n')
    shell.audiences(FILES + NEW)
    assert shell("apply --account test --auto-approve").code == 0
    shell.audiences(FILES)
    assert shell("apply --account other --auto-approve").code == 0
    listed = shell("history")
    newest, oldest = listed.out.splitlines()[1:]
    assert (listed.code, "  other (" in newest, "  test (" in oldest) == (0, True, True)
    assert shell(f"history {newest.split()[0]}").code == 0
    assert shell("plan").code == 3
    assert 'there is no account "nobody"' in shell("history --account nobody").err


def test_changes_are_counted_and_told_as_the_apply_told_them(shell: Shell) -> None:
    renamed = FILES.replace("slug_name: active", "slug_name: busy\n    previously: [active]")
    moved = renamed.replace("INCLUDE active", "INCLUDE busy").replace("visits > 2", "visits > 3")
    shell.audiences(moved + NEW)
    applied = shell("apply --auto-approve --reevaluate changed --report text --report json=a.json")
    assert "Applied: 1 created, 0 updated, 1 renamed," in applied.out
    assert "Reevaluation requested: 1 segment." in applied.out

    listed = shell("history").out
    shown = stable(shell(f"history {listed.splitlines()[1][:16]}").out)

    assert listed.endswith("  2 applied, 1 requested, 2 rename steps\n")
    assert shown.endswith("\n2 applied, 1 requested, 2 rename steps.\n")
    assert "update of buyers (rename step): applied [request R]\n" in shown
    assert "reevaluate of busy: requested [request R]\n" in shown
    (run,) = json.loads(shell("history --report json").out)["runs"]
    summary = json.loads((shell.root / "a.json").read_text())["summary"]
    assert run["results"] == {"applied": summary["applied"]} == {"applied": 3}


def test_history_for_programs_has_every_call(shell: Shell) -> None:
    shell.audiences(FILES + NEW)
    assert shell("apply --auto-approve").code == 0
    document = json.loads(shell("history --report json").out)
    (run,) = document["runs"]
    (call,) = run["calls"]
    assert document["format_version"] == 1
    assert (run["ended"], run["in_flight"], run["results"]) == ("completed", 0, {"applied": 1})
    assert (call["method"], call["path"], call["result"]) == ("POST", "/v2/segment", "done")
    (change,) = run["changes"]
    assert (change["key"], change["result"], change["in_flight"]) == ("fresh", "applied", False)
    assert violations(document, committed("history")) == []
    shown = json.loads(shell(f"history {run['run']} --report json").out)
    assert shown == document


def test_interrupted_runs_and_unreadable_journals_are_told(shell: Shell) -> None:
    shell.audiences(FILES + NEW)
    assert shell("apply --auto-approve").code == 0
    (path,) = (shell.root / ".segsync/journal").glob("*.jsonl")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2]))
    (path.parent / "0.jsonl").write_text("{}\n")
    listed = shell("history")
    assert "interrupted: 1 change in flight\n" in listed.out
    assert listed.err == (
        "the journal ROOT/.segsync/journal/0.jsonl cannot be read: line 1 is no record of this"
        " version\n"
    )
    assert "create of fresh: in flight" in shell(f"history {path.stem}").out
    path.write_text(lines[0])
    assert "create of fresh: not begun" in shell(f"history {path.stem}").out
    path.write_text("".join(lines[:2]))
    assert shell("apply --auto-approve").code == 0
    shown = shell(f"history {path.stem}").out
    assert "create of fresh: settled later: it took effect\n" in shown
    assert "interrupted: 1 settled later.\n" in shown
    path.write_text("".join(lines[:-1]) + lines[-1].replace("completed", "stopped"))
    assert "  stopped: 1 applied\n" in shell("history").out
