"""Implements the Redis level of the caches."""
