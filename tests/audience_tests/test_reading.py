"""Documents become suites."""

from datetime import UTC, datetime

from segsync.diagnostics import Location
from segsync.suite import DEFAULT_NOW
from tests.audience_tests.documents import checked, read, told

DOCUMENT = """\
schema: {orders: int, last_visit: date}
profiles:
  ann: {orders: 1, last_visit: now-3d}
  bob: {}
expect:
  fans: {in: [ann], out: [bob]}
  buyers:
    in:
      - ann
"""


def test_every_expectation_has_its_place() -> None:
    ((suite,), problems) = read(DOCUMENT)

    assert problems == ()
    assert [(each.slug, each.name, each.member) for each in suite.expectations] == [
        ("fans", "ann", True),
        ("fans", "bob", False),
        ("buyers", "ann", True),
    ]
    assert [each.source for each in suite.expectations] == [
        Location("tests/a.yaml", 6, 15),
        Location("tests/a.yaml", 6, 27),
        Location("tests/a.yaml", 9, 9),
    ]


def test_dates_count_from_a_moment_that_stays() -> None:
    ((suite,), _) = read(DOCUMENT)

    assert suite.now == DEFAULT_NOW == datetime(2026, 1, 1, tzinfo=UTC)
    values = suite.expectations[0].profile.values
    assert values["last_visit"] == datetime(2025, 12, 29, tzinfo=UTC)


def test_a_document_and_then_the_caller_may_say_another_moment() -> None:
    document = f"now: 2026-06-15\n{DOCUMENT}"
    ((suite,), _) = read(document)
    assert suite.now == datetime(2026, 6, 15, tzinfo=UTC)

    moment = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    ((suite,), _) = read(document, now=moment)
    assert suite.now == moment
    values = suite.expectations[0].profile.values
    assert values["last_visit"] == datetime(2026, 12, 30, 3, 4, tzinfo=UTC)


def test_each_document_stands_alone() -> None:
    other = DOCUMENT.replace("ann", "eve")

    assert [each.profile for each in checked(f"{DOCUMENT}---\n{other}")] == [
        *("ann", "bob", "ann", "eve", "bob", "eve")
    ]
    assert told(f"{DOCUMENT}---\nprofiles: {{}}\nexpect: {{fans: {{in: [ann]}}}}\n") == [
        (
            '12:22: error: there is no profile "ann" here [unknown-profile]\n'
            "    Describe it under profiles:."
        )
    ]


def test_a_document_for_another_account_is_left_out() -> None:
    document = f"accounts: [sandbox]\n{DOCUMENT}"
    assert read(document) == ((), ())
    assert len(read(document, account="sandbox")[0]) == 1


def test_an_account_that_there_is_not_is_told() -> None:
    assert told(f"accounts: [prod, prd, mars]\n{DOCUMENT}") == [
        ('1:18: error: there is no account "prd" [unknown-account]\n    Did you mean "prod"?'),
        (
            '1:23: error: there is no account "mars" [unknown-account]\n'
            "    segsync.yaml has prod, sandbox."
        ),
    ]


def test_unknown_names_are_told_with_the_nearest() -> None:
    document = """\
    schema: {orders: int}
    profiles: {ann: {orders: 1}}
    expect:
      byers: {in: [ann]}
      else: {out: [ann]}
      buyers: {in: [anne]}
    """
    assert told(document) == [
        (
            '4:3: error: there is no audience "byers" in the files [unknown-audience]\n'
            '    Did you mean "buyers"?'
        ),
        (
            '5:3: error: there is no audience "else" in the files [unknown-audience]\n'
            "    Another account may have it: see accounts:."
        ),
        ('6:17: error: there is no profile "anne" here [unknown-profile]\n    Did you mean "ann"?'),
    ]


def test_a_profile_is_expected_once_in_an_audience() -> None:
    document = DOCUMENT.replace("in: [ann], out: [bob]", "in: [ann], out: [bob, ann]")
    assert told(document) == [
        (
            '6:32: error: "ann" is expected twice in "fans" [expected-twice]\n'
            "    It stands first at tests/a.yaml:6:15. Remove one of them."
        )
    ]


def test_an_audience_of_which_nothing_is_expected_is_told() -> None:
    document = DOCUMENT.replace("{in: [ann], out: [bob]}", "{in: []}")
    assert told(document) == [
        (
            '6:3: error: nothing is expected of "fans" [no-expectation]\n'
            "    Add in: [profile] or out: [profile]."
        )
    ]
