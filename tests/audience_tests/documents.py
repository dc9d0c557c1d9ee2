"""Documents with audience tests, read against definitions that a test writes in FilterQL."""

import textwrap
from collections.abc import Mapping
from datetime import datetime

from segsync.audience_tests import Context, Definitions, Suite, check, read_suites
from segsync.audience_tests.definitions import of_trees
from segsync.diagnostics import Diagnostic
from segsync.filterql import parse
from segsync.suite import Check
from segsync.yamlfile import Document, read_yaml

AUDIENCES = {
    "buyers": "orders >= 1",
    "fans": 'AND (INCLUDE buyers, OR (visits > 5, last_visit > "now-30d"))',
    "germans": 'country = "DE"',
    "others": "NOT INCLUDE germans",
    "mailable": "AND (INCLUDE ly_known_email, INCLUDE buyers)",
    "regulars": "AND (INCLUDE fans, INCLUDE buyers)",
}


def definitions(filters: Mapping[str, str] = AUDIENCES) -> Definitions:
    return of_trees({slug: parse(f"FILTER {text}").filter for slug, text in filters.items()})


def documents(text: str) -> tuple[Document, ...]:
    read = read_yaml(textwrap.dedent(text).encode(), "tests/a.yaml")
    assert read.diagnostics == ()
    return read.documents


def read(
    text: str, *, account: str = "prod", now: datetime | None = None
) -> tuple[tuple[Suite, ...], tuple[Diagnostic, ...]]:
    context = Context(definitions(), account, ("prod", "sandbox"), now)
    return read_suites(documents(text), context)


def told(text: str) -> list[str]:
    """Return the problems as a person sees them, without the path of the file."""
    return [str(each).removeprefix("tests/a.yaml:") for each in read(text)[1]]


def checked(text: str, *slugs: str, now: datetime | None = None) -> list[Check]:
    """Return what became of each expectation of a document without problems."""
    suites, problems = read(text, now=now)
    assert problems == ()
    return list(check(suites, slugs or tuple(AUDIENCES)))
