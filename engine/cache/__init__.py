"""Caches the results of costly work."""
