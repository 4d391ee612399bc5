"""Implements the disk level of the caches."""
