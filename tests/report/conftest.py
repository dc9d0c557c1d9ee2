from collections.abc import Callable
from pathlib import Path

import pytest

from segsync.diagnostics import Location, warning
from segsync.plan import (
    AcceptedDifference,
    Action,
    Blocked,
    Change,
    FieldChange,
    Kind,
    Plan,
    Refusal,
)
from segsync.report.facts import DriftFacts, LastChange, RunFacts
from segsync.segment import Account, Definition, Group, Segment

_LIFECYCLE = "audiences/lifecycle.yaml"
_BEFORE = 'FILTER AND (purchase_total > 100, visits >= 1, country = "US")'
_AFTER = 'FILTER AND (purchase_total > 250, visits >= 1, country = "US", email_opens >= 3)'
_LAPSED = (
    'FILTER AND (NOT INCLUDE active_customers, last_active < now-90d, OR (country = "US",'
    ' country = "CA"), visits > 1, lifetime_value > 1000, email_opens > 2, EXISTS email)'
)


def _segment(slug: str, definition: str = _BEFORE) -> Segment:
    return Segment(slug, slug.replace("_", " ").capitalize(), Definition(definition))


def _bridge() -> Change:
    dependant = _segment("win_back")
    return Change(
        3,
        Kind.SEGMENT,
        Action.UPDATE,
        "win_back",
        "id3",
        dependant,
        dependant,
        bridge=True,
        reason="points at the id while sleeping is renamed",
    )


def _group() -> Change:
    group = Group("Campaigns", "For the first quarter")
    return Change(
        1,
        Kind.GROUP,
        Action.CREATE,
        "Campaigns",
        None,
        None,
        group,
        reason="not in the account",
        source=Location("audiences/groups.yaml", 3, 5),
    )


def _new_segment() -> Change:
    lapsed = Segment(
        "lapsed_90d",
        "Lapsed 90 days",
        Definition(_LAPSED),
        description="Bought before, not in the last quarter",
        is_public=True,
        tags=frozenset({"crm", "q1"}),
        groups=frozenset({"Campaigns"}),
    )
    return Change(
        2,
        Kind.SEGMENT,
        Action.CREATE,
        "lapsed_90d",
        None,
        None,
        lapsed,
        reason="not in the account",
        source=Location(_LIFECYCLE, 12, 5),
    )


def _rename() -> Change:
    return Change(
        4,
        Kind.SEGMENT,
        Action.RENAME,
        "dormant",
        "id4",
        _segment("sleeping"),
        _segment("dormant"),
        fields=(FieldChange("slug", "sleeping", "dormant"),),
        waits_for=frozenset({3}),
        previous_key="sleeping",
        reason="was sleeping",
        source=Location(_LIFECYCLE, 40, 5),
    )


def _update() -> Change:
    return Change(
        5,
        Kind.SEGMENT,
        Action.UPDATE,
        "high_value_us",
        "id5",
        _segment("high_value_us"),
        _segment("high_value_us", _AFTER),
        fields=(
            FieldChange("definition", _BEFORE, _AFTER),
            FieldChange("tags", ("crm", "old"), ("crm", "q1", "vip")),
        ),
        waits_for=frozenset({2}),
        moves_members=True,
        affects=("lookalikes", "newsletter", "promo", "vip"),
        exports=('facebook "Promo"',),
        source=Location(_LIFECYCLE, 21, 5),
    )


def _metadata() -> Change:
    segment = _segment("cart_left")
    return Change(
        6,
        Kind.SEGMENT,
        Action.UPDATE,
        "cart_left",
        "id6",
        segment,
        segment,
        fields=(
            FieldChange(
                "description",
                "Left a cart with something in it at least three times during the last month.",
                "Left a cart with something in it at least four times during the last month.",
            ),
            FieldChange("expires_at", None, "2027-01-01T00:00:00Z"),
            FieldChange("is_public", before=False, after=True),
        ),
        source=Location(_LIFECYCLE, 30, 5),
    )


def _adoption() -> Change:
    segment = _segment("twin")
    return Change(7, Kind.SEGMENT, Action.ADOPT, "twin", "id7", segment, segment, reason="is equal")


def _delete() -> Change:
    return Change(
        8,
        Kind.SEGMENT,
        Action.DELETE,
        "old_promo",
        "id8",
        _segment("old_promo"),
        None,
        reason="removed from the files",
        moves_members=True,
    )


def _reevaluation() -> Change:
    segment = _segment("high_value_us", _AFTER)
    return Change(9, Kind.SEGMENT, Action.REEVALUATE, "high_value_us", "id5", segment, segment)


@pytest.fixture
def expected() -> Callable[[str], str]:
    """Reads a whole expected output; escape characters stand in it as the sign for escape."""

    def read(name: str) -> str:
        text = (Path(__file__).parent / "expected" / name).read_text(encoding="utf-8")
        return text.replace("␛", "\x1b")

    return read


@pytest.fixture
def facts() -> RunFacts:
    return RunFacts("plan", "sandbox", calls=3, seconds=0.41)


@pytest.fixture
def plan() -> Plan:
    """A plan with a change of every action, a bridge and a warning; nothing forbids it."""
    return Plan(
        Account(4242, "Fernwood (sandbox)"),
        "segsync",
        (
            _group(),
            _new_segment(),
            _bridge(),
            _rename(),
            _update(),
            _metadata(),
            _adoption(),
            _delete(),
            _reevaluation(),
        ),
        diagnostics=(
            warning("opaque", "cannot be read, compared as text", at=Location(_LIFECYCLE, 51, 9)),
        ),
        unchanged=38,
        unmanaged=54,
        managed=43,
        live=97,
    )


@pytest.fixture
def drift() -> DriftFacts:
    return DriftFacts(
        changed={
            "id5": LastChange("2026-11-20T10:00:00Z", "5f3c"),
            "id6": LastChange("2026-11-21T10:00:00Z"),
            "id7": LastChange(),
            "id8": LastChange(author="5f3c"),
        },
        accepted=(AcceptedDifference("agency", ("tags",), "2026-12-31", "agency edits"),),
        unhealthy=(("sick", "unknown field visits"), ("ill", "")),
    )


@pytest.fixture
def unchanged_plan() -> Plan:
    """A plan without a change."""
    account = Account(1234, "Acme")
    return Plan(account, "segsync", (), unchanged=43, unmanaged=1054, managed=43, live=1097)


@pytest.fixture
def refused_plan() -> Plan:
    """A plan that a limit and a rule forbid, with a delete that is only held back."""
    return Plan(
        Account(1234, "Acme"),
        "segsync",
        (_delete(),),
        blocked=(
            Blocked(
                Kind.SEGMENT,
                Action.DELETE,
                "used_promo",
                "in-use",
                'used by 1 active export (facebook "Promo")',
                "stop the export, or keep the segment in the files",
            ),
            Blocked(Kind.GROUP, Action.DELETE, "Old ones", "prune", "prune is false", holds=False),
            Blocked(Kind.SEGMENT, Action.DELETE, "older", "prune", "prune is false", holds=False),
            Blocked(
                Kind.SEGMENT,
                Action.UPDATE,
                "frozen",
                "freeze",
                "frozen until 2027-01-02",
                source=Location(_LIFECYCLE, 60, 5),
            ),
        ),
        refusals=(
            Refusal(
                "too-many-deletes",
                "12 deletes are 27.9% of the 43 managed objects, and the limit is 10.0%",
                "--allow-deletes 12",
            ),
        ),
        unchanged=30,
        managed=43,
        live=43,
    )
