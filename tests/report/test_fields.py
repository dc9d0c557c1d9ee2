from segsync.plan import FieldChange
from segsync.report.document import Line, Mark
from segsync.report.fields import field_lines, field_names, object_lines
from segsync.segment import Definition, Group, Segment


def test_the_definition_comes_first() -> None:
    fields = (
        FieldChange("description", "a", "b"),
        FieldChange("definition", "FILTER visits > 1", "FILTER visits > 2"),
        FieldChange("protected", before=False, after=True),
    )
    assert field_names(fields) == "definition, description, marked as protected"
    assert field_lines(fields) == (
        Line("visits > 1  ->  > 2  (tightened)", Mark.CHANGED),
        Line('description: "a" -> "b"'),
        Line("marked as protected: false -> true"),
    )


def test_a_condition_that_moved_is_marked_as_such() -> None:
    before, after = "FILTER AND (x, OR (a, b, c))", "FILTER AND (x, a, OR (b, c))"
    assert field_lines((FieldChange("definition", before, after),)) == (
        Line("AND"),
        Line("a  (moved from OR (b, …))", Mark.MOVED, 1),
    )


def test_sets_show_what_came_and_went() -> None:
    assert field_lines((FieldChange("tags", ("a", "b"), ("b", "c")),)) == (Line("tags: +c -a"),)


def test_a_field_may_appear() -> None:
    assert field_lines((FieldChange("expires_at", None, "2027-01-01"),)) == (
        Line('expires_at: none -> "2027-01-01"'),
    )


def test_a_definition_that_cannot_be_read_is_shown_as_text() -> None:
    change = FieldChange("definition", "FILTER ((", "FILTER visits > 2")
    assert field_lines((change,)) == (
        Line("FILTER ((", Mark.REMOVED),
        Line("FILTER visits > 2", Mark.ADDED),
    )


def test_a_difference_outside_of_the_filter_is_shown_as_text() -> None:
    change = FieldChange("definition", "FILTER visits > 2", "FILTER visits > 2 LIMIT 5")
    assert field_lines((change,)) == (
        Line("FILTER visits > 2", Mark.REMOVED),
        Line("FILTER visits > 2 LIMIT 5", Mark.ADDED),
    )


def test_a_definition_without_text_is_shown_as_such() -> None:
    change = FieldChange("definition", None, "FILTER visits > 2")
    assert field_lines((change,)) == (
        Line("", Mark.REMOVED),
        Line("FILTER visits > 2", Mark.ADDED),
    )


def test_a_new_segment_is_introduced_with_what_is_unusual_about_it() -> None:
    segment = Segment("vip", "VIP", Definition("FILTER visits > 1"), table="content", kind="aspect")
    assert object_lines(segment) == (
        Line('"VIP" · table content · kind aspect'),
        Line("FILTER visits > 1"),
    )


def test_every_field_that_a_file_can_set_is_shown() -> None:
    segment = Segment(
        "vip",
        "VIP",
        Definition("FILTER AND (a > 1, b > 2) FROM user ALIAS vip"),
        description="Very important",
        is_public=True,
        tags=frozenset({"b", "a"}),
        groups=frozenset({"Campaigns"}),
        save_hist=False,
        schedule_exit=True,
        emit_trigger=True,
        expires_at="2027-01-01T00:00:00Z",
        protected=True,
    )
    told = (
        '"VIP" · public · no history · scheduled exits · emits triggers · protected'
        " · expires 2027-01-01T00:00:00Z · tags a, b · groups Campaigns"
    )
    assert object_lines(segment, mark=Mark.REMOVED) == (
        Line(told, Mark.REMOVED),
        Line('"Very important"', Mark.REMOVED),
        Line("FILTER AND (a > 1, b > 2)", Mark.REMOVED),
    )


def test_a_short_rest_of_a_new_definition_is_shown_and_a_long_one_counted() -> None:
    def lines(conditions: int) -> tuple[Line, ...]:
        text = ", ".join(f"some_long_field_name_{each} > {each}" for each in range(conditions))
        return object_lines(Segment("s", "S", Definition(f"FILTER AND ({text})")))

    assert len(lines(8)) == 11
    assert lines(8)[-1] == Line(")")
    assert lines(8)[2] == Line("some_long_field_name_0 > 0,", depth=1)
    assert len(lines(20)) == 10
    assert lines(20)[-1] == Line("and 14 more lines")


def test_a_new_definition_that_cannot_be_read_is_shown_as_text() -> None:
    assert object_lines(Segment("s", "S", Definition("FILTER (("))) == (
        Line('"S"'),
        Line("FILTER (("),
    )


def test_a_new_group_is_introduced_by_its_description() -> None:
    assert object_lines(Group("VIP", "Very important")) == (Line('"Very important"'),)
    assert object_lines(Group("VIP")) == ()
