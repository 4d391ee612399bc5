"""Reads settings from the environment and from `gavatcore.env` in the data directory.

`fields` is the table of all settings, `reader` fills it in, `reference` describes it.
"""

from engine.settings.choices import LogLevel, Preset, Profile
from engine.settings.fields import Settings
from engine.settings.reader import FILE_NAME, load_settings
from engine.settings.secret import Secret

__all__ = ["FILE_NAME", "LogLevel", "Preset", "Profile", "Secret", "Settings", "load_settings"]
