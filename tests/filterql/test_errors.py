"""How mistakes are shown."""

import pytest

from segsync.filterql import AstError, FilterQLSyntaxError, parse


def error_of(text: str) -> FilterQLSyntaxError:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse(text)
    return caught.value


def test_a_syntax_error_points_at_the_place_and_shows_a_way_out() -> None:
    error = error_of("FILTER AND (\n\ta = 1,\n\tb = 3d\n)")
    assert str(error) == (
        "a duration is no value (line 3, column 6)\n"
        "   b = 3d\n"
        "       ^^\n"
        'hint: write a date as "now-3d"'
    )
    assert (error.line, error.column) == (3, 6)
    assert error.text[error.offset : error.end] == "3d"
    assert isinstance(error, ValueError)


def test_a_long_line_is_shown_in_part() -> None:
    picture = str(error_of("FILTER AND (" + "a = 1, " * 40 + "b = ?)")).splitlines()[1:3]
    assert max(map(len, picture)) <= 80
    assert picture[0][picture[1].index("^")] == "?"


def test_carets_stand_below_the_mistake_behind_wide_characters() -> None:
    with pytest.raises(FilterQLSyntaxError) as caught:
        parse('FILTER AND (city = "東京", visits >> "大阪")')
    assert str(caught.value).splitlines()[1:3] == [
        '  FILTER AND (city = "東京", visits >> "大阪")',
        f"  {' ' * 35}^",
    ]


def test_carets_are_as_wide_as_the_mistake() -> None:
    mistake = FilterQLSyntaxError("wrong", text="東京 大阪", offset=3, end=5)
    assert str(mistake).splitlines()[1:] == ["  東京 大阪", "       ^^^^"]


def test_the_end_of_the_text_has_a_caret_too() -> None:
    assert str(error_of("FILTER a =")) == (
        "expected a value, but the filter ends here (line 1, column 11)\n"
        "  FILTER a =\n"
        "            ^"
    )


def test_an_error_without_an_end_marks_one_character() -> None:
    error = FilterQLSyntaxError("no", text="abc", offset=1)
    assert (error.end, error.hint) == (1, "")
    assert str(error) == "no (line 1, column 2)\n  abc\n   ^"


def test_an_ast_error_tells_the_path() -> None:
    assert str(AstError("wrong", path=("args", 0, "op"))) == "wrong (at args.0.op)"
    assert str(AstError("wrong")) == "wrong"
