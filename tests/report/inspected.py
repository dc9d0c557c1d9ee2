"""What looking commands may have found, hostile names among it."""

from msgspec.structs import replace

from segsync.diagnostics import Location
from segsync.errors import ExitCode
from segsync.inspection.checkup import Checkup, ok, problem, unknown, warning
from segsync.inspection.comparison import Comparison, Difference, Party, Verdict
from segsync.inspection.portrait import (
    Declaration,
    FoundBy,
    Origin,
    Portrait,
    Relative,
    SizeAt,
    Standing,
    Use,
)
from segsync.inspection.reevaluation import LeftOut, Reevaluation, Requested, Size
from segsync.outcome import Result
from segsync.plan import FieldChange, Kind
from segsync.segment import Account, Definition, Segment

HOSTILE = "\x1b[2J::error::x\n| `a` <img src=x> **b** @team\u202e #1 ```"

ACME = Account(1234, "Acme prod")

_QL = 'FILTER AND (INCLUDE active_customers, lifetime_value > 500, NOT country IN ("CU", "KP"))'
PORTRAIT = Portrait(
    account=ACME,
    found_by=FoundBy.SLUG,
    segment=Segment(
        "high_value",
        "High value",
        Definition(_QL),
        description="Spent more than 500.\nOwned by the loyalty team.",
        is_public=True,
        tags=frozenset({"crm", "q1"}),
        groups=frozenset({"Campaigns", "Loyalty"}),
        schedule_exit=True,
        emit_trigger=True,
        expires_at="2027-12-31T00:00:00Z",
        owned=True,
        protected=True,
    ),
    origin=Origin(
        "0123456789abcdef0123456789abcdef",
        author_id="jonas.lind",
        created="2026-01-31T09:30:00.000Z",
        updated="2026-11-20T10:00:00.000Z",
    ),
    explanation=(
        "all of these:",
        '  - is in the segment "Active" (active_customers)',
        "  - lifetime_value is more than 500",
        "  - none of these:",
        '    - country is one of "CU" or "KP"',
        "Text is compared letter by letter: upper and lower case matter.",
    ),
    layout=(
        "FILTER AND (\n  INCLUDE active_customers,\n  lifetime_value > 500,\n"
        '  NOT country IN ("CU", "KP")\n)\nFROM user\nALIAS high_value'
    ),
    declaration=Declaration(
        Standing.DIFFERENT,
        Location("audiences/lifecycle.yaml", 12, 5),
        (
            FieldChange("definition", _QL, _QL.replace("500", "750")),
            FieldChange("tags", ("crm", "q1"), ("crm", "q2")),
        ),
    ),
    includes=(
        Relative("active_customers", "Active", "a" * 32, 1),
        Relative("known", "Known", "b" * 32, 2),
        Relative("gone", "", None, 2, remark="not in the account"),
        Relative("known", "Known", "b" * 32, 1, repeated=True),
        Relative("all", "All", "c" * 32, 1, remark="predefined by Lytics"),
    ),
    included_by=(Relative("vip", "VIP", "d" * 32, 1),),
    jobs=(
        Use("j1", "Promo", "facebook_ads", "running", is_active=True, is_certain=True),
        Use("j2", "Mail", "sftp", "", is_active=True, is_certain=False, through="vip"),
        Use("j3", "Old", "sftp", "completed", is_active=False, is_certain=True),
    ),
    flows=(Use("f1", "Welcome", "flow", "running", is_active=True, is_certain=True),),
    size=42310,
    history=(
        SizeAt("2026-11-01T00:00:00Z", 40000),
        SizeAt("2026-11-10T00:00:00Z", 39000),
        SizeAt("2026-11-15T00:00:00Z", 43000),
        SizeAt("2026-11-20T00:00:00Z", 42310),
    ),
)

COMPARISON = Comparison(
    Party("staging", Account(99, "Acme staging"), 40),
    Party("prod", ACME, 41),
    deep=True,
    differences=(
        Difference(Kind.GROUP, "Campaigns", Verdict.ONLY_RIGHT, right_id="g"),
        Difference(
            Kind.SEGMENT,
            "active",
            Verdict.DIFFERENT,
            "a",
            "b",
            fields=(
                FieldChange(
                    "definition", "FILTER AND (visits > 2, x = 1)", "FILTER AND (visits > 3, x = 1)"
                ),
                FieldChange("tags", ("crm",), ("crm", "q1")),
            ),
            through=("known",),
        ),
        Difference(
            Kind.SEGMENT,
            "dangling",
            Verdict.DIFFERENT,
            "a",
            "b",
            remark="INCLUDE gone leads nowhere in prod",
        ),
        Difference(Kind.SEGMENT, "old_promo", Verdict.ONLY_LEFT, left_id="c"),
        Difference(
            Kind.SEGMENT,
            "twin",
            Verdict.AMBIGUOUS,
            remark="the slug is not unique: 2 in staging, 1 in prod",
        ),
        Difference(Kind.SEGMENT, "vip", Verdict.OTHER_ANCESTORS, "a", "b", through=("active",)),
    ),
    equal=34,
    left_out=("all", "ly_a"),
    left_out_different=("ly_a",),
    marked_left=("vip",),
    marked_right=("active", "dangling", "vip2", "vip3"),
)

CHECKUP = Checkup(
    "prod",
    (
        ok("configuration", 'segsync.yaml, account "prod"'),
        warning("clock", "95 s ahead of that of the server", "Set it."),
        problem(
            "token", "rejected or expired", "Make a new one,\nand set it.", ExitCode.INVALID_INPUT
        ),
        unknown("writing", "only a write would show whether the token may write"),
    ),
)

REEVALUATION = Reevaluation(
    ACME,
    (
        Requested("base", "a", added=True),
        Requested("middle", "b"),
        Requested("top", "c"),
    ),
    (LeftOut("all", "it is predefined by Lytics"),),
)
SENT = replace(
    REEVALUATION,
    requests=(
        Requested("base", "a", added=True, result=Result.APPLIED),
        Requested("middle", "b", result=Result.FAILED, reason="Not found", request_id="r7"),
        Requested("top", "c", result=Result.SKIPPED, reason="needs middle, which failed"),
    ),
)
WATCHED = replace(
    REEVALUATION,
    requests=(
        Requested(
            "base", "a", added=True, result=Result.APPLIED, before=Size(4), after=Size(5), seconds=3
        ),
        Requested("middle", "b", result=Result.APPLIED, before=Size(7), after=Size(7)),
        Requested("top", "c", result=Result.APPLIED),
        Requested(
            "side",
            "d",
            result=Result.APPLIED,
            before=Size(8, "2026-11-23T09:00:00.000Z"),
            after=Size(8, "2026-11-23T10:00:00.000Z"),
            seconds=12.4,
        ),
    ),
    watched=60.0,
)
