"""The people of the retailer that comes with segsync: visitors, prospects, customers, staff.

A person is described by a few draws (how far they came, since when, how warm they still are); every
field follows from those and a draw of its own, so that the fields of one person fit together.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import cast

from segsync.filterql.evaluator.values import MISSING, Value
from segsync.sandbox.population.profiles import (
    Builder,
    Column,
    Profiles,
    chosen,
    everybody,
    pick,
)

STAFF_DOMAIN = "fernwood-outfitters.example"

_VISITOR, _PROSPECT, _CUSTOMER, _EMPLOYEE = "visitor", "prospect", "customer", "employee"
_STAGE = pick({_VISITOR: 0.41, _PROSPECT: 0.22, _CUSTOMER: 0.36, _EMPLOYEE: 0.01})
_LONGEST_DAYS = 1500
_MONTH = 30

_FIRST_NAMES = (
    *("Ana", "Ben", "Chloe", "Dana", "Eli", "Fern", "Grace", "Hugo", "Ines", "Jonas", "Kai"),
    *("Lena", "Mateo", "Nora", "Omar", "Priya", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Viktor"),
)
_LAST_NAMES = (
    *("Abbott", "Baker", "Castillo", "Dietrich", "Evans", "Foster", "Garcia", "Hansen", "Ito"),
    *("Jensen", "Kim", "Larsen", "Moreau", "Nguyen", "Okafor", "Petersen", "Reyes", "Schmidt"),
)
_COUNTRY = pick(
    {"US": 0.78, "CA": 0.09, "DE": 0.04, "GB": 0.03, "FR": 0.02, "NL": 0.02, "SE": 0.02}
)
_REGIONS = {
    "US": pick(
        {
            "OR": 0.18,
            "WA": 0.17,
            "ID": 0.05,
            "CA": 0.2,
            "CO": 0.12,
            "UT": 0.08,
            "MT": 0.05,
            "TX": 0.08,
            "MN": 0.07,
        }
    ),
    "CA": pick({"BC": 0.5, "AB": 0.2, "ON": 0.3}),
}
_CITIES: Mapping[Value, tuple[str, ...]] = MappingProxyType(
    {
        "OR": ("Portland", "Bend", "Beaverton", "Eugene", "Gresham", "Hillsboro"),
        "WA": ("Seattle", "Vancouver", "Tacoma", "Spokane", "Bellingham"),
        "ID": ("Boise", "Moscow", "Sandpoint"),
        "CA": ("San Francisco", "Los Angeles", "Oakland", "San Jose", "Truckee", "Berkeley"),
        "CO": ("Denver", "Boulder", "Durango"),
        "UT": ("Salt Lake City", "Moab"),
        "MT": ("Bozeman", "Missoula"),
        "TX": ("Austin", "Dallas"),
        "MN": ("Minneapolis", "Duluth"),
        "BC": ("Vancouver", "Squamish"),
        "AB": ("Calgary", "Canmore"),
        "ON": ("Toronto", "Ottawa"),
    }
)
_POSTAL = MappingProxyType(
    {"OR": 97, "WA": 98, "ID": 83, "CA": 94, "CO": 80, "UT": 84, "MT": 59, "TX": 78, "MN": 55}
)
_STORES = MappingProxyType(
    {"OR": "portland-flagship", "WA": "seattle-ballard", "ID": "boise-downtown"}
    | {"CO": "denver-union", "UT": "salt-lake-city"}
)


def _stages(people: Profiles) -> Column:
    """Say how far each has come; the first is a colleague whom one audience looks for."""
    found = [_STAGE(draw) for draw in people.draws("stage")]
    return [_EMPLOYEE, *found[1:]]


def _idle(people: Profiles) -> Column:
    pairs = zip(tenure(people), warmth(people), strict=True)
    return [min(days, int(900 * (1 - warm) ** 3)) for days, warm in pairs]


def tenure(people: Profiles) -> list[int]:
    """Return for how many days each has been known."""
    return cast("list[int]", people["tenure"])


def warmth(people: Profiles) -> list[float]:
    """Return how active each still is, from 0 to 1."""
    return cast("list[float]", people["warmth"])


def idle(people: Profiles) -> list[int]:
    """Return for how many days each has not been seen."""
    return cast("list[int]", people["idle"])


def known(people: Profiles) -> list[bool]:
    """Return of whom more than a cookie is known."""
    return [stage != _VISITOR for stage in people["stage"]]


def bought(people: Profiles) -> list[bool]:
    """Return who has ordered."""
    return [stage in {_CUSTOMER, _EMPLOYEE} for stage in people["stage"]]


def _aliases(people: Profiles) -> Column:
    extra = people.draws("_num_aliases")
    return [
        1 if stage == _VISITOR else 2 + int(2 * draw) * (stage == _CUSTOMER)
        for stage, draw in zip(people["stage"], extra, strict=True)
    ]


def _email(people: Profiles) -> Column:
    """Return addresses of nobody: all are below domains that are kept for examples."""
    found: list[Value] = []
    has = people.draws("email")
    names = zip(people["first_name"], people["last_name"], strict=True)
    rows = zip(people["stage"], has, names, strict=True)
    for number, (stage, draw, (first, last)) in enumerate(rows):
        domain = STAFF_DOMAIN if stage == _EMPLOYEE else "mail.example"
        if stage == _VISITOR or draw > 0.93:  # noqa: PLR2004 - the rest gave a phone number only
            found.append(MISSING)
        elif isinstance(first, str) and isinstance(last, str):
            found.append(f"{first}.{last}{number}@{domain}".lower())
        else:
            found.append(f"guest{number}@{domain}")
    return [f"jonas@{STAFF_DOMAIN}", *found[1:]]


def _customer_id(people: Profiles) -> Column:
    return [f"F{100_000 + n}" if is_one else MISSING for n, is_one in enumerate(bought(people))]


def _phone(people: Profiles) -> Column:
    has = people.draws("phone")
    rows = zip(bought(people), known(people), has, strict=True)
    return [
        f"+1555{number:07}" if draw < (0.46 if buys else 0.12 if is_known else 0) else MISSING
        for number, (buys, is_known, draw) in enumerate(rows)
    ]


def _region(people: Profiles) -> Column:
    nowhere: Callable[[float], Value] = lambda _draw: MISSING  # noqa: E731
    pairs = zip(people["country"], people.draws("region"), strict=True)
    return [_REGIONS.get(str(country), nowhere)(draw) for country, draw in pairs]


def _city(people: Profiles) -> Column:
    rows = zip(people["region"], people["country"], people.draws("city"), strict=True)
    found: list[Value] = []
    for region, country, draw in rows:
        cities = _CITIES.get(region, ()) if country in {"US", "CA"} else ()
        found.append(cities[int(draw * draw * len(cities))] if cities else MISSING)
    return found


def _postal_code(people: Profiles) -> Column:
    pairs = zip(people["region"], people.draws("postal_code"), strict=True)
    return [
        f"{_POSTAL[str(region)]}{100 + int(40 * draw)}" if region in _POSTAL else MISSING
        for region, draw in pairs
    ]


def _store(people: Profiles) -> Column:
    rows = zip(people["region"], bought(people), people.draws("store"), strict=True)
    return [
        _STORES.get(str(region), MISSING) if buys and draw < 0.6 else MISSING  # noqa: PLR2004
        for region, buys, draw in rows
    ]


def _visits(people: Profiles) -> Column:
    rows = zip(people["stage"], warmth(people), tenure(people), strict=True)
    return [
        1 + int((12 if stage == _VISITOR else 60) * warm**3 * (0.2 + days / _LONGEST_DAYS))
        for stage, warm, days in rows
    ]


def _page_views(people: Profiles) -> Column:
    pairs = zip(people["visit_count"], people.draws("page_views"), strict=True)
    return [count * (1 + int(6 * draw)) for count, draw in pairs if isinstance(count, int)]


def _days_ago(days: Callable[[Profiles], list[int]]) -> Builder:
    def build(people: Profiles) -> list[datetime]:
        return [people.ago(each) for each in days(people)]

    return build


def recently(people: Profiles) -> list[bool]:
    """Return who was there within a month."""
    return [days <= _MONTH for days in idle(people)]


def _score(name: str, *, weight: float) -> Builder:
    """Return a behavior score, which nobody has who came once and left no name."""

    def build(people: Profiles) -> Column:
        draws = people.draws(name)
        rows = zip(known(people), people["visit_count"], warmth(people), draws, strict=True)
        return [
            int(100 * (weight * warm + (1 - weight) * draw)) if is_known or count != 1 else MISSING
            for is_known, count, warm, draw in rows
        ]

    return build


COLUMNS: Mapping[str, Builder] = MappingProxyType(
    {
        "stage": _stages,
        "tenure": lambda people: [
            1 + int(_LONGEST_DAYS * draw**1.5) for draw in people.draws("tenure")
        ],
        "warmth": lambda people: people.draws("warmth"),
        "idle": _idle,
        "email": _email,
        "customer_id": _customer_id,
        "phone": _phone,
        "_created": _days_ago(tenure),
        "_modified": _days_ago(idle),
        "_num_aliases": _aliases,
        "first_name": chosen(
            "first_name", known, 0.9, lambda draw: _FIRST_NAMES[int(draw * len(_FIRST_NAMES))]
        ),
        "last_name": chosen(
            "last_name", known, 0.8, lambda draw: _LAST_NAMES[int(draw * len(_LAST_NAMES))]
        ),
        "country": chosen("country", everybody, 0.88, _COUNTRY),
        "region": _region,
        "city": _city,
        "postal_code": _postal_code,
        "preferred_store": _store,
        "first_visit": _days_ago(tenure),
        "last_visit": _days_ago(idle),
        "visit_count": _visits,
        "page_views": _page_views,
        "score_frequency": _score("score_frequency", weight=0.6),
        "score_intensity": _score("score_intensity", weight=0.4),
        "score_momentum": _score("score_momentum", weight=0.7),
        "score_quantity": _score("score_quantity", weight=0.5),
        "employee": lambda people: [
            True if stage == _EMPLOYEE else MISSING for stage in people["stage"]
        ],
    }
)
