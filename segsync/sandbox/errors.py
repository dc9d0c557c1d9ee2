"""The one exception that people meet: a state or a seed that cannot be used."""


class SandboxStateError(Exception):
    """The state on disk, or a seed, cannot be used; the message says why and what to do."""
