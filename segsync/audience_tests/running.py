"""Holds suites against definitions: pure, and the same result on every machine at any time."""

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase

from segsync.audience_tests.definitions import Definitions
from segsync.audience_tests.reading import Suite
from segsync.diagnostics import Diagnostic, did_you_mean, error
from segsync.filterql.evaluator import trace
from segsync.suite import Check


def check(suites: Sequence[Suite], slugs: Collection[str]) -> Iterator[Check]:
    """Yield what becomes of each expectation of these audiences, in the order of the files."""
    for suite in suites:
        trees = suite.definitions.trees
        for each in suite.expectations:
            if each.slug in slugs:
                found = trace(trees[each.slug], each.profile, now=suite.now, include=trees.get)
                yield Check(each.slug, each.name, each.member, found, each.source)


def choose(
    definitions: Definitions, patterns: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Return the audiences that any of the patterns fits, all without one; and what fits none.

    In a pattern, `*` stands for any characters and `?` for one.
    """
    slugs = tuple(definitions.trees)
    problems = tuple(
        error(
            "unknown-audience", f'no audience is called "{each}"', detail=did_you_mean(each, slugs)
        )
        for each in patterns
        if not any(fnmatchcase(slug, each) for slug in slugs)
    )
    chosen = (slug for slug in slugs if any(fnmatchcase(slug, each) for each in patterns))
    return tuple(chosen) if patterns else slugs, problems
