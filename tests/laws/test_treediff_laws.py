"""Laws of differences: they are small for small edits, and what they say about people is true."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.filterql import Edit, Node, difference, parse
from segsync.filterql.evaluator import compile_filter, read_profile

NOW = datetime(2026, 1, 31, tzinfo=UTC)

law = settings(deadline=None)  # a busy machine breaks no law


@dataclass(frozen=True)
class Tree:
    """A list of leaves and lists; a leaf is a number, and no number occurs twice."""

    word: str
    members: "tuple[Tree | int, ...]"

    def text(self, changed: dict[int, str]) -> str:
        parts = [
            each.text(changed) if isinstance(each, Tree) else changed.get(each, f"f{each} > 1")
            for each in self.members
        ]
        return f"{self.word} ({', '.join(part for part in parts if part)})"

    def lists(self) -> "list[Tree]":
        below = [each.lists() for each in self.members if isinstance(each, Tree)]
        return [self, *(each for part in below for each in part)]


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> Tree:
    """Draw a tree in which AND and OR alternate, so that no list is flattened."""
    numbers = iter(range(10_000))

    def some(level: int, word: str) -> Tree:
        leaves = [next(numbers) for _ in range(draw(st.integers(3, 5)))]
        others = draw(st.lists(st.booleans(), max_size=3)) if level else []
        lists = [some(level - 1, "OR" if word == "AND" else "AND") for _ in others]
        negations = ["NOT " * each for each in others]
        lists = [
            Tree(negation + each.word, each.members)
            for negation, each in zip(negations, lists, strict=True)
        ]
        return Tree(word, tuple(draw(st.permutations([*leaves, *lists]))))

    return some(depth, draw(st.sampled_from(["AND", "OR"])))


def filter_of(text: str) -> Node:
    return parse(f"FILTER {text}").filter


def told(edits: tuple[Edit, ...]) -> list[tuple[str, str]]:
    return [(edit.kind, edit.text) for edit in edits if edit.kind != "context"]


@law
@given(trees(), st.data())
def test_a_leaf_that_changes_is_one_edit_below_the_headings_of_its_lists(
    tree: Tree, data: st.DataObject
) -> None:
    leaves = [each for part in tree.lists() for each in part.members if isinstance(each, int)]
    leaf = data.draw(st.sampled_from(leaves))
    before = filter_of(tree.text({}))
    edits = difference(before, filter_of(tree.text({leaf: f"f{leaf} LIKE 2"})))
    (edit,) = told(edits)
    assert edit == ("changed", f"f{leaf} > 1  ->  LIKE 2")
    assert [each.depth for each in edits] == list(range(len(edits)))
    for text, kind in ((f"g{leaf} = 1", "added"), (f"f{leaf} > 1", "removed")):
        new = filter_of(tree.text({leaf: f"f{leaf} > 1, {text}" if kind == "added" else ""}))
        assert told(difference(before, new)) == [(kind, text)]


@law
@given(trees(), st.data())
def test_a_leaf_that_goes_from_one_list_to_another_has_moved(
    tree: Tree, data: st.DataObject
) -> None:
    lists = tree.lists()
    source, target = data.draw(st.sampled_from(lists)), data.draw(st.sampled_from(lists))
    if source is target:
        return
    leaf = next(each for each in source.members if isinstance(each, int))
    beside = next(each for each in target.members if isinstance(each, int))
    after = tree.text({leaf: "", beside: f"f{beside} > 1, f{leaf} > 1"})
    ((kind, text),) = told(difference(filter_of(tree.text({})), filter_of(after)))
    assert kind == "moved"
    assert text.startswith(f"f{leaf} > 1  (moved from {source.word} (")


operators = st.sampled_from([">", ">=", "<", "<="])
numbers = st.sampled_from(["0", "1", "1.5", "2", "3"])
moments = st.sampled_from(["now-2M", "now-1M", "now-31d", "now-4w", "now-28d", "now-1y", "now+3d"])
comparisons = st.builds("v {} {}".format, operators, numbers) | st.builds(
    't {} "{}"'.format, operators, moments
)
ranges = st.builds("v BETWEEN {} AND {}".format, numbers, numbers)
conditions = st.one_of(comparisons, ranges)
frames = st.lists(
    st.sampled_from(["NOT {}", "AND (EXISTS v, {})", "NOT OR (flag, {})", "NOT AND ({}, x = 1)"]),
    max_size=3,
)
days = st.integers(-800, 20).map(lambda count: NOW.timestamp() + count * 86_400 / 2)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "v": st.sampled_from([-1, 0, 1, 1.2, 1.5, 2, 3, 4, "2", "x", None]),
        "t": st.builds(lambda second: {"$time": int(second)}, days),
        "flag": st.booleans(),
        "x": st.sampled_from([1, 2]),
    },
)


@settings(deadline=None, max_examples=250)
@given(conditions, conditions, frames, st.lists(profiles, min_size=1, max_size=8))
def test_who_is_in_by_a_tighter_filter_is_in_by_the_looser_one(
    one: str, other: str, frames: list[str], profiles: list[dict[str, object]]
) -> None:
    for frame in frames:
        one, other = frame.format(one), frame.format(other)
    before, after = filter_of(one), filter_of(other)
    text = "".join(edit.text for edit in difference(before, after))
    tighter = "tightened" in text or "  (window narrowed" in text or "excluded window w" in text
    looser = "loosened" in text or "  (window widened" in text or "excluded window n" in text
    for content in profiles:
        profile = read_profile(content, now=NOW)
        old, new = (compile_filter(each, now=NOW)(profile).match for each in (before, after))
        assert not (tighter and new and not old)
        assert not (looser and old and not new)
