from datetime import date

import pytest

from segsync.inspection.portrait import Declaration, Relative, Standing, Use
from segsync.planning.standing import standing, uses
from segsync.segment import AcceptedDrift, DesiredSegment, Freeze, Job, LiveSegment
from tests.planning.build import HERE, Values, found, hex_id, plan_of, wanted


def declared(
    live: LiveSegment | None, entry: DesiredSegment | None, **options: Values
) -> Declaration:
    """Return how the only segment of a plan stands to the files."""
    plan = plan_of([entry] if entry else [], [live] if live else [], **options)
    return standing(live, entry, plan)


@pytest.mark.parametrize(
    ("live", "entry", "expected"),
    [
        (found("a"), wanted("a"), Declaration(Standing.EQUAL, HERE)),
        (found("a"), None, Declaration(Standing.TO_DELETE)),
        (found("a", owned=False), None, Declaration(Standing.NOT_DECLARED)),
        (None, wanted("a"), Declaration(Standing.TO_CREATE, HERE)),
        (None, wanted("a", absent=True), Declaration(Standing.NOT_DECLARED, HERE)),
        (
            found("a", owned=False),
            wanted("a"),
            Declaration(Standing.EQUAL, HERE, remark="equal, and not yet marked as managed here"),
        ),
        (
            found("a", "FILTER x = 1", owned=False),
            wanted("a"),
            Declaration(
                Standing.BLOCKED,
                HERE,
                remark="update: a segment of this slug exists, differs, and is not managed here;"
                " pull it, or take it over with adopt: true or --adopt",
            ),
        ),
    ],
)
def test_every_relation_of_account_and_files_has_its_word(
    live: LiveSegment | None, entry: DesiredSegment | None, expected: Declaration
) -> None:
    assert declared(live, entry) == expected


def test_what_is_said_of_other_segments_is_not_said_of_this_one() -> None:
    drift = AcceptedDrift(frozenset({"tags", "description"}), date(2026, 12, 31), "")
    entries = [
        wanted("blocked"),
        wanted("drifts", tags=("a",), description="b", accept_drift=drift),
        wanted("new"),
        wanted("same"),
        wanted("absent", absent=True),
    ]
    live = [found("blocked", "FILTER x = 1", owned=False), found("drifts"), found("same")]
    plan = plan_of(entries, live)
    assert standing(live[2], entries[3], plan) == Declaration(Standing.EQUAL, HERE)
    assert standing(None, entries[4], plan) == Declaration(Standing.NOT_DECLARED, HERE)
    told = "drift in description, tags is accepted until 2026-12-31"
    assert standing(live[1], entries[1], plan) == Declaration(Standing.EQUAL, HERE, remark=told)


def test_differences_lead_from_the_account_to_the_files() -> None:
    result = declared(found("a", "FILTER x = 1"), wanted("a", "FILTER x = 2", tags=("t",)))
    assert result.standing is Standing.DIFFERENT
    assert [(each.field, each.before, each.after) for each in result.fields] == [
        ("definition", "FILTER x = 1", "FILTER x = 2"),
        ("tags", (), ("t",)),
    ]


def test_a_rename_is_a_difference_of_the_slug() -> None:
    result = declared(found("old", name="A"), wanted("new", name="A", previously=("old",)))
    assert result.standing is Standing.DIFFERENT
    assert [(each.field, each.before, each.after) for each in result.fields] == [
        ("slug", "old", "new")
    ]


def test_a_dependant_that_only_follows_says_so() -> None:
    live = found("user", "FILTER AND (INCLUDE old, NOT INCLUDE was)")
    entry = wanted("user", "FILTER AND (INCLUDE new, NOT INCLUDE now)")
    renamed = [wanted("new", previously=("old",)), wanted("now", previously=("was",))]
    plan = plan_of([*renamed, entry], [found("old"), found("was", name="Now"), live])
    assert standing(live, entry, plan).remark == "it follows the new slug of new, now"


def test_a_freeze_blocks_and_says_until_when() -> None:
    freeze = Freeze(date(2027, 1, 2), "holidays")
    result = declared(found("a", "FILTER x = 1"), wanted("a", freeze=freeze))
    assert result.standing is Standing.BLOCKED
    assert result.remark.startswith("update: frozen until 2027-01-02: holidays; ")


def test_what_prune_holds_back_is_told() -> None:
    result = declared(found("a"), None, prune=False)
    assert result == Declaration(Standing.BLOCKED, remark="delete: prune is off; set prune: true")


@pytest.mark.parametrize(("reason", "end"), [("agency", ": agency"), ("", "")])
def test_accepted_drift_is_equal_for_now(reason: str, end: str) -> None:
    accepted = AcceptedDrift(frozenset({"tags"}), date(2026, 12, 31), reason)
    entry = wanted("a", tags=(), accept_drift=accepted)
    other = wanted("b", tags=(), accept_drift=accepted)
    live = found("a", tags=["x"])
    plan = plan_of([other, entry], [live, found("b", tags=["x"])])
    assert standing(live, entry, plan) == Declaration(
        Standing.EQUAL, HERE, remark=f"drift in tags is accepted until 2026-12-31{end}"
    )


def test_jobs_are_told_once_active_and_direct_ones_first() -> None:
    base, top = found("base"), found("top", "FILTER INCLUDE base")

    def job(name: str, status: str, *ids: str, mentions: str = "") -> Job:
        words = frozenset({mentions} if mentions else ())
        return Job(name, name, "export", status, frozenset(ids), words)

    jobs = (
        job("over", "completed", base.id),
        job("both", "running", base.id, top.id),
        job("above", "running", top.id),
        job("vague", "paused", mentions="base"),
        job("other", "running", hex_id("other")),
    )
    relatives = [
        Relative("top", "Top", top.id, 1),
        Relative("gone", "", None, 1),
        Relative("quiet", "Quiet", hex_id("quiet"), 1),
    ]

    def use(name: str, status: str, through: str = "", *, certain: bool = True) -> Use:
        active = status != "completed"
        return Use(name, name, "export", status, active, certain, through)

    assert uses(base, relatives, jobs, (base, top)) == (
        use("both", "running"),
        use("vague", "paused", certain=False),
        use("above", "running", "top"),
        use("over", "completed"),
    )
