"""The disk level of the caches."""
