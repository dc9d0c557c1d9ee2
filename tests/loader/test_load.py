"""A folder of files becomes the desired state, with every problem told in one run."""

from datetime import date
from pathlib import Path

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.loader import load
from segsync.segment import (
    AcceptedDrift,
    Definition,
    DesiredGroup,
    DesiredSegment,
    Freeze,
    Group,
    Guard,
    Segment,
)
from tests.loader.conftest import Repository

EVERYTHING = """\
groups:
  - name: Sales
    description: What sales works with.
    previously: Verkauf
    protect: true
    adopt: true
  - {name: Old, state: absent}
segments:
  - slug_name: buyers
    name: Buyers
    description: Bought once.
    table: content
    kind: aspect
    segment_ql: |
      AND (
        INCLUDE ly_known_email,
        orders > 1
      )
    tags: [crm, segsync, segsync-protected, crm]
    groups: [Sales]
    is_public: true
    save_hist: false
    schedule_exit: true
    emit_trigger: true
    expires_at: 2027-01-31T00:00:00Z
    previously: [customers, clients]
    protect: true
    adopt: true
    ignore: [description, segment_ql]
    reevaluate: on-change
    freeze: {until: 2027-01-02, reason: holidays}
    guard: {min_size: 1000, max_shrink: 20%}
    accept_drift: {fields: [tags, ast], until: 2026-12-31, reason: agency}
    accounts: [prod]
    state: present
"""


def test_every_key_of_a_segment_arrives(repository: Repository) -> None:
    loaded = repository.load(EVERYTHING)

    assert loaded.diagnostics == ()
    assert loaded.files == 1
    found = loaded.desired.segments.items()
    assert {key: replace(each, place_of=None) for key, each in found} == {
        "buyers": DesiredSegment(
            segment=Segment(
                slug="buyers",
                name="Buyers",
                definition=Definition("FILTER AND (\n  INCLUDE ly_known_email,\n  orders > 1\n)\n"),
                table="content",
                kind="aspect",
                description="Bought once.",
                is_public=True,
                tags=frozenset({"crm"}),
                groups=frozenset({"Sales"}),
                save_hist=False,
                schedule_exit=True,
                emit_trigger=True,
                expires_at="2027-01-31T00:00:00Z",
                owned=True,
                protected=True,
            ),
            managed=frozenset(
                {
                    *("name", "table", "kind", "tags", "groups", "is_public", "save_hist"),
                    *("schedule_exit", "emit_trigger", "expires_at", "owned", "protected"),
                }
            ),
            source=Location("audiences/a.yaml", 9, 5),
            previously=("customers", "clients"),
            adopt=True,
            reevaluate_on_change=True,
            freeze=Freeze(date(2027, 1, 2), "holidays"),
            guard=Guard(1000, 0.2),
            accept_drift=AcceptedDrift(
                frozenset({"tags", "definition"}), date(2026, 12, 31), "agency"
            ),
            references={"ly_known_email": Location("audiences/a.yaml", 16, 9)},
        )
    }


def test_every_key_of_a_group_arrives(repository: Repository) -> None:
    assert dict(repository.load(EVERYTHING).desired.groups) == {
        "Sales": DesiredGroup(
            Group("Sales", "What sales works with.", owned=True, protected=True),
            frozenset({"name", "description", "owned", "protected"}),
            Location("audiences/a.yaml", 2, 5),
            previously=("Verkauf",),
            adopt=True,
        ),
        "Old": DesiredGroup(
            Group("Old", owned=True),
            frozenset({"name", "owned"}),
            Location("audiences/a.yaml", 7, 5),
            absent=True,
        ),
    }


def test_what_a_file_does_not_set_is_not_managed(repository: Repository) -> None:
    found = repository.segment("segments: [{slug_name: a, name: A, segment_ql: '*'}]")

    assert found.managed == {"name", "definition", "owned"}
    assert found.segment == Segment("a", "A", Definition("FILTER *"), owned=True)


def test_defaults_fill_in_and_their_tags_are_added(repository: Repository) -> None:
    loaded = repository.load(
        """\
        groups: [{name: G}]
        defaults:
          tags: [crm]
          groups: [G]
          is_public: true
          table: content
          ignore: [is_public]
        segments:
          - {slug_name: a, name: A, segment_ql: '*', tags: [own], table: user}
          - {slug_name: b, name: B, segment_ql: '*'}
        ---
        segments:
          - {slug_name: c, name: C, segment_ql: '*'}
        """
    )

    assert loaded.diagnostics == ()
    a, b, c = (loaded.desired.segments[slug] for slug in "abc")
    assert a.segment.tags == {"crm", "own"}
    assert b.segment.tags == {"crm"}
    assert c.segment.tags == frozenset()
    assert (a.segment.table, b.segment.table, c.segment.table) == ("user", "content", "user")
    assert b.managed == {"name", "definition", "tags", "groups", "table", "owned"}
    assert c.managed == {"name", "definition", "owned"}


def test_a_null_time_is_managed_and_clears(repository: Repository) -> None:
    found = repository.segment(
        "segments: [{slug_name: a, name: A, segment_ql: '*', expires_at: null}]"
    )

    assert found.segment.expires_at is None
    assert "expires_at" in found.managed


def test_an_absent_segment_needs_nothing_but_its_slug(repository: Repository) -> None:
    found = repository.segment("segments: [{slug_name: a, state: absent}]")

    assert found.absent
    assert found.segment == Segment("a", "", Definition("FILTER *"), owned=True)


def test_objects_of_other_accounts_are_left_out(repository: Repository) -> None:
    text = """\
        groups:
          - {name: G, description: here, accounts: [prod]}
          - {name: G, description: there, accounts: [dev]}
        segments:
          - {slug_name: a, name: Here, segment_ql: '*', accounts: [prod, x]}
          - {slug_name: a, name: There, segment_ql: 'INCLUDE b', accounts: [dev]}
          - {slug_name: b, name: Everywhere, segment_ql: '*'}
        """
    for account, description, names in (
        ("prod", "here", {"Here", "Everywhere"}),
        ("dev", "there", {"There", "Everywhere"}),
    ):
        loaded = repository.load(text, account=account)
        assert loaded.diagnostics == ()
        assert {each.segment.name for each in loaded.desired.segments.values()} == names
        assert loaded.desired.groups["G"].group.description == description


def test_accounts_that_do_not_exist_are_told(repository: Repository) -> None:
    loaded = repository.load(
        """\
        groups: [{name: G, accounts: [prd]}]
        defaults: {accounts: [pod]}
        segments:
          - {slug_name: a, name: A, segment_ql: '*'}
          - {slug_name: b, name: B, segment_ql: '*', accounts: [prod, zzz]}
        """,
        known_accounts=("prod", "dev"),
    )

    assert [str(each) for each in loaded.diagnostics] == [
        (
            'audiences/a.yaml:1:31: error: there is no account "prd" [unknown-account]\n'
            '    Did you mean "prod"?'
        ),
        (
            'audiences/a.yaml:2:23: error: there is no account "pod" [unknown-account]\n'
            '    Did you mean "prod"?'
        ),
        (
            'audiences/a.yaml:5:63: error: there is no account "zzz" [unknown-account]\n'
            "    segsync.yaml has dev, prod."
        ),
    ]


def test_slugs_and_groups_that_are_declared_twice_are_told_with_both_places(
    repository: Repository,
) -> None:
    repository.write("b.yaml", "groups: [{name: G}]\nsegments: [{slug_name: a, state: absent}]\n")

    assert repository.told(
        "groups: [{name: G}]\nsegments: [{slug_name: a, name: A, segment_ql: '*'}]\n"
    ) == [
        (
            'audiences/b.yaml:1:17: error: the group "G" is declared twice [duplicate-group]\n'
            "    It is declared first at audiences/a.yaml:1:10. Remove one of them."
        ),
        (
            'audiences/b.yaml:2:24: error: the slug "a" is declared twice [duplicate-slug]\n'
            "    It is declared first at audiences/a.yaml:2:12. Remove one of them."
        ),
    ]


def test_problems_of_all_kinds_and_files_are_told_in_one_run(repository: Repository) -> None:
    repository.write("b/b.yml", "segments: [\n")
    repository.write("c.yaml", "segmnts: []\n")

    assert repository.told(
        """\
        segments:
          - slug_name: a
            name: A
            segmentql: '*'
          - slug_name: b
            name: B
            segment_ql: "x >"
          - slug_name: c
            name: C
            segment_ql: "x = ${minimun}"
        """,
        minimum="1",
    ) == [
        '4:5: error: unknown key "segmentql" [unknown-key]\n    Did you mean "segment_ql"?',
        (
            "7:21: error: expected a value, but the filter ends here [filterql-syntax]\n"
            "    x >\n   ^"
        ),
        (
            '10:22: error: the variable "minimun" is not defined [variable]\n'
            '    Did you mean "minimum"? Define it under vars of the account, or set'
            " SEGSYNC_VAR_MINIMUN."
        ),
        (
            "audiences/b/b.yml:2:1: error: a value is missing here [yaml-syntax]\n"
            "    Add it, or close the [ or { before it."
        ),
        (
            'audiences/c.yaml:1:1: error: unknown key "segmnts" [unknown-key]\n'
            '    Did you mean "segments"?'
        ),
    ]


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    loaded = load(tmp_path / "audiences", root=tmp_path, account="x", variables={})

    assert [str(each) for each in loaded.diagnostics] == [
        (
            "audiences:1:1: error: the folder of the audience files does not exist [no-folder]\n"
            "    Create it, or set audiences in segsync.yaml."
        )
    ]
    assert loaded.files == 0


def test_the_order_of_the_files_does_not_matter(repository: Repository) -> None:
    for name in ("z.yaml", "a/x.yaml", "m.yaml"):
        slug = name.split(".")[0].replace("/", "_")
        repository.write(name, f"segments: [{{slug_name: {slug}, name: A, segment_ql: '*'}}]")

    assert list(repository.load().desired.segments) == ["a_x", "m", "z"]


def test_an_error_in_an_entry_does_not_hide_the_others_in_it(repository: Repository) -> None:
    loaded = repository.load(
        """\
        segments:
          - {slug_name: a, name: 5, segment_ql: 'x >', ast: {ident: x}, accounts: [prod, prdo]}
          - {slug_name: a, name: A, segment_ql: '*'}
          - {slug_name: b, nmae: B, segment_ql: 'x >', accounts: [dev]}
          - {slug_name: B, name: 5, segment_ql: 'x >'}
          - 5
        """,
        known_accounts=["prod", "dev"],
    )

    assert [(each.location and each.location.line, each.code) for each in loaded.diagnostics] == [
        (2, "duplicate-slug"),
        (2, "wrong-type"),
        (2, "filterql-syntax"),
        (2, "two-definitions"),
        (2, "unknown-account"),
        (4, "unknown-key"),
        (5, "wrong-value"),
        (5, "wrong-type"),
        (6, "wrong-type"),
    ]


def test_a_value_whose_variable_is_not_defined_is_wrong_once(repository: Repository) -> None:
    text = "segments: [{slug_name: '${nope}', name: '${nope}', segment_ql: '*'}]"

    assert [each.split(" [")[0] for each in repository.told(text)] == [
        '1:25: error: the variable "nope" is not defined',
        '1:42: error: the variable "nope" is not defined',
    ]
