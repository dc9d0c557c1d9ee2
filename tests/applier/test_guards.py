from dataclasses import replace

import pytest

from segsync.applier.guards import (
    KeyNotTaken,
    MadeAnother,
    MadeUnderOtherKey,
    Seen,
    StoredOtherwise,
    after_create,
    after_update,
    differences,
    is_new,
    not_taken,
)
from segsync.segment import Group, Segment
from tests.applier.account import a_segment

OPAQUE = "FILTER ((("


def test_an_answer_with_what_was_sent_is_no_trap() -> None:
    sent = a_segment()
    assert after_create(sent, Seen("1", sent)) is None
    assert after_update("1", sent, Seen("1", sent)) is None


def test_a_create_under_another_slug_is_a_trap() -> None:
    sent = a_segment("buyers")
    answer = Seen("1", replace(sent, slug="buyers_1"))
    assert after_create(sent, answer) == MadeUnderOtherKey(asked="buyers", made="buyers_1")


def test_an_update_answered_with_another_id_is_a_trap() -> None:
    sent = a_segment()
    assert after_update("1", sent, Seen("2", sent)) == MadeAnother(id="1", made="2")


def test_an_update_that_leaves_another_slug_is_a_trap() -> None:
    sent = a_segment("buyers")
    answer = Seen("1", replace(sent, slug="bought"))
    assert after_update("1", sent, answer) == KeyNotTaken(asked="buyers", has="bought")


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        (a_segment(table="content"), "table"),
        (a_segment(ql="FILTER visits > 4"), "definition"),
        (a_segment(ql="FILTER visits > 3 LIMIT 5"), "definition"),
        (a_segment(ql=OPAQUE), "definition"),
        (a_segment(owned=False), "owned"),
        (a_segment(protected=True), "protected"),
    ],
)
def test_another_essential_field_is_a_trap(stored: Segment, field: str) -> None:
    answer = Seen("1", stored)
    assert after_create(a_segment(), answer) == StoredOtherwise((field,))
    assert after_update("1", a_segment(), answer) == StoredOtherwise((field,))


def test_other_fields_that_were_not_taken_are_told_and_are_no_trap() -> None:
    answer = Seen("1", a_segment(name="Cut", description="short", tags=frozenset({"a"})))
    assert after_create(a_segment(), answer) is None
    assert not_taken(a_segment(), answer) == ("name", "description", "tags")


def test_definitions_are_compared_by_meaning() -> None:
    one = a_segment(ql="FILTER AND (visits > 3, EXISTS email) FROM user ALIAS buyers")
    other = a_segment(ql="FILTER AND (\n  EXISTS email\n  visits > 3\n)")
    assert differences(one, other) == ()


def test_opaque_definitions_are_compared_as_text() -> None:
    assert differences(a_segment(ql=OPAQUE), a_segment(ql=OPAQUE)) == ()
    assert differences(a_segment(ql=OPAQUE), a_segment(ql=OPAQUE + " ")) == ("definition",)


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        ("2027-01-01T00:00:00Z", "2027-01-01T01:00:00.000+01:00", ()),
        ("2027-01-01", "2027-01-01T00:00:00Z", ()),
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z", ("expires_at",)),
        ("never", "ever", ("expires_at",)),
        ("2027-01-01T00:00:00Z", None, ("expires_at",)),
    ],
)
def test_expiry_is_compared_as_an_instant(
    one: str, other: str | None, fields: tuple[str, ...]
) -> None:
    assert differences(a_segment(expires_at=one), a_segment(expires_at=other)) == fields


def test_a_group_is_judged_by_its_name_and_marks() -> None:
    sent = Group("Campaigns", "Q1", owned=True)
    other = replace(sent, name="Campaign")
    assert after_create(sent, Seen("1", other)) == MadeUnderOtherKey("Campaigns", "Campaign")
    assert after_update("1", sent, Seen("1", other)) == KeyNotTaken("Campaigns", "Campaign")
    bare = replace(sent, owned=False)
    assert after_create(sent, Seen("1", bare)) == StoredOtherwise(("owned",))


@pytest.mark.parametrize(
    ("created", "updated", "new"),
    [
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000Z", True),
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:05.000Z", True),
        ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:05.001Z", False),
        ("", "2026-11-20T10:00:00.000Z", False),
        ("2026-11-20T10:00:00.000Z", "", False),
        ("2026-11-20T10:00:00", "2026-11-20T10:00:00Z", True),
    ],
)
def test_an_object_is_new_when_it_was_created_and_updated_by_one_write(
    created: str, updated: str, *, new: bool
) -> None:
    assert is_new(Seen("1", a_segment(), created=created, updated=updated)) is new
