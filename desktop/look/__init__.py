"""Defines theme, colours, icons and states."""
