"""Evaluation of filters over sample profiles, offline and by the semantics of the reference."""

from segsync.filterql.evaluator.profile import Profile, read_profile, typed_profile
from segsync.filterql.evaluator.program import Verdict, compile_filter, evaluate
from segsync.filterql.evaluator.trace import Trace, trace

__all__ = [
    "Profile",
    "Trace",
    "Verdict",
    "compile_filter",
    "evaluate",
    "read_profile",
    "trace",
    "typed_profile",
]
