from segsync.planning.sizing import SizeQuestion, size_questions
from segsync.segment import DesiredSegment, Guard, Job, LiveSegment
from tests.planning.build import desired_state, found, hex_id, live_state, plan_of, wanted

ACTIVE = found("active", "FILTER x > 1")
BUYERS = found("buyers", "FILTER AND (INCLUDE active, y > 1)")


THEIRS = [
    found("active", "FILTER x > 1", owned=False),
    found("buyers", "FILTER y > 1", owned=False),
]


def guarded(slug: str, ql: str, guard: Guard) -> DesiredSegment:
    entry = wanted(slug, ql)
    return DesiredSegment(entry.segment, entry.managed, entry.source, guard=guard)


def asked(
    desired: list[DesiredSegment], live: list[LiveSegment], jobs: tuple[Job, ...] = (), **how: bool
) -> tuple[SizeQuestion, ...]:
    wishes: dict[str, bool] = {"every_change": True, "limited": False, **how}
    state = live_state(live, jobs=jobs)
    return size_questions(
        plan_of(desired, live, jobs=jobs), desired_state(desired).segments, state, **wishes
    )


def test_a_changed_definition_is_asked_for_with_who_enters_and_leaves() -> None:
    assert asked([wanted("active", "FILTER x > 2")], [ACTIVE]) == (
        SizeQuestion(
            "active",
            "user",
            hex_id("active"),
            after="FILTER x > 2 FROM user",
            entering="FILTER AND (x > 2, NOT INCLUDE active) FROM user",
            leaving="FILTER AND (INCLUDE active, NOT OR (x > 2, x > 2)) FROM user",
        ),
    )


def test_what_does_not_move_members_is_not_asked_for() -> None:
    renamed = wanted("busy", "FILTER x > 1", previously=("active",))
    assert asked([renamed], [ACTIVE]) == ()
    assert asked([wanted("active", "FILTER x > 1", description="new")], [ACTIVE]) == ()


def test_a_rename_is_asked_for_by_the_slug_of_now() -> None:
    live = [ACTIVE, found("buyers", "FILTER AND (INCLUDE active, y > 1)")]
    desired = [
        wanted("busy", "FILTER x > 1", previously=("active",)),
        wanted("shoppers", "FILTER AND (INCLUDE busy, y > 2)", previously=("buyers",)),
    ]
    (question,) = asked(desired, live)
    assert (question.key, question.after) == (
        "shoppers",
        "FILTER AND (INCLUDE active, y > 2) FROM user",
    )
    assert question.entering == (
        "FILTER AND (AND (INCLUDE active, y > 2), NOT INCLUDE buyers) FROM user"
    )


def test_what_is_new_or_changes_is_written_out() -> None:
    desired = [
        wanted("active", "FILTER x > 2"),
        wanted("buyers", "FILTER AND (INCLUDE active, y > 1)"),
        wanted("fresh", f"FILTER OR (NOT INCLUDE buyers, INCLUDE other, INCLUDE {hex_id('old')})"),
        wanted("other", "FILTER z = 1"),
    ]
    old = found("old", "FILTER w = 1", owned=False)
    questions = asked(desired, [ACTIVE, BUYERS, old])
    assert {each.key: each.after for each in questions} == {
        "active": "FILTER x > 2 FROM user",
        "fresh": (
            "FILTER OR (NOT OR (AND (x > 2, y > 1), AND (x > 2, y > 1)), z = 1, INCLUDE old)"
            " FROM user"
        ),
        "other": "FILTER z = 1 FROM user",
    }


def test_an_include_of_what_stays_is_asked_for_as_it_is() -> None:
    desired = [wanted("fresh", "FILTER AND (NOT INCLUDE active, INCLUDE buyers)")]
    (question,) = asked(desired, THEIRS)
    assert question.after == "FILTER AND (NOT INCLUDE active, INCLUDE buyers) FROM user"


def test_an_include_that_the_account_has_in_capitals_is_written_out() -> None:
    live = [ACTIVE, found("buyers", "FILTER AND (INCLUDE ACTIVE, y > 1)")]
    desired = [
        wanted("active", "FILTER x > 2"),
        guarded("buyers", "FILTER AND (INCLUDE active, y > 1)", Guard(5)),
    ]
    (question,) = asked(desired, live, every_change=False)
    assert question.after == "FILTER AND (x > 2, y > 1) FROM user"


def test_everybody_enters_and_nobody_leaves() -> None:
    (question,) = asked([wanted("active", "FILTER *")], [ACTIVE])
    assert question.after == "FILTER * FROM user"
    assert question.entering == "FILTER NOT INCLUDE active FROM user"
    assert question.leaving == ""


def test_a_list_with_everybody_says_what_its_other_members_say() -> None:
    desired = [
        wanted("all", "FILTER *"),
        wanted("one", "FILTER AND (INCLUDE all, x > 1)"),
        wanted("any", "FILTER OR (INCLUDE all, x > 1)"),
        wanted("both", "FILTER AND (INCLUDE all, INCLUDE any)"),
        wanted("same", "FILTER AND (INCLUDE all)"),
        wanted("none", "FILTER NOT INCLUDE any"),
        wanted("nobody", "FILTER NOT AND (INCLUDE all, INCLUDE any)"),
    ]
    assert {each.key: each.after or each.problem for each in asked(desired, [])} == {
        "all": "FILTER * FROM user",
        "one": "FILTER x > 1 FROM user",
        "any": "FILTER * FROM user",
        "both": "FILTER * FROM user",
        "same": "FILTER * FROM user",
        "none": "it leaves out a segment that has everybody",
        "nobody": "it leaves out a segment that has everybody",
    }


def test_what_cannot_be_written_out_says_why() -> None:
    many = {
        f"s{number}": f"FILTER AND (INCLUDE s{number - 1}, NOT INCLUDE s{number - 1})"
        for number in range(1, 15)
    }
    desired = [
        wanted("s0", "FILTER x > 1"),
        *(wanted(slug, ql) for slug, ql in many.items()),
        wanted("limited", "FILTER x > 1 LIMIT 5"),
        wanted("page", "FILTER x = 1", table="content"),
        wanted("mixed", "FILTER INCLUDE page"),
        wanted("odd", "FILTER ((("),
    ]
    problems = {each.key: each.problem for each in asked(desired, []) if each.problem}
    assert problems.pop("s14") == problems["s13"]
    assert {key: each for key, each in problems.items() if not key.startswith("s")} == {
        "limited": "the definition of limited has a LIMIT",
        "mixed": "it includes page, which changes and is of another table",
        "odd": "the definition of odd cannot be read",
    }
    assert problems["s13"].endswith(" is too long with all that it includes")


def test_what_is_odd_in_the_account_cannot_be_written_out() -> None:
    live = [
        ACTIVE,
        found("lost", "FILTER AND (INCLUDE active, INCLUDE nowhere)"),
        found("a", "FILTER AND (INCLUDE active, INCLUDE b)"),
        found("b", "FILTER INCLUDE a", owned=False),
    ]
    desired = [
        wanted("active", "FILTER x > 2"),
        *(guarded(each.key, each.segment.definition.text, Guard(5)) for each in live[1:3]),
    ]
    assert {each.key: each.problem for each in asked(desired, live, every_change=False)} == {
        "lost": "it includes nowhere, which is not known",
        "a": "a includes itself",
    }


def test_a_delete_is_asked_for_its_size_now() -> None:
    page = found("page", "FILTER x = 1", table="content")
    assert asked([], [ACTIVE, page]) == (
        SizeQuestion("active", "user", hex_id("active")),
        SizeQuestion("page", "content", hex_id("page")),
    )


def test_what_a_rule_needs_comes_first_then_what_reaches_most() -> None:
    live = [
        *(found(slug, f"FILTER {slug} > 1") for slug in "abcd"),
        found("e", "FILTER INCLUDE c", owned=False),
    ]
    desired = [
        wanted("a", "FILTER a > 2"),
        wanted("b", "FILTER b > 2"),
        wanted("c", "FILTER c > 2"),
        guarded("d", "FILTER d > 2", Guard(5)),
    ]
    job = Job("1", "Promo", "facebook", "running", frozenset({hex_id("b")}))
    questions = asked(desired, live, (job,))
    assert [(each.key, each.required) for each in questions] == [
        ("d", True),
        ("b", False),
        ("c", False),
        ("a", False),
    ]


def test_a_guard_asks_when_only_an_ancestor_changes() -> None:
    guard = Guard(max_shrink=0.1)
    desired = [
        wanted("active", "FILTER x > 2"),
        guarded("buyers", "FILTER AND (INCLUDE active, y > 1)", guard),
    ]
    assert asked(desired, [ACTIVE, BUYERS], every_change=False) == (
        SizeQuestion(
            "buyers",
            "user",
            hex_id("buyers"),
            guard,
            required=True,
            after="FILTER AND (x > 2, y > 1) FROM user",
        ),
    )


def test_a_limit_asks_for_changed_definitions_and_not_for_new_or_deleted_ones() -> None:
    desired = [wanted("active", "FILTER x > 2"), wanted("new")]
    live = [ACTIVE, found("gone")]
    questions = asked(desired, live, every_change=False, limited=True)
    assert [(each.key, each.required, each.entering) for each in questions] == [
        ("active", True, "")
    ]
    assert asked(desired, live, every_change=False) == ()
    assert [each.key for each in asked(desired, live)] == ["active", "gone", "new"]


def test_the_guard_of_what_is_deleted_asks_for_nothing() -> None:
    gone = DesiredSegment(
        wanted("active").segment, frozenset(), wanted("active").source, absent=True, guard=Guard(5)
    )
    assert asked([gone], [ACTIVE], every_change=False) == ()
