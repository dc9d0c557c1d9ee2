import json
from dataclasses import replace

import pytest

from segsync.sandbox.controls import add_fault
from tests.cli.shell import SETTINGS, Shell
from tests.schemas import committed, violations
from tests.workflow.test_sizing import FILES, SEED

FREE = "limits: {max_updates: 100%, max_deletes: 100%}\n"
HEAD = 'segsync plan · account 1234 "Acme" (test) · 3 managed of 3 live'
TOTAL = "Plan: 1 to create, 2 to update, 0 to rename, 0 to delete, 0 to adopt, 0 blocked."

REFUSED = f"""\
{HEAD} · 7 API calls · 0.1 s

! REFUSED: buyers: 193 -> 127 profiles (-34.2%), and its guard says max_shrink: 10%
  To allow it for this run: --allow-size-change buyers

  ~ active  definition
      ~ order_count > 2  ->  > 4  (tightened)
      affects 2 audiences: buyers, fresh
      audiences/all.yaml:2
  ~ quiet   definition
      - order_count > 9
      + country = "US"
      affects 1 audience: fresh
      audiences/all.yaml:7
  + fresh   new
      "Fresh"
      FILTER AND (INCLUDE quiet, NOT INCLUDE buyers)
      not in the account · audiences/all.yaml:8
  · buyers  affected   193 -> 127 (-34.2%)

An apply is refused as a whole: it would write nothing.
(1 unchanged)

{TOTAL}
"""

SIZED = f"""\
{HEAD} · 17 API calls · 0.1 s

  ~ active  definition   290 -> 214 (-26.2%)   0 in  76 out
      ~ order_count > 2  ->  > 4  (tightened)
      affects 2 audiences: buyers, fresh
      audiences/all.yaml:2
  ~ quiet   definition   88 -> 1,370 (+1,456.8%)   1,312 in  30 out
      - order_count > 9
      + country = "US"
      affects 1 audience: fresh
      audiences/all.yaml:7
  + fresh   new   about 1,281
      "Fresh"
      FILTER AND (INCLUDE quiet, NOT INCLUDE buyers)
      not in the account · audiences/all.yaml:8
  · buyers  affected   193 -> 127 (-34.2%)   0 in  66 out

Allowed by name: --allow-size-change buyers.
(1 unchanged)

{TOTAL}
"""

UNMEASURED = f"""\
{HEAD} · 7 API calls · 0.1 s

! REFUSED: buyers: its guard cannot be judged without its size: the 0 s of --size-budget are over
  To allow it for this run: --allow-size-change buyers

  ~ active  definition   290 -> not measured
      ~ order_count > 2  ->  > 4  (tightened)
      affects 2 audiences: buyers, fresh
      not measured: the 0 s of --size-budget are over
      audiences/all.yaml:2
  ~ quiet   definition   88 -> not measured
      - order_count > 9
      + country = "US"
      affects 1 audience: fresh
      not measured: the 0 s of --size-budget are over
      audiences/all.yaml:7
  + fresh   new   size not measured
      "Fresh"
      FILTER AND (INCLUDE quiet, NOT INCLUDE buyers)
      not measured: the 0 s of --size-budget are over
      not in the account · audiences/all.yaml:8
  · buyers  affected   193 -> not measured
      not measured: the 0 s of --size-budget are over

Sizes: 4 of 4 segments not measured in full.
An apply is refused as a whole: it would write nothing.
(1 unchanged)

{TOTAL}
"""

DRIFT = """\
segsync drift · account 1234 "Acme" (test) · 3 managed of 3 live · 13 API calls · 0.1 s

  ~ active  changed: definition   214 by the files, 290 in the account   0 missing  76 extra
      ~ order_count > 4  ->  > 2  (loosened)
      last changed 2026-01-31T09:30:00.000Z (author jonas.lind)
      affects 2 audiences: buyers, fresh
      audiences/all.yaml:2
  ~ quiet   changed: definition   1,370 by the files, 88 in the account   1,312 missing  30 extra
      - country = "US"
      + order_count > 9
      last changed 2026-01-31T09:30:00.000Z (author jonas.lind)
      affects 1 audience: fresh
      audiences/all.yaml:7
  - fresh   missing   about 1,281
      - "Fresh"
      - FILTER AND (INCLUDE quiet, NOT INCLUDE buyers)
      audiences/all.yaml:8

(1 unchanged)
Differences read from the files to the account: - files, + account, files -> account.
To restore what the files say: segsync apply
To accept what the account has: segsync pull --into FOLDER, copy it from there, commit

Drift: 2 changed, 1 missing, 0 extra, 0 renamed, 0 unmarked, 0 blocked; 0 accepted, 0 invalid.
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.seed(SEED)
    shell.write("segsync.yaml", SETTINGS + FREE)
    shell.audiences(FILES)
    return shell


def test_a_guard_refuses_without_being_asked_for(shop: Shell) -> None:
    ended = shop("plan")
    assert (ended.code, ended.out, ended.err) == (6, REFUSED, "")


def test_every_change_shows_whom_it_moves(shop: Shell) -> None:
    ended = shop("plan --sizes --allow-size-change buyers")
    assert (ended.code, ended.out, ended.err) == (0, SIZED, "")
    markdown = shop("plan --sizes --allow-size-change buyers --report markdown").out
    assert r"definition   290 \-&gt; 214 \(\-26\.2%\)   0 in  76 out<br>affects" in markdown
    document = json.loads(shop("plan --sizes --report json").out)
    assert violations(document, committed("plan")) == []
    assert document["sizes"][0] == {
        "key": "buyers",
        "before": 193,
        "after": 127,
        "entering": 0,
        "leaving": 66,
        "unmeasured": "",
        "guard": {"min_size": 0, "max_shrink": 0.1},
    }


def test_a_share_is_written_alike_in_rows_and_refusals(shop: Shell) -> None:
    told = shop("plan").out
    assert told.count("(-34.2%)") == 2
    assert " %" not in told


def test_what_there_was_no_time_for_is_said_and_stops_what_needs_it(shop: Shell) -> None:
    with shop.served():
        settings = (shop.root / "segsync.yaml").read_text()
        shop.write("segsync.yaml", settings + FREE)
        ended = shop("plan --sizes --size-budget 0", LYTICS_API_TOKEN="sandbox")
    assert (ended.code, ended.out) == (6, UNMEASURED)
    assert ended.err == (
        "Measuring sizes: 10 calls, one in 10 s, for at most 0 s (--size-budget).\n"
    )


def test_drift_tells_both_sizes(shop: Shell) -> None:
    ended = shop("drift --sizes")
    assert (ended.code, ended.out, ended.err) == (2, DRIFT, "")


def test_drift_tells_what_is_not_known(shop: Shell) -> None:
    with shop.store() as store:
        add_fault(store, "POST /api/segment/size 403")
    told = shop("drift --sizes").out
    assert "definition   not measured by the files, 290 in the account\n" in told
    assert "Sizes: 3 of 3 segments not measured in full.\n" in told


def test_a_delete_tells_who_is_lost(shop: Shell) -> None:
    shop.seed(replace(SEED, segments=SEED.segments[:1]))
    shop.audiences("segments: []\n")
    assert "  - active  delete   290 profiles now\n" in shop("plan --sizes --allow-empty").out
    with shop.store() as store:
        add_fault(store, "GET /api/segment/* 404")
    told = shop("plan --sizes --allow-empty").out
    assert "  - active  delete   size not measured\n      - " in told


def test_an_apply_that_a_guard_refuses_writes_nothing(shop: Shell) -> None:
    before = shop.version()
    ended = shop("apply --auto-approve")
    assert (ended.code, ended.out) == (6, REFUSED)
    assert shop.version() == before
    assert shop("apply --auto-approve --skip-blocked").code == 6
    assert shop("apply --auto-approve --allow-size-change buyers").code == 0
    assert shop("plan --detailed-exitcode --sizes").code == 0


def test_the_flag_can_be_forbidden(shop: Shell) -> None:
    shop.write("segsync.yaml", f"{SETTINGS}{FREE}forbid: [allow-size-change]\n")
    told = " ".join(shop("plan").out.split())
    assert "max_shrink: 10%; segsync.yaml forbids --allow-size-change ~ active" in told
    assert shop("plan --allow-size-change buyers").code == 6


def test_an_allowance_for_a_segment_that_no_file_declares_is_told(shop: Shell) -> None:
    ended = shop("plan --allow-size-change buyer")
    told = "warning: --allow-size-change buyer allows nothing: the files declare no such segment"
    assert ended.code == 6
    assert told in " ".join(ended.out.split())
    assert 'Did you mean "buyers"?' in ended.out
    assert shop("plan --allow-size-change buyer --allow-size-change buyers --out p.json").code == 0
    assert shop("apply p.json").code == 0
    shop.seed(SEED)
    assert "idle-allowance" not in shop("plan --allow-size-change buyers").out
