"""One account and two states for it, which together take every kind of change."""

from segsync.sandbox.seed import Seed, stable_id
from segsync.sandbox.state import Kind
from tests.laws.seeds import EXPORT, GROUPS, PREDEFINED, stored
from tests.planning.build import desired_state, wanted, wanted_group

_BASE = stable_id(Kind.SEGMENT, "base")

SEED = Seed(
    account={"aid": 4242, "name": "Fernwood"},
    fields={
        "user": [{"id": "visits", "type": "int"}, {"id": "email", "type": "string"}],
        "content": [{"id": "path", "type": "string"}],
    },
    groups=GROUPS,
    segments=(
        PREDEFINED,
        stored("base", "visits > 1", groups=["Old", "Shared"]),
        stored("top", "AND ( INCLUDE base, visits > 2 )", groups=["Gone"]),
        stored("by_id", f"AND ( INCLUDE `{_BASE}`, visits > 2 )"),
        stored("one", "visits = 1"),
        stored("two", "visits = 2"),
        stored("promo", "visits = 3", expires_at="2027-01-01T00:00:00Z", is_public=True),
        stored("blog", 'path = "/blog"', table="content"),
        stored("leaf", "visits = 4"),
        stored("leaf_user", "AND ( INCLUDE leaf, visits > 4 )"),
        stored("twin", "visits = 5", tags=["crm"]),
        stored("foreign", "AND ( INCLUDE all, visits = 6 )", tags=["theirs"], groups=["Shared"]),
    ),
    jobs=(EXPORT,),
)

FIRST = desired_state(
    [
        wanted("ground", "FILTER visits > 1", previously=("base",), groups=["New"]),
        wanted("top", "FILTER AND (INCLUDE ground, visits > 20)", tags=["b", "a"], groups=[]),
        wanted("by_id", "FILTER AND (INCLUDE ground, visits > 2)"),
        wanted("two", "FILTER visits = 1", name="One", previously=("one",)),
        wanted("one", "FILTER visits = 2", name="Two", previously=("two",)),
        wanted("promo", "FILTER visits = 3", is_public=False, expires_at=None),
        wanted("blog", 'FILTER path = "/news"', table="content"),
        wanted("news", 'FILTER AND (INCLUDE blog, path != "/")', table="content"),
        wanted("twin", "FILTER visits = 5"),
        wanted("fresh", "FILTER AND (INCLUDE ground, INCLUDE foreign)", groups=["Fresh", "New"]),
        wanted("fresher", 'FILTER AND (INCLUDE fresh, email LIKE "*@example.com")'),
    ],
    [wanted_group("New", "Renamed", previously=("Old",)), wanted_group("Fresh")],
)

SECOND = desired_state(
    [
        wanted("base", "FILTER visits > 1", previously=("ground",), groups=["New"]),
        wanted("top", "FILTER OR (INCLUDE base, visits > 20)", description="Either"),
        wanted("by_id", "FILTER AND (INCLUDE base, INCLUDE top)", groups=["Fresher"]),
        wanted("one", "FILTER visits = 2", name="Two", save_hist=False),
        wanted("promo", "FILTER visits = 3", is_public=True),
        wanted("blog", 'FILTER path = "/news"', table="content", schedule_exit=True),
        wanted("newcomer", "FILTER AND (INCLUDE top, NOT INCLUDE by_id)", groups=["Fresher"]),
    ],
    [wanted_group("New"), wanted_group("Fresher")],
)
