"""GitOps for Lytics audiences."""

__version__ = "0.1.0"
