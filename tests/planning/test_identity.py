"""What a reference points at, on both sides."""

from segsync.planning.identity import (
    group_names,
    identities,
    missing_identity,
    new_identity,
    references,
)
from segsync.segment import Definition
from tests.planning.build import found, found_group, hex_id, live_state

OLD, BASE = found("old"), found("base")
NAMES = identities(live_state([OLD, BASE]), {"new": OLD, "old": None, "fresh": None, "base": BASE})


def test_a_live_reference_is_an_id_or_the_slug_of_now() -> None:
    assert NAMES.live(OLD.id) == OLD.id
    assert NAMES.live("old") == OLD.id
    assert NAMES.live("OLD") == OLD.id


def test_a_live_reference_that_leads_nowhere_will_lead_to_what_gets_the_slug() -> None:
    assert NAMES.live("new") == OLD.id
    assert NAMES.live("fresh") == new_identity("fresh")
    assert NAMES.live("zzz") == missing_identity("zzz")


def test_a_reference_in_a_file_is_what_the_files_mean() -> None:
    assert NAMES.desired("new") == OLD.id
    assert NAMES.desired("old") == new_identity("old")
    assert NAMES.desired("base") == BASE.id
    assert NAMES.desired(BASE.id) == BASE.id
    assert NAMES.desired("zzz") == missing_identity("zzz")


def test_only_slugs_that_mean_another_segment_have_moved() -> None:
    assert NAMES.moved == {"old"}
    assert set(NAMES.all) == {"old", "base", OLD.id, BASE.id}


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
