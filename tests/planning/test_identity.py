"""What a reference points at, on both sides."""

import pytest
from msgspec.structs import replace

from segsync.planning.identity import (
    Identities,
    group_names,
    identities,
    missing_identity,
    moved_meanings,
    moved_references,
    new_identity,
    references,
)
from segsync.segment import Definition
from tests.planning.build import found, found_group, hex_id, live_state

OLD, BASE = found("old"), found("base")


@pytest.fixture
def names() -> Identities:
    """The old one becomes the new one, and another gets its slug."""
    matched = {"new": OLD, "old": None, "fresh": None, "base": BASE}
    return identities(live_state([OLD, BASE]), matched)


def test_a_live_reference_is_an_id_or_the_slug_of_now(names: Identities) -> None:
    assert names.live(OLD.id) == OLD.id
    assert names.live("old") == OLD.id
    assert names.live("OLD") == OLD.id


def test_a_live_reference_that_leads_nowhere_will_lead_to_what_gets_the_slug(
    names: Identities,
) -> None:
    assert names.live("new") == OLD.id
    assert names.live("fresh") == new_identity("fresh")
    assert names.live("zzz") == missing_identity("zzz")


def test_a_reference_in_a_file_is_what_the_files_mean(names: Identities) -> None:
    assert names.desired("new") == OLD.id
    assert names.desired("old") == new_identity("old")
    assert names.desired("base") == BASE.id
    assert names.desired(BASE.id) == BASE.id
    assert names.desired("zzz") == missing_identity("zzz")


def test_only_slugs_that_mean_another_segment_have_moved(names: Identities) -> None:
    assert names.moved == {"old"}
    assert set(names.all) == {"old", "base", OLD.id, BASE.id}


def test_a_live_slug_in_mixed_case_is_found_as_it_is_written() -> None:
    mixed = found("Mixed")
    assert identities(live_state([mixed]), {}).live("Mixed") == mixed.id


def test_references_that_stay_and_mean_another_segment_are_told(names: Identities) -> None:
    before = Definition("FILTER AND (INCLUDE old, INCLUDE base)")
    assert moved_references(before, before, names) == {"old": OLD.id}
    assert moved_meanings(before, before, names) == (
        "INCLUDE old: was the segment renamed to new, is now a new one",
    )
    assert moved_references(before, Definition("FILTER INCLUDE base"), names) == {}


def test_a_reference_that_comes_to_mean_a_renamed_segment_tells_which(names: Identities) -> None:
    swapped = replace(names, desired_slugs={"old": BASE.id, "base": OLD.id})
    before = Definition("FILTER AND (INCLUDE old, INCLUDE base)")
    assert moved_meanings(before, before, swapped) == (
        "INCLUDE old: was the segment renamed to base, is now the one renamed from base",
        "INCLUDE base: was the segment renamed to old, is now the one renamed from old",
    )


def test_references_are_told_once_as_written() -> None:
    text = f"FILTER AND (INCLUDE b, NOT INCLUDE a, INCLUDE `b`, INCLUDE {hex_id('c')})"
    assert references(Definition(text)) == ("b", "a", hex_id("c"))


def test_a_field_or_a_string_is_no_reference() -> None:
    assert references(Definition('FILTER AND (a > 1, name = "INCLUDE a")'), ["a"]) == ()


def test_what_cannot_be_read_may_include_what_it_mentions() -> None:
    text = "FILTER AND (INCLUDE a, INCLUDE `my slug`, INCLUDE Big"
    names = ["a", "b", "my slug", "slug", "big", "ig"]
    assert references(Definition(text), names) == ("a", "my slug", "slug", "big")


def test_what_cannot_be_read_and_has_no_include_includes_nothing() -> None:
    assert references(Definition("FILTER AND (a"), ["a"]) == ()


def test_a_group_is_named_by_its_name_or_id() -> None:
    assert group_names(found_group("G", id="7")) == {"G", "id:7"}
