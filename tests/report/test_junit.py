"""The report on audience tests as JUnit XML."""

from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from segsync.diagnostics import Location, error, warning
from segsync.report.junit import suite_junit
from segsync.suite import SuiteRun
from tests.report.test_tested import check

RUN = SuiteRun(
    "prod",
    1,
    ("active_us", "germans"),
    (
        check(),
        check("bob", {"country": 'a "<b>" & \n c'}),
        check("bob", {}, slug="germans", text="x = 1", expected=False),
    ),
)


def test_each_audience_is_a_test_suite() -> None:
    assert suite_junit(RUN) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="segsync test" tests="3" failures="1" errors="0">\n'
        '  <testsuite name="active_us" tests="2" failures="1" errors="0">\n'
        '    <testcase name="ann is in" classname="active_us" file="audiences/tests/a.yaml"'
        ' line="9" />\n'
        '    <testcase name="bob is in" classname="active_us" file="audiences/tests/a.yaml"'
        ' line="9">\n'
        '      <failure message="bob should be in, and is out: decided by country = &quot;US&quot;'
        ' (country is &quot;a \\&quot;&lt;b&gt;\\&quot; &amp; \\n c&quot;)"'
        ' type="membership">  false      AND\n'
        '&gt;   false      country = "US"  (country is "a \\"&lt;b&gt;\\" &amp; \\n c")\n'
        "    true       OR\n"
        "      false      visits &gt; 5  (visits has no value)\n"
        "      true       NOT\n"
        '        false      plan = "gold"  (plan has no value)</failure>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="germans" tests="1" failures="0" errors="0">\n'
        '    <testcase name="bob is out" classname="germans" file="audiences/tests/a.yaml"'
        ' line="9" />\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_errors_in_the_files_are_a_suite_of_their_own() -> None:
    problems = (
        error("x", 'what "is"\nwrong', detail="Do this.", at=Location("t.yaml", 2, 3)),
        warning("y", "odd"),
        error("z", "nowhere"),
    )
    assert suite_junit(SuiteRun("prod", 1, diagnostics=problems)) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="segsync test" tests="2" failures="0" errors="2">\n'
        '  <testsuite name="files" tests="2" failures="0" errors="2">\n'
        '    <testcase name="what &quot;is&quot;\\nwrong" classname="files" file="t.yaml"'
        ' line="2">\n'
        '      <error message="what &quot;is&quot;\\nwrong" type="x">'
        't.yaml:2:3: error: what "is"\\nwrong [x]\nDo this.</error>\n'
        "    </testcase>\n"
        '    <testcase name="nowhere" classname="files">\n'
        '      <error message="nowhere" type="z">error: nowhere [z]</error>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_without_tests_there_are_no_suites() -> None:
    assert suite_junit(SuiteRun("prod", 0, ("a",))) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="segsync test" tests="0" failures="0" errors="0" />\n'
    )


@given(st.text())
def test_whatever_a_file_holds_the_xml_can_be_read_back(text: str) -> None:
    failed = check(text, {"country": f"x{text}"}, slug=f"a{text}")
    problem = error("x", f"x{text}", detail=text, at=Location(text))
    root = fromstring(suite_junit(SuiteRun("prod", 1, (), (failed,), (), (problem,))))  # noqa: S314

    assert [each.tag for each in root.iter()] == [
        *("testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "error")
    ]
    if text.isprintable():
        assert root[0].get("name") == f"a{text}"
