"""Checks the way to the account: names, TLS, proxy, redirects, clocks, and what a token is worth.

Nothing is written, and so whether the token may write is not known before the first write.
"""

from email.utils import parsedate_to_datetime

from segsync.api.probe import Obstacle, Probe
from segsync.errors import ExitCode
from segsync.inspection.checkup import Check, ok, problem, unknown, warning

# Seconds. The Date header counts whole ones, and the answer was on its way for a while.
_SKEW = 60
_REDIRECTS = range(300, 400)
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_SERVER_ERROR = 500

_WAYS_OUT = {
    Obstacle.NAME: "Correct url of the account, or ask why this machine cannot resolve it.",
    Obstacle.TLS: (
        "A proxy that opens TLS needs its certificate in SSL_CERT_FILE; otherwise do not go on:"
        " the token would be shown to somebody else."
    ),
    Obstacle.PROXY: "Correct HTTPS_PROXY, or name the host in NO_PROXY.",
    Obstacle.REFUSED: "Is the port right, and is a server running there?",
    Obstacle.TIMEOUT: "A firewall may drop the packets; a proxy is named in HTTPS_PROXY.",
    Obstacle.OTHER: "Try again; it is safe.",
}
_WORDS = {
    Obstacle.NAME: "its name cannot be resolved",
    Obstacle.TLS: "its certificate is not trusted, or TLS failed",
    Obstacle.PROXY: "the proxy does not let us through",
    Obstacle.REFUSED: "the connection was refused",
    Obstacle.TIMEOUT: "it does not answer in time",
    Obstacle.OTHER: "the connection failed",
}


def reachability(probe: Probe) -> Check:
    """Return whether the host answers at all, and as itself."""
    way = f"{probe.host} through the proxy {probe.proxy}" if probe.proxy else probe.host
    if probe.status is None:
        obstacle = probe.obstacle or Obstacle.OTHER
        found = f"{way}: {_WORDS[obstacle]} ({probe.words})"
        return problem("network", found, _WAYS_OUT[obstacle], ExitCode.UNAVAILABLE)
    if probe.status in _REDIRECTS:
        found = f"{way} redirects to {probe.location or 'another path'}"
        way_out = "Correct url of the account: a redirect is never followed with the token."
        return problem("network", found, way_out, ExitCode.UNAVAILABLE)
    if probe.status >= _SERVER_ERROR:
        found = f"{way} answers {probe.status}"
        return warning("network", found, "Try again later; every command repeats what it may.")
    return ok("network", f"{way} answers in {probe.seconds * 1000:.0f} ms")


def clock(probe: Probe) -> Check:
    """Return how far the clock of this machine is from that of the server."""
    try:
        there = parsedate_to_datetime(probe.date).timestamp()
    except ValueError:
        return unknown("clock", "not checked: the answer has no Date")
    ahead = round(probe.asked_at - there)
    if abs(ahead) <= _SKEW:
        return ok("clock", "agrees with that of the server")
    side = "ahead of" if ahead > 0 else "behind"
    way_out = "Set it: freezes and accepted drift end by this clock, and TLS goes by it."
    return warning("clock", f"{abs(ahead):,} s {side} that of the server", way_out)


def token(probe: Probe, *, variable: str) -> Check | None:
    """Return why the answer shows that the token is no good; None when it does not."""
    if probe.status == _UNAUTHORIZED:
        way_out = f"Make a new one in Lytics (Security > Access Tokens), and set {variable} to it."
        found = f"rejected or expired{_in_its_words(probe)}"
        return problem("token", found, way_out, ExitCode.AUTHENTICATION)
    if probe.status == _FORBIDDEN:
        way_out = (
            "The account may admit certain addresses only (its setting api_ip_whitelist), or the"
            " token may not even see the account."
        )
        found = f"refused for what it asks{_in_its_words(probe)}"
        return problem("token", found, way_out, ExitCode.AUTHENTICATION)
    return None


def _in_its_words(probe: Probe) -> str:
    return f': the API says "{probe.said}"' if probe.said else ""
