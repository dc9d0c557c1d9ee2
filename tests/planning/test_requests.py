from segsync.inspection.reevaluation import LeftOut
from segsync.planning.requests import Selection, request_plan, select
from tests.planning.build import found, found_group, hex_id, live_state, told

LIVE = live_state(
    [
        found("top", "FILTER AND (INCLUDE middle, INCLUDE gone)", tags=["winter"]),
        found("middle", "FILTER AND (INCLUDE base, INCLUDE theirs, INCLUDE all)"),
        found("base", groups=["Campaigns"]),
        found("theirs", owned=False),
        found("all", "FILTER *", untouchable="predefined by Lytics"),
    ],
    [found_group("Campaigns")],
)
PREDEFINED = LeftOut("all", "it is predefined by Lytics")
FOREIGN = LeftOut("theirs", "it is not managed by segsync")


def selection(*words: str, with_ancestors: bool = False) -> Selection:
    found_ = select(words, LIVE, with_ancestors=with_ancestors)
    assert isinstance(found_, Selection)
    return found_


def slugs(chosen: Selection) -> list[str]:
    return [each.key for each in chosen.chosen]


def test_what_is_named_comes_ancestors_first_whatever_the_order_of_the_words() -> None:
    chosen = selection("top", hex_id("base"))
    assert slugs(chosen) == ["base", "top"]
    assert chosen.is_literal
    assert (chosen.added, chosen.left_out, chosen.refused) == (frozenset(), (), ())


def test_patterns_tags_and_groups_choose_and_are_not_literal() -> None:
    assert slugs(selection("*d?le")) == ["middle"]
    assert slugs(selection("tag:winter")) == ["top"]
    assert slugs(selection("group:Campaigns")) == ["base"]
    assert not selection("tag:winter").is_literal


def test_a_pattern_that_adds_nothing_to_what_was_named_needs_no_question() -> None:
    assert selection("top", "tag:winter").is_literal


def test_ancestors_are_added_on_request_and_what_is_not_ours_is_left_out() -> None:
    chosen = selection("top", with_ancestors=True)
    assert slugs(chosen) == ["base", "middle", "top"]
    assert chosen.added == {hex_id(each) for each in ("base", "middle", "theirs", "all")}
    assert chosen.left_out == (FOREIGN, PREDEFINED)
    assert not chosen.is_literal


def test_a_pattern_leaves_out_what_a_name_refuses() -> None:
    assert selection("*").left_out == (FOREIGN, PREDEFINED)
    chosen = selection("theirs", "all", "*")
    assert (chosen.left_out, chosen.refused) == ((), (FOREIGN, PREDEFINED))


def test_every_word_that_stands_for_nothing_is_told() -> None:
    problems = select(["tap", "x*", "tag:none", "group:none", "top"], LIVE, with_ancestors=False)
    assert not isinstance(problems, Selection)
    assert {each.code for each in problems} == {"no-such-segment"}
    assert [(each.summary, each.detail) for each in problems] == [
        ('the account has no segment "tap"', "A segment is named by its slug or its id."),
        ('no segment of the account matches "x*"', ""),
        ('no segment of the account matches "tag:none"', ""),
        ('no segment of the account matches "group:none"', ""),
    ]


def test_each_request_waits_for_all_chosen_ancestors() -> None:
    plan = request_plan(selection("base", "middle", "top"), LIVE, tag="segsync")
    assert told(plan) == [
        "reevaluate base",
        "reevaluate middle after 1",
        "reevaluate top after 1, 2",
    ]
    assert [each.id for each in plan.changes] == [
        hex_id(each) for each in ("base", "middle", "top")
    ]


def test_the_plan_of_a_request_says_where_and_what_it_is() -> None:
    plan = request_plan(selection("base", "top"), LIVE, tag="ours")
    assert (plan.account, plan.tag, plan.managed, plan.live) == (LIVE.account, "ours", 4, 5)
    last = plan.changes[-1]
    top = LIVE.segments[0].segment
    assert (last.number, last.before, last.after, last.reason) == (2, top, top, "asked for")


def test_a_segment_that_includes_itself_does_not_wait_for_itself() -> None:
    circle = live_state([found("a", "FILTER INCLUDE a")])
    chosen = select(["a"], circle, with_ancestors=False)
    assert isinstance(chosen, Selection)
    assert told(request_plan(chosen, circle, tag="segsync")) == ["reevaluate a"]


def test_a_chosen_ancestor_is_waited_for_through_one_that_was_not_chosen() -> None:
    plan = request_plan(selection("base", "top"), LIVE, tag="segsync")
    assert told(plan) == ["reevaluate base", "reevaluate top after 1"]


def test_segments_that_include_each_other_do_not_wait_for_ever() -> None:
    circle = live_state([found("a", "FILTER INCLUDE b"), found("b", "FILTER INCLUDE a")])
    chosen = select(["a", "b"], circle, with_ancestors=False)
    assert isinstance(chosen, Selection)
    plan = request_plan(chosen, circle, tag="segsync")
    assert told(plan) == ["reevaluate b", "reevaluate a after 1"]
