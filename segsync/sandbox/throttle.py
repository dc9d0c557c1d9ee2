"""How often an account may be asked: one bucket for all requests, a pause for two endpoints.

That 429 exists is observed, and that sizes are throttled is documented; the other numbers, and
that the code is the one for whatever has no code of its own, are assumed.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import NoReturn

from segsync.sandbox.calls import Call
from segsync.sandbox.messages import Code, Refusal
from segsync.sandbox.state import AccountState, Kind, timestamp

REQUESTS_A_SECOND = 4
AT_ONCE = 8
SIZE_PAUSE_S = 10
REEVALUATIONS_AN_HOUR = 20

_MESSAGE = "Too many requests."


def check_pace(state: AccountState, now: datetime) -> None:
    """Refuse more requests than four a second, after eight at once."""
    if not state.switches.limit_requests:
        return
    row = state.get(Kind.THROTTLE, "requests") or {"left": float(AT_ONCE), "at": 0.0}
    at = now.timestamp()
    gained = max(0.0, at - row["at"]) * REQUESTS_A_SECOND
    left = min(float(AT_ONCE), row["left"] + gained)
    is_free = left >= 1.0
    state.put(Kind.THROTTLE, {"id": "requests", "left": left - is_free, "at": at})
    if not is_free:
        _refuse(state, (1.0 - left) / REQUESTS_A_SECOND)


def check_size(call: Call) -> None:
    """Refuse a second size of a text within ten seconds, as is documented, if the switch is on."""
    if not call.switches.throttle_sizes:
        return
    now, row = timestamp(call.now), call.state.get(Kind.THROTTLE, "size")
    if row is not None and row["until"] > now:
        _refuse(call.state, (datetime.fromisoformat(row["until"]) - call.now).total_seconds())
    until = timestamp(call.now + timedelta(seconds=SIZE_PAUSE_S))
    call.state.put(Kind.THROTTLE, {"id": "size", "until": until})


def check_reevaluations(call: Call) -> None:
    """Refuse reevaluations past a quota: that there is one is documented, its size is not."""
    if not call.switches.limit_reevaluations:
        return
    row = call.state.get(Kind.THROTTLE, "reevaluations") or {"at": []}
    since = timestamp(call.now - timedelta(hours=1))
    recent = [each for each in row["at"] if each > since]
    if len(recent) >= REEVALUATIONS_AN_HOUR:
        first = datetime.fromisoformat(recent[0]) + timedelta(hours=1)
        _refuse(call.state, (first - call.now).total_seconds())
    times = [*recent, timestamp(call.now)]
    call.state.put(Kind.THROTTLE, {"id": "reevaluations", "at": times})


def _refuse(state: AccountState, wait_s: float) -> NoReturn:
    wait = str(ceil(wait_s)) if state.switches.say_when_to_retry else ""
    raise Refusal(429, Code.UNKNOWN, _MESSAGE, retry_after=wait)
