"""The sizes of an account are what an evaluation of every single profile counts."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segsync.config import read_settings
from segsync.filterql import Node, parse
from segsync.filterql.evaluator import Profile, compile_filter
from segsync.filterql.evaluator.values import MISSING
from segsync.sandbox.definitions import read_definition
from segsync.sandbox.edits import add_segment, edit_segment
from segsync.sandbox.messages import JsonObject
from segsync.sandbox.seed import Seed, embedded_seed, generated
from segsync.sandbox.sizes import Sizes
from segsync.sandbox.state import AccountState, Kind
from segsync.sandbox.store import Store, memory_store
from segsync.sandbox.switches import Switches
from segsync.workflow.files import read_files
from tests.filterql.evaluator.test_laws import quick
from tests.sandbox.account import NOON, SEED

ROOT = Path(__file__).parents[2]
MIDNIGHT = NOON.replace(hour=0)
CONDITIONS = [
    'country = "US"', "order_count > 2", "EXISTS email", "NOT EXISTS nps_score",
    'last_order_date > "now-6M"', "category_affinity.snow >= 0.5", 'email LIKE "*9@*"',
    'categories_bought INTERSECTS ("tents", "coolers")', "loyalty_points BETWEEN 500 AND 900",
    "NOT total_spend > average_order_value", "INCLUDE customers", "NOT INCLUDE vip_customers",
    "INCLUDE gone", "NOT INCLUDE all_documents", "first_name", "nothing = 1", "email_opt_in = true",
    "timewindow(last_visit, 1, 7)", "order_count > 1 AND INCLUDE active_customers",
]  # fmt: skip

TOO_DEEP = "Recursive Evaluation Error"


def small(people: int = 300, *, segments: Iterable[JsonObject] | None = None) -> Store:
    seed = embedded_seed()
    return memory_store(
        replace(
            seed,
            segments=seed.segments if segments is None else tuple(segments),
            jobs=(),
            flows=(),
            exclusions={},
            population={"profiles": people},
        ),
        switches=Switches(accept_include_cycles=True, accept_missing_includes=True),
        clock=lambda: NOON,
    )


def profiles(sizes: Sizes, table: str) -> list[Profile]:
    found = sizes.table(table)
    columns = {name: found.column(name) or () for name in found.names}
    return [
        Profile({name: each[at] for name, each in columns.items() if each[at] is not MISSING})
        for at in range(found.cohort.size)
    ]


def counted(state: AccountState, text: str, table: str, sizes: Sizes) -> list[bool | None]:
    """Evaluate each profile by itself, with the language's own evaluation."""

    def include(reference: str) -> Node | None:
        target = state.segment(reference)
        if target is None or target["table"] != table:
            return None
        return read_definition(target["segment_ql"]).filter

    verdict_on = compile_filter(read_definition(text).filter, now=MIDNIGHT, include=include)
    return [
        each.match if each.defined else None for each in map(verdict_on, profiles(sizes, table))
    ]


def assert_agreement(store: Store, *texts: str, table: str = "user") -> None:
    """Hold these definitions, or all that are stored, against the evaluation of every profile."""
    with store.read() as state:
        sizes = Sizes(state, NOON)
        for text in texts:
            found = sizes.selected(read_definition(text), table=table)
            assert found.verdicts() == counted(state, text, table, sizes), text
        for each in () if texts else state.all(Kind.SEGMENT):
            said = counted(state, each["segment_ql"], each["table"], sizes)
            assert sizes.members(each).verdicts() == said, each["slug_name"]
            assert sizes.of_segment(each) == (0 if each["invalid"] else said.count(True))


def own_segments() -> list[JsonObject]:
    """Return this repository's audiences in the order in which a seed may name them."""
    settings = read_settings(ROOT / "segsync.yaml", account="prod", environ={}, cwd=ROOT)
    found = [each.segment for each in read_files(settings).desired.segments.values()]
    assert len(found) > 40
    return [
        {"slug_name": each.slug, "name": each.name, "segment_ql": each.definition.text}
        | {"table": each.table}
        for each in found
    ]


def test_every_definition_of_the_seed_counts_whom_evaluation_counts() -> None:
    assert_agreement(small())


def test_every_audience_of_this_repository_counts_whom_evaluation_counts() -> None:
    assert_agreement(small(segments=own_segments()))


@pytest.mark.soak
def test_all_agree_over_all_profiles() -> None:
    assert_agreement(small(10_000))
    assert_agreement(small(10_000, segments=own_segments()))


STORE = small(80)


@quick
@given(
    st.recursive(
        st.sampled_from(CONDITIONS),
        lambda inner: st.builds(
            lambda word, members: f"{word} ({', '.join(members)})",
            st.sampled_from(["AND", "OR", "NOT AND", "NOT OR"]),
            st.lists(inner, min_size=2, max_size=4),
        ),
        max_leaves=6,
    )
)
def test_any_definition_counts_whom_evaluation_counts(condition: str) -> None:
    assert_agreement(STORE, f"FILTER {condition}")


def test_a_segment_that_cannot_be_evaluated_is_undefined_and_so_is_what_includes_it() -> None:
    store = small()
    for slug, includes in (("a", "b"), ("b", "c"), ("c", "b"), ("d", "c"), ("e", "gone")):
        text = f"FILTER OR (NOT INCLUDE {includes}, order_count > 0)"
        add_segment(store, name=slug, segment_ql=text)
    texts = [f"FILTER NOT INCLUDE {slug}" for slug in "abcde"]
    assert_agreement(store, *texts, "FILTER NOT INCLUDE all_documents")
    with store.read() as state:
        sizes = Sizes(state, NOON)
        ordered = sizes.selected(read_definition("FILTER order_count > 0"), table="user").count
        for slug, is_invalid in zip("abcde", (False, True, True, False, True), strict=True):
            segment = state.segment(slug)
            assert segment is not None
            assert sizes.members(segment).count == ordered > 0
            assert segment["invalid"] is is_invalid
            assert sizes.of_segment(segment) == (0 if is_invalid else ordered)
            assert sizes.history(segment, [NOON]) == [0 if is_invalid else ordered]
            including = read_definition(f"FILTER OR (INCLUDE {slug}, NOT INCLUDE {slug})")
            assert sizes.selected(including, table="user").count == 0


def test_a_segment_of_another_table_is_undefined() -> None:
    with small().read() as state:
        sizes = Sizes(state, NOON)
        text = read_definition("FILTER OR (INCLUDE all_documents, NOT INCLUDE all_documents)")
        assert sizes.selected(text, table="user").count == 0
        assert sizes.selected(text, table="content").count == 15


def test_sizes_follow_a_change_of_what_is_included() -> None:
    store = small()
    with store.read() as state:
        before = Sizes(state, NOON).of_segment(state.segment("active_customers") or {})
    edit_segment(store, "customers", segment_ql="FILTER order_count >= 5 FROM user ALIAS customers")
    with store.read() as state:
        after = Sizes(state, NOON).of_segment(state.segment("active_customers") or {})
    assert 0 < after < before


def test_a_long_chain_of_includes_is_counted_down_to_the_depth_that_is_followed() -> None:
    chain = [
        {"slug_name": f"s{n}", "name": "S", "segment_ql": f"FILTER INCLUDE s{n - 1}"}
        for n in range(300, 0, -1)
    ]
    base = {"slug_name": "s0", "name": "S", "segment_ql": "FILTER visits > 3"}
    seed = Seed(
        account=SEED.account, fields=SEED.fields, groups=(), segments=(*chain, base), jobs=()
    )
    with memory_store(seed).read() as state:
        sizes = Sizes(state, NOON)
        first, last = state.segment("s0"), state.segment("s300")
        assert first is not None
        assert last is not None
        assert sizes.members(last).count == sizes.of_segment(first) > 0
        deepest = state.segment("s100"), state.segment("s101")
        assert [each["invalid_reason"] for each in deepest if each] == ["", TOO_DEEP]
        assert sizes.of_segment(last) == 0


def test_a_seed_says_how_many_people_there_are_and_which() -> None:
    def emails(population: dict[str, int]) -> list[object]:
        seed = Seed(
            account=SEED.account, fields=SEED.fields, groups=(), segments=(), jobs=(),
            population=population,
        )  # fmt: skip
        with memory_store(seed).read() as state:
            table = Sizes(state, NOON).table("user")
            assert table.cohort.size == population.get("profiles", 10_000)
            return list(table.column("email") or ())

    assert emails({"profiles": 20}) == emails({"profiles": 20, "seed": 1})
    assert emails({"profiles": 20, "seed": 2}) != emails({"profiles": 20})
    assert len(emails({"seed": 3})) == 10_000


def test_generated_segments_have_members() -> None:
    with memory_store(generated(30)).read() as state:
        sizes = Sizes(state, NOON)
        found = [sizes.of_segment(each) for each in state.all(Kind.SEGMENT)]
    assert sum(each > 0 for each in found) > 3


def test_a_table_that_nobody_knows_has_profiles_without_fields() -> None:
    with small().read() as state:
        sizes = Sizes(state, NOON)
        assert sizes.selected(read_definition("FILTER *"), table="things").count == 300
        assert sizes.selected(read_definition("FILTER EXISTS a"), table="things").count == 0


def test_history_ends_at_the_size_and_counts_documents_by_their_date() -> None:
    with small().read() as state:
        sizes = Sizes(state, NOON)
        long_ago = NOON.replace(year=2020)
        for slug in ("customers", "all_documents"):
            segment = state.segment(slug)
            assert segment is not None
            assert sizes.history(segment, [NOON, long_ago]) == [sizes.of_segment(segment), 0]
        things = add_segment(small(), name="Things", table="things", segment_ql="FILTER *")
        assert things == "things"


def test_parsed_and_stored_definitions_are_the_same_to_a_cohort() -> None:
    with small().read() as state:
        cohort = Sizes(state, NOON).table("user").cohort
        assert cohort.members(parse("FILTER order_count > 2").filter).count > 0
