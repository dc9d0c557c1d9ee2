"""Laws of FilterQL that hold for every tree and every text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import (
    And,
    Arithmetic,
    Array,
    AstError,
    Between,
    Call,
    Comparison,
    Exists,
    Field,
    FilterQLSyntaxError,
    In,
    Include,
    Intersects,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Statement,
    canonical,
    difference,
    format_statement,
    from_ast,
    includes,
    parse,
    print_filter,
    print_statement,
    quote_string,
    replace_includes,
    to_ast,
)

law = settings(deadline=None)  # a busy machine breaks no law

names = st.text(
    st.characters(exclude_characters="`", exclude_categories=["Cs"]), min_size=1, max_size=8
) | st.sampled_from(["and", "FROM", "a.b", "a-b", "x y", "0a", "_uid", "é", "match_all", "true"])
# A field named true cannot be told from the value.
fields = st.builds(Field, names.filter(lambda name: name.lower() not in {"true", "false"})) | (
    st.builds(Field, names, names)
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(
    lambda text: not text.endswith("\\")
)
strings = st.builds(
    Literal, st.just("string"), texts | st.sampled_from(["*", "now-3d", 'a"b', "\t"])
)
numbers = st.builds(
    Literal, st.just("number"), st.integers(0, 10**12).map(str) | st.sampled_from(["0.5", "1e5"])
)
booleans = st.builds(Literal, st.just("boolean"), st.sampled_from(["true", "FALSE"]))
literals = strings | numbers | booleans
functions = st.sampled_from(["tolower", "timewindow", "f.g", "contains"])
calls = st.builds(Call, functions, st.lists(fields | literals, max_size=3).map(tuple))
values = fields | literals | calls
arrays = st.builds(Array, st.lists(strings | numbers, min_size=1, max_size=3).map(tuple))
sums = st.builds(Arithmetic, st.sampled_from("+-*/%"), fields, fields)
null = st.just(Literal("null", "NULL"))
signed = st.builds(Negative, numbers)
lists = st.lists(fields | literals, max_size=4).map(tuple)
conditions = st.one_of(
    st.builds(
        Comparison,
        st.sampled_from(["=", "==", "!=", "<>", ">", ">=", "<", "<="]),
        values | sums,
        values | sums | signed | null,
    ),
    st.builds(Comparison, st.sampled_from(["like", "contains"]), values, values | arrays),
    st.builds(In, values, lists),
    st.builds(In, values, st.tuples(arrays | fields | strings), st.just(value=False)),
    st.builds(Intersects, values, lists),
    st.builds(Between, values, literals, literals),
    st.builds(Exists, fields),
    st.builds(Include, names),
    fields,
    calls,
)
trees: st.SearchStrategy[Node] = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=12,
)
words = (
    st.sampled_from(
        [
            "AND (",
            "OR (",
            ")",
            "NOT",
            "AND",
            ",",
            "\n",
            " ",
            "a",
            "f(",
            '"x"',
            "5",
            "=",
            "-",
            "*",
            "!",
        ]
    )
    | st.sampled_from(["IN (", "LIKE", "EXISTS", "INCLUDE", "BETWEEN", "IS", "NULL", "FROM"])
    | st.sampled_from(["[", "'", "`", '"', "--", "#", ";", "\\"])
)


@law
@given(trees)
def test_what_is_printed_reads_back_with_the_same_meaning(tree: Node) -> None:
    assert canonical(parse(f"FILTER {print_filter(tree)}").filter) == canonical(tree)


@law
@given(trees, st.none() | names, st.none() | st.integers(1, 99), st.none() | names.map(str.lower))
def test_statements_read_back_on_one_line_and_laid_out(
    tree: Node, table: str | None, limit: int | None, alias: str | None
) -> None:
    statement = Statement(tree, table, limit, (("kind", "a b"), ("n", "5")), alias)
    for text in (print_statement(statement), format_statement(statement, width=20)):
        again = parse(text)
        assert canonical(again.filter) == canonical(tree)
        assert (again.table, again.limit, again.options) == (table, limit, statement.options)
        assert again.alias == (None if alias is None else alias.lower())


@law
@given(trees)
def test_the_canonical_form_of_a_canonical_form_is_itself(tree: Node) -> None:
    form = canonical(tree)
    assert canonical(form) == form
    assert hash(form) == hash(canonical(tree))


@law
@given(trees)
def test_the_canonical_form_keeps_the_set_of_includes(tree: Node) -> None:
    assert set(includes(canonical(tree))) == set(includes(tree))


@law
@given(trees)
def test_renaming_includes_changes_nothing_else(tree: Node) -> None:
    there = {include.reference: f"{include.reference}!" for include in includes(tree)}
    back = {new: old for old, new in there.items()}
    assert replace_includes(replace_includes(tree, there), back) == tree


@law
@given(trees)
def test_no_tree_differs_from_itself(tree: Node) -> None:
    assert difference(tree, canonical(tree)) == ()


@law
@given(trees, trees)
def test_trees_without_difference_mean_the_same(before: Node, after: Node) -> None:
    assert (difference(before, after) == ()) == (canonical(before) == canonical(after))


@law
@given(trees)
def test_json_survives_the_way_through_a_tree(tree: Node) -> None:
    ast = to_ast(tree)
    try:
        again = from_ast(ast)
    except AstError:
        return  # The JSON has no form for "", empty lists, calls without arguments, -1 and <>.
    assert to_ast(again) == ast


@law
@given(texts)
def test_a_quoted_string_is_read_as_its_text(text: str) -> None:
    assert parse(f"FILTER a = {quote_string(text)}").filter == Comparison(
        "=", Field("a"), Literal("string", text)
    )


@law
@given(st.text() | st.lists(words, max_size=20).map(" ".join) | st.lists(words).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        statement = parse(f"FILTER {text}")
    except FilterQLSyntaxError as error:
        str(error)
    else:
        again = parse(print_statement(statement))
        assert canonical(again.filter) == canonical(statement.filter)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["op", "args", "ident", "val", "x"]), inner, max_size=3)
    ),
)


@law
@given(json_values)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        tree = from_ast(value)
    except AstError as error:
        str(error)
    else:
        assert to_ast(tree)
