"""The Redis level of the caches."""
