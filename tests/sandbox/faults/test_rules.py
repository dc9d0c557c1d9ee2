import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.sandbox.faults.kinds import PROFILES, FaultKind
from segsync.sandbox.faults.rules import FaultRuleError, Rule, When, parse_rule


def test_a_whole_rule_is_read() -> None:
    rule = parse_rule(' POST  /v2/segment nth=3,5-7 times=2 503-after retry-after="next week" ')
    assert rule == Rule(
        text='POST /v2/segment nth=3,5-7 times=2 503-after retry-after="next week"',
        kind=FaultKind.STATUS,
        method="POST",
        pattern=("v2", "segment"),
        takes_effect=True,
        when=When(nth=((3, 3), (5, 7)), times=2),
        status=503,
        retry_after="next week",
    )


def test_a_fault_alone_is_a_rule_for_every_request() -> None:
    rule = parse_rule("drop")
    assert (rule.method, rule.pattern, rule.takes_effect, rule.when) == ("", (), False, When())


@pytest.mark.parametrize(
    ("text", "method", "path", "fits"),
    [
        ("drop", "PUT", "v2/segment/x", True),
        ("* drop", "PUT", "v2/segment/x", True),
        ("GET drop", "GET", "v2/segment", True),
        ("GET drop", "POST", "v2/segment", False),
        ("READ drop", "GET", "v2/segment", True),
        ("READ drop", "POST", "v2/segment", False),
        ("WRITE drop", "DELETE", "v2/segment/x", True),
        ("WRITE drop", "GET", "v2/segment", False),
        ("/v2/segment drop", "GET", "v2/segment", True),
        ("/v2/segment drop", "GET", "v2/segment/x", False),
        ("/v2/segment/* drop", "GET", "v2/segment/x", True),
        ("/v2/segment/* drop", "GET", "v2/segment/x/jobs", False),
        ("/v2/segment/bench_* drop", "GET", "v2/segment/bench_1", True),
        ("/v2/segment/** drop", "GET", "v2/segment", True),
        ("/v2/segment/** drop", "GET", "v2/segment/x/jobs", True),
        ("/v2/** drop", "GET", "api/segment", False),
        ("/** drop", "GET", "api/segment", True),
    ],
)
def test_method_and_path_decide_what_a_rule_is_about(
    text: str, method: str, path: str, *, fits: bool
) -> None:
    assert parse_rule(text).fits(method, tuple(path.split("/"))) is fits


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_can_be_written(kind: FaultKind) -> None:
    profile = PROFILES[kind]
    word = "500" if kind is FaultKind.STATUS else str(kind)
    value = "=2" if profile.unit else ""
    rule = parse_rule(f"{word}{value}")
    assert rule.kind is kind
    assert rule.amount == ((2.0, 2.0) if profile.unit else (0.0, 0.0))
    if profile.phase is not None:
        assert not parse_rule(f"{word}-before{value}").takes_effect
        assert parse_rule(f"{word}-after{value}").takes_effect


def test_a_delay_lets_its_request_through_and_a_rate_limit_does_not() -> None:
    assert [parse_rule(each).takes_effect for each in ("latency=5", "lag=5", "rate=5")] == [
        True,
        True,
        False,
    ]


def test_numbers_may_be_a_range_or_be_left_out_where_there_is_a_usual_one() -> None:
    assert parse_rule("latency=100..400").amount == (100.0, 400.0)
    assert parse_rule("deep").amount == (100_000.0, 100_000.0)


def test_a_redirect_goes_where_no_host_can_be_or_where_it_is_told() -> None:
    assert parse_rule("redirect").target == "https://elsewhere.invalid"
    assert parse_rule("redirect=http://127.0.0.1:9/").target == "http://127.0.0.1:9"


def test_a_bad_rule_is_told_with_the_place_and_what_there_is() -> None:
    with pytest.raises(FaultRuleError) as caught:
        parse_rule("POST /v2/segment explode")
    assert str(caught.value) == (
        "the fault rule 'POST /v2/segment explode' cannot be used: 'explode' is not part of a "
        "rule, or is there twice.\n"
        "A rule is [METHOD] [/path] FAULT [nth=… every=… p=… seed=… times=…], for example "
        '"POST /v2/segment nth=3 drop-after".\n'
        "The faults are 429, 500, 502, 503, …, NOTFOUND-003, …, drop, reset, cut, empty, "
        "truncated, malformed, html, wrong-type, null-data, nan, duplicate-keys, deep[=(levels)], "
        "huge[=(MiB)], bad-utf8, redirect, each with -before or -after at its end if wanted; and "
        "rate=(per second), latency=(ms), drip=(s), lag=(s)."
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it names no fault"),
        ("POST nth=3", "it names no fault"),
        ('drop "x', "a quotation mark is not closed (No closing quotation)"),
        ("drop drop", "'drop' is not part of a rule, or is there twice"),
        ("GET PUT drop", "'PUT' is not part of a rule, or is there twice"),
        ("status", "'status' is not part of a rule, or is there twice"),
        ("600", "'600' is not part of a rule, or is there twice"),
        ("drop=3", "drop takes no value"),
        ("latency", "latency= needs a number (ms), or two as in 5..10"),
        ("latency=soon", "latency= needs a number (ms), or two as in 5..10"),
        ("latency=9..5", "latency= needs a number (ms), or two as in 5..10"),
        ("latency=inf", "latency= needs a number (ms), or two as in 5..10"),
        ("latency=nan", "latency= needs a number (ms), or two as in 5..10"),
        ("rate=0", "rate= needs a number (per second), or two as in 5..10"),
        ("latency-after=5", "latency has no -before and -after"),
        ("drop nth=0", "nth= needs counts from 1, as in 3 or 1,4-6"),
        ("drop nth=", "nth= needs counts from 1, as in 3 or 1,4-6"),
        ("drop nth=x", "nth= needs counts from 1, as in 3 or 1,4-6"),
        ("drop p=2", "p= needs a probability from 0 to 1"),
        ("drop p=often", "p= needs a probability from 0 to 1"),
        ("drop times=0", "times= needs a whole number from 1"),
        ("drop every=x", "every= needs a whole number from 1"),
        ("drop seed=-1", "seed= needs a whole number from 0"),
        ("drop burst=3", "burst= belongs to rate="),
        ("drop retry-after=3", "retry-after= belongs to a status or to rate="),
    ],
)
def test_what_is_wrong_with_a_rule_is_told(text: str, problem: str) -> None:
    with pytest.raises(FaultRuleError) as caught:
        parse_rule(text)
    assert f" cannot be used: {problem}.\n" in str(caught.value)


@given(st.text(alphabet=st.sampled_from("drop nth=3,-429 /v*\"'\n\\p.after"), max_size=30))
def test_any_text_is_a_rule_or_told(text: str) -> None:
    try:
        rule = parse_rule(text)
    except FaultRuleError:
        return
    assert parse_rule(rule.text) == rule
