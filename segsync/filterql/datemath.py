"""Date math: dates that are counted from now, as in `now-3d`."""

import re

DATE_MATH = re.compile(r"now([+-]?)0*([0-9]+)([yMwdhms])\Z")
"""Sign, number without leading zeros, and unit; the reference reads `now3d` as `now+3d`."""

UNITS = {
    "y": "year",
    "M": "month",
    "w": "week",
    "d": "day",
    "h": "hour",
    "m": "minute",
    "s": "second",
}


def amount(number: str, unit: str) -> str:
    """Return a number of units in words, as in "1 day" or "30 days"."""
    return f"{number} {UNITS[unit]}" + "s" * (number != "1")
