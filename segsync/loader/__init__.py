"""Audience files become the desired state."""

from segsync.loader.load import Loaded, load
from segsync.loader.schema import json_schema

__all__ = ["Loaded", "json_schema", "load"]
