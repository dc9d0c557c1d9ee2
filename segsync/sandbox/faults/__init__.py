"""Faults on demand: rules say which requests go wrong and how; whoever answers carries it out.

Nothing here reads a clock, a file or a socket: a rule, its counters and a seed decide.
"""
