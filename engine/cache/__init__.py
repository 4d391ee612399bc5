"""Caches in front of costly work."""
