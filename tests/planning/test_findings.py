import pytest

from segsync.plan import Action, Blocked, Kind
from segsync.planning.findings import forbid, forbid_protected, forbid_pruning, listed
from segsync.planning.intent import GroupIntent, SegmentIntent
from tests.planning.build import HERE, found, found_group, segment

SEGMENT = SegmentIntent("1", Action.RENAME, found("old"), segment("new"), source=HERE)
GROUP = GroupIntent(Action.DELETE, found_group("G"), None)


def test_a_finding_says_what_is_forbidden_why_and_where() -> None:
    finding = forbid(SEGMENT, "rule", "because", "do this")
    assert finding.intent is SEGMENT
    assert finding.blocked == Blocked(
        Kind.SEGMENT, Action.RENAME, "new", "rule", "because", "do this", source=HERE
    )


def test_a_finding_about_a_group_has_its_kind_and_name() -> None:
    assert forbid_protected(GROUP).blocked == Blocked(
        Kind.GROUP,
        Action.DELETE,
        "G",
        "protected",
        "it is protected",
        "put it back with protect: false, apply, then remove it",
    )


def test_pruning_that_is_off_holds_nothing() -> None:
    assert not forbid_pruning(GROUP).blocked.holds


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, ""),
        (1, "s0"),
        (5, "s0, s1, s2, s3, s4"),
        (6, "s0, s1, s2, s3, s4 and 1 more"),
    ],
)
def test_five_names_are_listed_and_the_rest_is_counted(count: int, text: str) -> None:
    assert listed([f"s{number}" for number in range(count)]) == text
