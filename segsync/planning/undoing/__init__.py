"""Undoing a run: what it did, what is there now, what is in the way, what to wish for."""
