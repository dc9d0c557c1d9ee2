import pytest

from segsync.exporter import pull_files
from segsync.segment import (
    Account,
    Definition,
    Group,
    LiveGroup,
    LiveSegment,
    LiveState,
    Segment,
)


def live(*segments: Segment, groups: tuple[str, ...] = (), untouchable: str = "") -> LiveState:
    return LiveState(
        Account(1),
        tuple(
            LiveSegment(f"{number:032x}", each, untouchable=untouchable)
            for number, each in enumerate(segments)
        ),
        tuple(LiveGroup(f"g{number}", Group(name)) for number, name in enumerate(groups)),
    )


def segment(slug: str = "a", text: str = "FILTER *", **fields: object) -> Segment:
    return Segment(slug, "Name", Definition(text), **fields)  # type: ignore[arg-type]


def test_a_file_looks_as_a_person_would_write_it() -> None:
    first = Segment(
        slug="buyers",
        name="Buyers",
        definition=Definition(
            "FILTER AND (INCLUDE `00000000000000000000000000000001`, price > 5, "
            'country IN ("de", "at", "ch", "fr", "it", "es", "pl", "cz", "dk", "nl"))'
            " FROM user ALIAS buyers"
        ),
        description="Bought once.\nOr twice.\n",
        tags=frozenset({"crm", "on"}),
        groups=frozenset({"Sales"}),
        is_public=True,
        save_hist=False,
        expires_at="2027-01-31T00:00:00Z",
        owned=True,
        protected=True,
    )
    second = segment("visitors", table="content", kind="aspect")
    pulled = pull_files(live(first, second, groups=("Sales",)))

    header = "# Written by segsync pull. It is yours now: move, comment and edit as you like.\n\n"
    assert pulled.left_out == ()
    assert pulled.files == {
        "groups.yaml": header + "groups:\n  - name: Sales\n",
        "segments/group-sales.yaml": header
        + """\
segments:
  - slug_name: buyers
    name: Buyers
    description: |
      Bought once.
      Or twice.
    segment_ql: |
      FILTER AND (
        INCLUDE visitors,
        price > 5,
        country IN ("de", "at", "ch", "fr", "it", "es", "pl", "cz", "dk", "nl")
      )
    groups: [Sales]
    tags: [crm, "on"]
    is_public: true
    save_hist: false
    expires_at: "2027-01-31T00:00:00Z"
    protect: true
""",
        "segments/table-content.yaml": header
        + """\
segments:
  - slug_name: visitors
    name: Name
    table: content
    kind: aspect
    segment_ql: |
      FILTER *
""",
    }


def test_segments_of_the_account_itself_are_counted_and_left_out() -> None:
    pulled = pull_files(live(segment(), segment("b"), untouchable="predefined"))

    assert pulled.files == {}
    assert pulled.left_out == ("2 predefined or managed segments: they are the account's own",)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (segment("Not A Slug"), "its slug is not one that a file can declare"),
        (segment("../../etc/passwd"), "its slug is not one that a file can declare"),
        (Segment("a", " ", Definition("FILTER *")), "it has no name"),
        (segment(kind="managed"), 'its kind is "managed"'),
        (segment(table=""), "it has no table"),
        (segment(expires_at="soon"), "the time at which it expires is not one"),
        (segment(tags=frozenset({"segsync"})), 'its tags hold "segsync"'),
        (segment(text="FILTER a ="), "its definition cannot be read"),
        (segment(text="FILTER a = 'x'"), "its definition would be refused: 'x' is the field x"),
        (segment(text="FILTER a = 1 LIMIT 5"), "its definition has a LIMIT or WITH clause"),
        (segment(description="\u202ereversed"), "a file cannot hold it: the character U+202E"),
        (segment(tags=frozenset({"\x1b[31m"})), "a file cannot hold it: the character U+001B"),
    ],
)
def test_what_no_file_can_declare_is_left_out_with_the_reason(odd: Segment, reason: str) -> None:
    pulled = pull_files(live(odd, segment("good")))

    assert len(pulled.left_out) == 1
    assert pulled.left_out[0].startswith(f"segment {odd.slug!r}: {reason}")
    assert "good" in pulled.files["segments/ungrouped.yaml"]


def test_slugs_and_group_names_that_are_not_unique_are_left_out() -> None:
    member = segment("c", groups=frozenset({"Twice"}))
    pulled = pull_files(live(segment(), segment(), member, groups=("Twice", "Twice", " ")))

    assert pulled.left_out == (
        "group 'Twice': 2 groups have this name",
        "group ' ': it has no name",
        "segment 'a': 2 segments have this slug",
        "segment 'a': 2 segments have this slug",
        "the groups of segment 'c': not all can be named",
    )
    assert list(pulled.files) == ["segments/ungrouped.yaml"]
    assert "groups:" not in pulled.files["segments/ungrouped.yaml"]


def test_group_names_and_tables_never_become_paths() -> None:
    name = "../../../etc/cron.d/x"
    grouped = segment("a", groups=frozenset({name}))
    pulled = pull_files(live(grouped, segment("b", table="/"), groups=(name,)))

    assert list(pulled.files) == [
        "groups.yaml",
        "segments/group-etc_cron_d_x.yaml",
        "segments/table-other.yaml",
    ]


def test_a_description_of_a_group_and_its_protection_are_kept() -> None:
    group = Group("G", "What it is for.", owned=True, protected=True)
    pulled = pull_files(LiveState(Account(1), (), (LiveGroup("g", group),)))

    assert pulled.files["groups.yaml"].endswith(
        "groups:\n  - name: G\n    description: What it is for.\n    protect: true\n"
    )


def test_a_file_that_would_be_too_large_to_read_is_split() -> None:
    many = [segment(f"s{number:03}", description="€" * 2000) for number in range(200)]
    pulled = pull_files(live(*many))

    assert len(pulled.files) > 1
    assert list(pulled.files)[:2] == ["segments/ungrouped.yaml", "segments/ungrouped_2.yaml"]
    assert all(len(text.encode()) < 1024 * 1024 for text in pulled.files.values())
    assert sum(text.count("slug_name:") for text in pulled.files.values()) == 200


def test_an_infix_definition_becomes_a_list() -> None:
    pulled = pull_files(live(segment(text="FILTER a = 1 AND b = 2")))

    assert pulled.left_out == ()
    assert "AND (" in "".join(pulled.files.values())
