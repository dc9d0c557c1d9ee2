"""How hypothesis works in this suite: the same examples every time, fresh ones in `make soak`.

A gate that rolls dice fails for people whose change is innocent. New counterexamples are looked for
where somebody has the time to look at them.
"""

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("soak", max_examples=2_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
