"""What the retailer's people buy, like, hold and consent to."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from segsync.filterql.evaluator.values import MISSING, Value
from segsync.sandbox.population.people import bought, known, recently, tenure, warmth
from segsync.sandbox.population.profiles import (
    Builder,
    Column,
    Profiles,
    pick,
    some,
    table_of,
    texts,
)

CATEGORIES = (
    *("jackets", "trail shoes", "hiking boots", "backpacks", "base layers", "tents", "sandals"),
    *("sun shirts", "shelters", "climbing shoes", "ski boots", "kayaks", "coolers"),
)
_ACTIVITIES = (
    *("hiking", "camping", "backpacking", "trail running", "skiing", "climbing", "kayaking"),
    *("snowboarding", "bouldering", "paddle boarding", "ski touring", "canoeing"),
)
_BRANDS = ("Fernwood", "Northlight", "Basecamp & Sons", "Tarn", "Switchback", "Old Growth")
_AFFINITIES = ("hiking", "camping", "snow", "climbing", "water")
_SPENDING = ("outerwear", "footwear", "camp", "climb", "snow", "water")
_SUMMIT_SPEND, _RIDGE_SPEND = 1000, 400


def opted_in(people: Profiles) -> list[bool]:
    """Return who may be mailed."""
    return [each is True for each in people["email_opt_in"]]


def members(people: Profiles) -> list[bool]:
    """Return who is in the loyalty club."""
    return _with(people, "loyalty_tier")


def _with(people: Profiles, name: str) -> list[bool]:
    return [each is not MISSING for each in people[name]]


def _having(name: str) -> Callable[[Profiles], list[bool]]:
    return lambda people: _with(people, name)


def _chosen(
    name: str,
    who: Callable[[Profiles], list[bool]],
    share: float,
    choose: Callable[[float], Value],
) -> Builder:
    """Return a field that this share of some people has, with a value that a draw decides."""

    def build(people: Profiles) -> Column:
        return [
            choose(draw / share) if fits and draw < share else MISSING
            for fits, draw in zip(who(people), people.draws(name), strict=True)
        ]

    return build
