import json
from dataclasses import replace

import pytest

from segsync.sandbox.edits import add_segment, edit_segment, remove_segment
from segsync.sandbox.server import serve
from segsync.sandbox.store import open_store
from tests.cli.shell import SEED, Shell
from tests.schemas import committed, violations

TWO = """\
version: 1
accounts:
  left: {url: "sandbox:"}
  right: {url: "sandbox:.segsync/right.db"}
"""
EQUAL = """\
segsync compare · left: account 1234 "Acme", 4 objects · right: account 99 "Other", 4 objects · 6
API calls · 0.1 s

No differences.
(4 equal)

Compare: 0 only in A, 0 only in B, 0 different, 0 over different ancestors, 0 ambiguous; 4 equal.
"""
DIFFERENT = """\
segsync compare · left: account 1234 "Acme", 4 objects · right: account 99 "Other", 4 objects · 6
API calls · 0.1 s

  - foreign  only in left
  + mine     only in right
  ~ active   definition
      ~ visits > 2  ->  > 3  (tightened)
  * buyers   equal by itself, over different ancestors
      includes what is not the same in both: active

Read from left to right: - only in left, + only in right, ~ left -> right.
(1 equal)

Compare: 1 only in A, 1 only in B, 1 different, 1 over different ancestors, 0 ambiguous; 1 equal.
"""


@pytest.fixture
def two(shell: Shell) -> Shell:
    """A repository of two embedded accounts that hold the same."""
    shell.write("segsync.yaml", TWO)
    right = replace(SEED, account={"aid": 99, "name": "Other"})
    open_store(shell.root / ".segsync/right.db", seed=right).close()
    return shell


def change(shell: Shell) -> None:
    """Let the right account go its own way."""
    store = open_store(shell.root / ".segsync/right.db")
    edit_segment(store, "active", segment_ql="FILTER visits > 3")
    remove_segment(store, "foreign")
    add_segment(store, slug_name="mine", name="Mine", segment_ql="FILTER orders > 1")
    store.close()


def test_accounts_that_hold_the_same_do_not_differ(two: Shell) -> None:
    ended = two("compare left right --deep --detailed-exitcode")
    assert (ended.code, ended.out, ended.err) == (0, EQUAL, "")


def test_differences_are_told_and_2_only_when_asked_for(two: Shell) -> None:
    change(two)
    ended = two("compare left right --deep --detailed-exitcode")
    assert (ended.code, ended.out, ended.err) == (2, DIFFERENT, "")
    assert two("compare left right --deep").code == 0


def test_without_deep_only_the_text_counts(two: Shell) -> None:
    change(two)
    out = two("compare left right").out
    assert "buyers" not in out
    assert "with --deep, equal text over different ancestors is told\napart." in out


def test_the_other_way_round_signs_turn(two: Shell) -> None:
    change(two)
    lines = two("compare right left").out.splitlines()
    assert "  - mine     only in right" in lines
    assert "      ~ visits > 3  ->  > 2  (loosened)" in lines


def test_the_document_satisfies_its_schema(two: Shell) -> None:
    change(two)
    ended = two("compare left right --deep --report json --report markdown=c.md")
    document = json.loads(ended.out)
    assert violations(document, committed("compare")) == []
    assert document["summary"]["other_ancestors"] == 1
    assert (two.root / "c.md").read_text().startswith("### segsync compare: 4 differences\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("compare left left", "left would be compared with itself"),
        ("compare left", "Missing argument 'B'"),
        ("compare left rihgt", 'Did you mean "right"?'),
    ],
)
def test_names_that_cannot_be_meant_end_with_3(two: Shell, line: str, words: str) -> None:
    ended = two(line)
    assert (ended.code, ended.out) == (3, "")
    assert words in ended.err


def test_two_names_for_one_file_are_refused(two: Shell) -> None:
    two.write("segsync.yaml", TWO.replace("sandbox:.segsync/right.db", "sandbox:"))
    ended = two("compare left right")
    assert (ended.code, ended.err) == (
        3,
        (
            'error: the accounts "left" and "right" are kept in the same file [same-account]\n'
            '    Give one of them a file of its own: url: "sandbox:.segsync/other.db".\n'
            "\n1 error.\n"
        ),
    )


def test_two_tokens_of_one_account_are_refused(two: Shell) -> None:
    with two.store() as store, serve(store) as server:
        accounts = "".join(f"  {name}: {{url: '{server.url}'}}\n" for name in ("left", "right"))
        two.write("segsync.yaml", f"version: 1\naccounts:\n{accounts}")
        ended = two("compare left right", LYTICS_API_TOKEN="sandbox")
    assert ended.code == 4
    assert "both tokens belong to account 1234" in ended.err


def test_a_token_of_another_account_is_refused(two: Shell) -> None:
    two.write("segsync.yaml", TWO.replace('right.db"', 'right.db", aid: 7'))
    ended = two("compare left right")
    assert ended.code == 4
    assert 'account "right" in segsync.yaml says aid: 7' in ended.err


def test_compare_writes_nothing_and_needs_no_files(two: Shell) -> None:
    two.audiences("segments: [broken")
    with two.store() as store, serve(store) as server:
        accounts = (
            f"  left: {{url: '{server.url}'}}\n  right: {{url: 'sandbox:.segsync/right.db'}}\n"
        )
        two.write("segsync.yaml", f"version: 1\naccounts:\n{accounts}")
        files = two.files()
        assert two("compare left right", LYTICS_API_TOKEN="sandbox-view").code == 0
        assert store.writes == ()
        assert {each.method for each in store.requests} == {"GET"}
    assert two.files() == files
