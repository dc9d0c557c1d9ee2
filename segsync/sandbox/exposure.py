"""One request under the rules of the account: judged, answered, spoiled, and counted."""

from datetime import datetime

from segsync.sandbox.core import Circumstances, answer
from segsync.sandbox.faults.answers import spoiled
from segsync.sandbox.faults.decisions import Standing, Verdict, judge
from segsync.sandbox.lag import as_seen, hide_writes
from segsync.sandbox.messages import Request, Response
from segsync.sandbox.state import AccountState, Kind

_NOTHING = Verdict()


def exchange(state: AccountState, request: Request, circumstances: Circumstances) -> Response:
    """Answer a request as the API would, and let the rules of the account spoil it."""
    if not state.has(Kind.FAULT):
        return _answer(state, request, circumstances)
    verdict = _judged(state, request, circumstances.now)
    if verdict == _NOTHING:
        return _answer(state, request, circumstances)
    response = _answer(state, request, circumstances) if verdict.takes_effect else None
    if verdict.lag_s:
        hide_writes(state, now=circumstances.now, seconds=verdict.lag_s)
    request_id = "" if response else circumstances.new_id()
    return spoiled(verdict, request, response, now=circumstances.now, request_id=request_id)


def _answer(state: AccountState, request: Request, circumstances: Circumstances) -> Response:
    lags = request.method == "GET" and state.has(Kind.LAG)
    return answer(as_seen(state, circumstances.now) if lags else state, request, circumstances)


def _judged(state: AccountState, request: Request, now: datetime) -> Verdict:
    standings = [Standing.of(row) for row in state.all(Kind.FAULT)]
    verdict, changed = judge(standings, request.method, request.path, now_s=now.timestamp())
    for standing in changed:
        state.put(Kind.FAULT, standing.row())
    return verdict
