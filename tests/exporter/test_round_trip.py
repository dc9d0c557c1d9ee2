"""What is pulled loads without errors and says what the account has."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from segsync.diagnostics import has_errors
from segsync.exporter import pull_files, write_files
from segsync.filterql import quote_string, same_meaning
from segsync.loader import Loaded, load
from segsync.segment import (
    Account,
    Definition,
    Group,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)

SLUGS = ["alpha", "beta-2", "3rd", "x" * 64, "_y", "gamma", "delta"]
GROUPS = ["Campaigns", "no", "Ünïcode & co.", "a: b #c", "../../etc", "${x}", "campaigns"]

# Text that people write, and everything that YAML, variables or our marks could trip over.
texts = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "on",
            "12",
            "1e3",
            "2026-01-01",
            "~",
            "- x",
            "a\nb\n",
            "a\n\n b \n",
            "$${x}",
            "'\"\\",
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn"])),
    st.text(alphabet="ab :#\n-\t'\"{}[]$&*!|>%@`"),
)
names = st.text(
    alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=80
).filter(lambda text: "\ufeff" not in text)


@st.composite
def definitions(draw: st.DrawFn, slug: str, number: int) -> Definition:
    value = quote_string(draw(texts).replace("\\", "").replace("\0", ""))
    include = draw(st.sampled_from(["all", f"`{0:032x}`"] if number else ["all"]))
    condition = draw(
        st.sampled_from(
            ["*", f"country = {value}", f"AND (age > 5, country IN ({value}), INCLUDE {include})"]
        )
    )
    clauses = draw(st.sampled_from(["", " FROM user", f" FROM user ALIAS {slug}"]))
    return Definition(f"FILTER {condition}{clauses}")


@st.composite
def segments(draw: st.DrawFn, slug: str, number: int) -> Segment:
    return Segment(
        slug=slug,
        name=draw(names),
        definition=draw(definitions(slug, number)),
        table=draw(st.sampled_from(["user", "content", "Con/tent"])),
        kind=draw(st.sampled_from(["segment", "aspect"])),
        description=draw(texts),
        is_public=draw(st.booleans()),
        tags=draw(st.frozensets(texts, max_size=3)),
        groups=draw(st.frozensets(st.sampled_from(GROUPS), max_size=2)),
        save_hist=draw(st.booleans()),
        schedule_exit=draw(st.booleans()),
        emit_trigger=draw(st.booleans()),
        expires_at=draw(st.sampled_from([None, "2027-01-31T00:00:00Z"])),
        protected=draw(st.booleans()),
    )


@st.composite
def accounts(draw: st.DrawFn) -> LiveState:
    slugs = draw(st.lists(st.sampled_from(SLUGS), unique=True))
    groups = [Group(name, draw(texts)) for name in GROUPS]
    return LiveState(
        Account(1),
        tuple(
            LiveSegment(f"{number:032x}", draw(segments(slug, number)))
            for number, slug in enumerate(slugs)
        ),
        tuple(LiveGroup(f"{number:032x}", each) for number, each in enumerate(groups)),
    )


def pulled_and_loaded(live: LiveState) -> Loaded:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        write_files(root, pull_files(live).files)
        return load(root, root=root, account="prod", variables={})


def is_as_live(
    desired: Segment, managed: frozenset[str], live: Segment, ids: dict[str, str]
) -> bool:
    """Return whether all managed fields are equal, the definition by its meaning."""
    if desired.definition.filter is None or live.definition.filter is None:
        return False
    same = same_meaning(
        desired.definition.filter, live.definition.filter, lambda each: ids.get(each, each)
    )
    others = managed - {"definition", "owned", "protected"}
    return same and all(getattr(desired, each) == getattr(live, each) for each in others)


@settings(max_examples=75, deadline=None)
@given(accounts())
def test_pulled_files_declare_what_the_account_has(live: LiveState) -> None:
    pulled = pull_files(live)
    loaded = pulled_and_loaded(live)

    assert not has_errors(loaded.diagnostics), [str(each) for each in loaded.diagnostics]
    assert pulled.left_out == ()
    ids = {each.id: each.key for each in live.segments}
    assert loaded.desired.segments.keys() == set(ids.values())
    for each in live.segments:
        desired = loaded.desired.segments[each.key]
        assert is_as_live(desired.segment, desired.managed, each.segment, ids)
        assert desired.segment.protected == each.segment.protected
    for group in live.groups:
        loaded_group = loaded.desired.groups[group.key].group
        assert loaded_group.description == group.group.description


@settings(max_examples=50, deadline=None)
@given(accounts())
def test_what_the_files_leave_out_has_its_default(live: LiveState) -> None:
    loaded = pulled_and_loaded(live)

    for each in live.segments:
        segment = loaded.desired.segments[each.key].segment
        assert segment.tags == each.segment.tags
        assert segment.groups == each.segment.groups
        assert segment.description == each.segment.description
        assert segment.table == each.segment.table
        assert segment.is_public == each.segment.is_public
        assert segment.save_hist == each.segment.save_hist
        assert segment.expires_at == each.segment.expires_at
