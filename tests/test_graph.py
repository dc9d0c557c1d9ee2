import pytest

from segsync.graph import (
    ancestors_first,
    depths,
    find_cycles,
    nearest_changed,
    reachable,
    reversed_edges,
)

DIAMOND = {"top": ["left", "right"], "left": ["root"], "right": ["root"], "root": []}


def test_reversed_edges_tell_who_points_at_a_node() -> None:
    assert reversed_edges(DIAMOND) == {
        "left": ["top"],
        "right": ["top"],
        "root": ["left", "right"],
    }


def test_what_is_reachable_comes_nearest_first_and_once() -> None:
    assert reachable(DIAMOND, "top") == ["left", "right", "root"]
    assert reachable(DIAMOND, "root") == []
    assert reachable(DIAMOND, "elsewhere") == []


def test_a_node_on_a_cycle_is_not_reachable_from_itself() -> None:
    assert reachable({"a": ["b"], "b": ["a"]}, "a") == ["b"]


def test_ancestors_come_first_and_ties_keep_the_order_given() -> None:
    assert ancestors_first(DIAMOND) == ["root", "left", "right", "top"]
    assert ancestors_first({"b": [], "a": []}) == ["b", "a"]


def test_nodes_that_are_only_pointed_at_are_ordered_too() -> None:
    assert ancestors_first({"a": ["elsewhere"]}) == ["elsewhere", "a"]


def test_a_chain_of_any_length_is_walked() -> None:
    chain = {number: [number + 1] for number in range(20_000)}
    assert ancestors_first(chain)[0] == 20_000
    assert len(reachable(chain, 0)) == 20_000
    assert find_cycles(chain) == []
    assert find_cycles({**chain, 20_000: [0]})[0][:3] == [0, 1, 2]


def test_a_depth_is_that_of_the_longest_way() -> None:
    assert depths({**DIAMOND, "top": ["left", "right", "root"]}) == {
        "root": 0,
        "left": 1,
        "right": 1,
        "top": 2,
    }
    assert depths({number: [number + 1] for number in range(20_000)})[0] == 20_000


def test_a_graph_without_cycles_has_none() -> None:
    assert find_cycles(DIAMOND) == []


def test_a_node_that_points_at_itself_is_a_cycle() -> None:
    assert find_cycles({"a": ["a"], "b": []}) == [["a", "a"]]


def test_each_group_of_nodes_gives_one_shortest_cycle() -> None:
    edges = {"in": ["a"], "a": ["b", "c"], "b": ["c"], "c": ["a"], "x": ["y"], "y": ["x"]}
    assert sorted(find_cycles(edges)) == [["a", "c", "a"], ["x", "y", "x"]]


def test_a_cycle_goes_through_a_preferred_node_even_if_another_is_found_first() -> None:
    """A depth-first walk alone would report r -> x -> y -> r and never see `ours` on a cycle."""
    edges = {"r": ["x", "ours"], "x": ["y"], "y": ["r"], "ours": ["y"]}
    assert find_cycles(edges) == [["r", "x", "y", "r"]]
    assert find_cycles(edges, {"ours"}) == [["ours", "y", "r", "ours"]]


def test_edges_given_twice_change_nothing() -> None:
    assert find_cycles({"a": ["b", "b"], "b": ["a", "a"]}) == [["a", "b", "a"]]


def test_unchanged_nodes_are_looked_through_and_changed_ones_end_the_look() -> None:
    edges = {"d": ["c"], "c": ["b"], "b": ["a"], "a": []}
    waits = nearest_changed(edges, {"d": 0, "b": 1, "a": 2})
    assert waits == {
        "a": frozenset(),
        "b": frozenset({2}),
        "c": frozenset({1}),
        "d": frozenset({1}),
    }


def test_what_is_no_node_of_the_graph_is_waited_for_by_nobody() -> None:
    assert nearest_changed({"a": ["missing"]}, {"a": 0})["a"] == frozenset()


@pytest.mark.parametrize("cycle", [{"a": ["b"], "b": ["a"]}, {"a": ["a"]}])
def test_a_cycle_does_not_keep_the_walk_from_ending(cycle: dict[str, list[str]]) -> None:
    assert set(nearest_changed(cycle, {})) == set(cycle)
    assert set(ancestors_first(cycle)) == set(cycle)
