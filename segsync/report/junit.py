"""The report on audience tests as JUnit XML, which CI systems show beside other tests."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from msgspec.structs import replace

from segsync.diagnostics import Diagnostic, Severity, has_errors
from segsync.report.failed import Failure
from segsync.report.safe import log_line, safe_line
from segsync.report.tested import deciding, verdict_in_words
from segsync.suite import Check, SuiteRun

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Beside controls and surrogates, which are made visible everywhere, XML knows no such characters.
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_SIDES = {True: "in", False: "out"}


def suite_junit(run: SuiteRun) -> str:
    """Return one test suite for each audience; errors in the files are a suite of their own."""
    root = _element("testsuites", name="segsync test")
    for slug in dict.fromkeys(each.slug for each in run.checks):
        checks = [each for each in run.checks if each.slug == slug]
        failed = sum(not each.passed for each in checks)
        suite = _suite(root, slug, len(checks), failures=failed)
        for each in checks:
            _case(suite, each)
    if run.is_refused:
        _errors(root, run)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(each.get(count, "0")) for each in root)))
    indent(root)
    return f"{_DECLARATION}{tostring(root, encoding='unicode')}\n"


def failure_junit(failure: Failure) -> str:
    """Return one error for each problem that kept the tests from running."""
    cause = Diagnostic(Severity.ERROR, failure.kind, failure.summary, failure.way_out)
    found = failure.diagnostics if has_errors(failure.diagnostics) else (cause,)
    return suite_junit(SuiteRun("", 0, diagnostics=found))


def _case(suite: Element, check: Check) -> None:
    case = _element(
        "testcase",
        suite,
        name=f"{check.profile} is {_SIDES[check.expected]}",
        classname=check.slug,
        file=check.source.path,
        line=str(check.source.line),
    )
    if not check.passed:
        why = f"{verdict_in_words(check)}: decided by {deciding(check)}"
        failure = _element("failure", case, message=why, type="membership")
        failure.text = _text(check.trace.lines())


def _errors(root: Element, run: SuiteRun) -> None:
    found = [each for each in run.diagnostics if each.severity is Severity.ERROR]
    suite = _suite(root, "files", len(found), errors=len(found))
    for each in found:
        case = _element("testcase", suite, name=each.summary, classname="files")
        if each.location:
            case.set("file", _clean(safe_line(each.location.path)))
            case.set("line", str(each.location.line))
        error = _element("error", case, message=each.summary, type=each.code)
        error.text = _text((str(replace(each, detail="")), *each.detail.splitlines()))


def _suite(root: Element, name: str, tests: int, *, failures: int = 0, errors: int = 0) -> Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return _element("testsuite", root, name=name, **counts)


def _element(tag: str, parent: Element | None = None, **attributes: str) -> Element:
    """Return an element with these attributes, every character of them fit for XML."""
    clean = {name: _clean(safe_line(value)) for name, value in attributes.items()}
    return Element(tag, clean) if parent is None else SubElement(parent, tag, clean)


def _text(lines: Iterable[str]) -> str:
    """Return the lines, none of which can be taken for two, or for a command of a workflow."""
    return "\n".join(_clean(log_line(safe_line(each))) for each in lines)


def _clean(text: str) -> str:
    return _NO_CHARACTER.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text)
