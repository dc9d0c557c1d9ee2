import pytest
from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.segment import (
    Definition,
    DesiredGroup,
    DesiredSegment,
    Group,
    Job,
    LiveGroup,
    LiveSegment,
    Marks,
    Segment,
)

MARKS = Marks()
PLAIN = Segment("a", "A", Definition("FILTER visits > 5"))


def test_a_definition_is_read_into_a_statement() -> None:
    definition = Definition("FILTER visits > 5 FROM user ALIAS a")
    assert definition.statement is not None
    assert definition.statement.alias == "a"
    assert definition.filter == Definition("FILTER visits > 5").filter
    assert definition.problem is None


def test_what_cannot_be_read_is_opaque_and_says_why() -> None:
    definition = Definition("FILTER AND (")
    assert definition.statement is None
    assert definition.filter is None
    assert definition.problem is not None
    assert definition.problem.line == 1


def test_definitions_are_the_same_value_only_when_written_alike() -> None:
    assert Definition("FILTER a = 1") == Definition("FILTER a = 1")
    assert Definition("FILTER a = 1") != Definition("FILTER a == 1")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("FILTER visits > 5", "FILTER visits > 5 FROM content ALIAS promo"),
        (
            "FILTER visits > 5 FROM user LIMIT 10 ALIAS other",
            "FILTER visits > 5 FROM content LIMIT 10 ALIAS promo",
        ),
        ("FILTER AND (", "FILTER AND ("),
    ],
)
def test_what_is_sent_names_table_and_slug(text: str, sent: str) -> None:
    assert Definition(text).with_clauses("content", "promo") == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("FILTER visits>5 OR x = 1", "FILTER visits>5 OR x = 1\nFROM content ALIAS promo"),
        (
            "FILTER  visits > 5 -- why\nFROM user LIMIT 10 ALIAS other",
            "FILTER  visits > 5 -- why\nFROM content LIMIT 10 ALIAS promo",
        ),
        (
            "FILTER  visits > 5 FROM content ALIAS promo",
            "FILTER  visits > 5 FROM content ALIAS promo",
        ),
        ("FILTER AND (", "FILTER AND ("),
    ],
)
def test_the_accounts_own_text_is_sent_back_as_it_is_written(text: str, sent: str) -> None:
    assert Definition(text, verbatim=True).with_clauses("content", "promo") == sent


def test_whose_text_it_is_makes_no_difference_in_value() -> None:
    assert Definition("FILTER a = 1") == Definition("FILTER a = 1", verbatim=True)


@pytest.mark.parametrize("verbatim", [False, True])
def test_repointing_changes_references_and_no_other_character(verbatim: bool) -> None:  # noqa: FBT001
    text = 'FILTER  AND(old="old", INCLUDE old, INCLUDE b, NOT INCLUDE `old`) FROM user ALIAS x'
    repointed = Definition(text, verbatim).repointed({"old": "new_one"})
    assert repointed.text == (
        'FILTER  AND(old="old", INCLUDE new_one, INCLUDE b, NOT INCLUDE new_one) FROM user ALIAS x'
    )
    assert repointed.verbatim is verbatim


def test_what_cannot_be_read_is_not_repointed() -> None:
    opaque = Definition("FILTER AND (INCLUDE old")
    assert opaque.repointed({"old": "new"}) == opaque


def test_the_key_is_the_slug_or_the_name() -> None:
    here = Location("a.yaml")
    assert DesiredSegment(PLAIN, frozenset(), here).key == "a"
    assert LiveSegment("1", PLAIN).key == "a"
    assert DesiredGroup(Group("G"), frozenset(), here).key == "G"
    assert LiveGroup("1", Group("G")).key == "G"


@pytest.mark.parametrize(
    ("status", "is_active"),
    [
        ("running", True),
        ("sleeping", True),
        ("paused", True),
        ("unknown", True),
        ("fault-3", True),
        ("", True),
        ("completed", False),
        ("failed", False),
        ("deleting", False),
        ("deleted", False),
    ],
)
def test_a_job_that_may_still_run_is_active(status: str, is_active: bool) -> None:  # noqa: FBT001
    assert Job("1", "Promo", "export", status, frozenset()).is_active is is_active


@pytest.mark.parametrize(
    ("segment", "tags"),
    [
        (PLAIN, {"crm"}),
        (replace(PLAIN, owned=True), {"crm", "segsync"}),
        (replace(PLAIN, owned=True, protected=True), {"crm", "segsync", "segsync-protected"}),
    ],
)
def test_marks_go_into_the_tags_and_come_out_again(segment: Segment, tags: set[str]) -> None:
    tagged = replace(segment, tags=frozenset({"crm"}))
    assert MARKS.add_tags(tagged) == tags
    assert MARKS.strip_tags(frozenset(tags)) == {"crm"}


@pytest.mark.parametrize(
    ("group", "description"),
    [
        (Group("G", "Ours"), "Ours"),
        (Group("G", "Ours", owned=True), "Ours\n[segsync] managed by segsync"),
        (
            Group("G", "Ours", owned=True, protected=True),
            "Ours\n[segsync] managed by segsync, protected",
        ),
        (Group("G", owned=True), "[segsync] managed by segsync"),
    ],
)
def test_the_line_goes_into_the_description_and_comes_out_again(
    group: Group, description: str
) -> None:
    assert MARKS.add_line(group) == description
    text, owned, protected = MARKS.split_line(description)
    assert Group("G", text, owned=owned, protected=protected) == group


def test_the_line_is_found_with_a_newline_behind_it() -> None:
    assert MARKS.split_line("Ours\n[segsync] managed by segsync\n") == ("Ours", True, False)


@pytest.mark.parametrize(
    "description",
    [
        "see [segsync] managed by segsync",
        "[segsync] managed by segsync\nand by hand",
        "[other] managed by segsync",
    ],
)
def test_the_line_counts_only_as_a_last_line_of_its_own(description: str) -> None:
    assert MARKS.split_line(description) == (description, False, False)


def test_another_tag_is_another_owner() -> None:
    ours = Marks("team.a")
    line = ours.add_line(Group("G", owned=True))
    assert line == "[team.a] managed by segsync"
    assert ours.split_line(line) == ("", True, False)
    assert MARKS.split_line(line) == (line, False, False)
    assert Marks("teamXa").split_line(line) == (line, False, False)
    assert ours.split_line(Marks("teamXa").add_line(Group("G", owned=True)))[1] is False
    assert ours.protected_tag == "team.a-protected"
