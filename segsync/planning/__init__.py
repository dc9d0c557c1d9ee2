"""Desired and live state in, a plan out; pure: no file, no clock, no network."""
