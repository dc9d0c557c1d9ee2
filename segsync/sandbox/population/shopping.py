"""What the retailer's people buy, like, hold and consent to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from segsync.filterql.evaluator.values import MISSING, Value
from segsync.sandbox.population.people import bought, known, recently, tenure, warmth
from segsync.sandbox.population.profiles import (
    Builder,
    Column,
    Profiles,
    being,
    chosen,
    dated,
    everybody,
    having,
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


def _orders(people: Profiles) -> Column:
    pairs = zip(bought(people), people.draws("order_count"), strict=True)
    return [1 + int(14 * draw**4) if buys else MISSING for buys, draw in pairs]


def _first_order_days(people: Profiles) -> list[int]:
    pairs = zip(tenure(people), people.draws("first_order_date"), strict=True)
    return [int(days * (0.35 + 0.65 * draw)) for days, draw in pairs]


def _first_order(people: Profiles) -> Column:
    pairs = zip(bought(people), _first_order_days(people), strict=True)
    return [people.ago(days) if buys else MISSING for buys, days in pairs]


def _last_order(people: Profiles) -> Column:
    draws = people.draws("last_order_date")
    rows = zip(people["order_count"], _first_order_days(people), warmth(people), draws, strict=True)
    return [
        MISSING
        if count is MISSING
        else people.ago(days if count == 1 else int(days * draw * (1 - 0.9 * warm)))
        for count, days, warm, draw in rows
    ]


def _spend(people: Profiles) -> Column:
    pairs = zip(people["order_count"], people["average_order_value"], strict=True)
    return [
        round(count * value * 0.96, 2)  # the rest was returned
        if isinstance(count, int) and isinstance(value, float)
        else MISSING
        for count, value in pairs
    ]


def _spend_by_category(people: Profiles) -> Column:
    pairs = zip(people["total_spend"], people.draws("spend_by_category"), strict=True)
    found: list[Value] = []
    for total, draw in pairs:
        if not isinstance(total, float):
            found.append(MISSING)
            continue
        names = some(draw, _SPENDING)
        weights = [draw * step % 1 + 0.1 for step in range(1, len(names) + 1)]
        shares = zip(names, weights, strict=True)
        whole = sum(weights)
        found.append(table_of("number", {n: round(total * w / whole, 2) for n, w in shares}))
    return found


def _affinity(people: Profiles) -> Column:
    pairs = zip(people["visit_count"], people.draws("category_affinity"), strict=True)
    return [
        table_of(
            "number",
            {
                name: round((draw * (step + 3) * 17 % 1) ** 1.5, 2)
                for step, name in enumerate(_AFFINITIES)
            },
        )
        if count != 1
        else MISSING
        for count, draw in pairs
    ]


def _tier(people: Profiles) -> Column:
    pairs = zip(people["total_spend"], people.draws("loyalty_tier"), strict=True)
    return [_tier_of(total) if draw < 0.42 else MISSING for total, draw in pairs]  # noqa: PLR2004


def _tier_of(total: Value) -> Value:
    if not isinstance(total, float):
        return MISSING
    if total >= _SUMMIT_SPEND:
        return "summit"
    return "ridge" if total >= _RIDGE_SPEND else "trailhead"


def _points(people: Profiles) -> Column:
    rows = zip(people["loyalty_tier"], people["total_spend"], people.draws("points"), strict=True)
    return [
        int(spend * 5 * draw + 400) if tier is not MISSING and isinstance(spend, float) else MISSING
        for tier, spend, draw in rows
    ]


def _joined(people: Profiles) -> Column:
    rows = zip(
        people["loyalty_tier"],
        _first_order_days(people),
        people.draws("loyalty_joined_date"),
        strict=True,
    )
    return [
        MISSING if tier is MISSING else people.ago(int(days * draw)) for tier, days, draw in rows
    ]


def _predictions(people: Profiles) -> Column:
    rows = zip(bought(people), warmth(people), people.draws("prediction"), strict=True)
    return [
        table_of("number", {"likely_to_churn": round(1 - 0.7 * warm - 0.3 * draw, 2)})
        if buys
        else MISSING
        for buys, warm, draw in rows
    ]


def _cookies(people: Profiles) -> Column:
    pairs = zip(people["_num_aliases"], people.draws("_uids"), strict=True)
    return [
        texts(tuple(f"c{number}{letter}" for letter in "abc"[: 1 + int(draw * 3)]))
        if aliases == 1 or draw > 0.1  # noqa: PLR2004 - some come from the stores alone
        else MISSING
        for number, (aliases, draw) in enumerate(pairs)
    ]


def _opened(people: Profiles) -> Column:
    """Return when a mail was opened; who clicks in one has opened it."""
    opened = dated("last_email_open", being("email_opt_in"), 0.75, lambda draw: 700 * draw * draw)
    pairs = zip(opened(people), people["last_email_click"], strict=True)
    return [_later(found, click) for found, click in pairs]


def _later(found: Value, other: Value) -> Value:
    both = [each for each in (found, other) if isinstance(each, datetime)]
    return max(both, default=MISSING)


def _words(*words: str, most: int = 3) -> Callable[[float], Value]:
    return lambda draw: texts(some(draw, words, most=most))


def _flag(share: float) -> Callable[[float], Value]:
    return lambda draw: draw < share


COLUMNS: Mapping[str, Builder] = MappingProxyType(
    {
        "_uids": _cookies,
        "order_count": _orders,
        "average_order_value": chosen(
            "average_order_value", bought, 1, lambda draw: round(28 + 230 * draw * draw, 2)
        ),
        "total_spend": _spend,
        "first_order_date": _first_order,
        "last_order_date": _last_order,
        "categories_bought": chosen("categories_bought", bought, 1, _words(*CATEGORIES)),
        "categories_viewed": chosen("categories_viewed", recently, 0.8, _words(*CATEGORIES)),
        "spend_by_category": _spend_by_category,
        "category_affinity": _affinity,
        "activities": chosen("activities", known, 0.4, _words(*_ACTIVITIES)),
        "brands_bought": chosen("brands_bought", bought, 0.95, _words(*_BRANDS)),
        "cart_abandoned": chosen("cart_abandoned", recently, 0.3, _flag(0.7)),
        "cart_value": chosen(
            "cart_value", having("cart_abandoned"), 1, lambda draw: round(15 + 310 * draw * draw, 2)
        ),
        "cart_updated": dated("cart_updated", having("cart_abandoned"), 1, lambda d: 20 * d * d),
        "loyalty_tier": _tier,
        "loyalty_points": _points,
        "loyalty_joined_date": _joined,
        "loyalty_points_expire_date": dated(
            "loyalty_points_expire_date", having("loyalty_tier"), 0.9, lambda draw: -365 * draw
        ),
        "legacy_card_number": chosen(
            "legacy_card_number",
            having("loyalty_tier"),
            0.06,
            lambda draw: f"P-{int(90_000 * draw) + 10_000}",
        ),
        "email_opt_in": chosen("email_opt_in", having("email"), 1, _flag(0.72)),
        "email_status": chosen(
            "email_status",
            having("email"),
            1,
            pick({"active": 0.9, "unsubscribed": 0.06, "bounced": 0.03, "complained": 0.01}),
        ),
        "sms_opt_in": chosen("sms_opt_in", having("phone"), 1, _flag(0.5)),
        "ads_consent": chosen("ads_consent", known, 0.8, _flag(0.55)),
        "do_not_sell": chosen("do_not_sell", known, 0.15, _flag(0.4)),
        "erasure_requested": chosen("erasure_requested", known, 0.006, _flag(1)),
        "last_email_open": _opened,
        "last_email_click": dated(
            "last_email_click", being("email_opt_in"), 0.35, lambda draw: 700 * draw * draw
        ),
        "channels": chosen(
            "channels", everybody, 1, _words("web", "store", "ios_app", "android_app")
        ),
        "devices": chosen("devices", everybody, 0.97, _words("iOS", "Windows", "Android", "Mac")),
        "utm_sources": chosen(
            "utm_sources",
            everybody,
            0.6,
            _words("google", "newsletter", "instagram", "newsletter_form", "partner", most=2),
        ),
        "utm_mediums": chosen(
            "utm_mediums",
            everybody,
            0.6,
            _words("organic", "email", "cpc", "referral", "paid_social", "ppc", most=2),
        ),
        "nps_score": chosen("nps_score", bought, 0.24, lambda draw: int(11 * draw**0.5)),
        "open_complaints": chosen("open_complaints", bought, 0.04, lambda draw: int(3 * draw)),
        "segment_prediction": _predictions,
    }
)
