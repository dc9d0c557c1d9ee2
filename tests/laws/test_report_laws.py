import re

from hypothesis import given
from hypothesis import strategies as st

from segsync.diagnostics import Diagnostic, Location, Severity
from segsync.plan import Action, Blocked, Change, FieldChange, Kind, Plan, Refusal
from segsync.report.drifted import drift_report
from segsync.report.facts import DriftFacts, RunFacts
from segsync.report.markdown import report_markdown
from segsync.report.planned import plan_report
from segsync.report.safe import html_text, markdown_text, safe_line, safe_text
from segsync.report.text import report_text
from segsync.segment import Account, Definition, Group, Segment

_FACTS = RunFacts("plan", "prod", 3, 0.4)
_SPECIAL = "\x1b\x07\x9b\r\n\t\u202e\u2066\u200b\u2028`|<>@#*_[]()~:&\\$ ab"
_TEXTS = st.text(st.sampled_from(_SPECIAL), max_size=40) | st.text(max_size=150)
_LOCATIONS = st.none() | st.builds(Location, _TEXTS)
_VALUES = st.none() | st.booleans() | _TEXTS | st.lists(_TEXTS, max_size=3).map(tuple)
_GROUPS = st.builds(Group, _TEXTS, _TEXTS)
_SEGMENTS = st.builds(
    Segment, _TEXTS, _TEXTS, st.builds(Definition, _TEXTS), tags=st.frozensets(_TEXTS, max_size=2)
)
_FIELDS = st.sampled_from(["definition", "description", "tags"])
_CHANGES = st.builds(
    Change,
    number=st.integers(1, 9),
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    key=_TEXTS,
    id=st.none() | _TEXTS,
    before=_GROUPS | _SEGMENTS,
    after=_GROUPS | _SEGMENTS,
    fields=st.lists(st.builds(FieldChange, _FIELDS, _VALUES, _VALUES), max_size=2).map(tuple),
    waits_for=st.frozensets(st.integers(1, 9), max_size=2),
    previous_key=st.none() | _TEXTS,
    bridge=st.booleans(),
    reason=_TEXTS,
    affects=st.lists(_TEXTS, max_size=5).map(tuple),
    source=_LOCATIONS,
)
_BLOCKED = st.builds(
    Blocked,
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    key=_TEXTS,
    rule=st.just("rule"),
    reason=_TEXTS,
    way_out=_TEXTS,
    holds=st.booleans(),
    source=_LOCATIONS,
)
_DIAGNOSTICS = st.builds(
    Diagnostic, st.sampled_from(Severity), st.just("code"), _TEXTS, _TEXTS, _LOCATIONS
)
_PLANS = st.builds(
    Plan,
    account=st.builds(Account, st.integers(0, 9999), _TEXTS),
    tag=st.just("segsync"),
    changes=st.lists(_CHANGES, max_size=3).map(tuple),
    blocked=st.lists(_BLOCKED, max_size=2).map(tuple),
    refusals=st.lists(st.builds(Refusal, st.just("rule"), _TEXTS, _TEXTS), max_size=1).map(tuple),
    diagnostics=st.lists(_DIAGNOSTICS, max_size=2).map(tuple),
)


@given(_TEXTS)
def test_making_a_text_safe_twice_changes_nothing_more(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
    assert safe_line(safe_line(text)) == safe_line(text)


@given(_TEXTS)
def test_no_sign_of_markdown_or_html_stands_alone(text: str) -> None:
    rest = re.sub(r"&(#\d+|amp|lt|gt);|\\[*_{}\[\]()+\-!~:.=$]", "", markdown_text(text))
    assert not set(rest) & set("*_{}[]()<>`|\\&#~!\n")
    assert not set(html_text(text)) & set("<>\"'\n")


@given(_PLANS, st.integers(1, 120))
def test_text_is_inert_and_ends_with_the_total(plan: Plan, width: int) -> None:
    for text in (
        report_text(plan_report(plan, _FACTS), color=False, width=width),
        report_text(drift_report(plan, DriftFacts(), _FACTS), color=False, width=width),
    ):
        *_, total, end = text.split("\n")
        assert re.match(r"(Plan|Drift): \d+ ", total)
        assert end == ""
        assert safe_text(text) == text
        assert "\t" not in text
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)


@given(_PLANS, st.integers(2_000, 8_000))
def test_markdown_is_inert_and_closes_what_it_opens(plan: Plan, budget: int) -> None:
    for text in (
        report_markdown(plan_report(plan, _FACTS), budget=budget),
        report_markdown(drift_report(plan, DriftFacts(), _FACTS), budget=budget),
    ):
        assert safe_text(text) == text
        assert re.search(r"\n\*\*(Plan|Drift): [^*\n]*\*\*\n\Z", text)
        outside = re.sub(r"^(`{3,})diff\n.*?\n\1$", "", text, flags=re.MULTILINE | re.DOTALL)
        assert "```" not in outside
        assert outside.count("<details>") == outside.count("</details>")
        assert set(re.findall(r"<[^>]*>", outside)) <= {
            "<br>",
            "<code>",
            "</code>",
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
        }
