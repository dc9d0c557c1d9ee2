from segsync.inspection.portrait import Relative
from segsync.planning.lineage import Lineage
from segsync.segment import Definition
from tests.planning.build import found, hex_id, live_state

LIVE = live_state(
    [
        found("base", name="Base"),
        found("middle", "FILTER INCLUDE base", name="Middle"),
        found("top", "FILTER AND (INCLUDE middle, INCLUDE base, INCLUDE gone)", name="Top"),
        found("all", "FILTER *", untouchable="predefined by Lytics"),
        found("broken", "FILTER INCLUDE all", invalid_reason="no field x"),
        found("mute", "FILTER INCLUDE all", invalid_reason=""),
    ]
)


def told(tree: tuple[Relative, ...]) -> list[str]:
    """Return the tree as indented lines."""
    return [
        f"{'  ' * (each.depth - 1)}{each.key}"
        + (" again" if each.repeated else "")
        + (f" ({each.remark})" if each.remark else "")
        for each in tree
    ]


def test_everything_that_is_included_is_told_at_any_distance() -> None:
    definition = Definition("FILTER AND (INCLUDE top, INCLUDE middle)")
    assert told(Lineage(LIVE).ancestors(definition)) == [
        "top",
        "  middle",
        "    base",
        "  base",
        "  gone (not in the account)",
        "middle again",
    ]


def test_what_includes_a_segment_is_told_by_slug() -> None:
    assert told(Lineage(LIVE).dependants(hex_id("base"))) == ["middle", "  top", "top"]
    assert told(Lineage(LIVE).dependants(hex_id("top"))) == []


def test_each_relative_has_its_slug_name_and_id_and_what_is_missing_none() -> None:
    definition = Definition("FILTER AND (INCLUDE base, INCLUDE gone)")
    assert Lineage(LIVE).ancestors(definition) == (
        Relative("base", "Base", hex_id("base"), 1),
        Relative("gone", "", None, 1, remark="not in the account"),
    )


def test_what_cannot_be_read_includes_what_it_mentions() -> None:
    odd = live_state([found("base"), found("odd", "FILTER AND (INCLUDE base")])
    assert told(Lineage(odd).dependants(hex_id("base"))) == ["odd"]


def test_what_includes_a_segment_is_in_the_order_of_slugs_whatever_the_ids() -> None:
    users = [
        found(slug, "FILTER INCLUDE base", id=identity)
        for slug, identity in (("a", "2"), ("b", "1"))
    ]
    lineage = Lineage(live_state([found("base"), *reversed(users)]))
    assert told(lineage.dependants(hex_id("base"))) == ["a", "b"]


def test_what_is_invalid_or_made_by_lytics_says_so() -> None:
    lineage = Lineage(LIVE)
    assert told(lineage.dependants(hex_id("all"))) == [
        "broken (invalid: no field x)",
        "mute (invalid)",
    ]
    assert told(lineage.ancestors(Definition("FILTER INCLUDE all"))) == [
        "all (predefined by Lytics)"
    ]


def test_a_circle_ends_where_it_began() -> None:
    circle = live_state([found("a", "FILTER INCLUDE b"), found("b", "FILTER INCLUDE a")])
    assert told(Lineage(circle).dependants(hex_id("a"))) == ["b", "  a", "    b again"]


def test_an_include_by_id_leads_to_the_segment() -> None:
    definition = Definition(f"FILTER INCLUDE {hex_id('base').upper()}")
    assert told(Lineage(LIVE).ancestors(definition)) == ["base"]


def test_the_name_of_a_reference_is_known_by_slug_and_id() -> None:
    lineage = Lineage(LIVE)
    assert lineage.name_of("middle") == lineage.name_of(hex_id("middle")) == "Middle"
    assert lineage.name_of("gone") is None
