import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segsync.filterql import FilterQLSyntaxError, Literal, Node, Statement, parse
from segsync.filterql.nodes import walk
from segsync.loader.variables import expand_filterql, expand_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no variables", "no variables"),
        ("${a} and ${b}", "1 and two words"),
        ("$${a} is plain", "${a} is plain"),
        ("$$${a}", "$${a}"),
        ("$ {a} $a {a}", "$ {a} $a {a}"),
    ],
)
def test_text_takes_values_as_they_are(text: str, expected: str) -> None:
    assert expand_text(text, {"a": "1", "b": "two words"}).text == expected


@pytest.mark.parametrize("text", ["${", "${}", "${a b}", "${1}", "${a"])
def test_a_malformed_reference_is_told(text: str) -> None:
    assert expand_text("x " + text, {"a": "1"}).problems == (
        (2, "a variable is written ${name}", "Write $${ for a plain ${."),
    )


def test_an_undefined_variable_is_told_with_the_nearest_name() -> None:
    assert expand_text("a ${mim_spend} ${zzz}", {"min_spend": "1"}).problems == (
        (
            2,
            'the variable "mim_spend" is not defined',
            (
                'Did you mean "min_spend"? Define it under vars of the account, or set'
                " SEGSYNC_VAR_MIM_SPEND."
            ),
        ),
        (
            15,
            'the variable "zzz" is not defined',
            "Define it under vars of the account, or set SEGSYNC_VAR_ZZZ.",
        ),
    )


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("x > ${v}", "500", "x > 500"),
        ("x > ${v}", "1.5", "x > 1.5"),
        ("x > ${v}", "-5", 'x > "-5"'),
        ("x = ${v}", "007", 'x = "007"'),
        ("x = ${v}", "true", "x = true"),
        ("x = ${v}", "DE", 'x = "DE"'),
        ("x = ${v}", 'a" OR y = "b', 'x = "a\\" OR y = \\"b"'),
        ('x = "now-${v}"', "30d", 'x = "now-30d"'),
        ('x = "${v}"', 'a" OR y = "b', 'x = "a\\" OR y = \\"b"'),
        ('x = """${v}"', "a", 'x = """a"'),
        ("x IN (${v}, ${v})", "a", 'x IN ("a", "a")'),
        ("x IN [${v}]", "1", "x IN [1]"),
        ("x = 1 -- ${v} and ${undefined}\n", "a", "x = 1 -- ${v} and ${undefined}\n"),
        ("# ${v}\nx = ${v}", "a", '# ${v}\nx = "a"'),
        ("INCLUDE a--b, x = ${v}", "1", "INCLUDE a--b, x = 1"),
        ('x = "$${v}"', "1", 'x = "${v}"'),
        ('x = "open ${v}', "1", 'x = "open 1'),
    ],
)
def test_a_value_becomes_a_literal_in_filterql(text: str, value: str, expected: str) -> None:
    assert expand_filterql(text, {"v": value}).text == expected


@pytest.mark.parametrize(
    ("text", "value", "summary"),
    [
        ("x${v} = 1", "1", "a variable stands for a whole value"),
        ("${v}x = 1", "1", "a variable stands for a whole value"),
        ("x > -${v}", "1", "a variable stands for a whole value"),
        ("`a ${v}` = 1", "1", "a variable stands for a whole value"),
        ("'${v}' = 1", "1", "a variable stands for a whole value"),
        ("[a ${v}] = 1", "x] OR [b", "the value of this variable cannot stand in brackets"),
        ('x = "\\${v}"', "1", "a variable cannot follow a backslash"),
        ('x = "${v}"', "a\\", "the value of this variable has a backslash or a control"),
        ("x = ${v}", "a\nb", "the value of this variable has a backslash or a control"),
    ],
)
def test_a_value_that_could_change_the_meaning_is_refused(
    text: str, value: str, summary: str
) -> None:
    expanded = expand_filterql(text, {"v": value})

    assert len(expanded.problems) == 1
    assert expanded.problems[0][1].startswith(summary)


def test_an_offset_in_the_result_leads_back_to_the_original() -> None:
    expanded = expand_filterql("ab ${x} cd ${y} ef", {"x": "longer than the name", "y": "1"})
    text = 'ab "longer than the name" cd 1 ef'

    assert expanded.text == text
    assert expanded.origin(1) == 1
    assert expanded.origin(text.index("than")) == 3
    assert expanded.origin(text.index("cd")) == 8
    assert expanded.origin(text.index("1")) == 11
    assert expanded.origin(text.index("ef")) == 16


TEMPLATES = [
    "x = ${v}",
    'x = "${v}"',
    'x = "a ${v} b ${v}"',
    'AND (x = """${v}", y = "${v}""")',
    "x IN (${v}, ${v})",
    "x IN [${v}]",
    "AND (x = 1 -- ${v}\n, y = ${v})",
    "AND (x = 1 # '\n, y = ${v})",
    "AND (`${v}` = 1, y = 2)",
    "AND ([${v}] = 1, y = 2)",
    'AND (x = \'a"b\', y = "${v}")',
    'AND (x--y = "${v}", a//b = ${v})',
]


def shape(node: Node) -> list[object]:
    """Return the kinds of the nodes of a tree: what a value must not change."""
    return ["value" if isinstance(each, Literal) else type(each) for each in walk(node)]


def read(text: str) -> Statement | None:
    try:
        return parse(f"FILTER {text}")
    except FilterQLSyntaxError:
        return None


@given(
    st.sampled_from(TEMPLATES),
    st.text("ab1 \"\\`[]()'-#/,=\n}{$", max_size=12) | st.text(max_size=5),
)
@example("AND ([${v}] = 1, y = 2)", "x] = 1, INCLUDE b, [y")
@example("AND ([${v}] = 1, y = 2)", "0")
@example('x = "${v}"', '"')
def test_no_value_changes_anything_but_literals(template: str, value: str) -> None:
    harmless = expand_filterql(template, {"v": "harmless"})
    expanded = expand_filterql(template, {"v": value})
    if expanded.problems or harmless.problems:
        return
    before, after = read(harmless.text), read(expanded.text)
    if after is None:
        # A number right behind a bracket is told as a mistake; nothing else may be.
        assert before is None or template.startswith("AND ([")
    elif before is not None:
        assert shape(after.filter) == shape(before.filter)
