"""How long and how hard a client may try before it gives up."""

from segsync.value import Value


class Limits(Value, frozen=True):
    """The limits of one client; all of them are seconds.

    `max_wait` is the longest that the API may ask to be left alone for; when it asks for more, the
    operation fails at once. `deadline` is that of the whole run, counted from the first request:
    after it no write is started. `operation` and `listing` bound one operation with all of its
    attempts, without the time that it waits for its turn. `size_interval` is the time between two
    sizes on demand ("1/10 seconds", documented).
    """

    max_wait: float = 60.0
    deadline: float | None = None
    operation: float = 120.0
    listing: float = 300.0
    size_interval: float = 10.0


DEFAULT_LIMITS = Limits()
