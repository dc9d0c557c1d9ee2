from segsync.plan import Allowances, Limits
from segsync.planning.options import PlanOptions
from tests.planning.build import TODAY


def test_without_wishes_pruning_is_on_limits_are_the_default_and_nothing_is_allowed() -> None:
    options = PlanOptions(tag="segsync", today=TODAY)
    assert (options.prune, options.reevaluate) == (True, None)
    assert options.limits == Limits(
        max_deletes=0.1, max_deletes_count=20, max_updates=0.3, min_existing=10
    )
    assert options.allow == Allowances(adopt=False, deletes=0, updates=0, empty=False)
