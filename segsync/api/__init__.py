"""The Lytics Segment API as Python: one client, typed values in and out, typed errors."""

import sys

# Where rich and click are installed, `import httpx` also imports httpx's own command line, which
# costs 60 to 100 ms at every start. Nothing here uses it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
