"""How many FilterQL statements a second are read, printed and made canonical.

`python statements.py COUNT` prints one line for each; a process of its own with the collector
paused, as in a plan.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks.accounts import definitions
from segsync.filterql import canonical, parse, print_statement, read_plain

_ROUNDS = 5


def per_second(work: Callable[[], Sequence[object]]) -> str:
    """Return how many results a second the work yields, the best of several rounds."""
    best = 0.0
    for _ in range(_ROUNDS):
        started = time.process_time()
        done = len(work())
        best = max(best, done / (time.process_time() - started))
    return f"{best:,.0f} a second"


gc.disable()
texts = [f"FILTER {each}" for each in definitions(int(sys.argv[1]))]
statements = [parse(each) for each in texts]
print("FilterQL read in plain form:", per_second(lambda: [read_plain(each) for each in texts]))
print("FilterQL parsed:", per_second(lambda: [parse(each) for each in texts]))
print("FilterQL printed:", per_second(lambda: [print_statement(each) for each in statements]))
print(
    "FilterQL made canonical:",
    per_second(lambda: [canonical(each.filter) for each in statements]),
)
