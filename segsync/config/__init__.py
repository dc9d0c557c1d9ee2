"""segsync.yaml and the environment: what a run is told."""

from segsync.config.read import read_settings, settings_file
from segsync.config.settings import AccountSettings, Settings

__all__ = ["AccountSettings", "Settings", "read_settings", "settings_file"]
