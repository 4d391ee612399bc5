"""Builds the larger parts of an engine from the rooms below."""
