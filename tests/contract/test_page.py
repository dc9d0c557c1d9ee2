"""docs/api-facts.md says what the tests hold."""

import re

import pytest

from segsync.sandbox.switches import meanings
from tests.contract.facts import Confidence, Fact
from tests.contract.page import AREAS, PAGE, facts, page
from tests.contract.unheld import UNHELD

# Switches that make the sandbox another account, or another server, and answer no question that a
# test can ask; each of their facts is among those that no test asks for, or is documented.
OUTSIDE = {
    "show_old_fields",
    "ip_not_listed",
    "manage_needs_view",
    "segment_roles_only",
    "name_missing_role",
    "conductor_account",
    "parent_token",
    "limit_segments",
    "limit_segments_and_predefined",
}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew with `make facts`"


def test_the_page_of_the_client_names_facts_that_there_are() -> None:
    text = PAGE.with_name("api-client.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `[^|]+\|[^|]+\|[^|]+\| ([^|]+) \|$", text, re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")} - {"…"}
    assert len(named) > len(rows) > 0
    assert named <= {each.id for each in facts()}


def test_no_two_facts_have_one_name() -> None:
    names = [each.id for each in facts()] + [each.id for each in UNHELD]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("held", facts(), ids=lambda each: each.id)
def test_a_docstring_says_the_fact_its_source_and_how_sure_it_is(held: Fact) -> None:
    assert held.says.endswith("?" if held.answers else "."), held.says
    assert held.source.endswith(".")
    assert held.source.lower().startswith(held.confidence)
    assert bool(held.answers) == (held.confidence is Confidence.UNKNOWN)
    assert held.test.partition(".")[0] in AREAS


def test_every_switch_of_the_sandbox_is_the_answer_to_a_question() -> None:
    switches = {
        name
        for each in facts()
        for switch in each.answers.values()
        for name in (switch or "").split()
    }
    assert switches | OUTSIDE == set(meanings())
    assert not switches & OUTSIDE
