import io
import json
import re
import sys
import threading
from pathlib import Path

import pytest

from segsync.sandbox.controls import add_fault
from segsync.sandbox.edits import add_segment, edit_segment
from segsync.sandbox.seed import stable_id
from segsync.sandbox.state import Kind
from tests.cli.shell import FILES, Shell
from tests.schemas import committed, violations

HEAD = 'segsync reevaluate · account 1234 "Acme" (test) · {calls} API calls · 0.1 s\n\n'
NOT_SEEN = """\
Accepted means that the API took the request. When it has done the work cannot be seen; --wait
watches the sizes.

"""
ONE = f"""\
{HEAD.format(calls=4)}\
  * buyers  accepted

{NOT_SEEN}\
Reevaluate: 1 accepted, 0 failed, 0 skipped, 0 left out.
"""
BOTH = f"""\
{HEAD.format(calls=5)}\
  * active  accepted
      another one includes it
  * buyers  accepted

{NOT_SEEN}\
Reevaluate: 2 accepted, 0 failed, 0 skipped, 0 left out.
"""
DRY = f"""\
{HEAD.format(calls=3)}\
  * active  reevaluate
  * buyers  reevaluate

In this order, ancestors first. Nothing was sent.

Reevaluate: 2 to reevaluate, 0 left out.
"""
REFUSED = """\
Error: segsync reevaluates only what it manages:
  - foreign: it is not managed by segsync
Nothing was sent. Bring your own segments into the files and adopt them; leave those of Lytics to \
Lytics.
"""
SERVED = {"LYTICS_API_TOKEN": "sandbox"}


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> "Answers":
    return Answers(monkeypatch)


class Answers:
    """Lets a person say something to the next question."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def say(self, text: str) -> None:
        self._monkeypatch.setattr(sys, "stdin", Terminal(f"{text}\n"))


def test_one_named_segment_is_reevaluated_without_a_question(shell: Shell) -> None:
    ended = shell("reevaluate buyers")
    assert (ended.code, ended.out) == (0, ONE)
    assert ended.err == "[1/1] requested  buyers   0.1 s\n"


@pytest.mark.parametrize("word", ["BUYERS", stable_id(Kind.SEGMENT, "buyers")])
def test_an_id_names_a_segment_too(shell: Shell, word: str) -> None:
    assert shell(f"reevaluate {word}").out == ONE


def test_ancestors_come_first_whatever_the_order_of_the_words(shell: Shell) -> None:
    with shell.served() as store:
        assert shell("reevaluate buyers active", **SERVED).code == 0
        sent = [each.object_id for each in store.writes]
    assert sent == [stable_id(Kind.SEGMENT, each) for each in ("active", "buyers")]


def test_what_nobody_named_is_reevaluated_after_a_question(shell: Shell, answers: Answers) -> None:
    answers.say("yes")
    ended = shell("reevaluate buyers --with-ancestors")
    assert (ended.code, ended.out) == (0, BOTH)
    assert "In this order, ancestors first. Nothing was sent.\n" in ended.err
    assert "Reevaluate 2 segments? Only yes is taken for yes" in ended.err


def test_any_answer_but_yes_sends_nothing(shell: Shell, answers: Answers) -> None:
    answers.say("y")
    before = shell.version()
    ended = shell("reevaluate '*e*'")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.endswith("Not confirmed; nothing was sent.\n")
    assert shell.version() == before


def test_without_a_terminal_a_question_is_a_usage_error(shell: Shell) -> None:
    ended = shell("reevaluate group:Campaigns")
    assert (ended.code, ended.out) == (3, "")
    assert "there is no terminal to ask on; review the list above and give --auto-approve" in (
        ended.err
    )


def test_with_auto_approve_nobody_is_asked(shell: Shell) -> None:
    assert shell("reevaluate buyers --with-ancestors --auto-approve").out == BOTH


def test_a_dry_run_shows_the_order_and_sends_nothing(shell: Shell) -> None:
    before = shell.version()
    ended = shell("reevaluate buyers active --dry-run")
    assert (ended.code, ended.out, ended.err) == (0, DRY, "")
    assert shell.version() == before
    assert not (shell.root / ".segsync/journal").exists()


def test_a_segment_that_is_not_managed_is_refused_by_name(shell: Shell) -> None:
    before = shell.version()
    ended = shell("reevaluate buyers foreign")
    assert (ended.code, ended.out, ended.err) == (6, "", REFUSED)
    assert shell.version() == before


def test_a_segment_of_lytics_is_refused_by_name_and_left_out_by_pattern(shell: Shell) -> None:
    with shell.store() as store:
        add_segment(store, slug_name="all", name="A", segment_ql="FILTER *", tags=["predefined"])
    assert "  - all: it is predefined by Lytics\n" in shell("reevaluate all").err
    ended = shell("reevaluate 'a*' --auto-approve")
    assert ended.code == 0
    assert "  * active  accepted\n  · all     left out: it is predefined by Lytics\n" in ended.out


def test_a_pattern_of_nothing_but_others_segments_sends_nothing(shell: Shell) -> None:
    ended = shell("reevaluate 'fore*'")
    assert ended.code == 0
    assert "\nNothing to reevaluate.\n" in ended.out


def test_words_that_stand_for_nothing_end_with_3(shell: Shell) -> None:
    ended = shell("reevaluate activ tag:none")
    assert (ended.code, ended.out) == (3, "")
    assert 'the account has no segment "activ"' in ended.err
    assert 'Did you mean "active"?' in ended.err
    assert 'no segment of the account matches "tag:none"' in ended.err


def test_a_failure_is_told_and_holds_no_other_request_back(shell: Shell) -> None:
    with shell.store() as store:
        add_fault(store, "POST /v2/segment/reevaluate nth=1 400")
    ended = shell("reevaluate active buyers")
    assert ended.code == 7
    assert "  ! active  FAILED: POST /v2/segment/reevaluate: " in ended.out
    assert "  * buyers  accepted\n" in ended.out
    assert ended.out.endswith("Reevaluate: 1 accepted, 1 failed, 0 skipped, 0 left out.\n")


def test_where_the_first_form_does_not_exist_the_other_is_used(shell: Shell) -> None:
    with shell.store() as store:
        add_fault(store, "POST /v2/segment/reevaluate 405")
    assert shell("reevaluate buyers").out == ONE.replace("4 API", "5 API")


def test_a_token_that_may_only_view_ends_with_4(shell: Shell) -> None:
    with shell.served():
        assert shell("reevaluate buyers", LYTICS_API_TOKEN="sandbox-view").code == 4


def test_a_size_that_moves_is_seen_and_ends_the_watch(shell: Shell) -> None:
    shell.audiences(FILES)
    with shell.served() as store:

        def change_once_asked() -> None:
            while not store.writes and not over.wait(0.01):
                pass
            edit_segment(store, "buyers", segment_ql="FILTER *")

        over = threading.Event()
        thread = threading.Thread(target=change_once_asked)
        thread.start()
        ended = shell("reevaluate buyers --wait --timeout 20", **SERVED)
        over.set()
        thread.join()
    assert ended.code == 0
    assert re.search(
        r"  \* buyers  accepted; the size went from [\d,]+ to 10,000 within \d+ s\n", ended.out
    )
    assert "1 accepted, 1 seen to be counted anew, 0 failed" in ended.out


def test_a_size_that_stays_proves_nothing_and_is_said_to(shell: Shell) -> None:
    ended = shell("reevaluate buyers --wait --timeout 1 --report text --report json=sizes.json")
    assert ended.code == 0
    assert re.search(r"  \* buyers  accepted; the size stayed [\d,]+\n", ended.out)
    assert re.search(r'"watched": 1\.\d{1,3}\b', (shell.root / "sizes.json").read_text())
    assert "\nThe sizes were watched for 1 s.\n" in ended.out
    assert "a size that\nstays may be one that was computed anew.\n" in ended.out


def test_a_size_that_the_account_does_not_give_is_no_failure(shell: Shell) -> None:
    with shell.store() as store:
        add_fault(store, "GET /api/segment/* 404")
        add_fault(store, "GET /api/segment/*/size 404")
    ended = shell("reevaluate buyers --wait --timeout 1")
    assert ended.code == 0
    assert "  * buyers  accepted; the account gives no size\n" in ended.out


def test_a_timeout_without_a_watch_is_a_usage_error(shell: Shell) -> None:
    ended = shell("reevaluate buyers --timeout 5")
    assert (ended.code, ended.out) == (3, "")
    assert "--timeout says how long --wait watches" in ended.err
    assert shell("reevaluate buyers", SEGSYNC_TIMEOUT="5").code == 0


def test_the_document_satisfies_its_schema(shell: Shell) -> None:
    ended = shell("reevaluate buyers --report json --report markdown=r.md")
    document = json.loads(ended.out)
    assert violations(document, committed("reevaluate")) == []
    assert document["requests"][0]["result"] == "applied"
    assert (shell.root / "r.md").read_text().startswith("### segsync reevaluate: 1 accepted")


def test_whenever_ctrl_c_comes_what_was_sent_is_reported(shell: Shell) -> None:
    process = shell.spawn("reevaluate buyers --wait --timeout 60")
    assert process.stderr is not None
    assert process.stderr.readline().startswith("[1/1] requested  buyers")
    process.send_signal(2)
    ended = shell.ended(process)
    assert ended.code == 130
    assert "Reevaluate: 1 accepted, " in ended.out


def test_the_request_is_in_the_journal(shell: Shell) -> None:
    assert shell("reevaluate buyers").code == 0
    (journal,) = Path(shell.root / ".segsync/journal").glob("*.jsonl")
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [each["record"] for each in records] == ["run", "begin", "end", "outcome", "finish"]
    assert records[0]["command"] == "reevaluate"
